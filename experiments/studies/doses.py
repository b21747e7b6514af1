"""Dose and response: what each intervention does at a quarter, half, three quarters and the whole of its programme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.founding import named
from scenarios.plugins import available_interventions
from scenarios.writing import change_words
from simulation.declared.interventions import Intervention
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario

from ..comparison.compare import Comparison, compare
from ..comparison.statistics import interval
from ..output import check_writable, write_text
from ..reports.money import pounds

DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)
MEASURES = ("participation", "perceived_influence", "trust")  # shares
TAKEN = ("participation", "acts_12m", "perceived_influence", "trust")
BATCH = 15  # interventions compared at once, so that memory does not grow with the catalogue


def known_names(names: Sequence[str]) -> list[str]:
    """Return names to draw curves of; none given is all.

    Raises:
        InputError: an unknown name.
    """
    known = available_interventions()
    for name in names:
        if name not in known:
            raise InputError(f"doses: unknown intervention '{name}'; {nearest(name, known)}")
    return list(dict.fromkeys(names)) or sorted(known)


def dose_response(
    base: Scenario,
    names: Sequence[str],
    *,
    replicates: int = 8,
    months: int = 60,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> pd.DataFrame:
    """Return the effect of each dose: columns `intervention, dose, measure, effect, effect_low, effect_high`; shares, and acts for each resident a year.

    Every dose is run on the same people and days, dose 0 included, which must give exactly nothing.
    """
    known, rows = available_interventions(), []
    parts = [names[n : n + BATCH] for n in range(0, len(names), BATCH)]
    for done, part in enumerate(parts):
        scenarios = [base.with_(name=f"{name}@{dose:g}", interventions=(known[name].at(dose),)) for name in part for dose in DOSES]

        def show(count: int, _: int | None, done: int = done) -> None:
            if progress is not None:
                progress(done * replicates + count, len(parts) * replicates)

        found = compare(
            base,
            *scenarios,
            replicates=replicates,
            months=months,
            seed=seed,
            workers=workers,
            monthly=(),
            posterior=None,
            progress=show,
        )
        rows += _rows(found, part)
    return pd.DataFrame(rows)


def _rows(found: Comparison, names: Sequence[str]) -> list[dict]:
    rows = []
    for at, name in enumerate(names):
        for d, dose in enumerate(DOSES):
            for measure in TAKEN:
                values = found.results[:, :, list(found.measures).index(measure)]
                mean, low, high = interval(values[:, 1 + at * len(DOSES) + d] - values[:, 0])
                rows.append({"intervention": name, "dose": dose, "measure": measure, "effect": float(mean), "effect_low": float(low),
                             "effect_high": float(high)})  # fmt: skip
    return rows


def curve(table: pd.DataFrame, name: str) -> str:
    """Return the curve of one intervention as SVG."""
    import matplotlib
    from matplotlib.figure import Figure

    from ..reports.charts import DASHES, STYLE, colour, svg_of

    own = table[table["intervention"] == name]
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(3.6, 2.2), layout="constrained")
        axes = figure.add_subplot()
        for n, measure in enumerate(MEASURES, 1):
            line = own[own["measure"] == measure]
            axes.plot(line["dose"], 100 * line["effect"], color=colour(n), linestyle=DASHES[n - 1], marker="o", markersize=3,
                      label=measure.replace("_", " "))  # fmt: skip
            axes.fill_between(
                line["dose"], 100 * line["effect_low"], 100 * line["effect_high"], color=colour(n), alpha=0.15, linewidth=0
            )
        axes.axhline(0, color="#777777", linewidth=0.8)
        axes.set_xlabel("dose")
        axes.set_ylabel("points")
        axes.set_xticks(DOSES)
        figure.legend(frameon=False, loc="outside lower center", ncols=3, fontsize=8)
        return svg_of(figure, f"{name}: effect by dose; the table below has the numbers")


def _cost_words(one: Intervention) -> str:
    c = one.cost
    parts = [f"{said} {when}" for value, said, when in (
        (c.setup_hours, f"{c.setup_hours:g} staff hours", "once"), (c.setup_pounds, pounds(c.setup_pounds), "once"),
        (c.running_hours, f"{c.running_hours:g} staff hours", "a month"), (c.running_pounds, pounds(c.running_pounds), "a month")) if value]  # fmt: skip
    if not parts:
        return "nothing beyond the asks and places that it adds"
    return f"{', '.join(parts)}, for each institution and 1,000 residents reached ({c.status}; {c.low:g} to {c.high:g} times this)"


def catalogue_text(table: pd.DataFrame, command: str, commit: str) -> str:
    """Return the catalogue as a Markdown page with a curve for each intervention."""
    known, names = available_interventions(), list(dict.fromkeys(table["intervention"]))
    lines = ["# The catalogue", "", "Written by the program; edit nothing here. Effects are changes of shares in percentage points after five years, "
             "paired with the place as it is, with 95 % intervals; they cover chance, not parameter uncertainty.", "",
             f"`{command}`, code {commit}.", ""]  # fmt: skip
    for kind, title in (("intervention", "Interventions"), ("shock", "Shocks")):
        chosen = [n for n in names if known[n].kind == kind]
        lines += [f"## {title}", ""] if chosen else []
        for name in chosen:
            one = known[name]
            lines += [f"### {name}", "", one.description, "", f"- changes: {'; '.join(change_words(one))}", f"- cost: {_cost_words(one)}",
                      f"- evidence: {one.status}; source: {named(one.source)}", *([f"- {one.interplay}"] if one.interplay else []),
                      *([f"- cannot be joined with: {', '.join(one.excludes)}"] if one.excludes else []), "",
                      f"![{name}: effect by dose](doses/{name}.svg)", ""]  # fmt: skip
            heads = [m.replace("_", " ").replace("acts 12m", "acts for each resident a year") for m in TAKEN]
            lines += ["| dose | " + " | ".join(heads) + " |", "|" + " --- |" * (len(TAKEN) + 1)]
            own = table[table["intervention"] == name].set_index(["dose", "measure"])
            for dose in DOSES:
                cells = [(own.loc[(dose, m)], 100 if m in MEASURES else 1) for m in TAKEN]
                lines.append(f"| {dose:g} | " + " | ".join(
                    f"{k * c['effect']:+.2f} [{k * c['effect_low']:+.2f}, {k * c['effect_high']:+.2f}]" for c, k in cells) + " |")  # fmt: skip
            lines.append("")
    return "\n".join(lines)


def write_catalogue(table: pd.DataFrame, out: Path, command: str, commit: str) -> list[Path]:
    """Write catalogue.md and a curve for each intervention into a folder."""
    folder = out / "doses"
    check_writable(folder, folder=True)
    for name in dict.fromkeys(table["intervention"]):
        write_text(folder / f"{name}.svg", curve(table, name))
    write_text(out / "catalogue.md", catalogue_text(table, command, commit))
    return [out / "catalogue.md", folder]


def sane(table: pd.DataFrame) -> list[str]:
    """Return what is odd about curves, a line each: an effect at dose 0, a number that is none, a leap."""
    odd = []
    for (name, measure), own in table.groupby(["intervention", "measure"], sort=False):
        effect = own.sort_values("dose")["effect"].to_numpy()
        if effect[0] != 0.0:
            odd.append(f"{name}: {measure} moves at dose 0")
        if not np.isfinite(effect).all() or (measure in MEASURES and np.abs(effect).max() > 0.5):
            odd.append(f"{name}: {measure} is out of range")
    return odd
