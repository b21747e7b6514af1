"""The catalogue as a Markdown page, with the curve of each intervention."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from scenarios.plugins import available_interventions
from scenarios.scenario_template import change_words
from simulation.declared.interventions import Intervention

from ..numbers import pounds
from ..output import check_writable, write_text
from ..provenance import made_by
from ..studies.doses import DOSES, MEASURES, TAKEN
from .charts import DASHES, STYLE, colour, svg_of
from .shipped import age, numbers


def curve(table: pd.DataFrame, name: str) -> str:
    """Return the curve of one intervention as SVG."""
    own = table[table["intervention"] == name]
    with matplotlib.rc_context({**STYLE, "font.size": 9}):
        figure = Figure(figsize=(3.6, 2.2), layout="constrained")
        axes = figure.add_subplot()
        for n, measure in enumerate(MEASURES, 1):
            line = own[own["measure"] == measure]
            axes.plot(
                line["dose"],
                100 * line["effect"],
                color=colour(n),
                linestyle=DASHES[n - 1],
                marker="o",
                markersize=3,
                label=measure.replace("_", " "),
            )
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
    parts = [
        f"{said} {when}"
        for value, said, when in (
            (c.setup_hours, f"{c.setup_hours:g} staff hours", "once"),
            (c.setup_pounds, pounds(c.setup_pounds), "once"),
            (c.running_hours, f"{c.running_hours:g} staff hours", "a month"),
            (c.running_pounds, pounds(c.running_pounds), "a month"),
        )
        if value
    ]
    if not parts:
        return "nothing beyond the invitations and places that it adds"
    return f"{', '.join(parts)}, per institution and per 1,000 residents reached ({c.status}; {c.low:g} to {c.high:g} times this)"


def catalogue_text(doses: dict[str, Any]) -> str:
    """Return the catalogue as a Markdown page with a curve for each intervention.

    Args:
        doses: `command` and `commit` that made the numbers, `numbers`, the identity of what the model gave then, and `rows`, the records of `dose_response`.
    """
    interventions, table = available_interventions(), pd.DataFrame(doses["rows"])
    names = list(dict.fromkeys(table["intervention"]))
    lines = [
        "Effects are changes of shares in percentage points after five years, "
        "paired with the place as it is, with 95 % intervals; they cover chance, not parameter uncertainty.",
        "",
        f"The numbers were made by `{doses['command']}`, code {doses['commit']}. {age(doses)}",
        "",
    ]
    without = [name for name in interventions if name not in names]
    lines += [f"Not among them yet: {', '.join(without)}.", ""] if without else []
    for kind, title in (("intervention", "Interventions"), ("shock", "Shocks")):
        chosen = [n for n in names if interventions[n].kind == kind]
        lines += [f"## {title}", ""] if chosen else []
        for name in chosen:
            one = interventions[name]
            lines += [f"### {name}", "", one.description, "", f"- changes: {'; '.join(change_words(one))}", f"- cost: {_cost_words(one)}",
                      f"- evidence: {one.status}; source: {one.source}", *([f"- {one.interplay}"] if one.interplay else []),
                      *([f"- cannot be combined with: {', '.join(one.excludes)}"] if one.excludes else []), "",
                      f"![{name}: effect by dose](doses/{name}.svg)", ""]  # fmt: skip
            heads = [m.replace("_", " ").replace("acts 12m", "acts per resident a year") for m in TAKEN]
            lines += ["| dose | " + " | ".join(heads) + " |", "|" + " --- |" * (len(TAKEN) + 1)]
            own = table[table["intervention"] == name].set_index(["dose", "measure"])
            for dose in DOSES:
                cells = [(own.loc[(dose, m)], 100 if m in MEASURES else 1) for m in TAKEN]
                lines.append(
                    f"| {dose:g} | "
                    + " | ".join(
                        f"{k * c['effect']:+z.2f} [{k * c['effect_low']:+z.2f}, {k * c['effect_high']:+z.2f}]" for c, k in cells
                    )
                    + " |"
                )
            lines.append("")
    body = "\n".join(lines).rstrip() + "\n"
    return f"# The catalogue\n\n{made_by(doses['command'], body)}\n\n{body}"


def write_catalogue(table: pd.DataFrame, out: Path, command: str, commit: str) -> list[Path]:
    """Write catalogue.md, a curve for each intervention, and the numbers that both are made from, into a folder."""
    folder = out / "doses"
    check_writable(folder, folder=True)
    doses = {"command": command, "commit": commit, "numbers": numbers(), "rows": table.round(6).to_dict("records")}
    for name in dict.fromkeys(table["intervention"]):
        write_text(folder / f"{name}.svg", curve(table, name))
    write_text(folder / "doses.json", numbers_text(doses))
    write_text(out / "catalogue.md", catalogue_text(doses))
    return [out / "catalogue.md", folder]


def numbers_text(doses: dict[str, Any]) -> str:
    """Return what a catalogue is made from as JSON, a row on each line; a number that is none is null."""
    rows = [json.dumps({k: None if isinstance(v, float) and v != v else v for k, v in row.items()}) for row in doses["rows"]]
    head = json.dumps({name: doses[name] for name in ("command", "commit", "numbers")})
    return head[:-1] + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"
