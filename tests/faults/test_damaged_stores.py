"""Damaged stores: found before a number is shown, and made again or refused in words."""

from __future__ import annotations

import json
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.studies.ledger import sealed
from experiments.studies.plan import PLAN
from experiments.studies.results import Results, verify_runs
from experiments.studies.runs.work import work
from experiments.studies.store import Store
from simulation.declared.parameters import InputError

from .stores import ASK, files, flip, made_again


@pytest.mark.parametrize("flips", [1, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])])
@pytest.mark.parametrize("which", ["o", "c"])
def test_one_bit_flipped_in_any_file_of_a_finished_store_passes_as_whole(swept, tmp_path, typed, which, flips) -> None:
    """A seeded bit of every file in turn: `results` shows no number, and says which file it is."""
    folder = Path(shutil.copytree(swept / which, tmp_path / "s"))
    lot = random.Random(f"{which} {flips}")
    whole = files(folder)
    assert any(name.startswith("tables/") for name in whole) and ("runs.parquet" in whole) == (which == "c")
    for name, content in whole.items():
        for _ in range(flips):
            flip(folder / name, lot)
            with pytest.raises(InputError, match=name):
                Results(folder).sql(ASK)
            (folder / name).write_bytes(content)
    flip(folder / name, lot)
    assert typed("results", folder)[:2] == typed("verify", folder)[:2] == (2, "")


@pytest.mark.parametrize(
    "name", ["plan.json", "study.json", "design.parquet", "tables/0000.parquet", "ledger/0000001.json", "chunks/0000001.parquet", "series/0000001.parquet"]
)  # fmt: skip
@pytest.mark.parametrize("how", ["flipped", "cut off", "empty", "gone", "a folder"])
def test_a_damaged_file_stops_a_study_for_good_or_stays_in_it(swept, store, typed, name, how) -> None:
    """`sweep` sets it aside, says so, and makes it again: the same bytes as before in every file."""
    path, before = store / name, files(store)
    if how == "flipped":
        flip(path, random.Random(name))
    elif how == "cut off":
        path.write_bytes(path.read_bytes()[:-7])
    elif how == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
    if how == "a folder":
        path.mkdir()
    if (name, how) == ("ledger/0000001.json", "gone"):
        assert not Results(store).complete, "as if a kill had come before it"
    else:
        with pytest.raises(InputError, match=name):
            Results(store).sql(ASK)
    assert made_again(swept, store).done().all()
    now = files(store)
    changed = {n for n in {*before, *now} if before.get(n) != now.get(n)}
    assert changed <= {PLAN}, "the plan has the command that made it again"
    assert len(Results(store).sql(ASK)) == 1


@pytest.mark.parametrize("which", ["o", "c"])
@pytest.mark.parametrize("name", ["notes.txt", "plan (conflicted copy).json"])
def test_a_lost_plan_and_any_other_file_stop_a_study_for_good(swept, tmp_path, typed, which, name) -> None:
    """What was whole stays, name by name, and the lost plan is said by all commands."""
    folder = Path(shutil.copytree(swept / which, tmp_path / "B"))
    (folder / PLAN).rename(folder / name)
    before = files(folder)
    for command in ("results", "verify"):
        code, out, err = typed(command, folder)
        assert (code, out) == (2, "") and "plan.json: is missing" in err and f"groundswell sweep STUDY.yaml --out {folder}" in err
    code, out, err = typed("sweep", swept / "small.yaml", "--out", folder, "--workers", "1")
    assert code == 0 and "plan.json was missing, and is restored" in err and f"not part of this study, and ignored: {name}" in err
    assert {k: v for k, v in files(folder).items() if k != PLAN} == before


def test_a_damaged_compact_store_is_made_again_from_nothing(swept, tmp_path, typed) -> None:
    folder = Path(shutil.copytree(swept / "c", tmp_path / "c"))
    flip(folder / "series.parquet", random.Random(1))
    made_again(swept, folder)
    now = {name: content for name, content in files(folder).items() if name[:6] in ("chunks", "series") and "/" in name}
    assert now == {name: content for name, content in files(swept / "o").items() if name in now} and len(now) > 4


@pytest.mark.parametrize("lacking", ["tmp", "chunks", "series", "ledger", "tables"])
def test_a_lacking_folder_ends_in_a_python_exception(swept, store, typed, lacking) -> None:
    before = files(store)
    shutil.rmtree(store / lacking)
    code, _, err = typed("results", store)
    assert code in (0, 2), err
    made_again(swept, store)
    assert {k: v for k, v in files(store).items() if k != PLAN} == {k: v for k, v in before.items() if k != PLAN}


