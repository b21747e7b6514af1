"""What a calibration found: the sets, what they show about each fact and parameter, and how good they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.evidence.facts import Fact
from scenarios.evidence.posterior import SETS, Posterior, ranges_hash

from ...output import write_table, write_text
from .sample import IDENTIFIED, PRIOR_SPREAD, directions
from .screening import Screen

RESULT = "calibration.json"


@dataclass
class Calibration:
    """What a calibration found.

    Attributes:
        targets: the facts.
        screen: what each parameter does to them.
        posterior: the sets.
        ranges: low and high of each fitted parameter, float64 (fitted, 2).
        waves: for each wave `wave, runs, left, worst`: what share of the prior is not ruled out, and the fact that rules out most.
        facts: one row per fact: band, prior and posterior-predictive mean and 90 % range, what it constrains.
        parameters: one row per fitted parameter: range, posterior mean and 90 % range, by how much its spread shrank, identified or not.
        combinations: one row per direction in the fitted parameters: shrinkage, what it is made of, coverage.
        effective: number of independent sets that the weighted sample is worth.
        coverage: share of invented truths inside their 90 % intervals, over identified combinations; nan where not tested.
        made: seed, sizes, versions, commit, command.
    """

    targets: tuple[Fact, ...]
    screen: Screen
    posterior: Posterior
    ranges: np.ndarray
    waves: pd.DataFrame
    facts: pd.DataFrame
    parameters: pd.DataFrame
    combinations: pd.DataFrame
    effective: float
    coverage: float
    made: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return everything but the sets as data."""

        def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
            return json.loads(table.to_json(orient="records", double_precision=6))

        effects = self.screen.coefficients
        top = [
            {
                "fact": fact,
                "explained": round(float(self.screen.explained[k]), 3),
                "moved_by": {self.screen.names[i]: round(float(effects[k, i]), 3) for i in np.argsort(-np.abs(effects[k]))[:8]},
            }
            for k, fact in enumerate(self.screen.facts)
        ]
        return {
            "fitted": list(self.posterior.fitted),
            "sets": self.posterior.size,
            "effective": round(self.effective, 1),
            "coverage": None if np.isnan(self.coverage) else round(self.coverage, 4),
            "waves": rows(self.waves),
            "facts": rows(self.facts),
            "parameters": rows(self.parameters),
            "combinations": rows(self.combinations),
            "screening": top,
            "ranges_hash": ranges_hash(self.posterior.fitted),
            "made": self.made,
        }

    def write(self, folder: Path) -> list[Path]:
        """Write sets and diagnostics; return the files."""
        write_table(self.posterior.table(), folder / SETS)
        write_text(folder / RESULT, json.dumps(self.document(), indent=1, allow_nan=False))
        return [folder / SETS, folder / RESULT]


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    low, high = np.quantile(values, (0.05, 0.95))
    return float(values.mean()), float(low), float(high)


def facts_table(targets: Sequence[Fact], outputs: np.ndarray, prior: np.ndarray, screen: Screen) -> pd.DataFrame:
    """Return one row per fact: target, band, mean and 90 % range before and after, and the fitted parameters that move it.

    Args:
        outputs, prior: float64 (runs, facts), of the kept sets and of the prior.
    """
    rows = []
    for k, fact in enumerate(targets):
        mean, low, high = _spread(outputs[:, k])
        before, before_low, before_high = _spread(prior[:, k])
        effects = {n: abs(screen.coefficients[k, screen.names.index(n)]) for n in screen.chosen if n in screen.names}
        moved_by = [n for n in sorted(effects, key=lambda n: -effects[n]) if effects[n] > 0.5][:4]
        rows.append((fact.id, fact.measure, fact.target, fact.low, fact.high, before, before_low, before_high, mean, low, high, fact.holds(mean), ", ".join(moved_by)))  # fmt: skip
    return pd.DataFrame(rows, columns=["fact", "measure", "target", "low", "high", "prior_mean", "prior_low", "prior_high", "mean", "mean_low", "mean_high", "inside", "constrains"])  # fmt: skip


def parameters_table(fitted: Sequence[str], ranges: np.ndarray, positions: np.ndarray, screen: Screen) -> pd.DataFrame:
    """Return one row per fitted parameter: range, mean and 90 % range of the sets, what is left of the prior's spread, and whether facts identify it."""
    rows = []
    for i, name in enumerate(fitted):
        low, high = ranges[i]
        mean, down, up = _spread(low + positions[:, i] * (high - low))
        left = float(positions[:, i].std() / PRIOR_SPREAD)
        by = ""
        if name in screen.names:
            effects = np.abs(screen.coefficients[:, screen.names.index(name)])
            by = ", ".join(screen.facts[k] for k in np.argsort(-effects)[:3] if effects[k] > 0.5)
        rows.append((name, low, high, mean, down, up, left, left < IDENTIFIED, by))
    return pd.DataFrame(rows, columns=["parameter", "low", "high", "mean", "mean_low", "mean_high", "left", "identified", "by"])


def combinations_table(fitted: Sequence[str], positions: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Return directions in the fitted parameters, the best known first, with what they are made of; and the identified ones, float64 (n, fitted)."""
    axes, left = directions(positions)
    rows = []
    for axis, rest in zip(axes, left, strict=True):
        order = np.argsort(-np.abs(axis))[:3]
        sign = np.sign(axis[order[0]])
        rows.append((" ".join(f"{sign * axis[i]:+z.2f} {fitted[i]}" for i in order), float(rest), bool(rest < IDENTIFIED)))
    return pd.DataFrame(rows, columns=["made_of", "left", "identified"]), axes[left < IDENTIFIED]
