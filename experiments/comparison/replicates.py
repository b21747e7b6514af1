"""Replicates: one steady world, branched into every scenario on the same keyed randomness."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import TypeVar

import numpy as np

from scenarios.evidence.posterior import Posterior
from scenarios.plugins import available_measures
from simulation.declared.interventions import StepError
from simulation.declared.scenario import Scenario
from simulation.kernels.randomness import AGAIN
from simulation.measures.recorder import GROUPINGS, Recorder
from simulation.model import ParticipationModel

from ..kept import runs as kept_runs
from ..kept.worlds import steady
from ..pool import Pool

T = TypeVar("T")


@dataclass
class ReplicateResult:
    """The result of one replicate.

    Attributes:
        replicate: its number.
        results: float64 (scenarios, measures).
        by: for each grouping float64 (scenarios, measures, groups).
        series: float64 (scenarios, months, measures).
        warnings: what to tell the user.
    """

    replicate: int
    results: np.ndarray
    by: dict[str, np.ndarray]
    series: np.ndarray
    warnings: tuple[str, ...]


@dataclass
class ScenarioResult:
    """The result of one scenario in one replicate; fields as in `ReplicateResult`, without the axis of scenarios."""

    results: np.ndarray
    by: dict[str, np.ndarray]
    series: np.ndarray
    warnings: tuple[str, ...]


World = tuple[ParticipationModel, dict]


def drawn(scenarios: Sequence[Scenario], posterior: Posterior | None, seed: int, replicate: int) -> list[Scenario]:
    """Return the scenarios with a replicate's set of parameters."""
    if posterior is None:
        return list(scenarios)
    return [s.with_(parameters=posterior.parameters(s, seed + replicate % AGAIN)) for s in scenarios]


def steady_world(scenario: Scenario, seed: int, replicate: int, progress: Callable[[int], None] | None = None) -> World:
    """Return a scenario's world after burn-in, and its checkpoint; a world that was burnt in before is taken from the cache."""
    found = steady(scenario.with_(interventions=(), loops_off=()), seed, replicate, progress=progress)
    return found.model, found.saved


def run_scenario(
    world: World,
    scenario: Scenario,
    months: int,
    monthly: tuple[str, ...] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ScenarioResult:
    """Run one scenario from a steady world, which can be used again afterwards."""
    model, saved = world
    model.take_up(scenario, saved)
    warnings = model.warnings()
    measures = available_measures(tuple(s.name for s in scenario.services))
    recorder = model.recorder = Recorder(model, months, measures=measures, monthly=monthly)
    try:
        model.run(months, progress)
    except StepError as error:
        warnings.append(f"{scenario.name}: {error}; the scenario is left out")
        recorder.spoil()
    warnings += recorder.failed.values()
    by = {grouping: recorder.results_by(grouping) for grouping in GROUPINGS}
    model.recorder = None  # worlds kept warm do not store earlier requests
    return ScenarioResult(recorder.results(), by, recorder.series, tuple(warnings))


def joined(replicate: int, parts: Sequence[ScenarioResult]) -> ReplicateResult:
    """Return one replicate of several scenarios."""
    by = {}
    for grouping in parts[0].by:
        tables = [part.by[grouping] for part in parts]
        by[grouping] = np.array(tables if len({t.shape for t in tables}) == 1 else _padded(tables))
    said = tuple(w for part in parts for w in part.warnings)
    return ReplicateResult(replicate, np.array([p.results for p in parts]), by, np.array([p.series for p in parts]), said)


def run_replicate(
    scenarios: Sequence[Scenario],
    seed: int,
    replicate: int,
    months: int,
    monthly: tuple[str, ...] | None = None,
    posterior: Posterior | None = None,
) -> ReplicateResult:
    """Run every scenario once, all with one set of parameters; scenarios that share a world share its burn-in, and earlier runs are reused."""
    worlds: dict[str, World] = {}
    parts = []
    for scenario in drawn(scenarios, posterior, seed, replicate):
        name = kept_runs.name_of(scenario, seed, replicate, months, monthly)
        known = kept_runs.find(name)
        if known is not None:
            parts.append(ScenarioResult(**known, warnings=()))
            continue
        if scenario.world not in worlds:
            worlds[scenario.world] = steady_world(scenario, seed, replicate)
        part = run_scenario(worlds[scenario.world], scenario, months, monthly)
        if not part.warnings:
            kept_runs.keep(name, {f.name: getattr(part, f.name) for f in fields(part) if f.name != "warnings"}, scenario.place.name)
        parts.append(part)
    return joined(replicate, parts)


def _padded(tables: list[np.ndarray]) -> list[np.ndarray]:
    """Return tables of places with different wards padded to one width; missing values are nan."""
    width = max(t.shape[1] for t in tables)
    return [np.pad(t, ((0, 0), (0, width - t.shape[1])), constant_values=np.nan) for t in tables]


def default_workers() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_replicates(
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: Sequence[int],
    months: int,
    workers: int | None = None,
    monthly: tuple[str, ...] | None = None,
    done: Callable[[ReplicateResult], None] | None = None,
    posterior: Posterior | None = None,
) -> Iterator[ReplicateResult]:
    """Run replicates on spare cores and yield each as it ends; results do not depend on the core.

    Args:
        workers: processes; None takes all cores, 1 stays in this process.
        monthly: measures that are taken every month; None for all.
        done: called with each result as it arrives.
        posterior: sets of parameters, one per replicate; None for the central values.
    """
    yield from spread(partial(_replicate, tuple(scenarios), seed, months, monthly, posterior), replicates, workers, done)


def _replicate(
    scenarios: Sequence[Scenario],
    seed: int,
    months: int,
    monthly: tuple[str, ...] | None,
    posterior: Posterior | None,
    replicate: int,
) -> ReplicateResult:
    return run_replicate(scenarios, seed, replicate, months, monthly, posterior)


def spread(
    task: Callable[[int], T],
    numbers: Sequence[int],
    workers: int | None = None,
    done: Callable[[T], None] | None = None,
    what: str = "replicate",
) -> Iterator[T]:
    """Do a task for each number on spare cores and yield each result as it ends.

    Args:
        task: a function that can be sent to another process.
        workers: processes; None takes all cores, 1 stays in this process.
        done: called with each result as it arrives.
        what: what a number counts, for messages.

    Raises:
        WorkersLost: the workers for one number kept dying.
    """
    workers = min(workers or default_workers(), len(numbers))
    if workers <= 1:
        yield from _told(map(task, numbers), done)
        return
    with Pool(task, workers, what) as pool:
        yield from _told(pool.run(numbers), done)


def _told(results: Iterator[T], done: Callable[[T], None] | None) -> Iterator[T]:
    for result in results:
        if done:
            done(result)
        yield result
