"""Who imports whom among the project's own modules, whether at the top, inside a function or for types alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx

import groundswell

ROOT = Path(__file__).resolve().parent.parent
FLOORS = groundswell.FLOORS
PACKAGES = ("groundswell", *FLOORS)


@cache
def modules() -> dict[str, Path]:
    """Return every module of the project by its dotted name."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """Return a parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[tuple[str, int]]:
    """Give the full name of all that a module imports, of ours or not, with the line."""
    path, known = modules()[module], modules()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base, node.lineno) for alias in node.names)


@cache
def graph() -> nx.DiGraph:
    """Return the modules with an edge from each to those that it imports."""
    edges = nx.DiGraph()
    for module in modules():
        edges.add_edges_from((module, name) for name, _ in imported(module) if name in modules() and name != module)
    return edges
