"""The engine: processes or Dask, one code path; the worker commits, the driver hands out chunks and counts."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from simulation.parameters import InputError

from .. import cache
from ..output import OutputError
from ..replicates import default_workers
from .store import Store, pending, sweep_away
from .work import work

WINDOW = 2  # chunks handed out for each worker
MOST_DEATHS = 3  # of workers on one chunk before it is given up
Show = Callable[[int, int, int], None]


@dataclass
class Swept:
    """How a sweep ended.

    Attributes:
        chunks, there: planned, and there now (of the shard).
        failed: runs that failed in this sweep.
        model_seconds, work_seconds: time in the model, and of workers in all, this sweep.
        burn_ins, burn_in_seconds: worlds that were burnt in, and the part of the model's time that went into them.
        abandoned: chunks whose workers died again and again.
        out_of_time: True if the budget of minutes ended it.
    """

    chunks: int
    there: int
    failed: int = 0
    model_seconds: float = 0.0
    work_seconds: float = 0.0
    burn_ins: int = 0
    burn_in_seconds: float = 0.0
    abandoned: list[int] = field(default_factory=list)
    out_of_time: bool = False

    def take_in(self, done: Done) -> None:
        """Count what a worker did."""
        self.there += 1
        for name in ("failed", "model_seconds", "work_seconds", "burn_ins", "burn_in_seconds"):
            setattr(self, name, getattr(self, name) + getattr(done, name))


@dataclass(frozen=True)
class Done:
    """One chunk that is there, and what it took; fields as in `Swept`."""

    chunk: int
    failed: int = 0
    model_seconds: float = 0.0
    work_seconds: float = 0.0
    burn_ins: int = 0
    burn_in_seconds: float = 0.0


@lru_cache(maxsize=4)
def _opened(folder: str) -> Store:
    store = Store.open(Path(folder))
    store.order  # noqa: B018 - made once for each worker
    return store


def do_chunk(folder: str, chunk: int, keep: bool = True) -> Done:
    """Do one chunk and keep it, in whatever process; `keep` says whether worlds are kept for other chunks too."""
    started = time.perf_counter()
    store = _opened(folder)
    if store.has(chunk):
        return Done(chunk)
    worked = work(store.study, store.order.runs(chunk, store.study.replicates), keep and store.order.shared)
    store.commit(chunk, worked)
    whole = time.perf_counter() - started
    return Done(chunk, worked.failed, worked.model_seconds, whole, worked.burn_ins, worked.burn_in_seconds)


class Pool(Protocol):
    """What hands chunks to workers."""

    size: int

    def submit(self, folder: str, chunk: int) -> Any:
        """Hand out a chunk; returns a future."""

    def first(self, futures: set[Any]) -> set[Any]:
        """Wait until some futures are done; returns those."""

    def renew(self) -> None:
        """Make new workers in the place of dead ones."""

    def close(self, stop: bool) -> None:
        """Let go of the workers; `stop` does not wait for what they do."""


def _worker_starts(parent: int) -> None:
    """Ignore Ctrl-C, which is the driver's, and end when the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Processes:
    """Workers that are processes of this machine."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.renew()

    def renew(self) -> None:
        """Make new workers."""
        context = multiprocessing.get_context("spawn" if threading.active_count() > 1 or os.name != "posix" else "fork")
        self._pool = ProcessPoolExecutor(self.size, mp_context=context, initializer=_worker_starts, initargs=(os.getpid(),))

    def submit(self, folder: str, chunk: int) -> Future:
        """Hand out a chunk."""
        return self._pool.submit(do_chunk, folder, chunk)

    def first(self, futures: set[Future]) -> set[Future]:
        """Wait for some."""
        return wait(futures, timeout=1.0, return_when=FIRST_COMPLETED)[0]

    def close(self, stop: bool) -> None:
        """Let go of the workers."""
        for process in list((self._pool._processes or {}).values()) if stop else []:
            process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)


class Here:
    """No worker at all: chunks are done in this process, one after the other."""

    size = 1

    def submit(self, folder: str, chunk: int) -> Future:
        """Do a chunk at once."""
        future: Future = Future()
        try:
            future.set_result(do_chunk(folder, chunk))
        except Exception as error:
            future.set_exception(error)
        return future

    def first(self, futures: set[Future]) -> set[Future]:
        """Return all: they are done."""
        return set(futures)

    def renew(self) -> None:
        """Do nothing: there is no worker."""

    def close(self, stop: bool) -> None:
        """Do nothing: there is no worker."""


class Dask:
    """Workers of a Dask cluster, by the address of its scheduler; they see the same folder."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError("--scheduler: Dask is not installed; pip install 'groundswell[cluster]'") from None
        try:
            self._client = Client(address, timeout="5s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(f"--scheduler: {address}: nobody answers ({error})") from None
        self.renew()

    def renew(self) -> None:
        """Count the workers anew."""
        self.size = max(sum(self._client.nthreads().values()), 1)

    def submit(self, folder: str, chunk: int) -> Any:
        """Hand out a chunk; never a kept result: the file says whether it is done."""
        return self._client.submit(do_chunk, folder, chunk, cache.folder() is not None, pure=False, retries=MOST_DEATHS)

    def first(self, futures: set[Any]) -> set[Any]:
        """Wait for some; a scheduler that is gone ends the sweep."""
        from distributed import wait as wait_for

        if self._client.status not in ("running", "connecting"):
            raise OutputError("the scheduler is gone; what is complete is kept, run the command again to go on")
        try:
            with self._client.as_current():
                return set(wait_for(list(futures), timeout=2.0, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            return set()

    def close(self, stop: bool) -> None:
        """Let go of the cluster, which goes on for others."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)


def pool_of(workers: int | None, scheduler: str | None, chunks: int) -> Pool:
    """Return what hands out chunks: Dask where a scheduler is given, else processes; one worker stays in this process."""
    if scheduler is not None:
        return Dask(scheduler)
    size = min(workers or default_workers(), max(chunks, 1))
    return Here() if size == 1 else Processes(size)


def sweep(
    store: Store,
    workers: int | None = None,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    progress: Show | None = None,
) -> Swept:
    """Do every chunk that is planned and not there.

    Args:
        workers: processes; None takes the cores there are. Neither their number nor Dask changes a byte.
        scheduler: address of a Dask scheduler, in place of processes.
        shard: number from 1 and of how many: do only that part of the chunks.
        progress: called with chunks there, planned, and runs that failed.

    Raises:
        OutputError: a file could not be written, or the scheduler is gone; what is complete is kept.
        KeyboardInterrupt: what is complete is kept.
    """
    sweep_away(store.folder)
    mine = len([c for c in range(store.chunks) if shard is None or c % shard[1] == shard[0] - 1]) if shard else store.chunks
    left = list(pending(store, shard))
    ended = Swept(mine, mine - len(left))
    if progress:
        progress(ended.there, mine, 0)
    if not left:
        return ended
    pool = pool_of(workers, scheduler, len(left))
    started, clean = time.monotonic(), False
    try:
        for done in _done(pool, store, left, ended, started):
            ended.take_in(done)
            if progress:
                progress(ended.there, mine, ended.failed)
        clean = True
    finally:
        pool.close(stop=not clean)
    return ended


def _done(pool: Pool, store: Store, left: list[int], ended: Swept, started: float) -> Iterator[Done]:
    """Hand out chunks within a window and give what comes back.

    When a worker dies its chunk is handed out again; one that was there at several deaths is tried alone, and given up if it dies alone.
    """
    folder, minutes = str(store.folder.resolve()), store.study.budget.minutes
    waiting = list(reversed(left))
    suspects: list[int] = []
    running: dict[Any, int] = {}
    deaths = dict.fromkeys(left, 0)
    while waiting or running or suspects:
        ended.out_of_time = minutes is not None and time.monotonic() - started > 60 * minutes
        if ended.out_of_time and not running:
            return
        alone = not waiting and not running
        if alone and suspects and not ended.out_of_time:
            waiting.append(suspects.pop())
        broken = False
        while waiting and len(running) < (1 if alone else WINDOW * pool.size) and not ended.out_of_time:
            chunk = waiting.pop()
            try:
                running[pool.submit(folder, chunk)] = chunk
            except BrokenProcessPool:
                waiting.append(chunk)
                broken = True
                break
        dead = []
        for future in pool.first(set(running)) if running else ():
            chunk = running.pop(future)
            try:
                yield future.result()
            except OutputError:
                raise
            except Exception as error:
                if not _died(error):
                    raise
                dead.append(chunk)
        if broken or dead:
            dead += [c for f, c in running.items() if not f.done()]
            running = {f: c for f, c in running.items() if f.done()}
            pool.renew()
        for chunk in dead:
            deaths[chunk] += 1
            if store.has(chunk):
                yield Done(chunk)
            elif deaths[chunk] < MOST_DEATHS:
                waiting.append(chunk)
            elif deaths[chunk] < 2 * MOST_DEATHS:
                suspects.append(chunk)
            else:
                ended.abandoned.append(chunk)


def _died(error: Exception) -> bool:
    """Return True if a worker, not its work, is to blame."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ in (
        "KilledWorker",
        "CancelledError",
        "FutureCancelledError",
        "CommClosedError",
    )
