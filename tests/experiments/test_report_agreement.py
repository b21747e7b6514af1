"""A report does not contradict itself: one number for one name, one range for one cost, and words that follow the place."""

from __future__ import annotations

import html
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import dashboards
from experiments.comparison.comparison import Comparison
from experiments.comparison.costs import money
from experiments.comparison.losses import losses
from experiments.comparison.months import values
from experiments.comparison.ranking import LASTING, NOT_YET
from experiments.evidence.localisation import LEVERS_OF, Localised
from experiments.reports import charts
from experiments.reports.answer import answer
from experiments.reports.charts import by_group, effects
from experiments.reports.findings import LIMITS, between_groups, cheapest, course
from experiments.reports.origins import FEELINGS, drawn_from, levels, limits
from experiments.reports.report import render
from scenarios.catalogue import CATALOGUE
from simulation.declared.interventions import Delivery
from simulation.measures.measure import SHOWN_FIRST
from simulation.measures.recorder import WINDOW
from tests.experiments.invented import column, invented

LOOP = CATALOGUE["closing-the-loop"]
NUMBERED = r"\bseeds? 00\d"
LATE = LOOP.at(1.0, Delivery(start=7))


def read(found: Comparison) -> Comparison:
    """Return a comparison whose results of what looks at one month are means over the last twelve, as a recorder reads them."""
    for m, measure in enumerate(found.measures.values()):
        if not (measure.twelve_months or measure.over_run):
            found.results[:, :, m] = found.series[:, :, -WINDOW:, m].mean(axis=2)
    return found


def rising(intervention=LATE, months: int = 24) -> Comparison:
    """Return effects on trust and apathy that grow month by month, to 6 points and -4 points."""
    course = np.linspace(0.0, 1.0, months) * (1.0 + 0.05 * column(0.0, 1.0))[:, :, None]
    known = {"trust": 0.06 * course, "apathy": -0.04 * course, "participation": 0.05 * course}
    return read(invented(known, {k: v[:5] for k, v in known.items()}, months=months, interventions=((intervention,),)))


def test_the_end_is_the_last_month_for_trust_too() -> None:
    found = rising()
    when = found.when(1, "trust")
    assert when["last_month"]["effect"] == pytest.approx(when["best_month"]["effect"]) == pytest.approx(0.06)
    assert "+6.0 points in month 24, +6.0 points at the end" in course(found, list(found.measures).index("trust"), True)


@pytest.mark.parametrize(
    ("measure", "months"), [("trust", "last_twelve_months"), ("participation", "last_month"), ("cost", "in_total")]
)
def test_a_table_names_the_months_that_its_numbers_are_of(measure, months) -> None:
    found = rising(LOOP)
    assert found.judged(measure) == months
    assert set(found.effects.query(f"measure == '{measure}'")["months"]) == {months}


def test_a_mean_of_twelve_months_is_not_called_the_end() -> None:
    found = rising(LOOP)
    page = html.unescape(render(found))
    mean = found.overall(1)["effect"][list(found.measures).index("trust")]
    assert mean < 0.055
    size = re.escape(f"{100 * mean:+.1f} points")
    row = re.search(rf"Trust the council</td><td>{size}.{{0,80}}", page)
    assert row and "on average over the last twelve months" in row[0]
    assert "Effect at the end of the run" not in page


def test_a_short_run_has_no_last_twelve_months() -> None:
    assert rising(LOOP, months=12).judged("trust") == "over_the_run"


def spent() -> Comparison:
    known = {"cost": column(4e5, 2e4), "service_cost": column(1e5, 2e4), "participation": column(0.02, 0.001)}
    return invented(known, {k: v[:5] for k, v in known.items()}, interventions=((LOOP,),))


