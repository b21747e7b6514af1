"""People drawn from a place's published marginals."""

from __future__ import annotations

import numpy as np

from simulation.kernels.kernel import njit
from simulation.kernels.randomness import stream, uniform, uniforms_of
from simulation.state.people import People

AGE_BANDS = ("16-64", "65+")
TENURES = ("owned", "social_rented", "private_rented")
QUALIFICATIONS = ("none", "level_1_to_3", "level_4_plus")
# Adults in a household: 1, 2, 3, 4 (assumed; English Housing Survey, rounded).
HOUSEHOLD_SIZES = np.cumsum([0.36, 0.47, 0.12, 0.05])
# Log-odds that tie the marginals together before fitting (assumed directions; the fit keeps every published marginal).
TENURE_DEPRIVATION = np.array([-0.6, 0.8, 0.0])  # for each standard deviation of income deprivation
TENURE_AGE = np.array([[0.0, 0.0, 0.0], [0.9, 0.3, -1.2]])
TENURE_QUALIFICATION = np.array([[-0.3, 0.0, 0.4], [0.8, 0.1, -0.7], [-0.3, 0.0, 0.4]])
AGE_QUALIFICATION = np.array([[0.0, 0.0, 0.0], [1.2, 0.0, -0.6]])
MOST_ROUNDS = 1000


def fit_joint(
    adults: np.ndarray, deprivation: np.ndarray, ward: np.ndarray, age: np.ndarray, tenure: np.ndarray, qualification: np.ndarray
) -> np.ndarray:
    """Return adults by small area, age, tenure and qualification that reproduce the marginals of areas and wards.

    Iterative proportional fitting (Deming and Stephan 1940) of all wards at once: within a ward tenure follows deprivation.

    Args:
        adults: float64 (areas,), people aged 16 and over.
        deprivation: float64 (areas,), any measure, more deprived where higher.
        ward: int (areas,), row of the ward.
        age, tenure, qualification: float64 (wards, ...), shares of the ward's adults.

    Returns:
        float64 (areas, ages, tenures, qualifications).
    """
    order = np.argsort(ward, kind="stable")
    present, starts = np.unique(ward[order], return_index=True)
    row = np.repeat(np.arange(len(present)), np.diff(np.append(starts, len(order))))
    people, measure = adults[order], deprivation[order]
    total = np.add.reduceat(people, starts)
    centred = measure - (np.add.reduceat(measure * people, starts) / np.maximum(total, 1e-12))[row]
    spread = np.sqrt(np.add.reduceat(centred**2, starts) / np.bincount(row))[row]
    z = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    fit = np.exp(
        (z[:, None] * TENURE_DEPRIVATION)[:, None, :, None]
        + TENURE_AGE[None, :, :, None]
        + TENURE_QUALIFICATION[None, None, :, :]
        + AGE_QUALIFICATION[None, :, None, :]
    )
    margins = [(age[present] * total[:, None], (2, 3)), (tenure[present] * total[:, None], (1, 3)),
               (qualification[present] * total[:, None], (1, 2))]  # fmt: skip
    for _ in range(MOST_ROUNDS):
        factor = _ratio(people, fit.sum(axis=(1, 2, 3)))
        fit *= factor[:, None, None, None]
        off = _off(factor)
        for target, others in margins:
            factor = _ratio(target, np.add.reduceat(fit.sum(axis=others), starts))
            fit *= np.expand_dims(factor[row], others)
            off = max(off, _off(factor))
        if off < 1e-7:
            break
    joint = np.empty_like(fit)
    joint[order] = fit
    return joint


def _off(factor: np.ndarray) -> float:
    """Return how far factors are from 1; empty cells count as 1."""
    return float(np.abs(factor[factor > 0] - 1.0).max(initial=0.0))


def _ratio(wanted: np.ndarray, now: np.ndarray) -> np.ndarray:
    return np.divide(wanted, now, out=np.zeros_like(now), where=now > 0)


