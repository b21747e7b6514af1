"""Factors of a study: decisions (levers) and unknowns (uncertainties), applied to a scenario."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from scenarios import load_place
from scenarios.places import TablePlace
from scenarios.scenario_file import known_intervention, of_place
from simulation.declared.interventions import Delivery
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario
from simulation.month import check_loop, declared_parameters

DESIGNS = ("full", "one-at-a-time", "latin-hypercube", "sobol", "morris", "saltelli", "csv")
Kind = Literal["parameter", "dose", "aim", "start", "place", "segment", "loop", "population"]
KINDS: tuple[Kind, ...] = ("parameter", "dose", "aim", "start", "place", "segment", "loop", "population")
# Factors that change who lives there or how the world works from the start: runs that differ in them share no burn-in.
WORLD_KINDS = ("parameter", "place", "segment", "population")
EVERYBODY = "all"
ROUNDING = 1e-15  # relative: a few errors of rounding


@dataclass(frozen=True)
class Factor:
    """One thing that differs between runs.

    Attributes:
        name: column in the results.
        kind: what it is; see `KINDS`.
        target: parameter, intervention, segment or loop that it is about.
        low, high: range of a number; None where `values` are given.
        values: the values that it may take; aims are texts such as `1+2` or `all`.
        aim: which aim an `aim` factor sets.
        role: `lever` or `uncertainty`.
    """

    name: str
    kind: Kind
    target: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] | None = None
    aim: str = ""
    role: Literal["lever", "uncertainty"] = "lever"

    @property
    def levels(self) -> int | None:
        """Number of values; None for a range."""
        return None if self.values is None else len(self.values)

    @property
    def numeric(self) -> bool:
        """True if values are numbers."""
        return self.values is None or all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)

    def at(self, unit: np.ndarray) -> np.ndarray:
        """Return values at positions 0..1 of the range or of the list."""
        if self.values is None:
            assert self.low is not None and self.high is not None
            return between(np.asarray(unit, dtype=float), self.low, self.high)
        index = np.minimum((np.asarray(unit) * len(self.values)).astype(int), len(self.values) - 1)
        kind = float if self.numeric else object
        return np.array(self.values, dtype=kind)[index]

    def check(self, where: str) -> None:
        """Raise `InputError` for an unknown target, or a value out of range."""
        at = f"{where}: {self.name}"
        for value in (self.values or (self.low, self.high)) if self.kind in ("start", "population") else ():
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1:
                raise InputError(f"{at}: {self.kind} {value!r}; allowed: whole numbers from 1")
        if self.kind == "parameter":
            known = declared_parameters()
            if self.target not in known:
                raise InputError(f"{at}: unknown parameter '{self.target}'; {nearest(self.target, known)}")
            for value in self.values or (self.low, self.high):
                known[self.target].check(value, f"{at}: {self.target}")
        elif self.kind in ("dose", "aim", "start"):
            known_intervention(self.target, at)
            for value in (self.values or (self.low, self.high)) if self.kind == "dose" else ():
                if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                    raise InputError(f"{at}: dose {value!r}; allowed: 0 to 1")
            if self.kind == "aim":
                self._check_aims(at)
        elif self.kind == "loop":
            check_loop(self.target, at)
        elif self.kind == "place":
            for value in self.values or ():
                load_place(str(value))

    def _check_aims(self, at: str) -> None:
        try:
            for value in self.values or ():
                _aimed(str(value), self.aim)
        except InputError as error:
            raise InputError(f"{at}: {error}") from None

    def shown(self) -> dict[str, Any]:
        """Return the factor as data, for hashes and reports."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in vars(self).items() if v not in (None, "")}


def _aimed(text: str, aim: str) -> tuple | None:
    """Return an aim from `1+2` or `Settlers+Pioneers`; None means everybody."""
    if text == EVERYBODY:
        return None
    parts = text.split("+")
    return tuple(_numbered(part, text, aim) for part in parts) if aim in ("deprivation_fifths", "persons") else tuple(parts)


def _numbered(part: str, text: str, aim: str) -> int:
    """Return a number of an aim; in a list of numbers alone it has become 1.0."""
    if not re.fullmatch(r"\d{1,15}(\.0*)?", part.strip()):
        raise InputError(f"{aim}: '{text}'; allowed: whole numbers, several joined with +, or {EVERYBODY}")
    return int(float(part))


