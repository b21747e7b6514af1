"""A user's own place: tables of small areas and wards with whatever marginals exist, completed by imputation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest
from simulation.declared.quality import Qualities

from ..advice import advice
from ..own_data.records.fields import RECORD_FIELDS
from ..own_data.surveys.survey import SURVEY_FIELDS
from ..own_data.tables.file_errors import last_net
from ..own_data.tables.matching import are_whole
from ..own_data.tables.readings import Reading
from ..own_data.tables.table_file import EXCEL, normal, numbers
from .ages import Parts
from .deprivation import NOTHING_KNOWN, deprivation_of
from .imputation import GROUP_COLUMNS, SETTLED, WORDS, Imputed, adult_share, fill, impute
from .landlords import RSH_ATTRIBUTION, of_councils
from .marginals import SHARES, people_by_age, shares_of
from .place import AREA_COLUMNS, WARD_COLUMNS, TablePlace, columns_of
from .quality_file import of_columns
from .table import Finding, Table, keys_of, readings_of, wards_of
from .table_reader import read_table
from .uk_tables import CENSUS_ATTRIBUTION, UK_ATTRIBUTION, UK_INDEX, known_areas, score_of_decile
from .uk_wards import wards_by_code
from .united_kingdom import plain, slug
from .whole_council import Whole, whole_council

TABLES = (".csv", ".tsv", ".txt", *EXCEL)
WARD_SIZE = 10_000  # people in a synthetic ward
MADE_WARDS = f"no column of wards: synthetic wards of about {WARD_SIZE:,} people were made in the order of the codes"
REAL_WARDS = "no column of wards: the real wards that most people of these small areas live in were taken, by their codes (in Northern Ireland estimated)"


@dataclass
class OwnPlace:
    """A place made from tables, with how they were read."""

    place: TablePlace
    columns: dict[str, dict[str, str]]
    findings: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


@last_net
def build(
    small: Path | None,
    wards: Path | None,
    *,
    name: str,
    title: str | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    sheet: str | None = None,
    region: str | None = None,
    british: bool | None = None,
    **brought: Any,
) -> OwnPlace:
    """Return a place made from a table of small areas, one of wards, or both.

    Args:
        small, wards: the tables; one may be None.
        columns: confirmed columns by field, under `small_areas` and `wards`.
        sheet: of an Excel file.
        region: of the United Kingdom, whose census sets the level of what is imputed.
        british: whether the place lies in the United Kingdom; None judges by `region` and by the codes.
        brought: what else the place has of its own, as fields of `TablePlace`.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    tables = _tables(small, wards, columns or {}, sheet)
    table = tables.get("small_areas") or tables["wards"]
    ward_table = tables.get("wards") if "small_areas" in tables else None
    codes, ward_names = _rows_of(table)
    findings = [f for one in tables.values() for f in one.findings]
    known = known_areas(codes)
    british = (region is not None or _british(known, table)) if british is None else british
    areas, index = _areas(table, codes, ward_names, known, name, region, british, findings)
    place = _assembled(areas, table, ward_table, british, int(brought.get("councils", 1)), findings)
    _judge(areas, findings)
    sources = {
        "small areas, population, deprivation" if key == "small_areas" else "wards": t.text.path.name for key, t in tables.items()
    }
    quality = _quality(known, areas["population"], int(brought.get("councils", 1)))
    for one in (table, ward_table):
        if one is not None:  # rows of a table of wards are in the order in which the small areas name them
            people = areas["population"] if one is table else areas.groupby("ward", sort=False)["population"].sum()
            quality = replace(quality, known={**quality.known, **of_columns(one, people.to_numpy(float), british, findings)})
    ours = ([CENSUS_ATTRIBUTION] if any(f.text == REAL_WARDS for f in findings) else []) + (
        [RSH_ATTRIBUTION] if any(one.basis.endswith("measured") for one in quality.known.values()) else []
    )
    own: dict[str, Any] = {
        "attribution": _attribution(brought.pop("attribution", ""), tables, known, index, ours),
        "deprivation_index": brought.pop("deprivation_index", None) or index,
        "known": sources | dict(brought.pop("known", {})),
        "synthetic_wards": bool(areas["ward"].str.endswith("(synthetic)").all()),
    }
    made = TablePlace(name, title or name, areas[list(AREA_COLUMNS)], region=region, quality=quality, **own, **place, **brought)
    told = [Finding("read", note) for t in tables.values() for note in t.text.notes]  # some only when the numbers were read
    findings += [one for one in dict.fromkeys(told) if one not in findings]
    readings = [one for key, t in tables.items() for one in readings_of(key, t)]
    return OwnPlace(made, {key: t.columns for key, t in tables.items()}, findings, readings)


