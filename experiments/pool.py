"""A pool of worker processes: the only way in which many tasks are done in processes on this machine. A worker that dies is replaced, its task repeated.

The waiting process watches pipes as well as processes, so that no death goes unnoticed. A worker that does nothing is reported and, in
the end, killed.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

from .processes import Cancelled, NotStarted, Tell, Watchdog, Worker, pickled, tell, wait_for

AGAIN = 3  # deaths of its worker after which a task waits until it can be tried alone
MOST_DEATHS = 6  # after which it is given up
MOST_ON_WINDOWS = 30  # workers: the system waits for 63 handles at a time, and a worker has two

Task = TypeVar("Task", bound=Hashable)
Result = TypeVar("Result")


class WorkersLost(RuntimeError):
    """A task whose workers kept dying; the message names it."""


class Queue(Generic[Task]):
    """Tasks to do: new ones, those whose worker died, and at the end those whose workers died several times, each alone.

    Args:
        tasks: each of them once.
        lost: called with a task that is given up, and how its last worker ended.
    """

    def __init__(self, tasks: Iterable[Task], lost: Callable[[Task, str], None]) -> None:
        self._new, self._lost = iter(tasks), lost
        self._again: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._deaths: Counter[Task] = Counter()

    def next(self, busy: int) -> Task | None:
        """Return the next task while so many workers are busy; None for none."""
        if self._again:
            return self._again.popleft()
        task = next(self._new, None)
        if task is None and self._alone and not busy:
            return self._alone.popleft()
        return task

    def died(self, task: Task, how: str) -> bool:
        """Take back a task whose worker died; return True if it is repeated, False if it is given up."""
        self._deaths[task] += 1
        again = self._deaths[task] < MOST_DEATHS
        if again:
            (self._again if self._deaths[task] < AGAIN else self._alone).append(task)
        else:
            self._lost(task, how)
        return again


def _plainly(do: Callable[[Any], Any], task: Any, _: Cancelled) -> Any:
    return do(task)


class Pool(Generic[Task, Result]):
    """Workers that do one thing with many tasks. As a context manager it ends them, at once where an error ends the context.

    Args:
        do: a function of a task; it and the tasks must be importable where workers run.
        size: workers; each is started with its first task.
        what: what a task is called in messages, before its number or name.
        method: how workers are started; None takes `start_method`.
        said: called with each message about workers.
    """

    def __init__(
        self, do: Callable[[Task], Result], size: int, what: str = "task", method: str | None = None, said: Tell = tell
    ) -> None:
        self.size = min(size, MOST_ON_WINDOWS) if sys.platform == "win32" else size
        self._what, self._method, self._said = what, method, said
        self._doing = pickled(partial(_plainly, do))
        self._numbers = itertools.count()
        self._watchdog = Watchdog(said)
        self._busy: dict[Worker, Task] = {}
        self._free: list[Worker] = []

    def __enter__(self) -> Pool[Task, Result]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        for worker in self._free:
            worker.pipe.close()
        for worker in self._busy:
            worker.end(at_once=True)
        for worker in self._free:
            worker.end(at_once=kind is not None)
        self._busy, self._free = {}, []

    def run(self, tasks: Iterable[Task], lost: Callable[[Task, str], None] | None = None) -> Iterator[Result]:
        """Yield the result of each task as it ends; it does not depend on which worker did it or how many died.

        Args:
            tasks: each once; they are taken one at a time as workers become free.
            lost: called with a task that is given up and how its last worker ended; None raises.

        Raises:
            WorkersLost: the workers of a task died `MOST_DEATHS` times.
            Exception: what a task raised, with the worker's traceback as a note.
        """
        queue = Queue(tasks, lost or self._give_up)
        while True:
            self._hand_out(queue)
            if not self._busy:
                return
            yield from self._ended(queue)

    def _give_up(self, task: Task, how: str) -> None:
        raise WorkersLost(
            f"{self._what} {task}: given up, as its worker died {MOST_DEATHS} times, the last time with no other work running: it {how}. "
            "If memory ran out, take fewer residents or fewer workers; a script of your own that starts workers needs "
            "its work below: if __name__ == '__main__':"
        )

    def _hand_out(self, queue: Queue[Task]) -> None:
        while len(self._busy) < self.size:
            task = queue.next(len(self._busy))
            if task is None:
                return
            try:
                worker = self._free_one() or Worker(self._doing, [*self._busy, *self._free], self._method)
            except NotStarted as error:
                self._mourn("a worker", str(error), task, queue)
                continue
            self._busy[worker] = task
            worker.give(next(self._numbers), task)

    def _free_one(self) -> Worker | None:
        while self._free:
            worker = self._free.pop()
            if worker.process.is_alive():
                return worker
            worker.end(at_once=True)
        return None

    def _ended(self, queue: Queue[Task]) -> Iterator[Result]:
        """Wait until something happens, and give what was finished; each worker has its next task before anybody looks at the result."""
        wait_for(self._busy, self._watchdog.every)
        self._watchdog.look((w, f"{self._what} {task}") for w, task in self._busy.items())
        results, raised = [], None
        for worker in [w for w in self._busy if w.ready()]:
            task = self._busy.pop(worker)
            try:
                _, result, error = worker.take()
            except EOFError:
                self._mourn(f"worker {worker.process.pid}", worker.ending(), task, queue)
                continue
            self._free.append(worker)
            if error is None:
                results.append(result)
            raised = raised or error
        self._hand_out(queue)
        yield from results
        if raised is not None:
            raise raised

    def _mourn(self, worker: str, how: str, task: Task, queue: Queue[Task]) -> None:
        """Report how a worker ended, and return its task."""
        goes_on = queue.died(task, how)
        self._said(f"{worker} {how}; {self._what} {task} is {'repeated' if goes_on else 'given up'}")
