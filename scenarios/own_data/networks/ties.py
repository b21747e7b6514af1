"""A user's own network: read, described, and used to fit the generator; people are numbered, and their names are not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from simulation.declared.parameters import InputError
from simulation.state.ties import HOUSEHOLD, KINDS, PARAMETERS, Ties, TiesValues

from ...advice import advice
from ..tables.file_errors import last_net
from ..tables.readings import Reading
from .graphs import graph_network
from .network import MOST_PEOPLE, OPTION, Network, count_words
from .network_file import read_network
from .paths import steps_from

if TYPE_CHECKING:
    import networkx as nx

    from simulation.state.people import People, Place

SOURCES = 400  # people from whom paths are measured
MOST_MEASURED = 50_000  # people of a network up to which they are
STATISTICS = ("degree", "clustering", "path_length")
MOST_COMPLETE = 10  # people who may all know one another: a household, a small group
MISS = 0.1  # relative difference of a statistic beyond which a fit is reported as poor
FLOOR = 0.05  # of a statistic that others are compared with
LARGE_WARD = 100  # people of a ward from which on its borders cut few circles
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
    def pairs(self) -> int:
        """Number of pairs of people who are tied."""
        return len(self.ties.targets) // 2

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
    degree = np.bincount(source[keep], minlength=n)
    reached, steps = 0, 0
    if n <= MOST_MEASURED:
        starts = np.unique(np.linspace(0, n - 1, min(SOURCES, n)).astype(int))
        others = (ties.targets[keep] >> 2).astype(np.int64)
        reached, steps = steps_from(starts, np.concatenate([[0], np.cumsum(degree)]), others)
    return {
        "degree": float(degree.mean()),
        "clustering": ties.statistics()["clustering"],
        "path_length": float(steps / reached) if reached else float("nan"),
        "alone": float((degree == 0).mean()),
    }


@last_net
def read_ties(path: Path, kind: str = "acquaintance", columns: Mapping[str, str] | None = None) -> OwnTies:
    """Return the network of a file: a list of ties, an adjacency matrix, GraphML, GEXF, GML, Pajek, Matrix Market; what it holds decides, not its ending.

    Args:
        kind: of ties whose kind is not given.
        columns: columns of a list by field (`from`, `to`, `weight`, `kind`); they come before any guess.

    Raises:
        InputError: naming file, line and what to do.
    """
    return _numbered(read_network(Path(path), columns or {}), kind, str(path))


def from_graph(
    graph: nx.Graph, kind: str = "acquaintance", where: str = "ties", columns: Mapping[str, str] | None = None
) -> OwnTies:
    """Return a network from a networkx graph; any nodes, numbered in sorted order; edge attributes `kind` and `weight` where given.

    Args:
        columns: edge attributes by field (`weight`, `kind`); they come before any guess, and `{"weight": "all"}` says that all edges are ties.
    """
    return _numbered(graph_network(graph, where, columns or {}), kind, where)


def _numbered(network: Network, kind: str, where: str) -> OwnTies:
    """Return a network with its people numbered in the order of their names, which are not kept."""
    ends = np.array(network.ends, dtype=str).reshape(-1, 2)
    names = np.unique(np.concatenate([ends.ravel(), np.array(network.people, dtype=str)]))
    if len(names) < 2 or not len(ends):
        raise InputError(f"{where}: no ties between two people")
    if len(names) > MOST_PEOPLE:
        raise InputError(f"{where}: {len(names):,} people; allowed: {MOST_PEOPLE:,}")
    if all(n.isascii() and n.isdigit() and len(n) < 19 for n in names):
        names = names[np.argsort(names.astype(np.int64), kind="stable")]
    sorter = np.argsort(names, kind="stable")
    a, b = (sorter[np.searchsorted(names, ends[:, side], sorter=sorter)] for side in (0, 1))
    if (a == b).all():
        raise InputError(f"{where}: no ties between two people")
    notes = [*network.notes, *_doubles(a, b, len(names))]
    codes = np.array([KINDS.index(k or kind) for k in network.kinds] or [KINDS.index(kind)] * len(a), dtype=np.int64)
    made = OwnTies(Ties.from_pairs(len(names), a, b, codes), notes, network.readings)
    _refuse_complete(made, network, where)
    return made


def _doubles(a: np.ndarray, b: np.ndarray, people: int) -> list[str]:
    """Return the notes on self-ties, repeated ties and directions."""
    notes = []
    loops = int((a == b).sum())
    if loops:
        notes.append(f"{loops:,} ties of people with themselves were left out")
    pairs = np.minimum(a, b) * people + np.maximum(a, b)
    once = len(np.unique(pairs))
    if len(a) > once:
        notes.append(f"{len(a) - once:,} ties are given more than once (or in both directions) and count once")
    directed = np.unique((a * people + b)[a != b])
    single = 2 * len(np.unique(pairs[a != b])) - len(directed)
    if len(np.unique(pairs[a != b])) < len(directed) and single:
        notes.append(f"{count_words(single, 'tie is', 'ties are')} given in one direction only and count as mutual")
    return notes


def _refuse_complete(made: OwnTies, network: Network, where: str) -> None:
    """Raise `InputError` if everybody is tied to everybody they can reach: lines were read as ties that are not."""
    degree = np.diff(made.ties.offsets)
    source = np.repeat(np.arange(made.people), degree)
    matrix = csr_matrix((np.ones(len(source), np.int8), (source, made.ties.targets >> 2)), shape=(made.people, made.people))
    group = connected_components(matrix, directed=False)[1]
    size = np.bincount(group)[group]
    if size.max() > MOST_COMPLETE and (degree == size - 1).all():
        unused = f" Columns that were not used: {', '.join(network.unused)}." if network.unused else ""
        raise InputError(
            f"{where}: every pair of {int(size.max()):,} people is tied, so nothing shows who knows whom.{unused} Give only the ties, or a column "
            f"of weights in which 0 means no tie ({advice().column(OPTION, 'weight')})"
        )


def edge_table(ties: Ties) -> pd.DataFrame:
    """Return the ties as an edge list of rows, each once, with their kind; people without any are alone, with nobody in `b`."""
    source = np.repeat(np.arange(len(ties.offsets) - 1), np.diff(ties.offsets))
    other = ties.targets >> 2
    once = source < other
    kinds = np.array(KINDS)[ties.targets[once] & 3]
    alone = np.flatnonzero(np.diff(ties.offsets) == 0)
    ends = [
        pd.array(np.concatenate(side), dtype="Int64") for side in ((source[once], alone), (other[once], np.zeros(len(alone), int)))
    ]
    ends[1][once.sum() :] = pd.NA
    return pd.DataFrame({"a": ends[0], "b": ends[1], "kind": [*kinds, *[""] * len(alone)]})


@dataclass
class TiesFit:
    """A generator fitted to a network.

    Attributes:
        parameters: overrides of the `ties` parameters.
        given, made: statistics of the network, and of networks drawn with these parameters (mean over seeds).
        together: True if the network was drawn in one ward, as the wards of the place would hold too few of its people.
        people: in the network.
        wards: of the place.
        run: for a network drawn in one ward: statistics of one drawn in all wards, with `LARGE_WARD` residents in each.
    """

    parameters: dict[str, float]
    given: dict[str, float]
    made: dict[str, float]
    together: bool = False
    people: int = 0
    wards: int = 1
    run: dict[str, float] = field(default_factory=dict)

    @property
    def worst(self) -> float:
        """Return the largest relative difference in degree, clustering and path length, where they are defined."""
        return max(abs(miss) for miss in _misses(self.made, self.given))

    def words(self) -> list[str]:
        """Return the notes on the fit, in plain words."""
        said = []
        if self.together:
            said.append(
                f"the network of {self.people:,} people cannot be spread over {self.wards} wards, with {max(self.people // self.wards, 1)} of them "
                f"in each: the generator was fitted as if they lived in one ward. A run with {self.wards * LARGE_WARD:,} residents has a degree of {self.run['degree']:.1f} "
                f"and a clustering of {self.run['clustering']:.2f}; with fewer residents, more ties cross ward borders and are lost"
            )
        if self.worst > MISS:
            cause = ", in one ward or many" if self.together else ""
            said.append(
                f"drawn networks differ from the given one by up to {100 * self.worst:.0f} %; the generator cannot draw such a network{cause}"
            )
        return said


def _misses(made: Mapping[str, float], given: Mapping[str, float]) -> list[float]:
    """Return relative misses of what both have; a clustering near 0 is compared with 0.05."""
    return [(made[s] - given[s]) / max(abs(given[s]), FLOOR) for s in STATISTICS if np.isfinite(made[s]) and np.isfinite(given[s])]


def fit_generator(
    given: OwnTies,
    place: Place,
    circles: np.ndarray,
    shares: np.ndarray,
    progress: Callable[[int, int | None], None] | None = None,
) -> TiesFit:
    """Return parameters with which networks drawn in a place have the given one's degree, clustering and path length.

    The method of simulated moments: relative misses squared, networks of the given size, the same three seeds in every try, and Nelder
    and Mead's simplex from four starts, since circles of people are of whole sizes. Circles never cross a ward: where the place has so many
    wards that a network of this size cannot be drawn in them, it is drawn in one.

    Args:
        place: where people are drawn from.
        circles, shares: of the segments.
    """
    wards = len(place.wards)
    people = [place.draw_people(given.people, shares, seed) for seed in (1, 2, 3)]
    fit = replace(_fitted(given.statistics, people, circles, progress), people=given.people, wards=wards)
    if fit.worst <= MISS or wards == 1 or given.people >= wards * LARGE_WARD:
        return fit
    nowhere = np.zeros(given.people, dtype=np.int32)
    one = _fitted(given.statistics, [replace(p, ward=nowhere, area=nowhere) for p in people], circles, progress)
    if one.worst >= fit.worst:
        return fit
    values = PARAMETERS.values(one.parameters, TiesValues)
    run = describe(Ties.generate(place.draw_people(wards * LARGE_WARD, shares, 1), circles, len(circles), values, 1))
    return replace(fit, parameters=one.parameters, made=one.made, together=True, run=run)


def _fitted(
    wanted: dict[str, float], people: list[People], circles: np.ndarray, progress: Callable[[int, int | None], None] | None
) -> TiesFit:
    from scipy.optimize import minimize

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
        return sum(m**2 for m in _misses(drawn(x), wanted))

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
