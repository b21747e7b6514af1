"""Whom an intervention reaches, when and at what dose, in a sentence: what of its delivery is not everybody, at once and in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from simulation.declared.interventions import Delivery, Intervention

from .words import begin, listed


def _whom(one: str, several: str = "") -> Callable[[Sequence], str]:
    """Return what says that only some are reached: the word for one of them, and for several."""
    return lambda names: f"only in {one if len(names) == 1 else several or one + 's'} {listed([str(name) for name in names])}"


# Each field of a delivery in words, in the order in which they are said.
WORDS: dict[str, Callable[[Any], str]] = {
    "institutions": lambda names: f"only by {listed(list(names))}",
    "wards": _whom("the ward", "the wards"),
    "segments": lambda names: f"only for {listed(list(names))}",
    "deprivation_fifths": _whom("deprivation fifth", "deprivation fifths"),
    "network": lambda names: (
        f"only for people with {listed(['the usual number of ties' if n == 'usual' else n for n in names], 'or')}"
    ),
    "persons": lambda numbers: f"only for {len(numbers)} listed resident{'' if len(numbers) == 1 else 's'}",
    "households": lambda share: f"only in {100 * share:g} % of households, which chance chooses",
    "members": lambda _: "only for one person of each household",
    "start": lambda month: f"from month {month}",
    "ramp": lambda months: f"rising over {_months(months)}",
    "end": lambda month: f"until month {month}",
    "decay": lambda months: f"wearing off over {_months(months)}",
    "fidelity": lambda share: f"with {100 * share:g} % of staff following it",
}


def _months(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'}"


def reach(one: Intervention) -> str:
    """Return a sentence such as `Closing the loop: at 50 % of the full dose, only in the ward Hornsey, from month 7.`; empty if it reaches everybody at once."""
    usual = Delivery()
    said = [] if one.dose == 1.0 else [f"at {100 * one.dose:g} % of the full dose"]
    for name, words in WORDS.items():
        value = getattr(one.delivery, name)
        if value != getattr(usual, name):
            said.append(words(value))
    return f"{begin(one.name)}: {', '.join(said)}." if said else ""