@pytest.mark.parametrize(
    ("measure", "part", "sign"), [("cost", "programme", 1), ("service_cost", "service", 1), ("saving", "service", -1)]
)
def test_one_cost_has_one_range_everywhere(measure, part, sign) -> None:
    found = spent()
    one = getattr(money(found, 1), part)
    ends = sorted((sign * one.low, sign * one.high))
    table = found.effects.query(f"scenario == 'tried' and measure == '{measure}'").iloc[0]
    head, said = found.headline(measure, 1), found.to_json()["scenarios"][1]["doubt"][measure]
    for row in (table, head, said):
        assert [row["range_low"], row["range_high"]] == pytest.approx(ends)
    if measure == "service_cost":
        assert [[row["low"], row["high"]] for row in losses(found) if row["measure"] == measure] == [pytest.approx(ends)]


def test_a_sure_extra_cost_is_no_saving_by_unit_costs_alone() -> None:
    assert money(spent(), 1).service.low > 0


def ranked(*rows: tuple[float, float, float, float]) -> SimpleNamespace:
    """Return what `cheapest` reads: for each scenario the ends of its range, pounds, and pounds for each."""
    table = [
        {"scenario": f"s{n}", "range_low": low, "range_high": high, "net_cost": net, "net_cost_high": abs(net) + 1, "cost_per_participant": each,
         "cost_per_participant_low": each * 0.9, "cost_per_participant_high": each * 1.1}
        for n, (low, high, net, each) in enumerate(rows)
    ]  # fmt: skip
    return SimpleNamespace(replicates=15, basis="range", ranking=SimpleNamespace(to_dict=lambda _: table))


def test_the_only_figure_is_not_the_least() -> None:
    said = cheapest(ranked((0.01, 0.02, 5e5, 130.0), (-0.01, 0.02, 5e5, np.nan)))
    assert "least" not in said
    assert said.lower().startswith("s0 costs roughly £130")
    assert "There is no such figure for s1, which may bring no more people in." in said


def test_the_least_of_several_says_who_has_no_figure() -> None:
    said = cheapest(ranked((0.01, 0.02, 5e5, 130.0), (0.01, 0.02, 5e5, 300.0), (0.01, 0.02, -1e3, np.nan)))
    assert "at the least cost of those with a figure" in said
    assert "There is no such figure for s2, which may need no extra money." in said


def test_a_change_that_is_not_the_difference_of_what_is_shown_says_so() -> None:
    known = {"participation": column(0.0124, 0.0004)}  # 50.0 % and 51.24 %
    again = {"participation": known["participation"][:5]}
    assert "before rounding" not in answer(invented(known, again, interventions=((LOOP,),)))
    odd = invented(known, again, interventions=((LOOP,),))
    odd.results[:, :, list(odd.measures).index("participation")] += 0.0003  # 50.03 % and 51.27 %: 50.0 % and 51.3 %
    assert "+1.2 percentage points (before rounding; could be" in answer(odd)


def test_apathy_says_which_months_and_what_differs_at_the_end() -> None:
    found = rising()
    found.series[:, 1, :12, list(found.measures).index("apathy")] += 0.06 * column(0.5, 1.0)  # early months differ by parameters
    found.again_series[:, 1, :12, list(found.measures).index("apathy")] += 0.06 * column(0.5, 1.0)[:5]
    said = answer(found)
    assert "Apathy does not clearly change on average over the run" in said
    assert "At the end of the run it is lower (-4.0 points" in said


def test_charts_say_which_months_they_show() -> None:
    found = rising()
    assert by_group(found, "participation", "segment", "T").title == "T, at the end of the run"
    assert by_group(found, "perceived_influence", "segment", "T").title == "T, on average over the last twelve months"
    assert "change in percentage points, on average over the run" in effects(found, SHOWN_FIRST).svg
    found.series[:, :, :, list(found.measures).index("volunteering")] = np.nan  # its course is not kept, as by default
    mixed = effects(found, SHOWN_FIRST).svg
    assert "(mean over the run)" in mixed and "(at the end)" in mixed
    assert "at the end of the run" in between_groups(found, "participation", "segment")


