"""Which of the usual formats a network file has, judged by its content; its ending only helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from simulation.declared.parameters import InputError

from ..tables.table_file import EXCEL, OTHER_SHEETS
from .cells import Cells, excel_cells, text_cells, text_lines
from .graphs import graph_network, read_graph
from .lists import list_network
from .matrices import matrix_network
from .neighbours import neighbour_network
from .network import FORMS, Network

ENDINGS = {".graphml": "XML", ".gexf": "XML", ".xml": "XML", ".gml": "GML", ".adjlist": "adjlist"}
OTHERS = {".json": "JSON", ".rds": "R's own format", ".rda": "R's own format", ".rdata": "R's own format", ".sav": "SPSS", ".dta": "Stata", ".mat": "MATLAB",
          ".graph6": "graph6", ".g6": "graph6", ".s6": "sparse6", ".zip": "packed", ".gz": "packed", ".gephi": "Gephi's own format", ".vna": "VNA", ".dl": "UCINET DL"}  # fmt: skip


def read_network(path: Path, given: Mapping[str, str]) -> Network:
    """Return the network of a file.

    Args:
        given: columns by field (`from`, `to`, `weight`, `kind`), for lists of ties.

    Raises:
        InputError: naming file, line and what to do.
    """
    ending = path.suffix.lower()
    if ending in OTHERS or ending in OTHER_SHEETS:
        raise InputError(f"{path}: {OTHERS.get(ending, ending)} is not read; save the network as one of: {FORMS}")
    if ending in EXCEL:
        return _of_cells(excel_cells(path), given)
    lines, notes = text_lines(path)
    form = ENDINGS.get(ending) or _form(path, lines)
    if form == "list":
        return _of_cells(text_cells(path, lines, notes), given)
    graph, read = read_graph(path, form)
    return graph_network(graph, path, given, read)


def _form(path: Path, lines: list[str]) -> str:
    """Return which form the lines have."""
    head = [line.strip().lstrip("\ufeff") for line in lines[:200] if line.strip()]
    if not head:
        raise InputError(f"{path}: is empty; allowed: {FORMS}")
    if head[0].startswith("<"):
        return "XML"
    if head[0].lower().startswith("%%matrixmarket"):
        return "mtx"
    plain = [line for line in head if not line.startswith(("%", "#"))]
    if not plain:
        return "list"
    first = plain[0].lower()
    if re.match(r"\*(vertices|network)\b", first):
        return "Pajek"
    if re.match(r"(creator|version|graph|comment|directed)\b.*|graph\s*\[", first) and any(
        re.search(r"\bgraph\b\s*\[?$", line.lower()) or "graph [" in line.lower() for line in plain
    ):
        return "GML"
    if re.match(r"dl\b.*\bn\s*=", first) or first.startswith(("{", "leda.graph", "*node data")):
        raise InputError(f"{path}: this form of network file is not read; save the network as one of: {FORMS}")
    if sum(re.search(r"\{.*\}$", line) is not None for line in plain) > len(plain) / 2:
        return "edgelist"
    return "list"


def _of_cells(cells: Cells, given: Mapping[str, str]) -> Network:
    found = (None if given else matrix_network(cells)) or neighbour_network(cells, given)
    return list_network(cells, given) if found is None else found
