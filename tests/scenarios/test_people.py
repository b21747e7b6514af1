"""People drawn from a place reproduce its published marginals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenarios import load_place
from scenarios.people import fit_joint, share_out
from tests.places import small_place

SHARES = np.array([0.3, 0.3, 0.4])


def test_the_fit_reproduces_every_marginal() -> None:
    place = load_place("haringey")
    joint = place.joint
    for row in place.ward_table.itertuples():
        inside = (place.areas["ward"] == row.ward).to_numpy()
        table = joint[inside] / joint[inside].sum()
        age = np.array([row.age_16_64, row.age_65_plus])
        tenure = np.array([row.owned, row.social_rented, row.private_rented])
        assert table.sum(axis=(0, 2, 3)) == pytest.approx(age / age.sum(), abs=1e-6)
        assert table.sum(axis=(0, 1, 3)) == pytest.approx(tenure / tenure.sum(), abs=1e-6)
        assert table.sum(axis=(0, 1, 2))[[0, 2]] == pytest.approx([row.no_qualification, row.level_4_plus], abs=1e-6)
        adults = place.areas["population"][inside] * (1 - row.under_16)
        assert joint[inside].sum(axis=(1, 2, 3)) == pytest.approx(adults.to_numpy(), rel=1e-6)


def test_tenure_follows_deprivation_within_a_ward() -> None:
    joint = fit_joint(np.array([1000.0, 1000.0]), np.array([0.3, 0.05]), np.zeros(2, int), np.array([[0.85, 0.15]]), np.array([[0.4, 0.3, 0.3]]),
                      np.array([[0.2, 0.4, 0.4]]))  # fmt: skip
    owned, social = joint[:, :, 0].sum(axis=(1, 2)), joint[:, :, 1].sum(axis=(1, 2))
    assert owned[1] > owned[0]
    assert social[0] > social[1]


def test_drawn_people_meet_the_marginals_within_sampling_error() -> None:
    place = load_place("haringey")
    joint = place.joint
    p_values = []
    for seed in range(5):
        people = place.draw_people(20_000, SHARES, seed)
        for codes, axes in ((people.age, (0, 2, 3)), (people.qualification, (0, 1, 2))):
            expected = joint.sum(axis=axes)
            observed = np.bincount(codes, minlength=len(expected))
            p_values.append(stats.chisquare(observed, expected / expected.sum() * 20_000).pvalue)
        tenure = np.bincount(people.tenure, minlength=3) / 20_000
        assert tenure == pytest.approx(joint.sum(axis=(0, 1, 3)) / joint.sum(), abs=0.01)
        wards = np.bincount(people.ward, minlength=19) / 20_000
        shares = np.array([joint[(place.areas["ward"] == w).to_numpy()].sum() for w in place.wards])
        assert wards == pytest.approx(shares / shares.sum(), abs=0.002)
        p_values.append(stats.chisquare(np.bincount(people.segment, minlength=3), SHARES * 20_000).pvalue)
    assert min(p_values) > 1e-3


def test_households_share_area_and_tenure_and_stand_together() -> None:
    people = small_place().draw_people(3000, SHARES, 3)
    assert (np.diff(people.household) >= 0).all()
    for name in ("area", "tenure", "ward", "decile"):
        column = getattr(people, name)
        same = np.diff(people.household) == 0
        assert (column[1:][same] == column[:-1][same]).all(), name
    sizes = np.bincount(people.household)
    assert 1.6 < sizes.mean() < 2.1
    assert sizes.max() == 4


def test_each_replicate_redraws_people_and_a_seed_repeats_them() -> None:
    one, again, other = (small_place().draw_people(500, SHARES, seed) for seed in (1, 1, 2))
    assert one.age.tobytes() == again.age.tobytes()
    assert one.age.tobytes() != other.age.tobytes()


def test_shares_are_handed_out_whole() -> None:
    assert share_out(np.array([1.0, 1.0, 1.0]), 10).sum() == 10
    assert share_out(np.array([5.0, 0.0, 1.0]), 6).tolist() == [5, 0, 1]


def test_segments_can_be_any_number() -> None:
    people = small_place().draw_people(1000, np.array([0.1, 0.2, 0.3, 0.15, 0.25]), 1)
    assert set(people.segment) == {0, 1, 2, 3, 4}
