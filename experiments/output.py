"""Output that is complete or absent: written to a temporary file, flushed, and moved into place."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.declared.parameters import InputError

if TYPE_CHECKING:
    import pandas as pd


class OutputError(RuntimeError):
    """Writing failed while a command ran: a full disk, say. Nothing is left under the final name."""


def check_writable(path: Path, folder: bool = False) -> None:
    """Raise `InputError` unless a file can be made at `path` (or in it, for a folder); called before anything is run.

    Nothing is left there: a folder is made when its first file is written.
    """
    parent = path if folder else path.parent
    if not folder and path.is_dir():
        raise InputError(f"{path}: is a folder; a file name is needed")
    try:
        with _folder(parent), tempfile.NamedTemporaryFile(dir=parent, prefix=".groundswell-"):
            if not folder:
                _try_name(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be written ({getattr(error, 'strerror', None) or error})") from None


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make a folder, with those above it, and remove again those that were not there: a command that is refused leaves none behind."""
    made: list[Path] = []
    try:
        for one in reversed((folder, *folder.parents)):
            if not one.exists():
                one.mkdir(exist_ok=True)
                made.append(one)
        yield
    finally:
        for one in reversed(made):
            with contextlib.suppress(OSError):  # another process has written to it in the meantime
                one.rmdir()


def _try_name(path: Path) -> None:
    """Check whether the system accepts a file name of this length and these characters."""
    if not path.exists():
        part = _part(path)
        part.touch()
        part.unlink()


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; it takes the final name only when all is written.

    Raises:
        OutputError: the system refused; the temporary file is gone.
    """
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"{path}: could not be written ({error.strerror or error}); nothing is left under that name") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file completely."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table completely, as CSV if the name ends in .csv and as Parquet otherwise."""
    from scenarios.own_data.tables.table_file import escape_formulas

    with whole_file(path) as part:
        if path.suffix == ".csv":
            escape_formulas(table).to_csv(part, index=False)
        else:
            table.to_parquet(part, index=False)
