"""The base of a share, from its heading: `% no qualifications (aged 16-64)` is not a share of everybody aged 16 and over."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ..advice import advice
from ..own_data.tables.table_file import normal
from .ages import band_of
from .imputation import GROUP_COLUMNS
from .table import Finding, Table

NEAR = 2  # years by which the youngest counted may differ from 16
_WORKING = re.compile(r"\bworking age\b")
_RANGE = re.compile(r"\b(1\d|[2-9]\d)(?: (?:years|yrs))?(?: ?(?:to|and))? (\d\d)\b")
_FROM = re.compile(r"\b(1\d|[2-9]\d)(?: (?:years|yrs))?(?: ?(?:\+|plus|and over|and above|or over|and older|over))")
_OF_OTHERS = re.compile(
    r"(?:%|percent\w*|per cent|share|proportion|rate)(?: of)?(?: (?:all|the|total|usual))* (adults|households|homes|dwellings|families|working age(?: population| people)?)\b"
    r"|\b(?:of|among)(?: (?:all|the|total|usual))* (adults|households|homes|dwellings|families|working age(?: population| people)?)$"
)
_OF_PEOPLE = re.compile(
    r"(?:%|percent\w*|per cent|share|proportion)(?: of)?(?: (?:all|the|total|usual))* (people|residents|population|persons|adults)\b"
)


@dataclass(frozen=True)
class Ages:
    """Whom a share of adults is of: ages from and below, in years."""

    low: float
    high: float

    def words(self) -> str:
        """Return them in words."""
        return f"aged {self.low:g} and over" if math.isinf(self.high) else f"aged {self.low:g} to {self.high - 1:g}"


def ages_of(header: str) -> Ages | None:
    """Return the ages that a heading on adults names, None where it names none."""
    name = normal(header)
    if _WORKING.search(name):
        return Ages(16, 65)
    if found := _RANGE.search(name):
        low, high = int(found[1]), int(found[2])
        return Ages(low, high + 1) if low < high else None
    found = _FROM.search(name)
    return Ages(int(found[1]), math.inf) if found else None


def drop_other_bases(table: Table) -> None:
    """Leave out shares of people or homes other than the field's own, in place, and report it; columns that the user confirmed are used, and reported.

    Qualifications are shares of everybody aged 16 and over, ages of everybody, tenure of homes.
    """
    for name in GROUP_COLUMNS["qualification"]:
        ages = ages_of(table.columns[name]) if name in table.columns else None
        if ages is None or (abs(ages.low - 16) == 0 and math.isinf(ages.high)):
            continue
        column = table.columns[name]
        near = math.isinf(ages.high) and abs(ages.low - 16) <= NEAR
        if near or name in table.given:
            told = f"'{column}' is of people {ages.words()}; it was used for everybody aged 16 and over{'' if near else ', as you said'}"
            table.findings.append(Finding("read" if near else "odd", told))
            continue
        _leave_out(table, name, f"of people {ages.words()}, not of everybody aged 16 and over")
    named = {table.columns[name]: name for name in GROUP_COLUMNS["age"] if name in table.columns and name not in table.given}
    for column in [c for c in table.text.frame if c in named or (c in table.mapping.unused and band_of(c) is not None)]:
        if other := _other(column):
            _leave_out(table, named.get(column, ""), f"a share of {other}, not of people of all ages", column)
    for name in (*GROUP_COLUMNS["tenure"], "rented"):
        column = table.columns.get(name, "")
        if _OF_PEOPLE.search(normal(column)):
            table.findings.append(
                Finding(
                    "odd", f"'{column}' is a share of people; it was used as the share of homes, which may differ by a few points"
                )
            )


def _other(header: str) -> str:
    found = _OF_OTHERS.search(normal(header))
    return "" if found is None else found[1] or found[2]


def _leave_out(table: Table, name: str, why: str, column: str = "") -> None:
    column = table.columns.pop(name, column)
    table.others[column] = ("", f"not used: {why}")
    take = f" To use it anyway: {advice().column(table.option, name, column)}" if name else ""
    table.findings.append(Finding("missing", f"'{column}' is {why}: it was not used.{take}"))
