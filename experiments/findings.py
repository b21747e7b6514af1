"""What a comparison says, in sentences: for the report, the dashboard and whoever reads no charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .comparing import MANY
from .ranking import cost_for_each

if TYPE_CHECKING:
    from .comparing import Comparison

LIMITS = (
    "It cannot foretell an election, a person, or a date: it compares ways of working in a simulated place like this one.",
    "Trust and influence are set so that the national survey levels come out; differences between scenarios carry the information, levels do not.",
    "The intervals cover chance (who lives where, who knows whom, who happens to be asked) and doubt about the parameters, as far as these were drawn; they do not cover the size of what a programme does to services.",
    "Value segments (Settlers, Prospectors, Pioneers) are an assumption: proprietary, and not validated by published research.",
    "Costs are judgements, right to within half and twice at best: hours and pounds as declared for each programme, and unit costs for asks, places and contacts.",
)
FIFTHS = {"1": "1 (most deprived)", "5": "5 (least deprived)"}


def plain(name: str) -> str:
    """Return a scenario's name as words."""
    return name.replace("-", " ").replace("+", " with ")


def points(value: float) -> str:
    """Return a change of a share in percentage points, as it is said."""
    return f"{100 * value:+.1f} percentage points"


def _of(result: Comparison, scenario: str, measure: str) -> pd.Series:
    table = result.effects
    return table[(table["scenario"] == scenario) & (table["measure"] == measure)].iloc[0]


def rounded(number: float) -> str:
    """Return a number as it is said: three digits count, and millions are called so."""
    if not np.isfinite(number) or number == 0:
        return "0"
    digits = 2 - int(np.floor(np.log10(abs(number))))
    short = round(number, digits)
    return f"{short / 1e6:.3g} million" if abs(short) >= 1e6 else f"{short:,.{max(digits, 0)}f}"


def _sure(row: pd.Series) -> bool:
    return bool(row["effect_low"] > 0 or row["effect_high"] < 0)


def _years(months: int) -> str:
    years, rest = divmod(months, 12)
    words = {1: "one year", 2: "two years", 3: "three years", 4: "four years", 5: "five years", 10: "ten years"}
    return words.get(years, f"{years} years") if years and not rest else f"{months} months"


def question(result: Comparison) -> str:
    """Return the question that the comparison answers."""
    place = getattr(result.scenarios[0].place, "title", result.scenarios[0].place.name)
    names = [plain(label) for label in result.labels[1:]]
    if len(names) > MANY:
        return f"Which of {len(names)} ideas would bring most people in {place} to take part within {_years(result.months)}?"
    if not names:
        return f"How do people take part in {place}?"
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
    return f"What would {listed} change in {place} within {_years(result.months)}?"


def answer(result: Comparison) -> str:
    """Return the answer in two sentences, and a third on money where that is known."""
    others = result.labels[1:]
    if not others or result.replicates < 2:
        return "One world was run, so nothing can be told from chance. Run more replicates for an answer with intervals."
    sure = [n for n in others if _sure(_of(result, n, "participation"))]
    adults = getattr(result.scenarios[0].place, "adults", float("nan"))
    if sure:
        best = max(sure, key=lambda n: _of(result, n, "participation")["effect"])
        row = _of(result, best, "participation")
        people = f", about {rounded(abs(row['effect']) * adults)} adults" if np.isfinite(adults) else ""
        direction = "rises" if row["effect"] > 0 else "falls"
        first = (
            f"With {plain(best)} the share of adults who take part {direction} from {100 * (row['mean'] - row['effect']):.1f} % to "
            f"{100 * row['mean']:.1f} % ({points(row['effect'])}{people}; 95 % interval {100 * row['effect_low']:+.1f} to "
            f"{100 * row['effect_high']:+.1f})" + (_beside_the_rest(result, best) if len(others) > 1 else ".")
        )
    else:
        best = others[0]
        first = "None of what was tried changes the share of adults who take part by more than chance would."
    apathy = _of(result, best, "apathy")
    flat = [n for n in others if n != best and abs(_of(result, n, "perceived_influence")["effect"]) < 0.005]
    second = f"Apathy goes from {100 * (apathy['mean'] - apathy['effect']):.1f} % to {100 * apathy['mean']:.1f} %"
    second += "" if _sure(apathy) else " (not told from chance)"
    if flat and len(others) <= MANY:
        second += f", while {' and '.join(plain(n) for n in flat)} leaves people's feeling of influence where it was"
    each = cost_for_each(result, result.labels.index(best))[0]
    third = (
        f" It costs about {rounded(_of(result, best, 'cost')['mean'])} pounds, {rounded(each)} for one more participant for a year."
        if each > 0
        else ""
    )
    return f"{first} {second}.{third}"


