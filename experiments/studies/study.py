"""A study: factors, design, replicates, measures and budget, as one frozen object and as one short file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pandas as pd

from scenarios import load_place, load_scenario
from scenarios.own_data.tables.file_errors import last_net
from scenarios.places import TablePlace
from scenarios.plugins import available_interventions, available_measures, plugin_measures
from scenarios.yaml_input import read_yaml, validated
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import WORDS, Scenario
from simulation.declared.sizes import MONTHS, MOST_MONTHS, MOST_REPLICATES, SEED, STUDY_REPLICATES, check_whole
from simulation.identity import identity
from simulation.measures.measure import HEADLINE_SHARES, Measure

from .runs import designs
from .runs.factors import DESIGNS, WORLD_KINDS, Factor, apply, check_aims
from .study_file import MOST_RUNS, StudyFile

Measured = Callable[[Mapping[str, Any], int], Mapping[str, float]]
AFTER_THE_RUNS = ("description", "budget", "objectives", "fails")  # fields that only say what is made of the runs


@dataclass(frozen=True)
class Named:
    """A function that replaces the simulation, known to a store only by name: it is neither imported nor called.

    Attributes:
        name: `module:function`.
        code: identity of its code, shortened.
    """

    name: str
    code: str

    def __call__(self, row: Mapping[str, Any], replicate: int) -> Mapping[str, float]:
        """Refuse to run.

        Raises:
            InputError: always; it says what to do.
        """
        raise InputError(
            f"the study's function {self.name} is known by name only, and a folder may not decide what code runs here; pass it in "
            f"Python, or name it: groundswell verify DIR --measured {self.name}"
        )


@dataclass(frozen=True)
class Design:
    """Which points are run.

    Attributes:
        kind: one of `factors.DESIGNS`.
        points: number of points (trajectories for morris; a power of two for sobol and saltelli).
        file: table of points, for csv.
        table: points of one's own, from Python.
    """

    kind: str = "latin-hypercube"
    points: int = 64
    file: Path | None = None
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Budget:
    """What a study may cost.

    Attributes:
        runs: most runs; a plan above it is refused.
        minutes: of computing, after which it stops; started again, it goes on.
        pounds: that a package of measures may cost, for `optimise`.
    """

    runs: int = MOST_RUNS
    minutes: float | None = None
    pounds: float | None = None


@dataclass(frozen=True)
class Study:
    """Many runs, planned.

    Attributes:
        name, description: in words.
        base: scenario that every run starts from; effects are compared with it.
        factors: levers and uncertainties; see `Factor`.
        design: which points are run.
        replicates: how often people, ties and chance are redrawn; the same for every point.
        months: months after burn-in.
        seed: root seed of people and chance, and of the design.
        measures: names of what is taken; each is read in each month of `at`. Measures that exist only in comparison with a base (saving) are refused.
        at: months; () stands for the last.
        effects: True to take beside each measure its difference from the base on the same people, as `<measure>_effect`.
        series: True to keep every month of every measure.
        budget: what it may cost.
        objectives: for `optimise`: `maximise MEASURE` or `minimise MEASURE`; the first ranks.
        fails: for `discover`: when a run counts as a failure, such as `participation_effect < 0.01`.
        measured: from Python: a function of a point's values and the replicate's number that returns measures, instead of the
            simulation. It must be importable where workers run.
    """

    name: str
    base: Scenario
    factors: tuple[Factor, ...]
    design: Design = field(default_factory=Design)
    replicates: int = STUDY_REPLICATES
    months: int = MONTHS
    seed: int = SEED
    measures: tuple[str, ...] = (*HEADLINE_SHARES, "cost")
    at: tuple[int, ...] = ()
    effects: bool = False
    series: bool = False
    budget: Budget = field(default_factory=Budget)
    description: str = ""
    objectives: tuple[str, ...] = ("maximise participation", "minimise cost")
    fails: str | None = None
    measured: Measured | None = None

    def __post_init__(self) -> None:
        self.check_numbers()
        if not self.factors:
            raise InputError(f"{self.name}: no factors; a study needs a lever or an uncertainty")
        names = [f.name for f in self.factors]
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"{self.name}: factor '{name}' is given twice")
        if self.measured is None:
            for factor in self.factors:
                factor.check(self.name)
            check_aims(self.base, self.factors, self.name)
            known = available_measures(tuple(s.name for s in self.base.services))
            for name in self.measures:
                if name not in known:
                    raise InputError(f"{self.name}: measures: unknown measure '{name}'; {nearest(name, known)}")
                if known[name].values is None and known[name].total is None:
                    raise InputError(
                        f"{self.name}: measures: '{name}' is known only in comparison with a base, so a study cannot measure it; {_instead(name, known)}"
                    )
        if self.planned > self.budget.runs:
            raise InputError(f"{self.name}: {self.planned:,} runs are planned; allowed by the budget: {self.budget.runs:,}")
        if self.planned > MOST_RUNS:
            raise InputError(f"{self.name}: {self.planned:,} runs are planned; allowed: at most {MOST_RUNS:,}")

    def check_numbers(self) -> None:
        """Raise `InputError` for a number that is out of its range, or a design that there is not."""
        check_whole(f"{self.name}: replicates", self.replicates, MOST_REPLICATES)
        check_whole(f"{self.name}: months", self.months, MOST_MONTHS)
        for month in self.at:
            if not 1 <= month <= self.months:
                raise InputError(f"{self.name}: at: {month}; allowed: months 1 to {self.months}")
        if self.design.kind not in DESIGNS and self.design.table is None:
            raise InputError(f"{self.name}: design: kind: '{self.design.kind}'; {nearest(self.design.kind, DESIGNS)}")
        if self.design.points < 1:
            raise InputError(f"{self.name}: design: points: {self.design.points}; allowed: 1 or more")
        if not self.measures:
            raise InputError(f"{self.name}: measures: none; at least one is needed")

    def with_(self, **changes: Any) -> Study:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    @property
    def levers(self) -> tuple[Factor, ...]:
        """Factors that somebody could decide."""
        return tuple(f for f in self.factors if f.role == "lever")

    @property
    def uncertainties(self) -> tuple[Factor, ...]:
        """Factors that nobody knows."""
        return tuple(f for f in self.factors if f.role == "uncertainty")

    @property
    def planned(self) -> int:
        """Number of runs: points times replicates."""
        if self.design.table is not None:
            return len(self.design.table) * self.replicates
        if self.design.kind == "csv":
            return len(self.table) * self.replicates
        return designs.size(self.design.kind, self.factors, self.design.points) * self.replicates

    @cached_property
    def table(self) -> pd.DataFrame:
        """The design: one row per point, one column per factor."""
        if self.design.table is not None:
            names = [f.name for f in self.factors]
            lacking = [n for n in names if n not in self.design.table]
            if lacking:
                raise InputError(f"{self.name}: design: the table lacks factor '{lacking[0]}'")
            return self.design.table[names].reset_index(drop=True)
        return designs.make(self.design.kind, self.factors, self.design.points, self.seed, self.design.file)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of measures in the table `runs`."""
        months = self.at or (self.months,)
        names = [m if len(months) == 1 else f"{m}@{month}" for month in months for m in self.measures]
        return (*names, *(f"{n}_effect" for n in names)) if self.effects else tuple(names)

    def scenario(self, row: Mapping[str, Any]) -> Scenario:
        """Return the scenario of one point."""
        return apply(self.base, self.factors, row, self.places).with_(name=self.name)

    @cached_property
    def places(self) -> dict[str, TablePlace]:
        """Places that factors name, read once: a file that changes later changes no run of this study."""
        names = dict.fromkeys(str(v) for f in self.factors if f.kind == "place" for v in f.values or ())
        return {name: load_place(name) for name in names}

    @property
    def world_factors(self) -> tuple[str, ...]:
        """Names of factors that make runs differ in people or from the start; the others share a burn-in."""
        return tuple(f.name for f in self.factors if f.kind in WORLD_KINDS) if self.measured is None else ()

    @property
    def declared(self) -> dict[str, Any]:
        """The study as data: every field but those that no run depends on, with the identity of all that runs are made from."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in AFTER_THE_RUNS}
        told |= {name: list(value) for name, value in told.items() if isinstance(value, tuple)}
        design = {"kind": self.design.kind, "points": self.design.points, "table": identity(self.table)[:16]}
        return told | {
            "base": self._base_by_part() if self.measured is None else None,
            "place": self.base.place.name,
            "population": self.base.population,
            "factors": [f.shown() for f in self.factors],
            "design": design,
            "measured": name_of(self.measured),
            "code": None if self.measured is None else code_of(self.measured),
            "named": self._named(),
        }

    def _base_by_part(self) -> dict[str, str]:
        """Return the identity of each part of the base that changes a number, so that a message can say which one differs."""
        names = [f.name for f in fields(self.base) if f.name not in WORDS]
        return {name: identity(getattr(self.base, name))[:16] for name in names}

    def _named(self) -> dict[str, str]:
        """Return the identity of what factors and measures only name: places, interventions, and measures of other packages."""
        if self.measured is not None:
            return {}
        tried, measures = available_interventions(), plugin_measures()
        found: dict[str, Any] = {name: measures[name] for name in self.measures if name in measures}
        found |= {f.target: tried[f.target] for f in self.factors if f.kind in ("dose", "aim", "start")}
        found |= {f"place {name}": place for name, place in self.places.items()}
        return {name: identity(thing)[:16] for name, thing in found.items()}


def _instead(name: str, known: Mapping[str, Measure]) -> str:
    """Return what a study may measure instead of a measure that exists only in comparison with a base."""
    allowed = {n for n, m in known.items() if m.values is not None or m.total is not None}
    parts = {"saving": "service_cost", "cost_per_participant": "cost and participation"}.get(name)
    return (
        f"with effects: true, {parts} {'are' if ' and ' in parts else 'is'} compared with the base"
        if parts
        else nearest(name, allowed)
    )


def name_of(measured: Measured | None) -> str | None:
    """Return the name of what replaces the simulation: `module:function`, or `module:Class object` for an object that is kept whole."""
    if measured is None:
        return None
    if isinstance(measured, Named):
        return measured.name
    if isinstance(measured, FunctionType):
        return f"{measured.__module__}:{measured.__qualname__}"
    return f"{type(measured).__module__}:{type(measured).__qualname__} {identity(measured)[:12]}"


def code_of(measured: Measured) -> str:
    """Return the identity of the code that replaces the simulation, shortened."""
    return measured.code if isinstance(measured, Named) else identity(measured)[:16]


@last_net
def read_study(path: Path) -> Study:
    """Return the study that a YAML file describes.

    Raises:
        InputError: naming file, line, field, value, what is allowed and the nearest name.
    """
    path = Path(path)
    ended = (
        next((name for e in (".yaml", ".yml") if (name := path.with_name(path.name + e)).is_file()), None) if path.name else None
    )
    if ended is not None and not path.is_file():
        raise InputError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; did you mean '{ended}'?")
    spec = validated(StudyFile, read_yaml(path), path)
    factors = (*(f.made("lever") for f in spec.levers), *(f.made("uncertainty") for f in spec.uncertainties))
    design = Design(spec.design.kind, spec.design.points, path.parent / spec.design.file if spec.design.file else None)
    base = str(path.parent / spec.base) if spec.base.endswith((".yaml", ".yml")) else spec.base
    try:
        return Study(
            spec.name, load_scenario(base, load_place(spec.place), spec.population), factors, design, spec.replicates, spec.months, spec.seed,
            tuple(spec.measures), tuple(spec.at), spec.effects, spec.series, Budget(**spec.budget.model_dump()), spec.description, tuple(spec.objectives), spec.fails,
        )  # fmt: skip
    except InputError as error:
        raise InputError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None


def unit_positions(study: Study) -> np.ndarray:
    """Return the design as positions 0..1 of each factor, float64 (points, factors): what sensitivity analysis works on."""
    out = np.empty((len(study.table), len(study.factors)))
    for n, factor in enumerate(study.factors):
        column = study.table[factor.name]
        if factor.values is None:
            assert factor.low is not None and factor.high is not None
            out[:, n] = (column.to_numpy(float) - factor.low) / (factor.high - factor.low)
        else:
            index = {str(v): i for i, v in enumerate(factor.values)}
            keys = [str(float(v)) if factor.numeric else str(v) for v in column]
            known = {str(float(k)) if factor.numeric else k: i for k, i in index.items()}
            out[:, n] = (np.array([known[k] for k in keys]) + 0.5) / len(factor.values)
    return out
