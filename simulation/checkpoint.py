"""Checkpoints: everything that the next month of a world depends on, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .construction import set_levers
from .world import World

TABLES = ("residents", "wards", "institutions")
BOOKS = ("recent_inputs", "recent_tallies", "form_record", "norm", "trust_sum")


def lasting(world: World) -> dict[str, np.ndarray]:
    """Return the arrays that a checkpoint copies, by name: columns of residents by their own, others with their table before it."""
    tables = {name: getattr(world, name).arrays() for name in TABLES}
    columns = {
        column if name == "residents" else f"{name}.{column}": array
        for name, table in tables.items()
        for column, array in table.items()
    }
    return columns | {"ties": world.ties.targets} | {name: getattr(world, name) for name in BOOKS}


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
