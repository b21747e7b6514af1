"""Deprivation of small areas: deciles as given, from area codes, scores or ranks, in either direction, with a few gaps filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..advice import advice
from ..own_data.tables.table_file import numbers, shares
from .directions import Direction, direction_of, most_of
from .scores import refuse_bare, refuse_sentinels, take_nzdep
from .table import Finding, Table
from .uk_tables import UK_INDEX, decile_bounds
from .unread_deprivation import tell_unread

NOTHING_KNOWN = "no column gives deprivation: everybody is put in the middle (decile 5)"
ORDERED = {
    "deprivation_decile": 10, "deprivation_percentile": 100, "deprivation_vigintile": 20, "deprivation_quintile": 5, "deprivation_quartile": 4, "deprivation_rank": 0,
}  # fields that have a direction, with their highest value  # fmt: skip
FINE = {"deprivation_percentile": "percentiles", "deprivation_vigintile": "vigintiles"}  # parts of deciles
REVERSED = "_reversed"
# How many small areas each nation ranks, by the first three signs of their codes, in its latest index of the areas of 2011.
RANKED = {"E01": 32_844, "W01": 1_909, "S01": 6_976, "95": 890}
RANKED_BY_NAME = ((r"nimdm", 890), (r"simd ?2016|simd ?2020|simd", 6_976), (r"wimd ?2025", 1_917), (r"wimd", 1_909), (r"imd ?20(?:04|07|10)", 32_482), (r"imd ?2025", 33_755), (r"imd ?(?:2015|2019)", 32_844))  # fmt: skip
# Rank correlations from which a measure of deprivation tells which way deciles run; from which another column does; and from which either overrules how
# an index is published.
CLEAR, TELLING, CERTAIN = 0.5, 0.6, 0.8
LEAST_ROWS = 4


@dataclass
class Deprivation:
    """What is known of the deprivation of the rows of a table.

    Attributes:
        decile: int (rows,), 1 = most deprived.
        rising: float64 (rows,), any measure, more deprived where higher.
        index: which index the deciles are of.
    """

    decile: np.ndarray
    rising: np.ndarray
    index: str


@dataclass
class _Source:
    """One source of deciles: float64 (rows,), nan where unknown; and a measure that rises with deprivation."""

    name: str
    decile: np.ndarray
    rising: np.ndarray
    national: bool = True


def measures_of(table: Table) -> dict[str, np.ndarray]:
    """Return everything in a table about deprivation as numbers by row, by field; the fields ending in `_reversed` are those whose highest number is the most deprived.

    Raises:
        InputError: naming line and value of what is not a whole number or out of range.
    """
    found: dict[str, np.ndarray] = {}
    for name in (*ORDERED, "deprivation", "advantage"):
        for field in (name, name + REVERSED):
            if field not in table.columns:
                continue
            column = table.columns[field]
            if name in ORDERED:
                table.text.frame = table.text.frame.assign(**{column: table.text.frame[column].map(_digits)})
            least = 0.0 if name == "deprivation_percentile" else 1.0
            low, high = (least, float(ORDERED[name] or np.inf)) if name in ORDERED else (-np.inf, np.inf)
            values = numbers(table.text, column, field, low, high).to_numpy()
            if ORDERED.get(name) and least and not (values[~np.isnan(values)] % 1 == 0).all():
                row = int((values % 1 > 0).argmax())
                allowed = f"whole numbers 1 (most deprived) to {ORDERED[name]}"
                raise InputError(f"{table.text.line(row)}: {field}: {values[row]:g}; allowed: {allowed}")
            if not np.isnan(values).all():
                found[field] = values
    if "deprivation" in found:
        refuse_sentinels(table, found["deprivation"])
        if not any(name.removesuffix(REVERSED) in ORDERED for name in found):
            refuse_bare(table, found["deprivation"])
    return found


def _digits(cell: str) -> str:
    """Return the number of a cell such as `Q1`, `1 (most deprived)`, `Decile 3`, `1st`; other cells as they are."""
    found = re.fullmatch(
        r"(?:q|d|quintile|decile|fifth)?\s*(\d+)(?:st|nd|rd|th)?(?:\s*[-\u2013(:,=]?\s*[a-z][^\d]*\)?)?", cell.strip(), re.I
    )
    return found[1] if found else cell


def deprivation_of(table: Table, people: np.ndarray, known: pd.DataFrame, british: bool, wards: pd.Series | None, findings: list[Finding]) -> Deprivation:  # fmt: skip
    """Return the deprivation of a table's rows; the source of each decile, and what is imputed, is reported in `findings`.

    Args:
        people: float64 (rows,).
        known: what the shipped tables know of the rows (`known_areas`).
        wards: ward of each row, from whose other rows missing ones are imputed.

    Raises:
        InputError: it is not clear which end of the deciles or ranks is the most deprived, or how many areas are ranked.
    """
    take_nzdep(table)
    tell_unread(table, tuple(ORDERED), findings)
    words = {name: sorted(set(table.text.frame[c])) for name, c in table.columns.items() if name.removesuffix(REVERSED) in ORDERED}
    measures = _turned(table, measures_of(table), words, known, british, findings)
    sources = [s for s in _sources(table, measures, people, known, british, findings) if not np.isnan(s.decile).all()]
    if not sources:
        findings.append(Finding("missing", NOTHING_KNOWN))
        return Deprivation(np.full(len(people), 5), np.zeros(len(people)), "none")
    first = sources[0]
    decile, rising = first.decile.copy(), first.rising.copy()
    _tell_codes(known, first, findings)
    for other in sources[1:]:
        gaps = np.isnan(decile) & ~np.isnan(other.decile)
        if gaps.any() and other.national and first.national:
            decile[gaps] = other.decile[gaps]
            findings.append(Finding("read", f"{_rows(gaps)} without {first.name}: deciles were taken from {other.name}"))
    _impute(table, decile, people, wards, first.name, findings)
    if np.isnan(rising).any():
        held = ~np.isnan(rising)
        mean = pd.Series(rising[held]).groupby(decile[held]).mean()
        rising[~held] = np.interp(decile[~held], mean.index.to_numpy(float), mean.to_numpy())
    return Deprivation(np.rint(decile).astype(int), rising, first.name)


def _rows(flags: np.ndarray) -> str:
    count = int(flags.sum())
    return f"{count} of {len(flags)} rows"


def _turned(
    table: Table, measures: dict[str, np.ndarray], words: dict[str, list[str]], known: pd.DataFrame, british: bool, findings: list[Finding]
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return the measures by field, deciles, quintiles and ranks turned so that 1 is the most deprived."""
    found = {name: values for name, values in measures.items() if name.removesuffix(REVERSED) not in ORDERED}
    for name, highest in ORDERED.items():
        for field in (name + REVERSED, name):
            if field not in measures or name in found:
                continue
            values, column = measures[field], table.columns[field]
            lowest, why = _direction(table, field, values, words.get(field, []), found | _plain_measures(table), known, british)
            if lowest:
                found[name] = values
            else:
                most = highest or most_of(column) or _ranked(table, column) or float(np.nanmax(values))
                nought = name == "deprivation_percentile" and not (np.nan_to_num(values, nan=1.0) >= 1).all()
                found[name] = most + (not nought) - values
            end = "1" if lowest else f"{highest}" if highest else "the highest"
            findings.append(Finding("read", f"{column}: {end} is the most deprived, {why}"))
            table.described[field] = f"deprivation {name.removeprefix('deprivation_')}, {end} = most deprived, {why}"
    return found


