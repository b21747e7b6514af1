"""Reading one table of a place: which column is which, and which rows are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..own_data.tables.columns import CODES, PLACE_FIELDS, PLACE_NAMES, guess
from ..own_data.tables.privacy import drop_private
from ..own_data.tables.side_by_side import one_table
from ..own_data.tables.table_file import normal, numbers, read
from .ages_by_sex import add_sexes
from .bases import drop_other_bases
from .imputation import GROUP_COLUMNS
from .levels import drop_higher_levels
from .others import place_other
from .table import Finding, Table, signed
from .totals import drop_totals

COUNTED = ("population", "adults", "households", "dwellings")  # fields that are counts whatever their size


PARTS = (*(column for columns in GROUP_COLUMNS.values() for column in columns), "rented")


_PATTERN = {f.name: f.pattern for f in PLACE_FIELDS}


_KEYS = re.compile(rf"(?:{_PATTERN['ward']})|(?:{_PATTERN['area']})|name|(?:ward|area) (?:name|code)|{CODES}")


def _counts_people(name: str) -> bool:
    return re.fullmatch(_PATTERN["population"], name) is not None


def read_table(path: Path, given: Mapping[str, str] | None, sheet: str | None, option: str = "--column") -> Table:
    """Return a table with its columns guessed (or as given), without what could point to people, rows of higher levels, and totals."""
    text = read(path, PLACE_NAMES, sheet, named=(given or {}).values())
    text = one_table(text, _KEYS, _counts_people, (given or {}).values(), option)
    mapping = guess(text, PLACE_FIELDS, given, option)
    findings = [Finding("read", note) for note in text.notes]
    findings += [Finding("private", told) for told in drop_private(text, mapping.columns.values())]
    findings += [Finding("odd", note) for note in mapping.unsure]
    mapping.unused = [c for c in mapping.unused if c in text.frame]
    table = Table(text, mapping, findings, frozenset(given or ()), option)
    _choose_ward(table)
    add_sexes(table)
    place_other(table)
    drop_other_bases(table)
    _drop_rows(table)
    return table


def _choose_ward(table: Table) -> None:
    """Take the column of wards that is called so rather than one of districts, and one of names that differ where rows are wards, in place."""
    pattern = next(f.pattern for f in PLACE_FIELDS if f.name == "ward")
    if "ward" not in table.columns or "ward" in table.given:
        return
    now, frame = table.columns["ward"], table.text.frame
    fits = [now, *(c for c in table.mapping.unused if re.fullmatch(pattern, normal(c)))]
    by_area = "area" in table.columns
    best = max(
        fits,
        key=lambda c: (bool(re.match(r"ward|wd", normal(c))), not by_area and frame[c].is_unique, "name" in normal(c), c == now),
    )
    if best != now:
        table.columns["ward"] = best
        table.findings[:] = [f for f in table.findings if not f.text.startswith(f"'{now}' was read as")]
        table.mapping.unused[table.mapping.unused.index(best)] = now


def _drop_rows(table: Table) -> None:
    """Take out rows of higher geographical levels and rows that are sums of the others."""
    key = table.columns.get("area", table.columns.get("ward"))
    if key is None:
        return
    told, sure, column = drop_higher_levels(table.text, key)
    if column is not None:
        table.others[column] = ("level", "the geographical level of the rows")
    ward = table.columns.get("ward") if "area" in table.columns else None
    told += drop_totals(table.text, key, ward, _counts(table), sure)
    table.findings += [Finding("odd", text) for text in told]


def _counts(table: Table) -> pd.DataFrame:
    """Return the columns of counts as numbers, people first."""
    found = {}
    for name in (*COUNTED, *PARTS):
        if name in table.columns and (name in COUNTED or not signed(table, table.columns[name])):
            values = numbers(table.text, table.columns[name], name, whole=name in COUNTED)
            if name in COUNTED or values.max() > 105:
                found[name] = values.to_numpy()
    return pd.DataFrame(found, index=table.text.frame.index)
