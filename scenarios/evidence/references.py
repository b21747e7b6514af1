"""Works that sources cite: each by author and year, or by its title where it has neither."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "data" / "references.csv"
# Author and year, as sources cite: `Skogan 2006`, `Kampen, Van de Walle and Bouckaert 2006`, `Ray and others 2008`.
_NAME = r"[A-Z][a-z]+(?: [A-Z][a-z]+| de [A-Z][a-z]+)?"
CITED = re.compile(rf"(?:{_NAME}, )*{_NAME}(?: and (?:{_NAME}|others))? (?:19|20)\d\d\b")


@dataclass(frozen=True)
class Reference:
    """A work that is cited.

    Attributes:
        cite: as sources cite it.
        authors, year, title, where: of the work.
    """

    cite: str
    authors: str
    year: str
    title: str
    where: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}): {self.title}. {self.where}."


@cache
def references() -> dict[str, Reference]:
    """Return all works that are cited, by how they are cited."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return {row["cite"]: Reference(**row) for row in csv.DictReader(file)}


def cited_in(source: str) -> list[str]:
    """Return which works a source cites."""
    return [cite for cite in references() if cite in source]
