"""Comparisons: paired intervals, the contract's document, and results that no worker can change."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from experiments.comparison.compare import compare
from experiments.comparison.comparison import Comparison
from experiments.comparison.statistics import interval, unpaired
from experiments.reports.report import render
from experiments.theories import fit_warnings, mixed_theories, theory_sentences
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.evidence.posterior import Posterior, shipped
from scenarios.structures import under
from simulation import Delivery, InputError, Scenario
from simulation.measures.measure import measures_of
from tests.places import small_scenario


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    base = small_scenario(250, 24)
    tried = [base.with_(name=n, interventions=load_scenario(n).interventions) for n in ("closing-the-loop", "more-consultation")]
    return compare(base, *tried, replicates=4, months=14, workers=1)


def test_intervals_are_students_t() -> None:
    values = np.random.default_rng(1).normal(size=(9, 3))
    mean, low, high = interval(values)
    expected = stats.t.interval(0.95, 8, loc=values.mean(axis=0), scale=stats.sem(values))
    assert low == pytest.approx(expected[0])
    assert high == pytest.approx(expected[1])
    assert mean == pytest.approx(values.mean(axis=0))
    assert np.isnan(interval(values[:1])[1]).all()


def test_unpaired_differences_are_welchs() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=12), rng.normal(0.4, 2.0, size=7)
    difference, low, high = unpaired(a, b)
    found = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert (low, high) == pytest.approx((found.low, found.high))
    assert difference == pytest.approx(b.mean() - a.mean())


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    hits = [low[0] <= 0.3 <= high[0] for _, low, high in (interval(rng.normal(0.3, 1, size=(10, 1))) for _ in range(2000))]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.015)


def test_a_scenario_beside_itself_has_effects_of_exactly_zero() -> None:
    base = small_scenario(150, 12)
    found = compare(base, base, replicates=2, months=12, workers=1).effects
    assert (found["effect"].dropna() == 0.0).all()
    assert found["effect"].notna().any()


def test_workers_change_no_byte(comparison) -> None:
    again = compare(*comparison.scenarios, replicates=4, months=14, workers=2)
    assert again.results.tobytes() == comparison.results.tobytes()
    assert again.series.tobytes() == comparison.series.tobytes()
    for grouping, table in comparison.by.items():
        assert again.by[grouping].tobytes() == table.tobytes()


def test_more_replicates_leave_the_first_as_they_were(comparison) -> None:
    fewer = compare(*comparison.scenarios, replicates=2, months=14, workers=1)
    assert fewer.results.tobytes() == comparison.results[:2].tobytes()


def test_the_document_is_as_agreed(comparison) -> None:
    document = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert list(document) == ["place", "population", "months", "replicates", "seed", "basis", "judged", "scenarios", "provenance"]
    assert [s["name"] for s in document["scenarios"]] == ["baseline", "closing-the-loop", "more-consultation"]
    base, tried, _ = document["scenarios"]
    keys = ["mean", "low", "high", "effect", "effect_low", "effect_high", "variance_reduction"]
    assert all(list(m) == keys for m in tried["measures"].values())
    assert all(m["effect"] is None for m in base["measures"].values())
    row = tried["measures"]["trust"]
    assert row["effect_low"] <= row["effect"] <= row["effect_high"]
    assert row["effect"] == pytest.approx(row["mean"] - base["measures"]["trust"]["mean"])
    assert set(tried["by"]) == {"segment", "ward", "deprivation_fifth", "age", "qualification", "tenure"}
    assert set(tried["gradients"]["trust"]) == {"deprivation_fifth", "age", "qualification", "tenure"}
    assert set(tried["by"]["deprivation_fifth"]) == {"1", "2", "3", "4", "5"}
    assert list(tried["by"]["segment"]["Settlers"]["trust"]) == [*keys, "range_low", "range_high"]
    assert list(tried["doubt"]["trust"]) == ["parameter_share", "range_low", "range_high"]
    assert base["doubt"] is None
    assert list(tried["when"]) == ["participation", "acts_12m", "apathy", "perceived_influence", "trust"]
    assert list(tried["when"]["trust"]) == ["over_the_run", "last_month", "best_month", "worst_month"]
    trust = list(comparison.measures).index("trust")
    last = (comparison.series[:, 1, -1, trust] - comparison.series[:, 0, -1, trust]).mean()
    assert tried["when"]["trust"]["last_month"]["effect"] == pytest.approx(last), "the last month is no mean of twelve"
    assert list(tried["money"]) == ["programme", "service", "net", "each"]
    assert (base["when"], base["money"]) == ({}, None)
    assert (document["basis"], document["judged"]) == ("first look", "last_month")
    assert document["provenance"]["versions"]["mesa"].startswith("3.")
    assert document["provenance"]["attribution"] == "made up for tests"


def test_one_replicate_has_no_interval() -> None:
    base = small_scenario(100, 12)
    document = compare(base, base.with_(name="again"), replicates=1, months=12, workers=1).to_json()
    row = document["scenarios"][1]["measures"]["trust"]
    assert row["effect"] == 0.0
    assert row["effect_low"] is None
    assert row["variance_reduction"] is None


def test_different_populations_are_compared_unpaired_and_say_so() -> None:
    found = compare(small_scenario(100, 12), small_scenario(150, 12, name="bigger"), replicates=2, months=12, workers=1)
    assert not found.paired
    assert any("not paired" in w for w in found.warnings)
    assert found.to_json()["scenarios"][1]["measures"]["trust"]["variance_reduction"] is None


def test_until_sure_stops_when_it_is(comparison) -> None:
    found = compare(*comparison.scenarios[:2], until_sure=0.2, months=12, workers=2)
    assert found.replicates == 10
    half = found.effects.query("measure in ('participation', 'trust')")
    assert ((half["effect_high"] - half["effect_low"]).dropna() / 2 <= 0.2).all()


def test_late_schedules_and_empty_aims_are_said(comparison) -> None:
    from dataclasses import replace

    base = small_scenario(120, 12)
    one = load_scenario("closing-the-loop").interventions[0]
    late = replace(one, delivery=replace(one.delivery, start=40))
    nobody = replace(one, delivery=replace(one.delivery, wards=("Mill",), deprivation_fifths=(5,)))
    found = compare(base, base.with_(name="late", interventions=(late,)), base.with_(name="nobody", interventions=(nobody,)),
                    replicates=1, months=12, workers=1)  # fmt: skip
    assert any("starts in month 40, after the last month 12" in w for w in found.warnings)
    assert any("nobody: 'closing-the-loop' reaches nobody" in w for w in found.warnings)


@pytest.mark.parametrize(
    "bad", [{"replicates": 0}, {"months": 0}, {"months": 2.5}, {"until_sure": -1.0}, {"until_sure": float("nan")}]
)
def test_bad_numbers_are_refused(bad) -> None:
    with pytest.raises(InputError, match="allowed"):
        compare(small_scenario(100, 12), **bad)


def test_tables_can_be_taken_along(comparison, tmp_path) -> None:
    import pandas as pd

    comparison.to_csv(tmp_path / "e.csv")
    comparison.to_parquet(tmp_path / "e.parquet")
    comparison.to_excel(tmp_path / "e.xlsx")
    comparison.to_html(tmp_path / "e.html")
    assert len(pd.read_csv(tmp_path / "e.csv")) == len(pd.read_parquet(tmp_path / "e.parquet")) == len(comparison.effects)
    assert pd.ExcelFile(tmp_path / "e.xlsx").sheet_names == ["effects", "which month", "by group", "provenance"]
    assert "<table" in comparison._repr_html_()
    series = comparison.series_table
    assert list(series.columns) == ["scenario", "replicate", "month", "measure", "value"]
    assert len(series) == 4 * 3 * 14 * len(comparison.measures)


def test_a_changed_copy_of_a_place_is_another_place() -> None:
    """Regression: places were told apart by name alone, so that a changed copy shared the first one's world."""
    from dataclasses import replace

    base = small_scenario(120, 12)
    areas = base.place.areas.assign(deprivation_decile=[10, 9, 8, 7, 6, 5])
    found = compare(base, base.with_(name="richer", place=replace(base.place, areas=areas)), replicates=2, months=12, workers=1)
    assert not found.paired
    assert found.results[0, 0].tobytes() != found.results[0, 1].tobytes()


