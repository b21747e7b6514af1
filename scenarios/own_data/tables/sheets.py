"""The rows of Excel files that people bring: the visible sheet that holds the table, without what is hidden in it."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.declared.parameters import InputError

from ...advice import advice
from .file_errors import unreadable
from .headers import HEAD, Heading, tidy
from .texts import Rows

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

EXCEL = (".xlsx", ".xlsm")
MOST_EXCEL_BYTES = 400_000_000  # unpacked
MOST_CELLS = 20_000_000  # between the first cell of a sheet and the last, empty ones among them
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FORMULA = re.compile(rb"<(?:[^\s<>/]+:)?f[\s/>]|<!DOCTYPE|\0")  # what may say it in another way counts as one too
_MERGED = re.compile(rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z]+[0-9]+:[A-Za-z]+[0-9]+)[\"']")


class _Sheet:
    """One sheet: what is shown of it, and its merged cells.

    Attributes:
        page: as openpyxl reads it, with the results of formulas.
        hidden_rows, hidden_columns: numbers, from 1, of those that hold something; hidden columns that somebody named are read.
    """

    def __init__(self, page: Worksheet, named: Collection[str]) -> None:
        self.page = page
        self.hidden_rows = {n for n, d in page.row_dimensions.items() if d.hidden or d.height == 0}
        hidden = {n for d in page.column_dimensions.values() if d.hidden or d.width == 0 for n in range(d.min or 1, min(d.max or 1, page.max_column) + 1)}  # fmt: skip
        wanted = {tidy(n) for n in named}
        self.told_columns = {n for n in hidden if any(tidy(_text(c)) in wanted for c in self._head(n))}
        self.hidden_columns = hidden - self.told_columns
        self.merged: dict[tuple[int, int], object] = {}
        self.over_rows = 0  # cells merged over several rows
        self.shared: dict[tuple[int, int], str] = {}
        for area in page.merged_cells.ranges:
            first = page.cell(area.min_row, area.min_col)
            for row in range(area.min_row, area.max_row + 1):
                self.merged[row, area.min_col] = first
                if area.max_row > area.min_row and isinstance(first.value, int | float):
                    self.shared[row, area.min_col] = area.coord
            if area.max_row > area.min_row:
                self.over_rows += area.max_row - area.min_row + 1

    def _head(self, column: int) -> Iterator[Cell]:
        return (row[0] for row in self.page.iter_rows(1, HEAD, column, column))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give the rows that are shown, with their numbers."""
        for row in self.page.iter_rows():
            if row[0].row not in self.hidden_rows:
                yield row[0].row, [_text(self.merged.get((c.row, c.column), c)) for c in row if c.column not in self.hidden_columns]

    def positions(self) -> dict[tuple[int, int], str]:
        """Return the numbers that are merged over several rows, by row and position among the columns that are shown."""
        shown = [n for n in range(1, self.page.max_column + 1) if n not in self.hidden_columns]
        return {(row, shown.index(column)): where for (row, column), where in self.shared.items() if column in shown}

    def rank(self, known: re.Pattern | None, named: Collection[str]) -> tuple[int, int, int]:
        """Return how likely the sheet is to hold the table: named columns, known ones, cells (0: no table)."""
        rows = [row for _, row in self.rows()]
        if not any(map(any, rows)):
            return 0, 0, 0
        best = Heading(rows[:HEAD], known, named).best()
        counts = [sum(map(bool, row)) for row in rows]
        several = sum(c for c in counts if c > 1) if sum(map(bool, counts)) > 1 else 0
        return *best, several or (sum(counts) if any(best) else 0)

    def notes(self, name: str) -> list[str]:
        """Return what is hidden or merged, in plain words."""
        found = []
        rows = sum(any(c.value is not None for c in row) for n in self.hidden_rows if n <= self.page.max_row for row in self.page.iter_rows(n, n))  # fmt: skip
        columns = [
            n for n in sorted(self.hidden_columns) if any(c[0].value is not None for c in self.page.iter_rows(min_col=n, max_col=n))
        ]
        if rows:
            found.append(f"{name}: {_counted(rows, 'hidden (or filtered) row')} left out")
        if columns:
            found.append(f"{name}: {_counted(len(columns), 'hidden column')} left out; {advice().hidden()}")
        if self.told_columns:
            found.append(f"{name}: {_counted(len(self.told_columns), 'hidden column')} read, since you named it")
        if self.over_rows:
            found.append(f"{name}: {self.over_rows:,} merged cells were read as if each held the value")
        return found


def _counted(number: int, what: str) -> str:
    return f"1 {what} was" if number == 1 else f"{number:,} {what}s were"


def _text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, percentages with their sign, dates as in ISO 8601."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", cell.number_format or ""):
            return f"{_number(round(value * 100, 9))}%"
        return _number(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    return f"{text}0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", text) else text  # its point is not a mark of thousands


def _opened(path: Path) -> tuple[Workbook, Workbook | None]:
    """Return a workbook with the results of its formulas, and with the formulas if it may have any.

    Raises:
        InputError: it is not there, too large, or no Excel file.
    """
    import openpyxl
    from openpyxl.reader.excel import ExcelReader

    with unreadable(path, "Excel file", "save it again as .xlsx or as CSV"):
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
            if unpacked > MOST_EXCEL_BYTES:
                raise InputError(
                    f"{path}: {unpacked / 1e6:,.0f} MB unpacked; allowed: {MOST_EXCEL_BYTES / 1e6:,.0f} MB. Save the sheet as CSV"
                )
            _check_merged(path, packed)
        reader = ExcelReader(path, data_only=True)
        reader.read()
        for page in reader.wb.worksheets:
            _check_cells(
                path, page.max_row * page.max_column, f"sheet '{page.title}' reaches to {page.dimensions.rpartition(':')[2]}"
            )
        with zipfile.ZipFile(path) as packed:
            sheets = {source.target for _, source in reader.parser.find_sheets()} & set(packed.namelist())
            computed = any(_FORMULA.search(packed.read(sheet)) for sheet in sheets)
        return reader.wb, openpyxl.load_workbook(path) if computed else None


