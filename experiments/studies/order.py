"""The order of a study's runs, and where its chunks begin: it depends only on the study, so that every machine plans the same.

Stores are checked against it: whoever changes it makes a new `plan.VERSION`, as chunks of the old order would pass as damaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .study import Study

CHUNK_SECONDS = 15.0  # seconds that a chunk should take, by a rule that does not use a clock
RESIDENT_MONTH = 0.4e-6
MONTH_COST, RUN_COST = 0.5e-3, 0.02
BURN_IN = 230
LEAST_CHUNKS = 32
SHARED = 10  # a world's runs are cut only into pieces that take at least so many times what its burn-in takes
MOST_IN_CHUNK = 5000


def seconds_of(study: Study) -> tuple[float, float]:
    """Return roughly what a world's burn-in and a run cost, in seconds; from the study alone, so that every machine plans the same."""
    if study.measured is not None:
        return 0.0, 1e-3
    people = study.base.population
    month = MONTH_COST + RESIDENT_MONTH * people
    burn_in = BURN_IN if study.base.burn_in is None else study.base.burn_in
    return burn_in * month + 2e-6 * people + RUN_COST, study.months * month * (
        1.0 if not (study.series or study.at) else 1.5
    ) + RUN_COST / 4


@dataclass(frozen=True)
class Order:
    """In which order runs are done, and where chunks begin.

    Attributes:
        point, replicate: of each run in order, int64 and int32; its number is `point * replicates + replicate`.
        starts: first run of each chunk, and the end, int64 (chunks + 1,).
        worlds: how many worlds the runs are of, each to be burnt in once.
    """

    point: np.ndarray
    replicate: np.ndarray
    starts: np.ndarray
    worlds: int

    @property
    def shared(self) -> bool:
        """True if a world is that of two runs or more, on average."""
        return len(self.point) >= 2 * self.worlds

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return len(self.starts) - 1

    def runs(self, chunk: int, replicates: int) -> list[tuple[int, int, int]]:
        """Return run number, point and replicate of each run of a chunk."""
        part = slice(self.starts[chunk], self.starts[chunk + 1])
        points, repeats = self.point[part], self.replicate[part]
        return [(int(p) * replicates + int(r), int(p), int(r)) for p, r in zip(points, repeats, strict=True)]


def order_of(study: Study) -> Order:
    """Return runs in the order of worlds, so that those of one world lie together and share its burn-in."""
    table, replicates = study.table, study.replicates
    points = len(table)
    world = np.zeros(points, np.int64)
    for name in study.world_factors:
        codes, found = pd.factorize(table[name])
        world = world * len(found) + codes
    world = pd.factorize(world)[0].astype(np.int64)
    point = np.tile(np.arange(points, dtype=np.int64), replicates)
    replicate = np.repeat(np.arange(replicates, dtype=np.int32), points)
    group = world[point] * replicates + replicate
    order = np.argsort(group, kind="stable")
    point, replicate, group = point[order], replicate[order], group[order]
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    sizes = np.diff(np.append(first, len(group)))
    return Order(point, replicate, _starts(study, first, sizes), len(first))


def _starts(study: Study, first: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return where chunks begin: runs that share a world stay together, unless one more burn-in costs little compared with them."""
    burn_in, run = seconds_of(study)
    total = int(sizes.sum())
    seconds = min(CHUNK_SECONDS, max((len(sizes) * burn_in + total * run) / LEAST_CHUNKS, run))
    starts, cost, number = [0], 0.0, 0
    for begin, size in zip(first.tolist(), sizes.tolist(), strict=True):
        most = max(int((seconds - burn_in) / run), math.ceil(SHARED * burn_in / run), 1)
        pieces = max(-(-size // min(most, MOST_IN_CHUNK)), 1)
        for n in range(pieces):
            at, length = begin + n * size // pieces, (n + 1) * size // pieces - n * size // pieces
            own = burn_in + length * run
            if number and (cost + own > seconds or number + length > MOST_IN_CHUNK):
                starts.append(at)
                cost, number = 0.0, 0
            cost, number = cost + own, number + length
    return np.append(np.array(starts, dtype=np.int64), total)
