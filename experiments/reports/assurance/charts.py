"""Charts of the assurance pack, from shipped results."""

from __future__ import annotations

from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from ...numbers import number, span
from ..charts import STYLE, Chart, colour, png_of, svg_of


def conclusions_chart(found: dict[str, Any]) -> Chart:
    """Return each conclusion's effect over the calibrated sets, in percentage points."""
    rows = found["conclusions"]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.36 * len(rows) + 1.1), layout="constrained")
        axes = figure.add_subplot()
        for y, row in enumerate(rows[::-1]):
            sound = row["holds_calibrated"] >= 0.95
            axes.plot([100 * row["low"], 100 * row["high"]], [y, y], color=colour(1) if sound else colour(2), linewidth=2.2)
            axes.plot(100 * row["effect"], y, "o" if sound else "X", color=colour(1) if sound else colour(2))
        axes.axvline(0, color="#777777", linewidth=1)
        axes.set_yticks(range(len(rows)), [r["conclusion"] for r in rows[::-1]])
        axes.set_xlabel("effect in percentage points: mean and 95 % of the sets")
        svg, png = svg_of(figure, "Main conclusions over the calibrated sets; the table below has the numbers"), png_of(figure)
    table = pd.DataFrame(
        [(r["conclusion"], r["words"], number(r["effect"]), span(r["low"], r["high"])) for r in rows],
        columns=["conclusion", "in words", "effect", "95 % of sets"],
    )
    sound = sum(r["holds_calibrated"] >= 0.95 for r in rows)
    return Chart(
        "Main conclusions",
        f"{sound} of {len(rows)} lie on the same side in at least 95 % of the sets; the ranges include chance at that population size.",
        svg,
        table,
        png,
    )
