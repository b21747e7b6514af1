"""Study files: what may be in one, and how it is checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.defaults import DEFAULT_PLACE
from scenarios.schema import Number, Plain, Positive, Strict
from simulation.declared.interventions import AIMS
from simulation.declared.sizes import (
    MONTHS,
    MOST_MONTHS,
    MOST_POPULATION,
    MOST_REPLICATES,
    MOST_SEED,
    SEED,
    STUDY_POPULATION,
    STUDY_REPLICATES,
)
from simulation.measures.measure import HEADLINE_SHARES

from .runs.factors import KINDS, Factor

MOST_RUNS = 50_000_000


class FactorFile(Strict):
    """One factor: exactly one of `parameter`, `dose`, `aim`, `start`, `place`, `segment`, `loop`, `population` says what it is."""

    name: str | None = None
    parameter: str | None = None
    dose: str | None = None
    aim: str | None = None
    of: Literal["institutions", "wards", "segments", "deprivation_fifths", "network", "persons"] | None = None
    start: str | None = None
    place: bool | None = None
    segment: str | None = None
    loop: str | None = None
    population: bool | None = None
    low: Number | None = None
    high: Number | None = None
    values: list[float | str | bool | list[int | str]] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> FactorFile:
        given = [k for k in KINDS if getattr(self, k) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)} says what a factor is; given: {', '.join(given) or 'none'}")
        if (self.values is None) == (self.low is None or self.high is None):
            if given[0] != "loop" or self.low is not None:
                raise ValueError("a factor needs low and high, or values")
        elif self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
        if self.values is not None and not self.values:
            raise ValueError("values: at least one is needed")
        if (given[0] == "aim") != (self.of is not None):
            raise ValueError(f"aim needs of: {', '.join(AIMS[:-1])} or {AIMS[-1]}")
        if given[0] in ("place", "aim") and self.values is None:
            raise ValueError(f"{given[0]} needs values")
        return self

    def made(self, role: Literal["lever", "uncertainty"]) -> Factor:
        """Return the factor."""
        kind = next(k for k in KINDS if getattr(self, k) is not None)
        target = "" if kind in ("place", "population") else str(getattr(self, kind))
        values = (
            tuple("+".join(map(str, v)) if isinstance(v, list) else v for v in self.values) if self.values is not None else None
        )
        if kind == "loop":
            values = tuple("on" if v in (True, "on") else "off" for v in values or ("on", "off"))
        name = self.name or (f"{target}.{self.of}" if kind == "aim" else target if kind != "start" else f"{target}.start") or kind
        return Factor(name, kind, target, self.low, self.high, values, self.of or "", role)


class DesignFile(Strict):
    """Which points are run."""

    kind: Literal["full", "one-at-a-time", "latin-hypercube", "sobol", "morris", "saltelli", "csv"] = "latin-hypercube"
    points: Annotated[int, Field(ge=1), Plain] = 64
    file: str | None = None

    @model_validator(mode="after")
    def _file_of_csv(self) -> DesignFile:
        if (self.kind == "csv") != (self.file is not None):
            raise ValueError("kind csv needs file, and no other kind takes one")
        return self


class BudgetFile(Strict):
    """What a study may cost."""

    runs: Annotated[int, Field(ge=1), Plain] = MOST_RUNS
    minutes: Annotated[float, Field(gt=0, allow_inf_nan=False), Plain] | None = None
    pounds: Positive | None = None


class StudyFile(Strict):
    """A study file."""

    name: str
    description: str = ""
    base: str = "baseline"
    place: str = DEFAULT_PLACE
    population: Annotated[int, Field(ge=1, le=MOST_POPULATION), Plain] = STUDY_POPULATION
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS), Plain] = MONTHS
    seed: Annotated[int, Field(ge=0, le=MOST_SEED), Plain] = SEED
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES), Plain] = STUDY_REPLICATES
    levers: list[FactorFile] = Field(default_factory=list)
    uncertainties: list[FactorFile] = Field(default_factory=list)
    design: DesignFile = Field(default_factory=DesignFile)
    measures: list[str] = Field(default_factory=lambda: [*HEADLINE_SHARES, "cost"])
    at: list[Annotated[int, Plain]] = Field(default_factory=list)
    effects: bool = False
    series: bool = False
    budget: BudgetFile = Field(default_factory=BudgetFile)
    objectives: list[str] = Field(default_factory=lambda: ["maximise participation", "minimise cost"])
    fails: str | None = None
