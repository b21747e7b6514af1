"""What is said of a file that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation.parameters import InputError

LONGEST = 80  # characters of what another library says, and of a name in a message


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


@contextmanager
def text_errors(path: Path) -> Iterator[None]:
    """Raise `InputError` where a text cannot be read: as `file_errors`, or because it has another encoding."""
    try:
        with file_errors(path):
            yield
    except UnicodeDecodeError as error:
        byte, name = error.object[error.start], {"charmap": "cp1252"}.get(error.encoding, error.encoding)
        raise InputError(f"{path}: byte {byte:#04x} is not {name}; save the file as UTF-8") from None


@contextmanager
def unreadable(path: Path, what: str, advice: str) -> Iterator[None]:
    """Raise `InputError` for whatever the reader of a library raises on a damaged file: such readers promise no kind of exception.

    Args:
        what: the kind of file, such as `Excel file`.
        advice: what the user can do.
    """
    try:
        with text_errors(path):
            yield
    except (InputError, MemoryError):
        raise
    except RecursionError:
        raise InputError(f"{path}: not a readable {what} (nested too deeply); {advice}") from None
    except Exception as error:
        raise InputError(f"{path}: not a readable {what} ({_first_words(error)}); {advice}") from error


def _first_words(error: Exception) -> str:
    """Return the first line of what an exception says, shortened."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "damaged")
    said = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", said)
    return said if len(said) <= LONGEST else said[:LONGEST] + "..."
