"""Ties: households, close ties and acquaintances, held as compressed rows; networkx graphs at the edge.

Ties form around foci (Feld 1981): the household, a circle of neighbours, a circle of shared interest in the ward, and a
few ties across the place. A newcomer inherits a dwelling's place in these foci but not the acquaintance: the ties
lie dormant until introductions by those already met wake them, so that degree and clustering last while people change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..declared.parameters import InputError, Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import pair_uniform, stream, uniforms_of

if TYPE_CHECKING:
    import networkx as nx

ACQUAINTANCE, CLOSE, HOUSEHOLD = 0, 1, 2
KINDS = ("acquaintance", "close", "household")

# fmt: off
PARAMETERS = ParameterGroup("ties", (
    Parameter("neighbour_circle", 10.0, 2, 60, "people", "size of a circle of neighbours, in the small area and the next one in the ward", facts=("clustering",)),
    Parameter("interest_circle", 7.0, 2, 60, "people", "size of a circle of shared interest in the ward"),
    Parameter("interest_share", 0.55, 0, 1, "share", "residents in such a circle (times the segment's number of circles)"),
    Parameter("density", 0.8, 0, 1, "share", "pairs in a circle who know each other", source="evidence ledger: clustering 0.30 to 0.60", facts=("clustering",)),
    Parameter("homophily", 0.5, 0, 1, "share", "how strongly circles of interest are sorted by segment"),
    Parameter("distant_share", 0.7, 0, 40, "ties", "ties across the place started by a resident (times the segment's number of circles); below 1, the share of residents who start one"),
    Parameter("close_share", 0.070, 0, 1, "share", "ties outside the household that are close", source="evidence ledger: 2.1 confidants, 12 % without", facts=("confidants", "isolates")),
    Parameter("introduction", 0.20, 0, 1, "probability a month", "a newcomer gets to know a person in a circle without an introduction"),
    Parameter("closure", 0.60, 0, 1, "probability a month", "the same through people already known, when all in the circle are known: triadic closure"),
    Parameter("joining_in", 1.0, 0, 10, "factor", "increase in those chances for somebody who took part in the last twelve months"),
))
TiesValues = PARAMETERS.values_type("TiesValues", __name__)
# fmt: on


@njit(cache=True)
def encode(other, kind):
    """Return the stored form of an active tie."""
    return np.int32((other << 2) | kind)


@njit(cache=True)
def decode(target):
    """Return row and kind of an active tie."""
    return target >> 2, target & 3


@njit(cache=True)
def stored(target):
    """Return a tie's stored form as if it were active."""
    return target if target >= 0 else ~target


@njit(cache=True)
def _circle_pairs(order, groups, sizes, density, stream_, person_id, out_a, out_b):
    """Pair up the members of circles that follow one another in `order` and never cross a group."""
    number, first, n = 0, 0, order.size
    while first < n:
        size: Any = max(np.int64(sizes[first]), 2)
        stop = first + 1
        while stop < n and stop - first < size and groups[order[stop]] == groups[order[first]]:
            stop += 1
        for a in range(first, stop):
            for b in range(a + 1, stop):
                i, j = order[a], order[b]
                if pair_uniform(stream_, person_id[i], person_id[j]) < density:
                    if number < out_a.size:
                        out_a[number], out_b[number] = i, j
                    number += 1
        first = stop
    return number


@njit(cache=True)
def _rows(n, a, b, kind):
    """Return offsets and targets of the undirected pairs, each row sorted and without doubles (the stronger kind stays)."""
    degree = np.zeros(n + 1, np.int64)
    for e in range(a.size):
        degree[a[e] + 1] += 1
        degree[b[e] + 1] += 1
    start = np.cumsum(degree)
    at = start[:-1].copy()
    full = np.empty(start[n], np.int64)
    for e in range(a.size):
        full[at[a[e]]] = (np.int64(b[e]) << 2) | kind[e]
        at[a[e]] += 1
        full[at[b[e]]] = (np.int64(a[e]) << 2) | kind[e]
        at[b[e]] += 1
    offsets = np.zeros(n + 1, np.int64)
    targets = np.empty(start[n], np.int32)
    number = 0
    for i in range(n):
        row = full[start[i] : start[i + 1]]
        for x in range(1, row.size):
            v = row[x]
            y = x - 1
            while y >= 0 and row[y] > v:
                row[y + 1] = row[y]
                y -= 1
            row[y + 1] = v
        for x in range(row.size):
            if x + 1 < row.size and row[x + 1] >> 2 == row[x] >> 2:
                continue
            if row[x] >> 2 != i:
                targets[number] = row[x]
                number += 1
        offsets[i + 1] = number
    return offsets, targets[:number].copy()


@njit(cache=True)
def _household_pairs(household, out_a, out_b):
    """Pair up residents of one household, as many pairs as there is room for; return how many there are. Members follow one another."""
    number = 0
    for i in range(household.size):
        j = i + 1
        while j < household.size and household[j] == household[i]:
            if number < out_a.size:
                out_a[number], out_b[number] = i, j
            number += 1
            j += 1
    return number


