"""The model: builds a world and runs the month's list."""

from __future__ import annotations

import copy
import time
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from .agents import Institution, Resident, ResidentSet
from .declared.columns import Table
from .declared.institutions import INSTITUTION_COLUMNS, TALLIES, WARD_COLUMNS, Service
from .declared.interventions import POSITIONS, Intervention, StepError
from .declared.loops import LOOP_NAMES
from .declared.parameters import InputError, check_overrides
from .declared.residents import HISTORIES, RESIDENT_COLUMNS, RINGS
from .declared.scenario import Scenario
from .kernels import kernel
from .kernels.randomness import replicate_seed, stream
from .measures.recorder import Recorder
from .month import GROUPS, MONTH, declared_parameters, drift
from .month.process import Process
from .state.catchments import assign_institutions
from .state.events import EventLog
from .state.form_arrays import describe_forms
from .state.lever_table import LeverTable
from .state.people import People
from .state.ties import Ties

kernel.load()

IDENTITY = ("person_id", "household", "ward", "area", "decile", "age", "tenure", "qualification", "segment", "base_weight",
            "online", "disposition", "intercept", "hours_factor", "capability_base", "attachment_base")  # fmt: skip
START = {"high": 0.9, "low": 0.1}
STARTING_STOCKS = ("trust", "influence_everyday", "influence_strategic", "expectation", "responded", "habit")


