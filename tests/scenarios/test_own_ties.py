"""A network of one's own: read in the usual shapes, described as networkx does, and matched by the fitted generator."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from scenarios import load_place, load_scenario
from scenarios.own_data.networks.ties import describe, edge_table, fit_generator, from_graph, read_ties
from simulation import InputError, ParticipationModel
from simulation.declared.segments import SEGMENTS
from tests.places import small_place

COPENHAGEN = Path(__file__).resolve().parent.parent / "data" / "copenhagen_friends.csv"
CIRCLES, SHARES = (np.array([getattr(s, n) for s in SEGMENTS]) for n in ("circles", "share"))


def friends(people: int = 300, seed: int = 3) -> nx.Graph:
    """Return a made-up network of friends with long-range ties."""
    return nx.newman_watts_strogatz_graph(people, 10, 0.25, seed=seed)


def test_statistics_are_those_of_networkx() -> None:
    graph = friends()
    found = describe(from_graph(graph).ties)
    assert found["degree"] == pytest.approx(2 * graph.number_of_edges() / 300)
    assert found["clustering"] == pytest.approx(nx.average_clustering(graph))
    assert found["path_length"] == pytest.approx(nx.average_shortest_path_length(graph))
    assert found["alone"] == 0.0


def test_edge_lists_with_and_without_names_and_graphml_are_the_same(tmp_path) -> None:
    graph = friends(60)
    edges = "".join(f"{a},{b}\n" for a, b in graph.edges)
    (tmp_path / "named.csv").write_text("from,to\n" + edges)
    (tmp_path / "bare.csv").write_text(edges)
    (tmp_path / "tabs.tsv").write_text("from\tto\n" + edges.replace(",", "\t"))
    nx.write_graphml(graph, tmp_path / "x.graphml")
    wanted = describe(from_graph(graph).ties)
    for name in ("named.csv", "bare.csv", "tabs.tsv", "x.graphml"):
        own = read_ties(tmp_path / name)
        assert own.people == 60
        assert own.statistics == pytest.approx(wanted), name
    assert read_ties(tmp_path / "bare.csv").notes[0].startswith("the first line was read as a tie")


def test_loops_doubles_and_directions_are_said(tmp_path) -> None:
    (tmp_path / "x.csv").write_text("a,b\nann,bob\nbob,ann\nann,ann\nbob,eve\n")
    own = read_ties(tmp_path / "x.csv")
    assert own.people == 3
    assert any("1 ties of people with themselves" in n for n in own.notes)
    assert any("1 ties are given more than once" in n for n in own.notes)
    assert "directed" in from_graph(nx.DiGraph([(0, 1)])).notes[0]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("x.csv", "a,b\n1\n2,3\n", "line 2: 1 cell where other lines have 2"), ("x.csv", "a,b,kind\n1,2,foe\n", "line 2: kind: 'foe'; allowed: acquaintance, close, household"),
     ("x.csv", "a\n1\n2\n", "one column; allowed: an edge list of two columns"), ("x.graphml", "<graphml", "not a readable GraphML file"),
     ("x.graphml", '<!DOCTYPE x [<!ENTITY a "b">]><graphml/>', "GraphML with entities is not read"), ("x.csv", "a,b\n1,1\n", "no ties between two people")],
)  # fmt: skip
def test_files_that_are_no_network(tmp_path, name, text, message) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        read_ties(tmp_path / name)


def test_networks_drawn_anew_match_the_real_one_within_a_tenth() -> None:
    """Degree, clustering and path length of networks drawn anew, on seeds that the fit never saw."""
    from simulation.state.ties import PARAMETERS, Ties, TiesValues

    given = read_ties(COPENHAGEN)
    place = load_place("haringey")
    fit = fit_generator(given, place, CIRCLES, SHARES)
    assert fit.worst < 0.1
    values = PARAMETERS.values(fit.parameters, TiesValues)
    fresh = [
        describe(Ties.generate(place.draw_people(given.people, SHARES, seed), CIRCLES, 3, values, seed)) for seed in (101, 102, 103)
    ]
    for name in ("degree", "clustering", "path_length"):
        assert np.mean([f[name] for f in fresh]) == pytest.approx(given.statistics[name], rel=0.1), name


def test_the_real_network_is_read_as_published() -> None:
    own = read_ties(COPENHAGEN)
    assert own.people == 800
    assert own.statistics["degree"] == pytest.approx(16.0, abs=0.1)
    assert own.statistics["clustering"] == pytest.approx(0.315, abs=0.001)
    assert own.statistics["path_length"] == pytest.approx(2.98, abs=0.03)


def test_a_place_can_use_its_network_as_it_is(tmp_path) -> None:
    graph = friends(120)
    (tmp_path / "ties.csv").write_text(edge_table(from_graph(graph).ties).to_csv(index=False))
    small_place().areas.to_csv(tmp_path / "areas.csv", index=False)
    small_place().ward_table.to_csv(tmp_path / "wards.csv", index=False)
    (tmp_path / "place.yaml").write_text("name: knit\ntitle: Knit\nsmall_areas: areas.csv\nwards: wards.csv\nties: ties.csv\n")
    model = ParticipationModel(load_scenario("baseline", str(tmp_path), 120).with_(burn_in=0), 1)
    assert set(map(frozenset, model.ties.to_graph().edges)) == set(map(frozenset, graph.edges))
    other = ParticipationModel(load_scenario("baseline", str(tmp_path), 120).with_(burn_in=12), 2)
    assert other.ties.targets is not model.ties.targets
    with pytest.raises(InputError, match="the place's network has 120 people; allowed: --population 120"):
        ParticipationModel(load_scenario("baseline", str(tmp_path), 100).with_(burn_in=0), 1)
