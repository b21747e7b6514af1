"""Messages about files that cannot be read."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from simulation.declared.parameters import InputError

from ...advice import advice

Reader = TypeVar("Reader", bound=Callable[..., Any])

LONGEST = 80  # characters of another library's message, and of a name in a message


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raise `InputError` where the system cannot open or read a file: it is missing, a folder, no plain file, or not for this user.

    It looks before anything is opened: opening a pipe may wait for ever, and a device may never end.
    """
    try:
        refuse_no_plain_file(path)
        yield
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a file") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def refuse_no_plain_file(path: Path) -> None:
    """Raise `InputError` for a pipe, a device, a socket, or a name that no file can have; links are followed, and folders pass.

    Raises:
        OSError: the system cannot look at it.
    """
    try:
        mode = Path(path).stat().st_mode
    except ValueError:  # NUL, or half a character
        raise InputError(f"{str(path)!r}: a file cannot have this name; leave out the character that is shown as \\...") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(f"{path}: is not a regular file (but a pipe or a device); save it as a file")


@contextmanager
def text_errors(path: Path) -> Iterator[None]:
    """Raise `InputError` if a text cannot be read: as `file_errors`, or because it has another encoding."""
    try:
        with file_errors(path):
            yield
    except UnicodeDecodeError as error:
        byte, name = error.object[error.start], {"charmap": "cp1252"}.get(error.encoding, error.encoding)
        raise InputError(f"{path}: byte {byte:#04x} is not {name}; save the file as UTF-8") from None


@contextmanager
def unreadable(path: Path, what: str, remedy: str) -> Iterator[None]:
    """Raise `InputError` for whatever the reader of a library raises on a damaged file: such readers promise no kind of exception.

    Args:
        what: the kind of file, such as `Excel file`.
        remedy: what the user can do.
    """
    try:
        with text_errors(path):
            yield
    except (InputError, MemoryError):
        raise
    except RecursionError:
        raise InputError(f"{path}: not a readable {what} (nested too deeply); {remedy}") from None
    except Exception as error:
        raise InputError(f"{path}: not a readable {what}{advice().reason(_first_words(error))}; {remedy}") from error


def last_net(read: Reader) -> Reader:
    """Let a reader of ours raise `InputError` for a file that none of its rules foresaw, whatever went wrong inside; its first argument is the file, or several.

    The message contains no value from the file, which may be private. `--debug` shows what went wrong.
    """

    @wraps(read)
    def caught(first: Any, *others: Any, **named: Any) -> Any:
        try:
            return read(first, *others, **named)
        except (InputError, MemoryError, OSError):
            raise
        except Exception as error:
            files = (
                first if isinstance(first, (list, tuple)) else [one for one in (first, *others[:1]) if isinstance(one, (str, Path))]
            )
            raise InputError(
                f"{', '.join(map(str, files)) or 'the file'}: could not be read ({where_of(error)}). Look for an odd name or value, "
                "save the file again as CSV (UTF-8), and please report this"
            ) from error

    return cast(Reader, caught)


def where_of(error: BaseException) -> str:
    """Return file and line in which an error arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace is not None else "an unknown line"


def _first_words(error: Exception) -> str:
    """Return the first line of what an exception says, shortened; empty if it is about the library's code rather than the file."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "damaged")
    of_code = isinstance(error, (IndexError, AttributeError, TypeError, AssertionError)) or " " not in said
    if of_code or re.search(r"__|\(\)|<\w+ |\bobject\b|NoneType", said):
        return "damaged"
    return said if len(said) <= LONGEST else said[:LONGEST] + "..."
