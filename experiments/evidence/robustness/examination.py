"""What the main conclusions depend on: every assumed parameter at once, one at a time, and other theories; overturned conclusions come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios import load_scenario
from scenarios.evidence.posterior import Posterior, positions_of
from scenarios.places import load_place
from scenarios.structures import STRUCTURES
from simulation.month import declared_parameters

from ...comparison.statistics import interval
from ...studies.runs.conclusions import AT, CENTRAL, CHANGED, CONCLUSIONS, SET, Weigher
from ...studies.runs.factors import Factor
from ...studies.store import Store
from ...studies.study import Design, Study
from ..calibration.screening import uncertain_names

LEAST_T = 4.0  # how many standard errors a slope, or a change, must reach, as hundreds are examined
MOST_NAMED = 5
Sweep = Callable[[Store], None]


@dataclass(frozen=True)
class Sizes:
    """The size of the runs."""

    population: int = 1500
    draws: int = 900
    sets: int = 200
    alone_population: int = 2000
    structure_population: int = 4000
    structure_replicates: int = 12


FULL = Sizes()
SMALL = Sizes(400, 500, 12, 400, 600, 3)


@dataclass
class Robustness:
    """What was found.

    Attributes:
        conclusions: one row per conclusion: share of all draws and of calibrated sets under which it holds, mean and range of the effect, how much of the
            variance straight lines in the parameters explain, what it depends on most, what alone flips it, and under which theory it does not hold. The
            frailest first.
        alone: one row per conclusion and parameter whose end of the plausible range alone moves the effect by a third or flips it.
        structures: one row per conclusion and structure: effect with interval under the structure, and whether it still holds.
    """

    conclusions: pd.DataFrame
    alone: pd.DataFrame
    structures: pd.DataFrame

    def document(self) -> dict[str, Any]:
        """Return the tables as data."""
        import json

        return {name: json.loads(table.to_json(orient="records", double_precision=6)) for name, table in vars(self).items()}


def examine(
    posterior: Posterior, folder: Path, sweep: Sweep, sizes: Sizes = FULL, seed: int = 1, command: str = "", place: str = "england"
) -> Robustness:
    """Return what the main conclusions depend on.

    Args:
        posterior: the calibrated sets.
        folder: where runs are kept; examined again, it continues where it stopped.
        sweep: runs a store to its end.
    """
    names = uncertain_names()
    scenario = load_scenario("baseline", load_place(place), sizes.population)
    ids = tuple(c.id for c in CONCLUSIONS)

    def done(name: str, weigher: Weigher, table: pd.DataFrame) -> pd.DataFrame:
        """Run the rows of a table, or read them from the store; return the completed rows."""
        factors = tuple(Factor(n, "parameter", n, -10.0, 2.0**53, role="uncertainty") for n in table)
        study = Study(
            name,
            weigher.scenario,
            factors,
            Design("csv", len(table), table=table),
            1,
            weigher.months,
            seed,
            ids,
            measured=weigher,
        )
        store = Store.create(folder / name, study, command)
        sweep(store)
        return store.table("runs").to_pandas().query("status == 'done'")

    everything = pd.DataFrame({SET: np.arange(sizes.draws) + 500_000, CHANGED: -1, AT: 0.5})
    at_once = done("all-at-once", Weigher(scenario, names, seed), everything)
    sets = pd.DataFrame({SET: np.arange(min(sizes.sets, posterior.size)), CHANGED: -1, AT: 0.5})
    calibrated = done("calibrated", Weigher(scenario, names, seed, posterior=posterior), sets)
    ends = [(CENTRAL, i, at) for i in range(len(names)) for at in (0.0, 1.0)]
    alone = done(
        "one-at-a-time",
        Weigher(scenario.with_(population=sizes.alone_population), names, seed),
        pd.DataFrame(ends, columns=[SET, CHANGED, AT]),
    )
    moved = _alone(alone, names, ids)
    theories = structures(sizes, seed, place)
    return Robustness(frailest_first(_conclusions(at_once, calibrated, names, moved), theories), moved, theories)


def _conclusions(at_once: pd.DataFrame, calibrated: pd.DataFrame, names: tuple[str, ...], alone: pd.DataFrame) -> pd.DataFrame:
    x = 2.0 * positions_of(names, at_once[SET].to_numpy(np.int64)) - 1.0
    design = np.column_stack([np.ones(len(x)), x])
    inverse = np.linalg.pinv(design.T @ design)
    rows = []
    for conclusion in CONCLUSIONS:
        effect, of_calibrated = at_once[conclusion.id].to_numpy(), calibrated[conclusion.id].to_numpy()
        beta = inverse @ design.T @ effect
        rest = effect - design @ beta
        variance = float(rest @ rest) / max(len(x) - design.shape[1], 1)
        t = beta[1:] / np.sqrt(variance * np.diag(inverse)[1:])
        order = [i for i in np.argsort(-np.abs(t)) if abs(t[i]) >= LEAST_T][:MOST_NAMED]
        low, high = np.quantile(of_calibrated, (0.025, 0.975))
        flips = alone[(alone["conclusion"] == conclusion.id) & alone["flips"]]["parameter"].unique()
        rows.append({
            "conclusion": conclusion.id, "words": conclusion.words, "measure": conclusion.measure, "effect": float(of_calibrated.mean()), "low": float(low), "high": float(high),
            "holds_calibrated": float(conclusion.holds(of_calibrated).mean()), "holds_all": float(conclusion.holds(effect).mean()), "explained": 1.0 - variance / float(effect.var(ddof=1)),
            "hangs_on": "; ".join(f"{names[i]} {'+' if beta[1 + i] > 0 else '-'}" for i in order), "flips_alone": ", ".join(flips),
        })  # fmt: skip
    return pd.DataFrame(rows)


def frailest_first(conclusions: pd.DataFrame, theories: pd.DataFrame) -> pd.DataFrame:
    """Return conclusions with those first that a number alone or another theory overturns, then by the share of sets under which they hold."""
    against = theories[theories["holds"] != "yes"].groupby("conclusion")["structure"].agg(", ".join)
    table = conclusions.assign(not_under=conclusions["conclusion"].map(against).fillna(""))
    frail = table["holds_calibrated"] - (table["flips_alone"] != "") - (table["not_under"] != "")
    return table.iloc[np.argsort(frail.to_numpy(), kind="stable")].reset_index(drop=True)


def _alone(runs: pd.DataFrame, names: tuple[str, ...], ids: tuple[str, ...]) -> pd.DataFrame:
    """Return the effects of one parameter alone at an end of its range, where it changes an effect by a third or overturns it."""
    changed = runs[runs[CHANGED] >= 0]
    # Most parameters hardly affect a conclusion, so the median of all runs is the usual effect, and their spread is due to chance.
    usual_effects = changed[list(ids)].median()
    moves = changed[list(ids)] - usual_effects
    chance = 1.4826 * moves.abs().median()
    rows = []
    for conclusion in CONCLUSIONS:
        usual = float(usual_effects[conclusion.id])
        for row, move in zip(changed.to_dict("records"), moves[conclusion.id], strict=True):
            if abs(move) <= max(max(abs(usual), conclusion.limit) / 3.0, LEAST_T * chance[conclusion.id]):
                continue
            name = names[int(row[CHANGED])]
            p = declared_parameters()[name]
            flips = bool(conclusion.holds(np.array(usual)) and not conclusion.holds(np.array(row[conclusion.id])))
            rows.append(
                {
                    "conclusion": conclusion.id,
                    "parameter": name,
                    "value": p.plausible_value(float(row[AT])),
                    "default": p.default,
                    "status": p.status,
                    "usual": usual,
                    "effect": float(row[conclusion.id]),
                    "flips": flips,
                }
            )
    table = pd.DataFrame(rows, columns=["conclusion", "parameter", "value", "default", "status", "usual", "effect", "flips"])
    size = (table["effect"] - table["usual"]).abs()
    return (
        table.assign(size=size)
        .sort_values(["flips", "size"], ascending=False, kind="stable")
        .drop(columns="size")
        .reset_index(drop=True)
    )


def structures(sizes: Sizes, seed: int, place: str) -> pd.DataFrame:
    """Return how each conclusion fares under other theories; those that no longer hold come first."""
    weigher = Weigher(load_scenario("baseline", load_place(place), sizes.structure_population), (), seed)
    rows = []
    usual: dict[str, float] = {}
    for structure in STRUCTURES.values():
        effects = pd.DataFrame([weigher.contrasts(structure.parameters, n) for n in range(sizes.structure_replicates)])
        for conclusion in CONCLUSIONS:
            mean, low, high = (float(v) for v in interval(effects[conclusion.id].to_numpy()))
            usual.setdefault(conclusion.id, mean)
            sure = bool(conclusion.holds(np.array(low)) and conclusion.holds(np.array(high)))
            against = not sure and not bool(conclusion.holds(np.array(low)) or conclusion.holds(np.array(high)))
            rows.append({"structure": structure.name, "conclusion": conclusion.id, "words": conclusion.words, "effect": mean, "low": low, "high": high, "usual": usual[conclusion.id],
                         "holds": "yes" if sure else "no" if against else "not told"})  # fmt: skip
    table = pd.DataFrame(rows)
    order = table["holds"].map({"no": 0, "not told": 1, "yes": 2})
    return table.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)
