"""Gradients as tables: each headline's level from the most to the least deprived, by qualification, age and tenure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.measures.measure import GRADED

from ..comparison.gradients import GRADIENTS, WITH_MIDDLE, Gradient, gradients
from ..numbers import shown
from .words import begin

if TYPE_CHECKING:
    from ..comparison.comparison import Comparison


def gradient_header(scenarios: bool = True) -> list[str]:
    """Return the heads of the columns of `gradient_rows`."""
    return ["measure", *(["scenario"] if scenarios else []), *GRADIENTS.values()]


def gradient_rows(result: Comparison, scenarios: bool = True) -> list[list[str]]:
    """Return each headline's levels by group, as words; none where nothing is known yet, as in runs of less than a year.

    Args:
        scenarios: True for every scenario, with a column that says which; False for the base alone.
    """
    rows = []
    for name in GRADED:
        measure = result.measures[name]
        for n, label in enumerate(result.labels if scenarios else result.labels[:1]):
            found = gradients(result, name, n)
            cells = [gradient_words(found[grouping], grouping, measure.unit) if grouping in found else "" for grouping in GRADIENTS]
            if any(cells):
                rows.append([measure.label, *([begin(label)] if scenarios else []), *cells])
    return rows


def gradient_words(found: Gradient, grouping: str, unit: str) -> str:
    """Return a gradient's levels in words; empty where nobody lives in any group."""
    levels = [shown(level, unit) for level in found.shown(grouping in WITH_MIDDLE) if np.isfinite(level)]
    each = [level.removesuffix(" %") for level in levels[:-1]] + levels[-1:]
    return (", " if grouping in WITH_MIDDLE else " to ").join(each)
