"""Brings a place's steady state to what its own survey and service records say, by moving the few parameters that they speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from scenarios import load_scenario
from scenarios.places import TablePlace
from scenarios.plugins import available_measures
from scenarios.records import RecordsFit
from scenarios.records.fitting import BUSY
from scenarios.surveys import Survey
from simulation.institutions import TALLY
from simulation.model import ParticipationModel
from simulation.month import declared_parameters
from simulation.recorder import Recorder

# What a survey answer is set by: where people start from, and how often they are asked. What they then do is left to the model.
LEVERS_OF = {"trust": "drift.disposition_mean", "perceived_influence": "drift.influence_offset", "was_asked": "asking.peer_ask"}
STEP = {"drift.disposition_mean": 0.05, "drift.influence_offset": 0.05, "asking.peer_ask": 0.03}
REACH = {"drift.disposition_mean": (0.2, 0.9), "drift.influence_offset": (-0.4, 0.4), "asking.peer_ask": (0.05, 0.25)}
POPULATION, REPLICATES = 3000, 3


@dataclass
class Localised:
    """A place brought to its survey.

    Attributes:
        place: with the parameters that were moved.
        table: `measure, survey, low, high, before, after, role`: role is `set` where a parameter was moved for it, `compare` where
            the model's answer stands beside the survey's.
    """

    place: TablePlace
    table: pd.DataFrame


def steady(place: TablePlace, measures: list[str], replicates: int = REPLICATES) -> np.ndarray:
    """Return the mean of some measures over twelve months of a place's steady state, float64 (measures,)."""
    found = []
    for replicate in range(replicates):
        model = ParticipationModel(load_scenario("baseline", place, POPULATION), 1, replicate=replicate)
        table = available_measures(tuple(s.name for s in model.services))
        model.recorder = Recorder(model, 12, measures={m: table[m] for m in measures}, groups=False)
        model.run(12)
        found.append(model.recorder.results())
    return np.mean(found, axis=0)


def localise(place: TablePlace, survey: Survey, progress: Callable[[int, int | None], None] | None = None) -> Localised:
    """Return a place whose steady state answers trust, influence and asks as its survey does.

    One parameter is moved for each of these answers, by least squares in units of the survey's own error; taking part is not set, but
    compared. The survey's segments become the place's.
    """
    place = replace(place, segments=survey.segments() or place.segments)
    said = survey.overall
    names = [
        m
        for m in said.index
        if m in available_measures(tuple(s.name for s in (place.services or load_scenario("baseline", place).services)))
    ]
    before = steady(place, names)
    moved = [m for m in LEVERS_OF if m in names]
    if moved:
        place = _moved(place, moved, said, progress)
    after = steady(place, names) if moved else before
    rows = [
        (m, *said.loc[m, ["value", "low", "high"]], before[n], after[n], "set" if m in moved else "compare")
        for n, m in enumerate(names)
    ]
    return Localised(place, pd.DataFrame(rows, columns=["measure", "survey", "low", "high", "before", "after", "role"]))


def _moved(
    place: TablePlace, measures: list[str], said: pd.DataFrame, progress: Callable[[int, int | None], None] | None
) -> TablePlace:
    levers = [LEVERS_OF[m] for m in measures]
    default = declared_parameters()
    start = np.array([place.parameters.get(name, default[name].default) for name in levers])
    low, high = (np.array([REACH[name][side] for name in levers]) for side in (0, 1))
    scale = np.array([STEP[name] for name in levers])
    error = np.maximum((said.loc[measures, "high"] - said.loc[measures, "low"]).to_numpy(float) / 4, 0.005)
    tries = 0

    def misses(x: np.ndarray) -> np.ndarray:
        nonlocal tries
        tries += 1
        if progress:
            progress(tries, None)
        return (steady(_with(place, levers, x * scale), measures) - said.loc[measures, "value"].to_numpy(float)) / error

    # steps of a half of the scale: below that, a world of whole people moves in jumps
    found = least_squares(
        misses,
        np.clip(start, low, high) / scale,
        bounds=(low / scale, high / scale),
        diff_step=0.02,
        max_nfev=6,
        xtol=1e-2,
        ftol=1e-2,
    )
    return _with(place, levers, np.round(found.x * scale, 4))


def _with(place: TablePlace, names: list[str], values: np.ndarray) -> TablePlace:
    return replace(place, parameters={**place.parameters, **dict(zip(names, map(float, values), strict=True))})


def with_records(place: TablePlace, parameters: dict[str, float], fit: RecordsFit) -> TablePlace:
    """Return a place whose institutions are as its records say, each with capacity for the share in use that they show.

    Raises:
        InputError: never for the fit itself; see `ParticipationModel`.
    """
    place = replace(place, parameters={**place.parameters, **parameters})
    busy = {
        s: min(one.utilisation if one.keeps_up else BUSY, BUSY) for s, one in fit.services.items() if np.isfinite(one.utilisation)
    }
    if not busy:
        return place
    ample = replace(place, parameters={**place.parameters, **{f"{s}.capacity": 10_000.0 for s in busy}})
    model = ParticipationModel(load_scenario("baseline", ample, POPULATION).with_(burn_in=120), 1)
    p = model.values["casework"]
    work = np.zeros(len(model.served))
    for _ in range(12):
        model.step()
        t = model.tallies
        work += t[:, TALLY["new_cases"]] + p.chase_effort * t[:, TALLY["chases"]] + p.open_effort * t[:, TALLY["open"]]
    each = 1000 * work / 12 / model.served
    kinds = [i.service for i in model.scenario.institutions]
    capacity = {f"{s}.capacity": round(float(each[kinds.index(s)] / share), 2) for s, share in busy.items()}
    return replace(place, parameters={**place.parameters, **capacity})
