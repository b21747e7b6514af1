"""Cached runs: the results of one scenario in one replicate, under everything they depend on, so that a repeated comparison runs only what is new.

Only runs that are declared through and through are kept: in a place of tables, without steps or measures of other packages, whose code may
read what no identity sees, and without anything to warn of.
"""

from __future__ import annotations

from typing import Any

from scenarios.places import TablePlace
from scenarios.plugins import plugin_measures
from simulation.declared.scenario import WORDS, Scenario
from simulation.identity import identity

from . import archives, cache
from .worlds import code, machine

READING = (
    "experiments/comparison/replicates.py",
    "scenarios/plugins.py",
)  # the code that measures a world, in addition to all of `simulation`


def name_of(scenario: Scenario, *asked: Any) -> str | None:
    """Return the name of a run; None if it is not cached.

    Args:
        asked: seed, replicate, months, and which results are taken.
    """
    own_code = (
        type(scenario.place) is not TablePlace or plugin_measures() or any(i.step is not None for i in scenario.interventions)
    )
    if cache.folder() is None or own_code or not code(*READING):
        return None
    return "run-" + identity((identity(scenario, without=WORDS), asked, code(*READING), machine()))


def find(name: str | None) -> archives.Saved | None:
    """Return a cached run, as fields of its result."""
    return None if name is None else archives.load(name)


def keep(name: str | None, found: archives.Saved, place: str) -> None:
    """Keep a run."""
    if name is not None:
        archives.save(name, found, place)