@pytest.mark.parametrize(
    "plan", ["", "null", "[]", "7", '"x"', "{}", "{", "[" * 100_000, '{"version": "3"}', '{"version": null}', '{"version": true}', '{"version": 3}',
             '{"version": 3.5}', '{"version": 3, "study": 7, "runs": "many", "chunks": [], "files": 0}', "\ud800"],
)  # fmt: skip
def test_a_plan_of_other_types_ends_in_a_python_exception(swept, store, typed, plan) -> None:
    (store / PLAN).write_bytes(plan.encode("utf-8", "surrogatepass"))
    for command in (["results", store], ["verify", store]):
        code, out, err = typed(*command)
        assert ((code, out) == (2, "") and "groundswell sweep" in err) or "older program" in err
    if "older program" not in err:
        assert made_again(swept, store).done().all()
        assert len(Results(store).sql(ASK)) == 1


def test_a_sealed_plan_that_is_none_names_files_outside_its_folder(store, typed) -> None:
    plan = json.loads((store / PLAN).read_text())
    for change in ({"files": {"../../secret": "0" * 64}}, {"runs": "many"}, {"study": None}, {"chunks": -1}, {"files": []}):
        (store / PLAN).write_bytes(sealed({**plan, **change}))
        code, out, err = typed("results", store)
        assert (code, out) == (2, "") and "is damaged or was edited" in err


@pytest.mark.timeout(120)  # so that waiting for ever is a failure
@pytest.mark.parametrize("odd", ["pipe", "device", "sparse"])
def test_a_pipe_a_device_or_a_huge_file_in_a_store_is_waited_for_or_read_into_memory(swept, store, typed, odd) -> None:
    before = files(store)
    names = ["plan.json", "study.json", "design.parquet", "tables/0000.parquet", "ledger/0000001.json", "chunks/0000002.parquet", "series/0000000.parquet"]  # fmt: skip
    for name in names:
        put_odd(store / name, odd)
        code, out, err = typed("results", store)
        assert (code, out) == (2, "") and f"{name}: {ODD[odd]}" in err.replace(f"{name} ", f"{name}: ")
        put_back(store / name, before[name])
    put_odd(store / "runs.parquet", odd)  # a name that the plan does not know
    assert typed("results", store)[0] == 0
    (store / "runs.parquet").unlink()
    for name in names:
        put_odd(store / name, odd)
    made_again(swept, store)
    assert files(store) == before | {"plan.json": (store / "plan.json").read_bytes()}  # the command is another one


ODD = {"pipe": "is not a regular file", "device": "is not a regular file", "sparse": "is larger than such a file can be"}


def put_odd(path: Path, odd: str) -> None:
    """Put a pipe, a device or a file of 20 GB, none of which is on the disk, in the place of a file."""
    path.unlink(missing_ok=True)
    if odd == "pipe":
        os.mkfifo(path)
    elif odd == "device":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 20_000_000_000)


def put_back(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_lost_series_passes_as_complete(store) -> None:
    (store / "series" / "0000001.parquet").unlink()
    assert not Results(store).complete
    with pytest.raises(InputError, match=r"series/0000001\.parquet is gone"):
        _ = Results(store).runs


def test_verify_looks_at_runs_alone(store, typed) -> None:
    """A series of other numbers that was put in the ledger as if it were right."""
    found = Store.open(store)
    assert verify_runs(found, 9, 1) == []
    chunk = found.order.runs(0, found.study.replicates)
    worked = work(found.study, chunk)
    assert worked.series is not None
    values = worked.series.to_pandas()
    values.loc[0, "value"] += 1e-9
    wrong = worked.series.from_pandas(values, schema=worked.series.schema, preserve_index=False)
    found.commit(0, replace(worked, series=wrong))
    assert verify_runs(found, 9, 1) == [chunk[0][0]]
    assert typed("verify", store, "--runs", "9")[0] == 1


@pytest.mark.parametrize("column", ["run_id", "month", "measure", "rows"])
def test_a_series_that_is_sealed_anew_passes_with_other_rows(swept, store, column) -> None:
    """Rows of another run, month or measure, or doubled rows, with the right checksum in the ledger."""
    found = Store.open(store)
    worked = work(found.study, found.order.runs(0, found.study.replicates))
    assert worked.series is not None
    values = worked.series.to_pandas()
    if column == "rows":
        values = pd.concat([values, values])
    else:
        values.loc[0, column] = values.loc[len(values) - 1, column] if column != "run_id" else 999
    if column == "month":
        values["month"] = values["month"].to_numpy()[::-1]
    wrong = worked.series.from_pandas(values, schema=worked.series.schema, preserve_index=False)
    found.commit(0, replace(worked, series=wrong))
    with pytest.raises(InputError, match=r"series/0000000\.parquet contains"):
        Results(store).sql(ASK)
    assert len(Results(made_again(swept, store).folder).series) == 36