def test_other_segments_keep_their_own_names_and_have_no_effect_by_group() -> None:
    """Regression: groups took the base's names, and the report failed on names that it did not find."""
    from experiments.reports.report import render
    from simulation.declared.segments import Segment

    base = small_scenario(150, 12)
    two = base.with_(name="two", segments=(Segment("A", 0.5), Segment("B", 0.5)))
    found = compare(base, two, replicates=2, months=12, workers=1)
    by = found.to_json()["scenarios"][1]["by"]["segment"]
    assert list(by) == ["A", "B"]
    assert by["A"]["trust"]["mean"] > 0
    assert by["A"]["trust"]["effect"] is None
    assert found.to_json()["scenarios"][1]["by"]["deprivation_fifth"]["1"]["trust"]["effect"] is not None
    assert "two" in render(found)


def invented(doubt: float, chance: float, replicates: int = 300, pairs: int = 200) -> Comparison:
    """Return a comparison whose effects differ between sets and by chance as wanted."""
    rng = np.random.default_rng(1)
    base = small_scenario(100, 12)
    measures = measures_of(tuple(s.name for s in base.services))
    true = 0.05 + doubt * rng.normal(size=replicates)
    results = np.zeros((replicates, 2, len(measures)))
    again = np.zeros((pairs, 2, len(measures)))
    results[:, 1] = (true + chance * rng.normal(size=replicates))[:, None]
    again[:, 1] = (true[:pairs] + chance * rng.normal(size=pairs))[:, None]
    return Comparison(
        (base, base.with_(name="tried")),
        1,
        12,
        results,
        {},
        np.zeros((replicates, 2, 12, len(measures))),
        measures=measures,
        again=again,
    )


