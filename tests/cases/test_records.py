"""Service records that were once read wrongly: what counts as closed, and as fixed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli.command_line import main
from scenarios.evidence.posterior import drawn
from scenarios.own_data.records.fit import RecordsFit, fit_records, parameters_of, ranges_of
from scenarios.own_data.records.outcomes import CLOSED, FIXED, OPEN, UNFIXED, UNKNOWN, UNSAID, meaning_of, outcome_of
from scenarios.own_data.records.records import Records, read_records
from scenarios.places.place_file import read_place
from scenarios.places.place_template import place_files
from simulation import InputError, Scenario
from tests.places import small_place

STAMP = "%Y-%m-%d %H:%M"
CASES = 400


def requests(cases: int = CASES, days: int = 330, mean: float = 9.0, seed: int = 3) -> tuple[pd.Series, pd.Series]:
    """Return when cases were opened and closed, none of them within a day."""
    rng = np.random.default_rng(seed)
    opened = np.sort(rng.uniform(0, days, cases))
    start = pd.Timestamp("2024-01-03")
    return tuple(pd.Series(start + pd.to_timedelta(d, unit="D")) for d in (opened, opened + 1.2 + rng.exponential(mean, cases)))


def table(**columns: object) -> pd.DataFrame:
    opened, closed = requests()
    return pd.DataFrame({"opened": opened.dt.strftime(STAMP), "closed": closed.dt.strftime(STAMP), **columns})


def write(folder: Path, frame: pd.DataFrame, name: str = "requests.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


def read(folder: Path, frame: pd.DataFrame, **options: object) -> Records:
    return read_records([write(folder, frame)], **options)


def counts(records: Records) -> tuple[int, int, int]:
    """Return cases, closed cases and repeats of all agencies together."""
    agencies = records.agencies.values()
    return tuple(sum(getattr(a, name) for a in agencies) for name in ("cases", "closed", "repeats"))


def reading(records: Records, name: str) -> dict[str, int]:
    return dict(next(r for r in records.readings if r.name == name).counts)


def told(records: Records) -> str:
    return " ".join(records.notes)


# -- duplicates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["N/A", "NULL", "None", "nan", "-", "0", "0.0", "False", "No", "[]", "#N/A"])
def test_an_empty_word_is_no_duplicate(tmp_path, word) -> None:
    assert counts(read(tmp_path, table(duplicate=[word, ""] * 200))) == (400, 400, 0)
    assert counts(read(tmp_path, table(duplicate=word))) == (400, 400, 0), "with the word everywhere"


def test_a_reference_or_a_yes_is_a_duplicate_and_is_counted(tmp_path) -> None:
    for words in (["SR-17", "N/A", "", "-"], ["Yes", "No", "null", "0"], ["1", "0", "0", "0"]):
        records = read(tmp_path, table(duplicate=words * 100))
        assert counts(records) == (300, 300, 100)
        assert reading(records, "duplicate")["repeat another case"] == 100
    with pytest.raises(InputError, match="column 'duplicate' marks every case as a repeat of another"):
        read(tmp_path, table(duplicate="yes"))


# -- dates that are no closings ---------------------------------------------------------------------------------------

SENTINELS = ["9999-12-31 00:00", "1900-01-01", "1899-12-30", "1970-01-01T00:00:00Z", "2099-12-31", "3000-01-01", "0001-01-01 00:00", "1753-01-01", "2204-05-01", "0204-05-01",
             "0000-00-00 00:00:00", "2050-01-01"]  # fmt: skip


@pytest.mark.parametrize("date", SENTINELS)
def test_a_sentinel_is_no_closing(tmp_path, date) -> None:
    frame = table()
    frame.loc[::5, "closed"] = ""
    empty = read(tmp_path, frame)
    frame.loc[::5, "closed"] = date
    records = read(tmp_path, frame)
    assert counts(records) == counts(empty) == (400, 320, 0)
    assert records.until == empty.until, "the end of the record is not moved"
    said = date.startswith("0000") or f"80 dates ({date[:10]}) are far outside the record" in told(records)
    assert said, records.notes
    assert sum(n for kind, n in reading(records, "closed").items() if kind != "given") == 80


def test_sentinels_leave_the_fit_as_if_the_cells_were_empty(tmp_path, capsys) -> None:
    frame = table()
    frame.loc[::5, "closed"] = ""
    (empty,) = read(tmp_path, frame).agencies.values()
    frame.loc[::5, "closed"] = "9999-12-31 00:00"
    (marked,) = read(tmp_path, frame).agencies.values()
    assert np.array_equal(empty.ended, marked.ended, equal_nan=True) and empty.closed_in == marked.closed_in
    assert main(["place", "Blackpool", "--records", str(tmp_path / "requests.csv"), "--json", "--check"]) == 0
    found = json.loads(capsys.readouterr().out)["service"]["council"]
    assert found["open_share"] == pytest.approx(0.2)
    assert 0.2 < found["response_months"] < 1 and found["spread"] < 3


@pytest.mark.parametrize(
    ("column", "date"),
    [
        ("closed", "2204-03-01"),
        ("closed", "2025-11-30"),
        ("opened", "2204-03-01"),
        ("opened", "1900-01-01"),
        ("opened", "2025-12-20"),
    ],
)
def test_one_mistyped_year_does_not_move_the_end_of_the_record(tmp_path, column, date) -> None:
    frame = table()
    whole = read(tmp_path, frame)
    frame.loc[17, column] = date
    records = read(tmp_path, frame)
    assert records.until == whole.until
    assert date in told(records)
    assert counts(records) == ((400, 399, 0) if column == "closed" else (399, 399, 0))


def test_a_planned_day_shared_by_most_later_closings_is_no_closing(tmp_path) -> None:
    frame = table()
    frame.loc[::5, "closed"] = "2025-02-28"
    records = read(tmp_path, frame)
    assert counts(records)[:2] == (400, 320)
    assert "80 dates (2025-02-28)" in told(records)


def test_a_late_opening_that_another_case_bears_out_is_kept(tmp_path) -> None:
    """One opening far after all others is a slip; where another case was closed at that time, the record reaches so far."""
    frame = table()
    frame.loc[399] = ["2025-09-20", ""]
    assert counts(read(tmp_path, frame))[0] == 399
    frame.loc[17, "closed"] = "2025-09-19"
    assert counts(read(tmp_path, frame))[:2] == (400, 399)


def test_cases_of_one_month_that_are_closed_over_a_year_are_closed(tmp_path) -> None:
    opened, closed = requests(days=30, mean=60)
    records = read(tmp_path, pd.DataFrame({"opened": opened.dt.strftime(STAMP), "closed": closed.dt.strftime(STAMP)}))
    assert counts(records) == (400, 400, 0)


@pytest.mark.parametrize("column", ["opened", "closed"])
def test_numbers_that_are_no_days_are_refused(tmp_path, column) -> None:
    frame = table()
    frame[column] = range(1, 401)
    with pytest.raises(InputError, match=r"line 2: (opened|closed): '1' is not a date"):
        read(tmp_path, frame)


# -- status and outcome -----------------------------------------------------------------------------------------------

WORDS = {
    (OPEN, UNKNOWN): "Open|Reopened|re-opened|In Progress|in_progress|Assigned|Pending|New|Investigating|Under review|Acknowledged|On hold|Awaiting contractor|Submitted|Received|Scheduled|Active|Started|Draft|"
                     "Open - Dup|Duplicate (open)|confirmed|planned|action scheduled|Work In Progress|Not started|Pending closure|Ouvert|En cours|En attente|Abierto|Pendiente|Offen|In Bearbeitung|O",
    (CLOSED, UNKNOWN): "Closed|CLOSED|Completed|Complete|Archived|Fermé|Clôturé|Cerrado|Geschlossen|Abgeschlossen|Done|Completed - Pending review|C",
    (CLOSED, FIXED): "Fixed|fixed - council|fixed - user|Resolved|Job completed|Repaired|Closed - fixed|Résolu|Resuelto|Gelöst|Behoben|Completed - repaired",
    (CLOSED, UNFIXED): "No further action|Duplicate|Not ours|not responsible|Cancelled|Canceled|Cancel|unable to fix|Referred Out|Invalid|Rejected|No violation found|Could not access|Could not locate|Withdrawn|"
                       "Gone on arrival|Completed - Dup|Duplicate (closed)|TransferredToAR|internal referral|Closed - Not Fixed|Closed -Incomplete|Annulé|Sans suite|Cancelado|Duplicado|Abgelehnt|Nicht zuständig",
    (UNSAID, UNKNOWN): "Unspecified|Email Sent|N/A|",
    (UNSAID, UNFIXED): "Unresolved|not fixed",
    None: "Stage 3|Filed|Gelbsucht|42",
}  # fmt: skip


@pytest.mark.parametrize(("meaning", "word"), [(meaning, word) for meaning, words in WORDS.items() for word in words.split("|")])
def test_a_status_word_means_what_it_says(meaning, word) -> None:
    assert meaning_of(word) == meaning


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("The department inspected this complaint and repaired the problem.", FIXED), ("Officers responded and took action to fix the condition.", FIXED), ("Graffiti removed; no further action", FIXED),
     ("Officers observed no evidence of the violation at that time.", UNFIXED), ("upon arrival those responsible for the condition were gone", UNFIXED), ("No violations were issued.", UNFIXED),
     ("It could not be repaired", UNFIXED), ("Resolved - duplicate", UNFIXED), ("does not fall under our jurisdiction", UNFIXED), ("Case closed", UNKNOWN), ("More information is on the website", UNKNOWN)],
)  # fmt: skip
def test_a_sentence_about_the_end_means_what_it_says(text, outcome) -> None:
    assert outcome_of(text) == outcome


@pytest.mark.parametrize(
    "words",
    [
        ["Completed", "Job completed", "Completed - Dup"],
        ["Closed", "Duplicate (closed)", "TransferredToAR"],
        ["Referred Out", "Closed", "Cancelled"],
        ["Filed", "Stage 3", "Closed"],
    ],
)
def test_a_date_is_overruled_only_by_words_that_say_open(tmp_path, words) -> None:
    records = read(tmp_path, table(status=(words * 134)[:CASES]))
    assert counts(records) == (400, 400, 0)
    unknown = [w for w in words if w in ("Filed", "Stage 3")]
    assert ("unknown status words: 'Filed' (134 cases), 'Stage 3' (133 cases)" in told(records)) == bool(unknown)
    assert ('--status "Filed=open"' in told(records)) == bool(unknown)


@pytest.mark.parametrize("word", ["Reopened", "in progress", "Awaiting parts", "Offen"])
def test_a_word_that_says_open_overrules_a_date_and_is_counted(tmp_path, word) -> None:
    records = read(tmp_path, table(status=(["Closed"] * 4 + [word]) * 80))
    assert counts(records) == (400, 320, 0)
    assert f"80 cases have a closing date and a status that says open ('{word}')" in told(records)
    assert reading(records, "status") == {"closed": 320, "open": 80}


def test_a_word_means_what_the_user_says(tmp_path, capsys) -> None:
    frame = table(status=["Filed", "Closed"] * 200)
    for kind, found in (("open", (400, 200, 0)), ("fixed", (400, 400, 0)), ("unfixed", (400, 400, 0))):
        records = read(tmp_path, frame, words={"filed": kind})
        assert counts(records) == found
        assert "unknown" not in told(records)
        (agency,) = records.agencies.values()
        assert (agency.fixed, agency.unfixed) == (200 * (kind == "fixed"), 200 * (kind == "unfixed"))
    path = str(write(tmp_path, frame))
    for option, message in (
        ("Flied=open", "no case has the word 'Flied'; did you mean 'Filed'"),
        ("Filed=opne", "unknown meaning 'opne'; did you mean 'open'"),
    ):
        assert main(["place", "Blackpool", "--records", path, "--status", option, "--check"]) == 2
        assert message in capsys.readouterr().err
    assert main(["place", "Blackpool", "--records", str(write(tmp_path, table())), "--status", "Filed=open", "--check"]) == 2
    assert "has no column of states or outcomes" in capsys.readouterr().err


def test_a_closed_case_without_a_date_is_neither_open_nor_timed(tmp_path) -> None:
    frame = table(status="Closed")
    frame.loc[::4, "closed"] = ""
    records = read(tmp_path, frame)
    assert counts(records) == (400, 400, 0)
    (agency,) = records.agencies.values()
    assert agency.untimed == 100 and len(agency.ended) == 300 and np.isfinite(agency.ended).all()
    assert (
        "100 cases are closed by their status and have no closing date; they count as closed, but not in the response times"
        in told(records)
    )
    frame["updated"] = table()["closed"]
    records = read(tmp_path, frame)
    (agency,) = records.agencies.values()
    assert agency.untimed == 0 and len(agency.ended) == 400
    assert "the date of their last change was used" in told(records)


def of_three_kinds(cases: int = CASES) -> pd.DataFrame:
    """Return cases of which every other is closed at once: a quarter each fixed and without a fix, half saying nothing."""
    frame = table(status=["Fixed", "Duplicate", "Closed", "Closed"] * (cases // 4))
    at_once = np.arange(cases) % 8 < 4
    opened = pd.to_datetime(frame["opened"])
    frame.loc[at_once, "closed"] = (opened + pd.Timedelta(hours=3)).dt.strftime(STAMP)[at_once]
    return frame


@pytest.fixture(scope="module")
def three_kinds(tmp_path_factory) -> RecordsFit:
    return fit_records(read(tmp_path_factory.mktemp("records"), of_three_kinds()))


def test_closed_is_not_fixed(three_kinds) -> None:
    fit = three_kinds.services["council"]
    assert (fit.fixed, fit.closed_without_fix, fit.outcome_unknown) == (0.25, 0.25, 0.5)
    assert fit.closed_at_once == pytest.approx(0.5)
    assert (fit.first_contact_low, fit.first_contact_high) == (pytest.approx(0.125), pytest.approx(0.375))
    assert fit.first_contact_resolution == pytest.approx(0.25), "as many of the others are fixed as of those that say"


@pytest.mark.parametrize("column", ["Resolution Description", "Outcome", "CLOSURE_REASON", "Resolution", "status_notes"])
def test_a_column_of_outcomes_comes_before_the_status(tmp_path, column) -> None:
    records = read(
        tmp_path,
        table(status="Closed", **{column: ["Pothole repaired", "No violation found", "Case closed", "Could not locate"] * 100}),
    )
    (agency,) = records.agencies.values()
    assert (agency.closed, agency.fixed, agency.unfixed) == (400, 100, 200)
    assert records.columns["outcome"] == column
    assert reading(records, "outcome") == {"fixed": 100, "closed without a fix": 200, "says nothing of a fix": 100}


def test_what_people_wrote_about_the_end_is_not_shown(tmp_path) -> None:
    notes = [f"Mrs Smith of number {n} called, repaired" for n in range(399)] + ["Repaired"]
    records = read(tmp_path, table(**{"Resolution Description": notes}))
    assert "Smith" not in json.dumps([r.to_json() for r in records.readings]) + told(records)
    assert reading(records, "outcome") == {"fixed": 400}


def test_the_range_is_drawn_by_sets_of_parameters_and_kept_in_the_place_file(three_kinds, tmp_path) -> None:
    from dataclasses import replace

    low, high = ranges_of(three_kinds, {"council.responsiveness": 0.3})["council.responsiveness"]
    assert (low, high) == (pytest.approx(0.15), pytest.approx(0.45))
    place = replace(small_place(), parameters={"council.responsiveness": 0.3}, ranges={"council.responsiveness": (low, high)})
    assert place.fingerprint != replace(place, ranges={}).fingerprint
    for name, text in place_files(place, "x").items():
        (tmp_path / name).write_text(text)
    kept = read_place(tmp_path / "place.yaml")
    assert kept.ranges == place.ranges
    values = [drawn(Scenario("x", kept), n, {})["council.responsiveness"] for n in range(200)]
    assert low <= min(values) < low + 0.02 and high - 0.02 < max(values) <= high
    assert drawn(Scenario("x", kept, parameters={"council.responsiveness": 0.9}), 3, {})["council.responsiveness"] == 0.9
    for wrong, message in (("[0.5, 0.2]", "0.5 is more than 0.2"), ("[0.5, 7]", "allowed: 0 to 1")):
        text = (tmp_path / "place.yaml").read_text().split("ranges:")[0] + f"ranges: {{council.responsiveness: {wrong}}}\n"
        (tmp_path / "place.yaml").write_text(text)
        with pytest.raises(InputError, match=message):
            read_place(tmp_path / "place.yaml")


def test_a_place_shows_what_the_records_were_read_as(tmp_path, capsys) -> None:
    frame = of_three_kinds().assign(Ref=range(CASES))
    assert main(["place", "Blackpool", "--records", str(write(tmp_path, frame)), "--check"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in (
        "0 open; 100 fixed; 100 closed without a fix; 200 closed, with no word on a fix",
        "100 fixed (Fixed)",
        "not used Ref",
    ):
        assert words in out, words


# -- never closed -----------------------------------------------------------------------------------------------------


def never_closed(at_once: float, soon: float, cases: int = 600, months: float = 0.05) -> pd.DataFrame:
    """Return cases of five years: some closed at once, some soon after, the others never."""
    rng = np.random.default_rng(5)
    opened = np.sort(rng.uniform(0, 1826, cases))
    kind = rng.random(cases)
    lasts = np.where(kind < at_once, 0.4, 1.0 + rng.exponential(30.4 * months, cases))
    start = pd.Timestamp("2018-01-01")
    frame = pd.DataFrame({"opened": pd.Series(start + pd.to_timedelta(opened, unit="D")).dt.strftime(STAMP)})
    closed = pd.Series(start + pd.to_timedelta(opened + lasts, unit="D")).dt.strftime(STAMP)
    return frame.assign(closed=np.where(kind < at_once + soon, closed, ""))


@pytest.mark.parametrize(("at_once", "soon"), [(0.3, 0.12), (0.6, 0.0), (0.1, 0.35)])
def test_a_median_beyond_the_record_is_said_and_not_set(tmp_path, at_once, soon) -> None:
    found = fit_records(read(tmp_path, never_closed(at_once, soon)))
    fit = found.services["council"]
    assert np.isnan(fit.response_months) and np.isnan(fit.median_months) and np.isnan(fit.spread)
    assert any("the median is longer than the record of 60 months" in note for note in found.notes)
    assert "council.response_months" not in parameters_of(found)


def test_a_fit_at_the_end_of_its_range_is_no_fit(tmp_path) -> None:
    """Half of what is not closed at once is closed within days, and the rest never: no lognormal hardness is like that."""
    found = fit_records(read(tmp_path, never_closed(0.3, 0.42, months=0.02)))
    fit = found.services["council"]
    assert np.isnan(fit.response_months) and fit.median_months < 1
    assert any("at the end of what can be fitted" in note for note in found.notes)
    assert "council.response_months" not in parameters_of(found)


def test_a_slow_council_that_closes_its_cases_is_fitted(tmp_path) -> None:
    fit = fit_records(read(tmp_path, never_closed(0.1, 0.9, months=12.0))).services["council"]
    assert fit.response_months == pytest.approx(12.0 * np.log(2), rel=0.25)
    assert fit.median_months == pytest.approx(fit.response_months, rel=0.2)
