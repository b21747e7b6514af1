"""Rows of surveys that are no people, and numbers that nothing explains: neither counts as a no without a word."""

from __future__ import annotations

import pytest

from scenarios.own_data.surveys.answers import beyond_scale
from simulation import InputError

from .test_surveys import answered, kinds, scale, share, survey

FEET = {
    "Total": ("Total", "50"), "without a number": ("", "Total"), "Grand total": ("Grand Total", "50"), "Base": ("Base: all respondents", "50"), "Mean": ("Mean", "0.4"),
    "N": ("N", "50"), "percent": ("% yes", "40%"), "All": ("All respondents", "50"), "thousands": ("TOTAL", "1,050"), "Unweighted base": ("Unweighted base", "50"),
}  # fmt: skip


@pytest.mark.parametrize("head", [False, True])
@pytest.mark.parametrize("kind", [k for k in FEET if k != "without a number"])
def test_a_total_is_no_person(tmp_path, kind, head) -> None:
    rows = [(20, ("7001", "4")), (30, ("7002", "1"))]
    rows.insert(0 if head else 2, (1, FEET[kind]))
    found = survey(tmp_path, *rows, answers={"trust": "4"})
    assert share(found) == (0.4, 50) and kinds(found) == {"yes": 20, "no": 30, "missing": 0}
    assert f"line {2 if head else 52}: 1 row is a total, not an answer" in " ".join(found.notes)


def test_a_total_of_weights_is_no_person(tmp_path) -> None:
    found = survey(
        tmp_path, (20, ("Yes", "1")), (30, ("No", "1")), (1, ("Total", "50")), header="trust,weight", answers={"trust": "Yes"}
    )
    assert share(found) == (0.4, 50)


def test_several_totals_at_both_ends_are_no_people(tmp_path) -> None:
    rows = [
        (1, ("Base", "50", "50")),
        (20, ("7001", "4", "1")),
        (30, ("7002", "1", "1")),
        (1, ("Mean", "2.2", "1")),
        (1, ("Total", "", "50")),
    ]
    found = survey(tmp_path, *rows, header="id,trust,weight", answers={"trust": "4"})
    assert share(found) == (0.4, 50) and "lines 2 to 54: 3 rows are totals, not answers ('Base', 'Mean', 'Total')" in " ".join(
        found.notes
    )


def test_people_who_only_look_like_totals_stay(tmp_path) -> None:
    rows = [(20, ("All", "4")), (30, ("Some", "1")), (1, ("All", "4"))]
    assert share(survey(tmp_path, *rows, header="helped,trust", answers={"trust": "4"}))[1] == 51
    assert share(survey(tmp_path, (20, ("Max", "4")), (30, ("7002", "1")), answers={"trust": "4"}))[1] == 50
    assert share(survey(tmp_path, (20, ("7001", "No", "4")), (30, ("7002", "No", "1")), (1, ("7003", "Total", "1")), header="id,hearing,trust", answers={"trust": "4"}))[1] == 51  # fmt: skip


ASKED = [
    ({"1": 40, "2": 40, "3": 20}, "1", "3"), ({"1": 40, "2": 40, "3": 20}, "2", "3"), ({"0": 40, "1": 40, "2": 20}, "1", "2"), (scale(1, 5), "1|2", "5"), (scale(1, 5), "3|4", "5"),
    ({"Yes": 40, "No": 40, "3": 20}, "Yes", "3"), ({"1 - Yes": 40, "2 - No": 40, "3": 20}, "1", "3"), ({"I do": 40, "Not me": 40, "50": 1}, "I do", "50"),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "yes", "doubtful"), ASKED)
def test_a_number_that_may_be_dont_know_is_asked_about(tmp_path, counts, yes, doubtful) -> None:
    text = rf"yes is .*; {doubtful} \({counts[doubtful]}\) may mean no, or no answer \(don't know\): --missing 'trust={doubtful}' if it means no answer, or --missing trust= if it means no"
    with pytest.raises(InputError, match=text):
        answered(tmp_path, counts, answers={"trust": yes})
    total = sum(counts.values())
    assert share(answered(tmp_path, counts, answers={"trust": yes}, missing={"trust": doubtful}))[1] == total - counts[doubtful]
    assert share(answered(tmp_path, counts, answers={"trust": yes}, missing={"trust": ""}))[1] == total


@pytest.mark.parametrize(
    ("counts", "yes"),
    [(scale(1, 5), "4|5"), (scale(1, 4), "3|4"), (scale(1, 4), "1|2"), (scale(0, 10), "7|8|9|10"), (scale(1, 10), "6|7|8|9|10"), (scale(1, 2), "1"), (scale(0, 1), "1"),
     ({"1 - Not at all": 10, "2": 10, "3": 10, "4": 10, "5 - Wholly": 10}, "4|5"), ({"5 - Wholly": 10, "4": 10, "3": 10, "1 - Not at all": 10}, "5")],
)  # fmt: skip
def test_a_plain_scale_is_not_asked_about_and_what_counts_as_no_is_listed(tmp_path, counts, yes) -> None:
    found = answered(tmp_path, counts, answers={"trust": yes})
    assert share(found)[1] == sum(counts.values())
    told = next((note for note in found.notes if "counted as no, since --answer does not name them" in note), "")
    rest = [c for c in counts if c not in yes.split("|") and c.split(" ")[0] not in yes.split("|")]
    assert all(f"{cell} ({counts[cell]})" in told for cell in rest if cell != "1 - Not at all")


def test_words_that_nothing_explains_are_listed_as_no(tmp_path) -> None:
    found = answered(tmp_path, {"Yes": 20, "No": 20, "Other (see notes)": 10}, answers={"trust": "Yes"})
    assert "counted as no, since --answer does not name them: Other (see notes) (10); if one of them means no answer" in " ".join(
        found.notes
    )


def test_numbers_beyond_a_scale() -> None:
    assert beyond_scale({"1", "2"}, ["3", "4"], {}) == []
    assert beyond_scale({"1", "2", "3"}, ["4", "5", "6", "7"], {}) == ["7"]
    assert beyond_scale({"1"}, ["2", "3", "4", "5"], {}) == []
