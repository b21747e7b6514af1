"""One worker: a process of its own, so that computing never blocks who clicks."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import OrderedDict
from multiprocessing.connection import Connection
from typing import Any

KEPT_JOBS = 64  # whose scenarios a worker remembers


class Stopped(Exception):
    """The task was cancelled."""


def serve(pipe: Connection, stop: Any, megabytes: int) -> None:
    """Do tasks from a pipe until it closes: `(number, job, scenarios or None, task)`; answers are `(number, result, error)`.

    Args:
        stop: shared number of the task that is cancelled.
        megabytes: most memory for warm worlds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides
    with contextlib.suppress(OSError):
        os.nice(12)  # pages come first
    from .warm import WarmWorlds

    warm = WarmWorlds(megabytes)
    jobs: OrderedDict[int, Any] = OrderedDict()
    while True:
        try:
            number, job, scenarios, task = pipe.recv()
        except (EOFError, OSError):
            return
        if scenarios is not None:
            jobs[job] = scenarios
        jobs.move_to_end(job)
        while len(jobs) > KEPT_JOBS:
            jobs.popitem(last=False)

        def check(_: int = 0, number: int = number) -> None:
            if stop.value >= number:
                raise Stopped

        try:
            check()
            answer: tuple[int, Any, str | None] = (number, _do(warm, jobs[job], task, check), None)
        except Stopped:
            answer = (number, None, "stopped")
        except Exception as error:
            answer = (number, None, f"{type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            return


def _do(warm: Any, scenarios: tuple, task: Any, check: Any) -> Any:
    from .tasks import Replicate
    from .watching import watch

    if not isinstance(task, Replicate):
        return watch(scenarios, task, check)
    return warm.run(scenarios, task, check)
