"""Which row of a table names its columns, and what the columns are called: below titles, in two rows, with a name given twice."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd

from .numbers import missing

HEAD = 60  # rows among which the names of columns are looked for
WIDE = 0.6  # of the usual number of cells, which a row of names has at least
_NUMBER = re.compile(r"[-+(<£$€\u2212]*\s*[0-9][0-9.,'\u2019\s]*(?:[eE][+-]?[0-9]+)?\s*%?\)?[*†‡]?")
_YEAR = re.compile(r"(?:18|19|20|21)[0-9]{2}")
_UNITS = re.compile(r"(?:n|no|number|numbers|count|counts|persons?|people|residents|households|homes|dwellings|adults|rate|score|rank|%|percent|per ?cent|pct|percentage|share|£|gbp|years?)", re.IGNORECASE)  # fmt: skip

Row = Sequence[str]


@dataclass
class Header:
    """The names of a table's columns.

    Attributes:
        names: of each column, each once.
        first, last: positions of the rows that they are in.
        twins: the name in the file, of columns whose name was there before.
        notes: what was done to find them.
    """

    names: list[str]
    first: int
    last: int
    twins: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def normal(header: str) -> str:
    """Return a header for matching: lower case, words separated by one blank."""
    letters = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9%+<>]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", letters).lower()).split())


def tidy(cell: str) -> str:
    """Return a cell with one blank between words."""
    return " ".join(cell.split())


def is_number(cell: str) -> bool:
    """Return True for a cell that is written as a number."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _bare(name: str) -> str:
    """Return the name in a file of a column that was distinguished by a number."""
    return re.sub(r" \(\d+\)$", "", tidy(name))


class Heading:
    """The first rows of a table, judged by whether they name its columns.

    Attributes:
        rows: their cells.
        filled: how many of them are not empty, by row.
    """

    def __init__(self, rows: Sequence[Row], known: re.Pattern | None, named: Collection[str] = ()) -> None:
        self.rows = [[tidy(c) for c in row] for row in rows]
        self.known = known
        self.named = {tidy(n) for n in named}
        self.filled = [sum(map(bool, row)) for row in self.rows]
        several = [f for f in self.filled if f >= 2]
        common = Counter(several).most_common()
        self.width = max((f for f, n in common if n == common[0][1]), default=1)
        self.least = 2 if several else 1
        self._again = Counter((j, c) for row in {tuple(r) for r in self.rows} for j, c in enumerate(row) if c)

    def hits(self, n: int) -> int:
        """Return how many of the columns that somebody named are in a row."""
        cells = set(self.rows[n])
        return sum(name in cells or _bare(name) in cells for name in self.named)

    def knowns(self, n: int) -> int:
        """Return how many different known names are in a row; a cell that is repeated below in its column is not a name."""
        if self.known is None:
            return 0
        cells = {c for j, c in enumerate(self.rows[n]) if c and not is_number(c) and self._again[j, c] == 1}
        return sum(bool(self.known.search(normal(c))) for c in cells)

    def _full(self, n: int) -> bool:
        return self.filled[n] >= self.least and (self.least == 1 or len(set(self.rows[n]) - {""}) >= 2)

    def _of_numbers(self, n: int) -> bool:
        """Return True for a row of which at least half are numbers; years may be names beside a known one."""
        knowns = self.knowns(n)
        figures = [c for c in self.rows[n] if is_number(c) and not (knowns and _YEAR.fullmatch(c))]
        return 2 * len(figures) > self.filled[n] or (2 * len(figures) == self.filled[n] and not knowns)

    def heads(self, n: int) -> bool:
        """Return True for a row that begins a block and is above a column of numbers."""
        if n and self.filled[n - 1] >= max(WIDE * self.width, 2):
            return False
        below = []
        for row, filled in zip(self.rows[n + 1 :], self.filled[n + 1 :], strict=True):
            if not filled:
                break
            below.append(row)
        return any(name and not (is_number(name) and not _YEAR.fullmatch(name)) and _all_numbers([r[j] for r in below if j < len(r)])
                   for j, name in enumerate(self.rows[n]) if j)  # fmt: skip

    def score(self, n: int) -> tuple[int, bool, float]:
        """Return how well a row would do: named columns, wide enough, known names."""
        return self.hits(n), self.filled[n] >= WIDE * self.width, self.knowns(n) + 1.5 * self.heads(n)

    def top(self) -> int:
        """Return the row that names the columns.

        That is the one with the columns that somebody named; else the first wide one with a known name, above numbers; else the one with
        most known names; without any, the first with two cells. A row of numbers is none, unless somebody names it.
        """
        full = [n for n in range(len(self.rows)) if self._full(n)]
        most = max((self.hits(n) for n in full), default=0)
        if self.known is None and not most:
            return full[0] if full else 0
        fit = [n for n in full if (self.hits(n) == most if most else not self._of_numbers(n))]
        if not fit:
            return full[0] if full else 0
        score = {n: self.score(n) for n in fit}
        first = [n for n in fit if score[n][1] and self.knowns(n) and self.heads(n)]
        return first[0] if first else max(fit, key=lambda n: (score[n], -n))

    def best(self) -> tuple[int, int]:
        """Return how many named columns, and how many known names (at most 2), the row of names has; to choose between sheets."""
        if not any(self.filled):
            return 0, 0
        top = self.top()
        return self.hits(top), min(self.knowns(top), 2)


