"""Helpers that compare worlds byte for byte."""

from __future__ import annotations

import hashlib

import numpy as np

from simulation import ParticipationModel, Scenario
from simulation.checkpoint import lasting
from simulation.state.people import People
from simulation.state.ties import Ties
from tests.places import small_place


def state_bytes(model: ParticipationModel) -> dict[str, bytes]:
    """Return everything that the next month depends on as bytes, by name."""
    return {name: array.tobytes() for name, array in lasting(model).items()}


def differing(one: ParticipationModel, other: ParticipationModel) -> list[str]:
    """Return the names of what differs between two worlds."""
    a, b = state_bytes(one), state_bytes(other)
    return [name for name in a if a[name] != b[name]]


def digest(model: ParticipationModel) -> str:
    """Return one hash of a world's state."""
    whole = hashlib.sha256()
    for name, content in sorted(state_bytes(model).items()):
        whole.update(name.encode() + content)
    return whole.hexdigest()


def by_slot(model: ParticipationModel) -> dict[str, np.ndarray]:
    """Return the residents' columns in the order of their slots."""
    order = np.argsort(model.residents.person_id & ((1 << 32) - 1))
    return {name: array[..., order] for name, array in model.residents.arrays().items()}


def in_two_orders(scenario: Scenario, months: int) -> tuple[ParticipationModel, ParticipationModel]:
    """Return one world of the small place twice, lived some months: with residents in one order of rows, and in another."""
    size = scenario.population
    people = small_place().draw_people(size, np.array([0.3, 0.3, 0.4]), 99)
    order = np.random.default_rng(5).permutation(size)
    row = np.argsort(order)
    first = ParticipationModel(scenario, 3, people=people)
    source = np.repeat(np.arange(size), np.diff(first.ties.offsets))
    once = source < first.ties.targets >> 2
    ends = first.ties.targets[once]
    ties = Ties.from_pairs(size, row[source[once]], row[ends >> 2], ends & 3)
    moved = People(**{name: array[order] for name, array in vars(people).items()})
    other = ParticipationModel(scenario, 3, people=moved, ties=ties)
    for model in (first, other):
        model.run(months)
    return first, other
