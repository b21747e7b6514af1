"""Packs the published UK tables into what the package ships; run by hand when a new release comes out.

`python -m scenarios.places.uk_release small_areas.csv local_authorities.csv` takes mySociety's composite UK IMD (columns `lsoa`,
`local_authority_code`, `population_2019`, `uk_imd_e_score`, `uk_imd_e_decile`) and its UK local authority names and codes;
`python -m scenarios.places.uk_release --changes lookup.csv` takes the look-up of ONS from small areas of 2011 to those of 2021 (columns `lsoa11_code`, `lsoa21_code`);
`python -m scenarios.places.uk_release --census FOLDER` takes the census tables by ward and council (see `uk_census_release`);
`python -m scenarios.places.uk_release --landlords satisfaction.csv` takes the tenant satisfaction measures of council landlords (one row for each landlord and year).
`python -m scenarios.places.uk_release --relations` estimates from these how they follow deprivation (see `uk_relations`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .uk_census_release import pack_census
from .uk_tables import SCORE_UNITS
from .uk_tables import UK as FOLDER

AUTHORITY_COLUMNS = {
    "local_authority_code": "code",
    "gss_code": "gss",
    "nice_name": "name",
    "official_name": "official_name",
    "nation": "nation",
    "region": "region",
    "local_authority_type_name": "kind",
    "county_la": "county",
}
LANDLORD_COLUMNS = {
    "year": "year",
    "homes": "homes",
    "responses": "responses",
    "asked_by_voice_percent": "by_voice",
    "satisfied_overall_percent": "overall",
    "satisfied_repairs_percent": "repairs",
    "satisfied_fair_and_respectful_percent": "fair_and_respectful",
    "satisfied_kept_informed_percent": "kept_informed",
    "satisfied_listens_and_acts_percent": "listens_and_acts",
    "repairs_in_time_percent": "repairs_in_time",
    "stage_one_answered_in_time_percent": "stage_one_in_time",
}


def pack(small_areas: Path, authorities: Path, folder: Path = FOLDER) -> None:
    """Write `small_areas.parquet` and `authorities.csv`; small areas without people are left out."""
    areas = pd.read_csv(small_areas).sort_values(["local_authority_code", "lsoa"])
    areas = areas[areas["population_2019"] > 0]
    table = pa.table(
        {
            "area": pa.array(areas["lsoa"]),
            "authority": pa.array(areas["local_authority_code"]).dictionary_encode(),
            "population": pa.array(areas["population_2019"], pa.int32()),
            "deprivation": pa.array((areas["uk_imd_e_score"] * SCORE_UNITS).round().astype("int32")),
            "deprivation_decile": pa.array(areas["uk_imd_e_decile"], pa.int8()),
        }
    )
    pq.write_table(
        table,
        folder / "small_areas.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=["authority", "deprivation_decile"],
        column_encoding={"area": "DELTA_BYTE_ARRAY", "population": "PLAIN", "deprivation": "PLAIN"},
    )
    names = pd.read_csv(authorities)[list(AUTHORITY_COLUMNS)].rename(columns=AUTHORITY_COLUMNS)
    names["name"] = (
        names["name"]
        .str.strip()
        .replace({"Dorset Council": "Dorset", "Kings Lynn and West Norfolk": "King's Lynn and West Norfolk"})
    )
    names.sort_values("name").to_csv(folder / "authorities.csv", index=False)


def pack_changes(lookup: Path, folder: Path = FOLDER) -> None:
    """Write `small_areas_2021.parquet`: the codes that are new in 2021 (`area`), each with the areas of 2011 that it was made of (`area_2011`)."""
    table = pd.read_csv(lookup)[["lsoa21_code", "lsoa11_code"]].set_axis(["area", "area_2011"], axis=1)
    new = table[~table["area"].isin(table["area_2011"])].drop_duplicates().sort_values(["area", "area_2011"])
    packed = pa.table({name: pa.array(new[name]) for name in new})
    pq.write_table(packed, folder / "small_areas_2021.parquet", compression="zstd", compression_level=19, use_dictionary=False,
                   column_encoding=dict.fromkeys(new, "DELTA_BYTE_ARRAY"))  # fmt: skip


def pack_landlords(satisfaction: Path, folder: Path = FOLDER) -> None:
    """Write `council_landlords.csv`: a row for each council landlord and year, in the order of council and year."""
    codes = pd.read_csv(folder / "authorities.csv", keep_default_na=False).set_index("gss")["code"]
    table = pd.read_csv(satisfaction).rename(columns=LANDLORD_COLUMNS)
    table["council"] = table["gss_code"].map(codes)
    table = table.sort_values(["council", "year"])[["council", *LANDLORD_COLUMNS.values()]]
    table["homes"] = table["homes"].astype("Int64")
    table.to_csv(folder / "council_landlords.csv", index=False)


if __name__ == "__main__":
    if sys.argv[1] == "--changes":
        pack_changes(Path(sys.argv[2]))
    elif sys.argv[1] == "--census":
        pack_census(Path(sys.argv[2]), FOLDER)
    elif sys.argv[1] == "--landlords":
        pack_landlords(Path(sys.argv[2]), FOLDER)
    elif sys.argv[1] == "--relations":
        from .uk_relations import pack_relations

        pack_relations(FOLDER)
    else:
        pack(Path(sys.argv[1]), Path(sys.argv[2]))
