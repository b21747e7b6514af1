"""Worlds and runs that are kept on disk: the same to the byte, never another's, whatever happens to the files."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import archives, cache, kept_worlds, sources
from experiments.command_line import main
from experiments.comparing import compare
from experiments.kept_worlds import steady
from experiments.running import RunRequest, run_once
from scenarios.catalogue import CATALOGUE
from scenarios.places import read_place
from scenarios.places.writing import place_files
from simulation import People, Scenario, Ties
from tests.places import small_place, small_scenario
from tests.worlds import differing, digest

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIO = small_scenario(120, 24)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setattr(archives, "_unseen", [np.inf])
    cache._told[0] = 0
    return tmp_path / "cache" / "archives"


def files(folder: Path, ending: str = ".npz") -> list[Path]:
    return sorted(folder.glob(f"*{ending}"))


def after(scenario: Scenario, months: int = 6, **options: Any) -> tuple[str, bool]:
    """Return the digest of a world some months after burn-in, and whether it was burnt in now."""
    found = steady(scenario, 1, **options)
    found.model.run(months)
    return digest(found.model), found.fresh


class ForeignPlace:
    """A place that is no table: it draws what somebody says, and may draw otherwise than it lets on."""

    parameters: Mapping[str, float] = MappingProxyType({"needs.chase": 0.2})
    age_bands, qualifications, wards, ties, name = ("young", "old"), ("none", "some", "more"), ("all",), None, "abroad"

    def __init__(self, decile: int) -> None:
        self.fingerprint = "always the same"
        ForeignPlace.hidden = decile

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        slots = np.arange(population)
        zero, code = np.zeros(population, np.int32), (slots % 2).astype(np.uint8)
        return People(slots, (slots // 2).astype(np.int32), zero, zero, np.full(population, self.hidden, np.uint8), code, code, code,
                      (slots % 3).astype(np.uint8), np.ones(population, np.float32))  # fmt: skip


def uploaded(folder: Path) -> Scenario:
    """Return a scenario in a place that is read from files, with services under names of its own."""
    for name, text in place_files(small_place(), "uploaded").items():
        (folder / name).write_text(text)
    services = "".join(f"  - {{name: {n}, stands_for: {s}, response_months: 2}}\n" for n, s in (("town", "council"), ("homes", "housing"), ("police", "police"), ("clinic", "health")))  # fmt: skip
    (folder / "place.yaml").write_text((folder / "place.yaml").read_text() + "services:\n" + services)
    from scenarios.files import of_place

    place = read_place(folder / "place.yaml")
    return Scenario("uploaded", place, population=120, burn_in=24, **of_place(place))


def with_own_ties() -> Scenario:
    """Return a scenario whose place has a network of its own."""
    ends = np.arange(119)
    return SCENARIO.with_(place=replace(small_place(), ties=Ties.from_pairs(120, ends, ends + 1, np.ones(119))))


SCENARIOS = {
    "plain": lambda folder: SCENARIO,
    "until steady": lambda folder: small_scenario(120, None),
    "from high": lambda folder: SCENARIO.with_(start="high"),
    "with interventions": lambda folder: SCENARIO.with_(interventions=(CATALOGUE["closing-the-loop"],), loops_off=("fatigue",)),
    "own ties": lambda folder: with_own_ties(),
    "uploaded": uploaded,
    "foreign": lambda folder: Scenario("abroad", ForeignPlace(3), population=60, burn_in=12),
}


@pytest.mark.parametrize("which", list(SCENARIOS))
def test_a_kept_world_goes_on_as_the_fresh_one_does(which, kept, tmp_path) -> None:
    scenario = SCENARIOS[which](tmp_path)
    fresh = steady(scenario, 1, replicate=2, record_events=True)
    taken = steady(scenario, 1, replicate=2, record_events=True)
    assert (fresh.fresh, taken.fresh, len(files(kept))) == (True, False, 1)
    assert differing(fresh.model, taken.model) == []
    for found in (fresh, taken):
        found.model.run(6)
    assert digest(taken.model) == digest(fresh.model)
    pd.testing.assert_frame_equal(taken.model.events(), fresh.model.events())


def test_another_scenario_seed_or_replicate_is_another_world(kept) -> None:
    steady(SCENARIO, 1)
    others = [
        (SCENARIO, 2, 0), (SCENARIO, 1, 1), (SCENARIO.with_(parameters={"needs.chase": 0.3}), 1, 0), (SCENARIO.with_(population=121), 1, 0),
        (SCENARIO.with_(services=(replace(SCENARIO.services[0], response_months=3.5), *SCENARIO.services[1:])), 1, 0),
        (SCENARIO.with_(forms=(replace(SCENARIO.forms[0], effort=1.0), *SCENARIO.forms[1:])), 1, 0),
    ]  # fmt: skip
    assert all(steady(scenario, seed, replicate).fresh for scenario, seed, replicate in others)
    assert not steady(SCENARIO.with_(name="other", description="words", loops_off=("regard",)), 1).fresh


def test_a_place_that_draws_otherwise_than_it_says_gets_its_own_world(kept) -> None:
    assert steady(Scenario("abroad", ForeignPlace(3), population=60, burn_in=12), 1).fresh
    other = steady(Scenario("abroad", ForeignPlace(8), population=60, burn_in=12), 1)
    assert other.fresh
    assert (other.model.residents.decile == 8).all()


# -- damage --------------------------------------------------------------------------------------------------------------


def test_a_file_with_any_byte_flipped_is_made_again(kept) -> None:
    wanted, _ = after(SCENARIO)
    (path,) = files(kept)
    whole = path.read_bytes()
    places = np.random.default_rng(1).integers(0, len(whole), 60).tolist()
    for at in (0, 1, 30, len(whole) - 1, len(whole) - 33, len(whole) // 2, *places):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        assert archives.load(path.stem) is None, at
        assert not path.exists(), "a damaged file is removed"
    assert after(SCENARIO) == (wanted, True)
    assert after(SCENARIO) == (wanted, False)


def test_files_that_are_cut_off_empty_or_of_something_else_are_made_again(kept, tmp_path) -> None:
    wanted, _ = after(SCENARIO)
    (path,) = files(kept)
    whole = path.read_bytes()
    stranger = tmp_path / "stranger"
    np.savez(stranger, month=np.array(0))
    bad = pickle.dumps(os.system)
    for content in (b"", b"x", whole[:-1], whole[:1000], whole[:-32], whole + b"x", stranger.with_suffix(".npz").read_bytes(), bad):
        path.write_bytes(content)
        assert after(SCENARIO) == (wanted, True)
        assert path.read_bytes()[:2] == b"PK"


def test_a_file_under_the_name_of_another_world_is_no_world(kept) -> None:
    after(SCENARIO)
    (one,) = files(kept)
    wanted, _ = after(SCENARIO.with_(start="low"))
    (other,) = (path for path in files(kept) if path != one)
    other.write_bytes(one.read_bytes())
    assert after(SCENARIO.with_(start="low")) == (wanted, True)


def test_a_file_that_numpy_can_read_holds_the_checkpoint(kept) -> None:
    model = steady(SCENARIO, 1).model
    with np.load(files(kept)[0], allow_pickle=False) as arrays:
        assert (arrays["residents.f4"] == model.residents.blocks["f4"]).all()


WRITER = """
import sys
from experiments import archives
from experiments.kept_worlds import steady
from tests.places import small_scenario
saved = steady(small_scenario(120, 24), 1, keep=False).saved
print("ready", flush=True)
while True:
    archives.save(sys.argv[1], saved, "smallton")
