"""From the published counts of real wards to the marginals of the model: one place for every split, and for what is imputed where nothing is published."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .imputation import (
    AGES,
    CHAINS,
    GROUP_COLUMNS,
    JOBS,
    OF_ADULTS,
    OF_HOMES,
    SIZES,
    WITHIN,
    Imputed,
    chain_shares,
    fill,
    impute,
    settle,
)
from .uk_wards import COUNTS, Wards, council_counts

if TYPE_CHECKING:
    import pandas as pd

CLASSES = (
    COUNTS["ns_sec"][:2],
    COUNTS["ns_sec"][2:4],
    COUNTS["ns_sec"][4:7],
    COUNTS["ns_sec"][7:8],
    COUNTS["ns_sec"][8:],
)  # of `JOBS`
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
    "occupation": {"2021": "Census 2021 (ONS, table TS062), NS-SEC in its three classes, never worked and students apart"},
    "household_size": {"2021": "Census 2021 (ONS, table TS017)"},
    "moved": {"2021": "Census 2021 (ONS, table TS019), people aged 1 and over; the census was taken in lockdown"},
}
SOURCES |= {group: {kind: SOURCES["age"][kind] for kind in ("2021", "2022")} for group in WITHIN}
SEEN = {"age": "under_16", "ages_16_64": "age_16_19", "ages_65_plus": "age_75_plus", "tenure": "owned", "qualification": "no_qualification",
        "occupation": "higher_occupations", "household_size": SIZES[0], "moved": "moved"}  # fmt: skip
BY_COUNCIL = "counted by council only and drawn by ward around the council's share"
NI_AGES = f"under 16 counted by ward; other ages {BY_COUNCIL} (Census 2021, NISRA, table MS-A08)"


def shares_of_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of each row of published counts, 0..1, nan where they are not published, and `homes`, the number of households.

    Shared ownership counts as owned, homes lived in rent free as privately rented. Ages and moves are of all people, tenure and sizes of households,
    qualifications and occupations of people aged 16 and over. Occupation: the three classes of NS-SEC of the Office for National Statistics (1 and 2; 3 and 4;
    5 to 7), those who never worked or not for long, and full-time students.
    """
    import pandas as pd

    table = table.reindex(columns=[*table.columns, *(c for columns in COUNTS.values() for c in columns if c not in table)])

    def summed(*columns: str) -> pd.Series:
        return table[list(columns)].sum(axis=1, min_count=1)

    def of(group: str) -> pd.Series:
        """Return the sum of a group, nan where not all of it is published."""
        counts = table[list(COUNTS[group])]
        return counts.sum(axis=1).where(counts.notna().all(axis=1))

    homes, people = table["households"], table["all_ages"]
    owned = summed("owns_outright", "owns_with_mortgage", "owns", "shared_ownership")
    social = table["rents_social"].fillna(summed("rents_from_council", "rents_other_social"))
    of_levels = of("qualification").fillna(table["adults_16_over"])
    old = summed("aged_65_74", "aged_75_over") / people
    if "aged_65_over" in table:
        old = old.fillna(table["aged_65_over"] / people)
    under_16 = 1 - table["adults_16_over"] / people
    jobs, sizes = of("ns_sec"), of("household_size")
    return pd.DataFrame({
        "under_16": under_16, "age_16_64": 1 - under_16 - old, "age_65_plus": old,
        "owned": owned / homes, "social_rented": social / homes, "private_rented": (homes - owned - social) / homes,
        "no_qualification": table["no_qualification"] / of_levels, "level_4_plus": table["level_4_or_above"] / of_levels,
        **{name: table[counted] / people for name, counted in zip(AGES, COUNTS["age"], strict=True)},
        **{name: summed(*classes) / jobs for name, classes in zip(JOBS, CLASSES, strict=True)},
        **{name: table[counted] / sizes for name, counted in zip(SIZES, COUNTS["household_size"], strict=True)},
        "moved": 1 - table["same_address_a_year_ago"] / table["residents_1_over"], "homes": homes,
    })  # fmt: skip


