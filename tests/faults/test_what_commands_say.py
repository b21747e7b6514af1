"""What commands say of a store: what is in the way, ignored, lacking or set aside, and what to do."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest

import groundswell
from experiments.output import OutputError
from experiments.studies.api import sensitivity, sweep
from experiments.studies.engine import fill_store
from experiments.studies.ledger import sealed
from experiments.studies.plan import PLAN
from experiments.studies.results import Results, compact
from experiments.studies.store import Store
from experiments.studies.study import read_study
from simulation.declared.parameters import InputError
from tests.planted import listed, quick

from .stores import ASK, files, made_again


def test_advice_on_a_damaged_store_is_the_command_of_another_machine(swept, store, typed, monkeypatch) -> None:
    """Written out for this folder; of a stranger's command only what it says of the study is taken over."""
    (store / "chunks" / "0000001.parquet").write_bytes(b"damaged")
    plan = json.loads((store / PLAN).read_text())

    def told(command: str) -> str:
        (store / PLAN).write_bytes(sealed({**plan, "command": command}))
        return typed("results", store)[2]

    err = told("groundswell sweep mine.yaml --out elsewhere --scheduler tcp://stranger:1")
    assert f"groundswell sweep STUDY.yaml --out {store}. What is intact is kept" in err and "stranger" not in err
    assert "Without the study file (mine.yaml), ask whoever made the folder for it, or for another copy" in err
    assert f"same study and options: groundswell.sweep(STUDY, '{store}')" in told("experiments.sweep('mine', 'x')")
    assert f"groundswell.sweep(STUDY, '{store}')" in told("groundswell.sweep('mine.yaml', 'x', shard=(1, 2))")
    assert "rm" not in told("groundswell list; rm -rf x")
    monkeypatch.chdir(swept)
    runs = Path(shutil.copytree(store, store.parent / "runs"))
    told("groundswell sensitivity small.yaml --method pawn --points=8 --out x --workers 2")
    shutil.copy(store / PLAN, runs)
    assert f"groundswell sensitivity small.yaml --method pawn --points=8 --out {runs.parent}. " in typed("results", runs)[2]
    told("groundswell.sensitivity(STUDY, 'x', method='pawn')")
    shutil.copy(store / PLAN, runs)
    assert f"groundswell.sensitivity(STUDY, '{runs.parent}'). " in typed("results", runs)[2]


def test_what_commands_say_of_a_study_is_not_what_was_looked_at(swept, store, tmp_path, typed, monkeypatch) -> None:
    """One run is one, a shard is a part, a file is no folder, and tables are those that there are."""
    _, out, _ = typed("verify", store, "--runs", "1")
    assert out.startswith(
        "every file is as it was written; 1 run was run again: runs and series are the same to the byte in 1 of 1"
    )
    assert typed("results", store, "SELECT 1 AS x")[1].startswith("1 row\n")
    err = typed("results", store, "SELECT * FROM indexes")[2]
    assert "tables: runs, series" in err and "pg_" not in err
    code, out, _ = typed("sweep", swept / "small.yaml", "--out", tmp_path / "part", "--shard", "1/2", "--workers", "1")
    assert code == 0 and "of shard 1 of 2 complete" in out and "this was one of 2 shards: " in out
    monkeypatch.chdir(swept)
    assert "small: no such file; did you mean 'small.yaml'?" in typed("sweep", "small", "--out", tmp_path / "n")[2]
    for command in ("results", "verify"):
        assert "small.yaml: is the file of a study; take the folder of its results" in typed(command, "small.yaml")[2]


def test_a_file_in_the_place_of_a_folder_ends_in_a_python_exception(swept, store, typed) -> None:
    shutil.rmtree(store / "chunks")
    (store / "chunks").write_text("a file")
    for command in (["results", store], ["sweep", swept / "small.yaml", "--out", store, "--workers", "1"]):
        code, out, err = typed(*command)
        assert (code, out) == (2, "") and "chunks" in err


def test_what_is_set_aside_is_said_and_kept(swept, store, typed) -> None:
    (store / "chunks" / "0000001.parquet").write_bytes(b"damaged")
    _, _, err = typed("sweep", swept / "small.yaml", "--out", store, "--workers", "1")
    assert "note: " in err and "chunks/0000001.parquet is damaged" in err and "set aside in aside/ and run again" in err
    assert [p.read_bytes() for p in (store / "aside").glob("chunks-*")] == [b"damaged"]
    assert "set aside" not in typed("sweep", swept / "small.yaml", "--out", store, "--workers", "1")[2]


@pytest.mark.parametrize("name", ["ledger", "chunks", "series", "tables"])
def test_results_says_that_sweep_goes_on_where_sweep_refuses(swept, store, typed, name) -> None:
    """Something else has the name of a folder: both say the same."""
    shutil.rmtree(store / name)
    (store / name).write_text("x")
    code, out, err = typed("results", store)
    assert (code, out) == (2, "") and f"{store / name}: is not a folder, but a folder is needed there; move it away" in err
    with pytest.raises(InputError, match=f"{name}: is not a folder, but a folder is needed there; move it away"):
        made_again(swept, store)
    (store / name).unlink()
    assert made_again(swept, store).done().all()


