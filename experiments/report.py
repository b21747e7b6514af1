"""The report of a comparison: one self-contained page that a councillor can read."""

from __future__ import annotations

import numpy as np

from scenarios.census import census
from scenarios.evidence import facts_of
from simulation.month import declared_parameters

from .charts import Chart, by_group, effects, forest, money, trajectory
from .comparing import HEADLINES, MANY, Comparison
from .findings import LIMITS, answer, plain, question
from .pages import page
from .ranking import rank_words

SHOWN_COURSES = ("participation", "apathy", "perceived_influence", "trust")
DOUBTED = ("participation", "apathy", "perceived_influence", "trust")
LEADING = 5  # scenarios shown where there are many


def charts(result: Comparison) -> list[Chart]:
    """Return the report's charts; where there are many scenarios, courses and groups are those of the leading ones."""
    found: list[Chart] = []
    if result.months >= 12 and len(result.ranking) > 1:
        found += [forest(result), money(result)]
    result = _shown_scenarios(result)
    found += [effects(result, HEADLINES)] if len(result.scenarios) > 1 else []
    kept = {name: result.series[:, 0, :, n] for n, name in enumerate(result.measures)}
    found += [trajectory(result, name) for name in SHOWN_COURSES if np.isfinite(kept[name]).all()]
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
        thousands = measure.unit == "pounds" and name != "cost_per_participant"
        scale, suffix = (100.0, " %") if share else (1e-3, "") if thousands else (1.0, "")
        digits = "+.2f" if share else "+,.0f" if measure.unit == "pounds" else "+.3f"
        label = f"{measure.label}, {'thousand ' if thousands else ''}pounds" if measure.unit == "pounds" else measure.label
        cells = []
        for row in part.itertuples():
            level = (
                "-"
                if not np.isfinite(row.mean)
                else f"{scale * row.mean:.1f}{suffix}"
                if share
                else f"{scale * row.mean:{digits[1:]}}"
            )
            effect = ""
            if np.isfinite(row.effect):
                effect = f"{scale * row.effect:{digits}}"
                if np.isfinite(row.effect_low):
                    effect += f" [{scale * row.effect_low:{digits}}, {scale * row.effect_high:{digits}}]"
            cells.append(
                {
                    "level": level,
                    "effect": effect,
                    "sure": np.isfinite(row.effect_low) and (row.effect_low > 0 or row.effect_high < 0),
                }
            )
        rows.append({"label": label, "name": name, "description": measure.description, "cells": cells})
    return rows


def _doubt_rows(result: Comparison) -> list[dict]:
    """Return for the headlines how sure each effect is, and what its doubt is made of; empty where all replicates had the same parameters."""
    rows = []
    for row in result.effects[result.effects["measure"].isin(DOUBTED)].itertuples():
        if np.isfinite(row.parameter_share):
            scale, digits = (100.0, "+.2f") if row.unit == "share" else (1.0, "+.3f")
            rows.append({
                "scenario": row.scenario, "label": row.label, "effect": f"{scale * row.effect:{digits}}",
                "interval": f"{scale * row.effect_low:{digits}} to {scale * row.effect_high:{digits}}", "range": f"{scale * row.range_low:{digits}} to {scale * row.range_high:{digits}}",
                "share": f"{row.parameter_share:.0%}",
            })  # fmt: skip
    return rows


def _shown_scenarios(result: Comparison) -> Comparison:
    """Return what the table of all measures shows: all scenarios, or the leading ones where there are many."""
    return result.only(list(result.ranking["scenario"][:LEADING])) if len(result.scenarios) - 1 > MANY else result


def _ranking_rows(result: Comparison) -> list[dict]:
    """Return the ranking for a committee: who gains, when it shows, whether it lasts."""
    if result.months < 12 or result.replicates < 2:
        return []
    rows = []
    for row in result.ranking.to_dict("records"):
        rows.append({
            "scenario": row["scenario"], "rank": rank_words(row),
            "effect": f"{100 * row['effect']:+.1f}", "apathy": f"{100 * row['apathy']:+.1f}", "representativeness": f"{row['representativeness']:+.3f}",
            "hours": f"{row['hours_gini']:+.3f}", "from": f"month {row['shows_from_month']}" if row["shows_from_month"] else "never surely",
            "lasts": row["outlasts_the_money"] or "-", "gains": row["gains_more"] or "nobody surely", "loses": row["gains_less"] or "nobody surely",
        })  # fmt: skip
    return rows


def render(result: Comparison) -> str:
    """Return the report as one HTML document that asks for nothing from any network."""
    assumed = [(name, p) for name, p in declared_parameters().items() if p.status == "assumed"]
    place = result.scenarios[0].place
    shown = _shown_scenarios(result)
    return page("report.html.j2").render(
        question=question(result),
        answer=answer(result),
        place=getattr(place, "title", place.name),
        scenarios=result.scenarios,
        labels=result.labels,
        plain=plain,
        result=result,
        charts=charts(result),
        ranking=_ranking_rows(result),
        shown=shown,
        many=shown is not result,
        rows=_effects_table(shown),
        doubt=_doubt_rows(shown),
        assumed=assumed,
        census=census().words(),
        facts_of=facts_of,
        limits=LIMITS,
        notes=getattr(place, "notes", ()),
        provenance=result.provenance,
    )
