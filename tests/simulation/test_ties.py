"""Ties have the numbers of the evidence ledger, keep them while people change, and can be any networkx graph."""

from __future__ import annotations

import csv

import networkx as nx
import numpy as np
import pytest

from scenarios import load_scenario
from scenarios.places import DATA
from simulation import InputError, ParticipationModel, Ties
from tests.places import small_scenario


def facts() -> dict[str, dict[str, str]]:
    with open(DATA / "facts.csv", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_drawn_ties_meet_the_ledger_and_keep_it() -> None:
    """Confidants, isolates and clustering lie in their bands, and degree and clustering stay within 5 %."""
    model = ParticipationModel(load_scenario("baseline", population=4000).with_(burn_in=36), 1)
    first = model.ties.statistics()
    ledger = facts()
    for name in ("confidants", "isolates", "clustering"):
        assert float(ledger[name]["low"]) <= first[name] <= float(ledger[name]["high"]), name
    model.run(120)
    last = model.ties.statistics()
    assert last["degree"] == pytest.approx(first["degree"], rel=0.05)
    assert last["clustering"] == pytest.approx(first["clustering"], rel=0.05)


def test_statistics_agree_with_networkx() -> None:
    model = ParticipationModel(small_scenario(300, 0), 2)
    graph = model.ties.to_graph()
    friends = nx.Graph((a, b) for a, b, kind in graph.edges(data="kind") if kind != "household")
    friends.add_nodes_from(graph)
    found = model.ties.statistics()
    assert found["degree"] == pytest.approx(2 * graph.number_of_edges() / 300)
    assert found["clustering"] == pytest.approx(nx.average_clustering(friends))
    close = [sum(kind != "acquaintance" for *_, kind in graph.edges(node, data="kind")) for node in graph]
    assert found["confidants"] == pytest.approx(np.mean(close))
    assert found["isolates"] == pytest.approx(np.mean(np.array(close) == 0))


def test_ties_are_local_and_sort_by_segment() -> None:
    model = ParticipationModel(small_scenario(900, 0), 2)
    r, t = model.residents, model.ties
    source = np.repeat(np.arange(900), np.diff(t.offsets))
    friend = (t.targets & 3) < 2
    one, other = source[friend], t.targets[friend] >> 2
    assert (r.ward[one] == r.ward[other]).mean() > 0.8
    alike = (r.segment[one] == r.segment[other]).mean()
    by_chance = (np.bincount(r.segment) ** 2).sum() / 900**2
    assert by_chance + 0.03 < alike < 0.7
    degree = [np.diff(t.offsets)[r.segment == s].mean() for s in range(3)]
    assert degree[0] < degree[1] < degree[2], "network size: Settlers, Prospectors, Pioneers"


def test_any_graph_can_be_the_ties() -> None:
    graph = nx.watts_strogatz_graph(120, 6, 0.1, seed=4)
    nx.set_edge_attributes(graph, dict.fromkeys(list(graph.edges)[:50], "close"), "kind")
    model = ParticipationModel(small_scenario(120, 0), 1, ties=graph)
    back = model.ties.to_graph()
    assert set(map(frozenset, back.edges)) == set(map(frozenset, graph.edges))
    assert sum(kind == "close" for *_, kind in back.edges(data="kind")) == 50
    model.run(6)


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([(0, 500, "close")], "node 500 is not a resident; allowed: whole numbers 0 to 9"),
        ([(0, 1, "enemy")], "unknown kind 'enemy'"),
    ],
)
def test_a_graph_that_does_not_fit_is_refused(edges, message) -> None:
    graph = nx.Graph()
    for a, b, kind in edges:
        graph.add_edge(a, b, kind=kind)
    with pytest.raises(InputError, match=message):
        Ties.from_graph(graph, 10)


def test_newcomers_start_with_their_household_only_and_get_to_know_people() -> None:
    model = ParticipationModel(small_scenario(900, 0, parameters={"drift.move_private": 0.3}), 1)
    model.run(1)
    r, t = model.residents, model.ties
    fresh = np.flatnonzero(r.settling)
    assert len(fresh) > 20
    awake_then = sum(len(t.neighbours(i, kind)) for i in fresh for kind in (0, 1))
    still = model.values["drift"]._replace(move_owner=0.0, move_social=0.0, move_private=0.0)
    model.values["drift"] = still
    model.run(24)
    awake_later = sum(len(t.neighbours(i, kind)) for i in fresh for kind in (0, 1))
    assert awake_later > 3 * awake_then
    assert not r.settling[fresh].any()
