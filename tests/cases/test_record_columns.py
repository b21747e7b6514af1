"""Columns of service records that were once passed over: a second date of ending, numbers of cases that are given twice, words for no duplicate."""

from __future__ import annotations

import pandas as pd
import pytest

from .test_records import CASES, STAMP, counts, read, reading, requests, table, told


@pytest.mark.parametrize(
    "names",
    [("Resolved", "Closed"), ("Closed Date", "Resolved Date"), ("resolved_at", "closed_at"), ("Date Completed", "Date Resolved")],
)
def test_a_case_ends_at_the_first_of_resolved_and_closed(tmp_path, names) -> None:
    opened, closed = requests()
    half = closed.dt.strftime(STAMP).where(closed.index % 2 == 0, "")
    late = (closed + pd.Timedelta(days=7)).dt.strftime(STAMP)
    cells = {n: half if "resolved" in n.lower() else late for n in names}
    records = read(tmp_path, pd.DataFrame({"opened": opened.dt.strftime(STAMP), **cells}))
    assert counts(records) == (CASES, CASES, 0)
    agency = records.agencies["everything"]
    assert (agency.fixed, agency.unfixed) == (CASES // 2, 0)
    assert "a case ends at the earlier of the two" in " ".join(records.notes)


def test_resolved_alone_is_the_closing(tmp_path) -> None:
    records = read(tmp_path, table().rename(columns={"closed": "resolved"}))
    assert counts(records) == (CASES, CASES, 0) and records.columns["closed"] == "resolved"


@pytest.mark.parametrize("name", ["Service Request ID", "case_number", "Reference", "SR No", "Ticket ID"])
def test_cases_in_several_lines_are_told(tmp_path, name) -> None:
    steps = pd.concat([table(**{name: range(CASES)})] * 3, ignore_index=True)
    told = " ".join(read(tmp_path, steps).notes)
    assert f"'{name}' names the same case in several lines (800 of the first 1,200 lines repeat one)" in told
    assert "several lines" not in " ".join(read(tmp_path, table(**{name: range(CASES)})).notes)


@pytest.mark.parametrize("word", ["Not a dup", "Master", "non-duplicate", "Original", "No"])
def test_words_for_no_duplicate_are_no_repeats(tmp_path, word) -> None:
    assert counts(read(tmp_path, table(duplicate=[word] * 300 + ["SR-1"] * 100))) == (300, 300, 100)


@pytest.mark.parametrize("column", ["Follow up", "Follow-ups", "Follow up needed"])
def test_a_follow_up_is_no_reopening(tmp_path, column) -> None:
    records = read(tmp_path, table(**{column: ["y", "", "n", "y"] * 100}))
    assert counts(records) == (400, 400, 0)
    named = read(tmp_path, table(**{column: ["y", "", "n", "y"] * 100}), columns={"reopened": column})
    assert counts(named) == (400, 400, 200)


@pytest.mark.parametrize("references", [True, False])
@pytest.mark.parametrize("column", ["Parent", "Parent SR number", "Legacy parent"])
def test_a_parent_that_is_no_case_makes_no_duplicate(tmp_path, column, references) -> None:
    frame = table(**{column: ["Highways", "Parks", "", "Area 17"] * 100}, **({"Case ID": range(1000, 1400)} if references else {}))
    records = read(tmp_path, frame)
    assert counts(records) == (400, 400, 0)
    assert f"'{column}': in 300 of 400 cases the value" in told(records) and "do not count as repeats" in told(records)
    assert counts(read(tmp_path, frame, columns={"duplicate": column})) == (100, 100, 300)


def test_a_parent_that_is_a_case_of_the_file_makes_a_duplicate(tmp_path) -> None:
    own = [f"SR-{n}" for n in range(400)]
    parents = ["SR-399" if n < 100 else own[n] if n < 200 else "" for n in range(400)]
    records = read(tmp_path, table(SR_NUMBER=own, PARENT_SR_NUMBER=parents))
    assert counts(records) == (300, 300, 100)
    assert reading(records, "duplicate")["repeat another case"] == 100


def test_duplicate_of_what_is_no_case_makes_no_duplicate_where_cases_have_references(tmp_path) -> None:
    frame = table(**{"Duplicate of": ["Highways", "16", "", ""] * 100, "Case ID": range(400)})
    records = read(tmp_path, frame)
    assert counts(records) == (300, 300, 100)
    assert "'Duplicate of': in 100 of 400 cases the value is not a case in the records" in told(records)


@pytest.mark.parametrize("word", ["Possible", "Suspected duplicate", "maybe", "To be checked"])
def test_what_may_be_a_duplicate_is_told_and_not_dropped(tmp_path, word) -> None:
    records = read(tmp_path, table(duplicate=[word, "No"] * 200))
    assert counts(records) == (400, 400, 0) and reading(records, "duplicate")["unsure"] == 200
    assert "cases that may repeat another" in told(records)
