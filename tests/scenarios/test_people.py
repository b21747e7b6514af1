"""People drawn from a place reproduce its published marginals, and live in households that fit them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenarios import load_place, people
from scenarios.households import ADULTS, CHILDREN, SIZE, TYPES, fit_households
from scenarios.joint import TENURE_DEPRIVATION, fit_areas, fit_wards, tied
from scenarios.people import OCCUPATIONS, share_out
from scenarios.places.imputation import AGES, JOBS, SIZES
from scenarios.places.place import TablePlace
from simulation.state.people import People
from tests.places import small_place

SHARES = np.array([0.3, 0.3, 0.4])


def homes_of(drawn: People) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row and the number of adults of each household."""
    adults = np.bincount(drawn.household)
    return np.cumsum(adults) - adults, adults


def margins_of(place: TablePlace) -> list[np.ndarray]:
    """Return what `fit_wards` is given but tenure: ages, qualifications and occupations, each adding up to 1."""
    table = place.marginals()
    levels = table[["no_qualification", "level_4_plus"]].to_numpy()
    found = [
        table[list(AGES)].to_numpy(),
        np.column_stack([levels[:, 0], 1 - levels.sum(axis=1), levels[:, 1]]),
        table[list(JOBS)].to_numpy(),
    ]
    return [m / m.sum(axis=1, keepdims=True) for m in found]


def test_the_fit_reproduces_every_marginal() -> None:
    place = load_place("haringey")
    fit, table = place.fitted(), place.marginals()
    for axes, wanted in zip(((2, 3, 4), (1, 2, 4), (1, 2, 3)), margins_of(place), strict=True):
        assert fit.people.sum(axis=axes) == pytest.approx(wanted, abs=1e-6)
    assert fit.adults == pytest.approx(place.areas["population"] * (1 - table["under_16"].to_numpy()[place.area_ward]), rel=1e-6)
    homes, sizes = table[["owned", "social_rented", "private_rented"]].to_numpy(), table[list(SIZES)].to_numpy()
    assert fit.households.sum(axis=1) == pytest.approx(homes / homes.sum(axis=1, keepdims=True), abs=1e-5)
    assert fit.households.sum(axis=2) @ np.eye(5)[SIZE] == pytest.approx(sizes / sizes.sum(axis=1, keepdims=True), abs=1e-5)
    children, adults = (np.einsum("wkt,k->w", fit.households, of) for of in (CHILDREN, ADULTS))
    assert children / adults == pytest.approx(table["under_16"] / (1 - table["under_16"]), abs=1e-4)
    tenure = np.array([fit.areas[place.area_ward == w].sum(axis=0) for w in range(len(place.wards))])
    assert fit.people.sum(axis=(1, 3, 4)) == pytest.approx(tenure / tenure.sum(axis=1, keepdims=True), abs=1e-6)


def test_the_fit_in_two_parts_is_the_joint_fit_of_all_areas() -> None:
    """Brute force over areas, ages, tenures, qualifications and occupations at once gives the same people."""
    lot = np.random.default_rng(1)
    adults, deprivation, ward = lot.uniform(500, 1500, 5), lot.uniform(0, 1, 5), np.array([0, 0, 0, 1, 1])
    margins = [lot.dirichlet(np.full(n, 5.0), 2) for n in (7, 3, 3, 5)]
    total = np.bincount(ward, adults)
    whole, tenure = fit_wards(*margins), fit_areas(adults, deprivation, ward, margins[1])
    given_tenure = whole / whole.sum(axis=(1, 3, 4), keepdims=True)
    ours = given_tenure[ward] * tenure[:, None, :, None, None]
    centred = deprivation - (np.bincount(ward, deprivation * adults) / total)[ward]
    z = centred / np.sqrt(np.bincount(ward, centred**2) / np.bincount(ward))[ward]
    joint = np.exp(z[:, None] * TENURE_DEPRIVATION)[:, None, :, None, None] * tied()[None]
    for _ in range(3000):
        joint *= (adults / joint.sum(axis=(1, 2, 3, 4)))[:, None, None, None, None]
        for axis, margin in enumerate(margins, start=1):
            others = tuple(n for n in (1, 2, 3, 4) if n != axis)
            now = np.array([joint[ward == w].sum(axis=0).sum(axis=tuple(n - 1 for n in others)) for w in (0, 1)])
            joint *= np.expand_dims((margin * total[:, None] / now)[ward], others)
    assert ours == pytest.approx(joint, rel=1e-4, abs=1e-3)


def test_tenure_follows_deprivation_within_a_ward() -> None:
    fit = fit_areas(np.array([1000.0, 1000.0]), np.array([0.3, 0.05]), np.zeros(2, int), np.array([[0.4, 0.3, 0.3]]))
    assert fit[1, 0] > fit[0, 0] and fit[0, 1] > fit[1, 1]


def test_more_children_than_the_sizes_allow_come_as_near_as_they_do() -> None:
    fit = fit_households(np.array([[0.7, 0.2, 0.1, 0.0, 0.0]]), np.array([[0.5, 0.2, 0.3]]), np.array([0.8]))
    assert fit.sum(axis=2) @ np.eye(5)[SIZE] == pytest.approx(np.array([[0.7, 0.2, 0.1, 0.0, 0.0]]), abs=1e-6)
    assert np.isfinite(fit).all() and fit[0, SIZE == 1][:, :].sum(axis=1) @ CHILDREN[SIZE == 1] > 0.15


