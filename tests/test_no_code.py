"""Files that the program reads can hold data alone: no reader can be made to name, import or run code."""

from __future__ import annotations

import ast
import json
import pickle
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.results import kept
from experiments.cli.command_line import main
from experiments.kept import archives
from experiments.studies.engine import fill_store
from experiments.studies.kept_study import STUDY
from experiments.studies.ledger import checksum, sealed
from experiments.studies.plan import PLAN
from experiments.studies.results import Results
from experiments.studies.store import Store
from experiments.studies.study import Named
from scenarios.yaml_input import read_yaml
from simulation.declared.parameters import InputError
from tests.imports import PACKAGES
from tests.planted import listed, quick

ROOT = Path(__file__).resolve().parent.parent
# What unpickles, unmarshals or runs what it reads.
CODE_MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "runpy",
    "code",
    "imp",
}
CODE_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "read_pickle",
    "to_pickle",
    "unsafe_load",
    "full_load",
    "load_module",
    "exec_module",
}
# Where a module is imported by a name that is computed, and whose word that name is.
NAMED_BY = {
    "groundswell/__init__.py": "our own list", "simulation/__init__.py": "our own list", "experiments/__init__.py": "our own list",
    "scenarios/__init__.py": "our own list",
    "experiments/cli/table.py": "our own list", "dashboards/web/page_list.py": "our own list", "experiments/benchmark.py": "a name in the code",
    "simulation/identity.py": "code that runs already", "experiments/studies/kept_study.py": "the user's, typed as --measured",
}  # fmt: skip

# What only takes from a pipe what another process of the same program sent; it opens no file.
FROM_PIPES = {"experiments/processes.py": {"pickle"}}


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Return every call with the last part of the name that is called."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(getattr(node.func, "attr", getattr(node.func, "id", "")), node) for node in found]


@pytest.mark.parametrize("floor", PACKAGES)
def test_something_that_runs_what_it_reads_is_used(floor) -> None:
    for path in sorted((ROOT / floor).rglob("*.py")):
        name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            assert not {m.split(".")[0] for m in modules} & CODE_MODULES - FROM_PIPES.get(name, set()), name
            assert name not in FROM_PIPES or not {"open", "read_bytes", "load"} & {called for called, _ in calls(tree)}, name
        for called, node in calls(tree):
            is_regex = called == "compile" and getattr(getattr(node.func, "value", None), "id", "") in ("re", "regex")
            assert called not in CODE_CALLS or is_regex, f"{name}: {called}"
            assert called not in ("import_module", "spec_from_file_location") or name in NAMED_BY, f"{name}: {called}"
            given = {k.arg: k.value for k in node.keywords}
            if called == "load" and getattr(getattr(node.func, "value", None), "id", "") in ("np", "numpy"):
                assert isinstance(given.get("allow_pickle"), ast.Constant) and given["allow_pickle"].value is False, name
            if called in ("load", "load_all", "compose") and getattr(getattr(node.func, "value", None), "id", "") == "yaml":
                assert getattr(given.get("Loader"), "attr", getattr(given.get("Loader"), "id", "")) in ("_Loader", "SafeLoader"), (
                    name
                )


def test_the_list_of_imports_by_name_is_no_longer_true() -> None:
    for name in NAMED_BY:
        assert "import_module" in (ROOT / name).read_text(encoding="utf-8"), name


