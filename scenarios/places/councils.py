"""The places of the United Kingdom: councils with their real wards, and counties, regions and nations as weighted samples of real wards."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .imputation import Imputed
from .landlords import RSH_ATTRIBUTION, of_councils
from .place import AREA_COLUMNS, WARD_COLUMNS, TablePlace
from .uk_marginals import imputed_of, marginals_of, sources_of
from .uk_samples import sample, weighted
from .uk_tables import CENSUS_ATTRIBUTION, UK_ATTRIBUTION, UK_INDEX, authorities, whole_area
from .uk_wards import Wards, ward_names, wards_of
from .united_kingdom import NATIONS, UNITED_KINGDOM, groups, plain, slug

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

_WARDS_OF = {
    "E": "Wards are those of 2024 by name. A ward so small that no small area fits it best has no figures of its own: its people are counted in a ward beside it. Edges differ a little from the wards', as wards are put together from small areas.",
    "N": "Wards are real. No look-up says which small areas lie in which ward of Northern Ireland: a ward's small areas, and so its deprivation, are estimated from its social rent, qualifications and cars. Its people, tenure and qualifications are counted.",
    "S": "Wards are the named neighbourhoods of Scotland's statistics (intermediate zones), since nothing is counted by ward.",
}  # fmt: skip
_DRAWN = {
    "age": "How adults of Northern Ireland part into 16 to 64 and 65 and over, and who is under 20, is counted by council only; every replicate draws the wards around it.",
    "ages_65_plus": "Finer ages of Northern Ireland are not published: they are imputed from deprivation, and every replicate redraws them.",
    "qualification": "Qualifications are not published for Scotland: they are imputed from deprivation, and every replicate redraws them within what is known.",
    "occupation": "Occupations, household sizes and moves are not published for Scotland and Northern Ireland: they are imputed from deprivation at the level of England and Wales, and every replicate redraws them.",
}
_POPULATION = "People of each small area are mid-2019 estimates; what they are like is as the census counts it."


def load(found: str) -> TablePlace:
    """Return the place of an authority's code or of a group's name, as `united_kingdom.find` gives it."""
    return _group(found) if found in groups() else _authority(found)


@cache
def _authority(code: str) -> TablePlace:
    row = authorities().loc[code]
    return replace(_place(row["name"], row["official_name"], wards_of((code,))), authority=code)


@cache
def _group(name: str) -> TablePlace:
    codes = groups()[name]
    wards = wards_of(codes)
    title = name if name in NATIONS or name == UNITED_KINGDOM else f"{name} ({len(codes)} local authorities)"
    return _place(name, title, wards, len(codes))


def _place(name: str, title: str, wards: Wards, councils: int = 1) -> TablePlace:
    names = np.array(ward_names(wards.table), dtype=object)
    regions = list(wards.table["authority"].map(authorities()["region"]))
    given = marginals_of(wards)
    sources = sources_of(wards, given)
    imputed = imputed_of(wards, given, regions, councils)
    kept = sample(wards, given) if councils > 1 else np.arange(len(names))
    kept = kept[np.argsort([plain(n) for n in names[kept]], kind="stable")]
    areas, sampled, notes = _areas(wards, given, kept, names)
    table, homes = given.iloc[kept].reset_index(drop=True), _homes(wards, given, kept, areas)
    quality = of_councils(wards.pieces.groupby("authority")["population"].sum().to_dict())
    measured = f" {RSH_ATTRIBUTION}" if quality.known else ""
    return TablePlace(
        slug(name), title, areas, table.assign(ward=names[kept])[list(WARD_COLUMNS)], f"{UK_ATTRIBUTION} {CENSUS_ATTRIBUTION}{measured}", UK_INDEX,
        (*notes, *_notes(wards, {one.group for one in imputed})), homes=homes, sampled=sampled, councils=councils,
        imputed=tuple(_of_rows(one, kept) for one in imputed if one.wards[kept].any()),
        quality=quality, known={"small areas, population, deprivation": "mid-2019 estimates and the composite UK index (mySociety)", **sources},
    )  # fmt: skip


def _areas(wards: Wards, given: pd.DataFrame, kept: np.ndarray, names: np.ndarray) -> tuple[pd.DataFrame, int, list[str]]:
    """Return the small areas of the wards that are kept, in their order; where these are a sample, how many areas they stand for, and a note."""
    rank = np.full(len(names), -1)
    rank[kept] = np.arange(len(kept))
    at = rank[wards.pieces["ward"]]
    areas = wards.pieces[at >= 0].assign(ward=names[wards.pieces["ward"][at >= 0]])
    sampled, notes = 0, []
    if len(kept) < len(names):
        areas["population"] = weighted(wards, given, at >= 0)
        sampled, chosen = wards.small_areas, areas["area"].map(whole_area).nunique()
        notes = [f"A weighted sample: {len(kept)} of {len(names):,} wards with {chosen} of {sampled:,} small areas, drawn by population over regions and deprivation, weighted back to the deciles, regions, ages, tenures and qualifications of all."]  # fmt: skip
    areas = areas.iloc[np.argsort(at[at >= 0], kind="stable")].reset_index(drop=True)
    return areas[list(AREA_COLUMNS)], sampled, notes


def _homes(wards: Wards, given: pd.DataFrame, kept: np.ndarray, areas: pd.DataFrame) -> np.ndarray:
    """Return the households of each ward, float64 (wards,), in a sample weighted as its people are."""
    people = np.bincount(wards.pieces["ward"], wards.pieces["population"], len(given))[kept]
    weighted = areas.groupby("ward", sort=False)["population"].sum().to_numpy()
    return given["homes"].to_numpy(float)[kept] * weighted / people


def _of_rows(one: Imputed, rows: np.ndarray) -> Imputed:
    """Return what is imputed of some of the wards."""
    given = None if one.given is None else one.given[rows]
    return replace(one, wards=one.wards[rows], log_odds=one.log_odds[rows], given=given)


def _notes(wards: Wards, drawn: Collection[str]) -> list[str]:
    """Return what a reader should know of where the wards and their people come from."""
    nations = {"E": "EW", "N": "N", "S": "S"}
    first = set(wards.table["code"].str[0])
    return [
        *(text for key, text in _WARDS_OF.items() if first & set(nations[key])),
        *(text for group, text in _DRAWN.items() if group in drawn),
        _POPULATION,
    ]
