"""Charts of a comparison as inline SVG, each with a table of the same numbers."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ..comparison.comparison import Comparison
from ..comparison.months import JUDGED_WORDS, SHORT_WORDS, read_in
from ..comparison.ranking import course_of, rank_words
from ..comparison.statistics import spread
from ..numbers import between, change, change_of_cost, could_be, shown
from .findings import FIFTHS, between_groups, cheapest, course, first, peopled, sure_changes
from .words import RANGE_HEADS, begin, side

# Okabe and Ito 2008: colour-blind readers can distinguish them; dashes distinguish lines without colour.
COLOURS = ("#333333", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07d00", "#56b4e9")
DASHES: tuple[str | tuple, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "groundswell",
    "text.parse_math": False,
}

LINE_HEIGHT = 0.19  # inches of a line of a label, and what is between labels
SVG_DPI = 72  # of every SVG that matplotlib writes
LONG_LABEL = 40  # characters of an axis's label that may be wider than the axis


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


def _keep_labels_inside(figure: Figure) -> None:
    """Set labels of axes that would run out of a figure at its right against its right end; the layout does not see to them."""
    long = [axes for axes in figure.axes if len(axes.get_xlabel()) > LONG_LABEL]
    if long:
        figure.draw_without_rendering()
    for axes in long:
        if axes.xaxis.label.get_window_extent().x1 > figure.bbox.x1:
            axes.set_xlabel(axes.get_xlabel(), loc="right")


def _lay_out(figure: Figure) -> None:
    """Lay a figure out for SVG as saving it does, which would draw all of it once more for that."""
    engine = figure.get_layout_engine()
    if engine is not None:
        FigureCanvasSVG(figure)
        figure.dpi = SVG_DPI
        engine.execute(figure)
        figure.set_layout_engine(None)


def svg_of(figure: Figure, label: str) -> str:
    """Return a figure as self-contained SVG, with a label for readers who cannot see it."""
    _keep_labels_inside(figure)
    _lay_out(figure)
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
    _keep_labels_inside(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, metadata={"Software": None})
    return buffer.getvalue()


def _percent(share: bool) -> float:
    return 100.0 if share else 1.0


def draw_effect(
    axes: Any,
    at: float,
    row: Mapping[str, Any],
    tint: str,
    marker: str = "o",
    across: bool = False,
    scale: float = 100.0,
    label: str | None = None,
) -> None:
    """Draw an effect: its range as a broad pale line, the interval of its mean as a thin one inside, the mark hollow where the range holds zero.

    Args:
        axes: where.
        at: position on the other axis.
        row: `effect`, `range_low`, `range_high`, `effect_low`, `effect_high`.
        across: True if effects run along y.
        scale: factor for what is shown.
    """
    for ends, width, alpha in ((("range_low", "range_high"), 5.0, 0.35), (("effect_low", "effect_high"), 1.2, 1.0)):
        reach = [scale * row[end] for end in ends]
        if np.isfinite(reach).all():
            axes.plot(
                *(([at, at], reach) if across else (reach, [at, at])),
                color=tint,
                linewidth=width,
                alpha=alpha,
                solid_capstyle="butt",
            )
    face = tint if side(row["range_low"], row["range_high"]) else "white"
    point = (at, scale * row["effect"]) if across else (scale * row["effect"], at)
    axes.plot(*point, marker=marker, color=tint, markerfacecolor=face, markersize=6, linestyle="none", label=label)


def trajectory(result: Comparison, name: str) -> Chart:
    """Return a measure's course over the months; the shading is the range of each scenario's effect, or of the level if there is one scenario."""
    m = list(result.measures).index(name)
    measure = result.measures[name]
    share = measure.unit == "share"
    scale = _percent(share)
    months = np.arange(1, result.months + 1)
    read = sorted({1, *range(12, result.months + 1, 12), result.months})
    rows = {"month": read}
    alone = len(result.scenarios) == 1
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.3), layout="constrained")
        axes = figure.add_subplot()
        base = result.series[:, 0, :, m].mean(axis=0)
        for n, label in enumerate(result.labels):
            mean = result.series[:, n, :, m].mean(axis=0)
            axes.plot(months, scale * mean, color=colour(n), linestyle=DASHES[n % len(DASHES)], linewidth=2, label=begin(label))
            rows[begin(label)] = [shown(mean[t - 1], "share" if share else "") for t in read]
            if result.replicates > 1 and (n or alone):
                low, high = (base + end for end in course_of(result, n, name).range()) if n else _level(result, m)
                axes.fill_between(months, scale * low, scale * high, color=colour(n), alpha=0.15, linewidth=0)
        axes.set_xlabel("month")
        axes.set_ylabel("% of residents" if share else measure.unit)
        axes.set_xlim(1, max(result.months, 2))
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"{measure.label} by month for each scenario; the table below has the numbers")
    return Chart(f"{measure.label}, month by month", course(result, m, share), svg, pd.DataFrame(rows))


def _level(result: Comparison, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the range of the base's level in each month."""
    again = None if result.again_series is None else result.again_series[:, 0, :, m]
    low, high = spread(result.series[:, 0, :, m], again, result.basis).range()
    share = list(result.measures.values())[m].unit == "share"
    return (np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)) if share else (low, high)


