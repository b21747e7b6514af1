"""Building a world: its people and network, who serves whom, and the monthly records."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from .agents import Institution
from .declared.columns import Table
from .declared.institutions import SERVICES, TALLIES, Service
from .declared.interventions import POSITIONS, Intervention
from .declared.parameters import check_overrides
from .declared.stages import stages_of, starts_of
from .month import check_loop, columns_of, declared_parameters, drift, groups_of, learning, loops_of
from .state.catchments import assign_institutions
from .state.lever_table import LeverTable
from .state.newcomers import Newcomers
from .state.people import People
from .state.quality import give_quality, response_factors
from .state.samples import check_persons, first_in_samples
from .state.ties import HOUSEHOLD, Ties
from .world import World

OLD = 65  # years from which fewer people are at home on the web
START = {"high": 0.9, "low": 0.1}
STARTING_STOCKS = ("trust", "influence_everyday", "influence_strategic", "expectation", "responded", "habit", "efficacy")


def set_parameters(world: World) -> None:
    """Give a world its parameters: the declared ones, with those that its place and its scenario set.

    Raises:
        InputError: an unknown parameter, or a value out of range.
    """
    known = declared_parameters(world.scenario.services, world.steps_of_month)
    overrides = check_overrides({**world.place.parameters, **world.scenario.parameters}, known, world.scenario.name)
    world.values = {group.prefix: group.values(overrides, kind) for group, kind in groups_of(world.steps_of_month)}
    world.overrides = overrides


def build(world: World, people: People, ties: Any) -> None:
    """Make the tables and arrays of a world that has its parameters and forms, before the first month of burn-in.

    Args:
        people: who lives there.
        ties: who knows whom, as `Ties` or a networkx graph; None takes the place's, or draws them.
    """
    size, services, wards = len(people.person_id), len(world.services), len(world.place.wards)
    of_residents, of_institutions, of_wards = columns_of(world.steps_of_month)
    r = world.residents = Table(of_residents, size, services)
    for name, array in vars(people).items():
        getattr(r, name)[:] = array
    world.old_age, world.stages = _old_age(world.place.age_bands), stages_of(world.place.age_bands)
    world.knows_occupation = bool(people.occupation.any())
    world.wards = Table(of_wards, wards, services)
    world.institutions = Table(of_institutions, len(world.scenario.institutions), services)
    world.ward_population = np.bincount(r.ward, minlength=wards).astype(np.int64)
    assign_institutions(world)
    give_quality(world)
    _count_needs(world)
    _describe_newcomers(world)
    world.cell = np.zeros(size, dtype=np.uint16)
    _make_scratch(world, size, services, wards)
    drift.settle(world, np.arange(size))
    for name in STARTING_STOCKS if world.scenario.start in START else ():
        getattr(r, name)[...] = START[world.scenario.start]
    world.ties = _ties_of(world, people, ties)
    world.untied_homes = _untied_homes(world)
    _place_in_network(world)
    set_levers(world, ())
    world.institution_agents = [Institution(world, j, spec) for j, spec in enumerate(world.scenario.institutions)]
    _start_institutions(world)


def _ties_of(world: World, people: People, ties: Any) -> Ties:
    if isinstance(ties, Ties):
        return ties
    if ties is not None:
        return Ties.from_graph(ties, len(people.person_id))
    if world.place.ties is not None:
        return world.place.ties.for_residents(len(people.person_id))
    circles = np.array([s.circles for s in world.segments])
    return Ties.generate(people, circles, len(world.segments), world.values["ties"], world.key)


def _untied_homes(world: World) -> bool:
    """Return True where people live together, but a network that was brought along ties no housemates."""
    shares = world.residents.household[1:] == world.residents.household[:-1]
    return bool(shares.any()) and not bool((world.ties.targets & 3 == HOUSEHOLD).any())


def _count_needs(world: World) -> None:
    rates = np.empty((10, 3, len(world.services)))
    for k, service in enumerate(world.services):
        rate = _own_number(world, service, "need_rate")
        for tenure in range(3):
            gradient = 1.0 + service.deprivation_gradient * (5.5 - np.arange(1, 11)) / 9.0
            rates[:, tenure, k] = rate * gradient * service.tenure[min(tenure, len(service.tenure) - 1)]
    world.need_rates = rates
    world.chase_factors = np.array([_own_number(world, s, "chase_factor") for s in world.services])
    kinds = {s.name: s for s in world.services}
    of = [kinds[i.service] for i in world.scenario.institutions]
    usual = np.array([_own_number(world, s, "response_months") for s in of])
    world.half_lives = usual * response_factors(world, [_own_time(world, s) for s in of])
    world.spread_factors = np.array([_own_number(world, s, "spread_factor") for s in of])


def _own_time(world: World, service: Service) -> bool:
    """Return True where a place's own data say how long its institutions take."""
    name, like = f"{service.name}.response_months", {s.name: s for s in SERVICES}.get(service.stands_for or service.name)
    told = {*world.place.parameters, *getattr(world.place, "ranges", {})}
    return name in told or (like is not None and service.response_months != like.response_months)


