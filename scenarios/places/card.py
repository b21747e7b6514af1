"""What is known about a place, what is estimated and how uncertain that is, and all sources.

A share is *counted* where a census or another published table gives it for every row, *given* where a table of one's own does, *drawn* where it is counted
for the council but not for its wards, which every replicate draws around it, and *estimated* where no table gives it: every replicate draws that too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simulation.declared.sizes import POPULATION

from .imputation import AGES, GROUP_COLUMNS, OF_ADULTS, OF_HOMES, WITHIN
from .neighbours import Neighbour, nearest_councils
from .place import TablePlace, columns_of
from .quality_card import ServiceQuality, notes_of, services_of

LABELS = {
    "under_16": "under 16", "age_16_64": "16 to 64", "age_65_plus": "65 and over", "owned": "owned", "social_rented": "social rent",
    "private_rented": "private rent", "no_qualification": "no qualification", "level_4_plus": "level 4 or a degree",
    **{column: column.removeprefix("age_").replace("_plus", " and over").replace("_", " to ") for column in AGES},
    "higher_occupations": "higher occupations", "intermediate_occupations": "intermediate occupations", "routine_occupations": "routine and manual occupations",
    "never_worked": "never worked", "students": "students", "homes_of_1": "one person alone", "homes_of_2": "two people", "homes_of_3": "three people",
    "homes_of_4": "four people", "homes_of_5_plus": "five or more people", "moved": "moved within a year",
}  # fmt: skip
# Residents of the model below which a ward is small: in one run a share of 100 residents has a standard error of up to five points.
SMALL_WARD = 100


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
        basis: `counted`, `given`, `drawn` or `estimated`, of the rows that give it where some do not.
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
    basis: str = "given"

    @property
    def partly(self) -> bool:
        """True if some rows give it and it is imputed in the others."""
        return 0 < self.given < self.rows

    @property
    def origin(self) -> str:
        """Whether it is counted, given, drawn or estimated, in words."""
        if self.partly:
            return f"{self.basis} in {self.given:,} of {self.rows:,} {self.units}"
        return {"drawn": "counted, wards drawn"}.get(self.basis, self.basis)


@dataclass(frozen=True)
class Card:
    """A place as a page shows it.

    Attributes:
        deciles: share of people in each deprivation decile, most deprived first, float64 (10,).
        marginals: ages and moves of all people, tenure and size of homes, qualification and occupation of adults.
        wards: of each its name, its people, the share of them in the most deprived fifth, and its share of the place's adults.
        neighbours: the councils most like it, the nearest first; none where it is no council of the United Kingdom.
        services: how good each kind of institution is.
    """

    place: TablePlace
    people: float
    adults: float
    deciles: np.ndarray
    marginals: tuple[Marginal, ...]
    wards: tuple[tuple[str, float, float, float], ...] = field(default=())
    neighbours: tuple[Neighbour, ...] = ()
    services: tuple[ServiceQuality, ...] = ()

    def small_wards(self, population: int = POPULATION) -> tuple[str, ...]:
        """Return the wards that have fewer than `SMALL_WARD` of so many residents of the model: results by ward are unsteady there."""
        return tuple(name for name, _, _, share in self.wards if share * population < SMALL_WARD)

    def smallness(self, population: int = POPULATION) -> str:
        """Return in a sentence which wards are small, and what steadies them; empty where none is."""
        small = self.small_wards(population)
        if not small:
            return ""
        least = min(share for *_, share in self.wards if share > 0)
        enough = int(np.ceil(SMALL_WARD / least / 1000) * 1000)
        return (
            f"{len(small)} of {len(self.wards)} wards {'has' if len(small) == 1 else 'have'} fewer than {SMALL_WARD} of {population:,} residents of the model: results "
            f"by ward are unsteady there. {enough:,} residents give each {SMALL_WARD} or more."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the card as one JSON document."""
        place, small = self.place, set(self.small_wards())
        return {
            "name": place.name,
            "title": place.title,
            "people": round(self.people),
            "adults": round(self.adults),
            "wards": len(place.wards),
            "ward_list": [{"name": name, "people": round(people), "small": name in small} for name, people, *_ in self.wards],
            "small_ward": {"fewer_than": SMALL_WARD, "of": POPULATION, "wards": len(small)},
            "neighbours": [{"name": n.name, "distance": round(n.distance, 2), "unlike": n.unlike} for n in self.neighbours],
            "synthetic_wards": place.synthetic_wards,
            "small_areas": len(place.areas),
            "sampled_from": place.sampled or None,
            "deprivation_index": place.deprivation_index,
            "deprivation_deciles": [round(float(d), 4) for d in self.deciles],
            "marginals": [
                {"name": m.name, "label": m.label, "share": round(m.share, 4), "low": round(m.low, 4), "high": round(m.high, 4), "imputed": m.imputed, "basis": m.basis, "given": m.given, "of": m.rows, "source": m.source}
                for m in self.marginals
            ],
            "services": [one.to_json() for one in self.services],
            "service_notes": notes_of(place, self.services),
            "known": dict(place.known),
            "parameters": dict(place.parameters),
            "ranges": {name: list(ends) for name, ends in place.ranges.items()},
            "segments": None if place.segments is None else {s.name: s.share for s in place.segments},
            "network": None if place.ties is None else len(place.ties.offsets) - 1,
            "notes": list(place.notes),
            "attribution": place.attribution,
        }  # fmt: skip


