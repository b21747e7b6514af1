"""A scenario: the one frozen, typed object that a run is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from ..identity import Identified, identity
from ..state.people import Place
from .forms import FORMS, Form
from .institutions import DEFAULT_INSTITUTIONS, SERVICES, InstitutionSpec, Service
from .interventions import Intervention, check_aims, check_joined, check_sampled
from .parameters import InputError
from .segments import MOST_SEGMENTS, SEGMENTS, SHARES_OFF, Segment
from .sizes import MOST_POPULATION, POPULATION, check_whole

# What changes no number: what things are called and where they come from.
WORDS = ("name", "description", "structure")
# What the steady state does not depend on: words, and what is changed after burn-in. Every other field, one added later too, makes another world.
AFTER_BURN_IN = (*WORDS, "interventions", "loops_off")


Start = Literal["neutral", "high", "low"]


@dataclass(frozen=True)
class Scenario(Identified):
    """What is simulated.

    Attributes:
        name: name in tables and charts.
        place: where.
        description: in plain words.
        population: number of simulated residents, 1 to 20,000,000.
        parameters: overrides, keyed as `groundswell list parameters` prints them; they hold from the start, burn-in included.
        interventions: what changes, after burn-in.
        loops_off: names of loops that are cut, after burn-in; a model checks them against the steps that it is made of, as it does parameters.
        segments, services, institutions, forms: the residents and institutions.
        start: stocks before burn-in; `high` and `low` must end in the same steady state.
        burn_in: months; None burns in until steady, 0 not at all.
        structure: name of the theory that its parameters were taken from, "" for the one that is shipped.
    """

    name: str
    place: Place
    description: str = ""
    population: int = POPULATION
    parameters: Mapping[str, float] = field(default_factory=dict)
    interventions: tuple[Intervention, ...] = ()
    loops_off: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = SEGMENTS
    services: tuple[Service, ...] = SERVICES
    institutions: tuple[InstitutionSpec, ...] = DEFAULT_INSTITUTIONS
    forms: tuple[Form, ...] = FORMS
    start: Start = "neutral"
    burn_in: int | None = None
    structure: str = ""

    def __post_init__(self) -> None:
        check_whole(f"{self.name}: population", self.population, MOST_POPULATION)
        total = sum(s.share for s in self.segments)
        if abs(total - 1.0) > SHARES_OFF or min(s.share for s in self.segments) < 0 or len(self.segments) > MOST_SEGMENTS:
            raise InputError(
                f"{self.name}: segments: at most {MOST_SEGMENTS}, shares from 0 to 1 that add up to 1; they add up to {total:g}"
            )
        if self.burn_in is not None and (self.burn_in < 0 or self.burn_in % 12):
            raise InputError(f"{self.name}: burn_in: {self.burn_in}; allowed: whole years in months (0, 12, 24, ...)")
        if not 1 <= len(self.forms) <= 16:
            raise InputError(f"{self.name}: forms: {len(self.forms)}; allowed: 1 to 16")
        check_joined(self.interventions, self.name)
        known = {"institutions": [i.name for i in self.institutions], "wards": list(self.place.wards),
                 "segments": [s.name for s in self.segments], "forms": [f.name for f in self.forms], "persons": range(self.population)}  # fmt: skip
        for one in self.interventions:
            check_aims(one, known, self.name, getattr(self.place, "near_ward", None))
        check_sampled(self.interventions, self.name)
        if len(self.services) > 8:
            raise InputError(f"{self.name}: services: {len(self.services)}; allowed: at most 8 kinds of institution")

    def with_(self, **changes: object) -> Scenario:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @cached_property
    def world(self) -> str:
        """Identity of all that the steady state depends on; scenarios that agree in it share one burn-in."""
        return identity(self, without=AFTER_BURN_IN)

    @classmethod
    def _worked_out(cls) -> tuple[str, ...]:
        return ("identity", "world")