def test_a_file_named_aside_stops_a_damaged_store_for_good(swept, store, typed) -> None:
    (store / "aside").write_text("x")
    assert typed("results", store)[0] == 0
    (store / "chunks" / "0000001.parquet").write_text("x")
    assert f"move {store / 'aside'} away, which is not a folder, and run it again from its study file" in typed("results", store)[2]
    code, _, err = typed("sweep", swept / "small.yaml", "--out", store, "--workers", 1)
    assert code == 2 and f"{store / 'aside'}: is not a folder, but a folder is needed there; move it away" in err
    (store / "aside").rename(store.parent / "elsewhere")
    assert made_again(swept, store).done().all()


def test_names_that_the_plan_does_not_know_are_counted(swept, store, typed) -> None:
    strange = ["chunks/0000001 (conflicted copy).parquet", "chunks/0000099.parquet", "chunks/00000001.parquet", "series/0000099.parquet", "ledger/0000099.json", "ledger/x.json", "runs.parquet", "notes.txt"]  # fmt: skip
    wanted = Results(store).sql(ASK)
    for name in strange:
        shutil.copy(store / ("ledger/0000001.json" if name.endswith("json") else "chunks/0000001.parquet"), store / name)
        look = Store.open(store).whole()
        assert look.strange == [name] and look.done.all()
        assert Results(store).sql(ASK).equals(wanted) and len(Results(store).series) == 36
        if name != "notes.txt":
            (store / name).unlink()
    for command in (["results", store], ["sweep", swept / "small.yaml", "--out", store, "--workers", "1"]):
        code, _, err = typed(*command)
        assert code == 0 and "not part of this study, and ignored: notes.txt" in err


def test_numbers_from_sql_differ_in_the_last_digits(tmp_path) -> None:
    folder = tmp_path / "s"
    fill_store(Store.create(folder, listed(12_000, 4, quick), "x"), 1)
    ask = "SELECT avg(y) AS mean, sum(y * x) AS total, stddev(y) AS spread FROM runs"
    first = Results(folder).sql(ask).to_numpy().tobytes()
    assert {Results(folder).sql(ask).to_numpy().tobytes() for _ in range(5)} == {first}
    compact(Store.open(folder))
    assert Results(folder).sql(ask).to_numpy().tobytes() == first, "one file or many"


def test_lacking_chunks_are_not_said(swept, tmp_path, typed) -> None:
    fill_store(Store.create(tmp_path / "o", read_study(swept / "small.yaml"), "x"), workers=1, shard=(1, 2))
    for query in ([], [ASK]):
        code, _, err = typed("results", tmp_path / "o", *query)
        assert code == 0 and "chunks" in err and "incomplete: all numbers are based on the complete runs" in err


@pytest.mark.parametrize("option", ["--compact", "--watch"])
def test_wrong_sql_is_refused_after_the_store_was_compacted(store, typed, option) -> None:
    before = files(store)
    code, out, err = typed("results", store, "SELECT nothing FROM runs", option)
    assert (code, out) == (2, "") and "nothing" in err and "written" not in err
    assert files(store) == before


def test_a_sweep_whose_folder_is_removed_meanwhile_counts_as_complete(tmp_path) -> None:
    store = Store.create(tmp_path / "o", listed(30, 1, quick), "x")

    def removed(there: int, planned: int, failed: int) -> None:
        if there:
            shutil.rmtree(tmp_path / "o", ignore_errors=True)

    with pytest.raises(OutputError, match="chunks that were written are gone"):
        fill_store(store, 1, progress=removed)
    shutil.rmtree(tmp_path / "o", ignore_errors=True)
    assert fill_store(Store.create(tmp_path / "o", listed(30, 1, quick), "x"), 1).there == store.chunks


def test_a_folder_that_becomes_read_only_stops_a_sweep_and_the_next_goes_on(tmp_path, monkeypatch) -> None:
    """As root may write everywhere, the system's answer stands in for it."""
    store = Store.create(tmp_path / "o", listed(30, 1, quick), "x")

    def refused(name: str) -> None:
        if name == "begin" and store.done().any():
            raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as only:
        only.setattr("experiments.studies.store.step", refused)
        with pytest.raises(OutputError, match="Read-only file system"):
            fill_store(store, 1)
    assert store.done().sum() == 1
    assert fill_store(store, 1).there == store.chunks


def test_a_store_records_a_call_in_python_that_can_be_made_again(swept, tmp_path, monkeypatch) -> None:
    """It was `experiments.sweep('mine', ...)`: no study file, and not the name that people import."""
    monkeypatch.chdir(tmp_path)
    sweep(swept / "small.yaml", "o", workers=1)
    typed = Store.open(Path("o")).plan["command"]
    assert typed == f"groundswell.sweep('{swept / 'small.yaml'}', 'o')"
    assert eval(typed, {"groundswell": groundswell}).store.folder == Path("o")
    study = listed(4, 1, quick)
    sensitivity(study, "s", method="pawn", workers=1)
    typed = Store.open(Path("s/runs")).plan["command"]
    assert typed == "groundswell.sensitivity(STUDY, 's', method='pawn')  # STUDY is the study 'quick', made in Python"
    again = eval(typed, {"groundswell": groundswell, "STUDY": study})
    assert again.table.equals(sensitivity(study, "s", method="pawn", workers=1).table)
