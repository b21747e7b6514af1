"""`sweep`, `results`, `verify`, `sensitivity`, `discover`, `optimise` as a researcher types them: the same bytes anyhow, resumable, clear when refused."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.studies.engine import fill_store
from experiments.studies.plan import PLAN
from experiments.studies.results import Results, compact, watch
from experiments.studies.store import Store
from experiments.studies.study import read_study
from scenarios.places.place_template import place_files
from simulation import InputError
from tests.places import small_place
from tests.planted import deadly, listed, quick, slow
from tests.programs import with_files_of_at_most

ROOT = Path(__file__).resolve().parent.parent.parent
STUDY = """name: small
base: {base}
place: {place}
population: 200
months: 12
replicates: 2
levers: [{{dose: closing-the-loop, low: 0, high: 1}}]
uncertainties: [{{parameter: experience.asymmetry, low: 2, high: 4}}]
design: {{points: 6}}
measures: [participation, trust, cost]
effects: true
fails: trust_effect < 0.01
"""


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """Run a command; one that runs worlds does so in this process where no workers are asked for, since starting them takes longer than the runs."""
    given = list(map(str, arguments))
    alone = given[0] in ("sweep", "sensitivity", "discover", "optimise") and not {"--workers", "--scheduler"} & set(given)
    code = main(given + ["--workers", "1"] * alone)
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def study(tmp_path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    for name, text in place_files(small_place(), "place").items():
        (place / name).write_text(text)
    (tmp_path / "base.yaml").write_text("name: base\nburn_in: 0\n")
    (tmp_path / "small.yaml").write_text(STUDY.format(place=place, base=tmp_path / "base.yaml"))
    return tmp_path / "small.yaml"


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((folder / "chunks").glob("*"))}


def test_a_study_is_swept_asked_verified_compacted_and_swept_again(study, tmp_path, capsys) -> None:
    code, out, err = run(capsys, "sweep", study, "--out", tmp_path / "o", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert (document["runs"], document["failed"]) == (12, 0)
    assert document["complete"] == document["chunks"]
    assert document["provenance"]["command"]
    assert document["provenance"]["attribution"]
    code, out, _ = run(
        capsys, "results", tmp_path / "o", "SELECT count(*) AS n, max(trust) AS most FROM runs WHERE status = 'done'", "--json"
    )
    assert code == 0
    (row,) = json.loads(out)
    assert row["n"] == 12 and 0 < row["most"] < 1
    code, out, _ = run(capsys, "results", tmp_path / "o")
    assert re.search(r"\ncost .*£", out) and "e+0" not in out, "pounds are shown as pounds"
    code, out, _ = run(capsys, "verify", tmp_path / "o", "--runs", "3", "--json")
    assert code == 0 and json.loads(out) == {"checked": 3, "differing": []}
    before = Results(tmp_path / "o").runs
    assert run(capsys, "results", tmp_path / "o", "--compact")[0] == 0
    assert not list((tmp_path / "o" / "chunks").iterdir())
    pd.testing.assert_frame_equal(Results(tmp_path / "o").runs, before)
    assert run(capsys, "sweep", study, "--out", tmp_path / "o")[0] == 0, "a finished store is done"
    assert run(capsys, "results", tmp_path / "o", "--watch")[0] == 0


def test_the_same_bytes_from_1_2_and_4_workers_and_from_3_shards(study, tmp_path, capsys) -> None:
    for workers in (1, 2, 4):
        assert run(capsys, "sweep", study, "--out", tmp_path / f"w{workers}", "--workers", workers)[0] == 0
    for shard in ("3/3", "1/3", "2/3"):
        assert run(capsys, "sweep", study, "--out", tmp_path / "shards", "--shard", shard, "--workers", 1)[0] == 0
    wanted = contents(tmp_path / "w1")
    assert len(wanted) > 4
    for name in ("w2", "w4", "shards"):
        assert contents(tmp_path / name) == wanted, name


def test_another_hash_seed_gives_the_same_bytes(study, tmp_path, capsys) -> None:
    assert run(capsys, "sweep", study, "--out", tmp_path / "a", "--workers", 1)[0] == 0
    code = "import sys; from experiments.cli.command_line import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONHASHSEED": "123", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-c", code, "sweep", str(study), "--out", str(tmp_path / "b"), "--workers", "1"],
        check=True,
        env=environment,
        capture_output=True,
    )
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_changed_study_is_refused_with_the_difference(study, tmp_path, capsys) -> None:
    assert run(capsys, "sweep", study, "--out", tmp_path / "o")[0] == 0
    study.write_text(study.read_text().replace("replicates: 2", "replicates: 3"))
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o")
    assert code == 2
    assert "contains another study; replicates: 2 there, 3 now" in err
    study.write_text(study.read_text().replace("replicates: 3", "replicates: 2").replace("high: 4", "high: 5"))
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o")
    assert code == 2 and "contains another study; factors.experience.asymmetry.high: 4.0 there, 5.0 now. Take" in err


def test_other_code_and_newer_stores_are_refused(study, tmp_path, capsys, monkeypatch) -> None:
    assert run(capsys, "sweep", study, "--out", tmp_path / "o")[0] == 0
    with monkeypatch.context() as other:
        other.setattr("experiments.studies.plan.sources_hash", lambda: "other")
        code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o")
    assert code == 2 and "was started with different code" in err
    plan = json.loads((tmp_path / "o" / PLAN).read_text())
    (tmp_path / "o" / PLAN).write_text(json.dumps({**plan, "version": 99}))
    for command in (["results", tmp_path / "o"], ["verify", tmp_path / "o"], ["sweep", study, "--out", tmp_path / "o"]):
        code, _, err = run(capsys, *command)
        assert code == 2 and "version 99; this program reads up to 3" in err


SERVICES = """
services:
  - {name: council, stands_for: council, response_months: %s}
  - {name: landlord, stands_for: housing}
  - {name: police, stands_for: police}
  - {name: health, stands_for: health}
