"""Harm, money and acts: what gets worse is named beside the gain, costs count service and their own doubt, and acts stand beside people."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from experiments.comparison.compare import compare
from experiments.comparison.costs import money
from experiments.comparison.losses import losses, worst
from experiments.numbers import change_of_cost, costs, could_be, pounds
from experiments.reports.answer import answer
from experiments.reports.findings import sure_changes
from experiments.reports.report import render
from experiments.reports.terminal import print_effects
from experiments.reports.words import begin, plain
from scenarios.catalogue import CATALOGUE
from simulation import ParticipationModel, Recorder
from simulation.declared.costs import Cost
from tests.experiments.invented import column, invented
from tests.places import small_scenario

# -- pounds in words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [(500_455, "£500,000"), (770_312, "£770,000"), (1_549_000, "£1.5 million"), (999_999, "£1 million"), (103, "£100"), (-108, "-£110"), (0.0, "£0"),
     (7.5, "£7.50"), (0.05, "£0.05"), (2.4e9, "£2.4 billion"), (float("nan"), "-"), (12, "£12")],
)  # fmt: skip
def test_pounds_are_rounded_to_what_is_known(value, said) -> None:
    assert pounds(value) == said


def test_a_cost_never_hides_behind_a_sign() -> None:
    """Regression: a table of savings said "-108" of an extra cost of 108."""
    assert change_of_cost(108) == "extra cost of £110"
    assert change_of_cost(-4_210) == "saving of £4,200"
    assert costs(-4_210, -9_000, 2_000) == "saves about £4,200 (could save £9,000, or cost £2,000)"
    assert costs(770_000, 400_000, 1_500_000) == "costs about £770,000 (could be £400,000 to £1.5 million)"
    assert could_be(100, 50, 200) == "£100 (could be £50 to £200)"
    assert could_be(100, -50, 200) == "£100 (could be anything from a saving of £50 to a cost of £200)"


# -- what it costs --------------------------------------------------------------------------------------------------------

PROGRAMME = replace(CATALOGUE["closing-the-loop"], cost=Cost(running_hours=1.0))


def paid(programme: float, service: float, **more) -> object:
    effects = {"cost": np.full((15, 1), programme), "service_cost": np.full((15, 1), service), **more}
    return invented(effects, {name: values[:5] for name, values in effects.items()}, interventions=((PROGRAMME,),))


def test_costs_include_service_and_their_own_doubt() -> None:
    spent = money(paid(100_000.0, 30_000.0), 1)
    assert spent.net.value == pytest.approx(130_000)
    assert (spent.programme.low, spent.programme.high) == pytest.approx((50_000, 200_000)), "half to twice, as declared"
    assert spent.net.high - spent.net.value == pytest.approx(np.hypot(100_000, 30_000))
    saved = money(paid(100_000.0, -130_000.0), 1)
    assert saved.net.value == pytest.approx(-30_000)
    assert "It saves about £30,000" in answer(paid(100_000.0, -130_000.0, participation=column(0.02, 0.001)))
    assert np.isnan(saved.each.value), "what saves money has no cost for each"


def test_the_answer_rounds_money_and_says_what_it_could_be() -> None:
    text = answer(paid(770_312.0, 0.0, participation=column(0.02, 0.001)))
    assert "It costs about £770,000 (could be £390,000 to £1.5 million) over two years, service costs included: roughly £" in text
    assert re.search(r"for each extra person taking part for a year \(£[\d,.]+ to £[\d,.]+\)", text)
    assert "pounds" not in text


def test_a_cost_that_nobody_knows_is_no_sentence() -> None:
    text = answer(paid(np.nan, 0.0, participation=column(0.02, 0.001)))
    assert "cost" not in text
    assert "nan" not in text


def test_a_programme_cannot_turn_out_a_saving() -> None:
    spent = money(invented({"cost": column(10_000.0, 9_000.0, 3) + 9_000}, interventions=((PROGRAMME,),)), 1)
    assert spent.programme.low == 0.0


def test_tables_say_extra_cost_or_saving(capsys) -> None:
    two = np.array([[5_000.0, -4_000.0]]).repeat(15, axis=0)
    found = invented({"service_cost": two, "saving": -two}, names=("one", "other"))
    print_effects(found)
    shown = capsys.readouterr().out
    assert "extra cost of £5,000" in shown
    assert "saving of £4,000" in shown
    assert "extra cost of £5,000" in render(found)


# -- harm -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "size"),
    [("apathy", 0.02), ("trust", -0.03), ("representativeness", -0.04), ("hours_gini", 0.03), ("service_cost", 3e5)],
)
def test_the_worst_loss_stands_beside_the_gain(measure, size) -> None:
    effects = {
        "participation": column(0.02, 0.001),
        measure: column(size, abs(size) / 20),
        "council_satisfaction": column(-0.001, 0.00001),
    }
    if measure == "service_cost":
        del effects["council_satisfaction"]
    found = invented(effects, {name: values[:5] for name, values in effects.items()})
    text = answer(found)
    assert "rises from 50.0 % to 52.0 %" in text
    label = found.measures[measure].label
    assert f"The worst loss: “{label}” {'rises' if size > 0 else 'falls'} by " in text
    assert worst(found, 1)["measure"] == measure
    assert measure in {row["measure"] for row in losses(found)}
    assert "What gets worse" in render(found)


def test_a_group_that_loses_is_named_where_nobody_else_does() -> None:
    gain = column(0.02, 0.001)
    groups = np.stack([gain, gain, column(-0.03, 0.001)], axis=2)
    found = invented({"participation": gain}, {"participation": gain[:5]}, by={"participation": groups})
    name = found.groups("segment")[2]
    assert f"The worst loss: for {name}, “Took part” falls by 3.0 points" in answer(found)


def test_a_loss_by_the_mean_alone_is_not_named() -> None:
    effects = {"participation": column(0.02, 0.001), "trust": column(-0.02, 0.012)}
    found = invented(effects, {name: values[:5] for name, values in effects.items()})
    assert "loss" not in answer(found)


# -- one world, no world --------------------------------------------------------------------------------------------------


def test_a_base_alone_is_not_called_one_world() -> None:
    """Regression: thirty complete replicates of a base were called "One world was run"."""
    found = compare(small_scenario(100, 12), replicates=2, months=12, workers=1)
    assert answer(found) == "You have not chosen anything to try yet. Add something to compare with today."
    assert "One world" not in render(found)


def test_one_world_is_said_only_of_one() -> None:
    one = invented({"participation": column(0.02, 0.0, 1)})
    assert answer(one).startswith("One world was run")
    assert sure_changes(one, ("participation",)).startswith("One world was run")
    assert "One world" not in answer(invented({"participation": column(0.02, 0.001, 2)}))


def test_a_run_shorter_than_a_year_says_that_it_is() -> None:
    base = small_scenario(100, 12)
    found = compare(
        base, base.with_(name="tried", interventions=(CATALOGUE["closing-the-loop"],)), replicates=2, months=6, workers=1
    )
    assert "Run 12 months or more" in answer(found)


# -- acts -----------------------------------------------------------------------------------------------------------------


def test_acts_stand_beside_the_people_who_took_part(capsys) -> None:
    effects = {"participation": column(0.02, 0.001), "acts_12m": column(-0.1, 0.005)}
    found = invented(effects, {name: values[:5] for name, values in effects.items()}, names=("tried",))
    text = answer(found)
    assert "Acts of taking part fall from 4.00 to 3.90 per resident a year (-0.10; could be" in text
    assert found.ranking.iloc[0]["acts_12m"] == pytest.approx(-0.1)
    page = render(found)
    assert "Acts per resident a year" in page
    assert "Acts of taking part, month by month" in page
    print_effects(found)
    assert "Acts of taking part (acts_12m)" in capsys.readouterr().out


def test_acts_are_those_of_the_residents_in_twelve_months() -> None:
    model = ParticipationModel(small_scenario(200, 12), 1)
    model.recorder = Recorder(model, 12)
    model.run(12)
    at = list(model.recorder.measures).index("acts_12m")
    assert model.recorder.results()[at] == pytest.approx(model.residents.acts_12m.sum() / model.residents.size)
    assert model.recorder.results_by("ward")[at].min() > 0


# -- names ----------------------------------------------------------------------------------------------------------------


def test_names_are_shown_as_words_and_a_users_own_as_typed() -> None:
    assert plain("closing-the-loop@0.65") == "closing the loop at 65 %"
    assert plain("closing-the-loop+co-design@0.5") == "closing the loop with co-design at 50 %"
    assert begin("baseline (2)") == "Baseline (2)"
    for own in ("Plan-B + more@home", "my-plan", "pay $5 & <b>$6"):
        assert plain(own) == begin(own) == own


def test_where_several_are_compared_the_cost_names_whose_it_is() -> None:
    effects = {"participation": np.hstack([column(0.05, 0.001), column(0.001, 0.001)])}
    effects |= {"cost": np.tile([160_000.0, 130_000.0], (15, 1)), "perceived_influence": np.zeros((15, 2))}
    found = invented(effects, {n: v[:5] for n, v in effects.items()}, names=("closing-the-loop", "more-consultation"), interventions=((PROGRAMME,), (PROGRAMME,)))  # fmt: skip
    assert "Closing the loop costs about £160,000" in answer(found)
    assert not re.search(r"\bIt costs\b", answer(found))
