"""Comparisons: paired effects of scenarios on the same people and days, with intervals."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from scenarios.plugins import available_measures, refused_plugins
from scenarios.posterior import Posterior, shipped
from scenarios.tables import harmless
from simulation.measures import Measure
from simulation.parameters import InputError
from simulation.recorder import GROUPINGS
from simulation.scenario import Scenario

from .planning import PILOT, next_batch
from .provenance import provenance
from .ranking import cost_for_each, ranking
from .replicates import AGAIN, ReplicateResult, run_replicates
from .statistics import interval, unpaired

# What reports and rankings show over the months.
COURSES = ("participation", "apathy", "perceived_influence", "trust", "cost", "service_cost")
MANY = 8  # scenarios beyond which a chart of all is unreadable
HEADLINES = ("participation", "apathy", "perceived_influence", "trust", "volunteering", "consultation", "representativeness")
MOST_REPLICATES = 1000
# Of the replicates' sets some are run again: one in three, a handful at least and no more than tell shares of variance roughly.
REPLICATES_A_PAIR, LEAST_PAIRS, MOST_PAIRS = 3, 5, 12


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
    _by_group: dict[tuple[str, int], dict[str, np.ndarray]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.results)

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
            spread = own.var(axis=0, ddof=1) + base.var(axis=0, ddof=1) if len(own) > 1 else nothing
            with np.errstate(invalid="ignore", divide="ignore"):
                reduction = 1.0 - (own - base).var(axis=0, ddof=1 if len(own) > 1 else 0) / np.where(spread > 0, spread, np.nan)
        else:
            effect, effect_low, effect_high = unpaired(base, own)
            reduction = nothing
        return {"mean": mean, "low": low, "high": high, "effect": effect, "effect_low": effect_low, "effect_high": effect_high,
                "variance_reduction": reduction}  # fmt: skip

    def doubt(self, scenario: int) -> dict[str, np.ndarray]:
        """Return how much of each effect's variance is doubt about parameters, and the 95 % range that this doubt alone gives the effect.

        Nested draws tell: what differs between two runs of one set is chance, what differs between sets beyond it is doubt. The interval of an effect
        narrows with more replicates, the range does not: no computing tells which set is true.
        """
        nothing = np.full(len(self.measures), np.nan)
        found = {"parameter_share": nothing, "range_low": nothing.copy(), "range_high": nothing.copy()}
        if self.again is None or scenario == 0 or not self.paired or self.replicates < 3:
            return found
        effect = self.results[:, scenario] - self.results[:, 0]
        other = self.again[:, scenario] - self.again[:, 0]
        total = effect.var(axis=0, ddof=1)
        chance = ((effect[: len(other)] - other) ** 2).mean(axis=0) / 2.0
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(total > 0, np.clip(1.0 - chance / total, 0.0, 1.0), np.where(total == 0, 0.0, np.nan))
        half = stdtrit(self.replicates - 1, 0.975) * np.sqrt(total * (share + 1.0 / self.replicates))
        mean = effect.mean(axis=0)
        return {"parameter_share": share, "range_low": mean - half, "range_high": mean + half}

    def overall(self, scenario: int) -> dict[str, np.ndarray]:
        """Return `effect_of` the results, with what is known only beside a base."""
        found = self.effect_of(self.results, scenario) | self.doubt(scenario)
        at = list(self.measures).index("cost_per_participant")
        for key, value in zip(("mean", "low", "high"), cost_for_each(self, scenario), strict=True):
            found[key][at] = value
        return found

    def effect_by(self, grouping: str, scenario: int) -> dict[str, np.ndarray]:
        """Return what `effect_of` does for each group; without effects where the base has other groups."""
        known = self._by_group.get((grouping, scenario))
        if known is None:
            known = self._by_group[grouping, scenario] = self.effect_of(self.by[grouping], scenario)
            if self.groups(grouping, scenario) != self.groups(grouping):
                known |= {key: np.full_like(value, np.nan) for key, value in known.items() if key not in ("mean", "low", "high")}
        return known

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Tidy table: one row for each scenario and measure."""
        rows = []
        for n, label in enumerate(self.labels):
            found = self.overall(n)
            for m, measure in enumerate(self.measures.values()):
                rows.append({"scenario": label, "measure": measure.name, "label": measure.label, "unit": measure.unit,
                             **{key: float(value[m]) for key, value in found.items()}})  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """One row a scenario, the highest effect on participation first; see `experiments.ranking`."""
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
        scenarios = []
        for n, scenario in enumerate(self.scenarios):
            overall, doubt = self.overall(n), self.doubt(n)
            told = any(np.isfinite(v).any() for v in doubt.values())
            grouped = [(m, name) for m, (name, measure) in enumerate(self.measures.items()) if measure.values is not None]
            by = {}
            for grouping in GROUPINGS:
                found = {key: _numbers(value) for key, value in self.effect_by(grouping, n).items()}
                by[grouping] = {
                    group: {name: {key: value[m][g] for key, value in found.items()} for m, name in grouped}
                    for g, group in enumerate(self.groups(grouping, n))
                }
            scenarios.append(
                {
                    "name": scenario.name,
                    "measures": {
                        name: {k: _number(v[m]) for k, v in overall.items() if k not in doubt}
                        for m, name in enumerate(self.measures)
                    },
                    "by": by,
                    "doubt": {name: {k: _number(v[m]) for k, v in doubt.items()} for m, name in enumerate(self.measures)}
                    if told
                    else None,
                }
            )
        return {
            "place": self.scenarios[0].place.name,
            "population": self.scenarios[0].population,
            "months": self.months,
            "replicates": self.replicates,
            "seed": self.seed,
            "scenarios": scenarios,
            "provenance": self.provenance,
        }

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
        """Write effects, effects by group and provenance as sheets of one workbook."""
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            harmless(self.effects).to_excel(book, sheet_name="effects", index=False)
            harmless(self.effects_by).to_excel(book, sheet_name="by group", index=False)
            origin = [(key, json.dumps(value)) for key, value in self.provenance.items()]
            harmless(pd.DataFrame(origin, columns=["field", "value"])).to_excel(book, sheet_name="provenance", index=False)

    def to_html(self, path: str | Path) -> None:
        """Write the self-contained report."""
        from .report import render

        Path(path).write_text(render(self), encoding="utf-8")


