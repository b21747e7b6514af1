"""Kills at every step of the commit, of drivers, workers and schedulers: nothing lost, nothing twice, the same bytes."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from experiments.cli.command_line import main
from experiments.studies import store as storing
from experiments.studies import study as studies
from experiments.studies.engine import fill_store
from experiments.studies.results import Results
from experiments.studies.store import Store
from tests.planted import brisk, listed

STEPS = ("begin", "written", "flushed", "linked", "unlinked", "done")
ROOT = Path(__file__).resolve().parent.parent.parent
STUDY = listed(200, 2)
BRISK = listed(24, 1, brisk)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of results, by name."""
    return {p.name: p.read_bytes() for p in sorted((folder / "chunks").glob("*"))}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    """Return the bytes of a sweep that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "s"
    fill_store(Store.create(folder, STUDY, "test"), workers=1)
    return contents(folder)


def whole(folder: Path, undisturbed: dict[str, bytes]) -> None:
    """Assert that nothing is lost, nothing is there twice, and nothing differs."""
    assert contents(folder) == undisturbed
    found = Results(folder)
    assert found.runs["run_id"].tolist() == list(range(found.study.planned))
    assert not list((folder / "tmp").iterdir()), "no leftover"


def _doomed(store: Store, at: str, after: int) -> int:
    """Sweep in a child that kills itself at a step of its nth commit; return the child."""
    child = os.fork()
    if child:
        return child
    gc.freeze()  # what it shares with this process is not copied
    left = after

    def fatal(step: str) -> None:
        nonlocal left
        if step == at:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    storing.step = fatal
    try:
        fill_store(store, workers=1)
    finally:
        os._exit(0)


@pytest.mark.parametrize("number", [48, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])])
def test_kills_over_every_step_with_four_workers_on_one_list(tmp_path, number) -> None:
    """Four processes at a time work on one list, each killed at a step of one of its first commits, until all is there."""
    lot = random.Random(7)
    kills: dict[str, int] = dict.fromkeys(STEPS, 0)
    fill_store(Store.create(tmp_path / "undisturbed", BRISK, "test"), workers=1)
    undisturbed = contents(tmp_path / "undisturbed")
    while sum(kills.values()) < number:
        folder = tmp_path / str(sum(kills.values()))
        store = Store.create(folder, BRISK, "test")
        alive: dict[int, str] = {}
        while not store.done().all():
            while len(alive) < 4:
                at = STEPS[(sum(kills.values()) + len(alive)) % len(STEPS)]
                alive[_doomed(store, at, lot.randint(1, 2))] = at
            child, status = os.wait()
            kills[alive.pop(child)] += os.WIFSIGNALED(status)
        for child in alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        ended = fill_store(Store.open(folder, BRISK.measured), workers=1)
        assert ended.there == ended.chunks
        whole(folder, undisturbed)
    assert min(kills.values()) >= number // 10, kills


class Driver:
    """A sweep in a process of its own, a copy of this one.

    Args:
        scheduler: address of a Dask scheduler; none for processes.
    """

    def __init__(self, folder: Path, workers: int = 2, scheduler: str | None = None) -> None:
        self.folder, self.workers_wanted, self.scheduler = folder, workers, scheduler
        self.code: int | None = None
        self.pid = os.fork()
        if not self.pid:
            gc.freeze()
            code = 1
            try:
                code = self.drive()
            finally:
                os._exit(code)

    def drive(self) -> int:
        """Sweep; return the exit code."""
        fill_store(Store.open(self.folder, STUDY.measured), self.workers_wanted, self.scheduler)
        return 0

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if ended else None
        return self.code

    def wait(self) -> int:
        """Wait until it ends, which it does unless it hangs; return the exit code."""
        until = time.monotonic() + HANGS
        while self.poll() is None:
            assert time.monotonic() < until, f"the sweep hangs at {self.chunks()} chunks"
            time.sleep(0.01)
        assert self.code is not None
        return self.code

    def kill(self) -> None:
        """Kill it, not its workers."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def workers(self) -> list[psutil.Process]:
        """Return its workers."""
        try:
            return psutil.Process(self.pid).children() if self.poll() is None else []
        except psutil.NoSuchProcess:
            return []

    def chunks(self) -> int:
        """Return how many chunks there are."""
        return len(list((self.folder / "chunks").iterdir()))

    def works(self, more: int = 1) -> bool:
        """Wait until some more chunks are there; return False if it has ended."""
        before, until = self.chunks(), time.monotonic() + HANGS
        while self.poll() is None and self.chunks() < before + more:
            assert time.monotonic() < until, f"the sweep hangs at {before} chunks"
            time.sleep(0.005)
        return self.poll() is None


HANGS = 240  # seconds without a chunk of some milliseconds