@njit(cache=True)
def _close(a, b, person_id, stream_, share):
    kind = np.zeros(a.size, np.int64)
    for e in range(a.size):
        if pair_uniform(stream_, person_id[a[e]], person_id[b[e]]) < share:
            kind[e] = CLOSE
    return kind


@njit(cache=True)
def lay_dormant(movers, number, offsets, targets):
    """Let the ties of movers outside the household sleep, on both sides."""
    for m in range(number):
        i = movers[m]
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0 or targets[e] & 3 == HOUSEHOLD:
                continue
            other = targets[e] >> 2
            targets[e] = ~targets[e]
            for back in range(offsets[other], offsets[other + 1]):
                if targets[back] >= 0 and targets[back] >> 2 == i:
                    targets[back] = ~targets[back]


@njit(cache=True)
def acquaint_chance(p, awake, known, took_part):
    """Return the chance that one dormant tie wakes: introductions by those already known, more for those who take part."""
    chance = p.introduction + p.closure * (awake / known if known > 0 else 0.0)
    if took_part:
        chance *= 1.0 + p.joining_in
    return min(chance, 1.0)


@njit(cache=True)
def get_acquainted(p, stream_, settling, person_id, took_part, offsets, targets, chance):
    """Wake dormant ties of newcomers; each pair by one keyed draw, so that neither side comes first."""
    for i in range(settling.size):
        if settling[i] == 0:
            continue
        awake, known = 0, 0
        for e in range(offsets[i], offsets[i + 1]):
            if stored(targets[e]) & 3 != HOUSEHOLD:
                known += 1
                awake += targets[e] >= 0
        chance[i] = acquaint_chance(p, awake, known, took_part[i])
    for i in range(settling.size):
        if settling[i] == 0:
            continue
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] >= 0:
                continue
            other = stored(targets[e]) >> 2
            # one draw for the pair: it wakes at the higher of two newcomers' chances, whichever side looks first
            if pair_uniform(stream_, person_id[i], person_id[other]) < chance[i]:
                targets[e] = ~targets[e]
                for back in range(offsets[other], offsets[other + 1]):
                    if stored(targets[back]) >> 2 == i:
                        targets[back] = stored(targets[back])
    for i in range(settling.size):
        if settling[i]:
            settling[i] = 0
            for e in range(offsets[i], offsets[i + 1]):
                if targets[e] < 0:
                    settling[i] = 1
                    break


