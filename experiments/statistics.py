"""Intervals and sample sizes, for comparisons of scenarios on the same people."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit  # the t quantile, without the second that scipy.stats takes to import

CONFIDENCE = 0.95


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


def replicates_needed(deviation: float, half_width: float, most: int = 10_000_000) -> int:
    """Return the fewest replicates (2 or more) whose 95 % t-interval is at most plus or minus `half_width`.

    Args:
        deviation: standard deviation of the paired difference between replicates.
        half_width: what is to be told from zero.
        most: returned where even so many do not do.
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
