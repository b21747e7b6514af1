"""Fits a place's steady state to its own survey and service records, by changing the few parameters that these inform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from scenarios import load_scenario
from scenarios.advice import advice
from scenarios.own_data.records.fit import BUSY, RecordsFit, parameters_of, ranges_of
from scenarios.own_data.surveys.survey import Survey
from scenarios.places import TablePlace
from scenarios.plugins import available_measures
from simulation.declared.institutions import SERVICES, TALLY
from simulation.measures.recorder import Recorder
from simulation.model import ParticipationModel
from simulation.month import declared_parameters
from simulation.month.casework import PARAMETERS as CASEWORK

from ..numbers import percent

# The parameters set by a survey: where people start from, and how often they are asked. The rest is left to the model.
ANSWER_WORDS = {"trust": "trust", "perceived_influence": "influence", "was_asked": "asks"}
LEVERS_OF = {"trust": "drift.disposition_mean", "perceived_influence": "drift.influence_offset", "was_asked": "asking.peer_ask"}
STEP = {"drift.disposition_mean": 0.05, "drift.influence_offset": 0.05, "asking.peer_ask": 0.03}
REACH = {"drift.disposition_mean": (0.2, 0.9), "drift.influence_offset": (-0.4, 0.4), "asking.peer_ask": (0.05, 0.25)}
POPULATION, REPLICATES = 3000, 3
MARGIN = 2.0  # errors on either side of a survey's answer
ROUNDS, DAMPING = 12, 0.5  # near overload an undamped step overshoots


@dataclass
class Localised:
    """A place fitted to its survey.

    Attributes:
        place: with the parameters that were moved.
        table: `measure, survey, low, high, before, after, role`: role is `set` where a parameter was moved for it, `compare` where
            the model's answer is only shown next to the survey's.
        segments: whether the place's segments are the survey's.
    """

    place: TablePlace
    table: pd.DataFrame
    segments: bool = False

    def inside(self, role: str) -> tuple[int, int]:
        """Return in how many answers of a role the model lies within the survey's margin, and the number of them."""
        rows = self.table[self.table["role"] == role]
        return int(_within(rows).sum()), len(rows)

    def unreached(self) -> list[str]:
        """Return, in plain words, which answers were set and could not be reached, and where their parameters ended."""
        rows = self.table[self.table["role"] == "set"]
        return [_unreached(row, self.place, rows) for row in rows[~_within(rows)].itertuples()]

    def set_to(self, name: str) -> dict[str, str]:
        """Return what a survey of this name set, as an entry of a place's `known`."""
        rows = self.table[self.table["role"] == "set"]
        words = [ANSWER_WORDS[m] for m in rows["measure"]] + (["segments"] if self.segments else [])
        missed = [ANSWER_WORDS[m] for m in rows["measure"][~_within(rows)]]
        if not words:
            return {"survey": f"compared with {name}; nothing was set to it"}
        return {_listed(words): f"set to {name}" + (f"; could not be reached: {_listed(missed)}" if missed else "")}


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _within(rows: pd.DataFrame) -> pd.Series:
    return (rows["after"] >= rows["low"]) & (rows["after"] <= rows["high"])


