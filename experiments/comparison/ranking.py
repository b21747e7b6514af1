"""The ranking of many scenarios: ranks with ranges, costs, who gains, when it shows and whether it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulation.measures.measure import HEADLINES
from simulation.measures.recorder import CROSSED

from ..numbers import percent
from .costs import NOTHING, Money, cost_for_each, money
from .effects import Effects
from .months import values
from .statistics import CONFIDENCE, Basis, Spread, spread

__all__ = ["NOT_YET", "cost_for_each", "first_sure", "gainers", "outlasts", "rank_ranges", "rank_words", "ranking"]
BESIDE = (
    *(name for name in HEADLINES if name != "participation"),  # which is what is ranked by
    "representativeness",
    "hours_gini",
    "contacts_12m",
    "cost",
    "saving",
)
SHOWN = 3  # groups named
LASTING = 6  # months that an effect must stay away from zero to count as shown
NOT_YET = f"not clear for {LASTING} months running"


def ahead(values: np.ndarray, again: np.ndarray | None = None, basis: Basis = "central values") -> np.ndarray:
    """Return which scenario ranks above which, bool (scenarios, scenarios), jointly at 95 %.

    The difference of two scenarios is taken replicate by replicate, within one set of parameters and on the same people, and has a range of its own: two
    scenarios of which one is ahead under every set are distinguished, however far their separate ranges overlap.

    Args:
        values: float64 (replicates, scenarios).
        again: float64 (pairs, scenarios): second runs of the first replicates' sets; None where there are none.
        basis: what the ranges are based on; see `statistics.spread`.
    """
    scenarios = values.shape[1]
    wrong = (1.0 - CONFIDENCE) / max(scenarios * (scenarios - 1) // 2, 1)  # Bonferroni, over all pairs
    above = np.zeros((scenarios, scenarios), bool)
    for n in range(scenarios):
        more = None if again is None else again[:, [n]] - again
        above[n] = spread(values[:, [n]] - values, more, basis).beyond_zero(wrong) > 0
    return above


def rank_ranges(
    values: np.ndarray, again: np.ndarray | None = None, basis: Basis = "central values"
) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst possible rank of each scenario, 1 = highest, jointly at 95 %; arguments as in `ahead`."""
    above = ahead(values, again, basis)
    return 1 + above.sum(axis=0), len(above) - above.sum(axis=1)


def rank_words(row: Mapping[str, Any]) -> str:
    """Return the possible ranks of a row of the ranking, in words."""
    best, worst = row["best_rank"], row["worst_rank"]
    return str(best) if best == worst else f"{best} to {worst}"


def course_of(result: Effects, scenario: int, measure: str) -> Spread:
    """Return the range of an effect in each month."""
    m, again = list(result.measures).index(measure), result.again_series
    more = None if again is None else again[:, scenario, :, m] - again[:, 0, :, m]
    return spread(result.series[:, scenario, :, m] - result.series[:, 0, :, m], more, result.basis)


def first_sure(result: Effects, scenario: int, measure: str = "participation") -> int | None:
    """Return the month from which the range of an effect lies on one side of zero for six months running; None where it does from none."""
    side = course_of(result, scenario, measure).beyond_zero()
    for sign in (side > 0, side < 0):
        for month in range(len(sign)):
            if sign[month : month + LASTING].all() and len(sign) - month >= min(LASTING, len(sign)):
                return month + 1
    return None


def outlasts(result: Effects, scenario: int, measure: str = "participation") -> str:
    """Return in words whether the effect lasts once funding has ended; empty where nothing is funded."""
    ends = [one.delivery.end for one in result.scenarios[scenario].interventions if one.kind != "shock"]
    if not ends:
        return ""
    if any(end is None or end >= result.months for end in ends):
        return "not tested: funding runs to the end"
    last = max(end for end in ends if end is not None)
    course = course_of(result, scenario, measure)
    then, now, side = course.mean[last - 1], course.mean[-1], course.beyond_zero()
    after = f"{result.months - last} months after funding ended"
    if not side[-1]:
        return f"nothing larger than chance and the model's uncertainty would explain, {after}"
    if not side[last - 1] or np.sign(then) != np.sign(now):
        return f"{100 * now:+z.1f} points {after}"
    return f"{percent(now / then)} of the effect is left {after}"


