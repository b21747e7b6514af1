"""Emulators: they predict the model at parameters that were not run, with uncertainty, and walkers find where the facts are met.

Each fact has a Gaussian process over the fitted parameters, and a line for every other: these are many, each does little, and a set's number
gives them all, so that their part of an answer is known before it is run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LEARNED = 500  # runs from which the length scales of a process are learned
KNOWN = 900  # runs that it interpolates
RIDGE = 0.02  # share of the runs: shrinks the many small slopes towards 0


@dataclass(frozen=True)
class Emulators:
    """Emulators of all facts.

    Attributes:
        at: float64 (runs, fitted), positions 0..1 of the runs that they go through.
        scales: float64 (facts, fitted), lengths over which a fact changes.
        amplitudes: float64 (facts,), of the processes, in units of the fact.
        weights: float64 (facts, runs), what each run adds to a mean.
        centres: float64 (facts,).
        slopes: float64 (facts, others), move from the middle to the end of a plausible range.
        residual: float64 (facts, facts), covariance of what is left: chance, what is not linear in the others, and what is not learned.
    """

    at: np.ndarray
    scales: np.ndarray
    amplitudes: np.ndarray
    weights: np.ndarray
    centres: np.ndarray
    slopes: np.ndarray
    residual: np.ndarray

    def fitted_part(self, positions: np.ndarray) -> np.ndarray:
        """Return the part of each fact that the fitted parameters explain, float64 (points, facts); `positions` is (points, fitted)."""
        out = np.empty((len(positions), len(self.weights)))
        for k in range(len(self.weights)):
            one, other = positions / self.scales[k], self.at / self.scales[k]
            square = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2.0 * one @ other.T
            out[:, k] = self.centres[k] + self.amplitudes[k] ** 2 * np.exp(-0.5 * np.maximum(square, 0.0)) @ self.weights[k]
        return out

    def other_part(self, others: np.ndarray) -> np.ndarray:
        """Return the part that all other parameters add, float64 (sets, facts); `others` is (sets, others), positions 0..1."""
        return (2.0 * others - 1.0) @ self.slopes.T


def fit(positions: np.ndarray, others: np.ndarray, outputs: np.ndarray, seed: int, learned_from: int = LEARNED) -> Emulators:
    """Return emulators from runs.

    Args:
        positions: float64 (runs, fitted), positions in the range of each fitted parameter.
        others: float64 (runs, others), positions 0..1 of all others.
        outputs: float64 (runs, facts).
        seed: for which runs the scales are learned from.
        learned_from: how many of them; fewer are faster.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    slopes = _slopes(positions, others, outputs)
    rest = outputs - (2.0 * others - 1.0) @ slopes.T
    order = np.random.default_rng(seed).permutation(len(positions))
    learned, knots = order[:learned_from], np.sort(order[:KNOWN])
    facts, fitted = outputs.shape[1], positions.shape[1]
    scales, amplitudes, noises, weights, centres = (
        np.empty((facts, fitted)),
        np.empty(facts),
        np.empty(facts),
        np.empty((facts, len(knots))),
        np.empty(facts),
    )
    for k in range(facts):
        centre, spread = rest[:, k].mean(), max(float(rest[:, k].std()), 1e-12)
        kernel = ConstantKernel(4.0, (0.05, 500.0)) * RBF(np.full(fitted, 2.0), (0.2, 60.0)) + WhiteKernel(0.1, (1e-5, 2.0))
        process = GaussianProcessRegressor(kernel, normalize_y=False, random_state=seed % 2**31)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a scale at its bound: the fact does not depend on that parameter
            process.fit(positions[learned], (rest[learned, k] - centre) / spread)
        found = process.kernel_
        scales[k], amplitudes[k] = found.k1.k2.length_scale, np.sqrt(found.k1.k1.constant_value) * spread
        noises[k], centres[k] = np.sqrt(found.k2.noise_level) * spread, centre
        covariance = amplitudes[k] ** 2 * _correlation(positions[knots], scales[k]) + noises[k] ** 2 * np.eye(len(knots))
        weights[k] = np.linalg.solve(covariance, rest[knots, k] - centre)
    emulators = Emulators(positions[knots], scales, amplitudes, weights, centres, slopes, np.zeros((facts, facts)))
    return Emulators(**{**vars(emulators), "residual": _residual(emulators, positions, rest, knots, noises)})


def _correlation(at: np.ndarray, scale: np.ndarray) -> np.ndarray:
    one = at / scale
    square = (one**2).sum(axis=1)[:, None] + (one**2).sum(axis=1)[None, :] - 2.0 * one @ one.T
    return np.exp(-0.5 * np.maximum(square, 0.0))


