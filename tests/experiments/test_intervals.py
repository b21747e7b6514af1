"""Which interval: words, marks and ranks follow the range of what an effect may be, never the interval of its mean."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.comparison.compared_runs import ENOUGH
from experiments.comparison.comparison import Comparison
from experiments.comparison.losses import losses, worst
from experiments.comparison.ranking import first_sure, gainers, outlasts, rank_ranges
from experiments.comparison.statistics import interval, spread
from experiments.reports.answer import answer
from experiments.reports.charts import effects, forest
from experiments.reports.findings import cheapest, first, sure_changes
from experiments.reports.report import render
from experiments.reports.terminal import print_effects
from scenarios.catalogue import CATALOGUE
from simulation import Delivery
from tests.experiments.invented import column, invented
from tests.test_architecture import ROOT


@pytest.fixture(scope="module")
def doubtful() -> Comparison:
    """The mean is significantly above zero, the range is not: all variance is parameter uncertainty."""
    own = column(0.02, 0.012)
    return invented({"participation": own, "trust": -own}, {"participation": own[:5], "trust": -own[:5]})


def test_a_mean_beyond_zero_whose_range_holds_zero_is_sure_nowhere(doubtful, capsys) -> None:
    row = doubtful.effects.query("scenario == 'tried' and measure == 'participation'").iloc[0]
    assert row["effect_low"] > 0, "the interval of the mean excludes zero"
    assert row["range_low"] < 0 < row["range_high"]
    assert answer(doubtful).startswith("No scenario changes")
    assert "0 of" in sure_changes(doubtful, ("participation", "trust")) or "None of" in sure_changes(
        doubtful, ("participation", "trust")
    )
    assert first(doubtful).startswith("No scenario changes")
    assert cheapest(doubtful).startswith("Nothing that costs money")
    assert first_sure(doubtful, 1) is None
    assert losses(doubtful) == []
    assert worst(doubtful, 1) is None
    assert np.isnan(doubtful.ranking.iloc[0]["cost_per_participant"])
    page = render(doubtful)
    assert 'class="effect sure"' not in page
    assert "surely" not in page
    print_effects(doubtful)
    shown = capsys.readouterr().out
    assert shown.index("could be (95 % range)") < shown.index("interval of the mean")


def marks(picture: str) -> list[str]:
    """Return the fill of every mark of a chart."""
    return re.findall(r"<use [^>]*style=\"fill: (#\w+)[^\"]*stroke: #(?:0072b2|777777)", picture)


def test_a_mark_is_hollow_where_its_range_holds_zero(doubtful) -> None:
    clear = invented({"participation": column(0.02, 0.001)}, {"participation": column(0.02, 0.001)[:5]})
    for chart, names in ((effects, (("participation",),)), (forest, ())):
        assert "#ffffff" in marks(chart(doubtful, *names).svg), chart
        assert "#ffffff" not in marks(chart(clear, *names).svg), chart


def test_a_range_beyond_zero_is_said_in_plain_words() -> None:
    own = column(0.02, 0.003)
    found = invented({"participation": own, "trust": -own}, {"participation": own[:5], "trust": -own[:5]})
    assert "rises from 50.0 % to 52.0 % after two years" in answer(found)
    assert "could be +1.3 to +2.7 points" in answer(found)
    assert "All of the 2 changes drawn here are larger than chance and the model's uncertainty would explain." in sure_changes(
        found, ("participation", "trust")
    )


def test_overlapping_ranges_with_a_consistent_difference_are_ranked() -> None:
    one = column(0.03, 0.015)
    both = np.hstack([one, one - 0.01 - 0.001 * np.abs(one)])
    found = invented({"participation": both}, {"participation": both[:5]}, names=("one", "other"))
    rows = found.ranking.to_dict("records")
    assert rows[0]["range_low"] < rows[1]["range_high"], "their ranges overlap"
    assert [(row["best_rank"], row["worst_rank"]) for row in rows] == [(1, 1), (2, 2)]
    assert rows[0]["not_told_from"] == []
    alike = np.hstack([one, one[::-1] - 0.002])
    level = invented({"participation": alike}, {"participation": alike[:5]}, names=("one", "other")).ranking.to_dict("records")
    assert [(row["best_rank"], row["worst_rank"]) for row in level] == [(1, 2), (1, 2)]


def test_a_difference_of_means_that_hangs_on_the_parameters_is_no_rank() -> None:
    """The mean difference is sure; under many sets of parameters the order is the other way round."""
    one = column(0.03, 0.001)
    both = np.hstack([one, one - column(0.006, 0.006)])
    assert rank_ranges(both)[1].tolist() == [1, 2], "by the means"
    assert rank_ranges(both, both[:5], "range")[1].tolist() == [2, 2]
    assert rank_ranges(both, None, "first look")[1].tolist() == [2, 2]


def test_few_replicates_are_a_first_look_and_say_so(capsys) -> None:
    found = invented({"participation": column(0.02, 0.003, 4)})
    assert found.basis == "first look"
    values = (found.results[:, 1] - found.results[:, 0])[:, 0]
    half = stats.t.ppf(0.975, 3) * np.sqrt(values.var(ddof=1) * (1 + 1 / 4))
    assert found.doubt(1)["range_high"][0] - values.mean() == pytest.approx(half)
    assert np.isnan(found.doubt(1)["parameter_share"]).all()
    assert "This is a first look, from 4 runs; 15 or more give a closer range." in answer(found)
    print_effects(found)
    assert "could be (first look)" in capsys.readouterr().out
    assert "first look" in render(found)


def test_central_values_say_that_doubt_about_parameters_is_not_in_the_range() -> None:
    found = invented({"participation": column(0.02, 0.003)}, posterior="")
    assert found.basis == "central values"
    row = found.effects.query("scenario == 'tried' and measure == 'participation'").iloc[0]
    assert (row["range_low"], row["range_high"]) == pytest.approx((row["effect_low"], row["effect_high"]))
    assert "held at their central values" in answer(found)
    assert "model's uncertainty would" not in answer(found)


def test_fifteen_replicates_without_second_runs_are_a_first_look() -> None:
    found = invented({"participation": column(0.02, 0.003)})
    assert found.basis == "first look"
    assert "second runs" in answer(found)


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize(("replicates", "pairs"), [(15, 5), (30, 10)])
def test_a_range_holds_the_truth_as_often_as_it_says(part, replicates, pairs) -> None:
    """Regression: with a handful of pairs, ranges that said 95 % held what another set of parameters gives in 80 to 90 % of cases."""
    rng = np.random.default_rng(7)
    sets = np.sqrt(part) * rng.normal(size=(replicates, 4000))
    own, again = (sets[:n] + np.sqrt(1 - part) * rng.normal(size=(n, 4000)) for n in (replicates, pairs))
    low, high = spread(own, again, "range").range()
    truth = np.sqrt(part) * rng.normal(size=4000)
    assert ((low <= truth) & (truth <= high)).mean() > 0.91


def test_leaving_scenarios_out_keeps_each_ones_second_runs() -> None:
    """Regression: the second runs of a comparison of some kept all scenarios, so that a range was another scenario's."""
    both = np.hstack([column(0.02, 0.001), column(0.05, 0.02)])
    found = invented({"participation": both}, {"participation": both[:5]}, names=("one", "other"))
    assert found.only(["other"]).headline("participation", 1) == pytest.approx(found.headline("participation", 2))


