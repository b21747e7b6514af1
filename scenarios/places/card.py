"""What is known about a place, what is imputed and how uncertain that is, and all sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .imputation import GROUP_COLUMNS
from .place import TablePlace

LABELS = {
    "under_16": "under 16", "age_16_64": "16 to 64", "age_65_plus": "65 and over", "owned": "owned", "social_rented": "social rent",
    "private_rented": "private rent", "no_qualification": "no qualification", "level_4_plus": "level 4 or a degree",
}  # fmt: skip


@dataclass(frozen=True)
class Marginal:
    """One share of a place.

    Attributes:
        name: column.
        label: in words.
        share: of the place, 0..1.
        low, high: 95 % range if it is imputed; the share itself if it is given.
        imputed: True if no row gives it, or only some do.
        source: where it comes from.
        given, rows: number of rows that give it, and of all rows.
        units: what a row is: wards or small areas.
    """

    name: str
    label: str
    share: float
    low: float
    high: float
    imputed: bool
    source: str
    given: int
    rows: int
    units: str

    @property
    def partly(self) -> bool:
        """True if some rows give it and it is imputed in the others."""
        return 0 < self.given < self.rows

    @property
    def origin(self) -> str:
        """Whether it is given or imputed, in words."""
        if self.partly:
            return f"given in {self.given:,} of {self.rows:,} {self.units}"
        return "imputed" if self.imputed else "given"


@dataclass(frozen=True)
class Card:
    """A place as a page shows it.

    Attributes:
        deciles: share of people in each deprivation decile, most deprived first, float64 (10,).
        marginals: age of all people, tenure and qualification of adults.
    """

    place: TablePlace
    people: float
    adults: float
    deciles: np.ndarray
    marginals: tuple[Marginal, ...]
    wards: tuple[tuple[str, float, float], ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the card as one JSON document."""
        place = self.place
        return {
            "name": place.name,
            "title": place.title,
            "people": round(self.people),
            "adults": round(self.adults),
            "wards": len(place.wards),
            "synthetic_wards": place.synthetic_wards,
            "small_areas": len(place.areas),
            "sampled_from": place.sampled or None,
            "deprivation_index": place.deprivation_index,
            "deprivation_deciles": [round(float(d), 4) for d in self.deciles],
            "marginals": [
                {"name": m.name, "label": m.label, "share": round(m.share, 4), "low": round(m.low, 4), "high": round(m.high, 4), "imputed": m.imputed, "given": m.given, "of": m.rows, "source": m.source}
                for m in self.marginals
            ],
            "known": dict(place.known),
            "parameters": dict(place.parameters),
            "ranges": {name: list(ends) for name, ends in place.ranges.items()},
            "segments": None if place.segments is None else {s.name: s.share for s in place.segments},
            "network": None if place.ties is None else len(place.ties.offsets) - 1,
            "notes": list(place.notes),
            "attribution": place.attribution,
        }  # fmt: skip


def _weights(place: TablePlace, table: pd.DataFrame, group: str, people: np.ndarray) -> np.ndarray:
    """Return what a group's shares are of, by row of the marginals: people for age, adults for qualification, homes for tenure (people where they are not given)."""
    if group == "qualification":
        return people * (1 - table["under_16"].to_numpy(float))
    return place.homes if group == "tenure" and place.homes is not None else people


def card_of(place: TablePlace) -> Card:
    """Return what is known of a place."""
    people = place.areas["population"].to_numpy(float)
    rows, table = place.profile_rows, place.marginals()
    imputed = {i.group: i for i in place.imputed}
    units = "wards" if place.area_profile is None else "small areas"
    marginals = []
    for group, columns in GROUP_COLUMNS.items():
        weights = _weights(place, table, group, np.bincount(rows, people, len(table)))
        ranges = imputed[group].interval(weights, table[list(columns)].to_numpy(float)) if group in imputed else None
        lacking = int(imputed[group].wards.sum()) if group in imputed else 0
        for n, column in enumerate(columns):
            share = float(np.average(table[column], weights=weights))
            given = group not in imputed or column == imputed[group].settled
            low, high = (share, share) if ranges is None or given else ranges[n]
            source = imputed[group].source if not given else next((v for k, v in place.known.items() if k == "wards"), "as given")
            marginals.append(
                Marginal(
                    column,
                    LABELS[column],
                    share,
                    float(low),
                    float(high),
                    not given,
                    source,
                    len(table) - (0 if given else lacking),
                    len(table),
                    units,
                )
            )
    deciles = np.bincount(place.areas["deprivation_decile"].to_numpy(int) - 1, people, 10) / people.sum()
    by_ward = np.bincount(place.area_ward, people, len(place.wards))
    deprived = np.bincount(place.area_ward, people * (place.areas["deprivation_decile"] <= 2).to_numpy(), len(place.wards))
    wards = tuple((name, float(n), float(d / max(n, 1e-9))) for name, n, d in zip(place.wards, by_ward, deprived, strict=True))
    return Card(place, float(people.sum()), place.adults, deciles, tuple(marginals), wards)
