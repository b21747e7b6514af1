"""Service records: dates in many forms, statuses, sentinels for "not closed", as CSV, Excel and several forms of JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from scenarios.own_data.records.records import read_records

from .case import Case, Numbers, maybe
from .files import write_table

START = datetime(2023, 1, 2)
FORMATS: dict[str, Callable[[datetime], str]] = {
    "iso": lambda d: d.strftime("%Y-%m-%d %H:%M"),
    "iso T": lambda d: d.strftime("%Y-%m-%dT%H:%M:%S"),
    "iso Z": lambda d: d.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "British": lambda d: d.strftime("%d/%m/%Y %H:%M"),
    "American": lambda d: d.strftime("%m/%d/%Y %I:%M:%S %p"),
    "dots": lambda d: d.strftime("%d.%m.%Y %H:%M"),
    "month in words": lambda d: d.strftime("%d-%b-%Y"),
    "date alone": lambda d: d.strftime("%Y-%m-%d"),
}
NOT_CLOSED = ("", "", "N/A", "NULL", "9999-12-31", "1900-01-01", "-")
NAMES = (("opened", "closed"), ("Created Date", "Closed Date"), ("requested_datetime", "closed_datetime"), ("created_at", "closed_at"), ("open_dt", "closed_dt"))  # fmt: skip
SAID_CLOSED = ("Closed", "Completed", "Job completed", "Resolved", "Completed - Dup", "closed")
SAID_OPEN = ("Open", "In Progress", "Assigned", "Pending", "open", "New")
NO_COPY = ("", "N/A", "No", "false", "0", "NULL")


def make(lot: random.Random, folder: Path) -> Case:
    """Draw cases and write them."""
    number = lot.randint(60, 120)
    opened = [START + timedelta(days=round(lot.uniform(0, 400), 1)) for _ in range(number)]
    rows = [(o, None if maybe(lot, 0.2) else o + timedelta(days=round(lot.expovariate(1 / 15), 2))) for o in opened]
    # the newest case opens after all of them closed, so that no closing date is far ahead
    newest = max(d for row in rows for d in row if d is not None)
    rows.append((newest + timedelta(hours=2), None))
    form = lot.choice((_table, _table, _table, _json))
    path, marks, day = form(lot, folder, rows)
    return Case(path, tuple(marks), _truth(rows), lambda: _read(path), tolerance=1.01 if day else 0.01)


def _truth(rows: list[tuple[datetime, datetime | None]]) -> dict[str, float]:
    lasted = [(c - o).total_seconds() / 86400 for o, c in rows if c is not None]
    return {
        "cases": len(rows),
        "closed": len(lasted),
        "repeats": 0,
        "median days": float(np.median(lasted)),
        "longest days": max(lasted),
    }


def _read(path: Path) -> Numbers:
    agencies = read_records([path]).agencies.values()
    lasted = np.concatenate([a.ended - a.opened for a in agencies])
    lasted = lasted[np.isfinite(lasted)]
    sums = {name: sum(getattr(a, name) for a in agencies) for name in ("cases", "closed", "repeats")}
    return sums | {"median days": float(np.median(lasted)), "longest days": float(lasted.max())}


def _table(lot: random.Random, folder: Path, rows: list[tuple[datetime, datetime | None]]) -> tuple[Path, list[str], bool]:
    name = lot.choice(sorted(FORMATS))
    shown, sentinel, names = FORMATS[name], lot.choice(NOT_CLOSED), lot.choice(NAMES)
    marks = [f"dates {name}", f"not closed: {sentinel!r}"]
    columns = {names[0]: [shown(o) for o, _ in rows], names[1]: [sentinel if c is None else shown(c) for _, c in rows]}
    if maybe(lot, 0.4):
        columns["status"] = [lot.choice(SAID_OPEN if c is None else SAID_CLOSED) for _, c in rows]
        marks.append("status")
    if maybe(lot, 0.3):
        word = lot.choice(NO_COPY)
        columns["duplicate"] = [word] * len(rows)
        marks.append(f"duplicate {word!r}")
    if maybe(lot, 0.3):
        columns["agency"] = [lot.choice(("Streets", "Parks", "Housing")) for _ in rows]
    if maybe(lot, 0.3):
        columns["caller e-mail"] = [f"caller{n}@example.org" for n in range(len(rows))]
    order, lines = list(columns), list(range(len(rows)))
    lot.shuffle(order)
    lot.shuffle(lines)
    path, done = write_table(lot, folder, order, [[columns[c][n] for c in order] for n in lines], "requests")
    return path, [*marks, *done], name in ("month in words", "date alone")


def _json(lot: random.Random, folder: Path, rows: list[tuple[datetime, datetime | None]]) -> tuple[Path, list[str], bool]:
    requests = []
    for n, (o, c) in enumerate(rows):
        one = {"service_request_id": str(n), "status": "open" if c is None else "closed", "requested_datetime": FORMATS["iso Z"](o),
               "updated_datetime": FORMATS["iso Z"](o if c is None else c), "agency_responsible": lot.choice(("Voirie été", "Parks"))}  # fmt: skip
        requests.append(one)
    lot.shuffle(requests)
    form = lot.choice(("list", "lines", "wrapped", "features", "wrapped after lists"))
    text = {
        "list": lambda: json.dumps(requests),
        "lines": lambda: "\n".join(json.dumps(r) for r in requests),
        "wrapped": lambda: json.dumps({"service_requests": requests}, indent=lot.choice((None, 2))),
        "wrapped after lists": lambda: json.dumps({"meta": {"pages": [1, 2]}, "requests": requests}),
        "features": lambda: json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None, "properties": r} for r in requests]}),
    }[form]()  # fmt: skip
    encoding = lot.choice(("ascii", "utf-8", "utf-8-sig", "cp1252"))
    if encoding != "ascii":
        text = text.replace("\\u00e9", "é")
    path = folder / ("requests.geojson" if form == "features" and maybe(lot, 0.5) else "requests.json")
    path.write_bytes(text.encode(encoding))
    return path, [f"JSON {form}", encoding], False
