"""Tenure from whatever categories a table has: owned, social rent, private rent; what is rented together is never split by guess, and no third is made up."""

from __future__ import annotations

import numpy as np

from ..advice import advice
from ..own_data.tables.table_file import normal
from .table import Finding, Table
from .units import Base, Group, check_sum, column_base, group_of, own_total, shares

MAIN = ("owned", "social_rented", "private_rented")
# Categories that are parts of the main ones, in the order in which they are tried; all of a tuple are needed.
PARTS = {
    "owned": (("owned_outright", "owned_mortgaged"),),
    "social_rented": (("council_rented", "association_rented"), ("council_rented",)),
    "private_rented": (("landlord_rented", "other_private_rented"), ("landlord_rented",)),
}
ADDED = {"shared_ownership": "owned", "rent_free": "private_rented", "other_tenure": "private_rented"}
FIELDS = (*MAIN, "rented", *dict.fromkeys(f for ways in PARTS.values() for way in ways for f in way), *ADDED)
LABELS = {"owned": "owned", "social_rented": "social rent", "private_rented": "private rent", "rented": "rent"}
COUNTS_NEED = "counts of homes need all three of owned, social_rented and private_rented, or the number of homes"


def tenure_of(table: Table, people: np.ndarray) -> dict[str, np.ndarray]:
    """Return tenure as shares of homes: the three, or `rented` alone where nothing tells how social and private rent part; and `homes`, their number, if given.

    Args:
        people: float64 (rows,), of all ages.

    Raises:
        InputError: counts of homes without all three or the number of homes; or shares that do not add up.
    """
    homes = column_base(table, "households", "households") or column_base(table, "dwellings", "dwellings")
    group = group_of(table, FIELDS, MAIN, None if homes is None else homes.values, people)
    if not set(group.values) - set(ADDED):
        return {}
    _merge_parts(table, group)
    base = homes if not group.counts() else homes or _whole(table, group, people)
    found = shares(table, group, base, f"{COUNTS_NEED}: {advice().column(table.option, 'households')}", people)
    _add_others(table, found)
    made = _completed(table, found)
    base = base or homes
    return made | ({"homes": base.values} if made and base is not None else {})


def _merge_parts(table: Table, group: Group) -> None:
    """Sum the parts of a category that has no column of its own, in place; parts that are not needed are let go."""
    for whole, ways in PARTS.items():
        way = next((w for w in ways if all(f in group.values for f in w)), None)
        if whole not in group.values and way is not None and len({group.units[f] for f in way}) == 1:
            group.values[whole] = np.sum([group.values[f] for f in way], axis=0)
            group.units[whole] = group.units[way[0]]
            names = " and ".join(table.columns[f] for f in way)
            table.merged[whole] = names
            told = "were summed to" if len(way) > 1 else "has no other column for the rest: it was read as all of"
            table.findings.append(Finding("read", f"{names} {told} {LABELS[whole]}"))
        for field in {f for w in ways for f in w}:
            if field in group.values:
                del group.values[field], group.units[field]
                table.passed[field] = (
                    f"part of {LABELS[whole]}"
                    if whole in group.values
                    else f"not used: the other homes of {LABELS[whole]} are missing"
                )


def _whole(table: Table, group: Group, people: np.ndarray) -> Base | None:
    """Return the sum of all homes by tenure, where the table has all of them; else a column of its own that is called a total."""
    counts = group.counts()
    extra = [f for f in ADDED if f in counts and f != "other_tenure"]
    for parts in (MAIN, ("owned", "rented")):
        if all(f in counts for f in parts):
            return Base(np.sum([group.values[f] for f in (*parts, *extra)], axis=0), "their sum")
    return own_total(table, np.sum([group.values[f] for f in counts], axis=0), people)


def _add_others(table: Table, found: dict[str, np.ndarray]) -> None:
    """Add shared ownership to owned, and homes lived in rent free or otherwise to private rent, in place."""
    for field, whole in ADDED.items():
        if field not in found:
            continue
        values = found.pop(field)
        header = normal(table.columns.get(whole, ""))
        named = {"shared_ownership": "shared", "rent_free": "rent free", "other_tenure": "other"}[field]
        total = np.sum([found[c] for c in MAIN if c in found], axis=0)
        whole = "rented" if whole not in found and "rented" in found and whole == "private_rented" else whole
        if named in header or whole not in found or np.nanmedian(total + values) > 1.03:
            table.passed[field] = f"already counted in {header}" if named in header else "not used"
            continue
        found[whole] = found[whole] + np.nan_to_num(values)
        table.passed[field] = f"counted with {LABELS[whole]}"
        table.findings.append(Finding("read", f"{table.columns[field]} was counted with {LABELS[whole]}"))


