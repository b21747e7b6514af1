"""Comparisons made up from numbers, so that what is true of them is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.comparison.comparison import Comparison
from simulation.declared.interventions import Intervention
from simulation.measures.measure import measures_of
from simulation.measures.recorder import group_names
from tests.places import small_scenario

LEVELS = {"participation": 0.5, "acts_12m": 4.0, "apathy": 0.1, "trust": 0.55, "perceived_influence": 0.25, "service_cost": 1e6}
EVEN = np.linspace(-1.0, 1.0, 15) / np.linspace(-1.0, 1.0, 15).std(ddof=1)  # mean 0, deviation 1


def invented(
    effects: Mapping[str, np.ndarray],
    again: Mapping[str, np.ndarray] | None = None,
    names: Sequence[str] = ("tried",),
    months: int = 24,
    posterior: str = "posterior",
    interventions: Sequence[tuple[Intervention, ...]] = (),
    by: Mapping[str, np.ndarray] | None = None,
) -> Comparison:
    """Return a comparison with known effects; measures that are not named have none.

    Args:
        effects: for each measure float64 (replicates, scenarios but the base) or (replicates, scenarios, months).
        again: the same of second runs.
        by: for the grouping `segment` and each measure float64 (replicates, scenarios but the base, groups); all other groups are as the whole.
    """
    base = small_scenario(100, 12)
    tried = tuple(base.with_(name=n, interventions=i) for n, i in zip(names, interventions or [()] * len(names), strict=True))
    measures = measures_of(tuple(s.name for s in base.services))

    def filled(given: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        count = len(next(iter(given.values())))
        series = np.zeros((count, 1 + len(names), months, len(measures)))
        for m, name in enumerate(measures):
            series[..., m] = LEVELS.get(name, 0.3)
            if name in given:
                values = given[name]
                series[:, 1:, :, m] += values if values.ndim == 3 else values[:, :, None]
        return series[:, :, -1].copy(), series

    results, series = filled(effects)
    second = filled(again) if again is not None else (None, None)

    def grouped(table: np.ndarray) -> dict[str, np.ndarray]:
        sizes = {grouping: len(groups) for grouping, groups in group_names(base).items()}
        tables = {g: np.repeat(table[..., None], size, axis=3) for g, size in sizes.items()}
        for name, values in (by or {}).items():
            m = list(measures).index(name)
            tables["segment"][:, 1:, m] = LEVELS.get(name, 0.3) + values[: len(table)]
        return tables

    return Comparison((base, *tried), 1, months, results, grouped(results), series, measures=measures, posterior=posterior, again=second[0],
                      again_series=second[1], again_by=None if second[0] is None else grouped(second[0]))  # fmt: skip


def column(mean: float, deviation: float, replicates: int = 15) -> np.ndarray:
    """Return one scenario's effects, (replicates, 1), with exactly this mean and deviation."""
    return (mean + deviation * np.resize(EVEN, replicates))[:, None]
