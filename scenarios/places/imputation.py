"""Age, tenure and qualification imputed from deprivation where no ward profile is given, with its uncertainty.

Log-odds of a share rise with the ward's deprivation at a slope estimated over the 19 wards of Haringey (the only ward profiles
in the package); the level makes each region's mean what its census says. What a ward and a place differ by beyond that is
redrawn in every replicate, so that intervals carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from simulation.kernels.randomness import stream, uniforms_of

from .uk_tables import UK, small_areas

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Relation:
    """How the log-odds of a share follow deprivation.

    Attributes:
        share: what it is a share of, in words.
        slope: log-odds for each point of the composite UK index of deprivation.
        ward_sd: other differences between wards (leave-one-out residuals over Haringey's wards).
        place_sd: other differences between places (assumed: one borough does not show them).
    """

    share: str
    slope: float
    ward_sd: float
    place_sd: float


RELATIONS: dict[str, tuple[Relation, Relation]] = {
    "age": (Relation("under 16", 0.0125, 0.18, 0.15), Relation("65 and over, of adults", -0.0114, 0.16, 0.35)),
    "tenure": (
        Relation("social rent", 0.0686, 0.29, 0.30),
        Relation("private rent, of those not in social rent", 0.0184, 0.27, 0.40),
    ),
    "qualification": (
        Relation("no qualification", 0.0552, 0.24, 0.25),
        Relation("level 4 or more, of the qualified", -0.0563, 0.26, 0.40),
    ),
}
GROUP_COLUMNS = {
    "age": ("under_16", "age_16_64", "age_65_plus"),
    "tenure": ("owned", "social_rented", "private_rented"),
    "qualification": ("no_qualification", "level_4_plus"),
}
SETTLED = {"age": "under_16", "tenure": "owned"}  # the column that `Imputed.given` settles
ELSEWHERE = 3.0  # factor on place_sd outside the United Kingdom, where no national level is known
SLOPES = "slope on deprivation over the 19 wards of Haringey"
LEVELS = "level: census 2011 (tenure, qualification) and mid-2019 estimates (age) of the region, rounded by hand"


def _levels(row: pd.Series) -> dict[str, tuple[float, float]]:
    """Return the two shares of each group from published marginals of all people (age) or of homes and adults."""
    return {
        "age": (row["under_16"], row["age_65_plus"] / (1 - row["under_16"])),
        "tenure": (row["social_rented"], 1 - row["owned"] / (1 - row["social_rented"])),
        "qualification": (row["no_qualification"], row["level_4_plus"] / (1 - row["no_qualification"])),
    }


@cache
def intercepts(region: str | None) -> dict[str, tuple[float, float]]:
    """Return log-odds at no deprivation at which a region's mean shares come out; None means the whole country."""
    import pandas as pd
    from scipy.optimize import brentq
    from scipy.special import expit

    table = pd.read_csv(UK / "levels.csv").set_index("region")
    areas = small_areas()
    people = areas.groupby("region")["population"].sum()
    if region is None:
        levels = (table.mul(people, axis=0).sum() / people.sum()).rename("all")
    else:
        levels, areas = table.loc[region], areas[areas["region"] == region]
    weight = areas["population"].to_numpy(float) / areas["population"].sum()
    score = areas["deprivation"].to_numpy(float)

    def solve(relation: Relation, level: float) -> float:
        return float(brentq(lambda a: weight @ expit(a + relation.slope * score) - level, -15.0, 15.0))

    return {
        group: (solve(RELATIONS[group][0], found[0]), solve(RELATIONS[group][1], found[1]))
        for group, found in _levels(levels).items()
    }


@dataclass(frozen=True)
class Imputed:
    """One group of ward marginals that was not given.

    Attributes:
        group: `age`, `tenure` or `qualification`.
        wards: bool (wards,), where it was not given.
        log_odds: float64 (wards, 2), central values of the group's two shares.
        place_sd, ward_sd: float64 (2,), how unsure they are.
        source: where slope and level come from.
        given: float64 (wards,), what is known of the group all the same, nan where it is not: for age the share under 16, so that only how adults part is
            imputed; for tenure social and private rent together, so that only how they part is.
    """

    group: str
    wards: np.ndarray
    log_odds: np.ndarray
    place_sd: np.ndarray
    ward_sd: np.ndarray
    source: str
    given: np.ndarray | None = None

    @property
    def settled(self) -> str | None:
        """The column that is given in every ward all the same, if there is one: `under_16` or `owned`."""
        return SETTLED.get(self.group) if self.given is not None and not np.isnan(self.given).any() else None

    def shares(self, seed: int | None = None) -> np.ndarray:
        """Return float64 (wards, 3), the group's columns (`no_qualification`, `level_4_plus`, and the rest for qualification).

        With a replicate's `seed` they are drawn from what is known; without, they are central.
        """
        from scipy.special import expit

        log_odds = self.log_odds
        if seed is not None:
            ward = np.arange(len(self.wards), dtype=np.int64)
            for n in (0, 1):
                common = _deviates(ward[:1], stream(seed, f"place: {self.group} {n}"))
                own = _deviates(ward, stream(seed, f"wards: {self.group} {n}"))
                change = self.place_sd[n] * common + self.ward_sd[n] * own
                log_odds = log_odds + np.eye(2)[n] * change[:, None]
        first, second = expit(log_odds[:, 0]), expit(log_odds[:, 1])
        known = np.full(len(first), np.nan) if self.given is None else self.given
        first = np.where(np.isnan(known) | (self.group != "age"), first, known)
        second = (1 - first) * second
        if self.group == "tenure":
            together = np.where(np.isnan(known), first + second, known)
            first, second = together * first / (first + second), together * second / (first + second)
        rest = 1 - first - second
        return np.column_stack(
            {"age": (first, rest, second), "tenure": (rest, first, second)}.get(self.group, (first, second, rest))
        )

    def interval(self, weights: np.ndarray, central: np.ndarray) -> np.ndarray:
        """Return float64 (columns, 2): 95 % of what the place's mean of each column may be, over 200 draws.

        Args:
            weights: float64 (wards,).
            central: float64 (wards, columns), what is given, and anything where it was not.
        """
        many = central.shape[1]
        draws = np.array(
            [
                np.average(np.where(self.wards[:, None], self.shares(seed)[:, :many], central), axis=0, weights=weights)
                for seed in range(200)
            ]
        )
        return np.quantile(draws, [0.025, 0.975], axis=0).T


def _deviates(rows: np.ndarray, stream_: np.uint64) -> np.ndarray:
    """Return standard normal deviates, keyed."""
    from scipy.special import ndtri

    return ndtri(np.clip(uniforms_of(rows, stream_), 1e-12, 1 - 1e-12))


def impute(
    group: str, wards: np.ndarray, deprivation: np.ndarray, regions: Sequence[str | None], british: bool = True, places: int = 1,
    given: np.ndarray | None = None,
) -> Imputed:  # fmt: skip
    """Return what a group of marginals is likely to be.

    Args:
        group: `age`, `tenure` or `qualification`.
        wards: bool (wards,), which wards lack it.
        deprivation: float64 (wards,), scores of the composite UK index.
        regions: of each ward, whose census sets the level; None for the whole country.
        british: False makes it three times as uncertain.
        places: councils that these are drawn from; what councils differ by averages out over many.
        given: what is known of the group all the same (see `Imputed`).
    """
    relations = RELATIONS[group]
    start = np.array([intercepts(region)[group] for region in regions])
    log_odds = start + np.array([r.slope for r in relations])[None, :] * deprivation[:, None]
    wider = 1.0 if british else ELSEWHERE
    known = sorted({r or "United Kingdom" for r in regions})
    where = (known[0] if len(known) == 1 else "of each") if british else "United Kingdom, as nothing nearer is known"
    return Imputed(
        group,
        wards,
        log_odds,
        np.array([wider * r.place_sd / np.sqrt(places) for r in relations]),
        np.array([r.ward_sd for r in relations]),
        f"{SLOPES}; {LEVELS} ({where})",
        given if given is not None and not np.isnan(given).all() else None,
    )


def adult_share(deprivation: np.ndarray, regions: Sequence[str | None]) -> np.ndarray:
    """Return the central share of people aged 16 and over, float64 (wards,); arguments as for `impute`."""
    return 1 - impute("age", np.ones(len(deprivation), bool), deprivation, regions).shares()[:, 0]
