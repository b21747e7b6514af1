"""The house stands as drawn: no import runs upward, and the month, its parameters and its files keep to their rules."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import networkx as nx
import pytest

from scenarios.defaults import DEFAULT_PLACE
from simulation.measures.measure import HEADLINES
from tests.imports import FLOORS, ROOT, graph, imported, modules, tree

# Below its caller, and called by it all the same: a comparison writes its own page, when it is asked to.
BY_REQUEST = {("experiments.comparison.comparison", "experiments.reports.report")}
# The folders within each package, the lowest first: none imports one to its right.
ORDER = {
    "simulation": ("kernels", "declared", "state", "month", "measures"),
    "scenarios": ("catalogue", "own_data", "places", "evidence"),
    "scenarios.own_data": ("tables", "networks", "records", "surveys"),
    "experiments": ("kept", "comparison", "studies", "evidence", "reports", "serving", "cli"),
    "experiments.evidence": ("calibration", "robustness", "validation"),
    "experiments.reports": ("assurance",),
    "experiments.studies": ("runs",),
    "dashboards": ("records", "controls", "safeguards", "web", "own_data", "questions", "results", "session", "server"),
}
# The one exception: a scenario is annotated with the place that it draws from, which gives `People`, and what people are needs the declarations.
# Only the annotation needs it, and no two modules import each other.
FOR_TYPES = {("simulation.declared.scenario", "simulation.state.people")}


def test_every_floor_has_its_folder_of_tests() -> None:
    assert [floor for floor in FLOORS if not any((ROOT / "tests" / floor).glob("test_*.py"))] == []


def sources(floor: str) -> list[Path]:
    return sorted((ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("floor", FLOORS)
def test_no_import_runs_upward(floor) -> None:
    above = (*FLOORS[FLOORS.index(floor) + 1 :], "groundswell", "tests")
    for module in modules():
        if module.split(".")[0] == floor:
            wrong = [name for name, _ in imported(module) if name.split(".")[0] in above]
            assert not wrong, f"{module} imports {wrong}"


def test_no_imports_run_in_a_circle() -> None:
    """Those inside functions and those for types alone are counted too: a circle is a circle."""
    edges = graph().copy()
    edges.remove_edges_from(BY_REQUEST)
    circles = [sorted(members) for members in nx.strongly_connected_components(edges) if len(members) > 1]
    assert not circles


def folders() -> dict[str, set[str]]:
    """Return the names of the folders with modules within each package that has any."""
    found: dict[str, set[str]] = {}
    for module, path in modules().items():
        package, _, name = module.rpartition(".")
        if path.name == "__init__.py" and package:
            found.setdefault(package, set()).add(name)
    return found


def test_every_folder_has_its_place_in_the_order() -> None:
    assert {package: set(names) for package, names in ORDER.items()} == folders()


@pytest.mark.parametrize("package", ORDER)
def test_folders_stand_in_their_order(package) -> None:
    """No folder imports a higher one of the same package, so that none of them import each other."""
    rank = {f"{package}.{name}": n for n, name in enumerate(ORDER[package])}
    for module, name in set(graph().edges) - BY_REQUEST - FOR_TYPES:
        importer, given = (next((rank[f] for f in rank if f"{x}.".startswith(f"{f}.")), None) for x in (module, name))
        if importer is not None and given is not None:
            assert given <= importer, f"{module} imports {name}"


def test_the_exceptions_are_needed() -> None:
    assert set(graph().edges) >= BY_REQUEST | FOR_TYPES


def test_the_dashboard_knows_no_command() -> None:
    """What commands share with pages lies below both."""
    wrong = [(a, b) for a, b in graph().edges if a.startswith("dashboards.") and b.startswith("experiments.cli")]
    assert not wrong


def test_the_model_knows_no_files_and_no_generator_state() -> None:
    for path in sources("simulation"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"np\.random|import random|default_rng|\bopen\(|read_csv|to_parquet", text), path.name


def test_small_files_and_functions() -> None:
    for path in modules().values():
        assert path.read_text(encoding="utf-8").count("\n") <= 450, path.name
        for function in functions(path):
            assert (function.end_lineno or 0) - function.lineno < (80 if is_kernel(function) else 60), (
                f"{path.name}: {function.name}"
            )


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("njit" in ast.unparse(mark) for mark in function.decorator_list)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_function_takes_more_than_twelve_arguments() -> None:
    """But kernels, which take arrays one by one. A command that has many options takes them as one dataclass."""
    for path in modules().values():
        for function in functions(path):
            given = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
            own = [a for a in given if a.arg not in ("self", "cls")]
            assert len(own) <= 12 or is_kernel(function), f"{path.name}: {function.name}"


def test_the_project_reads_nothing_outside_itself() -> None:
    """No path outside the checkout, no download, no address of a package registry."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        if name.endswith((".py", ".toml", ".txt", "Makefile", ".yaml", "run")) and name != "tests/test_architecture.py":
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(r"\.\./shared|\s-{2}(extra-)?index-url|\s-{2}find-links|https?://\S+\.(whl|tar\.gz)", text), name


def test_nothing_is_printed_that_a_terminal_may_obey() -> None:
    """Only `console` prints, with control characters written out; words of workers' own are none of a folder's."""
    allowed = {"console.py", "processes.py", "kept/cache.py"}
    for path in sorted((ROOT / "experiments").rglob("*.py")):
        found = re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8"))
        assert path.relative_to(ROOT / "experiments").as_posix() in allowed or not found, (
            f"{path.name}: take console.tell, or console.say"
        )


def test_no_help_types_a_number_that_an_option_has_by_default() -> None:
    """The number is declared in `simulation.declared.sizes` or beside what uses it, and the help is made of it."""
    typed = {}
    for path in (*sources("experiments"), *sources("dashboards")):
        found = re.findall(r"\[default: [^\]{]*\d[^\]]*\]", path.read_text(encoding="utf-8"))
        typed |= {path.name: found} if found else {}
    assert typed == {}


def test_the_place_that_is_meant_where_nobody_says_is_typed_once() -> None:
    """Help, studies and pages take it from `scenarios.defaults`; two modules mean Haringey itself."""
    of_itself = {"experiments.benchmark", "experiments.evidence.validation.verdicts", "scenarios.defaults"}
    typed = {
        name
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and re.search(rf"^{DEFAULT_PLACE}$|\[default: .*{DEFAULT_PLACE}", str(node.value))
    }
    assert typed == of_itself


def test_no_list_of_headline_measures_is_typed() -> None:
    """`Measure.headline` says which they are; another list of them would have to be kept in step by hand."""
    typed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules().values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and len({e.value for e in node.elts if isinstance(e, ast.Constant)} & set(HEADLINES)) > 2
    ]
    assert typed == []
