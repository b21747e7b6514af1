"""What a comparison's charts show, each in a sentence or two: for the report, the dashboard and readers who cannot see charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..comparison.compared_runs import MANY
from ..comparison.months import JUDGED_WORDS, read_in
from ..comparison.ranking import ahead
from ..numbers import change, pounds, shown, years
from .words import ONE_WORLD, begin, explained, listed, plain, side

if TYPE_CHECKING:
    from ..comparison.comparison import Comparison

NATIONAL_LEVELS = (
    "Trust and influence are set to match national survey levels; look at differences between scenarios, not at levels."
)
LIMITS = (
    "It cannot predict an election, a person's behaviour or a date. It compares ways of working in a simulated place like this one.",
    NATIONAL_LEVELS,
    "Ranges cover chance (who lives where, who knows whom, who happens to be asked) and uncertainty about the model's numbers, as far as these were drawn. They do not cover how much a programme changes services.",
    "Value segments (Settlers, Prospectors, Pioneers) are an assumption: proprietary, and not validated by published research.",
    "Costs are estimates: staff hours and pounds for each programme, and unit costs for invitations, places and contacts. The true cost could be half or double.",
)
FIFTHS = {"1": "1 (most deprived)", "2": "2", "3": "3", "4": "4", "5": "5 (least deprived)"}


def question(result: Comparison) -> str:
    """Return the question that the comparison answers."""
    place = getattr(result.scenarios[0].place, "title", result.scenarios[0].place.name)
    names = [plain(label) for label in result.labels[1:]]
    if len(names) > MANY:
        return f"Which of {len(names)} ideas would bring most people in {place} to take part within {years(result.months)}?"
    if not names:
        return f"How do people take part in {place}?"
    return f"What would {listed(names, 'or')} change in {place} within {years(result.months)}?"


def course(result: Comparison, m: int, share: bool) -> str:
    """Return how a measure changes over the months, which scenario changes it most, and when."""
    name = list(result.measures)[m]
    begun, ended = result.series[:, 0, 0, m].mean(), result.series[:, 0, -1, m].mean()
    unit = "share" if share else ""
    finding = f"Left as it is, the place goes from {shown(begun, unit)} to {shown(ended, unit)}."
    found = {n: result.when(n, name) for n in range(1, len(result.scenarios))}
    months = result.judged(name)
    sizes = {n: abs(result.headline(name, n)["effect"]) for n, one in found.items() if one is not None}
    sizes = {n: size for n, size in sizes.items() if np.isfinite(size)}
    if not sizes or result.replicates < 2:
        return f"{finding} {ONE_WORLD}" if sizes else finding
    most = max(sizes, key=lambda n: sizes[n])
    one = found[most]
    assert one is not None
    if one["best_month"]["month"] is None:
        return f"{finding} No scenario changes it in any month."
    judged = result.headline(name, most)
    if not side(judged["range_low"], judged["range_high"]):
        return f"{finding} No scenario changes it by more than {explained(result)} would explain {JUDGED_WORDS[months]}."
    said = f"{begin(result.labels[most])} changes it most ({change(judged['effect'], share)} {JUDGED_WORDS[months]})"
    if months != "over_the_run":
        return f"{finding} {said}; half of that change is there by month {_halfway(result, most, m, judged['effect'])}."
    strong = max((one["best_month"], one["worst_month"]), key=lambda month: abs(month["effect"]))
    return f"{finding} {said}: {change(strong['effect'], share)} in month {strong['month']}, {change(one['last_month']['effect'], share)} at the end."


def _halfway(result: Comparison, n: int, m: int, whole: float) -> int:
    """Return the first month with half of a mean effect."""
    effect = (result.series[:, n, :, m] - result.series[:, 0, :, m]).mean(axis=0)
    return int(np.argmax(effect * np.sign(whole) >= abs(whole) / 2)) + 1


def sure_changes(result: Comparison, names: tuple[str, ...]) -> str:
    """Return how many effects on some measures are larger than chance and parameter uncertainty would explain: their range lies on one side of zero."""
    if result.replicates < 2:
        return ONE_WORLD
    rows = [result.headline(name, n) for name in names for n in range(1, len(result.scenarios))]
    sure, of = sum(1 for row in rows if side(row["range_low"], row["range_high"])), len(rows)
    why = f"larger than {explained(result)} would explain"
    if of == 1:
        finding = f"The change is {'' if sure else 'not '}{why}."
    elif sure in (0, of):
        finding = f"{'All' if sure else 'None'} of the {of} changes drawn here {'are' if sure else 'is'} {why}."
    else:
        finding = f"{sure} of the {of} changes drawn here {'is' if sure == 1 else 'are'} {why}."
    return f"{finding} If a line crosses zero, its mark is hollow: there may be no change."


def first(result: Comparison) -> str:
    """Return which scenario does most for taking part, and which may do as much."""
    rows = result.ranking.to_dict("records")
    best = rows[0]
    if result.replicates < 2:
        return ONE_WORLD
    if not any(side(row["range_low"], row["range_high"]) for row in rows):
        return f"No scenario changes taking part by more than {explained(result)} would explain."
    finding = f"{begin(best['scenario'])} comes first ({change(best['effect'], True)} {JUDGED_WORDS[best['judged']]})"
    alike = [plain(n) for n in best["not_told_from"]]
    if len(alike) > 3:
        finding += f", and {len(alike)} others may do as much."
    elif alike:
        finding += f", and {listed(alike)} may do as much."
    else:
        finding += f", ahead of all others by more than {explained(result)} would explain." if len(rows) > 1 else "."
    return finding + " If a mark is hollow, there may be no change."


def cheapest(result: Comparison) -> str:
    """Return which scenario brings people in at the least cost, service included."""
    if result.replicates < 2:
        return ONE_WORLD
    everything = result.ranking.to_dict("records")
    rows = [row for row in everything if side(row["range_low"], row["range_high"]) > 0]
    free = [row for row in rows if row["net_cost_high"] <= 0]
    paying = [row for row in rows if np.isfinite(row["cost_per_participant"])]
    if free:
        names = listed([begin(free[0]["scenario"]), *(plain(row["scenario"]) for row in free[1:3])])
        return f"{names} {'brings' if len(free) == 1 else 'bring'} more people in and need{'s' if len(free) == 1 else ''} no extra money, service included."
    if not paying:
        return f"Nothing that costs money brings more people in by more than {explained(result)} would explain."
    best = min(paying, key=lambda r: r["cost_per_participant"])
    low, high = best["cost_per_participant_low"], best["cost_per_participant_high"]
    size = f"roughly {pounds(best['cost_per_participant'])} for each extra person taking part for a year ({pounds(low)} to {pounds(high)}), service costs included."
    without = [row for row in everything if not any(row is one for one in paying)]
    if len(paying) == 1:
        return " ".join([f"{begin(best['scenario'])} costs {size}", *_without_a_figure(without)])
    finding = f"{begin(best['scenario'])} brings people in at the least cost{' of those with a figure' if without else ''}: {size}"
    near = sum(row["cost_per_participant_low"] <= high for row in paying if row is not best)
    near_words = [f"{near} other{'s' if near > 1 else ''} may cost as little."] if near else []
    return " ".join([finding, *near_words, *_without_a_figure(without)])


def _without_a_figure(rows: list[dict]) -> list[str]:
    """Return in sentences which scenarios have no cost for each extra person, and why."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        sign = side(row["range_low"], row["range_high"])
        why = (
            {0: "may bring no more people in", -1: "brings fewer people in"}[sign]
            if sign < 1
            else "may need no extra money"
            if row["net_cost"] <= 0
            else "has no known cost"
        )
        groups.setdefault(why, []).append(plain(row["scenario"]))
    return [_no_figure(names, why) for why, names in groups.items()]


