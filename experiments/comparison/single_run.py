"""One run of one scenario, with what it writes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios import load_place, load_scenario
from scenarios.plugins import available_measures, refused_plugins
from scenarios.structures import own_values, under
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MOST_MONTHS, MOST_POPULATION, check_whole
from simulation.measures.measure import Measure, Snapshot
from simulation.measures.recorder import Recorder, group_names, taken_by
from simulation.model import ParticipationModel
from simulation.month.measuring import STATUSES

from ..kept.worlds import steady
from ..output import check_writable, whole_file, write_table, write_text
from ..provenance import provenance
from .run_request import RunRequest
from .worlds import check_structure

# One run has no intervals and no effects: the keys of the contract exist and are null.
NO_INTERVAL = dict.fromkeys(("low", "high", "effect", "effect_low", "effect_high", "variance_reduction"))
NO_RANGE = dict.fromkeys(("range_low", "range_high"))


def check_population(value: int | None) -> None:
    """Raise `InputError` for a population out of range; None is the usual one."""
    if value is not None:
        check_whole("population", value, MOST_POPULATION)


def _check(request: RunRequest) -> None:
    """Raise `InputError` for a number out of range or a path that cannot be written."""
    check_population(request.population)
    check_whole("months", request.months, MOST_MONTHS)
    for path in (request.residents, request.events, request.series):
        if path is not None:
            check_writable(path)
    if request.out is not None:
        check_writable(request.out, folder=True)


@dataclass
class RunResult:
    """The result of one run."""

    scenario: Scenario
    seed: int
    months: int
    population: int
    measures: dict[str, Measure]
    values: np.ndarray
    by: dict[str, tuple[tuple[str, ...], np.ndarray]]
    series: np.ndarray
    timings: dict[str, float]
    profile: list[tuple[str, str, float]]
    warnings: list[str]
    command: str
    interrupted: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract: as `compare`, one scenario, no intervals."""

        def number(value: float) -> float | None:
            return float(value) if np.isfinite(value) else None

        by = {
            grouping: {
                name: {
                    m.name: {"mean": number(table[n, g]), **NO_INTERVAL, **NO_RANGE}
                    for n, m in enumerate(self.measures.values())
                    if taken_by(m, grouping)
                }
                for g, name in enumerate(names)
            }
            for grouping, (names, table) in self.by.items()
        }
        measures = {name: {"mean": number(v), **NO_INTERVAL} for name, v in zip(self.measures, self.values, strict=True)}
        return {
            "place": self.scenario.place.name,
            "population": self.population,
            "months": self.months,
            "replicates": 1,
            "seed": self.seed,
            "basis": None,
            "judged": "last_month",
            "scenarios": [{"name": self.scenario.name, "measures": measures, "by": by, "doubt": None, "when": {}, "money": None}],
            "provenance": provenance([self.scenario], self.command, self.seed, self.warnings),
        }

    def series_table(self) -> pd.DataFrame:
        """Return `scenario, replicate, month, measure, value`."""
        months, names = np.arange(1, self.months + 1), list(self.measures)
        return pd.DataFrame(
            {
                "scenario": self.scenario.name,
                "replicate": 0,
                "month": np.repeat(months, len(names)),
                "measure": np.tile(names, len(months)),
                "value": self.series.reshape(-1),
            }
        )


