"""The engine: processes or Dask with one code path; workers commit results, the driver hands out chunks and counts."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from simulation.declared.parameters import InputError

from ..comparison.replicates import default_workers
from ..extras import advice
from ..kept import cache
from ..output import OutputError
from ..pool import MOST_DEATHS, Pool, Queue
from .runs.work import work
from .store import Address, Store, pending, sweep_away

ANSWER = 5.0  # seconds that a scheduler has to answer
WINDOW = 2  # chunks handed out for each worker of a Dask cluster
SCHEDULER = re.compile(r"(?:(?:tcp|tls|wss?)://)?(?:[^\s/:@\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/?", re.ASCII)
Show = Callable[[int, int, int], None]
Lost = Callable[[int, str], None]


@dataclass
class Swept:
    """How a sweep ended.

    Attributes:
        chunks, there: planned, and there now (of the shard).
        failed: runs that failed in this sweep.
        model_seconds, work_seconds: time in the model, and of workers in all, this sweep.
        burn_ins, burn_in_seconds: worlds that were burnt in, and the part of the model's time that went into them.
        abandoned: chunks whose workers kept dying.
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
    """One finished chunk, and what it took; fields as in `Swept`."""

    chunk: int
    failed: int = 0
    model_seconds: float = 0.0
    work_seconds: float = 0.0
    burn_ins: int = 0
    burn_in_seconds: float = 0.0


@lru_cache(maxsize=4)
def _opened(address: Address) -> Store:
    store = Store.open(Path(address.folder), address.measured)
    store.order  # noqa: B018 - made once for each worker
    return store


def do_chunk(address: Address, chunk: int, keep: bool = True) -> Done:
    """Do one chunk and store it, in any process; `keep` says whether worlds are kept for other chunks too."""
    started = time.perf_counter()
    store = _opened(address)
    if store.has(chunk):
        return Done(chunk)
    worked = work(store.study, store.order.runs(chunk, store.study.replicates), keep and store.order.shared)
    store.commit(chunk, worked)
    whole = time.perf_counter() - started
    return Done(chunk, worked.failed, worked.model_seconds, whole, worked.burn_ins, worked.burn_in_seconds)


async def _greet(address: str) -> None:
    """Connect to a scheduler once: a client that cannot ends in a traceback of its own when it is thrown away."""
    from distributed.comm import connect
    from distributed.security import Security

    comm = await connect(address, timeout=ANSWER, **Security().get_connection_args("client"))
    comm.abort()


