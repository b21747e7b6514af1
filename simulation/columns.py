"""Columns: what a resident, an institution or a ward is made of, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


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
    """

    name: str
    dtype: str
    description: str
    shape: str = ""
    start: float = 0
    stock: bool = False


class Table:
    """A table of columns held as numpy arrays, one attribute each.

    Axes named in a column's `shape`: `service` makes the array (services, size), `ring` makes it (12, size); a pass over all
    residents then reads one service after the other.
    """

    def __init__(self, columns: tuple[Column, ...], size: int, services: int) -> None:
        self.columns = columns
        self.size = size
        for column in columns:
            shape: tuple[int, ...] = (size,)
            if column.shape == "service":
                shape = (services, size)
            elif column.shape == "ring":
                shape = (12, size)
            setattr(self, column.name, np.full(shape, column.start, dtype=column.dtype))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no column '{name}'")

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by column name; they are the live ones, not copies."""
        return {column.name: getattr(self, column.name) for column in self.columns}

    def overwrite(self, arrays: dict[str, np.ndarray]) -> None:
        """Overwrite the table's arrays in place with saved ones."""
        for name, saved in arrays.items():
            getattr(self, name)[...] = saved

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns."""
        return sum(array.nbytes for array in self.arrays().values())