def _tables(small: Path | None, wards: Path | None, given: Mapping[str, Mapping[str, str]], sheet: str | None) -> dict[str, Table]:
    """Return the tables by what they hold; one that names wards and no small areas is a table of wards."""
    paths = {"small_areas": small, "wards": wards}
    both = small is not None and wards is not None
    tables = {
        key: read_table(path, given.get(key), sheet, "--ward-column" if both and key == "wards" else "--column")
        for key, path in paths.items()
        if path is not None
    }
    for one in tables.values():
        _refuse_other_kinds(one)
    if set(tables) == {"small_areas"} and "area" not in tables["small_areas"].columns and "ward" in tables["small_areas"].columns:
        return {"wards": tables["small_areas"]}
    if "small_areas" in tables:
        _need(tables["small_areas"], "area")
    else:
        _need(tables["wards"], "ward")
    return tables


def _rows_of(table: Table) -> tuple[pd.Series, pd.Series | None]:
    """Return the code of each row and the ward that it lies in; a row of a table of wards is both."""
    if "area" not in table.columns:
        codes = keys_of(table, "ward").reset_index(drop=True)
        return codes, codes
    return keys_of(table, "area").reset_index(drop=True), wards_of(table)


def _areas(
    table: Table, codes: pd.Series, ward_names: pd.Series | None, known: pd.DataFrame, name: str, region: str | None, british: bool, findings: list[Finding]
) -> tuple[pd.DataFrame, str]:  # fmt: skip
    """Return the small areas (`AREA_COLUMNS`, and `region`, `score` and `authority` for what is imputed), and the index of deprivation."""
    people = _population(table, codes, known, findings)
    held = ward_names if "area" in table.columns else None
    if ward_names is None:
        ward_names = wards_by_code(codes)
        made = REAL_WARDS if ward_names is not None else MADE_WARDS
        ward_names = ward_names if ward_names is not None else _synthetic_wards(codes, people, name)
        findings.append(Finding("missing", made))
    told = deprivation_of(table, people, known, british, held, findings)
    regions = known["region"].where(known["region"].notna(), region)
    if region is None and known["region"].notna().any():
        regions = regions.fillna(known["region"].mode()[0])
    score = np.where(known["deprivation"].notna(), known["deprivation"], score_of_decile()[told.decile - 1])
    areas = pd.DataFrame(
        {"area": codes, "ward": ward_names, "deprivation_decile": told.decile, "deprivation": told.rising, "population": people}
    )
    return areas.assign(region=regions.to_numpy(), score=score, authority=known["authority"].to_numpy()), told.index


def _quality(known: pd.DataFrame, people: pd.Series, councils: int) -> Qualities:
    """Return the quality of services of the councils that the small areas lie in, as far as their codes say."""
    of_council = people.groupby(known["authority"].fillna("").to_numpy()).sum()
    return of_councils({code or None: float(number) for code, number in of_council.items()}, councils)


