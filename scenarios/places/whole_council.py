"""What is counted for a whole council of the United Kingdom, where the tables of a place are of all of it but lack something."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .imputation import OF_HOMES, WITHIN, Imputed
from .uk_marginals import SOURCES, by_council
from .uk_tables import authorities, small_areas, whole_area

NEARLY_ALL = 0.9  # of a council's people, from which small areas are taken to be all of it


@dataclass(frozen=True)
class Whole:
    """A place that is one council.

    Attributes:
        authority: three-letter code.
        people: float64 (rows,), of each row of the marginals.
    """

    authority: str
    people: np.ndarray

    def settled(self, one: Imputed, given: pd.DataFrame) -> Imputed:
        """Return what is imputed, with the council's own share where the census counts it.

        Args:
            given: the marginals that are known so far.
        """
        base = self.people.copy()
        if one.group in WITHIN:
            base = base * given[WITHIN[one.group]].to_numpy(float)
        elif one.group not in ("age", "moved", *OF_HOMES):
            base = base * (1 - given["under_16"].to_numpy(float))
        row = authorities().loc[self.authority]
        told = SOURCES[one.group].get({"Northern Ireland": "NI", "Scotland": "2022"}.get(str(row["nation"]), "2021"), "census")
        source = f"{told}, counted for {row['name']} ({row['region']}) as a whole and parted over its rows by deprivation"
        settled = by_council(one, np.full(len(base), self.authority), base, source)
        return settled if settled is one else replace(settled, council=True)


def whole_council(areas: pd.DataFrame, unit: np.ndarray) -> Whole | None:
    """Return the council that some small areas are, if they are all of one.

    Args:
        areas: columns `area, population, authority` (nan where the code is not known).
        unit: int64 (areas,), row of the marginals.
    """
    held = areas["authority"].dropna()
    if len(held) < len(areas) or held.nunique() != 1:
        return None
    authority, known = str(held.iloc[0]), small_areas()
    own = known[known["authority"] == authority]
    there = own["population"][own["area"].isin(areas["area"].str.strip().str.upper().map(whole_area))].sum()
    if there < NEARLY_ALL * own["population"].sum():
        return None
    return Whole(authority, np.bincount(unit, areas["population"].to_numpy(float)))
