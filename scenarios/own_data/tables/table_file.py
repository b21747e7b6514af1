"""Tables that people bring: CSV in any usual encoding, Excel with its formulas and merged cells; every cell as text, every fault named."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from .headers import HEAD, Header, header_of, normal
from .numbers import MISSING, missing, numbers, shares
from .rows import Body, listed
from .sheets import EXCEL, sheet_rows
from .text_table import TextTable
from .texts import text_rows

__all__ = [
    "EXCEL", "MISSING", "TextTable", "as_csv", "escape_formulas", "missing", "normal", "numbers", "read", "shares", "stream",
]  # fmt: skip

MOST_ROWS = 1_000_000  # of a table that is read whole; longer ones are records, which are streamed
MOST_COLUMNS = 16_384  # as in Excel
CHUNK = 50_000
JSON = (".json", ".geojson", ".jsonl", ".ndjson")
OTHER_SHEETS = (".xls", ".ods", ".xlsb", ".numbers")


def stream(
    path: Path, known: re.Pattern | None = None, sheet: str | None = None, chunk: int = CHUNK, named: Collection[str] = ()
) -> Iterator[TextTable]:
    """Give a table in chunks of rows, so that memory does not grow with the file.

    Titles above, notes below, another table below and what is hidden in Excel are left out; `notes` of the parts say so, those on the end
    of the table with the last part.

    Args:
        known: what names of columns look like, to find the header below titles.
        sheet: of an Excel file; None takes the visible one that most likely holds the table.
        named: columns that somebody named; a row that holds them all is the header.

    Raises:
        InputError: naming file, line and what to do.
    """
    path = Path(path)
    if path.suffix.lower() in OTHER_SHEETS:
        raise InputError(f"{path}: {path.suffix} files are not read; save the sheet as .xlsx or CSV")
    if path.suffix.lower() in JSON:
        raise InputError(
            f"{path}: JSON is read for service records only ({advice().option('records')}); save the table as CSV or .xlsx (pandas: to_csv)"
        )
    source = sheet_rows(path, sheet, known, named) if path.suffix.lower() in EXCEL else text_rows(path)
    head = list(itertools.islice(source.rows, HEAD))
    if not any(any(c.strip() for c in row) for _, row in head):
        raise InputError(f"{path}: is empty; allowed: a table with a line of column names")
    if (width := max(len(row) for _, row in head)) > MOST_COLUMNS:
        raise InputError(f"{path}: {width:,} columns; allowed: {MOST_COLUMNS:,}. Use a table with only the columns that are needed")
    header = header_of([row for _, row in head], known, named)
    below = head[header.last + 1 :]
    names = header.names
    if _row_names(head[header.last][1], [row for _, row in below]):
        names = ["row", *names]
        header.notes.append("each row has one cell more than there are column names; the first was read as the row number")
    body = Body(path, names, head[header.last][1], known)
    body.notes = source.notes + _told(path, head, header)

    def part(rows: list[tuple[int, list[str]]]) -> TextTable:
        frame = pd.DataFrame([cells for _, cells in rows], columns=names, index=[line for line, _ in rows], dtype=str)
        shared = {(row, names[at]): where for (row, at), where in source.shared.items() if at < len(names)}
        notes, body.notes = body.notes, []
        return TextTable(path, frame, notes, source.delimiter, shared, header.twins)

    batch: list[tuple[int, list[str]]] = []
    for row in body.rows(itertools.chain(below, source.rows)):
        if len(batch) == chunk:
            yield part(batch)
            batch = []
        batch.append(row)
    if not batch:
        raise InputError(f"{path}: has column names but no rows below them")
    yield part(batch)


def _row_names(header: list[str], rows: list[list[str]]) -> bool:
    """Return True where R wrote the numbers of rows without a name for them: 1, 2, ... before as many cells as there are names."""
    given = [[c.strip() for c in row] for row in rows if any(c.strip() for c in row)]
    if len(given) < 2 or not all(len(row) == len(header) + 1 and row[0] == str(n) for n, row in enumerate(given, 1)):
        return False
    thousands = (all(re.fullmatch(r"[1-9]\d{0,2},\d{3}", f"{r[j]},{r[j + 1]}") for r in given) for j in range(1, len(header)))
    return not any(thousands)  # 1,8,000 is a number without its quotes


def _told(path: Path, head: list[tuple[int, list[str]]], header: Header) -> list[str]:
    """Return where the names of the columns were found, and what is above them."""
    found = [f"{path.name}: {note}" for note in header.notes]
    above = [(line, [c.strip() for c in row if c.strip()]) for line, row in head[: header.first]]
    several = [(line, cells) for line, cells in above if len(cells) > 1]
    if any(cells for _, cells in above):
        found.append(f"{path.name}: the column names were found in line {head[header.first][0]}")
    if several:
        found.append(
            f"{path.name}: {listed([line for line, _ in several])} above the column names, with several cells, left out ({', '.join(several[0][1])[:60]})"
        )
    return found


def read(path: Path, known: re.Pattern | None = None, sheet: str | None = None, named: Collection[str] = ()) -> TextTable:
    """Return a table whole; see `stream`. Columns without a name and without a value are left out.

    Raises:
        InputError: as `stream`, and for more than a million rows.
    """
    parts: list[TextTable] = []
    rows = 0
    for part in stream(path, known, sheet, named=named):
        parts.append(part)
        rows += len(part.frame)
        if rows > MOST_ROWS:
            raise InputError(
                f"{path}: more than {MOST_ROWS:,} rows; a table of areas, wards or answers has fewer (service records: {advice().option('records')})"
            )
    frame = pd.concat([p.frame for p in parts])
    empty = [c for c in frame.columns if re.fullmatch(r"column \d+", c) and (frame[c] == "").all()]
    blocks: list[list[str]] = [[]]
    for column in frame.columns:
        blocks = [*blocks, []] if column in empty else [*blocks[:-1], [*blocks[-1], column]]
    notes = [note for p in parts for note in p.notes]
    return replace(parts[0], frame=frame.drop(columns=empty), notes=notes, blocks=[block for block in blocks if block])


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV text that no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    escape_formulas(frame).to_csv(buffer, index=False)
    return buffer.getvalue()


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text cells (and names of columns) cannot be taken for formulas: `=1+1` becomes `'=1+1`."""
    out = frame.copy()
    for name in out.columns[[not pd.api.types.is_numeric_dtype(t) for t in out.dtypes]]:
        out[name] = out[name].map(_escaped)
    return out.rename(columns={c: _escaped(c) for c in out.columns})


def _escaped(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
