"""Forms of service records that were once read wrongly or not at all: JSON, dates, day and month."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from scenarios.own_data.records.dates import DateReader
from scenarios.own_data.records.json_reader import CUT_OFF
from scenarios.own_data.records.records import read_records
from scenarios.places.own import own_place
from simulation import InputError

from .test_records import counts, read, reading, requests, told

# -- forms of JSON ----------------------------------------------------------------------------------------------------

CLOSED_REQUESTS = [
    {"service_request_id": str(n), "status": "closed", "requested_datetime": f"2024-{1 + n % 12:02d}-03T01:14:21Z",
     "updated_datetime": f"2024-{1 + n % 12:02d}-12T18:00:33Z", "agency_responsible": "Voirie été"}
    for n in range(120)
]  # fmt: skip
KEYS = list(CLOSED_REQUESTS[0])
ROWS = [list(r.values()) for r in CLOSED_REQUESTS]
LINES = "\n".join(json.dumps(r) for r in CLOSED_REQUESTS)
FEATURES = [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": r} for r in CLOSED_REQUESTS]
SOCRATA = {"meta": {"view": {"tags": ["a"], "columns": [{"name": k, "fieldName": k} for k in KEYS]}}, "data": ROWS}
CKAN = {"help": "x", "result": {"fields": [{"id": k, "type": "text"} for k in KEYS], "records": CLOSED_REQUESTS}}
JSON_FORMS = {
    "latin1.json": json.dumps(CLOSED_REQUESTS, ensure_ascii=False).encode("latin-1"),
    "marked.json": json.dumps(CLOSED_REQUESTS).encode("utf-8-sig"),
    "utf16.json": json.dumps(CLOSED_REQUESTS, ensure_ascii=False).encode("utf-16"),
    "unmarked.json": json.dumps(CLOSED_REQUESTS, ensure_ascii=False).encode("utf-16-le"),
    "lines.json": LINES.encode(), "lines.jsonl": LINES.encode(), "lines.ndjson": LINES.replace("\n", "\r\n").encode(),
    "features.geojson": json.dumps({"type": "FeatureCollection", "features": FEATURES}).encode(),
    "featured.ndjson": "\n".join(map(json.dumps, FEATURES)).encode(),
    "wrapped.json": json.dumps({"meta": {"pages": [1, 2]}, "service_requests": CLOSED_REQUESTS}).encode(),
    "linked.json": json.dumps({"links": [{"rel": "next", "type": "x"}] * 300, "data": CLOSED_REQUESTS}).encode(),
    "ckan.json": json.dumps(CKAN).encode(), "socrata.json": json.dumps(SOCRATA).encode(), "headed.json": json.dumps([KEYS, *ROWS]).encode(),
    "pages.jsonl": "\n".join(json.dumps({"page": n, "service_requests": CLOSED_REQUESTS[n * 40 : n * 40 + 40]}) for n in range(3)).encode(),
    "arcgis.json": json.dumps({"fields": [{"name": "OBJECTID"}], "features": [{"attributes": r} for r in CLOSED_REQUESTS]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", list(JSON_FORMS))
def test_every_usual_form_of_json_is_read(tmp_path, name) -> None:
    (tmp_path / name).write_bytes(JSON_FORMS[name])
    records = read_records([tmp_path / name])
    assert counts(records) == (120, 120, 0)
    assert list(records.agencies) == ["Voirie été"]
    assert ("was read as Windows-1252" in told(records)) == (name == "latin1.json")


@pytest.mark.parametrize(("name", "cut"), [("marked.json", 9000), ("marked.json", 1), ("wrapped.json", 1), ("lines.jsonl", 30)])
def test_a_file_that_was_cut_off_says_so(tmp_path, name, cut) -> None:
    (tmp_path / name).write_bytes(JSON_FORMS[name][:-cut])
    with pytest.raises(InputError, match=CUT_OFF):
        read_records([tmp_path / name])


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"[]", "the list of requests is empty"), (b"<html>", "no list of requests"), (b"[1, 2]", "request 1 is not an object"),
     (b'[{"requested_datetime": "\x81"}]', "byte 0x81 is neither UTF-8 nor Windows-1252"), (b'[{"a": 1 "b": 2}]' + b" " * 3000, "request 1: not readable JSON")],
)  # fmt: skip
def test_what_is_no_json_of_requests_is_named(tmp_path, content, message) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_records([tmp_path / "a.json"])


def test_a_column_that_appears_late_in_json_is_read(tmp_path, monkeypatch) -> None:
    """JSON leaves out what is empty: the first chunk may hold no closing date at all."""
    from scenarios.own_data.records import case_files

    monkeypatch.setattr(case_files, "CHUNK", 50)
    rows = [{"opened": r["requested_datetime"]} for r in CLOSED_REQUESTS[:60]]
    rows += [{"opened": r["requested_datetime"], "closed_date": r["updated_datetime"]} for r in CLOSED_REQUESTS[60:]]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert counts(read_records([tmp_path / "a.json"])) == (120, 60, 0)


# -- day and month ----------------------------------------------------------------------------------------------------

FORMATS = ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%y", "%m/%d/%y", "%y/%m/%d", "%d-%b-%Y", "%d-%b-%y %I.%M.%S %p", "%Y%m%d", "%b %d %Y %I:%M%p", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S.000"]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_every_usual_form_of_date_gives_the_same_days(tmp_path, form) -> None:
    opened, closed = requests()
    records = read(tmp_path, pd.DataFrame({"opened": opened.dt.strftime(form), "closed": closed.dt.strftime(form)}))
    assert counts(records) == (400, 400, 0)
    (agency,) = records.agencies.values()
    assert np.median(agency.ended - agency.opened) == pytest.approx(np.median((closed - opened) / pd.Timedelta(days=1)), abs=0.5)
    assert ("dates " in told(records)) == ("/" in form or form == "%d.%m.%Y"), "the order is said where it could be another"


@pytest.mark.parametrize("unit", [1, 1000])
def test_numbers_of_spreadsheets_and_clocks_are_read(tmp_path, unit) -> None:
    opened, closed = requests()
    since = [(d - pd.Timestamp("1970-01-01")) / pd.Timedelta(seconds=1) for d in (opened, closed)]
    for numbers in ([(s * unit).astype("int64") for s in since], [(s / 86400 + 25569).round(4) for s in since]):
        assert counts(read(tmp_path, pd.DataFrame({"opened": numbers[0], "closed": numbers[1]}))) == (400, 400, 0)


def test_the_order_of_day_and_month_is_decided_over_all_columns(tmp_path) -> None:
    opened, closed = requests()
    early = opened.dt.day <= 12
    for form in ("%m/%d/%Y", "%d/%m/%Y"):
        frame = pd.DataFrame({"opened": opened.dt.strftime(form), "closed": closed.dt.strftime(form)})[early]
        records = read(tmp_path, frame)
        assert counts(records)[0] == early.sum()
        assert ("month/day/year" in told(records)) == (form == "%m/%d/%Y")


def test_where_all_dates_could_be_either_closings_follow_openings(tmp_path) -> None:
    opened, closed = requests()
    early = (opened.dt.day <= 12) & (closed.dt.day <= 12)
    for form, words in (("%m/%d/%Y", "month/day/year"), ("%d/%m/%Y", "day/month/year")):
        records = read(tmp_path, pd.DataFrame({"opened": opened.dt.strftime(form), "closed": closed.dt.strftime(form)})[early])
        assert counts(records)[:2] == (early.sum(), early.sum())
        assert f"could be read either way; they were read as {words}" in told(records)


def test_columns_of_another_order_are_refused(tmp_path) -> None:
    opened, closed = requests()
    with pytest.raises(InputError, match=r"day and month are in a different order from line .*closed: .* but opened: "):
        read(tmp_path, pd.DataFrame({"opened": opened.dt.strftime("%d/%m/%Y"), "closed": closed.dt.strftime("%m/%d/%Y")}))


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2024-01-03T01:14:21.000", "2024-01-03T01:14:21"), ("Jan  3 2024  1:14AM", "2024-01-03T01:14:00"), ("03-Jan-2024", "2024-01-03T00:00:00"), ("2024-01-03 24:00", "2024-01-04T00:00:00"),
     ("3 de enero de 2024", "2024-01-03T00:00:00"), ("3. März 2024", "2024-03-03T00:00:00"), ("31 mars 2024 14h05", "2024-03-31T14:05:00"), ("Wed, 03 Jan 2024 01:14:00 GMT", "2024-01-03T01:14:00"),
     ("Wed Jan 03 2024 01:14:00 GMT+0100 (CET)", "2024-01-03T00:14:00"), ("2024-01-03T01:14:21.1234567+01:00", "2024-01-03T00:14:21"), ("31/12/24 2:05 p.m.", "2024-12-31T14:05:00"),
     ("12/31/2024 12:00 AM", "2024-12-31T00:00:00"), ("/Date(1704244461000)/", "2024-01-03T01:14:21"), ("9999-12-31", "9999-12-31T00:00:00")],
)  # fmt: skip
def test_a_date_is_read_as_it_is_written(text, moment) -> None:
    days = DateReader().read(pd.Series([text]), "x.csv", "opened")
    seconds = (np.datetime64(moment) - np.datetime64("1970-01-01T00:00:00")).astype(float)
    assert np.nanmin(np.abs(days * 86400 - seconds)) < 1


@pytest.mark.parametrize(
    "text", ["yesterday", "2024", "2024-03", "13/25/2024", "2024-02-30", "2024-01-03 25:00", "10 marble 2024", "12:30"]
)
def test_what_is_no_date_is_refused(text) -> None:
    with pytest.raises(InputError, match=r"line 0: opened: .* is not a date; allowed: 2024-03-31"):
        DateReader().read(pd.Series([text]), "x.csv", "opened")


# -- columns by themselves ---------------------------------------------------------------------------------------------

FRAME = pd.DataFrame(CLOSED_REQUESTS)
BY_COLUMN = {orient: FRAME.to_json(orient=orient) for orient in ("columns", "split", "index")} | {  # type: ignore[call-overload]
    "lists": json.dumps(FRAME.to_dict("list")), "wrapped": json.dumps({"data": FRAME.to_dict("list")}), "marked": "\ufeff" + FRAME.to_json(),
}  # fmt: skip


@pytest.mark.parametrize("form", list(BY_COLUMN))
def test_json_written_column_by_column_is_put_together(tmp_path, form) -> None:
    (tmp_path / "requests.json").write_text(BY_COLUMN[form], encoding="utf-8")
    records = read_records([tmp_path / "requests.json"])
    assert counts(records) == (120, 120, 0) and list(records.agencies) == ["Voirie été"]
    assert "the columns are stored one after another" in told(records)


def test_columns_of_json_of_different_lengths_are_refused(tmp_path) -> None:
    (tmp_path / "r.json").write_text(json.dumps({"requested_datetime": ["2024-01-01", "2024-01-02"], "status": ["closed"]}))
    with pytest.raises(InputError, match="column 'status' holds 1 values, 'requested_datetime' 2; every column must hold one"):
        read_records([tmp_path / "r.json"])


def test_one_request_with_parts_is_no_table_of_columns(tmp_path) -> None:
    one = {"requested_datetime": {"$date": "2024-01-01"}, "closed_datetime": {"$date": "2024-01-09"}, "status": "closed"}
    (tmp_path / "r.json").write_text(json.dumps(one))
    assert counts(read_records([tmp_path / "r.json"])) == (1, 1, 0)


@pytest.mark.parametrize("text", ['{"ward": {"0": "Abbey"}, "population": {"0": 8000}}', '[{"ward": "Abbey", "population": 8000}]'])
@pytest.mark.parametrize("name", ["wards.json", "wards.csv"])
def test_a_table_of_wards_in_json_is_refused_in_one_sentence(tmp_path, text, name) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=r"save the table as CSV or \.xlsx"):
        own_place(tmp_path / name)


# -- words in place of a closing date ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["Outstanding at 31/03/2024", "Open as at 31 March 2024", "31/03/2024 (still open)", "Not yet closed at 31/03/2024", "In progress since 2024-01-02", "Awaiting parts 3 days", "Open", "unresolved at 31.03.2024", "To be closed 31/03/2024"],
)  # fmt: skip
def test_a_closing_cell_that_says_open_with_a_day_is_open(tmp_path, words) -> None:
    frame = requests_open(words)
    records = read(tmp_path, frame)
    assert counts(records) == (len(frame), len(frame) - 50, 0)
    assert reading(records, "closed") == {"given": len(frame) - 50, "says open": 50}


@pytest.mark.parametrize("words", ["Closed 31/03/2024", "Reopened 01/02/2024, closed 05/03/2024"])
def test_a_closing_cell_that_says_closed_with_a_day_is_asked_about(tmp_path, words) -> None:
    with pytest.raises(InputError, match="is not a date"):
        read(tmp_path, requests_open(words))


def requests_open(words: str) -> pd.DataFrame:
    """Return cases of which the last 50 hold words in place of a closing date."""
    opened, closed = requests()
    frame = pd.DataFrame({"opened": opened.dt.strftime("%Y-%m-%d"), "closed": closed.dt.strftime("%Y-%m-%d")})
    frame.loc[frame.index[-50:], "closed"] = words
    return frame
