"""Stores whose seals are right and whose content is not: anybody can seal a folder anew, and no number of it may pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.command_line import main
from experiments.studies.engine import sweep
from experiments.studies.ledger import LEDGER, SEAL, checksum, sealed
from experiments.studies.reading import Results, compact
from experiments.studies.store import Store
from experiments.studies.study import Study
from simulation.parameters import InputError
from tests.planted import listed, quick


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Return the folder of a finished store of 12 runs."""
    folder = tmp_path_factory.mktemp("made") / "s"
    sweep(Store.create(folder, planned(), "x"), 1)
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
    pq.write_table(table, sink)
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
    sweep(again, 1)
    assert len(Results(store).runs) == 12
    assert joined or (store / name).read_bytes() == whole


def test_an_entry_of_chunk_false_passes_as_that_of_chunk_0(store) -> None:
    reseal(store / LEDGER / "0000000.json", lambda ledger: ledger.update(chunk=False))
    with pytest.raises(InputError, match="is of another chunk"):
        Results(store).runs  # noqa: B018
