"""Which month an effect is read in: the last, the mean over the run, and the best and the worst month beside them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from simulation.declared.scenario import Scenario
from simulation.measures.recorder import WINDOW

from .compared_runs import ComparedRuns

Judged = Literal["last_month", "last_twelve_months", "over_the_run", "in_total"]
JUDGED_WORDS: dict[Judged, str] = {
    "last_month": "at the end of the run",
    "last_twelve_months": "on average over the last twelve months",
    "over_the_run": "on average over the run",
    "in_total": "in total over the run",
}
SHORT_WORDS: dict[Judged, str] = {
    "last_month": "at the end",
    "last_twelve_months": "last 12 months",
    "over_the_run": "mean over the run",
    "in_total": "in total",
}
KEPT = ("mean", "effect", "range_low", "range_high", "effect_low", "effect_high")


def changes_on_the_way(scenario: Scenario, months: int) -> bool:
    """Return True if an intervention or shock starts late, ends early or lasts only some months."""
    return any(
        one.delivery.start > 1
        or (one.delivery.end is not None and one.delivery.end < months)
        or any(change.months is not None and change.months < months for change in one.changes)
        for one in scenario.interventions
        if one.dose > 0.0 and one.delivery.start <= months
    )


def judged(result: ComparedRuns, measure: str = "participation") -> Judged:
    """Return by which months a measure's effect is judged, the same for all scenarios.

    An effect is read at the last month, unless any of the scenarios changes on the way. What ended long ago, or began late, would then be judged by
    what is left of it, or before it is worth anything; the mean over all months counts what people lived through. Beside one another, all scenarios
    take the same months: two numbers of one ranking must be comparable. A measure whose course was not kept is judged as its results are read.
    """
    varies = any(changes_on_the_way(scenario, result.months) for scenario in result.scenarios)
    return "over_the_run" if varies and has_course(result, measure) else read_in(result, measure)


def read_in(result: ComparedRuns, measure: str) -> Judged:
    """Return the months that a measure's results are of, by group too: what looks at one month is averaged over the last twelve, or over a shorter run."""
    declared = result.measures[measure]
    if declared.over_run:
        return "in_total"
    if declared.twelve_months:
        return "last_month"
    return "last_twelve_months" if result.months > WINDOW else "over_the_run"


def has_course(result: ComparedRuns, measure: str) -> bool:
    """Return True if a measure's course was kept, and is one that can be averaged: not what adds up over the run."""
    declared = result.measures[measure]
    course = result.series[:, 0, :, list(result.measures).index(measure)]
    return not declared.over_run and course.size > 0 and bool(np.isfinite(course).all())


def values(result: ComparedRuns, measure: str, months: Judged) -> tuple[np.ndarray, np.ndarray | None]:
    """Return a measure's results, float64 (replicates, scenarios), and those of second runs (None where there are none).

    Args:
        months: `last_month` that month alone, `over_the_run` the mean over all months; and whatever the measure's results are read in.
    """
    at = list(result.measures).index(measure)
    if months == read_in(result, measure):
        return result.results[:, :, at], None if result.again is None else result.again[:, :, at]
    taken = slice(-1, None) if months == "last_month" else slice(None)
    again = result.again_series
    return result.series[:, :, taken, at].mean(axis=2), None if again is None else again[:, :, taken, at].mean(axis=2)


def when(result: ComparedRuns, scenario: int, measure: str) -> dict[str, Any] | None:
    """Return a scenario's effect on a measure over the run, in the last month, and in its best and worst month; None for the base or without a course.

    Best is what the measure's direction of good says. The months are those of the highest and lowest mean effect; as they are picked, chance makes them
    look a little larger than they are. `month` is None where the effect is exactly nothing in every month.
    """
    if scenario == 0 or not has_course(result, measure):
        return None
    at = list(result.measures).index(measure)
    found: dict[str, Any] = {}
    both: tuple[Judged, Judged] = ("over_the_run", "last_month")
    for name in both:
        own, again = values(result, measure, name)
        known = result.known(own, again, scenario)
        found[name] = {key: float(known[key]) for key in KEPT}
    course, more = result.series[:, :, :, at], None if result.again_series is None else result.again_series[:, :, :, at]
    known = result.known(course, more, scenario)
    effect = known["effect"] * (result.measures[measure].better or 1)
    if not np.isfinite(effect).any():
        return None
    nothing = bool(np.nanmax(np.abs(effect), initial=0.0) == 0.0)
    for which, month in (("best_month", np.nanargmax(effect)), ("worst_month", np.nanargmin(effect))):
        found[which] = {"month": None if nothing else int(month) + 1, **{key: float(known[key][month]) for key in KEPT}}
    return found
