"""What one table of a place says: its rows by code, marginals as shares, whatever it tells of deprivation; every fault named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.parameters import InputError

from ..columns import PLACE_FIELDS, PLACE_NAMES, Columns, guess
from ..privacy import drop_private
from ..readings import Reading
from ..tables import TextTable, missing, numbers, read, shares
from .imputation import GROUP_COLUMNS

ADDS_UP = (0.92, 1.05)  # what published shares of one group may add up to: "other" is often left out
MEASURES = ("deprivation_decile", "deprivation_rank", "deprivation", "advantage")
SHARES = tuple(c for columns in GROUP_COLUMNS.values() for c in columns)
_TOTAL = re.compile(r"(?:grand |area |borough |district |city |council )?totals?|all(?: areas| wards)?|sum|average|mean|england|wales|scotland|london|united kingdom", re.I)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something about a person's data, in plain words.

    Attributes:
        kind: `missing`, `odd`, `private` or `read`.
        text: what it is and what follows from it.
    """

    kind: str
    text: str


@dataclass
class Table:
    """One table read: its text, its columns, and what was found."""

    text: TextTable
    mapping: Columns
    findings: list[Finding]

    @property
    def columns(self) -> dict[str, str]:
        """Columns by field."""
        return self.mapping.columns

    def names(self, name: str) -> pd.Series | None:
        """Return the cells of a field's column, if there is one."""
        return self.text.frame[self.columns[name]] if name in self.columns else None


def read_table(path: Path, given: Mapping[str, str] | None, sheet: str | None) -> Table:
    """Return a table with its columns guessed (or as given), without what could point to people and without totals."""
    text = read(path, PLACE_NAMES, sheet, named=(given or {}).values())
    mapping = guess(text, PLACE_FIELDS, given)
    findings = [Finding("read", note) for note in text.notes]
    findings += [Finding("private", told) for told in drop_private(text, mapping.columns.values())]
    findings += [Finding("odd", note) for note in mapping.unsure]
    mapping.unused = [c for c in mapping.unused if c in text.frame]
    table = Table(text, mapping, findings)
    _drop_totals(table)
    return table


def _drop_totals(table: Table) -> None:
    """Take out rows that are sums of the others."""
    frame = table.text.frame
    label = table.names("area") if "area" in table.columns else table.names("ward")
    if label is None:
        return
    sums = label.map(lambda x: bool(_TOTAL.fullmatch(x.strip())))
    if sums.any() and not sums.all():
        for name in label[sums]:
            table.findings.append(Finding("odd", f"{table.text.path.name}: the row '{name}' was taken for a total and left out"))
        table.text.frame = frame[~sums]


def readings_of(key: str, table: Table) -> list[Reading]:
    """Return what each column of a table was read as, with how many rows it is given in; `key` names the table."""
    described = {f.name: f.description for f in PLACE_FIELDS}
    found = []
    for name, column in table.columns.items():
        empty = int(missing(table.text.frame[column]).sum())
        counts = {"given": len(table.text.frame) - empty} | ({"missing": empty} if empty else {})
        found.append(Reading(key, name, column, described[name], counts))
    return found + [Reading(key, "", column) for column in table.mapping.unused]


def keys_of(table: Table, name: str) -> pd.Series:
    """Return the codes or names of a table's rows, each once.

    Raises:
        InputError: one is missing or stands twice; the lines are given.
    """
    keys = table.names(name)
    assert keys is not None
    column = table.columns[name]
    if (keys == "").any():
        row = int((keys == "").to_numpy().argmax())
        raise InputError(f"{table.text.line(row)}: {column} ({name}) is empty; every row needs one")
    twice = keys[keys.duplicated(keep=False)]
    if len(twice):
        lines = list(twice.index[twice == twice.iloc[0]])[:2]
        raise InputError(
            f"{table.text.path}: {column} '{twice.iloc[0]}' stands twice, in lines {lines[0]} and {lines[1]}; each row must be one {name}"
        )
    return keys


