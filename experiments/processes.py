"""Worker processes on this machine, and a watchdog over them. `pool` hands out tasks to them; the dashboard's workers have their own rules.

Each worker has a pipe of its own and does one task at a time, so it is always known which task a worker had that died. Workers
end by themselves when the process that started them is gone.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any

from simulation.declared.parameters import InputError
from simulation.lifeline import leave_with_parent

PATIENCE = "GROUNDSWELL_PATIENCE"  # the environment variable: seconds without any work after which a worker is killed
DEFAULT_PATIENCE = 900.0
QUIET = 60.0  # seconds without any work after which this is reported
LOOK = 5.0  # seconds between two checks of the workers
LEAST_WORK = 0.0005  # seconds of processor time per second, below which a worker counts as idle
LEAVE = 5.0  # seconds that a worker has to end by itself
HELD_BACK = {signal.SIGINT, signal.SIGTERM}  # while a worker starts
PRELOAD = ["experiments.preload"]

Cancelled = Callable[[], bool]
Tell = Callable[[str], None]


def tell(text: str) -> None:
    """Tell the user what happened to a worker, on stderr."""
    print(text, file=sys.stderr, flush=True)


def start_method() -> str:
    """Return how workers are started: copied from this process where it has no other thread, else from one that has imported the model.

    Where neither is safe, on Windows and macOS, each worker is a fresh interpreter.
    """
    if sys.platform != "linux":
        return "spawn"
    return "fork" if threading.active_count() == 1 else "forkserver"


def context_of(method: str) -> Any:
    """Return a `multiprocessing` context for a start method; for `forkserver`, the model is already imported."""
    context: Any = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(PRELOAD)
    return context


def pickled(do: Callable[[Any, Cancelled], Any]) -> bytes:
    """Return a worker's function in the form in which it is sent to the worker."""
    return bytes(ForkingPickler.dumps(do))


def patience() -> float:
    """Return the seconds without any work after which a worker is killed.

    Raises:
        InputError: the environment variable is not a number of seconds.
    """
    given = os.environ.get(PATIENCE)
    if given is None:
        return DEFAULT_PATIENCE
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 1 <= seconds <= 1e9:
        raise InputError(f"the environment variable {PATIENCE}: '{given}'; allowed: seconds, from 1 to 1000000000")
    return seconds


# -- in the worker -----------------------------------------------------------------------------------------------------------


def _work(pipe: Connection, inherited: list[Connection], place: tuple[dict[str, str], str] | None, doing: bytes) -> None:
    """Do the tasks that come through a pipe until it closes: `(number, task)`, or `(number,)` to cancel that task. Answers are `(number, result, error)`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started the workers decides what an interruption keeps
    signal.signal(signal.SIGTERM, _end_later)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
    gc.freeze()  # a copy keeps sharing what it shares with its parent
    for connection in inherited:
        connection.close()
    leave_with_parent()
    if place is not None:
        os.environ.clear()
        os.environ.update(place[0])
        os.chdir(place[1])
    off = -1

    def cancelled() -> bool:
        nonlocal off
        while pipe.poll():
            off = max(off, pickle.loads(pipe.recv_bytes())[0])
        return off >= number

    do: Callable[[Any, Cancelled], Any] | None = None
    while True:
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        number = -1
        try:
            number, *rest = pickle.loads(message)
            if not rest:
                off = max(off, number)
                continue
            do = do or pickle.loads(doing)
            answer = ForkingPickler.dumps((number, do(rest[0], cancelled), None))
        except BaseException as error:
            answer = ForkingPickler.dumps((number, None, _portable(error)))
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _end_later(*_: object) -> None:
    """End this process if its parent has not done so within some seconds: a signal to all of them is for the parent to answer."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one is meant for this process
    later = threading.Timer(LEAVE, os.kill, (os.getpid(), signal.SIGTERM))
    later.daemon = True
    later.start()


