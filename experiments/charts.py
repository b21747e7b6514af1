"""Charts of a comparison as inline SVG, each with the table that says the same in text."""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .comparing import Comparison
from .findings import FIFTHS, between_groups, cell, change, cheapest, course, first, told
from .ranking import rank_words
from .statistics import interval

# Okabe and Ito 2008: told apart by the colour-blind; dashes tell lines apart without colour.
COLOURS = ("#333333", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07d00", "#56b4e9")
DASHES: tuple[str | tuple, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
STYLE: Any = {"svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11, "axes.spines.top": False, "axes.spines.right": False,
         "svg.hashsalt": "groundswell", "text.parse_math": False}  # fmt: skip


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        title: what is shown.
        finding: what it says, in one sentence.
        svg: the picture, self-contained.
        table: the same numbers.
        png: the picture for files that take no SVG; empty where it is not needed.
    """

    title: str
    finding: str
    svg: str
    table: pd.DataFrame
    png: bytes = b""


def colour(n: int) -> str:
    """Return the colour of a scenario."""
    return COLOURS[n % len(COLOURS)]


def svg_of(figure: Figure, label: str) -> str:
    """Return a figure as self-contained SVG, with a label for those who do not see it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", text, count=1)
    text = re.sub(r'height="[^"]*pt" |width="[^"]*pt" ', "", text, count=2)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    safe = label.replace("&", "and").replace('"', "'").replace("<", "").replace(">", "")
    return text.replace("<svg ", f'<svg role="img" aria-label="{safe}" ', 1)


def png_of(figure: Figure) -> bytes:
    """Return a figure as PNG at print resolution, without a date."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, metadata={"Software": None})
    return buffer.getvalue()


def _percent(share: bool) -> float:
    return 100.0 if share else 1.0


def trajectory(result: Comparison, name: str) -> Chart:
    """Return a measure's course over the months, with 95 % bands."""
    m = list(result.measures).index(name)
    measure = result.measures[name]
    share = measure.unit == "share"
    scale = _percent(share)
    months = np.arange(1, result.months + 1)
    read = sorted({1, *range(12, result.months + 1, 12), result.months})
    rows = {"month": read}
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.3), layout="constrained")
        axes = figure.add_subplot()
        for n, label in enumerate(result.labels):
            mean, low, high = interval(result.series[:, n, :, m])
            axes.plot(months, scale * mean, color=colour(n), linestyle=DASHES[n % len(DASHES)], linewidth=2, label=label)
            if result.replicates > 1:
                axes.fill_between(months, scale * low, scale * high, color=colour(n), alpha=0.15, linewidth=0)
            rows[label] = [cell(mean[t - 1], share) for t in read]
        axes.set_xlabel("month")
        axes.set_ylabel("% of residents" if share else measure.unit)
        axes.set_xlim(1, max(result.months, 2))
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"{measure.label} by month for each scenario; the table below has the numbers")
    return Chart(f"{measure.label}, month by month", course(result, m, share), svg, pd.DataFrame(rows))


def effects(result: Comparison, names: tuple[str, ...]) -> Chart:
    """Return effects on several shares with their 95 % intervals, side by side."""
    table = result.effects
    others = result.labels[1:]
    names = tuple(n for n in names if result.measures[n].unit == "share")
    rows = []
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 0.5 + 0.24 * len(names) * (len(others) + 1)), layout="constrained")
        axes = figure.add_subplot()
        for position, name in enumerate(names):
            for n, scenario in enumerate(others, 1):
                row = table[(table["measure"] == name) & (table["scenario"] == scenario)].iloc[0]
                y = -(position * (len(others) + 1) + n)
                half = [[100 * (row["effect"] - row["effect_low"])], [100 * (row["effect_high"] - row["effect"])]]
                known = np.isfinite(half).all()
                axes.errorbar(100 * row["effect"], y, xerr=half if known else None, fmt="os^Dv<>"[(n - 1) % 7 + 0], color=colour(n),
                              markersize=6, capsize=3, label=scenario if position == 0 else None)  # fmt: skip
                rows.append({"measure": row["label"], "scenario": scenario, "effect": change(row["effect"], True),
                             "95 % interval": f"{change(row['effect_low'], True)} to {change(row['effect_high'], True)}"})  # fmt: skip
        axes.axvline(0, color="#777777", linewidth=1)
        middle = (len(others) + 1) / 2
        axes.set_yticks(
            [-(p * (len(others) + 1) + middle) for p in range(len(names))],
            [textwrap.fill(result.measures[n].label, 18) for n in names],
        )
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("change in percentage points")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, "Effects with 95 % intervals for each scenario; the table below has the numbers")
    return Chart("What changes, and how surely", told(result, names), svg, pd.DataFrame(rows))