def test_groups_have_ranges_and_gain_only_by_them() -> None:
    whole, beside = column(0.02, 0.001), column(0.01, 0.015)
    effect = np.stack([whole, whole + beside, whole], axis=2)
    found = invented({"participation": whole}, {"participation": whole[:5]}, by={"participation": effect})
    known = found.effect_by("segment", 1)
    assert (known["range_low"][0] < known["effect_low"][0])[1]
    assert interval((effect[:, 0, 1] - whole[:, 0])[:, None])[1] > 0, "more than the rest by the mean"
    assert gainers(found, 1) == ("", "")


def test_an_effect_that_outlasts_its_funding_by_its_mean_alone_does_not(doubtful) -> None:
    short = CATALOGUE["closing-the-loop"].at(1.0, Delivery(end=12))
    scenarios = (doubtful.scenarios[0], doubtful.scenarios[1].with_(interventions=(short,)))
    assert outlasts(replace(doubtful, scenarios=scenarios), 1).startswith("nothing larger than chance")


def test_places_with_other_people_have_ranges_too() -> None:
    found = invented({"participation": column(0.02, 0.003)}, {"participation": column(0.02, 0.003)[:5]})
    bigger = replace(found, scenarios=(found.scenarios[0], found.scenarios[1].with_(population=150)))
    row = bigger.effects.query("scenario == 'tried' and measure == 'participation'").iloc[0]
    assert not bigger.paired
    assert row["range_low"] <= row["effect_low"] < row["effect_high"] <= row["range_high"]


def test_make_run_runs_enough_for_a_range() -> None:
    replicates = re.search(r"^run:.*\n.*--replicates (\d+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert replicates is not None
    assert int(replicates[1]) >= ENOUGH


def test_places_side_by_side_follow_the_range_and_say_which_months(doubtful, capsys) -> None:
    from experiments.reports.across_places import together
    from experiments.reports.across_places_page import chart
    from experiments.reports.terminal import print_across

    across = together([doubtful, doubtful])
    print_across(across)
    shown = capsys.readouterr().out
    assert "Took part, at the end of the run (participation), place by place; in brackets what it could be (95 % range)" in shown
    row = doubtful.headline("participation", 1)
    assert f"+2.00 [{100 * row['range_low']:+.2f}, {100 * row['range_high']:+.2f}]" in shown, (
        "the range, not the interval of the mean"
    )
    drawn = chart(across, "participation")
    assert "In 0 of 2 places that is more than chance and the model's uncertainty would explain." in drawn.finding
    assert "#ffffff" in marks(drawn.svg)


def test_a_level_that_is_a_share_stays_between_nothing_and_all() -> None:
    from experiments.reports.across_places import together

    found = invented({"apathy": column(0.02, 0.003, 3)})
    found.results[:, 0, list(found.measures).index("apathy")] = [0.0, 0.1, 0.3]
    assert "[0.0 %, " in together([found]).rows("apathy")[0][1]


@pytest.mark.parametrize("basis", ["first look", "central values", "range"])
def test_a_few_replicates_that_agree_to_the_last_person_prove_nothing(basis):
    found = spread(np.array([[-1 / 300, 0.0]] * 2), None, basis)
    low, high = found.range()
    assert low[0] < 0 < high[0], "one person fewer in each of two runs"
    assert low[1] == high[1] == 0, "nothing at all in each is nothing"
    assert not spread(np.full((14, 1), -0.004), None, "first look").beyond_zero()[0]
    assert spread(np.full((15, 1), -0.004), None, "first look").beyond_zero()[0] == -1
    assert spread(np.full((2, 1), 100.0), None, basis, may_be_alike=True).range()[0][0] == 100.0
