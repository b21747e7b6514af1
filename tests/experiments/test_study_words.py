"""What people read of a study's columns: words with units, and no internal names."""

from __future__ import annotations

import pytest

from experiments import Factor, Study
from experiments.reports.study_words import column_words, factor_words
from scenarios import load_scenario


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (Factor("experience.asymmetry", "parameter", "experience.asymmetry", 1, 5), "Weight of a bad outcome relative to a good one (factor)"),
        (Factor("loop", "dose", "closing-the-loop", 0, 1), "Closing the loop: dose (0 to 1)"),
        (Factor("front", "dose", "closing-the-loop", 0, 1), "front: closing the loop: dose (0 to 1)"),
        (Factor("from", "start", "closing-the-loop", values=(1, 13)), "from: closing the loop: first month"),
        (Factor("Settlers", "segment", "Settlers", 0.2, 0.4), "Settlers: share of people"),
        (Factor("word_of_mouth", "loop", "word_of_mouth", values=("on", "off")), "Feedback loop: word of mouth"),
        (Factor("place", "place", values=("haringey", "Blackpool")), "Place"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)  # fmt: skip
def test_a_factor_is_said_in_words_with_its_unit(factor, said) -> None:
    assert factor_words(factor) == said


def test_every_column_of_a_study_is_said() -> None:
    base = load_scenario("baseline", "haringey", population=100)
    study = Study(
        "s",
        base,
        (Factor("front", "dose", "closing-the-loop", 0, 1),),
        measures=("trust", "cost"),
        at=(12, 24),
        months=24,
        effects=True,
    )
    words = column_words(study)
    assert set(words) == {"front", *study.columns}
    assert words["trust@12_effect"] == "Trust the council in month 12, change (share)"
    assert all("_" not in said and "@" not in said for said in words.values())
    assert any("(£)" in said for said in words.values())
