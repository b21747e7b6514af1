"""A process: what happens in one step of the month, as a declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..declared.columns import Column
from ..declared.loops import Loop
from ..declared.parameters import ParameterGroup
from ..world import World


@dataclass(frozen=True)
class Edge:
    """One event and the stocks that it feeds, each by this edge only."""

    event: str
    stocks: tuple[str, ...]


@dataclass(frozen=True)
class Process:
    """One step of the month.

    Attributes:
        name: name in lists, timings and switches.
        title: what happens, in a few words.
        description: the submodel in words, for the ODD description.
        equations: the submodel's equations, for the ODD description.
        reads, writes: columns read and written; `institutions.x`, `wards.x` and `ties` for other tables.
        columns, institution_columns, ward_columns: what a resident, an institution and a ward have because of this step.
        loops: feedback loops whose switch this step reads: where they are cut, it is what no longer receives their signal.
        parameters: its parameters.
        values_type: the named tuple of them that its kernels take.
        step: runs this step of the model.
        edges: event -> stocks that it feeds.
        source: where the mechanism comes from.
    """

    name: str
    title: str
    description: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parameters: ParameterGroup
    values_type: Any
    step: Callable[[World], None]
    columns: tuple[Column, ...] = ()
    institution_columns: tuple[Column, ...] = ()
    ward_columns: tuple[Column, ...] = ()
    loops: tuple[Loop, ...] = ()
    equations: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    source: str = ""
