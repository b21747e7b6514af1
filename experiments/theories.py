"""Theories beside the shipped one: which scenarios follow them, and which parameter sets fit them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from scenarios.evidence.posterior import Posterior, shipped
from scenarios.structures import other_theory, structure_name
from simulation.declared.scenario import Scenario
from simulation.month import declared_parameters

Sets = Posterior | Literal["usual", "shipped"] | None


def _unfitted(scenario: Scenario, names: Iterable[str], sets: Posterior) -> list[str]:
    """Return the parameters of some names that a scenario has in use, and that parameter sets were fitted without."""
    declared = declared_parameters(scenario.services)
    return [
        name
        for name in names
        if name in declared
        and declared[name].awaits_fit
        and name not in sets.fitted
        and scenario.parameters.get(name, declared[name].default) != declared[name].default
    ]


def awaits_fit(scenario: Scenario) -> bool:
    """Return True where a scenario follows a structure that the shipped parameter sets were fitted without."""
    theory = other_theory(scenario)
    return theory is not None and bool(_unfitted(scenario, theory.parameters, shipped()))


def sets_of(given: Sets, scenarios: Sequence[Scenario]) -> tuple[Posterior | None, list[str]]:
    """Return the parameter sets that some scenarios draw from, and what a user should know about them.

    Args:
        given: sets; None for the central values; `usual` takes the shipped sets, or the central values for all scenarios where the structure
            of one of them awaits its fit.
    """
    if given == "usual":
        waiting = list(dict.fromkeys(structure_name(s) for s in scenarios if awaits_fit(s)))
        if waiting:
            named = ", ".join(f"'{name}'" for name in waiting)
            return None, [
                f"the structure {named} awaits its fit to surveys, so all numbers have their central values and ranges leave out their uncertainty "
                "(sets that were fitted to another structure are drawn if asked for by name: posterior shipped)"
            ]
    sets = shipped() if isinstance(given, str) else given
    return sets, [] if sets is None else fit_warnings(scenarios, sets)


def fit_warnings(scenarios: Sequence[Scenario], sets: Posterior) -> list[str]:
    """Say which mechanisms of the scenarios the parameter sets were fitted without."""
    unfitted = list(dict.fromkeys(name for s in scenarios for name in _unfitted(s, s.parameters, sets)))
    if not unfitted:
        return []
    more = f" and {len(unfitted) - 1} more parameters" if len(unfitted) > 1 else ""
    return [
        f"the parameter sets were fitted without {unfitted[0]}{more} that are set here: levels may lie far from those of surveys; "
        "posterior none takes values set by hand"
    ]


def mixed_theories(scenarios: Sequence[Scenario]) -> list[str]:
    """Say where scenarios that are compared follow different structures."""
    if len({structure_name(s) for s in scenarios}) < 2:
        return []
    named = ", ".join(f"{s.name}: {structure_name(s)}" for s in scenarios)
    return [f"the scenarios follow different structures ({named}), so their differences are also those between theories"]


def theory_sentences(scenarios: Sequence[Scenario], names: Sequence[str]) -> list[str]:
    """Say which scenarios follow another structure than the shipped one; nothing for those that follow that.

    Args:
        scenarios: of one answer.
        names: what they are called there.
    """
    said = []
    for theory in {one.name: one for s in scenarios if (one := other_theory(s))}.values():
        under = [n for n, s in enumerate(scenarios) if s.structure == theory.name]
        called = ", ".join(names[n] for n in under)
        who = (
            "All scenarios follow" if len(under) == len(scenarios) > 1 else f"{called} {'follow' if len(under) > 1 else 'follows'}"
        )
        waiting = " Its numbers are set by hand, and not fitted yet." if awaits_fit(scenarios[under[0]]) else ""
        said.append(f"{who} the structure {theory.name} in place of the shipped one: {theory.description}.{waiting}")
    return said
