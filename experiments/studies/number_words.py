"""Numbers of a study in words: pounds as pounds, all others without powers of ten."""

from __future__ import annotations

import re

from scenarios.plugins import available_measures

from ..numbers import in_words
from .study import Study


def unit_of(study: Study, column: str) -> str:
    """Return the unit of a column of a study, such as `cost@12_effect`; empty where no measure is called so."""
    known = available_measures(tuple(s.name for s in study.base.services))
    name = re.sub(r"(@\d+)?(_effect)?$", "", column)
    return known[name].unit if name in known else ""


def index_words(index: str, unit: str, value: float, low: float, high: float) -> tuple[str, str]:
    """Return an index of a factor and its interval in words; `mu_star` is a change of the measure and in its unit, others are shares."""
    said, *ends = (in_words(x, unit if index == "mu_star" else "") for x in (value, low, high))
    return said, " to ".join(ends)
