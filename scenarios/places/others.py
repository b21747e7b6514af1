"""What a column called just `Other` is of: homes of other tenure, other qualifications, or something that is not used; its neighbours tell."""

from __future__ import annotations

import re

from ..tables import normal
from .imputation import GROUP_COLUMNS
from .table import Finding, Table
from .units import LEVELS

_TENURE = re.compile(r"\b(?:tenures?|homes?|households?|dwellings?|housing)\b")
_QUALIFICATION = re.compile(r"qualif")
_OF_HOMES = re.compile(r"rent|own|tenure|mortgage|landlord|council|social|association|home|house|dwelling")


def place_other(table: Table) -> None:
    """Let a column called `Other` belong to the group of columns beside it, in place, and say so; what somebody confirmed, or its name says, stands."""
    column = table.columns.get("other_tenure")
    if column is None or "other_tenure" in table.given or _TENURE.search(normal(column)):
        return
    group = "qualification" if _QUALIFICATION.search(normal(column)) else _neighbours(table, column)
    if group == "tenure":
        return
    del table.columns["other_tenure"]
    table.mapping.unused.append(column)
    if group == "qualification":
        table.levels = (column,)
        table.findings.append(Finding("read", f"'{column}' stands beside qualifications and was read as other qualifications"))
        return
    table.findings.append(
        Finding("odd", f"'{column}' may be anything and was not used; if it is of homes: {table.option} \"other_tenure={column}\"")
    )


def _neighbours(table: Table, column: str) -> str:
    """Return the group of the column on the left, else (where that one is of no other group either) on the right: `tenure`, `qualification`, or nothing."""
    columns = list(table.text.frame.columns)
    at = columns.index(column)
    left, right = columns[at - 1] if at else "", columns[at + 1] if at + 1 < len(columns) else ""
    if left and (group := _group(table, left)):
        return group
    return _group(table, right) if right and (not left or left in table.columns.values()) else ""


def _group(table: Table, column: str) -> str:
    fields = {c: name for name, c in table.columns.items()}
    name = fields.get(column, "")
    if name in GROUP_COLUMNS["qualification"] or LEVELS.fullmatch(normal(column)) or _QUALIFICATION.search(normal(column)):
        return "qualification"
    homes = ("households", "dwellings") if name else ()
    return "tenure" if name not in homes and _OF_HOMES.search(normal(column)) else ""