def effects(result: Comparison, names: tuple[str, ...]) -> Chart:
    """Return effects on several shares with their ranges, side by side."""
    others = result.labels[1:]
    kept = tuple(n for n in names if result.measures[n].unit == "share")
    alike = len({result.judged(n) for n in kept}) == 1
    rows = []
    with matplotlib.rc_context(STYLE):
        labels = [
            textwrap.fill(result.measures[n].label, 18) + ("" if alike else f"\n({SHORT_WORDS[result.judged(n)]})") for n in kept
        ]
        lines = max((label.count("\n") + 1 for label in labels), default=1)
        row_height = max(0.24 * (len(others) + 1), LINE_HEIGHT * lines)  # inches for each measure
        figure = Figure(figsize=(5.2, 0.7 + row_height * len(kept)), layout="constrained")
        axes = figure.add_subplot()
        for name in names:
            for n, scenario in enumerate(others, 1):
                row, share = result.headline(name, n), result.measures[name].unit == "share"
                rows.append(
                    {
                        "measure": result.measures[name].label,
                        "scenario": begin(scenario),
                        "effect": change(row["effect"], share),
                        RANGE_HEADS[result.basis]: between(row["range_low"], row["range_high"], share),
                        "interval of the mean": between(row["effect_low"], row["effect_high"], share),
                        "when": JUDGED_WORDS[result.judged(name)],
                    }
                )
                if name in kept:
                    position = kept.index(name)
                    draw_effect(
                        axes,
                        -(position * (len(others) + 1) + n),
                        row,
                        colour(n),
                        "os^Dv<>"[(n - 1) % 7],
                        label=None if position else begin(scenario),
                    )
        axes.axvline(0, color="#777777", linewidth=1)
        middle = (len(others) + 1) / 2
        axes.set_yticks([-(p * (len(others) + 1) + middle) for p in range(len(kept))], labels)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("change in percentage points" + (f", {JUDGED_WORDS[result.judged(kept[0])]}" if alike else ""))
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, "Effects with their ranges for each scenario; the table below has the numbers")
    return Chart("What changes, and how large the change could be", sure_changes(result, kept), svg, pd.DataFrame(rows))


def forest(result: Comparison) -> Chart:
    """Return all scenarios in the order of their effect on participation, with their ranges."""
    ranks = result.ranking
    rows = ranks.to_dict("records")
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(5.2, 0.9 + 0.21 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        for y, row in enumerate(rows):
            draw_effect(axes, -y, row, colour(1) if side(row["range_low"], row["range_high"]) else "#777777")
        axes.axvline(0, color="#777777", linewidth=1)
        axes.set_yticks([-y for y in range(len(rows))], [begin(row["scenario"]) for row in rows])
        axes.set_ylim(-len(rows) + 0.4, 0.6)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"change of taking part, percentage points, {JUDGED_WORDS[rows[0]['judged']]}")
        picture = svg_of(figure, "Scenarios in the order of their effect on participation; the table below has the numbers")
    table = pd.DataFrame(
        {
            "scenario": [begin(r["scenario"]) for r in rows],
            f"taking part {JUDGED_WORDS[rows[0]['judged']]}": [change(r["effect"], True) for r in rows],
            RANGE_HEADS[result.basis]: [between(r["range_low"], r["range_high"], True) for r in rows],
            "interval of the mean": [between(r["effect_low"], r["effect_high"], True) for r in rows],
            "rank": [rank_words(r) for r in rows],
            "acts per resident a year": [f"{r['acts_12m']:+z.2f}" for r in rows],
        }
    )
    return Chart("Which does most", first(result), picture, table)


