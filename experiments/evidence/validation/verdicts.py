"""Validation: each fact's value in simulated worlds, next to its band, with a verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios import load_scenario
from scenarios.evidence.facts import Fact, ledger
from scenarios.evidence.posterior import Posterior
from scenarios.places import load_place
from scenarios.structures import under
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario
from simulation.declared.segments import SEGMENTS
from simulation.declared.sizes import FITTED_POPULATION

from ...comparison.replicates import spread
from ...comparison.statistics import interval
from ...kept.worlds import steady
from ...provenance import provenance
from ...theories import Sets, sets_of
from .beside import Beside, look_beside
from .measurements import MEASURED, MORE, NOT_SIMULATED, Lab

KNOWN_MISSES = Path(__file__).parent / "known_misses.csv"
WORLDS = 80
CONTEXT_WORLDS = 20
INSIDE, OUTSIDE, INPUT, CONTEXT = "inside", "outside", "input", "context"


@cache
def known_misses() -> dict[str, str]:
    """Return the reasons why some facts are missed, by id."""
    table = pd.read_csv(KNOWN_MISSES, keep_default_na=False)
    return dict(zip(table["id"], table["reason"], strict=True))


@dataclass
class Validation:
    """Facts next to the simulation's values.

    Attributes:
        facts: one row per fact: `id, measure, role, statement, value, value_low, value_high, low, high, verdict, known_miss, how, source`. `value` is the mean
            over worlds, its range holds 95 % of them.
        more: the same for quantities that are not in the ledger.
        worlds, population, seed: the runs it was measured in.
        beside: what is reported without a band: where differences between people come from, who takes part again, and gradients.
    """

    facts: pd.DataFrame
    more: pd.DataFrame
    scenario: Scenario
    worlds: int
    seed: int
    posterior: str
    command: str = ""
    warnings: list[str] = field(default_factory=list)
    beside: Beside = field(default_factory=Beside)

    @property
    def surprises(self) -> list[str]:
        """Facts that are missed and not on the list of known misses."""
        rows = self.facts[(self.facts["verdict"] == OUTSIDE) & (self.facts["known_miss"] == "")]
        return rows["id"].tolist()

    def share_inside(self, role: str) -> tuple[int, int]:
        """Return how many facts with a role are inside their bands, and how many there are."""
        rows = self.facts[(self.facts["role"] == role) & self.facts["verdict"].isin([INSIDE, OUTSIDE])]
        return int((rows["verdict"] == INSIDE).sum()), len(rows)

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract."""

        def number(value: float) -> float | None:
            return float(value) if value is not None and np.isfinite(value) else None

        keys = ("id", "measure", "role", "value", "low", "high", "verdict", "known_miss", "value_low", "value_high", "how")
        numbers = ("value", "low", "high", "value_low", "value_high")
        rows = [
            {k: number(row[k]) if k in numbers else (row[k] or None if k == "known_miss" else row[k]) for k in keys}
            for row in self.facts.to_dict("records")
        ]
        return {
            "facts": rows,
            "place": self.scenario.place.name,
            "population": self.scenario.population,
            "worlds": self.worlds,
            "seed": self.seed,
            "more": [{k: number(v) if k in numbers else v for k, v in row.items()} for row in self.more.to_dict("records")],
            **self.beside.to_json(),
            "provenance": provenance([self.scenario], self.command, self.seed, self.warnings, self.posterior),
        }


def _read(
    scenario: Scenario, posterior: Posterior | None, seed: int, names: tuple[str, ...], number: int
) -> tuple[int, dict[str, float]]:
    """Return the values of some facts in one world, by id."""
    own = scenario.with_(parameters=posterior.parameters(scenario, number)) if posterior else scenario
    lab = Lab(steady(own, seed, number).model)
    table = {**MEASURED, **MORE}
    return number, {name: table[name].read(lab) for name in names}


def _volunteers(scenario: Scenario, posterior: Posterior | None, seed: int, number: int) -> tuple[int, dict[str, float]]:
    return _read(scenario, posterior, seed, ("volunteering_year",), number)


