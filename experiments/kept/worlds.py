"""Burnt-in worlds stored on disk by identity, so that the same world is never burnt in twice on one machine.

A world's name is made of all that its burn-in depends on: scenario, seed, replicate, the people as drawn, the sources that live it, library
versions and the kind of machine. What is kept is its checkpoint (see `archives`). If nothing can be stored, everything is computed as usual.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np

from simulation.declared.scenario import Scenario
from simulation.identity import identity
from simulation.kernels.randomness import replicate_seed
from simulation.model import ParticipationModel
from simulation.state.people import People

from .. import sources
from . import archives, cache

# The code that draws people and places, in addition to all of `simulation`.
DRAWING = (
    "scenarios/people.py", "scenarios/households.py", "scenarios/joint.py", "scenarios/wishes.py", "scenarios/places/place.py", "scenarios/places/imputation.py",
    "scenarios/places/ages.py",
)  # fmt: skip

_STARTED = time.time()  # the start of this process, roughly: sources edited later are not what runs


class Options(TypedDict):
    """What a model is made from in addition to scenario and seed."""

    replicate: int
    people: People
    record_events: bool


class Steady(NamedTuple):
    """A world in its steady state, month 0.

    Attributes:
        model: under the scenario's interventions and loops, which begin with the next month.
        saved: its checkpoint.
        fresh: True if it was burnt in now, False if it was kept.
    """

    model: ParticipationModel
    saved: archives.Saved
    fresh: bool


def steady(
    scenario: Scenario,
    seed: int,
    replicate: int = 0,
    *,
    record_events: bool = False,
    keep: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Steady:
    """Return a scenario's world after burn-in, from the cache if it is there; identical to the byte either way.

    Args:
        keep: False for worlds that are not wanted again.
        progress: called with the months of burn-in, and with 0 while another process burns this world in.
    """
    people = scenario.place.draw_people(
        scenario.population, np.array([s.share for s in scenario.segments]), replicate_seed(seed, replicate)
    )
    options: Options = {"replicate": replicate, "people": people, "record_events": record_events}
    if not keep or scenario.burn_in == 0 or cache.folder() is None or not code():
        return _fresh(scenario, seed, options, progress)
    name = name_of(scenario, seed, replicate, people)
    found = _taken(name, scenario, seed, options)
    if found is not None:
        return found
    with archives.making(name, progress):
        found = _taken(name, scenario, seed, options)
        if found is None:
            found = _fresh(scenario, seed, options, progress)
            archives.save(name, found.saved, scenario.place.name)
    return found


def _fresh(scenario: Scenario, seed: int, options: Options, progress: Callable[[int], None] | None) -> Steady:
    model = ParticipationModel(scenario, seed, **options, progress=progress)
    return Steady(model, model.checkpoint(), True)


def _taken(name: str, scenario: Scenario, seed: int, options: Options) -> Steady | None:
    saved = archives.load(name)
    if saved is None:
        return None
    model = ParticipationModel(scenario.with_(burn_in=0), seed, **options)
    model.scenario = scenario
    try:
        model.restore(saved)
    except (KeyError, ValueError, TypeError):  # of another shape: it is run again
        return None
    return Steady(model, saved, False)


# -- names ---------------------------------------------------------------------------------------------------------------


def name_of(scenario: Scenario, seed: int, replicate: int, people: People) -> str:
    """Return the name of a burnt-in world."""
    return "world-" + identity((scenario.world, int(seed), int(replicate), people, code(), machine()))


def code(*more: str) -> str:
    """Return the hash of all sources that a burnt-in world depends on; "" if the running code differs from the sources.

    Args:
        more: other sources, as paths from the root.
    """
    where = cache.folder()
    own = sources.of("simulation")
    own += [sources.ROOT / name for name in (*DRAWING, *more)]
    return _digest(tuple(own), None if where is None else where / "sources")


@lru_cache
def _digest(paths: tuple[Path, ...], memory: Path | None) -> str:
    edited = any(path.stat().st_mtime > _STARTED for path in paths)
    return "" if edited else sources.digest(paths, memory)


@lru_cache
def machine() -> str:
    """Return what the last digit of a number may depend on, other than the sources."""
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as features  # type: ignore[import-not-found]
    except ImportError:
        features = {}
    versions = [metadata.version(name) for name in ("numpy", "numba", "llvmlite")]
    return identity((versions, sys.byteorder, platform.system(), platform.machine(), {k: v for k, v in features.items() if v}))