"""


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


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
from experiments.kept_worlds import steady
from tests.places import small_scenario
from tests.worlds import digest
found = steady(small_scenario(400, 96), 1)
found.model.run(3)
print(int(found.fresh), digest(found.model))
"""


def test_two_processes_that_want_one_world_burn_it_in_once(kept) -> None:
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER], env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    found = [asker.communicate()[0].split() for asker in askers]
    assert sorted(f[0] for f in found) == ["0", "0", "1"]
    assert len({f[1] for f in found}) == 1
    assert files(kept, ".lock") == []


def test_who_waits_for_a_process_that_is_killed_makes_the_world_itself(kept) -> None:
    code = "import time; from experiments import archives\nwith archives.making('world-x'):\n    print('held', flush=True)\n    time.sleep(600)"
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
    said = [line for line in capfd.readouterr().err.splitlines() if "nothing is kept for the next time" in line]
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


# -- sources -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """A file of sources that may be changed."""
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text((ROOT / "simulation" / "drift.py").read_text())
    return path


def test_comments_and_docstrings_change_no_digest_and_code_does(copied) -> None:
    text = copied.read_text()
    before = sources.digest([copied])
    for same in (
        text + "\n# more\n",
        text.replace('"""', '"""More. ', 1),
        text.replace("\n\n\n", "\n\n# between\n\n"),
        text.replace("# ", "#  "),
    ):
        assert same != text
        copied.write_text(same)
        assert sources.digest([copied]) == before
    for other in (
        text + "\nMORE = 1\n",
        text.replace("0.5", "0.6", 1),
        text.replace("+=", "-=", 1),
        text.replace('"drift"', '"drift "', 1),
    ):
        assert other != text
        copied.write_text(other)
        assert sources.digest([copied]) != before


