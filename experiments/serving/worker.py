"""What a worker of the server does, in a process of its own, so that computing never blocks who clicks."""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from typing import Any

from ..processes import Cancelled

KEPT_JOBS = 64  # whose scenarios a worker remembers


class Stopped(Exception):
    """The task was cancelled."""


class Desk:
    """Does tasks of several jobs, whose scenarios and worlds it remembers. It is made where it works, at its first task.

    Args:
        megabytes: most memory for warm worlds.
    """

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes
        self._jobs: OrderedDict[int, Any] = OrderedDict()
        self._warm: Any = None

    def __call__(self, asked: tuple[int, Any, Any], cancelled: Cancelled) -> Any:
        """Do a task: job, its scenarios or None where they are known, and the task.

        Raises:
            Stopped: it was cancelled.
        """
        job, scenarios, task = asked
        if scenarios is not None:
            self._jobs[job] = scenarios
        self._jobs.move_to_end(job)
        while len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)

        def check(_: int = 0) -> None:
            if cancelled():
                raise Stopped

        check()
        return self._do(self._jobs[job], task, check)

    def _do(self, scenarios: tuple, task: Any, check: Any) -> Any:
        from .tasks import Replicate
        from .warm import WarmWorlds
        from .watched_world import watch

        if self._warm is None:
            with contextlib.suppress(OSError, AttributeError):
                os.nice(12)  # pages come first
            self._warm = WarmWorlds(self._megabytes)
        if not isinstance(task, Replicate):
            return watch(scenarios, task, check)
        return self._warm.run(scenarios, task, check)
