"""Workers shared by many people: one process a core, tasks dealt in turn, whatever is cancelled stops within a month of model time."""

from __future__ import annotations

import itertools
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulation.declared.scenario import Scenario

from .. import processes
from .worker import KEPT_JOBS, Desk, Stopped

PATIENCE = 0.7  # seconds that a cancelled task may go on before its process is ended
RETRIES = 2
AGAIN = 1.0  # seconds after which a process that could not be started is tried again
IDLE = 1800.0  # seconds after which a process that does nothing is ended, and the memory of its warm worlds given back


class Busy(RuntimeError):
    """Too many people wait already."""


@dataclass
class Job:
    """Tasks over the same scenarios, for one person.

    Attributes:
        owner: whose turn it takes; a new job of an owner ends the one before.
        scenarios: the base first.
        tasks: what is left to do.
        arrived: called with each task and its result, in a thread of the workers.
        failed: called with a task and what went wrong.
        spare: True to be done only where nobody waits.
    """

    owner: Hashable
    scenarios: tuple[Scenario, ...]
    tasks: deque[Any]
    arrived: Callable[[Any, Any], None]
    failed: Callable[[Any, str], None]
    spare: bool = False
    number: int = 0
    cancelled: bool = False
    tries: dict[Any, int] = field(default_factory=dict)


class _Process:
    """One worker process and what is going on in it."""

    def __init__(self, megabytes: int) -> None:
        self.worker = processes.Worker(processes.pickled(Desk(megabytes)))
        self.process = self.worker.process
        self.unwanted = False  # it is ended by us, for what it remembers
        self.known: OrderedDict[int, None] = OrderedDict()
        self.places: set[str] = set()  # whose people it may remember
        self.job: Job | None = None
        self.number = -1
        self.called_off = 0.0
        self.since = time.monotonic()  # it has done something

    def payload(self, job: Job) -> tuple[Scenario, ...] | None:
        """Return the job's scenarios if the process does not have them; both sides forget alike."""
        new = job.number not in self.known
        self.places |= {s.place.name for s in job.scenarios}
        self.known[job.number] = None
        self.known.move_to_end(job.number)
        while len(self.known) > KEPT_JOBS:
            self.known.popitem(last=False)
        return job.scenarios if new else None