def _unreached(row: Any, place: TablePlace, rows: pd.DataFrame) -> str:
    """Return the message about one answer that was set and is not within the survey's margin, among all that were set.

    It is called out of reach only where its parameter is at the very end of its range on the survey's side.
    """
    lever = LEVERS_OF[row.measure]
    low, high = REACH[lever]
    at = place.parameters[lever]
    side, end = ("lowest", low) if row.after > row.survey else ("highest", high)
    said = (
        f"the survey's answer on {ANSWER_WORDS[row.measure]} ({advice().field(row.measure)}) could not be reached: it says {percent(row.survey, 1)} "
        f"({percent(row.low, 1)} to {percent(row.high, 1)}), the model of this place {percent(row.after, 1)}"
    )
    if not np.isclose(at, end, rtol=0.0, atol=1e-9):
        why = "it and the other answers cannot all be met at once" if len(rows) > 1 else "the search stopped short of it"
        return f"{said}; {why} ({advice().parameter(lever)} is {at:g} of {low:g} to {high:g})"
    others = rows[(rows["measure"] != row.measure) & _within(rows)]
    moved = [f"{ANSWER_WORDS[o.measure]} went from {percent(o.before, 1)} to {percent(o.after, 1)}" for o in others.itertuples()]
    without = f" The others are fitted without it: {_listed(moved)}." if moved else ""
    return (
        f"{said}, the {side} that it reaches, with {advice().parameter(lever)} at the {side} value allowed here ({at:g}).{without} "
        "Check that the question asks what the model counts, or leave the column out"
    )


def _settled(place: TablePlace) -> TablePlace:
    """Return a place with services of their central quality: what is fitted must not depend on a draw."""
    return replace(place, quality=place.quality.central())


def steady(place: TablePlace, measures: list[str], replicates: int = REPLICATES) -> np.ndarray:
    """Return the mean of some measures over twelve months of a place's steady state, float64 (measures,)."""
    found = []
    for replicate in range(replicates):
        model = ParticipationModel(load_scenario("baseline", _settled(place), POPULATION), 1, replicate=replicate)
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
    segments = survey.segments()
    place = replace(place, segments=segments or place.segments)
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
    return Localised(
        place, pd.DataFrame(rows, columns=["measure", "survey", "low", "high", "before", "after", "role"]), segments is not None
    )


def _moved(
    place: TablePlace, measures: list[str], said: pd.DataFrame, progress: Callable[[int, int | None], None] | None
) -> TablePlace:
    """Return a place whose answers are fitted as closely to the survey as possible.

    An answer out of reach is fixed at its closest value, and the others are fitted without it: it would pull them away from what they can reach.
    """
    fit = _Fit(said, progress)
    free, start = list(measures), place
    while free:
        place = fit.together(start, free)
        misses = fit.misses(place, free)
        worst = int(np.abs(misses).argmax())
        if abs(misses[worst]) <= MARGIN:
            break
        start = fit.nearest(start, free.pop(worst))
    return place if free else start


class _Fit:
    """Fits parameters to a survey's answers, in units of the survey's own error."""

    def __init__(self, said: pd.DataFrame, progress: Callable[[int, int | None], None] | None) -> None:
        self._said, self._progress, self._tries = said, progress, 0

    def misses(self, place: TablePlace, measures: list[str]) -> np.ndarray:
        """Return by how many errors a place misses some answers, float64 (measures,)."""
        self._tries += 1
        if self._progress:
            self._progress(self._tries, None)
        rows = self._said.loc[measures]
        error = np.maximum((rows["high"] - rows["low"]).to_numpy(float) / (2 * MARGIN), 0.005)
        return (steady(place, measures) - rows["value"].to_numpy(float)) / error

    def together(self, place: TablePlace, measures: list[str]) -> TablePlace:
        """Return a place with the parameters of some answers fitted jointly, by least squares."""
        levers = [LEVERS_OF[m] for m in measures]
        default = declared_parameters()
        low, high = (np.array([REACH[name][side] for name in levers]) for side in (0, 1))
        start = np.clip([place.parameters.get(name, default[name].default) for name in levers], low, high)
        scale = np.array([STEP[name] for name in levers])
        bounds = (1.0 + (low - start) / scale - 1e-9, 1.0 + (high - start) / scale + 1e-9)

        def value(x: np.ndarray) -> np.ndarray:
            return start + (x - 1.0) * scale

        # around 1, so that a relative step of a half is half of each parameter's own step: below that a world of whole people moves in jumps
        found = least_squares(
            lambda x: self.misses(_with(place, levers, value(x)), measures),
            np.ones(len(levers)),
            bounds=bounds,
            diff_step=0.5,
            max_nfev=6,
            xtol=1e-2,
            ftol=1e-2,
        )
        return _with(place, levers, np.round(np.clip(value(found.x), low, high), 4))

    def nearest(self, place: TablePlace, measure: str) -> TablePlace:
        """Return a place with the parameter of one answer where it comes nearest: at an end of its range, if the answer lies beyond both."""
        lever = LEVERS_OF[measure]
        ends = [_with(place, [lever], np.array([end])) for end in REACH[lever]]
        misses = [float(self.misses(end, [measure])[0]) for end in ends]
        if misses[0] * misses[1] <= 0:
            return self.together(place, [measure])
        return ends[int(np.argmin(np.abs(misses)))]


