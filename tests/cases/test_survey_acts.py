"""Answers on what people did: a no that says more than no, and nothing but yes."""

from __future__ import annotations

import pytest

from simulation import InputError

from .test_surveys import answered, kinds, share, survey


@pytest.mark.parametrize(
    ("field", "yes", "no"),
    [
        ("was asked", "Asked", "Not asked in last 12 months"), ("was asked", "Asked", "Not asked by anyone"), ("was asked", "Yes", "Not been asked to volunteer"),
        ("consultation", "Responded", "Not responded"), ("consultation", "Responded", "No response"), ("consultation", "Replied", "No reply"),
        ("consultation", "Responded", "Refused to take part"), ("volunteered", "Volunteered", "Unavailable for volunteering"),
        ("participation", "Took part", "Declined to participate"),
    ],
)  # fmt: skip
def test_a_no_in_the_words_of_the_question_is_no_missing_answer(tmp_path, field, yes, no) -> None:
    name = {"was asked": "was_asked", "volunteered": "volunteering_12m"}.get(field, field)
    assert kinds(answered(tmp_path, {yes: 30, no: 90}, field), name) == {"yes": 30, "no": 90, "missing": 0}


@pytest.mark.parametrize("cell", ["No reply", "No response", "Not answered", "Refused", "N/A", "Not available"])
def test_nothing_but_yes_beside_what_may_mean_no_is_asked_about(tmp_path, cell) -> None:
    counts = {"Took part": 30, cell: 90}
    with pytest.raises(InputError, match=rf"every answer is yes, .*{cell} \(90\).*--missing 'participation={cell}'$"):
        answered(tmp_path, counts, "participation")
    assert share(answered(tmp_path, counts, "participation", missing={"participation": cell}), "participation") == (1.0, 30)


@pytest.mark.parametrize("cell", ["No idea who they are", "Refused to trust them", "Refuse to trust any of them"])
def test_words_that_go_on_are_no_missing_answer(tmp_path, cell) -> None:
    with pytest.raises(InputError, match="is not understood"):
        answered(tmp_path, {"Trust": 30, "Distrust": 20, cell: 40})


@pytest.mark.parametrize(
    "cell", ["No idea", "Refused to say", "Not asked", "No response", "Declined to answer", "Not asked this question"]
)
def test_words_of_no_answer_beside_no_stay_missing(tmp_path, cell) -> None:
    assert kinds(answered(tmp_path, {"Took part": 30, "No": 50, cell: 40}, "participation"), "participation")["missing"] == 40


@pytest.mark.parametrize("cell", ["Don't know", "Prefer not to say", "Can't remember"])
def test_nothing_but_yes_beside_those_who_do_not_know_is_as_it_is(tmp_path, cell) -> None:
    assert share(answered(tmp_path, {"Yes": 30, cell: 40})) == (1.0, 30)


@pytest.mark.parametrize(
    "cell",
    ["Once, but more than 12 months ago", "At least once, but not in the last year", "Several times a year, over a year ago"],
)
def test_an_act_before_the_year_is_no_act_in_it(tmp_path, cell) -> None:
    counts = kinds(answered(tmp_path, {"Every month": 20, cell: 30, "Never": 10}, "volunteered"), "volunteering_12m")
    assert counts == {"yes": 20, "no": 40, "missing": 0}


@pytest.mark.parametrize(
    "cell", ["Several times in my life", "At least once in the last 5 years", "Once, years ago", "At least once ever"]
)
def test_an_act_at_no_known_time_is_asked_about(tmp_path, cell) -> None:
    with pytest.raises(InputError, match="is not understood"):
        answered(tmp_path, {"Every month": 20, cell: 30, "Never": 10}, "volunteered")


@pytest.mark.parametrize(
    "cell", ["Once, 3 months ago", "At least once in the last 12 months", "Once a week", "Several times a year"]
)
def test_an_act_in_the_year_is_one(tmp_path, cell) -> None:
    counts = kinds(answered(tmp_path, {cell: 30, "Never": 10}, "volunteered"), "volunteering_12m")
    assert counts == {"yes": 30, "no": 10, "missing": 0}


def test_volunteering_ever_is_not_within_the_year(tmp_path) -> None:
    with pytest.raises(InputError, match="no column was read as an answer"):
        answered(tmp_path, {"Yes": 20, "No": 30}, "Volunteering ever")


@pytest.mark.parametrize(("name", "cells"), [("Mode", ("Online", "Telephone")), ("Cluster", ("1", "2"))])
def test_how_people_answered_is_no_value_segment(tmp_path, name, cells) -> None:
    found = survey(tmp_path, (30, ("Yes", cells[0])), (30, ("No", cells[1])), header=f"trust,{name}")
    assert found.segment_shares == {} and f"'{name}' names no known value segment" in " ".join(found.notes)
    found = survey(tmp_path, (30, ("Yes", "Pioneers")), (30, ("No", "Settlers")), header=f"trust,{name}")
    assert found.segment_shares == {"Pioneers": 0.5, "Settlers": 0.5}


@pytest.mark.parametrize("name", ["influenced by leaflet", "Influence decisions - important to me", "influence by media"])
def test_other_influence_is_no_perceived_influence(tmp_path, name) -> None:
    found = survey(tmp_path, (30, ("Yes", "Agree")), (30, ("No", "Disagree")), header=f"trust,{name}")
    assert list(found.overall.index) == ["trust"]