"""


def test_a_place_file_with_other_services_is_another_study(study, tmp_path, capsys) -> None:
    file = tmp_path / "place" / "place.yaml"
    before = file.read_text()
    file.write_text(before + SERVICES % 3)
    assert run(capsys, "sweep", study, "--out", tmp_path / "o", "--workers", "1")[0] == 0
    file.write_text(before + SERVICES % 24)
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o", "--workers", "1")
    assert code == 2 and "contains another study; base: different place, services" in err
    assert run(capsys, "sweep", study, "--out", tmp_path / "new", "--workers", "1")[0] == 0
    trust = [Results(tmp_path / name).runs["trust"].mean() for name in ("o", "new")]
    assert trust[0] != trust[1]
    file.write_text(before + SERVICES % "3.0")
    assert run(capsys, "sweep", study, "--out", tmp_path / "o", "--workers", "1")[0] == 0, "as it was"


def test_what_a_factor_only_names_counts_too(study, tmp_path, capsys) -> None:
    """A place that runs are made in, by its path: the path stays, the place is changed."""
    text = study.read_text().replace("levers: [", "levers: [{place: true, values: [haringey, %s]}, " % (tmp_path / "place"))
    study.write_text(text.replace(f"place: {tmp_path / 'place'}\n", "place: haringey\n").replace("points: 6", "points: 2"))
    assert run(capsys, "sweep", study, "--out", tmp_path / "o", "--workers", "1")[0] == 0
    (tmp_path / "place" / "place.yaml").write_text((tmp_path / "place" / "place.yaml").read_text() + SERVICES % 24)
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o", "--workers", "1")
    assert code == 2 and f"contains another study; named: different place {tmp_path / 'place'}" in err


def test_a_function_in_place_of_the_simulation_that_is_changed_makes_another_study(tmp_path) -> None:
    folder = tmp_path / "o"
    fill_store(Store.create(folder, listed(8), "x"), 1)
    Store.create(folder, listed(8), "x")
    changed = replace(listed(8), measured=FunctionType(deadly.__code__, deadly.__globals__, "slow"))
    changed.measured.__module__, changed.measured.__qualname__ = slow.__module__, slow.__qualname__  # type: ignore[union-attr]
    with pytest.raises(InputError, match="contains another study; code: "):
        Store.create(folder, changed, "x")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["sweep", "gone.yaml", "--out", "o"], "gone.yaml: no such file"), (["sweep", "S", "--out", "o", "--shard", "4/3"], "--shard: '4/3'; allowed: i/n"),
     (["sweep", "S", "--out", "o", "--workers", "0"], "--workers: 0; allowed"), (["sweep", "S", "--out", "o", "--workers", "2", "--scheduler", "x"], "cannot be combined"),
     (["results", "nowhere"], "contains no study; make one with: groundswell sweep"), (["verify", "nowhere"], "contains no study"), (["results", "a new one"], "--out 'a new one'"),
     (["sweep", "S", "--out", "full"], "contains other files; choose an empty or a new folder"),
     (["sensitivity", "S", "--out", "o", "--method", "sobl"], "allowed: morris, sobol, pawn"), (["discover", "S", "--out", "o", "--fails", "trust << 3"], "allowed: MEASURE < NUMBER"),
     (["optimise", "S", "--out", "o", "--objective", "maximise luck"], "the study does not measure 'luck'"), (["optimise", "S", "--out", "o", "--generation", "2"], "allowed: 4 or more"),
     (["new", "x", "--study", "--from", "mobilise"], "has no effect on a study")],
)  # fmt: skip
def test_bad_input_is_named(study, tmp_path, monkeypatch, capsys, arguments, message) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    code, _, err = run(capsys, *[str(study) if a == "S" else a for a in arguments])
    assert code == 2, err
    assert message in err
    assert "Traceback" not in err
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("command", "address"),
    [("sweep", "foo"), ("sweep", "tcp://127.0.0.1:1"), ("optimise", "tcp://127.0.0.1:99999"), ("discover", "tls://127.0.0.1:1"), ("sensitivity", "")],
)  # fmt: skip
def test_a_scheduler_that_is_not_there_leaves_a_store_behind(study, tmp_path, monkeypatch, capfd, command, address) -> None:
    """And a traceback of the library, when its client was thrown away."""
    monkeypatch.setattr("experiments.studies.engine.ANSWER", 0.1)
    code, _, err = run(capfd, command, str(study), "--out", str(tmp_path / "o"), "--scheduler", address)
    gc.collect()
    assert code == 2 and "error: --scheduler: " in err and ("allowed: tcp://HOST:PORT" in err or "no answer" in err)
    assert "Exception" not in err + capfd.readouterr().err
    assert not (tmp_path / "o").exists()


def test_failed_runs_end_the_sweep_with_1_and_say_where(tmp_path) -> None:
    store = Store.create(tmp_path / "s", listed(100), "test")
    ended = fill_store(store, workers=1)
    assert ended.failed == store.failed() > 0
    rows = Results(tmp_path / "s").sql("SELECT stage, error FROM runs WHERE status = 'failed'")
    assert set(rows["stage"]) == {"measured"}


def test_a_failing_sweep_of_the_command_line_exits_1(study, tmp_path, capsys) -> None:
    """A planted failure: segments that add up to more than one at some points."""
    text = study.read_text().replace(
        "uncertainties: [", "uncertainties: [{segment: Settlers, low: 0.3, high: 0.8}, {segment: Pioneers, low: 0.3, high: 0.8}, "
    )
    study.write_text(text)
    code, out, err = run(capsys, "sweep", study, "--out", tmp_path / "o", "--json")
    assert code == 1
    assert 0 < json.loads(out)["failed"] < 12
    assert "runs failed; see: groundswell results" in err
    rows = Results(tmp_path / "o").runs
    assert set(rows.loc[rows["status"] == "failed", "stage"]) == {"scenario"}
    assert rows.loc[rows["status"] == "failed", "error"].str.contains("add up to").all()


def test_a_run_that_takes_its_worker_along_is_given_up_and_the_others_are_done(tmp_path) -> None:
    store = Store.create(tmp_path / "s", listed(32, 1, deadly), "test")
    ended = fill_store(store, workers=2)
    deadly_points = {int(p) for p in store.study.table.index[store.study.table["x"] > 0.96]}
    assert ended.abandoned
    done = set(Results(tmp_path / "s").runs["point"])
    assert done.isdisjoint(deadly_points)
    assert len(done) >= 32 - 2 * len(ended.abandoned) * (-(-32 // store.chunks))


def test_a_full_disk_stops_cleanly_and_the_next_goes_on(study, tmp_path, capsys) -> None:
    Store.create(tmp_path / "o", read_study(study), "test")
    code, said = with_files_of_at_most(1500, lambda: main(["sweep", str(study), "--out", str(tmp_path / "o"), "--workers", "1"]))
    assert code == 1, said
    assert "could not be written" in said
    assert "run the command again to continue" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "o" / "tmp").iterdir())
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o")
    assert code == 0, err
    assert len(Results(tmp_path / "o").runs) == 12


def test_the_budget_of_minutes_stops_and_goes_on(tmp_path) -> None:
    from experiments.studies.study import Budget

    planned = listed(200, 2)
    store = Store.create(tmp_path / "s", planned.with_(budget=Budget(minutes=0.002)), "test")
    ended = fill_store(store, workers=1)
    assert ended.out_of_time and 0 < ended.there < ended.chunks
    while not store.done().all():
        fill_store(Store.open(tmp_path / "s", slow), workers=1)
    assert len(Results(tmp_path / "s").runs) == 400


def test_watching_sees_chunks_and_failures_as_they_come(tmp_path) -> None:
    store = Store.create(tmp_path / "s", listed(100), "test")
    fill_store(store, workers=1, shard=(1, 2))
    seen = watch(store, every=0.01)
    there, planned, _ = next(seen)
    assert 0 < there < planned
    fill_store(store, workers=1)
    last = list(seen)[-1]
    assert last == (planned, planned, store.failed())


def test_compacting_waits_for_the_end(tmp_path) -> None:
    store = Store.create(tmp_path / "s", listed(40, 1, quick), "test")
    with pytest.raises(InputError, match="chunks are missing"):
        compact(store)


def test_a_million_planned_runs_are_looked_through_at_once(tmp_path) -> None:
    """Resume looks at one folder: its cost is that of the chunks' names, not of the runs."""
    store = Store.create(tmp_path / "s", listed(500_000, 2, quick), "test")
    assert store.plan["runs"] == 1_000_000
    assert store.chunks < 2000
    again = Store.create(tmp_path / "s", listed(500_000, 2, quick), "test")
    assert not again.done().any()


