"""How age, tenure, qualification and occupation go together in a ward, and where in it each tenure lives: fitted to published marginals.

A small area enters only by its adults and by how its tenure follows its deprivation. Hence, given tenure, the people of all areas of a ward are alike, and
the fit parts in two that are small: by ward over age, tenure, qualification and occupation, and by area over tenure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Log-odds that tie the marginals together before fitting (assumed, +-0.5: directions of the censuses of England and Wales; the fit keeps every published
# marginal). Ages are the seven bands; tenures owned, social, private; qualifications none, level 1 to 3, level 4; occupations as `OCCUPATIONS`.
TENURE_DEPRIVATION = np.array([-0.6, 0.8, 0.0])  # for each standard deviation of deprivation within the ward
AGE_TENURE = np.array(
    [[0.0, 0.2, -0.2], [-0.4, 0.0, 0.8], [-0.6, -0.2, 0.9], [0.0, 0.0, 0.3], [0.5, 0.1, -0.4], [0.9, 0.2, -1.1], [0.9, 0.4, -1.2]]
)
AGE_QUALIFICATION = np.array(
    [[0.2, 0.8, -2.5], [-0.6, 0.5, -0.2], [-0.5, 0.0, 0.4], [-0.2, 0.0, 0.2], [0.2, 0.2, -0.1], [0.9, 0.0, -0.3], [1.6, -0.1, -0.7]]
)
AGE_OCCUPATION = np.array(
    [[-3.0, -1.6, -0.3, 0.4, 2.6], [-0.8, -0.3, 0.2, 0.2, 1.4], [0.2, 0.0, 0.0, 0.0, -0.7], [0.3, 0.1, 0.0, 0.0, -2.0],
     [0.1, 0.1, 0.1, -0.1, -3.5], [0.0, 0.0, 0.1, 0.1, -5.0], [-0.1, 0.0, 0.2, 0.5, -6.0]]
)  # fmt: skip
TENURE_QUALIFICATION = np.array([[-0.3, 0.0, 0.4], [0.8, 0.1, -0.7], [-0.3, 0.0, 0.4]])
TENURE_OCCUPATION = np.array([[0.4, 0.2, -0.2, -0.7, 0.0], [-0.9, -0.2, 0.5, 0.9, 0.0], [0.1, 0.0, 0.1, 0.0, 0.3]])
QUALIFICATION_OCCUPATION = np.array([[-1.2, -0.1, 0.6, 1.3, -0.6], [0.0, 0.3, 0.3, -0.2, 0.6], [1.1, -0.1, -0.9, -0.6, -0.4]])
ASSUMED = (
    TENURE_DEPRIVATION,
    AGE_TENURE,
    AGE_QUALIFICATION,
    AGE_OCCUPATION,
    TENURE_QUALIFICATION,
    TENURE_OCCUPATION,
    QUALIFICATION_OCCUPATION,
)
MOST_ROUNDS = 1000
CLOSE = 1e-7  # how far a margin may be from what is published, as a share of it
BLOCK = 512  # wards that are fitted at once


def tied() -> np.ndarray:
    """Return what ties the marginals together as odds, float64 (ages, tenures, qualifications, occupations)."""
    return np.exp(
        AGE_TENURE[:, :, None, None] + AGE_QUALIFICATION[:, None, :, None] + AGE_OCCUPATION[:, None, None, :]
        + TENURE_QUALIFICATION[None, :, :, None] + TENURE_OCCUPATION[None, :, None, :] + QUALIFICATION_OCCUPATION[None, None, :, :]
    )  # fmt: skip


def fit_wards(age: np.ndarray, tenure: np.ndarray, qualification: np.ndarray, occupation: np.ndarray) -> np.ndarray:
    """Return the shares of each ward's adults by age, tenure, qualification and occupation: iterative proportional fitting (Deming and Stephan 1940).

    Args:
        age, tenure, qualification, occupation: float64 (wards, ...), shares of the ward's adults; each row is made to add up to 1.

    Returns:
        float64 (wards, ages, tenures, qualifications, occupations), each ward adds up to 1.
    """
    margins = [m / m.sum(axis=1, keepdims=True) for m in (age, tenure, qualification, occupation)]
    blocks = [_fit([m[first : first + BLOCK] for m in margins]) for first in range(0, len(age), BLOCK)]
    return np.concatenate(blocks)


def _fit(margins: Sequence[np.ndarray]) -> np.ndarray:
    fit = np.broadcast_to(tied(), (len(margins[0]), *(m.shape[1] for m in margins))).copy()
    for _ in range(MOST_ROUNDS):
        off = 0.0
        for axis, wanted in enumerate(margins, start=1):
            others = tuple(n for n in (1, 2, 3, 4) if n != axis)
            factor = ratio(wanted, fit.sum(axis=others))
            fit *= np.expand_dims(factor, others)
            off = max(off, _off(factor))
        if off < CLOSE:
            break
    return fit


def fit_areas(adults: np.ndarray, deprivation: np.ndarray, ward: np.ndarray, tenure: np.ndarray) -> np.ndarray:
    """Return the adults of each small area by tenure, which follows deprivation within a ward.

    Args:
        adults: float64 (areas,).
        deprivation: float64 (areas,), any measure, more deprived where higher.
        ward: int (areas,), row of `tenure`.
        tenure: float64 (wards, tenures), shares of the ward's adults.

    Returns:
        float64 (areas, tenures).
    """
    many = len(tenure)
    total = np.bincount(ward, adults, many)
    centred = deprivation - ratio(np.bincount(ward, deprivation * adults, many), total)[ward]
    spread = np.sqrt(ratio(np.bincount(ward, centred**2, many), np.bincount(ward, minlength=many).astype(float)))[ward]
    z = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    wanted = tenure / tenure.sum(axis=1, keepdims=True) * total[:, None]
    fit = np.exp(z[:, None] * TENURE_DEPRIVATION)
    for _ in range(MOST_ROUNDS):
        factor = ratio(adults, fit.sum(axis=1))
        fit *= factor[:, None]
        off = _off(factor)
        now = np.column_stack([np.bincount(ward, column, many) for column in fit.T])
        factor = ratio(wanted, now)
        fit *= factor[ward]
        off = max(off, _off(factor))
        if off < CLOSE:
            break
    return fit


def _off(factor: np.ndarray) -> float:
    """Return how far factors are from 1; empty cells count as 1."""
    return float(np.abs(factor[factor > 0] - 1.0).max(initial=0.0))


def ratio(wanted: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return one array divided by another, 0 where that is 0."""
    return np.divide(wanted, now, out=np.zeros_like(now), where=now > 0)
