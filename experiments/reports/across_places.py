"""The same comparison in several places, side by side: levels, and paired effects within each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError
from simulation.measures.measure import SHOWN_FIRST

from ..comparison.comparison import Comparison
from ..comparison.months import JUDGED_WORDS, values
from ..comparison.statistics import spread
from ..numbers import shown, shown_change
from .words import RANGE_HEADS, begin, listed, plain


@dataclass(frozen=True)
class AcrossPlaces:
    """One comparison in several places.

    Attributes:
        comparisons: one in each place, all of the same scenarios.
    """

    comparisons: tuple[Comparison, ...]

    @property
    def places(self) -> list[str]:
        """Full names of the places."""
        return [result.provenance["place_title"] for result in self.comparisons]

    @property
    def question(self) -> str:
        """Return the question that is asked in each place."""
        tried = [plain(label) for label in self.labels[1:] if label != self.labels[0]]
        where = listed(self.places)
        return f"What would {listed(tried, 'or')} change in {where}?" if tried else f"How do people take part in {where}?"

    @property
    def labels(self) -> list[str]:
        """Names of the scenarios."""
        return self.comparisons[0].labels

    @property
    def table(self) -> pd.DataFrame:
        """Tidy table `place, scenario, measure, label, unit, mean, low, high, effect, range_low, range_high, ...`; effects are within a place."""
        parts = [result.effects.assign(place=result.scenarios[0].place.name) for result in self.comparisons]
        table = pd.concat(parts, ignore_index=True)
        return table[["place", *[c for c in table.columns if c != "place"]]]

    def rows(self, measure: str) -> list[list[str]]:
        """Return for each place the level under the base and the effects of the others, as words, each with its range."""
        out = []
        for name, result in zip(self.places, self.comparisons, strict=True):
            unit, cells = result.measures[measure].unit, [name]
            for n in range(len(result.labels)):
                row = result.headline(measure, n)
                if n:
                    cells.append(
                        f"{shown_change(row['effect'], unit)} [{shown_change(row['range_low'], unit)}, {shown_change(row['range_high'], unit)}]"
                    )
                else:
                    low, high = level(result, measure)
                    cells.append(shown(row["mean"], unit) + ("" if low != low else f" [{shown(low, unit)}, {shown(high, unit)}]"))
            out.append(cells)
        return out

    def tables(self) -> list[tuple[str, str, list[list[str]]]]:
        """Return name, label with the months that it is read in, and rows of each headline measure."""
        names = self.comparisons[0].effects.drop_duplicates("measure").set_index("measure")["label"]
        read = {name: JUDGED_WORDS[self.comparisons[0].judged(name)] for name in SHOWN_FIRST if name in names}
        return [(name, f"{names[name]}, {words}", self.rows(name)) for name, words in read.items()]

    def headings(self) -> list[str]:
        """Return the heads of the columns of `rows` behind the place."""
        may = RANGE_HEADS[self.comparisons[0].basis]
        return [f"{begin(self.labels[0])}: level", *(f"{begin(label)}: change, {may}" for label in self.labels[1:])]


def level(result: Comparison, measure: str) -> tuple[float, float]:
    """Return the 95 % range of the base's level; nan for one replicate."""
    taken, again = values(result, measure, result.judged(measure))
    low, high = spread(taken[:, 0], None if again is None else again[:, 0], result.basis).range()
    if result.measures[measure].unit == "share":
        low, high = np.clip([low, high], 0.0, 1.0)
    return float(low), float(high)


def together(comparisons: Sequence[Comparison]) -> AcrossPlaces:
    """Return comparisons of the same scenarios in several places as one.

    Raises:
        InputError: they compare different scenarios.
    """
    if len({tuple(result.labels) for result in comparisons}) != 1:
        raise InputError("places: the same scenarios must be compared in each")
    return AcrossPlaces(tuple(comparisons))
