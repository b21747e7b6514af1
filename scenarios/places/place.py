"""A place: small areas and wards as tables, what is imputed of them, and the people drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.declared.institutions import InstitutionSpec, Service
from simulation.declared.quality import AVERAGE, UNKNOWN, Qualities
from simulation.declared.segments import Segment
from simulation.identity import Identified
from simulation.state.people import People

from ..people import AGE_BANDS, QUALIFICATIONS, TENURES, draw, fit_joint
from .imputation import GROUP_COLUMNS, Imputed
from .landlords import credited

if TYPE_CHECKING:
    import pandas as pd

    from simulation.state.ties import Ties

AVERAGE_SERVICE, AVERAGE_WORDS = "@average", ", average service"  # behind the name and the title of a place with average service
AREA_COLUMNS = ("area", "ward", "deprivation_decile", "deprivation", "population")
WARD_COLUMNS = ("ward", "under_16", "age_16_64", "age_65_plus", "owned", "social_rented", "private_rented",
                "no_qualification", "level_4_plus")  # fmt: skip


@dataclass(frozen=True)
class TablePlace(Identified):
    """A place given by a table of small areas and a table of wards.

    Attributes:
        name, title: short and full name.
        areas: columns `AREA_COLUMNS`; `deprivation` is any measure, more deprived where higher; `population` counts all ages.
        ward_table: columns `WARD_COLUMNS`, shares 0..1; imputed groups hold their central values.
        attribution: to be shown wherever data or results are.
        deprivation_index: which index the deciles are of.
        area_profile: marginals of each small area where those are given (columns as in `ward_table`, one row per area); else None.
        homes: number of homes in each row of the marginals, float64, where it is given; tenure of the place is the mean over homes.
        imputed: the marginals that were not given; every replicate redraws them.
        synthetic_wards: True where wards are made of small areas in code order.
        sampled: number of small areas that these stand for, where they are a weighted sample; 0 where they are all.
        councils: number of local authorities that it is made of; what councils differ by averages out over many.
        region: of the United Kingdom, where somebody said it; its census sets the level of what is imputed.
        authority: three-letter code of the council that it is, where it is one of the United Kingdom.
        parameters: what is known of the place's own institutions and people, as overrides of parameters.
        ranges: what parameters of its own may be, where its data leave it open: low and high by name; each set of parameters draws them.
        services, institutions, segments: the place's own, where they differ from the defaults.
        ties: the place's own network, over rows 0..n-1, used as it is; None draws one.
        known: what is given, in words, with where it comes from; under `age`, `tenure` and `qualification` the published table that counts it.
        quality: how good its services are; what is not known of it is drawn.
    """

    name: str
    title: str
    areas: pd.DataFrame
    ward_table: pd.DataFrame
    attribution: str = ""
    deprivation_index: str = "as given"
    notes: tuple[str, ...] = field(default=())
    age_bands: tuple[str, ...] = AGE_BANDS
    tenures: tuple[str, ...] = TENURES
    qualifications: tuple[str, ...] = QUALIFICATIONS
    area_profile: pd.DataFrame | None = None
    homes: np.ndarray | None = None
    imputed: tuple[Imputed, ...] = ()
    synthetic_wards: bool = False
    sampled: int = 0
    councils: int = 1
    region: str | None = None
    authority: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    services: tuple[Service, ...] | None = None
    institutions: tuple[InstitutionSpec, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    ties: Ties | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    quality: Qualities = UNKNOWN

    @cached_property
    def wards(self) -> tuple[str, ...]:
        """Names of the wards."""
        return tuple(self.ward_table["ward"])

    @cached_property
    def area_ward(self) -> np.ndarray:
        """Row of each small area's ward, int64 (areas,)."""
        rows = {name: n for n, name in enumerate(self.wards)}
        return self.areas["ward"].map(rows).to_numpy(np.int64)

    def with_average_service(self) -> TablePlace:
        """Return the same place with services of average quality, under the name that `load_place` takes for it."""
        return replace(
            self,
            name=f"{self.name}{AVERAGE_SERVICE}",
            title=f"{self.title}{AVERAGE_WORDS}",
            attribution=credited(self.attribution, AVERAGE),
            quality=AVERAGE,
        )

    @property
    def fingerprint(self) -> str:
        """Identity of all that a place brings, shortened: a changed copy is another place, whatever its name."""
        return self.identity[:16]

    @property
    def profile_rows(self) -> np.ndarray:
        """Row of each small area's marginals, int64 (areas,): its ward's, or its own where those are given."""
        return self.area_ward if self.area_profile is None else np.arange(len(self.areas))

    def marginals(self, seed: int | None = None) -> pd.DataFrame:
        """Return the given marginals; with a replicate's seed what is imputed is redrawn from what is known of it."""
        table = self.ward_table if self.area_profile is None else self.area_profile
        if seed is None or not self.imputed:
            return table
        table = table.copy()
        for one in self.imputed:
            drawn = one.shares(seed)
            for n, column in enumerate(GROUP_COLUMNS[one.group]):
                table[column] = np.where(one.wards, drawn[:, n], table[column])
        return table

    def fitted(self, seed: int | None = None) -> np.ndarray:
        """Return adults by small area, age, tenure and qualification, fitted to the wards' marginals.

        Returns:
            float64 (areas, ages, tenures, qualifications).
        """
        wards, ward = self.marginals(seed), self.profile_rows
        adults = self.areas["population"].to_numpy(float) * (1.0 - wards["under_16"].to_numpy()[ward])
        age = wards[["age_16_64", "age_65_plus"]].to_numpy(float)
        tenure = wards[["owned", "social_rented", "private_rented"]].to_numpy(float)
        low, high = wards["no_qualification"].to_numpy(float), wards["level_4_plus"].to_numpy(float)
        qualification = np.column_stack([low, 1.0 - low - high, high])
        return fit_joint(
            adults,
            self.areas["deprivation"].to_numpy(float),
            ward,
            age / age.sum(axis=1, keepdims=True),
            tenure / tenure.sum(axis=1, keepdims=True),
            qualification,
        )

    @cached_property
    def joint(self) -> np.ndarray:
        """Adults by small area, age, tenure and qualification at the central values."""
        return self.fitted()

    @property
    def adults(self) -> float:
        """People aged 16 and over."""
        return float(self.joint.sum())

    def near_ward(self, name: str) -> str:
        """Return what to say of a ward that the place does not have: the nearest of its own, and whose it is."""
        from .ward_hints import ward_hint

        return ward_hint(name, self.wards, self.title.removesuffix(AVERAGE_WORDS), bool(self.sampled))

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return residents drawn from the place; see `simulation.state.people.Place`."""
        joint = self.fitted(seed) if self.imputed else self.joint
        decile = self.areas["deprivation_decile"].to_numpy()
        return draw(joint, self.area_ward, decile, population, shares, seed)
