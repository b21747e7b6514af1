"""Columns: the attributes of a resident, an institution or a ward, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..kernels.kernel import njit

NEVER = -32_768  # of a column of months: not yet


@dataclass(frozen=True)
class Column:
    """One column of a table of agents.

    Attributes:
        name: attribute name of the column.
        dtype: numpy type as stored.
        description: what it holds, with unit and range.
        shape: extra axes by name: `service` (one value for each kind of institution) or `ring` (the last twelve months).
        start: value before burn-in.
        stock: True for a stock on 0..1 that must be steady after burn-in.
        mean_of: name of the column whose own mean over the last twelve months of burn-in this one holds; empty for none.
    """

    name: str
    dtype: str
    description: str
    shape: str = ""
    start: float = 0
    stock: bool = False
    mean_of: str = ""


@njit(cache=True)
def fill(block, first, starts, rows):
    """Set the columns of a block from `first` on to their start values, for some agents."""
    for c in range(first, block.shape[0]):
        for n in range(rows.size):
            block[c, rows[n]] = starts[c, 0]


class Table:
    """A table of columns held as numpy arrays, one attribute each.

    Columns of one type are rows of one block, so that saving, branching and resetting agents are few operations. A
    column's `shape` adds an axis in front: `service` makes it (services, size), `ring` makes it (12, size).
    """

    def __init__(self, columns: tuple[Column, ...], size: int, services: int) -> None:
        self.columns = columns
        self.by_name = {column.name: column for column in columns}
        self.size = size
        self._reset_from: tuple[tuple[str, ...], dict[str, int]] | None = None
        self._rows: dict[str, list[tuple[Column, int, int]]] = {}
        ends: dict[str, int] = {}
        for column in columns:
            width = {"": 1, "service": services, "ring": 12}[column.shape]
            first = ends.get(column.dtype, 0)
            self._rows.setdefault(column.dtype, []).append((column, first, width))
            ends[column.dtype] = first + width
        self.blocks = {dtype: np.empty((rows, size), dtype=dtype) for dtype, rows in ends.items()}
        self._starts = {dtype: np.zeros((rows, 1), dtype=dtype) for dtype, rows in ends.items()}
        for dtype, rows in self._rows.items():
            for column, first, width in rows:
                block = self.blocks[dtype]
                setattr(self, column.name, block[first : first + width] if column.shape else block[first])
                self._starts[dtype][first : first + width] = column.start
            self.blocks[dtype][:] = self._starts[dtype]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no column '{name}'")

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by column name; they are the live ones, not copies."""
        return {column.name: getattr(self, column.name) for column in self.columns}

    def reset(self, rows: np.ndarray, kept: tuple[str, ...]) -> None:
        """Give some agents the start value of every column that is not kept; in a block the kept ones are first."""
        if self._reset_from is None or self._reset_from[0] != kept:
            firsts = {d: next((at for c, at, _ in members if c.name not in kept), None) for d, members in self._rows.items()}
            self._reset_from = (kept, {d: at for d, at in firsts.items() if at is not None})
        for dtype, first in self._reset_from[1].items():
            fill(self.blocks[dtype], first, self._starts[dtype], rows)

    def save(self) -> dict[str, np.ndarray]:
        """Return copies of the blocks."""
        return {dtype: block.copy() for dtype, block in self.blocks.items()}

    def overwrite(self, saved: dict[str, np.ndarray]) -> None:
        """Overwrite the table in place with saved blocks."""
        for dtype, block in saved.items():
            self.blocks[dtype][...] = block

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns."""
        return sum(block.nbytes for block in self.blocks.values())
