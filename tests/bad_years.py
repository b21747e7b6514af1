"""Three bad years and ten good ones: whether services make people apathetic, and whether that can be undone."""

from __future__ import annotations

import numpy as np

from simulation import Change, Delivery, Intervention, ParticipationModel
from simulation.measures.measure import APATHY, Snapshot
from simulation.state.newcomers import FIRST

BAD, GOOD = 36, 120  # months
BADLY = Intervention(
    "badly",
    "three bad years",
    tuple(Change(name, scale=0.5) for name in ("responsiveness", "courtesy", "case_feedback", "input_feedback", "openness")),
    Delivery(end=BAD),
)


def apathetic(model: ParticipationModel) -> np.ndarray:
    """Return who takes no part and would hardly accept an ask, bool (residents,)."""
    now = Snapshot(model)
    return (now.accept < APATHY) & ~(now.participated | now.volunteered)


def caused_and_left(model: ParticipationModel) -> np.ndarray:
    """Return how many more are apathetic at the end of the bad years, and after the good ones, than without them; points, float64 (2,).

    Counted are those who live there all along. The model comes back as it was at its start.
    """
    start, base, found = model.checkpoint(), model.scenario, []
    for tried in ((), (BADLY,)):
        model.take_up(base.with_(interventions=tried), start)
        shares = []
        for months in (BAD, GOOD):
            model.run(months)
            shares.append(apathetic(model)[model.residents.person_id <= FIRST].mean())
        found.append(100.0 * np.array(shares))
    model.take_up(base, start)
    return np.array(found[1] - found[0])
