"""Twin worlds: the same people on the same days, except where an intervention reached them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import mesa
import numpy as np
import pytest

from scenarios.catalogue import CATALOGUE
from scenarios.structures import STRUCTURES, under
from simulation import Change, Delivery, Intervention, ParticipationModel, Recorder
from simulation.checkpoint import TABLES
from simulation.declared.institutions import InstitutionSpec
from simulation.declared.parameters import ParameterGroup
from simulation.month import MONTH
from simulation.month.process import Process
from tests.places import WARDS, small_scenario
from tests.worlds import by_slot, differing, digest, in_two_orders

NOTHING = Intervention("no-op", "changes nothing", (Change("courtesy", add=0.0), Change("openness", scale=1.0)), kind="probe")


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_zero_dose_changes_no_byte(steady_small, name) -> None:
    base, tried = steady_small.branch(steady_small.scenario, True), steady_small.branch(
        steady_small.scenario.with_(name=name, interventions=(CATALOGUE[name].at(0.0),)), True
    )  # fmt: skip
    base.run(14)
    tried.run(14)
    assert differing(base, tried) == []
    assert base.events().equals(tried.events())


@pytest.mark.parametrize(
    "delivery", [Delivery(), Delivery(wards=("Mill",), segments=("Pioneers",)), Delivery(deprivation_fifths=(1,))]
)
def test_a_no_op_at_full_dose_changes_no_byte(steady_small, delivery) -> None:
    base = steady_small.branch(steady_small.scenario)
    tried = steady_small.branch(steady_small.scenario.with_(interventions=(replace(NOTHING, delivery=delivery),)))
    base.run(14)
    tried.run(14)
    assert differing(base, tried) == []


def test_observers_change_no_byte(steady_small) -> None:
    plain, watched = steady_small.branch(steady_small.scenario), steady_small.branch(steady_small.scenario, record_events=True)
    watched.recorder = Recorder(watched, 12)
    collector = mesa.DataCollector(model_reporters={"month": "month"}, agent_reporters={"talk": "talk"}, agenttype_reporters={})
    for _ in range(12):
        plain.step()
        watched.step()
        [agent.unique_id for agent in watched.agents]
        watched.random.random()
        watched.rng.random()
    watched.agents.shuffle()
    assert collector is not None
    assert differing(plain, watched) == []


def test_the_order_of_residents_changes_no_byte() -> None:
    first, other = in_two_orders(small_scenario(300, 0), 18)
    one, two = by_slot(first), by_slot(other)
    assert [name for name in one if one[name].tobytes() != two[name].tobytes()] == []
    assert first.institutions.blocks["f8"].tobytes() == other.institutions.blocks["f8"].tobytes()


PROGRAM = (
    "from tests.worlds import digest; from tests.places import small_scenario; from simulation import ParticipationModel;"
    "m = ParticipationModel(small_scenario(200, 24), 1); m.run(6); print(digest(m))"
)


OTHERWISE = {
    "PYTHONHASHSEED": "17",
    "NUMBA_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
    "LC_ALL": "de_DE.UTF-8",
    "TZ": "Pacific/Kiritimati",
}


def test_process_threads_hash_seed_locale_and_time_zone_change_no_byte() -> None:
    model = ParticipationModel(small_scenario(200, 24), 1)
    model.run(6)
    found = {digest(model)}
    plain = {"PYTHONHASHSEED": "0", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C", "TZ": "UTC"}
    for environment in (plain, OTHERWISE):
        shown = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=os.environ | environment, capture_output=True, text=True, check=True
        )
        found.add(shown.stdout.strip())
    assert len(found) == 1


@pytest.fixture(scope="module")
def cut_world() -> ParticipationModel:
    """A world cut at the edge of Mill: its own institutions, and no ties across; tests branch it and leave it as it is."""
    services = ("council", "housing", "police", "health")
    institutions = tuple(InstitutionSpec(f"{s}-mill", s, ("Mill",)) for s in services) + tuple(
        InstitutionSpec(f"{s}-rest", s, WARDS[1:]) for s in services
    )
    apart = {f"{s}.insight_sharing": 0.0 for s in services}
    scenario = small_scenario(400, 24, institutions=institutions, parameters={"ties.distant_share": 0.0, **apart})
    return ParticipationModel(scenario, 7)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_one_ward_of_a_world_cut_at_its_edge_changes_nobody_outside(cut_world, name) -> None:
    world = cut_world
    source = np.repeat(world.residents.ward, np.diff(world.ties.offsets))
    reached = np.where(world.ties.targets >= 0, world.ties.targets, ~world.ties.targets) >> 2
    assert (source == world.residents.ward[reached]).all(), "no tie leaves a ward"
    aimed = CATALOGUE[name].at(1.0, Delivery(wards=("Mill",)))
    base, tried = world.branch(world.scenario), world.branch(world.scenario.with_(interventions=(aimed,)))
    base.run(14)
    tried.run(14)
    outside = base.residents.ward != 0
    changed = {
        n: (a[..., outside].tobytes() != b[..., outside].tobytes(), a[..., ~outside].tobytes() != b[..., ~outside].tobytes())
        for (n, a), b in zip(base.residents.arrays().items(), tried.residents.arrays().values(), strict=True)
    }
    assert [n for n, (out, _) in changed.items() if out] == []
    there = [
        a.tobytes() != b.tobytes()
        for a, b in zip(base.institutions.arrays().values(), tried.institutions.arrays().values(), strict=True)
    ]
    assert any(inside for _, inside in changed.values()) or any(there), "and it does reach the ward"


def test_an_inserted_step_moves_no_draw(steady_small) -> None:
    empty = Process(
        "pause", "Pause", "nothing", (), (), ParameterGroup("pause", ()), None, lambda model: model.streams("pause: draw")
    )
    base, longer = steady_small.branch(steady_small.scenario), steady_small.branch(steady_small.scenario)
    longer.steps_of_month = (*MONTH[:4], empty, *MONTH[4:])
    longer.timings = {p.name: 0.0 for p in longer.steps_of_month}
    base.run(9)
    longer.run(9)
    assert differing(base, longer) == []


AIMS = {
    "everywhere": Delivery(),
    "a segment": Delivery(segments=("Settlers",)),
    "a ward and a fifth": Delivery(wards=("Mill", "Quay"), deprivation_fifths=(1, 2)),
}


@pytest.mark.parametrize("aim", AIMS)
def test_a_checkpoint_goes_on_byte_for_byte(steady_small, aim) -> None:
    """Whatever it is aimed at: means over cells must not depend on who lives there when the checkpoint is restored."""
    tried = (CATALOGUE["restructuring"].at(1.0, AIMS[aim]), CATALOGUE["closing-the-loop"].at(1.0, AIMS[aim]))
    scenario = steady_small.scenario.with_(interventions=tried)
    straight, stopped = steady_small.branch(scenario), steady_small.branch(scenario)
    straight.run(16)
    stopped.run(7)
    saved = stopped.checkpoint()
    resumed = steady_small.branch(scenario)
    resumed.restore(saved)
    stopped.run(30)
    resumed.run(9)
    assert differing(straight, resumed) == []


def arrays_of(model: ParticipationModel) -> dict[str, np.ndarray]:
    """Return every array of a world and of its parts, by name."""
    parts = {"": model, **{name: getattr(model, name) for name in (*TABLES, "ties", "levers", "newcomers", "log", "scratch")}}
    return {
        f"{part}.{name}".strip("."): array
        for part, whole in parts.items()
        for name, array in vars(whole).items()
        if isinstance(array, np.ndarray)
    }


# Lists of this month's cases, movers and asks, as long as there are any: behind their ends is what an earlier month left.
LEFT_OVER = {f"scratch.{name}" for name in ("entries", "outcomes", "who", "what", "push", "key", "movers", "chance", "wants_row", "wants_form", "score")}  # fmt: skip


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_checkpoint_leaves_out_nothing_that_the_next_month_depends_on(structure) -> None:
    """Of the two copies that live the month, one was another world before, and its scratch arrays hold nonsense."""
    scenario = under(structure, small_scenario(150, 12))
    tried = scenario.with_(interventions=(CATALOGUE["closing-the-loop"].at(1.0),))
    first = ParticipationModel(scenario, 1).branch(tried)
    other = first.branch(tried)
    other.run(5)
    first.run(7)
    saved = first.checkpoint()
    other.restore(saved)
    for name, array in arrays_of(other).items():
        if name in LEFT_OVER:
            array[:] = 1
    for model in (first, other):
        model.run(1)
    ours, others = arrays_of(first), arrays_of(other)
    assert [name for name in ours if name not in LEFT_OVER and ours[name].tobytes() != others[name].tobytes()] == []


def test_replicates_and_seeds_differ_and_zero_is_a_seed() -> None:
    digests = {digest(ParticipationModel(small_scenario(100, 0), seed, replicate=n)) for seed in (0, 1) for n in (0, 1)}
    assert len(digests) == 4


def test_a_branch_leaves_its_trunk_alone(steady_small) -> None:
    before = digest(steady_small)
    steady_small.branch(steady_small.scenario.with_(interventions=(CATALOGUE["more-consultation"],))).run(6)
    assert digest(steady_small) == before
