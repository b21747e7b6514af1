"""Files of network programs, read by networkx: GraphML, GEXF, GML, Pajek, Matrix Market, lists of neighbours."""

from __future__ import annotations

import io
import re
import xml.parsers.expat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from ..tables.file_errors import unreadable
from ..tables.readings import Reading
from .cells import text_lines
from .lists import Table, check_given, tied
from .market import read_market
from .network import FORMS, MOST_PEOPLE, OPTION, Network, count_words

if TYPE_CHECKING:
    import networkx as nx

MOST_XML = 400_000_000  # bytes
_GEXF_NAMESPACE = re.compile(rb"http://(?:www\.)?gexf\.net/1\.[1-3](?:draft)?(?=[\"'])")


def graph_network(graph: nx.Graph, where: Path | str, given: Mapping[str, str], notes: list[str] | None = None) -> Network:
    """Return the network of a networkx graph; its edge attributes `weight` and `kind` are used like the columns of a list.

    Raises:
        InputError: naming what is wrong with an edge.
    """
    edges = list(graph.edges(data=True))
    if not edges:
        raise InputError(f"{where}: no ties between two people")
    attributes = dict.fromkeys(name for *_, data in edges for name in data)
    for name in ("from", "to"):
        if name in given:
            raise InputError(f"{OPTION}: {name}: a graph has no columns for its ends; allowed: weight=ATTRIBUTE, kind=ATTRIBUTE")
    frame = pd.DataFrame([[str(a), str(b), *(_text(data.get(k)) for k in attributes)] for a, b, data in edges], dtype=str)
    frame.columns = ["one end", "other end", *map(str, attributes)]
    table = Table(where, frame, lambda row: f"{where}: tie {row + 1}")
    check_given(given, table)
    network = tied(table, ("one end", "other end"), given)
    ends = Reading("ties", "ties", "", "ties as the file links people", {"ties": len(network.ends)})
    network.readings = [ends, *(r for r in network.readings if r.column not in ("one end", "other end"))]
    network.people += [str(node) for node in graph.nodes]
    if graph.is_directed():
        network.notes.insert(0, "the ties were directed; each was read as a mutual tie")
    network.notes[:0] = notes or []
    return network


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def read_graph(path: Path, form: str) -> tuple[nx.Graph, list[str]]:
    """Return the graph that a file holds, and notes.

    Args:
        form: `XML` (GraphML or GEXF), `GML`, `Pajek`, `adjlist`, `edgelist` (networkx, with its dictionaries) or `mtx`.

    Raises:
        InputError: it cannot be read.
    """

    readers = {"XML": _xml, "GML": _gml, "Pajek": _pajek, "adjlist": _adjacency, "edgelist": _edges, "mtx": _market}
    with unreadable(path, f"{form} file", f"allowed: {FORMS}"):
        return readers[form](path)