def _all_numbers(cells: list[str]) -> bool:
    """Return True for numbers, or nothing where one is missing; a year alone may belong to a title."""
    given = [c for c in cells if c]
    figures = [is_number(c) for c in given]
    return any(is_number(c) and not _YEAR.fullmatch(c) for c in given) and (
        all(figures) or bool(missing(pd.Series([c for c in given if not is_number(c)], dtype=str)).all())
    )


def header_of(rows: Sequence[Row], known: re.Pattern | None, named: Collection[str] = ()) -> Header:
    """Return the names of a table's columns.

    Args:
        rows: the first rows of the table.
        known: what names of columns look like.
        named: columns that somebody named; a row that holds them all is the one.
    """
    heading = Heading(rows, known, named)
    top = heading.top()
    names, first, last = list(heading.rows[top]), top, top
    while names and not names[-1]:
        names.pop()
    notes: list[str] = []
    below = heading.rows[top + 1] if top + 1 < len(rows) else []
    above = heading.rows[top - 1] if top else []
    if import_row := _import_row(heading.rows[top + 1 : top + 3]):
        last = top + import_row
        notes.append("the rows of questions and import codes below the column names (Qualtrics) were left out")
    elif _continues(names, below):
        names, last = _joined(_spread(names, below), below), top + 1
        notes.append("the column names were combined from two rows")
    elif _is_units(names, below, heading.rows[top + 2 :]):
        last = top + 1
        notes.append(f"the row below the column names ({', '.join(c for c in below if c)}) gives units; it was left out")
    elif _tells_apart(names, above):
        over = _spread(above, names)
        counts = Counter(names)
        names = [_put(over[j], n) if counts[n] > 1 and j < len(over) else n for j, n in enumerate(names)]
        first = top - 1
        notes.append("the column names were combined from two rows")
    unique, twins = _unique(names)
    notes += [f"another column is named '{name}'; this one is called '{new}' here" for new, name in twins.items()]
    return Header(unique, first, last, twins, notes)


def _continues(names: list[str], below: Row) -> bool:
    """Return True for a second row of names: it fills gaps (or distinguishes equal names), without any number except years."""
    if not any(below) or any(is_number(c) and not _YEAR.fullmatch(c) for c in below):
        return False
    if below[0] and names[0] and below[0] != names[0]:
        return False
    wide = names + [""] * (len(below) - len(names))
    counts = Counter(wide)
    open_ = [j for j in range(1, len(wide)) if not wide[j] or counts[wide[j]] > 1]
    return bool(wide[0] or below[0]) and any(j < len(below) and below[j] for j in open_)


def _import_row(below: Sequence[Row]) -> int:
    """Return how far below the names a row of import codes stands, as Qualtrics writes them; 0 if there is none."""
    return next((n for n, row in enumerate(below, 1) if any(re.match(r"\{'?\"?ImportId", c) for c in row)), 0)


def _is_units(names: list[str], below: Row, rows: Sequence[Row]) -> bool:
    """Return True for a row of units; `No` and `N` are answers where other rows give them too."""
    cells = [c.strip("() ") for c in below if c]
    again = any(c and c.casefold() == other.casefold() for row in rows for c, other in zip(below, row, strict=False))
    return bool(cells) and all(names) and not below[0] and not again and all(map(_UNITS.fullmatch, cells))


def _tells_apart(names: list[str], above: Row) -> bool:
    counts = Counter(names)
    twice = [j for j, n in enumerate(names) if n and counts[n] > 1]
    over = _spread(above, names)
    put = [(over[j] if j < len(over) else "", names[j]) for j in twice]
    return bool(twice) and len(set(put)) == len(put) and len({c for c in above if c}) > 1


def _spread(groups: Row, names: Row) -> list[str]:
    """Return titles of groups of columns, written above the first of each, above each of them."""
    out, last = [], ""
    for j in range(max(len(groups), len(names))):
        cell = groups[j] if j < len(groups) else ""
        last = cell or (last if j < len(names) and names[j] else "")
        out.append(last)
    return out


def _joined(names: Row, below: Row) -> list[str]:
    return [_put(n, below[j] if j < len(below) else "") for j, n in enumerate(names)]


def _put(group: str, name: str) -> str:
    return group or name if group == name or not (group and name) else f"{group} {name}"


def _unique(names: Row) -> tuple[list[str], dict[str, str]]:
    """Return names that are all different, and the name in the file of those that were distinguished."""
    found: dict[str, None] = {}
    last: dict[str, int] = {}  # number of the last twin, by name
    twins: dict[str, str] = {}
    held = set(names)
    for n, name in enumerate(names):
        short = given = name or f"column {n + 1}"
        number = 1
        while short in found or (number > 1 and short in held):
            number = max(number, last.get(given, 1)) + 1
            short = f"{given} ({number})"
        if number > 1:
            twins[short] = given
        last[given] = number
        found[short] = None
    return list(found), twins
