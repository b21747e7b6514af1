"""The rows of text files that people bring: CSV in any usual encoding, whatever parts the columns."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulation.declared.parameters import InputError

from ...advice import advice
from .file_errors import file_errors

SAMPLE = 65_536  # characters by which the mark between columns is told
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OTHER_FILES = (
    (b"PK\x03\x04", "a packed file; if it is an Excel file, name it .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; save it as .xlsx or CSV"),
    (b"%PDF", "a PDF; save the table as CSV or Excel"),
    (b"\x1f\x8b", "a packed file; unpack it first"),
    (b"\xff\xfe\0\0", "text in UTF-32; save it as CSV in UTF-8"),
    (b"\0\0\xfe\xff", "text in UTF-32; save it as CSV in UTF-8"),
)
MARK_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\1*", re.IGNORECASE)  # a first line that Excel writes and reads


@dataclass
class Rows:
    """The rows of a table as written in a file.

    Attributes:
        rows: line (or row of the sheet) and cells.
        notes: what was done to read them, in plain words; some are known only after the last row.
        delimiter: what parts the columns of a text file; empty for others.
        shared: cells merged over several rows, by row and position of the column.
    """

    rows: Iterator[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    delimiter: str = ""
    shared: dict[tuple[int, int], str] = field(default_factory=dict)


def encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a text file and a note on it ('' for UTF-8).

    Raises:
        InputError: it is no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with file_errors(path), open(path, "rb") as file:
            head = file.read(512)
            for start, what in _OTHER_FILES:
                if head.startswith(start):
                    raise InputError(f"{path}: not a text file but {what}")
            for mark, name in _BOMS:
                if head.startswith(mark):
                    return name, "" if name == "utf-8-sig" else f"{path.name} is UTF-16"
            if max(head[::2].count(0), head[1::2].count(0)) > len(head) / 4:  # every other byte
                raise InputError(f"{path}: text in UTF-16 without a byte-order mark; save it as CSV in UTF-8")
            file.seek(0)
            while block := file.read(1 << 20):
                if b"\0" in block:
                    raise InputError(f"{path}: not a text file; allowed: CSV in UTF-8, or Excel (.xlsx)")
                decoder.decode(block)
            decoder.decode(b"", final=True)
        return "utf-8", ""
    except UnicodeDecodeError:
        return "cp1252", f"{path.name} is not UTF-8; it was read as Windows-1252"


def delimiter_of(text: str) -> str:
    """Return the character that parts the columns: the one that parts most lines into the same number of cells."""
    lines = [line for line in text.splitlines() if line.strip()][:30]
    best, most = ",", 0.0
    for mark in (",", ";", "\t", "|"):
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        if counts and max(counts) > 1:
            common = max(set(counts), key=counts.count)
            score = counts.count(common) / len(counts) * math.log(1 + common) if common > 1 else max(counts) / 1000
            if score > most:
                best, most = mark, score
    return best


def text_rows(path: Path) -> Rows:
    """Return the rows of a text file, read one after the other.

    Raises:
        InputError: naming file, line and what to do.
    """
    encoding, note = encoding_of(path)
    with file_errors(path), open(path, encoding=encoding, newline="", errors="replace") as file:
        head = file.read(SAMPLE)
    if re.match(r"\ufeff?\s*(?:\{\s*\"|\[\s*[\[{])", head):
        raise InputError(
            f"{path}: contains JSON, not a table; save the table as CSV or .xlsx (service records in JSON: name the file .json)"
        )
    said = MARK_LINE.fullmatch(head.splitlines()[0].strip(" \r\n")) if head.strip() else None
    mark = said[1] if said else delimiter_of(head)
    notes = [note] if note else []
    if mark != ",":
        notes.append(f"{path.name}: columns are separated by {'tabs' if mark == chr(9) else repr(mark)}")

    def rows() -> Iterator[tuple[int, list[str]]]:
        with open(path, encoding=encoding, newline="", errors="strict") as file:
            reader = csv.reader(file, delimiter=mark, strict=True)
            try:
                for row in reader:
                    if not (said and reader.line_num == 1):
                        yield reader.line_num, row
            except csv.Error as error:
                raise InputError(f"{path}: line {reader.line_num}: not a readable CSV file{advice().reason(str(error))}") from None
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}: after line {reader.line_num}: byte {error.object[error.start]:#04x} is not {encoding}"
                ) from None

    return Rows(rows(), notes, mark)
