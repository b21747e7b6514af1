"""Models with known answers, for studies whose runs are functions and not simulations; importable where workers run."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.studies.runs.factors import Factor
from experiments.studies.study import Design, Study
from scenarios import load_scenario
from simulation.kernels.randomness import stream, uniform

PI = math.pi
WEIGHTS, VALUES, CAPACITY = (12, 7, 11, 8, 9, 6, 5, 14, 3, 10), (24, 13, 23, 15, 16, 11, 7, 28, 4, 19), 40


def noise(row: Mapping[str, Any], replicate: int, size: float) -> float:
    """Return noise that is the same for a replicate and a point, whoever runs it."""
    key = stream(replicate, "noise " + ",".join(f"{k}={v}" for k, v in sorted(row.items())))
    return size * (uniform(key, 1) - 0.5)


def ishigami(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Ishigami and Homma 1990: known variance shares."""
    x = [row[f"x{n}"] for n in (1, 2, 3)]
    return {"y": math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0])}


def noisy(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """One factor that matters, two that do not, and noise."""
    return {"y": row["x1"] + noise(row, replicate, 1.0)}


def sobol_g(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Sobol's g-function with a = 0, 1, 4.5, 9, 99, 99."""
    return {"y": float(np.prod([(abs(4 * row[f"x{n}"] - 2) + a) / (1 + a) for n, a in enumerate(G, 1)]))}


G = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)


def boxed(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Fails where a lies above 0.6 and b below 0.4 and kind is red; c matters nothing."""
    inside = row["a"] > 0.6 and row["b"] < 0.4 and row["kind"] == "red"
    return {"y": (-1.0 if inside else 1.0) + noise(row, replicate, 0.2)}


def knapsack(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Value and cost of what is packed, with noise that all packages share a part of."""
    packed = [int(row[f"item{n}"]) for n in range(len(WEIGHTS))]
    luck = uniform(stream(replicate, "luck"), 1) - 0.5
    return {
        "value": sum(v * p for v, p in zip(VALUES, packed, strict=True)) + luck + noise(row, replicate, 0.2),
        "cost": float(sum(w * p for w, p in zip(WEIGHTS, packed, strict=True))),
    }


def slow(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Take a few milliseconds; fail at some points."""
    time.sleep(0.002)
    if row["x"] > 0.98:
        raise ValueError("planted")
    return {"y": row["x"] ** 2 + noise(row, replicate, 0.1)}


def brisk(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Take hardly any time; fail at some points."""
    if row["x"] > 0.9:
        raise ValueError("planted")
    return {"y": row["x"] ** 2 + noise(row, replicate, 0.1)}


def quick(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Take no time."""
    return {"y": row["x"] + replicate}


def deadly(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Take the worker along at one point."""
    if row["x"] > 0.96:
        os._exit(9)
    return {"y": row["x"]}


def study(measured: Any, factors: tuple[Factor, ...], design: Design, measures: tuple[str, ...] = ("y",), **changes: Any) -> Study:
    """Return a study of a planted model."""
    return Study(
        measured.__name__,
        load_scenario("baseline", "haringey", 100),
        factors,
        design,
        measures=measures,
        measured=measured,
        **{"replicates": 1, **changes},
    )


def x_factors(number: int, low: float = 0.0, high: float = 1.0) -> tuple[Factor, ...]:
    """Return factors x1, x2, ... with one range."""
    return tuple(Factor(f"x{n}", "parameter", "planted", low, high) for n in range(1, number + 1))


def listed(points: int = 300, replicates: int = 2, measured: Any = slow) -> Study:
    """Return a study of one factor, of many short runs."""
    return study(
        measured, (Factor("x", "parameter", "planted", 0.0, 1.0),), Design("latin-hypercube", points), replicates=replicates
    )
