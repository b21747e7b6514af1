"""Surveys that were once read wrongly without a word: what counts as yes, as no, as no answer, as a segment and as a weight."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from experiments.cli.command_line import main
from scenarios.own_data.surveys.survey import Survey, read_survey
from simulation import InputError

Counts = Mapping[str, int]


def survey(folder: Path, *rows: tuple[int, Sequence[str]], header: str = "id,trust", **options: object) -> Survey:
    """Return what a survey says that holds each row so many times."""
    lines = [header]
    for count, cells in rows:
        lines += [",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells)] * count
    path = folder / "survey.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_survey(path, **options)  # type: ignore[arg-type]


def answered(folder: Path, counts: Counts, field: str = "trust", **options: object) -> Survey:
    """Return what a survey of one question says; a second column keeps empty answers."""
    return survey(folder, *((n, ("7001", cell)) for cell, n in counts.items()), header=f"id,{field}", **options)


def share(found: Survey, field: str = "trust") -> tuple[float, int]:
    row = found.overall.loc[field]
    return round(float(row["value"]), 4), int(row["n"])


def kinds(found: Survey, field: str = "trust") -> dict[str, int]:
    return dict(next(r for r in found.readings if r.name == field).counts)


def scale(low: int, high: int, each: int = 10) -> dict[str, int]:
    return {str(n): each for n in range(low, high + 1)}


def test_answer_unheard(tmp_path, capsys) -> None:
    counts = {"Very satisfied": 10, "Fairly satisfied": 30, "Very dissatisfied": 60}
    with pytest.raises(
        InputError, match="--answer: unknown field 'satisfaction'; column 'satisfaction' was read as council_satisf"
    ):
        answered(tmp_path, counts, "satisfaction", answers={"satisfaction": "Very satisfied"})
    code = main(
        ["place", "Blackpool", "--survey", str(tmp_path / "survey.csv"), "--answer", "satisfaction=Very satisfied", "--check"]
    )
    assert code == 2 and "council_satisfaction" in capsys.readouterr().err
    found = answered(tmp_path, counts, "satisfaction", answers={"council_satisfaction": "very satisfied"})
    assert share(found, "council_satisfaction") == (0.1, 100)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"answers": {"trst": "yes"}}, "--answer: unknown field 'trst'; did you mean 'trust"), ({"missing": {"trst": "yes"}}, "--missing: unknown field 'trst'; did you mean"),
     ({"answers": {"segment": "a"}}, "--answer: unknown field 'segment'"), ({"answers": {"consultation": "yes"}}, "--answer: consultation: no column of survey.csv was read as this field; fields found: trust"),
     ({"missing": {"weight": "9"}}, "--missing: weight: no column of survey.csv was read as this field"), ({"missing": {"trust": "maybee"}}, "--missing trust: nobody answered 'maybee'; did you mean 'maybe'"),
     ({"answers": {"trust": "yes"}, "missing": {"trust": "Yes|maybe"}}, "--missing trust: 'yes' counts as yes by --answer")],
)  # fmt: skip
def test_what_is_said_of_no_field_or_no_value_is_refused(tmp_path, options, message) -> None:
    with pytest.raises(InputError, match=message):
        answered(tmp_path, {"yes": 20, "no": 20, "maybe": 5}, **options)


def test_options_for_answers_do_not_go_with_published_shares(tmp_path) -> None:
    (tmp_path / "s.csv").write_text("measure,value\ntrust,0.4\n")
    for options, name in (({"answers": {"trust": "1"}}, "--answer"), ({"missing": {"trust": "1"}}, "--missing"), ({"columns": {"trust": "value"}}, "--survey-column")):  # fmt: skip
        with pytest.raises(InputError, match=f"{name}: needs answers, one row per respondent"):
            read_survey(tmp_path / "s.csv", **options)  # type: ignore[arg-type]


def test_dont_know_as_no(tmp_path) -> None:
    counts = {
        "A great deal": 10,
        "A fair amount": 10,
        "Not very much": 10,
        "Not at all": 10,
        "Don't know / can't say": 30,
        "Prefer not to answer": 30,
    }
    for answers in (None, {"trust": "A great deal|A fair amount"}):
        found = answered(tmp_path, counts, answers=answers)
        assert share(found) == (0.5, 40)
        assert kinds(found) == {"yes": 20, "no": 20, "missing": 60}
    assert "60 of 100 mean no answer and were left out: Don't know / can't say (30), Prefer not to answer (30)" in found.notes[-1]
    reading = next(r for r in found.readings if r.name == "trust")
    assert reading.words() == (
        "20 yes (A great deal, A fair amount); 20 no (Not very much, Not at all); 60 missing (Don't know / can't say, Prefer not to answer)"
    )


@pytest.mark.parametrize(
    "word",
    ["Don\u2019t know", "DON'T KNOW", "Dont know", "Do not know", "I don't know", "Don&#39;t know", "donâ€™t know", "DK", "D/K", "Don't know/Refused", "(Don't know)", "9 Don't know", "9. DK", "(99) Refused",
     "-9: Not answered", "98=Refusal", "-8 - Item not applicable", "Refused", "Refusal", "Prefer not to say", "I'd rather not say", "Declined to answer", "Not applicable", "N/A", "N.A.", "Item not applicable",
     "Schedule not applicable", "Interview not achieved", "Does not apply", "Not asked", "No reply", "No answer", "No response", "Non-response", "Not stated", "Not answered", "Did not answer", "Can't say", "Can't choose", "Unsure",
     "Not sure", "No opinion", "Unknown", "Missing", "System missing", "Skipped", "#N/A", "NULL", ".", ".d", "NA", "-", "No sabe / No contesta", "NS/NC", "Ne sait pas", "Sans réponse", "Weiß nicht", "Keine Angabe", "Non so",
     "Weet niet", "Ddim yn gwybod", "Não sabe"],
)  # fmt: skip
def test_every_way_to_say_nothing_is_no_answer(tmp_path, word) -> None:
    assert share(answered(tmp_path, {"Yes": 20, "No": 20, word: 15})) == (0.5, 40)
    found = answered(tmp_path, {"I do": 20, "Me not": 20, word: 15}, answers={"trust": "I do"})
    assert share(found) == (0.5, 40) and f"{word} (15)" in found.notes[-1]


@pytest.mark.parametrize(
    "word", ["None at all", "Not at all", "Not very much", "Neither trust it nor not", "Nothing", "Not often", "Missing Link", "Refuse collectors", "No trust"]
)  # fmt: skip
def test_words_that_only_look_like_no_answer_are_answers(tmp_path, word) -> None:
    assert share(answered(tmp_path, {"A lot": 20, word: 20}, answers={"trust": "A lot"})) == (0.5, 40)


def test_missing_codes_as_segments(tmp_path) -> None:
    rows = [(20, ("Settlers", "yes")), (20, ("Pioneers", "no")), (20, ("-9", "no")), (15, ("Refused", "no"))]
    found = survey(tmp_path, *rows, header="segment,trust")
    assert found.segment_shares == {"Pioneers": 0.5, "Settlers": 0.5}
    assert "35 of 75 answers have no segment and were left out: -9 (20), Refused (15)" in " ".join(found.notes)
    assert set(found.estimates["group"]) == {"", "segment: Pioneers", "segment: Settlers"}


@pytest.mark.parametrize(
    "code", ["99", "-1", "N/A", "None", "Don\u2019t know", "99 Not classified", "Unclassified", "998", "No answer", ""]
)
def test_no_code_is_a_segment_or_a_ward(tmp_path, code) -> None:
    for header, groups in (("segment,trust", "segment"), ("ward,trust", "ward")):
        found = survey(tmp_path, (20, ("Mill", "yes")), (20, ("Quay", "no")), (15, (code, "no")), header=header)
        assert set(found.estimates["group"]) == {"", f"{groups}: Mill", f"{groups}: Quay"}
        assert kinds(found, groups) == {"given": 40, "missing": 15}


def test_segments_by_number_keep_their_numbers(tmp_path) -> None:
    rows = [(20, (str(n), "yes")) for n in range(1, 6)]
    assert set(survey(tmp_path, *rows, (15, ("9", "no")), header="segment,trust").segment_shares) == set("12345")
    assert set(survey(tmp_path, *rows, (15, ("-9", "no")), header="segment,trust").segment_shares) == set("12345")
    many = [(20, (str(n), "yes")) for n in range(1, 9)]
    with pytest.raises(InputError, match=r"8 \(20\) beside 1 to 7 may be an answer or mean no answer; .*--missing 'segment=8'"):
        survey(tmp_path, *many, header="segment,trust")
    assert len(survey(tmp_path, *many, header="segment,trust", missing={"segment": ""}).segment_shares) == 8
    assert len(survey(tmp_path, *many, header="segment,trust", missing={"segment": "8"}).segment_shares) == 7


def test_letters_and_cases_of_segments_are_names(tmp_path) -> None:
    rows = [(20, ("C", "yes")), (20, ("X", "no")), (12, ("settlers", "no")), (28, ("Settlers", "no"))]
    found = survey(tmp_path, *rows, header="segment,trust")
    assert found.segment_shares == {"C": 0.25, "Settlers": 0.5, "X": 0.25}


def test_nine_is_an_answer(tmp_path) -> None:
    found = answered(tmp_path, scale(1, 10, 20), answers={"trust": "1|2|3|4"})
    assert share(found) == (0.4, 200)
    assert kinds(found) == {"yes": 80, "no": 120, "missing": 0}


@pytest.mark.parametrize(
    ("answers", "codes"),
    [(scale(1, 4), ("8", "9")), (scale(1, 5), ("9",)), (scale(1, 5), ("99",)), (scale(0, 10), ("88", "99")), (scale(0, 10), ("77", "88", "99")), (scale(1, 10), ("-9", "-1", "98")),
     (scale(1, 7), ("9",)), (scale(1, 7), ("99", "-8")), (scale(1, 11), ("97", "98", "99")), (scale(0, 100, 1), ("999",)), (scale(-3, 3), ("9", "99")), (scale(-5, 5), ("88",)), (scale(-3, 3), ("-9",)),
     (scale(1, 5), ("9999",)), ({f"{n}.0": 10 for n in range(1, 6)}, ("9.0",)), ({**scale(2, 9), "1 Not at all": 10, "10 Completely": 10}, ("88", "99 Refused"))],
)  # fmt: skip
def test_a_code_is_missing_only_where_it_lies_outside_the_scale(tmp_path, answers, codes) -> None:
    lowest = next(iter(answers))
    found = answered(tmp_path, {**answers, **dict.fromkeys(codes, 15)}, answers={"trust": lowest})
    assert kinds(found) == {"yes": answers[lowest], "no": sum(answers.values()) - answers[lowest], "missing": 15 * len(codes)}
    for code in codes:
        assert f"{code} (15)" in found.notes[-1]


@pytest.mark.parametrize(
    ("counts", "doubtful"),
    [(scale(1, 8), "8 .10. beside 1 to 7"), (scale(1, 9), "8 .10., 9 .10. beside 1 to 7"), (scale(-1, 1), "-1 .10. beside 0 to 1"), ({**scale(1, 5), "42": 10}, "42 .10. beside 1 to 5"),
     ({**scale(1, 5), "9": 10, "10": 10}, "9 .10., 10 .10. beside 1 to 5"), ({"1": 10, "2": 10, "-1": 10, "-2": 10}, "-2 .10., -1 .10. beside 1 to 2")],
)  # fmt: skip
def test_a_code_beside_the_scale_is_asked_about(tmp_path, counts, doubtful) -> None:
    with pytest.raises(InputError, match=f"{doubtful} may be an answer or mean no answer; say which mean no answer: --missing"):
        answered(tmp_path, counts, answers={"trust": "1"})
    assert share(answered(tmp_path, counts, answers={"trust": "1"}, missing={"trust": ""}))[1] == sum(counts.values())


def test_a_named_value_is_what_it_is_said_to_be(tmp_path) -> None:
    counts = {**scale(1, 5), "9": 10}
    assert share(answered(tmp_path, counts, answers={"trust": "5|9"})) == (round(20 / 60, 4), 60), "9 named as yes is an answer"
    assert share(answered(tmp_path, counts, answers={"trust": "5"}, missing={"trust": "1|9"})) == (0.25, 40)
    assert share(answered(tmp_path, {**scale(1, 8), "-9": 5}, answers={"trust": "8"}, missing={"trust": "-9"})) == (0.125, 80)
    assert share(answered(tmp_path, {"Yes": 20, "No": 10, "Refused": 10}, missing={"trust": ""}, answers={"trust": "Yes"})) == (
        0.5,
        40,
    )
    few = {"0": 20, "1": 10, "2": 10, "8": 10, "9": 10, "10": 10}
    assert share(answered(tmp_path, few, answers={"trust": "9|10"})) == (round(20 / 70, 4), 70), "10 is an answer, so 8 is one"
    labelled = {"1 - A great deal": 10, "2 - A fair amount": 10, "3 - Not at all": 20, "9 - DK": 10}
    for named in ("1|2", "A great deal|a fair amount", "1 - A great deal|2 - A fair amount", "1.0|2"):
        assert share(answered(tmp_path, labelled, answers={"trust": named})) == (0.5, 40), named
    assert share(answered(tmp_path, {"1.0": 10, "2.0": 10, "3.0": 20}, answers={"trust": "1|2"})) == (0.5, 40)


def test_none_is_an_answer(tmp_path) -> None:
    counts = {"Weekly": 20, "Monthly": 10, "None": 70}
    found = answered(tmp_path, counts, "volunteered")
    assert share(found, "volunteering_12m") == (0.3, 100)
    found = answered(tmp_path, counts, "volunteered", answers={"volunteering_12m": "Weekly|Monthly"})
    assert share(found, "volunteering_12m") == (0.3, 100)


@pytest.mark.parametrize(
    ("field", "yes", "no"),
    [("volunteered", "Weekly", "Never"), ("volunteered", "Monthly", "0"), ("volunteered", "1", "0"), ("volunteered", "Y", "N"), ("volunteered", "TRUE", "FALSE"), ("volunteered", "Selected", "Not selected"),
     ("volunteered", "Mentioned", "Not mentioned"), ("volunteered", "Checked", "Unchecked"), ("volunteered", "1. Yes", "2. No"), ("volunteered", "At least once a month", "None of these"), ("trust", "A great deal", "None at all"),
     ("trust", "True", "False"), ("trust", "1 A fair amount", "4 None"), ("was asked", "Asked", "Not asked"), ("consultation", "Responded", "Did not respond"), ("satisfaction", "yes ", "NO")],
)  # fmt: skip
def test_a_questions_own_noes_are_answers(tmp_path, field, yes, no) -> None:
    found = answered(tmp_path, {yes: 15, no: 45, "NA": 10, "-1": 10}, field)
    name = next(r.name for r in found.readings if "yes" in r.counts)
    assert share(found, name) == (0.25, 60)


def test_minus_one_beside_one_and_nought(tmp_path) -> None:
    assert share(answered(tmp_path, {"1": 15, "0": 45, "NA": 10})) == (0.25, 60)
    assert share(answered(tmp_path, {"1": 15, "0": 45, "-9": 10})) == (0.25, 60)
    with pytest.raises(InputError, match=r"-1 \(10\) beside 0 to 1 may be an answer"):  # disagree, neither, agree?
        answered(tmp_path, {"1": 15, "0": 45, "-1": 10})


def test_answers_that_words_do_not_settle_are_asked_about(tmp_path) -> None:
    with pytest.raises(InputError, match="'2' is not understood; say what counts as yes: --answer 'trust=VALUE"):
        answered(tmp_path, {"2": 20, "1": 20, "-9": 10})
    with pytest.raises(InputError, match="'Not asked' may mean no, or that the question was not asked"):
        answered(tmp_path, {"Yes": 20, "No": 20, "Not asked": 10}, "was asked")
    with pytest.raises(InputError, match="every answer is yes, and 40 cells are empty; write No where empty means no"):
        answered(tmp_path, {"Yes": 20, "": 40}, "volunteered")
    assert share(answered(tmp_path, {"Yes": 20, "": 40}, "volunteered", missing={"volunteering_12m": ""}), "volunteering_12m") == (
        1.0,
        20,
    )
    with pytest.raises(InputError, match="'x' is not understood"):
        answered(tmp_path, {"x": 20, "": 40}, "volunteered")


def test_the_middle_of_a_scale_is_said_to_count_as_no(tmp_path) -> None:
    found = answered(tmp_path, {"Agree": 20, "Neither agree nor disagree": 10, "Disagree": 10}, "influence")
    assert share(found, "perceived_influence") == (0.5, 40)
    assert "'Neither agree nor disagree' (10) counts as no" in " ".join(found.notes)


def test_weight_missing(tmp_path) -> None:
    found = survey(tmp_path, (20, ("1", "yes")), (20, ("2", "no")), (25, ("", "no")), header="weight,trust")
    assert share(found) == (0.3333, 40)
    assert "25 of 65 answers have no weight and were left out" in " ".join(found.notes)
    assert kinds(found, "weight") == {"given": 40, "missing": 25, "zero": 0}


@pytest.mark.parametrize(
    ("weights", "value", "n"),
    [(("1", "2", "0"), 0.3333, 40), (("0,75", "1,5", ""), 0.3333, 40), (("0,875", "1,750", "NA"), 0.3333, 40), (("0.5", "1", "Not stated"), 0.3333, 40), (("1,000", "2,000", ""), 0.3333, 40)],
)  # fmt: skip
def test_weights_as_they_are_written(tmp_path, weights, value, n) -> None:
    rows = [(20, (weights[0], "yes")), (20, (weights[1], "no")), (25, (weights[2], "no"))]
    found = survey(tmp_path, *rows, header="weight,trust")
    assert share(found) == (value, n)
    assert "25 of 65 answers have " in " ".join(found.notes)


@pytest.mark.parametrize(
    ("odd", "message"),
    [("-9", "line 42: weight .weight.: '-9'; allowed: numbers from 0; if it means that there is no weight: --missing weight=-9"), ("999", "999 is more than 10 times any other weight; .*--missing weight=999"),
     ("heavy", "'heavy'; allowed: numbers from 0")],
)  # fmt: skip
def test_odd_weights_are_refused(tmp_path, odd, message) -> None:
    rows = [(20, ("1", "yes")), (20, ("2", "no")), (25, (odd, "no"))]
    with pytest.raises(InputError, match=message):
        survey(tmp_path, *rows, header="weight,trust")
    if odd != "heavy":
        assert share(survey(tmp_path, *rows, header="weight,trust", missing={"weight": odd})) == (0.3333, 40)


def test_no_weight_at_all_is_refused(tmp_path) -> None:
    with pytest.raises(InputError, match="no answer has one"):
        survey(tmp_path, (20, ("", "yes")), (20, ("NA", "no")), header="weight,trust")


@pytest.mark.parametrize("last", ["9 Don't know", "(99) Refused", "4. Not at all", "4 - Not at all", "-9: Not answered"])
def test_labelled_answers_at_the_end_are_no_notes(tmp_path, last) -> None:
    rows = [(20, ("1 A great deal", "Yes")), (20, ("Not at all", "No")), (15, (last, "No"))]
    found = survey(tmp_path, *rows, header="trust,volunteered")
    assert share(found, "volunteering_12m") == (round(20 / 55, 4), 55)
    (tmp_path / "survey.csv").write_text("trust\n" + "1 A great deal\n" * 20 + "2 Not very much\n" * 20 + f"{last}\n" * 20)
    assert share(read_survey(tmp_path / "survey.csv")) in {(0.5, 40), (0.3333, 60)}


def test_a_first_row_of_noes_gives_no_units(tmp_path) -> None:
    rows = [(1, ("", "NO", "N")), (20, ("A great deal", "Yes", "N")), (20, ("Not at all", "No", "Y"))]
    found = survey(tmp_path, *rows, header="trust,volunteered,was asked")
    assert share(found, "volunteering_12m") == (round(20 / 41, 4), 41)


def test_unused_columns_are_told(tmp_path) -> None:
    found = survey(tmp_path, (20, ("41", "yes", "blue")), (20, ("42", "no", "red")), header="shoe size,trust,colour")
    assert [r.column for r in found.readings if not r.name] == ["shoe size", "colour"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("measure,value,low,high\ntrust,0.4,0.5,0.45\n", "line 2: low is above high"), ("measure,value,low,high\ntrust,0.4,0.3,0.5\nparticipation,0.6,0.1,0.2\n", "line 3: the value is outside the range low to high"),
     ("measure,value,n\ntrust,0.4,0\n", "line 2: n: 0; allowed: 1 or more"), ("measure,value\ntrust,0.4\ntrust,0.5\n", "line 3: this measure and group are given twice"),
     ("measure,value,group\nsegment,0.3,a\nsegment,0.3,b\nsegment,0.1,Refused\n", "add up to 0.600")],
)  # fmt: skip
def test_published_shares_that_cannot_be_are_refused(tmp_path, text, message) -> None:
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_survey(tmp_path / "s.csv")


def test_published_shares_without_value_or_group_are_left_out_and_told(tmp_path) -> None:
    text = "measure,value,group,n\ntrust,48%,All,500\ntrust,NA,ward: Mill,40\ntrust,30%,ward: Refused,40\ntrust,20%,ward: Quay,5\nparticipation,..,,\n"
    (tmp_path / "s.csv").write_text(text + "segment,40%,Settlers,200\nsegment,40%,Pioneers,200\nsegment,20%,Don't know,100\n")
    found = read_survey(tmp_path / "s.csv")
    assert found.estimates[["measure", "group"]].to_numpy().tolist() == [["trust", ""]]
    assert found.segment_shares == {"Settlers": 0.5, "Pioneers": 0.5}
    assert found.hidden == 1
    told = " ".join(found.notes)
    assert "2 rows have no value and were left out: trust ward: Mill, participation" in told
    assert "2 rows have an unknown segment or ward and were left out: trust ward: Refused, segment Don't know" in told


def test_the_command_shows_what_counts_as_what(tmp_path, capsys) -> None:
    answered(tmp_path, {**scale(1, 5), "9": 20}, answers={"trust": "4|5"})
    command = ["place", "Blackpool", "--survey", str(tmp_path / "survey.csv"), "--answer", "trust=4|5", "--check"]
    assert main(command) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "20 yes (4, 5); 30 no (1, 2, 3); 20 missing (9)" in shown
    assert "--answer and --missing FIELD=VALUE|VALUE change what counts as yes, and what counts as no answer" in shown
    assert "Nothing is missing, odd or private" not in shown
    assert main([*command, "--missing", "trust=", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["survey"][0]["n"] == 70
    assert main([*command, "--missing", "trust"]) == 2
    assert "--missing: 'trust'; allowed: NAME=VALUE" in capsys.readouterr().err
