"""The sample of parameter sets and its quality: weights by the facts, what they identify, and coverage of invented truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.evidence.facts import Fact
from simulation.kernels.randomness import stream, uniforms_of

from .emulators import Emulators, Walk, make_up_for, walk

HEAVIER = 1.2  # of the covariance that proposals are drawn with: their tails must reach beyond the sample's
IDENTIFIED = 0.5  # spread that is left of the prior's, at most
PRIOR_SPREAD = 1.0 / np.sqrt(12.0)  # of a position that is level from 0 to 1
STEPS, WALKERS = 240, 24


@dataclass(frozen=True)
class Nearness:
    """Log density of points under emulators: how close they come to the facts, given the emulators' uncertainty.

    Attributes:
        emulators: of the facts.
        part: float64 (sets, facts), what each set of the other parameters adds.
        goals: float64 (groups, facts).
        inverse: float64 (facts, facts), of the covariance.
        stretch: float64 (2, facts), by how much a distance below and above a goal counts more or less: facts err otherwise on either side.
    """

    emulators: Emulators
    part: np.ndarray
    goals: np.ndarray
    inverse: np.ndarray
    stretch: np.ndarray

    def __call__(self, at: np.ndarray, rows: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Return log densities, float64 (points,), of points of some groups."""
        away = self.emulators.fitted_part(at) + self.part[rows] - self.goals[group]
        away *= np.where(away < 0.0, self.stretch[0], self.stretch[1])
        return -0.5 * np.einsum("nk,kl,nl->n", away, self.inverse, away)


def nearness_to(facts: Sequence[Fact], emulators: Emulators, others: np.ndarray) -> Nearness:
    """Return the density that proposals for some facts are drawn from; a little wider than what the emulators say."""
    sides = np.array([f.errors for f in facts]).T
    errors, noise = sides.mean(axis=0), np.diag(emulators.residual)
    inverse = np.linalg.inv(HEAVIER * (emulators.residual + np.diag(errors**2)))
    stretch = np.sqrt((noise + errors**2) / (noise + sides**2))
    return Nearness(emulators, emulators.other_part(others), np.array([[f.target for f in facts]]), inverse, stretch)


def log_likelihood(outputs: np.ndarray, facts: Sequence[Fact]) -> np.ndarray:
    """Return the log likelihood of runs: each fact is normal about its target, with the error of the side that a run lies on."""
    total = np.zeros(len(outputs))
    for k, fact in enumerate(facts):
        below, above = fact.errors
        away = outputs[:, k] - fact.target
        total -= 0.5 * (away / np.where(away < 0.0, below, above)) ** 2
    return total


def propose(nearness: Nearness, start: np.ndarray, others: np.ndarray, errors: np.ndarray, count: int, seed: int) -> Walk:
    """Return points that walkers reach under `nearness`, enough for `count` of them."""
    walkers = min(1000, 2 * (count // 2))
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(others), walkers)
    moves = make_up_for(nearness.emulators, others, errors, seed)
    first = np.clip(start[rng.integers(0, len(start), walkers)] + moves[rows], 0.01, 0.99)
    return walk(nearness, first, rows, moves, 1, STEPS, -(-count // walkers), seed)


def effective_size(log_weights: np.ndarray) -> float:
    """Return the effective sample size of weighted draws (Kish)."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def keep(log_weights: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Return which draws are kept: each with a probability in proportion to its weight, at most 1, so that about `number` are; in random order."""
    weights = np.exp(log_weights - log_weights.max())
    low, high = 1e-12, 1e12
    for _ in range(200):  # the divisor at which as many are expected as are wanted
        middle = np.sqrt(low * high)
        low, high = (middle, high) if np.minimum(weights / middle, 1.0).sum() > number else (low, middle)
    lot = uniforms_of(np.arange(len(weights), dtype=np.int64), stream(seed, "calibrate: keep"))
    chosen = np.flatnonzero(lot < np.minimum(weights / high, 1.0))
    order = uniforms_of(chosen.astype(np.int64), stream(seed, "calibrate: order"))
    return chosen[np.argsort(order, kind="stable")]


def directions(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return directions in which a sample of positions spreads, the narrowest first, (directions, fitted), and what is left of the prior's spread."""
    variance, axes = np.linalg.eigh(np.atleast_2d(np.cov(positions.T)))
    return axes.T, np.sqrt(np.maximum(variance, 0.0)) / PRIOR_SPREAD


@dataclass(frozen=True)
class Bank:
    """Runs with their parameters.

    Attributes:
        positions: float64 (runs, fitted).
        others: float64 (runs, others).
        outputs: float64 (runs, facts).
    """

    positions: np.ndarray
    others: np.ndarray
    outputs: np.ndarray

    def part(self, rows: np.ndarray) -> Bank:
        """Return some of the runs."""
        return Bank(self.positions[rows], self.others[rows], self.outputs[rows])

    def joined(self, other: Bank) -> Bank:
        """Return the runs of both."""
        return Bank(*(np.concatenate([a, b]) for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def cover(emulators: Emulators, truths: Bank, others: np.ndarray, errors: np.ndarray, axes: np.ndarray, seed: int) -> np.ndarray:
    """Return whether the 90 % interval of each direction holds an invented truth, bool (truths, directions).

    A truth is a run that the emulators have not seen; what is observed of it errs as the facts do.

    Args:
        others: float64 (sets, others), draws of the other parameters, of which the truth's are not known.
        axes: float64 (directions, fitted).
    """
    rng = np.random.default_rng((seed, 7))
    goals = truths.outputs + rng.normal(size=truths.outputs.shape) * errors
    part = emulators.other_part(others)
    nearness = Nearness(emulators, part, goals, np.linalg.inv(emulators.residual + np.diag(errors**2)), np.ones((2, len(errors))))
    candidates = rng.random((4000, emulators.at.shape[1]))
    known = emulators.fitted_part(candidates)
    moves = make_up_for(emulators, others, errors, seed)
    start, rows = [], rng.integers(0, len(others), len(goals) * WALKERS)
    for t, goal in enumerate(goals):
        away = known - goal
        near = -0.5 * np.einsum("nk,kl,nl->n", away, nearness.inverse, away) / 4.0  # wider, so that walkers start apart
        best = np.argsort(-(near + rng.gumbel(size=len(near))))[:WALKERS]
        start.append(np.clip(candidates[best] + moves[rows[t * WALKERS : (t + 1) * WALKERS]], 0.01, 0.99))
    found = walk(nearness, np.concatenate(start), rows, moves, len(goals), STEPS, 20, seed)
    sample = found.positions.reshape(20, len(goals), WALKERS, -1) @ axes.T
    low, high = np.quantile(sample, (0.05, 0.95), axis=(0, 2))
    truth = truths.positions @ axes.T
    return (low <= truth) & (truth <= high)
