"""Structures: where the literature disagrees, each theory as a switch that any scenario can set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.declared.forms import FORMS
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario

from .relationship import ANSWERS_BY_DOMAIN, FORMED_INCLINATION, HOUSEHOLDS, LASTING_ISSUES, REBUILT_BY_PEOPLE, RELATIONSHIP


@dataclass(frozen=True)
class Structure:
    """One theory.

    Attributes:
        name: of the switch.
        description: what it says, and who says otherwise.
        parameters: what it sets.
    """

    name: str
    description: str
    parameters: Mapping[str, float]


STRUCTURES: dict[str, Structure] = {
    s.name: s
    for s in (
        Structure("as-shipped", "the structure `trait`: an inclination to take part that is drawn once for each person; a bad outcome weighs three times as much as a good one, one peer makes no difference, service counts both in itself and relative to what was expected", {}),
        Structure("no-asymmetry", "a bad outcome weighs as much as a good one (an Australian panel of 2020, on fairness; contrary to Skogan 2006)", {"experience.asymmetry": 1.0}),
        Structure("simple-contagion", "every tie who takes part makes a difference, the first as much as the next (contrary to Centola and Macy 2007)", {"deciding.peers_needed": 0.0}),
        Structure("absolute-service", "service counts in itself, whatever was expected", {"experience.absolute_weight": 1.0}),
        Structure("expectation-only", "service counts only relative to what was expected (expectancy disconfirmation)", {"experience.absolute_weight": 0.0}),
        Structure("relationship", "who takes part follows from resources, from what happened between people and their services, from who asked, who answered and with whom they live; all the structures below together, at the surveys' levels", RELATIONSHIP),
        Structure("formed-inclination", "inclination is formed: resources make skill, a household shares a part, and dealings, asks and answers form efficacy (contrary to a fixed trait)", FORMED_INCLINATION),
        Structure("lasting-issues", "an issue lasts from the need to its resolution or to being forgotten, and most are one's own case (contrary to: a contact is an issue)", LASTING_ISSUES),
        Structure("households", "housemates decide together, whatever the form (Bhatti and others 2017)", HOUSEHOLDS),
        Structure("answers-by-domain", "volunteering depends on trust in general and on the group's own answers, not on the council's", ANSWERS_BY_DOMAIN),
        Structure("rebuilt-by-people", "seats, contact books and know-how come back slowly, and a new channel substitutes before it adds", REBUILT_BY_PEOPLE),
    )
}  # fmt: skip


SHIPPED = next(name for name, one in STRUCTURES.items() if not one.parameters)


def under(name: str | None, scenario: Scenario) -> Scenario:
    """Return a scenario under one of the structures, or as it is for None; parameters of its own come before those of the structure.

    What an earlier structure set goes, unless the scenario set it otherwise itself.

    Raises:
        InputError: an unknown structure, with the nearest name.
    """
    if name is None:
        return scenario
    if name not in STRUCTURES:
        raise InputError(f"structure: unknown '{name}'; {nearest(name, STRUCTURES)}")
    before = structure_of(scenario)
    was = before.parameters if before else {}
    own = {n: value for n, value in scenario.parameters.items() if was.get(n) != value}
    return scenario.with_(structure=name, parameters={**STRUCTURES[name].parameters, **own})


def structure_of(scenario: Scenario) -> Structure | None:
    """Return the structure that a scenario was put under; None where none was said."""
    return STRUCTURES.get(scenario.structure)


def structure_name(scenario: Scenario) -> str:
    """Return the name of the structure that a scenario follows, whether it was said or not."""
    return scenario.structure or SHIPPED


def other_theory(scenario: Scenario) -> Structure | None:
    """Return the structure that a scenario follows in place of the shipped one; None where it follows that."""
    structure = structure_of(scenario)
    return structure if structure is not None and structure.parameters else None


def own_values(scenario: Scenario) -> list[str]:
    """Say which numbers a scenario, its place or its own forms have that its structure sets otherwise: they may have been chosen for another theory."""
    structure = structure_of(scenario)
    if structure is None:
        return []
    said, place = [], scenario.place.parameters
    for name, value in structure.parameters.items():
        own = scenario.parameters.get(name, value)
        if own != value:
            said.append(
                f"{name} is set to {own:g}, where the structure '{structure.name}' has {value:g}; "
                "a number chosen for another structure may not fit this one"
            )
        elif place.get(name, value) != value:
            said.append(
                f"{name}: {scenario.place.name} sets {place[name]:g}, which the structure '{structure.name}' replaces by {value:g}; "
                "levels may differ from those that the place's own data say"
            )
    return said + _own_forms(scenario, structure)


def _own_forms(scenario: Scenario, structure: Structure) -> list[str]:
    """Say which forms of a scenario a structure does not know, where it sets how easy forms are."""
    if not any(name.startswith("forms.") for name in structure.parameters):
        return []
    others = [form.name for form in scenario.forms if form.name not in {form.name for form in FORMS}]
    if not others:
        return []
    return [
        f"{', '.join(others)}: the structure '{structure.name}' sets how easy the shipped forms are, but not these; "
        "what they were given for another structure may not fit this one"
    ]