def _plain_measures(table: Table) -> dict[str, np.ndarray]:
    """Return columns that show the direction of deciles if nothing else does: qualifications, then social rent."""
    found: dict[str, np.ndarray] = {}
    for name in ("no_qualification", "level_4_plus", "social_rented"):
        if name in table.columns:
            values = shares(table.text, {name: table.columns[name]})[0][name].to_numpy()
            if "population" in table.columns and np.nan_to_num(values).max(initial=0) > 105:
                values = values / np.maximum(
                    numbers(table.text, table.columns["population"], "population", whole=True).to_numpy(), 1
                )
            found[name] = values
    return found


def _direction(table: Table, field: str, values: np.ndarray, words: list[str], others: dict[str, np.ndarray], known: pd.DataFrame, british: bool) -> tuple[bool, str]:  # fmt: skip
    """Return whether the lowest number is the most deprived, and how this is known."""
    column = table.columns[field]
    named = direction_of(column, words)
    if named is not None and named.said:
        return named.lowest, named.why
    if field.endswith(REVERSED):
        return False, "as you said"
    told = _by_data(values, others, known, table.columns)
    if field in table.given:
        return (False, named.why) if named is not None and not named.lowest else (True, "as you said")
    if column in (field, field + REVERSED):
        return column == field, "as its name says"
    return _weighed(table, field, named, told, british)


