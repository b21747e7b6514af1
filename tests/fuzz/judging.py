"""What may come of an input: a result, or one clear error with exit code 2, in bounded time, and no file that nobody asked for."""

from __future__ import annotations

import contextlib
import io
import re
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from experiments.cli.command_line import main
from simulation.declared.parameters import InputError

SECONDS = 20  # of processor time that one input may take
MOST_LINES, MOST_CHARACTERS = 6, 2_000  # of what is said where something is refused
_EXCEPTION = re.compile(
    r"Traceback|error: \w*(?:Error|Exception|Exit|Iteration|Interrupt)\b|--debug shows where|<class '|object at 0x"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class TooLong(BaseException):
    """One input took more processor time than it may."""


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Raise `TooLong` in what takes more processor time than one input may."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def of_reading(read: Callable[[], object]) -> str:
    """Return what is wrong with how something is read, in words; empty where it is read or refused as it should be."""
    try:
        with bounded():
            read()
    except InputError as error:
        return _of_words(str(error))
    except (Exception, TooLong) as error:
        return _where(error)
    return ""


def of_command(arguments: Sequence[str], folder: Path) -> str:
    """Return what is wrong with what a command does, in words; empty where it is done or refused as it should be.

    Args:
        folder: where the command is run and may write; what it leaves there when it is refused is wrong.
    """
    before, out, err = _held(folder), io.StringIO(), io.StringIO()
    try:
        with bounded(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments))
    except (Exception, SystemExit, TooLong) as error:
        return _where(error)
    said = err.getvalue()
    if code == 0:
        return ""
    if code != 2:
        return f"exit code {code}: {said[-300:]}"
    left = sorted(_held(folder) - before)
    return f"left behind: {left[:3]}" if left else _of_words(said.rstrip("\n"), lines=MOST_LINES)


def _of_words(said: str, lines: int = 1) -> str:
    """Return what is wrong with what is said of an input that is refused."""
    if not said:
        return "nothing is said"
    if said.count("\n") >= lines or (lines > 1 and sum(line.startswith("error:") for line in said.splitlines()) != 1):
        return f"too many lines: {said[:300]!r}"
    if _EXCEPTION.search(said):
        return f"names an exception: {said[:300]!r}"
    if len(said) > MOST_CHARACTERS and lines > 1:
        return f"{len(said):,} characters: {said[:200]!r}"
    return f"control characters: {said[:300]!r}" if lines > 1 and _CONTROL.search(said) else ""


def _where(error: BaseException) -> str:
    steps = [s for s in traceback.extract_tb(error.__traceback__) if "/tests/" not in s.filename]
    own = [s for s in steps if "site-packages" not in s.filename and "/lib/python" not in s.filename]
    at = " < ".join(f"{Path(s.filename).name}:{s.lineno}" for s in (own or steps)[::-1][:4])
    return f"{type(error).__name__} at {at}: {str(error)[:160]!r}"


def _held(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
