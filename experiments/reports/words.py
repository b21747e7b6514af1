"""Names, numbers and confidence in words, the same in reports, answers, tables and charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from scenarios.plugins import available_interventions
from scenarios.scenario_file import shipped_scenarios

from ..comparison.comparison import ENOUGH
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


def rounded(number: float) -> str:
    """Return a number as it is said: two digits count, and millions are called so."""
    if not np.isfinite(number) or number == 0:
        return "0"
    digits = 1 - int(np.floor(np.log10(abs(number))))
    short = round(number, digits)
    return f"{short / 1e6:.3g} million" if abs(short) >= 1e6 else f"{short:,.{max(digits, 0)}f}"


def years(months: int) -> str:
    """Return a number of months in words, as years where they are whole."""
    whole, rest = divmod(months, 12)
    words = {1: "one year", 2: "two years", 3: "three years", 4: "four years", 5: "five years", 10: "ten years"}
    return words.get(whole, f"{whole} years") if whole and not rest else "one month" if months == 1 else f"{months} months"


def cell(value: float, share: bool) -> str:
    """Return a level as it is said."""
    if not np.isfinite(value):
        return "-"
    return f"{100 * value:.1f} %" if share else f"{value:.3f}"


def change(value: float, share: bool) -> str:
    """Return a change as it is said."""
    if not np.isfinite(value):
        return "-"
    return f"{100 * value:+z.1f} points" if share else f"{value:+z.3f}"


def between(low: float, high: float, share: bool) -> str:
    """Return what a change may be, `+0.4 to +3.8 points`; a dash where that is not known."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return "-"
    return f"{100 * low:+z.1f} to {100 * high:+z.1f} points" if share else f"{low:+z.3f} to {high:+z.3f}"


def unrounded(level: float, effect: float, scale: float, digits: int) -> str:
    """Return `before rounding; ` where a change is not the difference of its two levels as they are shown; else nothing."""
    end, start, said = (round(float(f"{scale * x:.{digits}f}") * 10**digits) for x in (level, level - effect, effect))
    return "" if end - start == said else "before rounding; "


def side(low: float, high: float) -> int:
    """Return 1 if a range lies above zero, -1 if it lies below, and 0 if it holds zero or is not known: every word of confidence stands on this."""
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
