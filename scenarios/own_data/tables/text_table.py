"""A table as written in a file: every cell as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd


@dataclass
class TextTable:
    """A table as written in a file.

    Attributes:
        path: the file.
        frame: every cell as text, columns by header, indexed by line (or Excel row).
        notes: what was done to read it, in plain words.
        delimiter: what parts the columns of a text file; empty for others.
        shared: cells of Excel that hold a number and are merged over several rows, by line and column.
        twins: the name in the file, of columns that were distinguished from another of that name.
        blocks: the columns, parted where one is empty from top to bottom.
    """

    path: Path
    frame: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    delimiter: str = ""
    shared: dict[tuple[int, str], str] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)
    blocks: list[list[str]] = field(default_factory=list)

    def tell(self, note: str) -> None:
        """Add a note, once."""
        if note not in self.notes:
            self.notes.append(note)

    def line(self, row: int) -> str:
        """Return where the row of a position stands, for messages."""
        return f"{self.path}: line {self.frame.index[row]}"
