"""People drawn from a place's published marginals: households by size and kind, and in them people whom the ward's own figures allow."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.declared.residents import TENURES
from simulation.kernels.kernel import njit
from simulation.kernels.randomness import stream, substream, uniform, uniforms_of
from simulation.state.people import People

from .households import ADULTS, CHILDREN, COUPLES, MOST_ADULTS, TYPE
from .wishes import wishes

AGE_BANDS = ("16-19", "20-24", "25-34", "35-49", "50-64", "65-74", "75+")
AGE_EDGES = np.array([16.0, 20.0, 25.0, 35.0, 50.0, 65.0, 75.0, 92.0])
QUALIFICATIONS = ("none", "level_1_to_3", "level_4_plus")
# The Office for National Statistics' three classes of NS-SEC (1 and 2; 3 and 4; 5 to 7), those who never worked or not for long, and full-time students.
OCCUPATIONS = ("higher", "intermediate", "routine_manual", "never_worked", "student")
# The place of an occupation within a qualification when people are put together who are alike (assumed).
STANDING = np.array([0.8, 0.5, 0.2, 0.0, 0.6])


@dataclass(frozen=True)
class Fitted:
    """A place fitted to its marginals, whose rows are wards, or small areas where these have marginals of their own.

    Attributes:
        areas: float64 (areas, tenures), adults.
        row: int64 (areas,), row of each area's marginals.
        people: float64 (rows, ages, tenures, qualifications, occupations), shares of the row's adults.
        households: float64 (rows, kinds, tenures), shares of the row's households.
    """

    areas: np.ndarray
    row: np.ndarray
    people: np.ndarray
    households: np.ndarray

    @property
    def adults(self) -> np.ndarray:
        """People aged 16 and over in each small area, float64 (areas,)."""
        return self.areas.sum(axis=1)

    @property
    def adults_of_rows(self) -> np.ndarray:
        """People aged 16 and over in each row, float64 (rows,)."""
        return np.bincount(self.row, self.adults, len(self.people))


def share_out(weights: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers in proportion to weights that add up to `total` (largest remainders)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    missing = total - counts.sum()
    counts[np.argsort(-(exact - counts), kind="stable")[:missing]] += 1
    return counts


@njit(cache=True)
def _place(upto, first, stop, at):
    """Return the first place from `first`, below `stop`, whose cumulative share is above `at`; the last if none is."""
    low, high = first, stop - 1
    while low < high:
        middle = (low + high) // 2
        if upto[middle] > at:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def _stride(many):
    """Return a step that visits each of some places once, in an order in which neighbours lie far apart: near the golden section, without a common divisor."""
    stride: Any = max(np.int64(0.618034 * many), 1)
    while True:
        a, b = stride, many
        while b:
            a, b = b, a % b
        if a <= 1 or many < 2:
            return stride
        stride += 1


@njit(cache=True)
def _form(number, first, upto, adults, stream_, cell, ward_of):
    """Form households in every ward until its people are housed: a keyed systematic sample of its cells, in an order that begins where it is keyed.

    Args:
        number: int64 (wards,), residents.
        first: int64 (wards + 1,), where the cells of each ward start.
        upto: float64 (cells,), shares of the ward's households, cumulative within the ward.
        adults: int64 (cells,), of a household.
        cell, ward_of: int64, filled with the cell and the ward of each household.

    Returns:
        number of households.
    """
    made = 0
    for w in range(number.size):
        a, b = first[w], first[w + 1]
        mean, before = 0.0, 0.0
        for c in range(a, b):
            mean += (upto[c] - before) * adults[c]
            before = upto[c]
        many = np.int64(np.floor(number[w] / max(mean, 1.0) + 0.5))
        own = substream(stream_, w)
        start, offset, stride = uniform(own, 0), np.int64(uniform(own, 1) * many), _stride(many)
        left, j = number[w], 0
        while left > 0:
            c = _place(upto, a, b, ((j * stride + offset) % many + start) / many if j < many else uniform(own, j + 2))
            j += 1
            if adults[c] <= left:
                cell[made] = c
                ward_of[made] = w
                left -= adults[c]
                made += 1
    return made


@njit(cache=True)
def _settle(order, group, adults, first, upto, stream_, area):
    """Give the households of each group (a ward's homes of one tenure) areas by their place in a keyed order: a systematic sample of people.

    Args:
        order: int64 (households,), by group, at random within.
        first: int64 (groups + 1,), where the areas of each group start in `upto`, their shares of its people, cumulative; `area` is filled with their places there.
    """
    i = 0
    while i < order.size:
        g = group[order[i]]
        stop, total = i, 0
        while stop < order.size and group[order[stop]] == g:
            total += adults[order[stop]]
            stop += 1
        offset, before = uniform(stream_, g), 0
        for n in range(i, stop):
            h = order[n]
            at = (before + 0.5 * adults[h]) / total + offset
            at -= np.floor(at)
            before += adults[h]
            area[h] = _place(upto, first[g], first[g + 1], at)
        i = stop


@njit(cache=True)
def _draw_kinds(stream_, group, upto, kind):
    """Draw each person's age, qualification and occupation as one code from the cumulative shares of the person's group."""
    for i in range(group.size):
        kind[i] = _place(upto[group[i]], 0, upto.shape[1], uniform(stream_, i))


def draw(fit: Fitted, area_ward: np.ndarray, area_decile: np.ndarray, population: int, shares: np.ndarray, seed: int) -> People:
    """Return residents drawn from a fitted place: first households, then people, who are put together so that partners are alike and children have parents.

    The people are drawn without regard to who lives with whom, and only arranged: what is published of them stays.

    Args:
        fit: what the place was fitted to.
        area_ward, area_decile: ward and deprivation decile of each small area.
        population: number of residents.
        shares: shares of the segments.
        seed: replicate's seed; every draw is keyed by it.
    """
    row, tenure, kind, area = _homes(fit, area_ward, population, seed)
    size = ADULTS[kind]
    household = np.repeat(np.arange(len(kind), dtype=np.int32), size)
    member = np.arange(population) - np.repeat(np.cumsum(size) - size, size)
    group = (row * len(TENURES) + tenure)[household]
    age, qualification, occupation = _arranged(fit, group, household, member, kind, seed)
    slot = np.arange(population, dtype=np.int64)
    u = uniforms_of(slot, stream(seed, "people: segment"))
    return People(
        person_id=slot,
        household=household,
        ward=area_ward[area].astype(np.int32)[household],
        area=area.astype(np.int32)[household],
        decile=area_decile[area].astype(np.uint8)[household],
        age=age.astype(np.uint8),
        tenure=tenure.astype(np.uint8)[household],
        qualification=qualification.astype(np.uint8),
        segment=np.minimum(np.searchsorted(np.cumsum(shares), u, side="right"), len(shares) - 1).astype(np.uint8),
        base_weight=np.full(population, fit.areas.sum() / population, np.float32),
        occupation=occupation.astype(np.uint8),
        children=CHILDREN[kind].astype(np.uint8)[household],
        partner=(np.isin(TYPE, COUPLES)[kind][household] & (member < 2)).astype(np.uint8),
    )


def _homes(fit: Fitted, area_ward: np.ndarray, population: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return row, tenure, kind and area of the households that house the residents, each int64 (households,), in the order of areas."""
    rows, kinds, tenures = fit.households.shape
    adults = fit.adults
    row_ward = np.zeros(rows, np.int64)
    row_ward[fit.row] = area_ward
    wards = int(area_ward.max()) + 1
    number = share_out(np.bincount(area_ward, adults, wards), population)
    order = np.argsort(row_ward, kind="stable")
    mean = np.einsum("wkt,k->w", fit.households, ADULTS)
    weight = (fit.households.transpose(0, 2, 1) * (fit.adults_of_rows / mean)[:, None, None])[order].reshape(rows, -1)
    held = np.bincount(row_ward, minlength=wards)
    first = np.concatenate([[0], np.cumsum(held)]) * kinds * tenures
    upto = np.cumsum(weight.ravel())
    start = np.concatenate([[0.0], upto])[first]
    of_cell = np.repeat(np.arange(wards), np.diff(first))
    upto = (upto - start[:-1][of_cell]) / np.maximum(np.diff(start), 1e-12)[of_cell]
    cell, ward_of = np.empty(population, np.int64), np.empty(population, np.int64)
    made = _form(number, first, upto, np.tile(ADULTS, rows * tenures), stream(seed, "people: household"), cell, ward_of)
    cell = cell[:made]
    row, tenure, kind = order[cell // (kinds * tenures)], cell // kinds % tenures, cell % kinds
    area = _areas(fit, row, tenure, kind, seed)
    by_area = np.lexsort((uniforms_of(np.arange(made), stream(seed, "people: order")), area))
    return row[by_area], tenure[by_area], kind[by_area], area[by_area]


def _areas(fit: Fitted, row: np.ndarray, tenure: np.ndarray, kind: np.ndarray, seed: int) -> np.ndarray:
    """Return the small area of each household, int64 (households,)."""
    tenures, rows = fit.areas.shape[1], len(fit.people)
    of_row = np.argsort(fit.row, kind="stable")
    held = np.bincount(fit.row, minlength=rows)
    first_area = np.concatenate([[0], np.cumsum(held)])
    weight = np.cumsum(fit.areas[of_row], axis=0)
    start = np.concatenate([np.zeros((1, tenures)), weight])[first_area]
    upto = (weight - start[:-1][fit.row[of_row]]) / np.maximum(np.diff(start, axis=0), 1e-12)[fit.row[of_row]]
    # the areas of a row follow one another, once for each tenure: group row * tenures + tenure
    first = np.concatenate([[0], np.cumsum(np.repeat(held, tenures))])
    listed = np.concatenate([upto[a:b].T.ravel() for a, b in itertools.pairwise(first_area)])
    names = np.concatenate([np.tile(of_row[a:b], tenures) for a, b in itertools.pairwise(first_area)])
    group = row * tenures + tenure
    order = np.lexsort((uniforms_of(np.arange(len(row)), stream(seed, "people: street")), group))
    at = np.empty(len(row), np.int64)
    _settle(order, group, ADULTS[kind], first, listed, stream(seed, "people: tenure"), at)
    return names[at]


def _arranged(
    fit: Fitted, group: np.ndarray, household: np.ndarray, member: np.ndarray, kind: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return age, qualification and occupation of the residents: drawn by group (row and tenure), and put where they fit best in it.

    Within a group the oldest go where the oldest would live; within an age band the most qualified where the most qualified would.
    """
    rows, ages, tenures, qualifications, occupations = fit.people.shape
    cells = fit.people.transpose(0, 2, 1, 3, 4).reshape(rows * tenures, -1)
    upto = np.cumsum(cells, axis=1) / np.maximum(cells.sum(axis=1, keepdims=True), 1e-300)
    code = np.empty(len(group), np.int64)
    _draw_kinds(stream(seed, "people: age, qualification and occupation"), group, upto, code)
    age, qualification, occupation = (
        code // (qualifications * occupations),
        code // occupations % qualifications,
        code % occupations,
    )
    slot = np.arange(len(group), dtype=np.int64)
    within = uniforms_of(slot, stream(seed, "people: years"))
    years = AGE_EDGES[age] + within * np.diff(AGE_EDGES)[age]
    wished, standing = wishes(household, member, TYPE[kind], CHILDREN[kind], stream(seed, "people: wishes"))
    who = np.empty(len(group), np.int64)
    who[np.argsort(group * 1000.0 + wished, kind="stable")] = np.argsort(group * 1000.0 + years, kind="stable")
    stays = (group * ages + age[who]) * 10.0
    comes = (
        (group * ages + age) * 10.0 + qualification + STANDING[occupation] + 0.2 * uniforms_of(slot, stream(seed, "people: alike"))
    )
    found = np.empty(len(group), np.int64)
    found[np.argsort(stays + standing, kind="stable")] = np.argsort(comes, kind="stable")
    return age[found], qualification[found], occupation[found]


assert ADULTS.max() <= MOST_ADULTS
