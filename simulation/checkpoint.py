"""Checkpoints: everything that the next month of a world depends on, as arrays."""

from __future__ import annotations

from typing import Any

from .construction import set_levers
from .world import World

TABLES = ("residents", "wards", "institutions")
BOOKS = ("recent_inputs", "recent_tallies", "form_record", "norm", "trust_sum")


def checkpoint(world: World) -> dict[str, Any]:
    """Return copies of everything that the next month depends on."""
    tables = {name: getattr(world, name).save() for name in TABLES}
    books = {name: getattr(world, name).copy() for name in BOOKS}
    return {"month": world.month, **tables, "targets": world.ties.targets.copy(), **books}


def restore(world: World, saved: dict[str, Any]) -> None:
    """Return a world to its own checkpoint, or to one with the same people and ties."""
    world.month = saved["month"]
    for name in TABLES:
        getattr(world, name).overwrite(saved[name])
    world.ties.targets[:] = saved["targets"]
    for name in BOOKS:
        getattr(world, name)[...] = saved[name]
    set_levers(world, world.scenario.interventions)
