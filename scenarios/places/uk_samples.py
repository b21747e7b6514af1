"""Samples of real wards that stand for a county, a region or a nation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..people import share_out
from .uk_tables import authorities

if TYPE_CHECKING:
    import pandas as pd

    from .uk_wards import Wards

SAMPLED_WARDS = 40
BALANCED = (
    "under_16",
    "age_65_plus",
    "owned",
    "social_rented",
    "no_qualification",
    "level_4_plus",
)  # shares that come out as those of all wards
STARTS = 100  # systematic samples of which the most balanced is taken
ROUNDS = 300  # of weighting
STEEPEST = 0.5  # log weight that a round of balancing may add, for each standard deviation


def sample(wards: Wards, shares: pd.DataFrame) -> np.ndarray:
    """Return the rows of a systematic sample of wards by population over regions and deprivation, int64; all, where they are few.

    Of `STARTS` such samples it is the one whose mean shares are nearest to those of all.

    Args:
        shares: columns `BALANCED` by ward, 0..1, and `homes`.
    """
    many = len(wards.table)
    if many <= SAMPLED_WARDS:
        return np.arange(many)
    people = np.bincount(wards.pieces["ward"], wards.pieces["population"], many)
    region = wards.table["authority"].map(authorities()["region"]).to_numpy()
    order = np.lexsort((wards.deprivation, region))
    at = np.cumsum(people[order]) / people.sum()
    starts = (np.arange(STARTS) + 0.5) / STARTS
    picks = order[np.searchsorted(at, (np.arange(SAMPLED_WARDS) + starts[:, None]) / SAMPLED_WARDS)]
    standard = _standardised(shares, people)
    off = (standard[picks].mean(axis=1) ** 2).sum(axis=1)
    return np.unique(picks[off.argmin()])


def _standardised(shares: pd.DataFrame, people: np.ndarray) -> np.ndarray:
    """Return how far each ward is from the mean of all, by share and person, in standard deviations, float64 (wards, shares).

    Ages are shares of people, tenures of homes and qualifications of adults: a ward counts by how many of these a person there stands for.
    """
    homes, adults = shares["homes"].to_numpy(float) / people, 1 - shares["under_16"].to_numpy(float)
    bases = {"owned": homes, "social_rented": homes, "no_qualification": adults, "level_4_plus": adults}
    found = []
    for name in BALANCED:
        share, base = shares[name].to_numpy(float), bases.get(name, np.ones(len(people)))
        off = (share - np.average(share, weights=people * base)) * base
        found.append(off / max(np.sqrt(np.average(off**2, weights=people)), 1e-9))
    return np.column_stack(found)


def weighted(wards: Wards, shares: pd.DataFrame, chosen: np.ndarray) -> np.ndarray:
    """Return the whole people of a sample's small areas, weighted to the shares, deciles and regions of all wards, float64 (areas,).

    Args:
        shares: columns `BALANCED` by ward, 0..1, and `homes`.
        chosen: bool (pieces,), which of `wards.pieces` are in the sample.
    """
    import pandas as pd

    pieces = wards.pieces
    people = np.bincount(pieces["ward"], pieces["population"], len(shares))
    standard = _standardised(shares, people)[pieces["ward"].to_numpy()[chosen]]
    weights = pieces["population"].to_numpy(float)[chosen]
    margins = []
    for column in ("region", "deprivation_decile"):
        wanted = pieces.groupby(column)["population"].sum()
        margins.append((pd.Categorical(pieces[column][chosen], categories=wanted.index).codes, wanted.to_numpy()))
    for _ in range(ROUNDS):
        weights = weights * _balancing(standard, weights / weights.sum())
        for code, wanted in margins:
            weights = weights * (wanted / np.maximum(np.bincount(code, weights, len(wanted)), 1e-12))[code]
    return share_out(weights, round(pieces["population"].sum())).astype(float)


def _balancing(standard: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return factors that bring the mean of each share to that of all wards: one step of Newton's method, exponential in the shares."""
    mean = weights @ standard
    spread = (standard * weights[:, None]).T @ standard - np.outer(mean, mean)
    step = np.linalg.solve(spread + 1e-6 * np.eye(len(mean)), -mean)
    return np.exp(np.clip(standard @ step, -STEEPEST, STEEPEST))
