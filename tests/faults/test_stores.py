"""Stores that are damaged, mixed up or somebody else's: found before a number is shown, and made again or refused in words."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.command_line import main
from experiments.output import OutputError
from experiments.studies.engine import sweep
from experiments.studies.ledger import sealed
from experiments.studies.plan import PLAN, VERSION
from experiments.studies.reading import Results, compact, verify
from experiments.studies.store import Store
from experiments.studies.study import Design, read_study
from experiments.studies.work import work
from scenarios.places.writing import place_files
from simulation.parameters import InputError
from tests.places import small_place
from tests.planted import listed, quick

STUDY = """name: small
base: {base}
place: {place}
population: 60
months: 2
replicates: 3
levers: [{{dose: closing-the-loop, low: 0, high: 1}}]
design: {{points: 3}}
measures: [trust, perceived_influence]
series: true
"""
ASK = "SELECT avg(trust) AS trust FROM runs"


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a store but what was set aside, by name."""
    found = {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: p.read_bytes() for name, p in found.items() if not name.startswith("aside")}


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """Return a folder with a study and its finished store, `o`, and the same store made compact, `c`."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "place").mkdir()
    for name, text in place_files(small_place(), "place").items():
        (folder / "place" / name).write_text(text)
    (folder / "base.yaml").write_text("name: base\nburn_in: 0\n")
    (folder / "small.yaml").write_text(STUDY.format(place=folder / "place", base=folder / "base.yaml"))
    assert main(["sweep", str(folder / "small.yaml"), "--out", str(folder / "o"), "--workers", "1", "--json"]) == 0
    shutil.copytree(folder / "o", folder / "c")
    compact(Store.open(folder / "c"))
    return folder


@pytest.fixture
def store(swept, tmp_path) -> Path:
    return Path(shutil.copytree(swept / "o", tmp_path / "o"))


@pytest.fixture
def typed(capsys) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([*map(str, arguments)])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


def made_again(swept: Path, folder: Path) -> Store:
    """Sweep the study into a folder once more."""
    store = Store.create(folder, read_study(swept / "small.yaml"), "again")
    sweep(store, workers=1)
    return store


def flip(path: Path, lot: random.Random) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    bit = lot.randrange(8 * len(content))
    content[bit // 8] ^= 1 << (bit % 8)
    path.write_bytes(content)


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
        assert (code, out) == (2, "") and "plan.json: is gone" in err and f"groundswell sweep STUDY.yaml --out {folder}" in err
    code, out, err = typed("sweep", swept / "small.yaml", "--out", folder, "--workers", "1")
    assert code == 0 and "plan.json was gone, and is made again" in err and f"not of this study and ignored: {name}" in err
    assert {k: v for k, v in files(folder).items() if k != PLAN} == before


def test_a_folder_of_other_files_is_taken_for_a_store(swept, tmp_path, typed) -> None:
    """Names alone are no store: folders, a study and a ledger of somebody else's."""
    for name in ("notes.txt", "chunks/0000001.parquet", "study.json", "ledger/0000001.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    before = files(tmp_path)
    code, _, err = typed("sweep", swept / "small.yaml", "--out", tmp_path)
    assert code == 2 and "holds other files" in err and files(tmp_path) == before
    assert "holds no study" in typed("results", tmp_path)[2]


def test_advice_on_a_damaged_store_is_the_command_of_another_machine(swept, store, typed, monkeypatch) -> None:
    """Written out for this folder; of a stranger's command only what it says of the study is taken over."""
    (store / "chunks" / "0000001.parquet").write_bytes(b"damaged")
    plan = json.loads((store / PLAN).read_text())

    def told(command: str) -> str:
        (store / PLAN).write_bytes(sealed({**plan, "command": command}))
        return typed("results", store)[2]

    err = told("groundswell sweep mine.yaml --out elsewhere --scheduler tcp://stranger:1")
    assert f"groundswell sweep STUDY.yaml --out {store}. What is whole is kept" in err and "stranger" not in err
    assert "Without the study file (mine.yaml), ask whoever made the folder for it, or for another copy" in err
    assert f"experiments.sweep(STUDY, '{store}')" in told("experiments.sweep('mine', 'x')")
    assert "rm" not in told("groundswell list; rm -rf x")
    monkeypatch.chdir(swept)
    runs = Path(shutil.copytree(store, store.parent / "runs"))
    told("groundswell sensitivity small.yaml --method pawn --points=8 --out x --workers 2")
    shutil.copy(store / PLAN, runs)
    assert f"groundswell sensitivity small.yaml --method pawn --points=8 --out {runs.parent}. " in typed("results", runs)[2]


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
    assert "note: " in err and "chunks/0000001.parquet is damaged" in err and "set aside in aside/ and made again" in err
    assert [p.read_bytes() for p in (store / "aside").glob("chunks-*")] == [b"damaged"]
    assert "set aside" not in typed("sweep", swept / "small.yaml", "--out", store, "--workers", "1")[2]


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


def test_a_chunk_of_another_study_passes_as_this_ones(swept, store, tmp_path, typed) -> None:
    other = tmp_path / "other.yaml"
    other.write_text((swept / "small.yaml").read_text().replace("months: 2", "months: 3"))
    sweep(Store.create(tmp_path / "x", read_study(other), "x"), workers=1)
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


ODD = {"pipe": "is no plain file", "device": "is no plain file", "sparse": "is larger than such a file can be"}


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


@pytest.mark.parametrize("name", ["ledger", "chunks", "series", "tables"])
def test_results_says_that_sweep_goes_on_where_sweep_refuses(swept, store, typed, name) -> None:
    """Something else has the name of a folder: both say the same."""
    shutil.rmtree(store / name)
    (store / name).write_text("x")
    code, out, err = typed("results", store)
    assert (code, out) == (2, "") and f"{store / name}: is no folder, and is in the way of one; move it away" in err
    with pytest.raises(InputError, match=f"{name}: is no folder, and is in the way of one; move it away"):
        made_again(swept, store)
    (store / name).unlink()
    assert made_again(swept, store).done().all()


def test_a_file_named_aside_stops_a_damaged_store_for_good(swept, store, typed) -> None:
    (store / "aside").write_text("x")
    assert typed("results", store)[0] == 0
    (store / "chunks" / "0000001.parquet").write_text("x")
    assert f"move {store / 'aside'} away, which is no folder, and make it again from its study file" in typed("results", store)[2]
    code, _, err = typed("sweep", swept / "small.yaml", "--out", store, "--workers", 1)
    assert code == 2 and f"{store / 'aside'}: is no folder, and is in the way of one; move it away" in err
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
        assert code == 0 and "not of this study and ignored: notes.txt" in err


def test_a_lost_series_passes_as_complete(store) -> None:
    (store / "series" / "0000001.parquet").unlink()
    assert not Results(store).complete
    with pytest.raises(InputError, match=r"series/0000001\.parquet is gone"):
        _ = Results(store).runs


def test_verify_looks_at_runs_alone(store, typed) -> None:
    """A series of other numbers that was put in the ledger as if it were right."""
    found = Store.open(store)
    assert verify(found, 9, 1) == []
    chunk = found.order.runs(0, found.study.replicates)
    worked = work(found.study, chunk)
    assert worked.series is not None
    values = worked.series.to_pandas()
    values.loc[0, "value"] += 1e-9
    wrong = worked.series.from_pandas(values, schema=worked.series.schema, preserve_index=False)
    found.commit(0, replace(worked, series=wrong))
    assert verify(found, 9, 1) == [chunk[0][0]]
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
    with pytest.raises(InputError, match=r"series/0000000\.parquet holds"):
        Results(store).sql(ASK)
    assert len(Results(made_again(swept, store).folder).series) == 36


def test_numbers_from_sql_differ_in_the_last_digits(tmp_path) -> None:
    folder = tmp_path / "s"
    sweep(Store.create(folder, listed(12_000, 4, quick), "x"), 1)
    ask = "SELECT avg(y) AS mean, sum(y * x) AS total, stddev(y) AS spread FROM runs"
    first = Results(folder).sql(ask).to_numpy().tobytes()
    assert {Results(folder).sql(ask).to_numpy().tobytes() for _ in range(5)} == {first}
    compact(Store.open(folder))
    assert Results(folder).sql(ask).to_numpy().tobytes() == first, "one file or many"


def test_lacking_chunks_are_not_said(swept, tmp_path, typed) -> None:
    sweep(Store.create(tmp_path / "o", read_study(swept / "small.yaml"), "x"), workers=1, shard=(1, 2))
    for query in ([], [ASK]):
        code, _, err = typed("results", tmp_path / "o", *query)
        assert code == 0 and "chunks" in err and "lacking: all numbers are of the runs that are there" in err


@pytest.mark.parametrize("option", ["--compact", "--watch"])
def test_wrong_sql_is_refused_after_the_store_was_compacted(store, typed, option) -> None:
    before = files(store)
    code, out, err = typed("results", store, "SELECT nothing FROM runs", option)
    assert (code, out) == (2, "") and "nothing" in err and "written" not in err
    assert files(store) == before


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
        assert code == 2 and "its chunks are of another study" in err
    made_again(swept, store)
    assert {k: v for k, v in files(store).items() if k != PLAN} == {k: v for k, v in files(swept / "o").items() if k != PLAN}


def test_another_study_in_the_same_folder_is_run_as_the_one_before(tmp_path) -> None:
    """Workers of one process remember stores by their plan, not by the folder alone."""
    for low in (0.0, 2.0):
        shutil.rmtree(tmp_path / "s", ignore_errors=True)
        planned = listed(8, 1, quick).with_(design=Design("csv", table=pd.DataFrame({"x": [low, low + 1]})))
        sweep(Store.create(tmp_path / "s", planned, "x"), 1)
        assert sorted(Results(tmp_path / "s").runs["x"]) == [low, low + 1]


def test_a_sweep_whose_folder_is_removed_meanwhile_counts_as_complete(tmp_path) -> None:
    store = Store.create(tmp_path / "o", listed(30, 1, quick), "x")

    def removed(there: int, planned: int, failed: int) -> None:
        if there:
            shutil.rmtree(tmp_path / "o", ignore_errors=True)

    with pytest.raises(OutputError, match="chunks that were written are gone"):
        sweep(store, 1, progress=removed)
    shutil.rmtree(tmp_path / "o", ignore_errors=True)
    assert sweep(Store.create(tmp_path / "o", listed(30, 1, quick), "x"), 1).there == store.chunks


def test_a_folder_that_becomes_read_only_stops_a_sweep_and_the_next_goes_on(tmp_path, monkeypatch) -> None:
    """As root may write everywhere, the system's answer stands in for it."""
    store = Store.create(tmp_path / "o", listed(30, 1, quick), "x")

    def refused(name: str) -> None:
        if name == "begin" and store.done().any():
            raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as only:
        only.setattr("experiments.studies.store.step", refused)
        with pytest.raises(OutputError, match="Read-only file system"):
            sweep(store, 1)
    assert store.done().sum() == 1
    assert sweep(store, 1).there == store.chunks


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
    assert code == 0 and "chunks are lacking" in err + out