def test_sensitivity_discovery_and_optimisation_leave_pages_and_go_on(study, tmp_path, capsys) -> None:
    for command, options, name in (
        ("sensitivity", ["--points", "2"], "sensitivity"), ("discover", [], "discover"),
        ("optimise", ["--generations", "1", "--generation", "4", "--futures", "1", "--objective", "maximise trust", "--objective", "minimise cost"], "optimise"),
    ):  # fmt: skip
        out = tmp_path / command
        code, text, err = run(capsys, command, study, "--out", out, *options, "--json")
        assert code == 0, err
        document = json.loads(text)
        assert document["words"]
        page = (out / f"{name}.html").read_text()
        assert "How to repeat it" in page
        assert "<svg" in page
        assert "http" not in page.replace("http://www.w3.org", "")
        assert len(pd.read_csv(out / f"{name}.csv"))
        code, again, _ = run(capsys, command, study, "--out", out, *options, "--json")
        assert json.loads(again) == document, "from what is there, the same"


def test_series_are_kept_asked_and_compacted(study, tmp_path, capsys) -> None:
    study.write_text(study.read_text() + "series: true\n")
    code, _, err = run(capsys, "sweep", study, "--out", tmp_path / "o")
    assert code == 0, err
    series = Results(tmp_path / "o").series
    assert len(series) == 12 * 12 * 3
    assert series["run_id"].is_monotonic_increasing
    assert series["measure"].head(3).tolist() == ["participation", "trust", "cost"]
    assert run(capsys, "results", tmp_path / "o", "--compact")[0] == 0
    pd.testing.assert_frame_equal(Results(tmp_path / "o").series, series)
    code, out, _ = run(capsys, "results", tmp_path / "o", "SELECT count(*) AS n FROM series", "--json")
    assert code == 0 and json.loads(out) == [{"n": 12 * 12 * 3}]
