"""What matters: Morris screening, Sobol indices and PAWN with bootstrap intervals, from SALib, over the runs of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest

from .results import Missing, Results
from .runs import designs
from .runs.designs import MORRIS_LEVELS, problem
from .study import Design, Study, unit_positions

METHODS = {"morris": "morris", "sobol": "saltelli", "pawn": "latin-hypercube"}
POINTS = {"morris": 12, "sobol": 64, "pawn": 256}
RESAMPLES = 400
PAWN_SLICES = 8
DUMMIES = 100
INDEX_WORDS = {
    "mu_star": "mean size of the change in the measure when only the factor is moved (Morris); it differs from zero if it is larger than chance alone would give",
    "total": "share of the variance that involves the factor (Sobol, total order)",
    "first": "share of the variance due to the factor alone (Sobol, first order)",
    "pawn": "how far the factor shifts the distribution of the measure, 0 to 1 (PAWN, median)",
}


@dataclass(frozen=True)
class Sensitivity:
    """What matters in a study.

    Attributes:
        study: as it was run.
        method: `morris`, `sobol` or `pawn`.
        table: `measure, factor, role, index, value, low, high, differs_from_zero`: the last is False where an index is not distinguishable from zero.
        left_out: runs that failed; points with none left are missing.
        missing: where a measure has no value, by measure; one that is missing at a point has no index.
    """

    study: Study
    method: str
    table: pd.DataFrame
    left_out: int = 0
    missing: Mapping[str, Missing] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{self.words(m)}</p>" for m in self.study.columns) + self.table.to_html(index=False)

    def words(self, measure: str) -> str:
        """Return in words which factors matter for a measure, whose effect is not distinguishable from zero, and where it has no value.

        Raises:
            InputError: the study does not take it.
        """
        if measure not in self.study.columns:
            raise InputError(f"sensitivity: the study does not measure '{measure}'; {nearest(measure, self.study.columns)}")
        lacking = self.missing[measure].words() if measure in self.missing else ""
        if lacking and self.missing[measure].points:
            return f"{lacking}: no index can be given."
        return self._factors_in_words(measure) + (f" {lacking}." if lacking else "")

    def _factors_in_words(self, measure: str) -> str:
        main = {"morris": "mu_star", "sobol": "total", "pawn": "pawn"}[self.method]
        rows = self.table[(self.table["measure"] == measure) & (self.table["index"] == main)].sort_values("value", ascending=False)
        felt, silent = rows[rows["differs_from_zero"]], rows[~rows["differs_from_zero"]]
        if rows["value"].isna().all():
            return f"{measure} is the same in every run, so no factor changes it."
        if not len(felt):
            return f"No factor's effect on {measure} is distinguishable from zero; use more points or replicates."
        listed = ", then ".join(felt["factor"].head(3))
        text = f"{measure} depends most on {listed}."
        if len(silent):
            names = ", ".join(silent["factor"])
            text += f" {'The effect' if len(silent) == 1 else 'The effects'} of {names} {'is' if len(silent) == 1 else 'are'} not distinguishable from zero."
        return text


def designed(study: Study, method: str | None = None, points: int | None = None) -> tuple[Study, str]:
    """Return a study with the design that a method needs, and the method; None takes sobol for a saltelli design, and screens with morris otherwise.

    Raises:
        InputError: an unknown method, or a design of the study's own that no method works on.
    """
    chosen = method or ("sobol" if study.design.kind == "saltelli" else "morris")
    if chosen not in METHODS:
        raise InputError(f"method: '{chosen}'; allowed: {', '.join(METHODS)}")
    kind = METHODS[chosen]
    same = study.design.kind == kind or (chosen == "pawn" and study.design.kind == "sobol")
    number = points or (study.design.points if same else POINTS[chosen])
    return study.with_(design=Design(study.design.kind if same else kind, number)), chosen


def indices_of(study: Study, method: str, values: np.ndarray, measure: str, repeated: np.ndarray | None = None) -> list[tuple]:
    """Return rows of `Sensitivity.table` for one measure.

    Args:
        values: float64 (points,), the measure at each point of the study's design.
        repeated: float64 (points, replicates), the same replicate by replicate: the size of a Morris effect by chance alone.
    """
    names = [f.name for f in study.factors]
    roles = {f.name: f.role for f in study.factors}
    seed = study.seed * 2 + 1  # SALib reads 0 as none
    if np.ptp(values) == 0:
        return [
            (measure, n, roles[n], {"morris": "mu_star", "sobol": "total", "pawn": "pawn"}[method], 0.0, 0.0, 0.0, False)
            for n in names
        ]
    found: list[tuple] = []
    if method == "morris":
        from SALib.analyze import morris

        unit = designs.positions("morris", study.factors, study.design.points, study.seed)
        out = morris.analyze(problem(study.factors), unit, values, num_resamples=RESAMPLES, num_levels=MORRIS_LEVELS, seed=seed)
        chance = _chance_effects(unit, repeated) if repeated is not None else np.zeros(len(names))
        for n, name in enumerate(names):
            value, half = float(out["mu_star"][n]), float(out["mu_star_conf"][n])
            found.append((measure, name, roles[name], "mu_star", value, value - half, value + half, value - half > chance[n]))
        return found
    if method == "sobol":
        from SALib.analyze import sobol

        scaled = (values - values.mean()) / values.std()
        out = sobol.analyze(problem(study.factors), scaled, calc_second_order=False, num_resamples=RESAMPLES, seed=seed)
        for key, index in (("ST", "total"), ("S1", "first")):
            for n, name in enumerate(names):
                value, half = float(out[key][n]), float(out[f"{key}_conf"][n])
                found.append((measure, name, roles[name], index, value, value - half, value + half, value - half > 0))
        values = values[_base_rows(len(values), len(names))]
        return found + _pawn(study, values, unit_positions(study)[_base_rows(len(study.table), len(names))], measure, roles)
    return _pawn(study, values, unit_positions(study), measure, roles)


def _chance_effects(unit: np.ndarray, repeated: np.ndarray) -> np.ndarray:
    """Return the mean absolute effect that chance alone gives each factor, float64 (factors,).

    An effect's spread over replicates says how unsure it is; the mean of an absolute normal deviate is sqrt(2 / pi) of its spread.
    """
    factors, replicates = unit.shape[1], repeated.shape[1]
    if replicates < 2:
        return np.zeros(factors)
    step = np.diff(unit, axis=0)
    kept = np.arange(len(step)) % (factors + 1) != factors  # not from one trajectory to the next
    moved, size = np.abs(step).argmax(axis=1)[kept], step[np.arange(len(step)), np.abs(step).argmax(axis=1)][kept]
    effects = np.diff(repeated, axis=0)[kept] / size[:, None]
    variance = effects.var(axis=1, ddof=1) / replicates
    return np.array([np.sqrt(2 / np.pi) * np.sqrt(variance[moved == n].mean()) for n in range(factors)])


def _base_rows(points: int, factors: int) -> np.ndarray:
    """Return the rows of a Saltelli design that are independent samples: the two base matrices."""
    each = np.arange(points).reshape(-1, factors + 2)
    return np.concatenate([each[:, 0], each[:, -1]])


def _pawn(study: Study, values: np.ndarray, unit: np.ndarray, measure: str, roles: Mapping[str, str]) -> list[tuple]:
    """Return PAWN indices with bootstrap intervals; they differ from zero where they lie above what chance alone gives."""
    rng = np.random.default_rng(study.seed)
    value = _pawn_indices(unit, values)
    draws = np.array([_pawn_indices(unit[rows], values[rows]) for rows in rng.integers(0, len(values), (DUMMIES, len(values)))])
    chance = np.array([_pawn_indices(unit, rng.permutation(values)) for _ in range(DUMMIES)])
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    bound = np.quantile(chance.max(axis=1), 0.95)  # of all factors at once
    return [(measure, f.name, roles[f.name], "pawn", float(value[n]), float(min(low[n], value[n])), float(max(high[n], value[n])), bool(value[n] > bound))
            for n, f in enumerate(study.factors)]  # fmt: skip


def _pawn_indices(unit: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the median Kolmogorov-Smirnov distance between the measure's distribution in slices of each factor and over all (Pianosi and Wagener 2018)."""
    order = np.sort(values)
    whole = np.searchsorted(order, order, side="right") / len(order)
    out = np.empty(unit.shape[1])
    for n in range(unit.shape[1]):
        edges = np.quantile(unit[:, n], np.linspace(0, 1, PAWN_SLICES + 1))
        slices = np.clip(
            np.searchsorted(np.unique(edges), unit[:, n], side="right") - 1,
            0,
            len(np.unique(edges)) - 2 if len(np.unique(edges)) > 1 else 0,
        )
        distances = []
        for s in np.unique(slices):
            inside = np.sort(values[slices == s])
            if len(inside) > 1:
                distances.append(np.abs(np.searchsorted(inside, order, side="right") / len(inside) - whole).max())
        out[n] = np.median(distances) if distances else 0.0
    return out


def analyse(folder: Path | str, method: str) -> Sensitivity:
    """Return what matters, from the runs in a store whose design fits the method.

    Raises:
        InputError: runs are missing, or a point has no run left.
    """
    results = Results(folder)
    if not results.complete:
        raise InputError(f"{folder}: runs are missing; run the sweep to its end first")
    study, points = results.study, results.points
    failed = results.store.failed()
    if len(points) < len(study.table):
        raise InputError(
            f"{folder}: {len(study.table) - len(points)} points have no completed run; indices need all of them. Find out what failed, and fix it"
        )
    rows, runs = [], results.runs.sort_values("run_id")
    missing = results.missing
    for name, lacking in missing.items():
        if not lacking.points:
            values = points[name].to_numpy(float)
            whole = not failed and not lacking.runs
            repeated = runs[name].to_numpy(float).reshape(len(values), -1) if whole else None
            rows += indices_of(study, method, values, name, repeated)
    table = pd.DataFrame(rows, columns=["measure", "factor", "role", "index", "value", "low", "high", "differs_from_zero"])
    return Sensitivity(study, method, table, failed, missing)
