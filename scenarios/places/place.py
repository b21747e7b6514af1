"""A place: small areas and wards as tables, what is imputed of them, and the people drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.declared.institutions import InstitutionSpec, Service
from simulation.declared.quality import AVERAGE, UNKNOWN, Qualities
from simulation.declared.residents import TENURES
from simulation.declared.segments import Segment
from simulation.identity import Identified
from simulation.state.people import People

from ..households import adults_by_tenure, fit_households
from ..joint import fit_areas, fit_wards
from ..people import AGE_BANDS, OCCUPATIONS, QUALIFICATIONS, Fitted, draw
from .imputation import AGES, GROUP_COLUMNS, JOBS, SIZES, WITHIN, Imputed, usual_shares
from .landlords import credited

if TYPE_CHECKING:
    import pandas as pd

    from simulation.state.ties import Ties

AVERAGE_SERVICE, AVERAGE_WORDS = "@average", ", average service"  # behind the name and the title of a place with average service
AREA_COLUMNS = ("area", "ward", "deprivation_decile", "deprivation", "population")
WARD_COLUMNS = ("ward", *(column for columns in GROUP_COLUMNS.values() for column in columns))
LATER_GROUPS = (*WITHIN, "occupation", "household_size", "moved")  # groups that a table of wards made by hand may lack


@dataclass(frozen=True)
class TablePlace(Identified):
    """A place given by a table of small areas and a table of wards.

    Attributes:
        name, title: short and full name.
        areas: columns `AREA_COLUMNS`; `deprivation` is any measure, more deprived where higher; `population` counts all ages.
        ward_table: columns `WARD_COLUMNS`, shares 0..1; imputed groups hold their central values. A group of `LATER_GROUPS` that has no columns is taken to be as
            usual in the United Kingdom.
        attribution: to be shown wherever data or results are.
        deprivation_index: which index the deciles are of.
        area_profile: marginals of each small area where those are given (columns as in `ward_table`, one row per area); else None.
        homes: number of homes in each row of the marginals, float64, where it is given; tenure of the place is the mean over homes.
        imputed: the marginals that were not given; every replicate redraws them.
        synthetic_wards: True where wards are made of small areas in code order.
        sampled: number of small areas that these stand for, where they are a weighted sample; 0 where they are all.
        councils: number of local authorities that it is made of; what councils differ by averages out over many.
        region: of the United Kingdom, where somebody said it; its census sets the level of what is imputed.
        drawn_as: name by which what is not known of its services is drawn, where that is not its own: a copy draws as the place that it was made from.
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
    occupations: tuple[str, ...] = OCCUPATIONS
    area_profile: pd.DataFrame | None = None
    homes: np.ndarray | None = None
    imputed: tuple[Imputed, ...] = ()
    synthetic_wards: bool = False
    sampled: int = 0
    councils: int = 1
    region: str | None = None
    drawn_as: str = ""
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
        if self.name.endswith(AVERAGE_SERVICE):
            return self
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
        table = self._whole
        if seed is None or not self.imputed:
            return table
        return table.assign(**self._redrawn(seed, tuple(GROUP_COLUMNS)))

    def _redrawn(self, seed: int, groups: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Return the columns of some groups that change as what is imputed is redrawn, those of `WITHIN` after the group that they part."""
        table, imputed = self._whole, {one.group: one for one in self.imputed}
        drawn: dict[str, np.ndarray] = {}
        for group in (g for g in groups if g in imputed or g in WITHIN):
            columns, one = GROUP_COLUMNS[group], imputed.get(group)
            shares = columns_of(table, columns)
            if group in WITHIN:
                with np.errstate(divide="ignore", invalid="ignore"):
                    shares = shares / columns_of(table, (WITHIN[group],))
                shares[np.isnan(shares)] = 0.0
            if one is not None:
                shares = np.where(one.wards[:, None], one.shares(seed)[:, : len(columns)], shares)
            if group in WITHIN:
                whole = drawn[WITHIN[group]] if WITHIN[group] in drawn else table[WITHIN[group]].to_numpy(float)
                shares = shares * whole[:, None]
            drawn |= dict(zip(columns, shares.T, strict=True))
        return drawn

    @cached_property
    def _whole(self) -> pd.DataFrame:
        """The marginals with every group; what a table made by hand lacks is as usual in the United Kingdom."""
        table = self.ward_table if self.area_profile is None else self.area_profile
        for group in LATER_GROUPS:
            if not set(GROUP_COLUMNS[group]) <= set(table):
                whole = table[WITHIN[group]] if group in WITHIN else 1.0
                table = table.assign(**{c: u * whole for c, u in zip(GROUP_COLUMNS[group], usual_shares(group), strict=False)})
        return table

    def fitted(self, seed: int | None = None) -> Fitted:
        """Return the place fitted to its marginals: households by size and tenure, people by age, tenure, qualification and occupation."""
        wards, row = self.marginals(seed), self.profile_rows
        under_16 = wards["under_16"].to_numpy(float)
        adults = self.areas["population"].to_numpy(float) * (1.0 - under_16[row])
        low, high = wards["no_qualification"].to_numpy(float), wards["level_4_plus"].to_numpy(float)
        homes = columns_of(wards, GROUP_COLUMNS["tenure"])
        households = fit_households(columns_of(wards, SIZES), homes, under_16 / (1.0 - under_16))
        tenure = adults_by_tenure(households)
        people = fit_wards(
            columns_of(wards, AGES),
            tenure,
            np.column_stack([low, 1.0 - low - high, high]),
            columns_of(wards, JOBS),
        )
        return Fitted(fit_areas(adults, self.areas["deprivation"].to_numpy(float), row, tenure), row, people, households)

    @cached_property
    def joint(self) -> Fitted:
        """The place fitted to its central values."""
        return self.fitted()

    @property
    def adults(self) -> float:
        """People aged 16 and over."""
        return float(self.joint.areas.sum())

    def moved_in(self, seed: int | None = None) -> np.ndarray:
        """Return the share of each ward's people who moved there within a year, float64 (wards,)."""
        moved = self._whole["moved"].to_numpy(float)
        if seed is not None:
            moved = self._redrawn(seed, ("moved",)).get("moved", moved)
        if self.area_profile is None:
            return moved
        people, wards = self.areas["population"].to_numpy(float), len(self.wards)
        return np.bincount(self.area_ward, people * moved, wards) / np.maximum(np.bincount(self.area_ward, people, wards), 1e-9)

    def near_ward(self, name: str) -> str:
        """Return what to say of a ward that the place does not have: the nearest of its own, and whose it is."""
        from .ward_hints import ward_hint

        return ward_hint(name, self.wards, self.title.removesuffix(AVERAGE_WORDS), bool(self.sampled))

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return residents drawn from the place; see `simulation.state.people.Place`."""
        fit = self.fitted(seed) if self.imputed else self.joint
        decile = self.areas["deprivation_decile"].to_numpy()
        return draw(fit, self.area_ward, decile, population, shares, seed)


def columns_of(table: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """Return columns of numbers, float64 (rows, columns); one by one, which is quicker than pandas' choice of several."""
    return np.array([table[name].to_numpy(float) for name in names]).T
