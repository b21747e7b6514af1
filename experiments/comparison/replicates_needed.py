"""How many replicates a comparison needs for a precise mean effect; they do not narrow the range of the effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.measures.measure import HEADLINE_SHARES

from .effects import Effects
from .statistics import replicates_needed

PILOT = 10


def plan(pilot: Effects, half_width: float) -> pd.DataFrame:
    """Return the replicates that each scenario and measure needs for an interval of plus or minus `half_width`.

    Args:
        pilot: a comparison of two replicates or more, whose spread is taken; ten give the number to within a third or so.
        half_width: how closely the mean effect is to be known.

    Returns:
        Columns `scenario, measure, deviation, replicates`; deviation is that of the paired difference between replicates.
    """
    rows = []
    for n, label in enumerate(pilot.labels[1:], 1):
        for name in HEADLINE_SHARES:
            values = pilot.results[:, :, list(pilot.measures).index(name)]
            if pilot.paired:
                deviation = float((values[:, n] - values[:, 0]).std(ddof=1))
            else:
                deviation = float(np.sqrt(values[:, n].var(ddof=1) + values[:, 0].var(ddof=1)))
            if np.isfinite(deviation):
                rows.append(
                    {
                        "scenario": label,
                        "measure": name,
                        "deviation": deviation,
                        "replicates": replicates_needed(deviation, half_width),
                    }
                )
    return pd.DataFrame(rows, columns=["scenario", "measure", "deviation", "replicates"])


def planned(pilot: Effects, half_width: float) -> dict:
    """Return the plan as a document: the size of effect, replicates in all, and those of each scenario and measure."""
    found = plan(pilot, half_width)
    return {"half_width": half_width, "replicates": int(found["replicates"].max()), "scenarios": found.to_dict("records")}


def widest(comparison: Effects) -> float:
    """Return the widest half interval of an effect on what a comparison should be sure about."""
    rows = comparison.effects[comparison.effects["measure"].isin(HEADLINE_SHARES)]
    half = (rows["effect_high"] - rows["effect_low"]) / 2
    return float(half.max()) if half.notna().any() else 0.0


def next_batch(comparison: Effects, half_width: float, least: int, most: int) -> int:
    """Return how many replicates to add so that every effect is known to plus or minus `half_width`; 0 when it is."""
    if widest(comparison) <= half_width:
        return 0
    needed = plan(comparison, half_width)["replicates"].max()
    wanted = int(needed) - comparison.replicates
    return max(min(wanted, most - comparison.replicates, comparison.replicates), min(least, most - comparison.replicates))