def _no_figure(names: list[str], why: str) -> str:
    shown = names if len(names) < 4 else [*names[:3], f"{len(names) - 3} others"]
    return f"There is no such figure for {listed(shown)}, {'which' if len(names) == 1 else 'each of which'} {why}."


def between_groups(result: Comparison, name: str, grouping: str) -> str:
    """Return which scenario's effect differs most between groups, and how; empty where no effect is known by group."""
    m, groups = list(result.measures).index(name), result.groups(grouping)
    effects = {n: result.effect_by(grouping, n)["effect"][m][: len(groups)] for n in range(1, len(result.scenarios))}
    effects = {n: values for n, values in effects.items() if np.isfinite(values).any()}  # none if the base has other groups
    if not effects:
        return ""
    share = result.measures[name].unit == "share"
    widest = max(effects, key=lambda n: np.nanmax(effects[n]) - np.nanmin(effects[n]))
    values = effects[widest]
    most, least = int(np.nanargmax(values)), int(np.nanargmin(values))
    read, nobody = JUDGED_WORDS[read_in(result, name)], empty_words(result, grouping)
    if most == least:
        return f"{begin(result.labels[widest])}: {change(values[most], share)} for {group_words(grouping, groups[most])} {read}. {nobody}".strip()
    said = (
        f"{begin(result.labels[widest])} differs most between groups {read}: {change(values[most], share)} for {group_words(grouping, groups[most])}, "
        f"{change(values[least], share)} for {group_words(grouping, groups[least])}."
    )
    doubt = (
        "" if _apart(result, m, grouping, widest, most, least) else f"{explained(result).capitalize()} may explain that difference."
    )
    return " ".join(one for one in (said, doubt, nobody) if one)


def group_words(grouping: str, group: str) -> str:
    """Return a group as a sentence names it: `fifth 2`, `ward Hornsey`, `Settlers`."""
    return {"deprivation_fifth": f"fifth {FIFTHS.get(group, group)}", "ward": f"ward {group}"}.get(grouping, group)


def peopled(result: Comparison, grouping: str) -> list[int]:
    """Return the columns of the base's groups in which anybody lived in any replicate."""
    people = result.by[grouping][:, 0, :, : len(result.groups(grouping))]
    return [int(g) for g in np.flatnonzero(np.isfinite(people).any(axis=(0, 1)))]


def empty_words(result: Comparison, grouping: str) -> str:
    """Return in a sentence the deprivation fifths in which nobody lives; empty where there are none."""
    lived = peopled(result, grouping)
    empty = [group_words(grouping, name) for g, name in enumerate(result.groups(grouping)) if g not in lived]
    return f"Nobody here lives in {listed(empty, 'or')}." if empty and lived and grouping == "deprivation_fifth" else ""


def _apart(result: Comparison, m: int, grouping: str, n: int, most: int, least: int) -> bool:
    """Return True if one group gains more than another by more than chance and parameter uncertainty would explain, jointly over all pairs of groups."""
    size, again = len(result.groups(grouping)), (result.again_by or {}).get(grouping)
    effect = (result.by[grouping][:, n, m] - result.by[grouping][:, 0, m])[:, :size]
    more = None if again is None else (again[:, n, m] - again[:, 0, m])[:, :size]
    return result.replicates > 1 and bool(ahead(effect, more, result.basis)[most, least])
