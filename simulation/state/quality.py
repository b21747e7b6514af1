"""The quality of a world's services, drawn once, and what levers and response times become by it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..declared.institutions import Service
from ..declared.levers import INSTITUTION_LEVER_NAMES
from ..declared.quality import AVERAGE, LEVERS_OF_QUALITY, Qualities, Quality
from ..kernels.randomness import AGAIN, normal, replicate_seed, stream

if TYPE_CHECKING:
    from ..world import World

QUALITY, PROMPTNESS = 0, 1


def draw(qualities: Qualities, services: Sequence[Service], place: str, key: int, correlation: float, link: float) -> np.ndarray:
    """Return the quality and the promptness of each service, float64 (services, 2), in standard deviations between councils.

    Qualities of one place share a part: a service that is not known follows those that are. One service more or less changes no other's draw.

    Args:
        services: of the world.
        place: its name; two places on one seed draw apart.
        key: of the replicate.
        correlation: between services.
        link: correlation of promptness with quality, within a service.
    """
    spread, known = qualities.spread, [_known(qualities.known, one) for one in services]
    chance = np.array([[normal(stream(key, f"quality: {place}: {one.name}"), n) for n in range(2)] for one in services])
    found = np.zeros((len(services), 2))
    for k, one in enumerate(known):
        if one is not None:
            found[k, QUALITY] = one.central + one.error * chance[k, 0]
    seen = [k for k, one in enumerate(known) if one is not None]
    shared = spread * normal(stream(key, f"quality: {place}"), 0)
    if seen and correlation > 0.0:  # what the place's services share, given those that are known
        rest = 1.0 - correlation + correlation * len(seen)
        shared = math.sqrt(correlation) * found[seen, QUALITY].sum() / rest + math.sqrt((1.0 - correlation) / rest) * shared
    for k, one in enumerate(known):
        if one is None:
            found[k, QUALITY] = math.sqrt(correlation) * shared + math.sqrt(1.0 - correlation) * spread * chance[k, 0]
        if one is not None and one.promptness is not None:
            found[k, PROMPTNESS] = one.promptness + one.promptness_error * chance[k, 1]
        else:
            found[k, PROMPTNESS] = link * found[k, QUALITY] + math.sqrt(1.0 - link**2) * spread * chance[k, 1]
    return found


def _known(known: Mapping[str, Quality], service: Service) -> Quality | None:
    return known.get(service.name, known.get(service.stands_for))


def give_quality(world: World) -> None:
    """Give a world's institutions their quality, float64 (institutions, 2), and the log-odds by which their levers differ, float64 (levers, institutions).

    Second runs of one set of parameters (see `AGAIN`) have the quality of the first, so that a range keeps the doubt about it. A lever that the place's own
    data set is what the institution does, and stays.
    """
    p, place = world.values["quality"], world.place
    qualities: Qualities = getattr(place, "quality", AVERAGE)  # a place from Python may say nothing of it
    key = replicate_seed(world.seed, world.replicate % AGAIN)
    by_service = draw(
        qualities, world.services, getattr(place, "drawn_as", "") or place.name, key, p.correlation, p.promptness_link
    )
    kinds = {one.name: k for k, one in enumerate(world.services)}
    of = [kinds[one.service] for one in world.scenario.institutions]
    world.quality = by_service[of].reshape(-1, 2)
    own = {*place.parameters, *getattr(place, "ranges", {})}
    world.lever_shifts = np.zeros((len(INSTITUTION_LEVER_NAMES), len(of)))
    for name in LEVERS_OF_QUALITY:
        free = np.array([f"{one.service}.{name}" not in own for one in world.scenario.institutions])
        world.lever_shifts[INSTITUTION_LEVER_NAMES.index(name)] = p.spread * world.quality[:, QUALITY] * free


def response_factors(world: World, own: Sequence[bool]) -> np.ndarray:
    """Return the factor that promptness puts on each institution's response time, float64 (institutions,); 1 where the time is the institution's own."""
    pace = world.values["quality"].response_spread * world.quality[:, PROMPTNESS]
    return np.where(np.array(own, dtype=bool), 1.0, np.exp(-pace))
