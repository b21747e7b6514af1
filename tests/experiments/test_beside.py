"""What a validation reports beside the facts: the split, who takes part again, and gradients; on its page, in JSON, in the pack and in the ODD."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments.comparison.gradients import GRADIENTS, gradient_of, gradients
from experiments.evidence.validation import beside
from experiments.evidence.validation.origins import OUTCOMES, origins
from experiments.evidence.validation.panels import YEAR_TO_YEAR, year_to_year
from experiments.reports import odd
from experiments.reports.beside_tables import SPLIT_TITLE, beside_parts, beside_tables
from experiments.reports.gradient_tables import gradient_header, gradient_rows, gradient_words
from simulation import ParticipationModel
from simulation.measures.measure import GRADED
from tests.experiments.invented import column, invented
from tests.places import small_scenario


@pytest.fixture(scope="module")
def found() -> beside.Beside:
    arrived = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "origins", lambda *given: origins(*given, pasts=2, futures=2, lived=12))
        seen = beside.look_beside(small_scenario(500, 24), None, 1, range(2), 1, lambda: arrived.append(1))
    assert len(arrived) == 2
    return seen


def test_everything_is_in_the_document_and_in_the_tables(found) -> None:
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert [row["outcome"] for row in told["split"]] == list(OUTCOMES)
    assert all(row["birth"] + row["experience"] + row["chance"] == pytest.approx(1.0) for row in told["split"])
    assert [row["id"] for row in told["persistence"]] == list(YEAR_TO_YEAR)
    assert set(told["gradients"]) == set(GRADED)
    assert list(told["gradients"]["participation"]) == list(GRADIENTS)
    titles = [title for title, _, _ in beside_tables(told)]
    assert titles[0] == f"{SPLIT_TITLE} (2 worlds)"
    assert all(len(row) == len(header) for _, header, rows in beside_tables(told) for row in rows)
    assert len(beside_parts(told)) == 3
    assert beside_tables(beside.Beside().to_json()) == [], "nothing where nothing was looked at"


def test_the_odd_says_what_the_three_are_and_the_shipped_numbers(found, monkeypatch) -> None:
    assert f"### {SPLIT_TITLE}" in odd.odd_text()
    monkeypatch.setattr(odd, "result", lambda _: found.to_json())
    assert f"| {OUTCOMES['apathy']} |" in odd.odd_text()


def test_who_takes_part_again_is_counted_among_those_who_stay() -> None:
    one, two = (ParticipationModel(small_scenario(10, 0), 1) for _ in range(2))
    for model, active in ((one, [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]), (two, [1, 1, 1, 0, 1, 0, 0, 0, 0, 0])):
        model.residents.months_consultation[:] = active
    two.residents.person_id[9] += 1 << 32  # somebody else lives there now
    shares = year_to_year(one, two)
    assert shares["took_part_again"] == 0.75
    assert shares["took_part_began"] == pytest.approx(0.2)
    assert np.isnan(shares["volunteered_again"])
    assert shares["volunteered_began"] == 0.0


def test_a_gradient_goes_from_the_first_group_in_which_anybody_lives_to_the_last() -> None:
    levels = np.array([[np.nan, 0.2, 0.3, 0.4], [np.nan, 0.2, 0.3, 0.5]])
    one = gradient_of(levels, ("1", "2", "3", "4"))
    assert one.groups == ("2", "3", "4")
    assert one.difference == pytest.approx(0.25)
    assert one.ratio == pytest.approx(2.25)
    assert one.low < 0.25 < one.high
    assert gradient_words(one, "deprivation_fifth", "share") == "20.0 to 45.0 %"
    assert gradient_words(one, "age", "share") == "20.0, 30.0, 45.0 %"
    nobody = gradient_of(np.full((2, 3), np.nan), ("a", "b", "c"))
    assert gradient_words(nobody, "tenure", "share") == ""
    assert nobody.to_json() == {"groups": {}, "difference": None, "low": None, "high": None, "ratio": None}


def test_gradients_stand_beside_every_headline() -> None:
    result = invented({"participation": column(0.02, 0.01)})
    result.by["age"][:, :, list(result.measures).index("participation"), 0] -= 0.1
    assert gradients(result, "participation", 1)["age"].difference == pytest.approx(0.1)
    assert gradients(result, "representativeness", 1) == {}, "it has no groups"
    rows = gradient_rows(result)
    assert len(rows) == 2 * len(GRADED)
    assert len(gradient_rows(result, scenarios=False)) == len(GRADED)
    assert {len(row) for row in rows} == {len(gradient_header())}
    told = result.to_json()["scenarios"][1]
    assert set(told["gradients"]) == set(GRADED)
    assert told["gradients"]["participation"]["age"]["difference"] == pytest.approx(0.1)
    assert set(told["by"]["tenure"]["owned"]) == set(GRADED), "personal groups have the headlines alone"
