"""The evidence ledger: one published finding per row, with source, band and role; a user's own targets have the same columns."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulation.declared.parameters import InputError, Parameter, nearest
from simulation.measures.measure import LEAST_WIDTH

LEDGER = Path(__file__).parent.parent / "data" / "facts.csv"
KINDS = ("band", "direction", "input", "context")
ROLES = ("calibrate", "validate", "input", "context")
REQUIRED = ("measure", "value", "low", "high")
# How a row is measured if its measure alone does not say: two facts about one measure, or about ties.
READ_AS = {"influence_flat": "influence_change", "confidants": "confidants", "isolates": "isolates", "clustering": "clustering"}


@dataclass(frozen=True)
class Fact:
    """One row of the ledger.

    Attributes:
        id, measure: its name, and the measure that it speaks of.
        statement: what is known, in words.
        kind: `band` (a value within a range), `direction` (a sign), `input` or `context`.
        value, low, high: the value and the range that counts as near; None where there is none.
        population, year, source: of whom, when, and who found it.
        role: `calibrate` may be fitted, `validate` must come out by itself, `input` goes in, `context` is for reading.
        status: `found` at the source, or `secondary`: told by somebody else.
    """

    id: str
    measure: str
    statement: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    population: str
    year: str
    source: str
    role: str
    status: str

    @property
    def target(self) -> float:
        """The target: the published value, or the middle of the band."""
        assert self.low is not None and self.high is not None
        return self.value if self.value is not None else (self.low + self.high) / 2

    @property
    def errors(self) -> tuple[float, float]:
        """Standard deviation below and above the target, the band read as 95 %: what survey, definition and model may be off by."""
        assert self.low is not None and self.high is not None
        half = (self.high - self.low) / 2
        return (max(self.target - self.low, half / 4) / 1.96, max(self.high - self.target, half / 4) / 1.96)

    @property
    def observable(self) -> str:
        """Name of the model's value: its measure, unless the row is about a change or about ties."""
        return READ_AS.get(self.id, self.measure)

    def holds(self, value: float) -> bool:
        """Return True if a value lies in the band, or on the side of zero that a direction names."""
        if not math.isfinite(value):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts in a table (CSV or Excel) with the ledger's columns; `measure, value, low, high` are enough for own targets.

    Raises:
        InputError: naming file, line, column, value and what is allowed.
    """
    from ..own_data.tables.table_file import read

    table = read(Path(path))
    columns = {c.strip().lower(): c for c in table.frame.columns}
    for name in REQUIRED:
        if name not in columns:
            raise InputError(
                f"{path}: column '{name}' is missing; needed: {', '.join(REQUIRED)}; the ledger's other columns are optional"
            )
    rows = table.frame.rename(columns={v: k for k, v in columns.items()}).to_dict("records")
    return _facts([(table.line(n), {str(k): str(v) for k, v in row.items()}) for n, row in enumerate(rows)], table.path.name)


def _facts(rows: Sequence[tuple[str, Mapping[str, str]]], file: str) -> tuple[Fact, ...]:
    """Return the facts of rows, each with where it is."""
    found = tuple(_fact(where, {name: cell.strip() for name, cell in cells.items()}, file) for where, cells in rows)
    ids = [f.id for f in found]
    for n, name in enumerate(ids):
        if name in ids[:n]:
            raise InputError(f"{rows[n][0]}: id '{name}' is given twice")
    return found


def _fact(where: str, cells: Mapping[str, str], file: str) -> Fact:
    kind, role = cells.get("kind") or "band", cells.get("role") or "calibrate"
    for name, text, allowed in (("kind", kind, KINDS), ("role", role, ROLES)):
        if text not in allowed:
            raise InputError(f"{where}: {name}: '{text}'; {nearest(text, allowed)}")
    if not cells["measure"]:
        raise InputError(f"{where}: measure: empty; the name of a measure is needed (groundswell list measures)")
    value = None if kind in ("input", "direction") and not _is_number(cells["value"]) else _number(where, "value", cells["value"])
    low, high = (_number(where, name, cells[name]) for name in ("low", "high"))
    if kind == "band":
        if low is None or high is None:
            raise InputError(
                f"{where}: a fact of kind 'band' needs both low and high; '{'low' if low is None else 'high'}' is empty"
            )
        if not low + LEAST_WIDTH <= high:
            raise InputError(f"{where}: low {low:g} must be below high {high:g}, by at least {LEAST_WIDTH:g}")
        if value is not None and not low <= value <= high:
            raise InputError(f"{where}: value {value:g} is outside its own band, {low:g} to {high:g}")
    if kind == "direction" and (low is None) == (high is None):
        raise InputError(f"{where}: a fact of kind 'direction' needs either low or high: the bound that counts")
    said = {name: cells.get(name, "") for name in ("statement", "population", "year", "source", "status")}
    own = cells.get("id") or f"own_{cells['measure']}"
    return Fact(own, cells["measure"], said["statement"] or cells["measure"], kind, value, low, high, said["population"], said["year"],
                said["source"] or file, role, said["status"] or "found")  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _number(where: str, name: str, text: str) -> float | None:
    if not text:
        return None
    if not _is_number(text):
        raise InputError(f"{where}: {name}: '{text}' is not a number; allowed: a number with a decimal point, or nothing")
    return float(text)


@cache
def ledger() -> tuple[Fact, ...]:
    """Return the shipped facts; the file is plain, so that they are read without pandas."""
    with LEDGER.open(newline="", encoding="utf-8") as file:
        return _facts([(f"{LEDGER}: line {n}", row) for n, row in enumerate(csv.DictReader(file), 2)], LEDGER.name)


def fact(name: str) -> Fact:
    """Return a shipped fact by id, or raise `InputError` with the nearest."""
    for one in ledger():
        if one.id == name:
            return one
    raise InputError(f"unknown fact '{name}'; {nearest(name, [f.id for f in ledger()])}")


# Pairs that limit each other in any simulation: the first measure counts only people whom the second also counts.
WITHIN = (
    ("civic_participation", "participation"), ("consultation", "participation"), ("activism", "participation"),
    ("volunteering", "volunteering_12m"), ("bureau_share", "asked_share"), ("hours_top10", "hours_top31"), ("apathy_02", "apathy"),
    ("apathy", "apathy_10"),
)  # fmt: skip
# These groups of people do not overlap, so their shares cannot add up to more than 1.
APART = (("participation", "willing_unasked", "apathy"),)


def check_targets(targets: Sequence[Fact], known: Mapping[str, str], where: str = "targets") -> None:
    """Raise `InputError` for targets that nothing could meet; the rows that conflict are named.

    Args:
        targets: facts of kind `band`.
        known: unit of everything that may be a target, by name.
    """
    for one in targets:
        if one.observable not in known:
            raise InputError(f"{where}: {one.id}: unknown measure '{one.observable}'; {nearest(one.observable, known)}")
        assert one.low is not None and one.high is not None
        if known[one.observable] in ("share", "index", "0..1") and not (one.low < 1.0 and one.high > 0.0):
            raise InputError(
                f"{where}: {one.id}: {one.observable} is a {known[one.observable]}, 0 to 1; its band is {one.low:g} to {one.high:g}"
            )
    bands: dict[str, Fact] = {}
    for one in targets:
        other = bands.setdefault(one.observable, one)
        if other.low > one.high or one.low > other.high:  # type: ignore[operator]
            raise InputError(
                f"{where}: {other.id} and {one.id} conflict: {one.observable} cannot lie in {_band(other)} and in {_band(one)}"
            )
    for part, whole in WITHIN:
        if part in bands and whole in bands and bands[part].low > bands[whole].high:  # type: ignore[operator]
            raise InputError(
                f"{where}: {bands[part].id} and {bands[whole].id} conflict: {part} counts only people whom {whole} counts, so"
                f" {_band(bands[part])} contradicts {_band(bands[whole])}"
            )
    for group in APART:
        given = [bands[name] for name in group if name in bands]
        if sum(f.low for f in given) > 1.0:  # type: ignore[misc]
            raise InputError(
                f"{where}: {', '.join(f.id for f in given)} conflict: each person counts once, and their lowest shares add up to more than 1"
            )


def _band(one: Fact) -> str:
    return f"{one.low:g} to {one.high:g}"


def facts_of(parameter: Parameter) -> tuple[Fact, ...]:
    """Return the facts that a parameter's declaration names."""
    return tuple(fact(name) for name in parameter.facts)
