"""The United Kingdom's small areas and local authorities, as shipped."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

UK = Path(__file__).parent.parent / "data" / "uk"
SCORE_UNITS = 1000  # scores are stored as whole thousandths, which compresses well and loses nothing
SHARE_UNITS = 1_000_000  # parts into which a small area is divided over wards
UK_INDEX = "composite UK Index of Multiple Deprivation 3.4.0 (mySociety), deciles of the United Kingdom"
UK_ATTRIBUTION = (
    "Small areas: mySociety composite UK IMD 3.4.0 and UK local authority names and codes (both CC BY 4.0), over the indices of deprivation of MHCLG, "
    "the Scottish and Welsh Governments and NISRA, and population estimates of ONS, NRS and NISRA for mid-2019 (Open Government Licence v3.0)."
)
CENSUS_ATTRIBUTION = (
    "Wards: Office for National Statistics, National Records of Scotland and NISRA, licensed under the Open Government Licence v3.0 (Census 2021; Scotland 2022). "
    "Contains National Statistics data © Crown copyright and database right."
)


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return a small table of the folder (`authorities`, `aliases`, `abolished`, `counties`) by row: names are looked up without pandas."""
    with (UK / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def authorities() -> pd.DataFrame:
    """Return the local authorities by three-letter code: `gss, name, official_name, nation, region, kind, county`."""
    import pandas as pd

    return pd.read_csv(UK / "authorities.csv", keep_default_na=False).set_index("code")


@cache
def small_areas() -> pd.DataFrame:
    """Return the small areas in the order of authority and code: `area, authority, population, deprivation, deprivation_decile, region`."""
    import pyarrow.parquet as pq

    table = pq.read_table(UK / "small_areas.parquet").to_pandas()
    table["authority"] = table["authority"].astype(str)
    table["deprivation"] = table["deprivation"] / SCORE_UNITS
    table["region"] = table["authority"].map(authorities()["region"])
    return table


@cache
def score_of_decile() -> np.ndarray:
    """Return float64 (10,), the mean score of the small areas of each decile, most deprived first."""
    return small_areas().groupby("deprivation_decile")["deprivation"].mean().to_numpy()


@cache
def decile_bounds() -> np.ndarray:
    """Return float64 (9,), the lowest score of each decile but the least deprived, least deprived first."""
    return np.sort(small_areas().groupby("deprivation_decile")["deprivation"].min().to_numpy()[:9])


@cache
def new_areas() -> pd.DataFrame:
    """Return the small areas of 2021 that have no code of 2011, by code, as they were in 2011: `population, deprivation, deprivation_decile, region, authority`.

    A part of a divided area has its measure and an equal part of its people; areas that were joined have the mean of their measures, weighted by people.
    """
    import pyarrow.parquet as pq

    links = pq.read_table(UK / "small_areas_2021.parquet").to_pandas()
    old = links.merge(small_areas(), left_on="area_2011", right_on="area", suffixes=("", "_old"))
    old["population"] = old["population"] / old.groupby("area_2011")["area"].transform("size")
    old["weighted"] = old["population"] * old["deprivation"]
    found = old.groupby("area").agg(
        population=("population", "sum"), weighted=("weighted", "sum"), region=("region", "first"), authority=("authority", "first")
    )
    found["deprivation"] = found.pop("weighted") / found["population"]
    found["deprivation_decile"] = 10 - np.searchsorted(decile_bounds(), found["deprivation"].to_numpy(), side="right")
    single = old[~old["area"].duplicated(keep=False)].set_index("area")["deprivation_decile"]
    found.loc[single.index, "deprivation_decile"] = single
    return found


def whole_area(code: str) -> str:
    """Return the code of a small area that a part is of: `E01000001 (part 2)` is one of E01000001."""
    return re.sub(r" \(part \d+\)$", "", code, flags=re.IGNORECASE)


@cache
def _by_code() -> pd.DataFrame:
    return small_areas().set_index("area")


def are_of_2011(codes: pd.Series) -> np.ndarray:
    """Return for each code whether it is one of the small areas of 2011, as the shipped table writes them."""
    return _by_code().index.get_indexer(codes) >= 0


def known_areas(codes: pd.Series) -> pd.DataFrame:
    """Return what the shipped tables know of some small areas, by position; nan for the others.

    Returns:
        columns `population, deprivation, deprivation_decile, region, authority`, and `new`, True for a code of 2021.
    """
    import pandas as pd

    keys = pd.Index(codes.str.strip().str.upper().map(whole_area))
    columns = ["population", "deprivation", "deprivation_decile", "region", "authority"]
    found = _by_code().reindex(keys)[columns]
    new = new_areas().index.get_indexer(keys) >= 0
    if new.any():
        found[new] = new_areas().reindex(keys[new])[columns].to_numpy()
    numeric = ["population", "deprivation", "deprivation_decile"]
    found[numeric] = found[numeric].astype(float)
    return found.assign(new=new).reset_index(drop=True)


def lookup(name: str) -> pd.DataFrame:
    """Return a small table of the folder (`aliases`, `abolished`, `counties`)."""
    import pandas as pd

    return pd.read_csv(UK / f"{name}.csv", keep_default_na=False)
