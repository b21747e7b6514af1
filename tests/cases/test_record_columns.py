"""Columns of service records that were once passed over: a second date of ending, numbers of cases that are given twice, words for no duplicate."""

from __future__ import annotations

import pandas as pd
import pytest

from .test_records import CASES, STAMP, counts, read, requests, table


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
    assert "it ends at the first of them" in " ".join(records.notes)


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
