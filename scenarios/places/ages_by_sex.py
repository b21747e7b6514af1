"""People counted by sex, `Males 0-15` and `Females 0-15`: added up if both exist and are counts."""

from __future__ import annotations

import re

import pandas as pd

from simulation.declared.parameters import InputError

from ..own_data.tables.table_file import missing, normal, numbers
from .ages import band_of, tiling
from .table import Finding, Table, signed

_MALE = r"males?|m|men|boys?|man|hommes?|hombres|varones|manner"
_FEMALE = r"females?|f|women|girls?|woman|femmes?|mujeres|frauen"
_SEX = re.compile(rf"\b(?:(?P<m>{_MALE})|(?P<f>{_FEMALE}))\b")
_EVERYBODY = re.compile(
    r"(?:(?:total|all|of|number|no|count|population|persons?|people|residents?|usual|resident|ages|aged|mid|estimate|sex|(?:19|20)\d\d) ?)*"
)
Band = tuple[float, float]


def add_sexes(table: Table) -> None:
    """Add the people of both sexes together, in place: bands of age into columns of their own, and all ages into the population where no column gives it.

    One sex alone, and percentages of each sex, are not used, and this is said.
    """
    sides = {
        column: found for column in table.mapping.unused if column in table.text.frame and (found := _side(column)) is not None
    }
    if not sides:
        return
    own = {c: band for c in table.text.frame.columns if c not in sides and (band := band_of(c)) is not None}
    held = tiling(own)
    if held is not None and "" not in held.columns:
        own |= dict.fromkeys(sides, (0.0, 0.0))  # everybody is counted already
        sides = {c: found for c, found in sides.items() if found[1] is None}
    pairs: dict[Band | None, dict[str, str]] = {}
    for column, (sex, band) in sides.items():
        pairs.setdefault(band, {}).setdefault(sex, column)
    alone: list[str] = []
    percent: list[str] = []
    for band, both in pairs.items():
        if (band is None and "population" in table.columns) or band in own.values():
            continue
        if len(both) == 1:
            alone += [] if band is None else both.values()
        elif _shares(table, both):
            percent += list(both.values())
        else:
            _add(table, band, (both["m"], both["f"]))
    for columns, why in (
        (alone, "the other sex is missing"),
        (percent, "shares of men and of women have two different bases and cannot be added up"),
    ):
        if columns:
            table.findings.append(Finding("missing", f"{', '.join(columns[:8])}: {why}, so they were not used"))
            table.others |= dict.fromkeys(columns, ("", f"not used: {why}"))


def _side(column: str) -> tuple[str, Band | None] | None:
    """Return the sex and the ages that a column counts, None for all ages; None if its name says no sex, or more."""
    name = normal(column)
    found = {("m" if hit["m"] else "f") for hit in _SEX.finditer(name)}
    if len(found) != 1:
        return None
    rest = " ".join(_SEX.sub(" ", name).split())
    if not rest or _EVERYBODY.fullmatch(rest):
        return found.pop(), None
    band = band_of(f"aged {rest}" if rest.isdigit() else rest)
    return None if band is None else (found.pop(), band)


def _shares(table: Table, both: dict[str, str]) -> bool:
    """Return whether two columns hold percentages or shares."""
    if any(
        "%" in c or re.search(r"\b(?:percent\w*|pct|share|proportion|rate)\b", normal(c)) or signed(table, c) for c in both.values()
    ):
        return True
    cells = pd.concat([table.text.frame[c] for c in both.values()])
    values = pd.to_numeric(cells[~missing(cells)].str.replace(",", "", regex=False), errors="coerce")
    return bool((values % 1 > 0).any())


def _add(table: Table, band: Band | None, columns: tuple[str, str]) -> None:
    """Put the sum of two columns into one of its own."""
    values = sum(numbers(table.text, column, column, whole=True) for column in columns)
    made = " + ".join(columns)
    if made in table.text.frame:
        raise InputError(f"{table.text.path}: a column named '{made}' already exists; rename it")
    cells = values.map(lambda value: "" if pd.isna(value) else f"{value:.0f}")
    table.text.frame = table.text.frame.assign(**{made: cells})
    words = "people of all ages" if band is None else "people by age"
    table.others |= dict.fromkeys(columns, ("population" if band is None else "age", f"{words} and sex, added to the other sex"))
    if band is None:
        table.columns["population"] = made
        table.findings.append(Finding("read", f"population is {columns[0]} and {columns[1]} added up"))
    else:
        table.bands[made] = band
        table.mapping.unused.append(made)
        table.findings.append(Finding("read", f"{columns[0]} and {columns[1]} were added up"))