def test_drawn_people_meet_the_marginals_within_sampling_error() -> None:
    place = load_place("haringey")
    p_values = []
    for seed in range(5):
        drawn, fit = place.draw_people(20_000, SHARES, seed), place.fitted(seed)
        weight = fit.adults_of_rows / fit.areas.sum()
        for codes, axes in ((drawn.age, (2, 3, 4)), (drawn.qualification, (1, 2, 4)), (drawn.occupation, (1, 2, 3))):
            expected = weight @ fit.people.sum(axis=axes)
            p_values.append(stats.chisquare(np.bincount(codes, minlength=len(expected)), expected * 20_000).pvalue)
        tenure = np.bincount(drawn.tenure, minlength=3) / 20_000
        assert tenure == pytest.approx(fit.areas.sum(axis=0) / fit.areas.sum(), abs=0.01)
        assert np.bincount(drawn.ward, minlength=19) / 20_000 == pytest.approx(weight, abs=0.002)
        areas = np.bincount(drawn.area, minlength=145) / 20_000
        assert areas == pytest.approx(fit.adults / fit.areas.sum(), abs=0.0012), "about eight residents of 138"
        p_values.append(stats.chisquare(np.bincount(drawn.segment, minlength=3), SHARES * 20_000).pvalue)
    assert min(p_values) > 1e-3


def test_putting_people_together_changes_nobody(monkeypatch) -> None:
    """Whatever is wished of who lives with whom, the same people live in each ward's homes of each tenure."""
    place = load_place("Islington")

    def counted() -> np.ndarray:
        drawn = place.draw_people(5000, SHARES, 4)
        kind = ((drawn.ward.astype(int) * 3 + drawn.tenure) * 7 + drawn.age) * 15 + drawn.qualification * 5 + drawn.occupation
        return np.bincount(kind)

    ours = counted()
    monkeypatch.setattr(people, "wishes", lambda household, *_: (np.zeros(len(household)), np.zeros(len(household))))
    assert (counted() == ours).all()


@pytest.mark.parametrize("population", [7, 400, 3000])
def test_households_share_area_and_tenure_and_stand_together(population) -> None:
    """With 400 residents in 145 areas there are fewer than three to an area, and households are whole all the same."""
    place = small_place() if population != 400 else load_place("haringey")
    drawn = place.draw_people(population, SHARES, 3)
    assert len(drawn.age) == population and (np.diff(drawn.household) >= 0).all()
    same = np.diff(drawn.household) == 0
    for name in ("area", "tenure", "ward", "decile", "children"):
        column = getattr(drawn, name)
        assert (column[1:][same] == column[:-1][same]).all(), name
    _, adults = homes_of(drawn)
    assert adults.max() <= 6
    if population >= 400:
        assert 1.65 < adults.mean() < 2.2 and (adults == 1).mean() < 0.5


def test_partners_are_two_alike_and_children_have_parents() -> None:
    drawn = load_place("Leeds").draw_people(20_000, SHARES, 1)
    first, adults = homes_of(drawn)
    couples = np.flatnonzero(drawn.partner[first] == 1)
    one, other = first[couples], first[couples] + 1
    assert (adults[couples] >= 2).all() and (drawn.partner[other] == 1).all() and drawn.partner.sum() == 2 * len(couples)
    lot = np.random.default_rng(1).permutation(other)
    assert (drawn.age[one] == drawn.age[other]).mean() > 0.6 > 3 * (drawn.age[one] == drawn.age[lot]).mean() - 0.2
    assert np.corrcoef(drawn.qualification[one], drawn.qualification[other])[0, 1] == pytest.approx(0.5, abs=0.1)
    assert abs(np.corrcoef(drawn.qualification[one], drawn.qualification[lot])[0, 1]) < 0.05
    assert (drawn.occupation[one] == drawn.occupation[other]).mean() > (drawn.occupation[one] == drawn.occupation[lot]).mean() + 0.1
    with_children = drawn.children[first] > 0
    oldest = np.maximum.reduceat(drawn.age, first)
    assert 0.2 < with_children.mean() < 0.3
    assert (oldest[with_children] >= 5).mean() < 0.06 and (oldest[with_children] == 0).mean() < 0.03
    alone = (adults == 1) & ~with_children
    old = drawn.age[first] >= 5
    assert (old & alone).sum() / (drawn.age >= 5).sum() == pytest.approx(0.3, abs=0.06), "about three in ten live alone from 65"
    students = drawn.occupation == OCCUPATIONS.index("student")
    assert (drawn.age[students] <= 1).mean() > 0.7


def test_own_people_need_no_households() -> None:
    """A place of somebody's own need not know occupation, children and partners."""
    zero = np.zeros(2, np.int32)
    codes = np.zeros(2, np.uint8)
    own = People(np.arange(2), zero, zero, zero, codes + 1, codes, codes, codes, codes, np.ones(2, np.float32))
    own.check()
    assert (own.occupation == 0).all() and (own.children == 0).all() and (own.partner == 0).all()


def test_each_replicate_redraws_people_and_a_seed_repeats_them() -> None:
    one, again, other = (small_place().draw_people(500, SHARES, seed) for seed in (1, 1, 2))
    for name in vars(one):
        assert getattr(one, name).tobytes() == getattr(again, name).tobytes(), name
    assert one.age.tobytes() != other.age.tobytes()


def test_shares_are_handed_out_whole() -> None:
    assert share_out(np.array([1.0, 1.0, 1.0]), 10).sum() == 10
    assert share_out(np.array([5.0, 0.0, 1.0]), 6).tolist() == [5, 0, 1]


def test_segments_can_be_any_number() -> None:
    drawn = small_place().draw_people(1000, np.array([0.1, 0.2, 0.3, 0.15, 0.25]), 1)
    assert set(drawn.segment) == {0, 1, 2, 3, 4}


def test_kinds_of_household_cover_every_size_and_type() -> None:
    assert set(SIZE) == set(range(5)) and set(people.TYPE) == set(range(len(TYPES)))
