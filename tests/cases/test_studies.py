"""Studies: ends of ranges to the bit, points without a value counted and told, and one box where one holds all failures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.reports.study_pages import discovery_page, sensitivity_page
from experiments.studies.discovery import Discovery, find_conditions
from experiments.studies.engine import fill_store
from experiments.studies.optimisation import find_packages
from experiments.studies.results import Results
from experiments.studies.runs.designs import make
from experiments.studies.runs.factors import Factor, between
from experiments.studies.sensitivity import analyse
from experiments.studies.store import Store
from experiments.studies.study import Design, Study
from simulation import InputError
from tests.places import small_scenario
from tests.planted import study, x_factors


def swept(folder, planned: Study):
    """Run a study here and return its folder."""
    fill_store(Store.create(folder, planned, "test"), workers=1)
    return folder


# -- full-design-last-value --------------------------------------------------------------------------------------------

RANGES = (
    (-9.6, 12.0),
    (0.3, 0.9),
    (0.1, 0.7),
    (-0.3, 0.1),
    (1e-3, 3e-3),
    (0.0, 1.0),
    (-12.0, 12.0),
    (2.0, 5.0),
    (1e6, 1.1e6),
    (0.7, 0.7000001),
    (-1.1, -0.4),
)


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize("kind", ["full", "one-at-a-time", "latin-hypercube", "sobol", "morris", "saltelli"])
def test_the_last_value_of_a_range_is_its_high(low, high, kind) -> None:
    factors = (Factor("x", "parameter", "p", low, high), Factor("y", "parameter", "p", low, high))
    values = make(kind, factors, 8, 1)["x"].to_numpy()
    assert values.min() >= low
    assert values.max() <= high
    if kind in ("full", "one-at-a-time", "morris"):
        assert (values.min(), values.max()) == (low, high)


def test_ends_are_met_whatever_the_range() -> None:
    lot = np.random.default_rng(1)
    for low, high in np.sort(np.round(lot.normal(0, 10.0 ** lot.integers(-6, 7, (3000, 1)), (3000, 2)), 4), axis=1):
        if low < high:
            found = between(np.array([0.0, 1 / 3, 2 / 3, np.nextafter(1.0, 0.0), 1.0]), low, high)
            assert (found[0], found[-1]) == (low, high)
            assert ((low <= found) & (found <= high)).all()


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0.3, 0.9, [0.3, 0.45, 0.6, 0.75, 0.9]), (0.1, 0.5, [0.1, 0.2, 0.3, 0.4, 0.5]), (-9.6, 12, [-9.6, -4.2, 1.2, 6.6, 12.0]), (0, 1, [0, 0.25, 0.5, 0.75, 1]),
     (100, 1000, [100, 325, 550, 775, 1000]), (-0.2, 0.2, [-0.2, -0.1, 0.0, 0.1, 0.2])],
)  # fmt: skip
def test_steps_that_are_decimals_are_met_to_the_bit(low, high, wanted) -> None:
    assert make("full", (Factor("x", "parameter", "p", low, high),), 1, 1)["x"].tolist() == wanted


def test_values_between_the_steps_are_left_alone() -> None:
    unit = np.random.default_rng(2).random(1000)
    moved = np.abs(between(unit, 0.0, 1.0) - unit)
    assert moved.max() <= 1e-15


def test_a_dose_is_found_again_by_its_number(tmp_path) -> None:
    planned = study(half_missing, (Factor("a", "dose", "closing-the-loop", 0.3, 0.9),), Design("full"))
    assert len(Results(swept(tmp_path / "s", planned)).sql("SELECT * FROM runs WHERE a = 0.9 OR a = 0.45")) == 2


def test_a_table_of_points_may_be_off_by_an_error_of_rounding(tmp_path) -> None:
    (tmp_path / "points.csv").write_text("x\n0.3\n0.9000000000000001\n")
    made = make("csv", (Factor("x", "parameter", "p", 0.3, 0.9),), 1, 1, tmp_path / "points.csv")
    assert made["x"].tolist() == [0.3, 0.9]
    (tmp_path / "points.csv").write_text("x\n0.3\n0.9001\n")
    with pytest.raises(InputError, match=r"line 3: x: '0.9001'; allowed: 0.3 to 0.9"):
        make("csv", (Factor("x", "parameter", "p", 0.3, 0.9),), 1, 1, tmp_path / "points.csv")


def test_a_range_up_to_the_last_allowed_value_runs(tmp_path) -> None:
    factors = (
        Factor("ease", "parameter", "forms.public-meeting.ease", -9.6, 12.0),
        Factor("open", "parameter", "forms.petition-or-contacting.ease", -0.3, 12.0),
    )
    planned = Study(
        "s", small_scenario(100, 0), factors, Design("one-at-a-time"), replicates=1, months=1, measures=("trust", "participation")
    )
    found = Results(swept(tmp_path / "s", planned))
    assert set(found.runs["status"]) == {"done"}
    assert found.missing["participation"].words() == "participation is missing at all 9 points, as it covers the last twelve months"
    assert found.missing["trust"].words() == ""


# -- sensitivity-missing-measure ---------------------------------------------------------------------------------------


def half_missing(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """A share of nobody beyond 0.6."""
    return {"y": math.nan if row["a"] > 0.6 else float(row["a"])}


def never_there(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Nothing but infinities."""
    return {"y": math.inf, "z": float(row["x1"] + 2 * row["x2"])}