def money(result: Comparison) -> Chart:
    """Return the effect on participation against its cost, service included, one mark per scenario."""
    rows = result.ranking.to_dict("records")
    named = {row["scenario"] for row in sorted(rows, key=lambda r: -abs(r["effect"]))[:10]}
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(5.2, 3.8), layout="constrained")
        axes = figure.add_subplot()
        for row in rows:
            at = row["net_cost"] / 1e6
            axes.plot(
                [row["net_cost_low"] / 1e6, row["net_cost_high"] / 1e6],
                [100 * row["effect"]] * 2,
                color=colour(1),
                linewidth=4,
                alpha=0.2,
            )
            draw_effect(axes, at, row, colour(1), across=True)
            if row["scenario"] in named:
                axes.annotate(
                    begin(row["scenario"]), (at, 100 * row["effect"]), xytext=(4, 3), textcoords="offset points", fontsize=8
                )
        axes.axhline(0, color="#777777", linewidth=0.8)
        axes.axvline(0, color="#777777", linewidth=0.8)
        axes.margins(x=0.18)
        axes.set_xlabel("cost over the run, service included, £ million")
        axes.set_ylabel(f"taking part, points, {JUDGED_WORDS[rows[0]['judged']]}")
        picture = svg_of(figure, "Effect on participation against cost; the table below has the numbers")
    table = pd.DataFrame(
        {
            "scenario": [begin(r["scenario"]) for r in rows],
            "programme": [_ranged(r, "cost") for r in rows],
            "service": [change_of_cost(r["service_cost"]) for r in rows],
            "both": [_ranged(r, "net_cost") for r in rows],
            "for each extra person taking part for a year": [_ranged(r, "cost_per_participant") for r in rows],
            "acts per resident a year": [f"{r['acts_12m']:+z.2f}" for r in rows],
            "contacts a year per 1,000 residents": [f"{1000 * r['contacts_12m']:+z,.0f}" for r in rows],
        }
    )
    return Chart("What it costs", cheapest(result), picture, table)


def _ranged(row: Mapping[str, Any], name: str) -> str:
    return could_be(row[name], row[f"{name}_low"], row[f"{name}_high"])


def by_group(result: Comparison, name: str, grouping: str, title: str) -> Chart:
    """Return a measure's effect for each group of a grouping, with its range; the table shows acts next to taking part."""
    lived, names = peopled(result, grouping), result.groups(grouping)
    groups = [names[g] for g in lived]
    others = result.labels[1:]
    shown, read = FIFTHS if grouping == "deprivation_fifth" else {}, JUDGED_WORDS[read_in(result, name)]
    rows = {grouping.replace("_", " "): [shown.get(g, g) for g in groups]}
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.0), layout="constrained")
        axes = figure.add_subplot()
        for n, scenario in enumerate(others, 1):
            part, acts = (_by_group(result, one, grouping, n, lived) for one in (name, "acts_12m"))
            x = np.arange(len(groups)) + (n - (len(others) + 1) / 2) * 0.8 / max(len(others), 1)
            for g, row in enumerate(part):
                draw_effect(axes, x[g], row, colour(n), "os^Dv<>"[(n - 1) % 7], across=True, label=None if g else begin(scenario))
            rows[begin(scenario)] = [
                f"{change(r['effect'], True)} ({between(r['range_low'], r['range_high'], True)})" for r in part
            ]
            if name == "participation":
                rows[f"{begin(scenario)}: acts per resident a year"] = [
                    f"{r['effect']:+z.2f} ({r['range_low']:+z.2f} to {r['range_high']:+z.2f})" for r in acts
                ]
        axes.axhline(0, color="#777777", linewidth=1)
        axes.set_xticks(np.arange(len(groups)), [shown.get(g, g).replace(" (", "\n(") for g in groups])
        axes.set_ylabel("change, % points")
        axes.set_xlabel(read)
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"{title}, {read}; the table below has the numbers")
    return Chart(f"{title}, {read}", between_groups(result, name, grouping), svg, pd.DataFrame(rows))


def _by_group(result: Comparison, name: str, grouping: str, n: int, lived: list[int]) -> list[dict[str, float]]:
    """Return what is known of an effect in some of the base's groups; nan where a scenario has other groups."""
    m, known = list(result.measures).index(name), result.effect_by(grouping, n)
    return [{key: float(value[m, g]) for key, value in known.items()} for g in lived]
