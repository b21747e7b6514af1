"""Intervals and sample sizes, for comparisons of scenarios on the same people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit  # the t quantile, without the second that scipy.stats takes to import

CONFIDENCE = 0.95
FEW = 15  # with fewer replicates than this, equal values may be luck
Basis = Literal["range", "first look", "central values"]


def interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and 95 % t-interval over the first axis; nan bounds for one replicate, nan where any value is nan."""
    mean = values.mean(axis=0)
    n = len(values)
    if n < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    half = stdtrit(n - 1, 0.5 + CONFIDENCE / 2) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def unpaired(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the difference of means b - a and its 95 % Welch interval over the first axis."""
    difference = b.mean(axis=0) - a.mean(axis=0)
    if min(len(a), len(b)) < 2:
        return difference, np.full_like(difference, np.nan), np.full_like(difference, np.nan)
    va, vb = a.var(axis=0, ddof=1) / len(a), b.var(axis=0, ddof=1) / len(b)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = stdtrit(np.where(np.isfinite(freedom), freedom, 1.0), 0.5 + CONFIDENCE / 2) * np.sqrt(va + vb)
    return difference, difference - half, difference + half


@dataclass(frozen=True)
class Spread:
    """The range of an effect.

    Attributes:
        mean: mean effect over the replicates.
        error: half the width of a range that reaches one t quantile; `half` gives it for a confidence.
        freedom: degrees of freedom of that quantile.
        share: part of the variance between replicates that comes from the parameters, 0..1; nan where second runs do not tell.
    """

    mean: np.ndarray
    error: np.ndarray
    freedom: int
    share: np.ndarray

    def half(self, wrong: float = 1.0 - CONFIDENCE) -> np.ndarray:
        """Return half the width of the range that misses in a share `wrong` of cases; nan for one replicate."""
        if self.freedom < 1:
            return np.full_like(self.mean, np.nan)
        return stdtrit(self.freedom, 1.0 - wrong / 2) * self.error

    def range(self, wrong: float = 1.0 - CONFIDENCE) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of that range."""
        half = self.half(wrong)
        return self.mean - half, self.mean + half

    def beyond_zero(self, wrong: float = 1.0 - CONFIDENCE) -> np.ndarray:
        """Return +1 where the range lies above zero, -1 where it lies below, and 0 where it holds zero or is not known."""
        low, high = self.range(wrong)
        with np.errstate(invalid="ignore"):
            return np.where(low > 0, 1, np.where(high < 0, -1, 0))


def spread(effect: np.ndarray, again: np.ndarray | None, basis: Basis, may_be_alike: bool = False) -> Spread:
    """Return the range of an effect over the parameter sets that fit the facts.

    Args:
        effect: float64 (replicates, ...): each replicate has a parameter set and chance of its own.
        again: float64 (pairs, ...): the first replicates' sets once more, with other people and chance; None where there are none.
        basis: `range`: second runs separate chance from parameter uncertainty, so that chance is averaged away and the uncertainty is not. `first look`: nothing
            tells them apart, so that all variance counts as parameter uncertainty. `central values`: no parameters were drawn, so all variance is chance.

        may_be_alike: True for what may truly be the same in every replicate, such as what a programme costs. What is counted in people is not: where
            a few replicates agree to the last person, that is luck, and they are taken to differ by as much as they find.

    What differs between two runs of one set is chance. A handful of pairs tell it roughly; so the width takes chance one standard error lower than
    it is estimated. Without this, ranges that say 95 % hold the truth in 83 to 90 % of cases.
    """
    replicates, mean = len(effect), effect.mean(axis=0)
    unknown = np.full_like(mean, np.nan)
    if replicates < 2:
        return Spread(mean, unknown, 0, unknown)
    total = effect.var(axis=0, ddof=1)
    if replicates < FEW and not may_be_alike:
        total = np.where(total <= (1e-9 * mean) ** 2, mean**2, total)
    share, width = unknown, np.zeros_like(mean) if basis == "central values" else np.ones_like(mean)
    if basis == "range" and again is not None and len(again):
        chance = ((effect[: len(again)] - again) ** 2).mean(axis=0) / 2.0
        lean = 1.0 - np.sqrt(0.5 / len(again) + 0.5 / replicates)
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(total > 0, chance / total, np.where(np.isfinite(chance), 1.0, np.nan))
        share = np.clip(1.0 - part, 0.0, 1.0)
        width = np.where(np.isfinite(part), np.clip(1.0 - lean * part, 0.0, 1.0), 1.0)
    return Spread(mean, np.sqrt(total * (width + 1.0 / replicates)), replicates - 1, share)


def replicates_needed(deviation: float, half_width: float, most: int = 10_000_000) -> int:
    """Return the fewest replicates (2 or more) whose 95 % t-interval is at most plus or minus `half_width`.

    Args:
        deviation: standard deviation of the paired difference between replicates.
        half_width: how closely the mean effect is to be known.
        most: returned if even this many are too few.
    """

    def wide(n: int) -> bool:
        return bool(stdtrit(n - 1, 0.5 + CONFIDENCE / 2) * deviation / np.sqrt(n) > half_width)

    low, high = 1, 2
    while wide(high) and high < most:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return min(high, most)