def _slopes(positions: np.ndarray, others: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the slopes of what is not fitted, beside a full quadratic in what is, float64 (facts, others)."""
    centred = 2.0 * positions - 1.0
    pairs = [centred[:, a] * centred[:, b] for a in range(centred.shape[1]) for b in range(a, centred.shape[1])]
    fixed = np.column_stack([np.ones(len(centred)), centred, *pairs])
    project = np.linalg.pinv(fixed)
    x = 2.0 * others - 1.0
    x_rest, y_rest = x - fixed @ (project @ x), outputs - fixed @ (project @ outputs)
    gram = x_rest.T @ x_rest + RIDGE * len(x) * np.eye(x.shape[1])
    return np.linalg.solve(gram, x_rest.T @ y_rest).T


def _residual(emulators: Emulators, positions: np.ndarray, rest: np.ndarray, knots: np.ndarray, noises: np.ndarray) -> np.ndarray:
    """Return the covariance of the emulators' errors: at runs that they do not interpolate if there are enough, else as learned.

    At the runs that a process goes through, what it leaves is divided by its leverage, which gives what leaving the run out would leave.
    """
    out = np.setdiff1d(np.arange(len(positions)), knots)
    if len(out) >= 100:
        return np.cov((rest[out] - emulators.fitted_part(positions[out])).T)
    left = np.empty((len(knots), len(noises)))
    for k in range(len(noises)):
        covariance = emulators.amplitudes[k] ** 2 * _correlation(emulators.at, emulators.scales[k]) + noises[k] ** 2 * np.eye(
            len(knots)
        )
        left[:, k] = emulators.weights[k] / np.diag(np.linalg.inv(covariance))
    return np.cov(left.T)


@dataclass(frozen=True)
class Walk:
    """Where walkers have been.

    Attributes:
        positions: float64 (kept, walkers, fitted).
        rows: int64 (kept, walkers), which of the sets of others each had.
        accepted: share of steps that were taken.
    """

    positions: np.ndarray
    rows: np.ndarray
    accepted: float


def make_up_for(emulators: Emulators, others: np.ndarray, errors: np.ndarray, seed: int) -> np.ndarray:
    """Return by how much the fitted parameters move to make up for each set of the others, to first order, float64 (sets, fitted)."""
    at = np.random.default_rng(seed).random((2000, emulators.at.shape[1]))
    centred = at - at.mean(axis=0)
    slopes = np.linalg.lstsq(centred, emulators.fitted_part(at), rcond=None)[0].T / errors[:, None]
    back = np.linalg.solve(slopes.T @ slopes + np.eye(slopes.shape[1]), slopes.T)
    return -(emulators.other_part(others) / errors) @ back.T


def walk(
    density: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    start: np.ndarray,
    rows: np.ndarray,
    moves: np.ndarray,
    groups: int,
    steps: int,
    kept: int,
    seed: int,
) -> Walk:
    """Walk over fitted parameters, inside 0..1, and over sets of the others, with a density that is left unchanged.

    Steps along the line between two other walkers of the group (differential evolution, ter Braak 2006), from both halves of a group in turn. Every
    second step takes another set of the others instead, and moves as that set asks for, which the way back undoes.

    Args:
        density: log density of points, from positions (points, fitted), rows of sets (points,) and groups (points,).
        start: float64 (walkers, fitted); walkers of a group lie together.
        rows: int64 (walkers,).
        moves: float64 (sets, fitted), from `make_up_for`.
        groups: groups that know nothing of one another.
        steps, kept: steps in all, and how many are kept, evenly, from the second half.
    """
    rng = np.random.default_rng(seed)
    at, row = start.copy(), rows.copy()
    number, fitted = at.shape
    size = number // groups
    half = size // 2
    group = np.repeat(np.arange(groups), size)
    here = density(at, row, group)
    taken, keep_at = 0, set(np.linspace(steps // 2, steps - 1, kept).astype(int).tolist())
    seen, seen_rows = [], []
    index = np.arange(number).reshape(groups, size)
    for n in range(steps):
        for side, other in ((index[:, :half], index[:, half:]), (index[:, half:], index[:, :half])):
            moving = side.ravel()
            a, b = rng.integers(0, other.shape[1], (2, groups, side.shape[1]))
            lines = (at[np.take_along_axis(other, a, 1)] - at[np.take_along_axis(other, b, 1)]).reshape(-1, fitted)
            size_of = np.where(rng.random(len(moving)) < 0.1, 1.0, 2.38 / np.sqrt(2 * fitted) * rng.uniform(0.3, 1.0, len(moving)))
            swaps = rng.random(len(moving)) < 0.5
            trial_row = np.where(swaps, rng.integers(0, len(moves), len(moving)), row[moving])
            step = np.where(swaps[:, None], moves[trial_row] - moves[row[moving]], size_of[:, None] * lines)
            trial = at[moving] + step + rng.normal(0.0, 1e-4, step.shape)
            inside = ((trial > 0.0) & (trial < 1.0)).all(axis=1)
            there = np.full(len(moving), -np.inf)
            if inside.any():
                there[inside] = density(trial[inside], trial_row[inside], group[moving[inside]])
            go = np.log(rng.random(len(moving))) < there - here[moving]
            at[moving[go]], row[moving[go]], here[moving[go]] = trial[go], trial_row[go], there[go]
            taken += int(go.sum())
        if n in keep_at:
            seen.append(at.copy())
            seen_rows.append(row.copy())
    return Walk(np.array(seen), np.array(seen_rows), taken / max(steps * number, 1))
