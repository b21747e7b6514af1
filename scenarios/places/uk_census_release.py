"""Packs the published census tables by ward and council into what the package ships; `uk_release --census` calls it.

A folder holds them under their published names: `wards_england_wales.parquet`, `zones_scotland.parquet`, `wards_northern_ireland.csv`,
`small_area_links.parquet`, and by council `age.csv`, `tenure.csv`, `qualification.csv`, `ns_sec.csv`, `household_size.csv`,
`moved_in_the_last_year.csv` and `cars.csv`.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import ndtri

from .uk_tables import SHARE_UNITS

BY_COUNCIL = {
    "age": "age", "tenure": "tenure", "qualification": "qualification", "ns_sec": "ns_sec", "household_size": "household_size",
    "movers": "moved_in_the_last_year", "cars": "cars",
}  # fmt: skip
NOT_COUNTED = ("lsoas", "data_zones", "deprivation_score")
# Of the variance of deprivation between the small areas of a council, what lies between wards as small as Northern Ireland's (under 4,500 people; measured
# over the 3,533 small areas of such wards in England and Wales). Northern Ireland's areas are mixed over its wards to that degree.
BETWEEN_WARDS = 0.72


def pack_census(folder: Path, out: Path) -> None:
    """Write `wards.parquet`, `small_area_wards.parquet` and `council_counts.parquet`."""
    codes = pd.read_csv(out / "authorities.csv", keep_default_na=False).set_index("gss")["code"]
    wards = _wards(folder, codes)
    _write(wards, out / "wards.parquet", ("code",))
    areas = pq.read_table(out / "small_areas.parquet").to_pandas()
    areas["authority"] = areas["authority"].astype(str)
    links = pd.concat([_published_links(folder, areas, wards), _northern_ireland_links(areas, wards)])
    links = links.groupby(["area", "ward"], as_index=False)["share"].sum()
    links["place"] = links["area"].map(pd.Series(np.arange(len(areas)), areas["area"]))
    links = links.sort_values(["place", "ward"])[["area", "ward", "share"]]
    links["share"] = _whole(links)
    _write(links[links["share"] > 0], out / "small_area_wards.parquet", ("area",))
    _write(_councils(folder, codes), out / "council_counts.parquet", ())


def _wards(folder: Path, codes: pd.Series) -> pd.DataFrame:
    """Return the wards and neighbourhoods of all nations in the order of council and code: `code, name, authority` and all that is counted."""
    zones = pd.read_parquet(folder / "zones_scotland.parquet").rename(columns={"zone_code": "ward_code", "zone_name": "ward_name"})
    northern = pd.read_csv(folder / "wards_northern_ireland.csv")
    northern["ward_name"] = northern["ward_name"].map(lambda name: re.sub(r" \([^)]* LGD\)$", "", name))
    every = pd.concat([pd.read_parquet(folder / "wards_england_wales.parquet"), zones, northern], ignore_index=True)
    every["authority"] = every["gss_code"].map(codes)
    every = every.rename(columns={"ward_code": "code", "ward_name": "name"}).drop(columns=["gss_code", *NOT_COUNTED])
    first = ["code", "name", "authority"]
    return every.sort_values(["authority", "code"], ignore_index=True)[[*first, *every.columns.drop(first)]]


def _published_links(folder: Path, areas: pd.DataFrame, wards: pd.DataFrame) -> pd.DataFrame:
    """Return `area, ward, share` of the small areas that a published look-up gives; an area that it puts into a neighbouring council stays in its own."""
    links = pd.read_parquet(folder / "small_area_links.parquet").merge(
        areas[["area", "authority"]], left_on="lsoa", right_on="area"
    )
    links["ward"] = links["area_code"].map(pd.Series(np.arange(len(wards)), wards["code"]))
    away = wards["authority"].to_numpy()[links["ward"]] != links["authority"].to_numpy()
    for row in np.flatnonzero(away):
        own = links[(links["authority"] == links["authority"].iloc[row]) & ~away]
        nearest = (own["area"].str[1:].astype(int) - int(links["area"].iloc[row][1:])).abs().idxmin()
        links.loc[links.index[row], "ward"] = own.loc[nearest, "ward"]
        print(f"{links['area'].iloc[row]} stays in its council: in {wards['name'][own.loc[nearest, 'ward']]}")
    return links[["area", "ward", "share"]]


def _northern_ireland_links(areas: pd.DataFrame, wards: pd.DataFrame) -> pd.DataFrame:
    """Return `area, ward, share` for Northern Ireland, estimated, since no look-up is published.

    The wards of a council are put in the order of estimated deprivation (equal parts of social rent, no qualification and no car, as in Townsend's index),
    its small areas in the order of theirs, disturbed so that wards differ by `BETWEEN_WARDS`; both are laid along one line of people, and a ward has what
    lies beside it.
    """
    ours = wards[wards["no_car"].notna()]
    shares = pd.DataFrame({
        "social": ours["rents_social"] / ours["households"], "unqualified": ours["no_qualification"] / ours["adults_16_over"], "no_car": ours["no_car"] / ours["households"],
    })  # fmt: skip
    poor = ((shares - shares.mean()) / shares.std()).mean(axis=1)
    lot, found = np.random.default_rng(2021), []
    for council, own in areas[areas["area"].str.startswith("95")].groupby("authority"):
        rank = ndtri((own["deprivation"].rank().to_numpy() - 0.5) / len(own))
        mixed = np.sqrt(BETWEEN_WARDS) * rank + np.sqrt(1 - BETWEEN_WARDS) * lot.standard_normal(len(own))
        own = own.iloc[np.argsort(mixed, kind="stable")]
        rows = poor[ours["authority"] == council].sort_values(kind="stable").index
        of_area = np.cumsum(own["population"].to_numpy(float) / own["population"].sum())
        of_ward = np.cumsum(ours["all_ages"][rows].to_numpy(float) / ours["all_ages"][rows].sum())
        ends = np.union1d(of_area[:-1], of_ward[:-1])
        ends = np.append(ends[np.diff(ends, append=1.0) > 1e-9], 1.0)
        middle = ends - np.diff(ends, prepend=0.0) / 2
        area, ward = np.searchsorted(of_area[:-1], middle), np.searchsorted(of_ward[:-1], middle)
        share = np.diff(ends, prepend=0.0) / (own["population"].to_numpy(float) / own["population"].sum())[area]
        found.append(pd.DataFrame({"area": own["area"].to_numpy()[area], "ward": rows.to_numpy()[ward], "share": share}))
    return pd.concat(found)


def _whole(links: pd.DataFrame) -> pd.Series:
    """Return the shares as whole parts that add up to `SHARE_UNITS` in every small area; the largest takes what rounding leaves."""
    parts = (
        (links["share"] / links.groupby("area")["share"].transform("sum") * SHARE_UNITS).round().astype("int64").to_numpy(copy=True)
    )
    order = np.lexsort((-parts, links["area"].to_numpy()))
    largest = order[np.r_[True, links["area"].to_numpy()[order][1:] != links["area"].to_numpy()[order][:-1]]]
    sums = pd.Series(parts).groupby(links["area"].to_numpy()).sum()
    parts[largest] += SHARE_UNITS - sums.reindex(links["area"].to_numpy()[largest]).to_numpy()
    return pd.Series(parts, links.index)


def _councils(folder: Path, codes: pd.Series) -> pd.DataFrame:
    """Return what is counted by council, in the order of `authorities.csv`: columns `table.column`."""
    found = pd.DataFrame({"authority": codes.to_numpy(), "census_year": 0}, index=codes.index)
    for name, file in BY_COUNCIL.items():
        table = pd.read_csv(folder / f"{file}.csv").set_index("gss_code")
        found.loc[table.index, "census_year"] = table["census_year"]
        counts = table.drop(columns=["local_authority_code", "name", "nation", "census_year"])
        found = found.join(counts.add_prefix(f"{name}."))
    return found.reset_index(drop=True)


def _write(table: pd.DataFrame, file: Path, delta: tuple[str, ...]) -> None:
    """Write a table of whole numbers and words as small as it gets."""
    columns = {}
    for name in table:
        if pd.api.types.is_numeric_dtype(table[name]):
            columns[name] = pa.array(table[name].astype("Int32"), pa.int32())
        else:
            columns[name] = pa.array(table[name]) if name != "authority" else pa.array(table[name]).dictionary_encode()
    encoding = {name: "DELTA_BYTE_ARRAY" if name in delta else "DELTA_BINARY_PACKED" if pa.types.is_integer(column.type) else "PLAIN"
                for name, column in columns.items() if name != "authority"}  # fmt: skip
    pq.write_table(
        pa.table(columns), file, compression="zstd", compression_level=19, use_dictionary=["authority"], column_encoding=encoding
    )
