"""PRIM, the patient rule induction method (Friedman and Fisher, 1999): boxes in which failures are concentrated.

A box is peeled, a thin slice at a time, for as long as the share of failures in it grows, and then widened again where that helps.
Each step is judged by the gain in that share for each point given up (Kwakkel and Jaxa-Rozen, 2016), so that factors with values
such as places compare with ranges of numbers. A limit is tested by a quasi-p value (Bryant and Lempert, 2010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

ALPHA = 0.05  # share of the points in a box that one peel takes off, and one paste adds

Limit = tuple[float, float] | frozenset[str]


@dataclass(frozen=True)
class Step:
    """One box on the way.

    Attributes:
        limits: of each factor: lowest and highest value, or the values allowed.
        inside: which points lie in it, bool (points,).
    """

    limits: dict[str, Limit]
    inside: np.ndarray


class Search:
    """A search for boxes among points.

    Args:
        table: one row per point; a column per factor, of floats or of category.
        failing: which points fail, bool (points,).
        remaining: which points are searched, bool (points,); the others lie in boxes that were found before.
        least: fewest points in a box, 1 or more.
        alpha: share of a box's points in a slice, above 0 and below 1.
    """

    def __init__(self, table: pd.DataFrame, failing: np.ndarray, remaining: np.ndarray, least: float, alpha: float = ALPHA) -> None:
        kinds = {name: isinstance(table[name].dtype, pd.CategoricalDtype) for name in table}
        self._columns = {str(name): table[name].to_numpy() for name in sorted(table, key=lambda name: kinds[name])}
        self._failing, self._remaining, self._least, self._alpha = failing, remaining, least, alpha
        self._whole: dict[str, Limit] = {
            name: frozenset(values) if kinds[name] else (float(values.min()), float(values.max()))
            for name, values in self._columns.items()
        }

    def steps(self) -> list[Step]:
        """Return the boxes from all points to the last, each the best next one."""
        steps = [Step(self._whole, self._remaining)]
        for moves in (self._peels, self._pastes):
            while (better := self._best(steps[-1], moves(steps[-1]))) is not None:
                steps.append(better)
        return steps

    def restricted(self, step: Step) -> list[str]:
        """Return the factors that a box restricts."""
        return [name for name, limit in step.limits.items() if limit != self._whole[name]]

    def quasi_p(self, step: Step, factor: str) -> float:
        """Return how likely chance alone would give as many failures as a box has, were a factor's limit lifted; 0 to 1.

        Of a range it is the smaller one of its two ends.
        """
        from scipy.stats import binom

        limit, whole = step.limits[factor], self._whole[factor]
        lifted: list[Limit] = [whole]
        if isinstance(limit, tuple) and isinstance(whole, tuple):
            ends = ((whole[0], limit[1]), (limit[0], whole[1]))
            lifted = [end for end in ends if end != limit]
        without = [self._failing[self._inside(step.limits | {factor: one})].mean() for one in lifted]
        found = self._failing[step.inside]
        return min((float(binom.sf(found.sum() - 1, len(found), share)) for share in without), default=1.0)

    def within(self, limits: dict[str, Limit]) -> np.ndarray:
        """Return which of all points lie within limits, bool (points,)."""
        inside = np.ones(len(self._failing), dtype=bool)
        for name, limit in limits.items():
            if limit != self._whole[name]:
                inside &= _within(self._columns[name], limit)
        return inside

    def _inside(self, limits: dict[str, Limit]) -> np.ndarray:
        return self._remaining & self.within(limits)

    def _best(self, now: Step, moves: Iterator[dict[str, Limit]]) -> Step | None:
        """Return the move that gains most a point, of equals the one that restricts least; none if no move gains."""
        share, size = self._failing[now.inside].mean(), int(now.inside.sum())
        best: tuple[tuple[float, int], Step] | None = None
        for limits in moves:
            inside = self._inside(limits)
            other = int(inside.sum())
            if other == size or other == 0:
                continue
            new = Step(limits, inside)
            score = (float(self._failing[inside].mean() - share) / abs(size - other), -len(self.restricted(new)))
            if best is None or score > best[0]:
                best = (score, new)
        if best is None or best[0][0] <= 0 or best[1].inside.sum() < self._least:
            return None
        return best[1]

    def _peels(self, now: Step) -> Iterator[dict[str, Limit]]:
        for name, limit in now.limits.items():
            if isinstance(limit, tuple):
                values = self._columns[name][now.inside]
                yield now.limits | {name: (limit[0], _quantile(values, 1 - self._alpha))}
                yield now.limits | {name: (_quantile(values, self._alpha), limit[1])}
            elif len(limit) > 1:
                for value in sorted(limit):
                    yield now.limits | {name: limit - {value}}

    def _pastes(self, now: Step) -> Iterator[dict[str, Limit]]:
        for name in self.restricted(now):
            limit, whole = now.limits[name], self._whole[name]
            if isinstance(limit, tuple) and isinstance(whole, tuple):
                below = self._columns[name][self._inside(now.limits | {name: (whole[0], limit[0])})]
                above = self._columns[name][self._inside(now.limits | {name: (limit[1], whole[1])})]
                yield now.limits | {name: (_quantile(below, 1 - self._alpha) if len(below) else whole[0], limit[1])}
                yield now.limits | {name: (limit[0], _quantile(above, self._alpha) if len(above) else whole[1])}
            elif isinstance(limit, frozenset) and isinstance(whole, frozenset):
                for value in sorted(whole - limit):
                    yield now.limits | {name: limit | {value}}


def _within(values: np.ndarray, limit: Limit) -> np.ndarray:
    if isinstance(limit, tuple):
        return (limit[0] <= values) & (values <= limit[1])
    return np.isin(values, list(limit))


def _quantile(values: np.ndarray, share: float) -> float:
    """Return a bound that cuts off a share of values, halfway between two of them; a value that is taken up by many is cut off whole."""
    ordered = np.sort(values)
    place = (len(ordered) - 1) * share
    low, high = int(np.floor(place)), int(np.ceil(place))
    while share > 0.5 and ordered[low] == ordered[high] and low > 0:
        low -= 1
    while share <= 0.5 and ordered[low] == ordered[high] and high < len(ordered) - 1:
        high += 1
    return float((ordered[low] + ordered[high]) / 2)