def validate(
    posterior: Sets,
    *,
    place: str = "england",
    structure: str | None = None,
    population: int = FITTED_POPULATION,
    worlds: int = WORLDS,
    seed: int = 1,
    workers: int | None = None,
    only: Sequence[str] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    command: str = "",
) -> Validation:
    """Return every fact of the ledger, measured as the survey or trial measured it.

    Args:
        posterior: sets of parameters, one per world; None takes the central values. `shipped` takes the shipped sets, `usual` too unless the structure
            awaits its fit.
        place: where to measure; facts about one place only are measured in that place.
        structure: theory that holds in all worlds; None is the shipped one.
        worlds: worlds, each with its own people, chance and set.
        only: ids of the facts that are measured; None for all.
    """
    for name, value, least in (("worlds", worlds, 2), ("population", population, 500)):
        if value < least:
            raise InputError(f"{name}: {value}; allowed: {least} or more")
    scenario = under(structure, load_scenario("baseline", load_place(place), population))
    sets, said = sets_of(posterior, [scenario])
    facts = [f for f in ledger() if only is None or f.id in only]
    names = tuple(f.id for f in facts if f.id in MEASURED) + (tuple(MORE) if only is None else ())
    found: dict[str, dict[int, float]] = {name: {} for name in names}
    there = 0

    def arrived(result: tuple[int, dict[str, float]]) -> None:
        nonlocal there
        there += 1
        for name, value in result[1].items():
            found.setdefault(name, {})[result[0]] = value
        if progress:
            progress(there, planned)

    haringey = any(f.id == "haringey_volunteering" for f in facts)
    few = range(min(CONTEXT_WORLDS, worlds))
    planned = worlds + (len(few) if haringey else 0) + (len(few) if only is None else 0)
    for _ in spread(partial(_read, scenario, sets, seed, names), range(worlds), workers, arrived, "world"):
        pass
    if haringey:
        own = under(structure, load_scenario("baseline", "haringey", population))

        def of_haringey(result: tuple[int, dict[str, float]]) -> None:
            arrived((result[0], {"haringey_volunteering": result[1]["volunteering_year"]}))

        for _ in spread(partial(_volunteers, own, sets, seed), few, workers, of_haringey, "world"):
            pass
    beside = look_beside(scenario, sets, seed, few, workers, lambda: arrived((0, {}))) if only is None else Beside()
    values = {name: np.array([rows[n] for n in sorted(rows)]) for name, rows in found.items()}
    table = pd.DataFrame([_row(f, values.get(f.id)) for f in facts])
    more = pd.DataFrame([{"id": name, "how": MORE[name].words, **_summary(values[name])} for name in MORE if name in values])
    return Validation(table, more, scenario, worlds, seed, sets.name if sets else "central values", command, said, beside)


def _summary(values: np.ndarray | None) -> dict[str, float]:
    fine = values[np.isfinite(values)] if values is not None else np.empty(0)
    if not len(fine):
        return dict.fromkeys(("value", "value_low", "value_high"), np.nan)
    low, high = np.quantile(fine, (0.025, 0.975))
    return {"value": float(fine.mean()), "value_low": float(low), "value_high": float(high)}


def _row(fact: Fact, values: np.ndarray | None) -> dict[str, Any]:
    summary = _summary(values)
    measured = MEASURED.get(fact.id)
    how = (
        measured.words
        if measured
        else NOT_SIMULATED.get(fact.id, "the year's volunteering in Haringey; the fact asks more narrowly")
    )
    low, high = (np.nan if x is None else x for x in (fact.low, fact.high))
    return {
        "id": fact.id,
        "measure": fact.measure,
        "role": fact.role,
        "statement": fact.statement,
        **summary,
        "low": low,
        "high": high,
        "verdict": _verdict(fact, values, summary),
        "known_miss": known_misses().get(fact.id, ""),
        "how": how,
        "source": fact.source,
    }


def _verdict(fact: Fact, values: np.ndarray | None, summary: dict[str, float]) -> str:
    if fact.id == "segments":
        return INPUT if "/".join(f"{s.share:.2f}" for s in SEGMENTS) == "0.30/0.30/0.40" else OUTSIDE
    if fact.role in (INPUT, CONTEXT):
        return fact.role
    if values is None:
        return OUTSIDE
    if fact.kind == "direction":
        _, low, high = interval(values[np.isfinite(values)])
        return INSIDE if fact.holds(float(low)) and fact.holds(float(high)) else OUTSIDE
    if MEASURED[fact.id].whole:
        return INSIDE if fact.holds(summary["value_low"]) and fact.holds(summary["value_high"]) else OUTSIDE
    return INSIDE if fact.holds(summary["value"]) else OUTSIDE
