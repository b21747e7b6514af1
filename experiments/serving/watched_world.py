"""One world to be watched: what every month is like, for the place and for some residents, beside the same world under another scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypedDict

import networkx as nx
import numpy as np

from simulation.declared.institutions import TALLY
from simulation.declared.scenario import Scenario
from simulation.kernels.randomness import stream, uniforms_of
from simulation.measures.measure import HEADLINES, Snapshot, measures_of, take
from simulation.model import ParticipationModel
from simulation.month.measuring import STATUSES

from ..kept.worlds import steady
from .record import Number
from .tasks import Watch
from .watched_records import Residents, Story, WatchedWithStories, World

COURSES = (*HEADLINES, "volunteering", "satisfaction")
BY_WARD = tuple(name for name in HEADLINES if name != "perceived_influence")
GROUP = 24  # residents drawn around each of those who are chosen at random
SLOT = np.int64((1 << 32) - 1)  # of a person's number: the dwelling place, which stays when people move


def watch(scenarios: Sequence[Scenario], task: Watch, check: Callable[[int], None]) -> WatchedWithStories:
    """Run a world month by month under a scenario, and again from the month of the branch under another.

    Args:
        scenarios: what is watched first; then what it is compared with, which begins after the month of the branch.
        task: how long, and who is drawn.
        check: called every year of burn-in and every month; what it raises ends the work.

    Returns:
        The worlds month by month, who is drawn with their ties and places on the page, and what happened to each.
    """
    first, other = scenarios[0], _from(scenarios[-1], task.branch)
    model = steady(first, task.seed, record_events=True, progress=check).model
    rows = chosen(model, task.shown)
    shown = _shown(model, rows)
    worlds = [_World(model, rows)]
    saved = model.checkpoint()
    for month in range(1, task.months + 1):
        worlds[0].live(model)
        check(month)
        if month == task.branch:
            saved = model.checkpoint()
    worlds.append(worlds[0].until(task.branch))
    model.take_up(other, saved)
    for month in range(task.branch + 1, task.months + 1):
        worlds[1].live(model)
        check(month)
    return {
        "months": task.months,
        "branch": task.branch,
        "population": model.residents.size,
        "statuses": list(STATUSES),
        "shown": shown,
        "institutions": [institution.name for institution in first.institutions],
        "wards": list(first.place.wards),
        "courses": list(COURSES),
        "by_ward": list(BY_WARD),
        "worlds": [world.document() for world in worlds],
        "stories": [world.stories for world in worlds],
    }


def _from(scenario: Scenario, month: int) -> Scenario:
    """Return a scenario whose interventions begin after a month."""
    moved = []
    for one in scenario.interventions:
        end = None if one.delivery.end is None else one.delivery.end + month
        moved.append(replace(one, delivery=replace(one.delivery, start=one.delivery.start + month, end=end)))
    return scenario.with_(interventions=tuple(moved))


def chosen(model: ParticipationModel, most: int) -> np.ndarray:
    """Return residents who are drawn, int64: some at random, each with those whom they know best connected, so that ties can be seen."""
    size = model.residents.size
    if size <= most:
        return np.arange(size)
    lot = np.argsort(uniforms_of(np.arange(size, dtype=np.int64), stream(model.key, "shown")), kind="stable")
    found: dict[int, None] = {}
    for start in lot:
        if len(found) >= most:
            break
        queue, group = [int(start)], 0
        while queue and group < GROUP and len(found) < most:
            row = queue.pop(0)
            if row in found:
                continue
            found[row] = None
            group += 1
            queue += [n for n in _known(model, row) if n not in found]
    return np.sort(np.array(list(found), dtype=np.int64))


def _known(model: ParticipationModel, row: int) -> list[int]:
    """Return whom a resident knows; a tie that sleeps since somebody moved counts, as the places in a network last."""
    targets = model.ties.targets[model.ties.offsets[row] : model.ties.offsets[row + 1]]
    return (np.where(targets >= 0, targets, ~targets) >> 2).tolist()


def _shown(model: ParticipationModel, rows: np.ndarray) -> Residents:
    r, ties = model.residents, model.ties
    at = {int(row): n for n, row in enumerate(rows)}
    graph = nx.Graph()
    graph.add_nodes_from(range(len(rows)))
    for n, row in enumerate(rows):
        graph.add_edges_from((n, at[k]) for k in _known(model, int(row)) if k in at and at[k] > n)
    places = nx.spring_layout(graph, seed=1, iterations=40)
    ages, segments = model.place.age_bands, [s.name for s in model.segments]
    return {
        "rows": rows.tolist(),
        "ward": r.ward[rows].tolist(),
        "segment": [segments[s] for s in r.segment[rows]],
        "age": [ages[a] for a in r.age[rows]],
        "fifth": ((r.decile[rows].astype(int) - 1) // 2 + 1).tolist(),
        "ties": np.diff(ties.offsets)[rows].tolist(),
        "edges": list(graph.edges),
        "places": [(round(float(x), 4), round(float(y), 4)) for x, y in (places[n] for n in range(len(rows)))],
    }


class _Month(TypedDict):
    """One month of a world: the fields of `World`."""

    courses: list[Number]
    wards: list[list[Number]]
    backlog: list[float]
    contacts: list[float]
    statuses: str


class _World:
    """What is kept of one world, month by month."""

    def __init__(self, model: ParticipationModel, rows: np.ndarray) -> None:
        self._rows = rows
        self._slots = (model.residents.person_id[rows] & SLOT).tolist()
        self._at = {slot: n for n, slot in enumerate(self._slots)}
        self.months: list[_Month] = []
        self.stories: Story = [[] for _ in rows]

    def until(self, month: int) -> _World:
        """Return a copy that ends with a month."""
        other = _World.__new__(_World)
        other._rows, other._slots, other._at = self._rows, self._slots, self._at
        other.months = self.months[:month]
        other.stories = [[event for event in story if event[0] <= month] for story in self.stories]
        return other

    def live(self, model: ParticipationModel) -> None:
        """Run one month and keep what it was like."""
        model.step()
        self._keep_events(model)
        snapshot, known = Snapshot(model), measures_of(tuple(s.name for s in model.services))
        r, people = model.residents, np.maximum(model.ward_population, 1)
        wards = []
        for name in BY_WARD:
            value, _ = snapshot.values(known[name])
            wards.append(np.round(np.bincount(r.ward, weights=value, minlength=len(people)) / people, 4).tolist())
        t = model.tallies
        served = np.maximum(model.served, 1.0)
        self.months.append(
            {
                "courses": [_rounded(take(snapshot, known[name])) for name in COURSES],
                "wards": wards,
                "backlog": np.round(1000.0 * t[:, TALLY["open"]] / served, 2).tolist(),
                "contacts": np.round(1000.0 * (t[:, TALLY["new_cases"]] + t[:, TALLY["chases"]]) / served, 2).tolist(),
                "statuses": "".join(map(str, snapshot.status[self._rows].tolist())),
            }
        )

    def _keep_events(self, model: ParticipationModel) -> None:
        events = model.events()
        slots = events["person_id"].to_numpy() & SLOT
        mine = events[np.isin(slots, self._slots)]
        told = mine[["month", "event", "institution", "form", "channel", "outcome", "valence"]].astype(object)
        told = told.where(told.notna(), None)
        for slot, event in zip((mine["person_id"] & SLOT).tolist(), told.values.tolist(), strict=True):
            self.stories[self._at[slot]].append((*event[:-1], round(event[-1], 2)))

    def document(self) -> World:
        """Return what is kept, measure by measure: lists by month."""
        return {
            "courses": [month["courses"] for month in self.months],
            "wards": [month["wards"] for month in self.months],
            "backlog": [month["backlog"] for month in self.months],
            "contacts": [month["contacts"] for month in self.months],
            "statuses": [month["statuses"] for month in self.months],
        }


def _rounded(value: float) -> float | None:
    return round(value, 5) if np.isfinite(value) else None
