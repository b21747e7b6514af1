"""The report of a comparison: one self-contained page that a councillor can read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, select_autoescape

from simulation.month import declared_parameters

from .charts import Chart, by_group, effects, plain, trajectory
from .comparing import HEADLINES, Comparison

COURSES = ("participation", "apathy", "perceived_influence", "trust")
LIMITS = (
    "It cannot foretell an election, a person, or a date: it compares ways of working in a simulated place like this one.",
    "Trust and influence are set so that the national survey levels come out; differences between scenarios carry the information, levels do not.",
    "The intervals cover chance: who lives where, who knows whom, who happens to be asked. They do not yet cover doubt about the parameters.",
    "Value segments (Settlers, Prospectors, Pioneers) are an assumption: proprietary, and not validated by published research.",
    "Costs are not counted yet.",
)


def _points(value: float) -> str:
    return f"{100 * value:+.1f} percentage points"


def _of(result: Comparison, scenario: str, measure: str) -> pd.Series:
    table = result.effects
    return table[(table["scenario"] == scenario) & (table["measure"] == measure)].iloc[0]


def _sure(row: pd.Series) -> bool:
    return bool(row["effect_low"] > 0 or row["effect_high"] < 0)


def _years(months: int) -> str:
    years, rest = divmod(months, 12)
    words = {1: "one year", 2: "two years", 3: "three years", 4: "four years", 5: "five years", 10: "ten years"}
    return words.get(years, f"{years} years") if years and not rest else f"{months} months"


def question(result: Comparison) -> str:
    """Return the question that the comparison answers."""
    place = getattr(result.scenarios[0].place, "title", result.scenarios[0].place.name)
    names = [plain(label) for label in result.labels[1:]]
    if not names:
        return f"How do people take part in {place}?"
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
    return f"What would {listed} change in {place} within {_years(result.months)}?"


def answer(result: Comparison) -> str:
    """Return the answer in two sentences."""
    others = result.labels[1:]
    if not others or result.replicates < 2:
        return "One world was run, so nothing can be told from chance. Run more replicates for an answer with intervals."
    sure = [n for n in others if _sure(_of(result, n, "participation"))]
    adults = getattr(result.scenarios[0].place, "adults", float("nan"))
    if sure:
        best = max(sure, key=lambda n: _of(result, n, "participation")["effect"])
        row = _of(result, best, "participation")
        people = f", about {abs(row['effect']) * adults:,.0f} adults" if np.isfinite(adults) else ""
        direction = "rises" if row["effect"] > 0 else "falls"
        first = (
            f"With {plain(best)} the share of adults who take part {direction} from {100 * (row['mean'] - row['effect']):.1f} % to "
            f"{100 * row['mean']:.1f} % ({_points(row['effect'])}{people}; 95 % interval {100 * row['effect_low']:+.1f} to "
            f"{100 * row['effect_high']:+.1f})" + (", more than with anything else tried here." if len(others) > 1 else ".")
        )
    else:
        best = others[0]
        first = "None of what was tried changes the share of adults who take part by more than chance would."
    apathy = _of(result, best, "apathy")
    flat = [n for n in others if n != best and abs(_of(result, n, "perceived_influence")["effect"]) < 0.005]
    second = f"Apathy goes from {100 * (apathy['mean'] - apathy['effect']):.1f} % to {100 * apathy['mean']:.1f} %"
    second += "" if _sure(apathy) else " (not told from chance)"
    if flat:
        second += f", while {' and '.join(plain(n) for n in flat)} leaves people's feeling of influence where it was"
    return f"{first} {second}."


def charts(result: Comparison) -> list[Chart]:
    """Return the report's charts."""
    found = [effects(result, HEADLINES)] if len(result.scenarios) > 1 else []
    found += [trajectory(result, name) for name in COURSES]
    if len(result.scenarios) > 1 and result.months >= 12:
        found.append(by_group(result, "participation", "segment", "Taking part: change by value segment"))
        found.append(
            by_group(result, "participation", "deprivation_fifth", "Taking part: change by deprivation of the neighbourhood")
        )
        found.append(by_group(result, "perceived_influence", "deprivation_fifth", "Feeling of influence: change by deprivation"))
    return found


def _effects_table(result: Comparison) -> list[dict]:
    rows = []
    for name, measure in result.measures.items():
        part = result.effects[result.effects["measure"] == name]
        share = measure.unit == "share"
        scale, suffix = (100.0, " %") if share else (1.0, "")
        cells = []
        for row in part.itertuples():
            level = "-" if not np.isfinite(row.mean) else f"{scale * row.mean:.1f}{suffix}" if share else f"{row.mean:.3f}"
            effect = ""
            if np.isfinite(row.effect):
                effect = f"{scale * row.effect:+.2f}" if share else f"{row.effect:+.3f}"
                if np.isfinite(row.effect_low):
                    digits = "+.2f" if share else "+.3f"
                    effect += f" [{scale * row.effect_low:{digits}}, {scale * row.effect_high:{digits}}]"
            cells.append(
                {
                    "level": level,
                    "effect": effect,
                    "sure": np.isfinite(row.effect_low) and (row.effect_low > 0 or row.effect_high < 0),
                }
            )
        rows.append({"label": measure.label, "name": name, "description": measure.description, "cells": cells})
    return rows


def render(result: Comparison) -> str:
    """Return the report as one HTML document that asks for nothing from any network."""
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True
    )
    parameters = declared_parameters()
    assumed = [(name, p) for name, p in parameters.items() if p.status == "assumed" and not name.startswith("forms.")]
    place = result.scenarios[0].place
    return environment.get_template("report.html.j2").render(
        question=question(result),
        answer=answer(result),
        place=getattr(place, "title", place.name),
        scenarios=result.scenarios,
        labels=result.labels,
        plain=plain,
        result=result,
        charts=charts(result),
        rows=_effects_table(result),
        assumed=assumed,
        parameters=parameters,
        limits=LIMITS,
        notes=getattr(place, "notes", ()),
        provenance=result.provenance,
    )