def _xml(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    with path.open("rb") as file:
        data = file.read(MOST_XML + 1)
    if len(data) > MOST_XML:
        raise InputError(f"{path}: more than {MOST_XML / 1e6:g} MB; allowed: {MOST_XML / 1e6:g} MB. Use a part of the network")
    form = _checked_xml(path, data)
    try:
        if form == "graphml":
            return nx.read_graphml(io.BytesIO(data)), [f"{path.name} was read as GraphML"]
        return nx.read_gexf(io.BytesIO(_GEXF_NAMESPACE.sub(b"http://www.gexf.net/1.2draft", data)), node_type=str), [
            f"{path.name} was read as GEXF"
        ]
    except (nx.NetworkXError, KeyError, ValueError, TypeError, AttributeError) as error:
        name = {"graphml": "GraphML", "gexf": "GEXF"}[form]
        raise InputError(f"{path}: not a readable {name} file{advice().reason(str(error))}") from None


def _checked_xml(path: Path, data: bytes) -> str:
    """Return the root element in lower case, after a pass over the whole file that refuses entities.

    Raises:
        InputError: it is no XML, declares entities, or is neither GraphML nor GEXF.
    """
    roots: list[str] = []
    parser = xml.parsers.expat.ParserCreate()
    name = "GEXF" if path.suffix.lower() == ".gexf" else "GraphML"

    def entity(*_: Any) -> None:
        raise InputError(f"{path}: {name} with entities is not read")

    inside: dict[str, int] = {}

    def start(tag: str, _: Any) -> None:
        element = tag.rpartition(":")[2].lower()
        if not roots:
            roots.append(element)
        inside[element] = inside.get(element, 0) + 1

    parser.EntityDeclHandler, parser.StartElementHandler = entity, start
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise InputError(f"{path}: not a readable {name} file{advice().reason(str(error))}") from None
    if roots[0] not in ("graphml", "gexf"):
        raise InputError(f"{path}: XML of <{roots[0]}> is not read; allowed: {FORMS}")
    if inside.get("graph", 0) > 1 or inside.get("nodes", 0) > 1:
        number = max(inside.get("graph", 0), inside.get("nodes", 0))
        raise InputError(
            f"{path}: {number} graphs, side by side or nested; use a file with one graph, in which every node is a person and none is a group"
        )
    return roots[0]


def _lines(path: Path) -> list[str]:
    return text_lines(path)[0]


def _gml(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    text = "".join(_lines(path))
    try:
        graph = nx.parse_gml(text, label="id")
    except nx.NetworkXError as error:
        if "duplicated" not in str(error):
            raise
        graph = nx.parse_gml(re.sub(r"\bgraph\s*\[", "graph [\n multigraph 1\n", text, count=1), label="id")
    return graph, [f"{path.name} was read as GML"]


def _pajek(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    notes = [f"{path.name} was read as Pajek"]
    graph = nx.parse_pajek("\n".join(_plain_pajek(path, notes)))
    return graph, notes


def _plain_pajek(path: Path, notes: list[str]) -> Iterator[str]:
    """Give the lines of a Pajek file as networkx understands them: every vertex by its number, each tie on a line, no comments."""
    number, section, sections = 0, "", 0
    for at, raw in enumerate(_lines(path), 1):
        line = raw.strip().lstrip("\ufeff")
        if not line or line.startswith("%"):
            continue
        if line.startswith("*"):
            section = line.split()[0].lower()
            if section == "*vertices":
                parts = line.split()
                if number or len(parts) != 2:
                    raise InputError(
                        f"{path}: line {at}: '{line[:40]}'; allowed: *Vertices NUMBER, once (people by places or events are not read)"
                    )
                number = _vertices(path, at, parts[1])
                yield f"*vertices {number}"
                yield from (f'{n} "{n}"' for n in range(1, number + 1))
            elif section in ("*arcs", "*edges", "*arcslist", "*edgeslist", "*matrix"):
                sections += 1
                yield section.removesuffix("list")
            elif section != "*network":
                notes.append(f"the part {section} was left out")
        elif section in ("*arcs", "*edges"):
            ends = line.split()
            _check_vertices(path, at, ends[:2], number)
            yield " ".join(ends[:3] if len(ends) > 2 and _is_float(ends[2]) else ends[:2])
        elif section in ("*arcslist", "*edgeslist"):
            ends = line.split()
            _check_vertices(path, at, ends, number)
            yield from (f"{ends[0]} {other}" for other in ends[1:])
        elif section == "*matrix":
            yield " ".join(_cell(path, at, cell) for cell in line.split())
    if sections == 0:
        raise InputError(f"{path}: no ties: none of *Edges, *Arcs, *Matrix; allowed: {FORMS}")
    if sections > 1:
        notes.append(f"{sections} parts of ties were read as one network")


def _vertices(path: Path, at: int, cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", cell) or int(cell) > MOST_PEOPLE:
        raise InputError(f"{path}: line {at}: '{cell[:40]}' vertices; allowed: whole numbers up to {MOST_PEOPLE:,}")
    return int(cell)


def _check_vertices(path: Path, at: int, ends: list[str], number: int) -> None:
    for end in ends:
        if len(ends) < 2 or not re.fullmatch(r"[0-9]{1,18}", end) or not 1 <= int(end) <= number:
            raise InputError(f"{path}: line {at}: '{' '.join(ends)}'; allowed: two numbers of vertices, 1 to {number:,}")


def _cell(path: Path, at: int, cell: str) -> str:
    if not _is_float(cell) or float(cell) < 0:
        raise InputError(f"{path}: line {at}: '{cell}'; allowed: 0 for no tie and more for a tie")
    return str(int(float(cell) > 0))


def _is_float(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _adjacency(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    graph = nx.parse_adjlist(_lines(path), nodetype=str)
    return graph, [
        f"{path.name} was read as a list of neighbours: a person, then everybody tied to them ({count_words(len(graph), 'person', 'people')})"
    ]


def _edges(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    return nx.parse_edgelist(_lines(path), nodetype=str, data=True), [f"{path.name} was read as an edge list of networkx"]


def _market(path: Path) -> tuple[nx.Graph, list[str]]:
    import networkx as nx

    people, entries = read_market(path)
    graph = nx.Graph()
    graph.add_nodes_from(range(1, people + 1))
    graph.add_weighted_edges_from(entries)
    return graph, [f"{path.name} was read as a Matrix Market file"]
