"""Structures: where the literature disagrees, each theory as a switch that any scenario can set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
        Structure("as-shipped", "a bad outcome weighs three times as much as a good one, one peer makes no difference, service counts both in itself and relative to what was expected", {}),
        Structure("no-asymmetry", "a bad outcome weighs as much as a good one (an Australian panel of 2020, on fairness; contrary to Skogan 2006)", {"experience.asymmetry": 1.0}),
        Structure("simple-contagion", "every tie who takes part makes a difference, the first as much as the next (contrary to Centola and Macy 2007)", {"deciding.peers_needed": 0.0}),
        Structure("absolute-service", "service counts in itself, whatever was expected", {"experience.absolute_weight": 1.0}),
        Structure("expectation-only", "service counts only relative to what was expected (expectancy disconfirmation)", {"experience.absolute_weight": 0.0}),
    )
}  # fmt: skip
