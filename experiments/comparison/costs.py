"""What scenarios cost: the programme, the change in service costs, both together, and the cost per additional participant, with ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compared_runs import ComparedRuns
from .statistics import spread

UNIT_COSTS = 0.5, 2.0  # factors by which the unit costs of a contact, a case or an ask may be wrong: they are judgements


@dataclass(frozen=True)
class Pounds:
    """Pounds with their range.

    Attributes:
        value: mean over the replicates of the extra cost compared with the base; below zero it is a saving.
        low, high: the range over parameters and the error of the costs themselves, combined.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Money:
    """The extra cost of a scenario compared with the base, over the run and the whole place.

    Attributes:
        programme: of the interventions.
        service: change of the cost of service.
        net: both together.
        each: net cost per additional participant and year; nan unless participants increase by more than chance and parameter uncertainty would explain.
    """

    programme: Pounds
    service: Pounds
    net: Pounds
    each: Pounds


NOTHING = Pounds(float("nan"), float("nan"), float("nan"))


def money(result: ComparedRuns, scenario: int) -> Money | None:
    """Return the cost of a scenario; None for the base, and if the people differ.

    Ranges carry two errors, taken as independent: what the run's parameters and chance leave open, and the error of the costs, which no replicate
    draws: the whole of a programme within its declared factors (half to twice where it says nothing else), unit costs of service likewise.
    """
    if scenario == 0 or not result.paired:
        return None
    return result.once(("money", scenario), lambda: _money(result, scenario))


def ranges(result: ComparedRuns, scenario: int) -> dict[str, tuple[float, float]]:
    """Return the range of each measure in pounds, low and high: the same range wherever it is shown; empty where `money` gives none."""
    spent = money(result, scenario)
    if spent is None or result.replicates < 2:
        return {}
    service = spent.service
    return {
        "cost": (spent.programme.low, spent.programme.high),
        "service_cost": (service.low, service.high),
        "saving": (-service.high, -service.low),
    }


def _money(result: ComparedRuns, scenario: int) -> Money:
    tried = result.scenarios[scenario].interventions + result.scenarios[0].interventions
    factors = (min(i.cost.low for i in tried), max(i.cost.high for i in tried)) if tried else UNIT_COSTS
    spent, more_spent = _beyond_base(result, scenario, "cost")
    served, more_served = _beyond_base(result, scenario, "service_cost")
    programme, service = _of(result, spent, more_spent), _of(result, served, more_served)
    net = _of(result, spent + served, None if more_spent is None or more_served is None else more_spent + more_served)
    off, also_off = _error(programme.value, factors), _error(service.value, UNIT_COSTS)
    net = _wider(net, off, also_off)
    programme, service = _wider(programme, off), _on_its_side(service, _wider(service, also_off))
    if (spent >= 0).all():
        programme = Pounds(programme.value, max(programme.low, 0.0), programme.high)
    elif (spent <= 0).all():
        programme = Pounds(programme.value, programme.low, min(programme.high, 0.0))
    return Money(programme, service, net, _each(result, scenario, net))


def cost_for_each(result: ComparedRuns, scenario: int) -> tuple[float, float, float]:
    """Return net pounds per additional participant and year, with their range; nan as in `Money.each`."""
    spent = money(result, scenario)
    each = spent.each if spent is not None else NOTHING
    return each.value, each.low, each.high


def _beyond_base(result: ComparedRuns, scenario: int, measure: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the extra spending compared with the base in each replicate, and in each second run."""
    at, again = list(result.measures).index(measure), result.again
    own = result.results[:, scenario, at] - result.results[:, 0, at]
    return own, None if again is None else again[:, scenario, at] - again[:, 0, at]


def _of(result: ComparedRuns, values: np.ndarray, again: np.ndarray | None) -> Pounds:
    extent = spread(values, again, result.basis, may_be_alike=True)
    low, high = extent.range()
    value = float(extent.mean)
    return Pounds(value, float(low), float(high)) if np.isfinite(low) else Pounds(value, value, value)


def _error(value: float, factors: tuple[float, float]) -> tuple[float, float]:
    """Return how far pounds may lie below and above a value that may be wrong by factors; for a saving, away from zero and towards it."""
    nearer, farther = abs(value) * (1.0 - factors[0]), abs(value) * (factors[1] - 1.0)
    return (nearer, farther) if value >= 0 else (farther, nearer)


def _wider(pounds: Pounds, *errors: tuple[float, float]) -> Pounds:
    """Return pounds with further, independent errors added to their range."""
    down = np.sqrt((pounds.value - pounds.low) ** 2 + sum(e[0] ** 2 for e in errors))
    up = np.sqrt((pounds.high - pounds.value) ** 2 + sum(e[1] ** 2 for e in errors))
    return Pounds(pounds.value, float(pounds.value - down), float(pounds.value + up))


def _on_its_side(sure: Pounds, wide: Pounds) -> Pounds:
    """Return a wider range; errors in unit costs cannot turn a certain extra cost into a saving, or the other way round."""
    if sure.low > 0.0:
        return Pounds(wide.value, max(wide.low, UNIT_COSTS[0] * sure.low), wide.high)
    if sure.high < 0.0:
        return Pounds(wide.value, wide.low, min(wide.high, UNIT_COSTS[0] * sure.high))
    return wide


def _each(result: ComparedRuns, scenario: int, net: Pounds) -> Pounds:
    """Return net cost divided by additional participants, summed over years; only if participants increase over the whole range, and something is spent."""
    adults = getattr(result.scenarios[0].place, "adults", float("nan"))
    if result.months < 12 or not net.value > 0.0:
        return NOTHING
    at, again = list(result.measures).index("participation"), result.again_series
    years = (result.series[:, scenario, :, at] - result.series[:, 0, :, at]).sum(axis=1) / 12.0 * adults
    more = None if again is None else (again[:, scenario, :, at] - again[:, 0, :, at]).sum(axis=1) / 12.0 * adults
    people = _of(result, years, more)
    if result.replicates < 2 or not people.low > 0.0:
        return NOTHING
    value = net.value / people.value
    cheaper = np.hypot(np.log(people.high / people.value), np.log(net.value / net.low)) if net.low > 0.0 else np.inf
    dearer = np.hypot(np.log(people.value / people.low), np.log(net.high / net.value))
    return Pounds(value, float(value * np.exp(-cheaper)), float(value * np.exp(dearer)))