class Evil:
    """What a file from somebody else may hold."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return subprocess.call, (["touch", str(self.trace)],)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "s"
    fill_store(Store.create(folder, listed(8, 1, quick), "test"), workers=1)
    return folder


def bad_pickle(trace: Path) -> bytes:
    return pickle.dumps(Evil(trace))


def bad_array(trace: Path) -> bytes:
    import io

    sink = io.BytesIO()
    np.savez(sink, meta=np.array([Evil(trace)], dtype=object), about=np.array([Evil(trace)], dtype=object))
    return sink.getvalue()


def bad_table(trace: Path) -> bytes:
    """A column whose type says that it is put together by unpickling."""
    about = {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": bad_pickle(trace)}
    table = pa.table([pa.array([1.0])], schema=pa.schema([pa.field("y", pa.float64(), metadata=about)]))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def bad_text(trace: Path) -> bytes:
    return f"!!python/object/apply:subprocess.call [[touch, {trace}]]\n".encode()


BAD: dict[str, Callable[[Path], bytes]] = {"pickle": bad_pickle, "npz": bad_array, "parquet": bad_table, "yaml": bad_text}
PLACED = {".json": "a document", ".parquet": "a table"}


def test_a_results_folder_runs_code(finished, tmp_path, capsys) -> None:
    """Every file of a store is in turn each of those, with checksums to match where a stranger can make them."""
    trace = tmp_path / "was-here"
    names = [
        str(p.relative_to(finished))
        for p in sorted(finished.rglob("*"))
        if p.is_file() and p.parent.name not in ("chunks", "ledger")
    ]
    names += ["chunks/0000000.parquet", "ledger/0000000.json", "study.pickle", "runs.parquet"]
    assert {Path(n).suffix for n in names} >= set(PLACED)
    for name in names:
        for make in BAD.values():
            folder = Path(shutil.copytree(finished, tmp_path / "s"))
            (folder / name).write_bytes(make(trace))
            plan = json.loads((finished / PLAN).read_text())
            if name in plan["files"]:
                (folder / PLAN).write_bytes(
                    sealed({**plan, "files": {**plan["files"], name: checksum((folder / name).read_bytes())}})
                )
            if name == "chunks/0000000.parquet":
                entry = json.loads((folder / "ledger/0000000.json").read_text())
                (folder / "ledger/0000000.json").write_bytes(
                    sealed({**entry, "files": {name: checksum((folder / name).read_bytes())}})
                )
            code = main(["results", str(folder)])
            assert code in (0, 2), name
            assert "Traceback" not in capsys.readouterr().err
            shutil.rmtree(folder)
    assert not trace.exists()


def test_a_plan_has_verify_import_and_call_what_it_names(finished, tmp_path, capsys) -> None:
    """`subprocess:call` in the plan and in the kept study, all sealed anew."""
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    document = json.loads((folder / STUDY).read_text())
    document["measured"]["name"] = "subprocess:call"
    (folder / STUDY).write_text(json.dumps(document))
    plan = json.loads((folder / PLAN).read_text())
    plan["study"]["measured"] = "subprocess:call"
    plan["files"][STUDY] = checksum((folder / STUDY).read_bytes())
    (folder / PLAN).write_bytes(sealed(plan))
    store = Store.open(folder)
    assert isinstance(store.study.measured, Named)
    assert main(["verify", str(folder)]) == 2
    assert "is run again only if you name it" in capsys.readouterr().err
    shutil.rmtree(folder / "chunks")
    with pytest.raises(InputError, match="a folder may not decide what code runs here"):
        fill_store(store, workers=1)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [("study", {"is": "Dask", "address": "tcp://127.0.0.1:1"}, "'Dask' is not part"), ("study", {"is": "experiments.studies.engine.Dask"}, "is not part"),
     ("measured", {"object": {"is": "Popen", "args": "x"}}, "'Popen' is not part"), ("study", [], "it is not a study"), ("study", None, "it is not a study"),
     ("places", {"a": {"is": "table", "file": "../../x", "columns": [], "dtypes": [], "rows": False}}, "cannot be read"),
     ("places", {"a": {"is": "array", "dtype": "O", "shape": [1], "values": [1]}}, "is not part"), ("measured", 7, "cannot be read"), ("design", None, "cannot be read")],
)  # fmt: skip
def test_a_kept_study_calls_any_class_with_any_arguments(finished, tmp_path, capsys, place, value, message) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    document = json.loads((folder / STUDY).read_text())
    (folder / STUDY).write_text(json.dumps({**document, place: value}))
    plan = json.loads((folder / PLAN).read_text())
    plan["files"][STUDY] = checksum((folder / STUDY).read_bytes())
    (folder / PLAN).write_bytes(sealed(plan))
    assert main(["results", str(folder)]) == 2
    shown = capsys.readouterr()
    assert re.search(message, shown.err) and not shown.out


def test_a_function_is_run_only_by_its_own_name(finished, capsys) -> None:
    for given, code, message in (("tests.planted:quick", 0, ""), ("tests.planted:slow", 2, "the function given is tests.planted:slow"), ("subprocess:call", 2, "the function given is"),
                                 ("quick", 2, "allowed: module:function"), ("no.such:thing", 2, "allowed: module:function"), (":x", 2, "allowed: module:function")):  # fmt: skip
        assert main(["verify", str(finished), "--measured", given]) == code
        assert message in capsys.readouterr().err
    assert len(Results(finished).runs) == 8, "looking needs no function"


def test_other_files_run_code(tmp_path, monkeypatch) -> None:
    """Study and scenario files, worlds that are kept, and pages that the dashboard keeps."""
    trace = tmp_path / "was-here"
    (tmp_path / "x.yaml").write_bytes(bad_text(trace))
    with pytest.raises(InputError, match="line 1"):
        read_yaml(tmp_path / "x.yaml")
    monkeypatch.setenv("GROUNDSWELL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "archives").mkdir(parents=True)
    for make in BAD.values():
        content = make(trace)
        path = tmp_path / "cache" / "archives" / "world-x.npz"
        path.write_bytes(content)
        with path.open("rb") as file:
            whole = archives._checksum(file, "world-x", len(content))
        path.write_bytes(content + whole)
        assert archives.load("world-x") is None
        archives.forget("smallton")
        (tmp_path / "page.npz").write_bytes(content)
        assert kept._place_of(tmp_path / "page.npz") in ("", None)
    assert not trace.exists()


def test_a_function_that_no_worker_could_find_is_refused_at_once(tmp_path) -> None:
    planned = listed(8, 1, lambda row, replicate: {"y": 1.0})
    with pytest.raises(InputError, match="cannot be found by that name; use one defined in a module"):
        Store.create(tmp_path / "s", planned, "x")
