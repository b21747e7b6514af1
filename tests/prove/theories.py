"""Parts of `make prove` on the two theories of who takes part: `trait`, as shipped, and `relationship`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from experiments.comparison.compare import compare
from experiments.comparison.replicates import spread
from experiments.comparison.statistics import interval
from experiments.evidence.validation.origins import SOURCES, origins, split_table
from experiments.numbers import percent
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.places import load_place
from scenarios.relationship import RELATIONSHIP
from scenarios.structures import STRUCTURES, Structure, under
from simulation import ParticipationModel, Scenario
from simulation.burn_in import RunawayError
from simulation.declared.parameters import Parameter
from simulation.measures.measure import Snapshot
from simulation.month import declared_parameters
from tests.bad_years import caused_and_left
from tests.claims import CLAIMS, run, setting
from tests.prove.catalogue import Table, read, say

THEORIES: Mapping[str, str | None] = {"trait": None, "relationship": "relationship"}
WORLDS, POPULATION = 10, 6_000
SETTINGS, MOST_TRIED = 40, 400
RANKED, MOVED = 4_000, 5  # residents of a ranking, and places by which leaving out a part must move a row
PARTS = tuple(s for s in STRUCTURES.values() if s.parameters and s.parameters.items() < RELATIONSHIP.items())
FACTOR, STEP = 1.5, 0.3  # by which a value set by hand is moved, either way: as a factor, or log-odds of an ease
# Levels of the Community Life Survey 2021 to 2025 with its sampling error and a margin for mode, percent: a setting outside them is no setting of England.
BANDS = {"civic participation in the year": (27, 40), "volunteered monthly": (12, 23), "volunteered in the year": (21, 42)}


def _world(structure: str | None, population: int = POPULATION) -> Scenario:
    return under(structure, load_scenario("baseline", load_place("england"), population))


def _partners(residents: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of couples, each couple both ways round: two adults of about one age who make up a household."""
    order = np.argsort(residents.household, kind="stable")
    _, start, size = np.unique(residents.household[order], return_index=True, return_counts=True)
    one, other = order[start[size == 2]], order[start[size == 2] + 1]
    couple = np.abs(residents.age[one].astype(int) - residents.age[other]) <= 1
    return np.concatenate([one[couple], other[couple]]), np.concatenate([other[couple], one[couple]])


