"""Whether the columns of a table of marginals are counts, percentages or shares, and what counts are divided by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..own_data.tables.table_file import normal, numbers
from ..own_data.tables.table_file import shares as cells_of
from .table import Finding, Table, signed

FEWEST_COUNTED = 0.05  # of all people, from which whole numbers up to 100 may be counts of them
ADDS_UP = (0.92, 1.05)  # what published shares of one group may add up to: "other" is often left out
_PERCENT = re.compile(r"%|\bpercent(?:age)?s?\b|\bpct\b|\bshares?\b|\bprop(?:ortion)?\b|\brate\b")
_COUNT = re.compile(r"\b(?:number|counts?|no of)\b")
LEVELS = re.compile(
    r".*\b(?:level [123]|apprenticeships?|other qualifications?|1 ?4 (?:o levels?|gcses?|cses?).*|5\+? ?(?:o levels?|gcses?).*|entry level)\b.*"
)
TOTAL = re.compile(r".*\btotals?\b.*|all(?: categories| usual residents| persons)?|base|count|denominator|sum")


def says_percent(header: str) -> bool:
    """Return whether a heading says that its column holds percentages or shares."""
    return _PERCENT.search(normal(header).replace("%", " % ")) is not None


def says_count(header: str) -> bool:
    """Return whether a heading says that its column holds counts."""
    return _COUNT.search(normal(header)) is not None


@dataclass
class Base:
    """What counts are divided by.

    Attributes:
        values: float64 (rows,).
        words: in words, with the column if there is one.
    """

    values: np.ndarray
    words: str


@dataclass
class Group:
    """The columns of one group of marginals, as numbers by field, with the unit of each.

    Attributes:
        values: float64 (rows,) by field.
        units: `count`, `percent`, `share`, or `signed` (shares, by their percent signs) by field.
    """

    values: dict[str, np.ndarray]
    units: dict[str, str] = field(default_factory=dict)

    def counts(self) -> list[str]:
        """Return the fields that are counts."""
        return [name for name, unit in self.units.items() if unit == "count"]


def group_of(table: Table, fields: tuple[str, ...], whole: tuple[str, ...], base: np.ndarray | None, people: np.ndarray) -> Group:
    """Return the columns of some fields with their units; columns without any number are left out.

    Args:
        whole: fields that together are everything, if all are there.
        base: what they would be divided by if they were counts, where a column gives it.
        people: float64 (rows,), of all ages, above whom no count can be.
    """
    values: dict[str, np.ndarray] = {}
    for sign in (True, False):  # a percent sign belongs to its cell; a column with any is of shares
        columns = {
            name: table.columns[name] for name in fields if name in table.columns and signed(table, table.columns[name]) == sign
        }
        if columns:
            values |= {name: column.to_numpy() for name, column in cells_of(table.text, columns)[0].items()}
    values = {name: values[name] for name in fields if name in values and not np.isnan(values[name]).all()}
    return Group(values, _units(table, values, bool(whole) and all(name in values for name in whole), base, people))


def _units(
    table: Table, values: dict[str, np.ndarray], complete: bool, base: np.ndarray | None, people: np.ndarray
) -> dict[str, str]:
    """Return the unit of each column: what its name or its cells say, else what its size and sum tell."""
    found: dict[str, str] = {}
    for name, column in values.items():
        header = table.columns[name]
        highest = float(np.nanmax(column))
        if signed(table, header):
            found[name] = "signed"
        elif says_percent(header):
            found[name] = "share" if highest <= 1.0 else "percent"
            if highest > 105:
                row = int(np.nanargmax(column))
                raise InputError(f"{table.text.line(row)}: {header}: {column[row]:g} %; allowed: at most 100 %")
    rest = {name: column for name, column in values.items() if name not in found}
    if not rest:
        return found
    unit = _unit_of(rest, complete and len(rest) == len(values), base, people)
    for name, column in rest.items():
        fractional = bool((column[~np.isnan(column)] % 1 > 0).any())
        said = says_count(table.columns[name]) and float(np.nanmax(column)) > 1
        mixed = unit == "count" and fractional and float(np.nanmax(column)) <= 100
        found[name] = "count" if said else "percent" if mixed else unit
    return {name: found[name] for name in values}


def _unit_of(values: dict[str, np.ndarray], complete: bool, base: np.ndarray | None, people: np.ndarray) -> str:
    together = np.column_stack(list(values.values()))
    total = together.sum(axis=1)
    held = total[~np.isnan(total)]
    highest = float(np.nanmax(together))
    whole = bool((together[~np.isnan(together)] % 1 == 0).all())
    if highest > 105:
        return "count"
    if highest <= 1.0 and not (whole and complete and len(held) and np.median(held) > 1.3):
        return "share"
    if whole and len(held):
        near = np.abs(held - 100) <= 8
        if complete and near.mean() < 0.5 and (held > 1.3).any():
            return "count"
        if not complete and (held > 105).any() and not (total > people).any():
            return "count"
        if base is not None and not near.all() and complete and np.nanmedian(np.abs(total / np.maximum(base, 1e-9) - 1)) < 0.1:
            return "count"
    return "percent"


def ask_small_counts(table: Table, columns: Mapping[str, np.ndarray], people: np.ndarray) -> None:
    """Raise `InputError` for whole numbers up to 100 that may as well be counts of a few people as percentages.

    Args:
        columns: float64 (rows,) by name in the file, of which neither name nor cells tell the unit.
        people: float64 (rows,), of all ages.
    """
    if not columns:
        return
    together = np.column_stack(list(columns.values()))
    held = together[~np.isnan(together)]
    total = np.nansum(together, axis=1)
    some = (people > 0) & ~np.isnan(together).all(axis=1)
    if not some.any() or (held % 1 != 0).any() or held.max() <= 1 or (total > people)[some].any():
        return
    if (np.abs(total[some] - 100) <= 8).all():
        return
    share = float(np.median(total[some] / people[some]))
    if share < FEWEST_COUNTED:
        return
    row = int(some.argmax())
    names, first = ", ".join(columns), next(iter(columns))
    raise InputError(
        f"{table.text.line(row)}: {names}: {together[row, 0]:g} may be {together[row, 0]:g} % or {together[row, 0]:g} of {people[row]:,.0f} people, and it is not clear "
        f"which; write '% {first}' or 'number {first}' as the column name, and the same for the others"
    )


def shares(table: Table, group: Group, base: Base | None, needed: str, people: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a group as shares, and say how they were read.

    Args:
        base: what counts are divided by.
        needed: what to say if there are counts and no base.
        people: float64 (rows,), of all ages.

    Raises:
        InputError: there is nothing to divide counts by, or they are more than it, or nothing tells counts from percentages.
    """
    counts = group.counts()
    if counts and base is None:
        names = ", ".join(table.called(c) for c in counts)
        highest = max(float(np.nanmax(group.values[c])) for c in counts)
        raise InputError(f"{table.text.path}: {names}: up to {highest:g}, so they are counts; {needed}")
    percent = {table.called(name): group.values[name] for name, unit in group.units.items() if unit == "percent"}
    ask_small_counts(table, {c: values for c, values in percent.items() if not says_percent(c)}, people)
    found = {}
    for name, column in group.values.items():
        unit = group.units[name]
        divisor = base.values if unit == "count" and base is not None else np.array(100.0 if unit == "percent" else 1.0)
        found[name] = np.divide(column, divisor, out=np.full(len(column), np.nan), where=np.broadcast_to(divisor > 0, column.shape))
        how = (
            f"counts, divided by {base.words}"
            if unit == "count" and base is not None
            else "percentages"
            if unit == "percent"
            else "shares"
        )
        table.noted[name] = how
    for how in dict.fromkeys(table.noted[name] for name in found):
        columns = [table.called(name) for name in found if table.noted[name] == how]
        if how != "shares":
            table.findings.append(Finding("read", f"{', '.join(columns)} {'was' if len(columns) == 1 else 'were'} read as {how}"))
    if counts and base is not None:
        _check_counts(table, group, base, counts)
        _check_counts(table, group, Base(people, "people of all ages"), counts)
    return found


