"""The cells of a network file, row by row: separated by commas, tabs, semicolons, bars or spaces, without comments and titles."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulation.declared.parameters import InputError

from ..tables.file_errors import text_errors
from ..tables.rows import is_note
from ..tables.sheets import sheet_rows
from ..tables.texts import MARK_LINE, encoding_of
from .headings import HEADINGS
from .network import FORMS, count_words, is_number

COMMENTS = ("#", "%", "//")
MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
MOST_LINES = 5_000_000
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


@dataclass
class Cells:
    """The cells of a file.

    Attributes:
        path: the file.
        rows: cells as text, without outer blanks; rows may differ in length.
        lines: where each row is in the file.
        comment: cells of the comment above the first row, which may name the columns.
        notes: what was done to read it, in plain words.
        by_spaces: True if blanks separate the cells, so that none of them can be empty.
    """

    path: Path
    rows: list[list[str]]
    lines: list[int]
    comment: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    by_spaces: bool = False

    def line(self, row: int) -> str:
        """Return the position of a row, for messages."""
        return f"{self.path}: line {self.lines[row]}"

    @property
    def width(self) -> int:
        """The number of cells that most rows have; of two, the larger."""
        counts = Counter(len(row) for row in self.rows)
        return max(counts, key=lambda w: (counts[w], w), default=0)


def text_lines(path: Path) -> tuple[list[str], list[str]]:
    """Return the lines of a text file with their ends, and notes.

    Raises:
        InputError: it is no text, or too long.
    """
    encoding, note = encoding_of(path)
    with text_errors(path), open(path, encoding=encoding, newline="") as file:
        lines = []
        for line in file:
            lines.append(line)
            if len(lines) > MOST_LINES:
                raise InputError(f"{path}: more than {MOST_LINES:,} lines; a list of ties has fewer. Use a part of the network")
    return lines, [note] if note else []


def excel_cells(path: Path) -> Cells:
    """Return the cells of an Excel file: of the visible sheet that has ends of ties for headings, else of the largest."""
    source = sheet_rows(path, None, HEADINGS, ())
    numbered = [(line, [cell.strip() for cell in row]) for line, row in source.rows]
    while numbered and not any(numbered[-1][1]):
        numbered.pop()
    while numbered and not any(numbered[0][1]):
        numbered.pop(0)
    return _tidy(Cells(path, [row for _, row in numbered], [line for line, _ in numbered], notes=source.notes))


def text_cells(path: Path, lines: list[str], notes: list[str]) -> Cells:
    """Return the cells of the lines of a text file; comments and titles are left out, and this is reported.

    Raises:
        InputError: it is empty, or a line cannot be split into cells.
    """
    filled = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    comments = [n for n, line in filled if line.lstrip().startswith(COMMENTS)]
    if len(comments) > len(filled) / 2 and len(filled) > 1:
        comments = []  # people whose names begin so
    hidden = set(comments)
    kept = [(n, line) for n, line in filled if n not in hidden]
    said = MARK_LINE.fullmatch(kept[0][1].strip()) if kept else None
    kept = kept[1:] if said else kept
    if not kept:
        raise InputError(f"{path}: is empty; allowed: {FORMS}")
    mark = said[1] if said else _mark([line for _, line in kept[:200]])
    notes = [*notes, *([f"{path.name}: columns are separated by {MARKS.get(mark, repr(mark))}"] if mark != "," else [])]
    if comments:
        notes.append(f"{path.name}: {count_words(len(comments), 'comment was', 'comments were')} left out")
    above = [n for n in comments if n < kept[0][0]]
    comment = _parted([lines[above[-1] - 1].strip().lstrip("#%/ ")], mark)[0] if above else []
    return _tidy(Cells(path, *_rows(path, kept, mark), comment, notes, mark == " "))


def _rows(path: Path, kept: list[tuple[int, str]], mark: str) -> tuple[list[list[str]], list[int]]:
    rows, numbers = [], []
    reader = csv.reader(_blanked([line for _, line in kept], mark), delimiter=mark, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            numbers.append(kept[reader.line_num - 1][0])
    except csv.Error as error:
        raise InputError(f"{path}: line {kept[reader.line_num - 1][0]}: cannot be split into cells ({error})") from None
    return rows, numbers


def _parted(lines: list[str], mark: str) -> list[list[str]]:
    rows = csv.reader(_blanked(lines, mark), delimiter=mark, skipinitialspace=True)
    try:
        return [[cell.strip() for cell in row] for row in rows] or [[]]
    except csv.Error:  # a cell of more than 131,072 characters: who reads the rows says so
        return [[]]


def _blanked(lines: list[str], mark: str) -> list[str]:
    """Return lines ready for the reader; if blanks separate cells, tabs and outer blanks are removed."""
    return [line.replace("\t", " ").strip() for line in lines] if mark == " " else lines


def _mark(lines: list[str]) -> str:
    """Return the separator of cells: a character that splits most lines equally; else blanks.

    Commas are decimal where another character, or blanks, split the lines into more cells and every comma is inside a number.
    """
    best, most = " ", (False, 0.0)
    for mark in (",", ";", "\t", "|"):
        widths = Counter(len(row) for row in _parted(lines, mark))
        width = max(widths, key=lambda w: (widths[w], w))
        alike = widths[width] / widths.total()
        score = (alike == 1.0, alike * width)
        if width > 1 and alike > 0.5 and score > most and not (mark == "," and _decimal_commas(lines)):
            best, most = mark, score
    if best == " " and (held := [mark for mark in (",", ";", "\t", "|") if sum(mark in line for line in lines) > len(lines) / 2]):
        return (
            " " if held[0] == "," and _decimal_commas(lines) else held[0]
        )  # lines of different lengths, as lists of neighbours have
    return best


def _decimal_commas(lines: list[str]) -> bool:
    tokens = [re.split(r"[\s;|]+", line.strip()) for line in lines]
    return all(
        len(row) > 2 and all("," not in t or _DECIMAL_COMMA.fullmatch(t) for t in row) and "," not in row[0] + row[1]
        for row in tokens
    )


def trimmed(cells: Cells) -> Cells:
    """Return cells without the columns at the right that are empty from top to bottom."""
    rows, most = cells.rows, max((len(row) for row in cells.rows), default=0)
    while most > 1 and all(len(row) < most or not row[-1] for row in rows):
        most -= 1
        rows = [row[:most] for row in rows]
    return replace(cells, rows=rows)


def _tidy(cells: Cells) -> Cells:
    """Leave out titles above the table and notes below it."""
    while len(cells.rows) > 2 and sum(map(bool, cells.rows[-1])) == 1 and is_note(cells.rows[-1][0]):
        cells.notes.append(f"{cells.path.name}: line {cells.lines[-1]} below the table was read as a note")
        cells = replace(cells, rows=cells.rows[:-1], lines=cells.lines[:-1])
    rows, most = cells.rows, max((len(row) for row in cells.rows), default=0)
    first = next((n for n, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    if 0 < first <= 10 and all(_is_title(row, most) for row in rows[:first]):
        words = count_words(first, "line above the table was", "lines above the table were")
        cells.notes.append(f"{cells.path.name}: {words} read as a title")
        return replace(cells, rows=rows[first:], lines=cells.lines[first:])
    return cells


def _is_title(row: list[str], width: int) -> bool:
    """Return whether a row above the table is a title: words in its first cell alone, or nothing."""
    words = row[0] if row else ""
    return not any(row) or (sum(map(bool, row)) == 1 and not is_number(words) and (len(row) < width or width > 2 or " " in words))
