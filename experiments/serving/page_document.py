"""What a page draws of a comparison: the document of `compare --json`, with what is shown first, courses, findings, money and who loses beside it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from simulation.measures.measure import HEADLINES, SHOWN_FIRST
from simulation.measures.recorder import CROSSED

from ..comparison.compared_runs import COURSES
from ..comparison.comparison import Comparison
from ..comparison.costs import money
from ..comparison.losses import GROUPED, losses
from ..comparison.months import JUDGED_WORDS
from ..comparison.ranking import course_of, rank_words
from ..comparison.statistics import spread
from ..numbers import change_of_cost, could_be, pounds
from ..reports.answer import answers
from ..reports.findings import between_groups, cheapest, course, first, question, sure_changes
from ..reports.words import RANGE_HEADS, begin, caution, plain
from .record import Number
from .result_records import CompareDocument, Course, Effect, Findings, MoneyWords, ResultPage, Stage


def document(comparison: Comparison, stage: Stage, planned: int) -> ResultPage:
    """Return everything that is shown of a comparison, as plain values.

    Args:
        stage: as in `Step`.
        planned: replicates of the whole.

    Returns:
        `result` is exactly what `groundswell compare --json` prints for the same replicates; all else is derived from the same comparison. `shown` is
        what the pages show first: for each scenario and headline the effect in the months by which it is judged, with its range.
    """
    several = len(comparison.scenarios) > 1
    ranked = several and comparison.months >= 12 and comparison.replicates > 1
    sentences = answers(comparison)
    return {
        "stage": stage,
        "replicates": comparison.replicates,
        "planned": planned,
        "result": cast(CompareDocument, comparison.to_json()),
        "labels": comparison.labels,
        "names": [plain(label) for label in comparison.labels],
        "begun": [begin(label) for label in comparison.labels],
        "groups": {g: [list(comparison.groups(g, n)) for n in range(len(comparison.scenarios))] for g in comparison.by},
        "question": question(comparison),
        "answer": " ".join(sentences),
        "answers": sentences,
        "first_look": comparison.basis == "first look",
        "caution": caution(comparison) if several and comparison.replicates > 1 else "",
        "range_head": RANGE_HEADS[comparison.basis],
        "read": {name: JUDGED_WORDS[comparison.judged(name)] for name in comparison.measures},
        "shown": [{name: _effect(comparison, name, n) for name in SHOWN_FIRST} for n in range(len(comparison.scenarios))],
        "courses": {name: _course(comparison, name) for name in COURSES},
        "ranking": [_plain(row) | {"rank": rank_words(row)} for row in comparison.ranking.to_dict("records")] if ranked else [],
        "findings": _findings(comparison, ranked),
        "losses": [_plain(row) | {"read": JUDGED_WORDS[row["months"]]} for row in losses(comparison)]
        if several and comparison.replicates > 1
        else [],
        "money": [_money(comparison, n) for n in range(len(comparison.scenarios))],
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    def value(v: Any) -> Any:
        v = v.item() if hasattr(v, "item") else v
        return None if isinstance(v, float) and not np.isfinite(v) else v

    return {str(k): value(v) for k, v in row.items()}


def _effect(comparison: Comparison, name: str, scenario: int) -> Effect:
    return cast(Effect, _plain(comparison.headline(name, scenario)))


def _course(comparison: Comparison, name: str) -> list[Course] | None:
    """Return mean and range by month for each scenario; None where the course was not kept.

    A scenario's range is that of its effect, added to the base's mean; the base has its own range if it is alone.
    """
    at, alone = list(comparison.measures).index(name), len(comparison.scenarios) == 1
    values = comparison.series[:, :, :, at]
    if not np.isfinite(values).any():
        return None
    courses: list[Course] = []
    for n in range(len(comparison.scenarios)):
        mean, nothing = values[:, n].mean(axis=0), np.full(comparison.months, np.nan)
        low, high = nothing, nothing
        if n:
            low, high = (values[:, 0].mean(axis=0) + end for end in course_of(comparison, n, name).range())
        elif alone:
            again = None if comparison.again_series is None else comparison.again_series[:, 0, :, at]
            low, high = spread(values[:, 0], again, comparison.basis).range()
        courses.append({"mean": _short(mean), "low": _short(low), "high": _short(high)})
    return courses


def _short(values: np.ndarray) -> list[Number]:
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in values]


def _findings(comparison: Comparison, ranked: bool) -> Findings:
    names = list(comparison.measures)
    several = len(comparison.scenarios) > 1
    return {
        "effects": sure_changes(comparison, tuple(n for n in SHOWN_FIRST if comparison.measures[n].unit == "share"))
        if several
        else "",
        "acts": sure_changes(comparison, ("acts_12m",)) if several else "",
        "first": first(comparison) if ranked else "",
        "cost": cheapest(comparison) if ranked else "",
        "courses": {
            n: course(comparison, names.index(n), comparison.measures[n].unit == "share")
            for n in HEADLINES
            if np.isfinite(comparison.series[:, 0, :, names.index(n)]).all()
        },
        "groups": {g: {n: between_groups(comparison, n, g) for n in GROUPED} for g in CROSSED} if several else {},
    }


def _money(comparison: Comparison, n: int) -> MoneyWords | None:
    """Return in words what a scenario costs beyond the base, and what that could be; None for the base."""
    spent = money(comparison, n)
    if spent is None:
        return None
    could = f" ({pounds(spent.service.low, True)} to {pounds(spent.service.high, True)})"
    programme, net, each = (could_be(one.value, one.low, one.high) for one in (spent.programme, spent.net, spent.each))
    return {"programme": programme, "service": change_of_cost(spent.service.value) + could, "net": net, "each": each}
