"""The answer: what a comparison found, in a few sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..comparison.compared_runs import ENOUGH, MANY
from ..comparison.costs import money
from ..comparison.losses import worst
from ..comparison.months import JUDGED_WORDS
from ..numbers import COSTS_NOTHING, between, costs, could_be, percent, pounds, rounded, unrounded, years
from .words import ONE_WORLD, begin, caution, explained, listed, plain, side

if TYPE_CHECKING:
    from ..comparison.comparison import Comparison

NOTHING_CHOSEN = "You have not chosen anything to try yet. Add something to compare with today."
FLAT = 0.005  # share by which a feeling may change and still be called unchanged


def answer(result: Comparison) -> str:
    """Return the answer: what changes and its range, acts, apathy, the worst loss, money, and what the ranges do not cover."""
    return " ".join(answers(result))


def answers(result: Comparison) -> list[str]:
    """Return the answer sentence by sentence; the first gives the main effect."""
    if len(result.scenarios) < 2:
        return [NOTHING_CHOSEN]
    if result.replicates < 2:
        return [f"{ONE_WORLD} Run at least {ENOUGH} for an answer with a range."]
    rows = {n: result.headline("participation", n) for n in range(1, len(result.scenarios))}
    effects = {n: row for n, row in rows.items() if np.isfinite(row["effect"])}
    if not effects:
        short = "Taking part is counted over twelve months, and this run is shorter. Run 12 months or more."
        return [short if result.months < 12 else "No scenario could be run to the end. The notes say why."]
    sure = [n for n, row in effects.items() if side(row["range_low"], row["range_high"])]
    best = max(sure or effects, key=lambda n: effects[n]["effect"])
    said = [
        _taking_part(result, best, effects[best]) if sure else _nothing(result, best, effects[best]),
        _months(result, best),
        _acts(result, best),
        _apathy(result, best),
        _flat(result, best),
        _loss(result, best, said_already=bool(sure) and effects[best]["effect"] < 0),
        _money(result, best),
        caution(result),
    ]
    return [sentence for sentence in said if sentence]


def _taking_part(result: Comparison, n: int, row: dict[str, float]) -> str:
    adults = getattr(result.scenarios[0].place, "adults", float("nan"))
    people = f", about {rounded(abs(row['effect']) * adults)} adults" if np.isfinite(adults) else ""
    start, end = percent(row["mean"] - row["effect"], 1), percent(row["mean"], 1)
    if result.judged() == "last_month":
        said = (
            f"the share of adults who take part {'rises' if row['effect'] > 0 else 'falls'} from {start} to {end} {_when(result)}"
        )
    else:
        said = f"{end} of adults take part {_when(result)}, compared with {start} without it"
    return (
        f"With {plain(result.labels[n])}, {said}. That is {100 * row['effect']:+z.1f} percentage points "
        f"({unrounded(row['mean'], row['effect'], 100, 1)}could be {between(row['range_low'], row['range_high'], True)}){people}{_beside_the_rest(result, n)}"
    )


def _nothing(result: Comparison, n: int, row: dict[str, float]) -> str:
    many = len(result.scenarios) > 2
    largest = f" The highest estimate is for {plain(result.labels[n])}:" if many else " The estimate is"
    return (
        f"No scenario changes the share of adults who take part by more than {explained(result)} would explain."
        f"{largest} {100 * row['effect']:+z.1f} points {_when(result)} (could be {between(row['range_low'], row['range_high'], True)})."
    )


def _when(result: Comparison) -> str:
    return f"{'after' if result.judged() == 'last_month' else 'on average over'} {years(result.months)}"


def _beside_the_rest(result: Comparison, n: int) -> str:
    """Return how the leading scenario compares with the others."""
    if len(result.scenarios) < 3:
        return "."
    row = next(r for r in result.ranking.to_dict("records") if r["scenario"] == result.labels[n])
    alike = row["not_told_from"]
    if row["worst_rank"] == 1:
        return ", more than with any other scenario here."
    if not alike:
        return "."
    names = [begin(alike[0]), *(plain(a) for a in alike[1:])] if len(alike) < 3 else [f"{len(alike)} others"]
    return f". {listed(names)} may do as much."


def _months(result: Comparison, n: int) -> str:
    """Return the end of the run and the strongest month in addition to the mean, if the mean is what is judged."""
    by_months = result.when(n, "participation") if result.judged() == "over_the_run" else None
    if by_months is None:
        return ""
    if by_months["best_month"]["month"] is None:
        return "It is exactly nothing in every month."
    ends = [by_months["best_month"], by_months["worst_month"]]
    strong = max(ends, key=lambda month: abs(month["effect"]))
    last = by_months["last_month"]
    return (
        f"At the end of the run it is {100 * last['effect']:+z.1f} points (could be {between(last['range_low'], last['range_high'], True)}). "
        f"It is strongest in month {strong['month']}: {100 * strong['effect']:+z.1f} points."
    )


def _acts(result: Comparison, n: int) -> str:
    row = result.headline("acts_12m", n)
    if not np.isfinite(row["effect"]):
        return ""
    may = f"{row['effect']:+z.2f}; {unrounded(row['mean'], row['effect'], 1, 2)}could be {row['range_low']:+z.2f} to {row['range_high']:+z.2f}"
    if not side(row["range_low"], row["range_high"]):
        return f"The number of acts of taking part does not clearly change ({may} per resident a year)."
    direction = "rise" if row["effect"] > 0 else "fall"
    return (
        f"Acts of taking part {direction} from {row['mean'] - row['effect']:.2f} to {row['mean']:.2f} per resident a year ({may})."
    )


def _apathy(result: Comparison, n: int) -> str:
    row = result.headline("apathy", n)
    if not np.isfinite(row["effect"]):
        return ""
    read, by_months = JUDGED_WORDS[result.judged("apathy")], result.when(n, "apathy")
    start, end = percent(row["mean"] - row["effect"], 1), percent(row["mean"], 1)
    sure = side(row["range_low"], row["range_high"])
    said = f"Apathy {_moves(sure)} {read} ({end} of adults, compared with {start} without it)."
    last = None if by_months is None or result.judged("apathy") == "last_month" else by_months["last_month"]
    if last is None or side(last["range_low"], last["range_high"]) == sure:
        return said
    size = f"{100 * last['effect']:+z.1f} points, could be {between(last['range_low'], last['range_high'], True)}"
    return f"{said} At the end of the run it {_moves(side(last['range_low'], last['range_high']))} ({size})."


def _moves(side: int) -> str:
    return {0: "does not clearly change", 1: "is higher", -1: "is lower"}[side]


def _flat(result: Comparison, best: int) -> str:
    """Return which other scenarios do not make people feel that they have more say: their whole range stays small."""
    if len(result.scenarios) - 1 > MANY:
        return ""
    rows = {n: result.headline("perceived_influence", n) for n in range(1, len(result.scenarios)) if n != best}
    flat = [n for n, row in rows.items() if abs(row["effect"]) < FLAT and row["range_high"] < 2 * FLAT]
    if not flat:
        return ""
    verb = "does" if len(flat) == 1 else "do"
    names = listed([begin(result.labels[flat[0]]), *(plain(result.labels[n]) for n in flat[1:])])
    return f"{names} {verb} not make people feel they have more say."


def loss_words(result: Comparison, loss: dict[str, Any]) -> str:
    """Return a loss in words: measure, group, size and range."""
    measure = result.measures[loss["measure"]]
    where = {"segment": "for {}, ", "ward": "for ward {}, ", "deprivation_fifth": "for deprivation fifth {}, "}
    whom = where[loss["grouping"]].format(loss["group"]) if loss["grouping"] else ""
    direction = "rises" if loss["effect"] > 0 else "falls"
    if measure.unit == "pounds":
        return f"{whom}“{measure.label}” {direction} by {could_be(abs(loss['effect']), loss['low'], loss['high'])}"
    if measure.unit == "share":
        size, may = f"{100 * abs(loss['effect']):.1f} points", between(loss["low"], loss["high"], True)
    else:
        size, may = f"{abs(loss['effect']):.3f}", between(loss["low"], loss["high"], False)
    return f"{whom}“{measure.label}” {direction} by {size} (could be {may})"


def _loss(result: Comparison, n: int, said_already: bool) -> str:
    loss = worst(result, n, skip=("participation",) if said_already else ())
    if loss is None:
        return ""
    when = (
        f" {JUDGED_WORDS[loss['months']]}"
        if loss["months"] != result.judged() and result.measures[loss["measure"]].unit != "pounds"
        else ""
    )
    return f"The worst loss: {loss_words(result, loss)}{when}."


def _money(result: Comparison, n: int) -> str:
    spent = money(result, n)
    if spent is None or not np.isfinite(spent.net.value):
        return ""
    said = costs(spent.net.value, spent.net.low, spent.net.high)
    if said == COSTS_NOTHING:
        return ""
    who = begin(result.labels[n]) if len(result.scenarios) > 2 else "It"
    text = f"{who} {said} over {years(result.months)}, service costs included"
    each = spent.each
    if np.isfinite(each.value):
        text += f": roughly {pounds(each.value)} for each extra person taking part for a year ({pounds(each.low)} to {pounds(each.high)})"
    return text + "."