class Workers:
    """A fixed number of worker processes.

    Args:
        size: processes.
        megabytes: most memory that each may keep warm worlds in.
        most_waiting: owners that may wait at a time.
        idle: seconds after which a process that does nothing is ended.
    """

    def __init__(self, size: int, megabytes: int = 400, most_waiting: int = 50, idle: float = IDLE) -> None:
        self._idle = idle
        self.size, self._megabytes, self._most = size, megabytes, most_waiting
        self._lock = threading.Condition()
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._spare: OrderedDict[Hashable, Job] = OrderedDict()
        self._numbers = itertools.count()
        self._closed, self._watchdog = False, processes.Watchdog()
        self._processes: list[_Process | None] = [None] * size  # each started with its first task
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True, name=f"worker {n}") for n in range(size)]
        for thread in self._threads:
            thread.start()
        threading.Thread(target=self._enforce, daemon=True, name="workers' watch").start()

    # -- asking ---------------------------------------------------------------------------------------------------------

    def submit(
        self,
        owner: Hashable,
        scenarios: Sequence[Scenario],
        tasks: Sequence[Any],
        arrived: Callable[[Any, Any], None],
        failed: Callable[[Any, str], None],
        spare: bool = False,
    ) -> Job:
        """Queue tasks for an owner, in the place of what the owner asked before.

        Raises:
            Busy: too many owners wait; the message says how many.
        """
        with self._lock:
            queue = self._spare if spare else self._jobs
            if owner not in queue and len(queue) >= self._most:
                raise Busy(f"{len(queue)} people are already waiting for a result")
            self._call_off(queue.pop(owner, None))
            for job in {p.job.number: p.job for p in self._processes if p is not None and p.job is not None}.values():
                if job.owner == owner and job.spare == spare:
                    self._call_off(job)
            job = Job(owner, tuple(scenarios), deque(tasks), arrived, failed, spare, next(self._numbers))
            queue[owner] = job
            if not spare:
                self._make_room()
            self._lock.notify_all()
        return job

    def cancel(self, job: Job) -> None:
        """Call a job off; a task that runs ends within a second."""
        with self._lock:
            queue = self._spare if job.spare else self._jobs
            if queue.get(job.owner) is job:
                del queue[job.owner]
            self._call_off(job)

    def forget(self, place: str) -> None:
        """Cancel what is asked about a place, and end the processes that may remember it; the next task starts new ones."""
        with self._lock:
            for queue in (self._jobs, self._spare):
                for owner in [o for o, job in queue.items() if any(s.place.name == place for s in job.scenarios)]:
                    self._call_off(queue.pop(owner))
            for worker_process in self._processes:
                if worker_process is not None and place in worker_process.places:
                    worker_process.unwanted = True
                    worker_process.process.kill()

    def waiting(self) -> int:
        """Return how many owners wait or are served."""
        with self._lock:
            return len(self._jobs)

    def idle(self) -> int:
        """Return how many processes do nothing."""
        with self._lock:
            return sum(p is None or p.job is None for p in self._processes)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
            started = [p for p in self._processes if p is not None]
        for worker_process in started:
            worker_process.process.kill()
        for worker_process in started:
            worker_process.process.join(processes.LEAVE)

    # -- within the lock ------------------------------------------------------------------------------------------------

    def _call_off(self, job: Job | None) -> None:
        if job is None:
            return
        job.cancelled = True
        job.tasks.clear()
        for worker_process in self._processes:
            if worker_process is not None and worker_process.job is job and not worker_process.called_off:
                self._stop(worker_process)

    @staticmethod
    def _stop(worker_process: _Process) -> None:
        worker_process.worker.cancel(worker_process.number)
        worker_process.called_off = time.monotonic()

    def _make_room(self) -> None:
        """Let what is done in advance wait while somebody does; it is begun again later."""
        for worker_process in self._processes:
            if (
                worker_process is not None
                and worker_process.job is not None
                and worker_process.job.spare
                and not worker_process.called_off
            ):
                self._stop(worker_process)

    def _next(self, at: int) -> tuple[Job, Any] | None:
        """Return the next task for a process: owners in turn, replicates always by the same process, whose worlds are warm."""
        for queue in (self._jobs, self._spare):
            for owner, job in list(queue.items()):
                for n, task in enumerate(job.tasks):
                    replicate = getattr(task, "replicate", None)
                    if replicate is None or replicate % self.size == at:
                        del job.tasks[n]
                        if job.tasks:
                            queue.move_to_end(owner)
                        else:
                            queue.pop(owner)
                        return job, task
        return None

    # -- one thread a process -------------------------------------------------------------------------------------------

    def _run(self, at: int) -> None:
        while True:
            with self._lock:
                while not self._closed and (found := self._next(at)) is None:
                    self._lock.wait()
                if self._closed:
                    return
                job, task = found  # type: ignore[misc]
                worker_process = self._started(at)
                if worker_process is not None:
                    worker_process.job, worker_process.number, worker_process.called_off = job, next(self._numbers), 0.0
                    number, asked = worker_process.number, (job.number, worker_process.payload(job), task)
            result, error = (None, "died") if worker_process is None else self._exchange(worker_process, number, asked)
            with self._lock:
                if worker_process is not None:
                    worker_process.job, worker_process.called_off, worker_process.since = None, 0.0, time.monotonic()
                if self._closed:
                    return
                if error == "died":
                    self._processes[at] = None
                again = self._goes_back(job, task, error)
            if again or job.cancelled:
                continue
            try:
                if error is not None:
                    job.failed(task, "a worker process was stopped from outside" if error == "died" else error)
                else:
                    job.arrived(task, result)
            except Exception as raised:  # what hears of results must not end the thread
                job.failed(task, f"{type(raised).__name__}: {raised}")

    def _started(self, at: int) -> _Process | None:
        """Return a process, started where there is none; None where that cannot be done now, as when all are being ended."""
        try:
            self._processes[at] = self._processes[at] or _Process(self._megabytes)
        except processes.NotStarted as error:
            if not self._lock.wait_for(lambda: self._closed, AGAIN):  # what stops it may end the server too
                processes.tell(f"a worker {error}; its work is tried again")
        return self._processes[at]

    def _goes_back(self, job: Job, task: Any, error: str | None) -> bool:
        """Put a task back that was stopped to make room, or whose process died and may be tried again."""
        if job.cancelled or error not in ("stopped", "died"):
            return False
        if error == "died":
            job.tries[task] = job.tries.get(task, 0) + 1
            if job.tries[task] > RETRIES:
                return False
        queue = self._spare if job.spare else self._jobs
        if queue.setdefault(job.owner, job) is not job:
            return True  # the owner has asked for something else since
        job.tasks.appendleft(task)
        self._lock.notify_all()
        return True

    def _exchange(self, worker_process: _Process, number: int, asked: Any) -> tuple[Any, str | None]:
        """Return what a task gave, or why it gave nothing."""
        worker_process.worker.give(number, asked)
        try:
            while not worker_process.worker.ready(1.0):
                pass
            _, result, error = worker_process.worker.take()
        except EOFError:
            how = worker_process.worker.ending()
            if not (worker_process.called_off or worker_process.unwanted or self._closed):
                processes.tell(f"worker {worker_process.process.pid} {how}; another worker repeats its work")
            return None, "died"
        if error is None:
            return result, None
        return None, "stopped" if isinstance(error, Stopped) else f"{type(error).__name__}: {error}"

    def _enforce(self) -> None:
        """End processes that go on with what was cancelled, that do nothing with what they were asked, or that nobody has needed for long."""
        while not self._closed:
            time.sleep(0.1)
            with self._lock:
                busy = [p for p in self._processes if p is not None and p.job is not None]
                late = [p for p in busy if p.called_off and time.monotonic() - p.called_off > PATIENCE]
                for worker_process in late:
                    worker_process.called_off = time.monotonic() + 60.0
                    worker_process.process.kill()
                at_work = [(p.worker, "a question of the dashboard") for p in busy]
                self._give_back()
            self._watchdog.look(at_work)

    def _give_back(self) -> None:
        for at, worker_process in enumerate(self._processes):
            if worker_process is not None and worker_process.job is None and time.monotonic() - worker_process.since > self._idle:
                self._processes[at] = None  # the next task starts a new one
                worker_process.unwanted = True
                worker_process.process.kill()
                worker_process.process.join(processes.LEAVE)
