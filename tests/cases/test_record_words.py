"""Words of records that say two things, or speak of something else than the case: asked about, never taken for one of them."""

from __future__ import annotations

import pytest

from scenarios.own_data.records.outcomes import CLOSED, FIXED, OPEN, UNFIXED, UNKNOWN, meaning_of, outcome_of
from scenarios.own_data.records.records import read_records, service_of


@pytest.mark.parametrize(
    "word",
    ["Planned works completed", "Scheduled repair completed", "Confirmed fixed", "Reported fixed", "Acknowledged and closed", "Overdue - closed",
     "Passed to contractor - completed", "Assigned, then resolved", "No longer open", "Not open", "No longer active", "Will be fixed", "Nearly fixed",
     "Should be repaired", "Case removed", "Removed from queue", "Request removed", "Partially upheld", "Fixed, no defects remain",
     "Repaired following testing", "Fly-tipping cleared. No evidence of offender found"],
)  # fmt: skip
def test_words_that_say_two_things_are_asked_about(word) -> None:
    assert meaning_of(word) is None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Abandoned vehicle removed", (CLOSED, FIXED)), ("Void works completed", (CLOSED, FIXED)), ("Void property repairs completed", (CLOSED, FIXED)),
     ("Closed - reopened", (OPEN, UNKNOWN)), ("Closed (reopened)", (OPEN, UNKNOWN)), ("Resolved, re-opened by caller", (OPEN, UNKNOWN)),
     ("To be fixed", (OPEN, UNKNOWN)), ("Awaiting completion", (OPEN, UNKNOWN)), ("Scheduled for completion", (OPEN, UNKNOWN)),
     ("Partially complete", (OPEN, UNKNOWN)), ("Abandoned", (CLOSED, UNFIXED)), ("Void", (CLOSED, UNFIXED)), ("Removed", (CLOSED, FIXED)),
     ("Completed - Dup", (CLOSED, UNFIXED)), ("Duplicate (open)", (OPEN, UNKNOWN)), ("Closed - no further action", (CLOSED, UNFIXED))],
)  # fmt: skip
def test_words_that_say_one_thing_are_understood(word, meaning) -> None:
    assert meaning_of(word) == meaning


@pytest.mark.parametrize("word", ["Will be fixed", "Case removed from the list", "Cleared. No evidence found", "To be repaired"])
def test_an_outcome_that_may_be_no_fix_is_none(word) -> None:
    assert outcome_of(word) == UNKNOWN


@pytest.mark.parametrize(
    ("agency", "service"),
    [("Household Waste", "council"), ("Policy and Planning", "council"), ("Environmental Health", "council"), ("Warehouse", "council"),
     ("Greenhouse", "council"), ("Health and Safety", "council"), ("Housing Repairs", "housing"), ("HousingServices", "housing"),
     ("NYPD", "police"), ("Metropolitan Police", "police"), ("Community Safety", "police"), ("Public Health", "health"), ("Adult Social Care", "health"),
     ("Tenancy team", "housing"), ("Estates", "housing"), ("Streets", "council"), ("DOHMH", "health"), ("Anti-social behaviour", "police")],
)  # fmt: skip
def test_an_agency_is_known_by_whole_words(agency, service) -> None:
    assert service_of(agency) == service


def test_a_day_without_a_time_is_not_before_a_time_on_it(tmp_path) -> None:
    """Regression: "170 of 300 cases close before they open" where the system writes opening times and closing days."""
    rows = [f"2024-0{n % 9 + 1}-1{n % 7} 1{n % 10}:30,2024-0{n % 9 + 1}-1{n % 7 + n % 2},Closed" for n in range(300)]
    (tmp_path / "r.csv").write_text("opened,closed,status\n" + "\n".join(rows) + "\n")
    found = read_records([tmp_path / "r.csv"])
    assert sum(agency.closed for agency in found.agencies.values()) == 300
    assert "before" not in " ".join(found.notes)


def test_extracts_that_overlap_are_told(tmp_path) -> None:
    """Regression: two extracts with the same 200 references were 400 cases without a word."""
    for name, first in (("jan", 0), ("feb", 100), ("mar", 300)):
        rows = [f"R{n},2024-0{n % 8 + 1}-11,2024-0{n % 8 + 1}-19" for n in range(first, first + 200)]
        (tmp_path / f"{name}.csv").write_text("Reference,opened,closed\n" + "\n".join(rows) + "\n")
    found = read_records([tmp_path / "jan.csv", tmp_path / "feb.csv", tmp_path / "mar.csv"])
    assert [n for n in found.notes if "references" in n] == [
        "100 of the first references in feb.csv are in jan.csv too: each line was counted as a case; keep one line for each"
    ]


@pytest.mark.parametrize("again", ["2024-03-05", "05/03/2024 10:30", "5 Mar 2024", "Yes - twice", "Y"])
def test_a_case_that_was_opened_again_by_its_date_or_in_words_is(tmp_path, again) -> None:
    rows = [f"2024-0{n % 8 + 1}-11,2024-0{n % 8 + 1}-19,{again if n % 2 else ''}" for n in range(400)]
    (tmp_path / "r.csv").write_text("opened,closed,reopened\n" + "\n".join(rows) + "\n")
    found = read_records([tmp_path / "r.csv"])
    assert sum(agency.repeats for agency in found.agencies.values()) == 200
    counts = next(r.counts for r in found.readings if r.name == "reopened")
    assert sum(counts.values()) == 400, counts


def test_what_says_nothing_of_opening_again_is_told(tmp_path) -> None:
    rows = [f"2024-0{n % 8 + 1}-11,2024-0{n % 8 + 1}-19,{'phoned' if n % 2 else '1'}" for n in range(400)]
    (tmp_path / "r.csv").write_text("opened,closed,reopened\n" + "\n".join(rows) + "\n")
    assert "200 values do not say how often or when a case was reopened" in " ".join(read_records([tmp_path / "r.csv"]).notes)
