"""The quality of services: drawn once by place and service, lasting, the same for every scenario, and carried by the levers that say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation import ParticipationModel
from simulation.declared.institutions import SERVICES, InstitutionSpec
from simulation.declared.levers import INSTITUTION_LEVER_NAMES, lever_index
from simulation.declared.parameters import InputError
from simulation.declared.quality import AVERAGE, LEVERS_OF_QUALITY, UNKNOWN, Qualities, Quality
from simulation.kernels.randomness import AGAIN
from simulation.state.quality import draw
from tests.places import small_place, small_scenario
from tests.worlds import digest

GOOD, BAD = (Qualities({"housing": Quality(z)}, 0.0) for z in (1.5, -1.5))


def world(quality: Qualities, replicate: int = 0, **changes: object) -> ParticipationModel:
    place = replace(small_place(), quality=quality, **changes.pop("place", {}))
    return ParticipationModel(small_scenario(**{"burn_in": 0, "place": place} | changes), 1, replicate=replicate)


def drawn(quality: Qualities, number: int, correlation: float = 0.3) -> np.ndarray:
    return np.array([draw(quality, SERVICES, "town", key, correlation, 0.5) for key in range(number)])


def test_what_is_not_known_is_drawn_with_the_spread_and_the_correlation_that_are_declared() -> None:
    found = drawn(UNKNOWN, 3000)
    assert found[:, :, 0].std(axis=0) == pytest.approx(1, abs=0.05)
    between = np.corrcoef(found[:, :, 0].T)[~np.eye(4, dtype=bool)]
    assert between == pytest.approx(0.3, abs=0.06)
    assert np.corrcoef(found[:, 1].T)[0, 1] == pytest.approx(0.5, abs=0.05), "promptness follows quality"


def test_services_that_are_not_known_follow_those_that_are() -> None:
    found = drawn(Qualities({"housing": Quality(-2.0, 0.3)}), 3000)[:, :, 0]
    assert found[:, 1].mean() == pytest.approx(-2, abs=0.03) and found[:, 1].std() == pytest.approx(0.3, abs=0.02)
    assert found[:, 0].mean() == pytest.approx(-0.6, abs=0.06) and found[:, 0].std() == pytest.approx(0.96, abs=0.04)


@pytest.mark.parametrize("correlation", [0.0, 1.0])
def test_services_may_have_nothing_or_all_in_common(correlation: float) -> None:
    known = Qualities({"housing": Quality(1.0), "police": Quality(0.5)})
    assert np.isfinite(drawn(known, 20, correlation)).all() and np.isfinite(drawn(UNKNOWN, 20, correlation)).all()
    apart = drawn(UNKNOWN, 20, 1.0)[:, :, 0]
    assert apart == pytest.approx(np.repeat(apart[:, :1], 4, axis=1))


def test_quality_is_redrawn_in_each_replicate_and_lasts_in_every_scenario() -> None:
    first, again, other = world(UNKNOWN), world(UNKNOWN, AGAIN), world(UNKNOWN, 1)
    assert (first.quality == again.quality).all(), "second runs of one set keep it, so that a range does"
    assert (first.quality != other.quality).all()
    before = first.levers.institution.copy()
    arm = first.branch(first.scenario.with_(parameters={}, loops_off=("failure_demand",)))
    arm.run(3)
    assert (arm.quality == first.quality).all()
    assert (arm.levers.institution == before).all()


def test_two_places_on_one_seed_are_drawn_apart() -> None:
    assert (world(UNKNOWN).quality != world(UNKNOWN, place={"name": "elsewhere"}).quality).all()


def test_the_levers_that_carry_quality_move_by_log_odds_and_no_other_does() -> None:
    alone = {"parameters": {"quality.correlation": 0.0}}
    good, usual = world(GOOD, **alone), world(AVERAGE, **alone)
    moved = {n for n, name in enumerate(INSTITUTION_LEVER_NAMES) if (good.levers.mean[n] != usual.levers.mean[n]).any()}
    assert moved == {lever_index(name) for name in LEVERS_OF_QUALITY}
    for name in LEVERS_OF_QUALITY:
        with_it, without = (m.levers.mean[lever_index(name), 1] for m in (good, usual))
        assert np.log(with_it / (1 - with_it)) - np.log(without / (1 - without)) == pytest.approx(1.5 * 0.75)
    others = [0, 2, 3]
    assert (good.levers.mean[:, others] == usual.levers.mean[:, others]).all()
    assert good.half_lives[1] < usual.half_lives[1] and (good.half_lives[others] == usual.half_lives[others]).all()


def test_what_the_user_says_of_an_institution_comes_before_its_quality() -> None:
    own = (
        *(InstitutionSpec(s.name, s.name) for s in SERVICES if s.name != "housing"),
        InstitutionSpec("homes", "housing", levers={"courtesy": 0.5}),
    )
    model = world(GOOD, institutions=own)
    assert model.levers.mean[lever_index("courtesy"), 3] == 0.5
    assert model.levers.mean[lever_index("openness"), 3] > 0.35
    known = world(GOOD, place={"parameters": {"housing.responsiveness": 0.5, "housing.response_months": 4.0}})
    assert known.levers.mean[lever_index("responsiveness"), 1] == 0.5 and known.half_lives[1] == 4
    open_ended = world(GOOD, place={"ranges": {"housing.responsiveness": (0.4, 0.6)}}, parameters={"housing.responsiveness": 0.55})
    assert open_ended.levers.mean[lever_index("responsiveness"), 1] == 0.55


def test_another_quality_is_another_world() -> None:
    one, other = (replace(small_place(), quality=q) for q in (GOOD, BAD))
    assert len({small_scenario(place=p).world for p in (one, other, small_place())}) == 3
    assert digest(world(GOOD, burn_in=12)) != digest(world(BAD, burn_in=12))
    assert digest(world(GOOD, burn_in=12)) == digest(world(GOOD, burn_in=12))


def test_people_trust_a_good_service_more_than_a_bad_one() -> None:
    good, bad = (world(q, burn_in=120, population=1000).residents.trust[1].mean() for q in (GOOD, BAD))
    assert good > bad + 0.05


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Quality(4.5),
        lambda: Quality(0.0, -1.0),
        lambda: Quality(0.0, promptness=float("nan")),
        lambda: Qualities(spread=2.0),
    ],
)
def test_a_quality_out_of_range_is_refused(wrong) -> None:
    with pytest.raises(InputError, match=r"quality: .*allowed: -?\d"):
        wrong()
