"""Interventions that reach some of those who are alike: a share of households, one person of each, or listed persons."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Change, Delivery, InputError, Intervention, ParticipationModel, Scenario
from simulation.state.newcomers import ARRIVAL, FIRST
from tests.places import small_place, small_scenario
from tests.worlds import by_slot, differing, in_two_orders


@pytest.fixture(scope="module")
def world() -> ParticipationModel:
    return ParticipationModel(small_scenario(900, 24), 4)


def asking(name: str = "letters", dose: float = 1.0, **aim: object) -> Intervention:
    return Intervention(name, "asks", (Change("invitations", add=400.0, forms=("consultation-response",)),), Delivery(**aim), dose)  # type: ignore[arg-type]


def reached(model: ParticipationModel, number: int = 0) -> np.ndarray:
    """Return which residents an intervention reaches now."""
    return model.levers._reach[number][model.cell]


def tried(world: ParticipationModel, *interventions: Intervention) -> ParticipationModel:
    return world.branch(world.scenario.with_(interventions=interventions))


@pytest.mark.parametrize("aim", [{"households": 0.5, "members": "one"}, {"persons": (0, 5, 7)}, {"members": "one"}])
def test_zero_dose_changes_no_byte(world, aim) -> None:
    base, none = tried(world), tried(world, asking(dose=0.0, **aim))
    base.run(8)
    none.run(8)
    assert differing(base, none) == []


def test_one_person_of_half_the_households_is_asked_more_and_nobody_else(world) -> None:
    base, trial = tried(world), tried(world, asking(households=0.5, members="one"))
    base.step()
    trial.step()
    chosen, household = reached(trial), world.residents.household
    more = trial.residents.asked_12m.sum(axis=0).astype(int) - base.residents.asked_12m.sum(axis=0)
    assert more[chosen].mean() > 0.2
    assert (more[~chosen] == 0).all()
    homes = np.unique(household)
    assert np.bincount(household[chosen], minlength=homes.max() + 1).max() == 1, "one of each"
    assert len(np.unique(household[chosen])) / len(homes) == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / len(homes)))
    assert trial.levers.reached(0) == pytest.approx(0.5 * len(homes)), "costs and means count those to be expected"


def test_whole_households_are_reached_and_a_greater_share_holds_a_smaller(world) -> None:
    some, more = (reached(tried(world, asking(households=share))) for share in (0.3, 0.6))
    household = world.residents.household
    for home in np.unique(household):
        assert len(set(some[household == home])) == 1
    assert not (some & ~more).any()
    assert some.mean() == pytest.approx(0.3, abs=0.08)
    other = reached(tried(world, asking("visits", households=0.6)))
    assert 0.2 < other[more].mean() < 0.95, "another intervention draws other households"


def test_two_samples_in_one_scenario_are_those_of_each_alone(world) -> None:
    one, other = asking(households=0.4), asking("visits", members="one")
    both = tried(world, one, other)
    np.testing.assert_array_equal(reached(both, 0), reached(tried(world, one)))
    np.testing.assert_array_equal(reached(both, 1), reached(tried(world, other)))
    assert both.levers.people.sum() == pytest.approx(world.residents.size)
    homes = len(np.unique(world.residents.household))
    assert (both.levers.reached(0), both.levers.reached(1)) == pytest.approx((0.4 * world.residents.size, homes))


def test_who_chance_leaves_out_is_not_counted_as_reached(world) -> None:
    assert tried(world, asking(households=0.00001)).unreached == ["letters"]
    one_of_each = tried(world, asking(members="one"))
    assert one_of_each.unreached == []
    lost, won = (int((world.residents.person_id & FIRST)[reached(one_of_each) == chosen][0]) for chosen in (False, True))
    assert tried(world, asking(persons=(lost,), members="one")).unreached == ["letters"]
    assert tried(world, asking(persons=(lost, won), members="one")).unreached == []


def test_listed_persons_are_reached_until_they_move_out(world) -> None:
    renting = np.flatnonzero(world.residents.tenure == 2)[:60]
    listed = tuple((world.residents.person_id[renting] & FIRST).tolist())
    trial = tried(world, asking(persons=listed))
    np.testing.assert_array_equal(np.flatnonzero(reached(trial)), np.sort(renting))
    assert trial.levers.reached(0) == 60
    trial.run(24)
    left = trial.residents.person_id[renting] != world.residents.person_id[renting]
    assert 5 < left.sum() < 55
    np.testing.assert_array_equal(np.flatnonzero(reached(trial)), np.sort(renting[~left]), "whoever moves in is another person")
    resumed = tried(world, asking(persons=listed))
    resumed.restore(trial.checkpoint())
    np.testing.assert_array_equal(resumed.cell, trial.cell)


def test_a_household_that_moves_in_is_drawn_anew(world) -> None:
    trial = tried(world, asking(households=0.5, members="one"))
    before = reached(trial)
    trial.run(36)
    moved = trial.residents.person_id // ARRIVAL != world.residents.person_id // ARRIVAL
    np.testing.assert_array_equal(reached(trial)[~moved], before[~moved])
    assert 0.1 < (reached(trial) != before)[moved].mean() < 0.9
    homes = np.unique(world.residents.household[moved])
    assert reached(trial)[moved].sum() / len(homes) == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / len(homes)))


def test_the_same_are_chosen_whatever_the_order_of_rows() -> None:
    aims = (asking(households=0.5, members="one"), asking("visits", persons=(3, 40, 41, 200)))
    first, other = in_two_orders(small_scenario(300, 0).with_(interventions=aims), 18)
    one, two = by_slot(first), by_slot(other)
    assert [name for name in one if one[name].tobytes() != two[name].tobytes()] == []
    slots = [np.argsort(m.residents.person_id & FIRST) for m in (first, other)]
    np.testing.assert_array_equal(first.cell[slots[0]], other.cell[slots[1]])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Delivery(members="two"), "members: unknown 'two'; allowed: all, one"),
        (lambda: Delivery(households=0.0), r"households: 0; allowed: above 0, to 1"),
        (lambda: Delivery(households=1.5), r"households: 1.5; allowed: above 0, to 1"),
        (lambda: Delivery(persons=()), "persons: an empty list"),
        (lambda: Delivery(persons=(3, -1)), "persons: -1; allowed: whole numbers from 0"),
        (lambda: Delivery(persons=(3, 5, 3)), "persons: 3 is given twice"),
        (lambda: small_scenario(interventions=(asking(persons=(299, 300)),)), "letters: persons: no resident 300; allowed: 0 to 299"),
        (lambda: small_scenario(interventions=tuple(asking(f"n{k}", members="one") for k in range(7))), "7 are aimed at .*allowed: 6"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, said) -> None:
    with pytest.raises(InputError, match=said):
        make()


def test_a_person_whom_people_of_ones_own_lack_is_refused() -> None:
    people = small_place().draw_people(20, np.array([0.3, 0.3, 0.4]), 1)
    people.person_id = people.person_id + 5
    scenario: Scenario = small_scenario(20, 0).with_(interventions=(asking(persons=(2,)),))
    with pytest.raises(InputError, match="persons: no resident 2; allowed: 5 to 24"):
        ParticipationModel(scenario, 1, people=people)
