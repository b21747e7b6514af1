"""Marginals of a table's rows as shares: ages in any bands, tenure from whatever categories there are, qualification; each divided by its own base."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from ..advice import advice
from ..own_data.tables.table_file import missing, numbers
from ..own_data.tables.table_file import shares as cells_of
from .ages import NOMINAL, Bands, band_of, parts_of, summed, tiling, weights_of
from .imputation import GROUP_COLUMNS, WITHIN, usual_shares
from .occupations import household_sizes_of, moved_of, occupations_of
from .table import Finding, Table, signed
from .tenure import tenure_of
from .units import (
    Base,
    ask_small_counts,
    check_sum,
    column_base,
    group_of,
    levels_total,
    own_total,
    says_count,
    says_percent,
    shares,
)

SHARES = tuple(c for columns in GROUP_COLUMNS.values() for c in columns)
AGES = GROUP_COLUMNS["age"]
NEAR = 0.02  # by which finer ages may differ from the coarser ones of the same table


def shares_of(table: Table, people: np.ndarray, adult_share: Callable[[], np.ndarray]) -> pd.DataFrame:
    """Return the marginals of a table's rows as shares 0..1, nan where they are not given; shares, percentages and counts are distinguished.

    Args:
        people: float64 (rows,), of all ages, where the table does not give them itself.
        adult_share: returns the share of people who are 16 and over by row, imputed, where the table does not give it.

    Returns:
        columns `SHARES`; `rented`: social and private rent together, where how they part is to be imputed; `homes`: their number.

    Raises:
        InputError: a row whose shares do not add up, or counts without anything to divide them by.
    """
    own = (
        numbers(table.text, table.columns["population"], "population", whole=True).to_numpy()
        if "population" in table.columns
        else people
    )
    people = np.where(np.isnan(own), people, own)
    out = pd.DataFrame(np.nan, index=range(len(table.text.frame)), columns=[*SHARES, "rented", "homes"])
    for name, values in _ages(table, people).items():
        out[name] = values
    for name, values in tenure_of(table, people).items():
        out[name] = values
    adults = partial(_adults, table, people, out["under_16"].to_numpy(), adult_share)
    told = (
        _qualifications(table, people, adults),
        occupations_of(table, people, adults),
        household_sizes_of(table, people),
        moved_of(table, people),
    )
    for name, values in (item for one in told for item in one.items()):
        out[name] = values
    return out


def people_by_age(table: Table) -> np.ndarray | None:
    """Return the people of each row as the sum of its ages, where these are counts and make up everybody; None else."""
    held = tiling(_bands(table))
    if held is None or "" in held.columns:
        return None
    if any(signed(table, c) for c in held.columns):
        return None
    total = np.sum([numbers(table.text, c, c).to_numpy() for c in held.columns], axis=0)
    return total if np.nanmedian(total) > 130 else None


def _ages(table: Table, people: np.ndarray) -> dict[str, np.ndarray]:
    """Return the three ages as shares of all people, from bands that together count everybody once."""
    bands = _bands(table)
    named = [table.columns[c] for c in AGES if c in table.columns]
    held = tiling(bands)
    if held is None:
        return _under_16(table, bands, people)
    uncut = [c or "the rest" for c, band in zip(held.columns, held.bands, strict=True) if weights_of(band) is None]
    if uncut:
        told = f"ages are given as {', '.join(c for c in held.columns if c)}: 16 and 65 fall within {' and '.join(uncut)}, so age is imputed from deprivation"
        table.findings.append(Finding("missing", told))
        return _under_16(table, {}, people)
    values = _band_values(table, held, people)
    if any(column not in named for column in held.columns if column) or len(held.columns) != len(AGES):
        _tell_bands(table, held)
    three = summed(held.bands, values)
    assert three is not None
    total = three.sum(axis=1)
    shares = three / np.where(total > 0, total, np.nan)[:, None]
    return {name: shares[:, n] for n, name in enumerate(AGES)} | _finer(table, bands, held, values, shares, people)


def _finer(
    table: Table, bands: dict[str, tuple[float, float]], held: Bands, values: np.ndarray, shares: np.ndarray, people: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the seven ages of adults as shares of everybody, where bands tell them; what they tell in part is kept in `table.parts`.

    Args:
        held, values: the bands of the three ages, with their values.
        shares: float64 (rows, 3), the three ages.
    """
    fine = tiling(bands, finer=True)
    if fine is None or "" in fine.columns:
        return {}
    if fine != held:
        values = _band_values(table, fine, people)
        three = summed(fine.bands, values)
        total = np.maximum(values.sum(axis=1, keepdims=True), 1e-12)
        if three is None or np.nanmedian(np.abs(three / total - shares)) > NEAR:
            told = f"{', '.join(c for c in fine.columns if c not in held.columns)}: do not add up to the ages of {', '.join(held.columns)}, so they were not used"
            table.findings.append(Finding("odd", told))
            return {}
    found: dict[str, np.ndarray] = {}
    for (group, whole), (low, high) in zip(WITHIN.items(), ((16.0, 65.0), (65.0, math.inf)), strict=True):
        parts = parts_of(fine.bands, values, low, high)
        if parts is None:
            continue
        if not parts.told:
            table.parts[group] = parts
            continue
        usual = usual_shares(group)
        inside = parts.applied(np.broadcast_to(usual, (len(values), len(usual)))) * shares[:, AGES.index(whole)][:, None]
        found |= {c: np.where(np.isnan(parts.shares).any(axis=1), np.nan, inside[:, n]) for n, c in enumerate(GROUP_COLUMNS[group])}
    for column in fine.columns:
        table.others.setdefault(column, ("age", "people by age"))
    return found


