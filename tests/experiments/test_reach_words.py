"""Whom an intervention reaches, and when, as reports say it."""

from __future__ import annotations

from dataclasses import fields

import pytest

from experiments.reports.reach_words import WORDS, reach
from simulation.declared.interventions import Delivery, Intervention


def test_every_field_of_a_delivery_has_words() -> None:
    assert set(WORDS) == {field.name for field in fields(Delivery)}


@pytest.mark.parametrize(
    ("dose", "delivery", "said"),
    [
        (1.0, {}, ""),
        (0.5, {}, "Closing the loop: at 50 % of the full dose."),
        (
            1.0,
            {"wards": ("Hornsey",), "start": 7, "ramp": 1, "end": 30},
            "Closing the loop: only in the ward Hornsey, from month 7, rising over 1 month, until month 30.",
        ),
        (
            1.0,
            {"wards": ("A", "B"), "deprivation_fifths": (1, 2), "network": ("few ties", "usual"), "decay": 3, "fidelity": 0.8},
            "Closing the loop: only in the wards A and B, only in deprivation fifths 1 and 2, only for people with few ties or the usual "
            "number of ties, wearing off over 3 months, with 80 % of staff following it.",
        ),
        (
            1.0,
            {"persons": (3, 9), "households": 0.25, "members": "one"},
            "Closing the loop: only for 2 listed residents, only in 25 % of households, which chance chooses, only for one person of each household.",
        ),
        (1.0, {"institutions": ("homes",), "segments": ("Settlers",)}, "Closing the loop: only by homes, only for Settlers."),
    ],
)
def test_what_is_not_usual_is_said(dose: float, delivery: dict, said: str) -> None:
    assert reach(Intervention("closing-the-loop", "", dose=dose, delivery=Delivery(**delivery))) == said
