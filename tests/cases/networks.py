"""A made-up village for tests of readers: 40 people and 120 ties, written in all the ways that networks come in."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from scenarios.own_data.networks.ties import OwnTies, read_ties


def village() -> nx.Graph:
    """Return 40 people (0 to 39) in a ring of friends with some long ties: 120 ties, degree 6, everybody tied."""
    return nx.watts_strogatz_graph(40, 6, 0.15, seed=4)


def edges() -> list[tuple[int, int]]:
    """Return its ties, each once, the lower number first."""
    return sorted((min(a, b), max(a, b)) for a, b in village().edges)


def pairs() -> list[tuple[int, int, int]]:
    """Return every pair of its people, with 1 where they are tied and 0 where they are not."""
    tied = set(edges())
    return [(a, b, int((a, b) in tied)) for a, b in combinations(range(40), 2)]


def matrix() -> np.ndarray:
    """Return its adjacency matrix, int64 (40, 40)."""
    return nx.to_numpy_array(village(), nodelist=range(40)).astype(int)


def lines(rows: list, head: str = "", mark: str = ",") -> str:
    """Return rows as the text of a file, below a line of names where one is given."""
    return "".join([*([head + "\n"] if head else []), *(mark.join(map(str, row)) + "\n" for row in rows)])


def is_the_village(own: OwnTies, alone: int = 0) -> None:
    """Assert that a network is the village, with so many people without ties beside it."""
    assert (own.people, own.pairs) == (40 + alone, 120)
    assert own.statistics["degree"] == pytest.approx(240 / (40 + alone))
    assert own.statistics["clustering"] == pytest.approx(nx.average_clustering(village()) * 40 / (40 + alone))
    assert own.statistics["alone"] == pytest.approx(alone / (40 + alone))


def read(tmp_path: Path, text: str, name: str = "ties.csv", **options) -> OwnTies:
    """Return the network of a text, written to a file."""
    (tmp_path / name).write_text(text)
    return read_ties(tmp_path / name, **options)
