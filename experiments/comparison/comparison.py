"""A comparison's results: effects of scenarios beside a base, what each may be, and the tables and files that show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.tables import harmless
from simulation.declared.scenario import Scenario
from simulation.measures.measure import Measure
from simulation.measures.recorder import GROUPINGS

from ..provenance import provenance
from ..reports.contract import document
from .costs import Money, cost_for_each, ranges
from .months import Judged, has_course, judged, read_in, values, when
from .ranking import ranking
from .statistics import Basis, interval, spread, unpaired

# What every answer, chart and table is about first.
MAIN = ("participation", "acts_12m", "apathy", "perceived_influence", "trust")
# Measures whose course over the months is kept.
COURSES = (*MAIN, "cost", "service_cost")
MANY = 8  # scenarios beyond which a chart of all is unreadable
HEADLINES = (*MAIN, "volunteering", "consultation", "representativeness")
# Of the replicates' sets some are run again: one in three, a handful at least and no more than tell shares of variance roughly.
REPLICATES_A_PAIR, LEAST_PAIRS, MOST_PAIRS = 3, 5, 12
ENOUGH = REPLICATES_A_PAIR * LEAST_PAIRS  # replicates from which second runs separate chance from parameter uncertainty


def same_people(one: Scenario, other: Scenario) -> bool:
    """Return True if two scenarios draw the same people, so that effects are paired."""
    return (one.place.name, one.place.fingerprint, one.population) == (other.place.name, other.place.fingerprint, other.population)


@dataclass
class Comparison:
    """Results of scenarios beside a base.

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
    _by_group: dict[tuple[str, int], dict[str, np.ndarray]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _money: dict[int, Money] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.results)

    @property
    def basis(self) -> Basis:
        """What the ranges stand on.

        `range`: 15 replicates or more, some sets of parameters run twice. `first look`: parameters were drawn, but nothing separates their uncertainty from chance
        yet; the range holds both and is too wide. `central values`: no parameters were drawn; the range is the interval of the mean, without parameter
        uncertainty.
        """
        if self.again is not None and len(self.again) >= LEAST_PAIRS and self.replicates >= ENOUGH:
            return "range"
        return "first look" if self.posterior else "central values"

    @property
    def labels(self) -> list[str]:
        """Names that tell the scenarios apart, for tables and charts; a name given twice gets its position."""
        names = [s.name for s in self.scenarios]
        return [name if name not in names[:n] else f"{name} ({n + 1})" for n, name in enumerate(names)]

    @property
    def paired(self) -> bool:
        """True if every scenario has the base's people, so that effects are paired."""
        first = self.scenarios[0]
        return all(same_people(first, s) for s in self.scenarios)

    def only(self, labels: Sequence[str]) -> Comparison:
        """Return the comparison of the base with some of the scenarios, by label."""
        kept = [0, *(self.labels.index(label) for label in labels)]
        return replace(
            self, scenarios=tuple(self.scenarios[n] for n in kept), results=self.results[:, kept], series=self.series[:, kept],
            by={grouping: table[:, kept] for grouping, table in self.by.items()},
            again=None if self.again is None else self.again[:, kept],
            again_by=None if self.again_by is None else {grouping: table[:, kept] for grouping, table in self.again_by.items()},
            again_series=None if self.again_series is None else self.again_series[:, kept],
        )  # fmt: skip

    def groups(self, grouping: str, scenario: int = 0) -> tuple[str, ...]:
        """Return the names of a scenario's groups of a grouping, in the order of the columns of `by`."""
        own = self.scenarios[scenario]
        names = {
            "segment": tuple(s.name for s in own.segments),
            "ward": tuple(own.place.wards),
            "deprivation_fifth": ("1", "2", "3", "4", "5"),
        }
        return names[grouping]

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
        return {"mean": mean, "low": low, "high": high, "effect": effect, "effect_low": effect_low, "effect_high": effect_high,
                "variance_reduction": reduction}  # fmt: skip

    def doubt_of(self, values: np.ndarray, again: np.ndarray | None, scenario: int) -> dict[str, np.ndarray]:
        """Return the 95 % range of what an effect may be, and how much of its variance between replicates comes from the parameters.

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
        """Return the 95 % range of each effect, and how much of its variance is parameter uncertainty (nan where nothing tells).

        The interval of the mean narrows with more replicates, the range does not: no computing tells which set of parameters is true. See `basis`.
        """
        return self.doubt_of(self.results, self.again, scenario)

    def overall(self, scenario: int) -> dict[str, np.ndarray]:
        """Return `known` of the results, with what is known only beside a base."""
        found = self.known(self.results, self.again, scenario)
        at = list(self.measures).index("cost_per_participant")
        for key, value in zip(("mean", "low", "high"), cost_for_each(self, scenario), strict=True):
            found[key][at] = value
        for name, (low, high) in ranges(self, scenario).items():
            m = list(self.measures).index(name)
            found["range_low"][m], found["range_high"][m] = low, high
        return found

    def effect_by(self, grouping: str, scenario: int) -> dict[str, np.ndarray]:
        """Return what `known` does for each group; without effects where the base has other groups."""
        known = self._by_group.get((grouping, scenario))
        if known is None:
            again = None if self.again_by is None else self.again_by.get(grouping)
            known = self._by_group[grouping, scenario] = self.known(self.by[grouping], again, scenario)
            del known["parameter_share"]
            if self.groups(grouping, scenario) != self.groups(grouping):
                known |= {key: np.full_like(value, np.nan) for key, value in known.items() if key not in ("mean", "low", "high")}
        return known

    def when(self, scenario: int, measure: str) -> dict[str, Any] | None:
        """Return an effect over the run, in the last month, and in its best and worst month; see `experiments.comparison.months`."""
        return when(self, scenario, measure)

    def judged(self, measure: str = "participation") -> Judged:
        """Return whether a measure is judged at its end or over the run; see `experiments.comparison.months`."""
        return judged(self, measure)

    def headline(self, measure: str, scenario: int) -> dict[str, float]:
        """Return what is known of an effect by the months that it is judged by: `known`, as numbers."""
        found = self.known(*values(self, measure, self.judged(measure)), scenario)
        low, high = ranges(self, scenario).get(measure, (found["range_low"], found["range_high"]))
        return {key: float(value) for key, value in found.items()} | {"range_low": float(low), "range_high": float(high)}

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Tidy table: one row for each scenario and measure; the range before the interval of the mean.

        Effects are those of the months in `months`; beside them the mean over the run where a measure's course was kept, and by which it is judged.
        """
        rows = []
        for n, label in enumerate(self.labels):
            found = self.overall(n)
            for m, measure in enumerate(self.measures.values()):
                told = {key: float(value[m]) for key, value in found.items()}
                run = self.known(*values(self, measure.name, "over_the_run"), n) if n and has_course(self, measure.name) else {}
                rows.append({"scenario": label, "measure": measure.name, "label": measure.label, "unit": measure.unit,
                             **{key: told.pop(key) for key in ("mean", "low", "high", "effect", "range_low", "range_high")}, **told,
                             **{f"over_the_run{end}": float(run.get(key, np.nan)) for end, key in (("", "effect"), ("_low", "range_low"), ("_high", "range_high"))},
                             "months": read_in(self, measure.name), "judged": self.judged(measure.name), "basis": self.basis if n else ""})  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """One row a scenario, the highest effect on participation first; see `experiments.comparison.ranking`."""
        return ranking(self)

    @cached_property
    def effects_by(self) -> pd.DataFrame:
        """Tidy table: one row for each scenario, grouping, group and measure that has groups."""
        rows = []
        for grouping in GROUPINGS:
            for n, label in enumerate(self.labels):
                found = self.effect_by(grouping, n)
                for m, measure in enumerate(self.measures.values()):
                    if measure.values is None:
                        continue
                    for g, group in enumerate(self.groups(grouping, n)):
                        rows.append({"scenario": label, "grouping": grouping, "group": group, "measure": measure.name,
                                     **{key: float(value[m, g]) for key, value in found.items()}})  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def months_table(self) -> pd.DataFrame:
        """Tidy table: for each scenario and measure with a course the effect over the run, in the last month, and in its best and worst month."""
        rows = []
        for n, label in enumerate(self.labels):
            for name in COURSES:
                found = self.when(n, name) if name in self.measures else None
                for months, known in (found or {}).items():
                    rows.append({"scenario": label, "measure": name, "months": months, "month": known.get("month"),
                                 **{key: value for key, value in known.items() if key != "month"}})  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def series_table(self) -> pd.DataFrame:
        """Tidy table `scenario, replicate, month, measure, value`."""
        replicates, _, months, _ = self.series.shape
        index = pd.MultiIndex.from_product(
            [range(replicates), self.labels, range(1, months + 1), list(self.measures)],
            names=["replicate", "scenario", "month", "measure"],
        )
        table = pd.DataFrame({"value": self.series.reshape(-1)}, index=index).reset_index()
        return table[["scenario", "replicate", "month", "measure", "value"]]

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, commit, hashes, seed, attribution and the command to repeat."""
        return provenance(self.scenarios, self.command, self.seed, self.warnings, self.posterior)

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract; what is undefined is None."""
        return document(self)

    def _repr_html_(self) -> str:
        shown = self.effects[self.effects["measure"].isin(HEADLINES)]
        return shown.to_html(index=False, float_format=lambda x: f"{x:.4f}")

    def to_csv(self, path: str | Path) -> None:
        """Write the effects as CSV."""
        harmless(self.effects).to_csv(path, index=False)

    def to_parquet(self, path: str | Path) -> None:
        """Write the effects as Parquet."""
        self.effects.to_parquet(path, index=False)

    def to_excel(self, path: str | Path) -> None:
        """Write effects, effects by month and by group, and provenance as sheets of one workbook."""
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            harmless(self.effects).to_excel(book, sheet_name="effects", index=False)
            harmless(self.months_table).to_excel(book, sheet_name="which month", index=False)
            harmless(self.effects_by).to_excel(book, sheet_name="by group", index=False)
            origin = [(key, json.dumps(value)) for key, value in self.provenance.items()]
            harmless(pd.DataFrame(origin, columns=["field", "value"])).to_excel(book, sheet_name="provenance", index=False)

    def to_html(self, path: str | Path) -> None:
        """Write the self-contained report."""
        from ..reports.report import render

        Path(path).write_text(render(self), encoding="utf-8")