def _attribution(given: str, tables: Mapping[str, Table], known: pd.DataFrame, index: str, more: list[str]) -> str:
    """Return whose data these are: as given, and ours where the shipped tables filled in."""
    text = given or f"As given in {', '.join(t.text.path.name for t in tables.values())}."
    first = next(iter(tables.values()))
    filled = known["population"].notna().any() and ("population" not in first.columns or index == UK_INDEX)
    ours = ([UK_ATTRIBUTION] if filled else []) + more
    return " ".join([text, *(one for one in ours if one not in text)])


def _british(known: pd.DataFrame, table: Table) -> bool:
    """Return True if most codes are those of the United Kingdom's statistics."""
    codes = (are_whole(table.text.frame[c], r"[EWSNK]\d{8}").mean() for c in table.text.frame.columns)
    return bool(known["population"].notna().mean() > 0.5 or max(codes) > 0.5)


def _refuse_other_kinds(table: Table) -> None:
    """Say how to pass service records or a survey."""
    headers = {normal(h) for h in table.text.frame.columns}
    for kind, what, fields, needed in (
        ("records", "service records", RECORD_FIELDS, {"created", "closed"}),
        ("survey", "a survey", SURVEY_FIELDS, {"trust", "perceived_influence"}),
    ):
        held = {f.name for f in fields if any(re.fullmatch(f.pattern, h) for h in headers)}
        if "population" not in table.columns and needed <= held:
            raise InputError(f"{table.text.path}: looks like {what}; {advice().beside(kind, table.text.path)}")


def _need(table: Table, name: str) -> None:
    if name not in table.columns:
        other = (
            f"; it looks like a table of people or of cases ({advice().option('survey')} or {advice().option('records')})"
            if len(table.text.frame) > 20_000
            else ""
        )
        raise InputError(f"{table.text.path}: no column names the {name}s{other}; name it with {advice().column(table.option, name)}, of: {', '.join(table.text.frame.columns)}")  # fmt: skip


def _population(table: Table, codes: pd.Series, known: pd.DataFrame, findings: list[Finding]) -> np.ndarray:
    shipped = known["population"].to_numpy(float)
    if "population" in table.columns:
        people = numbers(table.text, table.columns["population"], "population", whole=True).to_numpy()
        filled = np.isnan(people) & ~np.isnan(shipped)
        if filled.any():
            told = f"{int(filled.sum())} of {len(people)} rows had no population: it was taken from the shipped UK table (mid-2019), such as for '{codes[int(filled.argmax())]}'"
            findings.append(Finding("missing", told))
        people = np.where(filled, shipped, people)
    elif (by_age := people_by_age(table)) is not None:
        people = by_age
        findings.append(Finding("read", "population is the sum of the ages"))
    elif not np.isnan(shipped).all():
        people = shipped
        told = "population was filled in from the shipped UK table (mid-2019), by the codes of the small areas"
        new = known["new"].to_numpy(bool)
        told += (
            f"; {int(new.sum())} codes are from 2021: their people are those of the 2011 areas that they were made from, divided evenly"
            if new.any()
            else ""
        )
        findings.append(Finding("read", told))
    else:
        columns = ", ".join(table.text.frame.columns)
        raise InputError(
            f"{table.text.path}: no column gives the population; name it with {advice().column(table.option, 'population')}, of: {columns}"
        )
    if np.isnan(people).any():
        row = int(np.isnan(people).argmax())
        unknown = (
            f" for '{codes[row]}', which is not a code from 2011, nor from 2021 in the ONS look-up; give a column of people"
            if "population" not in table.columns
            else ""
        )
        raise InputError(f"{table.text.line(row)}: population is missing{unknown}; allowed: numbers from 0")
    if people.sum() <= 0:
        raise InputError(f"{table.text.path}: nobody lives there: the population adds up to 0")
    return people


def _synthetic_wards(codes: pd.Series, people: np.ndarray, name: str) -> pd.Series:
    order = np.argsort(codes.to_numpy(), kind="stable")
    number = max(round(people.sum() / WARD_SIZE), 1)
    before = np.empty(len(people))
    before[order] = np.cumsum(people[order]) - people[order] / 2
    at = np.minimum((before / people.sum() * number).astype(int), number - 1) + 1
    return pd.Series([f"{name} {n:0{len(str(number))}d} (synthetic)" for n in at])