def marginals_of(wards: Wards) -> pd.DataFrame:
    """Return what `shares_of_counts` returns of some wards."""
    return shares_of_counts(wards.table)


@cache
def council_marginals() -> pd.DataFrame:
    """Return what `shares_of_counts` returns of the councils, by three-letter code."""
    table = council_counts()
    plain = table.rename(columns=lambda name: name.split(".")[-1])
    return shares_of_counts(plain.loc[:, ~plain.columns.duplicated()])


def by_council(one: Imputed, councils: np.ndarray, base: np.ndarray, source: str) -> Imputed:
    """Return what is imputed with the mean of each council as it is counted there, as far as it is; see `settle`."""
    return settle(one, councils, base, chains_of_councils(one.group), source)


@cache
def chains_of_councils(group: str) -> dict[str, np.ndarray]:
    """Return the shares of a group's chain that are counted for each council, as `settle` takes them."""
    held, columns = council_marginals(), CHAINS[group]
    known = held[[c for c in columns if c]].to_numpy(float, copy=True)
    if group in WITHIN:
        known = known / held[[WITHIN[group]]].to_numpy(float)
    if not columns[-1]:
        known = np.column_stack([known, 1 - known.sum(axis=1)])
    partly = np.isnan(known).any(axis=1)
    known[partly] = np.column_stack([known[partly, :1], *[np.full((partly.sum(), 1), np.nan)] * (known.shape[1] - 1)])
    chain = chain_shares(np.nan_to_num(known, nan=0.0))
    return dict(
        zip(held.index, np.where(np.isnan(known[:, :-1]), np.nan, np.where(partly[:, None], known[:, :-1], chain)), strict=True)
    )


def imputed_of(wards: Wards, given: pd.DataFrame, regions: list[str], councils: int) -> tuple[Imputed, ...]:
    """Impute in place what no census publishes by ward, in Scotland and in Northern Ireland, and return it; what councils publish comes out for these.

    Args:
        wards, given: the wards and what `marginals_of` returns of them.
        regions: of each ward.
        councils: that they are drawn from.
    """
    deprivation, found = wards.deprivation, []
    authority = wards.table["authority"].to_numpy()
    people = np.bincount(wards.pieces["ward"], wards.pieces["population"], len(given))
    for group, columns in GROUP_COLUMNS.items():
        lacking = given[list(columns)].isna().any(axis=1).to_numpy()
        if not lacking.any():
            continue
        one = impute(
            group, lacking, deprivation, regions, places=councils, given=given["under_16"].to_numpy() if group == "age" else None
        )
        base = people * given[WITHIN[group]].to_numpy(float) if group in WITHIN else base_of(group, wards.table)
        found.append(by_council(one, authority, base, NI_AGES if group in ("age", *WITHIN) else one.source))
        fill(given, found[-1])
    return tuple(found)


def base_of(group: str, table: pd.DataFrame) -> np.ndarray:
    """Return how many people or homes the shares of a group are of in each ward, float64 (wards,)."""
    column = "households" if group in OF_HOMES else "adults_16_over" if group in OF_ADULTS or group in WITHIN else "all_ages"
    return table[column].to_numpy(float)


def sources_of(wards: Wards, given: pd.DataFrame) -> dict[str, str]:
    """Return where the counted marginals come from, by group; a group that no ward has is left out."""
    nation = np.select([wards.table["code"].str.startswith(c) for c in ("S", "N")], ["2022", "NI"], "2021")
    found = {}
    for group, column in SEEN.items():
        kinds = dict.fromkeys(nation[given[column].notna().to_numpy()])
        if kinds:
            found[group] = "; ".join(SOURCES[group][kind] for kind in SOURCES[group] if kind in kinds)
    return found
