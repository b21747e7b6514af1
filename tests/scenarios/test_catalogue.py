"""The catalogue: complete, sourced, conforming, and without a hand on what the model is there to explain."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.conformance import conformance_test
from scenarios.scenario_file import shipped_scenarios
from simulation import Change, Delivery, InputError, Intervention, ParticipationModel
from simulation.declared.interventions import POSITIONS
from simulation.declared.levers import FORM_LEVER_NAMES, INSTITUTION_LEVER_NAMES, LEVERS, lever_index
from simulation.declared.residents import OUTCOME_COLUMNS
from simulation.measures.measure import measures_of
from simulation.month import RESIDENT_COLUMNS
from tests.places import small_scenario
from tests.worlds import digest

ROWS = [
    "open-engagement",
    "one-culture",
    "front-line-engagement",
    "single-point-of-contact",
    "front-line-discretion",
    "self-help",
    "capturing-preferences",
    "closing-the-loop",
    "case-feedback",
    "values-segmentation",
    "channel-choice",
    "word-of-mouth-champions",
    "informal-dialogue",
    "more-consultation",
    "pooled-insight",
    "staff-training",
    "performance-incentives",
    "senior-champion",
    "engagement-champions",
    "learning-events",
    "clear-roles",
    "shared-agenda",
    "responsibility-mapping",
    "embed-and-specialise",
    "ward-panels",
    "go-where-people-are",
    "piggy-backing",
    "co-ordination",
    "co-design",
    "deliberative-events",
    "community-networks",
    "digital-and-personal",
    "knowledge-sharing",
    "know-when-to-consult",
    "evaluate-and-adjust",
    "difficult-decisions",
    "member-briefing",
    "asking-to-volunteer",
    "community-delivery",
    "power-brokering",
    "crisis-co-production",
    "development-levy",
    "top-down-programme",
    "bottom-up-initiative",
    "data-capture",
    "linked-agendas",
]
SHOCKS = [
    "restructuring",
    "budget-cut",
    "centralisation",
    "central-targets",
    "outreach-funding-ends",
    "demand-surge",
    "trust-scandal",
    "staff-turnover",
]
PACKAGES = ["baseline", "own-house-in-order", "ask-first", "consult-harder", "mobilise", "real-influence", "new-conversations", "haringey-2009", "collaborative-consultation", "austerity"]  # fmt: skip


def test_every_row_of_the_seeds_is_there() -> None:
    assert set(ROWS) <= set(CATALOGUE)
    assert {name for name, one in CATALOGUE.items() if one.kind == "shock"} == set(SHOCKS)
    assert set(shipped_scenarios()) == set(PACKAGES)
    assert list(CATALOGUE) == sorted(CATALOGUE)


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda i: i.name)
def test_a_row_says_what_it_is(one: Intervention) -> None:
    assert len(one.description) > 20
    assert one.description.endswith(".")
    assert one.changes
    assert one.source
    assert one.status in ("assumed", "calibrated", "estimated")
    assert 0 <= one.cost.low <= 1 <= one.cost.high
    assert one.kind == "shock" or any(
        (one.cost.setup_hours, one.cost.setup_pounds, one.cost.running_hours, one.cost.running_pounds)
    )
    assert all(name in CATALOGUE for name in one.excludes)


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda i: i.name)
def test_no_row_writes_to_an_outcome(one: Intervention) -> None:
    assert one.step is None
    assert one.writes == ()
    assert {c.lever for c in one.changes} <= set(LEVERS)


def test_no_lever_is_an_outcome() -> None:
    outcomes = {
        *OUTCOME_COLUMNS,
        *measures_of(("council", "housing", "police", "health")),
        "trust",
        "influence",
        "participation",
        "apathy",
    }
    assert not outcomes & set(LEVERS)
    assert set(OUTCOME_COLUMNS) <= {c.name for c in RESIDENT_COLUMNS}


@pytest.mark.parametrize("column", ["trust", "influence_everyday", "months_consultation", "civic_role", "intercept"])
def test_an_intervention_that_would_write_an_outcome_cannot_be_made(column) -> None:
    with pytest.raises(InputError, match=f"'{column}' is an outcome"):
        Intervention("cheat", "sets what it should cause", step=lambda model, intensity: None, writes=(column,))
    Intervention("for tests", "a probe may", step=lambda model, intensity: None, writes=(column,), kind="probe")


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda i: i.name)
def test_a_row_conforms(one: Intervention) -> None:
    conformance_test(one)()


def test_every_lever_is_moved_by_some_row_or_stands_for_a_place() -> None:
    moved = {c.lever for one in CATALOGUE.values() for c in one.changes}
    assert set(LEVERS) == moved, "a lever that nothing moves is dead"


@pytest.mark.parametrize("names", [("closing-the-loop", "budget-cut", "co-design"), ("go-where-people-are", "piggy-backing", "ward-panels"),
                                   ("top-down-programme", "bottom-up-initiative", "power-brokering")])  # fmt: skip
def test_joining_in_any_order_gives_the_same_bytes(names) -> None:
    world = ParticipationModel(small_scenario(300, 24), 4)
    found = set()
    for order in itertools.permutations(names):
        model = world.branch(world.scenario.with_(interventions=tuple(CATALOGUE[n] for n in order)))
        model.run(9)
        found.add(digest(model))
    assert len(found) == 1
    assert load_scenario("+".join(names)).interventions == load_scenario("+".join(reversed(names))).interventions


def test_what_excludes_each_other_cannot_be_joined() -> None:
    with pytest.raises(InputError, match="exclude each other"):
        load_scenario("ward-panels+ward-panels-unfed")
    with pytest.raises(InputError, match="exclude each other"):
        load_scenario("more-consultation+informal-dialogue")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Delivery(start=9, end=3), "is before start 9"),
        (lambda: Delivery(start=0), "start: 0"),
        (lambda: Delivery(ramp=-1), "0 months or more"),
        (lambda: Delivery(fidelity=1.2), "fidelity: 1.2"),
        (lambda: CATALOGUE["co-design"].at(1.5), "dose: 1.5"),
        (lambda: small_scenario(interventions=(CATALOGUE["co-design"],) * 2), "is given twice"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(make, said) -> None:
    with pytest.raises(InputError, match=said):
        make()


def test_a_network_aim_reaches_those_with_many_ties_only() -> None:
    world = ParticipationModel(small_scenario(600, 0), 2)
    model = world.branch(world.scenario.with_(interventions=(CATALOGUE["word-of-mouth-champions"],)))
    model.step()
    talkers = model.levers.institution[lever_index("talkers"), 0, model.cell]
    number = np.diff(model.ties.offsets)
    assert talkers.max() == 0.5
    assert number[talkers > 0].min() > number[talkers == 0].max()
    assert 0.05 < (talkers > 0).mean() <= 0.2
    with pytest.raises(InputError, match=f"network: unknown 'hub'.*{POSITIONS[0]}"):
        world.branch(
            world.scenario.with_(interventions=(Intervention("x", "x", (Change("talkers", to=1.0),), Delivery(network=("hub",))),))
        )


def test_a_change_may_hold_for_the_first_months_only() -> None:
    world = ParticipationModel(small_scenario(100, 0), 2)
    one = Intervention("window", "x", (Change("need_factor", to=2.0, months=3), Change("courtesy", to=1.0)), Delivery(start=2))
    model = world.branch(world.scenario.with_(interventions=(one,)))
    seen = []
    for _ in range(6):
        model.step()
        seen.append((model.levers.mean[lever_index("need_factor"), 0], model.levers.mean[lever_index("courtesy"), 0] == 1.0))
    assert [n for n, _ in seen] == [1.0, 2.0, 2.0, 2.0, 1.0, 1.0]
    assert [c for _, c in seen] == [False, True, True, True, True, True]


def test_a_scenario_taken_up_lives_as_a_branch_does() -> None:
    world = ParticipationModel(small_scenario(300, 24), 3)
    saved, scenarios = (
        world.checkpoint(),
        [world.scenario.with_(interventions=(CATALOGUE[n],)) for n in ("co-design", "budget-cut")],
    )
    branches = [world.branch(s) for s in scenarios]
    for branch in branches:
        branch.run(8)
    for scenario, branch in zip(scenarios, branches, strict=True):
        world.take_up(scenario, saved)
        world.run(8)
        assert digest(world) == digest(branch)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_loads_and_runs(name) -> None:
    scenario = load_scenario(name, None, 400)
    assert scenario.name == name
    assert len(scenario.description) > 20
    ParticipationModel(scenario.with_(burn_in=0), 1).run(2)


@pytest.mark.parametrize("name", [*INSTITUTION_LEVER_NAMES, *FORM_LEVER_NAMES])
def test_a_lever_can_go_to_both_ends_of_its_range(name) -> None:
    lever = LEVERS[name].parameter
    for value in (lever.low, lever.high):
        conformance_test(Intervention(f"{name} {value:g}", "an extreme", (Change(name, to=value),)))()
