"""Dose and response: what each intervention does at a quarter, half, three quarters and the whole of its programme."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from scenarios.plugins import available_interventions
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import DOSE_REPLICATES, MONTHS, SEED
from simulation.measures.measure import HEADLINE_SHARES, HEADLINES

from ..comparison.compare import compare
from ..comparison.comparison import Comparison
from ..comparison.statistics import interval

DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)
TAKEN = tuple(name for name in HEADLINES if name != "apathy")  # apathy falls where participation rises
MEASURES = tuple(name for name in TAKEN if name in HEADLINE_SHARES)
BATCH = 15  # interventions compared at once, so that memory does not grow with the catalogue


def known_names(names: Sequence[str]) -> list[str]:
    """Return the interventions to draw curves for; all if none is given.

    Raises:
        InputError: an unknown name.
    """
    interventions = available_interventions()
    for name in names:
        if name not in interventions:
            raise InputError(f"doses: unknown intervention '{name}'; {nearest(name, interventions)}")
    return list(dict.fromkeys(names)) or sorted(interventions)


def dose_response(
    base: Scenario,
    names: Sequence[str],
    *,
    replicates: int = DOSE_REPLICATES,
    months: int = MONTHS,
    seed: int = SEED,
    workers: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> pd.DataFrame:
    """Return the effect of each dose: columns `intervention, dose, measure, effect, effect_low, effect_high`; shares, and acts per resident a year.

    Every dose is run on the same people and days, dose 0 included, which must give exactly nothing.
    """
    known, rows = available_interventions(), []
    parts = [names[n : n + BATCH] for n in range(0, len(names), BATCH)]
    for done, part in enumerate(parts):
        scenarios = [base.with_(name=f"{name}@{dose:g}", interventions=(known[name].at(dose),)) for name in part for dose in DOSES]

        def show(count: int, _: int | None, done: int = done) -> None:
            if progress is not None:
                progress(done * replicates + count, len(parts) * replicates)

        found = compare(
            base,
            *scenarios,
            replicates=replicates,
            months=months,
            seed=seed,
            workers=workers,
            monthly=(),
            posterior=None,
            progress=show,
        )
        rows += _rows(found, part)
    return pd.DataFrame(rows)


def _rows(found: Comparison, names: Sequence[str]) -> list[dict]:
    rows = []
    for at, name in enumerate(names):
        for d, dose in enumerate(DOSES):
            for measure in TAKEN:
                values = found.results[:, :, list(found.measures).index(measure)]
                mean, low, high = interval(values[:, 1 + at * len(DOSES) + d] - values[:, 0])
                rows.append(
                    {
                        "intervention": name,
                        "dose": dose,
                        "measure": measure,
                        "effect": float(mean),
                        "effect_low": float(low),
                        "effect_high": float(high),
                    }
                )
    return rows