def residents_table(model: ParticipationModel) -> pd.DataFrame:
    """Return one row per resident with the contract's column names; the model's state is read, not changed."""
    r, snapshot = model.residents, Snapshot(model)
    table: dict[str, Any] = {
        "resident": np.arange(r.size),
        "person_id": r.person_id,
        "ward": np.array(model.place.wards)[r.ward],
        "deprivation_fifth": (r.decile - 1) // 2 + 1,
        "age_band": np.array(model.place.age_bands)[r.age],
        "segment": np.array([s.name for s in model.segments])[r.segment],
        "household": r.household,
        "base_weight": r.base_weight,
    }
    for k, service in enumerate(model.services):
        table[f"trust_{service.name}"] = r.trust[k]
    w = model.values["survey"].everyday_share
    table["perceived_influence"] = w * r.influence_everyday + (1 - w) * r.influence_strategic
    table["influence_everyday"], table["influence_strategic"] = r.influence_everyday, r.influence_strategic
    new, repeat = r.new_cases_12m.sum(axis=0), r.repeat_contacts_12m.sum(axis=0)
    table["contacts_12m"], table["new_cases_12m"] = new + repeat, new
    table["resolved_12m"], table["repeat_contacts_12m"] = r.resolved_12m.sum(axis=0), repeat
    table["last_case_satisfied"] = pd.array(np.where(r.last_satisfied < 0, None, r.last_satisfied == 1), dtype="boolean")
    table["asked_12m"], table["acts_12m"] = r.asked_12m.sum(axis=0), r.acts_12m.sum(axis=0)
    table["hours_12m"] = r.hours_12m.sum(axis=0) / 2
    table["volunteer_hours_12m"] = r.volunteer_hours_12m.sum(axis=0) / 2
    table["volunteered_12m"] = r.months_volunteering > 0
    table["accept_probability"] = snapshot.accept
    table["status"] = np.array(STATUSES)[snapshot.status]
    return pd.DataFrame(table)


class _EventWriter:
    """Writes events as they come, so that memory does not grow with months."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, model: ParticipationModel) -> None:
        table = pa.Table.from_pandas(model.events(), preserve_index=False)
        table = table.cast(pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in table.schema]))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def run_once(
    request: RunRequest,
    progress: Callable[[int, int | None], None] | None = None,
    settling: Callable[[int], None] | None = None,
) -> RunResult:
    """Run a scenario, write what was asked for, and return its results.

    Args:
        progress: called with months done and planned.
        settling: called with the months of burn-in, after each year of it.

    Raises:
        InputError: before anything is run.
        OutputError: a file could not be written; nothing is left under its name.
    """
    _check(request)
    place = load_place(request.place) if request.place else None
    scenario = load_scenario(request.scenario, place, request.population)
    check_structure(request.structure, request.scenario)
    scenario = under(request.structure, scenario)
    model = steady(scenario, request.seed, record_events=request.events is not None, progress=settling).model
    warnings = model.warnings()
    warnings += [
        f"{scenario.name}: '{i.name}' starts in month {i.delivery.start}, after the last month {request.months}"
        for i in scenario.interventions
        if i.delivery.start > request.months
    ]
    warnings += [*own_values(scenario), *refused_plugins()]
    measures = available_measures(tuple(s.name for s in model.services))
    recorder = model.recorder = Recorder(model, request.months, measures=measures)
    events = contextlib.nullcontext() if request.events is None else whole_file(request.events)
    done, interrupted = 0, False
    with events as part:
        writer = _EventWriter(part) if part is not None else None
        try:
            for month in range(1, request.months + 1):
                model.step()
                if writer:
                    writer.write(model)
                done = month
                if progress:
                    progress(month, request.months)
        except KeyboardInterrupt:
            if not done:
                raise
            interrupted = True
        finally:
            if writer:
                writer.close()
    warnings += recorder.failed.values()
    by = _groups(model, recorder, interrupted)
    if interrupted:
        recorder.end_early(done)
    result = RunResult(
        scenario, request.seed, done, model.residents.size, recorder.measures,
        recorder.results(), by, recorder.series, dict(model.timings),
        [(p.name, p.title, model.timings[p.name]) for p in model.steps_of_month], warnings, request.command, interrupted,
    )  # fmt: skip
    _write(request, result, model)
    return result


def _groups(model: ParticipationModel, recorder: Recorder, interrupted: bool) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    names = group_names(model.scenario)
    if interrupted:  # results by group are read at the last month only
        return {g: (n, np.full((len(recorder.measures), len(n)), np.nan)) for g, n in names.items()}
    return {grouping: (group, recorder.results_by(grouping)) for grouping, group in names.items()}


def _write(request: RunRequest, result: RunResult, model: ParticipationModel) -> None:
    if request.residents is not None:
        write_table(residents_table(model), request.residents)
    if request.series is not None:
        write_table(result.series_table(), request.series)
    if request.out is not None:
        write_text(request.out / "run.json", json.dumps(result.to_json(), indent=1, allow_nan=False))
        rows = [(m.name, m.label, m.unit, v) for m, v in zip(result.measures.values(), result.values, strict=True)]
        write_table(pd.DataFrame(rows, columns=["measure", "label", "unit", "value"]), request.out / "measures.csv")
