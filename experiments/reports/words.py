"""Names, numbers and confidence in words, the same in reports, answers, tables and charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scenarios.plugins import available_interventions
from scenarios.scenario_file import shipped_scenarios

from ..comparison.compared_runs import ENOUGH
from ..comparison.statistics import Basis

if TYPE_CHECKING:
    from ..comparison.comparison import Comparison

_NUMBERED = re.compile(r"(.*?)( \(\d+\))?", re.DOTALL)
ONE_WORLD = "One world was run, so an effect is not distinguishable from chance."
RANGE_HEADS: dict[Basis, str] = {
    "range": "could be (95 % range)",
    "first look": "could be (first look)",
    "central values": "could be (chance alone)",
}


def plain(name: str) -> str:
    """Return a scenario's label as it is shown: a name of the catalogue as words, with its dose; a user's own exactly as typed."""
    return _worded(name) or name


def begin(name: str) -> str:
    """Return a scenario's label as it is shown at the beginning of a sentence."""
    words = _worded(name)
    return words[:1].upper() + words[1:] if words else name


def _worded(name: str) -> str:
    """Return a label of the catalogue in words; empty for any other."""
    found = _NUMBERED.fullmatch(name)
    bare, number = (found[1], found[2] or "") if found else (name, "")
    known = {*shipped_scenarios(), *available_interventions()}
    parts = [part.partition("@") for part in bare.split("+")]
    if not all(part in known and (not at or re.fullmatch(r"\d*[.]?\d+", dose)) for part, at, dose in parts):
        return ""
    doses = (f" at {100 * float(dose):g} %" if at else "" for _, at, dose in parts)
    named = (re.sub(r"\b(co|self) ", r"\1-", part.replace("-", " ")) for part, _, _ in parts)
    return " with ".join(n + d for n, d in zip(named, doses, strict=True)) + number


def listed(names: list[str], word: str = "and") -> str:
    """Return names as a list in words."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}" if names else ""


def side(low: float, high: float) -> int:
    """Return 1 if a range lies above zero, -1 if it lies below, and 0 if it holds zero or is not known: every word about confidence is based on this."""
    return 1 if low > 0 else -1 if high < 0 else 0


def explained(result: Comparison) -> str:
    """Return what would have to explain an effect whose range holds zero."""
    return "chance" if result.basis == "central values" else "chance and the model's uncertainty"


def caution(result: Comparison) -> str:
    """Return in a sentence what the ranges do not carry yet; empty where they carry all that can be drawn."""
    if result.basis == "first look":
        if result.replicates < ENOUGH:
            return f"This is a first look, from {result.replicates} runs; {ENOUGH} or more give a closer range."
        return f"This is a first look: {result.replicates} runs are in, and the second runs that separate chance from the model's uncertainty are not."
    if result.basis == "central values":
        return "The model's uncertain numbers were held at their central values, so these ranges leave that uncertainty out."
    return ""
