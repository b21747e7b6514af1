"""Samples: who of those who are alike an intervention reaches: some households, one of each, or listed persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declared.interventions import MEMBERS, Delivery, Intervention
from ..declared.parameters import InputError
from ..kernels.randomness import stream, substream, uniforms_of
from .newcomers import ARRIVAL, FIRST, TRAITS


def samples_of(
    sampled: Sequence[Intervention],
    key: int,
    person_id: np.ndarray,
    arrived: np.ndarray,
    head: np.ndarray,
    member: np.ndarray,
    adults: np.ndarray,
) -> np.ndarray:
    """Return the sample of some residents, int64: bit k is set for those whom `sampled[k]` may reach.

    Households are drawn by the intervention's name: its dose and whatever else is tried leave them as they are, and of two shares the greater
    holds the smaller. A household that moves in is a new one. A list holds those who live there in month 0.

    Args:
        key: the world's.
        person_id, arrived: of the residents, as their columns are.
        head, member, adults: of their households, see `Newcomers`.
    """
    household = person_id // ARRIVAL * ARRIVAL + head
    found = np.zeros(len(person_id), np.int64)
    for k, one in enumerate(sampled):
        drawn, aim = stream(key, f"reach: {one.name}"), one.delivery
        reached = uniforms_of(household, drawn) < aim.households
        if aim.members != MEMBERS[0]:
            reached &= member == (uniforms_of(household, np.uint64(substream(drawn, 1))) * adults).astype(np.int64)
        if aim.persons is not None:
            reached &= _listed(aim, person_id & FIRST) & (arrived == 0)
        found |= reached.astype(np.int64) << k
    return found


def _listed(aim: Delivery, slot: np.ndarray) -> np.ndarray:
    return np.isin(slot, np.array(aim.persons, dtype=np.int64))


def first_in_samples(world: Any) -> np.ndarray:
    """Return how many of the first people of each ward, segment, fifth and position are in each sample, float64 (wards, segments, fifths, positions, samples).

    Where chance chooses it is the number to be expected, so that it does not depend on who has moved in.
    """
    sampled, first = world.levers.sampled, world.first_people[..., None]
    if not sampled:
        return first
    r, n = world.residents, world.newcomers
    segment = n.traits[TRAITS.index("segment"), np.argsort(np.lexsort((n.member, r.household)))]
    slot, aims = r.person_id & FIRST, [one.delivery for one in sampled]
    chance = [
        aim.households / (1 if aim.members == MEMBERS[0] else n.adults) * (1.0 if aim.persons is None else _listed(aim, slot))
        for aim in aims
    ]
    found = np.zeros((*first.shape[:-1], 1 << len(sampled)))
    for sample in range(found.shape[-1]):
        weight = np.ones(r.size)
        for k, reached in enumerate(chance):
            weight = weight * (reached if sample >> k & 1 else 1.0 - reached)
        np.add.at(found[..., sample], (r.ward, segment, (r.decile - 1) // 2, world.position), weight)
    return found


def check_persons(world: Any) -> None:
    """Raise `InputError` where an intervention lists a person whom a world of its own people does not have."""
    slots = world.residents.person_id & FIRST
    for one in world.levers.sampled:
        for missing in np.setdiff1d(np.array(one.delivery.persons or (), dtype=np.int64), slots)[:1]:
            raise InputError(
                f"{world.scenario.name}: {one.name}: persons: no resident {missing}; allowed: {slots.min()} to {slots.max()}"
            )