def at_times_missing(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Missing in the second replicate of high values."""
    return {"y": -math.inf if replicate and row["x1"] > 0.6 else float(row["x1"] + 0.1 * row["x2"])}


AB = (Factor("a", "dose", "closing-the-loop", 0, 1), Factor("b", "dose", "front-line-engagement", 0, 1))


@pytest.mark.parametrize(
    ("method", "kind", "points"), [("morris", "morris", 6), ("sobol", "saltelli", 16), ("pawn", "latin-hypercube", 40)]
)
def test_a_measure_that_is_missing_at_points_is_said_to_be_so(tmp_path, method, kind, points) -> None:
    planned = study(half_missing, AB, Design(kind, points))
    beyond = np.flatnonzero(planned.table["a"] > 0.6)
    found = analyse(swept(tmp_path / "s", planned), method)
    assert found.missing["y"].points == tuple(beyond)
    assert found.words("y").startswith(f"y is missing at {len(beyond)} of {len(planned.table)} points ({beyond[0]}, ")
    assert found.words("y").endswith("no index can be given.")
    assert not len(found.table)
    page = sensitivity_page(found, "test")
    assert f"y is missing at {len(beyond)} of" in page
    assert "same in every run" not in page + found.words("y")


def test_a_measure_that_is_nowhere_hides_no_other(tmp_path) -> None:
    planned = study(never_there, x_factors(2), Design("morris", 6), ("y", "z"))
    found = analyse(swept(tmp_path / "s", planned), "morris")
    assert found.words("y") == "y is missing at all 18 points: no index can be given."
    assert found.words("z").startswith("z depends most on x2")
    with pytest.raises(InputError, match="the study does not measure 'trust'; allowed: y, z"):
        found.words("trust")


def test_runs_without_a_value_are_counted_beside_the_indices(tmp_path) -> None:
    planned = study(at_times_missing, x_factors(2), Design("morris", 8), replicates=2)
    found = analyse(swept(tmp_path / "s", planned), "morris")
    runs = int((planned.table["x1"] > 0.6).sum())
    assert found.words("y").startswith("y depends most on x1")
    assert found.words("y").endswith(f"y is missing in {runs} of 48 runs; points are means over the others.")


@pytest.mark.parametrize("name", ["saving", "cost_per_participant"])
def test_a_measure_that_no_study_has_is_refused(name) -> None:
    with pytest.raises(
        InputError,
        match=f"measures: '{name}' is known only in comparison with a base, so a study cannot measure it; with effects: true, .*cost",
    ):
        Study("s", small_scenario(100, 0), AB, measures=("participation", name))


def test_the_file_and_the_command_refuse_it_too(tmp_path, capsys) -> None:
    (tmp_path / "s.yaml").write_text(
        "name: s\nplace: haringey\npopulation: 100\nmonths: 1\nlevers:\n  - {dose: closing-the-loop, low: 0, high: 1}\nmeasures: [participation, saving]\n"
    )
    assert main(["sensitivity", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "o")]) == 2
    assert "'saving' is known only in comparison with a base" in capsys.readouterr().err


def test_the_command_prints_and_keeps_what_is_missing(tmp_path, capsys) -> None:
    (tmp_path / "s.yaml").write_text(
        "name: s\nplace: haringey\npopulation: 100\nmonths: 1\nreplicates: 1\nlevers:\n  - {dose: closing-the-loop, low: 0, high: 1}\n"
        "measures: [participation, trust]\n"
    )
    told = "participation is missing at all 4 points, as it covers the last twelve months"
    assert main(["sensitivity", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "o"), "--points", "2", "--workers", "1"]) == 0
    assert f"{told}: no index can be given." in capsys.readouterr().out
    document = json.loads((tmp_path / "o" / "sensitivity.json").read_text())
    assert document["missing"] == {"participation": [0, 1, 2, 3]}
    assert told in document["words"]
    assert main(["results", str(tmp_path / "o" / "runs"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["missing"] == {"participation": told}


# -- discover-first-box-takes-all --------------------------------------------------------------------------------------


def sloped(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Fails in one corner."""
    return {"y": row["a"] + 0.3 * row["b"]}


def stepped(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Fails at one end of one factor, and is missing at the other."""
    return {"y": math.nan if row["a"] > 0.8 else float(row["a"] > 0.4)}


def two_sides(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Fails at one end of one factor, and at one end of the other."""
    return {"y": float(not (row["a"] < 0.3 or row["b"] > 0.85))}


def two_corners(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """Fails in two corners that lie apart."""
    return {"y": float(not ((row["a"] < 0.3 and row["b"] < 0.3) or (row["a"] > 0.5 and row["b"] > 0.6)))}


def found_at(folder, measured, fails: str, points: int = 60, **changes) -> Discovery:
    return find_conditions(swept(folder, study(measured, AB, Design("latin-hypercube", points), **changes)), fails)


@pytest.mark.parametrize(("measured", "fails"), [(sloped, "y < 0.5"), (stepped, "y < 0.5"), (sloped, "y >= 0.9")])
@pytest.mark.parametrize("points", [30, 60])
def test_a_box_that_takes_all_failures_is_the_last(tmp_path, measured, fails, points) -> None:
    found = found_at(tmp_path / "s", measured, fails, points)
    first = found.boxes[0]
    assert first.coverage > 0.7
    assert first.density > 1.5 * found.failures / found.points
    assert len(found.boxes) == 1 or first.coverage < 1
    assert "They occur where" in found.words()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_box_is_shown_though_it_is_not_as_dense_as_was_hoped(tmp_path, seed) -> None:
    found = found_at(tmp_path / "s", sloped, "y < 0.5", 40, seed=seed)
    assert len(found.boxes) == 1
    assert found.boxes[0].coverage == 1.0


def test_one_step_makes_one_box_with_all_failures(tmp_path) -> None:
    found = found_at(tmp_path / "s", stepped, "y < 0.5", 80)
    assert len(found.boxes) == 1
    assert found.boxes[0].coverage == 1.0
    assert found.boxes[0].density > 0.9


def test_two_places_make_two_boxes_each_with_failures_of_its_own(tmp_path) -> None:
    found = found_at(tmp_path / "s", two_sides, "y < 0.5", 300)
    assert [set(box.limits["factor"]) for box in found.boxes] == [{"a"}, {"b"}]
    assert all(box.density > 0.9 for box in found.boxes)


def test_failures_that_the_search_cannot_find_are_not_said_to_lie_nowhere(tmp_path) -> None:
    found = found_at(tmp_path / "s", two_corners, "y < 0.5", 300)
    assert not found.boxes
    assert "This search can miss failures in several separate places" in found.words()


def test_points_without_a_value_neither_fail_nor_hold(tmp_path) -> None:
    found = found_at(tmp_path / "s", stepped, "y < 0.5", 50)
    beyond = int((found.study.table["a"] > 0.8).sum())
    assert found.points == 50 - beyond
    assert f"of {found.points} points fail (y < 0.5)" in found.words()
    assert f"y is missing at {beyond} of 50 points (" in found.words()
    assert found.words().endswith("these points are left out.")
    page = discovery_page(found, Results(tmp_path / "s").points, "test")
    assert f"y is missing at {beyond} of 50 points" in page


@pytest.mark.parametrize(
    ("fails", "said"),
    [("y < -1", "None of 20 points fails"), ("y < 9", "All 20 points fail"), ("y < 0.2", "too few to find conditions")],
)
def test_none_all_and_few_failures_are_said(tmp_path, fails, said) -> None:
    found = found_at(tmp_path / "s", sloped, fails, 20)
    assert said in found.words()
    assert not found.boxes


def test_a_measure_that_is_nowhere_fails_nowhere(tmp_path) -> None:
    planned = study(never_there, x_factors(2), Design("latin-hypercube", 20), ("y", "z"))
    found = find_conditions(swept(tmp_path / "s", planned), "y > 3")
    assert (
        found.words()
        == "These runs do not show where the target is missed. y is missing at all 20 points; these points are left out."
    )
    assert discovery_page(found, Results(tmp_path / "s").points, "test")


# -- optimise ----------------------------------------------------------------------------------------------------------


def partly_packed(row: Mapping[str, Any], replicate: int) -> dict[str, float]:
    """The best package has no value."""
    return {
        "value": math.nan if row["a"] == 3 else float(row["a"] + row["b"]),
        "cost": math.inf if row["b"] == 3 else float(row["b"]),
    }


def test_packages_without_a_value_are_counted_and_left_out(tmp_path) -> None:
    levers = tuple(Factor(name, "parameter", "p", values=(1, 2, 3)) for name in "ab")
    planned = study(partly_packed, levers, Design("latin-hypercube", 4), ("value", "cost"), replicates=2)
    found = find_packages(planned, tmp_path / "o", ("maximise value", "minimise cost"), lambda store: fill_store(store, workers=1))
    assert (found.tried, found.left_out) == (9, 5)
    assert (found.best["a"], found.best["b"]) == (2, 2)
    assert "5 of 9 packages lacked a value of an objective in some run and were left out" in found.words()
    assert np.isfinite(found.packages.select_dtypes(float)).all().all()


def test_no_package_with_a_value_is_refused(tmp_path) -> None:
    levers = (Factor("a", "parameter", "p", values=(3,)), Factor("b", "parameter", "p", values=(1, 2)))
    planned = study(partly_packed, levers, Design("latin-hypercube", 4), ("value", "cost"), replicates=1)
    with pytest.raises(InputError, match="every package failed, or has no value of value or cost"):
        find_packages(planned, tmp_path / "o", ("maximise value", "minimise cost"), lambda store: fill_store(store, workers=1))


def test_points_of_a_table_from_python_are_taken_as_they_are(tmp_path) -> None:
    planned = study(sloped, AB, Design("csv", table=pd.DataFrame({"a": [0.1, 0.9], "b": [0.3, 0.3]})))
    assert Results(swept(tmp_path / "s", planned)).runs["a"].tolist() == [0.1, 0.9]
