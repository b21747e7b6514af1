"""Worlds that are kept on disk: the same to the byte, never another's, whatever happens to the files."""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.kept import archives
from experiments.kept import worlds as kept_worlds
from experiments.kept.worlds import steady
from scenarios.catalogue import CATALOGUE
from simulation import Scenario
from tests.experiments.worlds_to_keep import ROOT, SCENARIO, ForeignPlace, after, files, uploaded, with_own_ties
from tests.places import small_scenario
from tests.worlds import differing, digest

SCENARIOS = {
    "plain": lambda folder: SCENARIO,
    "until steady": lambda folder: small_scenario(120, None),
    "from high": lambda folder: SCENARIO.with_(start="high"),
    "with interventions": lambda folder: SCENARIO.with_(interventions=(CATALOGUE["closing-the-loop"],), loops_off=("fatigue",)),
    "own ties": lambda folder: with_own_ties(),
    "uploaded": uploaded,
    "foreign": lambda folder: Scenario("abroad", ForeignPlace(3), population=60, burn_in=12),
}


@pytest.mark.parametrize("which", list(SCENARIOS))
def test_a_kept_world_goes_on_as_the_fresh_one_does(which, kept, tmp_path) -> None:
    scenario = SCENARIOS[which](tmp_path)
    fresh = steady(scenario, 1, replicate=2, record_events=True)
    taken = steady(scenario, 1, replicate=2, record_events=True)
    assert (fresh.fresh, taken.fresh, len(files(kept))) == (True, False, 1)
    assert differing(fresh.model, taken.model) == []
    for found in (fresh, taken):
        found.model.run(6)
    assert digest(taken.model) == digest(fresh.model)
    pd.testing.assert_frame_equal(taken.model.events(), fresh.model.events())


def test_another_scenario_seed_or_replicate_is_another_world(kept) -> None:
    steady(SCENARIO, 1)
    others = [
        (SCENARIO, 2, 0), (SCENARIO, 1, 1), (SCENARIO.with_(parameters={"needs.chase": 0.3}), 1, 0), (SCENARIO.with_(population=121), 1, 0),
        (SCENARIO.with_(services=(replace(SCENARIO.services[0], response_months=3.5), *SCENARIO.services[1:])), 1, 0),
        (SCENARIO.with_(forms=(replace(SCENARIO.forms[0], effort=1.0), *SCENARIO.forms[1:])), 1, 0),
    ]  # fmt: skip
    assert all(steady(scenario, seed, replicate).fresh for scenario, seed, replicate in others)
    assert not steady(SCENARIO.with_(name="other", description="words", loops_off=("regard",)), 1).fresh


def test_a_place_that_draws_otherwise_than_it_says_gets_its_own_world(kept) -> None:
    assert steady(Scenario("abroad", ForeignPlace(3), population=60, burn_in=12), 1).fresh
    other = steady(Scenario("abroad", ForeignPlace(8), population=60, burn_in=12), 1)
    assert other.fresh
    assert (other.model.residents.decile == 8).all()


# -- damage --------------------------------------------------------------------------------------------------------------


def test_a_file_with_any_byte_flipped_is_made_again(kept) -> None:
    wanted, _ = after(SCENARIO)
    (path,) = files(kept)
    whole = path.read_bytes()
    places = np.random.default_rng(1).integers(0, len(whole), 60).tolist()
    for at in (0, 1, 30, len(whole) - 1, len(whole) - 33, len(whole) // 2, *places):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        assert archives.load(path.stem) is None, at
        assert not path.exists(), "a damaged file is removed"
    assert after(SCENARIO) == (wanted, True)
    assert after(SCENARIO) == (wanted, False)


def test_files_that_are_cut_off_empty_or_of_something_else_are_made_again(kept, tmp_path) -> None:
    wanted, _ = after(SCENARIO)
    (path,) = files(kept)
    whole = path.read_bytes()
    stranger = tmp_path / "stranger"
    np.savez(stranger, month=np.array(0))
    bad = pickle.dumps(os.system)
    for content in (b"", b"x", whole[:-1], whole[:1000], whole[:-32], whole + b"x", stranger.with_suffix(".npz").read_bytes(), bad):
        path.write_bytes(content)
        assert after(SCENARIO) == (wanted, True)
        assert path.read_bytes()[:2] == b"PK"


def test_a_file_under_the_name_of_another_world_is_no_world(kept) -> None:
    after(SCENARIO)
    (one,) = files(kept)
    wanted, _ = after(SCENARIO.with_(start="low"))
    (other,) = (path for path in files(kept) if path != one)
    other.write_bytes(one.read_bytes())
    assert after(SCENARIO.with_(start="low")) == (wanted, True)


def test_a_file_that_numpy_can_read_holds_the_checkpoint(kept) -> None:
    model = steady(SCENARIO, 1).model
    with np.load(files(kept)[0], allow_pickle=False) as arrays:
        assert (arrays["residents.f4"] == model.residents.blocks["f4"]).all()


# -- the code that they are made of ---------------------------------------------------------------------------------------


def test_sources_that_were_edited_after_the_start_keep_nothing(kept, monkeypatch) -> None:
    monkeypatch.setattr(kept_worlds, "_STARTED", 0.0)
    kept_worlds._digest.cache_clear()
    try:
        assert after(SCENARIO)[1] and after(SCENARIO)[1]
        assert files(kept) == []
    finally:
        kept_worlds._digest.cache_clear()


def test_all_code_that_makes_a_burnt_in_world_is_in_its_name(tmp_path) -> None:
    """Every function of ours that runs while a world is made lies in a file that its name is made of."""
    ran: set[str] = set()
    scenarios = [uploaded(tmp_path), with_own_ties()]

    def watch(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            ran.add(frame.f_code.co_filename)

    sys.setprofile(watch)
    try:
        for scenario in scenarios:
            steady(scenario, 1, keep=False)
    finally:
        sys.setprofile(None)
    own = {Path(name).relative_to(ROOT).as_posix() for name in ran if name.startswith(str(ROOT)) and "/.venv/" not in name}
    named = {name for name in own if name.startswith("simulation/")} | set(kept_worlds.DRAWING)
    assert {"simulation/month/drift.py", "scenarios/people.py", "scenarios/places/place.py"} <= own
    assert own - named <= {"experiments/kept/worlds.py", "tests/experiments/test_kept_worlds.py"}