def _weighed(
    table: Table, field: str, named: Direction | None, told: tuple[bool, str, bool] | None, british: bool
) -> tuple[bool, str]:
    """Return the direction from an index's publication and from what the table's other columns tell."""
    if named is not None and (told is None or told[0] == named.lowest or not told[2]):
        return named.lowest, named.why
    if told is not None:
        return told[0], told[1]
    if british:
        return True, "as the indices of the United Kingdom are published"
    column = table.columns[field]
    end = str(ORDERED.get(field) or "the highest")
    raise InputError(
        f"{table.text.path}: {column}: it is not clear whether 1 or {end} is the most deprived; say so with {advice().column(table.option, field, column)} (1 is the most deprived) "
        f"or {advice().column(table.option, field + REVERSED, column)} ({end} is the most deprived)"
    )


def _by_data(
    values: np.ndarray, others: dict[str, np.ndarray], known: pd.DataFrame, called: Mapping[str, str]
) -> tuple[bool, str, bool] | None:
    """Return whether the lowest is the most deprived by what else is known of the rows, in words by what, and whether that is beyond doubt."""
    signs = {
        "deprivation": -1,
        "advantage": 1,
        **{name: 1 for name, highest in ORDERED.items() if highest},
        "no_qualification": -1,
        "level_4_plus": 1,
        "social_rented": -1,
    }
    r = _correlation(values, known["deprivation_decile"].to_numpy(float))
    if abs(r) >= CLEAR:
        return r > 0, "as the shipped UK table has it for these codes", abs(r) >= CERTAIN and len(values) >= LEAST_ROWS
    for name, sign in signs.items():
        if name in others:
            first = name in ("deprivation", "advantage") or name in ORDERED
            r = sign * _correlation(values, others[name], 2 if first else LEAST_ROWS)
            if abs(r) >= (CLEAR if first else TELLING):
                return (
                    r > 0,
                    f"as it rises and falls with {called.get(name, name.replace('_', ' '))}",
                    first and name != "advantage" and abs(r) >= CERTAIN and len(values) >= LEAST_ROWS,
                )
    return None


def _correlation(one: np.ndarray, other: np.ndarray, least: int = 3) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < least or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return 0.0
    return float(pd.Series(one[both]).rank().corr(pd.Series(other[both]).rank()))  # Spearman's


def _ranked(table: Table, column: str) -> int | None:
    """Return how many areas a national rank goes up to, by the codes of the rows or the name of the index."""
    name = re.sub(r"[_\s]+", " ", column.lower())
    for pattern, count in RANKED_BY_NAME:
        if re.search(pattern, name):
            return count
    key = table.columns.get("area")
    if key is None:
        return None
    starts = table.text.frame[key].str.upper()
    return next((n for start, n in RANKED.items() if starts.str.match(rf"{start}\w+$").mean() > 0.5), None)


def _national_ranks(table: Table, rank: np.ndarray) -> np.ndarray | None:
    """Return deciles of national ranks, or None for ranks within this place.

    Raises:
        InputError: the ranks go beyond the rows of this place and nothing says of how many they are.
    """
    field = "deprivation_rank" if "deprivation_rank" in table.columns else "deprivation_rank" + REVERSED
    column = table.columns[field]
    highest = float(np.nanmax(rank))
    most = most_of(column)
    if most is None and highest <= len(rank):
        return None
    most = most or _ranked(table, column)
    if most is None and "imd" in column.lower():
        most = RANKED["E01"]
    if most is None:
        raise InputError(
            f"{table.text.path}: {column}: ranks up to {highest:,.0f} in a table of {len(rank)} rows are not ranks within this place; "
            f"give the number of ranked areas in the column's name, such as '{column} (of 2,000)'"
        )
    if highest > most:
        row = int(np.nanargmax(rank))
        raise InputError(
            f"{table.text.line(row)}: {column}: {rank[row]:,.0f}; allowed: 1 to {most:,}, the number of areas that were ranked"
        )
    return np.clip(np.ceil(rank / most * 10), 1, 10)


