"""Designs: which points of the factors are run; numbers from scipy and SALib, the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest

from .factors import ROUNDING, Factor

MOST_POINTS = 20_000_000
STEPS = 5  # values of a range in full and one-at-a-time designs
MORRIS_LEVELS = 4


def problem(factors: Sequence[Factor]) -> dict:
    """Return what SALib calls the problem: positions 0..1 of each factor."""
    return {"num_vars": len(factors), "names": [f.name for f in factors], "bounds": [[0.0, 1.0]] * len(factors)}


def _sampling() -> Any:
    from scipy.stats import qmc  # takes longer to import than many studies take to open

    return qmc


def _spread(one: Factor) -> np.ndarray:
    return one.at(np.linspace(0, 1, STEPS)) if one.values is None else one.at((np.arange(len(one.values)) + 0.5) / len(one.values))


def size(kind: str, factors: Sequence[Factor], points: int) -> int:
    """Return the number of points that a design has, before it is made."""
    if kind == "full":
        return math.prod(one.levels or STEPS for one in factors)
    if kind == "one-at-a-time":
        return 1 + sum((one.levels or STEPS) - 1 for one in factors)
    if kind == "morris":
        return points * (len(factors) + 1)
    if kind == "saltelli":
        return _power(points) * (len(factors) + 2)
    return _power(points) if kind == "sobol" else points


def _power(points: int) -> int:
    """Return the power of two at or above; Sobol sequences are balanced only there."""
    return 1 << max(points - 1, 1).bit_length()


def positions(kind: str, factors: Sequence[Factor], points: int, seed: int) -> np.ndarray:
    """Return points as positions 0..1 of each factor, float64 (points, factors)."""
    number = len(factors)
    if kind == "latin-hypercube":
        return _sampling().LatinHypercube(number, rng=np.random.default_rng(seed)).random(points)
    if kind == "sobol":
        return _sampling().Sobol(number, rng=np.random.default_rng(seed)).random(_power(points))
    if kind == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem(factors), points, num_levels=MORRIS_LEVELS, seed=_salib(seed)))
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem(factors), _power(points), calc_second_order=False, seed=_salib(seed)))


def _salib(seed: int) -> int:
    """Return a seed that SALib accepts: it reads 0 as none."""
    return seed * 2 + 1


def make(kind: str, factors: Sequence[Factor], points: int, seed: int, file: Path | None = None) -> pd.DataFrame:
    """Return a design: one row per point, one column per factor.

    Raises:
        InputError: more points than can be held, or a CSV that does not fit the factors.
    """
    number = 0 if kind == "csv" else size(kind, factors, points)
    if number > MOST_POINTS:
        raise InputError(
            f"design: {number:,} points; allowed: {MOST_POINTS:,}. Take latin-hypercube with fewer points, or fewer values"
        )
    if kind == "csv":
        assert file is not None
        return _from_csv(file, factors)
    if kind == "full":
        grids = [_spread(one) for one in factors]
        repeats = [math.prod(len(g) for g in grids[n + 1 :]) for n in range(len(grids))]
        tiles = [number // (len(g) * r) for g, r in zip(grids, repeats, strict=True)]
        return pd.DataFrame(
            {f.name: np.tile(np.repeat(g, r), t) for f, g, r, t in zip(factors, grids, repeats, tiles, strict=True)}
        )
    if kind == "one-at-a-time":
        return _one_at_a_time(factors)
    unit = positions(kind, factors, points, seed)
    return pd.DataFrame({f.name: f.at(unit[:, n]) for n, f in enumerate(factors)})


def _one_at_a_time(factors: Sequence[Factor]) -> pd.DataFrame:
    """Return the middle of every factor, and each factor's other values with the rest in the middle."""
    grids = {f.name: _spread(f) for f in factors}
    middle = {name: grid[len(grid) // 2] for name, grid in grids.items()}
    rows = [middle]
    for name, grid in grids.items():
        rows += [{**middle, name: value} for n, value in enumerate(grid) if n != len(grid) // 2]
    return pd.DataFrame(rows)


def _from_csv(file: Path, factors: Sequence[Factor]) -> pd.DataFrame:
    from scenarios.own_data.tables.table_file import read

    table = read(file)
    frame = table.frame
    names = [f.name for f in factors]
    for name in names:
        if name not in frame:
            raise InputError(f"{file}: column '{name}' is missing; {nearest(name, frame.columns)}")
    for column in frame.columns:
        if column not in names:
            raise InputError(f"{file}: column '{column}' is not a factor of the study; {nearest(column, names)}")
    out = {}
    for one in factors:
        cells = frame[one.name]
        if not one.numeric:
            allowed = {str(v): v for v in one.values or ()}
            strange = ~cells.isin(allowed)
            if strange.any():
                row = int(strange.to_numpy().argmax())
                raise InputError(f"{table.line(row)}: {one.name}: {cells.iloc[row]!r}; {nearest(cells.iloc[row], allowed)}")
            out[one.name] = cells.map(allowed).to_numpy()
            continue
        values = pd.to_numeric(cells, errors="coerce")
        low, high = (min(one.values), max(one.values)) if one.values else (one.low, one.high)
        assert low is not None and high is not None
        bad = ~values.between(low - ROUNDING * abs(low), high + ROUNDING * abs(high))
        if bad.any():
            row = int(bad.to_numpy().argmax())
            raise InputError(f"{table.line(row)}: {one.name}: {cells.iloc[row]!r}; allowed: {low:g} to {high:g}")
        out[one.name] = values.to_numpy(float).clip(low, high)
    return pd.DataFrame(out)