def shares_of(table: Table) -> pd.DataFrame:
    """Return the marginals of a table's rows as shares 0..1, nan where they are not given; shares, percentages and counts are told apart.

    Raises:
        InputError: a row whose shares do not add up; the sum is given.
    """
    out = pd.DataFrame(np.nan, index=range(len(table.text.frame)), columns=list(SHARES))
    for group, columns in GROUP_COLUMNS.items():
        given = {c: table.columns[c] for c in columns if c in table.columns}
        if not given:
            continue
        values, signed = shares(table.text, given)
        values = values.reset_index(drop=True)
        if values.isna().all(axis=None):
            continue
        _scale(table, group, values, signed)
        _complete(group, values)
        for c in columns:
            if c in values:
                out[c] = values[c].to_numpy()
        if out[list(columns)].isna().all().any():
            lacking = [c for c in columns if out[c].isna().all()]
            table.findings.append(
                Finding("missing", f"{', '.join(given)} without {', '.join(lacking)}: {group} is imputed from deprivation")
            )
    return out


def _scale(table: Table, group: str, values: pd.DataFrame, signed: bool) -> None:
    """Turn percentages or counts into shares (`signed`: they are shares, by their percent signs), in place, and check that they add up."""
    columns, highest = list(values), float(np.nanmax(values.to_numpy()))
    total = values.sum(axis=1, skipna=False)
    complete = len(columns) == 3
    if highest > 105 or (complete and (total > 130).any() and (total.round(6) % 1 == 0).all() and float(np.nanmedian(total)) > 130):
        whole = total if complete else _people(table)
        if whole is None:
            raise InputError(f"{table.text.path}: {', '.join(columns)}: up to {highest:g}; allowed: shares 0 to 1, percentages 0 to 100, or counts with all of {', '.join(GROUP_COLUMNS[group])}")  # fmt: skip
        values[columns] = values[columns].div(whole.to_numpy(), axis=0)
        table.findings.append(Finding("read", f"{', '.join(columns)} were read as counts"))
        return
    if highest > 1.0 and not signed:
        values[columns] = values[columns] / 100
    if highest > 1.0 or signed:
        table.findings.append(Finding("read", f"{', '.join(columns)} were read as percentages"))
    total = values[columns].sum(axis=1)
    low, high = ADDS_UP if complete else (0.0, ADDS_UP[1])
    off = ~total.between(low, high) & values[columns].notna().all(axis=1)
    if off.any():
        row = int(off.to_numpy().argmax())
        allowed = f"{100 * low:.0f} to {100 * high:.0f} %" if complete else f"at most {100 * high:.0f} %"
        raise InputError(
            f"{table.text.line(row)}: {', '.join(table.columns[c] for c in columns)} add up to {100 * total.iloc[row]:.1f} %; allowed: {allowed}"
        )


def _people(table: Table) -> pd.Series | None:
    return numbers(table.text, table.columns["population"], "population", whole=True) if "population" in table.columns else None


def _complete(group: str, values: pd.DataFrame) -> None:
    """Work out the third of a group's columns from two, and scale three to 1, in place."""
    columns = GROUP_COLUMNS[group]
    lacking = [c for c in columns if c not in values]
    if len(columns) == 3 and len(lacking) == 1:
        values[lacking[0]] = (1 - values[[c for c in columns if c in values]].sum(axis=1, skipna=False)).clip(lower=0)
    if len(columns) == 3 and len(lacking) <= 1:
        total = values[list(columns)].sum(axis=1, skipna=False)
        values[list(columns)] = values[list(columns)].div(total, axis=0)


def measures_of(table: Table) -> pd.DataFrame:
    """Return whatever a table tells of deprivation, as numbers by row."""
    found = pd.DataFrame(index=range(len(table.text.frame)))
    for name in MEASURES:
        if name in table.columns:
            high = {"deprivation_decile": 10.0}.get(name, np.inf)
            found[name] = numbers(
                table.text, table.columns[name], name, 1.0 if "dec" in name or "rank" in name else -np.inf, high
            ).to_numpy()
    decile = found.get("deprivation_decile")
    if decile is not None and not (decile.dropna() % 1 == 0).all():
        row = int((decile % 1 != 0).to_numpy().argmax())
        raise InputError(
            f"{table.text.line(row)}: deprivation_decile: {decile.iloc[row]:g}; allowed: whole numbers 1 (most deprived) to 10"
        )
    return found
