"""Service records: the parameters that made them are found again, censored cases included; formats, dates and faults."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.own_data.records.dates import ORDERS, DateReader
from scenarios.own_data.records.fit import fit_records, parameters_of
from scenarios.own_data.records.records import read_records, service_of
from scenarios.own_data.records.waiting_times import hardness
from simulation import InputError
from tests.programs import output_of

MONTH = 30.4375


def made(
    cases: int, first: float, half: float, spread: float, repeats: float = 0.2, seed: int = 1, days: int = 1095
) -> pd.DataFrame:
    """Return records of an agency whose cases are as hard as the model's, open ones included."""
    rng = np.random.default_rng(seed)
    opened = np.sort(rng.uniform(0, days, cases))
    rate = np.log(2) / (half * MONTH) * np.exp(spread * rng.standard_normal(cases))
    lasts = np.where(rng.random(cases) < first, rng.uniform(0.01, 0.9, cases), 1 + rng.exponential(1, cases) / rate)
    closed = opened + lasts

    def stamp(day: np.ndarray) -> np.ndarray:
        return (np.datetime64("2021-01-01") + (day * 86400).astype("timedelta64[s]")).astype(str)

    return pd.DataFrame(
        {
            "Created": stamp(opened),
            "Closed": np.where(closed <= days, stamp(closed), ""),
            "Agency": "Highways",
            "Reopened": rng.poisson(repeats, cases),
        }
    )


def write(folder: Path, frame: pd.DataFrame, name: str = "records.csv") -> Path:
    path = folder / name
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(("first", "half", "spread"), [(0.55, 2.0, 1.4), (0.2, 9.0, 0.7), (0.7, 0.3, 2.0)])
def test_the_parameters_that_made_the_records_are_found_and_held_back_records_agree(tmp_path, first, half, spread) -> None:
    p_values = []
    for seed in range(2):
        fit = fit_records(read_records([write(tmp_path, made(9000, first, half, spread, seed=seed))])).services["council"]
        assert fit.first_contact_resolution == pytest.approx(first, abs=0.02)
        assert fit.response_months == pytest.approx(half, rel=0.15)
        assert fit.spread == pytest.approx(spread, rel=0.15)
        assert fit.ks < 0.06
        p_values.append(fit.ks_p)
    assert max(p_values) > 0.1
    assert min(p_values) > 0.009


def test_open_cases_are_censored_and_not_left_out(tmp_path) -> None:
    """With four in ten cases still open, the median of those that closed is far too short; the fit is not."""
    records = read_records([write(tmp_path, made(4000, 0.1, 14.0, 0.6, days=700))])
    agency = records.agencies["Highways"]
    fit = fit_records(records).services["council"]
    closed = np.isfinite(agency.ended)
    naive = np.median((agency.ended - agency.opened)[closed]) / MONTH
    assert fit.open_share > 0.4
    assert naive < 7
    assert fit.response_months == pytest.approx(14.0, rel=0.15)


def test_records_of_another_shape_are_said_not_to_fit(tmp_path) -> None:
    frame = made(1500, 0.3, 2.0, 1.0)
    opened = pd.to_datetime(frame["Created"])
    frame["Closed"] = (opened + pd.Timedelta(days=60)).dt.strftime("%Y-%m-%dT%H:%M:%S")
    fit = fit_records(read_records([write(tmp_path, frame)]))
    assert fit.services["council"].ks > 0.2
    assert fit.services["council"].ks_p < 0.01
    assert any("do not follow the model's form" in note for note in fit.notes)


def test_parameters_follow_from_the_fit(tmp_path) -> None:
    records = read_records([write(tmp_path, made(5000, 0.5, 2.0, 1.2, repeats=0.3))])
    fit = fit_records(records)
    found = parameters_of(fit)
    assert found["council.responsiveness"] * (1 - 0.2 * 0.7) == pytest.approx(0.5, abs=0.02)
    assert found["council.response_months"] == pytest.approx(2.0, rel=0.15)
    assert found["council.spread_factor"] == pytest.approx(1.0, rel=0.15)
    assert fit.services["council"].repeat_contacts == pytest.approx(0.3 / 1.3, abs=0.01)
    assert 0 < found["council.chase_factor"] < 3
    assert 0.3 < fit.services["council"].utilisation <= 1.0


@pytest.mark.parametrize(("first", "half", "repeats"), [(0.45, 2.0, 0.3), (0.3, 6.0, 0.5)])
def test_the_model_of_the_place_answers_as_the_records_do(tmp_path, monkeypatch, first, half, repeats) -> None:
    """In the steady state: resolved at once, contacts that chase, and the share in use, all three."""
    from experiments.evidence import localisation
    from experiments.evidence.localisation import _service_of, with_records
    from tests.places import small_place

    monkeypatch.setattr(localisation, "POPULATION", 1500)
    fit = fit_records(read_records([write(tmp_path, made(4000, first, half, 1.2, repeats=repeats))]))
    place = with_records(small_place(), fit)
    load, at_once, chased = _service_of(place)["council"]
    own = fit.services["council"]
    assert at_once == pytest.approx(own.first_contact_resolution, abs=0.03)
    assert chased == pytest.approx(own.repeat_contacts, abs=0.03)
    assert load == pytest.approx(own.utilisation, abs=0.05)
    low, high = place.ranges["council.responsiveness"]
    assert low == 0 and high == pytest.approx(place.parameters["council.responsiveness"], abs=1e-4), (
        "these records say nothing of a fix"
    )


