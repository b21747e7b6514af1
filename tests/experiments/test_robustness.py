"""Robustness: planted dependence is found, what flips stands first, and theories are tried as such."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.evidence.calibration.screening import uncertain_names
from experiments.evidence.robustness.examination import _alone, _conclusions, frailest_first
from experiments.studies.runs.conclusions import AT, CENTRAL, CHANGED, CONCLUSIONS, SCENARIOS, SET, Conclusion, Weigher
from scenarios.catalogue import CATALOGUE
from scenarios.evidence.posterior import positions_of
from scenarios.structures import STRUCTURES
from tests.places import small_scenario

NAMES = uncertain_names()
IDS = tuple(c.id for c in CONCLUSIONS)
ROOM, FRAIL = "answers-bring-people-back", "restructuring"  # effects above and below zero


def planted(draws: int) -> pd.DataFrame:
    """Return runs in which one conclusion depends on two parameters, one flips often, and the others depend on nothing."""
    numbers = np.arange(draws) + 500_000
    x = 2 * positions_of(("deciding.responded_weight", "needs.chase"), numbers) - 1
    rng = np.random.default_rng(1)
    table = pd.DataFrame({SET: numbers, **{c.id: (c.sign or 0.1) * 0.02 + rng.normal(0, 0.002, draws) for c in CONCLUSIONS}})
    table[ROOM] = 0.05 + x @ [0.02, -0.01] + rng.normal(0, 0.002, draws)
    table[FRAIL] = -0.002 + rng.normal(0, 0.004, draws)
    return table


def test_what_a_conclusion_hangs_on_is_found_and_the_frail_stands_first() -> None:
    alone = pd.DataFrame(columns=["conclusion", "parameter", "flips"]).astype({"flips": bool})
    theories = pd.DataFrame(
        [
            {"structure": "another", "conclusion": IDS[-1], "holds": "no"},
            {"structure": "another", "conclusion": ROOM, "holds": "yes"},
        ]
    )
    found = frailest_first(_conclusions(planted(900), planted(200), NAMES, alone), theories)
    assert found["conclusion"].iloc[0] == IDS[-1], "overturned by a theory"
    assert found["not_under"].iloc[0] == "another"
    found = found[1:].reset_index(drop=True)
    assert found["conclusion"].iloc[0] == FRAIL
    row = found.set_index("conclusion").loc[ROOM]
    assert row["hangs_on"].split("; ")[:2] == ["deciding.responded_weight +", "needs.chase -"]
    assert row["explained"] > 0.8
    assert row["holds_calibrated"] == row["holds_all"] == 1.0
    assert 0.5 < found.iloc[0]["holds_all"] < 0.9


def test_one_alone_that_overturns_is_named_and_chance_is_not() -> None:
    rng = np.random.default_rng(2)
    rows = [{SET: CENTRAL, CHANGED: -1, AT: 0.5, **{c.id: (c.sign or 0.0) * 0.02 for c in CONCLUSIONS}}]
    for n in range(len(NAMES)):
        for at in (0.0, 1.0):
            rows.append(
                {SET: CENTRAL, CHANGED: n, AT: at, **{c.id: (c.sign or 0.0) * 0.02 + rng.normal(0, 0.001) for c in CONCLUSIONS}}
            )
    chase = NAMES.index("needs.chase")
    rows[1 + 2 * chase + 1][FRAIL] = 0.01  # the other side of zero
    rows[1 + 2 * chase][ROOM] = 0.035  # more by far, and still on its side
    found = _alone(pd.DataFrame(rows), NAMES, IDS)
    assert list(found["conclusion"]) == [FRAIL, ROOM]
    assert list(found["flips"]) == [True, False]
    assert set(found["parameter"]) == {"needs.chase"}
    assert found["value"].iloc[0] > found["default"].iloc[0] > found["value"].iloc[1]


def test_conclusions_are_of_what_there_is_and_know_their_side() -> None:
    assert set(SCENARIOS) <= set(CATALOGUE)
    null = Conclusion("x", "", "trust", {}, 0, 0.02)
    np.testing.assert_array_equal(null.holds(np.array([0.01, -0.03])), [True, False])
    np.testing.assert_allclose(null.margin(np.array([0.01, -0.03])), [0.01, -0.01])
    down = Conclusion("x", "", "trust", {}, -1)
    np.testing.assert_array_equal(down.holds(np.array([-0.01, 0.01])), [True, False])


def test_a_row_is_a_world_with_its_parameters() -> None:
    weigher = Weigher(small_scenario(250, 24), NAMES, months=12)
    central = {SET: CENTRAL, CHANGED: -1, AT: 0.5}
    usual = weigher(central)
    assert set(usual) == set(IDS)
    assert usual == weigher(central)
    other = weigher({SET: CENTRAL, CHANGED: NAMES.index("closing_the_loop.changed_gain"), AT: 1.0})
    assert other != usual
    assert weigher({SET: 7, CHANGED: -1, AT: 0.5}) != usual
    simple = weigher.contrasts(STRUCTURES["simple-contagion"].parameters, 0)
    assert simple != usual
    assert weigher.contrasts({}, 0) == usual
