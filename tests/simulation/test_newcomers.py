"""Households that move in are like those of their ward, and each ward has as many as are published."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios import load_place, load_scenario
from simulation import ParticipationModel
from simulation.month.drift import MOVING_LIMITS
from simulation.month.taking_part import apply_for_places
from simulation.state.newcomers import FEWEST, TRAITS, Newcomers

SHARES = np.array([0.3, 0.3, 0.4])


def test_whole_households_are_replaced_by_whole_households() -> None:
    """After years of moving partners are as alike as the first ones, and each home has the adults that it had."""
    model = ParticipationModel(load_scenario("baseline", "Leeds", 3000).with_(burn_in=0, parameters={"drift.move_private": 0.1}), 1)
    r = model.residents
    first = {name: getattr(r, name).copy() for name in (*TRAITS, "household", "tenure", "person_id")}
    model.run(36)
    moved = r.person_id != first["person_id"]
    assert moved.mean() > 0.3 and (r.tenure == first["tenure"]).all() and (r.household == first["household"]).all()
    together = np.flatnonzero(np.diff(r.household) == 0)
    assert (moved[together] == moved[together + 1]).all() and (r.children[together] == r.children[together + 1]).all()
    couples = np.flatnonzero((r.partner[:-1] == 1) & (r.partner[1:] == 1) & (np.diff(r.household) == 0) & moved[1:])
    assert np.corrcoef(r.qualification[couples], r.qualification[couples + 1])[0, 1] > 0.4
    assert (np.abs(r.age[couples].astype(int) - r.age[couples + 1]) <= 1).mean() > 0.9
    for name, codes in (("age", 7), ("qualification", 3), ("occupation", 5)):
        then, now = (np.bincount(column[moved], minlength=codes) / moved.sum() for column in (first[name], getattr(r, name)))
        assert now == pytest.approx(then, abs=0.05), name


def test_a_pool_too_small_is_widened() -> None:
    people = load_place("Leeds").draw_people(600, SHARES, 1)
    found = Newcomers.of(people)
    held = np.diff(found.first)[found.pool]
    adults = np.bincount(people.household)[people.household]
    there = np.array([len(np.unique(people.household[adults == n])) for n in adults])
    assert (held >= np.minimum(FEWEST, there)).all() and len(found.traits) == len(TRAITS)
    for i in range(0, 600, 37):
        models = found.models[found.first[found.pool[i]] : found.first[found.pool[i] + 1]]
        assert (adults[models] == adults[i]).all(), "as many adults, whatever else"


def test_each_ward_moves_as_often_as_is_published_within_limits() -> None:
    model = ParticipationModel(load_scenario("baseline", "Blackpool", 20_000).with_(burn_in=0), 1)
    assert (model.moving > MOVING_LIMITS[0]).all() and model.moving.std() > 0.02
    model.run(12)
    published = model.place.moved_in(model.key)
    arrived = np.bincount(model.residents.ward, model.residents.person_id >> 32 > 0, len(published)) / model.ward_population
    assert arrived.mean() == pytest.approx(published.mean(), rel=0.1)


def test_a_person_whom_no_first_resident_is_like_may_want_a_place_by_quota() -> None:
    """A newcomer may bring a segment that none of the first residents of that fifth of deprivation has: a quota counts such people as one person."""
    one, none = np.ones(1, np.int64), np.zeros(1, np.int64)
    rows, forms, score = np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(2)
    wanting = apply_for_places(
        np.array([1, 2], np.uint64), none, none, none, one, none, np.zeros(1), np.zeros((1, 4), np.int64), np.zeros((40, 1, 1)), np.zeros(1),
        np.full((1, 1), 5.0), np.zeros((1, 1), np.int64), np.zeros(15), none, np.array([True]), np.array([True]), none, none, none, one,
        np.zeros((1, 1), np.int64), rows, forms, score,
    )  # fmt: skip
    assert wanting == 1 and np.isfinite(score[0])
