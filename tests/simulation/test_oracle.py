"""The kernels equal the plain model, resident by resident, on random small worlds with every loop on and off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.catalogue import CATALOGUE
from simulation import Change, Delivery, Intervention, Parameter, ParticipationModel
from simulation.declared.institutions import InstitutionSpec
from simulation.declared.levers import FORM_LEVER_NAMES, LEVERS
from simulation.declared.parameters import SWITCH
from simulation.declared.quality import AVERAGE, UNKNOWN
from simulation.month import LOOP_NAMES, MONTH
from tests.places import WARDS, small_place, small_scenario
from tests.reference.plain_model import PlainModel

MONTHS = 5
SPLIT = tuple(
    InstitutionSpec(f"{service}-{'mill' if own else 'rest'}", service, ("Mill",) if own else WARDS[1:])
    for service in ("council", "housing", "police", "health")
    for own in (True, False)
)


def assert_equal(model: ParticipationModel, plain: Any) -> None:
    columns = plain.columns_of_residents()
    for name, array in model.residents.arrays().items():
        tolerance = 1e-6 if array.dtype.kind == "f" else 0
        np.testing.assert_allclose(array.astype(float), columns[name].astype(float), atol=tolerance, rtol=0, err_msg=name)
    for column in model.institutions.columns:
        for row, institution in enumerate(plain.institutions):
            assert getattr(model.institutions, column.name)[row] == pytest.approx(getattr(institution, column.name), abs=1e-9)
    for column in model.wards.columns:
        for row, ward in enumerate(plain.wards):
            assert getattr(model.wards, column.name)[row] == pytest.approx(ward[column.name], abs=1e-9)
    awake = {
        (i, t >> 2)
        for i in range(model.residents.size)
        for t in model.ties.targets[slice(*model.ties.offsets[i : i + 2])]
        if t >= 0
    }
    assert awake == {(r.row, other) for r in plain.residents for other, (_, on) in r.ties.items() if on}


interventions = st.lists(
    st.builds(
        lambda name, dose, wards, start, ramp, end: CATALOGUE[name].at(
            dose, Delivery(wards=wards, start=start, ramp=ramp, end=end, decay=2)
        ),
        st.sampled_from(sorted(CATALOGUE)),
        st.sampled_from([0.0, 0.3, 1.0]),
        st.sampled_from([None, ("Quay",), ("Mill", "Hill")]),
        st.integers(1, 2),
        st.integers(0, 2),
        st.sampled_from([None, 3]),
    ),
    max_size=3,
    unique_by=lambda i: i.name,
).map(lambda found: [i for n, i in enumerate(found) if not any(i.name in o.excludes or o.name in i.excludes for o in found[:n])])


# Levers that stay asleep when they are moved part of the way, and where to.
AWAKE = {
    "separation": 0.0, "ask_when_resolved": 1.0, "feedback_months": 1.0, "outreach": 0.4, "matching": 0.3, "channel_choice": 0.5, "preference_capture": 0.5,
    "specialists": 15.0, "group_asks": 3.0, "bureau_reach": 3.0, "agenda": 0.3, "linkage": 0.5, "bad_news": 0.1, "burden": 0.6, "reward": 0.7,
}  # fmt: skip


def _all_levers() -> tuple[Change, ...]:
    """Move every lever off its rest, so that no mechanism stays asleep: a third of the way to the end that lies further, or where `AWAKE` says."""
    moved = []
    for name, lever in LEVERS.items():
        p = lever.parameter
        if name in FORM_LEVER_NAMES:
            moved.append(Change(name, scale=1.5) if p.default else Change(name, add=0.1))
        elif name == "capacity":
            moved.append(Change(name, scale=0.8))
        elif name in AWAKE:
            moved.append(Change(name, to=AWAKE[name]))
        else:
            end = p.high if p.high - p.default > p.default - p.low else p.low
            moved.append(Change(name, to=p.default + (min(end, p.default + 3.0) - p.default) / 3))
    return tuple(moved)


EXTREME = Intervention("everything", "levers that are at rest in the baseline", _all_levers())


@given(
    seed=st.integers(0, 10_000),
    population=st.integers(20, 70),
    off=st.sets(st.sampled_from(LOOP_NAMES)),
    tried=interventions,
    extreme=st.sampled_from(
        [
            None,
            Delivery(),
            Delivery(segments=("Settlers",)),
            Delivery(network=("many ties", "few ties")),
            Delivery(households=0.6, members="one"),
            Delivery(households=0.5, persons=tuple(range(20))),
        ]
    ),
    split=st.booleans(),
    start=st.sampled_from(["neutral", "high", "low"]),
    quality=st.sampled_from([AVERAGE, UNKNOWN]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_kernels_equal_the_plain_model(seed, population, off, tried, extreme, split, start, quality) -> None:
    changes: dict[str, Any] = {"institutions": SPLIT} if split else {}
    changes["place"] = replace(small_place(), quality=quality)
    scenario = small_scenario(population, 12, start=start, loops_off=tuple(sorted(off)), **changes)
    scenario = scenario.with_(interventions=(*tried, *([EXTREME.at(1.0, extreme)] if extreme else [])))
    model = ParticipationModel(scenario, seed)
    plain = PlainModel.of(model)
    for _ in range(MONTHS):
        model.step()
        plain.step()
    assert_equal(model, plain)


@pytest.mark.parametrize("off", [(), LOOP_NAMES, *[(name,) for name in LOOP_NAMES]], ids=lambda x: "+".join(x) or "none")
def test_every_loop_alone_equals_the_plain_model(off) -> None:
    model = ParticipationModel(small_scenario(120, 24, loops_off=off), 5)
    plain = PlainModel.of(model)
    for _ in range(4):
        model.step()
        plain.step()
    assert_equal(model, plain)


def test_every_lever_is_moved() -> None:
    assert {change.lever for change in EXTREME.changes} == set(LEVERS)


def test_a_year_and_a_month_with_everything_moved_equals_the_plain_model() -> None:
    """What is kept for twelve months comes round."""
    model = ParticipationModel(small_scenario(60, 12, interventions=(EXTREME,)), 3)
    plain = PlainModel.of(model)
    for _ in range(13):
        model.step()
        plain.step()
    assert_equal(model, plain)


def test_the_plain_model_lives_through_the_same_steps() -> None:
    """A step that the oracle lacks is named here before any number differs."""
    assert list(PlainModel.STEPS) == [process.name for process in MONTH if process.name != "measuring"], "measuring changes nothing"
    assert all(callable(getattr(PlainModel, name)) for name in PlainModel.STEPS.values())


def test_a_wrong_kernel_would_be_seen(steady_small) -> None:
    """The comparison itself can fail: another parameter in one of the two is noticed."""
    model = steady_small.branch(steady_small.scenario)
    plain = PlainModel.of(model)
    plain.values = {**plain.values, "experience": plain.values["experience"]._replace(outcome_gain=0.071)}
    model.step()
    plain.step()
    with pytest.raises(AssertionError):
        assert_equal(model, plain)


def _moved(p: Parameter) -> float:
    """Return a value of a parameter some way from its default: half as much again, or less, or a tenth of its range; a switch is turned."""
    if p.unit == SWITCH:
        return 1.0 - p.default
    up = p.default * 1.5 if p.default else p.low + (p.high - p.low) / 10
    return up if p.low <= up <= p.high else p.default * 0.6 if p.low <= p.default * 0.6 <= p.high else p.default


def test_with_every_parameter_moved_the_kernels_equal_the_plain_model() -> None:
    """A number that one of them holds by itself, and does not take from the parameters, would show."""
    own = {f"{step.parameters.prefix}.{p.name}": _moved(p) for step in MONTH for p in step.parameters.parameters}
    scenario = small_scenario(90, 12, parameters=own, interventions=(EXTREME, CATALOGUE["digital-and-personal"]))
    model = ParticipationModel(scenario, 3)
    plain = PlainModel.of(model)
    for _ in range(13):
        model.step()
        plain.step()
    assert_equal(model, plain)
