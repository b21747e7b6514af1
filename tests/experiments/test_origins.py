"""Birth, experience and chance: worlds whose answer is known come out with it, and other chances leave people and ties as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from experiments.evidence.validation.origins import CHANCE, OUTCOMES, SOURCES, components, lives, origins, split_table
from simulation import ParameterGroup, ParticipationModel, Process
from simulation.kernels.randomness import stream, uniforms_of
from simulation.month import MONTH
from simulation.world import World
from tests.places import small_scenario

STILL = {f"drift.move_{who}": 0.0 for who in ("owner", "social", "private")}


def drawn(people: int, pasts: int, futures: int, *spreads: float) -> np.ndarray:
    """Return an outcome with known standard deviations of birth, experience and chance."""
    keys = [
        uniforms_of(np.arange(n), stream(7, name))
        for name, n in (("a", people), ("b", people * pasts), ("c", people * pasts * futures))
    ]
    a, b, c = (spread * (u - 0.5) * np.sqrt(12.0) for spread, u in zip(spreads, keys, strict=True))
    return a[:, None, None] + b.reshape(people, pasts, 1) + c.reshape(people, pasts, futures)


def test_components_are_what_was_put_in() -> None:
    found = components(drawn(4000, 4, 3, 2.0, 1.0, 3.0))
    assert [found[s] for s in SOURCES] == pytest.approx([4.0, 1.0, 9.0], rel=0.06)


def test_people_who_moved_away_in_some_pasts_bias_nothing() -> None:
    values = drawn(6000, 4, 3, 1.0, 2.0, 2.0)
    values[uniforms_of(np.arange(24000), stream(7, "gone")).reshape(6000, 4) < 0.5] = np.nan
    values[::7, 0, 1] = np.nan  # gone in one future: that past is left out
    found = components(values)
    assert [found[s] for s in SOURCES] == pytest.approx([1.0, 4.0, 4.0], rel=0.12)
    assert np.isnan(components(np.full((5, 4, 3), np.nan))[CHANCE])


def test_what_moves_everybody_alike_is_no_difference_between_people() -> None:
    values = drawn(4000, 4, 3, 1.0, 0.0, 0.0) + np.array([0.0, 5.0, -3.0, 9.0])[None, :, None]
    assert components(values) == pytest.approx({"birth": 1.0, "experience": 0.0, "chance": 0.0}, abs=0.02)


def hand_made(decide: Callable[[World], np.ndarray]) -> dict[str, np.ndarray]:
    """Return the split of a world in which `decide` alone says who would and who does take part, bool (residents,)."""

    def step(world: World) -> None:
        r, yes = world.residents, decide(world)
        r.intercept[:] = np.where(yes, 8.0, -8.0)
        for name in ("civic_participation", "consultation", "activism", "volunteering"):
            getattr(r, f"months_{name}")[:] = 0
        r.months_civic_participation[:] = yes
        r.months_volunteering[:] = yes

    own = Process("made", "Made", "by hand", (), (), ParameterGroup("made", ()), None, step)
    model = ParticipationModel(small_scenario(400, 0, parameters=STILL), 3, steps=(*MONTH[:-1], own, MONTH[-1]))
    found = {name: components(values) for name, values in lives(model, pasts=3, futures=2, lived=3).items()}
    return {name: np.array([parts[s] for s in SOURCES]) / sum(parts.values()) for name, parts in found.items()}


def born(world: World) -> np.ndarray:
    return uniforms_of(world.residents.person_id, world.constant_stream("made: trait")) < 0.4


def first_met(world: World) -> np.ndarray:
    """What the first month brought, for good."""
    if world.month == 1:
        world.scratch.first = uniforms_of(world.residents.person_id, world.streams("made: first")[0]) < 0.4
    return world.scratch.first


def flipped(world: World) -> np.ndarray:
    return uniforms_of(world.residents.person_id, world.streams("made: coin")[0]) < 0.4


@pytest.mark.parametrize(("decide", "shares"), [(born, (1.0, 0.0, 0.0)), (first_met, (0.0, 1.0, 0.0)), (flipped, (0.0, 0.0, 1.0))])
def test_a_trait_a_first_experience_and_a_coin_are_told_apart(decide, shares) -> None:
    for outcome, found in hand_made(decide).items():
        assert found == pytest.approx(shares, abs=0.06), outcome


def test_other_chances_leave_people_and_ties_as_they_are_and_zero_is_the_worlds_own() -> None:
    plain, other = (ParticipationModel(small_scenario(200, 0), 3) for _ in range(2))
    other.redraw(5)
    assert other.constant_stream("x") == plain.constant_stream("x")
    assert other.streams("x@0") == plain.streams("x@0")
    assert other.streams("x@case") != plain.streams("x@case")
    assert other.branch(other.scenario).chances == other.chances
    plain.run(3)
    other.run(3)
    stayed = plain.residents.person_id == other.residents.person_id
    assert stayed.mean() > 0.9
    assert np.array_equal(plain.residents.intercept[stayed], other.residents.intercept[stayed])
    assert np.array_equal(plain.ties.offsets, other.ties.offsets)
    assert not np.array_equal(plain.residents.trust, other.residents.trust)
    again = ParticipationModel(small_scenario(200, 0), 3)
    again.redraw(5)
    again.redraw(0)
    again.run(3)
    assert np.array_equal(again.residents.trust, plain.residents.trust)


def test_the_split_of_a_real_world_adds_up_and_is_the_same_again() -> None:
    worlds = [origins(small_scenario(300), 1, n, pasts=2, futures=2, lived=12) for n in range(3)]
    assert worlds[0] == origins(small_scenario(300), 1, 0, pasts=2, futures=2, lived=12)
    table = split_table(worlds).set_index("outcome")
    assert list(table.index) == list(OUTCOMES)
    assert table[list(SOURCES)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert table["birth_error"].between(0.0, 0.5).all()
    assert table.loc["participation", "chance"] > table.loc["willingness", "chance"], "a coin is flipped for every act"
    assert np.isnan(split_table(worlds[:1])["birth_error"]).all()
    free = split_table(
        [
            origins(small_scenario(300, parameters={"drift.intercept_spread": 0.0}), 1, n, pasts=2, futures=2, lived=12)
            for n in range(2)
        ]
    )
    assert free.set_index("outcome").loc["willingness", "birth"] < table.loc["willingness", "birth"]
