"""What `compare` prints: tables of effects, ranking and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .console import say, shown, shown_change, table

if TYPE_CHECKING:
    from .comparing import Comparison


def print_across(across: Any) -> None:
    """Print the headlines of several places side by side."""
    for name, label, rows in across.tables():
        table(f"{label} ({name}), place by place", ["place", *across.labels], rows)
        print()


def print_effects(result: Comparison) -> None:
    """Print levels and effects of the headlines, or the ranking alone where there are many scenarios."""
    from .comparing import HEADLINES, MANY

    effects = result.effects
    if len(result.scenarios) > MANY:
        print_ranking(result)
        return
    for name in HEADLINES:
        rows = effects[effects["measure"] == name]
        unit = rows["unit"].iloc[0]
        points = " points" if unit == "share" else ""
        lines = []
        for row in rows.itertuples():
            effect = shown_change(row.effect, unit) + (points if row.effect == row.effect else "")
            if row.effect_low == row.effect_low:
                effect += f"  [{shown_change(row.effect_low, unit)}, {shown_change(row.effect_high, unit)}]"
            doubt = ""
            if row.range_low == row.range_low:
                doubt = f"[{shown_change(row.range_low, unit)}, {shown_change(row.range_high, unit)}]  {row.parameter_share:.0%}"
            lines.append([row.scenario, shown(row.mean, unit), effect, doubt])
        known = any(line[3] for line in lines)
        header = ["scenario", "level", "effect, 95 % interval", *(["range over parameters, their share"] if known else [])]
        table(f"{rows['label'].iloc[0]} ({name})", header, [line if known else line[:3] for line in lines])
        print()
    if len(result.scenarios) > 2:
        print_ranking(result)


def print_ranking(result: Comparison) -> None:
    """Print who gains most, at what cost, and for whom."""
    from .ranking import rank_words

    ranks, groups = [], []
    for row in result.ranking.to_dict("records"):
        place = rank_words(row)
        effect = f"{shown_change(row['effect'], 'share')} [{shown_change(row['effect_low'], 'share')}, {shown_change(row['effect_high'], 'share')}]"
        each = row["cost_per_participant"]
        ranks.append([row["scenario"], place, effect, shown_change(row["apathy"], "share"), f"{row['cost'] / 1e3:+,.0f}",
                      "-" if each != each else f"{each:,.0f}", f"{row['saving'] / 1e3:+,.0f}", f"{1000 * row['contacts_12m']:+,.0f}"])  # fmt: skip
        groups.append([row["scenario"], str(row["shows_from_month"] or "never"), row["outlasts_the_money"] or "-", row["gains_more"] or "-",
                       row["gains_less"] or "-"])  # fmt: skip
    table("Ranking by participation (points; ranks jointly at 95 %; thousand pounds over the run; pounds for one more participant for a year;"
          " contacts a year for 1,000 residents)", ["scenario", "rank", "participation", "apathy", "cost", "each", "saved", "contacts"], ranks)  # fmt: skip
    print()
    table(
        "When it shows, and for whom",
        ["scenario", "from month", "does it outlast the money?", "gains more", "gains less, or loses"],
        groups,
    )
    print()


def print_plan(result: Comparison, half_width: float) -> None:
    """Print how many replicates an effect of a size needs."""
    from .planning import plan

    found = plan(result, half_width)
    lines = [[name, *(f"{int(n):,}" for n in rows["replicates"])] for name, rows in found.groupby("scenario", sort=False)]
    table(f"Replicates needed to know an effect to plus or minus {half_width:g}", ["scenario", *found["measure"].unique()], lines)
    say(f"in all {int(found['replicates'].max()):,}: --replicates {int(found['replicates'].max())}, or --until-sure {half_width:g}")
