"""Interventions as declarations: who is reached (delivery), separately from what changes for them (effect)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

import numpy as np

from .costs import Cost
from .levers import check_lever
from .parameters import InputError, check_number, nearest
from .residents import OUTCOME_COLUMNS


class StepError(RuntimeError):
    """An intervention's own step raised; the message names the intervention and the month."""


# Position in the network, by the number of one's ties: the bottom tenth, most, the top tenth.
POSITIONS = ("few ties", "usual", "many ties")
MOST_SAMPLED = 6  # interventions of a scenario that may be aimed at households or persons: each doubles the number of cells
Members = Literal["all", "one"]  # of a household that is reached: all who live there, or one of them
MEMBERS: tuple[Members, ...] = get_args(Members)


@dataclass(frozen=True)
class Change:
    """What an intervention changes at full intensity, for those whom it reaches.

    Attributes:
        lever: name of the lever.
        add: amount added.
        scale: factor.
        to: value that the lever is moved to (intensity 0.5 goes half of the way).
        forms: forms concerned, for a lever of forms; None for all.
        months: it holds for the first so many months only; None for as long as the intervention does.

    Raises:
        InputError: a number that is none, a factor below 0, or fewer months than one.
    """

    lever: str
    add: float = 0.0
    scale: float = 1.0
    to: float | None = None
    forms: tuple[str, ...] | None = None
    months: int | None = None

    def __post_init__(self) -> None:
        check_number(self.add, f"{self.lever}: add")
        check_number(self.scale, f"{self.lever}: scale", 0.0)
        if self.to is not None:
            check_number(self.to, f"{self.lever}: to")
        if self.months is not None and (not isinstance(self.months, int | np.integer) or self.months < 1):
            raise InputError(f"{self.lever}: months: {self.months!r}; allowed: whole numbers from 1, or None for no limit")

    def apply(self, value: np.ndarray, intensity: float) -> np.ndarray:
        """Return `value` changed with an intensity of 0..1."""
        if self.to is not None:
            value = value + intensity * (self.to - value)
        return value * (1.0 + intensity * (self.scale - 1.0)) + intensity * self.add


@dataclass(frozen=True)
class Delivery:
    """Who is reached, where and when.

    Attributes:
        institutions, wards, segments: names, or None for all.
        deprivation_fifths: 1 (most deprived) to 5, or None for all.
        network: positions in the network (see `POSITIONS`), or None for all.
        persons: numbers of residents (see `People.person_id`), or None for all; whoever moves in later is another person. For trials inside the model:
            residents are made up, and no list may be used to decide about real people.
        households: share of households that are reached, above 0 to 1; chance chooses them, and others for each intervention.
        members: who is reached in such a household (see `MEMBERS`).
        start: first month, counted from 1.
        ramp: months until full intensity.
        end: last month, or None.
        decay: months until the effect wears off after the end.
        fidelity: share of staff who follow it, 0..1.

    Raises:
        InputError: an end before the start, or a number out of range.
    """

    institutions: tuple[str, ...] | None = None
    wards: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    deprivation_fifths: tuple[int, ...] | None = None
    network: tuple[str, ...] | None = None
    start: int = 1
    ramp: int = 0
    end: int | None = None
    decay: int = 0
    fidelity: float = 1.0
    persons: tuple[int, ...] | None = None
    households: float = 1.0
    members: Members = "all"

    def __post_init__(self) -> None:
        if self.start < 1:
            raise InputError(f"start: {self.start}; allowed: 1 or more")
        if self.end is not None and self.end < self.start:
            raise InputError(f"end: {self.end} is before start {self.start}; allowed: {self.start} or more")
        if self.ramp < 0 or self.decay < 0:
            raise InputError(f"ramp and decay: {self.ramp}, {self.decay}; allowed: 0 months or more")
        if not 0.0 <= self.fidelity <= 1.0:
            raise InputError(f"fidelity: {self.fidelity:g}; allowed: 0 to 1")
        if not 0.0 < self.households <= 1.0:
            raise InputError(f"households: {self.households:g}; allowed: above 0, to 1 (all households)")
        if self.members not in MEMBERS:
            raise InputError(f"members: unknown '{self.members}'; {nearest(str(self.members), MEMBERS)}")
        if self.persons is not None:
            _check_persons(self.persons)

    @property
    def sampled(self) -> bool:
        """True if it reaches only some of those who are alike: by chance, or by their numbers."""
        return self.persons is not None or self.households < 1.0 or self.members != MEMBERS[0]

    def paid(self, month: int) -> float:
        """Return the share of the full programme that is paid for in a month, 0..1."""
        if month < self.start or (self.end is not None and month > self.end):
            return 0.0
        return min(1.0, (month - self.start + 1) / (self.ramp + 1))

    def intensity(self, month: int) -> float:
        """Return the intensity in a month, 0..1, before dose."""
        level = self.paid(month)
        if self.end is not None and month > self.end:
            level = self.paid(self.end)
            level *= max(0.0, 1.0 - (month - self.end) / self.decay) if self.decay else 0.0
        return level * self.fidelity


