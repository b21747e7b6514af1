"""Sentences about a place that once said what was not so: each says what holds, and what does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.evidence import localisation
from experiments.evidence.localisation import LEVERS_OF, REACH, Localised
from experiments.reports.place_charts import marginals, survey_finding, times_finding
from scenarios import load_place
from scenarios.own_data.records.fit import ServiceFit, fit_records
from scenarios.own_data.surveys.survey import SURVEY_FIELDS, read_survey
from scenarios.own_data.tables.privacy import private_columns
from scenarios.own_data.tables.table_file import read
from scenarios.places.card import card_of
from scenarios.places.own import own_place
from simulation import InputError
from tests.cases.test_records import counts, reading, table, told
from tests.cases.test_records import read as read_cases
from tests.places import small_place

COLUMNS = ["measure", "survey", "low", "high", "before", "after", "role"]
WARDS = "Ward,Population,Households,Owned,Social rented,Private rented\n"


def localised(*rows: tuple[object, ...], segments: bool = False, **parameters: float) -> Localised:
    """Return a place brought to a survey, of rows `measure, survey, low, high, after, role`."""
    from dataclasses import replace

    place = replace(small_place(), parameters=parameters)
    return Localised(place, pd.DataFrame([(*r[:4], 0.5, *r[4:]) for r in rows], columns=COLUMNS), segments)


THREE_SET = (
    ("trust", 0.31, 0.27, 0.35, 0.28, "set"),
    ("perceived_influence", 0.42, 0.38, 0.46, 0.39, "set"),
    ("was_asked", 0.27, 0.23, 0.31, 0.86, "set"),
    ("consultation", 0.22, 0.19, 0.26, 0.15, "compare"),
    ("volunteering_12m", 0.28, 0.24, 0.32, 0.35, "compare"),
)


def test_what_was_set_is_no_test_of_the_model() -> None:
    said = survey_finding(localised(*THREE_SET))
    assert "3 were set to the survey: the model is within its margin for 2 of 3." in said
    assert "2 were not set and test the model: it is within the survey's margin for 0 of 2." in said
    assert "None of these answers was set" in survey_finding(localised(*THREE_SET[3:]))
    assert "No other answer tests the model." in survey_finding(localised(*THREE_SET[:3]))


@pytest.mark.parametrize(
    ("at", "words"),
    [(0.05, "at the lowest value allowed here"), (0.1, "cannot all be met at once")],
)
def test_an_answer_that_was_set_and_not_reached_is_told(at, words) -> None:
    (said,) = localised(*THREE_SET, **{"asking.peer_ask": at}).unreached()
    assert "on asks (was_asked) could not be reached: it says 27.0 % (23.0 % to 31.0 %), the model of this place 86.0 %" in said
    assert words in said and f"{at:g}" in said
    assert ("leave the column out" in said) == (at != 0.1)


@pytest.mark.parametrize(
    ("at", "survey", "model", "out"),
    [
        (0.05, 0.27, 0.86, "lowest"),
        (0.25, 0.86, 0.27, "highest"),
        (0.25, 0.27, 0.86, ""),
        (0.0515, 0.27, 0.86, ""),
        (0.2485, 0.86, 0.27, ""),
    ],
)
def test_only_a_parameter_at_the_end_on_the_surveys_side_is_called_out_of_range(at, survey, model, out) -> None:
    asked = ("was_asked", survey, survey - 0.04, survey + 0.04, model, "set")
    (said,) = localised(*THREE_SET[:2], asked, **{"asking.peer_ask": at}).unreached()
    assert (f"{100 * model:.1f} %, the {out} that it reaches" in said) == bool(out)
    assert ("trust went from 50.0 % to 28.0 % and influence went from 50.0 % to 39.0 %" in said) == bool(out)
    (alone,) = localised(asked, **{"asking.peer_ask": at}).unreached()
    assert "other" not in alone, "there are none"


def test_an_answer_out_of_reach_does_not_spoil_the_fit_of_the_others(monkeypatch) -> None:
    """A place whose answers hang together in a known way: nobody is asked less than 60 %, and who is asked more trusts more."""

    def answers(place, measures, replicates=3):
        trust, influence, asks = (place.parameters.get(LEVERS_OF[m], 0.1) for m in LEVERS_OF)
        found = {
            "trust": 0.2 + 0.5 * trust + asks,
            "perceived_influence": 0.4 + influence + 0.2 * trust,
            "was_asked": 0.6 + asks + 0.3 * trust,
        }
        return np.array([found[m] for m in measures])

    monkeypatch.setattr(localisation, "steady", answers)
    said = pd.DataFrame({"value": [0.5, 0.5, 0.23], "low": [0.46, 0.46, 0.19], "high": [0.54, 0.54, 0.27]}, index=list(LEVERS_OF))
    place = localisation._moved(small_place(), list(LEVERS_OF), said, None)
    trust, influence, asked = answers(place, list(LEVERS_OF))
    assert (trust, influence) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.5, abs=0.02))
    assert place.parameters["asking.peer_ask"] == REACH["asking.peer_ask"][0], "where it comes nearest"
    assert asked > 0.6


def test_only_what_was_set_is_said_to_be_set() -> None:
    found = localised(*THREE_SET).set_to("s.csv")
    assert found == {"trust, influence and asks": "set to s.csv; could not be reached: asks"}
    assert localised(THREE_SET[0], segments=True).set_to("s.csv") == {"trust and segments": "set to s.csv"}
    assert localised(THREE_SET[3]).set_to("s.csv") == {"survey": "compared with s.csv; nothing was set to it"}


def test_the_fits_median_is_no_fact_about_the_cases() -> None:
    def fit(ks: float, own: float) -> ServiceFit:
        return ServiceFit(500, 0, 0.1, 1.34, 1.8, 0, 0.7, True, median_months=own, ks=ks, ks_p=0.01, held_back=125)

    said = times_finding(fit(0.18, 0.756))
    assert "In the records, half of the cases not closed at once were closed within about 23 days." in said
    assert "The fitted value that the model uses is 41 days. The fit is poor" in said
    assert "poor" not in times_finding(fit(0.05, 1.2))


@pytest.mark.parametrize("word", ["Duplicate", "Completed - Dup", "Closed: duplicate of another report", "Doublon"])
def test_a_case_whose_status_says_duplicate_is_a_repeat_contact(tmp_path, word) -> None:
    records = read_cases(tmp_path, table(status=["Fixed", "Fixed", "Fixed", word] * 100))
    assert counts(records) == (400, 400, 0), "it stays a case, and is counted once"
    assert reading(records, "cases")["repeat another case, by their words (counted above too)"] == 100
    assert "100 cases are duplicates by their status or outcome" in told(records)
    if word == "Duplicate":
        assert fit_records(records).services["council"].repeat_contacts == pytest.approx(0.25)


def test_a_status_that_says_no_duplicate_is_no_repeat(tmp_path) -> None:
    records = read_cases(tmp_path, table(status=["Closed - not a duplicate", "Closed"] * 200))
    assert sum(agency.duplicates for agency in records.agencies.values()) == 0
    assert "duplicates" not in told(records)


def test_a_tenure_that_one_ward_lacks_is_what_the_others_leave_of_its_homes(tmp_path) -> None:
    path = tmp_path / "w.csv"
    path.write_text(WARDS + "A,2500,1000,500,300,200\nB,2500,1000,600,250,n/a\nC,2600,1000,400,300,300\n")
    own = own_place(path)
    assert "tenure" not in {i.group for i in own.place.imputed}
    assert own.place.ward_table["private_rented"].tolist() == pytest.approx([0.2, 0.15, 0.3])
    assert any("Private rented is missing in 1 of 3 rows" in f.text for f in own.findings)


def test_what_most_wards_give_is_not_called_imputed(tmp_path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("Ward,Population,No qualifications,Level 4+\nA,2500,20%,30%\nB,2500,..,35%\nC,2600,15%,40%\n")
    own = own_place(path)
    card = card_of(own.place)
    lacking = next(m for m in card.marginals if m.name == "no_qualification")
    assert (lacking.origin, lacking.given, lacking.rows) == ("given in 2 of 3 wards", 2, 3)
    assert lacking.low < lacking.share < lacking.high
    assert next(m for m in card.marginals if m.name == "owned").origin == "estimated"
    chart = marginals(card)
    assert "Given in 2 of 3 wards, and estimated in the other 1: no qualification, level 4 or a degree." in chart.finding
    assert "given in 2 of 3 wards" in chart.table["where from"].tolist()
    assert any("what 1 of them gives of it was not used" in f.text for f in own.findings)


def test_an_average_by_its_name_is_not_said_to_be_the_average_of_the_others(tmp_path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("Ward,Population\nA,2500\nB,2600\nC,2700\nEngland average,9000\n")
    (said,) = (f.text for f in own_place(path).findings if "England average" in f.text)
    assert "its values were not checked" in said


def test_a_place_is_called_after_its_folder_and_the_command_shown_works(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wards.csv").write_text("Ward,Population\nA,2500\nB,2600\n")
    assert main(["place", "wards.csv"]) == 0
    assert "(--place wards.csv)" in capsys.readouterr().out
    assert main(["place", "wards.csv", "--column", "population=Population"]) == 0
    assert "(not written: --out FOLDER keeps it)" in capsys.readouterr().out
    for folder, option, title in (
        ("east port", [], "East Port"),
        ("eastport", ["--title", "Port of the East"], "Port of the East"),
    ):
        assert main(["place", "wards.csv", "--out", folder, *option]) == 0
        shown = "'east port'" if " " in folder else folder
        assert f"{title}  (--place {shown})" in capsys.readouterr().out
        made = load_place(folder)
        assert (made.name, made.title) == (folder.replace(" ", "-"), title)
    assert main(["place", "eastport", "--out", "second"]) == 0
    assert (load_place("second").name, load_place("second").title) == ("second", "Port of the East")
    assert main(["place", "wards.csv", "--title", " "]) == 2


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Q1 Overall how much do you trust the council?", "trust"),
        ("Q2b. To what extent do you trust your local council", "trust"),
        ("Q3 Volunteered in last 12 months", "volunteering_12m"),
        ("Have you volunteered in the past year?", "volunteering_12m"),
        ("Q2 Agree can influence decisions in local area", "perceived_influence"),
        ("Were you asked to volunteer in the last 12 months", "was_asked"),
        ("Q5 Took part in a consultation in the last year", "consultation"),
        ("Q6 How much do you trust the police?", None),
        ("Asked for your views by the council in the last year", None),
        ("Q7 Would you trust the council with your data", None),
    ],
)
def test_long_headings_are_taken_for_what_they_ask(tmp_path, heading, name) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f'"{heading}",satisfied\n' + "Yes,Yes\nNo,No\n" * 20)
    columns = read_survey(path).columns
    assert [field for field, column in columns.items() if column == heading] == ([name] if name else [])


def test_a_survey_of_unknown_headings_is_told_all_fields_and_an_example(tmp_path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("Faith in the council,Views\n" + "1,2\n" * 20)
    with pytest.raises(InputError) as error:
        read_survey(path)
    assert all(field.name in str(error.value) for field in SURVEY_FIELDS)
    assert '--survey-column "trust=Faith in the council"' in str(error.value)


def test_all_problems_of_a_survey_are_told_at_once(tmp_path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("trust,influence\n" + "1,2\n3,4\n5,1\n" * 20)
    with pytest.raises(InputError) as error:
        read_survey(path)
    assert "(trust)" in str(error.value) and "(perceived_influence)" in str(error.value) and "\n" not in str(error.value)
    path.write_text("trust,influence,trust_police,trust_health,trust_housing\n" + "1,2,3,4,5\n2,3,4,5,1\n" * 20)
    with pytest.raises(InputError, match=r"\(trust_police\).*; and 2 more$"):
        read_survey(path)
    path.write_text("trust,influence\n" + "1,2\n3,4\n5,1\n" * 20)
    with pytest.raises(InputError) as error:
        read_survey(path, {"trsut": "trust", "consultation": "nowhere"})
    assert "'trsut'" in str(error.value) and "'nowhere'" in str(error.value)


@pytest.mark.parametrize("heading", ["Any other comments", "Q9: please tell us why", "Q10"])
def test_what_people_wrote_is_private_whatever_the_column_is_called(tmp_path, heading) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f'trust,"{heading}"\n' + "".join(f"Yes,The bins in street {n} are never emptied\nNo,\n" for n in range(20)))
    survey = read_survey(path)
    assert any(f"'{heading}' looks like people's own words: it was dropped" in note for note in survey.notes)


def test_a_question_with_long_choices_is_not_what_people_wrote(tmp_path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("trust,How often\n" + "Yes,About once or twice a month\nNo,A few times in a year\n" * 20)
    assert not private_columns(read(path), texts=True)
