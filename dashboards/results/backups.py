"""Backups of a library: one JSON document that says what it is and ends with the checksum of all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.output import check_writable
from experiments.studies.ledger import sealed, unsealed
from simulation.declared.parameters import InputError

from ..safeguards.private import write_private
from .database import MOST_OWNER
from .library import MOST_LINKS, MOST_SAVED, Library, Row, checked_name, link_name

FORMAT, VERSION = "groundswell library", 1
MOST_BYTES = 300_000_000
_HEAD = f'"format": "{FORMAT}"'.encode()
_KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


@dataclass(frozen=True)
class Backup:
    """What a backup holds: rows as `Library.rows` gives them."""

    saved: list[Row]
    links: list[Row]


def write_backup(library: Library, path: Path) -> Backup:
    """Write a backup that its user alone may read, whole or not at all, in the place of an earlier one.

    Raises:
        InputError: the file cannot be written, or is there and no backup.
        OutputError: the system refused, on a full disk, say.
    """
    check_writable(path)
    if path.exists() and (not path.is_file() or _HEAD not in _head(path)):
        raise InputError(f"--export: {path}: already exists and is not a backup of a library; give another name")
    saved, links = library.rows()
    document = {
        "format": FORMAT,
        "version": VERSION,
        "saved": [{**row, "changed": row["changed"].isoformat()} for row in saved],
        "links": [{**row, "used": row["used"].isoformat()} for row in links],
    }
    write_private(path, sealed(document))
    return Backup(saved, links)


def read_backup(path: Path) -> Backup:
    """Return what a backup holds.

    Raises:
        InputError: there is no such file, it is none of ours, of a newer version, or damaged; the message says what to do.
    """
    where = f"--import: {path}"
    try:
        there, file, size = path.exists(), path.is_file(), path.stat().st_size if path.is_file() else 0
        content = path.read_bytes() if file and size <= MOST_BYTES else b""
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror})") from None
    if not file:
        raise InputError(f"{where}: {'is not a file' if there else 'no such file'}; give a file that --export wrote")
    if size > MOST_BYTES:
        raise InputError(f"{where}: {size / 1e6:,.0f} MB; allowed: {MOST_BYTES / 1e6:,.0f} MB")
    document = unsealed(content)
    if document is None:
        if _HEAD in content[:200]:
            raise InputError(
                f"{where}: is damaged or was edited: its checksum does not match its content. Nothing was imported; use another copy"
            )
        raise InputError(f"{where}: is not a backup of a library; make one with: groundswell library --export FILE")
    return _checked(document, where)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(200)


def _checked(document: dict[str, Any], where: str) -> Backup:
    """Return a document whose checksum is right as a backup."""
    if document.get("format") != FORMAT:
        raise InputError(f"{where}: is another file of this program, not a backup of a library")
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise InputError(
            f"{where}: is a backup of version {str(version)[:20]}; this program reads version {VERSION}. Use the newer program"
        )
    rows = {}
    for part, wanted, most in (
        ("saved", {"id", "name", "query", "owner", "changed"}, MOST_SAVED),
        ("links", {"id", "query", "used"}, MOST_LINKS),
    ):
        found = document.get(part)
        if not isinstance(found, list):
            raise InputError(f"{where}: {part}: is not a list")
        if len(found) > most:
            raise InputError(f"{where}: {part}: {len(found):,} of them; allowed: {most:,} in a library")
        rows[part] = [_row(row, wanted, f"{where}: {part} {n}") for n, row in enumerate(found, 1)]
        if len({row["id"] for row in rows[part]}) < len(found):
            raise InputError(f"{where}: {part}: an id is given twice")
    return Backup(rows["saved"], rows["links"])


def _row(row: Any, wanted: set[str], where: str) -> Row:
    """Return a row as the library keeps it, or raise `InputError` naming row and field."""
    if not isinstance(row, dict) or set(row) != wanted:
        raise InputError(f"{where}: allowed: exactly {', '.join(sorted(wanted))}")
    for name, value in row.items():
        if not isinstance(value, str) or not _storable(value):
            raise InputError(f"{where}: {name}: is not a text")
    if len(row.get("owner", "")) > MOST_OWNER:
        raise InputError(f"{where}: owner: {len(row['owner'])} characters; allowed: {MOST_OWNER}")
    if "name" not in row and row["id"] != link_name(row["query"]):
        raise InputError(f"{where}: id: does not match its address")
    if "name" in row and not _KEY.fullmatch(row["id"]):
        raise InputError(f"{where}: id: allowed: 1 to 24 letters, digits, - and _")
    if "name" in row and _name(row["name"], where) != row["name"]:
        raise InputError(f"{where}: name: has spaces at its ends, or several in a row")
    time = "changed" if "changed" in row else "used"
    return row | {time: _when(row[time], f"{where}: {time}")}


def _storable(text: str) -> bool:
    """Return True for what every database can keep."""
    try:
        return b"\0" not in text.encode("utf-8")
    except UnicodeEncodeError:
        return False


def _name(text: str, where: str) -> str:
    try:
        return checked_name(text)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _when(text: str, where: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is None:
            raise ValueError
        return when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(f"{where}: '{text[:40]}'; allowed: a time with its zone, such as 2031-05-29T10:00:00+00:00") from None
