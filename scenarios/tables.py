"""Tables that people bring: CSV in any usual encoding, Excel with its formulas and merged cells; every cell as text, every fault named."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from simulation.parameters import InputError

from .numbers import MISSING, missing, numbers, shares

__all__ = [
    "EXCEL", "MISSING", "TextTable", "as_csv", "harmless", "missing", "normal", "numbers", "read", "shares", "stream",
]  # fmt: skip

MOST_ROWS = 1_000_000  # of a table that is read whole; longer ones are records, which are streamed
MOST_EXCEL_BYTES = 400_000_000  # unpacked
CHUNK = 50_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
EXCEL = (".xlsx", ".xlsm")
OTHER_SHEETS = (".xls", ".ods", ".xlsb", ".numbers")


@dataclass
class TextTable:
    """A table as it stands in a file.

    Attributes:
        path: the file.
        frame: every cell as text, columns by header, indexed by line (or Excel row).
        notes: what was done to read it, in plain words.
        delimiter: what parts the columns of a text file; empty for others.
        shared: cells of Excel that are merged over several rows, by line and column.
    """

    path: Path
    frame: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    delimiter: str = ""
    shared: dict[tuple[int, str], str] = field(default_factory=dict)

    def tell(self, note: str) -> None:
        """Add a note, once."""
        if note not in self.notes:
            self.notes.append(note)

    def line(self, row: int) -> str:
        """Return where the row of a position stands, for messages."""
        return f"{self.path}: line {self.frame.index[row]}"


def encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a text file and a note on it ('' for UTF-8).

    Raises:
        InputError: it is no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open(path, "rb") as file:
            head = file.read(4)
            for mark, name in _BOMS:
                if head.startswith(mark):
                    return name, "" if name == "utf-8-sig" else f"{path.name} is UTF-16"
            file.seek(0)
            while block := file.read(1 << 20):
                if b"\0" in block:
                    raise InputError(f"{path}: not a text file; allowed: CSV in UTF-8, or Excel (.xlsx)")
                decoder.decode(block)
            decoder.decode(b"", final=True)
        return "utf-8", ""
    except UnicodeDecodeError:
        return "cp1252", f"{path.name} is not UTF-8; it was read as Windows-1252"
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a file") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def delimiter_of(path: Path, encoding: str) -> str:
    """Return the character that parts the columns: the one that parts most lines into the same number of cells."""
    with open(path, encoding=encoding, newline="", errors="replace") as file:
        lines = [line for line in file.read(65536).splitlines() if line.strip()][:30]
    best, most = ",", 0.0
    for mark in (",", ";", "\t", "|"):
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        if counts and max(counts) > 1:
            common = max(set(counts), key=counts.count)
            score = counts.count(common) / len(counts) * math.log(1 + common) if common > 1 else 0.0
            if score > most:
                best, most = mark, score
    return best


Rows = Iterator[tuple[int, list[str]]]


def _csv_rows(path: Path) -> tuple[Rows, list[str]]:
    encoding, note = encoding_of(path)
    mark = delimiter_of(path, encoding)
    notes = [note] if note else []
    if mark != ",":
        notes.append(f"{path.name}: columns are parted by {'tabs' if mark == chr(9) else repr(mark)}")

    def rows() -> Rows:
        with open(path, encoding=encoding, newline="", errors="strict") as file:
            reader = csv.reader(file, delimiter=mark, strict=True)
            try:
                for row in reader:
                    yield reader.line_num, row
            except csv.Error as error:
                raise InputError(f"{path}: line {reader.line_num}: not a readable CSV file ({error})") from None
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}: after line {reader.line_num}: byte {error.object[error.start]:#04x} is not {encoding}"
                ) from None

    return rows(), notes


def _excel_rows(path: Path, sheet: str | None) -> tuple[Rows, list[str]]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
        if unpacked > MOST_EXCEL_BYTES:
            raise InputError(
                f"{path}: {unpacked / 1e6:,.0f} MB unpacked; allowed: {MOST_EXCEL_BYTES / 1e6:,.0f} MB. Save the sheet as CSV"
            )
        book, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not a readable Excel file ({error}); save it anew as .xlsx or as CSV") from None
    if sheet is not None and sheet not in book.sheetnames:
        raise InputError(f"{path}: no sheet '{sheet}'; allowed: {', '.join(book.sheetnames)}")
    page = book[sheet] if sheet else max(book.worksheets, key=lambda s: s.max_row * s.max_column if s.max_row > 1 else 0)
    notes = [f"{path.name}: sheet '{page.title}' was read, of {len(book.sheetnames)}"] if len(book.sheetnames) > 1 else []
    for row in formulas[page.title].iter_rows():
        for cell in row:
            if cell.data_type == "f" and page[cell.coordinate].value is None:
                raise InputError(f"{path}: cell {cell.coordinate} holds a formula without its result; open the file in Excel and save it, or save it as CSV")  # fmt: skip
    if page.merged_cells.ranges:
        notes.append(f"{path.name}: {len(page.merged_cells.ranges)} merged cells were read as if each held the value")
    merged: dict[tuple[int, int], object] = {}
    for area in page.merged_cells.ranges:
        value = page.cell(area.min_row, area.min_col).value
        merged |= {(r, c): value for r in range(area.min_row, area.max_row + 1) for c in range(area.min_col, area.max_col + 1)}

    def rows() -> Rows:
        for row in page.iter_rows():
            yield row[0].row, [_text(merged.get((cell.row, cell.column), cell.value)) for cell in row]

    return rows(), notes


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _header(rows: list[list[str]], known: re.Pattern | None) -> int:
    """Return the row that names the columns: the first with a known name and another cell, else the first with two cells."""
    full = [n for n, row in enumerate(rows) if sum(bool(c.strip()) for c in row) >= 2]
    if known is not None:
        named = {n: sum(bool(known.search(normal(c))) for c in rows[n]) for n in full}
        if named and max(named.values()) >= 1:
            return max(named, key=lambda n: (named[n], -n))
    return full[0] if full else 0


def normal(header: str) -> str:
    """Return a header for matching: lower case, words parted by one blank."""
    letters = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9%+<>]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", letters).lower()).split())


def _unique(names: list[str], path: Path) -> list[str]:
    found: list[str] = []
    for n, name in enumerate(names):
        short = " ".join(name.split()) or f"column {n + 1}"
        if short in found:
            raise InputError(f"{path}: two columns are named '{short}'; rename one")
        found.append(short)
    return found


def stream(path: Path, known: re.Pattern | None = None, sheet: str | None = None, chunk: int = CHUNK) -> Iterator[TextTable]:
    """Give a table in chunks of rows, so that memory does not grow with the file.

    Args:
        known: what names of columns look like, to find the header below titles.
        sheet: of an Excel file; None takes the largest.

    Raises:
        InputError: naming file, line and what to do.
    """
    path = Path(path)
    if path.suffix.lower() in OTHER_SHEETS:
        raise InputError(f"{path}: {path.suffix} files are not read; save the sheet as .xlsx or CSV")
    rows, notes = _excel_rows(path, sheet) if path.suffix.lower() in EXCEL else _csv_rows(path)
    head = list(itertools.islice(rows, 25))
    if not any(any(c.strip() for c in row) for _, row in head):
        raise InputError(f"{path}: is empty; allowed: a table with a line of column names")
    top = _header([row for _, row in head], known)
    if top:
        notes.append(f"{path.name}: the names of the columns were found in line {head[top][0]}")
    names = _unique(_trimmed(head[top][1]), path)
    batch: list[list[str]] = []
    lines: list[int] = []
    given = False
    for line, row in itertools.chain(head[top + 1 :], rows):
        if not any(c.strip() for c in row):
            continue
        if len(row) > len(names) and any(c.strip() for c in row[len(names) :]):
            raise InputError(
                f"{path}: line {line}: {len(row)} cells under {len(names)} names; a cell that holds a comma needs quotes"
            )
        batch.append([c.strip() for c in row[: len(names)]] + [""] * (len(names) - len(row)))
        lines.append(line)
        if len(batch) == chunk:
            yield TextTable(path, pd.DataFrame(batch, columns=names, index=lines, dtype=str), notes)
            batch, lines, notes, given = [], [], [], True
    if not batch and not given:
        raise InputError(f"{path}: has names of columns and no rows below them")
    if batch:
        yield TextTable(path, pd.DataFrame(batch, columns=names, index=lines, dtype=str), notes)


def _trimmed(names: list[str]) -> list[str]:
    while names and not names[-1].strip():
        names = names[:-1]
    return names


def read(path: Path, known: re.Pattern | None = None, sheet: str | None = None) -> TextTable:
    """Return a table whole; see `stream`.

    Raises:
        InputError: as `stream`, and for more than a million rows.
    """
    parts: list[TextTable] = []
    rows = 0
    for part in stream(path, known, sheet):
        parts.append(part)
        rows += len(part.frame)
        if rows > MOST_ROWS:
            raise InputError(
                f"{path}: more than {MOST_ROWS:,} rows; a table of areas, wards or answers has fewer (service records: --records)"
            )
    return TextTable(parts[0].path, pd.concat([p.frame for p in parts]), parts[0].notes)


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV text that no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    harmless(frame).to_csv(buffer, index=False)
    return buffer.getvalue()


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text cells (and names of columns) cannot be taken for formulas: `=1+1` becomes `'=1+1`."""
    out = frame.copy()
    for name in out.columns[[not pd.api.types.is_numeric_dtype(t) for t in out.dtypes]]:
        out[name] = out[name].map(_escaped)
    return out.rename(columns={c: _escaped(c) for c in out.columns})


def _escaped(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
