"""What a study found, as one self-contained page with pictures and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..numbers import in_words, percent
from ..studies.discovery import DENSITY, Discovery
from ..studies.number_words import index_words, unit_of
from ..studies.optimisation import Optimum
from ..studies.sensitivity import INDEX_WORDS, Sensitivity
from ..studies.study import Study
from .charts import STYLE, Chart, colour, svg_of
from .pages import page

MOST_SHOWN = 20


def _figure(height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(5.2, height), layout="constrained")
    return figure, figure.add_subplot()


def _render(
    study: Study, title: str, summary: str, charts: Sequence[Chart], method: Sequence[str], command: str, failed: int = 0
) -> str:
    place = study.base.place
    return page("study.html.j2").render(
        study=study,
        title=title,
        summary=summary,
        charts=charts,
        method=method,
        command=command,
        failed=failed,
        place=getattr(place, "title", place.name),
        attribution=getattr(place, "attribution", ""),
    )


def sensitivity_page(sensitivity: Sensitivity, command: str) -> str:
    """Return what matters as a page."""
    measures = list(dict.fromkeys(sensitivity.table["measure"]))
    charts = [_bars(sensitivity, measure) for measure in measures[:MOST_SHOWN]]
    kinds = list(dict.fromkeys(sensitivity.table["index"]))
    method = [
        f"{sensitivity.method.capitalize()} on {len(sensitivity.study.table):,} points, each the mean of {sensitivity.study.replicates} replicates on the same people and days.",
        *(f"{kind.replace('_', ' ')}: {INDEX_WORDS[kind]}." for kind in kinds),
        "Lines are 95 % bootstrap intervals (SALib; for PAWN our own). A hollow bar is not significantly different from zero (for PAWN: no larger than chance alone would give).",
    ]
    return _render(
        sensitivity.study,
        f"What matters in {sensitivity.study.name}?",
        " ".join(sensitivity.words(m) for m in _first(sensitivity, measures)),
        charts,
        method,
        command,
        sensitivity.left_out,
    )


def _first(sensitivity: Sensitivity, measures: list[str]) -> list[str]:
    """Return the measures whose words are above the pictures: two, and all that are missing somewhere."""
    return [*measures[:2], *(m for m in sensitivity.study.columns if m not in measures)]


def _bars(sensitivity: Sensitivity, measure: str) -> Chart:
    rows = sensitivity.table[sensitivity.table["measure"] == measure]
    main = rows[rows["index"] == rows["index"].iloc[0]].sort_values("value")
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(0.36 * len(main) + 1.1)
        at = np.arange(len(main))
        for y, row in zip(at, main.itertuples(), strict=True):
            axes.barh(y, row.value, color=colour(1) if row.differs_from_zero else "white", edgecolor=colour(1), height=0.6)
            axes.plot([row.low, row.high], [y, y], color="#222222", linewidth=1.2)
        axes.axvline(0, color="#777777", linewidth=1)
        axes.set_yticks(at, main["factor"])
        axes.set_xlabel(str(main["index"].iloc[0]).replace("_", " "))
        svg = svg_of(figure, f"What moves {measure}; the table below has the numbers")
    unit = unit_of(sensitivity.study, measure)
    table = pd.DataFrame(
        {
            "factor": rows["factor"],
            "index": rows["index"].str.replace("_", " "),
            "value (95 %)": [
                "{} ({})".format(*index_words(r[0], unit, *r[1:]))
                for r in rows[["index", "value", "low", "high"]].itertuples(index=False)
            ],
            "differs from zero": ["yes" if t else "no" for t in rows["differs_from_zero"]],
        }
    )
    return Chart(measure, sensitivity.words(measure), svg, table)


def discovery_page(discovery: Discovery, points: pd.DataFrame, command: str) -> str:
    """Return where a study fails as a page."""
    charts = [_scores(discovery)]
    if discovery.boxes and len(discovery.boxes[0].limits):
        charts.insert(0, _scatter(discovery, points))
    method = [
        f"A point fails where {discovery.condition}, the mean of {discovery.study.replicates} replicates.",
        f"Boxes: PRIM (the patient rule induction method), shrunk until {percent(DENSITY)} of their points fail; limits that chance could explain (quasi-p above 0.05) are left out.",
        *(
            f"Box {n}: {box.words()}. Density {percent(box.density)}, coverage {percent(box.coverage)}, {box.points} points."
            for n, box in enumerate(discovery.boxes, 1)
        ),
        "Scores: importance in extremely randomised trees (scikit-learn); they add up to 1.",
    ]
    return _render(
        discovery.study, f"Under which conditions does {discovery.study.name} fail?", discovery.words(), charts, method, command
    )


def _scatter(discovery: Discovery, points: pd.DataFrame) -> Chart:
    box = discovery.boxes[0]
    shown = [r.factor for r in box.limits.itertuples() if not r.values][:2]
    others = [f.name for f in discovery.study.factors if f.numeric and f.name not in shown]
    names = (shown + others)[:2]
    points = points[np.isfinite(points[discovery.condition.measure].to_numpy(float))]
    failing = discovery.condition.of(points[discovery.condition.measure].to_numpy(float))
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(3.4)
        y = points[names[1]] if len(names) > 1 else np.zeros(len(points))
        x = points[names[0]] if names else np.arange(len(points))
        axes.scatter(x[~failing], y[~failing], s=14, facecolors="none", edgecolors=colour(0), label="holds")
        axes.scatter(x[failing], y[failing], s=18, marker="x", color=colour(2), label="fails")
        limits = {r.factor: (r.low, r.high) for r in box.limits.itertuples() if not r.values}
        for n, name in enumerate(names):
            if name in limits:
                (axes.axvspan if n == 0 else axes.axhspan)(*limits[name], color=colour(2), alpha=0.12)
        axes.set_xlabel(names[0] if names else "point")
        axes.set_ylabel(names[1] if len(names) > 1 else "")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, "Points that hold and points that fail; the table below has the box")
    table = box.limits.assign(
        quasi_p=[f"{p:.2g}" for p in box.limits["quasi_p"]],
        low=[in_words(v, digits=3) for v in box.limits["low"]],
        high=[in_words(v, digits=3) for v in box.limits["high"]],
    )
    table["values"] = [", ".join(v) for v in table["values"]]
    return Chart(
        "Where it fails",
        f"{box.words().capitalize()}: {percent(box.density)} of the points there fail; {percent(box.coverage)} of all failures are there.",
        svg,
        table,
    )


def _scores(discovery: Discovery) -> Chart:
    rows = discovery.scores.sort_values("score")
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(0.36 * len(rows) + 1.1)
        axes.barh(np.arange(len(rows)), rows["score"], color=colour(1), height=0.6)
        axes.set_yticks(np.arange(len(rows)), rows["factor"])
        axes.set_xlabel("score")
        svg = svg_of(figure, "Scores of the factors; the table below has the numbers")
    table = discovery.scores.assign(score=[f"{s:.3f}" for s in discovery.scores["score"]])
    return Chart("What separates failures from the rest", f"{discovery.scores['factor'].iloc[0]} matters most.", svg, table)


def optimum_page(optimum: Optimum, command: str) -> str:
    """Return the best packages as a page."""
    charts = [_front(optimum)] if len(optimum.objectives) > 1 else []
    charts.append(_ranking(optimum))
    if optimum.study.uncertainties:
        charts.append(_regrets(optimum))
    budget = optimum.study.budget.pounds
    method = [
        f"{optimum.tried} packages were run"
        + (", all there are." if optimum.whole else ", found by NSGA-II (Optuna) in generations of a fixed size."),
        "Every package is run on the same people, days and futures, so differences between packages are paired.",
        f"The {len(optimum.packages)} finalists were run again on people that the search had not used, so luck in the search gives no advantage.",
        "All statements about which packages differ hold jointly at 95 % (Bonferroni over pairs).",
        *([f"Budget: £{budget:,.0f}."] if budget is not None else []),
        "Regret: how far a package falls short of the best finalist in the same future.",
    ]
    return _render(optimum.study, f"What is the best package in {optimum.study.name}?", optimum.words(), charts, method, command)


def _table(optimum: Optimum) -> pd.DataFrame:
    rows = optimum.packages
    table = pd.DataFrame({"package": [optimum.package_words(row) for _, row in rows.iterrows()]})
    for objective in optimum.objectives:
        m = objective.measure
        table[str(objective)] = [
            f"{in_words(v, optimum.unit(m))} ({in_words(a, optimum.unit(m))} to {in_words(b, optimum.unit(m))})"
            for v, a, b in zip(rows[m], rows[f"{m}_low"], rows[f"{m}_high"], strict=True)
        ]
    table["differs from the best"] = ["yes" if t else "no" for t in rows["differs_from_best"]]
    table["significantly worse than another on every objective"] = ["yes" if d else "no" for d in rows["dominated"]]
    return table


def _front(optimum: Optimum) -> Chart:
    rows, (across, other) = optimum.packages, optimum.objectives[:2]
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(3.4)
        for label, part, marker, n in (
            ("not distinguishable from the best", rows[~rows["differs_from_best"]], "o", 1),
            ("others", rows[rows["differs_from_best"]], "s", 0),
        ):
            if len(part):
                error = [
                    np.abs(part[across.measure] - part[f"{across.measure}_low"]),
                    np.abs(part[f"{across.measure}_high"] - part[across.measure]),
                ]
                axes.errorbar(
                    part[other.measure], part[across.measure], yerr=error, fmt=marker, color=colour(n), label=label, capsize=2
                )
        if rows[other.measure].abs().max() >= 1e6:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1e6:g} m")
        axes.set_xlabel(other.measure)
        axes.set_ylabel(across.measure)
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, f"{across.measure} against {other.measure} of the finalists; the table below has the numbers")
    kept = rows[~rows["dominated"]]
    finding = f"{len(kept)} of {len(rows)} finalists are not significantly worse than another on every objective. They form the efficient frontier, as far as these runs show."
    return Chart("What more participation costs", finding, svg, _table(optimum))


def _ranking(optimum: Optimum) -> Chart:
    rows, objective = optimum.packages.iloc[::-1], optimum.objectives[0]
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(0.4 * len(rows) + 1.1)
        at = np.arange(len(rows))
        error = [
            np.abs(rows[objective.measure] - rows[f"{objective.measure}_low"]),
            np.abs(rows[f"{objective.measure}_high"] - rows[objective.measure]),
        ]
        axes.errorbar(rows[objective.measure], at, xerr=error, fmt="o", color=colour(1), capsize=2)
        axes.set_yticks(at, [f"package {len(rows) - n}" for n in range(len(rows))])
        axes.set_xlabel(objective.measure)
        svg = svg_of(figure, f"{objective.measure} of the finalists; the table below has the numbers")
    alike = int((~optimum.packages["differs_from_best"]).sum())
    table = _table(optimum)
    table.insert(0, "", [f"package {n}" for n in range(1, len(table) + 1)])
    return Chart(
        str(objective), f"{alike} of {len(rows)} finalists, the best included, are not distinguishable from the best.", svg, table
    )


def _regrets(optimum: Optimum) -> Chart:
    rows = optimum.packages.iloc[::-1]
    with matplotlib.rc_context(STYLE):
        figure, axes = _figure(0.4 * len(rows) + 1.1)
        at = np.arange(len(rows))
        axes.hlines(at, rows["regret"], rows["worst_regret"], color=colour(0), linewidth=1)
        axes.plot(rows["regret"], at, "o", color=colour(1), label="on average")
        axes.plot(rows["worst_regret"], at, "D", color=colour(2), label="at worst")
        axes.set_yticks(at, [f"package {len(rows) - n}" for n in range(len(rows))])
        axes.set_xlabel(f"{optimum.objectives[0].measure} short of the best for that future")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        svg = svg_of(figure, "Regret of the finalists over the futures; the table below has the numbers")
    unit = optimum.unit(optimum.objectives[0].measure)
    safest = int(optimum.packages["worst_regret"].to_numpy().argmin())
    table = pd.DataFrame(
        {
            "": [f"package {n}" for n in range(1, len(rows) + 1)],
            "on average": [in_words(v, unit) for v in optimum.packages["regret"]],
            "at worst": [in_words(v, unit) for v in optimum.packages["worst_regret"]],
        }
    )
    return Chart(
        "Regret across futures",
        f"Package {safest + 1} is the safest: at worst it falls short by {in_words(optimum.packages['worst_regret'].min(), unit)}.",
        svg,
        table,
    )