class Dask:
    """Workers of a Dask cluster, by the address of its scheduler; they see the same folder."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(f"scheduler: Dask is not installed; {advice('cluster')}") from None
        named = SCHEDULER.fullmatch(address)
        if named is None or not 1 <= int(named["port"]) <= 65535:
            raise InputError(f"scheduler: '{address}'; allowed: tcp://HOST:PORT (or tls, ws, wss), such as tcp://127.0.0.1:8786")
        try:
            with ThreadPoolExecutor(1) as beside:  # its own loop, as this thread may already have one
                beside.submit(asyncio.run, _greet(address)).result()
            self._client = Client(address, timeout=ANSWER, set_as_default=False)
        except Exception as error:  # whatever it raises for certificates that are missing, say
            said = " ".join(str(error).split())
            raise InputError(f"scheduler: {address}: no answer ({said}); start one with: dask scheduler, or leave it out") from None
        self._size = 1
        self._count()

    def _count(self) -> None:
        """Count the workers, if the scheduler reports them."""
        with contextlib.suppress(Exception):
            self._size = max(sum(self._client.nthreads().values()), 1)

    def __enter__(self) -> Dask:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # the cluster keeps running for others
            self._client.close(timeout=2)

    def run(self, address: Address, chunks: Iterable[int], lost: Lost) -> Iterator[Done]:
        """Hand out chunks within a window and give what comes back; as `Pool.run`, whose rule it is what becomes of a chunk whose worker died."""
        queue: Queue[int] = Queue(chunks, lost)
        running: dict[Any, int] = {}
        while True:
            while len(running) < WINDOW * self._size:
                chunk = queue.next(len(running))
                if chunk is None:
                    break
                running[self._submit(address, chunk)] = chunk
            if not running:
                return
            for future in self._first(set(running)):
                chunk = running.pop(future)
                try:
                    done = future.result()
                except Exception as error:
                    if type(error).__name__ not in ("KilledWorker", "CancelledError", "FutureCancelledError", "CommClosedError"):
                        raise
                    queue.died(chunk, f"was lost by the cluster ({type(error).__name__})")
                    self._count()
                else:
                    yield done

    def _check(self) -> None:
        """A scheduler that is gone ends the sweep."""
        if self._client.status not in ("running", "connecting"):
            raise OutputError("the scheduler is gone; what is complete is kept, run the command again to continue")

    def _submit(self, address: Address, chunk: int) -> Any:
        """Hand out a chunk; never a kept result: the file says whether it is done."""
        self._check()
        return self._client.submit(do_chunk, address, chunk, cache.folder() is not None, pure=False, retries=MOST_DEATHS // 2)

    def _first(self, futures: set[Any]) -> set[Any]:
        """Wait for some."""
        from distributed import wait as wait_for

        self._check()
        try:
            with self._client.as_current():
                return set(wait_for(list(futures), timeout=2.0, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            return set()


def look_for(scheduler: str | None) -> None:
    """Raise `InputError` if a scheduler is named and does not answer; called before a store is made."""
    if scheduler is not None:
        with Dask(scheduler):
            pass


def _do(address: Address, chunks: Iterable[int], workers: int, scheduler: str | None, lost: Lost) -> Generator[Done, None, None]:
    """Do chunks under Dask, in worker processes, or one after the other in this process."""
    if scheduler is not None:
        with Dask(scheduler) as cluster:
            yield from cluster.run(address, chunks, lost)
    elif workers > 1:
        with Pool(partial(do_chunk, address), workers, "chunk") as pool:
            yield from pool.run(chunks, lost)
    else:
        for chunk in chunks:
            yield do_chunk(address, chunk)


def fill_store(
    store: Store,
    workers: int | None = None,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    progress: Show | None = None,
) -> Swept:
    """Do every planned chunk that is missing.

    Args:
        workers: processes; None takes all cores. Neither their number nor Dask changes a byte.
        scheduler: address of a Dask scheduler, instead of processes.
        shard: number from 1 and of how many: do only that part of the chunks.
        progress: called with chunks there, planned, and runs that failed.

    Raises:
        OutputError: a file could not be written or was removed meanwhile, or the scheduler is gone; what is complete is kept.
        KeyboardInterrupt: what is complete is kept.
    """
    sweep_away(store.folder)
    store.set_aside()
    mine = len([c for c in range(store.chunks) if shard is None or c % shard[1] == shard[0] - 1]) if shard else store.chunks
    left = list(pending(store, shard))
    ended = Swept(mine, mine - len(left))
    if progress:
        progress(ended.there, mine, 0)
    if not left:
        return ended
    size = min(workers or default_workers(), len(left))
    chunks = _in_time(store, left, ended)
    kept: list[int] = []
    doing = _do(store.address, chunks, size, scheduler, lambda chunk, how: ended.abandoned.append(chunk))
    try:
        with contextlib.closing(doing):
            for done in doing:
                ended.take_in(done)
                kept.append(done.chunk)
                if progress:
                    progress(ended.there, mine, ended.failed)
    finally:
        sweep_away(store.folder)  # leftovers of killed workers
    _refuse_lost(store, kept)
    return ended


def _refuse_lost(store: Store, kept: list[int]) -> None:
    """Raise `OutputError` if chunks that were written no longer exist."""
    gone = [chunk for chunk in set(kept).difference(store.ledger.entered()) if not store.has(chunk)]
    if gone:
        raise OutputError(
            f"{store.folder}: {len(gone):,} chunks that were written are gone, as the folder was removed or changed in the meantime; run the command again to continue"
        )


def _in_time(store: Store, left: list[int], ended: Swept) -> Iterator[int]:
    """Yield chunks until the budget of minutes is used up."""
    minutes, started = store.study.budget.minutes, time.monotonic()
    for chunk in left:
        if minutes is not None and time.monotonic() - started > 60 * minutes:
            ended.out_of_time = True
            return
        yield chunk
