"""Submodels do what the literature says of them, and no more."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from simulation import Change, Delivery, Intervention, ParticipationModel, Recorder
from simulation.burn_in import RunawayError
from simulation.declared.levers import lever_index
from simulation.measures.measure import Snapshot, gini, measures_of, top_share
from simulation.month import LOOP_NAMES, RESIDENT_COLUMNS
from simulation.month.casework import BAD, GIVEN_UP, SOLVED
from simulation.month.deciding import shared_utility
from simulation.month.experience import live_through
from simulation.month.learning import representativeness
from simulation.month.needs import CHASE, NEW, pack
from simulation.state.lever_table import LeverTable
from simulation.world import PERSON_COLUMNS
from tests.places import WARDS, small_scenario
from tests.worlds import digest


def one_case(model, flags: int, kind: int = CHASE) -> dict[str, float]:
    """Return how the stocks of a resident at the middle of every scale move with one case."""
    p = model.values["experience"]._replace(told_gain=0.0, fairness_gain=0.0)
    half = np.full((1, 1), 0.5, np.float32)
    trust, expectation, memory = half.copy(), half.copy(), np.zeros((1, 1), np.float32)
    influence, satisfaction, talk = (np.full(1, 0.5, np.float32) for _ in range(3))
    live_through(p, False, np.array([pack(0, 0, kind)]), 1, np.array([flags], np.uint8), np.zeros(1, np.uint8), np.ones((1, 3)),
                 trust, expectation, half.copy(), memory, np.zeros(1, np.float32), np.zeros(1, np.float32), influence, satisfaction, np.zeros(1, np.int8), talk, np.zeros(1, np.uint8))  # fmt: skip
    return {"trust": float(trust[0, 0]) - 0.5, "influence": float(influence[0]) - 0.5, "memory": float(memory[0, 0])}


def test_a_bad_outcome_weighs_three_times_a_good_one_at_the_middle(steady_small) -> None:
    good, bad = one_case(steady_small, SOLVED), one_case(steady_small, BAD | GIVEN_UP)
    assert -bad["trust"] / good["trust"] == pytest.approx(3.0, rel=1e-4)
    assert -bad["influence"] / good["influence"] == pytest.approx(1.0, rel=1e-4), "asymmetry applies once, to trust"
    assert bad["memory"] < 0 < good["memory"]


def test_not_being_helped_at_once_is_less_bad_than_giving_up(steady_small) -> None:
    assert one_case(steady_small, BAD | GIVEN_UP)["trust"] < one_case(steady_small, BAD, NEW)["trust"] < 0


def test_the_summed_gain_of_amplifiers_is_bounded(steady_small) -> None:
    p = steady_small.values["deciding"]
    most = shared_utility(p, 1.0, 200.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0, p.norm_reference)
    assert 0.5 * p.gain_limit < most <= p.gain_limit


def test_one_peer_alone_makes_no_difference_and_more_do(steady_small) -> None:
    p = steady_small.values["deciding"]
    by_peers = [shared_utility(p, 0.0, n, 0.0, 0.0, 0.5, 0.5, 0.5, 0.0, 0.0, p.norm_reference) for n in (0.0, 1.0, 2.0, 3.0)]
    assert by_peers[0] == by_peers[1] < by_peers[2] < by_peers[3]


def test_representativeness_is_corrected_for_small_numbers() -> None:
    shares = np.full(15, 1 / 15)
    rng = np.random.default_rng(1)
    for size in (30, 300, 3000):
        drawn = [representativeness(rng.multinomial(size, shares)[None].astype(float), 0, float(size), shares) for _ in range(300)]
        assert np.mean(drawn) == pytest.approx(1.0, abs=0.04)
    skewed = np.array([[9000.0] + [0.0] * 14])
    assert representativeness(skewed, 0, 9000.0, shares) < 0.1


def test_overload_tips_only_past_capacity() -> None:
    """A calm and an overloaded regime: throughput falls with load, and failing chasers keep it down."""
    calm = ParticipationModel(small_scenario(900, 48), 1)
    starved = ParticipationModel(small_scenario(900, 48, parameters={"council.capacity": 60.0}), 1)
    assert calm.institutions.load[0] < 0.95
    assert calm.institutions.throughput[0] > 0.9
    assert starved.institutions.load[0] > 1.2
    assert starved.institutions.throughput[0] < 0.75
    assert starved.recent_tallies[:, 0, 1].sum() > 1.5 * calm.recent_tallies[:, 0, 1].sum()


def test_delivery_starts_ramps_ends_and_fades() -> None:
    delivery = Delivery(start=3, ramp=1, end=6, decay=2, fidelity=0.5)
    assert [delivery.intensity(m) for m in range(1, 10)] == [0, 0, 0.25, 0.5, 0.5, 0.5, 0.25, 0, 0]


def test_an_aim_reaches_its_cells_only() -> None:
    aimed = Intervention(
        "aimed", "", (Change("courtesy", to=1.0),), Delivery(institutions=("housing",), wards=("Mill",), segments=("Pioneers",))
    )
    model = ParticipationModel(small_scenario(300, 0).with_(interventions=(aimed,)), 1)
    model.step()
    r, table = model.residents, model.levers.institution[lever_index("courtesy")]
    reached = table[1, model.cell] == 1.0
    assert (reached == ((r.ward == 0) & (r.segment == 2))).all()
    assert (table[0] == table[0, 0]).all(), "other institutions stay as they are"


def test_joining_in_any_order_gives_the_same_table() -> None:
    one = Intervention("a", "", (Change("courtesy", scale=1.1), Change("openness", add=0.1)))
    two = Intervention("b", "", (Change("courtesy", to=0.5), Change("openness", scale=0.5)))
    base = small_scenario()
    tables = []
    for order in ((one, two), (two, one)):
        serving = np.tile(np.arange(len(base.institutions)), (len(WARDS), 1))
        table = LeverTable(base.institutions, base.services, base.forms, order, WARDS, ("x", "y", "z"), {}, serving)
        table.set_month(1)
        tables.append(table.institution.tobytes())
    assert tables[0] == tables[1]


@pytest.mark.parametrize("loop", LOOP_NAMES)
def test_every_switch_cuts_something(steady_small, loop) -> None:
    whole, cut = steady_small.branch(steady_small.scenario), steady_small.branch(steady_small.scenario.with_(loops_off=(loop,)))
    whole.run(18)
    cut.run(18)
    assert digest(whole) != digest(cut)


def test_a_runaway_is_an_error_that_names_the_stock(monkeypatch) -> None:
    monkeypatch.setattr("simulation.burn_in.SHORTEST", 48)
    monkeypatch.setattr("simulation.burn_in.LONGEST", 96)
    parameters = {"community.group_gain": 0.002, "community.group_decay": 0.0}
    with pytest.raises(RunawayError, match=r"no steady state after 96 months: 'wards.group_strength'"):
        ParticipationModel(small_scenario(20_000, None, parameters=parameters), 1)


def test_every_column_says_what_it_holds() -> None:
    assert len({c.name for c in RESIDENT_COLUMNS}) == len(RESIDENT_COLUMNS)
    assert all(len(c.description) > 5 for c in RESIDENT_COLUMNS)


def test_participation_volunteering_willing_and_apathetic_add_up_to_all(steady_small) -> None:
    model = steady_small.branch(steady_small.scenario)
    recorder = model.recorder = Recorder(model, 13)
    model.run(13)
    found = dict(zip(recorder.measures, recorder.results(), strict=True))
    snapshot = Snapshot(model)
    either = float((snapshot.participated | snapshot.volunteered).mean())
    assert either + found["willing_unasked"] + found["apathy"] == pytest.approx(1.0)
    named = sum(found[name] for name in ("unable", "not_enabled", "disillusioned", "uninterested"))
    assert named == pytest.approx(found["apathy"])
    for name, value in found.items():
        unit = recorder.measures[name].unit
        assert not np.isfinite(value) or unit not in ("share", "index") or 0 <= value <= 1, name


def test_groups_add_up_to_the_whole(steady_small) -> None:
    model = steady_small.branch(steady_small.scenario)
    recorder = model.recorder = Recorder(model, 12)
    model.run(12)
    overall = recorder.results()[0]
    by_ward = recorder.results_by("ward")[0]
    sizes = np.bincount(model.residents.ward)
    assert np.dot(by_ward, sizes) / sizes.sum() == pytest.approx(overall)


def test_months_under_twelve_leave_twelve_month_measures_undefined(steady_small) -> None:
    model = steady_small.branch(steady_small.scenario)
    recorder = model.recorder = Recorder(model, 5)
    model.run(5)
    found = dict(zip(recorder.measures, recorder.results(), strict=True))
    assert np.isnan(found["participation"])
    assert np.isfinite(found["trust"])


def test_gini_and_top_share_know_the_answer() -> None:
    assert gini(np.bincount([1, 1, 1, 1])) == pytest.approx(0.0)
    assert gini(np.bincount([0, 0, 0, 4])) == pytest.approx(0.75)
    values = np.random.default_rng(1).integers(0, 50, 400)
    plain = np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())
    assert gini(np.bincount(values)) == pytest.approx(plain)
    assert top_share(np.bincount([0, 0, 1, 3]), 0.25) == pytest.approx(0.75)
    assert top_share(np.bincount([2] * 10), 0.31) == pytest.approx(0.31)
    assert np.isnan(gini(np.bincount([0, 0])))


def test_every_measure_is_declared_with_label_unit_and_words() -> None:
    for measure in measures_of(("council", "housing")).values():
        assert measure.label
        assert measure.description
        assert measure.unit in ("share", "0..1", "per resident", "index", "pounds")
        beside_a_base = measure.name in ("saving", "cost_per_participant")
        assert (measure.values is None) + (measure.total is None) == (2 if beside_a_base else 1)


def test_scenarios_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_scenario().population = 5  # type: ignore[misc]


def test_what_a_newcomer_does_not_keep_stands_last_in_its_block() -> None:
    """Resetting takes the rest of each block: a kept column behind another would be wiped without a word."""

    for dtype in {c.dtype for c in RESIDENT_COLUMNS}:
        kept = [c.name in PERSON_COLUMNS for c in RESIDENT_COLUMNS if c.dtype == dtype]
        assert kept == sorted(kept, reverse=True), dtype