def test_nested_draws_tell_doubt_from_chance() -> None:
    for doubt, chance in ((0.02, 0.01), (0.0, 0.01), (0.01, 0.0)):
        found = invented(doubt, chance).doubt(1)
        share = doubt**2 / (doubt**2 + chance**2)
        assert found["parameter_share"][0] == pytest.approx(share, abs=0.12)
        half = (found["range_high"][0] - found["range_low"][0]) / 2
        assert half == pytest.approx(1.96 * doubt, rel=0.15, abs=0.003)


def test_a_range_does_not_narrow_with_replicates_and_an_interval_does() -> None:
    few, many = invented(0.02, 0.01, 40, 30), invented(0.02, 0.01, 4000, 200)

    def widths(found: Comparison) -> tuple[float, float]:
        effect, doubt = found.effect_of(found.results, 1), found.doubt(1)
        return float(effect["effect_high"][0] - effect["effect_low"][0]), float(doubt["range_high"][0] - doubt["range_low"][0])

    assert widths(many)[0] < 0.2 * widths(few)[0]
    assert widths(many)[1] == pytest.approx(widths(few)[1], rel=0.35)


def test_replicates_draw_parameters_and_central_values_are_one_word_away() -> None:
    base = small_scenario(150, 12)
    tried = base.with_(name="tried", interventions=(CATALOGUE["closing-the-loop"],))
    drawn, central = (compare(base, tried, replicates=15, months=12, workers=1, **more) for more in ({}, {"posterior": None}))  # type: ignore[arg-type]
    assert drawn.posterior == "posterior"
    assert "per replicate" in drawn.provenance["parameters"]
    assert len(drawn.again) == 5
    assert np.isfinite(drawn.doubt(1)["parameter_share"]).any()
    assert central.posterior == ""
    assert central.again is None
    assert np.isnan(central.doubt(1)["parameter_share"]).all()
    trust = list(drawn.measures).index("trust")
    assert drawn.results[:, 0, trust].std() > 1.2 * central.results[:, 0, trust].std()
    again = compare(base, tried, replicates=15, months=12, workers=2)
    np.testing.assert_array_equal(again.results, drawn.results)
    np.testing.assert_array_equal(again.again, drawn.again)
    assert "--posterior none" in central.command


