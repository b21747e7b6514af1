"""What `compare` prints: tables of effects, months, ranking and plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.measures.measure import SHOWN_FIRST

from ..console import say, table, tell
from ..numbers import change_of_cost, could_be, percent, pounds, shown, shown_change

if TYPE_CHECKING:
    from ..comparison.comparison import Comparison


def print_across(across: Any) -> None:
    """Print the headlines of several places side by side."""
    from .words import RANGE_HEADS

    for name, label, rows in across.tables():
        table(
            f"{label} ({name}), place by place; in brackets what it {RANGE_HEADS[across.comparisons[0].basis]}",
            ["place", *across.labels],
            rows,
        )
        tell()


def print_effects(result: Comparison) -> None:
    """Print levels and effects of the headlines, or the ranking alone where there are many scenarios."""
    from ..comparison.compared_runs import MANY
    from ..comparison.months import JUDGED_WORDS
    from .words import RANGE_HEADS, caution

    if len(result.scenarios) <= MANY:
        for name in SHOWN_FIRST:
            measure = result.measures[name]
            rows = [_effect_row(result, name, n) for n in range(len(result.scenarios))]
            known = any(row[-1] for row in rows)
            header = [
                "scenario",
                "level",
                "change",
                RANGE_HEADS[result.basis],
                "interval of the mean",
                *(["from parameters"] if known else []),
            ]
            title = f"{measure.label} ({name}), {JUDGED_WORDS[result.judged(name)]}"
            table(title, header, rows if known else [row[:-1] for row in rows])
            tell()
        print_gradients(result)
    if result.judged() == "over_the_run":
        print_months(result)
    if len(result.scenarios) > 2:
        print_ranking(result)
    if len(result.scenarios) > 1 and result.replicates > 1 and caution(result):
        say(caution(result))


def _effect_row(result: Comparison, name: str, n: int) -> list[str]:
    """Return level, change, range, interval of the mean and the parameters' share, as words."""
    row, unit = result.headline(name, n), result.measures[name].unit
    points = " points" if unit == "share" and row["effect"] == row["effect"] else ""
    share = row["parameter_share"]
    return [
        result.labels[n],
        shown(row["mean"], unit),
        shown_change(row["effect"], unit) + points,
        _between(row, "range", unit),
        _between(row, "effect", unit),
        percent(share) if share == share else "",
    ]


def _between(row: Mapping[str, Any], ends: str, unit: str) -> str:
    low, high = row[f"{ends}_low"], row[f"{ends}_high"]
    return "" if low != low else f"[{shown_change(low, unit)}, {shown_change(high, unit)}]"


def print_gradients(result: Comparison) -> None:
    """Print how the level of each headline differs between groups of people in the base."""
    from .gradient_tables import gradient_header, gradient_rows

    rows = gradient_rows(result, scenarios=False)
    if rows:
        table(
            f"Who takes part, and who feels heard: levels by group in {result.labels[0]}, at the end of the run",
            gradient_header(False),
            rows,
        )
        tell()


def print_months(result: Comparison) -> None:
    """Print what an effect is over the run, at its end, and in the best and the worst month."""
    for name in ("participation", "acts_12m"):
        unit, rows = result.measures[name].unit, []
        for n, label in enumerate(result.labels):
            found = result.when(n, name)
            if found is not None:
                rows.append(
                    [
                        label,
                        *(
                            (f"month {one['month']}: " if one.get("month") else "")
                            + f"{shown_change(one['effect'], unit)} {_between(one, 'range', unit)}"
                            for one in found.values()
                        ),
                    ]
                )
        header = ["scenario", "mean over the run", "last month", "best month", "worst month"]
        table(f"Which month? {result.measures[name].label} ({name})", header, rows)
        tell()


def print_ranking(result: Comparison) -> None:
    """Print who gains most, at what cost, and for whom."""
    from ..comparison.months import JUDGED_WORDS
    from ..comparison.ranking import NOT_YET, rank_words

    ranks, groups, costs = [], [], []
    for row in result.ranking.to_dict("records"):
        effect = f"{shown_change(row['effect'], 'share')} {_between(row, 'range', 'share')}"
        ranks.append(
            [
                row["scenario"],
                rank_words(row),
                effect,
                f"{row['acts_12m']:+z.2f}",
                shown_change(row["apathy"], "share"),
                pounds(row["net_cost"], signed=True),
                f"{1000 * row['contacts_12m']:+z,.0f}",
            ]
        )
        costs.append(
            [
                row["scenario"],
                *(could_be(row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("cost", "net_cost")),
                change_of_cost(row["service_cost"]),
                could_be(*(row[f"cost_per_participant{end}"] for end in ("", "_low", "_high"))),
            ]
        )
        groups.append(
            [
                row["scenario"],
                str(row["shows_from_month"] or NOT_YET),
                row["lasts_without_funding"] or "-",
                row["gains_more"] or "-",
                row["gains_less"] or "-",
            ]
        )
    judged = JUDGED_WORDS[result.judged()]
    table(
        f"Ranking by participation {judged} (points; ranks jointly at 95 %; acts per resident a year; cost with service; contacts a year per"
        " 1,000 residents)",
        ["scenario", "rank", "participation", "acts", "apathy", "cost", "contacts"],
        ranks,
    )
    tell()
    table(
        "Extra cost over the run, compared with the base",
        ["scenario", "programme", "with service", "service", "per extra person a year"],
        costs,
    )
    tell()
    header = ["scenario", "from month", "does it last?", "gains more at the end", "gains less, or loses"]
    table("When it shows, and for whom", header, groups)
    tell()


def print_plan(result: Comparison, half_width: float) -> None:
    """Print how many replicates an effect of a size needs."""
    from ..comparison.replicates_needed import plan

    found = plan(result, half_width)
    lines = [[name, *(f"{int(n):,}" for n in rows["replicates"])] for name, rows in found.groupby("scenario", sort=False)]
    table(
        f"Replicates needed to know a mean effect to plus or minus {half_width:g}", ["scenario", *found["measure"].unique()], lines
    )
    say(
        f"needed: {int(found['replicates'].max()):,}: --replicates {int(found['replicates'].max())}, or --until-sure {half_width:g}"
    )