def _levels(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return levels, persistence from year to year and gradients of one world, in percent."""
    model = ParticipationModel(scenario, seed)
    model.run(12)
    r, before, ids = model.residents, Snapshot(model), model.residents.person_id.copy()
    took, helped = before.participated.copy(), before.volunteered.copy()
    model.run(12)
    now, stayed = Snapshot(model), r.person_id == ids
    found = {
        "civic participation in the year": (r.months_civic_participation > 0).mean(),
        "volunteered monthly": (r.months_volunteering & 1 > 0).mean(),
        "volunteered in the year": now.volunteered.mean(),
        "takes part again the next year": now.participated[stayed & took].mean(),
        "begins to take part": now.participated[stayed & ~took].mean(),
        "volunteers again the next year": now.volunteered[stayed & helped].mean(),
        "begins to volunteer": now.volunteered[stayed & ~helped].mean(),
    }
    one, other = _partners(r)
    for words, did in (("took part", now.participated), ("volunteered", now.volunteered)):
        found[f"{words} in the year: partner did"] = did[one][did[other]].mean()
        found[f"{words} in the year: partner did not"] = did[one][~did[other]].mean()
    fifth = (r.decile - 1) // 2
    for words, group, ends in (
        ("fifth, most deprived", fifth, 0), ("fifth, least deprived", fifth, 4), ("no qualification", r.qualification, 0), ("degree", r.qualification, 2),
        ("aged 16 to 24", r.age, 0), ("aged 65 to 74", r.age, 5), ("aged 75 and over", r.age, 6), ("owners", r.tenure, 0), ("social renters", r.tenure, 1),
    ):  # fmt: skip
        found[f"volunteered in the year: {words}"] = now.volunteered[group == ends].mean()
        found[f"took part in the year: {words}"] = now.participated[group == ends].mean()
    return {name: 100.0 * float(value) for name, value in found.items()}


def _theory(structure: str | None, number: int) -> tuple[dict[str, float], dict[str, float]]:
    scenario = _world(structure)
    return _levels(scenario, number + 1), origins(scenario, number + 1)


def theories() -> Table:
    """Two theories side by side, at their central values: where differences between people come from, who takes part again, and who takes part at all.

    Ten worlds of 6,000 residents of `england`. In brackets: standard errors. `trait` is fitted to the surveys of 2013 to 2018; `relationship` is set by hand
    near those of 2021 to 2025, so that levels differ.
    """
    columns: dict[str, dict[str, str]] = {}
    for theory, structure in THEORIES.items():
        worlds = list(spread(partial(_theory, structure), range(WORLDS), what="world"))
        say(f"  {theory}")
        column = columns[theory] = {}
        for row in split_table([split for _, split in worlds]).to_dict("records"):
            for name in SOURCES:
                column[f"{row['words']}: {name}"] = f"{percent(row[name], 1)} ({100 * row[f'{name}_error']:.1f})"
        for name in worlds[0][0]:
            values = np.array([levels[name] for levels, _ in worlds])
            column[name] = f"{values.mean():.1f} % ({values.std(ddof=1) / WORLDS**0.5:.1f})"
    return [{"what": name, **{theory: columns[theory][name] for theory in THEORIES}} for name in columns["trait"]]


def _gap(structure: str | None, number: int) -> np.ndarray:
    return caused_and_left(ParticipationModel(_world(structure), number + 1))


def cured() -> Table:
    """Apathy caused by three years of services half as good, and what is left of it after ten years of usual ones, in points of those who live there all along.

    Ten worlds of 6,000 residents of `england`, paired with the same worlds without the bad years. In brackets: standard errors.
    """
    rows = []
    for theory, structure in THEORIES.items():
        gaps = np.array(list(spread(partial(_gap, structure), range(WORLDS), what="world")))
        mean, error = gaps.mean(axis=0), gaps.std(axis=0, ddof=1) / WORLDS**0.5
        after, left = (f"{m:+.1f} ({e:.1f})" for m, e in zip(mean, error, strict=True))
        rows.append({"theory": theory, "after three bad years": after, "ten usual years on": left})
        say(f"  {theory}")
    return rows


def _moved(p: Parameter, name: str, value: float, u: float) -> float:
    """Return a value set by hand, moved by up to `FACTOR` or `STEP`; switches stay."""
    if p.structural:
        return value
    moved = value + STEP * u if name.endswith(".ease") else value * FACTOR**u
    return float(min(max(moved, p.low), p.high))


def _setting(number: int) -> dict[str, float]:
    """Return one setting of the structure: what it sets moved widely, all else that is assumed by up to a fifth."""
    declared, draws = declared_parameters(), np.random.default_rng(1_000 + number).uniform(-1.0, 1.0, len(RELATIONSHIP))
    own = {n: _moved(declared[n], n, v, float(u)) for (n, v), u in zip(RELATIONSHIP.items(), draws, strict=True)}
    return {**setting(number), **own}


def _in_bands(own: Mapping[str, float]) -> bool:
    levels = _levels(_world(None, 3_000).with_(parameters=dict(own)), 1)
    return all(low <= levels[name] <= high for name, (low, high) in BANDS.items())


def directions() -> Table:
    """In how many of 40 settings of the structure `relationship` each claim holds.

    What the structure sets is moved by up to a factor of 1.5 either way (eases by 0.3 log-odds), everything else that is assumed by up to a fifth, all at once.
    Settings whose levels lie outside the surveys' bands, or that never settle, are rejected and counted. 4,000 residents, 6 replicates.
    """
    found: list[dict[str, bool]] = []
    tried = unsettled = 0
    while len(found) < SETTINGS and tried < MOST_TRIED:
        tried += 1
        own = _setting(tried)
        try:
            if not _in_bands(own):
                continue
            comparison = run(CLAIMS, 4_000, 6, parameters=own)
        except RunawayError:
            unsettled += 1
            continue
        found.append({one.name: one.holds(one.effect(comparison)) for one in CLAIMS})
        say(f"  {len(found)} of {SETTINGS} settings, {tried} tried")
    rows = [{"claim": name, "holds": f"{sum(f[name] for f in found)} of {len(found)}"} for name in found[0]]
    rows.sort(key=lambda row: int(row["holds"].split()[0]))
    rejected = tried - len(found) - unsettled
    return [
        *rows,
        {"claim": "(settings rejected: levels outside the bands; no steady state)", "holds": f"{rejected}; {unsettled} of {tried}"},
    ]


def _ranked(base: Scenario) -> dict[str, dict[str, float]]:
    tried = [base.with_(name=name, interventions=(one,)) for name, one in CATALOGUE.items()]
    found = compare(base, *tried, replicates=8, months=60, posterior=None)
    rows: dict[str, dict[str, float]] = {}
    for name in CATALOGUE:
        rows[name] = {m: float(interval(read(found, name, m) - read(found, "baseline", m))[0]) for m in FORMS_SHOWN}
    return rows


FORMS_SHOWN: Mapping[str, Callable[[float], str]] = {
    "participation": lambda x: f"{100 * x:+.1f}", "acts_12m": lambda x: f"{100 * x:+.0f}", "civic_participation": lambda x: f"{100 * x:+.1f}",
    "consultation": lambda x: f"{100 * x:+.1f}", "activism": lambda x: f"{100 * x:+.1f}", "volunteering_12m": lambda x: f"{100 * x:+.1f}", "apathy": lambda x: f"{100 * x:+.1f}",
}  # fmt: skip


def _without(part: Structure) -> Scenario:
    """Return a world under `relationship` without one of its parts."""
    return _world(None, RANKED).with_(parameters={n: v for n, v in RELATIONSHIP.items() if n not in part.parameters})


def _order(rows: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """Return the place of each name, by participation."""
    return {name: place for place, name in enumerate(sorted(rows, key=lambda n: -rows[n]["participation"]), 1)}


def ranking() -> Table:
    """The whole catalogue under `relationship`, ranked by participation, with its place under `trait` and what its place depends on.

    A place depends on a part of the structure if leaving out that part moves it by five places or more; in brackets the place that it then has.
    `england`, 4,000 residents, 8 replicates, month 60, central values, full dose. Points; acts for 100 residents a year.
    """
    ranks = {theory: _ranked(_world(structure, RANKED)) for theory, structure in THEORIES.items()}
    places = {theory: _order(rows) for theory, rows in ranks.items()}
    without = {}
    for part in PARTS:
        say(f"  without {part.name}")
        without[part.name] = _order(_ranked(_without(part)))
    table = []
    for name, place in places["relationship"].items():
        then = {part: order[name] for part, order in without.items() if abs(order[name] - place) >= MOVED}
        table.append(
            {
                "place": place,
                "name": name,
                **{m: words(ranks["relationship"][name][m]) for m, words in FORMS_SHOWN.items()},
                "place in trait": places["trait"][name],
                "participation in trait": f"{100 * ranks['trait'][name]['participation']:+.1f}",
                "depends on": ", ".join(f"{part} ({at})" for part, at in then.items()) or "no part alone",
            }
        )
    return table
