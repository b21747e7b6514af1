"""Pictures of a place: who lives there, what its survey and records say beside the model, its network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scenarios.own_data.networks.ties import STATISTICS, TiesFit
from scenarios.own_data.records.fit import ServiceFit
from scenarios.own_data.tables.privacy import SMALL_COUNT, shown_count
from scenarios.places.card import Card

from ..numbers import percent
from .charts import STYLE, Chart, colour, svg_of
from .words import listed

if TYPE_CHECKING:
    from ..evidence.localisation import Localised

DAYS = 30.4375
TICKS = ((1 / DAYS, "1 day"), (7 / DAYS, "1 week"), (1, "1 month"), (12, "1 year"), (120, "10 years"))
STATISTIC_LABELS = {"degree": "ties of a person", "clustering": "clustering", "path_length": "steps between people"}
MEASURE_LABELS = {
    "trust": "Trust the council",
    "trust_housing": "Trust the landlord",
    "trust_police": "Trust the police",
    "trust_health": "Trust the health service",
    "perceived_influence": "Feel they can influence decisions",
    "participation": "Took part in 12 months",
    "consultation": "Consulted in 12 months",
    "volunteering_12m": "Volunteered in 12 months",
    "council_satisfaction": "Satisfied with the council",
    "was_asked": "Asked to take part in 12 months",
}


def deprivation(card: Card) -> Chart:
    """Return the share of people in each deprivation decile."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 2.8), layout="constrained")
        axes = figure.add_subplot()
        axes.bar(np.arange(1, 11), 100 * card.deciles, color=colour(1), width=0.8)
        axes.axhline(10, color="#777777", linewidth=1, linestyle="--")
        axes.set_xticks(np.arange(1, 11))
        axes.set_xlabel("deprivation decile (1 = most deprived)")
        axes.set_ylabel("% of people")
        svg = svg_of(figure, "Share of people by deprivation decile; the table below has the numbers")
    poorest, richest = 100 * card.deciles[:2].sum(), 100 * card.deciles[8:].sum()
    finding = f"{poorest:.0f} % live in the most deprived fifth of small areas, {richest:.0f} % in the least deprived (the dashed line is an even spread)."
    table = pd.DataFrame({"decile": np.arange(1, 11), "% of people": [f"{100 * d:.1f}" for d in card.deciles]})
    return Chart("How deprived the neighbourhoods are", finding, svg, table)


def marginals(card: Card) -> Chart:
    """Return age, tenure and qualification, with ranges where they are imputed."""
    shown = card.marginals
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 0.21 * len(shown) + 0.8), layout="constrained")
        axes = figure.add_subplot()
        at = np.arange(len(shown))[::-1]
        bars = axes.barh(
            at, [100 * m.share for m in shown], color=[colour(6) if m.imputed else colour(1) for m in shown], height=0.7
        )
        for bar, m in zip(bars, shown, strict=True):
            if m.partly:
                bar.set(facecolor=colour(1), hatch="///", edgecolor="white", linewidth=0)
        for y, m in zip(at, shown, strict=True):
            if m.high > m.low:
                axes.plot([100 * m.low, 100 * m.high], [y, y], color="#222222", linewidth=1.2)
        axes.set_yticks(at, [m.label for m in shown])
        axes.set_xlabel("% (pale: estimated; hatched: partly estimated; lines: 95 % range)")
        svg = svg_of(figure, "Who lives there; the table below has the numbers")
    imputed = [m for m in shown if m.basis == "estimated" and not m.partly]
    drawn = [m for m in shown if m.basis == "drawn"]
    parts = [
        f"{m.origin[:1].upper()}{m.origin[1:]}, and estimated in the other {m.rows - m.given:,}: {', '.join(o.label for o in shown if o.partly and o.given == m.given)}."
        for m in {m.given: m for m in shown if m.partly}.values()
    ]
    whole = "Estimated from deprivation and redrawn in every replicate: " + ", ".join(m.label for m in imputed) + "."
    around = "Counted for the council, and drawn by ward in every replicate: " + ", ".join(m.label for m in drawn) + "."
    known = f"All of these are {listed(sorted({m.basis for m in shown}))}."
    finding = " ".join(([whole] if imputed else []) + ([around] if drawn else []) + parts) or known
    table = pd.DataFrame(
        {
            "share": [m.label for m in shown],
            "%": [f"{100 * m.share:.1f}" for m in shown],
            "95 % range": [f"{100 * m.low:.0f} to {100 * m.high:.0f}" if m.high > m.low else "" for m in shown],
            "where from": [m.origin for m in shown],
        }
    )
    return Chart("Who lives there", finding, svg, table)


def survey(localised: Localised) -> Chart:
    """Return a survey's answers beside the model's, before and after it was brought to them."""
    table = localised.table
    labels = [MEASURE_LABELS.get(m, m) for m in table["measure"]]
    at = np.arange(len(table))[::-1]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 0.5 * len(table) + 1.3), layout="constrained")
        axes = figure.add_subplot()
        axes.hlines(at, 100 * table["low"], 100 * table["high"], color=colour(0), linewidth=5, alpha=0.35, label="survey, 95 %")
        axes.plot(100 * table["before"], at, "o", color=colour(2), fillstyle="none", label="model as it comes")
        axes.plot(100 * table["after"], at, "D", color=colour(1), label="model of this place")
        axes.set_yticks(at, labels)
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set_xlabel("%")
        figure.legend(frameon=False, loc="outside lower center", ncols=3, fontsize=9)
        svg = svg_of(figure, "The survey's answers beside the model's; the table below has the numbers")
    rows = pd.DataFrame(
        {
            "answer": labels,
            "survey, %": [
                f"{100 * v:.1f} ({100 * a:.1f} to {100 * b:.1f})"
                for v, a, b in zip(table["survey"], table["low"], table["high"], strict=True)
            ],
            "model before, %": [f"{100 * v:.1f}" for v in table["before"]],
            "model of this place, %": [f"{100 * v:.1f}" for v in table["after"]],
            "role": [_role(*row) for row in table[["role", "low", "after", "high"]].itertuples(index=False)],
        }
    )
    return Chart("The survey beside the model", survey_finding(localised), svg, rows)


