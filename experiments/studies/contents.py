"""The content of a store's files: only regular files, and no more bytes than such a file can have. A pipe or a device may never end."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

COMPACT, COMPACT_SERIES = "runs.parquet", "series.parquet"
MOST_DOCUMENT, MOST_TABLE, MOST_COMPACT = (
    64_000_000,
    1_000_000_000,
    16_000_000_000,
)  # bytes of JSON, of a chunk or table, of all chunks
GONE, NO_PLAIN_FILE, UNREADABLE = "is gone", "is not a regular file", "cannot be read"


def checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def most_of(path: Path) -> int:
    """Return how many bytes a file of a store may have, by its name."""
    if path.suffix == ".json":
        return MOST_DOCUMENT
    return MOST_COMPACT if path.name in (COMPACT, COMPACT_SERIES) else MOST_TABLE


def unfit(path: Path) -> str:
    """Return in words why a file is not opened: it is missing, not a regular file, or too large; empty if it may be opened. Links are followed."""
    try:
        known = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except (OSError, ValueError):
        return UNREADABLE
    if not stat.S_ISREG(known.st_mode):
        return NO_PLAIN_FILE
    return "is larger than such a file can be" if known.st_size > most_of(path) else ""


def content_of(path: Path) -> bytes | None:
    """Return a file's content; None where `unfit` says why not, or it cannot be read."""
    if unfit(path):
        return None
    try:
        with path.open("rb") as file:
            content = file.read(most_of(path) + 1)  # a few system files report that they are empty
    except OSError:
        return None
    return content if len(content) <= most_of(path) else None


def checksum_of(path: Path) -> str | None:
    """Return the checksum of a file, read piece by piece; None where `content_of` gives none."""
    if unfit(path):
        return None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
