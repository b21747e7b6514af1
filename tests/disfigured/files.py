"""Tables as real files hold them: other encodings, delimiters, titles above, notes below, row numbers, hidden sheets."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from .case import maybe

ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
TITLES = (["Table 3: results by ward"], ["Prepared by the Insight Team", "", ""], ["Crown copyright 2024"])
NOTES = (
    ["Source: mid-year estimates, ONS"],
    ["Note: figures are rounded"],
    ["[c] suppressed to protect confidentiality"],
    ["* provisional"],
)
Rows = Sequence[Sequence[str]]


def write_table(
    lot: random.Random, folder: Path, header: Sequence[str], rows: Rows, stem: str, plain: bool = False
) -> tuple[Path, list[str]]:
    """Write a table in a disfigured form.

    Args:
        plain: no titles, notes or blank lines, for formats that have none.

    Returns:
        The file, and what was done.
    """
    marks: list[str] = []
    above: list[list[str]] = []
    below: list[list[str]] = []
    body = [list(row) for row in rows]
    if not plain and maybe(lot, 0.3):
        above = [list(lot.choice(TITLES)), [""] * len(header)]
        marks.append("title")
    if not plain and maybe(lot, 0.3):
        below = [[""] * len(header), list(lot.choice(NOTES))]
        marks.append("note")
    if not plain and maybe(lot, 0.2) and len(body) > 3:
        body.insert(lot.randrange(1, len(body)), [""] * len(header))
        marks.append("blank line")
    if maybe(lot, 0.2):
        body = [[f" {cell} " if cell and maybe(lot, 0.3) else cell for cell in row] for row in body]
        marks.append("blanks")
    if maybe(lot, 0.15):
        return _excel(lot, folder / f"{stem}.xlsx", above, list(header), body, below, marks)
    return _csv(lot, folder / f"{stem}.csv", [*above, list(header), *body, *below], marks)


def _csv(lot: random.Random, path: Path, lines: list[list[str]], marks: list[str]) -> tuple[Path, list[str]]:
    delimiter, encoding = lot.choice(",,,;\t"), lot.choice(ENCODINGS)
    quoting = csv.QUOTE_ALL if maybe(lot, 0.2) else csv.QUOTE_MINIMAL
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator=lot.choice(("\n", "\r\n"))).writerows(lines)
    path.write_bytes(buffer.getvalue().encode(encoding, errors="replace"))
    return path, [*marks, f"delimiter {delimiter!r}", encoding]


def _excel(
    lot: random.Random, path: Path, above: list[list[str]], header: list[str], body: list[list[str]], below: list[list[str]], marks: list[str]
) -> tuple[Path, list[str]]:  # fmt: skip
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Data"
    for line in [*above, header, *body, *below]:
        page.append([_typed(cell) for cell in line])
    marks = [*marks, "excel"]
    if maybe(lot, 0.4):
        old = book.create_sheet("Old", lot.choice((0, 1)))
        for line in [header, *body, *body, *body]:
            old.append([_typed(cell) for cell in line])
        old.sheet_state = "hidden"
        book.active = book.sheetnames.index("Data")
        marks.append("hidden sheet")
    if maybe(lot, 0.3):
        at = len(above) + 2
        page.insert_rows(at)
        for column, cell in enumerate(body[0], 1):
            page.cell(at, column, _typed(cell))
        page.row_dimensions[at].hidden = True
        marks.append("hidden row")
    book.save(path)
    return path, marks


def _typed(cell: str) -> str | float | None:
    """Return a cell as a spreadsheet would hold it: numbers as numbers."""
    text = cell.strip()
    if not text:
        return None
    try:
        return float(text) if not text.startswith("0") or text.startswith("0.") or text == "0" else cell
    except ValueError:
        return cell