def _sources(table: Table, measures: dict[str, np.ndarray], people: np.ndarray, known: pd.DataFrame, british: bool, findings: list[Finding]) -> list[_Source]:  # fmt: skip
    """Return the sources of deciles, the best first."""
    rising = next(
        (s * measures[n] for n, s in (("deprivation", 1.0), ("deprivation_rank", -1.0), ("advantage", -1.0)) if n in measures), None
    )
    found: list[_Source] = []
    if "deprivation_decile" in measures:
        decile = measures["deprivation_decile"]
        found.append(
            _Source("deprivation deciles as given", decile, 11.0 - decile if rising is None or np.isnan(rising).any() else rising)
        )
    if "deprivation_rank" in measures and not found:
        national = _national_ranks(table, measures["deprivation_rank"])
        if national is not None:
            found.append(_Source("deprivation ranks as given, national deciles", national, -measures["deprivation_rank"]))
            findings.append(Finding("read", "deciles follow from the national ranks"))
    for name, words in FINE.items():
        if name in measures:
            fine = measures[name]
            source = f"deprivation {words} as given, national deciles"
            found.append(_Source(source, np.clip(np.ceil(fine / ORDERED[name] * 10), 1, 10), -fine))
            findings.append(Finding("read", f"{words} were read as ranks in {ORDERED[name]}: deciles follow from them"))
    by_code = _Source(UK_INDEX, known["deprivation_decile"].to_numpy(float), known["deprivation"].to_numpy(float))
    most_known = known["deprivation_decile"].notna().mean() >= 0.5
    found += _own_measure(table, measures, people, british, most_known and not found, findings)
    parts = _parts(measures, rising)
    named = any(
        _is_named(table, name) for name in ("deprivation_quintile", "deprivation_quartile")
    )  # goes before what the codes tell
    found += [*parts, by_code] if named or not most_known else [by_code, *parts]
    return found if any(not np.isnan(s.decile).all() for s in found) else _within(measures, people, findings)


def _is_named(table: Table, name: str) -> bool:
    """Return whether the user named the column of a field."""
    return bool({name, name + REVERSED} & table.given)


def _parts(measures: dict[str, np.ndarray], rising: np.ndarray | None) -> list[_Source]:
    """Return quintiles and quartiles as sources."""
    found = []
    if "deprivation_quintile" in measures:
        quintile = measures["deprivation_quintile"]
        measure = 6.0 - quintile if rising is None or np.isnan(rising).any() else rising
        found.append(_Source("deprivation quintiles as given", _from_quintiles(quintile, measure), measure))
    if "deprivation_quartile" in measures:
        quartile = measures["deprivation_quartile"]
        measure = 5.0 - quartile if rising is None or np.isnan(rising).any() else rising
        found.append(_Source("deprivation quartiles as given", _spread(quartile, measure, 4), measure))
    return found


def _own_measure(table: Table, measures: dict[str, np.ndarray], people: np.ndarray, british: bool, codes_known: bool, findings: list[Finding]) -> list[_Source]:  # fmt: skip
    """Return the scores of a table as a source: by national bounds where they are of the index of multiple deprivation, within this place where somebody named the
    column. Other measures beside codes of the United Kingdom are told and not used."""
    name = next((n for n in ("deprivation", "deprivation_rank", "advantage") if n in measures), None)
    if name is None:
        return []
    column = table.columns.get(name) or table.columns[name + REVERSED]
    if british and name == "deprivation" and re.search(r"imd|multiple.deprivation", column.lower()):
        score = measures[name]
        decile = np.where(np.isnan(score), np.nan, 10.0 - np.searchsorted(decile_bounds(), score, side="right"))
        findings.append(Finding("read", "deciles follow from the scores, by the bounds of the national deciles"))
        return [_Source("deprivation scores as given, national deciles", decile, score)]
    if codes_known and _is_named(table, name):
        return _within({name: measures[name]}, people, findings)
    if codes_known:
        told = f"'{column}' is not used: the area codes give their national deprivation; {advice().column(table.option, name, column)} uses it instead"
        findings.append(Finding("odd", told))
    return []


