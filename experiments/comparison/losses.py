"""What gets worse: effects whose whole range is on the wrong side of zero, for all residents and by group."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.measures.measure import HEADLINES, SHOWN_FIRST
from simulation.measures.recorder import CROSSED

from .effects import Effects
from .months import read_in
from .statistics import CONFIDENCE, spread

GROUPED = tuple(name for name in SHOWN_FIRST if name != "representativeness")  # which has no groups
# The measures that an answer names, for which a council is responsible; parts and other thresholds of apathy would repeat them.
NAMED = (
    *HEADLINES, "satisfaction", "council_satisfaction", "volunteering", "volunteering_12m",
    "consultation", "civic_participation", "activism", "representativeness", "hours_gini", "contacts_12m", "repeat_contacts", "first_contact_resolution",
    "service_cost",
)  # fmt: skip
AGAIN = ("apathy_02", "apathy_10", "hours_top10", "hours_top31")  # already covered by another measure
MOST = 96


def losses(result: Effects) -> list[dict[str, Any]]:
    """Return what gets worse by more than chance and the model's uncertainty would explain; the largest part of the base's level first within each scenario.

    Returns:
        Rows `scenario, measure, grouping, group, effect, low, high, months`; grouping and group are None for all residents. The whole place is judged by
        the same range as its mark on a chart, in the months that the measure is judged by. Groups are many, so that their ranges are widened until all of
        one grouping hold jointly at 95 % (Bonferroni).
    """
    rows = []
    for n, label in enumerate(result.labels):
        if n:
            rows += [{"scenario": label, **row} for row in (*_of_all(result, n), *_of_groups(result, n))]
    return rows[:MOST]


def worst(result: Effects, scenario: int, skip: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Return a scenario's worst loss from `losses`, leaving out some measures; None if nothing is lost.

    What all residents lose goes before what a group loses, and both before the cost of service, which every answer counts with the cost of the programme.
    """
    whole = _of_all(result, scenario)
    rows = [row for row in (*whole, *_of_groups(result, scenario)) if row["measure"] in NAMED and row["measure"] not in skip]
    return next((row for row in rows if row["measure"] != "service_cost"), rows[0] if rows else None)


def _of_all(result: Effects, scenario: int) -> list[dict[str, Any]]:
    rows = []
    said = {*AGAIN, f"trust_{result.scenarios[0].services[0].name}", "cost", "saving", "cost_per_participant"}
    for name, measure in result.measures.items():
        if not measure.better or name in said:
            continue
        known = result.headline(name, scenario)
        low, high = known["range_low"], known["range_high"]
        if not (high < 0 if measure.better > 0 else low > 0):
            continue
        rows.append({"measure": name, "grouping": None, "group": None, "effect": known["effect"], "low": low, "high": high,
                     "level": known["mean"] - known["effect"], "months": result.judged(name)})  # fmt: skip
    return sorted(rows, key=lambda row: -abs(row["effect"]) / max(abs(row["level"]), 1e-9))


def _of_groups(result: Effects, scenario: int) -> list[dict[str, Any]]:
    rows = []
    for grouping in CROSSED:
        table, names = result.by[grouping], result.groups(grouping, scenario)
        if names != result.groups(grouping):
            continue
        again = None if result.again_by is None else result.again_by.get(grouping)
        for name in GROUPED:
            m, better = list(result.measures).index(name), result.measures[name].better
            more = None if again is None else again[:, scenario, m] - again[:, 0, m]
            effects = spread(table[:, scenario, m] - table[:, 0, m], more, result.basis)
            wrong = (1.0 - CONFIDENCE) / max(len(names), 1)
            side, (low, high) = effects.beyond_zero(wrong), effects.range(wrong)
            rows += [
                {
                    "measure": name,
                    "grouping": grouping,
                    "group": names[g],
                    "effect": float(effects.mean[g]),
                    "low": float(low[g]),
                    "high": float(high[g]),
                    "level": float(table[:, 0, m, g].mean()),
                    "months": read_in(result, name),
                }
                for g in np.flatnonzero(side * better < 0)
                if g < len(names)
            ]
    return sorted(rows, key=lambda row: -abs(row["effect"]) / max(abs(row["level"]), 1e-9))
