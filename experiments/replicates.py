"""Replicates: one steady world, branched into every scenario on the same keyed randomness."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from scenarios.plugins import available_measures
from scenarios.posterior import Posterior
from simulation.interventions import StepError
from simulation.model import ParticipationModel
from simulation.recorder import GROUPINGS, Recorder
from simulation.scenario import Scenario

T = TypeVar("T")
AGAIN = 1 << 20  # added to a replicate's number: the same set of parameters, other people and chance


@dataclass
class ReplicateResult:
    """What one replicate gives.

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


def run_replicate(
    scenarios: Sequence[Scenario], seed: int, replicate: int, months: int, monthly: tuple[str, ...] | None = None,
    posterior: Posterior | None = None,
) -> ReplicateResult:  # fmt: skip
    """Run every scenario once, all with one set of parameters; those that share a world share its burn-in."""
    if posterior is not None:
        scenarios = [s.with_(parameters=posterior.parameters(s, seed + replicate % AGAIN)) for s in scenarios]
    worlds: dict[tuple, tuple[ParticipationModel, dict]] = {}
    results, series, warnings = [], [], []
    by: dict[str, list[np.ndarray]] = {g: [] for g in GROUPINGS}
    for scenario in scenarios:
        if scenario.world not in worlds:
            steady = ParticipationModel(scenario.with_(interventions=(), loops_off=()), seed, replicate=replicate)
            worlds[scenario.world] = steady, steady.checkpoint()
        model, saved = worlds[scenario.world]
        model.take_up(scenario, saved)
        warnings += [f"{scenario.name}: '{name}' reaches nobody" for name in model.unreached]
        measures = available_measures(tuple(s.name for s in scenario.services))
        recorder = model.recorder = Recorder(model, months, measures=measures, monthly=monthly)
        try:
            model.run(months)
        except StepError as error:
            warnings.append(f"{scenario.name}: {error}; the scenario is left out")
            recorder.spoil()
        warnings += recorder.failed.values()
        results.append(recorder.results())
        series.append(recorder.series)
        for grouping in GROUPINGS:
            by[grouping].append(recorder.results_by(grouping))
    groups = {g: np.array(v) if len({x.shape for x in v}) == 1 else np.array(_padded(v)) for g, v in by.items()}
    return ReplicateResult(replicate, np.array(results), groups, np.array(series), tuple(warnings))


def _padded(tables: list[np.ndarray]) -> list[np.ndarray]:
    """Return tables of places with different wards on one width; what a place lacks is nan."""
    width = max(t.shape[1] for t in tables)
    return [np.pad(t, ((0, 0), (0, width - t.shape[1])), constant_values=np.nan) for t in tables]


def default_workers() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _worker_start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what an interruption keeps


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
    """Run replicates on spare cores and give each as it ends; which core ran one cannot change it.

    Args:
        workers: processes; None takes the cores there are, 1 stays in this process.
        monthly: measures that are taken every month; None for all.
        done: called with each result as it arrives.
        posterior: sets of parameters, one a replicate; None for the central values.
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
    task: Callable[[int], T], numbers: Sequence[int], workers: int | None = None, done: Callable[[T], None] | None = None
) -> Iterator[T]:
    """Do a task for each number on spare cores and give each result as it ends.

    Args:
        task: a function that can be sent to another process.
        workers: processes; None takes the cores there are, 1 stays in this process.
        done: called with each result as it arrives.
    """
    workers = min(workers or default_workers(), len(numbers))
    if workers <= 1:
        for number in numbers:
            result = task(number)
            if done:
                done(result)
            yield result
        return
    forks = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_worker_start)
    try:
        running: set[Future] = set()
        for number in numbers:
            running.add(pool.submit(task, number))
            if len(running) < 2 * workers:
                continue
            yield from _finished(running, done)
        while running:
            yield from _finished(running, done)
    finally:
        for future in list(running):
            future.cancel()
        for process in list((pool._processes or {}).values()) if sys.exc_info()[0] is not None else []:
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(running: set[Future], done: Callable[[T], None] | None) -> Iterator[T]:
    ended, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in ended:
        running.remove(future)
        result = future.result()
        if done:
            done(result)
        yield result