def _numbers(values: np.ndarray) -> list[Any]:
    """Return an array as lists, with None for what is not finite."""
    return np.where(np.isfinite(values), values, None).tolist()  # type: ignore[call-overload]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _add_savings(comparison: Comparison) -> Comparison:
    """Fill in what service costs less than in the base, where the same people are compared."""
    if comparison.paired:
        names = list(comparison.measures)
        saving, service = names.index("saving"), names.index("service_cost")
        comparison.results[:, :, saving] = comparison.results[:, :1, service] - comparison.results[:, :, service]
        comparison.series[:, :, :, saving] = comparison.series[:, :1, :, service] - comparison.series[:, :, :, service]
    return comparison


def ended(scenario: Scenario, month: int) -> Scenario:
    """Return a scenario in which nothing that is tried is paid for after a month; shocks go on as they do.

    Raises:
        InputError: something starts only after that month.
    """
    tried = []
    for one in scenario.interventions:
        if one.kind != "shock" and (one.delivery.end is None or one.delivery.end > month):
            if one.delivery.start > month:
                raise InputError(f"--end: {month}; allowed: {one.delivery.start} or more, as '{one.name}' starts then")
            one = replace(one, delivery=replace(one.delivery, end=month))
        tried.append(one)
    return scenario.with_(interventions=tuple(tried))


def courses(scenarios: int) -> tuple[str, ...]:
    """Return the measures whose course is worth keeping; that of apathy costs time, and is left out where there are many scenarios."""
    return COURSES if scenarios <= MANY + 1 else tuple(name for name in COURSES if name != "apathy")


def compare(
    base: Scenario,
    *others: Scenario,
    replicates: int = 30,
    months: int = 60,
    seed: int = 1,
    until_sure: float | None = None,
    workers: int | None = None,
    monthly: tuple[str, ...] | None = None,
    posterior: Posterior | Literal["shipped"] | None = "shipped",
    progress: Callable[[int, int | None], None] | None = None,
    command: str | None = None,
) -> Comparison:
    """Run scenarios beside a base, on the same people and days, and return paired effects.

    Args:
        base: what the others are set against.
        others: scenarios.
        replicates: how many times people, ties and chance are redrawn.
        months: months after burn-in; effects are read at the end.
        seed: root seed.
        until_sure: in place of `replicates`: go on until the half-width of every effect's interval on participation,
            apathy, perceived influence and trust is at most this, at most 1,000 replicates. Batches are as large as the
            spread so far says is needed.
        workers: processes; None takes the cores there are. Their number changes no byte.
        monthly: measures whose course over the months is kept; None for all. Fewer are faster: results are the same.
        posterior: sets of parameters, of which each replicate takes one; None gives all the central values. Some sets are run twice, so that doubt about
            parameters can be told from chance.
        progress: called with replicates done and planned (None: not known).
        command: the command to repeat it; None writes the one that does.

    Raises:
        InputError: a number out of range, or two scenarios of one name that differ.
        KeyboardInterrupt: with the partial `Comparison` as its argument, if any replicate was complete.
    """
    _check_asked(replicates, months, workers, until_sure)
    sets = shipped() if posterior == "shipped" else posterior
    size = f"--until-sure {until_sure}" if until_sure else f"--replicates {replicates}"
    gathered = Gathering((base, *others), seed, months, sets, size, command)
    run = partial(run_replicates, gathered.scenarios, seed, months=months, workers=workers, posterior=sets)

    def arrived(result: ReplicateResult) -> None:
        gathered.add(result)
        if progress:
            progress(len(gathered), None if until_sure else replicates)

    try:
        if until_sure is None:
            for _ in run(range(replicates), monthly=monthly, done=arrived):
                pass
        else:
            more = PILOT
            while more:
                for _ in run(range(len(gathered), len(gathered) + more), monthly=monthly, done=arrived):
                    pass
                more = next_batch(gathered.comparison(), until_sure, PILOT // 2, MOST_REPLICATES)
        for _ in run(gathered.pairs(len(gathered)), monthly=(), done=gathered.add):
            pass
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*([gathered.comparison(False)] if len(gathered) else [])) from None
    return gathered.comparison()


