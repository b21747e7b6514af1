"""One table of a place: its rows, its columns by field, what was found, and what each column was read as."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..advice import advice
from ..own_data.tables.columns import PLACE_FIELDS, Columns
from ..own_data.tables.matching import have
from ..own_data.tables.readings import Reading
from ..own_data.tables.table_file import TextTable, missing
from .ages import Parts
from .united_kingdom import plain


@dataclass(frozen=True)
class Finding:
    """A finding about a user's data, in plain words.

    Attributes:
        kind: `missing`, `odd`, `private` or `read`.
        text: what it is and what follows from it.
    """

    kind: str
    text: str


@dataclass
class Table:
    """One table read.

    Attributes:
        text: its cells.
        mapping: columns by field, and those that are not used.
        findings: what was found.
        given: fields that somebody has confirmed.
        option: on the command line, that says which column is which.
        described: what a field's column was read as, where that is more than the field's description.
        noted: unit and base of a field's column.
        others: columns that hold no field and were used all the same, each with what for, and in words as what: ages in other bands, levels.
        passed: columns of fields that were not used after all, with why.
        merged: fields that were summed from columns of others, with these columns in words.
        bands: columns that were summed from others, with the ages that they count.
        levels: columns of other qualifications, by where they stand.
        parts: what is known of finer ages that are not told in full, by group.
    """

    text: TextTable
    mapping: Columns
    findings: list[Finding]
    given: frozenset[str] = frozenset()
    option: str = "--column"
    described: dict[str, str] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    others: dict[str, tuple[str, str]] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    bands: dict[str, tuple[float, float]] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    parts: dict[str, Parts] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Columns by field."""
        return self.mapping.columns

    def called(self, name: str) -> str:
        """Return the name of a field's column, or of the columns that it was summed from."""
        return self.columns.get(name) or self.merged.get(name, name)

    def names(self, name: str) -> pd.Series | None:
        """Return the cells of a field's column, if there is one."""
        return self.text.frame[self.columns[name]] if name in self.columns else None


def signed(table: Table, column: str) -> bool:
    """Return True if a cell of a column has a percent sign."""
    return bool(have(table.text.frame[column], r"%|per ?cent|pct", re.IGNORECASE).any())


def readings_of(key: str, table: Table) -> list[Reading]:
    """Return what each column of a table was read as, with how many rows it is given in; `key` names the table."""
    described = {f.name: f.description for f in PLACE_FIELDS}
    found = []
    for name, column in table.columns.items():
        description = table.described.get(name, described[name])
        description += f"; {table.noted[name]}" if name in table.noted else ""
        description += f"; {table.passed[name]}" if name in table.passed else ""
        found.append(Reading(key, name, column, description, _given(table, column)))
    for column, (name, words) in table.others.items():
        if column not in table.columns.values():
            found.append(Reading(key, name, column, words, _given(table, column)))
    used = {*table.columns.values(), *table.others}
    return found + [Reading(key, "", column) for column in table.mapping.unused if column not in used]


def _given(table: Table, column: str) -> dict[str, int]:
    cells = table.text.frame[column]
    names = column in (table.columns.get("area"), table.columns.get("ward"))  # which may be called C or S
    empty = int(((cells == "") if names else missing(cells)).sum())
    return {"given": len(table.text.frame) - empty} | ({"missing": empty} if empty else {})


def keys_of(table: Table, name: str) -> pd.Series:
    """Return the codes or names of a table's rows, each once.

    Raises:
        InputError: one is missing or is given twice; the lines are given.
    """
    keys = table.names(name)
    assert keys is not None
    column = table.columns[name]
    if (keys == "").any():
        row = int((keys == "").to_numpy().argmax())
        raise InputError(f"{table.text.line(row)}: {column} ({name}) is empty; every row needs one")
    alike = keys.map(_spelt)
    twice = keys[alike.duplicated(keep=False)]
    if len(twice):
        (line, key), (again, other) = list(twice[alike[twice.index] == alike[twice.index[0]]].items())[:2]
        written = "" if key == other else f" (there as '{other}')"
        raise InputError(
            f"{table.text.path}: {column} '{key}' is given twice, in lines {line} and {again}{written}; each row must be one {name}"
        )
    return keys


def _spelt(name: str) -> str:
    """Return a name as it is compared: without case, outer and double blanks, and punctuation between words."""
    return plain(name) or name


def _merge_spellings(table: Table) -> None:
    """Call wards whose names differ by case, blanks or punctuation alone as most of their rows do, in place, and say so."""
    column = table.columns["ward"]
    cells = table.text.frame[column]
    written = cells[cells != ""].value_counts(sort=True)
    names: dict[str, str] = {}
    for name in sorted(written.index, key=lambda n: (-written[n], list(written.index).index(n))):
        names.setdefault(_spelt(name), name)
    others = {name: names[_spelt(name)] for name in written.index if names[_spelt(name)] != name}
    if others:
        listed = ", ".join(f"'{other}' as '{name}'" for other, name in list(others.items())[:3])
        told = f"{table.text.path.name}: {column}: names that differ only in case, blanks or punctuation were read as one ward: {listed}"
        table.findings.append(Finding("odd", told + (f" and {len(others) - 3} more" if len(others) > 3 else "")))
        table.text.frame = table.text.frame.assign(**{column: cells.replace(others)})


def wards_of(table: Table) -> pd.Series | None:
    """Return the ward that each small area lies in, empty cells filled from above where the table names each ward on its first line only.

    Names that differ by case, blanks or punctuation alone are one ward, called as most rows call it.

    Raises:
        InputError: a cell is empty and the table is not written so.
    """
    if table.names("ward") is None:
        return None
    _merge_spellings(table)
    cells = table.names("ward")
    assert cells is not None
    column = table.columns["ward"]
    empty = (cells == "").to_numpy()
    if not empty.any():
        return cells.reset_index(drop=True)
    held = cells[~empty]
    row = int(empty.argmax())
    if not len(held):
        raise InputError(
            f"{table.text.line(row)}: {column} (ward) is empty in every row; leave the column out, or name it with {advice().column(table.option, 'ward')}"
        )
    merged = not empty[0] and held.is_unique and (2 * empty.sum() >= len(empty) or not (~empty[:-1] & ~empty[1:]).any())
    if not merged:
        raise InputError(f"{table.text.line(row)}: {column} (ward) is empty; every small area needs one")
    table.findings.append(
        Finding("read", f"{table.text.path.name}: {int(empty.sum())} empty cells of {column} were filled with the name above them, as each ward is named once (first in line {table.text.frame.index[row]})")
    )  # fmt: skip
    filled = cells.replace("", np.nan).ffill()
    table.text.frame = table.text.frame.assign(**{column: filled})
    return filled.reset_index(drop=True)
