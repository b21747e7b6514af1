"""Service records: Open311 GeoReport v2 JSON, and CSV or Excel exports of the FixMyStreet and 311 kind, read in bounded memory."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.parameters import InputError, nearest
from simulation.randomness import stream as keyed_stream
from simulation.randomness import uniforms_of

from ..columns import Field, guess
from ..privacy import SMALL_COUNT, drop_private
from ..readings import Reading
from ..tables import CHUNK, TextTable, stream
from .dates import DateReader

SAMPLE = 12_000  # cases kept of each agency, chosen by keyed lot
MOST_AGENCIES = 2000
FIRST_CONTACT_DAYS = 1.0  # closed within a day of being opened: resolved at first contact
MONTH = 30.4375
SWAPPED = 0.05  # share of cases that close before they open beyond which the columns must be wrong

RECORD_FIELDS: tuple[Field, ...] = (
    Field("created", "when the case was opened", r"(?:created|requested|opened|open|reported|logged|received|submitted|confirmed|sr created|creation|log|report|request)(?: ?(?:date|dt|at|on|time|datetime|date time))*|date (?:created|opened|reported|logged|received|raised|requested)"),
    Field("closed", "when it was closed", r"(?:closed?|resolved|completed|completion|sr closed|actual completion|resolution)(?: ?(?:date|dt|at|on|time|datetime|date time))*|date (?:closed|resolved|completed)"),
    Field("fixed", "when it was fixed", r"(?:fixed)(?: ?(?:date|dt|at|on))*|date fixed"),
    Field("updated", "when it last changed", r"(?:updated|last (?:updated?|modified)|modified|status change)(?: ?(?:date|dt|at|on|time|datetime))*"),
    Field("status", "open or closed", r"(?:case |sr |request )?(?:status|state)"),
    Field("agency", "who deals with it", r"(?:agency|responsible agency|agency responsible|owner department|department|dept|directorate|body|organi[sz]ation|team|council|bodies)(?: name)?"),
    Field("category", "what it is about", r"(?:category|service name|service|complaint type|sr type|case (?:title|type)|request type|type|reason|subject)"),
    Field("reopened", "how often it was opened again", r"(?:re ?opened|re ?open(?:s| count)?|times reopened|number of (?:reopens|chasers)|chasers?|repeat(?:s|ed)?(?: contacts?)?|follow ?ups?)"),
    Field("duplicate", "whether it repeats another case", r"(?:duplicate|is duplicate|duplicate of|parent(?: sr)?(?: number)?|legacy parent)"),
)  # fmt: skip
NAMES = re.compile("|".join(f"^(?:{f.pattern})$" for f in RECORD_FIELDS))
CLOSED = r"closed.*|resolved.*|fixed.*|complete[d]?|done|cancelled|no further action|unable to fix|not responsible|archived|dup\w*"
KEYWORDS = {
    "police": r"polic|nypd|crime|sheriff|communitysafety|antisocial|constab",
    "housing": r"hous|hpd|landlord|nycha|tenan|estate",
    "health": r"health|dohmh|nhs|hospital|clinic|socialcare|adultsocial",
}


@dataclass
class Agency:
    """What is known of one agency's cases, counted as they stream by.

    Attributes:
        cases, closed, repeats, at_once: numbers.
        opened_in, closed_in, repeats_in: by calendar month, counted from January 1970.
        lot, opened, ended: the kept sample: its draws, day of opening, day of closing (nan: open).
    """

    cases: int = 0
    closed: int = 0
    repeats: int = 0
    at_once: int = 0
    opened_in: dict[int, int] = field(default_factory=dict)
    closed_in: dict[int, int] = field(default_factory=dict)
    repeats_in: dict[int, int] = field(default_factory=dict)
    lot: np.ndarray = field(default_factory=lambda: np.empty(0))
    opened: np.ndarray = field(default_factory=lambda: np.empty(0))
    ended: np.ndarray = field(default_factory=lambda: np.empty(0))

    def add(self, lot: np.ndarray, opened: np.ndarray, ended: np.ndarray, repeats: np.ndarray) -> None:
        """Count some cases and let them draw for a place in the sample."""
        self.cases += len(opened)
        self.closed += int(np.isfinite(ended).sum())
        self.repeats += int(repeats.sum())
        self.at_once += int((ended - opened <= FIRST_CONTACT_DAYS).sum())
        for days, counts, weight in (
            (opened, self.opened_in, None),
            (ended[np.isfinite(ended)], self.closed_in, None),
            (opened, self.repeats_in, repeats),
        ):
            months = _month_of(days)
            for month in np.unique(months):
                counts[int(month)] = counts.get(int(month), 0) + int(
                    (months == month).sum() if weight is None else weight[months == month].sum()
                )
        self.lot, self.opened, self.ended = (
            np.concatenate([a, b]) for a, b in ((self.lot, lot), (self.opened, opened), (self.ended, ended))
        )
        if len(self.lot) > SAMPLE:
            kept = np.sort(np.argpartition(self.lot, SAMPLE)[:SAMPLE])
            self.lot, self.opened, self.ended = self.lot[kept], self.opened[kept], self.ended[kept]

    def merged(self, other: Agency) -> Agency:
        """Return both agencies as one."""
        lot, opened, ended = (np.concatenate([getattr(self, n), getattr(other, n)]) for n in ("lot", "opened", "ended"))
        kept = np.argsort(lot, kind="stable")[:SAMPLE]
        opened_in, closed_in, repeats_in = (
            _added(getattr(self, n), getattr(other, n)) for n in ("opened_in", "closed_in", "repeats_in")
        )
        return Agency(
            self.cases + other.cases, self.closed + other.closed, self.repeats + other.repeats, self.at_once + other.at_once,
            opened_in, closed_in, repeats_in, lot[kept], opened[kept], ended[kept],
        )  # fmt: skip


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {month: one.get(month, 0) + other.get(month, 0) for month in {*one, *other}}


def _month_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) if len(days) else np.empty(0, np.int64)


@dataclass
class Records:
    """Service records, counted.

    Attributes:
        agencies: by the name in the file.
        services: the kind of institution that each agency is taken for.
        until: last day seen; cases open then are censored.
        columns, notes, readings: how the file was read.
    """

    agencies: dict[str, Agency]
    services: dict[str, str]
    until: float
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def by_service(self) -> dict[str, Agency]:
        """Return the cases of each kind of institution."""
        found: dict[str, Agency] = {}
        for name, agency in self.agencies.items():
            service = self.services[name]
            found[service] = found[service].merged(agency) if service in found else agency
        return found


def service_of(agency: str) -> str:
    """Return the kind of institution that an agency is likely to be, by its name."""
    letters = re.sub(r"[^a-z]", "", agency.lower())
    return next((service for service, pattern in KEYWORDS.items() if re.search(pattern, letters)), "council")


def _json_parts(path: Path) -> Iterator[TextTable]:
    """Give the requests of a GeoReport v2 document in chunks, read object by object."""
    decoder, rows, number = json.JSONDecoder(), [], 0
    with open(path, encoding="utf-8-sig", errors="strict") as file:
        text = file.read(1 << 20)
        start = text.find("[")
        if start < 0:
            raise InputError(f"{path}: no list of requests; allowed: a GeoReport v2 JSON document ([{{...}}, ...])")
        text = text[start + 1 :]
        while True:
            text = text.lstrip(" \r\n\t,")
            if text.startswith("]") or not text:
                more = file.read(1 << 20) if not text else ""
                if not more:
                    break
                text = more
                continue
            try:
                one, end = decoder.raw_decode(text)
            except json.JSONDecodeError as error:
                more = file.read(1 << 20)
                if not more or len(text) > 64 << 20:
                    raise InputError(f"{path}: request {number + 1}: not readable JSON ({error.msg})") from None
                text += more
                continue
            text = text[end:]
            number += 1
            if not isinstance(one, dict):
                raise InputError(f"{path}: request {number} is no object; allowed: GeoReport v2 requests")
            rows.append({k: "" if v is None or isinstance(v, dict | list) else str(v) for k, v in one.items()})
            if len(rows) == CHUNK:
                yield _table_of(path, rows, number)
                rows = []
    if rows or not number:
        yield _table_of(path, rows, number)


def _table_of(path: Path, rows: list[dict[str, str]], last: int) -> TextTable:
    frame = pd.DataFrame(rows, index=range(last - len(rows) + 1, last + 1), dtype=str).fillna("")
    return TextTable(path, frame)


def _parts(path: Path, named: Collection[str]) -> Iterator[TextTable]:
    if not path.exists():
        raise InputError(f"{path}: no such file")
    return _json_parts(path) if path.suffix.lower() in (".json", ".geojson") else stream(path, NAMES, named=named)


class _Reader:
    """Reads chunk after chunk into counts."""

    def __init__(self, columns: Mapping[str, str] | None) -> None:
        self.given = columns
        self.columns: dict[str, str] = {}
        self.notes: list[str] = []
        self.dates = DateReader()
        self.agencies: dict[str, Agency] = {}
        self.until, self.rows, self.backward, self.undated, self.first_backward = -np.inf, 0, 0, 0, ""

    def take(self, table: TextTable) -> None:
        """Count one chunk."""
        if not self.rows:
            self._meet(table)
        else:
            self.notes += [note for note in table.notes if note not in self.notes]
        if set(self.columns.values()) - set(table.frame.columns):
            table.frame = table.frame.reindex(
                columns=[*table.frame.columns, *(set(self.columns.values()) - set(table.frame.columns))], fill_value=""
            )
        frame = table.frame
        cells = {name: frame[column] for name, column in self.columns.items()}
        opened = self.dates.days(cells["created"], table.path, self.columns["created"])
        ended = np.full(len(frame), np.nan)
        for name in ("fixed", "closed"):
            if name in cells:
                days = self.dates.days(cells[name], table.path, self.columns[name])
                ended = np.fmin(ended, days)
        shut = None
        if "status" in cells:
            shut = cells["status"].str.lower().str.replace(r"[^a-z]+", " ", regex=True).str.strip().str.fullmatch(CLOSED).to_numpy()
        if "updated" in cells:
            updated = self.dates.days(cells["updated"], table.path, self.columns["updated"])
            self.until = max(self.until, np.nanmax(updated, initial=-np.inf))
            if shut is not None and not {"closed", "fixed"} & set(cells):
                ended = np.where(shut, updated, np.nan)
        if shut is not None and {"closed", "fixed"} & set(cells):
            ended = np.where(shut | ~np.isfinite(ended), ended, np.nan)  # closed once, and open again
        self._count(table, cells, opened, ended)

    def _count(self, table: TextTable, cells: dict[str, pd.Series], opened: np.ndarray, ended: np.ndarray) -> None:
        self.until = max(self.until, np.nanmax(opened, initial=-np.inf), np.nanmax(ended, initial=-np.inf))
        rows = np.arange(self.rows, self.rows + len(opened), dtype=np.int64)
        self.rows += len(opened)
        undated, backward = np.isnan(opened), ended < opened
        self.undated += int(undated.sum())
        if backward.any() and not self.first_backward:
            self.first_backward = f"line {table.frame.index[int(backward.argmax())]}"
        self.backward += int(backward.sum())
        repeats = np.zeros(len(opened))
        if "reopened" in cells:
            text = cells["reopened"].str.lower()
            repeats = (
                pd.to_numeric(text, errors="coerce").fillna(text.isin(("yes", "true", "y")).astype(float)).clip(0, 50).to_numpy()
            )
        copies = np.zeros(len(opened), dtype=bool)
        if "duplicate" in cells:
            copies = ~cells["duplicate"].str.lower().isin(("", "no", "false", "0", "n")).to_numpy()
        lot = uniforms_of(rows, keyed_stream(0, "records"))
        names = cells["agency"].to_numpy() if "agency" in cells else np.full(len(opened), "everything")
        for name in np.unique(names.astype(str)):
            here = (names == name) & ~undated & ~backward
            agency = self.agencies.setdefault(str(name) or "not named", Agency())
            fresh = here & ~copies
            agency.add(lot[fresh], opened[fresh], ended[fresh], repeats[fresh])
            again = opened[here & copies]
            agency.repeats += len(again)
            for month in _month_of(again):
                agency.repeats_in[int(month)] = agency.repeats_in.get(int(month), 0) + 1
        if len(self.agencies) > MOST_AGENCIES:
            raise InputError(
                f"{table.path}: more than {MOST_AGENCIES:,} agencies in column '{self.columns['agency']}'; is that the right column? (--records-column agency=COLUMN)"
            )

    def _meet(self, table: TextTable) -> None:
        mapping = guess(table, RECORD_FIELDS, self.given, "--records-column")
        self.columns = mapping.columns
        self.notes += table.notes + drop_private(table, mapping.columns.values()) + mapping.unsure
        if "created" not in self.columns:
            raise InputError(f"{table.path}: no column says when a case was opened; say which with --records-column created=COLUMN; columns: {', '.join(table.frame.columns)}")  # fmt: skip
        if not {"closed", "fixed"} & set(self.columns) and not {"updated", "status"} <= set(self.columns):
            raise InputError(f"{table.path}: no column says when a case was closed; say which with --records-column closed=COLUMN; columns: {', '.join(table.frame.columns)}")  # fmt: skip


def read_records(
    paths: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    agencies: Mapping[str, str] | None = None,
    services: Sequence[str] = ("council", "housing", "police", "health"),
) -> Records:
    """Return the counts of service records.

    Args:
        paths: files of one kind, read one after the other in chunks.
        columns: confirmed columns by field.
        agencies: the kind of institution of an agency, where its name does not tell.
        services: the kinds of institution that there are.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    reader = _Reader(columns)
    for path in paths:
        for table in _parts(Path(path), (columns or {}).values()):
            reader.take(table)
    return _judged(reader, Path(paths[0]), agencies or {}, services)


