"""Nothing changes a number without the changelog saying so: the baseline, to the last bit."""

from __future__ import annotations

import json

import pytest

from experiments.reports.shipped import numbers
from scenarios.catalogue import CATALOGUE
from scenarios.scenario_file import shipped_scenarios
from tests import baseline


def test_every_shipped_scenario_gives_the_same_numbers_as_before() -> None:
    changed = baseline.changes(baseline.kept(), baseline.now())
    assert not changed, "\n".join([*changed, 'if that is meant: make baseline WHY="..."'])


def test_the_baseline_looks_at_all_that_is_shipped() -> None:
    names = set(baseline.kept())
    assert names >= {f"scenario {name}" for name in shipped_scenarios()} | {f"intervention {name}" for name in CATALOGUE}


def test_the_changelog_says_why_the_baseline_was_renewed() -> None:
    why = json.loads(baseline.KEPT.read_text())["why"]
    assert not why or baseline.entry(why) in baseline.CHANGELOG.read_text().splitlines()


def test_the_shipped_identity_is_that_of_the_baseline() -> None:
    assert numbers() == baseline.identity()


def test_a_baseline_is_renewed_only_with_a_reason(tmp_path, monkeypatch) -> None:
    kept, changelog = tmp_path / "baseline.json", tmp_path / "CHANGELOG.md"
    row = {"digest": "a", "participation": 0.25, "apathy": 0.5, "trust": 0.5}
    changelog.write_text("# Changelog\n\n## 0.3.0\n\n- Something.\n")
    kept.write_text(json.dumps({"why": "", "results": {"scenario baseline": row}}))
    monkeypatch.setattr(baseline, "KEPT", kept)
    monkeypatch.setattr(baseline, "CHANGELOG", changelog)
    monkeypatch.setattr(baseline, "IDENTITY", tmp_path / "numbers.json")
    monkeypatch.setattr(baseline, "now", lambda: {"scenario baseline": row | {"digest": "b", "trust": 0.25}})
    with pytest.raises(SystemExit, match="say why"):
        baseline.renew("")
    assert "trust 0.5 -> 0.25" in baseline.renew("people forget sooner.")
    assert changelog.read_text() == "# Changelog\n\n## 0.3.0\n\n- **numbers changed**: people forget sooner.\n\n- Something.\n"
    assert json.loads((tmp_path / "numbers.json").read_text()) == {"identity": baseline.identity()}
    assert baseline.renew("again") == "the baseline is up to date: nothing is written"
