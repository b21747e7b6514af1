"""What a calibration found, as one page: what was fitted, what each fact constrains, and what stays free."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..numbers import number, percent, span
from .bands import band_chart
from .charts import STYLE, Chart, colour, png_of, svg_of
from .documents import Document, Part


def facts_chart(calibration: dict[str, Any]) -> Chart:
    """Return the fitted facts next to the parameter sets that are kept."""
    rows = calibration["facts"]
    inside = sum(r["inside"] for r in rows)
    table = pd.DataFrame(
        [(r["fact"], number(r["mean"]), span(r["mean_low"], r["mean_high"]), span(r["low"], r["high"]), span(r["prior_low"], r["prior_high"]), "yes" if r["inside"] else "no", r["constrains"]) for r in rows],
        columns=["fact", "mean of the sets", "90 % of sets", "band", "90 % before", "mean inside", "constrains"],
    )  # fmt: skip
    finding = f"{inside} of {len(rows)} facts lie inside their bands at the mean of {calibration['sets']} sets."
    return band_chart(
        "Facts that were fitted",
        finding,
        [(r["fact"], r["mean"], r["mean_low"], r["mean_high"], r["low"], r["high"], r["inside"]) for r in rows],
        table,
    )


def parameters_chart(calibration: dict[str, Any]) -> Chart:
    """Return where the fitted parameters lie in the range that they were fitted in."""
    rows = calibration["parameters"]
    table = pd.DataFrame(
        [(r["parameter"], number(r["mean"]), span(r["mean_low"], r["mean_high"]), span(r["low"], r["high"]), percent(r["left"]), "yes" if r["identified"] else "no", r["by"]) for r in rows],
        columns=["parameter", "mean", "90 % of sets", "fitted in", "spread left", "identified alone", "moves most"],
    )  # fmt: skip
    known = [r["parameter"] for r in rows if r["identified"]]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.34 * len(rows) + 1.1), layout="constrained")
        axes = figure.add_subplot()
        for y, r in enumerate(rows[::-1]):
            at = (np.array([r["mean"], r["mean_low"], r["mean_high"]]) - r["low"]) / (r["high"] - r["low"])
            axes.plot([0, 1], [y, y], color="#cccccc", linewidth=5, solid_capstyle="butt")
            axes.plot(at[1:], [y, y], color=colour(1), linewidth=2.5)
            axes.plot(at[0], y, "o", color=colour(1))
        axes.set_yticks(range(len(rows)), [r["parameter"] for r in rows[::-1]])
        axes.set_xticks([0, 0.5, 1], ["low end", "middle", "high end"])
        axes.set_xlabel("of the range that it was fitted in")
        svg, png = svg_of(figure, "Fitted parameters; the table below has the numbers"), png_of(figure)
    finding = (
        f"Alone, the facts fix {', '.join(known)} to less than half of the range."
        if known
        else "No parameter is fixed alone; combinations of them are."
    )
    return Chart("Parameters that were fitted", finding, svg, table, png)


def combinations_table(calibration: dict[str, Any]) -> pd.DataFrame:
    """Return what the facts identify about combinations, the best identified first."""
    return pd.DataFrame(
        [(r["made_of"], percent(r["left"]), "yes" if r["identified"] else "no: stays free", "-" if r["coverage"] is None else percent(r["coverage"])) for r in calibration["combinations"]],
        columns=["combination (of positions in the range)", "spread left", "identified", "90 % intervals that contain an invented truth"],
    )  # fmt: skip


def calibration_page(calibration: dict[str, Any], place: str) -> Document:
    """Return a calibration's document (`Calibration.document`) as a page."""
    facts = facts_chart(calibration)
    free = [r["made_of"] for r in calibration["combinations"] if not r["identified"]]
    identified = len(calibration["combinations"]) - len(free)
    screening = pd.DataFrame(
        [
            (r["fact"], percent(r["explained"]), "; ".join(f"{k} {v:+z.1f}" for k, v in list(r["moved_by"].items())[:5]))
            for r in calibration["screening"]
        ],
        columns=["fact", "explained by a linear fit", "moved most by (standard errors of the fact, for half a plausible range)"],
    )
    waves = pd.DataFrame(
        [(r["wave"], r["runs"], percent(r["left"], 2), r["rules_out_most"]) for r in calibration["waves"]],
        columns=["wave", "runs", "not ruled out", "rules out most"],
    )
    coverage = calibration["coverage"]
    answer = (
        f"{facts.finding} {identified} combinations of {len(calibration['fitted'])} fitted parameters are identified; {len(free)} stay free, and so do all parameters that were not fitted:"
        " results draw them from their plausible ranges."
    )
    how = [
        f"Screening: {calibration['made']['sizes']['screening']:,} worlds with every parameter drawn at random from its plausible range. A parameter is fitted if it moves facts in a"
        " direction in which the parameters already chosen cannot.",
        "History matching: Gaussian processes over the fitted parameters, linear terms for all others. A point is ruled out if a fact is more than 3 standard deviations away,"
        " adding up the fact's error, chance and the emulator's uncertainty.",
        f"Sample: {calibration['made']['sizes']['final']:,} worlds sampled by walkers under the emulators, weighted by their fit to the facts (approximate Bayesian computation; a band is read"
        f" as 95 % of a normal error on each side). Their effective sample size is {calibration['effective']:.0f}; {calibration['sets']} sets are kept.",
        *(
            [
                f"Coverage: for {calibration['made']['sizes']['truths']} invented truths, the 90 % intervals of the identified combinations contain {percent(coverage)}."
            ]
            if coverage is not None
            else []
        ),
        "Facts about the level of an opinion fix the threshold of the question and little else. Flatness over time and effects carry the information.",
    ]
    return Document(
        f"What the facts say about the parameters in {place}", "Groundswell · calibration", answer,
        (
            Part("Facts and parameters", charts=(facts, parameters_chart(calibration))),
            Part("What is known about combinations", table=combinations_table(calibration), caption="If much of a direction's spread is left, these facts do not identify it."),
            Part("What moves each fact", table=screening),
            Part("Waves", table=waves),
            Part("How it was done", bullets=tuple(how)),
            Part("How to repeat it", words=(f"Seed {calibration['made']['seed']}; code {calibration['made']['code_commit'] or 'of an installed package'}.",), code=(calibration["made"]["command"],)),
        ),
    )  # fmt: skip
