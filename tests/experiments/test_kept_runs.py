"""Who takes kept worlds and runs: comparisons, runs, sweeps and the dashboard; each comes to what it would without them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.cli.command_line import main
from experiments.comparison.compare import compare
from experiments.comparison.run_request import RunRequest
from experiments.comparison.single_run import run_once
from experiments.kept import archives, cache
from experiments.kept import worlds as kept_worlds
from scenarios.catalogue import CATALOGUE
from tests.experiments.worlds_to_keep import SCENARIO, files


@pytest.fixture
def no_burn_in(monkeypatch) -> Iterator[list[int]]:
    """Count the months that are lived."""
    lived: list[int] = []
    month = kept_worlds.ParticipationModel.live_a_month
    monkeypatch.setattr(kept_worlds.ParticipationModel, "live_a_month", lambda model: (lived.append(model.month), month(model))[1])
    return lived


def test_a_comparison_made_again_runs_only_what_is_new(kept, no_burn_in) -> None:
    tried = [
        SCENARIO.with_(name=name, interventions=(CATALOGUE[name],))
        for name in ("closing-the-loop", "front-line-engagement", "co-design")
    ]
    options: dict[str, Any] = {"replicates": 3, "months": 12, "workers": 1}
    first = compare(SCENARIO, *tried[:2], **options)
    fresh = len(no_burn_in)
    no_burn_in.clear()
    again = compare(SCENARIO, *tried[:2], **options)
    assert no_burn_in == []
    assert again.to_json() == first.to_json()
    assert hashlib.sha256(again.series.tobytes()).digest() == hashlib.sha256(first.series.tobytes()).digest()
    more = compare(SCENARIO, *tried, **options)
    assert 0 < len(no_burn_in) < fresh / 3
    assert min(no_burn_in) >= 0, "the world is not burnt in again"
    with cache.kept_in(None):
        wanted = compare(SCENARIO, *tried, **options)
    np.testing.assert_array_equal(more.results, wanted.results)
    assert more.to_json() == wanted.to_json()


def test_runs_with_steps_of_ones_own_are_run_each_time(kept, no_burn_in) -> None:
    rate = [0.0]
    own = replace(CATALOGUE["co-design"], name="own", step=lambda model, intensity: np.add(model.residents.attachment, rate[0], out=model.residents.attachment))  # fmt: skip
    options: dict[str, Any] = {"replicates": 2, "months": 12, "workers": 1}
    one = compare(SCENARIO, SCENARIO.with_(name="own", interventions=(own,)), **options)
    rate[0] = 0.01
    other = compare(SCENARIO, SCENARIO.with_(name="own", interventions=(own,)), **options)
    np.testing.assert_array_equal(one.results[:, 0], other.results[:, 0])
    assert not np.array_equal(one.results[:, 1], other.results[:, 1], equal_nan=True)


def test_other_months_measures_and_seeds_are_other_runs(kept) -> None:
    other = SCENARIO.with_(name="other", loops_off=("fatigue",))
    for options in ({"months": 12}, {"months": 13}, {"months": 12, "seed": 2}, {"months": 12, "monthly": ("trust",)}):
        found = compare(SCENARIO, other, replicates=2, workers=1, **options)  # type: ignore[arg-type]
        with cache.kept_in(None):
            wanted = compare(SCENARIO, other, replicates=2, workers=1, **options)  # type: ignore[arg-type]
        np.testing.assert_array_equal(found.series, wanted.series)
        np.testing.assert_array_equal(found.results, wanted.results)


def test_a_run_and_its_events_are_the_same_from_a_kept_world(kept, tmp_path) -> None:
    for n in (0, 1):
        request = RunRequest(
            "closing-the-loop",
            population=200,
            months=3,
            residents=tmp_path / f"r{n}.csv",
            events=tmp_path / f"e{n}.parquet",
            series=tmp_path / f"s{n}.csv",
        )
        run_once(request)
    assert archives.held()["world"][0] == 1
    for name in ("r{}.csv", "e{}.parquet", "s{}.csv"):
        assert (tmp_path / name.format(0)).read_bytes() == (tmp_path / name.format(1)).read_bytes()


def test_a_sweep_takes_kept_worlds_and_comes_to_the_same_bytes(kept, tmp_path) -> None:
    from experiments.studies.engine import fill_store
    from experiments.studies.store import Store
    from tests.experiments.test_studies import DOSES, Design, small_study

    study = small_study(factors=DOSES, design=Design("latin-hypercube", 4), replicates=2)
    counts = []
    for name in ("a", "b"):
        counts.append(fill_store(Store.create(tmp_path / name, study, "test"), 1).burn_ins)
    with cache.kept_in(None):
        counts.append(fill_store(Store.create(tmp_path / "c", study, "test"), 1).burn_ins)
    assert counts == [2, 0, 2]
    contents = [{p.name: p.read_bytes() for p in (tmp_path / name / "chunks").iterdir()} for name in "abc"]
    assert contents[0] == contents[1] == contents[2]


def test_no_cache_is_heard_and_cache_shows_and_clears(kept, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    command = [
        "compare",
        "baseline",
        "closing-the-loop",
        "--population",
        "100",
        "--months",
        "12",
        "--replicates",
        "2",
        "--posterior",
        "none",
        "--workers",
        "1",
    ]
    assert main([*command, "--no-cache"]) == 0
    assert not kept.exists()
    assert main(["run", "--population", "100", "--months", "1", "--no-cache"]) == 0
    assert not kept.exists()
    assert main(command) == 0
    capsys.readouterr()
    assert main(["cache", "--json"]) == 0
    assert '"worlds": 2,\n "runs": 4,' in capsys.readouterr().out
    assert main(["cache"]) == 0
    assert str(kept.parent) in capsys.readouterr().out
    assert main(["cache", "--clear"]) == 0
    assert "6 burnt-in worlds and runs were removed" in capsys.readouterr().out
    assert files(kept) == []


def test_a_restarted_worker_of_the_dashboard_takes_kept_worlds(kept, no_burn_in) -> None:
    from experiments.serving.tasks import Replicate
    from experiments.serving.warm import WarmWorlds

    task = Replicate(0, 1, 12, ("trust",), "none", (0,))
    results = [WarmWorlds().run([SCENARIO], task, lambda _: None)[0] for _ in range(2)]
    assert sum(month < 0 for month in no_burn_in) == 24, "burnt in once"
    np.testing.assert_array_equal(results[0].series, results[1].series)