def _weights(place: TablePlace, table: pd.DataFrame, group: str, people: np.ndarray) -> np.ndarray:
    """Return what a group's shares are of, by row of the marginals: people, adults, or homes (people where these are not given)."""
    if group in OF_ADULTS:
        return people * (1 - table["under_16"].to_numpy(float))
    return place.homes if group in OF_HOMES and place.homes is not None else people


def _marginals_of(place: TablePlace, group: str, people: np.ndarray) -> list[Marginal]:
    """Return the shares of a group."""
    table, columns = place.marginals(), GROUP_COLUMNS[group]
    one = next((i for i in place.imputed if i.group == group), None)
    weights = _weights(place, table, group, people)
    central, unit = columns_of(table, columns), 1.0
    if one is not None and group in WITHIN:
        whole = table[WITHIN[group]].to_numpy(float)
        unit = float(np.average(whole, weights=weights))
        central, weights = central / np.maximum(whole, 1e-12)[:, None], weights * whole
    ranges = None if one is None else unit * one.interval(weights, central)
    lacking, found = 0 if one is None else int(one.wards.sum()), []
    for n, column in enumerate(columns):
        share = unit * float(np.average(central[:, n], weights=weights))
        given = one is None or column == one.settled
        low, high = (share, share) if ranges is None or given else ranges[n]
        low, high = min(low, share), max(high, share)  # draws lean a little to the middle
        held = "counted" if group in place.known else "given"
        whole_basis = "drawn" if one is not None and not one.place_sd.any() else "estimated"
        found.append(
            Marginal(
                column,
                LABELS[column],
                share,
                float(low),
                float(high),
                not given,
                one.source if one is not None and not given else place.known.get(group, place.known.get("wards", "as given")),
                len(table) - (0 if given else lacking),
                len(table),
                "wards" if place.area_profile is None else "small areas",
                held if given or 0 < lacking < len(table) else whole_basis,
            )
        )
    return found


def card_of(place: TablePlace) -> Card:
    """Return what is known of a place."""
    people = place.areas["population"].to_numpy(float)
    rows = place.profile_rows
    by_row = np.bincount(rows, people, rows.max() + 1)
    marginals = [one for group in GROUP_COLUMNS for one in _marginals_of(place, group, by_row)]
    deciles = np.bincount(place.areas["deprivation_decile"].to_numpy(int) - 1, people, 10) / people.sum()
    by_ward = np.bincount(place.area_ward, people, len(place.wards))
    deprived = np.bincount(place.area_ward, people * (place.areas["deprivation_decile"] <= 2).to_numpy(), len(place.wards))
    adults = np.bincount(place.area_ward, place.joint.adults, len(place.wards)) / place.adults
    wards = tuple(
        (name, float(n), float(d / max(n, 1e-9)), float(a))
        for name, n, d, a in zip(place.wards, by_ward, deprived, adults, strict=True)
    )
    near = nearest_councils(place.authority) if place.authority else ()
    return Card(place, float(people.sum()), place.adults, deciles, tuple(marginals), wards, near, services_of(place))