def gainers(result: Effects, scenario: int, measure: str = "participation") -> tuple[str, str]:
    """Return in words the groups that gain more than the place as a whole by their whole range, and those that gain less or lose.

    Groups are those of segment, deprivation fifth and ward; ranges hold jointly over all of them, so that the luckiest ward of many is not named for its
    luck. Empty where there are none.
    """
    if result.replicates < 2 or result.months < 12:
        return "", ""
    m, again_by = list(result.measures).index(measure), result.again_by or {}
    more: list[tuple[float, str]] = []
    fewer: list[tuple[float, str]] = []
    wrong = (1.0 - CONFIDENCE) / max(sum(len(result.groups(g)) for g in CROSSED), 1)
    whole = result.results[:, scenario, m] - result.results[:, 0, m]
    for grouping in CROSSED:
        table = result.by[grouping]
        if result.groups(grouping, scenario) != result.groups(grouping):
            continue
        effect, again = table[:, scenario, m] - table[:, 0, m], None
        if result.again is not None and grouping in again_by:
            own = again_by[grouping][:, scenario, m] - again_by[grouping][:, 0, m]
            again = own - (result.again[:, scenario, m] - result.again[:, 0, m])[:, None]
        differences = spread(effect - whole[:, None], again, result.basis)
        side = differences.beyond_zero(wrong)
        word = {"segment": "", "ward": "ward ", "deprivation_fifth": "deprivation fifth "}[grouping]
        for g, name in enumerate(result.groups(grouping)):
            if side[g]:
                (more if side[g] > 0 else fewer).append((float(effect[:, g].mean()), f"{word}{name}"))

    def worded(groups: list[tuple[float, str]]) -> str:
        return ", ".join(f"{name} ({100 * size:+z.1f})" for size, name in groups[:SHOWN])

    return worded(sorted(more, reverse=True)), worded(sorted(fewer))


def ranking(result: Effects, measure: str = "participation") -> pd.DataFrame:
    """Return one row per scenario, the highest effect first, with what a committee needs to know.

    Columns: scenario; judged (`last_month` or `over_the_run`, the same for all rows); effect with its range and the interval of its mean; the best and the
    worst rank that it may have; the scenarios it is not distinguishable from; effects on related measures; extra pounds compared with the base, service included; the month from
    which it shows (0: never); whether it lasts; and who gains more than the place as a whole, and who less.
    """
    labels = result.labels
    months = result.judged(measure)
    taken, again = values(result, measure, months)
    kept = [n for n in range(1, len(labels)) if np.isfinite(taken[:, n]).all()]
    above = ahead(taken[:, kept], None if again is None else again[:, kept], result.basis)
    rows = [
        {
            "scenario": labels[n],
            "judged": months,
            **{key: result.headline(measure, n)[key] for key in ("effect", "range_low", "range_high", "effect_low", "effect_high")},
            "best_rank": 1 + int(above[:, at].sum()),
            "worst_rank": len(kept) - int(above[at].sum()),
            "not_told_from": [labels[o] for a, o in enumerate(kept) if a != at and not (above[a, at] or above[at, a])],
            **_beside(result, n),
        }
        for at, n in enumerate(kept)
    ]
    return pd.DataFrame(sorted(rows, key=lambda row: -row["effect"]))


def _beside(result: Effects, n: int) -> dict[str, Any]:
    """Return effects on the measures shown next to taking part."""
    spent = money(result, n) or Money(NOTHING, NOTHING, NOTHING, NOTHING)
    gains, loses = gainers(result, n)
    return {
        **{name: result.headline(name, n)["effect"] for name in BESIDE},
        **{f"{name}_{end}": result.headline(name, n)[f"range_{end}"] for name in ("acts_12m", "apathy") for end in ("low", "high")},
        "cost_low": spent.programme.low,
        "cost_high": spent.programme.high,
        "service_cost": spent.service.value,
        "net_cost": spent.net.value,
        "net_cost_low": spent.net.low,
        "net_cost_high": spent.net.high,
        "cost_per_participant": spent.each.value,
        "cost_per_participant_low": spent.each.low,
        "cost_per_participant_high": spent.each.high,
        "shows_from_month": first_sure(result, n) or 0,
        "lasts_without_funding": outlasts(result, n),
        "gains_more": gains,
        "gains_less": loses,
    }