def _under_16(table: Table, bands: dict[str, tuple[float, float]], people: np.ndarray) -> dict[str, np.ndarray]:
    """Return the share under 16 alone, where the ages do not make up everybody: by its column, or by the number of adults."""
    child = next((c for c, band in bands.items() if band == NOMINAL["under_16"]), None)
    adults = column_base(table, "adults", "people aged 16 and over")
    if child is not None:
        values = _band_values(table, Bands((child, ""), (NOMINAL["under_16"], (16.0, math.inf))), people)[:, 0]
    elif adults is not None:
        values = 1 - adults.values / np.maximum(people, 1e-9)
        if not ((values > 0.02) & (values < 0.5) | np.isnan(values)).all():
            row = int(np.nanargmax(np.abs(values - 0.2)))
            told = f"line {table.text.frame.index[row]}: {table.columns['adults']} is {100 * (1 - values[row]):.0f} % of the population, so it was not used for age"
            table.findings.append(Finding("odd", told))
            values = np.full(len(people), np.nan)
        else:
            table.findings.append(
                Finding("read", f"people under 16 were calculated as the population minus {table.columns['adults']}")
            )
    else:
        values = np.full(len(people), np.nan)
    left = [c for c in bands if c != child]
    if left:
        told = f"{', '.join(left[:8])}: together with the others, these ages do not cover all ages, so they were not used"
        table.findings.append(Finding("missing", told))
        table.passed |= {
            name: "not used: together with the others, it does not cover all ages"
            for name in AGES
            if table.columns.get(name) in left
        }
    return {} if np.isnan(values).all() else {"under_16": values}


def _bands(table: Table) -> dict[str, tuple[float, float]]:
    """Return the columns that count people of some ages, with their bands; columns that somebody has confirmed mean what their field does."""
    fields = {table.columns[name]: band for name, band in NOMINAL.items() if name in table.columns}
    if any(name in table.given for name in AGES):
        return fields
    free = [
        c for c in table.text.frame.columns if (c in table.mapping.unused and table.others.get(c, ("age", ""))[0]) or c in fields
    ]
    found = {c: band for c in free if (band := table.bands.get(c) or band_of(c) or fields.get(c)) is not None}
    return {c: band for c, band in found.items() if not missing(table.text.frame[c]).all()}


