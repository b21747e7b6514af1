"""A residents' survey: answers and shares are read, weighed and bounded; nothing points to a person; the model is brought to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.evidence import localisation as localising
from experiments.evidence.localisation import LEVERS_OF, localise, steady
from scenarios.own_data.surveys.survey import read_survey
from scenarios.own_data.tables.privacy import drop_private, shown_count
from scenarios.own_data.tables.table_file import as_csv, read
from scenarios.places.own import own_place
from simulation import InputError
from tests.places import small_place


def answers(folder: Path, people: int = 1500, trust: float = 0.45, seed: int = 1, **more: object) -> Path:
    """Return a made-up survey of one row a respondent."""
    rng = np.random.default_rng(seed)
    trusting = rng.random(people) < trust
    frame = pd.DataFrame(
        {
            "Weight": rng.uniform(0.5, 2.0, people).round(2),
            "Value segment": rng.choice(["Settlers", "Prospectors", "Pioneers"], people, p=[0.5, 0.2, 0.3]),
            "Ward": rng.choice(["Mill", "Quay", "Hill"], people),
            "Trust in the council": np.where(trusting, rng.choice(["A great deal", "A fair amount"], people), rng.choice(["Not very much", "Not at all"], people)),
            "Influence local decisions": np.where(rng.random(people) < 0.30, "Tend to agree", "Strongly disagree"),
            "Took part": np.where(rng.random(people) < 0.40, "Yes", "No"),
        }
    ).assign(**more)  # fmt: skip
    frame.loc[:20, "Trust in the council"] = "Don't know"
    frame.to_csv(folder / "survey.csv", index=False)
    return folder / "survey.csv"


def test_shares_are_weighted_with_their_sampling_error(tmp_path) -> None:
    survey = read_survey(answers(tmp_path))
    row = survey.overall.loc["trust"]
    assert row["low"] < row["value"] < row["high"]
    assert row["value"] == pytest.approx(0.45, abs=0.04)
    assert row["n"] == 1479, "who does not know is left out"
    half = 1.96 * np.sqrt(0.25 / 1479)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=0.2), "weights widen it a little"
    assert set(survey.overall.index) == {"trust", "perceived_influence", "participation"}
    wards = survey.estimates[survey.estimates["group"].str.startswith("ward: ")]
    assert len(wards) == 9


def test_its_segments_are_the_places(tmp_path) -> None:
    segments = read_survey(answers(tmp_path)).segments()
    assert {s.name: round(s.share, 1) for s in segments} == {"Settlers": 0.5, "Prospectors": 0.2, "Pioneers": 0.3}
    assert next(s for s in segments if s.name == "Pioneers").circles == 1.2, "a known segment keeps what is known of it"
    assert sum(s.share for s in segments) == pytest.approx(1.0)


def test_targets_are_rows_of_a_ledger(tmp_path) -> None:
    table = read_survey(answers(tmp_path)).targets()
    with open(Path("scenarios/data/facts.csv"), encoding="utf-8") as file:
        assert list(table.columns) == file.readline().strip().split(",")
    assert (table["role"] == "calibrate").all()
    assert (table["low"] < table["value"]).all()


def test_few_answers_are_not_shown(tmp_path) -> None:
    survey = read_survey(answers(tmp_path, Ward=np.where(np.arange(1500) < 7, "Tiny", "Mill")))
    assert not survey.estimates["group"].str.contains("Tiny").any()
    assert survey.hidden >= 2
    assert (
        read_survey(answers(tmp_path, Ward=np.where(np.arange(1500) < 7, "Tiny", "Mill")), threshold=5)
        .estimates["group"]
        .str.contains("Tiny")
        .any()
    )
    with pytest.raises(InputError, match="fewer than 10 answers to any question"):
        read_survey(answers(tmp_path, people=9))


def test_published_shares_do_as_well(tmp_path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(
        "measure,value,n,group\ntrust,48%,1000,\nparticipation,36%,1000,\nsegment,60%,1000,Settlers\nsegment,40%,1000,Pioneers\n"
    )
    survey = read_survey(path)
    assert survey.overall.loc["trust", "value"] == 0.48
    assert survey.overall.loc["trust", "high"] == pytest.approx(0.48 + 1.96 * np.sqrt(0.48 * 0.52 / 1000), abs=1e-4)
    assert survey.segment_shares == {"Settlers": 0.6, "Pioneers": 0.4}


@pytest.mark.parametrize(
    ("text", "message"),
    [("measure,value\ntrst,40\n", "line 2: measure: 'trst'; did you mean 'trust"), ("measure,value\ntrust,140\n", "'140'; allowed: numbers from 0 to 100"),
     ("measure,value,group\nsegment,0.3,a\nsegment,0.3,b\n", "the shares of the segments add up to 0.600; allowed: 1"),
     ("colour,shape\nred,round\n", "no column was read as an answer; name one with --survey-column trust=COLUMN"),
     ("trust\n" + "7\n8\n3\n" * 9, "'7' is not understood; say what counts as yes: --answer 'trust=VALUE"),
     ("weight,trust\n" + "0,yes\n" * 20, "the weights add up to 0"), ("weight,trust\n-1,yes\n", "'-1'; allowed: numbers from 0")],
)  # fmt: skip
def test_faults_in_a_survey_are_named(tmp_path, text, message) -> None:
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_survey(tmp_path / "s.csv")


def test_what_counts_as_yes_can_be_said(tmp_path) -> None:
    (tmp_path / "s.csv").write_text("trust\n" + "7\n8\n3\n1\n" * 9)
    survey = read_survey(tmp_path / "s.csv", answers={"trust": "7|8"})
    assert survey.overall.loc["trust", "value"] == 0.5
    with pytest.raises(InputError, match="nobody answered '9'"):
        read_survey(tmp_path / "s.csv", answers={"trust": "9"})


def test_people_cannot_be_found_in_what_is_kept(tmp_path) -> None:
    path = answers(
        tmp_path,
        **{
            "Respondent name": "Ann Onym",
            "e-mail": "ann@example.org",
            "contact": "ann@example.org",
            "home": "N17 9QQ",
            "Comments": "my story",
        },
    )
    survey = read_survey(path)
    told = " ".join(survey.notes)
    for what in (
        "'Respondent name' looks like names of people",
        "'contact' looks like e-mail addresses",
        "'home' looks like postcodes",
        "'Comments' looks like people's own words",
    ):
        assert what in told, what
    assert "Ann" not in survey.estimates.to_csv() + told
    with pytest.raises(InputError, match="holds e-mail addresses; remove them: no personal data is needed"):
        read_survey(answers(tmp_path, Ward="ann@example.org"))


def test_a_name_of_a_ward_is_no_name_of_a_person(tmp_path) -> None:
    (tmp_path / "x.csv").write_text("Ward name,Name,population\nMill,Quay,5\n")
    assert drop_private(read(tmp_path / "x.csv"), ["Ward name"]) == []


@pytest.mark.parametrize("name", ["Joe Smith", "SMITH, Joe", "Mrs A. O'Brien-Jones", "zoë müller"])
def test_a_column_called_just_name_with_people_in_it_is_dropped_and_said(tmp_path, name) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'Ward,Name,Population\nElm Park,"{name}",8000\nBeech,Ann Lee,7000\n')
    (told,) = drop_private(read(path), ["Ward", "Population"])
    assert "'Name' looks like names of people: it was dropped" in told
    own = own_place(path)
    assert any("'Name' looks like names of people" in f.text for f in own.findings)
    assert not any(word in str(own) for word in ("Ann Lee", name))


def test_what_wards_are_called_beside_their_codes_is_no_name_of_a_person(tmp_path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Ward code,Name,Population\nE05000001,Bruce Grove,8000\nE05000002,Crouch End,7000\n")
    assert drop_private(read(path), ["Ward code", "Population"]) == []


def test_small_counts_and_formulas_are_never_written() -> None:
    assert [shown_count(n) for n in (0, 3, 10, 12_345)] == ["0", "<10", "10", "12,345"]
    text = as_csv(pd.DataFrame({"=x": ["=1+1", "fine", "@cmd"], "n": [-1.0, 2.0, 3.0]}))
    assert text.splitlines()[0] == "'=x,n"
    assert text.splitlines()[1] == "'=1+1,-1.0", "numbers stay numbers"


def test_the_model_is_brought_to_the_survey_and_taking_part_comes_out(tmp_path, monkeypatch) -> None:
    """In one world of 1,000: the same people are tried each time, so that what is missed is missed by the search and not by chance."""
    monkeypatch.setattr(localising, "POPULATION", 1000)
    monkeypatch.setattr(localising, "steady", partial(steady, replicates=1))
    survey = read_survey(answers(tmp_path, trust=0.42))
    found = localise(small_place(), survey)
    table = found.table.set_index("measure")
    assert table.loc["trust", "role"] == "set"
    assert table.loc["trust", "low"] - 0.01 < table.loc["trust", "after"] < table.loc["trust", "high"] + 0.01
    influence = table.loc["perceived_influence"]
    assert influence["low"] - 0.01 < influence["after"] < influence["high"] + 0.01
    assert table.loc["participation", "role"] == "compare"
    assert {s.name for s in found.place.segments} == {"Settlers", "Prospectors", "Pioneers"}
    assert set(found.place.parameters) == {LEVERS_OF["trust"], LEVERS_OF["perceived_influence"]}
    assert steady(found.place, ["trust"], 1)[0] == pytest.approx(table.loc["trust", "after"])