def apply(base: Scenario, factors: Sequence[Factor], row: Mapping[str, Any], places: Mapping[str, TablePlace]) -> Scenario:
    """Return a scenario at one point of a design.

    Args:
        base: where each run starts from; its interventions are in every run.
        row: the value of each factor, by name.
        places: those that factors name.

    Raises:
        InputError: values that cannot be combined; the factor is named.
    """
    parameters = dict(base.parameters)
    doses: dict[str, float] = {}
    delivery: dict[str, dict[str, Any]] = {}
    loops = set(base.loops_off)
    changes: dict[str, Any] = {}
    shares: dict[str, float] = {}
    for one in factors:
        value = row[one.name]
        if one.kind == "parameter":
            parameters[one.target] = float(value)
        elif one.kind == "dose":
            doses[one.target] = float(value)
        elif one.kind in ("aim", "start"):
            own = delivery.setdefault(one.target, {})
            own["start" if one.kind == "start" else one.aim] = int(value) if one.kind == "start" else _aimed(str(value), one.aim)
        elif one.kind == "loop":
            loops = loops - {one.target} if _on(value) else loops | {one.target}
        elif one.kind == "segment":
            shares[one.target] = float(value)
        elif one.kind == "population":
            changes["population"] = int(value)
        else:
            place = places[str(value)]
            changes |= {"place": place, **of_place(place)}
    tried = {i.name: i for i in base.interventions}
    for name in {*doses, *delivery}:
        start = tried.get(name) or known_intervention(name, "study")
        aims = Delivery(**{**vars(start.delivery), **delivery.get(name, {})})
        tried[name] = start.at(doses.get(name, start.dose), aims)
    scenario = base.with_(**changes)
    if shares:
        scenario = scenario.with_(segments=_shared(scenario, shares))
    return scenario.with_(
        parameters=parameters, loops_off=tuple(sorted(loops)), interventions=tuple(tried[name] for name in sorted(tried))
    )


def check_aims(base: Scenario, factors: Sequence[Factor], where: str) -> None:
    """Raise `InputError` for an aim at what the base does not have, in the smallest population that factors give it.

    Where places are a factor, each has wards, segments and institutions of its own, so that only a run can tell.
    """
    sizes = [n for f in factors if f.kind == "population" for n in f.values or (f.low,)]
    smallest = base.with_(population=int(min(sizes, default=base.population)))
    of_place = ("wards", "segments", "institutions") if any(f.kind == "place" for f in factors) else ()
    for one in factors:
        if one.kind == "aim" and one.aim not in of_place:
            named = smallest.with_(name=f"{where}: {one.name}")
            for value in one.values or ():
                try:
                    apply(named, (one,), {one.name: value}, {})
                except InputError as error:
                    raise InputError(str(error) if str(error).startswith(where) else f"{named.name}: {error}") from None


def between(unit: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return numbers at positions 0..1 of a range: never beyond its ends, which are met to the bit, and decimals where the steps are decimals.

    0.3 + 0.25 * 0.6 is 0.44999999999999996; what lies within a few rounding errors of a number of twelve digits is that number.
    """
    largest = max(abs(low), abs(high))
    values = low + unit * (high - low)
    digits = 11 - math.floor(math.log10(largest))
    if 0 <= digits <= 22:
        decimal = np.round(values * 10.0**digits) / 10.0**digits
        values = np.where(np.abs(values - decimal) <= ROUNDING * largest, decimal, values)
    return np.where(unit <= 0, low, np.where(unit >= 1, high, np.clip(values, low, high)))


def _on(value: Any) -> bool:
    return value in (True, 1, 1.0, "on", "True", "true")


def _shared(scenario: Scenario, shares: Mapping[str, float]) -> tuple:
    """Return the segments with some shares set; the others keep their proportions."""
    names = [s.name for s in scenario.segments]
    for name in shares:
        if name not in names:
            raise InputError(f"study: unknown segment '{name}'; {nearest(name, names)}")
    rest = 1.0 - sum(shares.values())
    others = sum(s.share for s in scenario.segments if s.name not in shares)
    if rest < -1e-9 or (others == 0 and rest > 1e-9):
        raise InputError(f"study: shares of {', '.join(shares)} add up to {sum(shares.values()):.3f}; allowed: at most 1")
    scaled = [replace(s, share=shares.get(s.name, s.share * max(rest, 0.0) / others if others else 0.0)) for s in scenario.segments]
    total = sum(s.share for s in scaled[:-1])
    return (*scaled[:-1], replace(scaled[-1], share=1.0 - total))