def test_labels_of_measures_do_not_lie_on_one_another(monkeypatch) -> None:
    drawn = []
    monkeypatch.setattr(charts, "svg_of", lambda figure, label: drawn.append(figure) or "")
    found = rising()
    found.series[:, :, :, list(found.measures).index("volunteering")] = np.nan  # labels that say their months have most lines
    effects(found, SHOWN_FIRST)
    drawn[0].draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in drawn[0].axes[0].get_yticklabels()), key=lambda box: box.y0)
    assert len(boxes) > 5
    assert all(below.y1 <= above.y0 for below, above in itertools.pairwise(boxes))


def without(found: Comparison, *fifths: int) -> Comparison:
    for table in (found.by["deprivation_fifth"], found.again_by["deprivation_fifth"]):
        table[..., list(fifths)] = np.nan
    return found


def test_fifths_in_which_nobody_lives_are_left_out_and_said() -> None:
    found = without(rising(), 0, 4)
    found.by["deprivation_fifth"][:, 1, :, 1] += 0.01
    chart = by_group(found, "participation", "deprivation_fifth", "T")
    assert list(chart.table["deprivation fifth"]) == ["2", "3", "4"]
    assert "points for fifth 2" in chart.finding
    assert "Nobody here lives in fifth 1 (most deprived) or fifth 5 (least deprived)." in chart.finding
    one = between_groups(without(rising(), 0, 1, 3, 4), "participation", "deprivation_fifth")
    assert "differs most" not in one


def surveyed() -> dict[str, str]:
    """Return what a place says of the survey that it was set to, one answer of which could not be reached."""
    low, high, after = [0.2, 0.3, 0.1], [0.4, 0.5, 0.2], [0.3, 0.4, 0.9]
    rows = {"measure": ["trust", "perceived_influence", "was_asked"], "role": "set", "low": low, "high": high, "after": after}
    return Localised(SimpleNamespace(), pd.DataFrame(rows)).set_to("survey.csv")


def test_residents_and_levels_come_from_where_the_place_says() -> None:
    own = SimpleNamespace(name="wards", title="Wards", known={"wards": "wards.xlsx", **surveyed()},
                          parameters={"drift.disposition_mean": 0.3, "drift.influence_offset": 0.2})  # fmt: skip
    assert drawn_from(own) == "the figures given for Wards in wards.xlsx"
    assert levels(own).startswith("Trust and influence are set to match the levels of survey.csv;")
    own.parameters.pop("drift.influence_offset")
    assert "Trust is set" in levels(own) and "influence to match the national survey level" in levels(own)
    bare = SimpleNamespace(name="b", title="B", known={}, parameters={})
    assert limits(bare) == list(LIMITS)
    assert "published" not in drawn_from(bare)
    bare.known = {"wards": "wards.csv"}
    assert drawn_from(bare) == "the figures for B named at the end of this page"
    assert set(FEELINGS) == {LEVERS_OF["trust"], LEVERS_OF["perceived_influence"]}
    place = replace(rising().scenarios[0].place, known=own.known)
    assert drawn_from(place).endswith("in wards.xlsx")


def test_every_window_gives_its_own_numbers() -> None:
    found = rising()
    at = list(found.measures).index("trust")
    ends = [values(found, "trust", months)[0].mean(axis=0)[1] for months in ("over_the_run", "last_twelve_months", "last_month")]
    assert ends == pytest.approx([found.series[:, 1, part, at].mean() for part in (slice(None), slice(-12, None), slice(-1, None))])


def test_an_effect_that_is_sure_for_a_month_is_not_said_to_be_clear_in_none() -> None:
    strings = json.loads((Path(dashboards.__file__).parent / "web" / "strings" / "en.json").read_text())
    assert strings["table.never"] == NOT_YET == f"not clear for {LASTING} months running"


def test_under_a_structure_that_is_set_by_hand_no_level_is_said_to_match_a_survey() -> None:
    bare = SimpleNamespace(name="b", title="B", known={}, parameters={})
    assert not any("are set to match" in one for one in limits(bare, by_hand=True))
    assert any("chosen by hand" in one for one in limits(bare, by_hand=True))