def share_out(weights: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers in proportion to weights that add up to `total` (largest remainders)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    missing = total - counts.sum()
    counts[np.argsort(-(exact - counts), kind="stable")[:missing]] += 1
    return counts


@njit(cache=True)
def _households(area, stream_, sizes, household):
    """Number the households; members follow one another and never cross a small area."""
    number, i = 0, 0
    while i < area.size:
        u = uniform(stream_, i)
        size = 1
        while size < sizes.size and u >= sizes[size - 1]:
            size += 1
        stop = i
        while stop < min(i + size, area.size) and area[stop] == area[i]:
            household[stop] = number
            stop += 1
        i = stop
        number += 1
    return number


@njit(cache=True)
def _attributes(
    stream_, area, start, count, offset, household, tenure_choice, kind_choice, qualifications, age, tenure, qualification
):
    """Give households a tenure by their place in the area (a keyed systematic sample), and people age and qualification."""
    i = 0
    while i < area.size:
        stop = i
        while stop < area.size and household[stop] == household[i]:
            stop += 1
        a = area[i]
        position = ((i + stop) * 0.5 - start[a]) / count[a] + offset[a]
        position -= np.floor(position)
        t = 0
        while t < tenure_choice.shape[1] - 1 and position >= tenure_choice[a, t]:
            t += 1
        for m in range(i, stop):
            tenure[m] = t
            u = uniform(stream_, m)
            x = 0
            while x < kind_choice.shape[2] - 1 and u >= kind_choice[a, t, x]:
                x += 1
            age[m] = x // qualifications
            qualification[m] = x % qualifications
        i = stop


def draw(
    joint: np.ndarray, area_ward: np.ndarray, area_decile: np.ndarray, population: int, shares: np.ndarray, seed: int
) -> People:
    """Return residents drawn from a fitted joint distribution.

    Args:
        joint: float64 (areas, ages, tenures, qualifications), adults.
        area_ward, area_decile: ward and deprivation decile of each small area.
        population: number of residents.
        shares: shares of the segments.
        seed: replicate's seed; every draw is keyed by it and the slot.
    """
    adults = joint.sum(axis=(1, 2, 3))
    counts = share_out(adults, population)
    areas, ages, tenures, qualifications = joint.shape
    slot = np.arange(population, dtype=np.int64)
    area = np.repeat(np.arange(areas, dtype=np.int32), counts)
    household = np.empty(population, np.int32)
    _households(area, stream(seed, "people: household"), HOUSEHOLD_SIZES, household)
    by_tenure = joint.sum(axis=(1, 3))
    tenure_choice = np.cumsum(by_tenure, axis=1) / np.maximum(adults, 1e-12)[:, None]
    kinds = joint.transpose(0, 2, 1, 3).reshape(areas, tenures, ages * qualifications)
    kind_choice = np.cumsum(kinds, axis=2) / np.maximum(kinds.sum(axis=2, keepdims=True), 1e-12)
    age, tenure, qualification = (np.empty(population, np.uint8) for _ in range(3))
    start = np.concatenate([[0], np.cumsum(counts)[:-1]])
    offset = uniforms_of(np.arange(areas), stream(seed, "people: tenure"))
    _attributes(stream(seed, "people: age and qualification"), area, start, np.maximum(counts, 1), offset, household,
                tenure_choice, kind_choice, qualifications, age, tenure, qualification)  # fmt: skip
    u = uniforms_of(slot, stream(seed, "people: segment"))
    segment = np.minimum(np.searchsorted(np.cumsum(shares), u, side="right"), len(shares) - 1).astype(np.uint8)
    return People(
        person_id=slot,
        household=household,
        ward=area_ward[area].astype(np.int32),
        area=area,
        decile=area_decile[area].astype(np.uint8),
        age=age,
        tenure=tenure,
        qualification=qualification,
        segment=segment,
        base_weight=np.full(population, adults.sum() / population, np.float32),
    )
