"""Numbers as people read them, the same in reports, answers, tables, charts and on the terminal: percent, changes, ranges, money, time.

A share is a percentage with a space before its sign, `36.9 %`; its change is in percentage points. A dash means that there is no number.
"""

from __future__ import annotations

import math
from decimal import Decimal

DIGITS = 4


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage: 0.369 as `37 %`, or `36.9 %` with one digit; a dash where there is none."""
    return f"{100 * share:.{digits}f} %" if math.isfinite(share) else "-"


def shown(value: float, unit: str) -> str:
    """Return a value by its unit: `36.9 %` for a share, pounds for money, three decimals for others; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    if unit == "pounds":
        return pounds(value)
    return percent(value, 1) if unit == "share" else f"{value:.3f}"


def shown_change(value: float, unit: str) -> str:
    """Return a change by the unit of its measure, as a table shows it: `+1.85` percentage points for a share; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    if unit == "pounds":
        return pounds(value, signed=True)
    return f"{100 * value:+z.2f}" if unit == "share" else f"{value:+.{3 if unit == 'per resident' else 4}f}"


def change(value: float, share: bool) -> str:
    """Return a change as a sentence says it: `+1.8 points` for a share."""
    if not math.isfinite(value):
        return "-"
    return f"{100 * value:+z.1f} points" if share else f"{value:+z.3f}"


def between(low: float, high: float, share: bool) -> str:
    """Return what a change could be: `+0.4 to +3.8 points` for a share; a dash where that is not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "-"
    return f"{100 * low:+z.1f} to {100 * high:+z.1f} points" if share else f"{low:+z.3f} to {high:+z.3f}"


def unrounded(level: float, effect: float, scale: float, digits: int) -> str:
    """Return `before rounding; ` where a change is not the difference of its two levels as they are shown; else nothing."""
    end, start, said = (round(float(f"{scale * x:.{digits}f}") * 10**digits) for x in (level, level - effect, effect))
    return "" if end - start == said else "before rounding; "


def number(value: float) -> str:
    """Return a number that is compared with a fact: three decimals below ten, one above; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    text = f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return text if float(text) else text.lstrip("-")


def span(low: float, high: float) -> str:
    """Return a range that a fact is known to lie in; one side is open where only the other is given."""
    if math.isfinite(low) and math.isfinite(high):
        return f"{number(low)} to {number(high)}"
    return f"above {number(low)}" if math.isfinite(low) else f"below {number(high)}" if math.isfinite(high) else "-"


def in_words(value: float, unit: str = "", digits: int = DIGITS) -> str:
    """Return a number in some digits, `£63,000` for pounds (two digits there), `62,710` or `0.00004` for others; a dash where there is none.

    Args:
        value: any number.
        unit: that of a measure, `pounds` for money.
        digits: how many of a number other than pounds are shown.
    """
    if not math.isfinite(value):
        return "-"
    if unit == "pounds":
        return pounds(value)
    if abs(value) >= 10.0 ** (digits - 1):
        return f"{float(f'{value:.{digits}g}'):,.0f}"
    return f"{Decimal(f'{value:.{digits}g}'):f}"


def rounded(value: float) -> str:
    """Return a count as a sentence says it, to two digits: `12,000`, `1.5 million`."""
    if not math.isfinite(value) or value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    short = round(value, digits)
    return f"{short / 1e6:.3g} million" if abs(short) >= 1e6 else f"{short:,.{max(digits, 0)}f}"


def years(months: int) -> str:
    """Return a number of months in words, as years where they are whole."""
    whole, rest = divmod(months, 12)
    words = {1: "one year", 2: "two years", 3: "three years", 4: "four years", 5: "five years", 10: "ten years"}
    return words.get(whole, f"{whole} years") if whole and not rest else "one month" if months == 1 else f"{months} months"


def pounds(value: float, signed: bool = False) -> str:
    """Return pounds to two digits, as a sentence says them: `£770,000`, `£1.5 million`; a dash if there is no number.

    Args:
        value: pounds.
        signed: True to add a `+` as well, for a change.
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
    """Return `£770,000 (could be £400,000 to £1.5 million)`; a value below zero is called a saving unless signs are wanted."""
    said = [pounds(x, signed) if signed or not x < 0 else f"saving of {pounds(-x)}" for x in (value, low, high)]
    if not (math.isfinite(low) and math.isfinite(high)) or said[0] == said[1] == said[2]:
        return said[0]
    if not signed and low < 0:
        return f"{said[0]} (could be anything from a {said[1]} to a {said[2] if high < 0 else f'cost of {said[2]}'})"
    return f"{said[0]} (could be {said[1]} to {said[2]})"


COSTS_NOTHING = "costs nothing"


def costs(value: float, low: float, high: float) -> str:
    """Return what something costs or saves, in words that begin with a verb: a negative cost is a saving, a negative saving an extra cost.

    Args:
        value: pounds that are spent, below zero if they are saved.
        low, high: what they may be.
    """
    if not math.isfinite(value):
        return "has no known cost"
    if pounds(value) == pounds(low) == pounds(high) == "£0":
        return COSTS_NOTHING
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
