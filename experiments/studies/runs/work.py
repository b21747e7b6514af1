"""The work of a chunk: its runs, each a row; runs of one world share a burn-in. What fails is a row with stage and traceback."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scenarios.plugins import available_measures
from simulation.declared.scenario import Scenario
from simulation.measures.recorder import WINDOW, Recorder

from ...kept.worlds import steady
from ..study import Named, Study

DONE, FAILED = "done", "failed"


@dataclass
class Worked:
    """What a chunk gave.

    Attributes:
        runs: one row per run.
        series: every month of every measure, where the study keeps it; else None.
        failed: number of runs that failed.
        model_seconds: time in the model alone, the rest being overhead.
        burn_ins, burn_in_seconds: worlds that were burnt in, and the part of that time that went into them.
    """

    runs: pa.Table
    series: pa.Table | None
    failed: int
    model_seconds: float
    burn_ins: int = 0
    burn_in_seconds: float = 0.0


class Failure(Exception):
    """A run that failed, with the stage that it was in."""

    def __init__(self, stage: str, error: BaseException) -> None:
        super().__init__(str(error))
        self.stage, self.error = stage, error

    @property
    def told(self) -> tuple[str, str, str]:
        """Stage, error and traceback; files by name only, so that the text is the same on every machine."""
        frames = traceback.extract_tb(self.error.__traceback__)
        where = "\n".join(f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames)
        return self.stage, f"{type(self.error).__name__}: {self.error}", where


class _Worlds:
    """The worlds of a chunk, one at a time, as its runs are in the order of worlds; and what they cost."""

    def __init__(self, study: Study, keep: bool) -> None:
        self._study, self._keep = study, keep
        self._key: tuple[str, int] | None = None
        self._world: _World | None = None
        self.burn_ins, self.burn_in_seconds = 0, 0.0

    def of(self, scenario: Scenario, replicate: int) -> _World:
        """Return the steady world of a scenario."""
        key = scenario.world, replicate
        if self._world is None or key != self._key:
            self._world = None  # its memory is free before the next one takes as much
            self._key, self._world = key, _World(self._study, scenario, replicate, self._keep)
            if self._world.fresh:
                self.burn_ins += 1
                self.burn_in_seconds += self._world.made
        return self._world

    def drop(self) -> None:
        """Forget a world that failed half-way; it is not gone on from."""
        self._world = None


class _World:
    """One steady world, branched into runs."""

    def __init__(self, study: Study, scenario: Scenario, replicate: int, keep: bool) -> None:
        self.study = study
        started = time.perf_counter()
        found = steady(scenario.with_(interventions=(), loops_off=()), study.seed, replicate, keep=keep)
        self.model, self.saved, self.fresh = found
        self.made = self.seconds = time.perf_counter() - started  # in the model: people, ties, burn-in; `seconds` months too
        self.base: np.ndarray | None = None

    def run(self, scenario: Scenario) -> np.ndarray:
        """Return every month of the study's measures, float64 (months, measures)."""
        study = self.study
        self.model.take_up(scenario, self.saved)
        table = available_measures(tuple(s.name for s in scenario.services))
        wanted = {name: table[name] for name in study.measures}
        recorder = self.model.recorder = Recorder(self.model, study.months, groups=False, measures=wanted, monthly=_monthly(study))
        started = time.perf_counter()
        self.model.run(study.months)
        self.seconds += time.perf_counter() - started
        return recorder.series

    def spent(self) -> float:
        """Return seconds in the model since the last call."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


def _monthly(study: Study) -> tuple[str, ...] | None:
    """Return the measures that must be taken every month: all, where more than the last month is read."""
    return None if study.series or study.at else ()


def read_at(study: Study, series: np.ndarray) -> np.ndarray:
    """Return what is read of a run: each measure in each month of `at`, float64 (months x measures,).

    Measures over twelve months or the run are read in that month, the others averaged over the twelve months up to it.
    """
    table = available_measures(tuple(s.name for s in study.base.services))
    out = []
    for month in study.at or (study.months,):
        window = series[max(month - WINDOW, 0) : month]
        for m, name in enumerate(study.measures):
            one, column = table[name], window[:, m]
            if one.over_run:
                out.append(column[-1])
            elif one.twelve_months:
                out.append(column[-1] if month >= WINDOW else np.nan)
            else:
                out.append(np.nanmean(column) if np.isfinite(column).any() else np.nan)
    return np.array(out)


def _simulate(study: Study, scenario: Scenario, replicate: int, worlds: _Worlds) -> tuple[np.ndarray, np.ndarray | None, float]:
    """Return what is read of one run, effects beside it, every month where that is kept, and seconds in the model."""
    try:
        world = worlds.of(scenario, replicate)
    except Exception as error:
        raise Failure("burn-in", error) from error
    try:
        series = world.run(scenario)
        values = read_at(study, series)
        if study.effects:
            if world.base is None:
                world.base = read_at(
                    study, world.run(scenario.with_(interventions=study.base.interventions, loops_off=study.base.loops_off))
                )
            values = np.concatenate([values, values - world.base])
    except Exception as error:
        worlds.drop()
        raise Failure("months", error) from error
    return values, series if study.series else None, world.spent()


def _one(study: Study, row: dict[str, Any], replicate: int, worlds: _Worlds) -> tuple[np.ndarray, np.ndarray | None, float]:
    if study.measured is not None:
        started = time.perf_counter()
        try:
            found = study.measured(row, replicate)
            return np.array([float(found[name]) for name in study.columns]), None, time.perf_counter() - started
        except Exception as error:
            raise Failure("measured", error) from error
    try:
        scenario = study.scenario(row)
    except Exception as error:
        raise Failure("scenario", error) from error
    return _simulate(study, scenario, replicate, worlds)


def work(study: Study, runs: Sequence[tuple[int, int, int]], keep: bool = True) -> Worked:
    """Run some runs and return their rows.

    Args:
        runs: run number, point and replicate of each.
        keep: False where hardly any two runs share a world, so that none is wanted again.

    Raises:
        InputError: the study's function is known by name only.
    """
    if isinstance(study.measured, Named) and runs:
        study.measured({}, 0)  # refuses: no folder says what is run here
    names = study.columns
    worlds = _Worlds(study, keep)
    rows, series, failed, seconds = [], [], 0, 0.0
    points: dict[int, dict[str, Any]] = {}
    for run, point, replicate in runs:
        if point not in points:
            points = {point: {name: study.table[name].iloc[point] for name in study.table.columns}}
        try:
            values, months, spent = _one(study, points[point], replicate, worlds)
            seconds += spent
            told = ("", "", "")
        except Failure as failure:
            values, months, told = np.full(len(names), np.nan), None, failure.told
            failed += 1
        rows.append((run, point, replicate, points[point], values, told))
        if months is not None:
            series.append((run, months))
    kept = _series_table(study, series) if study.series else None
    return Worked(_runs_table(study, rows), kept, failed, seconds, worlds.burn_ins, worlds.burn_in_seconds)


def _runs_table(study: Study, rows: Sequence[tuple]) -> pa.Table:
    """Return rows as an Arrow table whose types never depend on what is in it."""
    columns: dict[str, pa.Array] = {
        "run_id": pa.array([r[0] for r in rows], pa.int64()),
        "point": pa.array([r[1] for r in rows], pa.int64()),
        "replicate": pa.array([r[2] for r in rows], pa.int32()),
    }
    for one in study.factors:
        kind = pa.float64() if one.numeric else pa.string()
        columns[one.name] = pa.array([r[3][one.name] for r in rows], kind)
    for n, name in enumerate(study.columns):
        values = np.array([r[4][n] for r in rows], dtype=float)
        columns[name] = pa.array(values, pa.float64(), mask=~np.isfinite(values))
    columns["status"] = pa.array([FAILED if r[5][0] else DONE for r in rows], pa.string())
    for n, name in enumerate(("stage", "error", "traceback")):
        columns[name] = pa.array([r[5][n] or None for r in rows], pa.string())
    return pa.table(columns)


def _series_table(study: Study, kept: Iterable[tuple[int, np.ndarray]]) -> pa.Table:
    kept = list(kept)
    months, names = np.arange(1, study.months + 1), list(study.measures)
    each = len(months) * len(names)
    values = np.concatenate([s.reshape(-1) for _, s in kept]) if kept else np.empty(0)
    return pa.table(
        {
            "run_id": pa.array(np.repeat(np.array([r for r, _ in kept], dtype=np.int64), each), pa.int64()),
            "month": pa.array(np.tile(np.repeat(months, len(names)), len(kept)), pa.int32()),
            "measure": pa.array(names * (len(months) * len(kept)), pa.string()),
            "value": pa.array(values, pa.float64(), mask=~np.isfinite(values)),
        }
    )
