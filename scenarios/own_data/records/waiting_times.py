"""Times until cases are closed: the distribution that the model has, and what is seen where some are still open.

It is imported where it is needed: scipy.stats takes longer to import than most tables take to read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from scipy.special import logsumexp, ndtri

from simulation.month.casework import CLASSES

WIDEST = 6.0  # end of the range that a spread is sought in
_DEVIATES = ndtri((np.arange(CLASSES) + 0.5) / CLASSES)


class Hardness(stats.rv_continuous):
    """Time to resolve as in the model: exponential, at rates that differ between cases as a lognormal does, in 64 classes.

    Shape `spread`; scale is the median case's half-life.
    """

    def _rates(self, spread: np.ndarray) -> np.ndarray:
        return np.log(2.0) * np.exp(np.atleast_1d(spread)[..., None] * _DEVIATES)

    def _logsf(self, x: np.ndarray, spread: np.ndarray) -> np.ndarray:
        return logsumexp(-self._rates(spread) * np.atleast_1d(x)[..., None], axis=-1) - np.log(CLASSES)

    def _sf(self, x: np.ndarray, spread: np.ndarray) -> np.ndarray:
        return np.exp(self._logsf(x, spread))

    def _cdf(self, x: np.ndarray, spread: np.ndarray) -> np.ndarray:
        return -np.expm1(self._logsf(x, spread))

    def _logpdf(self, x: np.ndarray, spread: np.ndarray) -> np.ndarray:
        rates = self._rates(spread)
        return logsumexp(np.log(rates) - rates * np.atleast_1d(x)[..., None], axis=-1) - np.log(CLASSES)

    def _pdf(self, x: np.ndarray, spread: np.ndarray) -> np.ndarray:
        return np.exp(self._logpdf(x, spread))

    def _argcheck(self, spread: np.ndarray) -> np.ndarray:
        return (np.asarray(spread) >= 0.0) & (np.asarray(spread) <= WIDEST)


hardness = Hardness(a=0.0, shapes="spread", name="hardness")


def censored(months: np.ndarray, ended: np.ndarray) -> stats.CensoredData:
    """Return times of which those that have not ended are only known to be longer."""
    return stats.CensoredData(uncensored=months[ended], right=months[~ended])


def survival(months: np.ndarray, ended: np.ndarray) -> Any:
    """Return the Kaplan-Meier estimate."""
    return stats.ecdf(censored(months, ended)).sf


def distance(months: np.ndarray, ended: np.ndarray, spread: float, scale: float) -> float:
    """Return the largest distance between the Kaplan-Meier estimate and the fitted distribution."""
    estimate = survival(months, ended)
    at = estimate.quantiles
    fitted = hardness.sf(at, spread, scale=scale)
    before = np.concatenate([[1.0], estimate.probabilities[:-1]])
    return float(max(np.abs(estimate.probabilities - fitted).max(), np.abs(before - fitted).max()))


def fit_times(months: np.ndarray, ended: np.ndarray) -> tuple[float, float]:
    """Return the spread and the scale that fit times best."""
    start = float(np.median(months[ended])) if ended.any() else 1.0
    # A start is given for all three, or scipy looks for its own by the moments: nine tenths of the time.
    spread, _, scale = hardness.fit(censored(months, ended), 1.0, loc=0, floc=0, scale=max(start, 0.02))
    return float(spread), float(scale)
