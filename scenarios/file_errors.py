"""What is said of a file that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation.parameters import InputError


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raise `InputError` where the system cannot open or read a file: it is missing, a folder, or not for this user."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a file") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