def _assembled(
    areas: pd.DataFrame, table: Table, ward_table: Table | None, british: bool, councils: int, findings: list[Finding]
) -> dict[str, Any]:
    """Return `ward_table`, `area_profile` and `imputed` of a place: given marginals, and the rest from deprivation."""
    wards = {name: row for row, name in enumerate(dict.fromkeys(areas["ward"]))}
    people = areas["population"].to_numpy()
    rows = areas["ward"].map(wards).to_numpy(np.int64)
    given: pd.DataFrame | None = None
    if ward_table is not None:
        _join(ward_table, list(wards))
        given = _given(ward_table, areas, rows, findings)
    else:
        given = _given(table, areas, np.arange(len(areas)), findings)
    by_area = ward_table is None and bool(given.notna().any().any()) and len(wards) < len(areas)
    if len(wards) < len(areas) and ward_table is None and not by_area:
        given = pd.DataFrame(np.nan, index=range(len(wards)), columns=list(given))
    unit = np.arange(len(areas)) if by_area else rows
    deprivation, regions = _means(areas, unit)
    parts = {group: one for group, one in (ward_table or table).parts.items() if len(one.shares) == len(given)}
    imputed = _fill(given, parts, deprivation, regions, british, councils, whole_council(areas, unit), findings)
    homes = None if given["homes"].isna().any() else given["homes"].to_numpy(float)
    given = given[list(SHARES)]
    if not by_area:
        return {"ward_table": given.assign(ward=list(wards))[list(WARD_COLUMNS)], "imputed": imputed, "homes": homes}
    sums = given.mul(people, axis=0).groupby(rows).sum()
    mean = sums.div(np.maximum(np.bincount(rows, people, len(wards)), 1e-9), axis=0)
    return {
        "ward_table": mean.assign(ward=list(wards))[list(WARD_COLUMNS)],
        "area_profile": given,
        "imputed": imputed,
        "homes": homes,
    }


def _means(areas: pd.DataFrame, unit: np.ndarray) -> tuple[np.ndarray, list[str | None]]:
    """Return the mean score of deprivation and the region of each unit that small areas fall into."""
    people = areas["population"].to_numpy()
    weight = np.maximum(np.bincount(unit, people), 1e-9)
    regions = pd.Series(areas["region"].to_numpy()).groupby(unit).first()
    return np.bincount(unit, people * areas["score"]) / weight, [r if isinstance(r, str) else None for r in regions]


def _given(table: Table, areas: pd.DataFrame, unit: np.ndarray, findings: list[Finding]) -> pd.DataFrame:
    """Return the marginals that a table gives, a row for each unit."""
    people = np.bincount(unit, areas["population"].to_numpy())
    shares = shares_of(table, people, lambda: adult_share(*_means(areas, unit)))
    findings += [f for f in table.findings if f not in findings]
    return shares


