"""Which rows below the names of columns belong to a table, and which are notes, names again, or another table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from simulation.declared.parameters import InputError

from .headers import is_number, normal, tidy
from .numbers import missing

LOOK = 200  # rows by which the columns of numbers, and the form of keys, are known
MOST_WAITING = 500  # rows with one cell that may turn out to be notes
SHOWN = 40  # characters of a note that was left out
LONG = 60  # characters of what can hardly be a name
_NOTE = re.compile(
    r"(?:sources?|(?:foot|end)?notes?(?: \d+)?|definitions?|symbols?|key|contact|caveats?|warning|copyright|attribution|licen[cs]e)\s*(?:[:.\u2013-].*|$)"
    r"|(?:©|\(c\) ?crown|crown copyright|contains |data (?:source|extracted|downloaded|from)|(?:last|date) (?:updated|modified|extracted)|next (?:release|update)"
    r"|published (?:by|on|at|in)|released? (?:on|date)|downloaded |extracted |produced by|prepared by|compiled by|in order to protect"
    r"|(?:all |some |these )?(?:figures?|percentages|totals?|counts|estimates|numbers|values|cells|statistics|results)(?: \w+)? (?:may|might|are|have|do|were|is|has)\b"
    r"|this (?:table|data|dataset|work|file|workbook|sheet)\b|these data|for (?:more|further) information|see (?:also|note|notes|https?:)|https?://|end of (?:table|worksheet|file|data)).*"
    r"|\[[\w .]{1,8}\].*|(?:[*†‡§^~#]+|[¹²³⁰-⁹]+) ?\D.*|\((?:[a-z]|\d{1,2}|[ivx]+)\) .*|(?:\d{1,2}[.)]|\d{1,2}) [A-Z].*"
    r"|(?:\.\.|-|:|[a-z]) ?[=:] ?\D.*|\"?n/?a\"? ?[=:].*",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_WHO = re.compile(
    r"@|\b(?:contacts?|prepared|compiled|produced|written|checked|authors?|owner|enquiries|queries|tel|telephone|phone)\b",
    re.IGNORECASE,
)  # who may be a person
_CODED = re.compile(r"\(?-?\d{1,3}[).]? ?[-=:]? ?[A-Za-z]")


def is_note(cell: str) -> bool:
    """Return True for a cell that begins as a note on a table does."""
    return _NOTE.fullmatch(tidy(cell)) is not None


def _shape(cell: str) -> str:
    """Return the form of a cell: `E05000001` as `A9`, `Barnet 034` as `Aa 9`."""
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"[0-9]+", "9", cell)))


def listed(lines: Sequence[int]) -> str:
    """Return lines in words: `line 3`, or `lines 3 to 7`."""
    return f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"


class Body:
    """The rows of a table, in order, without what does not belong to them.

    Attributes:
        notes: what was left out, in plain words.
    """

    def __init__(self, path: Path, names: Sequence[str], header: Sequence[str], known: re.Pattern | None) -> None:
        self.path, self.width, self.known = path, len(names), known
        self._most_of_note = max(self.width / 2, 2)  # cells that a note without a gap before it fills
        self.header = [tidy(c) for c in header]
        self._words = any(self.header) and not any(map(is_number, self.header))  # else it is an edge list's first line, or years
        self.first = next((n for n, c in enumerate(self.header) if c), 0)
        self.notes: list[str] = []
        self._seen = 0  # rows taken
        self._figures = [[0, 0] for _ in names]  # numbers and words seen in each column
        self._shapes: set[str] = set()
        self._short: list[int] = []
        self._again: list[int] = []
        self._left: list[tuple[int, list[str]]] = []

    def rows(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Give the line and the cells of each row of the table, as many as there are names.

        Raises:
            InputError: a row has more cells than there are names.
        """
        waiting: list[tuple[int, list[str]]] = []
        blank_before: int | None = None  # of the rows that wait, the first after a blank line
        blank = False
        for line, row in rows:
            cells = [c.strip() for c in row]
            if not any(cells):
                blank = True
                continue
            if blank and blank_before is None:
                blank_before = line
            if len(waiting) < MOST_WAITING and self._may_be_note(cells, bool(blank or waiting)):
                waiting.append((line, cells))
                continue
            if self._repeats(cells):
                self._again.append(line)
                continue
            if (blank or waiting) and self._is_other_table(cells):
                self._leave_other(line, cells, rows)
                break
            yield from self._in_the_middle(waiting)
            waiting, blank, blank_before = [], False, None
            yield self._taken(line, cells)
        yield from self._at_the_end(waiting, blank_before)
        self._told()

    def _may_be_note(self, cells: list[str], gap: bool) -> bool:
        if not gap and len(cells) == self.width and self.width - cells.count("") > self._most_of_note:
            return False
        given = [n for n, c in enumerate(cells) if c]
        first = cells[given[0]]
        if len(given) == self.width and _CODED.match(first):
            return False  # `9 Don't know` and `(99) Refused` are answers where the whole row is filled
        if is_note(first) and (gap or len(given) == 1 or not first.isalpha()):
            return all(not is_number(cells[n]) or re.fullmatch(r"(?:19|20)\d\d", cells[n]) for n in given[1:])
        return len(given) == 1 and given[0] <= self.first and self.width > 1 and not is_number(first)

    def _repeats(self, cells: list[str]) -> bool:
        return cells[0] == self.header[0] and self._words and [tidy(c) for c in cells][: len(self.header)] == self.header

    def _is_other_table(self, cells: list[str]) -> bool:
        """Return True for names of columns below a gap: words where numbers stood, or several known names."""
        given = [c for c in cells if c]
        if len(given) < 2 or any(is_number(c) for c in given):
            return False
        words = [c for c, (figures, others) in zip(cells, self._figures, strict=False) if c and figures > others]
        strange = int((~missing(pd.Series(words, dtype=str))).sum()) if words else 0
        knowns = len({c for c in given if self.known is not None and self.known.search(normal(c))})
        return strange >= 2 or (strange >= 1 and knowns >= 1) or (knowns >= 2 and 2 * knowns >= len(given))

    def _leave_other(self, line: int, cells: list[str], rows: Iterator[tuple[int, list[str]]]) -> None:
        more = sum(any(c.strip() for c in row) for _, row in rows)
        names = ", ".join(c for c in cells if c)[:80]
        self.notes.append(f"{self.path.name}: line {line} starts another table ({names}); it and {more:,} lines below it were left out. To read it, save it as a file of its own")  # fmt: skip

    def _taken(self, line: int, cells: list[str]) -> tuple[int, list[str]]:
        if len(cells) > self.width and any(cells[self.width :]):
            raise InputError(
                f"{self.path}: line {line}: {len(cells)} cells under {self.width} names; a cell that contains a comma needs quotes"
            )
        if len(cells) < self.width:
            self._short.append(line)
        self._seen += 1
        if self._seen <= LOOK:
            self._shapes.add(_shape(cells[self.first]) if self.first < len(cells) else "")
            for n, cell in enumerate(cells[: self.width]):
                if cell:
                    self._figures[n][0 if is_number(cell) else 1] += 1
        return line, cells[: self.width] + [""] * (self.width - len(cells))

    def _is_key(self, cell: str) -> bool:
        return any(c.isdigit() for c in cell) and _shape(cell) in self._shapes

    def _in_the_middle(self, waiting: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Give the rows with one cell that are between others; only what reads as a note is left out."""
        for line, cells in waiting:
            first = next(filter(None, cells))
            if sum(map(bool, cells)) == 1 and self.width > 1 and is_note(first) and not self._is_key(first):
                self._left.append((line, cells))
            else:
                yield self._taken(line, cells)

    def _at_the_end(self, waiting: list[tuple[int, list[str]]], blank_before: int | None) -> Iterator[tuple[int, list[str]]]:
        """Give the last rows with one cell that are rows; from the first note on, all are notes but what looks like a key."""
        notes, alone = False, False  # whether a row with one cell was a row
        for line, cells in waiting:
            first = next(filter(None, cells))
            key = self._is_key(first)
            apart = blank_before is not None and line >= blank_before
            unlike = self._seen > 0 and not alone and self.width > 1 and (apart or len(first) > LONG)
            numbered = self._seen == 0 and first[0].isdigit()  # `1 Abbey` alone in its row, as all are
            notes = notes or (not key and (unlike or (is_note(first) and not numbered)))
            if notes and not key:
                self._left.append((line, cells))
            else:
                alone = True
                yield self._taken(line, cells)

    def _told(self) -> None:
        name = self.path.name
        if self._left:
            shown = [next(filter(None, cells)) for _, cells in self._left]
            shown = [f"'{c[:SHOWN]}{'...' if len(c) > SHOWN else ''}'" for c in shown if not _WHO.search(c)][:3]
            lines = listed([line for line, _ in self._left])
            self.notes.append(
                f"{name}: {lines}: {len(self._left)} {'note was' if len(self._left) == 1 else 'notes were'} left out"
                + (f" ({', '.join(shown)})" if shown else "")
            )
        if self._again:
            self.notes.append(f"{name}: {len(self._again)} {'line repeats' if len(self._again) == 1 else 'lines repeat'} the column names (line {self._again[0]}); left out")  # fmt: skip
        if self._short:
            self.notes.append(f"{name}: {len(self._short):,} {'line has' if len(self._short) == 1 else 'lines have'} fewer cells than there are column names (line {self._short[0]}); the rest was read as empty")  # fmt: skip
