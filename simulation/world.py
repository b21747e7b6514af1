"""A world: its people and institutions, as tables and arrays, and the current month."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np

from .declared.columns import Table
from .declared.forms import Form
from .declared.institutions import Service
from .declared.residents import WHO_THEY_ARE
from .declared.scenario import Scenario
from .declared.segments import Segment
from .kernels.randomness import stream
from .state.events import EventLog
from .state.lever_table import LeverTable
from .state.newcomers import Newcomers
from .state.people import Place
from .state.samples import samples_of
from .state.ties import Ties


class Records(Protocol):
    """Receives each completed month of a world."""

    def record(self, model: Any) -> None:
        """Record the month."""


# Columns that say who a person is: a newcomer to a dwelling comes with these, and starts with everything else new.
PERSON_COLUMNS = tuple(column.name for column in WHO_THEY_ARE)


class World:
    """What the steps of the month read and write; `ParticipationModel` builds it and runs its months.

    Shapes are in numbers of residents, wards, services (kinds of institution), institutions, segments, forms, and cells (groups of residents whom the same
    interventions reach).

    Attributes:
        scenario, place, segments, services, forms: what is simulated.
        seed, replicate, key: root seed, number of the replicate, and the key of all chance, which follows from both.
        chances: the key of what happens by chance from month to month; `key`, until `redraw` sets another.
        month: 0 after burn-in, 1 in the first month.
        values, overrides: parameters by process, as named tuples, and those that differ from the declared ones, by full name.
        loops: which feedback loops are not cut.
        residents, wards, institutions: tables of columns.
        ties: who knows whom.
        levers: this month's value of every lever.
        log: events, where they are recorded.
        recorder, recording: what takes measures each month; the weight of a month in the means that burn-in ends with, else 0.
    """

    scenario: Scenario
    place: Place
    segments: tuple[Segment, ...]
    services: tuple[Service, ...]
    forms: tuple[Form, ...]
    seed: int
    replicate: int
    key: int
    chances: int
    month: int
    values: dict[str, Any]
    overrides: dict[str, float]
    loops: dict[str, bool]
    residents: Table
    wards: Table
    institutions: Table
    ties: Ties
    levers: LeverTable
    log: EventLog
    recorder: Records | None
    recording: float
    timings: dict[str, float]
    steps_of_month: tuple[Any, ...]  # of `Process`
    institution_agents: list[Any]

    person_columns = PERSON_COLUMNS

    # -- fixed once built: people and network
    old_age: int  # the first age band from 65
    stages: np.ndarray  # float64 (age bands, stages of life), share of each band in each stage
    knows_occupation: bool  # False where a place's people have none
    ward_population: np.ndarray  # int64 (wards,)
    position: np.ndarray  # uint8 (residents,), place in the network: 0 few ties, 1, 2 many
    first_people: np.ndarray  # float64 (wards, segments, fifths, positions), the first people of each
    newcomers: Newcomers  # whom those who move in are like
    moving: np.ndarray  # float64 (wards,), factor on the chance to move
    stratum_share: np.ndarray  # float64 (segments by fifths,)
    need_rates: np.ndarray  # float64 (deciles, tenures, services)

    # -- fixed once built: who serves whom, and how
    institution_of: np.ndarray  # int64 (wards, services)
    serving: np.ndarray  # int64 (services, wards)
    served: np.ndarray  # float64 (institutions,), people
    alone: list[int]  # the one institution that serves all wards with a service, else -1
    pool_of: np.ndarray  # int64 (forms, wards)
    pool_institution: np.ndarray  # int64 (forms, pools)
    pool_people: np.ndarray  # float64 (forms, pools)
    chase_factors: np.ndarray  # float64 (services,)
    half_lives: np.ndarray  # float64 (institutions,), months
    quality: np.ndarray  # float64 (institutions, 2), quality and promptness, in standard deviations between councils
    lever_shifts: np.ndarray  # float64 (levers, institutions), log-odds by which quality moves what an institution does
    spread_factors: np.ndarray  # float64 (institutions,)

    # -- fixed once built: forms, one value each, and what suits whom
    form_service: np.ndarray
    form_category: np.ndarray
    form_channel: np.ndarray
    form_hours: np.ndarray
    form_by_book: np.ndarray
    form_ongoing: np.ndarray
    form_strategic: np.ndarray
    form_formal: np.ndarray
    form_delivers: np.ndarray
    form_web: np.ndarray
    form_face_to_face: np.ndarray
    form_quota: np.ndarray
    form_seats_by_ward: np.ndarray
    form_is_panel: np.ndarray
    open_forms: np.ndarray  # int64, forms without a limit of places
    volunteering: int
    start_choice: np.ndarray  # float64 (forms,), cumulative
    appeal: np.ndarray  # float64 (forms, segments), log-odds
    best_form: np.ndarray  # int64 (segments, forms)
    best_channel: np.ndarray  # int64 (segments, not online or online)
    in_person_share: float
    segment_weights: np.ndarray  # float64 (segments, 3)
    messenger: np.ndarray  # (segments,)
    talkative: np.ndarray  # (segments,)

    # -- what follows from the interventions
    cell: np.ndarray  # uint16 (residents,)
    cell_deprivation: np.ndarray  # float64 (cells,), -1..1
    unreached: list[str]  # interventions that reach nobody
    untied_homes: bool  # whether the network ties no housemates, though people live together

    # -- the books of this month and of the last twelve
    norm: np.ndarray  # float64 (wards, segments)
    tallies: np.ndarray  # int64 (institutions, tallies)
    recent_tallies: np.ndarray  # int64 (12, institutions, tallies)
    inputs: np.ndarray  # int64 (institutions, fifths by segments)
    recent_inputs: np.ndarray  # float64 (institutions, fifths by segments)
    form_tallies: np.ndarray  # int64 (forms, 2)
    form_record: np.ndarray  # float64 (forms, 2)
    capability_sum: np.ndarray  # int64 (institutions,)
    weight_sum: np.ndarray  # int64 (institutions,)
    trust_sum: np.ndarray  # int64 (institutions,)
    scratch: SimpleNamespace  # arrays that steps of one month hand to one another

    @property
    def slot(self) -> int:
        """Place of this month in the books of the last twelve."""
        return self.month % 12

    def live_a_month(self) -> None:
        """Run the steps of one month."""
        raise NotImplementedError

    def streams(self, *names: str) -> np.ndarray:
        """Return this month's streams of keyed randomness.

        A name that ends in `@0` is the same in every month, for what a person is like; one that ends in `@case` too, for what happens to a person and lasts.
        """
        return np.array([self._stream(*name.partition("@")[::2]) for name in names])

    def _stream(self, name: str, kind: str) -> np.uint64:
        return stream(self.key if kind == "0" else self.chances, name, 0 if kind else self.month)

    def constant_stream(self, name: str) -> np.uint64:
        """Return a stream that is the same in every month, for what a person is like."""
        return stream(self.key, name, 0)

    def redraw(self, again: int) -> None:
        """Draw again, from now on, what happens by chance; people, their characters, ties and the quality of services stay.

        Args:
            again: which other course of chance; 0 is the world's own.
        """
        self.chances = int(stream(self.key, "chances", 0, again)) if again else self.key

    def cells_of(self, rows: Any) -> np.ndarray:
        """Return the cells of some residents: the groups whom the same interventions reach."""
        r, sampled = self.residents, self.levers.sampled
        n = self.newcomers
        sample = (
            samples_of(sampled, self.key, r.person_id[rows], r.arrived[rows], n.head[rows], n.member[rows], n.adults[rows])
            if sampled
            else 0
        )
        return self.levers.cell_of[r.ward[rows], r.segment[rows], (r.decile[rows] - 1) // 2, self.position[rows], sample]

    def warnings(self) -> list[str]:
        """Say what of the scenario has no effect in this world."""
        said = [f"{self.scenario.name}: '{name}' reaches nobody" for name in self.unreached]
        if self.untied_homes and self.values["deciding"].household_ask:
            said.append(
                "the network ties no housemates, so that nobody talks it over at home: give ties within households the kind 'household'"
            )
        return said

    @property
    def nbytes(self) -> int:
        """Bytes of the lasting arrays: columns, ties and twelve-month books."""
        return self.residents.nbytes + self.ties.nbytes + self.wards.nbytes + self.institutions.nbytes + self.cell.nbytes