OPEN311 = [
    {"service_request_id": str(n), "status": "closed" if n % 4 else "open", "service_name": "Pothole", "agency_responsible": "Public Works",
     "requested_datetime": f"2023-{1 + n % 12:02d}-05T10:00:00-05:00", "updated_datetime": f"2023-{1 + n % 12:02d}-19T10:00:00-05:00",
     "address": "8 High St", "lat": 51.5, "long": -0.1}
    for n in range(400)
]  # fmt: skip


def test_open311_json_is_read(tmp_path) -> None:
    for name, document in (("a.json", OPEN311), ("b.json", {"service_requests": OPEN311})):
        (tmp_path / name).write_text(json.dumps(document))
        records = read_records([tmp_path / name])
        agency = records.agencies["Public Works"]
        assert (agency.cases, agency.closed) == (400, 300)
        assert np.nanmedian(agency.ended - agency.opened) == pytest.approx(14.0)
        told = " ".join(records.notes)
        assert "'address' looks like addresses: it was dropped" in told
        assert "'lat' looks like locations" in told


HEADERS = {
    "fixmystreet": "Report ID,Title,Detail,User Name,Category,Created,Confirmed,Acknowledged,Fixed,Closed,Status,Latitude,Longitude,Ward\n"
                   "{n},t,d,Ann,Pothole,{a},{a},,{b},,Fixed,51,0,W\n",
    "nyc": "Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Status,Incident Zip\n"
           "{n},{a},{b},NYPD,New York City Police Department,Noise,Loud,Closed,10001\n",
    "boston": "case_enquiry_id,open_dt,sla_target_dt,closed_dt,on_time,case_status,case_title,subject,reason,type\n"
              "{n},{a},,{b},ONTIME,Closed,x,Public Works,Street,Pothole\n",
    "chicago": "SR_NUMBER,SR_TYPE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE,DUPLICATE\n"
               "{n},Graffiti,Streets & San,Completed,{a},{b},{b},false\n",
    "san francisco": "CaseID,Opened,Closed,Updated,Status,Status Notes,Responsible Agency,Category\n{n},{a},{b},{b},Closed,x,DPW Ops,Street\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(HEADERS))
def test_exports_of_the_known_kinds_are_read_without_a_word(tmp_path, kind) -> None:
    head, line = HEADERS[kind].splitlines()
    rows = [line.format(n=n, a=f"2023-{1 + n % 12:02d}-03 10:00:00", b=f"2023-{1 + n % 12:02d}-10 10:00:00") for n in range(60)]
    path = tmp_path / "export.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    records = read_records([path])
    (agency,) = records.agencies.values()
    assert (agency.cases, agency.closed) == (60, 60)
    assert np.median(agency.ended - agency.opened) == pytest.approx(7.0)
    if kind == "nyc":
        assert records.services == {"NYPD": "police"}


@pytest.mark.parametrize(
    ("agency", "service"),
    [("NYPD", "police"), ("HPD", "housing"), ("Housing Repairs", "housing"), ("DOHMH", "health"), ("Adult Social Care", "health"), ("Highways", "council"),
     ("Thames Valley Police", "police")],
)  # fmt: skip
def test_agencies_are_taken_for_the_kind_that_their_names_tell(agency, service) -> None:
    assert service_of(agency) == service


@pytest.mark.parametrize(
    ("cells", "first_day"),
    [(["2024-03-31", "2024-03-31T14:05:00Z"], "2024-03-31"), (["31/03/2024", "01/04/2024 10:00"], "2024-03-31"), (["03/31/2024 01:00:00 PM"], "2024-03-31"),
     (["31-03-24", "1.4.2024"], "2024-03-31"), (["2024/03/31 09:00"], "2024-03-31"), (["31 Mar 2024", "April 2, 2024 3:00 PM"], "2024-03-31"),
     (["2024-03-31T23:30:00-05:00"], "2024-04-01")],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(cells, first_day) -> None:
    reader = DateReader()
    found = reader.read(pd.Series(cells, index=range(2, 2 + len(cells))), "x.csv", "Created")
    days = found[:, ORDERS.index(reader.possible("x.csv")[0])]
    assert np.isfinite(days).all()
    assert np.datetime64("1970-01-01") + np.timedelta64(int(days[0]), "D") == np.datetime64(first_day)


def test_mixed_orders_of_day_and_month_are_refused_with_both_lines() -> None:
    reader = DateReader()
    reader.read(pd.Series(["31/03/2024", "03/31/2024"], index=[2, 3]), "x.csv", "Created")
    with pytest.raises(InputError, match="line 3: day and month are in a different order from line 2"):
        reader.possible("x.csv")


BAD = {
    "no date": ("Created,Closed\nyesterday,2024-01-02\n", "line 2: Created: 'yesterday' is not a date; allowed: 2024-03-31"),
    "the other way round": ("Created,Closed\n" + "2024-02-02,2024-01-01\n" * 20, "20 of 20 cases close before they open .line 2 is the first.; are 'Created' and 'Closed' the other way round"),
    "nothing opened": ("Category,Closed\na,2024-01-01\n", "no column says when a case was opened; name it with --records-column created=COLUMN"),
    "nothing closed": ("Created,Category\n2024-01-01,a\n", "no column says when a case was closed"),
    "nothing": ("Created,Closed\n,\n,2024-01-01\n", "no case has an opening date"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(BAD))
def test_faults_in_records_are_named(tmp_path, what) -> None:
    text, message = BAD[what]
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_records([tmp_path / "r.csv"])


def test_a_few_cases_that_close_before_they_open_are_left_out_and_said(tmp_path) -> None:
    frame = made(400, 0.5, 1.0, 1.0)
    frame.loc[7, "Closed"] = "2020-01-01T00:00:00"
    records = read_records([write(tmp_path, frame)])
    assert records.agencies["Highways"].cases == 399
    assert any("1 case closes before it opens (line 9 is the first); it was left out" in note for note in records.notes)


def test_unknown_agencies_and_kinds_are_refused(tmp_path) -> None:
    path = write(tmp_path, made(200, 0.5, 1.0, 1.0))
    assert read_records([path], agencies={"Highways": "housing"}).services["Highways"] == "housing"
    with pytest.raises(InputError, match="no agency 'Highwys' in the records; did you mean 'Highways'"):
        read_records([path], agencies={"Highwys": "council"})
    with pytest.raises(InputError, match="unknown kind of institution 'concil'; did you mean 'council'"):
        read_records([path], agencies={"Highways": "concil"})


def test_bad_json_is_named(tmp_path) -> None:
    (tmp_path / "a.json").write_text('[{"requested_datetime": "2024-01-01", ')
    with pytest.raises(InputError, match="request 1: not readable JSON"):
        read_records([tmp_path / "a.json"])
    (tmp_path / "b.json").write_text('{"error": 5}')
    with pytest.raises(InputError, match="no list of requests"):
        read_records([tmp_path / "b.json"])


def test_the_sample_is_the_same_however_the_file_is_cut(tmp_path) -> None:
    """Twelve thousand cases by keyed lot, whatever the size of the chunks or their number."""
    from scenarios.own_data.records import agencies, case_files

    path = write(tmp_path, made(16_000, 0.5, 2.0, 1.0))
    whole = read_records([path]).agencies["Highways"]
    usual, case_files.stream.__defaults__ = case_files.stream.__defaults__, (None, None, 3_001)
    try:
        cut = read_records([path]).agencies["Highways"]
    finally:
        case_files.stream.__defaults__ = usual
    assert len(whole.lot) == agencies.SAMPLE
    assert sorted(whole.opened) == sorted(cut.opened)
    assert whole.opened_in == cut.opened_in


def test_memory_does_not_grow_with_the_file(tmp_path) -> None:
    """Peak memory of reading a file three times as long is the same to within a tenth; 24 MB of text alone would show."""
    frame = made(12_000, 0.5, 2.0, 1.0).assign(Description="hole in the road, " * 56)
    small = write(tmp_path, frame, "small.csv")
    large = tmp_path / "large.csv"
    text = small.read_text()
    large.write_text(text + text[text.index("\n") + 1 :] * 2)
    code = (
        "import resource, sys; from pathlib import Path; from scenarios.own_data.records import case_files;"
        "from scenarios.own_data.records.records import read_records;"
        "case_files.stream.__defaults__ = (None, None, 12_000);"
        "r = read_records([Path(sys.argv[1])]);"
        "print(r.agencies['Highways'].cases, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    found = [output_of(code, str(path)).split() for path in (small, large)]
    assert [int(n) for n, _ in found] == [12_000, 36_000]
    assert float(found[1][1]) < 1.1 * float(found[0][1]) + 10


def test_the_distribution_is_the_models() -> None:
    """Scale is the median case's half-life; the survival function is that of the month's casework with nothing else going on."""
    at = np.array([0.5, 1.0, 3.0, 12.0])
    from simulation.month.casework import _deviates

    monthly = np.mean(np.exp(-np.log(2) / 3.0 * np.exp(1.2 * _deviates())[None, :] * at[:, None]), axis=1)
    assert hardness.sf(at, 1.2, scale=3.0) == pytest.approx(monthly)
    grid = np.linspace(0, 200, 40_001)
    assert np.trapezoid(hardness.pdf(grid, 0.5, scale=2.0), grid) == pytest.approx(1.0, abs=1e-3)
