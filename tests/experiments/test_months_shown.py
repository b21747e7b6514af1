"""Which month: what passes or changes on the way is not judged by the last month alone, and every sentence says which it is."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparison.compare import compare
from experiments.comparison.comparison import Comparison
from experiments.comparison.months import changes_on_the_way
from experiments.reports.answer import answer
from experiments.reports.findings import course, first
from experiments.reports.report import render
from experiments.reports.terminal import print_effects
from scenarios.catalogue import CATALOGUE
from simulation import Delivery
from tests.experiments.invented import column, invented
from tests.places import small_scenario

SURGE = CATALOGUE["demand-surge"]
LOOP = CATALOGUE["closing-the-loop"]


def passing(
    months: int = 24, last: float = 0.0, names: tuple[str, ...] = ("surge",), interventions: tuple = ((SURGE,),)
) -> Comparison:
    """Return a comparison with an effect of up to 4 points that is gone at the end."""
    shape = np.concatenate([np.linspace(0.0, 0.04, 8), np.linspace(0.04, 0.0, months - 8) + last])
    each = 1.0 + 0.05 * column(0.0, 1.0)[:, :, None]
    effect = np.repeat(each * shape, len(names), axis=1)
    return invented({"participation": effect}, {"participation": effect[:5]}, names, months, interventions=interventions)


def test_a_shock_that_passes_is_not_plus_nothing() -> None:
    """Regression: `demand-surge` was "+0.00", as it was looked at long after it had ended."""
    found = passing()
    assert found.judged() == "over_the_run"
    row = found.ranking.iloc[0]
    assert row["judged"] == "over_the_run"
    assert row["effect"] == pytest.approx(found.series[:, 1, :, 0].mean() - 0.5)
    text = answer(found)
    assert "on average over two years" in text
    assert "At the end of the run it is +0.0 points" in text
    assert "strongest in month 8: +4.0 points" in text
    assert "on average over the run" in first(found)
    assert "+4.0 points in month 8, +0.0 points at the end" in course(found, 0, True)


def test_mean_last_best_and_worst_month_stand_beside_one_another(capsys) -> None:
    found = passing(last=-0.01)
    when = found.to_json()["scenarios"][1]["when"]["participation"]
    assert list(when) == ["over_the_run", "last_month", "best_month", "worst_month"]
    assert (when["best_month"]["month"], when["worst_month"]["month"]) == (8, 24)
    assert when["last_month"]["effect"] == pytest.approx(-0.01)
    assert all(one["range_low"] <= one["effect"] <= one["range_high"] for one in when.values())
    print_effects(found)
    shown = capsys.readouterr().out
    assert "Which month? Took part" in shown
    assert "month 8: +4.00" in shown
    assert "on average over the run" in shown
    page = render(found)
    assert "Which month?" in page
    assert "month 8: +4.0 points" in page
    row = found.effects.query("scenario == 'surge' and measure == 'participation'").iloc[0]
    assert row["over_the_run"] > 0.01 > row["effect"]
    assert set(found.months_table["months"]) == set(when)


def test_for_a_measure_of_which_less_is_better_the_best_month_is_the_lowest() -> None:
    shape = np.linspace(-0.01, 0.02, 24) * np.ones((15, 1, 1))
    when = invented({"apathy": shape}, {"apathy": shape[:5]}).when(1, "apathy")
    assert when is not None
    assert (when["best_month"]["month"], when["worst_month"]["month"]) == (1, 24)


def test_what_never_leaves_zero_has_no_best_month() -> None:
    found = invented({"trust": column(0.02, 0.001)}, {"trust": column(0.02, 0.001)[:5]}, interventions=((SURGE,),))
    when = found.when(1, "participation")
    assert when is not None
    assert when["best_month"]["month"] is when["worst_month"]["month"] is None
    assert "exactly nothing in every month" in answer(found)
    assert "No scenario changes it in any month" in course(found, 0, True)


@pytest.mark.parametrize(
    ("one", "varies"),
    [
        (LOOP, False),
        (LOOP.at(1.0, Delivery(end=23)), True),
        (LOOP.at(1.0, Delivery(end=24)), False),
        (LOOP.at(1.0, Delivery(start=7)), True),
        (LOOP.at(0.0, Delivery(end=12)), False),
        (SURGE, True),
        (CATALOGUE["crisis-co-production"], True),
        (CATALOGUE["budget-cut"], False),
    ],
)
def test_what_ends_begins_late_or_holds_for_some_months_changes_on_the_way(one, varies) -> None:
    assert changes_on_the_way(small_scenario(interventions=(one,)), 24) is varies


def test_all_rows_of_a_ranking_are_judged_by_the_same_months() -> None:
    found = passing(names=("surge", "loop"), interventions=((SURGE,), (LOOP,)))
    assert set(found.ranking["judged"]) == {"over_the_run"}
    steady = invented({"participation": column(0.02, 0.001)}, {"participation": column(0.02, 0.001)[:5]}, interventions=((LOOP,),))
    assert set(steady.ranking["judged"]) == {"last_month"}
    assert "after two years" in answer(steady)


def test_a_measure_whose_course_was_not_kept_is_read_at_the_end() -> None:
    base = small_scenario(150, 12)
    shock = SURGE.at(1.0, Delivery(end=4))
    found = compare(
        base, base.with_(name="surge", interventions=(shock,)), replicates=2, months=18, workers=1, monthly=("participation",)
    )
    assert found.judged() == "over_the_run"
    assert found.judged("trust") == "last_twelve_months"
    assert found.headline("trust", 1)["effect"] == found.overall(1)["effect"][list(found.measures).index("trust")]
    assert list(found.to_json()["scenarios"][1]["when"]) == ["participation"]
