"""The model: builds a world and runs the month's list."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .agents import MesaWorld
from .burn_in import burn_in
from .checkpoint import checkpoint, restore
from .construction import build, cut_loops, set_levers, set_parameters
from .declared.interventions import Intervention, StepError
from .declared.parameters import InputError
from .declared.scenario import Scenario
from .kernels import kernel
from .kernels.randomness import replicate_seed
from .month import MONTH, whole_month
from .month.process import Process
from .state.events import EventLog
from .state.form_arrays import describe_forms
from .state.newcomers import FIRST
from .state.people import People
from .state.ties import Ties

kernel.load()


class ParticipationModel(MesaWorld):
    """Residents, institutions and the steps of a month.

    Args:
        scenario: what is simulated.
        seed: root seed; any whole number, 0 included.
        replicate: number of the replicate; each redraws people and ties.
        ties: a networkx graph over rows 0..population-1, or `Ties`, instead of drawn ones.
        people: residents instead of those drawn from the scenario's place.
        record_events: keep every event for `events()`.
        progress: called with the month of burn-in after each year.
        steps: the month's list, with steps of your own in it.

    Attributes:
        residents, wards, institutions: tables of columns.
        month: 0 after burn-in, 1 in the first month.
    """

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
        steps: Sequence[Process] = MONTH,
    ) -> None:
        super().__init__(seed)
        self.scenario, self.seed, self.replicate = scenario, seed, replicate
        self.key = self.chances = replicate_seed(seed, replicate)
        self.place, self.segments, self.services, self.forms = scenario.place, scenario.segments, scenario.services, scenario.forms
        self.steps_of_month: tuple[Process, ...] = whole_month(steps)
        self.timings = {process.name: 0.0 for process in self.steps_of_month}
        self.recorder, self.recording = None, 0.0
        self.month = 0
        set_parameters(self)
        cut_loops(self, ())
        describe_forms(self)
        self.norm = np.full((len(self.place.wards), len(self.segments)), self.values["deciding"].norm_reference)
        if people is None:
            people = self.place.draw_people(scenario.population, np.array([s.share for s in self.segments]), self.key)
        people.check()
        build(self, people, ties)
        self._rings = tuple(c.name for c in self.residents.columns if c.shape == "ring")
        self._histories = tuple(c.name for c in self.residents.columns if c.name.startswith("months_"))
        self._event_capacity = (self.ties.targets.size + 24 * self.residents.size + 64) if record_events else 0
        self.log = EventLog(0)
        if scenario.burn_in != 0:
            burn_in(self, progress)
        cut_loops(self, scenario.loops_off)
        set_levers(self, scenario.interventions)
        self.log = EventLog(self._event_capacity)

    # -- the month ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run one month."""
        self.live_a_month()

    def live_a_month(self) -> None:
        """Run the steps of the month; burn-in runs this and not `step`, which a subclass may extend."""
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
        for name in self._rings:
            getattr(r, name)[self.slot] = 0
        for name in self._histories:
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
        return checkpoint(self)

    def restore(self, saved: dict[str, Any]) -> None:
        """Go back to a checkpoint of this model or of one with the same people and ties."""
        restore(self, saved)
        self.forget_views()

    def branch(self, scenario: Scenario, record_events: bool = False) -> ParticipationModel:
        """Return a model that continues from this month under another scenario: the same people on the same days.

        Raises:
            InputError: the scenarios differ in more than interventions and loops.
        """
        self._check_same_world(scenario)
        people = People(**{name: getattr(self.residents, name) for name in People.__dataclass_fields__})
        other = ParticipationModel(
            self.scenario.with_(burn_in=0, interventions=()),
            self.seed,
            replicate=self.replicate,
            ties=Ties(self.ties.offsets, self.ties.targets.copy()),
            people=replace(people, person_id=people.person_id & FIRST),
            record_events=record_events,
            steps=self.steps_of_month,
        )
        other.scenario, other.chances = self.scenario, self.chances
        for name in ("newcomers", "moving", "stratum_share", "first_people"):
            setattr(other, name, getattr(self, name))
        other.take_up(scenario, self.checkpoint())
        return other

    def take_up(self, scenario: Scenario, saved: dict[str, Any]) -> None:
        """Continue from a checkpoint under another scenario, as `branch` does, but in this same model, which is faster for many scenarios.

        Raises:
            InputError: the scenarios differ in more than interventions and loops.
        """
        self._check_same_world(scenario)
        self.scenario, self.recorder = scenario, None
        cut_loops(self, scenario.loops_off)
        self.timings = dict.fromkeys(self.timings, 0.0)
        self.restore(saved)

    def _check_same_world(self, scenario: Scenario) -> None:
        if scenario.world != self.scenario.world:
            raise InputError(
                f"{scenario.name}: differs from {self.scenario.name} in its people or parameters; it needs its own burn-in"
            )

    def events(self) -> Any:
        """Return and forget the events recorded since the last call, as a table (as `--events` writes them)."""
        return self.log.take(tuple(i.name for i in self.scenario.institutions), tuple(f.name for f in self.forms))
