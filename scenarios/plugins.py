"""Interventions and measures of other packages, through the entry-point groups `groundswell.interventions` and `groundswell.measures`.

Each entry point gives one, several, or a function that returns them. One that raises, clashes or fails the conformance test
is left out and named; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata
from typing import Any

from simulation.declared.institutions import SERVICE_NAMES
from simulation.declared.interventions import Intervention
from simulation.declared.levers import check_lever
from simulation.measures.measure import Measure, measures_of

from .catalogue import CATALOGUE

GROUPS: dict[str, Any] = {"groundswell.interventions": Intervention, "groundswell.measures": Measure}


def _owner(entry: metadata.EntryPoint) -> str:
    package = entry.dist.name if entry.dist is not None else entry.value.split(":")[0]
    return f"plug-in '{entry.name}' of {package}"


def _unpacked(found: Any) -> Iterable[Any]:
    if callable(found) and not isinstance(found, tuple(GROUPS.values())):
        found = found()
    return found if isinstance(found, list | tuple) else (found,)


def _load(group: str, taken: Iterable[str], problems_of: Callable[[Any], list[str]]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what a group's entry points give by name, and what was left out and why."""
    kind, names, loaded, refused = GROUPS[group], set(taken), {}, []
    for entry in sorted(metadata.entry_points(group=group), key=lambda e: (e.name, e.value)):
        try:
            found = list(_unpacked(entry.load()))
        except Exception as error:
            refused.append(f"{_owner(entry)} raised {type(error).__name__}: {' '.join(str(error).split())}; it is left out")
            continue
        for one in found:
            if not isinstance(one, kind):
                refused.append(f"{_owner(entry)} gives {type(one).__name__}, not {kind.__name__}; it is left out")
                continue
            problems = ["its name is already taken"] if one.name in names else problems_of(one)
            if problems:
                refused.append(f"{_owner(entry)}: '{one.name}': {'; '.join(problems)}; it is left out")
                continue
            names.add(one.name)
            loaded[one.name] = one
    return loaded, tuple(refused)


def _intervention_problems(one: Intervention) -> list[str]:
    try:
        for change in one.changes:
            check_lever(change.lever, "changes")
    except ValueError as error:
        return [str(error)]
    if one.kind == "probe":
        return ["probes are for tests only"]
    if one.step is None:
        return []  # levers only: it has no code of its own to run
    from .conformance import check_intervention

    return check_intervention(one)


def _measure_problems(one: Measure) -> list[str]:
    from .conformance import check_measure

    return check_measure(one)


@cache
def _interventions() -> tuple[dict[str, Intervention], tuple[str, ...]]:
    return _load("groundswell.interventions", CATALOGUE, _intervention_problems)


@cache
def _measures() -> tuple[dict[str, Measure], tuple[str, ...]]:
    return _load("groundswell.measures", measures_of(SERVICE_NAMES), _measure_problems)


def available_interventions() -> dict[str, Intervention]:
    """Return every intervention that can be named: the catalogue and those of other packages."""
    return {**CATALOGUE, **_interventions()[0]}


def plugin_measures() -> dict[str, Measure]:
    """Return the measures of other packages."""
    return dict(_measures()[0])


def available_measures(services: tuple[str, ...]) -> dict[str, Measure]:
    """Return every measure: the model's own, with one of trust for each kind of institution, and those of other packages."""
    return {**measures_of(services), **_measures()[0]}


def refused_plugins() -> tuple[str, ...]:
    """Return what was left out and why, a line each."""
    return (*_interventions()[1], *_measures()[1])
