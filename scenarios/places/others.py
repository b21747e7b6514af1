"""What a column called just `Other` counts, judged by its neighbours: homes of other tenure, other qualifications, or something unused."""

from __future__ import annotations

import re

from ..advice import advice
from ..own_data.tables.columns import PLACE_FIELDS
from ..own_data.tables.table_file import normal
from .imputation import GROUP_COLUMNS
from .table import Finding, Table
from .units import LEVELS

_OTHER = re.compile(next(f.pattern for f in PLACE_FIELDS if f.name == "other_tenure"))
_TENURE = re.compile(r"\b(?:tenures?|homes?|households?|dwellings?|housing)\b")
_QUALIFICATION = re.compile(r"qualif")
_OF_HOMES = re.compile(r"rent|own|tenure|mortgage|landlord|council|social|association|home|house|dwelling")


def place_other(table: Table) -> None:
    """Let columns called `Other` belong to the group of columns beside each, in place, and say so; what somebody confirmed, or a name says, stands."""
    if "other_tenure" in table.given:
        return
    groups = {
        c: _group_of_other(table, c) for c in table.text.frame.columns if _OTHER.fullmatch(normal(table.text.twins.get(c, c)))
    }
    homes = [c for c, group in groups.items() if group == "tenure"]
    taken = table.columns.get("other_tenure", "")
    if taken in groups and taken not in homes:
        del table.columns["other_tenure"]
        table.mapping.unused.append(taken)
        _tell_unused(table, taken, groups[taken])
    if "other_tenure" not in table.columns and homes:
        table.columns["other_tenure"] = homes[0]
        table.mapping.unused.remove(homes[0])
    table.levels = tuple(c for c, group in groups.items() if group == "qualification")
    told = [f"'{c}' is next to qualifications and was read as other qualifications" for c in table.levels]
    gone = f"'{taken}' was read as homes of other tenure"
    table.findings[:] = [f for f in table.findings if len(groups) < 2 or not f.text.startswith(gone)]
    table.findings += [Finding("read", text) for text in told]


def _tell_unused(table: Table, column: str, group: str) -> None:
    if not group:
        told = (
            f"'{column}' is unclear and was not used; if it counts homes: {advice().column(table.option, 'other_tenure', column)}"
        )
        table.findings.append(Finding("odd", told))


def _group_of_other(table: Table, column: str) -> str:
    name = normal(column)
    return "tenure" if _TENURE.search(name) else "qualification" if _QUALIFICATION.search(name) else _neighbours(table, column)


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
