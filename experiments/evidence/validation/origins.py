"""Where differences between people come from: birth, experience and chance, by running the same people again with other chances.

A world is built, and run several times from the day on which everybody arrives, each time with the same people, characters, starting stocks, ties and
quality of services, but with other chances from month to month (`World.redraw`): these are its *pasts*. At the end of each past the run is forked into
several *futures*, which share what happened so far and not what comes. The variance of an outcome between people then has three parts, which add up:

- *birth*: what a person has in every past. It is all that is fixed on arrival: character, starting stocks, home, household, place in the network, and who
  serves the place;
- *experience*: what differs between the pasts of a person and is common to the futures of one past. It is all that dealings, asks, answers and ties changed
  before the window of the outcome began, and that still makes a difference in it;
- *chance*: what differs between the futures of one past.

The fork is where the window begins over which the outcome is measured: twelve months before the end for taking part, volunteering and apathy, one month
before for p*, which is a state. So one definition serves all of them. What happens within the window counts as chance, whatever it is, so that experience
is rather too small than too large. `willingness_year` is p* twelve months after the fork. What moves everybody in a run alike is no difference between people, and is left out.

Components are those of a nested analysis of variance with random effects, by the method of moments (Searle, Casella and McCulloch 1992, chapter 3),
unbiased, and therefore sometimes below zero. People who move leave the analysis: a person is in it in each past in which he or she lives there to the end of all futures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulation.declared.scenario import Scenario
from simulation.measures.measure import APATHY, Snapshot
from simulation.model import ParticipationModel

from .split_design import BIRTH, CHANCE, EXPERIENCE, FUTURES, LIVED, OUTCOMES, PASTS, SOURCES, WINDOW

LOWEST = 1e-6  # p* nearer to 0 or 1 than this counts as this
Values = dict[str, np.ndarray]


def _log_odds(snapshot: Snapshot) -> np.ndarray:
    chance = np.clip(snapshot.accept.astype(float), LOWEST, 1.0 - LOWEST)
    return np.log(chance / (1.0 - chance))


def _a_month_on(snapshot: Snapshot) -> Values:
    return {"willingness": _log_odds(snapshot)}


def _a_year_on(snapshot: Snapshot) -> Values:
    active = snapshot.participated | snapshot.volunteered
    return {
        "willingness_year": _log_odds(snapshot),
        "participation": snapshot.participated.astype(float),
        "volunteering": snapshot.volunteered.astype(float),
        "apathy": (~active & (snapshot.accept < APATHY)).astype(float),
    }


def components(values: np.ndarray) -> dict[str, float]:
    """Return the variance of an outcome by its sources.

    Args:
        values: float64 (people, pasts, futures); nan in every future of a past in which somebody no longer lives there. At least two futures.

    Returns:
        `birth, experience, chance`, in the outcome's unit squared; nan where fewer than two people have two pasts.
    """
    held = np.isfinite(values).all(axis=2)
    values = np.where(held[:, :, None], values, np.nan)[held.any(axis=1)]
    held = held[held.any(axis=1)]
    pasts = held.sum(axis=1)  # of each person
    runs, futures = int(pasts.sum()), values.shape[2]
    if len(pasts) < 2 or (pasts > 1).sum() < 2:
        return dict.fromkeys(SOURCES, float("nan"))
    values = values - np.nanmean(values, axis=0)
    means = values.mean(axis=2)
    chance = float(np.nansum((values - means[:, :, None]) ** 2) / (runs * (futures - 1)))
    own = np.nansum(means, axis=1) / pasts
    within = float(np.nansum((means - own[:, None]) ** 2) / (runs - len(pasts)))
    between = float((pasts * (own - np.average(own, weights=pasts)) ** 2).sum() / (len(pasts) - 1))
    usual = (runs - (pasts**2).sum() / runs) / (len(pasts) - 1)  # pasts of a person, on average
    return {BIRTH: (between - within) / usual, EXPERIENCE: within - chance / futures, CHANCE: chance}


def lives(
    model: ParticipationModel, pasts: int = PASTS, futures: int = FUTURES, lived: int = LIVED, first: int = 1
) -> dict[str, np.ndarray]:
    """Run a world again and again from where it is, and return each outcome, float64 (people, pasts, futures).

    The world is left where it was, with its own chances.

    Args:
        lived: months from there to the fork.
        first: number of the first course of chance; others are other ones (`World.redraw`).
    """
    start, people = model.checkpoint(), model.residents.person_id.copy()
    found = {name: np.full((len(people), pasts, futures), np.nan) for name in OUTCOMES}
    for past in range(pasts):
        model.restore(start)
        model.redraw(first + past * (futures + 1))
        model.run(lived)
        fork = model.checkpoint()
        for future in range(futures):
            model.restore(fork)
            model.redraw(first + past * (futures + 1) + 1 + future)
            for months, read in ((1, _a_month_on), (WINDOW - 1, _a_year_on)):
                model.run(months)
                for name, values in read(Snapshot(model)).items():
                    found[name][:, past, future] = np.where(model.residents.person_id == people, values, np.nan)
    model.restore(start)
    model.redraw(0)
    return found


def origins(scenario: Scenario, seed: int, replicate: int = 0, **sizes: int) -> dict[str, float]:
    """Return the variance of each outcome by its sources in one world, `outcome.source`; `sizes` as `lives` takes them."""
    model = ParticipationModel(scenario.with_(burn_in=0, interventions=(), loops_off=()), seed, replicate=replicate)
    found = {name: components(values) for name, values in lives(model, **sizes).items()}
    return {f"{name}.{source}": value for name, parts in found.items() for source, value in parts.items()}


def split_table(worlds: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """Return how the variance of each outcome splits over several worlds, from what `origins` returns.

    Returns:
        One row for each outcome: `outcome, words`, the shares `birth, experience, chance`, which add up to 1, and `lasting`, birth's share of birth and experience
        together; each with its standard error `..._error` (jackknife over worlds; nan for one world).
    """
    rows = []
    for outcome, words in OUTCOMES.items():
        parts = np.array([[world[f"{outcome}.{source}"] for source in SOURCES] for world in worlds], dtype=float)
        parts = parts[np.isfinite(parts).all(axis=1)]
        row: dict[str, Any] = {"outcome": outcome, "words": words}
        reads: dict[str, Callable[[np.ndarray], float]] = {
            **{source: lambda total, n=n: total[n] / total.sum() for n, source in enumerate(SOURCES)},  # type: ignore[misc]
            "lasting": lambda total: total[0] / (total[0] + total[1]),
        }
        for name, read in reads.items():
            row[name], row[f"{name}_error"] = _jackknife(parts, read)
        rows.append(row)
    return pd.DataFrame(rows)


def _jackknife(parts: np.ndarray, read: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """Return a ratio of sums over worlds, and its standard error by leaving out each world in turn; nan where it is undefined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if not len(parts):
            return float("nan"), float("nan")
        whole, n = float(read(parts.sum(axis=0))), len(parts)
        if n < 2:
            return whole, float("nan")
        without = np.array([read(parts.sum(axis=0) - one) for one in parts])
        return whole, float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
