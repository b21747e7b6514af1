"""The document of `compare --json`: the contract with programs that read results."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.measures.measure import GRADED
from simulation.measures.recorder import GROUPINGS, taken_by

from .compared_runs import COURSES
from .costs import money
from .effects import Effects
from .gradients import gradients

DOUBT = ("parameter_share", "range_low", "range_high")


def document(result: Effects) -> dict[str, Any]:
    """Return a comparison as plain values; what is undefined is None.

    Returns:
        `basis` says what the ranges are based on and `judged` by which months participation is judged. Each scenario has `measures` (level, effect and interval
        of the mean), `gradients` (levels of the headlines from group to group, in order, and the last less the first), `doubt` (range of each effect; None for the base and for one replicate), `when` (measures with a course, by months), `money`
        (programme, service, net and for each more participant, in pounds over the run), and `by` group.
    """
    return {
        "place": result.scenarios[0].place.name,
        "population": result.scenarios[0].population,
        "months": result.months,
        "replicates": result.replicates,
        "seed": result.seed,
        "basis": result.basis,
        "judged": result.judged(),
        "scenarios": [_scenario(result, n) for n in range(len(result.scenarios))],
        "provenance": result.provenance,
    }


def _scenario(result: Effects, n: int) -> dict[str, Any]:
    overall = result.overall(n)
    courses = {name: result.when(n, name) for name in COURSES if name in result.measures}
    spent = money(result, n)
    return {
        "name": result.scenarios[n].name,
        "measures": {
            name: {k: _number(v[m]) for k, v in overall.items() if k not in DOUBT} for m, name in enumerate(result.measures)
        },
        "by": {grouping: _groups(result, grouping, n) for grouping in GROUPINGS if grouping in result.by},
        "gradients": {name: _gradients(result, name, n) for name in GRADED},
        "doubt": {name: {k: _number(overall[k][m]) for k in DOUBT} for m, name in enumerate(result.measures)}
        if n and result.replicates > 1
        else None,
        "when": {
            name: {months: {k: _number(v) for k, v in known.items()} for months, known in found.items()}
            for name, found in courses.items()
            if found is not None
        },
        "money": None
        if spent is None
        else {name: {k: _number(v) for k, v in vars(one).items()} for name, one in vars(spent).items()},
    }


def _gradients(result: Effects, measure: str, n: int) -> dict[str, Any]:
    return {grouping: found.to_json() for grouping, found in gradients(result, measure, n).items()}


def _groups(result: Effects, grouping: str, n: int) -> dict[str, Any]:
    found = {key: _numbers(value) for key, value in result.effect_by(grouping, n).items()}
    grouped = [(m, name) for m, (name, measure) in enumerate(result.measures.items()) if taken_by(measure, grouping)]
    return {
        group: {name: {key: value[m][g] for key, value in found.items()} for m, name in grouped}
        for g, group in enumerate(result.groups(grouping, n))
    }


def _numbers(values: np.ndarray) -> list[Any]:
    """Return an array as lists, with None for what is not finite."""
    return np.where(np.isfinite(values), values, None).tolist()  # type: ignore[call-overload]


def _number(value: float | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return float(value) if np.isfinite(value) else None
