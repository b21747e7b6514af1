"""What a page draws of a comparison: the document of `compare --json`, with courses, findings and who loses beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import stdtrit

from ..comparing import COURSES, HEADLINES, MANY, Comparison
from ..findings import answer, between_groups, cheapest, course, first, plain, question, told
from ..ranking import rank_words
from ..statistics import interval

GROUPED = ("participation", "apathy", "perceived_influence", "trust", "volunteering", "consultation")
SENTENCES = ("participation", "apathy", "perceived_influence", "trust")


def document(comparison: Comparison, stage: str, planned: int) -> dict[str, Any]:
    """Return everything that is shown of a comparison, as plain values.

    Args:
        stage: as in `Step`.
        planned: replicates of the whole.

    Returns:
        `result` is exactly what `groundswell compare --json` prints for the same replicates; all else is derived from the same comparison.
    """
    several = len(comparison.scenarios) > 1
    ranked = several and comparison.months >= 12 and comparison.replicates > 1
    return {
        "stage": stage,
        "replicates": comparison.replicates,
        "planned": planned,
        "result": comparison.to_json(),
        "labels": comparison.labels,
        "names": [plain(label) for label in comparison.labels],
        "groups": {g: [list(comparison.groups(g, n)) for n in range(len(comparison.scenarios))] for g in comparison.by},
        "question": question(comparison),
        "answer": answer(comparison),
        "courses": {name: _course(comparison, name) for name in COURSES},
        "ranking": [_plain(row) | {"rank": rank_words(row)} for row in comparison.ranking.to_dict("records")] if ranked else [],
        "findings": _findings(comparison, ranked),
        "losses": losses(comparison) if several else [],
        "cost_range": [_cost_range(comparison, n) for n in range(len(comparison.scenarios))],
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    def value(v: Any) -> Any:
        v = v.item() if hasattr(v, "item") else v
        return None if isinstance(v, float) and not np.isfinite(v) else v

    return {str(k): value(v) for k, v in row.items()}


def _course(comparison: Comparison, name: str) -> list[dict[str, list[float | None]]] | None:
    """Return mean and interval by month for each scenario; None where the course was not kept."""
    at = list(comparison.measures).index(name)
    values = comparison.series[:, :, :, at]
    if not np.isfinite(values).any():
        return None
    found = []
    for n in range(len(comparison.scenarios)):
        with np.errstate(invalid="ignore"):
            mean, low, high = interval(values[:, n])
        found.append({k: [_short(x) for x in v] for k, v in (("mean", mean), ("low", low), ("high", high))})
    return found


def _short(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _findings(comparison: Comparison, ranked: bool) -> dict[str, Any]:
    names = list(comparison.measures)
    several = len(comparison.scenarios) > 1
    return {
        "effects": told(comparison, tuple(n for n in HEADLINES if comparison.measures[n].unit == "share")) if several else "",
        "first": first(comparison) if ranked else "",
        "cost": cheapest(comparison) if ranked else "",
        "courses": {
            n: course(comparison, names.index(n), True)
            for n in SENTENCES
            if np.isfinite(comparison.series[:, 0, :, names.index(n)]).all()
        },
        "groups": {g: {n: between_groups(comparison, n, g) for n in GROUPED} for g in comparison.by} if several else {},
    }


def losses(comparison: Comparison) -> list[dict[str, Any]]:
    """Return what surely gets worse, over all residents and by group; the largest first within each scenario.

    Many effects are looked at, so that an interval is as wide as it has to be for all of them to hold jointly at 95 % (Bonferroni).
    """
    whole, groups = comparison.effects, comparison.effects_by
    groups = groups[groups["measure"].isin(GROUPED)]
    judged = [m for m in comparison.measures.values() if m.better and m.unit != "pounds"]
    looked_at = (len(comparison.scenarios) - 1) * len(judged) + int(groups["effect"].notna().sum())
    wider = stdtrit(max(comparison.replicates - 1, 1), 1.0 - 0.025 / max(looked_at, 1)) / stdtrit(
        max(comparison.replicates - 1, 1), 0.975
    )
    better = {m.name: m.better for m in judged}
    found = []
    for table, grouped in ((whole[whole["measure"].isin(better)], False), (groups, True)):
        for row in table.itertuples():
            half = wider * (row.effect_high - row.effect_low) / 2.0
            low, high = row.effect - half, row.effect + half
            worse = high < 0 if better[row.measure] > 0 else low > 0
            if worse:
                found.append({"scenario": row.scenario, "measure": row.measure, "grouping": row.grouping if grouped else None,
                              "group": row.group if grouped else None, "effect": row.effect, "low": low, "high": high})  # fmt: skip
    order = {label: n for n, label in enumerate(comparison.labels)}
    return sorted(found, key=lambda r: (order[r["scenario"]], r["grouping"] is not None, -abs(r["effect"])))[: 12 * MANY]


def _cost_range(comparison: Comparison, n: int) -> list[float] | None:
    """Return the factors by which the declared cost of a scenario may be off."""
    tried = comparison.scenarios[n].interventions
    return [min(i.cost.low for i in tried), max(i.cost.high for i in tried)] if tried else None
