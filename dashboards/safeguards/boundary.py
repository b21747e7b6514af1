"""The boundary between what goes wrong inside and what a page is told: a number that is in the log too, what to do, and no path of the server."""

from __future__ import annotations

import logging
import re
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from experiments.serving import Busy
from simulation.declared.parameters import InputError

from ..texts import string

_PATH = re.compile(r"(?<![\w./\\:])(?:[A-Za-z]:)?[/\\](?:[^/\\\s'\":;,()<>]+[/\\])+")
_folders: list[str] = []
logger = logging.getLogger("groundswell.dashboard")


class LibraryError(RuntimeError):
    """The library's database cannot be reached or written; the message says which and what to do."""


def hide(folders: Iterable[Path]) -> None:
    """Say which folders of the server no page may name; once, when the server starts."""
    known = {str(f) for folder in folders for f in (folder, folder.resolve())}
    known |= {str(f) for f in (Path.home(), Path.cwd(), Path(tempfile.gettempdir()), Path(__file__).parents[2])}
    _folders[:] = sorted((one for one in known if len(one) > 1), key=len, reverse=True)


def without_paths(text: str) -> str:
    """Return text with the last part alone of every path of the server."""
    for folder in _folders:
        text = text.replace(f"{folder}/", "/_/").replace(f"{folder}\\", "/_/").replace(folder, "a folder of the server")
    return _PATH.sub("", text)


def words(error: BaseException) -> str:
    """Return what a page is told of an error: its own words where it was made for the user, else a number, which the log has too."""
    if isinstance(error, Busy):
        return string("error.busy", what=str(error))
    if isinstance(error, InputError):
        return without_paths(" ".join(str(error).split()))
    number = secrets.token_hex(3).upper()
    logger.error("error %s", number, exc_info=error)
    return string("error.library", number=number) if isinstance(error, LibraryError) else string("error.broken", number=number)


def note(what: str, error: BaseException) -> None:
    """Note in a line of the log what nobody is told, however often somebody brings it about."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    logger.error("error %s: %s: %s", secrets.token_hex(3).upper(), what, type(error).__name__)


def words_of(text: str) -> str:
    """Return what a page is told of an error that another process names as `Kind: words`."""
    kind, _, said = text.partition(": ")
    if kind == InputError.__name__:
        return without_paths(said)
    number = secrets.token_hex(3).upper()
    logger.error("error %s: %s", number, text)
    return string("error.broken", number=number)


def no_tracebacks() -> None:
    """Let Solara, which shows the traceback of what fails while a page is drawn, show the words of the boundary instead."""
    from solara.server import app

    def format_exception(_: object, error: BaseException, *rest: object) -> list[str]:
        return [words(error)]

    app.traceback = SimpleNamespace(format_exception=format_exception)  # type: ignore[assignment]
