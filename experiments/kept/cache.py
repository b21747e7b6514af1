"""The cache: a folder of this user's own, for results that can be computed again. If it cannot be written, everything works without it."""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

FOLDER, OFF = "GROUNDSWELL_CACHE", "off"
TOLD = "GROUNDSWELL_CACHE_TOLD"  # in the environment of processes that are started after it was reported
_told = mmap.mmap(-1, 1)  # shared with forked processes: a fault of the folder is reported once


def folder() -> Path | None:
    """Return the folder; None if nothing is to be cached."""
    given = os.environ.get(FOLDER)
    if given is not None:
        return None if given in ("", OFF) else Path(given).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "groundswell"
    except RuntimeError:  # there is no home
        return None


@contextlib.contextmanager
def kept_in(where: Path | str | None) -> Iterator[None]:
    """Use another folder for a while, or none at all; processes started in the meantime do as well."""
    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = OFF if where is None else str(where)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(FOLDER, None)
        else:
            os.environ[FOLDER] = before


def own(where: Path) -> None:
    """Make a folder inside the cache that nobody else may read or write.

    Raises:
        OSError: it cannot be made, or is somebody else's.
    """
    where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    where.mkdir(mode=0o700, exist_ok=True)
    found = where.stat()
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise PermissionError(0, "it belongs to another user")
    if found.st_mode & 0o077:
        where.chmod(0o700)


def put(path: Path, write: Callable[[IO[bytes]], object]) -> bool:
    """Write a file of the cache completely or not at all, for this user only; if that fails, return False and report it once."""
    part = ""
    try:
        own(path.parent)
        handle, part = tempfile.mkstemp(".part", path.name[:12] + ".", path.parent)
        with os.fdopen(handle, "w+b") as file:
            write(file)
        os.replace(part, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        if not isinstance(error, OSError):
            raise
        complain(path.parent, error)
        return False
    return True


def complain(where: Path, error: OSError) -> None:
    """Say once what is wrong with the folder, for this process and those that it starts."""
    if _told[0] or TOLD in os.environ:
        return
    _told[0], os.environ[TOLD] = 1, "1"
    print(
        f"nothing can be cached: {where}: {error.strerror or error}. Results are the same, only slower; "
        f"the environment variable {FOLDER} names another folder, or is '{OFF}' to keep nothing",
        file=sys.stderr,
        flush=True,
    )
