"""What the columns of a study are called where people read them: in words, with units."""

from __future__ import annotations

import re

from scenarios.plugins import available_measures
from simulation.month import declared_parameters

from ..studies.runs.factors import Factor
from ..studies.study import Study
from .words import begin

_COLUMN = re.compile(r"(?P<measure>.+?)(?:@(?P<month>\d+))?(?P<effect>_effect)?")


def column_words(study: Study) -> dict[str, str]:
    """Return every factor and measure of a study in words, by the name of its column."""
    return {factor.name: factor_words(factor) for factor in study.factors} | {
        name: measure_words(study, name) for name in study.columns
    }


def factor_words(factor: Factor) -> str:
    """Return what differs between runs in words, such as `Closing the loop: dose (0 to 1)`; a name that the user gave comes first."""
    said = _said(factor)
    own = factor.name not in (factor.target, factor.kind, f"{factor.kind} {factor.target}", "")
    return f"{factor.name}: {said[:1].lower() + said[1:]}" if own and factor.name.lower() not in said.lower() else said


def _said(factor: Factor) -> str:
    if factor.kind == "parameter":
        known = declared_parameters()
        if factor.target not in known:
            return factor.target
        p = known[factor.target]
        return f"{p.description[:1].upper()}{p.description[1:]} ({p.unit})"
    if factor.kind == "dose":
        return f"{begin(factor.target)}: dose (0 to 1)"
    if factor.kind == "start":
        return f"{begin(factor.target)}: first month"
    if factor.kind == "aim":
        return f"{begin(factor.target)}: {factor.aim.replace('_', ' ')} that it reaches"
    if factor.kind == "segment":
        return f"{factor.target}: share of people"
    if factor.kind == "loop":
        return f"Feedback loop: {factor.target.replace('_', ' ')}"
    return {"place": "Place", "population": "Simulated residents"}[factor.kind]


def measure_words(study: Study, column: str) -> str:
    """Return a measure of a study in words, such as `Took part, change (share)` or `Trust the council in month 12 (share)`."""
    found = _COLUMN.fullmatch(column)
    known = available_measures(tuple(s.name for s in study.base.services))
    if found is None or found["measure"] not in known:
        return column
    measure = known[found["measure"]]
    month = f" in month {found['month']}" if found["month"] else ""
    change = ", change" if found["effect"] else ""
    unit = "£" if measure.unit == "pounds" else measure.unit
    return f"{measure.label}{month}{change} ({unit})"
