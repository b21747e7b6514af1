"""The real wards of the United Kingdom's councils: names, what the censuses count in them, and the small areas that they are made of.

England and Wales: wards of 2024, Census 2021. Northern Ireland: wards of 2014, Census 2021, fewer counts. Scotland has no counts by ward: its wards here
are the named neighbourhoods of its statistics (intermediate zones), Census 2022.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .uk_tables import SHARE_UNITS, UK, authorities, small_areas, whole_area
from .united_kingdom import plain

if TYPE_CHECKING:
    import pandas as pd

# What is counted by ward, a group at a time; the parts of a group add up to everybody (or every household) that it is of.
COUNTS: dict[str, tuple[str, ...]] = {
    "age": ("aged_16_19", "aged_20_24", "aged_25_34", "aged_35_49", "aged_50_64", "aged_65_74", "aged_75_over"),
    "tenure": ("owns_outright", "owns_with_mortgage", "owns", "shared_ownership", "rents_from_council", "rents_other_social", "rents_social", "rents_private", "lives_rent_free"),
    "qualification": ("no_qualification", "level_1", "level_2", "apprenticeship", "level_3", "level_4_or_above", "other_qualification"),
    "ns_sec": ("higher_managerial_professional", "lower_managerial_professional", "intermediate", "small_employers_own_account", "lower_supervisory_technical",
               "semi_routine", "routine", "never_worked_long_term_unemployed", "full_time_students"),
    "household_size": ("one_person", "two_people", "three_people", "four_people", "five_or_more_people"),
    "movers": ("residents_1_over", "same_address_a_year_ago"),
    "cars": ("no_car",),
}  # fmt: skip


@dataclass(frozen=True)
class Wards:
    """The wards of some councils.

    Attributes:
        table: one row per ward, in the order of council and code: `code, name, authority`, and what is counted, float64, nan where it is not published.
        pieces: the small areas, or their parts, in the order of ward and code: `area, population, deprivation, deprivation_decile, region, authority` as in
            `small_areas`, with the share of the people that lives in the ward; `ward`, the row of `table`.
    """

    table: pd.DataFrame
    pieces: pd.DataFrame

    def counts(self, group: str) -> pd.DataFrame:
        """Return what is counted of a group of `COUNTS` by ward, float64, nan where it is not published."""
        return self.table[list(COUNTS[group])]

    @property
    def small_areas(self) -> int:
        """Number of whole small areas."""
        return int(self.pieces["area"].map(whole_area).nunique())

    @property
    def deprivation(self) -> np.ndarray:
        """Mean score of each ward's small areas, float64 (wards,)."""
        people, many = self.pieces["population"].to_numpy(), len(self.table)
        weighted = np.bincount(self.pieces["ward"], people * self.pieces["deprivation"].to_numpy(), many)
        return weighted / np.bincount(self.pieces["ward"], people, many)


@cache
def _wards() -> pd.DataFrame:
    import pyarrow.parquet as pq

    table = pq.read_table(UK / "wards.parquet").to_pandas()
    table["authority"] = table["authority"].astype(str)
    counted = [column for group in COUNTS.values() for column in group] + ["all_ages", "adults_16_over", "households"]
    return table.astype(dict.fromkeys(counted, "float64"))


def every_ward() -> list[tuple[str, str]]:
    """Return the name and the council's code of every ward."""
    return list(zip(_wards()["name"], _wards()["authority"], strict=True))


@cache
def _pieces() -> pd.DataFrame:
    """Return the small areas of all councils, those that lie in several wards once for each; a part is called `E01000001 (part 2)`."""
    import pyarrow.parquet as pq

    links = pq.read_table(UK / "small_area_wards.parquet").to_pandas()
    areas = small_areas()
    row = areas.reset_index().set_index("area")["index"].reindex(links["area"]).to_numpy()
    found = areas.iloc[row].reset_index(drop=True)
    share = links["share"].to_numpy(np.int64)
    code = found["area"]
    upto = links.groupby("area")["share"].cumsum().to_numpy(np.int64)
    people = found["population"].to_numpy(np.int64)
    found["population"] = _rounded(people * upto) - _rounded(people * (upto - share))  # whole people, who add up to the area's
    split = np.flatnonzero(share < SHARE_UNITS)
    part = code.iloc[split].groupby(code.iloc[split]).cumcount() + 1
    found.loc[split, "area"] = code.iloc[split] + " (part " + part.astype(str) + ")"
    found = found.assign(ward=links["ward"].to_numpy(np.int64))
    return found[found["population"] > 0].sort_values(["ward", "area"], ignore_index=True)


def _rounded(people: np.ndarray) -> np.ndarray:
    """Return whole people from people times `SHARE_UNITS`."""
    return np.floor(people / SHARE_UNITS + 0.5)


@cache
def council_counts() -> pd.DataFrame:
    """Return what the censuses count by council, by three-letter code: `census_year` and columns `age.aged_65_over`, `cars.no_car`; nan where it is not published."""
    import pyarrow.parquet as pq

    return pq.read_table(UK / "council_counts.parquet").to_pandas().set_index("authority")


def wards_of(councils: Collection[str]) -> Wards:
    """Return the wards of some councils, by three-letter codes."""
    table = _wards()
    rows = np.flatnonzero(table["authority"].isin(councils))
    number = np.full(len(table), -1)
    number[rows] = np.arange(len(rows))
    pieces = _pieces()
    pieces = pieces.assign(ward=number[pieces["ward"]])
    return Wards(table.iloc[rows].reset_index(drop=True), pieces[pieces["ward"] >= 0].reset_index(drop=True))


def ward_names(table: pd.DataFrame) -> list[str]:
    """Return what the wards of a table (`Wards.table`) are called among one another: a name that two councils share is called `Abbey (Reading)`."""
    spelt = table["name"].map(plain)
    council = table["authority"].map(authorities()["name"])
    shared = spelt.groupby(spelt).transform("size") > 1
    return list(table["name"].where(~shared, table["name"] + " (" + council + ")"))


@cache
def _main_wards() -> pd.Series:
    """Return the row of the ward that most people of a small area live in, by code of 2011, and of 2021 where it is new."""
    import pandas as pd
    import pyarrow.parquet as pq

    links = pq.read_table(UK / "small_area_wards.parquet").to_pandas()
    main = links.sort_values("share", kind="stable").drop_duplicates("area", keep="last").set_index("area")["ward"]
    new = pq.read_table(UK / "small_areas_2021.parquet").to_pandas().drop_duplicates("area").set_index("area")["area_2011"]
    return pd.concat([main, main.reindex(new).set_axis(new.index).dropna().astype("int64")])


def wards_by_code(codes: pd.Series) -> pd.Series | None:
    """Return the ward that most people of each small area live in, by name; None where a code is no small area of the United Kingdom."""
    rows = _main_wards().reindex(codes.str.strip().str.upper().map(whole_area)).to_numpy()
    if np.isnan(rows).any():
        return None
    held, at = np.unique(rows.astype(np.int64), return_inverse=True)
    names = np.array(ward_names(_wards().iloc[held].reset_index(drop=True)), dtype=object)
    return codes.reset_index(drop=True).map(dict(zip(codes, names[at], strict=True)))
