"""Money in words: pounds rounded to what is known, and costs that never hide behind a sign."""

from __future__ import annotations

import math


def pounds(value: float, signed: bool = False) -> str:
    """Return pounds to two digits, as they are said: `£770,000`, `£1.5 million`; a dash where there are none.

    Args:
        value: pounds.
        signed: True to say `+` too, for a change.
    """
    if not math.isfinite(value):
        return "-"
    short = _short(abs(value))
    if not short:
        return "£0"
    sign = "-" if value < 0 else "+" if signed else ""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if short >= size:
            return f"{sign}£{short / size:.3g}{word}"
    return f"{sign}£{short:,.2f}" if short < 10 and short != round(short) else f"{sign}£{short:,.0f}"


def _short(value: float) -> float:
    """Return a number of two digits; below a penny it is nothing."""
    if value < 0.005:
        return 0.0
    return round(value, max(1 - math.floor(math.log10(value)), -12)) if value >= 0.1 else round(value, 2)


def could_be(value: float, low: float, high: float, signed: bool = False) -> str:
    """Return `£770,000 (could be £400,000 to £1.5 million)`; below zero is a saving, and is called so unless signs are wanted."""
    said = [pounds(x, signed) if signed or not x < 0 else f"saving of {pounds(-x)}" for x in (value, low, high)]
    if not (math.isfinite(low) and math.isfinite(high)) or said[0] == said[1] == said[2]:
        return said[0]
    if not signed and low < 0:
        return f"{said[0]} (could be anything from a {said[1]} to a {said[2] if high < 0 else f'cost of {said[2]}'})"
    return f"{said[0]} (could be {said[1]} to {said[2]})"


def costs(value: float, low: float, high: float) -> str:
    """Return what something costs or saves, in words that begin with a verb: a negative cost is a saving, a negative saving an extra cost.

    Args:
        value: pounds that are spent, below zero if they are saved.
        low, high: what they may be.
    """
    if not math.isfinite(value):
        return "has a cost that is not known"
    if pounds(value) == pounds(low) == pounds(high) == "£0":
        return "costs nothing"
    if value < 0:
        may = f"save {pounds(-low)}, or cost {pounds(high)}" if high > 0 else f"be {pounds(-high)} to {pounds(-low)}"
        return f"saves about {pounds(-value)} (could {may})"
    may = f"cost {pounds(high)}, or save {pounds(-low)}" if low < 0 else f"be {pounds(low)} to {pounds(high)}"
    return f"costs about {pounds(value)} (could {may})"


def change_of_cost(value: float) -> str:
    """Return a change of cost as a table shows it: `extra cost of £110`, `saving of £4,200`, `no change`."""
    if not math.isfinite(value):
        return "-"
    said = pounds(abs(value))
    return "no change" if said == "£0" else f"saving of {said}" if value < 0 else f"extra cost of {said}"