def _fill(
    given: pd.DataFrame, parts: Mapping[str, Parts], deprivation: np.ndarray, regions: list[str | None], british: bool, councils: int, whole: Whole | None,
    findings: list[Finding],
) -> tuple[Imputed, ...]:  # fmt: skip
    """Impute what is not given of each group, in place; return what was imputed. What is counted for the place's council as a whole is only parted over its rows."""
    found = []
    for group, columns in GROUP_COLUMNS.items():
        lacking = np.isnan(columns_of(given, columns)).any(axis=1)
        if not lacking.any():
            continue
        known = given[{"tenure": "rented"}.get(group, SETTLED[group])] if group in SETTLED else np.nan
        one = impute(group, lacking, deprivation, regions, british, councils, np.where(lacking, known, np.nan))
        one = replace(one, parts=parts.get(group))
        if whole is not None and lacking.all() and one.parts is None:
            one = whole.settled(one, given)
        found.append(one)
        settled = {SETTLED.get(group)} - {"owned"}
        held = columns_of(given, tuple(c for c in columns if c not in settled))
        unused = ~np.isnan(held).all(axis=1) & lacking
        fill(given, one)
        which = "is" if lacking.all() else f"of {int(lacking.sum())} of {len(given)} rows is"
        parting = {
            "under_16": "how adults split into 16 to 64 and 65 and over",
            "owned": "how renting splits into social and private",
            "homes_of_1": "how households of two or more people split by size",
        }
        what = parting[one.settled] if one.settled else WORDS[group]
        what += ", as far as the bands given do not tell it," if one.parts is not None else ""
        giving = int(unused.sum())
        left = f"; what {giving} of them give{'s' if giving == 1 else ''} of it was not used" if giving else ""
        how = (
            "imputed from deprivation"
            if one.place_sd.any()
            else f"counted for the council and parted over its {len(given)} rows by deprivation"
        )
        findings.append(Finding("missing", f"{what} {which} {how}{left}"))
    return tuple(found)


def _join(table: Table, wards: list[str]) -> None:
    """Put the rows of a table of wards in the order that the small areas name them, by the column that holds most of their names, in place."""
    _need(table, "ward")
    wanted = [plain(w) for w in wards]
    matches = {c: len(set(wanted) & {plain(x) for x in table.text.frame[c]}) for c in table.text.frame.columns}
    best = max(matches, key=lambda c: (matches[c], c == table.columns["ward"]))
    if matches[best]:
        table.columns["ward"] = best
    keys = keys_of(table, "ward")
    short = {plain(k): n for n, k in enumerate(keys)}
    lacking = [w for w, p in zip(wards, wanted, strict=True) if p not in short]
    if lacking:
        hint = nearest(lacking[0], set(keys))
        raise InputError(f"{table.text.path}: small areas name ward '{lacking[0]}', which is not in the table of wards; {hint}")
    extra = [keys.iloc[n] for p, n in short.items() if p not in set(wanted)]
    if extra:
        told = f"{len(extra)} wards have no small areas and were left out, such as '{extra[0]}'"
        table.findings.append(Finding("odd", f"{table.text.path.name}: {told}"))
    table.text.frame = table.text.frame.iloc[[short[p] for p in wanted]]


def _judge(areas: pd.DataFrame, findings: list[Finding]) -> None:
    """Say what is odd about a table that could be read."""
    empty = areas[areas["population"] == 0]
    if len(empty):
        findings.append(Finding("odd", f"nobody lives in {len(empty)} of the rows, such as '{empty['area'].iloc[0]}'"))
    tiny = areas[(areas["population"] > 0) & (areas["population"] < 50)]
    if len(tiny):
        findings.append(Finding("odd", f"{len(tiny)} rows have fewer than 50 people; their figures may identify people"))
    big = areas["population"].max() / areas["population"].sum()
    if len(areas) > 3 and big > 0.5:
        row = areas.loc[areas["population"].idxmax()]
        findings.append(Finding("odd", f"'{row['area']}' has {100 * big:.0f} % of all people: is it a total?"))
    if (
        len(areas) > 1
        and areas["deprivation"].std() == 0
        and areas["deprivation_decile"].nunique() == 1
        and NOTHING_KNOWN not in {f.text for f in findings}
    ):
        findings.append(Finding("odd", "all rows are equally deprived"))


def place_of_table(path: Path) -> TablePlace:
    """Return the place that one table makes, with its columns guessed by name."""
    return own_place(path).place


def own_place(path: str | Path, **options: Any) -> OwnPlace:
    """Return the place that one table makes, with how it was read; options as for `build`."""
    path = Path(path)
    return build(path, None, **({"name": slug(path.stem) or "place", "title": titled(path.stem)} | options))


def titled(name: str) -> str:
    """Return the name of a file or folder as a title: `my-town` is My Town."""
    return " ".join(word[:1].upper() + word[1:] for word in name.replace("_", " ").replace("-", " ").split())
