"""Ranks, costs, who gains and how many replicates: known answers, and the same from the program."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparison.compare import compare, ended
from experiments.comparison.comparison import Comparison
from experiments.comparison.ranking import cost_for_each, first_sure, gainers, outlasts, rank_ranges
from experiments.comparison.replicates_needed import next_batch, plan, planned, widest
from experiments.comparison.statistics import interval, replicates_needed
from scenarios.catalogue import CATALOGUE
from simulation import Delivery, InputError
from tests.places import small_scenario

COURSES = ("participation", "cost", "service_cost")  # of the other measures no test here looks at the months


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    base = small_scenario(800)
    names = ("closing-the-loop", "single-point-of-contact", "budget-cut", "pooled-insight")
    others = [base.with_(name=name, interventions=(CATALOGUE[name],)) for name in names]
    return compare(base, *others, replicates=10, months=36, monthly=COURSES, posterior=None)


def test_rank_ranges_of_what_is_clear_and_of_what_is_not() -> None:
    noise = np.random.default_rng(1).normal(size=(40, 4))
    best, worst = rank_ranges(noise + np.array([0.0, 10.0, 0.0, -10.0]))
    assert (best[1], worst[1], best[3], worst[3]) == (1, 1, 4, 4)
    assert (best[0], worst[0], best[2], worst[2]) == (2, 3, 2, 3)
    assert rank_ranges(noise[:1])[1].tolist() == [4, 4, 4, 4], "one replicate tells nothing"


def test_joint_ranks_are_wrong_in_at_most_one_case_of_twenty() -> None:
    """All alike: any difference that is found is found wrongly."""
    rng, wrong = np.random.default_rng(2), 0
    for _ in range(400):
        best, worst = rank_ranges(rng.normal(size=(12, 8)))
        wrong += bool((best > 1).any() or (worst < 8).any())
    assert wrong / 400 <= 0.07


def test_the_ranking_puts_the_highest_effect_first_and_says_what_cannot_be_told_apart(comparison) -> None:
    rows = comparison.ranking
    assert list(rows["effect"]) == sorted(rows["effect"], reverse=True)
    last = rows.iloc[-1]
    assert last["scenario"] == "budget-cut"
    assert last["effect"] < 0
    for row in rows.to_dict("records"):
        assert row["best_rank"] <= row["worst_rank"]
        assert len(row["not_told_from"]) >= row["worst_rank"] - row["best_rank"]


def test_cost_of_one_more_participant_is_cost_over_participant_years(comparison) -> None:
    pounds, low, high = cost_for_each(comparison, 1)
    m, cost, service = (list(comparison.measures).index(name) for name in ("participation", "cost", "service_cost"))
    years = (
        (comparison.series[:, 1, :, m] - comparison.series[:, 0, :, m]).sum(axis=1).mean()
        / 12
        * comparison.scenarios[0].place.adults
    )
    spent = comparison.results[:, :, cost] + comparison.results[:, :, service]
    assert pounds == pytest.approx((spent[:, 1] - spent[:, 0]).mean() / years), "what service costs more or less is part of it"
    assert low < pounds < high
    assert np.isnan(cost_for_each(comparison, 3)[0]), "a cut brings nobody in"
    shown = comparison.effects.set_index(["scenario", "measure"])
    assert shown.loc[("closing-the-loop", "cost_per_participant"), "mean"] == pounds


def test_savings_are_what_service_costs_less(comparison) -> None:
    names = list(comparison.measures)
    saving, service = names.index("saving"), names.index("service_cost")
    assert (comparison.results[:, 0, saving] == 0).all()
    found = comparison.results[:, 0, service] - comparison.results[:, 2, service]
    np.testing.assert_array_equal(comparison.results[:, 2, saving], found)
    assert found.mean() > 0, "a single point of contact saves contacts"


def test_the_ledger_counts_programmes_as_declared(comparison) -> None:
    one, place = CATALOGUE["pooled-insight"], comparison.scenarios[0].place
    hours = one.cost.setup_hours + 36 * one.cost.running_hours
    expected = 4 * place.adults / 1000 * (28.0 * hours + one.cost.setup_pounds)
    found = comparison.results[:, 4, list(comparison.measures).index("cost")].mean()
    assert found == pytest.approx(expected, rel=0.02)


def test_when_it_shows_and_whether_it_lasts(comparison) -> None:
    assert 1 <= (first_sure(comparison, 1) or 0) <= 24
    assert outlasts(comparison, 1) == "not tested: funding runs to the end"
    stopped = [ended(s, 12) if s.interventions else s for s in comparison.scenarios]
    short = compare(*stopped[:4], replicates=4, months=36, monthly=COURSES, posterior=None)
    assert "24 months after funding ended" in outlasts(short, 1)
    assert outlasts(short, 3) == "", "a shock is nobody's programme"


def test_who_gains_is_named_only_where_it_is_sure(comparison) -> None:
    more, fewer = gainers(comparison, 4)
    assert (more, fewer) == ("", ""), "pooled insight moves hardly anybody"
    aimed = CATALOGUE["go-where-people-are"].at(1.0, Delivery(wards=("Mill",)))
    base = comparison.scenarios[0]
    found = compare(base, base.with_(name="in Mill", interventions=(aimed,)), replicates=12, months=24, monthly=(), posterior=None)
    assert "ward Mill" in gainers(found, 1)[0]


def test_ending_before_the_start_is_refused() -> None:
    late = CATALOGUE["closing-the-loop"].at(1.0, Delivery(start=20))
    with pytest.raises(InputError, match="'closing-the-loop' starts then"):
        ended(small_scenario(interventions=(late,)), 12)


# -- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("deviation", "half"), [(0.004, 0.001), (0.01, 0.01), (0.002, 0.0001), (0.5, 0.9)])
def test_replicates_needed_is_the_fewest_that_do(deviation, half) -> None:
    from scipy.stats import t

    n = replicates_needed(deviation, half)
    assert t.ppf(0.975, n - 1) * deviation / np.sqrt(n) <= half
    assert n == 2 or t.ppf(0.975, n - 2) * deviation / np.sqrt(n - 1) > half


def test_the_plan_is_kept_by_the_comparison_that_follows_it(comparison) -> None:
    wanted = 0.8 * widest(comparison)
    found = plan(comparison, wanted)
    assert set(found["scenario"]) == set(comparison.labels[1:])
    assert planned(comparison, wanted)["replicates"] == found["replicates"].max()
    more = 2 * int(found["replicates"].max())
    assert more > comparison.replicates
    longer = compare(*comparison.scenarios, replicates=more, months=36, monthly=(), posterior=None)
    assert widest(longer) <= wanted, "twice as many as the pilot says are enough"


def test_batches_stop_when_sure(comparison) -> None:
    assert next_batch(comparison, 1.0, 5, 1000) == 0
    assert next_batch(comparison, 0.5 * widest(comparison), 5, 1000) >= 5
    assert next_batch(comparison, 1e-9, 5, comparison.replicates) == 0 or comparison.replicates < 1000


def test_fewer_courses_give_the_same_results(comparison) -> None:
    short = compare(*comparison.scenarios[:2], replicates=2, months=14)
    quick = compare(*comparison.scenarios[:2], replicates=2, months=14, monthly=("participation", "cost", "service_cost"))
    np.testing.assert_array_equal(short.results, quick.results)
    for grouping, table in short.by.items():
        np.testing.assert_array_equal(table, quick.by[grouping])
    assert np.isnan(quick.series[:, :, 0, list(quick.measures).index("trust")]).all()


def test_intervals_agree_with_the_textbook() -> None:
    mean, low, high = interval(np.array([1.0, 2.0, 3.0]))
    assert mean == 2.0
    assert high - mean == pytest.approx(4.302653 / np.sqrt(3))
    assert mean - low == pytest.approx(high - mean)
