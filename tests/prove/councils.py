"""Part of `make prove` on what councils differ in: the people who live there, what is measured of their services, or what is drawn.

Writes the table that the page of a place reads.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from experiments.numbers import percent
from experiments.output import write_text
from scenarios import load_scenario
from scenarios.places import councils
from scenarios.places.council_spread import MEASURES, TABLE, Spread, declared, spreads, to_csv
from scenarios.places.uk_tables import authorities
from simulation import ParticipationModel, Recorder
from tests.prove.catalogue import Table, say

RESIDENTS, REPLICATES, MONTHS = 2000, 3, 12
# Standard deviation between councils when their people were imputed from deprivation and all had the same services: measured in the same way with the code before
# wards were real, over every fourth council.
BEFORE = {"participation": 0.0063, "apathy": 0.0109, "perceived_influence": 0.0387, "trust": 0.0337}


def lives(code: str) -> np.ndarray:
    """Return what comes out of one council with its own services and with average ones, float64 (2, replicates, measures)."""
    place = councils.load(code)
    measures = {name: declared()[name] for name in MEASURES}
    found = np.empty((2, REPLICATES, len(measures)))
    for n, one in enumerate((place, place.with_average_service())):
        for replicate in range(REPLICATES):
            model = ParticipationModel(load_scenario("baseline", one, RESIDENTS), 1, replicate=replicate)
            model.recorder = Recorder(model, MONTHS, groups=False, measures=measures)
            model.run(MONTHS)
            found[n, replicate] = model.recorder.results()
    return found


def spread_of(codes: Sequence[str]) -> list[Spread]:
    """Return what some councils differ in, by measure."""
    found = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for n, one in enumerate(pool.map(lives, codes)):
            if n % 20 == 0:
                say(f"  {n} of {len(codes)} councils")
            found.append(one)
    outcomes = np.stack(found)
    return spreads(outcomes[:, 0], outcomes[:, 1])


def between_councils() -> Table:
    """What councils differ in lastingly, 2,000 residents in three replicates each, with their own services and with average ones on the same people and draws.

    Shares of the variance between councils: of people (census and deprivation), of what is measured of services (tenants' satisfaction), and of what is drawn of
    services because nothing is measured. `today` is the standard deviation between councils, `by deprivation alone` what it was when people were imputed
    from deprivation and every council had the same services. Chance among 2,000 residents is left out of both.
    """
    found = spread_of([str(code) for code in authorities().index])
    write_text(TABLE, to_csv(found))
    return [
        {"measure": s.measure, "by deprivation alone": f"{BEFORE[s.measure]:.4f}", "today": f"{s.sd:.4f}", "times": f"{s.sd / BEFORE[s.measure]:.1f}",
         "people": percent(s.people), "measured services": percent(s.measured), "drawn services": percent(s.drawn)}
        for s in found
    ]  # fmt: skip
