"""The folder of what is kept: many writers at once, kills, rights, room and full disks."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import simulation
from experiments.comparison.compare import compare
from experiments.kept import archives, cache
from experiments.kept import worlds as kept_worlds
from experiments.kept.worlds import steady
from tests.experiments.worlds_to_keep import SCENARIO, after, environment, files
from tests.places import small_place

# -- many at once ----------------------------------------------------------------------------------------------------------


WRITER = """
import sys
from experiments.kept import archives
from experiments.kept.worlds import steady
from tests.places import small_scenario
saved = steady(small_scenario(120, 24), 1, keep=False).saved
print("ready", flush=True)
while True:
    archives.save(sys.argv[1], saved, "smallton")
"""


def test_writers_that_are_killed_leave_nothing_that_counts(kept) -> None:
    name = "world-" + "0" * 64
    wanted = steady(SCENARIO, 1, keep=False).saved["residents"]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], env=environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    for n in range(40):
        found = archives.load(name)
        assert found is None or all((found["residents"][d] == wanted[d]).all() for d in wanted)
        if n == 20:
            writers[0].kill()
        time.sleep(0.005)
    for writer in writers:
        writer.kill()
        writer.wait()
    found = archives.load(name)
    assert found is not None and all((found["residents"][d] == wanted[d]).all() for d in wanted)
    for part in files(kept, ".part"):
        os.utime(part, (0, 0))
    archives.save("world-" + "1" * 64, {"month": 0}, "smallton")
    assert files(kept, ".part") == [], "what killed writers left is swept away"


ASKER = """
import sys
from experiments.kept.worlds import steady
from tests.places import small_scenario
from tests.worlds import digest
found = steady(small_scenario(400, 96), 1)
found.model.run(3)
print(int(found.fresh), digest(found.model))
"""


def test_two_processes_that_want_one_world_burn_it_in_once(kept) -> None:
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER], env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    found = [asker.communicate()[0].split() for asker in askers]
    assert sorted(f[0] for f in found) == ["0", "1"]
    assert len({f[1] for f in found}) == 1
    assert files(kept, ".lock") == []


def test_who_waits_for_a_process_that_is_killed_makes_the_world_itself(kept) -> None:
    code = "import time; from experiments.kept import archives\nwith archives.making('world-x'):\n    print('held', flush=True)\n    time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    waited = []

    def wait(_: int) -> None:
        waited.append(1)
        if len(waited) == 3:
            holder.send_signal(signal.SIGKILL)
            holder.wait()

    with archives.making("world-x", wait):
        assert len(waited) >= 3


def test_who_waits_can_be_called_off(kept) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with archives.making("world-y"), pytest.raises(KeyboardInterrupt), archives.making("world-y", stop):
        pass
    with archives.making("world-y", stop):
        pass


# -- the folder ----------------------------------------------------------------------------------------------------------


def test_only_the_user_may_look_into_it(kept) -> None:
    old = os.umask(0)
    try:
        steady(SCENARIO, 1)
    finally:
        os.umask(old)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept.parent / "sources").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.parent.rglob("*.*")} == {0o600}


@pytest.mark.parametrize("where", ["file/cache", "file", "\0"])
def test_where_nothing_can_be_written_everything_goes_on_and_it_is_said_once(where, tmp_path, monkeypatch, capfd) -> None:
    (tmp_path / "file").write_text("in the way")
    if where == "\0":
        monkeypatch.setattr(cache.os, "replace", full)
        where = "full"
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / where))
    monkeypatch.setattr(archives, "_unseen", [np.inf])
    cache._told[0] = 0
    monkeypatch.setenv(cache.TOLD, "")
    monkeypatch.delenv(cache.TOLD)  # and what is set meanwhile is taken back
    wanted = digest_of_fresh()
    assert [after(SCENARIO), after(SCENARIO)] == [(wanted, True), (wanted, True)]
    compare(SCENARIO, SCENARIO.with_(name="other"), replicates=2, months=12, workers=2)
    said = [line for line in capfd.readouterr().err.splitlines() if "nothing can be cached" in line]
    assert len(said) == 1
    assert str(tmp_path / where) in said[0] and cache.FOLDER in said[0]
    assert list(tmp_path.rglob("*.part")) == []


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def digest_of_fresh() -> str:
    return after(SCENARIO, keep=False)[0]


def test_the_least_recently_used_make_room(kept, monkeypatch) -> None:
    saved = {"month": 0, "residents": {"f4": np.zeros(1000, np.float32)}}
    monkeypatch.setattr(archives, "LIMIT", 30_000)
    names = [f"world-{n}" for n in range(12)]
    for n, name in enumerate(names):
        archives.save(name, saved, "x")
        for path in files(kept):
            os.utime(path, (1000 + int(path.stem[6:]), 1000 + int(path.stem[6:])))
        if n == 4:
            assert archives.load("world-0") is not None  # used just now
        if n >= 4 and (kept / "world-0.npz").exists():
            os.utime(kept / "world-0.npz", (2000, 2000))
        assert sum(path.stat().st_size for path in files(kept)) <= 30_000
    left = {path.stem for path in files(kept)}
    assert "world-0" in left and "world-1" not in left and "world-11" in left


def test_more_worlds_in_turn_than_fit_do_not_throw_out_each_other(kept, monkeypatch) -> None:
    saved = {"residents": {"f4": np.zeros(1000, np.float32)}}
    monkeypatch.setattr(archives, "LIMIT", 30_000)
    for _ in range(2):
        for n in range(12):
            archives.save(f"world-{n}", saved, "x")
    assert archives.load("world-0") is not None
    assert sum(path.stat().st_size for path in files(kept)) <= 30_000
    archives.save("world-huge", {"residents": {"f4": np.zeros(10_000, np.float32)}}, "x")
    assert archives.load("world-huge") is None


def test_what_is_kept_of_one_place_can_be_forgotten(kept) -> None:
    steady(SCENARIO, 1)
    steady(SCENARIO.with_(place=replace(small_place(), name="own-1")), 1)
    assert archives.forget("own-1") == 1
    assert not steady(SCENARIO, 1).fresh
    assert archives.held()["world"][0] == 1


def test_a_folder_of_somebody_else_is_not_used(kept, monkeypatch, capsys) -> None:
    monkeypatch.setattr(cache.os, "getuid", lambda: 12345)
    assert after(SCENARIO)[1] and after(SCENARIO)[1]
    assert "belongs to another user" in capsys.readouterr().err


def test_kept_worlds_depend_on_every_source_of_the_model(monkeypatch):
    paths: set[Path] = set()
    monkeypatch.setattr(kept_worlds, "_digest", lambda own, _: str(paths.update(own)))
    kept_worlds.code()
    assert paths >= set(Path(simulation.__file__).parent.rglob("*.py"))
