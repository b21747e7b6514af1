"""Facts next to the model's values: one chart and one table for calibration, validation and assurance."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .charts import STYLE, Chart, colour, png_of, svg_of

EDGE = 2.2  # band widths to either side of the middle that are shown; beyond it an arrow
Row = tuple[str, float, float, float, float, float, bool]  # label, value, its range, band, inside


def band_chart(title: str, finding: str, rows: Sequence[Row], table: pd.DataFrame) -> Chart:
    """Return values with their ranges on one scale, on which every band runs from -1 to 1."""
    shown = [r for r in rows if np.isfinite([r[1], r[4], r[5]]).all()][::-1]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.32 * len(shown) + 1.2), layout="constrained")
        axes = figure.add_subplot()
        axes.axvspan(-1.0, 1.0, color="#009e73", alpha=0.16, linewidth=0)
        for y, (_, value, value_low, value_high, low, high, inside) in enumerate(shown):
            middle, half = (low + high) / 2, (high - low) / 2
            at, start, end = ((np.array([value, value_low, value_high]) - middle) / half).tolist()
            tint = colour(1) if inside else colour(2)
            axes.plot(np.clip([start, end], -EDGE, EDGE), [y, y], color=tint, linewidth=2)
            axes.plot(np.clip(at, -EDGE, EDGE), y, marker="o" if inside else "X", color=tint, markersize=7)
        axes.set_yticks(range(len(shown)), [r[0] for r in shown])
        axes.set_xticks([-1, 0, 1], ["low end", "middle", "high end"])
        axes.set_xlim(-EDGE, EDGE)
        axes.set_xlabel("of each fact's band (shaded)")
        svg, png = svg_of(figure, f"{title}; the table below has the numbers"), png_of(figure)
    return Chart(title, finding, svg, table, png)
