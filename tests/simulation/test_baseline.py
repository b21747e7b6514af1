"""The baseline lies near the facts that it is set to, is steady, flat, and the same from high and low starts."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparison.compare import compare
from scenarios import load_scenario
from simulation import ParticipationModel, Recorder
from tests.simulation.test_ties import facts

PLACE = "haringey@average"  # levels are those of England, and tenants of Haringey are among the least satisfied
POPULATION, REPLICATES = 5000, 6


@pytest.fixture(scope="module")
def baseline():
    return compare(load_scenario("baseline", PLACE, POPULATION), replicates=REPLICATES, posterior=None)


LEVELS = [row for row in facts().values() if row["role"] == "calibrate" and row["measure"] not in ("ties",) and row["kind"] == "band"
          and row["id"] != "influence_flat"]  # fmt: skip


# Missed since households move as often as the census counts, and so far that the fit without them was made for; the next calibration mends it, and shortens this list.
MISSED = {"volunteering_level": 0.03, "core_share": 0.04}


@pytest.mark.parametrize("fact", LEVELS, ids=lambda row: row["id"])
def test_a_calibrated_level_is_near_its_band(baseline, fact) -> None:
    value = baseline.effects.set_index("measure")["mean"][fact["measure"]]
    inside = float(fact["low"]) <= value <= float(fact["high"])
    off = MISSED.get(fact["id"], 0.0)
    assert float(fact["low"]) - off <= value <= float(fact["high"]) + off
    assert inside or fact["id"] in MISSED, "a level that is missed is listed, and one that is met again is not"
    assert not (inside and fact["id"] in MISSED), "met again: take it off the list"


def test_the_baseline_is_flat_over_sixty_months(baseline) -> None:
    for name in ("participation", "apathy", "perceived_influence", "trust", "volunteering", "accept_probability"):
        m = list(baseline.measures).index(name)
        series = baseline.series[:, 0, :, m].mean(axis=0)
        assert abs(series[48:].mean() - series[:12].mean()) < 0.01, name


def test_high_and_low_starts_end_in_the_same_steady_state() -> None:
    ends = {}
    for start in ("high", "low"):
        runs = []
        for replicate in range(3):
            model = ParticipationModel(load_scenario("baseline", "haringey", POPULATION).with_(start=start), 1, replicate=replicate)
            model.recorder = Recorder(model, 12, groups=False)
            model.run(12)
            runs.append(model.recorder.results())
        ends[start] = dict(zip(model.recorder.measures, np.mean(runs, axis=0), strict=True))
    for name in ("participation", "apathy", "perceived_influence", "trust", "volunteering_12m", "council_satisfaction"):
        assert ends["high"][name] == pytest.approx(ends["low"][name], abs=0.015), name


def test_capacity_lies_above_demand() -> None:
    model = ParticipationModel(load_scenario("baseline", "haringey", POPULATION), 1)
    assert (model.institutions.load < 0.95).all()
