"""Gradients: how a level differs between groups, from the most to the least deprived, the lowest to the highest qualification, the youngest to the oldest, owners to renters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compared_runs import ComparedRuns
from .statistics import interval

# Groupings in whose order people are compared, and what a table calls them.
GRADIENTS: Mapping[str, str] = {
    "deprivation_fifth": "most to least deprived fifth",
    "qualification": "lowest to highest qualification",
    "age": "youngest, middle, oldest",
    "tenure": "owners, social, private renters",
}
WITH_MIDDLE = ("age", "tenure")  # those of which a table shows the middle group too, beside the first and the last


@dataclass(frozen=True)
class Gradient:
    """A measure's levels in the groups of a grouping.

    Attributes:
        groups: names of the groups in which anybody lives, in order.
        levels: float64 (groups,), means over replicates.
        difference, low, high: the last group's level less the first's, with the 95 % interval of its mean; nan where there are fewer than two groups.
    """

    groups: tuple[str, ...]
    levels: np.ndarray
    difference: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """The last group's level relative to the first's; nan where that is nothing."""
        return float(self.levels[-1] / self.levels[0]) if len(self.levels) > 1 and self.levels[0] > 0 else float("nan")

    def shown(self, middle: bool) -> list[float]:
        """Return the levels that a table shows: those at both ends, and in the middle where wanted."""
        last = len(self.levels) - 1
        return [float(self.levels[g]) for g in sorted({0, last // 2, last} if middle else {0, last}) if last >= 0]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values; what is undefined is None."""
        numbers = {"difference": self.difference, "low": self.low, "high": self.high, "ratio": self.ratio}
        return {
            "groups": dict(zip(self.groups, (float(x) for x in self.levels), strict=True)),
            **{name: float(x) if np.isfinite(x) else None for name, x in numbers.items()},
        }


def gradient_of(values: np.ndarray, names: tuple[str, ...]) -> Gradient:
    """Return the gradient over some groups; `values` is float64 (replicates, groups), nan where nobody lives there."""
    values = values[:, : len(names)]
    lived = [int(g) for g in np.flatnonzero(np.isfinite(values).all(axis=0))]
    levels = values[:, lived].mean(axis=0)
    if len(lived) < 2:
        return Gradient(tuple(names[g] for g in lived), levels, float("nan"), float("nan"), float("nan"))
    difference, low, high = (float(x) for x in interval(values[:, lived[-1]] - values[:, lived[0]]))
    return Gradient(tuple(names[g] for g in lived), levels, difference, low, high)


def gradients(result: ComparedRuns, measure: str, scenario: int) -> dict[str, Gradient]:
    """Return a measure's gradients in a scenario, by grouping, in the months that `by` is read in; empty for a measure that has no groups."""
    m = list(result.measures).index(measure)
    if result.measures[measure].values is None:
        return {}
    return {
        grouping: gradient_of(result.by[grouping][:, scenario, m], result.groups(grouping, scenario))
        for grouping in GRADIENTS
        if grouping in result.by
    }
