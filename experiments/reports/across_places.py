"""The same comparison in several places, side by side: levels, and paired effects within each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulation.declared.parameters import InputError

from ..comparison.comparison import HEADLINES, MAIN, Comparison
from ..comparison.months import JUDGED_WORDS, values
from ..comparison.statistics import spread
from ..console import shown, shown_change
from ..output import write_table, write_text
from .charts import STYLE, Chart, colour, svg_of
from .pages import page
from .words import RANGE_HEADS, begin, caution, explained, listed, plain, side


@dataclass(frozen=True)
class AcrossPlaces:
    """One comparison in several places.

    Attributes:
        found: the comparison in each place, all of the same scenarios.
    """

    found: tuple[Comparison, ...]

    @property
    def places(self) -> list[str]:
        """Full names of the places."""
        return [result.provenance["place_title"] for result in self.found]

    @property
    def question(self) -> str:
        """Return the question that is asked in each place."""
        tried = [plain(label) for label in self.labels[1:] if label != self.labels[0]]
        where = listed(self.places)
        return f"What would {listed(tried, 'or')} change in {where}?" if tried else f"How do people take part in {where}?"

    @property
    def labels(self) -> list[str]:
        """Names of the scenarios."""
        return self.found[0].labels

    @property
    def table(self) -> pd.DataFrame:
        """Tidy table `place, scenario, measure, label, unit, mean, low, high, effect, range_low, range_high, ...`; effects are within a place."""
        parts = [result.effects.assign(place=result.scenarios[0].place.name) for result in self.found]
        table = pd.concat(parts, ignore_index=True)
        return table[["place", *[c for c in table.columns if c != "place"]]]

    def rows(self, measure: str) -> list[list[str]]:
        """Return for each place the level under the base and the effects of the others, as words, each with what it could be."""
        out = []
        for name, result in zip(self.places, self.found, strict=True):
            unit, cells = result.measures[measure].unit, [name]
            for n in range(len(result.labels)):
                row = result.headline(measure, n)
                if n:
                    cells.append(
                        f"{shown_change(row['effect'], unit)} [{shown_change(row['range_low'], unit)}, {shown_change(row['range_high'], unit)}]"
                    )
                else:
                    low, high = _level(result, measure)
                    cells.append(shown(row["mean"], unit) + ("" if low != low else f" [{shown(low, unit)}, {shown(high, unit)}]"))
            out.append(cells)
        return out

    def tables(self) -> list[tuple[str, str, list[list[str]]]]:
        """Return name, label with the months that it is read in, and rows of each headline measure."""
        names = self.found[0].effects.drop_duplicates("measure").set_index("measure")["label"]
        read = {name: JUDGED_WORDS[self.found[0].judged(name)] for name in HEADLINES if name in names}
        return [(name, f"{names[name]}, {words}", self.rows(name)) for name, words in read.items()]

    def chart(self, measure: str) -> Chart:
        """Return a measure's level in each place under the base, with its range, and under each scenario, with what its change could be."""
        declared = self.found[0].measures[measure]
        scale = 100 if declared.unit == "share" else 1
        rows = [[result.headline(measure, n) for n in range(len(self.labels))] for result in self.found]
        order = np.argsort([row[0]["mean"] for row in rows])
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(5.2, 0.55 * len(rows) + 0.18 * len(self.labels) + 1.2), layout="constrained")
            axes = figure.add_subplot()
            for n, label in enumerate(self.labels):
                for at, p in enumerate(order):
                    base, own = rows[p][0]["mean"], rows[p][n]
                    y = at + (n - (len(self.labels) - 1) / 2) * -0.6 / max(len(self.labels), 1)
                    low, high = (base + own["range_low"], base + own["range_high"]) if n else _level(self.found[p], measure)
                    axes.plot([scale * low, scale * high], [y, y], color=colour(n), linewidth=5, alpha=0.35, solid_capstyle="butt")
                    clear = not n or side(own["range_low"], own["range_high"])
                    axes.plot(scale * own["mean"], y, "osD^v<>"[n % 7], color=colour(n), markerfacecolor=colour(n) if clear else "white",
                              markersize=5, linestyle="none", label=None if at else begin(label))  # fmt: skip
            axes.set_yticks(np.arange(len(rows)), [self.found[p].scenarios[0].place.name for p in order])
            axes.set_xlabel("%" if declared.unit == "share" else declared.unit)
            figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=9)
            svg = svg_of(figure, f"{declared.label} by place; the table below has the numbers")
        table = pd.DataFrame(self.rows(measure), columns=["place", *self._headings()])
        return Chart(f"{declared.label}, {JUDGED_WORDS[self.found[0].judged(measure)]}", self._finding(measure, order), svg, table)

    def _headings(self) -> list[str]:
        may = RANGE_HEADS[self.found[0].basis]
        return [f"{begin(self.labels[0])}: level", *(f"{begin(label)}: change, {may}" for label in self.labels[1:])]

    def _finding(self, measure: str, order: np.ndarray) -> str:
        unit = self.found[0].measures[measure].unit
        low, high = order[0], order[-1]
        levels = [shown(self.found[p].headline(measure, 0)["mean"], unit) for p in (low, high)]
        said = f"Under {plain(self.labels[0])}, from {levels[0]} in {self.places[low]} to {levels[1]} in {self.places[high]}."
        if len(self.labels) < 2:
            return said
        rows = [result.headline(measure, 1) for result in self.found]
        least, most = np.argsort([abs(row["effect"]) for row in rows])[[0, -1]]
        points = " points" if unit == "share" else ""
        clear = sum(1 for row in rows if side(row["range_low"], row["range_high"]))
        said += (
            f" {begin(self.labels[1])} changes it by {shown_change(rows[least]['effect'], unit)} to {shown_change(rows[most]['effect'], unit)}{points}, "
            f"most in {self.places[most]}."
        )
        if self.found[0].replicates < 2:
            return said
        said += f" In {clear} of {len(rows)} places that is more than {explained(self.found[0])} would explain."
        return f"{said} {caution(self.found[0])}".strip()

    def write(self, out: Path) -> list[Path]:
        """Write places.html and places.csv into a folder.

        Raises:
            OutputError: a file could not be written; nothing is left under its name.
        """
        text = page("places.html.j2").render(
            across=self,
            charts=[self.chart(name) for name in MAIN],
            links=[
                (name, f"{result.scenarios[0].place.name}/report.html")
                for name, result in zip(self.places, self.found, strict=True)
            ],
            notes={
                name: getattr(result.scenarios[0].place, "notes", ()) for name, result in zip(self.places, self.found, strict=True)
            },
            attributions=list(dict.fromkeys(result.provenance["attribution"] for result in self.found)),
            first=self.found[0],
        )
        write_text(out / "places.html", text)
        write_table(self.table, out / "places.csv")
        return [out / "places.html", out / "places.csv"]


def _level(result: Comparison, measure: str) -> tuple[float, float]:
    """Return the 95 % range of the base's level; nan for one replicate."""
    taken, again = values(result, measure, result.judged(measure))
    low, high = spread(taken[:, 0], None if again is None else again[:, 0], result.basis).range()
    if result.measures[measure].unit == "share":
        low, high = np.clip([low, high], 0.0, 1.0)
    return float(low), float(high)


def together(found: Sequence[Comparison]) -> AcrossPlaces:
    """Return comparisons of the same scenarios in several places as one.

    Raises:
        InputError: they compare different scenarios.
    """
    if len({tuple(result.labels) for result in found}) != 1:
        raise InputError("places: the same scenarios must be compared in each")
    return AcrossPlaces(tuple(found))
