"""The councils most like a council."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments.cli.command_line import main
from scenarios import load_place
from scenarios.places.card import card_of
from scenarios.places.neighbours import MANY, distances, nearest_councils
from scenarios.places.uk_tables import authorities


def test_distance_is_the_same_both_ways_and_none_from_itself() -> None:
    codes = list(authorities().index)
    there, _, order = distances(codes[0])
    assert there[order.index(codes[0])] == 0
    for other in codes[1::60]:
        assert distances(other)[0][order.index(codes[0])] == pytest.approx(there[order.index(other)])


def test_two_councils_by_lot_are_as_far_apart_as_is_said() -> None:
    squares = [np.mean(distances(code)[0] ** 2) for code in authorities().index[::20]]
    assert np.sqrt(np.mean(squares)) == pytest.approx(1.4, abs=0.15)


@pytest.mark.parametrize(
    ("council", "like"), [("Oldham", "Rochdale"), ("Cambridge", "Oxford"), ("Cornwall", "Somerset"), ("haringey", "Lewisham")]
)
def test_places_that_people_would_name_are_near(council: str, like: str) -> None:
    near = card_of(load_place(council)).neighbours
    assert like in [n.name for n in near]
    assert len(near) == MANY
    assert [n.distance for n in near] == sorted(n.distance for n in near)


def test_scotland_and_northern_ireland_have_neighbours_by_what_is_published_of_them() -> None:
    table = authorities()
    for nation in ("Scotland", "Northern Ireland"):
        for code in table.index[table["nation"] == nation]:
            assert all(np.isfinite(n.distance) for n in nearest_councils(code))


def test_a_region_and_an_own_table_have_none() -> None:
    assert card_of(load_place("North East")).neighbours == ()


def test_the_command_says_them_with_what_the_distance_is(capsys) -> None:
    assert main(["place", "Oldham"]) == 0
    shown = capsys.readouterr().out
    for words in ("The councils most like it", "Rochdale", "standard deviations between councils"):
        assert words in shown
    assert main(["place", "Oldham", "--json"]) == 0
    near = json.loads(capsys.readouterr().out)["neighbours"]
    assert near[0]["name"] == "Rochdale" and len(near) == MANY