def _beside_the_rest(result: Comparison, best: str) -> str:
    """Return how the leading scenario stands to the others."""
    row = next(r for r in result.ranking.to_dict("records") if r["scenario"] == best)
    if row["worst_rank"] == 1:
        return ", more than with anything else tried here."
    alike = row["not_told_from"]
    named = " and ".join(plain(n) for n in alike) if len(alike) <= 2 else f"{len(alike)} others"
    return f"; it cannot be told from {named}." if alike else "."


def course(result: Comparison, m: int, share: bool) -> str:
    """Return how a measure goes over the months, and what moves it most."""
    first, last = result.series[:, 0, 0, m].mean(), result.series[:, 0, -1, m].mean()
    finding = f"Left as it is, the place goes from {cell(first, share)} to {cell(last, share)}."
    ends = {label: result.series[:, n, -1, m].mean() - last for n, label in enumerate(result.labels) if n}
    if ends:
        name = max(ends, key=lambda k: abs(ends[k]))
        halfway = np.abs(result.series[:, result.labels.index(name), :, m].mean(axis=0)
                         - result.series[:, 0, :, m].mean(axis=0)) >= abs(ends[name]) / 2  # fmt: skip
        when = int(np.argmax(halfway)) + 1
        finding += (
            f" {plain(name).capitalize()} moves it most ({change(ends[name], share)}); half of that has come by month {when}."
        )
    return finding


def cell(value: float, share: bool) -> str:
    """Return a level as it is said."""
    if not np.isfinite(value):
        return "-"
    return f"{100 * value:.1f} %" if share else f"{value:.3f}"


def change(value: float, share: bool) -> str:
    """Return a change as it is said."""
    if not np.isfinite(value):
        return "-"
    return f"{100 * value:+.1f} points" if share else f"{value:+.3f}"


def told(result: Comparison, names: tuple[str, ...]) -> str:
    """Return how many effects on some measures are told from zero."""
    table = result.effects
    sure = table[table["measure"].isin(names) & ((table["effect_low"] > 0) | (table["effect_high"] < 0))]
    of = len(names) * (len(result.labels) - 1)
    return f"{len(sure)} of {of} effects are told from zero; a mark whose line crosses zero may be chance."


def first(result: Comparison) -> str:
    """Return which scenario does most for taking part, and from which it cannot be told."""
    rows = result.ranking.to_dict("records")
    best = rows[0]
    level = best["not_told_from"]
    finding = f"{plain(best['scenario']).capitalize()} comes first ({change(best['effect'], True)})"
    finding += (
        f", and cannot be told from {', '.join(plain(n) for n in level)}."
        if level
        else ", surely ahead of all others."
        if len(rows) > 1
        else "."
    )
    finding += " A hollow mark may be chance."
    return finding


def cheapest(result: Comparison) -> str:
    """Return which scenario brings people in at the least cost."""
    rows = result.ranking.to_dict("records")
    paying = [row for row in rows if np.isfinite(row["cost_per_participant"]) and row["cost"] > 0]
    finding = "Nothing that costs money surely brings more people in."
    if paying:
        best = min(paying, key=lambda r: r["cost_per_participant"])
        finding = f"{plain(best['scenario']).capitalize()} brings people in at the least cost: about {best['cost_per_participant']:,.0f} pounds for one more participant for a year."
    return finding


def between_groups(result: Comparison, name: str, grouping: str) -> str:
    """Return which scenario's effect differs most between groups, and how; empty where no effect is known by group."""
    m, groups = list(result.measures).index(name), result.groups(grouping)
    effects = {label: result.effect_by(grouping, n)["effect"][m][: len(groups)] for n, label in enumerate(result.labels) if n}
    effects = {
        label: values for label, values in effects.items() if np.isfinite(values).any()
    }  # none beside a base with other groups
    if not effects:
        return ""
    shown = FIFTHS if grouping == "deprivation_fifth" else {}
    share = result.measures[name].unit == "share"
    widest = max(effects, key=lambda label: np.nanmax(effects[label]) - np.nanmin(effects[label]))
    values = effects[widest]
    most, least = (groups[int(at(values))] for at in (np.nanargmax, np.nanargmin))
    return (
        f"{plain(widest).capitalize()} differs most between groups: {change(np.nanmax(values), share)} for {shown.get(most, most)}, "
        f"{change(np.nanmin(values), share)} for {shown.get(least, least)}."
    )
