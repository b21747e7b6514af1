"""Columns of surveys whose names or codes were once passed over without a word: weights, codes beside words, initials of no answer."""

from __future__ import annotations

import pytest

from scenarios.own_data.surveys.survey import read_survey
from simulation import InputError

from .test_surveys import answered, kinds, scale, share, survey


@pytest.mark.parametrize(
    "name",
    ["weighting", "wtfinal", "finalwt", "Weight (population)", "Weighting factor", "WtFactor", "pspwght", "anweight", "RIM weight 1", "wt_adults", "wgt2"],
)  # fmt: skip
def test_weights_by_any_name_are_heard(tmp_path, name) -> None:
    found = survey(tmp_path, (30, ("1", "Yes", "2")), (60, ("2", "No", "0.5")), header=f"id,trust,{name}")
    assert share(found) == (0.6667, 90)
    assert found.columns["weight"] == name


@pytest.mark.parametrize(("name", "told"), [("W8", True), ("ward_weight_b", True), ("weight_kg", True), ("height", False)])
def test_a_column_that_may_hold_weights_is_told(tmp_path, name, told) -> None:
    found = survey(tmp_path, (30, ("1", "Yes", "2")), (60, ("2", "No", "0.5")), header=f"id,trust,{name}")
    assert share(found) == (0.3333, 90)
    assert (f"'{name}' may contain weights and was not used" in " ".join(found.notes)) is told
    if told:
        assert share(read_survey(tmp_path / "survey.csv", {"weight": name})) == (0.6667, 90)


def test_words_on_weight_are_no_weights(tmp_path) -> None:
    found = survey(tmp_path, (30, ("1", "Yes", "Overweight")), (60, ("2", "No", "Underweight")), header="id,trust,weight_status")
    assert share(found) == (0.3333, 90) and "weights" not in " ".join(found.notes)


@pytest.mark.parametrize("word", ["NR", "N/R", "PNTS", "Undecided", "?", "Information refused", "System", "NK", "Route not taken"])
def test_initials_of_no_answer_are_no_no(tmp_path, word) -> None:
    found = answered(tmp_path, {"A great deal": 20, "A bit": 30, word: 11}, answers={"trust": "A great deal"})
    assert kinds(found) == {"yes": 20, "no": 30, "missing": 11}


def test_eleven_beside_nought_to_ten_is_asked_about(tmp_path) -> None:
    answers = {"trust": "6|7|8|9|10"}
    with pytest.raises(InputError, match=r"11 \(10\) beside 0 to 10 may be an answer or mean no answer"):
        answered(tmp_path, scale(0, 11), answers=answers)
    assert share(answered(tmp_path, scale(0, 11), answers=answers, missing={"trust": "11"})) == (0.4545, 110)
    assert share(answered(tmp_path, scale(1, 11), answers=answers)) == (0.4545, 110)


def test_a_code_beside_segments_in_words_is_asked_about(tmp_path) -> None:
    counts = {"Settlers": 30, "Pioneers": 30, "0": 15}
    with pytest.raises(InputError, match=r"0 \(15\) may be an answer or mean no answer; .*--missing 'segment=0'"):
        answered(tmp_path, counts, "segment")
    assert answered(tmp_path, counts, "segment", missing={"segment": "0"}).segment_shares == {"Pioneers": 0.5, "Settlers": 0.5}


@pytest.mark.parametrize(
    "names", ["Base,Lower CI,Upper CI", "Unweighted base,lower,upper", "Respondents,CI low,CI high", "n,low,high"]
)
def test_published_shares_keep_their_base_and_interval(tmp_path, names) -> None:
    (tmp_path / "s.csv").write_text(f"Measure,Value,{names}\ntrust,62%,1100,57%,66%\n")
    row = read_survey(tmp_path / "s.csv").overall.loc["trust"]
    assert row[["value", "low", "high", "n"]].to_list() == [0.62, 0.57, 0.66, 1100]


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [("100%,,,50", 0.9286, 1.0), ("0,,,40", 0.0, 0.0876), ("100%,100%,100%,50", 0.9286, 1.0), ("0,0,0,", 0.0, 0.03), ("2%,,,50", 0.0035, 0.105)],
)  # fmt: skip
def test_published_shares_of_all_or_nobody_are_not_certain(tmp_path, row, low, high) -> None:
    (tmp_path / "s.csv").write_text(f"measure,value,low,high,n\ntrust,{row}\n")
    found = read_survey(tmp_path / "s.csv").overall.loc["trust"]
    assert [round(found["low"], 4), round(found["high"], 4)] == [low, high]


def test_rows_of_questions_and_import_codes_are_no_answers(tmp_path) -> None:
    codes = '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"'
    text = f"ResponseId,trust\nResponse ID,Do you trust the council?\n{codes}\n" + "R_1,4\n" * 30 + "R_2,1\n" * 20
    (tmp_path / "s.csv").write_text(text)
    found = read_survey(tmp_path / "s.csv", answers={"trust": "4"})
    assert share(found) == (0.6, 50)
    assert "rows of questions and import codes" in " ".join(found.notes)
