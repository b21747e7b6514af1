"""A page that is made from the code: its table, and the line that says what made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from experiments.provenance import made_by

DOCS = Path(__file__).resolve().parents[1]


@dataclass
class Page:
    """A page of the reference, written part by part.

    Attributes:
        title: its heading.
        about: what is on it, in a sentence or two.
        command: that makes it.
    """

    title: str
    about: str
    command: str = "make docs"
    lines: list[str] = field(default_factory=list)

    def heading(self, text: str, level: int = 2) -> None:
        """Begin a section."""
        self.lines += [f"{'#' * level} {text}", ""]

    def text(self, *sentences: str) -> None:
        """Write a paragraph."""
        self.lines += [" ".join(sentences), ""]

    def table(self, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Write a table; cells are Markdown."""
        names = list(header)
        self.lines += ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
        self.lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows] + [""]

    def whole(self) -> str:
        """Return the page with the identity of what it was made from."""
        body = "\n".join(self.lines).rstrip() + "\n"
        return f"# {self.title}\n\n{self.about}\n\n{made_by(self.command, body)}\n\n{body}"


def cell(value: object) -> str:
    """Return a cell of a table on one line."""
    return " ".join(str(value).split()).replace("|", "/")
