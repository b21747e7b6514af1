"""The house stands as drawn: no import runs upward, and the month, its parameters and its files keep to their rules."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("simulation", "scenarios", "experiments", "dashboards")


def sources(floor: str) -> list[Path]:
    return sorted((ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("floor", FLOORS)
def test_no_import_runs_upward(floor) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    for path in sources(floor):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            for name in names:
                assert name.split(".")[0] not in (*above, "tests"), f"{path.name} imports {name}"


def test_the_model_knows_no_files_and_no_generator_state() -> None:
    for path in sources("simulation"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"np\.random|import random|default_rng|\bopen\(|read_csv|to_parquet", text), path.name


def test_small_files_and_functions() -> None:
    for floor in FLOORS:
        for path in sources(floor):
            text = path.read_text(encoding="utf-8")
            assert text.count("\n") <= 450, path.name
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    assert (node.end_lineno or 0) - node.lineno < 80, f"{path.name}: {node.name}"


def test_the_project_reads_nothing_outside_itself() -> None:
    """No path outside the checkout, no download, no address of a package registry."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        if name.endswith((".py", ".toml", ".txt", "Makefile", ".yaml", "run")) and name != "tests/test_architecture.py":
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(r"\.\./shared|\s-{2}(extra-)?index-url|\s-{2}find-links|https?://\S+\.(whl|tar\.gz)", text), name


def test_something_is_printed_that_a_terminal_may_obey() -> None:
    """Only `console` prints, with control characters written out; words of workers' own are none of a folder's."""
    allowed = {"console.py", "processes.py", "kept/cache.py"}
    for path in sorted((ROOT / "experiments").rglob("*.py")):
        found = re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8"))
        assert path.relative_to(ROOT / "experiments").as_posix() in allowed or not found, (
            f"{path.name}: take console.tell, or console.say"
        )