def _check_persons(persons: tuple[int, ...]) -> None:
    if not persons:
        raise InputError("persons: an empty list; allowed: at least one number, or no list for everybody")
    for one in persons:
        if isinstance(one, bool) or not isinstance(one, int | np.integer) or one < 0:
            raise InputError(f"persons: {one!r}; allowed: whole numbers from 0")
    if len(set(persons)) < len(persons):
        twice = next(one for n, one in enumerate(persons) if one in persons[:n])
        raise InputError(f"persons: {twice} is given twice")


AIMS = tuple(f.name for f in fields(Delivery) if str(f.type).startswith("tuple"))  # whom a delivery may single out


@dataclass(frozen=True)
class Intervention:
    """An intervention or a shock.

    Attributes:
        name: name in lists, files and `a+b@0.5`.
        description: what it is, in plain words.
        changes: its effect.
        delivery: its delivery.
        dose: 0..1, share of the whole programme.
        kind: `intervention`, `shock`, or `probe` (for tests; never listed).
        source: publication, or `judgement`.
        status: evidence status of the size of its effect.
        cost: what it costs at dose 1.
        interplay: what it depends on or works with, in words.
        excludes: names that it cannot be combined with.
        step: what it does itself at the start of each month, given the model and its intensity; for what no lever does.
        writes: the columns that `step` writes.

    Raises:
        InputError: a dose out of range, or a step that writes an outcome.
    """

    name: str
    description: str
    changes: tuple[Change, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    dose: float = 1.0
    kind: Literal["intervention", "shock", "probe"] = "intervention"
    source: str = "judgement"
    status: str = "assumed"
    cost: Cost = field(default_factory=Cost)
    interplay: str = ""
    excludes: tuple[str, ...] = ()
    step: Callable[[Any, float], None] | None = None
    writes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.dose <= 1.0:
            raise InputError(f"{self.name}: dose: {self.dose:g}; allowed: 0 to 1")
        forbidden = sorted(set(self.writes) & set(OUTCOME_COLUMNS))
        if forbidden and self.kind != "probe":
            raise InputError(
                f"{self.name}: writes: '{forbidden[0]}' is an outcome, which no intervention may write; it may change levers, "
                "or columns that are not outcomes"
            )

    def at(self, dose: float, delivery: Delivery | None = None) -> Intervention:
        """Return the intervention at another dose and, where given, with another delivery."""
        return replace(self, dose=dose, delivery=delivery or self.delivery)

    def intensity(self, month: int) -> float:
        """Return dose times the schedule's intensity in a month."""
        return self.dose * self.delivery.intensity(month)

    def declared(self) -> dict[str, Any]:
        """Return the declaration as plain values, for lists and JSON: every field, a step by its name."""
        told = {f.name: getattr(self, f.name) for f in fields(self)}
        told |= {name: list(value) for name, value in told.items() if isinstance(value, tuple)}
        return told | {
            "changes": [{f.name: v for f in fields(c) if (v := getattr(c, f.name)) != f.default} for c in self.changes],
            "delivery": {k: v for k, v in vars(self.delivery).items() if v is not None},
            "cost": vars(self.cost).copy(),
            "step": None if self.step is None else getattr(self.step, "__qualname__", type(self.step).__qualname__),
        }


def check_joined(interventions: tuple[Intervention, ...], where: str) -> None:
    """Raise `InputError` where two interventions exclude each other or one is given twice."""
    names = [one.name for one in interventions]
    for one in interventions:
        if names.count(one.name) > 1:
            raise InputError(f"{where}: interventions: '{one.name}' is given twice")
        for other in one.excludes:
            if other in names:
                raise InputError(f"{where}: interventions: '{one.name}' and '{other}' exclude each other; choose one of them")


def check_sampled(interventions: tuple[Intervention, ...], where: str) -> None:
    """Raise `InputError` where more interventions are aimed at households or persons than there can be cells for."""
    names = [one.name for one in interventions if one.delivery.sampled and one.dose != 0.0]
    if len(names) > MOST_SAMPLED:
        raise InputError(
            f"{where}: interventions: {len(names)} are aimed at households or persons ({', '.join(names)}); allowed: {MOST_SAMPLED}"
        )


def check_aims(one: Intervention, known: Mapping[str, Sequence], where: str, near_ward: Callable[[str], str] | None = None) -> None:
    """Raise `InputError` if an intervention aims at something unknown, or changes an unknown lever or form.

    Args:
        one: the intervention.
        known: valid names, by aim (`institutions`, `wards`, `segments`, `persons`) and for `forms`.
        where: what the message begins with.
        near_ward: what to say about a ward that the place does not have; None gives the nearest.
    """
    allowed = {**known, "deprivation_fifths": [1, 2, 3, 4, 5], "network": POSITIONS}
    for aim in AIMS:
        for name in getattr(one.delivery, aim) or ():
            if name not in allowed[aim]:
                if aim == "persons":
                    raise InputError(f"{where}: {one.name}: persons: no resident {name}; allowed: 0 to {len(known[aim]) - 1}")
                of_wards = near_ward if aim == "wards" else None
                hint = of_wards(str(name)) if of_wards is not None else nearest(str(name), [str(a) for a in allowed[aim]])
                raise InputError(f"{where}: {one.name}: {aim}: unknown '{name}'; {hint}")
    for change in one.changes:
        check_lever(change.lever, f"{where}: {one.name}")
        for form in change.forms or ():
            if form not in known["forms"]:
                raise InputError(f"{where}: {one.name}: forms: unknown '{form}'; {nearest(form, known['forms'])}")