class Gathering:
    """Replicates of a comparison as they arrive, in any order; what they come to does not hang on the order.

    Args:
        scenarios: the base first.
        seed, months: as run.
        posterior: sets of parameters, one a replicate; None for the central values.
        size: the option that says how many replicates are wanted, for the command to repeat it.
        command: that command; None writes it.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        seed: int,
        months: int,
        posterior: Posterior | None,
        size: str,
        command: str | None = None,
    ) -> None:
        self.scenarios, self.seed, self.months, self.posterior = tuple(scenarios), seed, months, posterior
        drawn = [] if posterior is shipped() else [f"--posterior {posterior.name if posterior else 'none'}"]
        self.command = command or _command_of(self.scenarios, months, seed, [size, *drawn])
        self.measures = available_measures(tuple(s.name for s in self.scenarios[0].services))
        self._warnings = [*refused_plugins(), *_schedule_warnings(self.scenarios, months)]
        self._found: dict[int, ReplicateResult] = {}
        self._again: dict[int, ReplicateResult] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, result: ReplicateResult) -> None:
        """Take in a replicate, or the second run of one's set."""
        (self._found if result.replicate < AGAIN else self._again)[result.replicate] = result

    def pairs(self, replicates: int) -> list[int]:
        """Return the numbers under which some sets are run once more, so that doubt about parameters is told from chance."""
        number = min(replicates // REPLICATES_A_PAIR, MOST_PAIRS)
        wanted = self.posterior is not None and len(self.scenarios) > 1 and number >= LEAST_PAIRS
        return [AGAIN + n for n in range(number)] if wanted else []

    def comparison(self, complete: bool = True) -> Comparison:
        """Return the comparison of the replicates that are there; at least one must be."""
        rows, pairs = ([found[n] for n in sorted(found)] for found in (self._found, self._again))
        said = dict.fromkeys([*self._warnings, *(w for row in rows for w in row.warnings)])
        if not complete:
            said[f"interrupted: {len(rows)} replicates are complete"] = None
        return _add_savings(Comparison(
            self.scenarios, self.seed, self.months, np.array([r.results for r in rows]),
            {g: np.array([r.by[g] for r in rows]) for g in GROUPINGS}, np.array([r.series for r in rows]),
            tuple(said), self.command, complete, self.measures, self.posterior.name if self.posterior else "",
            np.array([r.results for r in pairs]) if pairs else None,
        ))  # fmt: skip


def _check_asked(replicates: int, months: int, workers: int | None, until_sure: float | None) -> None:
    for name, value, most in (("replicates", replicates, 100_000), ("months", months, 12_000)):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise InputError(f"{name}: {value!r}; allowed: whole numbers 1 to {most:,}")
    if workers is not None and workers < 1:
        raise InputError(f"workers: {workers}; allowed: 1 or more")
    if until_sure is not None and not 0.0 < until_sure <= 1.0:
        raise InputError(f"until_sure: {until_sure!r}; allowed: above 0, up to 1")


def _command_of(scenarios: Sequence[Scenario], months: int, seed: int, options: Sequence[str]) -> str:
    names, base = (shlex.quote(s.name) for s in scenarios), scenarios[0]
    size = f"--place {base.place.name} --population {base.population} --months {months} --seed {seed}"
    return " ".join(["groundswell compare", *names, size, *options])


def _schedule_warnings(scenarios: Sequence[Scenario], months: int) -> list[str]:
    said = []
    for scenario in scenarios:
        for one in scenario.interventions:
            if one.delivery.start > months:
                said.append(f"{scenario.name}: '{one.name}' starts in month {one.delivery.start}, after the last month {months}")
    first = scenarios[0]
    if not all(same_people(first, s) for s in scenarios):
        said.append("places or populations differ: effects are differences of means, not paired")
    return said
