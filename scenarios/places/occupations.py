"""Occupations, household sizes and moves of a table's rows, in three classes or nine, in sizes up to whatever a table has."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..advice import advice
from .imputation import GROUP_COLUMNS, WORDS
from .table import Finding, Table
from .units import Base, Group, check_sum, column_base, group_of, own_total, shares

# Fields that are counted with one of the group's where a table has them: classes of NS-SEC that the three are made of, and larger households.
COUNTED_WITH = {
    "occupation": {
        "lower_managers": "higher_occupations", "small_employers": "intermediate_occupations", "lower_supervisors": "routine_occupations",
        "semi_routine": "routine_occupations",
    },
    "household_size": dict.fromkeys(("homes_of_6", "homes_of_7", "homes_of_8_plus"), "homes_of_5_plus"),
}  # fmt: skip
MAIN_JOBS = GROUP_COLUMNS["occupation"][:3]


def occupations_of(table: Table, people: np.ndarray, adults: Callable[[np.ndarray], Base]) -> dict[str, np.ndarray]:
    """Return the occupations of adults as shares of them; those who never worked and students are needed, as they are adults too.

    Args:
        people: float64 (rows,), of all ages.
        adults: returns what counts of adults are divided by, from their sum.
    """
    group = _group(table, "occupation", people)
    if not set(MAIN_JOBS) <= set(group.values):
        return _unused(table, "occupation", group)
    columns = GROUP_COLUMNS["occupation"]
    total = np.sum(list(group.values.values()), axis=0)
    whole = set(columns) <= set(group.values)
    return _shares(
        table, "occupation", group, people, Base(total, "their sum") if whole else adults(total) if group.counts() else None
    )


def household_sizes_of(table: Table, people: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sizes of households as shares of them; or the share of one person alone."""
    group = _group(table, "household_size", people)
    if not group.values:
        return {}
    total, columns = np.sum(list(group.values.values()), axis=0), GROUP_COLUMNS["household_size"]
    base = (
        Base(total, "their sum")
        if set(columns) <= set(group.values)
        else column_base(table, "households", "households") or own_total(table, total, people)
    )
    if group.counts() and base is None:
        return _unused(table, "household_size", group)
    return _shares(table, "household_size", group, people, base)


def moved_of(table: Table, people: np.ndarray) -> dict[str, np.ndarray]:
    """Return the share of people who moved within a year."""
    group = _group(table, "moved", people)
    if not group.values:
        return {}
    found = shares(table, group, Base(people, "people of all ages"), "", people)
    check_sum(table, [table.columns["moved"]], found["moved"], False)
    return found


def _group(table: Table, name: str, people: np.ndarray) -> Group:
    """Return the columns of a group as numbers, those that are counted with another added to it."""
    columns, also = GROUP_COLUMNS[name], COUNTED_WITH.get(name, {})
    group = group_of(table, (*columns, *also), columns, None, people)
    for field, whole in also.items():
        if field not in group.values:
            continue
        values, unit = group.values.pop(field), group.units.pop(field)
        if whole in group.values and group.units[whole] == unit:
            group.values[whole] = group.values[whole] + np.nan_to_num(values)
            table.passed[field] = f"counted with {table.columns[whole]}"
            table.findings.append(Finding("read", f"{table.columns[field]} was counted with {table.columns[whole]}"))
    return group


def _shares(table: Table, name: str, group: Group, people: np.ndarray, base: Base | None) -> dict[str, np.ndarray]:
    """Return the shares of a whole group; one that is missing is what the others leave, and more than one is told."""
    columns = GROUP_COLUMNS[name]
    found = shares(table, group, base, "", people)
    total = np.sum(list(found.values()), axis=0)
    names = [table.called(c) for c in found]
    lacking = [c for c in columns if c not in found]
    check_sum(table, names, total, not lacking)
    if len(lacking) == 1:
        found[lacking[0]] = np.clip(1 - total, 0, None)
        told = f"{lacking[0].replace('_', ' ')} was calculated as all minus {', '.join(names)}: {100 * float(np.nanmean(found[lacking[0]])):.0f} % on average"
        table.findings.append(Finding("read", told))
        total = np.maximum(total + found[lacking[0]], 1e-12)
    elif lacking:
        kept = {"homes_of_1": found["homes_of_1"]} if "homes_of_1" in found else {}
        return kept | _unused(table, name, group, set(kept))
    return {c: found[c] / np.where(total > 0, total, np.nan) for c in columns}


def _unused(table: Table, name: str, group: Group, kept: set[str] = frozenset()) -> dict[str, np.ndarray]:  # type: ignore[assignment]
    """Say that the columns of a group were not used, as others are missing."""
    left = [c for c in group.values if c not in kept]
    if left:
        lacking = [c for c in GROUP_COLUMNS[name] if c not in group.values]
        told = f"{', '.join(table.called(c) for c in left)} without {', '.join(map(advice().field, lacking))}: {WORDS[name]} is imputed from deprivation"
        table.findings.append(Finding("missing", told))
        table.passed |= dict.fromkeys(left, "not used: others are missing")
    return {}
