"""Who moves in: a household like one of the place's first ones of the same ward, tenure and number of adults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

TRAITS = (
    "age",
    "qualification",
    "occupation",
    "segment",
    "children",
    "partner",
)  # what a newcomer has of the person who is the model
ARRIVAL = 1 << 32  # a person's id is slot + arrival * 2^32
FIRST = ARRIVAL - 1  # the part of it that is the slot
FEWEST = 5  # households that a ward must have of a tenure and number of adults; else the place's of that tenure are taken, then all of that number


@dataclass(frozen=True)
class Newcomers:
    """The first households of a place, by what those who may replace one another have in common; in whatever order the residents' rows are.

    Attributes:
        pool: int64 (residents,), the pool that newcomers to each resident's home come from.
        head: int64 (residents,), slot of the first member of the resident's household.
        member: int64 (residents,), number of the resident in the household, by slot.
        adults: int64 (residents,), people of the resident's household.
        first: int64 (pools + 1,), where the households of each pool start in `models`.
        models: int64, where the people of the households of the pools start in `traits`.
        traits: uint8 (traits, residents), what the first residents are like, by household and slot, in the order of `TRAITS`.
    """

    pool: np.ndarray
    head: np.ndarray
    member: np.ndarray
    adults: np.ndarray
    first: np.ndarray
    models: np.ndarray
    traits: np.ndarray

    @classmethod
    def of(cls, residents: Any) -> Newcomers:
        """Return the pools of some first residents."""
        slot, household = residents.person_id & FIRST, residents.household
        order = np.lexsort((slot, household))
        start = np.flatnonzero(np.concatenate([[True], np.diff(household[order]) != 0]))
        adults = np.diff(np.append(start, len(order)))
        tenure, ward = np.minimum(residents.tenure[order[start]], 2).astype(np.int64), residents.ward[order[start]].astype(np.int64)
        pool, first = np.full(len(start), -1), [np.zeros(1, np.int64)]
        models: list[np.ndarray] = []
        for common in ((adults, tenure, ward), (adults, tenure), (adults,)):
            _, of, many = np.unique(np.column_stack(common), axis=0, return_inverse=True, return_counts=True)
            of = of.ravel()
            open_ = (pool < 0) & ((many[of] >= FEWEST) | (len(common) == 1))
            pool[open_] = of[open_] + sum(map(len, first)) - 1
            first.append(sum(map(len, models)) + np.cumsum(many))
            models.append(start[np.argsort(of, kind="stable")])
        row = np.argsort(order)
        home = np.repeat(np.arange(len(start)), adults)[row]
        traits = np.array([getattr(residents, name)[order] for name in TRAITS], np.uint8)
        return cls(
            pool[home],
            slot[order[start]][home],
            row - start[home],
            adults[home],
            np.concatenate(first),
            np.concatenate(models),
            traits,
        )
