"""Service records in JSON written column by column, or as rows by key, as pandas and R write tables."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from simulation.declared.parameters import InputError

from ..tables.table_file import normal
from .fields import BY_NAME

MOST = 64 << 20  # bytes of a file that is read whole
_START = 4096  # characters by which such a file is known
_BY_KEY = re.compile(r'[\s\ufeff]*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*(\{|\[)\s*("(?:[^"\\]|\\.)*"\s*:\s*)?(?:["\d\-tfn{\[])')
_PARTS = {"$date", "$oid", "value", "name", "label"}  # of one cell
Rows = list[dict[str, Any]]


def by_column(path: Path, encoding: str, wanted: Collection[str] = ()) -> Rows | None:
    """Return the requests of a JSON object of columns (`{"opened": {"0": ...}}`, `{"opened": [...]}`), or of rows by key; None for every other form.

    Args:
        wanted: columns that somebody has named.

    Raises:
        InputError: columns of different lengths; or the file is too large to be read whole.
    """
    with open(path, encoding=encoding, errors="replace") as file:
        if not _BY_KEY.match(file.read(_START)):
            return None
    large = path.stat().st_size > MOST
    try:
        with open(path, encoding=encoding) as file:
            found = json.loads(_first_of_each(file.read(_START * 256)) if large else file.read().lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None  # the other reader says where the fault is
    rows = _rows_of(path, found, set(wanted)) if isinstance(found, dict) else None
    if rows is not None and large:
        raise InputError(
            f"{path}: the columns are stored one after another in a file of {path.stat().st_size / 1e6:,.0f} MB; allowed: {MOST >> 20} MB. "
            "Write it as one object per line (pandas: orient='records', lines=True)"
        )
    return rows


def _first_of_each(text: str) -> str:
    """Return the beginning of a long object, closed after its first column."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "{[") - (sign in "}]")
        if depth == 1 and sign in "}]":
            return text[: at + 1] + "}"
    return text[: text.rfind(",")] + "}}"


def _rows_of(path: Path, found: Mapping[str, Any], wanted: set[str]) -> Rows | None:
    names, data = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(n, str) for n in names):  # pandas: split
        whole = all(isinstance(row, list) and len(row) == len(names) for row in data)
        return [dict(zip(names, row, strict=True)) for row in data] if whole and _are_names(names, wanted) else None
    for value in found.values():  # {"data": {"opened": {...}}}
        inner = _rows_of(path, value, wanted) if isinstance(value, dict) and len(found) < 4 else None
        if inner is not None:
            return inner
    held = {key: value for key, value in found.items() if isinstance(value, dict | list)}
    if _are_names(held, wanted):
        return _transposed(path, held) if len(held) > 1 and _plain(held, len(found)) else None
    rows: Rows = [value for value in held.values() if isinstance(value, dict)]
    plain = len(rows) == len(found) > 1 and all(set(row) & set(rows[0]) for row in rows)
    return rows if plain and _are_names(rows[0], wanted) else None


def _plain(columns: Mapping[str, Any], number: int) -> bool:
    """Return whether columns hold single values only: by row in all columns of an object, or in lists."""
    if all(isinstance(column, dict) for column in columns.values()):
        rows = {str(key) for column in columns.values() for key in column}
        cells = (cell for column in columns.values() for cell in column.values())
        return len(columns) == number and not rows & _PARTS and not any(isinstance(cell, dict | list) for cell in cells)
    lists = [column for column in columns.values() if isinstance(column, list)]
    return len(lists) == len(columns) and not any(isinstance(cell, dict | list) for column in lists for cell in column)


def _transposed(path: Path, columns: Mapping[str, Any]) -> Rows | None:
    """Return rows of columns that all hold lists, or all objects by row."""
    if all(isinstance(column, dict) for column in columns.values()):
        keys = dict.fromkeys(key for column in columns.values() for key in column)
        return [{name: column.get(key) for name, column in columns.items()} for key in keys]
    if not all(isinstance(column, list) for column in columns.values()):
        return None
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lambda n: lengths[n]), max(lengths, key=lambda n: lengths[n])
        raise InputError(
            f"{path}: column '{short}' holds {lengths[short]:,} values, '{long}' {lengths[long]:,}; every column must hold one for each request"
        )
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _are_names(keys: Collection[str], wanted: set[str]) -> bool:
    """Return whether one of some keys is the column that says when a case was opened, or one that somebody named."""
    return bool(wanted & set(keys)) or any(re.fullmatch(BY_NAME["created"].pattern, normal(str(key))) for key in keys)
