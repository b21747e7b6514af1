"""The report of a comparison: one self-contained page that a councillor can read."""

from __future__ import annotations

import numpy as np

from scenarios.evidence.census import census
from scenarios.evidence.facts import facts_of
from simulation.measures.measure import HEADLINES, SHOWN_FIRST
from simulation.month import declared_parameters

from ..comparison.compared_runs import COURSES, MANY
from ..comparison.comparison import Comparison
from ..comparison.losses import losses
from ..comparison.months import JUDGED_WORDS, read_in
from ..comparison.ranking import NOT_YET, rank_words
from ..numbers import between, change, percent, pounds, shown, shown_change
from ..theories import awaits_fit, theory_sentences
from .answer import answers
from .charts import Chart, by_group, effects, forest, money, trajectory
from .findings import question
from .gradient_tables import gradient_header, gradient_rows
from .origins import assumed_of, drawn_from, limits
from .pages import page
from .reach_words import reach
from .words import RANGE_HEADS, begin, caution, explained, plain, side

LOSSES = 12  # shown
LEADING = 5  # scenarios shown where there are many


def charts(result: Comparison) -> list[Chart]:
    """Return the report's charts; where there are many scenarios, courses and groups are those of the leading ones."""
    found: list[Chart] = []
    if result.months >= 12 and len(result.ranking) > 1:
        found += [forest(result), money(result)]
    result = _shown_scenarios(result)
    found += [effects(result, SHOWN_FIRST)] if len(result.scenarios) > 1 else []
    kept = {name: result.series[:, 0, :, n] for n, name in enumerate(result.measures)}
    found += [trajectory(result, name) for name in HEADLINES if np.isfinite(kept[name]).all()]
    if len(result.scenarios) > 1 and result.months >= 12:
        found.append(by_group(result, "participation", "segment", "Taking part: change by value segment"))
        found.append(
            by_group(result, "participation", "deprivation_fifth", "Taking part: change by deprivation of the neighbourhood")
        )
        found.append(by_group(result, "perceived_influence", "deprivation_fifth", "Feeling of influence: change by deprivation"))
    return found


def _effects_table(result: Comparison) -> list[dict]:
    """Return for each measure the level and the effect of each scenario in the months that it is read in: the range first, the interval of the mean after it."""
    rows = []
    for name, measure in result.measures.items():
        if name == "saving":  # the change of the cost of service, with the other sign
            continue
        part = result.effects[result.effects["measure"] == name]
        cells = []
        for row in part.itertuples():
            known, told = np.isfinite(row.effect), np.isfinite(row.range_low)
            cells.append(
                {
                    "level": shown(row.mean, measure.unit),
                    "effect": shown_change(row.effect, measure.unit) if known else "",
                    "range": f"{shown_change(row.range_low, measure.unit)} to {shown_change(row.range_high, measure.unit)}"
                    if told
                    else "",
                    "interval": f"{shown_change(row.effect_low, measure.unit)} to {shown_change(row.effect_high, measure.unit)}"
                    if told
                    else "",
                    "sure": bool(side(row.range_low, row.range_high)),
                }
            )
        read = JUDGED_WORDS[read_in(result, name)]
        rows.append({"label": measure.label, "name": name, "description": measure.description, "read": read, "cells": cells})
    return rows


def _doubt_rows(result: Comparison) -> list[dict]:
    """Return for the headlines what each effect may be, and what its uncertainty is made of; empty where nothing is compared."""
    rows = []
    for row in result.effects[result.effects["measure"].isin(HEADLINES)].itertuples():
        if np.isfinite(row.range_low):
            share = row.unit == "share"
            rows.append(
                {
                    "scenario": begin(row.scenario),
                    "label": row.label,
                    "effect": change(row.effect, share),
                    "range": between(row.range_low, row.range_high, share),
                    "interval": between(row.effect_low, row.effect_high, share),
                    "read": JUDGED_WORDS[row.months],
                    "share": percent(row.parameter_share) if np.isfinite(row.parameter_share) else "-",
                }
            )
    return rows


