"""Tables side by side in one sheet, each with its own column that names the rows: they are joined by name, or one of them is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from .table_file import TextTable, normal

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass
class _Block:
    """One of the tables.

    Attributes:
        frame: its columns and its rows; the first column names the rows.
        bare: what its columns are called in the file.
    """

    frame: pd.DataFrame
    bare: list[str]

    @property
    def keys(self) -> pd.Series:
        return self.frame.iloc[:, 0]


def one_table(table: TextTable, key: re.Pattern, counts: Callable[[str], bool], named: Collection[str], option: str) -> TextTable:
    """Return the one table that is meant, of several side by side; the table as it is where there is only one.

    Tables whose rows have the same names are put together by them. Tables of the same columns and of other rows are put below one another. Of
    others the one with the columns that somebody named is read, else the only one that counts people, or the latest by year.

    Args:
        key: what columns that name rows are called.
        counts: whether a column of some name says how many people live there.
        named: columns that somebody named.
        option: with which they are.

    Raises:
        InputError: named columns of several tables, or nothing tells which table is meant.
    """
    blocks = _blocks(table, key)
    if len(blocks) < 2 or all(block.keys.tolist() == blocks[0].keys.tolist() for block in blocks[1:]):
        return table
    told = f"{table.path.name}: {len(blocks)} tables are side by side ({_listed(blocks)})"
    first = blocks[0]
    unique = all(block.keys.is_unique and (block.keys != "").all() for block in blocks)
    sets = [set(block.keys) for block in blocks]
    if unique and all(other == sets[0] for other in sets[1:]):
        frame = first.frame
        for block in blocks[1:]:
            rows = block.frame.set_index(block.keys.name).loc[first.keys.tolist()]
            frame = pd.concat([frame, rows.set_axis(first.frame.index)], axis=1)
        return _told(table, frame, f"{told}; their rows were joined by name")
    if unique and all(block.bare == first.bare for block in blocks) and sum(map(len, sets)) == len(set().union(*sets)):
        frames = [block.frame.set_axis(first.frame.columns, axis=1) for block in blocks]
        return _told(table, pd.concat(frames), f"{told}, with the same columns; they were stacked")
    chosen, why = _chosen(table, blocks, counts, {" ".join(name.split()) for name in named}, option)
    others = ", ".join(repr(c) for block in blocks if block is not chosen for c in block.frame.columns[:4])
    return _told(
        table,
        chosen.frame,
        f"{told}, with different rows; the one with '{chosen.frame.columns[-1]}' was read, {why}; left out: {others}",
    )


def _told(table: TextTable, frame: pd.DataFrame, note: str) -> TextTable:
    table.frame = frame
    table.tell(note)
    return table


def _listed(blocks: Sequence[_Block]) -> str:
    return "; ".join(", ".join(block.frame.columns[:4]) + (", ..." if len(block.frame.columns) > 4 else "") for block in blocks)


def _blocks(table: TextTable, key: re.Pattern) -> list[_Block]:
    """Return the tables: separated by empty columns, or by a column that names the rows again."""
    parts: list[list[str]] = []
    for gap in table.blocks or [list(table.frame.columns)]:
        columns = [c for c in gap if c in table.frame]
        starts = [n for n, c in enumerate(columns) if n == 0 or (n > 1 and _again(table, columns[0], c, key))]
        parts += [columns[a:b] for a, b in zip(starts, [*starts[1:], len(columns)], strict=True)]
    parts = [columns for columns in parts if columns]
    if len(parts) < 2 or not all(len(columns) > 1 and key.fullmatch(_plain(table, columns[0])) for columns in parts):
        return []
    found = []
    for columns in parts:
        frame = table.frame[columns]
        frame = frame[(frame != "").any(axis=1)]
        found.append(_Block(frame, [_bare(table, c) for c in columns]))
    return found


def _bare(table: TextTable, column: str) -> str:
    return normal(table.twins.get(column, column))


def _plain(table: TextTable, column: str) -> str:
    """Return a column's name without years."""
    return " ".join(_YEAR.sub(" ", _bare(table, column)).split())


def _again(table: TextTable, first: str, column: str, key: re.Pattern) -> bool:
    """Return whether a column names the rows again: it is called as the first of the table."""
    plain = _plain(table, column)
    return plain == _plain(table, first) and key.fullmatch(plain) is not None


def _chosen(
    table: TextTable, blocks: Sequence[_Block], counts: Callable[[str], bool], named: set[str], option: str
) -> tuple[_Block, str]:
    """Return the table that is meant, and why."""
    asked = [block for block in blocks if named & set(block.frame.columns)]
    if len(asked) == 1:
        return asked[0], "since you named a column of it"
    what = (
        f"name the columns of one of them ({advice().columns(option, ('ward', 'population'))}), or save each as a file of its own"
    )
    if asked:
        raise InputError(
            f"{table.path}: tables side by side have different rows ({_listed(blocks)}), and the columns that you named are in several of them: {what}"
        )
    fit = [block for block in blocks if any(counts(name) for name in block.bare[1:])]
    if len(fit) == 1:
        return fit[0], "the only one that counts people"
    years = [max((int(y) for c in block.frame.columns for y in _YEAR.findall(c)), default=0) for block in fit]
    if fit and years.count(max(years)) == 1:
        return fit[int(np.argmax(years))], "the latest"
    raise InputError(
        f"{table.path}: tables side by side have different rows ({_listed(blocks)}), and it is not clear which is meant: {what}"
    )
