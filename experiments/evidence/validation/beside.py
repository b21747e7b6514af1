"""What a validation reports without a band: where differences between people come from, who takes part again from year to year, and gradients between groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scenarios.evidence.posterior import Posterior
from simulation.declared.scenario import Scenario
from simulation.measures.measure import GRADED
from simulation.measures.recorder import group_names

from ...comparison.gradients import GRADIENTS, Gradient, gradient_of
from ...comparison.replicates import spread
from ...kept.worlds import steady
from .measurements import Lab
from .origins import origins, split_table
from .panels import YEAR_TO_YEAR

World = dict[str, float]


@dataclass
class Beside:
    """What is reported, and tested by nothing.

    Attributes:
        split: as `split_table` returns it.
        persistence: `id, words, value, value_low, value_high`: mean over worlds, and the range that holds 95 % of them.
        gradients: by measure and grouping, over the worlds.
        worlds: number of them; 0 where nothing was looked at.
    """

    split: pd.DataFrame = field(default_factory=pd.DataFrame)
    persistence: pd.DataFrame = field(default_factory=pd.DataFrame)
    gradients: dict[str, dict[str, Gradient]] = field(default_factory=dict)
    worlds: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values; empty where nothing was looked at."""
        if not self.worlds:
            return {}
        return {
            "split": _records(self.split),
            "split_worlds": self.worlds,
            "persistence": _records(self.persistence),
            "gradients": {
                measure: {grouping: one.to_json() for grouping, one in found.items()} for measure, found in self.gradients.items()
            },
        }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): None if isinstance(value, float) and not np.isfinite(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def _look(scenario: Scenario, posterior: Posterior | None, seed: int, number: int) -> tuple[World, World, World]:
    """Return split, persistence and levels by group of one world."""
    own = scenario.with_(parameters=posterior.parameters(scenario, number)) if posterior else scenario
    lab = Lab(steady(own, seed, number).model)
    return origins(own, seed, number), lab.year_to_year, lab.levels_by_group


def look_beside(
    scenario: Scenario,
    posterior: Posterior | None,
    seed: int,
    numbers: Sequence[int],
    workers: int | None,
    done: Callable[[], None],
) -> Beside:
    """Look at some worlds, each with its own people, chance and set of parameters.

    Args:
        done: called as each is there.
    """
    found = list(spread(partial(_look, scenario, posterior, seed), numbers, workers, lambda _: done(), "world"))
    split, years, levels = (list(part) for part in zip(*found, strict=True))
    return Beside(split_table(split), _persistence(years), _gradients(scenario, levels), len(found))


def _persistence(worlds: list[World]) -> pd.DataFrame:
    rows = []
    for name, words in YEAR_TO_YEAR.items():
        values = np.array([world[name] for world in worlds])
        fine = values[np.isfinite(values)]
        low, high = np.quantile(fine, (0.025, 0.975)) if len(fine) else (np.nan, np.nan)
        mean = float(fine.mean()) if len(fine) else float("nan")
        rows.append({"id": name, "words": words, "value": mean, "value_low": float(low), "value_high": float(high)})
    return pd.DataFrame(rows)


def _gradients(scenario: Scenario, worlds: list[World]) -> dict[str, dict[str, Gradient]]:
    names = group_names(scenario)
    return {
        measure: {
            grouping: gradient_of(
                np.array([[w[f"{measure}.{grouping}.{group}"] for group in names[grouping]] for w in worlds]), names[grouping]
            )
            for grouping in GRADIENTS
        }
        for measure in GRADED
    }
