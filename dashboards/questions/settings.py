"""What may be in a field of a question: a text, a number, or a setting of an intervention."""

from __future__ import annotations

import math
import re
from typing import Any

from simulation.declared.interventions import AIMS, MEMBERS
from simulation.declared.parameters import InputError, nearest

MOST_TEXT = 200  # characters of a field
SCHEDULE = ("start", "ramp", "end", "decay")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def text_of(where: str, value: Any) -> str:
    """Return a text of a message, or raise `InputError` for what is none, or longer than any that means something here."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        shown = f"{len(value):,} characters" if isinstance(value, str) else shown_value(value)
        raise InputError(f"{where}: {shown}; allowed: a text of at most {MOST_TEXT} characters")
    return value


def number_in(value: Any) -> float:
    """Return a number as a page or an address has it; nan for what is none, infinity included."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return math.nan
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    return number if math.isfinite(number) else math.nan


def shown_value(value: Any) -> str:
    """Return a value as a message repeats it, short whatever it is."""
    return (str(value)[:40] or "nothing") if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def setting_of(where: str, key: str, value: Any) -> Any:
    """Return one setting of an intervention, or raise `InputError`."""
    if key in AIMS:
        return _names(where, value, key)
    if key in SCHEDULE:
        return _month(where, value, 1 if key in ("start", "end") else 0)
    if key == "members":
        return _members(where, value)
    share = _share(where, value, 1.0 if key == "dose" else None)
    if key == "households" and share == 0.0:
        raise InputError(f"{where}: {shown_value(value)}; allowed: above 0, to 1 (all households)")
    return share


def _members(where: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in MEMBERS:
        raise InputError(f"{where}: {shown_value(value)}; {nearest(shown_value(value), MEMBERS)}")
    return str(value)


def _share(where: str, value: Any, default: float | None) -> float | None:
    if value in (None, ""):
        return default
    number = number_in(value)
    if not 0.0 <= number <= 1.0:
        raise InputError(f"{where}: {shown_value(value)}; allowed: 0 to 1")
    return round(number, 6)


def _month(where: str, value: Any, least: int) -> int | None:
    if value in (None, ""):
        return None
    number = number_in(value)
    if not least <= number <= 1200 or number != int(number):
        raise InputError(f"{where}: {shown_value(value)}; allowed: whole months from {least} to 1,200")
    return int(number)


def _names(where: str, value: Any, aim: str) -> tuple | None:
    if not value:
        return None
    if not isinstance(value, list | tuple) or len(value) > 400:
        raise InputError(f"{where}: allowed: a list of names")
    if aim == "deprivation_fifths":
        fifths = sorted({str(v) for v in value})
        if any(v not in ("1", "2", "3", "4", "5") for v in fifths):
            raise InputError(f"{where}: {', '.join(fifths)[:60]}; allowed: 1 (most deprived) to 5")
        return tuple(int(v) for v in fifths)
    if aim == "persons":
        numbers = list(dict.fromkeys(str(v) for v in value))
        wrong = next((v for v in numbers if not (v.isascii() and v.isdigit() and len(v) <= 10)), None)
        if wrong is not None:
            raise InputError(f"{where}: {shown_value(wrong)}; allowed: whole numbers from 0")
        return tuple(int(v) for v in numbers)
    return tuple(dict.fromkeys(text_of(where, v) for v in value))
