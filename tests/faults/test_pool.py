"""Worker processes that are killed, crash, are halted, wait for ever, or whose driver is gone: nothing hangs, nothing is lost, all is said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from experiments import processes
from experiments.comparison.replicates import run_replicates, spread
from experiments.pool import MOST_DEATHS, Pool, WorkersLost
from experiments.processes import PATIENCE, Watchdog
from simulation.declared.parameters import InputError
from tests.faults import tasks
from tests.faults.tasks import Task
from tests.places import small_scenario
from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = ("fork", "forkserver", "spawn")
SQUARES = [n * n for n in range(6)]


def squares(task: Task, said: list[str], method: str = "fork", size: int = 2) -> list[int]:
    """Return what workers make of six numbers."""
    with Pool(task, size, "square", method, said.append) as pool:
        return sorted(pool.run(range(6)))


@pytest.mark.parametrize("method", METHODS)
def test_however_workers_are_started_a_task_whose_worker_is_killed_is_done_again(tmp_path, monkeypatch, method) -> None:
    said: list[str] = []
    assert squares(Task(str(tmp_path), "killed"), said, method) == SQUARES
    assert len(said) == 1 and "was killed (SIGKILL, as the system does when memory runs out); square 3 is repeated" in said[0]
    monkeypatch.setenv("PLANTED", method)
    monkeypatch.chdir(tmp_path)
    with Pool(tasks.surroundings, 1, method=method) as pool:
        assert list(pool.run([0])) == [(method, str(tmp_path))], "workers have the environment and the folder of now"


@pytest.mark.parametrize(
    ("fate", "how"),
    [("told_to_end", "was killed (SIGTERM)"), ("leaves", "ended with exit code 7"), ("leaves_a_child", "ended with exit code 7")],
)
def test_a_task_whose_worker_ends_is_done_again_even_if_a_child_holds_the_pipe(tmp_path, monkeypatch, fate, how) -> None:
    monkeypatch.setenv(PATIENCE, "1")  # it looks often
    monkeypatch.setattr("experiments.processes.LEAVE", 0.2)  # a worker that is told to end leaves time for who started it to end it
    said: list[str] = []
    assert squares(Task(str(tmp_path), fate), said) == SQUARES
    assert [how in one and "square 3 is repeated" in one for one in said] == [True]


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_while_workers_start_ends_in_tracebacks(tmp_path, sign) -> None:
    """The process that workers are copied from is about to import what they need."""
    (tmp_path / "imported.py").write_text("import os, time\nopen('importing', 'w').close()\ntime.sleep(0.6)\n")
    (tmp_path / "started.py").write_text(
        "import signal, sys\nfrom experiments import processes\nfrom experiments.pool import Pool\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "processes.PRELOAD[:] = ['imported']\n"
        "try:\n    with Pool(abs, 2, method='forkserver') as pool:\n        list(pool.run(range(6)))\n        input()\n"
        "except KeyboardInterrupt:\n    sys.exit(130)\n"
    )
    with subprocess.Popen(
        [sys.executable, "started.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as driver:  # fmt: skip
        while not (tmp_path / "importing").exists() and driver.poll() is None:
            time.sleep(0.01)
        os.killpg(driver.pid, sign)
        _, err = driver.communicate(timeout=60)
    assert (driver.returncode, err) == (128 + sign, "")


def test_a_task_that_takes_every_worker_along_is_named_and_the_others_are_done(tmp_path) -> None:
    fatal, said, lost, there = Task(str(tmp_path), "leaves", always=True), [], [], []
    with Pool(fatal, 2, "square", "fork", said.append) as pool:
        there += pool.run(range(6), lambda task, how: lost.append((task, how)))
    assert sorted(there) == [n for n in SQUARES if n != 9]
    assert lost == [(3, "ended with exit code 7")]
    assert len(said) == MOST_DEATHS and said[-1].endswith("square 3 is given up")
    with pytest.raises(WorkersLost, match=r"^replicate 3: given up, as its worker died 6 times, .* ended with exit code 7"):
        list(spread(fatal, range(6), 2))


@pytest.mark.parametrize("fate", ["is_halted", "waits_for_itself"])
def test_a_worker_that_does_nothing_is_told_of_then_ended_and_its_task_done_again(tmp_path, monkeypatch, fate) -> None:
    monkeypatch.setenv(PATIENCE, "1")
    said: list[str] = []
    assert squares(Task(str(tmp_path), fate), said) == SQUARES
    assert "(square 3) has done nothing for" in said[0] and "after 1 seconds it is stopped, and its work is repeated" in said[0]
    assert said[1].endswith("it is stopped")
    assert said[2].endswith("was stopped, as it did nothing; square 3 is repeated")


@pytest.mark.parametrize("fate", ["works_long", "has_a_child_that_works"])
def test_a_worker_that_works_long_is_left_alone(tmp_path, monkeypatch, fate) -> None:
    monkeypatch.setenv(PATIENCE, "1")
    said: list[str] = []
    assert squares(Task(str(tmp_path), fate, always=True), said) == SQUARES
    assert not said


def test_a_clock_that_jumps_kills_nobody(monkeypatch) -> None:
    """A machine that slept for an hour: nobody has worked meanwhile, and nobody is to blame."""
    idle, said, now = Idle(), [], [0.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: now[0])
    watchdog = Watchdog(said.append)
    for passed in (5.0, 3600.0, 5.0):
        now[0] += passed
        watchdog.look([(idle, "square 3")])  # type: ignore[list-item]
    assert idle.idle == 20 and not said


class Idle:
    """A worker that does nothing."""

    idle, warned = 0.0, False
    process = SimpleNamespace(pid=1)

    def works(self, passed: float) -> bool:
        return False


def test_patience_that_is_no_number_is_refused(monkeypatch) -> None:
    monkeypatch.setenv(PATIENCE, "long")
    with pytest.raises(InputError, match="GROUNDSWELL_PATIENCE: 'long'; allowed: seconds, from 1"):
        Pool(tasks.wrong, 2)


def test_an_error_of_a_task_comes_back_whatever_it_is() -> None:
    with Pool(tasks.wrong, 2, method="fork") as pool, pytest.raises(RuntimeError, match=r"^Own: \d and 2$"):
        list(pool.run(range(4)))
    with Pool(tasks.nothing_to_send, 2, method="fork") as pool, pytest.raises(TypeError, match="pickle"):
        list(pool.run(range(4)))
    with Pool(int, 2, method="fork") as pool, pytest.raises(ValueError, match="invalid literal") as caught:
        list(pool.run(["1", "x"]))
    assert "in a worker process" in caught.value.__notes__[0], "with the worker's traceback"


def test_a_free_worker_that_is_killed_is_replaced(tmp_path) -> None:
    said: list[str] = []
    with Pool(Task(str(tmp_path), "killed"), 1, "square", "fork", said.append) as pool:
        assert list(pool.run([1])) == [1]
        victim = pool._free[0].process
        victim.kill()
        victim.join()
        assert list(pool.run([2])) == [4]
    assert not said


DRIVER = """
import sys
from experiments import processes
from experiments.pool import Pool
from tests.faults import tasks
processes.PRELOAD = []
if __name__ == "__main__":
    with Pool(getattr(tasks, sys.argv[1]), 2, method=sys.argv[2]) as pool:
        print("started", flush=True)
        list(pool.run(range(4)))
