"""A battery of published tests for the keyed generator, on several orders of its output.

Tests: frequency of bits, of bytes and of pairs (chi-square; Knuth 1998, 3.3.2 A, B), runs above and below the median (Wald and
Wolfowitz 1940), gaps (Knuth 3.3.2 D), serial correlation, birthday spacings (Marsaglia and Tsang 2002), binary rank of
32 x 32 matrices (Marsaglia and Tsay 1985), and the Kolmogorov-Smirnov test of uniformity.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy import stats

from simulation.kernels.randomness import bits, stream, substream

ORDERS = ("people", "months", "neighbouring streams", "pairs", "arrivals", "low bits")


@njit(cache=True)
def _people(key, out):
    for n in range(out.size):
        out[n] = bits(key, n)


@njit(cache=True)
def _across(keys, out):
    for n in range(out.size):
        out[n] = bits(keys[n % keys.size], n // keys.size)


@njit(cache=True)
def _pairs(key, out):
    side = 1000
    for n in range(out.size):
        out[n] = bits(substream(key, n // side), n % side)


@njit(cache=True)
def _arrivals(key, out):
    for n in range(out.size):
        out[n] = bits(key, (n % 64) * (1 << 32) + n // 64)


@njit(cache=True)
def _reverse(out):
    for n in range(out.size):
        x, y = out[n], np.uint64(0)
        for _ in range(64):
            y = (y << np.uint64(1)) | (x & np.uint64(1))
            x >>= np.uint64(1)
        out[n] = y


def draws(order: str, number: int) -> np.ndarray:
    """Return 64-bit draws, uint64 (number,), in one of the orders in which the model uses them.

    `people`: one stream over persons; `months`: month by month for few persons; `neighbouring streams`: the keys of neighbouring
    processes, seeds and draws in turn; `pairs`: substreams; `arrivals`: ids of those who follow one another in a dwelling;
    `low bits`: the first with its bits reversed.
    """
    out = np.empty(number, np.uint64)
    key = stream(1, "battery")
    if order in ("people", "low bits"):
        _people(key, out)
        if order == "low bits":
            _reverse(out)
    elif order == "months":
        _across(np.array([stream(1, "battery", m) for m in range(600)]), out)
    elif order == "neighbouring streams":
        keys = [stream(s, p, m, d) for s in range(4) for p in ("needs", "needt") for m in (-1, 0, 1) for d in range(4)]
        _across(np.array(keys), out)
    elif order == "pairs":
        _pairs(key, out)
    else:
        _arrivals(key, out)
    return out


@njit(cache=True)
def _rank_counts(values, matrices):
    counts = np.zeros(4)
    rows = np.empty(32, np.uint64)
    for m in range(matrices):
        for r in range(32):
            rows[r] = values[m * 32 + r] >> np.uint64(32)
        rank = 0
        for bit in range(32):
            mask = np.uint64(1) << np.uint64(31 - bit)
            pivot = -1
            for r in range(rank, 32):
                if rows[r] & mask:
                    pivot = r
                    break
            if pivot < 0:
                continue
            rows[rank], rows[pivot] = rows[pivot], rows[rank]
            for r in range(rank + 1, 32):
                if rows[r] & mask:
                    rows[r] ^= rows[rank]
            rank += 1
        counts[min(32 - rank, 3)] += 1
    return counts


def _chi(observed: np.ndarray, expected: np.ndarray | float) -> float:
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return float(stats.chi2.sf(statistic, observed.size - 1))


def _birthdays(values: np.ndarray) -> float:
    """Spacings between 4,096 birthdays in a year of 2^32 days collide as a Poisson variate of mean 4.

    The year is long beside the square of the birthdays, so that the Poisson limit is close enough for 2,000 groups.
    """
    born, year = 4096, 2**32
    groups = min(len(values) // born, 2000)
    days = np.sort((values[: groups * born] >> np.uint64(32)).reshape(groups, born).astype(np.int64), axis=1)
    spacings = np.sort(np.diff(days, axis=1), axis=1)
    repeats = (np.diff(spacings, axis=1) == 0).sum(axis=1)
    edges = np.arange(0, 10)
    expected = np.diff(stats.poisson.cdf(np.concatenate([[-1], edges, [10_000]]), born**3 / (4 * year))) * groups
    observed = np.histogram(repeats, bins=np.concatenate([[-0.5], edges + 0.5, [10_000]]))[0]
    return _chi(observed, expected)


def battery(values: np.ndarray) -> dict[str, float]:
    """Return the p-value of each test."""
    n = len(values)
    u = (values >> np.uint64(11)) / 2.0**53
    ones = sum(int(np.bitwise_count(part).sum()) for part in np.array_split(values, max(n // 10_000_000, 1)))
    found = {"bits": float(2 * stats.norm.sf(abs(ones - 32.0 * n) / np.sqrt(16.0 * n)))}
    for shift in (56, 32, 8, 0):
        byte = (values >> np.uint64(shift)).astype(np.uint8)
        found[f"bytes at {shift}"] = _chi(np.bincount(byte, minlength=256), n / 256)
    cells = (u * 64).astype(np.int64)
    half = n // 2 * 2
    found["pairs"] = _chi(np.bincount(cells[:half:2] * 64 + cells[1:half:2], minlength=4096), half / 2 / 4096)
    third = n // 3 * 3
    coarse = (u[:third] * 16).astype(np.int64).reshape(-1, 3)
    found["triples"] = _chi(np.bincount(coarse @ np.array([256, 16, 1]), minlength=4096), third / 3 / 4096)
    above = u >= 0.5
    runs = 1 + int((above[1:] != above[:-1]).sum())
    high = int(above.sum())
    mean = 2.0 * high * (n - high) / n + 1
    found["runs"] = float(2 * stats.norm.sf(abs(runs - mean) / np.sqrt((mean - 1) * (mean - 2) / (n - 1))))
    gaps = np.minimum(np.diff(np.flatnonzero(u < 0.1)) - 1, 60)
    expected = np.append(0.1 * 0.9 ** np.arange(60), 0.9**60) * len(gaps)
    found["gaps"] = _chi(np.bincount(gaps, minlength=61), expected)
    for step in (1, 2, 64):
        r = float(np.corrcoef(u[:-step], u[step:])[0, 1])
        found[f"correlation at {step}"] = float(2 * stats.norm.sf(abs(r) * np.sqrt(n - step)))
    matrices = min(n // 32, 1_000_000)
    shares = np.array([0.2887880952, 0.5775761902, 0.1283502644, 0.0052854502])
    found["matrix rank"] = _chi(_rank_counts(values, matrices), shares * matrices)
    found["birthday spacings"] = _birthdays(values)
    found["uniformity"] = float(stats.kstest(u[: min(n, 10_000_000)], "uniform").pvalue)
    return found