def forest(result: Comparison) -> Chart:
    """Return all scenarios in the order of their effect on participation, with 95 % intervals."""
    ranks = result.ranking
    rows = ranks.to_dict("records")
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(5.2, 0.9 + 0.21 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        for y, row in enumerate(rows):
            low, high = row["effect"] - row["effect_low"], row["effect_high"] - row["effect"]
            sure = row["effect_low"] > 0 or row["effect_high"] < 0
            axes.errorbar(100 * row["effect"], -y, xerr=[[100 * low], [100 * high]] if np.isfinite(low) else None, fmt="o",
                          color=colour(1) if sure else "#777777", markerfacecolor=colour(1) if sure else "white", markersize=5, capsize=2)  # fmt: skip
        axes.axvline(0, color="#777777", linewidth=1)
        axes.set_yticks([-y for y in range(len(rows))], [str(row["scenario"]) for row in rows])
        axes.set_ylim(-len(rows) + 0.4, 0.6)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("change of taking part, percentage points")
        picture = svg_of(figure, "Scenarios in the order of their effect on participation; the table below has the numbers")
    table = pd.DataFrame({
        "scenario": ranks["scenario"], "effect": [change(r["effect"], True) for r in rows],
        "95 % interval": [f"{change(r['effect_low'], True)} to {change(r['effect_high'], True)}" for r in rows],
        "rank": [rank_words(r) for r in rows],
    })  # fmt: skip
    return Chart("Which does most", first(result), picture, table)


def money(result: Comparison) -> Chart:
    """Return effect on participation against what it costs, each scenario a mark."""
    rows = result.ranking.to_dict("records")
    named = {row["scenario"] for row in sorted(rows, key=lambda r: -abs(r["effect"]))[:10]}
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(5.2, 3.8), layout="constrained")
        axes = figure.add_subplot()
        for row in rows:
            axes.plot(row["cost"] / 1e6, 100 * row["effect"], "o", color=colour(1), markersize=5)
            if row["scenario"] in named:
                axes.annotate(
                    row["scenario"], (row["cost"] / 1e6, 100 * row["effect"]), xytext=(4, 3), textcoords="offset points", fontsize=8
                )
        axes.axhline(0, color="#777777", linewidth=0.8)
        axes.axvline(0, color="#777777", linewidth=0.8)
        axes.margins(x=0.18)
        axes.set_xlabel("cost over the run, million pounds (assumed unit costs)")
        axes.set_ylabel("taking part, points")
        picture = svg_of(figure, "Effect on participation against cost; the table below has the numbers")
    table = pd.DataFrame({
        "scenario": [r["scenario"] for r in rows], "cost, pounds (assumed range)": [_cost_range(result, r) for r in rows],
        "for one more participant for a year": [_pounds(r) for r in rows], "saved in service": [f"{r['saving']:+,.0f}" for r in rows],
        "contacts a year for 1,000 residents": [f"{1000 * r['contacts_12m']:+,.0f}" for r in rows],
    })  # fmt: skip
    return Chart("What it costs", cheapest(result), picture, table)


def _cost_range(result: Comparison, row: dict) -> str:
    """Return a cost with the range that its declarations give."""
    tried = result.scenarios[result.labels.index(row["scenario"])].interventions
    if not tried or row["cost"] == 0:
        return f"{row['cost']:,.0f}"
    ends = row["cost"] * min(i.cost.low for i in tried), row["cost"] * max(i.cost.high for i in tried)
    return f"{row['cost']:,.0f} ({min(ends):,.0f} to {max(ends):,.0f})"


def _pounds(row: dict) -> str:
    each, low, high = (row[f"cost_per_participant{end}"] for end in ("", "_low", "_high"))
    return "-" if not np.isfinite(each) else f"{each:,.0f} ({low:,.0f} to {high:,.0f})"


def by_group(result: Comparison, name: str, grouping: str, title: str) -> Chart:
    """Return a measure's effect for each group of a grouping."""
    groups = result.groups(grouping)
    table = result.effects_by
    table = table[(table["measure"] == name) & (table["grouping"] == grouping)]
    others = result.labels[1:]
    shown = FIFTHS if grouping == "deprivation_fifth" else {}
    rows = {grouping.replace("_", " "): [shown.get(g, g) for g in groups]}
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.0), layout="constrained")
        axes = figure.add_subplot()
        for n, scenario in enumerate(others, 1):
            part = table[table["scenario"] == scenario].set_index("group").reindex(list(groups))
            x = np.arange(len(groups)) + (n - (len(others) + 1) / 2) * 0.8 / max(len(others), 1)
            half = np.array([part["effect"] - part["effect_low"], part["effect_high"] - part["effect"]]) * 100
            axes.bar(x, 100 * part["effect"], width=0.75 / max(len(others), 1), color=colour(n), label=scenario,
                     hatch=("", "//", "..", "xx", "\\\\", "oo")[(n - 1) % 6], edgecolor="white")  # fmt: skip
            if np.isfinite(half).all():
                axes.errorbar(x, 100 * part["effect"], yerr=half, fmt="none", ecolor="#222222", elinewidth=1, capsize=2)
            rows[scenario] = [f"{change(e, True)} ({change(a, True)} to {change(b, True)})"
                              for e, a, b in zip(part["effect"], part["effect_low"], part["effect_high"], strict=True)]  # fmt: skip
        axes.axhline(0, color="#777777", linewidth=1)
        axes.set_xticks(np.arange(len(groups)), [shown.get(g, g).replace(" (", "\n(") for g in groups])
        axes.set_ylabel("change, % points")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"{title}; the table below has the numbers")
    return Chart(title, between_groups(result, name, grouping), svg, pd.DataFrame(rows))
