"""The report of a comparison: one self-contained page that a councillor can read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.evidence import facts_of
from simulation.month import declared_parameters

from .charts import Chart, by_group, effects, forest, money, plain, trajectory
from .comparing import HEADLINES, MANY, Comparison
from .pages import page
from .ranking import cost_for_each, rank_words

SHOWN_COURSES = ("participation", "apathy", "perceived_influence", "trust")
DOUBTED = ("participation", "apathy", "perceived_influence", "trust")
LEADING = 5  # scenarios shown where there are many
LIMITS = (
    "It cannot foretell an election, a person, or a date: it compares ways of working in a simulated place like this one.",
    "Trust and influence are set so that the national survey levels come out; differences between scenarios carry the information, levels do not.",
    "The intervals cover chance (who lives where, who knows whom, who happens to be asked) and doubt about the parameters, as far as these were drawn; they do not cover the size of what a programme does to services.",
    "Value segments (Settlers, Prospectors, Pioneers) are an assumption: proprietary, and not validated by published research.",
    "Costs are judgements, right to within half and twice at best: hours and pounds as declared for each programme, and unit costs for asks, places and contacts.",
)


def _points(value: float) -> str:
    return f"{100 * value:+.1f} percentage points"


def _of(result: Comparison, scenario: str, measure: str) -> pd.Series:
    table = result.effects
    return table[(table["scenario"] == scenario) & (table["measure"] == measure)].iloc[0]


def rounded(number: float) -> str:
    """Return a number as it is said: three digits count, and millions are called so."""
    if not np.isfinite(number) or number == 0:
        return "0"
    digits = 2 - int(np.floor(np.log10(abs(number))))
    short = round(number, digits)
    return f"{short / 1e6:.3g} million" if abs(short) >= 1e6 else f"{short:,.{max(digits, 0)}f}"


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
    if len(names) > MANY:
        return f"Which of {len(names)} ideas would bring most people in {place} to take part within {_years(result.months)}?"
    if not names:
        return f"How do people take part in {place}?"
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
    return f"What would {listed} change in {place} within {_years(result.months)}?"


def answer(result: Comparison) -> str:
    """Return the answer in two sentences, and a third on money where that is known."""
    others = result.labels[1:]
    if not others or result.replicates < 2:
        return "One world was run, so nothing can be told from chance. Run more replicates for an answer with intervals."
    sure = [n for n in others if _sure(_of(result, n, "participation"))]
    adults = getattr(result.scenarios[0].place, "adults", float("nan"))
    if sure:
        best = max(sure, key=lambda n: _of(result, n, "participation")["effect"])
        row = _of(result, best, "participation")
        people = f", about {rounded(abs(row['effect']) * adults)} adults" if np.isfinite(adults) else ""
        direction = "rises" if row["effect"] > 0 else "falls"
        first = (
            f"With {plain(best)} the share of adults who take part {direction} from {100 * (row['mean'] - row['effect']):.1f} % to "
            f"{100 * row['mean']:.1f} % ({_points(row['effect'])}{people}; 95 % interval {100 * row['effect_low']:+.1f} to "
            f"{100 * row['effect_high']:+.1f})" + (_beside_the_rest(result, best) if len(others) > 1 else ".")
        )
    else:
        best = others[0]
        first = "None of what was tried changes the share of adults who take part by more than chance would."
    apathy = _of(result, best, "apathy")
    flat = [n for n in others if n != best and abs(_of(result, n, "perceived_influence")["effect"]) < 0.005]
    second = f"Apathy goes from {100 * (apathy['mean'] - apathy['effect']):.1f} % to {100 * apathy['mean']:.1f} %"
    second += "" if _sure(apathy) else " (not told from chance)"
    if flat and len(others) <= MANY:
        second += f", while {' and '.join(plain(n) for n in flat)} leaves people's feeling of influence where it was"
    each = cost_for_each(result, result.labels.index(best))[0]
    third = (
        f" It costs about {rounded(_of(result, best, 'cost')['mean'])} pounds, {rounded(each)} for one more participant for a year."
        if each > 0
        else ""
    )
    return f"{first} {second}.{third}"


def _beside_the_rest(result: Comparison, best: str) -> str:
    """Return how the leading scenario stands to the others."""
    row = next(r for r in result.ranking.to_dict("records") if r["scenario"] == best)
    if row["worst_rank"] == 1:
        return ", more than with anything else tried here."
    alike = row["not_told_from"]
    named = " and ".join(plain(n) for n in alike) if len(alike) <= 2 else f"{len(alike)} others"
    return f"; it cannot be told from {named}." if alike else "."


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
    parameters = declared_parameters()
    assumed = [(name, p) for name, p in parameters.items() if p.status == "assumed" and not name.startswith("forms.")]
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
        parameters=parameters,
        facts_of=facts_of,
        limits=LIMITS,
        notes=getattr(place, "notes", ()),
        provenance=result.provenance,
    )