def test_what_lies_inside_texts_is_no_comment() -> None:
    one, other = 'x = """a\n\n# b\n"""\n', 'x = """a\n# b\n"""\n'
    assert sources.plain(one) != sources.plain(other)
    assert sources.plain('x = "# a"  # b\n') == 'x = "# a"'
    assert sources.plain('def f():\n    """Ü"""; return "ü"  # ü\n') == 'def f():\n    ; return "ü"'


def test_a_digest_is_remembered_and_a_damaged_note_is_not_believed(copied, kept) -> None:
    memory = kept.parent / "sources"
    found = sources.digest([copied], memory)
    (note,) = memory.iterdir()
    assert note.read_text() == found == sources.digest([copied])
    for bad in (b"", b"0" * 63, b"x" * 64, b"\xff" * 64):
        note.write_bytes(bad)
        assert sources.digest([copied], memory) == found


def test_sources_that_were_edited_after_the_start_keep_nothing(kept, monkeypatch) -> None:
    monkeypatch.setattr(kept_worlds, "_STARTED", 0.0)
    kept_worlds._digest.cache_clear()
    try:
        assert after(SCENARIO)[1] and after(SCENARIO)[1]
        assert files(kept) == []
    finally:
        kept_worlds._digest.cache_clear()


def test_all_code_that_makes_a_burnt_in_world_is_in_its_name(tmp_path) -> None:
    """Every function of ours that runs while a world is made lies in a file that its name is made of."""
    ran: set[str] = set()
    scenarios = [uploaded(tmp_path), with_own_ties()]

    def watch(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            ran.add(frame.f_code.co_filename)

    sys.setprofile(watch)
    try:
        for scenario in scenarios:
            steady(scenario, 1, keep=False)
    finally:
        sys.setprofile(None)
    own = {Path(name).relative_to(ROOT).as_posix() for name in ran if name.startswith(str(ROOT)) and "/.venv/" not in name}
    named = {name for name in own if name.startswith("simulation/")} | set(kept_worlds.DRAWING)
    assert {"simulation/drift.py", "scenarios/people.py", "scenarios/places/place.py"} <= own
    assert own - named <= {"experiments/kept_worlds.py", "tests/experiments/test_kept_worlds.py"}


# -- who uses them -------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_burn_in(monkeypatch) -> Iterator[list[int]]:
    """Count the months that are lived."""
    lived: list[int] = []
    month = kept_worlds.ParticipationModel.live_a_month
    monkeypatch.setattr(kept_worlds.ParticipationModel, "live_a_month", lambda model: (lived.append(model.month), month(model))[1])
    return lived


def test_a_comparison_made_again_runs_only_what_is_new(kept, no_burn_in) -> None:
    tried = [
        SCENARIO.with_(name=name, interventions=(CATALOGUE[name],))
        for name in ("closing-the-loop", "front-line-engagement", "co-design")
    ]
    options: dict[str, Any] = {"replicates": 3, "months": 12, "workers": 1}
    first = compare(SCENARIO, *tried[:2], **options)
    fresh = len(no_burn_in)
    no_burn_in.clear()
    again = compare(SCENARIO, *tried[:2], **options)
    assert no_burn_in == []
    assert again.to_json() == first.to_json()
    assert hashlib.sha256(again.series.tobytes()).digest() == hashlib.sha256(first.series.tobytes()).digest()
    more = compare(SCENARIO, *tried, **options)
    assert 0 < len(no_burn_in) < fresh / 3
    assert min(no_burn_in) >= 0, "the world is not burnt in again"
    with cache.kept_in(None):
        wanted = compare(SCENARIO, *tried, **options)
    np.testing.assert_array_equal(more.results, wanted.results)
    assert more.to_json() == wanted.to_json()


def test_runs_with_steps_of_ones_own_are_run_each_time(kept, no_burn_in) -> None:
    rate = [0.0]
    own = replace(CATALOGUE["co-design"], name="own", step=lambda model, intensity: np.add(model.residents.attachment, rate[0], out=model.residents.attachment))  # fmt: skip
    options: dict[str, Any] = {"replicates": 2, "months": 12, "workers": 1}
    one = compare(SCENARIO, SCENARIO.with_(name="own", interventions=(own,)), **options)
    rate[0] = 0.01
    other = compare(SCENARIO, SCENARIO.with_(name="own", interventions=(own,)), **options)
    np.testing.assert_array_equal(one.results[:, 0], other.results[:, 0])
    assert not np.array_equal(one.results[:, 1], other.results[:, 1], equal_nan=True)


def test_other_months_measures_and_seeds_are_other_runs(kept) -> None:
    other = SCENARIO.with_(name="other", loops_off=("fatigue",))
    for options in ({"months": 12}, {"months": 13}, {"months": 12, "seed": 2}, {"months": 12, "monthly": ("trust",)}):
        found = compare(SCENARIO, other, replicates=2, workers=1, **options)  # type: ignore[arg-type]
        with cache.kept_in(None):
            wanted = compare(SCENARIO, other, replicates=2, workers=1, **options)  # type: ignore[arg-type]
        np.testing.assert_array_equal(found.series, wanted.series)
        np.testing.assert_array_equal(found.results, wanted.results)


def test_a_run_and_its_events_are_the_same_from_a_kept_world(kept, tmp_path) -> None:
    for n in (0, 1):
        request = RunRequest(
            "closing-the-loop",
            None,
            200,
            3,
            1,
            tmp_path / f"r{n}.csv",
            tmp_path / f"e{n}.parquet",
            tmp_path / f"s{n}.csv",
            None,
            "",
        )
        run_once(request)
    assert archives.held()["world"][0] == 1
    for name in ("r{}.csv", "e{}.parquet", "s{}.csv"):
        assert (tmp_path / name.format(0)).read_bytes() == (tmp_path / name.format(1)).read_bytes()


def test_a_sweep_takes_kept_worlds_and_comes_to_the_same_bytes(kept, tmp_path) -> None:
    from experiments.studies.engine import sweep
    from experiments.studies.store import Store
    from tests.experiments.test_studies import DOSES, Design, small_study

    study = small_study(factors=DOSES, design=Design("latin-hypercube", 4), replicates=2)
    counts = []
    for name in ("a", "b"):
        counts.append(sweep(Store.create(tmp_path / name, study, "test"), 1).burn_ins)
    with cache.kept_in(None):
        counts.append(sweep(Store.create(tmp_path / "c", study, "test"), 1).burn_ins)
    assert counts == [2, 0, 2]
    contents = [{p.name: p.read_bytes() for p in (tmp_path / name / "chunks").iterdir()} for name in "abc"]
    assert contents[0] == contents[1] == contents[2]


def test_no_cache_is_heard_and_cache_shows_and_clears(kept, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    command = [
        "compare",
        "baseline",
        "closing-the-loop",
        "--population",
        "100",
        "--months",
        "12",
        "--replicates",
        "2",
        "--posterior",
        "none",
        "--workers",
        "1",
    ]
    assert main([*command, "--no-cache"]) == 0
    assert not kept.exists()
    assert main(["run", "--population", "100", "--months", "1", "--no-cache"]) == 0
    assert not kept.exists()
    assert main(command) == 0
    capsys.readouterr()
    assert main(["cache", "--json"]) == 0
    assert '"worlds": 2,\n "runs": 4,' in capsys.readouterr().out
    assert main(["cache"]) == 0
    assert str(kept.parent) in capsys.readouterr().out
    assert main(["cache", "--clear"]) == 0
    assert "6 burnt-in worlds and runs were removed" in capsys.readouterr().out
    assert files(kept) == []


def test_a_restarted_worker_of_the_dashboard_takes_kept_worlds(kept, no_burn_in) -> None:
    from experiments.serving.tasks import Replicate
    from experiments.serving.warm import WarmWorlds

    task = Replicate(0, 1, 12, ("trust",), "none", (0,))
    results = [WarmWorlds().run([SCENARIO], task, lambda _: None)[0] for _ in range(2)]
    assert sum(month < 0 for month in no_burn_in) == 24, "burnt in once"
    np.testing.assert_array_equal(results[0].series, results[1].series)
