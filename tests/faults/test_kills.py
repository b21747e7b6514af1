"""Kills at every step of the commit, of drivers, workers and schedulers: nothing lost, nothing twice, the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from experiments.studies import store as storing
from experiments.studies.engine import sweep
from experiments.studies.reading import Results
from experiments.studies.store import Store
from tests.planted import listed

STEPS = ("begin", "written", "flushed", "linked", "unlinked", "done")
ROOT = Path(__file__).resolve().parent.parent.parent
STUDY = listed(200, 2)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of results, by name."""
    return {p.name: p.read_bytes() for p in sorted((folder / "chunks").glob("*"))}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    """Return the bytes of a sweep that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "s"
    sweep(Store.create(folder, STUDY, "test"), workers=1)
    return contents(folder)


def whole(folder: Path, undisturbed: dict[str, bytes]) -> None:
    """Assert that nothing is lost, nothing is there twice, and nothing differs."""
    assert contents(folder) == undisturbed
    runs = Results(folder).runs
    assert runs["run_id"].tolist() == list(range(STUDY.planned))
    assert not list((folder / "tmp").iterdir()), "no leftover"


def _doomed(folder: Path, at: str, after: int) -> int:
    """Sweep in a child that kills itself at a step of its nth commit; return the child."""
    child = os.fork()
    if child:
        return child
    left = after

    def fatal(step: str) -> None:
        nonlocal left
        if step == at:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    storing.step = fatal
    try:
        sweep(Store.open(folder), workers=1)
    finally:
        os._exit(0)


def test_two_hundred_kills_over_every_step_with_four_workers_on_one_list(tmp_path, undisturbed) -> None:
    """Four processes at a time work on one list, each killed at a step of one of its first commits, until all is there."""
    lot = random.Random(7)
    kills: dict[str, int] = dict.fromkeys(STEPS, 0)
    for turn in range(34):
        folder = tmp_path / str(turn)
        Store.create(folder, STUDY, "test")
        alive: dict[int, str] = {}
        rounds = 0
        while True:
            while len(alive) < 4:
                at = STEPS[(sum(kills.values()) + len(alive)) % len(STEPS)]
                alive[_doomed(folder, at, lot.randint(1, 3))] = at
            child, status = os.wait()
            at = alive.pop(child)
            kills[at] += os.WIFSIGNALED(status)
            rounds += 1
            if sum(kills.values()) >= 6 * (turn + 1) or Store.open(folder).done().all():
                break
        for child in alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        ended = sweep(Store.open(folder), workers=1)
        assert ended.there == ended.chunks
        whole(folder, undisturbed)
    assert sum(kills.values()) >= 200, kills
    assert min(kills.values()) >= 20, kills


SCRIPT = """
import sys
from pathlib import Path
from experiments.studies.engine import sweep
from experiments.studies.store import Store
sweep(Store.open(Path(sys.argv[1])), workers=int(sys.argv[2]), scheduler=sys.argv[3] or None)
"""


def _driver(folder: Path, workers: int = 2, scheduler: str = "") -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(workers), scheduler],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _when_it_works(folder: Path, driver: subprocess.Popen, more: int = 1) -> None:
    """Wait until some more chunks are there, or the driver has ended."""
    before = len(list((folder / "chunks").iterdir()))
    until = time.monotonic() + 60
    while driver.poll() is None and len(list((folder / "chunks").iterdir())) < before + more and time.monotonic() < until:
        time.sleep(0.02)


def test_workers_that_are_killed_are_replaced_and_their_chunks_done_again(tmp_path, undisturbed) -> None:
    Store.create(tmp_path / "s", STUDY, "test")
    driver = _driver(tmp_path / "s", 3)
    killed = 0
    while driver.poll() is None and killed < 5:
        _when_it_works(tmp_path / "s", driver, 2)
        for child in psutil.Process(driver.pid).children() if driver.poll() is None else []:
            child.kill()
            killed += 1
            break
    assert driver.wait() == 0
    assert killed >= 3
    sweep(Store.open(tmp_path / "s"), workers=1)
    whole(tmp_path / "s", undisturbed)


def test_a_killed_driver_takes_its_workers_along_and_the_next_goes_on(tmp_path, undisturbed) -> None:
    Store.create(tmp_path / "s", STUDY, "test")
    for _ in range(3):
        driver = _driver(tmp_path / "s", 2)
        _when_it_works(tmp_path / "s", driver, 2)
        workers = psutil.Process(driver.pid).children() if driver.poll() is None else []
        driver.kill()
        driver.wait()
        _, alive = psutil.wait_procs(workers, timeout=300)
        assert not alive, "workers end when their driver is gone"
    sweep(Store.open(tmp_path / "s"), workers=2)
    whole(tmp_path / "s", undisturbed)


def test_two_drivers_on_one_store_do_no_harm(tmp_path, undisturbed) -> None:
    Store.create(tmp_path / "s", STUDY, "test")
    drivers = [_driver(tmp_path / "s", 2) for _ in range(2)]
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
    driver = _driver(folder, 2, cluster.address)
    for number in range(kills):
        if Store.open(folder).done().all():  # all there: take half away, and go on
            driver.wait()
            for path in sorted((folder / "chunks").iterdir())[::2]:
                path.unlink()
        if driver.poll() is not None:
            driver = _driver(folder, 2, cluster.address)
        _when_it_works(folder, driver, 1)
        what = ("worker", "worker", "driver", "worker", "driver", "scheduler")[number % 6]
        if what == "worker":
            cluster.workers[0].kill()
            cluster.workers[0].wait()
            cluster.workers = [*cluster.workers[1:], cluster.add()]
        elif what == "driver":
            driver.kill()
            driver.wait()
        else:
            cluster.close()
            driver.wait()
            cluster = Cluster(_free_port())
    driver.kill()
    driver.wait()
    return cluster


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])])
def test_dask_gives_the_same_bytes_though_workers_drivers_and_the_scheduler_are_killed(tmp_path, undisturbed, kills) -> None:
    folder = tmp_path / "s"
    Store.create(folder, STUDY, "test")
    cluster = Cluster(_free_port())
    try:
        cluster = _disturb_dask(folder, cluster, kills)
        ended = sweep(Store.open(folder), scheduler=cluster.address)
        assert ended.there == ended.chunks
    finally:
        cluster.close()
    storing.sweep_away(folder)
    whole(folder, undisturbed)
