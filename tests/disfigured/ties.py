"""Networks: edge lists, lists of all pairs, adjacency matrices and the formats of network programs."""

from __future__ import annotations

import random
from pathlib import Path

import networkx as nx
import numpy as np

from scenarios.own_data.networks.ties import read_ties

from .case import Case, Numbers, maybe
from .files import write_table

ENDS = (("from", "to"), ("source", "target"), ("Source", "Target"), ("ego", "alter"), ("i", "j"), ("a", "b"), ("node1", "node2"))
NOBODY = ("NA", "", "NaN", "N/A")


def make(lot: random.Random, folder: Path) -> Case:
    """Draw a network and write it."""
    people = lot.randint(12, 36)
    graph = nx.connected_watts_strogatz_graph(people, 4, 0.3, seed=lot.randrange(1 << 30))
    names = _names(lot, people)
    form = lot.choice((_edges, _edges, _edges, _pairs, _matrix, _graph_file, _spaced))
    path, marks, alone = form(lot, folder, graph, names)
    return Case(path, tuple(marks), _truth(graph, alone), lambda: _read(path), tolerance=1e-6)


def _names(lot: random.Random, people: int) -> list[str]:
    kind = lot.choice(("number", "from 1", "text", "code"))
    if kind == "number":
        return [str(n) for n in range(people)]
    if kind == "from 1":
        return [str(n + 1) for n in range(people)]
    return [f"p{n:03d}" if kind == "text" else f"{(n * 7919) % 10007 + 20000}" for n in range(people)]


def _truth(graph: nx.Graph, alone: int) -> dict[str, float]:
    degrees = sorted(d for _, d in graph.degree) if not alone else sorted([0] * alone + [d for _, d in graph.degree])
    return {"people": len(degrees), "ties": graph.number_of_edges()} | {f"degree {n}": d for n, d in enumerate(degrees)}


def _read(path: Path) -> Numbers:
    own = read_ties(path)
    degrees = np.sort(np.diff(own.ties.offsets))
    return {"people": own.people, "ties": degrees.sum() / 2} | {f"degree {n}": float(d) for n, d in enumerate(degrees)}


def _edges(lot: random.Random, folder: Path, graph: nx.Graph, names: list[str]) -> tuple[Path, list[str], int]:
    edges = [(names[a], names[b]) if maybe(lot, 0.5) else (names[b], names[a]) for a, b in graph.edges]
    marks = ["edge list"]
    if maybe(lot, 0.3):
        edges += [(b, a) for a, b in edges if maybe(lot, 0.5)]
        marks.append("some both ways")
    lot.shuffle(edges)
    if maybe(lot, 0.3):
        return (*_bare(lot, folder, edges, marks), 0)
    alone = lot.randint(1, 5) if maybe(lot, 0.3) else 0
    ends = lot.choice(ENDS)
    lines = [[a, b] for a, b in edges] + [[f"x{n}", lot.choice(NOBODY)] for n in range(alone)]
    header = [ends[0], ends[1]]
    if alone:
        marks.append("people alone")
    for name, values in _beside(lot, len(lines)):
        first = name in ("", "id", "Unnamed: 0") or maybe(lot, 0.5)
        header = [name, *header] if first else [*header, name]
        lines = [[v, *line] if first else [*line, v] for v, line in zip(values, lines, strict=True)]
        marks.append(f"column {name!r}")
    return (*_joined(marks, write_table(lot, folder, header, lines, "edges", plain=True)), alone)


def _joined(marks: list[str], written: tuple[Path, list[str]]) -> tuple[Path, list[str]]:
    return written[0], [*marks, *written[1]]


def _bare(lot: random.Random, folder: Path, edges: list[tuple[str, str]], marks: list[str]) -> tuple[Path, list[str]]:
    path = folder / f"edges{lot.choice(('.csv', '.txt', '.tsv'))}"
    mark = {".csv": ",", ".txt": lot.choice((" ", "\t", ",")), ".tsv": "\t"}[path.suffix]
    path.write_text("".join(f"{a}{mark}{b}\n" for a, b in edges))
    return path, [*marks, "no names of columns", f"delimiter {mark!r}"]


def _beside(lot: random.Random, lines: int) -> list[tuple[str, list[str]]]:
    columns = (
        (lot.choice(("", "id", "Unnamed: 0")), [str(n + 1) for n in range(lines)]),
        ("weight", [str(lot.choice((1, 2, 0.5))) for _ in range(lines)]),
        ("since", [str(lot.randint(1990, 2024)) for _ in range(lines)]),
        ("note", [lot.choice(("met at school", "works with", "")) for _ in range(lines)]),
    )
    return [column for column in columns if maybe(lot, 0.3)]


def _pairs(lot: random.Random, folder: Path, graph: nx.Graph, names: list[str]) -> tuple[Path, list[str], int]:
    """Every pair with a weight of 0 or more."""
    people = range(len(names))
    pairs = [(a, b) for a in people for b in people if a < b]
    lot.shuffle(pairs)
    tied, untied = lot.choice((("1", "0"), ("1.0", "0.0"), ("2.5", "0")))
    lines = [[names[a], names[b], tied if graph.has_edge(a, b) else untied] for a, b in pairs]
    header = [*lot.choice(ENDS), lot.choice(("weight", "value", "tie", "link"))]
    return (*_joined(["all pairs"], write_table(lot, folder, header, lines, "pairs", plain=True)), 0)


def _matrix(lot: random.Random, folder: Path, graph: nx.Graph, names: list[str]) -> tuple[Path, list[str], int]:
    table = [[str(int(graph.has_edge(a, b))) for b in range(len(names))] for a in range(len(names))]
    labels = lot.choice(("none", "both", "columns", "V"))
    path = folder / f"matrix{lot.choice(('.csv', '.csv', '.txt'))}"
    mark = "," if path.suffix == ".csv" else lot.choice((" ", "\t"))
    tops = [f"V{n + 1}" for n in range(len(names))] if labels == "V" else [f"p{name}" for name in names]
    lines = [] if labels == "none" else [tops if labels != "both" else ["", *tops]]
    lines += [[top, *row] if labels == "both" else row for top, row in zip(tops, table, strict=True)]
    if labels == "both" and mark == " ":
        mark = "\t"  # an empty corner cannot be told between blanks
    path.write_text("".join(mark.join(line) + "\n" for line in lines))
    return path, ["matrix", f"labels: {labels}", f"delimiter {mark!r}"], 0


def _graph_file(lot: random.Random, folder: Path, graph: nx.Graph, names: list[str]) -> tuple[Path, list[str], int]:
    alone = lot.randint(1, 4) if maybe(lot, 0.3) else 0
    named = nx.relabel_nodes(graph, dict(enumerate(names)))
    named.add_nodes_from(f"x{n}" for n in range(alone))
    ending = lot.choice((".graphml", ".gexf", ".gml", ".net"))
    path = folder / f"network{ending}"
    {".graphml": nx.write_graphml, ".gexf": nx.write_gexf, ".gml": nx.write_gml, ".net": nx.write_pajek}[ending](named, path)
    return path, [ending], alone


def _spaced(lot: random.Random, folder: Path, graph: nx.Graph, names: list[str]) -> tuple[Path, list[str], int]:
    path = folder / f"network{lot.choice(('.edges', '.txt', '.edgelist'))}"
    lines = [f"{names[a]} {names[b]}\n" for a, b in graph.edges]
    lot.shuffle(lines)
    head = lot.choice(("", "# undirected network\n", "% sym unweighted\n"))
    path.write_text(head + "".join(lines))
    return path, ["parted by blanks", f"head {head!r}"], 0
