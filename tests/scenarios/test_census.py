"""One count of judgements, said alike everywhere: a report once said 427 of 500, and the rest set to published facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments import compare
from experiments.reports.assurance.pack import assurance_pack
from experiments.reports.lists import LISTS
from experiments.reports.report import render
from scenarios import households, joint, load_scenario, wishes
from scenarios.evidence.census import census
from scenarios.evidence.posterior import shipped
from scenarios.places.uk_tables import rows
from simulation.month import declared_parameters

ROOT = Path(__file__).resolve().parents[2]


def test_every_number_is_counted_once_by_its_status() -> None:
    declared, counted = declared_parameters(), census()
    assert counted.total == len(declared) == sum(counted.by_status.values())
    for status, number in counted.by_status.items():
        assert number == len([p for p in declared.values() if p.status == status])
    assert counted.fitted == len(shipped().fitted)
    assert counted.fitted + counted.drawn <= counted.total


def test_what_is_offered_is_what_the_lists_have() -> None:
    """README, documents and `groundswell list` count alike."""
    counted, lists = census(), {name: make() for name, make in LISTS.items()}
    assert counted.kinds == {kind: sum(row["kind"] == kind for row in lists["interventions"]) for kind in ("intervention", "shock")}
    assert (counted.total, counted.measures, counted.facts) == tuple(
        len(lists[name]) for name in ("parameters", "measures", "facts")
    )
    assert counted.councils == len(rows("authorities"))
    assert counted.offered() in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def test_judgements_behind_the_drawing_of_people_are_counted() -> None:
    """Each table marked as assumed is in its module's `ASSUMED`; the count of the model's numbers once left them out."""
    for module in (households, joint, wishes):
        typed = re.findall(r"^([A-Z_]+) = np\.array\(\s*\[+-?\d", Path(module.__file__).read_text(encoding="utf-8"), re.MULTILINE)
        counted = {id(one) for one in module.ASSUMED}
        assert [name for name in typed if id(getattr(module, name)) not in counted] == [name for name in typed if name == "YEARS"]
    assert census().people > 150


def test_a_declared_status_that_is_not_counted_is_an_error() -> None:
    assert {p.status for p in declared_parameters().values()} <= set(census().by_status)


@pytest.fixture(scope="module")
def report() -> str:
    base = load_scenario("baseline", "haringey", 200).with_(burn_in=0)
    return render(compare(base, base.with_(name="other", parameters={"needs.chase": 0.3}), replicates=2, months=1, workers=1))


def test_report_pack_and_readme_say_the_same_count(report) -> None:
    words = census().words()
    pack = " ".join(text for part in assurance_pack().parts for text in part.words)
    for name, text in (("report", report.replace("&#39;", "'")), ("pack", pack), ("README", (ROOT / "README.md").read_text())):
        assert words in " ".join(text.split()), name


def test_the_report_lists_every_assumed_number(report) -> None:
    for name, p in declared_parameters().items():
        assert (f"<code>{name}</code>" in report) == (p.status == "assumed"), name
