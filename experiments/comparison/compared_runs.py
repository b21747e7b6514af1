"""Results of scenarios compared with a base, run by run, and the range of each effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from simulation.declared.scenario import Scenario
from simulation.measures.measure import HEADLINES, Measure
from simulation.measures.recorder import group_names

from ..provenance import provenance
from .statistics import Basis, interval, spread, unpaired

T = TypeVar("T")
# Measures whose course over the months is kept.
COURSES = (*HEADLINES, "cost", "service_cost")
MANY = 8  # scenarios beyond which a chart of all is unreadable
# Some of the replicates' sets are run twice: one in three, at least a handful, and no more than needed for rough shares of variance.
REPLICATES_A_PAIR, LEAST_PAIRS, MOST_PAIRS = 3, 5, 12
ENOUGH = REPLICATES_A_PAIR * LEAST_PAIRS  # replicates from which second runs separate chance from parameter uncertainty


def same_people(one: Scenario, other: Scenario) -> bool:
    """Return True if two scenarios draw the same people, so that effects are paired."""
    return (one.place.name, one.place.fingerprint, one.population) == (other.place.name, other.place.fingerprint, other.population)


@dataclass
class ComparedRuns:
    """Results of scenarios compared with a base, run by run.

    Attributes:
        scenarios: the scenarios, the base first.
        seed, months: as run.
        results: float64 (replicates, scenarios, measures).
        by: for each grouping float64 (replicates, scenarios, measures, groups).
        series: float64 (replicates, scenarios, months, measures).
        warnings: what a user should know.
        command: the command that makes it again.
        posterior: name of the parameter sets that replicates draw from; empty where all have the central values.
        again: float64 (pairs, scenarios, measures): results of the first replicates' sets once more, with other people and chance; None where there are none.
        again_by, again_series: as `by` and `series`, of those second runs.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    months: int
    results: np.ndarray
    by: dict[str, np.ndarray]
    series: np.ndarray
    warnings: tuple[str, ...] = ()
    command: str = ""
    complete: bool = True
    measures: dict[str, Measure] = field(default_factory=dict)
    posterior: str = ""
    again: np.ndarray | None = None
    again_by: dict[str, np.ndarray] | None = None
    again_series: np.ndarray | None = None
    _worked_out: dict[tuple[str | int, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: tuple[str | int, ...], work: Callable[[], T]) -> T:
        """Return what is worked out from these runs, worked out only the first time that it is asked for by this key."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        return self._worked_out[key]

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.results)

    @property
    def basis(self) -> Basis:
        """What the ranges are based on.

        `range`: 15 replicates or more, some sets of parameters run twice. `first look`: parameters were drawn, but nothing separates their uncertainty from chance
        yet; the range holds both and is too wide. `central values`: no parameters were drawn; the range is the interval of the mean, without parameter
        uncertainty.
        """
        if self.again is not None and len(self.again) >= LEAST_PAIRS and self.replicates >= ENOUGH:
            return "range"
        return "first look" if self.posterior else "central values"

    @property
    def labels(self) -> list[str]:
        """Names that distinguish the scenarios, for tables and charts; a name given twice gets its position."""
        names = [s.name for s in self.scenarios]
        return [name if name not in names[:n] else f"{name} ({n + 1})" for n, name in enumerate(names)]

    @property
    def paired(self) -> bool:
        """True if every scenario has the base's people, so that effects are paired."""
        first = self.scenarios[0]
        return all(same_people(first, s) for s in self.scenarios)

    def only(self, labels: Sequence[str]) -> Self:
        """Return the comparison of the base with some of the scenarios, by label."""
        kept = [0, *(self.labels.index(label) for label in labels)]
        return replace(
            self,
            scenarios=tuple(self.scenarios[n] for n in kept),
            results=self.results[:, kept],
            series=self.series[:, kept],
            by={grouping: table[:, kept] for grouping, table in self.by.items()},
            again=None if self.again is None else self.again[:, kept],
            again_by=None if self.again_by is None else {grouping: table[:, kept] for grouping, table in self.again_by.items()},
            again_series=None if self.again_series is None else self.again_series[:, kept],
        )

    def groups(self, grouping: str, scenario: int = 0) -> tuple[str, ...]:
        """Return the names of a scenario's groups of a grouping, in the order of the columns of `by`."""
        return group_names(self.scenarios[scenario])[grouping]

    def effect_of(self, values: np.ndarray, scenario: int) -> dict[str, np.ndarray]:
        """Return mean, effect, their intervals and the variance reduction; `values` is (replicates, scenarios, ...)."""
        own, base = values[:, scenario], values[:, 0]
        mean, low, high = interval(own)
        nothing = np.full_like(mean, np.nan)
        if scenario == 0:
            effect, effect_low, effect_high, reduction = nothing, nothing, nothing, nothing
        elif self.paired:
            effect, effect_low, effect_high = interval(own - base)
            apart = own.var(axis=0, ddof=1) + base.var(axis=0, ddof=1) if len(own) > 1 else nothing
            with np.errstate(invalid="ignore", divide="ignore"):
                reduction = 1.0 - (own - base).var(axis=0, ddof=1 if len(own) > 1 else 0) / np.where(apart > 0, apart, np.nan)
        else:
            effect, effect_low, effect_high = unpaired(base, own)
            reduction = nothing
        return {
            "mean": mean,
            "low": low,
            "high": high,
            "effect": effect,
            "effect_low": effect_low,
            "effect_high": effect_high,
            "variance_reduction": reduction,
        }

    def doubt_of(self, values: np.ndarray, again: np.ndarray | None, scenario: int) -> dict[str, np.ndarray]:
        """Return the 95 % range of an effect, and how much of its variance between replicates comes from the parameters.

        Args:
            values, again: (replicates or pairs, scenarios, ...); `again` is None where there are no second runs.

        Replicate by replicate scenarios share a set of parameters, in places with other people too. There the interval of the mean takes chance as
        independent, and the range is never narrower than it.
        """
        if scenario == 0:
            nothing = np.full(values.shape[2:], np.nan)
            return {"parameter_share": nothing, "range_low": nothing.copy(), "range_high": nothing.copy()}
        own, base = values[:, scenario], values[:, 0]
        found = spread(own - base, None if again is None else again[:, scenario] - again[:, 0], self.basis)
        low, high = found.range()
        if not self.paired:
            _, least, most = unpaired(base, own)
            low, high = np.fmin(low, least), np.fmax(high, most)
        return {"parameter_share": found.share, "range_low": low, "range_high": high}

    def known(self, values: np.ndarray, again: np.ndarray | None, scenario: int) -> dict[str, np.ndarray]:
        """Return all that is known of an effect: `effect_of` and `doubt_of` together."""
        return self.effect_of(values, scenario) | self.doubt_of(values, again, scenario)

    def doubt(self, scenario: int) -> dict[str, np.ndarray]:
        """Return the 95 % range of each effect, and how much of its variance is parameter uncertainty (nan if unknown).

        The interval of the mean narrows with more replicates. The range does not: no amount of computing shows which set of parameters is true. See `basis`.
        """
        return self.doubt_of(self.results, self.again, scenario)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, commit, hashes, seed, attribution and the command to repeat."""
        return provenance(self.scenarios, self.command, self.seed, self.warnings, self.posterior)
