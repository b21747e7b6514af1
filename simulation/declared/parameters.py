"""Parameters: declared once, with unit, range, description, source and status.

Validation, documents, sliders and sweeps read these declarations; equations hold no value of them. What describes kinds of things is data, declared
beside them: skill, start weight and fit of forms, segments, where columns start, and the changes of the catalogue.
"""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Real
from typing import Any, Literal, get_args

Status = Literal["estimated", "calibrated", "assumed"]
# How far a judged value may plausibly be wrong: a factor either way (of the odds, for shares), or a step where zero has no meaning.
FACTOR, LOG_ODDS_STEP, STEP = 1.3, 0.4, 0.05


class InputError(ValueError):
    """Invalid input from a user: the message names the place, the field, the value, what is allowed and the nearest valid name."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a hint that names the nearest allowed name, or the allowed names where none is near."""
    names = sorted(allowed)
    close = get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.5)
    if close:
        match = next(n for n in names if n.lower() == close[0])
        return f"did you mean '{match}'?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"allowed: {shown}"


SWITCH = "0 or 1"  # the unit of a switch


def check_known(value: object, allowed: Iterable[str], field: str) -> None:
    """Raise `InputError` for a name that is none of those allowed."""
    known = tuple(allowed)
    if value not in known:
        raise InputError(f"{field}: unknown '{value}'; {nearest(str(value), known)}")


def check_number(value: object, field: str, low: float = -math.inf, high: float = math.inf) -> None:
    """Raise `InputError` for what is no finite number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or not low <= float(value) <= high:
        allowed = f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more" if math.isfinite(low) else "a finite number"
        raise InputError(f"{field}: {value!r}; allowed: {allowed}")


@dataclass(frozen=True)
class Parameter:
    """One number in the model.

    Attributes:
        name: name within its group.
        default: central value.
        low, high: allowed range, both included.
        unit: unit of the value.
        description: what it is, in one sentence.
        status: `estimated` from data, `calibrated` to facts, or `assumed`.
        source: where the value or the form comes from.
        facts: rows of the evidence ledger that are related to it.
        structural: True if other values represent another theory, which is tested separately and not drawn.
        awaits_fit: True for one declared since the calibration in use: its sets were weighed with the default, so it is not drawn until the next.
        ends: its plausible range, where what is known of it is less than the usual range says.
        least: the smallest value other than 0, which leaves it out.

    Raises:
        InputError: limits that are none, a value or ends outside them, or an unknown status.
    """

    name: str
    default: float
    low: float
    high: float
    unit: str
    description: str
    status: Status = "assumed"
    source: str = "judgement"
    facts: tuple[str, ...] = ()
    structural: bool = False
    awaits_fit: bool = False
    ends: tuple[float, float] | None = None
    least: float = 0.0

    def __post_init__(self) -> None:
        check_number(self.low, f"{self.name}: low")
        check_number(self.high, f"{self.name}: high", self.low)
        check_number(self.default, f"{self.name}: default", self.low, self.high)
        for end in self.ends or ():
            check_number(end, f"{self.name}: ends", self.low, self.high)
        check_known(self.status, get_args(Status), f"{self.name}: status")

    @property
    def plausible(self) -> tuple[float, float]:
        """Plausible range of the value, narrower than the allowed range: the uncertainty of results is drawn from it."""
        low, high = self.plausible_value(0.0), self.plausible_value(1.0)
        return min(low, high), max(low, high)

    @property
    def uncertain(self) -> bool:
        """True if the value is drawn where results carry parameter uncertainty."""
        low, high = self.plausible
        return low < high and not self.awaits_fit

    def plausible_value(self, position: float) -> float:
        """Return the value at a position 0..1 of the plausible range, the default at 0.5. A value of 0 stays: it is not in use.

        Shares move by a factor of their odds, other positive values by a factor, values that may be negative by a step; one with `ends` lies between them.
        """
        shift = 2.0 * position - 1.0
        if self.default == 0.0 or self.structural:
            return self.default
        if self.ends is not None:
            return self.default + abs(shift) * (self.ends[shift > 0] - self.default)
        if self.low < 0.0:
            value = self.default + shift * (LOG_ODDS_STEP if self.unit == "log-odds" else STEP)
        elif self.high == 1.0:
            rest = (1.0 - self.default) * FACTOR**-shift
            value = self.default / (self.default + rest)
        else:
            value = self.default * FACTOR**shift
        return min(max(value, self.low), self.high)

    def check(self, value: object, where: str) -> float:
        """Return `value` as a float, or raise `InputError` if it is no finite number in range, or no 0 or 1 for a switch."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{where}: {value!r} is not a number; allowed: {self.low:g} to {self.high:g} ({self.unit})")
        number = float(value)
        if not math.isfinite(number) or not self.low <= number <= self.high:
            raise InputError(f"{where}: {value!r} is out of range; allowed: {self.low:g} to {self.high:g} ({self.unit})")
        if self.unit == SWITCH and number not in (0.0, 1.0):
            raise InputError(f"{where}: {value!r} is neither; allowed: {SWITCH}, a switch")
        if 0.0 < number < self.least:
            raise InputError(f"{where}: {value!r} is too small; allowed: 0, or {self.least:g} to {self.high:g} ({self.unit})")
        return number


@dataclass(frozen=True)
class ParameterGroup:
    """The parameters of one process, under one prefix."""

    prefix: str
    parameters: tuple[Parameter, ...]

    def values_type(self, class_name: str, module: str) -> Any:
        """Return the named tuple that kernels take; it must be bound in `module` under `class_name` to be cached."""
        return namedtuple(class_name, [p.name for p in self.parameters], module=module)

    def values(self, overrides: Mapping[str, float], values_type: Any) -> Any:
        """Return the group's values as `values_type`, with `overrides` keyed `prefix.name` applied."""
        return values_type(*[float(overrides.get(f"{self.prefix}.{p.name}", p.default)) for p in self.parameters])


def check_overrides(overrides: Mapping[str, object], declared: Mapping[str, Parameter], where: str) -> dict[str, float]:
    """Return checked overrides, or raise `InputError` naming the unknown key's nearest name or the allowed range."""
    checked: dict[str, float] = {}
    for key, value in overrides.items():
        if key not in declared:
            raise InputError(f"{where}: unknown parameter '{key}'; {nearest(key, declared)}")
        checked[key] = declared[key].check(value, f"{where}: {key}")
    return checked
