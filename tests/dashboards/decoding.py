"""What a folder really holds: every file decoded as deep as it goes, so that nothing private hides behind a packing or an encoding."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd


def decoded(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder, links left out, with everything that is packed in it: `where, content`."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path}", path.name.encode()
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        yield from _unpacked(str(path), content)
        if content.startswith(b"SQLite format 3"):
            yield from _rows(path)


def _unpacked(where: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield where, content
    if content.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError):
            yield from _unpacked(f"{where} (unzipped)", gzip.decompress(content))
    if content.startswith(b"PAR1"):
        yield f"{where} (columns)", pd.read_parquet(io.BytesIO(content)).astype(str).to_csv().encode()
    if content.startswith(b"\x93NUMPY"):
        array = np.load(io.BytesIO(content), allow_pickle=False)
        yield f"{where} (values)", "\n".join(map(str, array.ravel().tolist())).encode()
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            yield f"{where}: name {name}", name.encode()
            yield from _unpacked(f"{where}: {name}", packed.read(name))


def _rows(path: Path) -> Iterator[tuple[str, bytes]]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in database.execute(f'select * from "{table}"'):
                yield f"{path}: {table}", "\t".join(map(str, row)).encode()


def found(folder: Path, pattern: bytes) -> list[str]:
    """Return where something stands that a pattern fits, whatever its case and encoding."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return [where for where, content in decoded(folder) if wanted.search(content) or wanted.search(content.replace(b"\0", b""))]