class ParticipationModel(mesa.Model):
    """Residents, institutions and the month that they live through.

    Args:
        scenario: what is simulated.
        seed: root seed; any whole number, 0 included.
        replicate: number of the replicate; each redraws people and ties.
        ties: a networkx graph over rows 0..population-1, or `Ties`, in place of drawn ones.
        people: residents in place of those drawn from the scenario's place.
        record_events: keep every event for `events()`.
        progress: called with the month of burn-in after each year.

    Attributes:
        residents, wards, institutions: tables of columns.
        month: 0 after burn-in, 1 in the first month.
    """

    identity = IDENTITY

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        *,
        replicate: int = 0,
        ties: Any = None,
        people: People | None = None,
        record_events: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.residents: Any = SimpleNamespace(size=0)
        super().__init__(rng=seed)
        self.scenario, self.seed, self.replicate = scenario, seed, replicate
        self.key = replicate_seed(seed, replicate)
        self.place, self.segments, self.services, self.forms = scenario.place, scenario.segments, scenario.services, scenario.forms
        self.steps_of_month: tuple[Process, ...] = MONTH
        self.timings = {process.name: 0.0 for process in self.steps_of_month}
        self.recorder: Recorder | None = None
        self.recording = 0.0
        self.month = 0
        self._views: weakref.WeakValueDictionary[int, Resident] = weakref.WeakValueDictionary()
        self._set_parameters()
        describe_forms(self)
        self.norm = np.full((len(self.place.wards), len(self.segments)), self.values["deciding"].norm_reference)
        if people is None:
            people = self.place.draw_people(scenario.population, np.array([s.share for s in self.segments]), self.key)
        people.check()
        self._build(people, ties)
        self._event_capacity = (self.ties.targets.size + 24 * self.residents.size + 64) if record_events else 0
        self.log = EventLog(0)
        if scenario.burn_in != 0:
            from .burn_in import burn_in

            burn_in(self, progress)
        self._apply_scenario()
        self.log = EventLog(self._event_capacity)

    # -- building -----------------------------------------------------------------------------------------------------

    def _set_parameters(self) -> None:
        known = declared_parameters(self.scenario.services)
        overrides = check_overrides({**self.place.parameters, **self.scenario.parameters}, known, self.scenario.name)
        self.values = {group.prefix: group.values(overrides, kind) for group, kind in GROUPS}
        self.overrides = overrides

    def _build(self, people: People, ties: Any) -> None:
        size, services, wards = len(people.person_id), len(self.services), len(self.place.wards)
        r = self.residents = Table(RESIDENT_COLUMNS, size, services)
        for name, array in vars(people).items():
            getattr(r, name)[:] = array
        self.ages, self.qualifications = len(self.place.age_bands), len(self.place.qualifications)
        self.wards = Table(WARD_COLUMNS, wards, services)
        self.institutions = Table(INSTITUTION_COLUMNS, len(self.scenario.institutions), services)
        self.ward_population = np.bincount(r.ward, minlength=wards).astype(np.int64)
        assign_institutions(self)
        self._count_needs()
        self._describe_newcomers()
        self.cell = np.zeros(size, dtype=np.uint16)
        self._make_scratch(size, services, wards)
        drift.settle(self, np.arange(size))
        for name in STARTING_STOCKS if self.scenario.start in START else ():
            getattr(r, name)[...] = START[self.scenario.start]
        if isinstance(ties, Ties):
            self.ties = ties
        elif ties is not None:
            self.ties = Ties.from_graph(ties, size)
        elif self.place.ties is not None:
            self.ties = self.place.ties.for_residents(size)
        else:
            circles = np.array([s.circles for s in self.segments])
            self.ties = Ties.generate(people, circles, len(self.segments), self.values["ties"], self.key)
        self._place_in_network()
        self._set_levers(())
        self.institution_agents = [Institution(self, j, spec) for j, spec in enumerate(self.scenario.institutions)]
        self._start_institutions()

    def _count_needs(self) -> None:
        rates = np.empty((10, 3, len(self.services)))
        for k, service in enumerate(self.services):
            rate = self._own_number(service, "need_rate")
            for tenure in range(3):
                gradient = 1.0 + service.deprivation_gradient * (5.5 - np.arange(1, 11)) / 9.0
                rates[:, tenure, k] = rate * gradient * service.tenure[min(tenure, len(service.tenure) - 1)]
        self.need_rates = rates
        self.chase_factors = np.array([self._own_number(s, "chase_factor") for s in self.services])
        kinds = {s.name: s for s in self.services}
        of = [kinds[i.service] for i in self.scenario.institutions]
        self.half_lives = np.array([self._own_number(s, "response_months") for s in of])
        self.spread_factors = np.array([self._own_number(s, "spread_factor") for s in of])

    def _own_number(self, service: Service, name: str) -> float:
        return float(self.overrides.get(f"{service.name}.{name}", getattr(service, name)))

    def _describe_newcomers(self) -> None:
        r, cells = self.residents, self.ages * self.qualifications * len(self.segments)
        kind = r.age + self.ages * (r.qualification.astype(np.int64) + self.qualifications * r.segment)
        home = r.ward.astype(np.int64) * 3 + np.minimum(r.tenure, 2)
        counts = np.bincount(home * cells + kind, minlength=len(self.place.wards) * 3 * cells).reshape(-1, cells).astype(float)
        counts += 1e-3 * np.bincount(kind, minlength=cells)[None, :]  # a ward without such a tenure takes the place's mix
        self.newcomers = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
        strata = np.bincount(r.segment.astype(np.int64) * 5 + (r.decile - 1) // 2, minlength=5 * len(self.segments))
        self.stratum_share = strata / r.size

    def _place_in_network(self) -> None:
        """Set each dwelling's position in the network, and count the first people of each ward, segment, fifth and position."""
        r, number = self.residents, np.diff(self.ties.offsets)
        few, many = np.quantile(number, (0.1, 0.9))
        self.position = np.where(number >= max(many, 1), 2, np.where(number <= few, 0, 1)).astype(np.uint8)
        self.first_people = np.zeros((len(self.place.wards), len(self.segments), 5, len(POSITIONS)))
        np.add.at(self.first_people, (r.ward, r.segment, (r.decile - 1) // 2, self.position), 1)

    def cells_of(self, rows: Any) -> np.ndarray:
        """Return the cells of some residents: the groups whom the same interventions reach."""
        r = self.residents
        return self.levers.cell_of[r.ward[rows], r.segment[rows], (r.decile[rows] - 1) // 2, self.position[rows]]

    def _make_scratch(self, size: int, services: int, wards: int) -> None:
        institutions = len(self.scenario.institutions)
        entries = size * (services + 1)
        self.scratch = SimpleNamespace(
            found=0, entries=np.empty(entries, np.int64), outcomes=np.empty(entries, np.uint8), asks=np.zeros(size, np.int64),
            who=np.empty(2 * size, np.int64), what=np.empty(2 * size, np.int64),
            push=np.empty(2 * size), key=np.empty(2 * size, np.int64), joins=np.zeros(size, np.uint16), acting=np.zeros(size, np.uint16),
            heard=np.zeros((size, services), np.int32), movers=np.empty(size, np.int32), chance=np.zeros(size),
            active=np.zeros(wards, np.int64), taken=np.zeros(self.pool_people.shape, np.int64),
            wants_row=np.empty(size * 3, np.int64), wants_form=np.empty(size * 3, np.int64), score=np.empty(size * 3), panel_results=np.zeros(wards, np.int64),
            delivering=np.zeros(wards, np.int64),
        )  # fmt: skip
        self.tallies = np.zeros((institutions, len(TALLIES)), np.int64)
        self.recent_tallies = np.zeros((12, institutions, len(TALLIES)), np.int64)
        self.inputs = np.zeros((institutions, 5 * len(self.segments)), np.int64)
        self.recent_inputs = np.zeros((institutions, 5 * len(self.segments)))
        self.form_tallies = np.zeros((len(self.forms), 2), np.int64)
        self.form_record = np.zeros((len(self.forms), 2))
        self.capability_sum = np.zeros(institutions, np.int64)
        self.weight_sum = np.zeros(institutions, np.int64)
        self.trust_sum = np.zeros(institutions, np.int64)

    def _set_levers(self, interventions: tuple) -> None:
        names = [s.name for s in self.segments]
        self.levers = LeverTable(self.scenario.institutions, self.services, self.forms, interventions, self.place.wards, names, self.overrides,
                                 self.institution_of)  # fmt: skip
        self.cell = self.cells_of(slice(None))
        # Cells weigh as the place's first people do, not as those of the moment: a restored checkpoint must weigh alike.
        wards, cells = len(self.place.wards), self.levers.institution.shape[2]
        people, deprivation = np.zeros((wards, cells)), np.zeros(cells)
        np.add.at(people, (np.arange(wards)[:, None, None, None], self.levers.cell_of), self.first_people)
        middles = (4.0 - 2.0 * np.arange(5)) / 4.5  # of fifths, as (5.5 - decile) / 4.5
        np.add.at(deprivation, self.levers.cell_of, self.first_people * middles[None, None, :, None])
        self.cell_deprivation = deprivation / np.maximum(people.sum(axis=0), 1.0)
        self.levers.weigh(people)
        self.unreached = [i.name for n, i in enumerate(self.levers.interventions) if self.levers.reached(n) == 0]

    def _start_institutions(self) -> None:
        enablers = [self.levers.mean[row] for row in _enabler_rows()]
        self.institutions.support[:] = np.mean(enablers, axis=0)

    def _apply_scenario(self) -> None:
        self.loops = {name: name not in self.scenario.loops_off for name in LOOP_NAMES}
        self._set_levers(self.scenario.interventions)

    # -- the month ----------------------------------------------------------------------------------------------------

    loops = dict.fromkeys(LOOP_NAMES, True)

    @property
    def slot(self) -> int:
        """Place of this month in the books of the last twelve."""
        return self.month % 12

    def streams(self, *names: str) -> np.ndarray:
        """Return this month's streams of keyed randomness; a name that ends in `@0` is the same in every month."""
        return np.array([stream(self.key, n[:-2], 0) if n.endswith("@0") else stream(self.key, n, self.month) for n in names])

    def constant_stream(self, name: str) -> np.uint64:
        """Return a stream that is the same in every month, for what a person is like."""
        return stream(self.key, name, 0)

    def step(self) -> None:
        """Run one month."""
        self.live_a_month()

    def live_a_month(self) -> None:
        """Bring the world through the month's list; burn-in runs this and not `step`, which a subclass may add to."""
        self.month += 1
        self._turn_page()
        self.levers.set_month(self.month)
        for one in self.levers.interventions:
            self._take_own_step(one)
        for process in self.steps_of_month:
            started = time.perf_counter()
            process.step(self)
            if self.log.on:
                self.log.flush(self.month)
            self.timings[process.name] += time.perf_counter() - started
        self.recent_tallies[self.slot] = self.tallies

    def _take_own_step(self, one: Intervention) -> None:
        intensity = one.intensity(self.month)
        if one.step is None or intensity <= 0.0:
            return
        try:
            one.step(self, intensity)
        except Exception as error:
            raise StepError(f"intervention '{one.name}' raised {type(error).__name__} in month {self.month}: {error}") from error

    def _turn_page(self) -> None:
        r = self.residents
        for name in RINGS:
            getattr(r, name)[self.slot] = 0
        for name in HISTORIES:
            months = getattr(r, name)
            np.left_shift(months, 1, out=months)
            np.bitwise_and(months, 0xFFF, out=months)
        self.tallies[:] = 0
        self.inputs[:] = 0
        self.capability_sum[:] = 0
        self.weight_sum[:] = 0

    def run(self, months: int, progress: Callable[[int], None] | None = None) -> None:
        """Run some months."""
        for done in range(1, months + 1):
            self.step()
            if progress is not None:
                progress(done)

    # -- saving and branching -----------------------------------------------------------------------------------------

    def checkpoint(self) -> dict[str, Any]:
        """Return everything that the next month depends on, as arrays."""
        return {
            "month": self.month,
            "residents": self.residents.save(),
            "wards": self.wards.save(),
            "institutions": self.institutions.save(),
            "targets": self.ties.targets.copy(),
            "recent_inputs": self.recent_inputs.copy(),
            "recent_tallies": self.recent_tallies.copy(),
            "form_record": self.form_record.copy(),
            "norm": self.norm.copy(),
            "trust_sum": self.trust_sum.copy(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go back to a checkpoint of this model or of one with the same people and ties."""
        self.month = saved["month"]
        self.residents.overwrite(saved["residents"])
        self.wards.overwrite(saved["wards"])
        self.institutions.overwrite(saved["institutions"])
        self.ties.targets[:] = saved["targets"]
        for name in ("recent_inputs", "recent_tallies", "form_record", "norm", "trust_sum"):
            getattr(self, name)[...] = saved[name]
        self._set_levers(self.scenario.interventions)
        self._views.clear()

    def branch(self, scenario: Scenario, record_events: bool = False) -> ParticipationModel:
        """Return a model that goes on from this month under another scenario: the same people on the same days.

        Raises:
            InputError: the scenarios differ in more than interventions and loops.
        """
        self._check_same_world(scenario)
        ties = Ties(self.ties.offsets, self.ties.targets.copy())
        r = self.residents
        people = People(**{name: getattr(r, name) for name in People.__dataclass_fields__})
        first = people.person_id & np.int64((1 << 32) - 1)
        other = ParticipationModel(
            scenario.with_(burn_in=0),
            self.seed,
            replicate=self.replicate,
            ties=ties,
            people=_at_first(people, first),
            record_events=record_events,
        )
        other.scenario = scenario
        for name in ("newcomers", "stratum_share", "first_people"):
            setattr(other, name, getattr(self, name))
        other.restore(self.checkpoint())
        return other

    def take_up(self, scenario: Scenario, saved: dict[str, Any]) -> None:
        """Go on from a checkpoint under another scenario, as `branch` does, in this same model: sooner made, where many are tried.

        Raises:
            InputError: the scenarios differ in more than interventions and loops.
        """
        self._check_same_world(scenario)
        self.scenario, self.recorder = scenario, None
        self.loops = {name: name not in scenario.loops_off for name in LOOP_NAMES}
        self.timings = dict.fromkeys(self.timings, 0.0)
        self.restore(saved)

    def _check_same_world(self, scenario: Scenario) -> None:
        if scenario.world != self.scenario.world:
            raise InputError(
                f"{scenario.name}: differs from {self.scenario.name} in its people or parameters; it needs its own burn-in"
            )

    def events(self) -> Any:
        """Return and forget the events recorded since the last call, as a table (see ARCHITECTURE of `--events`)."""
        return self.log.take(tuple(i.name for i in self.scenario.institutions), tuple(f.name for f in self.forms))

    # -- Mesa's face --------------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """What is simulated. Mesa's own property of this name, from 3.5 on, writes to the scenario that it is given; ours is frozen."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def resident(self, row: int) -> Resident:
        """Return the view on one resident; the same one while somebody uses it."""
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = Resident(self, row)
        return view

    @property
    def agents(self) -> ResidentSet:
        """All residents, then all institutions."""
        institutions = -1 - np.arange(len(self.institution_agents))
        return ResidentSet(self, np.concatenate([np.arange(self.residents.size), institutions]))

    @agents.setter
    def agents(self, agents: Any) -> None:
        raise AttributeError("a model's agents are its residents and institutions; they cannot be set")

    @property
    def agent_types(self) -> list[type]:
        """The two types of agents."""
        return [Resident, Institution]

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Residents and institutions by type."""
        return {
            Resident: ResidentSet(self, np.arange(self.residents.size)),
            Institution: ResidentSet(self, -1 - np.arange(len(self.institution_agents))),
        }

    @property
    def nbytes(self) -> int:
        """Bytes of the lasting arrays: columns, ties and twelve-month books."""
        return self.residents.nbytes + self.ties.nbytes + self.wards.nbytes + self.institutions.nbytes + self.cell.nbytes


def _at_first(people: People, slots: np.ndarray) -> People:
    clone = copy.copy(people)
    clone.person_id = slots
    return clone


def _enabler_rows() -> np.ndarray:
    from .month.learning import _ENABLERS

    return _ENABLERS