def _judged(reader: _Reader, path: Path, given: Mapping[str, str], services: Sequence[str]) -> Records:
    if reader.backward > SWAPPED * max(reader.rows, 1):
        raise InputError(f"{path}: {reader.backward:,} of {reader.rows:,} cases close before they open ({reader.first_backward} is the first); are '{reader.columns.get('created')}' and '{reader.columns.get('closed', reader.columns.get('fixed'))}' the other way round?")  # fmt: skip
    if sum(a.cases for a in reader.agencies.values()) == 0:
        raise InputError(f"{path}: no case with a date of opening")
    notes = reader.notes
    if reader.backward:
        notes.append(f"{reader.backward:,} cases close before they open ({reader.first_backward} is the first); they were left out")
    if reader.undated:
        notes.append(f"{reader.undated:,} cases without a date of opening were left out")
    if reader.dates.guessed:
        notes.append("dates such as 03/04/2024 could be read either way; they were read as day/month/year")
    for agency, service in given.items():
        if agency not in reader.agencies:
            raise InputError(f"--agency: no agency '{agency}' in the records; {nearest(agency, reader.agencies)}")
        if service not in services:
            raise InputError(f"--agency {agency}: unknown kind of institution '{service}'; {nearest(service, services)}")
    taken = {name: given.get(name, service_of(name)) for name in reader.agencies}
    few = sum(0 < a.cases < SMALL_COUNT for a in reader.agencies.values())
    if few:
        notes.append(f"{few} agencies have fewer than {SMALL_COUNT} cases; they are counted, and not shown by themselves")
    return Records(reader.agencies, taken, reader.until, reader.columns, notes)
