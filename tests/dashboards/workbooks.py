"""Workbooks of few bytes that are large once they are unpacked."""

from __future__ import annotations

import io
import zipfile

import openpyxl

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def small_workbook(rows: int, columns: int = 40) -> bytes:
    """Return a workbook of few bytes whose one sheet has as many cells as asked for: every row the same."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.save(buffer)
    cells = "".join('<c t="n"><v>1</v></c>' for _ in range(columns))
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            if name == "xl/worksheets/sheet1.xml":
                with new.open(name, "w") as part:
                    part.write(HEAD.encode())
                    part.write(f"<row>{cells}</row>".encode() * rows)
                    part.write(b"</sheetData></worksheet>")
            else:
                new.writestr(name, old.read(name))
    return packed.getvalue()