def _from_quintiles(quintile: np.ndarray, measure: np.ndarray) -> np.ndarray:
    """Return deciles: of the rows of each quintile the more deprived half is in its first decile; rows that tie take turns."""
    decile = np.full(len(quintile), np.nan)
    for fifth in np.unique(quintile[~np.isnan(quintile)]):
        rows = np.flatnonzero(quintile == fifth)
        tied = len(np.unique(measure[rows])) == 1
        order = np.arange(len(rows)) % 2 == 0 if tied else np.argsort(np.argsort(-measure[rows], kind="stable")) < len(rows) / 2
        decile[rows] = 2 * fifth - order
    return decile


def _spread(part: np.ndarray, measure: np.ndarray, parts: int) -> np.ndarray:
    """Return deciles: the rows of each quartile lie evenly over its quarter, the more deprived first."""
    decile = np.full(len(part), np.nan)
    for number in np.unique(part[~np.isnan(part)]):
        rows = np.flatnonzero(part == number)
        place = (np.argsort(np.argsort(-measure[rows], kind="stable")) + 0.5) / len(rows)
        decile[rows] = np.floor((number - 1 + place) / parts * 10) + 1
    return decile


def _within(measures: dict[str, np.ndarray], people: np.ndarray, findings: list[Finding]) -> list[_Source]:
    """Return deciles within this place, by whatever measure there is."""
    for name, sign in (("deprivation", 1.0), ("deprivation_rank", -1.0), ("advantage", -1.0)):
        if name in measures:
            rising = sign * measures[name]
            held = np.flatnonzero(~np.isnan(rising))
            order = held[np.argsort(-rising[held], kind="stable")]
            before = np.cumsum(people[order]) - people[order] / 2
            decile = np.full(len(rising), np.nan)
            decile[order] = np.minimum((before / max(people[order].sum(), 1e-9) * 10).astype(int), 9) + 1
            told = f"no national deciles: small areas were ranked by {name} within this place, so 'most deprived fifth' means the most deprived fifth of this place"
            findings.append(Finding("missing", told))
            return [_Source(f"{name} as given, deciles within this place", decile, rising, national=False)]
    return []


def _tell_codes(known: pd.DataFrame, source: _Source, findings: list[Finding]) -> None:
    """Say how many codes are of 2021, where the shipped table filled in what they stand for."""
    if source.name != UK_INDEX:
        return
    findings.append(Finding("read", "deprivation was filled in from the shipped UK table, by the codes of the small areas"))
    new = known["new"].to_numpy(bool)
    if new.any():
        told = f"{int(new.sum())} of {len(new)} codes are from 2021, not 2011: they were given the deprivation of the small areas of 2011 that they were made from (ONS look-up)"
        findings.append(Finding("read", told))


def _impute(
    table: Table, decile: np.ndarray, people: np.ndarray, wards: pd.Series | None, name: str, findings: list[Finding]
) -> None:
    """Fill what is missing, in place: from the other rows of the ward, else from the nearest rows in the order of the table, else from all."""
    gaps = np.isnan(decile)
    if not gaps.any():
        return
    held = ~gaps
    weight = np.maximum(people, 1e-9)
    labels = None if wards is None else wards.to_numpy()
    from_ward = 0
    for row in np.flatnonzero(gaps):
        near = held & (labels == labels[row]) if labels is not None else np.zeros(len(decile), bool)
        from_ward += bool(near.any())
        if not near.any():
            near = np.zeros(len(decile), bool)
            at = np.flatnonzero(held)
            near[at[np.argsort(np.abs(at - row), kind="stable")[:4]]] = True
        decile[row] = np.clip(np.floor(np.average(decile[near], weights=weight[near]) + 0.5), 1, 10)
    where = (
        "the other small areas of their ward"
        if from_ward == gaps.sum()
        else "the neighbouring rows"
        if not from_ward
        else "the other small areas of their ward, or the neighbouring rows"
    )
    key = table.columns.get("area", table.columns.get("ward", ""))
    some = ", ".join(table.text.frame[key].to_numpy()[gaps][:3]) if key else ""
    more = f" and {int(gaps.sum()) - 3} more" if gaps.sum() > 3 else ""
    if name == UK_INDEX:
        text = f"{int(gaps.sum())} of {len(gaps)} codes {'is' if gaps.sum() == 1 else 'are'} not from 2011, nor from 2021 in the ONS look-up ({some}{more}): deprivation was imputed from {where}"
    else:
        text = f"{_rows(gaps)} have no deprivation ({some}{more}): it was imputed from {where}"
    findings.append(Finding("missing", text))
