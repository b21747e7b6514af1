"""Numbers of a study in words: pounds as pounds, all others without powers of ten."""

from __future__ import annotations

import math
import re

import numpy as np

from scenarios.plugins import available_measures

from ..money import pounds
from .study import Study

DIGITS = 4


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
    return np.format_float_positional(value, precision=digits, unique=False, fractional=False, trim="-")


def unit_of(study: Study, column: str) -> str:
    """Return the unit of a column of a study, such as `cost@12_effect`; empty where no measure is called so."""
    known = available_measures(tuple(s.name for s in study.base.services))
    name = re.sub(r"(@\d+)?(_effect)?$", "", column)
    return known[name].unit if name in known else ""


def index_words(index: str, unit: str, value: float, low: float, high: float) -> tuple[str, str]:
    """Return an index of a factor and its interval in words; `mu_star` is a change of the measure and in its unit, others are shares."""
    said, *ends = (in_words(x, unit if index == "mu_star" else "") for x in (value, low, high))
    return said, " to ".join(ends)
