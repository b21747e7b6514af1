"""Stages of life: the seven age bands by which time and skill differ, whatever bands a place has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

STARTS = (16, 25, 35, 45, 55, 65, 75)
LAST = 85  # years; where the open band counts as ending when a place's own bands are shared out
STAGES = (*(f"{low}_{high - 1}" for low, high in pairwise(STARTS)), f"{STARTS[-1]}_plus")


def starts_of(bands: Sequence[str]) -> list[int | None]:
    """Return the year with which each of a place's age bands begins; None where its name does not say."""
    found = [re.match(r"\d+", band) for band in bands]
    return [int(start[0]) if start else None for start in found]


def stages_of(bands: Sequence[str]) -> np.ndarray:
    """Return the share of each of a place's age bands that falls into each stage of life, float64 (bands, stages).

    A band that spans several stages is shared out by years. Where a name does not say with which year its band begins,
    all stages have equal shares: nothing is known of that place's ages.
    """
    starts = starts_of(bands)
    shares = np.full((len(bands), len(STAGES)), 1.0 / len(STAGES))
    edges = np.array([*STARTS, LAST], float)
    for n, start in enumerate(starts):
        if start is None:
            continue
        low = max(start, STARTS[0])
        after = starts[n + 1] if n + 1 < len(starts) else LAST
        high = max(low + 1, LAST if after is None else after)
        years = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0.0, None)
        shares[n] = years / years.sum() if years.any() else np.eye(len(STAGES))[-1]
    return shares
