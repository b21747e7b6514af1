"""Stores whose seals are right and whose content is not: anybody can seal a folder anew, and no number of it may pass."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.cli.command_line import main
from experiments.studies.engine import fill_store
from experiments.studies.kept_study import DESIGN, STUDY
from experiments.studies.ledger import LEDGER, SEAL, checksum, sealed
from experiments.studies.plan import PLAN
from experiments.studies.results import Results, compact
from experiments.studies.store import Store
from experiments.studies.study import Study
from experiments.studies.tables import Unfit, table_of
from simulation.declared.parameters import InputError
from tests.planted import listed, quick


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Return the folder of a finished store of 12 runs."""
    folder = tmp_path_factory.mktemp("made") / "s"
    fill_store(Store.create(folder, planned(), "x"), 1)
    return folder


@pytest.fixture
def store(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "s"))


def planned() -> Study:
    return listed(6, 2, quick)


def reseal(path: Path, change: Callable[[dict], Any]) -> None:
    """Change a sealed document and seal it anew."""
    document = json.loads(path.read_bytes())
    del document[SEAL]
    change(document)
    path.write_bytes(sealed(document))


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, store_schema=False)
    return sink.getvalue().to_pybytes()


def put(folder: Path, entry: str, name: str, content: bytes) -> None:
    """Put another file in the place of one of a chunk, with the right checksum in its entry."""
    (folder / name).write_bytes(content)
    reseal(folder / LEDGER / entry, lambda ledger: ledger["files"].update({name: checksum(content)}))


def other(table: pa.Table, name: str, values: list) -> pa.Table:
    at = table.column_names.index(name)
    return table.set_column(at, table.schema.field(name), pa.array(values, table.schema.field(name).type))


ROWS = {
    "doubled": lambda t: pa.concat_tables([t, t]),
    "empty": lambda t: t.slice(0, 0),
    "a row doubled in the place of another": lambda t: pa.concat_tables([t.slice(0, len(t) - 1), t.slice(0, 1)]) if len(t) > 1 else t.slice(0, 0),
    "another run": lambda t: other(t, "run_id", [999] * len(t)),
    "no run": lambda t: other(t, "run_id", [None] * len(t)),
    "another point": lambda t: other(t, "point", [5 - n for n in t["point"].to_pylist()]),
    "another replicate": lambda t: other(t, "replicate", [1 - n for n in t["replicate"].to_pylist()]),
    "another factor": lambda t: other(t, "x", [9.0] * len(t)),
    "no factor": lambda t: other(t, "x", [None] * len(t)),
    "another status": lambda t: other(t, "status", ["well"] * len(t)),
    "no status": lambda t: other(t, "status", [None] * len(t)),
    "no column": lambda t: t.drop(["y"]),
    "a factor that is a text": lambda t: t.set_column(3, "x", pa.array(["a"] * len(t))),
    "one column more": lambda t: t.append_column("z", t["y"]),
}  # fmt: skip


@pytest.mark.parametrize("how", ROWS)
@pytest.mark.parametrize("joined", [False, True], ids=["chunk", "compact"])
def test_a_chunk_that_is_sealed_anew_passes_with_other_rows(store, capsys, how, joined) -> None:
    """Neither `results` nor `verify` shows a number; `sweep` sets it aside, says so and makes it again."""
    if joined:
        compact(Store.open(store))
    entry, name = ("compact.json", "runs.parquet") if joined else ("0000000.json", "chunks/0000000.parquet")
    whole = (store / name).read_bytes()
    put(store, entry, name, packed(ROWS[how](pq.read_table(store / name))))
    for command in (["results", str(store)], ["results", str(store), "SELECT count(*) FROM runs"], ["verify", str(store)]):
        assert main(command) == 2
        shown = capsys.readouterr()
        assert shown.out == "" and name in shown.err and "Error" not in shown.err
    again = Store.create(store, planned(), "x")
    assert any(name in told and "set aside" in told for told in again.set_aside())
    fill_store(again, 1)
    assert len(Results(store).runs) == 12
    assert joined or (store / name).read_bytes() == whole


def test_an_entry_of_chunk_false_passes_as_that_of_chunk_0(store) -> None:
    reseal(store / LEDGER / "0000000.json", lambda ledger: ledger.update(chunk=False))
    with pytest.raises(InputError, match="belongs to another chunk"):
        Results(store).runs  # noqa: B018


def plan_of(**changes: object) -> Callable[[Path], None]:
    return lambda store: reseal(store / PLAN, lambda plan: plan.update(changes))


def study_of(change: Callable[[dict], Any]) -> Callable[[Path], None]:
    """Return what puts another document in the place of the kept study, with the right checksum in the plan."""

    def put(store: Path) -> None:
        document = json.loads((store / STUDY).read_bytes())
        refile(store, STUDY, json.dumps(change(document) or document).encode())

    return put


def refile(store: Path, name: str, content: bytes) -> None:
    (store / name).write_bytes(content)
    reseal(store / PLAN, lambda plan: plan["files"].update({name: checksum(content)}))


def field(name: str, value: object) -> Callable[[Path], None]:
    return study_of(lambda document: document["study"].update({name: value}))


def design_of(table: pa.Table) -> Callable[[Path], None]:
    return lambda store: refile(store, DESIGN, packed(table))


