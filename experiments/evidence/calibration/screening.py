"""Screening: what each parameter does to each fact, and the few that the facts can identify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.evidence.facts import Fact
from simulation.declared.institutions import SERVICE_NAMES
from simulation.month import declared_parameters

MOST_FITTED = 10
LEAST_T = 4.0  # how many standard errors a coefficient must reach, as hundreds are examined
LEAST_GAIN = 0.25  # errors of a fact over half of the plausible range: below it a parameter is not worth fitting


@dataclass(frozen=True)
class Screen:
    """What parameters do to facts.

    Attributes:
        names: parameters.
        facts: ids of facts.
        coefficients: float64 (facts, parameters): by how many errors of the fact half of the plausible range moves it.
        t: float64 (facts, parameters): the same over its standard error.
        explained: float64 (facts,), share of the variance that is linear in the parameters.
        spread: float64 (facts,), standard deviation of each fact over the runs, in its errors.
        chosen: parameters to be fitted, the one that moves most first.
    """

    names: tuple[str, ...]
    facts: tuple[str, ...]
    coefficients: np.ndarray
    t: np.ndarray
    explained: np.ndarray
    spread: np.ndarray
    chosen: tuple[str, ...]


def uncertain_names() -> tuple[str, ...]:
    """Return every uncertain parameter."""
    return tuple(name for name, p in declared_parameters().items() if p.uncertain)


def fittable(name: str) -> bool:
    """Return True for parameters of people, ties, and how open forms are; what institutions do differs from place to place, and costs do not affect behaviour."""
    prefix, *rest = name.split(".")
    return prefix not in {"costs", *SERVICE_NAMES} and (prefix != "forms" or rest[-1] in ("ease", "seats"))


def scale(facts: Sequence[Fact]) -> np.ndarray:
    """Return each fact's error, the mean of its two sides, float64 (facts,)."""
    return np.array([sum(f.errors) / 2 for f in facts])


def screen(
    positions: np.ndarray, outputs: np.ndarray, facts: Sequence[Fact], names: Sequence[str], most: int = MOST_FITTED
) -> Screen:
    """Return what parameters do to facts, by linear regression over runs in which all of them differ at random.

    Parameters are chosen one after another: each time the one that moves the facts most in what those chosen before cannot move
    (a QR decomposition with pivots).

    Args:
        positions: float64 (runs, parameters), 0..1 of the plausible range; a few runs more than parameters at least.
        outputs: float64 (runs, facts).
        most: parameters to be chosen at most.
    """
    x = np.column_stack([np.ones(len(positions)), 2.0 * positions - 1.0])
    y = outputs / scale(facts)
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    rest = y - x @ beta
    variance = (rest**2).sum(axis=0) / max(len(x) - x.shape[1], 1)
    error = np.sqrt(np.outer(variance, np.diag(inverse)[1:]))
    coefficients = beta[1:].T
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(error > 0, coefficients / error, 0.0)
        explained = 1.0 - variance / y.var(axis=0, ddof=1)
    chosen = _choose(np.where(np.abs(t) >= LEAST_T, coefficients, 0.0), [fittable(n) for n in names], most)
    return Screen(
        tuple(names), tuple(f.id for f in facts), coefficients, t, explained, y.std(axis=0), tuple(names[n] for n in chosen)
    )


def _choose(effects: np.ndarray, allowed: Sequence[bool], most: int) -> list[int]:
    left = effects * np.array(allowed)
    chosen: list[int] = []
    for _ in range(min(most, len(effects))):
        size = np.linalg.norm(left, axis=0)
        best = int(size.argmax())
        if size[best] < LEAST_GAIN:
            break
        chosen.append(best)
        direction = left[:, best] / size[best]
        left = left - np.outer(direction, direction @ left)
        left[:, chosen] = 0.0
    return chosen
