"""From the published counts of real wards to the marginals of the model: one place for every split, and for what is imputed where nothing is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .imputation import RELATIONS, Imputed, impute
from .uk_wards import Wards, council_counts

if TYPE_CHECKING:
    import pandas as pd

SOURCES = {
    "age": {
        "2021": "Census 2021 (ONS, tables TS007A and TS062)",
        "2022": "Census 2022 (National Records of Scotland, flexible table builder)",
        "NI": "Census 2021 (NISRA, tables MS-A01 and MS-G01)",
    },
    "tenure": {
        "2021": "Census 2021 (ONS, table TS054)",
        "2022": "Census 2022 (National Records of Scotland, flexible table builder)",
        "NI": "Census 2021 (NISRA, table MS-E15)",
    },
    "qualification": {"2021": "Census 2021 (ONS, table TS067)", "NI": "Census 2021 (NISRA, table MS-G01)"},
}
NI_AGES = "counted by ward: under 16; counted by council only: 65 and over (Census 2021, NISRA, table MS-A08), drawn by ward around the council's share"


def marginals_of(wards: Wards) -> pd.DataFrame:
    """Return the shares of each ward, 0..1, nan where they are not published, and `homes`, the number of households.

    Shared ownership counts as owned, homes lived in rent free as privately rented. Ages are of all people, tenure of households, qualifications of people
    aged 16 and over.
    """
    import pandas as pd

    table = wards.table

    def summed(*columns: str) -> pd.Series:
        return table[list(columns)].sum(axis=1, min_count=1)

    homes = table["households"]
    owned = summed("owns_outright", "owns_with_mortgage", "owns", "shared_ownership")
    social = summed("rents_from_council", "rents_other_social", "rents_social")
    levels = wards.counts("qualification")
    of_levels = levels.sum(axis=1).where(levels.notna().all(axis=1), table["adults_16_over"])
    old = summed("aged_65_74", "aged_75_over") / table["all_ages"]
    under_16 = 1 - table["adults_16_over"] / table["all_ages"]
    return pd.DataFrame({
        "under_16": under_16, "age_16_64": 1 - under_16 - old, "age_65_plus": old,
        "owned": owned / homes, "social_rented": social / homes, "private_rented": (homes - owned - social) / homes,
        "no_qualification": table["no_qualification"] / of_levels, "level_4_plus": table["level_4_or_above"] / of_levels, "homes": homes,
    })  # fmt: skip


def imputed_of(wards: Wards, given: pd.DataFrame, regions: list[str], councils: int) -> tuple[Imputed, ...]:
    """Return what is drawn because no census publishes it by ward: Scotland's qualifications, and how Northern Ireland's adults part into under and over 65.

    Args:
        wards, given: the wards and what `marginals_of` returns of them.
        regions: of each ward.
        councils: that they are drawn from.
    """
    deprivation, found = wards.deprivation, []
    lacking = given["age_65_plus"].isna().to_numpy()
    if lacking.any():
        found.append(_ages(wards, given, lacking, deprivation, regions))
    lacking = given["no_qualification"].isna().to_numpy()
    if lacking.any():
        found.append(impute("qualification", lacking, deprivation, regions, places=councils))
    return tuple(found)


def _ages(wards: Wards, given: pd.DataFrame, lacking: np.ndarray, deprivation: np.ndarray, regions: list[str]) -> Imputed:
    """Return how adults part into 16 to 64 and 65 and over: each council's share comes out as counted, its wards follow deprivation and differ as wards do."""
    from scipy.optimize import brentq
    from scipy.special import expit

    start = impute("age", lacking, deprivation, regions, given=given["under_16"].to_numpy())
    slope, log_odds = RELATIONS["age"][1].slope, start.log_odds.copy()
    councils, adults = wards.table["authority"].to_numpy(), wards.table["adults_16_over"].to_numpy()
    for council in np.unique(councils[lacking]):
        own, counted = councils == council, council_counts().loc[council]
        wanted, x = counted["age.aged_65_over"] / counted["age.adults_16_over"], slope * deprivation[own]
        log_odds[own, 1] = x + brentq(
            lambda a, x=x, own=own, wanted=wanted: np.average(expit(a + x), weights=adults[own]) - wanted, -15.0, 15.0
        )
    return Imputed("age", lacking, log_odds, np.zeros(2), start.ward_sd, NI_AGES, start.given)


def sources_of(wards: Wards, given: pd.DataFrame) -> dict[str, str]:
    """Return where the counted marginals come from, by group; a group that no ward has is left out."""
    nation = np.select([wards.table["code"].str.startswith(c) for c in ("S", "N")], ["2022", "NI"], "2021")
    columns = {"age": "under_16", "tenure": "owned", "qualification": "no_qualification"}
    found = {}
    for group, column in columns.items():
        kinds = dict.fromkeys(nation[given[column].notna().to_numpy()])
        if kinds:
            found[group] = "; ".join(SOURCES[group][kind] for kind in SOURCES[group] if kind in kinds)
    return found
