"""What few people or cases say in their own words is counted and written nowhere: a status with a name and an address stood on place.html."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from experiments.cli.command_line import main
from scenarios.own_data.surveys.survey import read_survey

from .test_records import read, table, told

SECRET = "Spoke to Mrs Quillfeather of 4 Mill Lane"
NAME = "Quillfeather"


def texts(readings) -> str:
    return " ".join(r.words() + json.dumps(r.to_json()) for r in readings)


@pytest.mark.parametrize("secret", [SECRET, f"Closed - {SECRET}", f"Open, {NAME}", f"Fixed for {NAME}"])
@pytest.mark.parametrize("column", ["status", "Resolution"])
def test_words_of_few_cases_are_counted_and_not_named(tmp_path, column, secret) -> None:
    records = read(tmp_path, table(**{column: [secret] * 6 + ["Closed"] * 394}))
    assert NAME not in told(records) + texts(records.readings)
    assert "1 other value, fewer than 10 rows each" in texts(records.readings)


def test_unknown_words_of_few_cases_are_asked_about_by_their_number(tmp_path) -> None:
    records = read(tmp_path, table(status=[SECRET] * 6 + ["Blorped"] * 20 + ["Closed"] * 374))
    assert (
        "unknown status words: 'Blorped' (20 cases), 1 other word that fewer than 10 cases share or that are sentences (6 cases)"
        in told(records)
    )
    assert NAME not in told(records)


def test_words_of_few_cases_are_written_nowhere(tmp_path, capsys) -> None:
    path, out = tmp_path / "requests.csv", tmp_path / "out"
    table(status=[SECRET] * 6 + ["Closed"] * 394).to_csv(path, index=False)
    told = ["place", "Blackpool", "--records", str(path), "--status", f"{SECRET}=fixed", "--json", "--out", str(out)]
    assert main(told) == 0
    shown = capsys.readouterr()
    for text in (shown.out, shown.err, *(file.read_text() for file in out.iterdir())):
        assert NAME not in text


@pytest.mark.parametrize("field", ["trust", "ward", "segment", "weight"])
def test_answers_of_few_people_in_their_own_words_are_not_named(tmp_path, field) -> None:
    answers = ["A great deal"] * 40 + ["Not at all"] * 40 + ["Refused"] * 3 + [f"Don't know, said {NAME}"] * 4
    frame = pd.DataFrame({"trust": answers, "ward": ["North"] * 87, "segment": ["Settlers"] * 87, "weight": ["1.0"] * 87})
    if field != "trust":
        frame[field] = [*frame[field][:83], *[f"not stated, said {NAME}"] * 4]
    frame.to_csv(tmp_path / "survey.csv", index=False)
    survey = read_survey(
        tmp_path / "survey.csv", answers={"trust": "A great deal"}, missing={"trust": f"Refused|Don't know, said {NAME}"}
    )
    assert NAME not in texts(survey.readings) + " ".join(survey.notes)
    trust = next(r for r in survey.readings if r.name == "trust")
    assert "Refused" in trust.words() and "1 other value, fewer than 10 rows each" in trust.words(), "usual words may be named"
