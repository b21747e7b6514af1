"""A small made-up place for tests: three wards of two small areas."""

from __future__ import annotations

from functools import cache

import pandas as pd

from scenarios.places import TablePlace
from simulation import Scenario
from simulation.declared.quality import AVERAGE

WARDS = ("Mill", "Quay", "Hill")


@cache
def small_place() -> TablePlace:
    """Return the place."""
    areas = pd.DataFrame(
        {
            "area": [f"A{n}" for n in range(6)],
            "ward": [WARDS[n // 2] for n in range(6)],
            "deprivation_decile": [1, 2, 4, 6, 9, 10],
            "deprivation": [0.32, 0.25, 0.15, 0.1, 0.05, 0.03],
            "population": [1500, 1700, 1600, 1400, 1550, 1650],
        }
    )
    wards = pd.DataFrame(
        {
            "ward": WARDS,
            "under_16": [0.25, 0.2, 0.16],
            "age_16_64": [0.67, 0.7, 0.7],
            "age_65_plus": [0.08, 0.1, 0.14],
            "owned": [0.25, 0.4, 0.65],
            "social_rented": [0.5, 0.3, 0.1],
            "private_rented": [0.25, 0.3, 0.25],
            "no_qualification": [0.28, 0.18, 0.07],
            "level_4_plus": [0.22, 0.4, 0.62],
        }
    )
    return TablePlace("smallton", "Smallton", areas, wards, "made up for tests", quality=AVERAGE)


def small_scenario(population: int = 300, burn_in: int = 24, **changes: object) -> Scenario:
    """Return a baseline scenario of the place."""
    return Scenario("baseline", small_place(), population=population, burn_in=burn_in).with_(**changes)