def survey_finding(localised: Localised) -> str:
    """Return how the answers that were set came out, and those that were not and so test the model."""
    (hit, made), (stood, tested) = localised.inside("set"), localised.inside("compare")
    test = f"{tested} {_was(tested)} not set and test{'s' * (tested == 1)} the model: it is within the survey's margin for {stood} of {tested}."
    reached = f"{made} {_was(made)} set to the survey: the model is within its margin for {hit} of {made}."
    if not made:
        return f"None of these answers was set to the survey. The model is within the survey's margin for {stood} of {tested}."
    return f"Of {len(localised.table)} answers, {reached} {test if tested else 'No other answer tests the model.'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _role(role: str, low: float, after: float, high: float) -> str:
    if role != "set":
        return "tests the model"
    return "set to the survey" if low <= after <= high else "set to the survey, not reached"


def response_times(service: str, fit: ServiceFit) -> Chart:
    """Return the share of cases still open by time, held-back records against the fit."""
    at, observed, low, high, fitted = fit.curve.T
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        axes = figure.add_subplot()
        axes.fill_between(at, 100 * low, 100 * high, step="post", color=colour(0), alpha=0.15, linewidth=0)
        axes.step(at, 100 * observed, where="post", color=colour(0), label="records held back")
        axes.plot(at, 100 * fitted, color=colour(2), linestyle="--", label="fitted")
        axes.set_xscale("log")
        ticks = [t for t in TICKS if at.min() / 3 <= t[0] <= at.max() * 3]
        axes.set_xticks([t for t, _ in ticks], [label for _, label in ticks])
        axes.minorticks_off()
        axes.set_ylim(0, 102)
        axes.set_ylabel("% still open")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"Response times of {service}, records against the fit; the table below has the numbers")
    rows = np.unique(np.linspace(0, len(at) - 1, 12).astype(int))
    table = pd.DataFrame(
        {
            "days": [f"{DAYS * at[n]:.0f}" for n in rows],
            "still open, %": [f"{100 * observed[n]:.1f} ({100 * low[n]:.1f} to {100 * high[n]:.1f})" for n in rows],
            "fitted, %": [f"{100 * fitted[n]:.1f}" for n in rows],
        }
    )
    return Chart(f"How long {service} takes", times_finding(fit), svg, table)


def times_finding(fit: ServiceFit) -> str:
    """Return the record's own median beside the fit's, and how good the fit is."""
    chance = "no more than chance explains" if fit.ks_p > 0.05 else "more than chance explains"
    off = f"at most {100 * fit.ks:.1f} points off the {fit.held_back:,} records held back from the fit, {chance} (Kolmogorov-Smirnov, p = {fit.ks_p:.2f})."
    poor = "The fit is poor: look at the chart before you rely on it. It is " if fit.poor else "It is "
    return f"In the records, half of the cases not closed at once were closed within about {_time(fit.median_months)}. The fitted value that the model uses is {_time(fit.response_months)}. {poor}{off}"


def _time(months: float) -> str:
    days = DAYS * months
    return f"{days:.0f} days" if days < 60 else f"{months:.1f} months"


def ties(fit: TiesFit) -> Chart:
    """Return a network's statistics beside those of the networks that the fitted generator draws."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 2.4), layout="constrained")
        for n, name in enumerate(STATISTICS, 1):
            axes = figure.add_subplot(1, 3, n)
            axes.bar([0, 1], [fit.given[name], fit.made[name]], color=[colour(0), colour(1)], width=0.7)
            axes.set_xticks([0, 1], ["given", "drawn"])
            axes.set_title(STATISTIC_LABELS[name], fontsize=9)
        svg = svg_of(figure, "The given network beside drawn ones; the table below has the numbers")
    table = pd.DataFrame(
        {
            "of the network": [STATISTIC_LABELS[s] for s in STATISTICS],
            "given": [f"{fit.given[s]:.3f}" for s in STATISTICS],
            "drawn": [f"{fit.made[s]:.3f}" for s in STATISTICS],
        }
    )
    return Chart(
        "The network", f"Networks drawn for this place differ from the given one by at most {percent(fit.worst, 1)}.", svg, table
    )


def wards(card: Card, threshold: int = SMALL_COUNT) -> pd.DataFrame:
    """Return the wards with people and the share in the most deprived fifth; small counts are not shown."""
    rows = sorted(card.wards, key=lambda w: -w[2])
    return pd.DataFrame(
        {
            "ward": [w[0] for w in rows],
            "people": [shown_count(w[1], threshold) for w in rows],
            "in the most deprived fifth, %": ["" if w[1] < threshold else f"{100 * w[2]:.0f}" for w in rows],
        }
    )
