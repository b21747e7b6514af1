"""A network of one's own: edge lists, GraphML or networkx graphs, checked, described, and what the generator is fitted to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from simulation.parameters import InputError
from simulation.ties import HOUSEHOLD, KINDS, PARAMETERS, Ties, TiesValues

from .readings import Reading
from .tables import read

if TYPE_CHECKING:
    import networkx as nx

    from .places.place import TablePlace

SOURCES = 400  # people from whom paths are measured
STATISTICS = ("degree", "clustering", "path_length")
MOST_PEOPLE = 2_000_000
FITTED = ("ties.neighbour_circle", "ties.density", "ties.distant_share")


@dataclass
class OwnTies:
    """A network as it was read.

    Attributes:
        ties: undirected ties between rows 0..n-1.
        notes: what was done to read it, in plain words.
        readings: which columns were read as the ends of ties, as their weight or kind, and which were not used.
        statistics: degree, clustering and path length of ties outside the household.
    """

    ties: Ties
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.ties.offsets) - 1

    @property
    def statistics(self) -> dict[str, float]:
        """Mean degree, mean local clustering and mean path length (of connected pairs)."""
        return describe(self.ties)


def describe(ties: Ties) -> dict[str, float]:
    """Return mean degree, mean local clustering, mean path length and the share of people without ties.

    The household is left out. Paths run from 400 people spread over the rows, to everybody whom they reach.
    """
    n = len(ties.offsets) - 1
    source = np.repeat(np.arange(n), np.diff(ties.offsets))
    keep = (ties.targets >= 0) & ((ties.targets & 3) != HOUSEHOLD)
    matrix = csr_matrix((np.ones(keep.sum(), np.int8), (source[keep], ties.targets[keep] >> 2)), shape=(n, n))
    starts = np.unique(np.linspace(0, n - 1, min(SOURCES, n)).astype(int))
    steps = shortest_path(matrix, method="D", unweighted=True, indices=starts) if n <= 50_000 else np.full((1, 1), np.nan)
    reached = steps[np.isfinite(steps) & (steps > 0)]
    degree = np.bincount(source[keep], minlength=n)
    return {
        "degree": float(degree.mean()),
        "clustering": ties.statistics()["clustering"],
        "path_length": float(reached.mean()) if len(reached) else float("nan"),
        "alone": float((degree == 0).mean()),
    }


def read_ties(path: Path, kind: str = "acquaintance") -> OwnTies:
    """Return a network from an edge list (.csv, .tsv, .txt, .edges: two columns, and perhaps `kind`) or GraphML.

    Args:
        kind: of ties whose kind is not given.

    Raises:
        InputError: naming file and line.
    """
    path = Path(path)
    if path.suffix.lower() in (".graphml", ".xml"):
        return from_graph(_graphml(path), kind, str(path))
    table = read(path)
    if len(table.frame.columns) < 2:
        raise InputError(f"{path}: one column; allowed: an edge list of two columns, or GraphML (.graphml)")
    names = {c.lower(): c for c in table.frame.columns}
    one, other = table.frame.columns[:2]
    ends = table.frame[[one, other]]
    header = all(c.lstrip("-").isdigit() for c in (one, other))  # an edge list without a line of names
    empty = (ends == "").any(axis=1).to_numpy()
    if empty.any():
        raise InputError(f"{table.line(int(empty.argmax()))}: one end of the tie is empty; each line needs two people")
    kinds = table.frame[names["kind"]] if "kind" in names else None
    if kinds is not None and not kinds.isin(KINDS).all():
        row = int((~kinds.isin(KINDS)).to_numpy().argmax())
        raise InputError(f"{table.line(row)}: kind: {kinds.iloc[row]!r}; allowed: {', '.join(KINDS)}")
    pairs = [*([(one, other)] if header else []), *ends.itertuples(index=False, name=None)]
    given = [*([kind] if header else []), *(kinds if kinds is not None else [kind] * len(ends))]
    return _of_pairs(
        pairs, given, [*table.notes, *(["the first line was read as a tie, not as names of columns"] if header else [])], str(path)
    )


def _graphml(path: Path) -> nx.Graph:
    import xml.etree.ElementTree

    import networkx as nx

    try:
        with open(path, "rb") as file:
            if b"<!ENTITY" in file.read(100_000):
                raise InputError(f"{path}: GraphML with entities is not read")
        return nx.read_graphml(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (xml.etree.ElementTree.ParseError, nx.NetworkXError, KeyError, ValueError) as error:
        raise InputError(f"{path}: not a readable GraphML file ({error})") from None


def from_graph(graph: nx.Graph, kind: str = "acquaintance", where: str = "ties") -> OwnTies:
    """Return a network from a networkx graph; any nodes, numbered in sorted order; edge attribute `kind` where given."""
    notes = ["the ties were directed; each was read as a tie of both"] if graph.is_directed() else []
    edges = [(str(a), str(b), k) for a, b, k in graph.edges(data="kind", default=kind)]
    unknown = {k for *_, k in edges} - set(KINDS)
    if unknown:
        raise InputError(f"{where}: unknown kind {sorted(map(str, unknown))[0]!r}; allowed: {', '.join(KINDS)}")
    return _of_pairs([(a, b) for a, b, _ in edges], [k for *_, k in edges], notes, where, [str(n) for n in graph.nodes])


def _of_pairs(
    pairs: list[tuple[str, str]], kinds: list[str], notes: list[str], where: str, nodes: list[str] | None = None
) -> OwnTies:
    ends = np.array(pairs, dtype=str).reshape(-1, 2)
    names = np.unique(np.concatenate([ends.ravel(), np.array(nodes or [], dtype=str)]))
    if len(names) < 2:
        raise InputError(f"{where}: no ties between two people")
    if len(names) > MOST_PEOPLE:
        raise InputError(f"{where}: {len(names):,} people; allowed: {MOST_PEOPLE:,}")
    if all(n.isdigit() for n in names):
        names = names[np.argsort(names.astype(np.int64), kind="stable")]
    sorter = np.argsort(names, kind="stable")
    a, b = (sorter[np.searchsorted(names, ends[:, side], sorter=sorter)] for side in (0, 1))
    loops = int((a == b).sum())
    low, high = np.minimum(a, b), np.maximum(a, b)
    doubles = len(a) - len(np.unique(low * len(names) + high))
    notes = [*notes]
    if loops:
        notes.append(f"{loops:,} ties of people with themselves were left out")
    if doubles:
        notes.append(f"{doubles:,} ties stand more than once (or in both directions) and count once")
    codes = np.array([KINDS.index(k) for k in kinds], dtype=np.int64)
    return OwnTies(Ties.from_pairs(len(names), a, b, codes), notes)


def edge_table(ties: Ties) -> pd.DataFrame:
    """Return the ties as an edge list of rows, each once, with their kind."""
    source = np.repeat(np.arange(len(ties.offsets) - 1), np.diff(ties.offsets))
    other = ties.targets >> 2
    once = source < other
    kinds = np.array(KINDS)[ties.targets[once] & 3]
    return pd.DataFrame({"a": source[once], "b": other[once], "kind": kinds})


@dataclass
class TiesFit:
    """A generator fitted to a network.

    Attributes:
        parameters: overrides of the `ties` parameters.
        given, made: statistics of the network, and of networks drawn with these parameters (mean over seeds).
    """

    parameters: dict[str, float]
    given: dict[str, float]
    made: dict[str, float]

    @property
    def worst(self) -> float:
        """Return the largest relative miss of degree, clustering and path length."""
        return max(abs(self.made[s] / self.given[s] - 1) for s in STATISTICS)


def fit_generator(
    given: OwnTies,
    place: TablePlace,
    circles: np.ndarray,
    shares: np.ndarray,
    progress: Callable[[int, int | None], None] | None = None,
) -> TiesFit:
    """Return parameters with which networks drawn in a place have the given one's degree, clustering and path length.

    The method of simulated moments: relative misses squared, networks of the given size, the same three seeds in every try, and Nelder
    and Mead's simplex from four starts, since circles of people are of whole sizes.

    Args:
        place: where people are drawn from.
        circles, shares: of the segments.
    """
    wanted = given.statistics
    people = [place.draw_people(given.people, shares, seed) for seed in (1, 2, 3)]
    tried = 0

    def drawn(x: np.ndarray) -> dict[str, float]:
        values = TiesValues(*[_value(p.name, x, p.default) for p in PARAMETERS.parameters])
        found = [describe(Ties.generate(p, circles, len(circles), values, seed)) for seed, p in enumerate(people)]
        return {name: float(np.mean([f[name] for f in found])) for name in wanted}

    def miss(x: np.ndarray) -> float:
        nonlocal tried
        tried += 1
        if progress:
            progress(tried, None)
        made = drawn(x)
        return sum((made[s] / wanted[s] - 1) ** 2 for s in STATISTICS if np.isfinite(made[s]))

    best: Any = None
    for circle, distant in ((0.6, 0.1), (1.0, 0.3), (0.4, 0.6), (1.6, 0.05)):
        start = np.array([np.log(max(circle * wanted["degree"], 2.5)), 1.0, np.log(max(distant * wanted["degree"], 0.05))])
        found = minimize(miss, start, method="Nelder-Mead", options={"maxfev": 70, "xatol": 1e-3, "fatol": 1e-6})
        if best is None or found.fun < best.fun:
            best = found
        if best.fun < 3e-4:
            break
    parameters = {name: round(_value(name.removeprefix("ties."), best.x, 0.0), 4) for name in FITTED}
    return TiesFit(parameters, wanted, drawn(best.x))


def _value(name: str, x: np.ndarray, default: float) -> float:
    """Return one parameter of the generator at a point of the search; what is not fitted keeps its default."""
    if name == "neighbour_circle":
        return float(np.clip(np.exp(x[0]), 2, 60))
    if name == "density":
        return float(1 / (1 + np.exp(-x[1])))
    if name == "distant_share":
        return float(np.clip(np.exp(x[2]), 0, 40))
    return default