def _own_number(world: World, service: Service, name: str) -> float:
    return float(world.overrides.get(f"{service.name}.{name}", getattr(service, name)))


def _describe_newcomers(world: World) -> None:
    r = world.residents
    world.newcomers, world.moving = Newcomers.of(r), drift.moving_factors(world)
    strata = np.bincount(r.segment.astype(np.int64) * 5 + (r.decile - 1) // 2, minlength=5 * len(world.segments))
    world.stratum_share = strata / r.size


def _old_age(bands: Sequence[str]) -> int:
    """Return the first age band of those that start at 65 or later, or the last where none says so."""
    return next((n for n, start in enumerate(starts_of(bands)) if start and start >= OLD), len(bands) - 1)


def _place_in_network(world: World) -> None:
    """Set each dwelling's position in the network, and count the first people of each ward, segment, fifth and position."""
    r, number = world.residents, np.diff(world.ties.offsets)
    few, many = np.quantile(number, (0.1, 0.9))
    world.position = np.where(number >= max(many, 1), 2, np.where(number <= few, 0, 1)).astype(np.uint8)
    world.first_people = np.zeros((len(world.place.wards), len(world.segments), 5, len(POSITIONS)))
    np.add.at(world.first_people, (r.ward, r.segment, (r.decile - 1) // 2, world.position), 1)


def _make_scratch(world: World, size: int, services: int, wards: int) -> None:
    institutions = len(world.scenario.institutions)
    entries = size * (services + 1)
    asks = np.zeros(size, np.int64)
    world.scratch = SimpleNamespace(
        found=0, entries=np.empty(entries, np.int64), outcomes=np.empty(entries, np.uint8), asks=asks, own_asks=asks,
        who=np.empty(2 * size, np.int64), what=np.empty(2 * size, np.int64),
        push=np.empty(2 * size), key=np.empty(2 * size, np.int64), joins=np.zeros(size, np.uint16), acting=np.zeros(size, np.uint16),
        heard=np.zeros((size, services), np.int32), movers=np.empty(size, np.int32), chance=np.zeros(size),
        active=np.zeros(wards, np.int64), taken=np.zeros(world.pool_people.shape, np.int64),
        wants_row=np.empty(size * 3, np.int64), wants_form=np.empty(size * 3, np.int64), score=np.empty(size * 3), panel_results=np.zeros(wards, np.int64),
        delivering=np.zeros(wards, np.int64), answered=np.zeros(size, np.int8),
    )  # fmt: skip
    world.tallies = np.zeros((institutions, len(TALLIES)), np.int64)
    world.recent_tallies = np.zeros((12, institutions, len(TALLIES)), np.int64)
    world.inputs = np.zeros((institutions, 5 * len(world.segments)), np.int64)
    world.recent_inputs = np.zeros((institutions, 5 * len(world.segments)))
    world.form_tallies = np.zeros((len(world.forms), 2), np.int64)
    world.form_record = np.zeros((len(world.forms), 2))
    world.capability_sum = np.zeros(institutions, np.int64)
    world.weight_sum = np.zeros(institutions, np.int64)
    world.trust_sum = np.zeros(institutions, np.int64)


def cut_loops(world: World, off: Sequence[str]) -> None:
    """Cut some feedback loops of a world and make all others whole.

    Raises:
        InputError: a loop that no step of this world's month has.
    """
    for name in off:
        check_loop(name, f"{world.scenario.name}: loops_off", world.steps_of_month)
    world.loops = {loop.name: loop.name not in off for loop in loops_of(world.steps_of_month)}


def set_levers(world: World, interventions: tuple[Intervention, ...]) -> None:
    """Give a world the levers of some interventions, and its residents the cells that these tell apart."""
    names = [s.name for s in world.segments]
    world.levers = LeverTable(
        world.scenario.institutions, world.services, world.forms, interventions, world.place.wards, names, world.overrides, world.institution_of, world.lever_shifts,
        (world.values["deciding"].novelty_kept, world.values["deciding"].novelty_months),
    )  # fmt: skip
    check_persons(world)
    world.cell = world.cells_of(slice(None))
    # Cells are weighted by the place's first people, not the current ones: a restored checkpoint must have the same weights.
    wards, cells = len(world.place.wards), world.levers.institution.shape[2]
    people, deprivation = np.zeros((wards, cells)), np.zeros(cells)
    first_people = first_in_samples(world)
    np.add.at(people, (np.arange(wards)[:, None, None, None, None], world.levers.cell_of), first_people)
    middles = (4.0 - 2.0 * np.arange(5)) / 4.5  # of fifths, as (5.5 - decile) / 4.5
    np.add.at(deprivation, world.levers.cell_of, first_people * middles[:, None, None])
    world.cell_deprivation = deprivation / np.maximum(people.sum(axis=0), 1.0)
    world.levers.weigh(people)
    world.unreached = [i.name for n, i in enumerate(world.levers.interventions) if not world.levers.reaches(n, world.cell)]


def _start_institutions(world: World) -> None:
    world.institutions.support[:] = np.mean([world.levers.mean[row] for row in learning.ENABLERS], axis=0)
