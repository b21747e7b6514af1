"""Who takes part: representativeness over one trait at a time, likeness of housemates, and measures by personal groups."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import ParticipationModel, Recorder
from simulation.declared.forms import CATEGORIES, SURVEY_OF_CATEGORY, VOLUNTEERING
from simulation.kernels.randomness import stream, uniforms_of
from simulation.measures.measure import GRADED, Snapshot, measures_of, take
from simulation.measures.recorder import CROSSED, GROUPINGS, PERSONAL, group_names
from simulation.month import LEVELS
from tests.places import small_scenario

OVER = {"fifth": "decile", "age": "age", "qualification": "qualification", "tenure": "tenure"}


@pytest.fixture(scope="module")
def world() -> ParticipationModel:
    return ParticipationModel(small_scenario(3000, 0), 2)


def taken(world: ParticipationModel, name: str, active: np.ndarray) -> float:
    """Return a measure where these and no others took part, each in one month."""
    r = world.residents
    for column in CATEGORIES:
        getattr(r, f"months_{column}")[:] = 0
    r.months_consultation[:] = active
    return take(Snapshot(world), measures_of(("council",))[name])


def lot(world: ParticipationModel, name: str, of: np.ndarray | None = None) -> np.ndarray:
    return uniforms_of(world.residents.person_id if of is None else of.astype(np.int64), stream(3, name))


@pytest.mark.parametrize("trait", OVER)
def test_people_drawn_at_random_are_representative_however_few_and_one_group_alone_is_not(world, trait) -> None:
    name = f"representativeness_{trait}"
    few = [taken(world, name, lot(world, f"few {n}") < 0.02) for n in range(60)]
    assert np.mean(few) == pytest.approx(1.0, abs=0.04), "corrected for small numbers"
    group = getattr(world.residents, OVER[trait])
    if trait == "fifth":
        group = (group - 1) // 2
    share = float((group == 1).mean())
    assert taken(world, name, group == 1) == pytest.approx(share, abs=1e-4)
    assert taken(world, name, np.ones(3000, dtype=bool)) == 1.0
    assert np.isnan(taken(world, name, np.zeros(3000, dtype=bool)))


def test_a_known_skew_gives_the_known_index(world) -> None:
    level = world.residents.qualification
    active = lot(world, "skew") < np.array([0.2, 0.4, 0.6])[level]
    everybody, voices = (np.bincount(level[rows], minlength=3) / rows.sum() for rows in (np.ones(3000, dtype=bool), active))
    assert taken(world, "representativeness_qualification", active) == pytest.approx(
        1 - np.abs(voices - everybody).sum() / 2, abs=0.015
    )


def test_housemates_are_as_alike_as_they_were_made(world) -> None:
    household = world.residents.household
    alone = lot(world, "own") < 0.4
    together = lot(world, "shared", household) < 0.4
    half = np.where(lot(world, "which", household) < 0.5, together, alone)
    assert taken(world, "housemate_likeness", together) == pytest.approx(1.0)
    assert taken(world, "housemate_likeness", alone) == pytest.approx(0.0, abs=0.06)
    assert taken(world, "housemate_likeness", half) == pytest.approx(0.5, abs=0.07)
    first = np.concatenate([[True], household[1:] != household[:-1]])
    pairs = np.bincount(household)[household] == 2
    assert taken(world, "housemate_likeness", first & pairs) < -0.2, "one of two, never both"
    for active in (np.zeros(3000, dtype=bool), np.ones(3000, dtype=bool)):
        assert np.isnan(taken(world, "housemate_likeness", active))


def test_households_may_have_any_numbers(world) -> None:
    active, household = lot(world, "own") < 0.4, world.residents.household.copy()
    before = taken(world, "housemate_likeness", active)
    world.residents.household[:] = household.astype(np.int64) * 97 + 1_000_000
    assert taken(world, "housemate_likeness", active) == pytest.approx(before, abs=1e-12)
    world.residents.household[:] = household


def test_headlines_are_taken_by_personal_groups_too() -> None:
    model = ParticipationModel(small_scenario(300, 0), 2)
    recorder = model.recorder = Recorder(model, 12)
    model.run(12)
    names, whole = list(recorder.measures), group_names(model.scenario)
    assert set(whole) == set(GROUPINGS) == {*CROSSED, *PERSONAL}
    for grouping in PERSONAL:
        table, codes = recorder.results_by(grouping), recorder.group_codes(model)[grouping][0]
        assert table.shape == (len(names), len(whole[grouping]))
        active = Snapshot(model).participated
        wanted = [active[codes == g].mean() if (codes == g).any() else np.nan for g in range(len(whole[grouping]))]
        np.testing.assert_allclose(table[names.index("participation")], wanted)
        assert np.isfinite(table[[names.index(m) for m in GRADED]]).any(axis=1).all()
        assert np.isnan(table[names.index("wants_more")]).all(), "headlines alone"


def test_what_counts_as_taking_part_follows_from_the_categories_of_forms() -> None:
    model = ParticipationModel(small_scenario(60, 12), 1)
    r, shot = model.residents, Snapshot(model)
    for category in CATEGORIES:
        getattr(r, f"months_{category}")[:] = 0
    for row, category in enumerate(CATEGORIES):
        getattr(r, f"months_{category}")[row] = 1 << row
    civic = [row for row, category in enumerate(CATEGORIES) if category != "volunteering"]
    assert np.flatnonzero(shot.participated).tolist() == civic
    assert np.flatnonzero(shot.volunteered).tolist() == [VOLUNTEERING]
    assert set(LEVELS) == set(SURVEY_OF_CATEGORY) == set(CATEGORIES)