def _completed(table: Table, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return all three shares, or `rented` with how it parts left open; what follows from what is said."""
    names = [table.called(c) for c in found]
    if all(c in found for c in MAIN):
        _fill_one(table, found)
        total = np.sum([found[c] for c in MAIN], axis=0)
        check_sum(table, [table.called(c) for c in MAIN], total, True)
        return {c: found[c] / np.where(total > 0, total, np.nan) for c in MAIN}
    if "rented" in found:
        return _with_rented(table, found, names)
    held = [c for c in MAIN if c in found]
    total = np.sum([found[c] for c in held], axis=0)
    check_sum(table, names, total, False)
    rest = np.clip(1 - total, 0, None)
    if len(held) == 2:
        lacking = next(c for c in MAIN if c not in found)
        with_it = {
            "owned": "shared ownership",
            "private_rented": "homes lived in rent free",
            "social_rented": "homes of other tenure",
        }[lacking]
        with_it += " and empty homes" if any("by dwellings (" in table.noted.get(c, "") for c in held) else ""
        told = f"{LABELS[lacking]} (with {with_it}) was calculated as all homes minus {' and '.join(names)}: {100 * float(np.nanmean(rest)):.0f} % on average"
        table.findings.append(Finding("read", told))
        scale = np.maximum(total, 1.0)
        return {c: found[c] / scale for c in held} | {lacking: rest}
    if held == ["owned"]:
        told = f"{names[0]} alone: the rest is rented; how that splits into social and private renting is imputed from deprivation"
        table.findings.append(Finding("missing", told))
        return {"rented": rest}
    if held:
        told = (
            f"{names[0]} without {', '.join(advice().field(c) for c in MAIN if c not in found)}: tenure is imputed from deprivation"
        )
        table.findings.append(Finding("missing", told))
        table.passed[held[0]] = "not used: the other tenures are missing"
    return {}


def _fill_one(table: Table, found: dict[str, np.ndarray]) -> None:
    """Take the one tenure that a row lacks for what the two others leave of its homes, in place; rows whose two exceed all homes stay open."""
    lacking = np.isnan([found[c] for c in MAIN])
    rest = 1 - np.nansum([found[c] for c in MAIN], axis=0)
    open_ = (lacking.sum(axis=0) == 1) & (rest >= 0)
    for n, column in enumerate(MAIN):
        rows = lacking[n] & open_
        if rows.any():
            found[column] = np.where(rows, rest, found[column])
            others = " and ".join(table.called(c) for c in MAIN if c != column)
            told = f"{table.called(column)} is missing in {int(rows.sum())} of {len(rows)} rows: it was calculated there as all homes minus {others}"
            table.findings.append(Finding("read", told))


def _with_rented(table: Table, found: dict[str, np.ndarray], names: list[str]) -> dict[str, np.ndarray]:
    """Return tenure where homes rented from anybody are in one column."""
    rented = found["rented"]
    if "owned" in found:
        total = rented + found["owned"]
        check_sum(table, [table.called("owned"), table.columns["rented"]], total, True)
        rented = rented / np.where(total > 0, total, np.nan)
    check_sum(table, [table.columns["rented"]], rented, False)
    rented = np.minimum(rented, 1.0)
    parts = [c for c in ("social_rented", "private_rented") if c in found]
    if parts:
        other = "private_rented" if parts[0] == "social_rented" else "social_rented"
        check_sum(table, [table.called(parts[0]), "other rent"], found[parts[0]] + 1 - rented, False)
        rest = np.clip(rented - found[parts[0]], 0, None)
        table.findings.append(Finding("read", f"{LABELS[other]} is {table.columns['rented']} minus {table.called(parts[0])}"))
        return {"owned": 1 - rented, parts[0]: rented - rest, other: rest}
    told = f"{' and '.join(names)}: social and private renting are given together; how they split is imputed from deprivation"
    table.findings.append(Finding("missing", told))
    return {"rented": rented}
