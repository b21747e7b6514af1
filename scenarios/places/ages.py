"""Ages in whatever bands a table has them, summed to under 16, 16 to 64, and 65 and over, and to the seven bands of adults as far as they tell these."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..people import AGE_EDGES

BOUNDS = (16, 65)
FINER = tuple(int(edge) for edge in AGE_EDGES[1:-1])  # where the seven bands of adults part
EVEN = 10  # years of a band that is divided evenly over two of the seven
NOMINAL = {"under_16": (0.0, 16.0), "age_16_64": (16.0, 65.0), "age_65_plus": (65.0, math.inf)}
WIDEST, EDGE = 20, 2  # years of a band that is divided evenly; or how near to its end it is cut
_BEFORE = re.compile(
    r"(?:%|pct|percent(?:age)?|share|prop(?:ortion)?|number|no|count|total|of|all|usual|residents?|people|persons?|population|pop|in|age[ds]?|years?|band|group|mid|children|child|adults?|working|pension(?:able|ers)?|older|elderly|young|youth|seniors?|retired|the|20\d\d) "
)
_AFTER = re.compile(
    r"(?: (?:years?|yrs?|year olds?|of age|olds?|old|%|pct|percent|count|number|population|people|persons|residents|19\d\d|20\d\d))+$"
)


def band_of(header: str) -> tuple[float, float] | None:
    """Return the ages that a column counts, from and below, or None if its name is not a band of ages: `0-15`, `Aged 16 to 24 years`, `85+`, `Under 5`."""
    from ..own_data.tables.table_file import normal  # with pandas, which declared lists do without

    text = normal(header)
    aged = bool(re.search(r"\bage[ds]?\b|\byears?\b", text))
    while found := _BEFORE.match(text):
        text = text[found.end() :]
    text = _AFTER.sub("", text)
    if found := re.fullmatch(r"(\d{1,3})(?: years)? (?:to |and )?(\d{1,3})", text):
        low, high = int(found[1]), int(found[2])
        return (float(low), high + 1.0) if low < high <= 120 else None
    if found := re.fullmatch(r"(?:under|below|less than|younger than|<) ?(?:the age of )?(\d{1,3})", text):
        return 0.0, float(found[1])
    if found := re.fullmatch(r"(\d{1,3})(?: years)? ?(?:and|or) (?:under|younger)|up to (\d{1,3})", text):
        return 0.0, float(found[1] or found[2]) + 1
    if found := re.fullmatch(r"(\d{1,3}) ?(?:years )?(?:\+|plus|(?:and|or) (?:over|above|older|more)|over)", text):
        return float(found[1]), math.inf
    if found := re.fullmatch(r"(?:over|older than|>) ?(\d{1,3})", text):
        last = int(found[1])
        return (last + 1.0 if last % 5 == 4 else float(last)), math.inf
    if aged and (found := re.fullmatch(r"\d{1,3}", text)):
        return float(text), float(text) + 1
    return None


@dataclass(frozen=True)
class Bands:
    """Columns that together count everybody once.

    Attributes:
        columns: in the order of age; '' stands for the one that is missing.
        bands: ages from and below of each.
    """

    columns: tuple[str, ...]
    bands: tuple[tuple[float, float], ...]


def tiling(bands: dict[str, tuple[float, float]], finer: bool = False) -> Bands | None:
    """Return the fewest columns that together count every age once, with at most one gap, and that part at 16 and 65 where any do; None if there are none.

    Args:
        finer: True to take more columns where these part at the edges of the seven bands of adults.
    """
    nodes = sorted({0.0, math.inf} | {edge for band in bands.values() for edge in band})
    best: dict[float, tuple[float, tuple[str, ...], tuple[tuple[float, float], ...]]] = {0.0: (0.0, (), ())}
    edges = [(low, high, column) for column, (low, high) in bands.items()]
    edges += [(low, high, "") for n, low in enumerate(nodes) for high in nodes[n + 1 :]]
    for node in nodes:
        if node not in best:
            continue
        cost, columns, held = best[node]
        for low, high, column in edges:
            if low != node or (column == "" and "" in columns):
                continue
            cuts = sum(low < bound < high for bound in BOUNDS)
            within = sum(low < bound < high for bound in FINER) if finer else 0
            new = cost + 1 + 1000 * cuts + 10 * within + (100_000 if column == "" else 0)
            if high not in best or new < best[high][0]:
                best[high] = (new, (*columns, column), (*held, (low, high)))
    if math.inf not in best or len([c for c in best[math.inf][1] if c]) < 2:
        return None
    _, columns, held = best[math.inf]
    return Bands(columns, held)


def weights_of(band: tuple[float, float]) -> tuple[float, float, float] | None:
    """Return what part of a band lies under 16, from 16 to 64, and above; None if that is not clear."""
    low, high = band
    edges = (0.0, *map(float, BOUNDS), math.inf)
    inside = [max(min(high, to) - max(low, start), 0.0) for start, to in pairwise(edges)]
    if sum(part > 0 for part in inside) == 1:
        return (float(inside[0] > 0), float(inside[1] > 0), float(inside[2] > 0))
    cut = [bound for bound in BOUNDS if low < bound < high]
    near = all(min(bound - low, high - bound) <= EDGE for bound in cut)
    if math.isinf(high) or len(cut) > 1 or (high - low > WIDEST and not near):
        return None
    return (inside[0] / (high - low), inside[1] / (high - low), inside[2] / (high - low))


def summed(bands: Sequence[tuple[float, float]], values: np.ndarray) -> np.ndarray | None:
    """Return float64 (rows, 3), the values of bands summed to the three ages; None if a band cannot be divided.

    Args:
        values: float64 (rows, bands).
    """
    weights = [weights_of(band) for band in bands]
    if any(w is None for w in weights):
        return None
    return values @ np.array(weights, float)


@dataclass(frozen=True)
class Parts:
    """What bands tell of how one of the coarser ages parts into some of the seven.

    Attributes:
        shares: float64 (rows, bands), of the coarser age.
        overlap: float64 (bands, parts), share of each of the seven bands that lies in a given one.
        told: True if they tell all of it, with no band of more than `EVEN` years to divide.
    """

    shares: np.ndarray
    overlap: np.ndarray
    told: bool

    def applied(self, parts: np.ndarray) -> np.ndarray:
        """Return parts, float64 (rows, parts), with the given bands' shares; where none are given, as they are."""
        mass = parts @ self.overlap.T
        factor = np.divide(self.shares, mass, out=np.zeros_like(mass), where=mass > 0)
        return np.where(np.isnan(self.shares).any(axis=1, keepdims=True), parts, parts * (factor @ self.overlap))


def parts_of(bands: Sequence[tuple[float, float]], values: np.ndarray, low: float, high: float) -> Parts | None:
    """Return what some bands tell of the ages from `low` and below `high`; None if they tell nothing of how these part.

    Args:
        values: float64 (rows, bands).
    """
    top = float(AGE_EDGES[-1])  # an age that the oldest do not pass, for what lies where among them
    edges = [edge for edge in AGE_EDGES if low <= edge <= high]
    shares, overlap, told = [], [], True
    for n, (start, stop) in enumerate(bands):
        if stop <= low or start >= high:
            continue
        first = min(max(start, low), top - 1)
        last = max(min(stop, high, top), first + 1)
        inside = 1.0 if math.isinf(stop) else (min(stop, high) - max(start, low)) / (stop - start)
        row = [max(min(last, to) - max(first, at), 0.0) / (to - at) for at, to in pairwise(edges)]
        told = told and (sum(part > 0 for part in row) == 1 or last - first <= EVEN)
        shares.append(values[:, n] * inside)
        overlap.append(row)
    if len(shares) < 2:
        return None
    total = np.sum(shares, axis=0)
    return Parts(np.column_stack(shares) / np.where(total > 0, total, np.nan)[:, None], np.array(overlap), told)