def _check_counts(table: Table, group: Group, base: Base, counts: list[str]) -> None:
    total = np.sum([group.values[c] for c in counts], axis=0)
    over = total > base.values * ADDS_UP[1] + 10  # False where either is not known
    if over.any():
        row = int(over.argmax())
        names = ", ".join(table.called(c) for c in counts)
        raise InputError(
            f"{table.text.line(row)}: {names} add up to {total[row]:,.0f}; allowed: at most {base.values[row]:,.0f}, {base.words}"
        )


def check_sum(table: Table, columns: list[str], total: np.ndarray, complete: bool) -> None:
    """Raise `InputError` for the first row whose shares do not add up; columns are named as in the file."""
    low, high = ADDS_UP if complete else (0.0, ADDS_UP[1])
    off = ~((total >= low) & (total <= high)) & ~np.isnan(total)
    if off.any():
        row = int(off.argmax())
        allowed = f"{100 * low:.0f} to {100 * high:.0f} %" if complete else f"at most {100 * high:.0f} %"
        raise InputError(f"{table.text.line(row)}: {', '.join(columns)} add up to {100 * total[row]:.1f} %; allowed: {allowed}")


def column_base(table: Table, field_name: str, words: str) -> Base | None:
    """Return a column of the table as what counts are divided by, if there is one and it holds numbers."""
    if field_name not in table.columns:
        return None
    column = table.columns[field_name]
    values = numbers(table.text, column, field_name, whole=True).to_numpy()
    return None if np.isnan(values).all() else Base(values, f"{words} (column '{column}')")


def own_total(table: Table, at_least: np.ndarray, people: np.ndarray) -> Base | None:
    """Return an unused column that is called a total and can be the whole of a group: no less than its parts, and less than everybody."""
    for column in table.mapping.unused:
        if not TOTAL.fullmatch(normal(column)):
            continue
        values = _numeric(table.text.frame[column])
        if values is None:
            continue
        held = ~np.isnan(values) & ~np.isnan(at_least)
        if held.any() and (values[held] >= 0.99 * at_least[held]).all() and (values[held] <= 0.97 * people[held]).all():
            table.others[column] = ("total", "the total that counts of its group are divided by")
            return Base(values, f"the column '{column}'")
    return None


def levels_total(table: Table, given: np.ndarray) -> Base | None:
    """Return the sum of all levels of qualification, where the table has every one."""
    rest = [c for c in table.mapping.unused if LEVELS.fullmatch(normal(c)) or c in table.levels]
    if not all(any(f"level {n}" in normal(c) for c in rest) for n in (1, 2, 3)):
        return None
    values = [v for c in rest if (v := _numeric(table.text.frame[c])) is not None]
    if len(values) < len(rest):
        return None
    table.others |= dict.fromkeys(rest, ("total", "part of the total that counts of qualifications are divided by"))
    return Base(given + np.sum(values, axis=0), "the sum of all levels of qualification")


def _numeric(cells: pd.Series) -> np.ndarray | None:
    """Return cells as numbers, or None if they are not."""
    values = pd.to_numeric(cells.str.replace(r"[,\s]", "", regex=True), errors="coerce").to_numpy(float)
    return None if np.isnan(values).all() else values