def _band_values(table: Table, held: Bands, people: np.ndarray) -> np.ndarray:
    """Return float64 (rows, bands), bands as shares of everybody (or as counts, where no band is missing)."""
    names = [c for c in held.columns if c]
    cells, shown = cells_of(table.text, {c: c for c in names})
    values = np.column_stack([cells[c].to_numpy() if c else np.full(len(people), np.nan) for c in held.columns])
    there = [n for n, c in enumerate(held.columns) if c]
    gap = len(there) < len(held.columns)
    total = values[:, there].sum(axis=1)
    percent = shown or any("%" in c for c in names)
    highest = float(np.nanmax(values))
    middle = float(np.nanmedian(total)) if not np.isnan(total).all() else math.nan
    if not percent and (
        highest > 105
        or (not gap and middle > 130)
        or (gap and (total > 105).any() and not (total > people).any())
        or (highest > 1 and all(map(says_count, names)))
        or (not gap and highest > 1 and np.nanmedian(np.abs(total / np.maximum(people, 1) - 1)) < 0.1)
    ):
        base, how = people if gap else total, f"counts, divided by {'people of all ages' if gap else 'their sum'}"
        if not gap:
            _compare(table, total, people, names)
    elif highest > 1.0 or shown:
        if gap and not percent and not any(map(says_percent, names)):
            ask_small_counts(table, {c: values[:, n] for n, c in enumerate(held.columns) if c}, people)
        base, how = np.full(len(people), 1.0 if shown else 100.0), "percentages"
    else:
        base, how = np.ones(len(people)), "shares"
    if how != "shares":
        table.findings.append(Finding("read", f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} read as {how}"))
    table.noted |= {name: how for name in AGES if table.columns.get(name) in names}
    values = values / np.where(base > 0, base, np.nan)[:, None]
    check_sum(table, names, values[:, there].sum(axis=1), not gap)
    if gap:
        values[:, held.columns.index("")] = np.clip(1 - values[:, there].sum(axis=1), 0, None)
    return values


def _compare(table: Table, total: np.ndarray, people: np.ndarray, names: list[str]) -> None:
    off = float(np.nansum(total) / max(np.nansum(np.where(np.isnan(total), 0, people)), 1e-9)) - 1
    if abs(off) > 0.05:
        table.findings.append(Finding("odd", f"{', '.join(names)} add up to {100 * (1 + off):.0f} % of the population"))


def _tell_bands(table: Table, held: Bands) -> None:
    """Say which columns were summed to which ages, and which were divided."""
    table.findings.append(Finding("read", f"ages were summed from {', '.join(c for c in held.columns if c)}"))
    for column, band in zip(held.columns, held.bands, strict=True):
        weights = weights_of(band)
        assert weights is not None
        parts = [f"{100 * w:.0f} % {name.replace('_', ' ')}" if 0 < w < 1 else name.replace("_", " ") for name, w in zip(("under_16", "16_to_64", "65_and_over"), weights, strict=True) if w > 0]  # fmt: skip
        if column:
            table.others[column] = ("age", f"people by age, counted as {' and '.join(parts)}")
        if len(parts) > 1:
            years = f"{band[0]:g} to {band[1] - 1:g}"
            table.findings.append(
                Finding("read", f"{column or 'the rest'}: ages {years} were divided evenly, {' and '.join(parts)}")
            )


def _qualifications(table: Table, people: np.ndarray, adults: Callable[[np.ndarray], Base]) -> dict[str, np.ndarray]:
    """Return the qualifications of adults as shares of them."""
    columns = GROUP_COLUMNS["qualification"]
    group = group_of(table, columns, (), None, people)
    if not group.values:
        return {}
    base = adults(np.sum(list(group.values.values()), axis=0)) if group.counts() else None
    found = shares(table, group, base, "", people)
    if len(found) < len(columns):
        lacking = [c for c in columns if c not in found]
        names = ", ".join(table.columns[c] for c in found)
        table.findings.append(
            Finding(
                "missing", f"{names} without {', '.join(map(advice().field, lacking))}: qualification is imputed from deprivation"
            )
        )
        table.passed |= dict.fromkeys(found, "not used: the other one is missing")
        return {}
    check_sum(table, [table.columns[c] for c in columns], np.sum([found[c] for c in columns], axis=0), False)
    return found


def _adults(
    table: Table, people: np.ndarray, under_16: np.ndarray, adult_share: Callable[[], np.ndarray], given: np.ndarray
) -> Base:
    """Return people aged 16 and over: as the table counts them, else from its ages, else from imputed ones."""
    base = column_base(table, "adults", "people aged 16 and over") or levels_total(table, given)
    if base is None and not any(c in table.columns for c in ("owned", "social_rented", "private_rented", "rented")):
        base = own_total(table, given, people)
    if base is not None and not np.isnan(base.values).any():
        return base
    share = 1 - under_16
    if not np.isnan(share).any():
        return Base(people * share, "people aged 16 and over, from the ages given")
    share = np.where(np.isnan(share), adult_share(), share)
    told = "people aged 16 and over, imputed from deprivation as the table does not count them"
    values = people * share if base is None else np.where(np.isnan(base.values), people * share, base.values)
    return Base(values, told if base is None else f"{base.words}, imputed where it is missing")
