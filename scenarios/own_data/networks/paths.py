"""Paths in a network: how many steps lie between people, counted breadth first, as every tie is one step."""

from __future__ import annotations

import numpy as np

from simulation.kernels.kernel import njit

TOGETHER = 64  # starts that are followed at once, one bit of a word for each


@njit(cache=True)
def _bits(word):
    """Return how many bits of a word are set."""
    number = 0
    while word:
        word &= word - np.uint64(1)
        number += 1
    return number


@njit(cache=True)
def steps_from(starts, offsets, others):
    """Return how many people are reached from all `starts`, and the sum of the steps to them; nobody reaches themselves.

    Args:
        starts: int64, rows of people, each once.
        offsets: int64 (people + 1,), where each row of `others` starts.
        others: int64, the people to whom each is tied.
    """
    people, reached, total = offsets.size - 1, 0, 0
    seen, ahead, edge = np.zeros(people, np.uint64), np.zeros(people, np.uint64), np.zeros(people, np.uint64)
    rows, found = np.empty(people, np.int64), np.empty(people, np.int64)
    for first in range(0, starts.size, TOGETHER):
        many, steps = min(TOGETHER, starts.size - first), 0
        seen[:] = 0
        for s in range(many):
            rows[s] = starts[first + s]
            seen[rows[s]] = edge[rows[s]] = np.uint64(1) << np.uint64(s)
        while many > 0:
            steps, met = steps + 1, 0
            for n in range(many):
                for e in range(offsets[rows[n]], offsets[rows[n] + 1]):
                    if ahead[others[e]] == 0:
                        found[met] = others[e]
                        met += 1
                    ahead[others[e]] |= edge[rows[n]]
            many = 0
            for n in range(met):
                one = found[n]
                edge[one], ahead[one] = ahead[one] & ~seen[one], 0
                if edge[one]:
                    seen[one] |= edge[one]
                    new = _bits(edge[one])
                    reached, total = reached + new, total + new * steps
                    rows[many] = one
                    many += 1
    return reached, total
