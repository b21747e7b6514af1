"""What many scenarios come to side by side: ranks with intervals, costs, who gains, when it shows and whether it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from .statistics import CONFIDENCE, interval

if TYPE_CHECKING:
    from .comparing import Comparison

BESIDE = ("apathy", "perceived_influence", "trust", "representativeness", "hours_gini", "contacts_12m", "cost", "saving")
SHOWN = 3  # groups named
LASTING = 6  # months that an effect must stay sure to count as shown


def rank_ranges(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst rank that each scenario may have, 1 = highest, jointly at 95 %.

    Args:
        values: float64 (replicates, scenarios); the same people in a row, so that differences are paired.
    """
    replicates, scenarios = values.shape
    pairs = max(scenarios * (scenarios - 1) // 2, 1)
    best, worst = np.ones(scenarios, int), np.full(scenarios, scenarios)
    if replicates < 2:
        return best, worst
    bound = stdtrit(replicates - 1, 1.0 - (1.0 - CONFIDENCE) / 2 / pairs)  # Bonferroni, over all pairs
    for n in range(scenarios):
        difference = values - values[:, [n]]
        mean, error = difference.mean(axis=0), difference.std(axis=0, ddof=1) / np.sqrt(replicates)
        best[n] = 1 + int((mean > bound * error).sum())
        worst[n] = scenarios - int((mean < -bound * error).sum())
    return best, worst


def rank_words(row: Mapping[str, Any]) -> str:
    """Return the ranks that a row of the ranking may have, in words."""
    best, worst = row["best_rank"], row["worst_rank"]
    return str(best) if best == worst else f"{best} to {worst}"


def cost_for_each(result: Comparison, scenario: int) -> tuple[float, float, float]:
    """Return pounds for one more participant for a year, with the interval; nan where participants are not surely more.

    The interval is that of the number of participants; cost hardly varies between replicates.
    """
    nothing = (float("nan"), float("nan"), float("nan"))
    names, adults = list(result.measures), getattr(result.scenarios[0].place, "adults", float("nan"))
    if scenario == 0 or not result.paired or result.months < 12:
        return nothing
    m, cost = names.index("participation"), names.index("cost")
    years = (result.series[:, scenario, :, m] - result.series[:, 0, :, m]).sum(axis=1) / 12.0 * adults
    mean, low, high = (float(x) for x in interval(years))
    if not low > 0.0:
        return nothing
    pounds = float((result.results[:, scenario, cost] - result.results[:, 0, cost]).mean())
    ends = pounds / high, pounds / low
    return (pounds / mean, min(ends), max(ends)) if pounds > 0 else nothing


def first_sure(result: Comparison, scenario: int, measure: str = "participation") -> int | None:
    """Return the month from which the effect is told from zero for half a year on end; None where it never is."""
    m = list(result.measures).index(measure)
    _, low, high = interval(result.series[:, scenario, :, m] - result.series[:, 0, :, m])
    for sign in (low > 0, high < 0):
        for month in range(len(sign)):
            if sign[month : month + LASTING].all() and len(sign) - month >= min(LASTING, len(sign)):
                return month + 1
    return None


def outlasts(result: Comparison, scenario: int, measure: str = "participation") -> str:
    """Return in words whether the effect outlasts the money."""
    ends = [one.delivery.end for one in result.scenarios[scenario].interventions if one.kind != "shock"]
    if not ends:
        return ""
    if any(end is None or end >= result.months for end in ends):
        return "paid for to the last month"
    last = max(end for end in ends if end is not None)
    m = list(result.measures).index(measure)
    effect = result.series[:, scenario, :, m] - result.series[:, 0, :, m]
    then, now = effect[:, last - 1].mean(), effect[:, -1]
    mean, low, high = interval(now)
    after = f"{result.months - last} months after the money ended"
    if not (low > 0 or high < 0):
        return f"gone {after}, as far as can be told"
    if then == 0 or np.sign(then) != np.sign(mean):
        return f"{100 * mean:+.1f} points {after}"
    return f"{mean / then:.0%} of it is left {after}"


def gainers(result: Comparison, scenario: int, measure: str = "participation") -> tuple[str, str]:
    """Return in words the groups that surely gain more than the place as a whole, and those that gain less or lose.

    Groups are those of segment, deprivation fifth and ward; "surely" is jointly over all of them, so that the luckiest ward
    of many is not named for its luck. Empty where there are none.
    """
    m = list(result.measures).index(measure)
    more: list[tuple[float, str]] = []
    fewer: list[tuple[float, str]] = []
    groups = sum(len(result.groups(g)) for g in result.by)
    if result.replicates < 2 or result.months < 12:
        return "", ""
    bound = stdtrit(result.replicates - 1, 1.0 - (1.0 - CONFIDENCE) / 2 / groups)
    whole = result.results[:, scenario, m] - result.results[:, 0, m]
    for grouping, table in result.by.items():
        if result.groups(grouping, scenario) != result.groups(grouping):
            continue
        effect = table[:, scenario, m] - table[:, 0, m]
        beside = effect - whole[:, None]
        mean, error = beside.mean(axis=0), beside.std(axis=0, ddof=1) / np.sqrt(result.replicates)
        word = {"segment": "", "ward": "ward ", "deprivation_fifth": "deprivation fifth "}[grouping]
        for g, name in enumerate(result.groups(grouping)):
            if abs(mean[g]) > bound * error[g]:
                (more if mean[g] > 0 else fewer).append((float(effect[:, g].mean()), f"{word}{name}"))

    def worded(groups: list[tuple[float, str]]) -> str:
        return ", ".join(f"{name} ({100 * size:+.1f})" for size, name in groups[:SHOWN])

    return worded(sorted(more, reverse=True)), worded(sorted(fewer))


def ranking(result: Comparison, measure: str = "participation") -> pd.DataFrame:
    """Return one row a scenario, the highest effect first, with what a committee asks of it.

    Columns: scenario, effect with interval, the best and worst rank that it may have, what it cannot be told from, effects
    on what stands beside the mean, pounds, the month from which it shows (0: never), whether it lasts, and who gains more
    than the place as a whole, and who less.
    """
    m, labels = list(result.measures).index(measure), result.labels
    values = result.results[:, :, m]
    kept = [n for n in range(1, len(labels)) if np.isfinite(values[:, n]).all()]
    best, worst = rank_ranges(values[:, kept]) if kept else (np.zeros(0, int), np.zeros(0, int))
    effects = result.effects.set_index(["scenario", "measure"])
    rows = []
    for at, n in enumerate(kept):
        own = effects.loc[(labels[n], measure)]
        alike = [labels[o] for a, o in enumerate(kept) if o != n and best[a] <= worst[at] and worst[a] >= best[at]]
        pounds, low, high = cost_for_each(result, n)
        gains, loses = gainers(result, n)
        rows.append(
            {
                "scenario": labels[n], "effect": own["effect"], "effect_low": own["effect_low"], "effect_high": own["effect_high"],
                "best_rank": int(best[at]), "worst_rank": int(worst[at]), "not_told_from": alike,
                **{name: effects.loc[(labels[n], name), "effect"] for name in BESIDE},
                "cost_per_participant": pounds, "cost_per_participant_low": low, "cost_per_participant_high": high,
                "shows_from_month": first_sure(result, n) or 0, "outlasts_the_money": outlasts(result, n), "gains_more": gains, "gains_less": loses,
            }
        )  # fmt: skip
    return pd.DataFrame(sorted(rows, key=lambda row: -row["effect"]))