def _with(place: TablePlace, names: list[str], values: np.ndarray) -> TablePlace:
    return replace(place, parameters={**place.parameters, **dict(zip(names, map(float, values), strict=True))})


def with_records(place: TablePlace, fit: RecordsFit) -> TablePlace:
    """Return a place whose institutions answer, at their own load, as its records say.

    What the records show was worked under load: a share in use, cases resolved at once, contacts that chase. The model's parameters
    are moved until its steady state shows the same, a few times over. Where closed cases do not say whether anything was fixed, the place
    carries the range of responsiveness that this leaves.
    """
    services = place.services or SERVICES
    start = parameters_of(fit, services)
    place = replace(place, parameters={**place.parameters, **start})
    declared = declared_parameters(services)
    casework = {p.name: p.default for p in CASEWORK.parameters}
    busy = {s: min(one.utilisation if one.keeps_up else BUSY, BUSY) for s, one in fit.services.items()}
    for service, share in busy.items():
        name = f"{service}.response_months"
        if np.isfinite(share) and name in start:  # the records were worked at that load
            slowed = (1.0 + share ** casework["load_steepness"]) ** (-casework["load_loss"] / casework["load_steepness"])
            place = _with(place, [name], np.array([round(start[name] * slowed, 4)]))
    for _ in range(ROUNDS):
        seen = _service_of(place)
        for service, one in fit.services.items():
            load, first, chased = seen[service]
            moves = {"responsiveness": one.first_contact_resolution / max(first, 1e-3)}
            if np.isfinite(one.repeat_contacts):
                moves["chase_factor"] = _odds(one.repeat_contacts) / max(_odds(chased), 1e-3)
            if np.isfinite(busy[service]):
                moves["capacity"] = load / busy[service]
            for name, factor in moves.items():
                p = declared[f"{service}.{name}"]
                now = place.parameters.get(f"{service}.{name}", p.default)
                top = 0.98 if name == "responsiveness" else p.high
                place = _with(place, [f"{service}.{name}"], np.array([round(float(np.clip(now * factor**DAMPING, p.low, top)), 4)]))
    return replace(place, ranges={**place.ranges, **ranges_of(fit, place.parameters, services)})


def _odds(share: float) -> float:
    return share / max(1.0 - share, 1e-6)


def _service_of(place: TablePlace) -> dict[str, tuple[float, float, float]]:
    """Return load, share resolved at first contact and share of contacts that chase, by kind of institution, in a place's steady state."""
    model = ParticipationModel(load_scenario("baseline", _settled(place), POPULATION).with_(burn_in=96), 1)
    kinds = [i.service for i in model.scenario.institutions]
    tallies, load = np.zeros(model.tallies.shape), np.zeros(len(kinds))
    for _ in range(24):
        model.step()
        tallies += model.tallies
        load += model.institutions.load / 24
    found = {}
    for service in set(kinds):
        here = [n for n, k in enumerate(kinds) if k == service]
        new, chases, first = (tallies[here, TALLY[name]].sum() for name in ("new_cases", "chases", "first_resolved"))
        found[service] = (float(load[here].mean()), float(first / max(new, 1)), float(chases / max(new + chases, 1)))
    return found