def _portable(error: BaseException) -> BaseException:
    """Return an error that can be sent to another process, with its traceback as a note."""
    error.add_note("in a worker process:\n" + "".join(traceback.format_exception(error)))
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        pickle.loads(ForkingPickler.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


# -- beside it ---------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def uninterrupted(copied: bool) -> Iterator[None]:
    """Hold Ctrl-C, and a request to end, back for a moment; processes started meanwhile begin with them held back, too.

    So does the process that others are copied from, while it imports the model and after. What `multiprocessing` tracks resources with is
    started before, as starting it lets them through again.

    Args:
        copied: True for processes that are copies of this one.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if not copied:
        resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class NotStarted(RuntimeError):
    """A worker could not be started; the message says why."""


class Worker:
    """One worker process.

    Args:
        doing: a function of a task and of a function that says whether the task is cancelled, as `pickled`.
        others: workers of the same process, for a worker that is copied from it: it lets go of their pipes.
        method: how it is started; None takes `start_method`.

    Raises:
        NotStarted: the system, or the process that workers are copied from, refused or was ended.
    """

    def __init__(self, doing: bytes, others: Iterable[Worker] = (), method: str | None = None) -> None:
        method = method or start_method()
        context = context_of(method)
        copied = method == "fork"
        self.pipe, theirs = context.Pipe()
        inherited = [self.pipe, *(w.pipe for w in others)] if copied else []
        self.process = context.Process(target=_work, args=(theirs, inherited, None if copied else _surroundings(), doing))
        try:
            with uninterrupted(copied):
                self.process.start()
                atexit.register(self.process.kill)  # before the interpreter waits for it
        except (EOFError, OSError) as error:
            self.pipe.close()
            raise NotStarted(f"could not be started ({error})") from None
        finally:
            theirs.close()
        self._sending = threading.Lock()
        self.idle, self.warned, self.stuck = 0.0, False, False
        self._own_seconds, self._others_seconds = 0.0, 0.0

    def give(self, number: int, task: Any) -> None:
        """Give it a task; a dead worker is discovered later."""
        self.idle, self.warned = 0.0, False
        self._send((number, task))

    def cancel(self, number: int) -> None:
        """Send it word that a task is cancelled; if that is impossible, the caller has to end it."""
        self._send((number,), seconds=0.05)

    def _send(self, message: tuple, seconds: float = -1) -> None:
        data = ForkingPickler.dumps(message)
        if self._sending.acquire(timeout=seconds):
            try:
                with contextlib.suppress(OSError):
                    self.pipe.send_bytes(data)
            finally:
                self._sending.release()

    def ready(self, seconds: float = 0.0) -> bool:
        """Wait at most some seconds until it has answered or is dead; return whether it has or is."""
        if seconds:
            wait_for([self], seconds)
        return self.pipe.poll() or not self.process.is_alive()

    def take(self) -> tuple[int, Any, BaseException | None]:
        """Return the answer of a worker that is `ready`: number, result and error.

        Raises:
            EOFError: it is dead.
        """
        try:
            if not self.pipe.poll():
                raise EOFError
            return pickle.loads(self.pipe.recv_bytes())
        except OSError:
            raise EOFError from None

    def works(self, passed: float) -> bool:
        """Return True if it, or a process that it started, took processor time since it last did, the last look being some seconds ago.

        Where nobody can tell it is True as well.
        """
        import psutil

        def seconds(process: psutil.Process) -> float:
            times = process.cpu_times()
            return times.user + times.system

        least = LEAST_WORK * (self.idle + passed)
        try:
            process = psutil.Process(self.process.pid)
            own, before = seconds(process), self._own_seconds
            if own - before > least:
                self._own_seconds = own
                return True
            others, before = sum(map(seconds, process.children(recursive=True))), self._others_seconds
        except psutil.Error:
            return True
        self._others_seconds = others
        return abs(others - before) > least

    def ending(self) -> str:
        """Make sure that it has ended, and return in words how."""
        self.process.join(LEAVE)
        code = self.process.exitcode
        self.end(at_once=True)
        if self.stuck:
            return "was stopped, as it did nothing"
        if code is None:
            return "closed its pipe and was stopped"
        if code >= 0:
            return f"ended with exit code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"was killed ({name}{', as the system does when memory runs out' if name == 'SIGKILL' else ''})"

    def end(self, at_once: bool = False) -> None:
        """End it: at once, or when its task is done."""
        self.pipe.close()
        if not at_once:
            self.process.join(LEAVE)
        self.process.kill()
        self.process.join(LEAVE)
        atexit.unregister(self.process.kill)


def wait_for(workers: Iterable[Worker], seconds: float) -> None:
    """Wait at most some seconds until a worker has answered or is dead."""
    wait([sign for w in workers for sign in (w.pipe, w.process.sentinel)], seconds)


def _surroundings() -> tuple[dict[str, str], str]:
    """Return environment and folder, which a worker that is not a copy of this process takes over."""
    try:
        return dict(os.environ), os.getcwd()
    except OSError:  # the folder is gone
        return dict(os.environ), os.path.abspath(os.sep)


class Watchdog:
    """Checks the workers from time to time, reports an idle one, and kills it when patience runs out.

    Args:
        said: called with each message.
    """

    def __init__(self, said: Tell = tell) -> None:
        self._patience, self._said = patience(), said
        self._quiet, self.every = min(QUIET, self._patience / 2), min(LOOK, self._patience / 4)
        self._looked = time.monotonic()

    def look(self, busy: Iterable[tuple[Worker, str]]) -> None:
        """Check workers that have a task, each with the task's name; called often, it checks only when it is time."""
        now = time.monotonic()
        if now - self._looked < self.every:
            return
        passed, self._looked = (
            min(now - self._looked, 2 * self.every),
            now,
        )  # if the machine or program was suspended, this counts once
        for worker, name in busy:
            worker.idle = 0.0 if worker.works(passed) else worker.idle + passed
            who = f"worker {worker.process.pid} ({name}) has done nothing for {worker.idle:.0f} seconds"
            if worker.idle >= self._patience:
                self._said(f"{who}: it is stopped")
                worker.idle, worker.stuck = 0.0, True
                worker.process.kill()
            elif worker.idle >= self._quiet and not worker.warned:
                worker.warned = True
                self._said(f"{who}: after {self._patience:.0f} seconds it is stopped, and its work is repeated")
