"""What moves everybody's decisions alike in a year: off unless it is wanted, the same in every scenario of a seed, and known in size."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.catalogue import CATALOGUE
from simulation import ParticipationModel
from simulation.declared.forms import VOLUNTEERING
from simulation.month.deciding import form_appeal, national
from tests.places import small_scenario


def world(**parameters: float) -> ParticipationModel:
    own = {f"deciding.{name}": value for name, value in parameters.items()}
    return ParticipationModel(small_scenario(60, 0, parameters=own), 1)


def in_month(model: ParticipationModel, month: int) -> np.ndarray:
    model.month = month
    return national(model)


def test_it_is_off_unless_it_is_wanted() -> None:
    model = world(election_lift=1.0)
    assert not any(in_month(model, month).any() for month in range(-30, 60))
    assert form_appeal(model) is model.appeal


def test_a_year_has_one_mood_and_years_differ_by_the_declared_spread() -> None:
    model = world(mood_spread=0.2)
    moods = np.array([[in_month(model, 12 * year + month)[0] for month in (1, 12)] for year in range(-200, 200)])
    assert (moods[:, 0] == moods[:, 1]).all()
    assert moods[:, 0].std() == pytest.approx(0.2, abs=0.02)  # 400 years: a standard error of 0.007
    assert abs(np.corrcoef(moods[:-1, 0], moods[1:, 0])[0, 1]) < 0.15
    assert (in_month(model, 5) == in_month(model, 5)[0]).all()
    assert form_appeal(model) == pytest.approx(model.appeal + in_month(model, model.month)[:, None])


def test_it_is_the_same_in_every_scenario_of_a_seed_and_differs_between_seeds() -> None:
    own = {"deciding.mood_spread": 0.2}
    plain = small_scenario(60, 0, parameters=own)
    tried = plain.with_(name="tried", interventions=(CATALOGUE["closing-the-loop"],))
    first, second, other = (ParticipationModel(s, seed) for s, seed in ((plain, 1), (tried, 1), (plain, 2)))
    assert [in_month(first, m)[0] for m in range(1, 40)] == [in_month(second, m)[0] for m in range(1, 40)]
    assert in_month(first, 1)[0] != in_month(other, 1)[0]


def test_an_election_lifts_all_but_volunteering_in_its_month_and_the_two_before() -> None:
    model = world(election_years=4.0, election_lift=0.5)
    lifted = [month for month in range(1, 97) if in_month(model, month).any()]
    assert lifted == [46, 47, 48, 94, 95, 96]
    civic = model.form_category != VOLUNTEERING
    assert (in_month(model, 48)[civic] == 0.5).all()
    assert not in_month(model, 48)[~civic].any()


def test_a_better_mood_lets_more_people_take_part() -> None:
    rates = {}
    for lift in (0.0, 1.0):
        model = ParticipationModel(
            small_scenario(1500, 12, parameters={"deciding.election_years": 1.0, "deciding.election_lift": 2.0 * lift}), 1
        )
        model.run(12)
        rates[lift] = (model.residents.months_civic_participation > 0).mean()
    assert rates[1.0] > rates[0.0] + 0.03