"""


def _family(process: psutil.Process, least: int) -> list[psutil.Process]:
    """Return the descendants of a process when there are enough of them."""
    while len(found := process.children(recursive=True)) < least:
        assert process.is_running()
    return found


@pytest.mark.parametrize(
    ("doing", "method", "least"),
    [("busy", "fork", 2), ("asleep", "fork", 2), ("asleep", "forkserver", 3), ("busy", "spawn", 2)],
)
def test_no_process_is_left_when_the_driver_is_killed_whatever_they_do(doing, method, least) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, doing, method], env=environment, stdout=subprocess.PIPE)
    assert driver.stdout is not None and driver.stdout.readline() == b"started\n"
    family = _family(psutil.Process(driver.pid), least)
    driver.kill()
    driver.wait()
    driver.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=60)
    for one in alive:
        one.kill()
    assert not alive


SERVER = """
import time
from experiments.serving import Workers
from experiments.serving.tasks import Replicate
from scenarios import load_scenario
if __name__ == "__main__":
    workers = Workers(2)
    scenarios = (load_scenario("baseline", None, 50_000),)
    workers.submit("me", scenarios, [Replicate(n, 1, 1200, (), "none", (0,)) for n in range(2)], print, print)
    print("started", flush=True)
    time.sleep(10_000)
"""


def test_no_process_is_left_when_the_server_is_killed(tmp_path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-c", SERVER], env=environment, stdout=subprocess.PIPE)
    assert server.stdout is not None and server.stdout.readline() == b"started\n"
    family = _family(psutil.Process(server.pid), 3)
    server.kill()
    server.wait()
    server.stdout.close()
    alive = psutil.wait_procs(family, timeout=60)[1]
    for one in alive:
        one.kill()
    assert not alive


def test_no_other_module_starts_worker_processes() -> None:
    starts = re.compile(r"^\s*(?:import|from) +multiprocessing\b|ProcessPoolExecutor", re.MULTILINE)
    found = {p.name for f in FLOORS for p in (ROOT / f).rglob("*.py") if starts.search(p.read_text(encoding="utf-8"))}
    assert found == {"processes.py", "lifeline.py", "compile.py"}, "use experiments.pool, or Worker of experiments.processes"


def test_ctrl_c_ends_workers_at_once_and_leaves_none(tmp_path) -> None:
    """The driver is interrupted while it waits; the error goes its way, and no worker is left."""
    said: list[str] = []
    before = set(psutil.Process().children())

    def interrupted() -> None:
        with Pool(Task(str(tmp_path), "killed"), 2, "square", "fork", said.append) as pool:
            for _ in pool.run(range(6)):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert set(psutil.Process().children()) == before


def test_fresh_interpreters_give_the_same_replicates_as_this_process(monkeypatch) -> None:
    """Windows and macOS start workers so."""
    run = partial(run_replicates, [small_scenario(120, 12)], 1, range(3), 12)
    expected = {r.replicate: r.results.tobytes() for r in run(workers=1)}
    monkeypatch.setattr(processes, "start_method", lambda: "spawn")
    assert {r.replicate: r.results.tobytes() for r in run(workers=2)} == expected
