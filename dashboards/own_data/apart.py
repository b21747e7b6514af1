"""Reading in a process of its own, with limits on processor time and memory, so that no file takes either from those who click."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.processes import context_of, uninterrupted
from simulation.declared.parameters import InputError

from ..texts import string
from .own_places import remove_what_a_reader_left
from .reading import Brought, is_lack_of_memory, made

AT_ONCE = 2  # files of how many places are read at a time
WAIT = 120.0  # seconds that somebody waits for their turn
METHOD = "forkserver" if sys.platform == "linux" else "spawn"  # how readers are started
LOOK = 0.25  # seconds between two looks at whether anybody waits
NO_MEMORY, FAULT = 71, 70  # how a reader ends that was refused memory, or in which something of ours failed
TOO_MUCH = "Reading the files takes more time or memory than this server lends"
LESS = "Bring fewer rows and columns, or save the sheet as CSV"

_ended = threading.Event()
_turns = threading.BoundedSemaphore(AT_ONCE)
logger = logging.getLogger("groundswell.dashboard")


@dataclass(frozen=True)
class Limits:
    """What one reader may take.

    Attributes:
        reading, fitting: seconds of processor time until tables are read, and in all.
        wall: seconds in all.
        megabytes: memory beyond what an idle reader has; each core may reserve a little more.
    """

    reading: int = 60
    fitting: int = 1800
    wall: float = 3600.0
    megabytes: int = 2500


LIMITS = Limits()


def read_apart(
    brought: Brought,
    region: str | None,
    name: str,
    title: str,
    beside: Path,
    limits: Limits | None = None,
    gone: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Return what `dashboards.own_data.reading.made` returns, made in a process of its own.

    Args:
        brought, region, name, title, beside: as there.
        limits: what the process may take.
        gone: True once nobody waits for it any more; the process is ended then.

    Raises:
        InputError: as there, or it takes more than the limits allow, or too many wait.
    """
    until = time.monotonic() + WAIT
    while not _turns.acquire(timeout=LOOK):
        if time.monotonic() > until or gone() or _ended.is_set():
            raise InputError("The files of others are being read; try again in a few minutes")
    try:
        return _exchange((brought, region, name, title, beside, limits or LIMITS), gone)
    finally:
        _turns.release()


def let_read(allowed: bool) -> None:
    """Say whether anything is read: a server that ends waits for no reader."""
    if allowed:
        _ended.clear()
    else:
        _ended.set()


def _exchange(asked: tuple[Any, ...], gone: Callable[[], bool]) -> dict[str, Any]:
    limits: Limits = asked[-1]
    context = context_of(METHOD)
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    with uninterrupted(copied=False):  # the process that readers are copied from may be started here
        process.start()
    theirs.close()
    answer: dict[str, Any] | None = None
    why = ""
    try:
        with contextlib.suppress(EOFError, OSError):
            ours.send(asked)
            until = time.monotonic() + limits.wall
            while not ours.poll(LOOK) and not (why := _why_not(until, gone)):
                pass
            answer = None if why else json.loads(ours.recv_bytes())
    finally:
        ours.close()
        process.join(2)
        if process.is_alive():
            process.kill()
            process.join(10)
        code = process.exitcode
        process.close()
        remove_what_a_reader_left()
    if answer is None:
        raise InputError(_ended_early(why, code))
    if "error" in answer:
        raise InputError(answer["error"])
    return answer


def _why_not(until: float, gone: Callable[[], bool]) -> str:
    """Return why nobody waits for a reader any longer; nothing while somebody does."""
    if _ended.is_set():
        return "the server is stopping; bring the files again once it is back"
    if gone():
        return "nobody waits for the files any more"
    return TOO_MUCH if time.monotonic() > until else ""


def _ended_early(why: str, code: int | None) -> str:
    """Return what is said of a reader that gave no answer, and log it with a number where that helps."""
    if why and why != TOO_MUCH:
        return f"{why[0].upper()}{why[1:]}"
    number = secrets.token_hex(3).upper()
    logger.error("error %s: a reader of own data ended with %s", number, code)
    # Any other number: the system ended it, or a library that was refused memory.
    if why == TOO_MUCH or code not in (0, 1, FAULT):
        return f"{TOO_MUCH} (error {number}). {LESS}"
    return string("own.broken", number=number)


# -- in the process -----------------------------------------------------------------------------------------------------


def serve(pipe: Any) -> None:
    """Read what is asked through a pipe, answer through it, and end; end at once where nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # pages come first
    brought, region, name, title, beside, limits = pipe.recv()
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    _limit_memory(limits.megabytes)
    _limit_time(limits.reading)
    try:
        answer = made(brought, region, name, title, beside, lambda: _limit_time(limits.fitting))
    except InputError as error:
        answer = {"error": str(error)}
    except Exception as error:
        os._exit(NO_MEMORY if is_lack_of_memory(error) else FAULT)
    pipe.send_bytes(json.dumps(answer).encode())


def _end_with(pipe: Any) -> None:
    """End the process as soon as the server closes its side, be it because it was killed."""
    with contextlib.suppress(EOFError, OSError):
        pipe.recv_bytes()
    os._exit(1)


def _limit(what: str, most: int) -> None:
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):  # not every system has each
        import resource

        kind = getattr(resource, what)
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _limit_time(seconds: int) -> None:
    _limit("RLIMIT_CPU", seconds)


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "linux":  # elsewhere the address space says nothing of memory
        return
    now = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _limit("RLIMIT_AS", now + (megabytes + 128 * (os.cpu_count() or 1)) * 2**20)