def test_a_comparison_with_itself_has_no_doubt() -> None:
    base = small_scenario(100, 12)
    found = compare(base, base, replicates=15, months=12, workers=1).effects
    assert (found[found["scenario"] != "baseline"][["range_low", "range_high"]].dropna() == 0).all().all()


@pytest.fixture
def under_another() -> tuple[Scenario, Scenario]:
    base = under("relationship", small_scenario(300, 12))
    return base, base.with_(name="tried", interventions=(CATALOGUE["closing-the-loop"],))


def quickly(*scenarios: Scenario, **more: Any) -> Comparison:
    return compare(*scenarios, replicates=2, months=2, workers=1, **more)


def said(result: Comparison, words: str) -> bool:
    return any(words in warning for warning in result.warnings)


def test_mechanisms_that_the_parameter_sets_were_fitted_without_are_said(under_another) -> None:
    drawn, central = quickly(*under_another, posterior="shipped"), quickly(*under_another, posterior=None)
    assert said(drawn, "fitted without")
    assert drawn.command.endswith("--posterior shipped")
    assert not said(central, "fitted without")


def test_sets_that_were_fitted_with_a_mechanism_are_not_said_to_lack_it() -> None:
    scenarios = [small_scenario(60, 0).with_(parameters={"efficacy.weight": 6.0, "deciding.mood_spread": 0.1})]
    known = Posterior("own", ("efficacy.weight", "deciding.mood_spread"), np.arange(1), np.array([[5.0, 0.1]]))
    assert fit_warnings(scenarios, known) == []
    [warning] = fit_warnings(scenarios, replace(known, fitted=("efficacy.weight", "needs.chase")))
    assert "fitted without deciding.mood_spread that" in warning


def test_a_structure_that_awaits_its_fit_has_central_values_unless_asked_otherwise(under_another) -> None:
    usual, asked = quickly(*under_another), quickly(*under_another, posterior=shipped())
    assert (usual.posterior, asked.posterior) == ("", "posterior")
    assert said(usual, "the structure 'relationship' awaits its fit")
    assert not said(asked, "awaits its fit")
    assert "--posterior" not in usual.command
    assert quickly(*(under("no-asymmetry", s.with_(parameters={}, structure="")) for s in under_another)).posterior == "posterior"


def test_another_theory_is_named_in_report_and_provenance(under_another) -> None:
    base, tried = under_another
    every, mixed = quickly(base, tried), quickly(small_scenario(300, 12), tried)
    sentence = "the structure relationship in place of the shipped one"
    assert f"All scenarios follow {sentence}" in render(every)
    assert "not fitted yet" in render(every)
    assert f"tried follows {sentence}" in render(mixed)
    assert mixed.provenance["structures"] == {"baseline": "as-shipped", "tried": "relationship"}
    assert said(mixed, "different structures (baseline: as-shipped, tried: relationship)")
    assert not said(every, "different structures")


def test_the_shipped_theory_is_none_of_the_others() -> None:
    shipped_one = under("as-shipped", small_scenario(60, 0))
    assert theory_sentences([shipped_one, small_scenario(60, 0)], ["a", "b"]) == []
    assert mixed_theories([shipped_one, small_scenario(60, 0)]) == []


def test_chance_that_leaves_out_everybody_in_some_worlds_is_said_with_their_number() -> None:
    letters = replace(CATALOGUE["closing-the-loop"], delivery=Delivery(households=0.008))
    base = small_scenario(100, 0)
    found = compare(base, base.with_(name="letters", interventions=(letters,)), replicates=8, months=1, workers=1, posterior=None)
    [warning] = [w for w in found.warnings if "reaches nobody" in w]
    assert re.fullmatch(r"letters: 'closing-the-loop' reaches nobody \(in [1-7] of 8 replicates\)", warning)
