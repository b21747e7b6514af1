"""The page of a comparison in several places."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulation.measures.measure import HEADLINES

from ..comparison.months import JUDGED_WORDS
from ..numbers import shown, shown_change
from .across_places import AcrossPlaces, level
from .charts import STYLE, Chart, colour, svg_of
from .origins import assumed_of
from .pages import page
from .words import begin, caution, explained, plain, side


def chart(across: AcrossPlaces, measure: str) -> Chart:
    """Return a measure's level in each place under the base, with its range, and under each scenario, with the range of its change."""
    declared = across.comparisons[0].measures[measure]
    scale = 100 if declared.unit == "share" else 1
    rows = [[result.headline(measure, n) for n in range(len(across.labels))] for result in across.comparisons]
    order = np.argsort([row[0]["mean"] for row in rows])
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 0.55 * len(rows) + 0.18 * len(across.labels) + 1.2), layout="constrained")
        axes = figure.add_subplot()
        for n, label in enumerate(across.labels):
            for at, p in enumerate(order):
                base, there = rows[p][0]["mean"], rows[p][n]
                y = at + (n - (len(across.labels) - 1) / 2) * -0.6 / max(len(across.labels), 1)
                low, high = (base + there["range_low"], base + there["range_high"]) if n else level(across.comparisons[p], measure)
                axes.plot([scale * low, scale * high], [y, y], color=colour(n), linewidth=5, alpha=0.35, solid_capstyle="butt")
                clear = not n or side(there["range_low"], there["range_high"])
                axes.plot(
                    scale * there["mean"],
                    y,
                    "osD^v<>"[n % 7],
                    color=colour(n),
                    markerfacecolor=colour(n) if clear else "white",
                    markersize=5,
                    linestyle="none",
                    label=None if at else begin(label),
                )
        axes.set_yticks(np.arange(len(rows)), [across.comparisons[p].scenarios[0].place.name for p in order])
        axes.set_xlabel("%" if declared.unit == "share" else declared.unit)
        figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=9)
        svg = svg_of(figure, f"{declared.label} by place; the table below has the numbers")
    table = pd.DataFrame(across.rows(measure), columns=["place", *across.headings()])
    return Chart(
        f"{declared.label}, {JUDGED_WORDS[across.comparisons[0].judged(measure)]}", _finding(across, measure, order), svg, table
    )


def _finding(across: AcrossPlaces, measure: str, order: np.ndarray) -> str:
    unit = across.comparisons[0].measures[measure].unit
    low, high = order[0], order[-1]
    levels = [shown(across.comparisons[p].headline(measure, 0)["mean"], unit) for p in (low, high)]
    said = f"Under {plain(across.labels[0])}, from {levels[0]} in {across.places[low]} to {levels[1]} in {across.places[high]}."
    if levels[0] == levels[1]:
        said = f"Under {plain(across.labels[0])}, {levels[0]} in each place."
    if len(across.labels) < 2:
        return said
    rows = [result.headline(measure, 1) for result in across.comparisons]
    least, most = np.argsort([abs(row["effect"]) for row in rows])[[0, -1]]
    points = " points" if unit == "share" else ""
    clear = sum(1 for row in rows if side(row["range_low"], row["range_high"]))
    ends = [shown_change(rows[at]["effect"], unit) + points for at in (least, most)]
    change = (
        f"{ends[0]} in each place"
        if ends[0] == ends[1]
        else f"{ends[0].removesuffix(points)} to {ends[1]}, most in {across.places[most]}"
    )
    said += f" {begin(across.labels[1])} changes it by {change}."
    if across.comparisons[0].replicates < 2:
        return said
    said += f" In {clear} of {len(rows)} places that is more than {explained(across.comparisons[0])} would explain."
    return f"{said} {caution(across.comparisons[0])}".strip()


def render_places(across: AcrossPlaces) -> str:
    """Return the page, which needs no network; it links to the report of each place in the same folder."""
    return page("places.html.j2").render(
        across=across,
        charts=[chart(across, name) for name in HEADLINES],
        links=[
            (name, f"{result.scenarios[0].place.name}/report.html")
            for name, result in zip(across.places, across.comparisons, strict=True)
        ],
        notes={name: assumed_of(result.scenarios[0].place) for name, result in zip(across.places, across.comparisons, strict=True)},
        attributions=list(dict.fromkeys(result.provenance["attribution"] for result in across.comparisons)),
        first=across.comparisons[0],
    )