def array(dtype: str, values: list, shape: list) -> dict[str, Any]:
    return {"is": "array", "dtype": dtype, "shape": shape, "values": values}


def rows(number: int) -> pa.Table:
    return pa.table({"x": pa.array(np.zeros(number, bool))})


WRONG: dict[str, Callable[[Path], None]] = {
    **{f"{n} chunks": plan_of(chunks=n) for n in (13, 11, 0, -1, 10**9, 10**13, 10**30, True, 12.0, "12", None)},
    **{f"{n} runs": plan_of(runs=n) for n in (13, 10**9, 10**30, True, 12.0)},
    **{f"version {n}": plan_of(version=n) for n in (True, 3.0, "3", None)},
    "columns": plan_of(columns=[1]), "files none": plan_of(files={}), "files numbers": plan_of(files={STUDY: 5, DESIGN: 5}),
    "plan of a study of no name": plan_of(study={}), "plan of a study of a name of 5": plan_of(study={"name": 5}), "attribution": plan_of(attribution=5),
    "no study": study_of(lambda d: d.pop("study") and None), "a list": study_of(lambda d: [1]), "all nothing": study_of(lambda d: dict.fromkeys(d)),
    **{f"is {json.dumps(n)}": field("is", n) for n in ("Popen", ["Study"], {"a": 1}, None, 5)},
    **{f"replicates {n}": field("replicates", n) for n in ("2", 2.0, 10**9, True, None, -2, 10**30)},
    **{f"measures {json.dumps(n)}": field("measures", n) for n in (5, None, [["y"], "y"], "y", [])},
    **{f"factors {json.dumps(n)}": field("factors", n) for n in (None, 5, [], ["x"], [None], {"is": "mapping", "items": [[["a"], 1]]})},
    **{f"name {str(n)[:20]}": field("name", n) for n in (5, None, ["s"])},
    **{f"months {n}": field("months", n) for n in (None, "1", [1], 10**30)}, "at": field("at", ["1"]), "base": field("base", None), "places": study_of(lambda d: d.update(places=[1])),
    "wide array": field("name", array("<U500000000", ["a"], [1])), "long array": field("name", array("<f8", [1.0], [10**12])),
    "an array of letters": field("name", array("<f8", ["a"], [1])), "a long number": field("name", {"is": "float", "value": "1" * 6000}),
    "a large number": field("name", {"is": "scalar", "dtype": "int8", "value": 10**30}), "deep": field("name", json.loads("[" * 900 + "]" * 900)),
    "deeper": lambda store: refile(store, STUDY, b"[" * 100_000 + b"]" * 100_000), "no text": lambda store: refile(store, STUDY, b"\xff\x00\xd8"),
    "dtypes of dates": study_of(lambda d: d["design"].update(dtypes=["period[D]"])), "dtypes of wide texts": study_of(lambda d: d["design"].update(dtypes=["S500000000"])),
    **{f"measured {json.dumps(n)}": study_of(lambda d, n=n: d.update(measured=n)) for n in ([], 5, {"object": "hello"}, {"object": {"is": "Conclusion"}}, {"name": "x"})},
    "a design of other columns": design_of(rows(6).rename_columns(["z"])), "a design of lists": design_of(pa.table({"x": [[0.5]] * 6})), "a design of 7 points": design_of(rows(7)),
    "a design of no table": lambda store: refile(store, DESIGN, b"hello"), "a design of texts": design_of(pa.table({"x": ["a"] * 6})),
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_a_study_that_is_sealed_anew_ends_as_an_exceptions_name(store, capsys, how) -> None:
    """Exit 2, one line, no name of an exception, no number."""
    WRONG[how](store)
    for command in (["results", str(store)], ["verify", str(store)]):
        assert main(command) == 2
        shown = capsys.readouterr()
        assert (
            shown.out == ""
            and shown.err.count("\n") == 1
            and not re.search("[A-Z][a-z]+Error|unhashable|NoneType|object of type", shown.err)
        )
        assert "again with" in shown.err or "again from" in shown.err


def test_a_small_file_takes_all_memory(store, monkeypatch) -> None:
    """Ten million numbers in a few bytes, or one text of 100,000 letters for each row: known before anything is read."""
    for table in (
        pa.table({"x": np.zeros(10**7, np.int64)}),
        pa.table({"x": pa.array(["a" * 10**5]).dictionary_encode().take(pa.array([0] * 6000))}),
    ):
        content = packed(table)
        before = pa.total_allocated_bytes()
        with pytest.raises(Unfit, match="bytes; allowed"):
            table_of(content, 10**9)
        assert pa.total_allocated_bytes() - before < 10**7 and len(content) < 10**6


def test_a_folder_gives_orders_to_the_terminal(store, capsys) -> None:
    """The command of a plan, the name of a study and texts in an answer are printed with what a terminal obeys written out."""
    plan_of(command="groundswell\x1b]0;own\x07\x1b[2J\r")(store)
    field("name", "\x9b31mred")(store)
    for more in ([], ["SELECT chr(27) || '[31m' || chr(10) AS \"\x1b[1m\""]):
        assert main(["results", str(store), *more]) == 0
        shown = capsys.readouterr()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown.out + shown.err) and "\\x1b[" in shown.out
