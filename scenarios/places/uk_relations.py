"""How what is counted of people follows deprivation, estimated over the real wards of England and Wales; `uk_release --relations` calls it.

It writes `relations.csv` (slopes, and what councils and wards differ by beyond them) and `levels.csv` (where each region is).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from .imputation import CHAINS, EVERYWHERE, WITHIN, chain_shares
from .uk_marginals import base_of, chains_of_councils, marginals_of
from .uk_tables import authorities
from .uk_wards import Wards, wards_of

FEWEST = 0.5  # people or homes that a share is taken to have where it has none, so that its log-odds exist
# Scotland's qualifications are published for 2011 alone (National Records of Scotland, rounded, entered by hand: check before you rely on a digit). Their
# log-odds are moved by what they changed by in England and Wales from 2011 (ONS, KS501EW, likewise) to 2021.
SCOTLAND_2011, ENGLAND_AND_WALES_2011 = (0.268, 0.261), (0.227, 0.272)
OWN, MOVED = "Census 2021 and 2022 of the region", "Census 2011 of Scotland, moved on as England and Wales changed until 2021"
BORROWED = "Census 2021 of England and Wales, as the region's own is not published"


def estimated() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables `relations.csv` and `levels.csv`."""
    wards = wards_of(list(authorities().index))
    given, region = marginals_of(wards), wards.table["authority"].map(authorities()["region"]).to_numpy()
    relations, levels = [], []
    for group in CHAINS:
        shares = _chain(group, given)
        known = ~np.isnan(shares).any(axis=1)
        base = base_of(group, wards.table) * (given[WITHIN[group]].to_numpy(float) if group in WITHIN else 1.0)
        left = base[:, None] * np.cumprod(np.column_stack([np.ones(len(shares)), 1 - shares[:, :-1]]), axis=1)
        english = wards.table["code"].str[0].isin(["E", "W"]).to_numpy()
        slopes = [_relation(group, n, shares[:, n], left[:, n], wards, region, english) for n in range(shares.shape[1])]
        relations += slopes
        for where in (EVERYWHERE, *sorted(set(region))):
            levels += _levels(group, where, shares, left, wards, region, english, [float(str(s["slope"])) for s in slopes], known)
    return pd.DataFrame(relations), pd.DataFrame(levels)


def _chain(group: str, given: pd.DataFrame) -> np.ndarray:
    columns = CHAINS[group]
    shares = given[[c for c in columns if c]].to_numpy(float)
    if group in WITHIN:
        shares = shares / given[[WITHIN[group]]].to_numpy(float)
    if not columns[-1]:
        shares = np.column_stack([shares, 1 - shares.sum(axis=1)])
    return chain_shares(shares)


def _relation(
    group: str, n: int, share: np.ndarray, left: np.ndarray, wards: Wards, region: np.ndarray, english: np.ndarray
) -> dict[str, object]:
    """Return a relation: the slope within regions, and the standard deviations of regions, of councils within regions, and of wards within councils."""
    y = logit((share * left + FEWEST) / (left + 2 * FEWEST))[english]
    frame = pd.DataFrame(
        {
            "y": y,
            "x": wards.deprivation[english],
            "region": region[english],
            "council": wards.table["authority"].to_numpy()[english],
        }
    )
    within = frame[["y", "x"]] - frame.groupby("region")[["y", "x"]].transform("mean")
    slope = float((within["x"] * within["y"]).sum() / (within["x"] ** 2).sum())
    frame["off"] = frame["y"] - slope * frame["x"]
    ward_sd = float((frame["off"] - frame.groupby("council")["off"].transform("mean")).std())
    councils = frame.groupby(["region", "council"])["off"].agg(["mean", "size"]).reset_index()
    apart = councils["mean"] - councils.groupby("region")["mean"].transform("mean")
    place_sd = float(np.sqrt(max((apart**2).mean() - ward_sd**2 * (1 / councils["size"]).mean(), 0.0)))
    region_sd = float(frame.groupby("region")["off"].mean().std())
    return {
        "group": group,
        "share": CHAINS[group][n],
        "slope": round(slope, 5),
        "ward_sd": round(ward_sd, 3),
        "place_sd": round(place_sd, 3),
        "region_sd": round(region_sd, 3),
    }


def _levels(
    group: str, where: str, shares: np.ndarray, left: np.ndarray, wards: Wards, region: np.ndarray, english: np.ndarray, slopes: list[float], known: np.ndarray,
) -> list[dict[str, object]]:  # fmt: skip
    """Return the log-odds at no deprivation at which the shares of a region come out over its wards; those of England and Wales where it has none."""
    inside = (region == where) if where != EVERYWHERE else np.ones(len(region), bool)
    counted = inside & known
    people, authority = base_of(group, wards.table), wards.table["authority"].to_numpy()
    found: list[dict[str, object]] = []
    for n, slope in enumerate(slopes):
        at, weight, own, source = counted, left[:, n], True, OWN
        if counted.any():
            level = float(np.average(shares[at, n], weights=weight[at]))
        elif not np.isnan(level := _of_councils(group, n, people[inside], authority[inside])):
            at, weight = inside, people
        else:
            at, own, source = english, False, BORROWED
            level = float(np.average(shares[at, n], weights=weight[at]))
        if where == "Scotland" and group == "qualification":
            then, now = (v[0] if n == 0 else v[1] / (1 - v[0]) for v in (ENGLAND_AND_WALES_2011, SCOTLAND_2011))
            level = float(expit(logit(now) + logit(level) - logit(then)))
            at, weight, own, source = inside, people, True, MOVED
        x, w = slope * wards.deprivation[at], weight[at]
        odds = brentq(lambda a, x=x, w=w, level=level: np.average(expit(a + x), weights=w) - level, -20.0, 20.0)
        found.append(
            {
                "region": where,
                "group": group,
                "share": CHAINS[group][n],
                "log_odds": round(float(odds), 5),
                "own": int(own),
                "source": source,
            }
        )
    return found


def _of_councils(group: str, n: int, people: np.ndarray, authority: np.ndarray) -> float:
    """Return a share of a chain as councils count it where wards do not, nan where these do not either."""
    chains = chains_of_councils(group)
    return float(np.average([chains[a][n] for a in authority], weights=people))


def pack_relations(out: Path) -> None:
    """Write `relations.csv` and `levels.csv`."""
    relations, levels = estimated()
    relations.to_csv(out / "relations.csv", index=False, lineterminator="\n")
    levels.to_csv(out / "levels.csv", index=False, lineterminator="\n")