def _month_rows(result: Comparison) -> list[dict]:
    """Return for each measure with a course the effect over the run, at its end, and in its best and worst month."""
    rows = []
    for n, label in enumerate(result.labels):
        for name in COURSES:
            found = result.when(n, name) if name in result.measures else None
            if found is None:
                continue
            share = result.measures[name].unit == "share"
            row = {"scenario": begin(label), "label": result.measures[name].label}
            for key, known in found.items():
                month = f"month {known['month']}: " if known.get("month") else ""
                row[key] = f"{month}{change(known['effect'], share)} ({between(known['range_low'], known['range_high'], share)})"
            rows.append(row)
    return rows


def _loss_rows(result: Comparison) -> list[dict]:
    """Return what gets worse, the largest first within each scenario, as words."""
    rows = []
    for row in losses(result)[:LOSSES]:
        unit = result.measures[row["measure"]].unit
        who = {
            None: "all residents",
            "ward": f"ward {row['group']}",
            "segment": row["group"],
            "deprivation_fifth": f"deprivation fifth {row['group']}",
        }[row["grouping"]]
        rows.append(
            {
                "scenario": begin(row["scenario"]),
                "label": result.measures[row["measure"]].label,
                "who": who,
                "effect": shown_change(row["effect"], unit),
                "range": f"{shown_change(row['low'], unit)} to {shown_change(row['high'], unit)}",
                "months": JUDGED_WORDS[row["months"]],
            }
        )
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
        rows.append(
            {
                "scenario": begin(row["scenario"]),
                "rank": rank_words(row),
                "effect": f"{100 * row['effect']:+z.1f} ({100 * row['range_low']:+z.1f} to {100 * row['range_high']:+z.1f})",
                "acts": f"{row['acts_12m']:+z.2f}",
                "apathy": f"{100 * row['apathy']:+z.1f}",
                "representativeness": f"{row['representativeness']:+z.3f}",
                "hours": f"{row['hours_gini']:+z.3f}",
                "cost": f"{pounds(row['net_cost'], True)} ({pounds(row['net_cost_low'], True)} to {pounds(row['net_cost_high'], True)})",
                "from": f"month {row['shows_from_month']}" if row["shows_from_month"] else NOT_YET,
                "lasts": row["lasts_without_funding"] or "-",
                "gains": row["gains_more"] or "nobody clearly",
                "loses": row["gains_less"] or "nobody clearly",
            }
        )
    return rows


def render(result: Comparison) -> str:
    """Return the report as one HTML document that asks for nothing from any network."""
    assumed = [(name, p) for name, p in declared_parameters().items() if p.status == "assumed"]
    place = result.scenarios[0].place
    shown = _shown_scenarios(result)
    return page("report.html.j2").render(
        question=question(result),
        answer=answers(result),
        place=getattr(place, "title", place.name),
        scenarios=result.scenarios,
        labels=[begin(label) for label in result.labels],
        names=[begin(label) for label in shown.labels],
        plain=plain,
        reach=reach,
        theories=theory_sentences(result.scenarios, [begin(label) for label in result.labels]),
        result=result,
        charts=charts(result),
        ranking=_ranking_rows(result),
        shown=shown,
        many=shown is not result,
        rows=_effects_table(shown),
        doubt=_doubt_rows(shown),
        months=_month_rows(shown),
        losses=_loss_rows(result),
        gradient_head=gradient_header(),
        gradients=gradient_rows(shown),
        read=JUDGED_WORDS[result.judged()],
        reads={name: JUDGED_WORDS[result.judged(name)] for name in result.measures},
        drawn=drawn_from(place),
        heading=RANGE_HEADS[result.basis],
        explained=explained(result),
        caution=caution(result),
        assumed=assumed,
        census=census().words(),
        facts_of=facts_of,
        limits=limits(place, any(awaits_fit(s) for s in result.scenarios)),
        notes=assumed_of(place),
        provenance=result.provenance,
    )
