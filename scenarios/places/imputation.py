"""What no table gives of a place's people, imputed from deprivation with its uncertainty.

Log-odds of a share rise with the ward's deprivation at a slope that was estimated over the wards of England and Wales (`uk_relations`); the level makes each
region's mean what its census says. What a ward and a place differ by beyond that is redrawn in every replicate, so that intervals carry it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from simulation.kernels.kernel import njit
from simulation.kernels.randomness import stream, uniform

from .ages import Parts
from .uk_tables import UK

if TYPE_CHECKING:
    import pandas as pd

AGES = ("age_16_19", "age_20_24", "age_25_34", "age_35_49", "age_50_64", "age_65_74", "age_75_plus")
JOBS = (
    "higher_occupations",
    "intermediate_occupations",
    "routine_occupations",
    "never_worked",
    "students",
)  # as `people.OCCUPATIONS`
SIZES = ("homes_of_1", "homes_of_2", "homes_of_3", "homes_of_4", "homes_of_5_plus")
GROUP_COLUMNS: dict[str, tuple[str, ...]] = {
    "age": ("under_16", "age_16_64", "age_65_plus"),
    "ages_16_64": AGES[:5],
    "ages_65_plus": AGES[5:],
    "tenure": ("owned", "social_rented", "private_rented"),
    "qualification": ("no_qualification", "level_4_plus"),
    "occupation": JOBS,
    "household_size": SIZES,
    "moved": ("moved",),
}
# The shares of a group in the order in which they are taken one by one from what the others leave; the last is the rest, '' where it has no column.
CHAINS: dict[str, tuple[str, ...]] = {
    "age": ("under_16", "age_65_plus", "age_16_64"),
    "tenure": ("social_rented", "private_rented", "owned"),
    "qualification": ("no_qualification", "level_4_plus", ""),
    "ages_16_64": AGES[:5],
    "ages_65_plus": ("age_75_plus", "age_65_74"),
    "occupation": ("never_worked", "students", "routine_occupations", "higher_occupations", "intermediate_occupations"),
    "household_size": SIZES,
    "moved": ("moved", ""),
}
WITHIN = {"ages_16_64": "age_16_64", "ages_65_plus": "age_65_plus"}  # groups that part one share of another group
OF_HOMES, OF_ADULTS = ("tenure", "household_size"), ("qualification", "occupation")  # what the others are shares of: people
SETTLED = {"age": "under_16", "household_size": "homes_of_1", "tenure": "owned"}  # the column that `Imputed.given` settles
FIRST_GIVEN = ("age", "household_size")  # groups of which the first share of the chain may be given alone
ELSEWHERE, ELSEWHERE_SD = (
    3.0,
    0.45,
)  # factor on place_sd outside the United Kingdom, where no national level is known, and the least that it is (assumed)
SLOPES = "slope on deprivation over the wards of England and Wales (Census 2021)"
EVERYWHERE = "United Kingdom"
DRAWS, AT_ONCE = 200, 100_000  # draws behind an interval, and about as many log-odds of them as are held at a time
USUAL_DEPRIVATION = 20.0  # points of the composite UK index, about its mean over people
WORDS = {
    "age": "age", "tenure": "tenure", "qualification": "qualification", "ages_16_64": "age within 16 to 64", "ages_65_plus": "age from 65",
    "occupation": "occupation", "household_size": "household size", "moved": "the share of people who moved within a year",
}  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """How the log-odds of a share follow deprivation.

    Attributes:
        share: its column; it is a share of what the group's earlier ones leave.
        slope: log-odds for each point of the composite UK index of deprivation.
        ward_sd: other differences between wards of a council.
        place_sd: other differences between councils of a region.
        region_sd: differences between regions; they count where a region's own level is not published.
    """

    share: str
    slope: float
    ward_sd: float
    place_sd: float
    region_sd: float


@cache
def relations() -> dict[str, tuple[Relation, ...]]:
    """Return the relations of every group, in the order of `CHAINS`."""
    found: dict[str, tuple[Relation, ...]] = {}
    with (UK / "relations.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            numbers = (float(row[name]) for name in ("slope", "ward_sd", "place_sd", "region_sd"))
            found[row["group"]] = (*found.get(row["group"], ()), Relation(row["share"], *numbers))
    return found


@dataclass(frozen=True)
class Level:
    """The level of a group in a region.

    Attributes:
        log_odds: of each share of the chain at no deprivation.
        source: whose figures they are, in words.
        own: False where they are those of England and Wales, as the region's own are not published.
    """

    log_odds: tuple[float, ...]
    source: str
    own: bool


@cache
def levels() -> dict[tuple[str, str], Level]:
    """Return the level of every group by region (`United Kingdom`: all) and group."""
    found: dict[tuple[str, str], Level] = {}
    with (UK / "levels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["region"], row["group"])
            before = found.get(key, Level((), row["source"], True))
            found[key] = Level((*before.log_odds, float(row["log_odds"])), row["source"], before.own and row["own"] == "1")
    return found


@dataclass(frozen=True)
class Imputed:
    """One group of ward marginals that was not given.

    Attributes:
        group: as in `GROUP_COLUMNS`.
        wards: bool (wards,), where it was not given.
        log_odds: float64 (wards, n), central values of the group's shares, in the order of `CHAINS`, each of what the earlier ones leave.
        place_sd, ward_sd: float64 (n,), how unsure they are.
        source: where slope and level come from.
        given: float64 (wards,), what is known of the group all the same, nan where it is not: for age the share under 16, so that only how adults part is
            imputed; for household size the share of one person; for tenure social and private rent together, so that only how they part is.
        parts: what bands of another kind tell of finer ages.
        council: True if a census counts it for the place as a whole, so that an empty column says enough.
    """

    group: str
    wards: np.ndarray
    log_odds: np.ndarray
    place_sd: np.ndarray
    ward_sd: np.ndarray
    source: str
    given: np.ndarray | None = None
    parts: Parts | None = None
    council: bool = False

    @property
    def settled(self) -> str | None:
        """The column that is given in every ward all the same, if there is one: `under_16` or `owned`."""
        return SETTLED.get(self.group) if self.given is not None and not np.isnan(self.given).any() else None

    def shares(self, seed: int | None = None) -> np.ndarray:
        """Return float64 (wards, columns), the group's columns and the rest where that has none; finer ages are shares of the band that they part.

        With a replicate's `seed` they are drawn from what is known; without, they are central.
        """
        return self._parted(self.log_odds if seed is None else self._drawn((seed,))[0])

    def _parted(self, log_odds: np.ndarray) -> np.ndarray:
        """Return the shares of log-odds, float64 (..., wards, n) with as many draws before as there are."""
        from scipy.special import expit

        odds = expit(log_odds)
        if self.group in FIRST_GIVEN and self.given is not None:
            odds[..., 0] = np.where(np.isnan(self.given), odds[..., 0], self.given)
        left, found = np.ones(odds.shape[:-1]), {}
        for column, share in zip(CHAINS[self.group], np.moveaxis(odds, -1, 0), strict=False):
            found[column] = left * share
            left = left * (1 - share)
        found[CHAINS[self.group][-1]] = left
        if self.group == "tenure" and self.given is not None:
            together = 1 - found["owned"]
            known = np.where(np.isnan(self.given), together, self.given)
            found = {c: v * known / together for c, v in found.items()} | {"owned": 1 - known}
        rest = [""] if "" in found else []
        shares = np.stack([found[c] for c in (*GROUP_COLUMNS[self.group], *rest)], axis=-1)
        if self.parts is None:
            return shares
        return self.parts.applied(shares) if shares.ndim == 2 else np.array([self.parts.applied(one) for one in shares])

    def _drawn(self, seeds: Sequence[int]) -> np.ndarray:
        """Return the log-odds with what place and wards differ by, drawn, float64 (seeds, wards, n)."""
        ward = np.arange(len(self.wards), dtype=np.int64)
        log_odds = np.repeat(self.log_odds[None], len(seeds), axis=0)
        for n in range(log_odds.shape[2]):
            common = _deviates(ward[:1], _streams(f"place: {self.group} {n}", seeds))
            own = _deviates(ward, _streams(f"wards: {self.group} {n}", seeds))
            if self.place_sd[n] == 0.0:  # the mean is counted: the wards part around it
                own -= own.mean(axis=1, keepdims=True)
            log_odds[:, :, n] += self.place_sd[n] * common + self.ward_sd[n] * own
        return log_odds

    def interval(self, weights: np.ndarray, central: np.ndarray) -> np.ndarray:
        """Return float64 (columns, 2): 95 % of what the place's mean of each column may be, over 200 draws.

        Args:
            weights: float64 (wards,), what `shares` are of.
            central: float64 (wards, columns), what is given, as `shares` has it, and anything where it was not.
        """
        many, step, means = central.shape[1], max(AT_ONCE // self.log_odds.size, 1), []
        for first in range(0, DRAWS, step):
            shares = self._parted(self._drawn(range(first, min(first + step, DRAWS))))
            drawn = np.where(self.wards[:, None], shares[..., :many], central)
            means.append(np.average(drawn, axis=1, weights=weights))
        return np.quantile(np.concatenate(means), [0.025, 0.975], axis=0).T


def _streams(process: str, seeds: Sequence[int]) -> np.ndarray:
    """Return the streams of what is drawn with some seeds, uint64 (seeds,)."""
    return np.array([_stream(seed, process) for seed in seeds])


_stream = lru_cache(maxsize=20_000)(stream)  # the same few hundred draws are behind every interval


def _deviates(rows: np.ndarray, streams: np.ndarray) -> np.ndarray:
    """Return standard normal deviates, keyed, float64 (streams, rows)."""
    from scipy.special import ndtri

    return ndtri(np.clip(_uniforms(rows, streams), 1e-12, 1 - 1e-12))


@njit(cache=True)
def _uniforms(rows, streams):
    """Return the uniforms of rows in each of some streams, float64 (streams, rows)."""
    out = np.empty((streams.size, rows.size))
    for s in range(streams.size):
        for i in range(rows.size):
            out[s, i] = uniform(streams[s], rows[i])
    return out


def impute(
    group: str, wards: np.ndarray, deprivation: np.ndarray, regions: Sequence[str | None], british: bool = True, places: int = 1,
    given: np.ndarray | None = None,
) -> Imputed:  # fmt: skip
    """Return what a group of marginals is likely to be.

    Args:
        group: as in `GROUP_COLUMNS`.
        wards: bool (wards,), which wards lack it.
        deprivation: float64 (wards,), scores of the composite UK index.
        regions: of each ward, whose census sets the level; None for the whole country.
        british: False makes it three times as uncertain.
        places: councils that these are drawn from; what councils differ by averages out over many.
        given: what is known of the group all the same (see `Imputed`).
    """
    found = relations()[group]
    of = [levels()[region or EVERYWHERE, group] for region in regions]
    log_odds = np.array([level.log_odds for level in of]) + np.array([r.slope for r in found])[None, :] * deprivation[:, None]
    borrowed = british and not all(level.own for level in of)
    least, wider = (0.0, 1.0) if british else (ELSEWHERE_SD, ELSEWHERE)
    spread = [np.hypot(max(wider * r.place_sd, least) / np.sqrt(places), r.region_sd if borrowed else 0.0) for r in found]
    sources = sorted({f"{level.source} ({region or EVERYWHERE})" for level, region in zip(of, regions, strict=True)})
    where = sources[0] if len(sources) == 1 else f"{of[0].source} (of each)"
    where += "" if british else ", as nothing nearer is known"
    return Imputed(
        group, wards, log_odds, np.array(spread), np.array([r.ward_sd for r in found]), f"{SLOPES}; level: {where}",
        given if given is not None and not np.isnan(given).all() else None,
    )  # fmt: skip


@cache
def usual_shares(group: str) -> np.ndarray:
    """Return the shares of a group that are usual in the United Kingdom, in the order of its columns."""
    return impute(group, np.ones(1, bool), np.full(1, USUAL_DEPRIVATION), [None]).shares()[0]


def fill(table: pd.DataFrame, one: Imputed) -> None:
    """Put the central shares of a group into a table of marginals where it was not given, in place; finer ages as shares of everybody."""
    columns, shares = GROUP_COLUMNS[one.group], one.shares()
    whole = table[WITHIN[one.group]].to_numpy(float) if one.group in WITHIN else 1.0
    for n, column in enumerate(columns):
        table[column] = np.where(one.wards, whole * shares[:, n], table[column])


def settle(one: Imputed, councils: np.ndarray, base: np.ndarray, counted: dict[str, np.ndarray], source: str) -> Imputed:
    """Return what is imputed with the mean of each council as it is counted there: only how its wards part is drawn.

    Args:
        councils: of each ward.
        base: float64 (wards,), what the group's shares are of, such as adults.
        counted: by council the shares of the chain, nan where they are not counted; none for a council that is not counted at all.
        source: of the counts, in words.
    """
    from scipy.optimize import brentq
    from scipy.special import expit

    log_odds, many = one.log_odds.copy(), one.log_odds.shape[1]
    known = np.ones(many, bool)
    for council in np.unique(councils[one.wards]):
        own = councils == council
        wanted = counted.get(council, np.full(many, np.nan))
        left = np.maximum(base[own], 1e-9)
        for n in range(many):
            if np.isnan(wanted[n]):
                known[n] = False
            elif not (n == 0 and one.given is not None):
                level = min(max(wanted[n], 1e-6), 1 - 1e-6)
                x = log_odds[own, n]
                log_odds[own, n] += brentq(
                    lambda a, x=x, left=left, level=level: np.average(expit(a + x), weights=left) - level, -20.0, 20.0
                )
            share = expit(log_odds[own, n]) if n or one.given is None else one.given[own]
            left = np.maximum(left * (1 - share), 1e-9)
    if not known.any():
        return one
    return replace(one, log_odds=log_odds, place_sd=np.where(known, 0.0, one.place_sd), source=source)


def chain_shares(shares: np.ndarray) -> np.ndarray:
    """Return each share of a chain as a share of what the earlier ones leave, float64 (rows, n); nan where nothing is left.

    Args:
        shares: float64 (rows, n + 1), in the order of `CHAINS`.
    """
    left = shares[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.divide(shares, left, out=np.full_like(shares, np.nan), where=left > 0)[:, :-1]


def adult_share(deprivation: np.ndarray, regions: Sequence[str | None]) -> np.ndarray:
    """Return the central share of people aged 16 and over, float64 (wards,); arguments as for `impute`."""
    return 1 - impute("age", np.ones(len(deprivation), bool), deprivation, regions).shares()[:, 0]