@contextlib.contextmanager
def _load(processes: int) -> Iterator[None]:
    """Keep the machine busy with other things."""
    busy = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def _swept_again(folder: Path, undisturbed: dict[str, bytes]) -> None:
    """Do what is left, and assert that all is as if nothing had happened."""
    ended = fill_store(Store.open(folder, STUDY.measured), workers=1)
    assert ended.there == ended.chunks
    whole(folder, undisturbed)


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])])
def test_a_sweep_whose_workers_are_killed_under_load_never_hangs(tmp_path, undisturbed, kills) -> None:
    lot, killed, sweeps = random.Random(3), 0, 0
    with _load(4 if kills > 50 else 0):
        while killed < kills:
            sweeps += 1
            folder = tmp_path / str(sweeps)
            Store.create(folder, STUDY, "test")
            driver = Driver(folder, 3)
            while killed < kills and driver.works(lot.randint(1, 3)):
                for victim in lot.sample(driver.workers(), 1) if driver.workers() else []:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        victim.kill()
                        killed += 1
            assert driver.wait() == 0
            _swept_again(folder, undisturbed)


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])])
def test_the_same_bytes_though_drivers_workers_and_all_are_killed(tmp_path, undisturbed, kills) -> None:
    folder, lot = tmp_path / "0", random.Random(5)
    Store.create(folder, STUDY, "test")
    driver = Driver(folder)
    for number in range(kills):
        if not driver.works(2):
            assert driver.wait() == 0
            _swept_again(folder, undisturbed)
            folder = tmp_path / f"{number}"
            Store.create(folder, STUDY, "test")
            driver = Driver(folder)
            driver.works(2)
        what, workers = ("worker", "driver", "all")[number % 3], driver.workers()
        for one in workers if what == "all" else lot.sample(workers, min(what == "worker", len(workers))):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        if what != "worker":
            driver.kill()
            _, alive = psutil.wait_procs(workers, timeout=HANGS)
            assert not alive, "workers end when their driver is gone"
            driver = Driver(folder)
    assert driver.wait() == 0
    _swept_again(folder, undisturbed)


class Command(Driver):
    """The command `sweep`, in a session of its own, as started from a terminal."""

    def drive(self) -> int:
        """Run the command."""
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        studies.read_study = lambda path: STUDY
        return main(["sweep", "study.yaml", "--out", str(self.folder), "--workers", str(self.workers_wanted)])


def test_ctrl_c_ends_a_sweep_with_130_and_keeps_what_is_complete(tmp_path, undisturbed, capfd) -> None:
    folder = tmp_path / "s"
    Store.create(folder, STUDY, "test")
    command = Command(folder)
    assert command.works(3)
    workers = command.workers()
    os.killpg(command.pid, signal.SIGINT)
    assert command.wait() == 130
    assert not psutil.wait_procs(workers, timeout=HANGS)[1]
    there = int(Store.open(folder, STUDY.measured).done().sum())
    assert 3 <= there < len(undisturbed)
    said = capfd.readouterr().err
    assert (
        f"interrupted: {there} of {len(undisturbed)} chunks are complete and kept; run the same command again to continue" in said
    )
    assert "Traceback" not in said
    _swept_again(folder, undisturbed)


def test_two_drivers_on_one_store_do_no_harm(tmp_path, undisturbed) -> None:
    Store.create(tmp_path / "s", STUDY, "test")
    drivers = [Driver(tmp_path / "s") for _ in range(2)]
    assert [d.wait() for d in drivers] == [0, 0]
    whole(tmp_path / "s", undisturbed)


class Cluster:
    """A Dask scheduler and workers as processes of their own."""

    def __init__(self, port: int) -> None:
        self.address, self.port = f"tcp://127.0.0.1:{port}", port
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "30s"}
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        self.workers = [self.add() for _ in range(2)]

    def _start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def add(self) -> subprocess.Popen:
        """Start a worker."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "30")

    def close(self) -> None:
        """Kill whatever is left."""
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _disturb_dask(folder: Path, cluster: Cluster, kills: int) -> Cluster:
    """Kill workers, drivers and the scheduler in turn while a store is swept over and over; return the cluster that is left."""
    driver = Driver(folder, 2, cluster.address)
    for number in range(kills):
        if Store.open(folder).done().all():  # all there: take half away, and go on
            driver.wait()
            for path in sorted((folder / "chunks").iterdir())[::2]:
                path.unlink()
        if driver.poll() is not None:
            driver = Driver(folder, 2, cluster.address)
        driver.works()
        what = ("worker", "driver", "scheduler", "worker", "worker", "driver")[number % 6]
        if what == "worker":
            cluster.workers[0].kill()
            cluster.workers[0].wait()
            cluster.workers = [*cluster.workers[1:], cluster.add()]
        elif what == "driver":
            driver.kill()
        else:
            cluster.close()
            driver.wait()
            cluster = Cluster(_free_port())
    driver.kill()
    return cluster


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])])
def test_dask_gives_the_same_bytes_though_workers_drivers_and_the_scheduler_are_killed(tmp_path, undisturbed, kills) -> None:
    folder = tmp_path / "s"
    Store.create(folder, STUDY, "test")
    cluster = Cluster(_free_port())
    try:
        cluster = _disturb_dask(folder, cluster, kills)
        ended = fill_store(Store.open(folder, STUDY.measured), scheduler=cluster.address)
        assert ended.there == ended.chunks
    finally:
        cluster.close()
    storing.sweep_away(folder)
    whole(folder, undisturbed)
