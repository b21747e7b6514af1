"""Stores that are of another study, another program or somebody else: their numbers are not shown as this study's."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from experiments.studies.engine import fill_store
from experiments.studies.plan import PLAN, VERSION
from experiments.studies.results import Results
from experiments.studies.store import Store
from experiments.studies.study import Design, read_study
from simulation.declared.parameters import InputError
from tests.planted import listed, quick

from .stores import ASK, files, made_again


def test_a_folder_of_other_files_is_taken_for_a_store(swept, tmp_path, typed) -> None:
    """Names alone are no store: folders, a study and a ledger of somebody else's."""
    for name in ("notes.txt", "chunks/0000001.parquet", "study.json", "ledger/0000001.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    before = files(tmp_path)
    code, _, err = typed("sweep", swept / "small.yaml", "--out", tmp_path)
    assert code == 2 and "contains other files" in err and files(tmp_path) == before
    assert "contains no study" in typed("results", tmp_path)[2]


def test_a_chunk_of_another_study_passes_as_this_ones(swept, store, tmp_path, typed) -> None:
    other = tmp_path / "other.yaml"
    other.write_text((swept / "small.yaml").read_text().replace("months: 2", "months: 3"))
    fill_store(Store.create(tmp_path / "x", read_study(other), "x"), workers=1)
    for inner, ending in (("chunks", "parquet"), ("series", "parquet"), ("ledger", "json")):
        shutil.copy(tmp_path / "x" / inner / f"0000001.{ending}", store / inner)
        with pytest.raises(InputError, match="0000001"):
            Results(store).sql(ASK)
    made_again(swept, store)
    assert files(store) == files(swept / "o")


def test_a_study_of_another_store_is_taken_for_the_plans_own(swept, store, tmp_path, typed) -> None:
    other = tmp_path / "other.yaml"
    other.write_text((swept / "small.yaml").read_text().replace("months: 2", "months: 3"))
    Store.create(tmp_path / "x", read_study(other), "x")
    shutil.copy(tmp_path / "x" / "study.json", store)
    code, out, err = typed("verify", store)
    assert (code, out) == (2, "") and "study.json is damaged" in err


def test_an_old_store_is_unpickled(tmp_path, typed) -> None:
    (tmp_path / "o" / "chunks").mkdir(parents=True)
    (tmp_path / "o" / PLAN).write_text(
        json.dumps({"version": VERSION - 1, "study": {"measured": "subprocess:call"}, "runs": 4, "chunks": 1})
    )
    (tmp_path / "o" / "study.pickle").write_bytes(b"cos\nsystem\n(S'touch " + bytes(tmp_path) + b"/was-here'\ntR.")
    for command in ("results", "verify"):
        code, out, err = typed(command, tmp_path / "o")
        assert (code, out) == (2, "") and "older program" in err and "Run the study again with another --out" in err
    assert not (tmp_path / "was-here").exists()


def test_a_plan_that_is_lost_takes_the_chunks_of_any_study(swept, store, tmp_path, typed) -> None:
    other = tmp_path / "other.yaml"
    other.write_text((swept / "small.yaml").read_text().replace("months: 2", "months: 3"))
    for plan in (None, b"damaged"):
        (store / PLAN).unlink(missing_ok=True)
        if plan:
            (store / PLAN).write_bytes(plan)
        code, _, err = typed("sweep", other, "--out", store, "--workers", "1")
        assert code == 2 and "its chunks belong to another study" in err
    made_again(swept, store)
    assert {k: v for k, v in files(store).items() if k != PLAN} == {k: v for k, v in files(swept / "o").items() if k != PLAN}


def test_another_study_in_the_same_folder_is_run_as_the_one_before(tmp_path) -> None:
    """Workers of one process remember stores by their plan, not by the folder alone."""
    for low in (0.0, 2.0):
        shutil.rmtree(tmp_path / "s", ignore_errors=True)
        planned = listed(8, 1, quick).with_(design=Design("csv", table=pd.DataFrame({"x": [low, low + 1]})))
        fill_store(Store.create(tmp_path / "s", planned, "x"), 1)
        assert sorted(Results(tmp_path / "s").runs["x"]) == [low, low + 1]


def test_a_store_of_the_present_version_is_read_by_a_program_with_other_code(swept, typed, monkeypatch) -> None:
    shown = typed("results", swept / "o", ASK)
    monkeypatch.setattr("experiments.studies.plan.sources_hash", lambda: "other")
    assert typed("results", swept / "o", ASK) == shown


def test_a_store_that_was_upgraded_by_half_shows_numbers_of_the_other_version(swept, tmp_path, typed) -> None:
    """A plan of this version with chunks of an older one, and the other way about."""
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(swept / "o", old)
    shutil.copytree(swept / "o", new)
    plan = json.loads((old / PLAN).read_text())
    plan["version"] = VERSION - 1
    (old / PLAN).write_text(json.dumps(plan))
    shutil.rmtree(new / "ledger")
    (new / "ledger").mkdir()
    assert "was made by an older program (a store of version" in typed("results", old)[2]
    code, out, err = typed("results", new, ASK)
    assert code == 0 and "chunks are incomplete" in err + out


@pytest.mark.parametrize("command", ["results", "verify"])
def test_nobody_is_advised_to_sweep_into_a_folder_that_would_be_refused(tmp_path, command, typed) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert "--out NEW_FOLDER" in typed(command, tmp_path / "mine")[2]
    assert f"--out {tmp_path / 'new'}" in typed(command, tmp_path / "new")[2]
