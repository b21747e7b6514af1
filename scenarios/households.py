"""Kinds of household, and how many of each a ward has: fitted to the published sizes, tenures and children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .joint import ratio

ALONE, COUPLE, FAMILY, LONE_PARENT, GROWN_UP, LONE_GROWN_UP, SHARERS = range(7)
TYPES = ("one person", "couple", "couple with children", "lone parent with children", "couple with grown-up children",
         "lone parent with grown-up children", "other adults together")  # fmt: skip
COUPLES = (COUPLE, FAMILY, GROWN_UP)  # the first two of such a household are partners
SIZES = 5  # 1, 2, 3, 4, 5 or more people
MOST_ADULTS = 6
MOST_ROUNDS = 300
CLOSE = 1e-6
STEEPEST = 1.0  # log-odds that a round may add for a child


@dataclass(frozen=True)
class Kind:
    """A kind of household.

    Attributes:
        type: code, as in `TYPES`.
        adults, children: people aged 16 and over, and under 16.
        percent: of the households of England and Wales (assumed within a half: the census of 2021 by composition, rounded and parted further).
    """

    type: int
    adults: int
    children: int
    percent: float


KINDS = (
    Kind(ALONE, 1, 0, 30.2),
    Kind(COUPLE, 2, 0, 26.5), Kind(LONE_PARENT, 1, 1, 2.2), Kind(LONE_GROWN_UP, 2, 0, 3.0), Kind(SHARERS, 2, 0, 2.3),
    Kind(FAMILY, 2, 1, 6.2), Kind(GROWN_UP, 3, 0, 4.3), Kind(LONE_PARENT, 1, 2, 1.4), Kind(LONE_GROWN_UP, 2, 1, 1.0), Kind(LONE_GROWN_UP, 3, 0, 0.9),
    Kind(SHARERS, 3, 0, 1.7),
    Kind(FAMILY, 2, 2, 6.8), Kind(GROWN_UP, 4, 0, 2.2), Kind(GROWN_UP, 3, 1, 1.5), Kind(LONE_PARENT, 1, 3, 0.4), Kind(LONE_GROWN_UP, 2, 2, 0.4),
    Kind(LONE_GROWN_UP, 3, 1, 0.4), Kind(SHARERS, 4, 0, 0.8),
    Kind(FAMILY, 2, 3, 2.0), Kind(FAMILY, 2, 4, 0.5), Kind(FAMILY, 2, 6, 0.2), Kind(GROWN_UP, 3, 2, 1.0), Kind(GROWN_UP, 4, 1, 0.7), Kind(GROWN_UP, 5, 0, 0.5),
    Kind(GROWN_UP, 4, 3, 0.3), Kind(LONE_PARENT, 1, 4, 0.15), Kind(LONE_GROWN_UP, 2, 3, 0.25), Kind(SHARERS, 5, 0, 0.5), Kind(SHARERS, 6, 0, 0.4),
)  # fmt: skip
# Log-odds of a type in owned, socially rented and privately rented homes before fitting (assumed, +-0.5: directions of the censuses).
TYPE_TENURE = np.array(
    [[0.0, 0.5, 0.0], [0.4, -0.7, 0.0], [0.1, -0.2, 0.1], [-0.8, 0.8, 0.2], [0.5, 0.0, -0.8], [0.0, 0.5, -0.5], [-0.7, -0.7, 0.9]]
)

ASSUMED = (tuple(k.percent for k in KINDS), TYPE_TENURE)

TYPE = np.array([k.type for k in KINDS])
ADULTS = np.array([k.adults for k in KINDS])
CHILDREN = np.array([k.children for k in KINDS])
SIZE = np.minimum(ADULTS + CHILDREN, SIZES) - 1


def fit_households(sizes: np.ndarray, tenure: np.ndarray, children: np.ndarray) -> np.ndarray:
    """Return the shares of each ward's households by kind and tenure: the nearest to what is usual that has the published sizes, tenures and children.

    People in communal establishments live in households like the others, as the model has no others.

    Args:
        sizes: float64 (wards, 5), shares of households by number of people.
        tenure: float64 (wards, tenures), shares of households.
        children: float64 (wards,), people under 16 for each aged 16 and over.

    Returns:
        float64 (wards, kinds, tenures), each ward adds up to 1. Where a ward has more children than its sizes allow, it has as many as they do.
    """
    sizes, tenure = sizes / sizes.sum(axis=1, keepdims=True), tenure / tenure.sum(axis=1, keepdims=True)
    usual = np.array([k.percent for k in KINDS])[:, None] * np.exp(TYPE_TENURE)[TYPE]
    fit = np.broadcast_to(usual, (len(sizes), *usual.shape)).copy()
    beyond = CHILDREN - children[:, None] * ADULTS  # adds up to 0 where the children come out
    into = np.eye(SIZES)[SIZE]
    for _ in range(MOST_ROUNDS):
        before = fit.sum(axis=2)
        step = -ratio((before * beyond).sum(axis=1), (before * beyond**2).sum(axis=1))
        fit *= np.exp(np.clip(step, -STEEPEST, STEEPEST)[:, None] * beyond)[:, :, None]
        size = ratio(sizes, fit.sum(axis=2) @ into)
        fit *= size[:, SIZE, None]
        home = ratio(tenure, fit.sum(axis=1))
        fit *= home[:, None, :]
        if max(np.abs(step).max(), np.abs(size[sizes > 0] - 1).max(), np.abs(home[tenure > 0] - 1).max()) < CLOSE:
            break
    return fit / fit.sum(axis=(1, 2), keepdims=True)


def adults_by_tenure(households: np.ndarray) -> np.ndarray:
    """Return the adults of each tenure for one household of the ward, float64 (wards, tenures), from what `fit_households` returns."""
    return np.einsum("wkt,k->wt", households, ADULTS)
