"""Words of records that say two things, or speak of something else than the case: asked about, never taken for one of them."""

from __future__ import annotations

import pytest

from scenarios.records.outcomes import CLOSED, FIXED, OPEN, UNFIXED, UNKNOWN, meaning_of, outcome_of
from scenarios.records.reading import read_records, service_of


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
