"""Parts of `make prove` on evidence: calibration, the same from another seed, validation, and what conclusions depend on.

The first writes the posterior that is shipped, the last two what the assurance pack reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.comparison.replicates import spread
from experiments.evidence.calibration.calibration import FULL, Calibrator
from experiments.evidence.calibration.results import RESULT, Calibration
from experiments.evidence.robustness.examination import examine
from experiments.evidence.validation.origins import SOURCES, origins, split_table
from experiments.evidence.validation.verdicts import CONTEXT_WORLDS, validate
from experiments.numbers import number, percent, span
from experiments.output import write_text
from experiments.reports.shipped import RESULTS, ROBUSTNESS, VALIDATION, numbers
from experiments.reports.validation_page import ROLE_WORDS
from experiments.studies.engine import fill_store
from experiments.studies.store import Store
from scenarios import load_scenario
from scenarios.evidence.facts import ledger
from scenarios.evidence.posterior import SHIPPED, shipped
from scenarios.places import load_place
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import FITTED_POPULATION
from tests.prove.catalogue import Table, say

RUNS = Path(__file__).resolve().parents[2] / "out" / "prove"
AGAIN = replace(FULL, screening=700, wave=350, waves=2, final=900, truths=0, sets=100)


def _runner() -> Callable[[Store], None]:
    def run(store: Store) -> None:
        say(f"  {store.study.name}: {store.study.planned:,} runs")
        fill_store(store)

    return run


def _calibrated(seed: int, again: bool = False) -> Calibration:
    folder = RUNS / f"calibration-{seed}"
    targets = [f for f in ledger() if f.role == "calibrate"]
    fitted = None
    if again:  # the same parameters in the same ranges, so that regions can be compared
        rows = json.loads((SHIPPED / RESULT).read_text(encoding="utf-8"))["parameters"]
        fitted = {row["parameter"]: (row["low"], row["high"]) for row in rows}
    base = load_scenario("baseline", load_place("england"))
    command = f"groundswell calibrate --out calibration --seed {seed}"
    return Calibrator(
        base, targets, folder, AGAIN if again else FULL, seed, _runner(), fitted, lambda text: say(f"  {text}"), command
    ).calibrate()


def calibration() -> Table:
    """Facts that were fitted, beside the sets that are shipped (made here): 4,000 residents of `england` each."""
    found = _calibrated(1)
    found.write(SHIPPED)
    return calibration_rows(found.document())


def calibration_rows(found: dict[str, Any]) -> Table:
    """Return a calibration's document as rows."""
    head = ("fact", "mean of the sets", "90 % of sets", "band", "inside")
    rows = [
        (
            f["fact"],
            number(f["mean"]),
            span(f["mean_low"], f["mean_high"]),
            span(f["low"], f["high"]),
            "yes" if f["inside"] else "NO",
        )
        for f in found["facts"]
    ]
    rows.append(
        (
            "coverage of 200 invented truths",
            percent(found["coverage"], 1),
            "",
            "84 % to 95 %",
            "yes" if 0.84 <= found["coverage"] <= 0.95 else "NO",
        )
    )
    rows.append(("independent draws that the sample is worth", f"{found['effective']:.0f}", f"{found['sets']} kept", "", ""))
    return [dict(zip(head, row, strict=True)) for row in rows]


def calibration_again() -> Table:
    """The fitted parameters from another seed, with fewer runs: where their sets lie, beside those that are shipped."""
    first = json.loads((SHIPPED / RESULT).read_text(encoding="utf-8"))
    other = _calibrated(2, again=True)
    rows = []
    for one, two in zip(first["parameters"], other.parameters.to_dict("records"), strict=True):
        spread = (one["mean_high"] - one["mean_low"]) / (2 * 1.645)
        apart = (two["mean"] - one["mean"]) / spread
        rows.append({"parameter": one["parameter"], "shipped": f"{number(one['mean'])} ({span(one['mean_low'], one['mean_high'])})",
                     "another seed": f"{number(two['mean'])} ({span(two['mean_low'], two['mean_high'])})", "apart, in standard deviations": f"{apart:+.2f}",
                     "same region": "yes" if abs(apart) < 1.0 else "NO"})  # fmt: skip
    inside = [f"{f.fact}" for f in other.facts.itertuples() if not f.inside]
    rows.append({"parameter": "facts outside their bands at the mean", "shipped": "none", "another seed": ", ".join(inside) or "none",
                 "apart, in standard deviations": "", "same region": "yes" if not inside else "NO"})  # fmt: skip
    return rows


def validation() -> Table:
    """Every fact of the ledger, measured as its survey or trial measured it, in 80 worlds of 4,000 residents of `england`, the size that was calibrated."""
    found = validate(shipped(), progress=lambda done, total: say(f"  {done} of {total} worlds"), command="groundswell validate")
    write_text(RESULTS / VALIDATION, json.dumps({"numbers": numbers(), **found.to_json()}, indent=1, allow_nan=False) + "\n")
    return validation_rows(found.facts)


def validation_rows(facts: pd.DataFrame) -> Table:
    """Return the facts of a validation as rows."""
    return [
        {"fact": r.id, "role": ROLE_WORDS[r.role], "model": number(r.value), "95 % of worlds": span(r.value_low, r.value_high), "band": span(r.low, r.high),
         "verdict": "known miss" if r.verdict == "outside" and r.known_miss else "NO" if r.verdict == "outside" else r.verdict, "why missed": r.known_miss if r.verdict == "outside" else ""}
        for r in facts.itertuples()
    ]  # fmt: skip


def where_from() -> Table:
    """Birth, experience and chance of who takes part, in 20 worlds of 4,000 residents of `england`, for people who have lived there for 5, 10 and 20 years. In brackets: standard errors."""
    scenario, rows = load_scenario("baseline", load_place("england"), FITTED_POPULATION), []
    for years in (5, 10, 20):
        worlds = list(spread(partial(_origins, scenario, 12 * years), range(CONTEXT_WORLDS), what="world"))
        say(f"  {years} years")
        named = dict(zip(SOURCES, SOURCES, strict=True)) | {"lasting": "birth, of what is not chance"}
        rows += [
            {"outcome": r["words"], "lived there": f"{years} years"}
            | {words: f"{percent(r[name], 1)} ({100 * r[f'{name}_error']:.1f})" for name, words in named.items()}
            for r in split_table(worlds).to_dict("records")
        ]
    return rows


def _origins(scenario: Scenario, lived: int, number: int) -> dict[str, float]:
    return origins(scenario.with_(parameters=shipped().parameters(scenario, number)), 1, number, lived=lived)


def robustness() -> Table:
    """The main conclusions: where they hold, what alone overturns them, and which other theory does; the frailest first."""
    found = examine(shipped(), RUNS / "robustness", _runner(), command="python -m tests.prove robustness")
    write_text(RESULTS / ROBUSTNESS, json.dumps({"numbers": numbers(), **found.document()}, indent=1, allow_nan=False) + "\n")
    return robustness_rows(found.conclusions)


def robustness_rows(conclusions: pd.DataFrame) -> Table:
    """Return conclusions, and what overturns them, as rows."""
    return [
        {"conclusion": r.words, "effect": f"{r.effect:+.4f}", "95 % of sets": f"{r.low:+.4f} to {r.high:+.4f}", "holds in sets that meet the facts": percent(r.holds_calibrated),
         "in any sets": percent(r.holds_all), "overturned alone by": r.flips_alone or "nothing", "does not hold, or is not told, under": r.not_under or "-", "hangs most on": r.hangs_on or "-"}
        for r in conclusions.itertuples()
    ]  # fmt: skip
