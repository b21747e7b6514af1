"""A list of ties with its columns named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd


@dataclass
class Table:
    """A list of ties with its columns named.

    Attributes:
        path: the file.
        frame: cells as text, one row per line of the list.
        line: gives where a row is.
        named: False where the columns have no names of their own.
        notes: what was done to read it.
    """

    path: Path | str
    frame: pd.DataFrame
    line: Callable[[int], str]
    named: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.frame.columns)