@dataclass
class Ties:
    """Undirected ties between residents in compressed rows.

    Attributes:
        offsets: int64 (residents + 1,), where each row starts.
        targets: int32, row of the other resident times 4 plus kind; the bitwise complement while dormant.
    """

    offsets: np.ndarray
    targets: np.ndarray

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.offsets.nbytes + self.targets.nbytes

    def for_residents(self, residents: int) -> Ties:
        """Return a copy for a model of its own.

        Raises:
            InputError: the network has another number of people.
        """
        own = len(self.offsets) - 1
        if residents != own:
            raise InputError(f"ties: the place's network has {own:,} people; allowed: --population {own}")
        return Ties(self.offsets, self.targets.copy())

    def neighbours(self, row: int, kind: int | None = None) -> list[int]:
        """Return the rows actively tied to a resident, of one kind where given."""
        found = self.targets[self.offsets[row] : self.offsets[row + 1]]
        return [int(t) >> 2 for t in found if t >= 0 and (kind is None or int(t) & 3 == kind)]

    @classmethod
    def from_pairs(cls, residents: int, a: np.ndarray, b: np.ndarray, kind: np.ndarray) -> Ties:
        """Return ties of the given undirected pairs; doubles keep the stronger kind, loops are dropped."""
        a, b = a.astype(np.int32), b.astype(np.int32)  # the types that `generate` has: one kernel does for both
        return cls(*_rows(residents, a, b, kind.astype(np.int64)))

    @classmethod
    def generate(cls, people: Any, circles: np.ndarray, segments: int, values: Any, seed: int) -> Ties:
        """Return ties drawn around foci.

        Args:
            people: arrays `person_id`, `household` (members in a row), `area`, `ward`, `segment`.
            circles: float64 (segments,), relative number of circles.
            segments: number of segments.
            values: the `ties` parameters.
            seed: replicate's seed.
        """
        n = len(people.person_id)
        parts: list[tuple[np.ndarray, np.ndarray]] = []
        everybody = np.zeros(n, np.int32)
        reach = circles[people.segment]
        u = uniforms_of(people.person_id, stream(seed, "ties: order"))
        layers = [
            ("neighbours", (u, people.area, people.ward), people.ward, values.neighbour_circle, values.density, np.ones(n)),
            ("interest", (_interest(people, segments, values, seed), people.ward), people.ward, values.interest_circle, values.density,
             values.interest_share * reach),
        ]  # fmt: skip
        distant = values.distant_share * reach
        for turn in range(int(np.ceil(distant.max(initial=0.0)))):
            tag = f" {turn}" if turn else ""
            far = uniforms_of(people.person_id, stream(seed, "ties: far" + tag))
            layers.append(("distant" + tag, (far,), everybody, 2.0, 1.0, distant - turn))
        for name, keys, group, size, density, chance in layers:
            members = np.flatnonzero(uniforms_of(people.person_id, stream(seed, f"ties: {name}")) < chance)
            order = members[np.lexsort([k[members] for k in keys])]
            spread = uniforms_of(people.person_id[order], stream(seed, f"ties: size of {name}"))
            sizes = np.full(len(order), size) if size == 2.0 else np.floor(size * (0.6 + 0.8 * spread) + 0.5)
            most = int(len(order) * size * 0.9) + 64
            while True:
                a, b = np.empty(most, np.int32), np.empty(most, np.int32)
                made = _circle_pairs(order, group, sizes, density, stream(seed, f"ties: {name} met"), people.person_id, a, b)
                if made <= most:
                    break
                most = made
            parts.append((a[:made], b[:made]))
        a, b = (np.concatenate(side) for side in zip(*parts, strict=True))
        kind = _close(a, b, people.person_id, stream(seed, "ties: close"), values.close_share)
        home_a, home_b = np.empty(4 * n, np.int32), np.empty(4 * n, np.int32)
        at_home = _household_pairs(people.household, home_a, home_b)
        if at_home > home_a.size:
            home_a, home_b = np.empty(at_home, np.int32), np.empty(at_home, np.int32)
            _household_pairs(people.household, home_a, home_b)
        return cls(*_rows(n, np.concatenate([a, home_a[:at_home]]), np.concatenate([b, home_b[:at_home]]),
                          np.concatenate([kind, np.full(at_home, HOUSEHOLD)])))  # fmt: skip

    @classmethod
    def from_graph(cls, graph: nx.Graph, residents: int) -> Ties:
        """Return the ties of a networkx graph whose nodes are rows 0..residents-1; edge attribute `kind` is one of `KINDS`.

        Raises:
            InputError: a node that is not a row, or a kind that does not exist.
        """
        edges = list(graph.edges(data="kind", default="acquaintance"))
        nodes = [x for edge in edges for x in edge[:2]]
        bad = [x for x in nodes if not isinstance(x, int | np.integer) or not 0 <= x < residents]
        if bad:
            raise InputError(f"ties: node {bad[0]!r} is not a resident; allowed: whole numbers 0 to {residents - 1}")
        unknown = {k for *_, k in edges} - set(KINDS)
        if unknown:
            raise InputError(f"ties: unknown kind {sorted(map(str, unknown))[0]!r}; allowed: {', '.join(KINDS)}")
        table = np.array([(a, b, KINDS.index(k)) for a, b, k in edges], dtype=np.int64).reshape(-1, 3)
        return cls.from_pairs(residents, table[:, 0], table[:, 1], table[:, 2])

    def to_graph(self) -> nx.Graph:
        """Return the active ties as a networkx graph with edge attribute `kind`."""
        import networkx as nx

        source = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        keep = (self.targets >= 0) & (source < (self.targets >> 2))
        graph = nx.Graph()
        graph.add_nodes_from(range(len(self.offsets) - 1))
        for i, target in zip(source[keep].tolist(), self.targets[keep].tolist(), strict=True):
            graph.add_edge(i, target >> 2, kind=KINDS[target & 3])
        return graph

    def statistics(self) -> dict[str, float]:
        """Return degree, clustering, confidants and isolates of the active ties.

        `clustering` is the mean local clustering of friendships (close and acquaintances, the household left out);
        `confidants` counts close ties and housemates; `isolates` is the share of residents with none.
        """
        degree, clustering, confidants = _statistics(self.offsets, self.targets)
        return {
            "degree": float(degree.mean()),
            "clustering": float(clustering.mean()),
            "confidants": float(confidants.mean()),
            "isolates": float((confidants == 0).mean()),
        }


def _interest(people: Any, segments: int, values: Any, seed: int) -> np.ndarray:
    """Return the key by which circles of interest sort the residents of a ward."""
    u = uniforms_of(people.person_id, stream(seed, "ties: interest"))
    return (1.0 - values.homophily) * u + values.homophily * (people.segment + u) / segments


@njit(cache=True)
def _statistics(offsets, targets):
    n = offsets.size - 1
    degree, clustering, confidants = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        friends = 0
        row = np.empty(offsets[i + 1] - offsets[i], np.int64)
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0:
                continue
            other, kind = decode(targets[e])
            degree[i] += 1
            confidants[i] += kind > ACQUAINTANCE
            if kind != HOUSEHOLD:
                row[friends] = other
                friends += 1
        closed = 0
        for x in range(friends):
            for e in range(offsets[row[x]], offsets[row[x] + 1]):
                if targets[e] >= 0 and targets[e] & 3 != HOUSEHOLD:
                    for y in range(x + 1, friends):
                        closed += row[y] == targets[e] >> 2
        if friends > 1:
            clustering[i] = 2.0 * closed / (friends * (friends - 1))
    return degree, clustering, confidants