def _check_merged(path: Path, packed: zipfile.ZipFile) -> None:
    """Raise `InputError` where cells are merged over so large an area that nobody meant it: each of them would take memory."""
    from openpyxl.utils import range_boundaries

    for info in packed.infolist():
        if info.filename.lower().endswith(".xml") and "sheet" in info.filename.lower():
            areas = [range_boundaries(area.decode()) for area in _MERGED.findall(packed.read(info))]
            _check_cells(path, sum((c - a + 1) * (d - b + 1) for a, b, c, d in areas), "merged cells")


def _check_cells(path: Path, cells: int, where: str) -> None:
    if cells > MOST_CELLS:
        raise InputError(f"{path}: {where}, {cells:,} cells; allowed: {MOST_CELLS:,}. Save the table alone as .xlsx or CSV")


def _chosen(
    path: Path, book: Workbook, sheet: str | None, known: re.Pattern | None, named: Collection[str]
) -> tuple[_Sheet, list[str]]:
    """Return the sheet that was named, or else the visible one that most likely holds the table, and what to tell."""
    titles = [page.title for page in book.worksheets]
    if not titles:
        raise InputError(f"{path}: contains no sheet with cells; save the table as .xlsx or CSV")
    if sheet is not None and sheet not in titles:
        shown = [page.title for page in book.worksheets if page.sheet_state == "visible"]
        raise InputError(f"{path}: no sheet '{sheet}'; allowed: {', '.join([*shown, *_hidden(len(titles) - len(shown))])}")
    visible = [_Sheet(p, named) for p in book.worksheets if p.sheet_state == "visible"]
    hidden = [_Sheet(p, named) for p in book.worksheets if p.sheet_state != "visible"]
    if sheet is not None:
        one = next(s for s in visible + hidden if s.page.title == sheet)
        why = "it was named"
    else:
        ranks = {s.page.title: s.rank(known, named) for s in visible}
        pages = visible if any(rank[2] for rank in ranks.values()) or not hidden else hidden
        one = max(pages, key=lambda s: ranks.get(s.page.title) or s.rank(known, named))
        latest = _latest(one, pages, known, named)
        why, one = "no visible sheet contains a table", latest or one
    notes = []
    if len(titles) > 1:
        others = [f"'{s.page.title}'" for s in visible if s is not one] + _hidden(len(hidden) - (one in hidden))
        read = "a hidden sheet" if one in hidden else f"sheet '{one.page.title}'"
        why_this = ", the latest year" if sheet is None and latest is not None else ""
        notes.append(f"{path.name}: {read} was read{why_this}, of {len(titles)}; not read: {', '.join(others)}")
    if one in hidden:
        notes.append(f"{path.name}: the sheet is hidden; it was read because {why}")
    return one, notes


def _latest(one: _Sheet, pages: list[_Sheet], known: re.Pattern | None, named: Collection[str]) -> _Sheet | None:
    """Return the sheet of the latest year among those that have the names of columns of one, if their titles are years of one thing."""
    alike = [s for s in pages if _YEAR.search(s.page.title) and _names(s, known, named) == _names(one, known, named)]
    years = [max(int(y) for y in _YEAR.findall(s.page.title)) for s in alike]
    return alike[years.index(max(years))] if one in alike and len(set(years)) == len(years) > 1 else None


def _names(sheet: _Sheet, known: re.Pattern | None, named: Collection[str]) -> set[str]:
    """Return the names of a sheet's columns without years."""
    heading = Heading([row for _, row in itertools.islice(sheet.rows(), HEAD)], known, named)
    return (
        {" ".join(_YEAR.sub(" ", cell).casefold().split()) for cell in heading.rows[heading.top()]} - {""}
        if heading.rows
        else set()
    )


def _hidden(number: int) -> list[str]:
    """Return how many sheets are hidden, in words; their titles, which may name people, go into no note."""
    return [f"{number:,} hidden sheet{'' if number == 1 else 's'}"] if number else []


def sheet_rows(path: Path, sheet: str | None, known: re.Pattern | None, named: Collection[str]) -> Rows:
    """Return the rows of a sheet of an Excel file; what is hidden is left out.

    Args:
        sheet: its name; None takes the visible one with named or known columns, of these the largest.
        known, named: what names of columns look like, and those that somebody named.

    Raises:
        InputError: naming file, sheet or cell, and what to do.
    """
    book, formulas = _opened(path)
    one, notes = _chosen(path, book, sheet, known, named)
    for row in formulas[one.page.title].iter_rows() if formulas else ():
        for cell in row:
            shown = cell.row not in one.hidden_rows and cell.column not in one.hidden_columns
            result = one.page[cell.coordinate]
            if shown and cell.data_type == "f" and result.value is None and result.data_type != "str":  # "" is a result
                raise InputError(f"{path}: cell {cell.coordinate} contains a formula without its result; open the file in Excel and save it, or save it as CSV")  # fmt: skip
    return Rows(one.rows(), notes + one.notes(path.name), "", one.positions())
