"""The same comparison in several places, side by side: levels, and paired effects within each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulation.parameters import InputError
from simulation.scenario import Scenario

from .charts import STYLE, Chart, colour, svg_of
from .comparing import HEADLINES, Comparison
from .console import shown, shown_change
from .findings import plain
from .output import write_text
from .pages import page
from .running import write_table

SHOWN = ("participation", "apathy", "perceived_influence", "trust")


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
        where = ", ".join(self.places[:-1]) + " and " + self.places[-1]
        listed = ", ".join(tried[:-1]) + " or " + tried[-1] if len(tried) > 1 else tried[0] if tried else ""
        return f"What would {listed} change in {where}?" if tried else f"How do people take part in {where}?"

    @property
    def labels(self) -> list[str]:
        """Names of the scenarios."""
        return self.found[0].labels

    @property
    def table(self) -> pd.DataFrame:
        """Tidy table `place, scenario, measure, label, unit, mean, low, high, effect, effect_low, effect_high, ...`; effects are within a place."""
        parts = [result.effects.assign(place=result.scenarios[0].place.name) for result in self.found]
        table = pd.concat(parts, ignore_index=True)
        return table[["place", *[c for c in table.columns if c != "place"]]]

    def rows(self, measure: str) -> list[list[str]]:
        """Return for each place the level under the base and the effects of the others, as words."""
        out = []
        for name, result in zip(self.places, self.found, strict=True):
            part = result.effects[result.effects["measure"] == measure]
            unit = part["unit"].iloc[0]
            cells = [name]
            for n, row in enumerate(part.itertuples()):
                between = "" if row.low != row.low else f" [{shown(row.low, unit)}, {shown(row.high, unit)}]"
                effect = f"{shown_change(row.effect, unit)} [{shown_change(row.effect_low, unit)}, {shown_change(row.effect_high, unit)}]"
                cells.append(shown(row.mean, unit) + between if n == 0 else effect)
            out.append(cells)
        return out

    def tables(self) -> list[tuple[str, str, list[list[str]]]]:
        """Return name, label and rows of each headline measure."""
        names = self.found[0].effects.drop_duplicates("measure").set_index("measure")["label"]
        return [(name, names[name], self.rows(name)) for name in HEADLINES if name in names]

    def chart(self, measure: str) -> Chart:
        """Return a measure's level in each place under each scenario, with 95 % intervals."""
        effects = [result.effects[result.effects["measure"] == measure].reset_index(drop=True) for result in self.found]
        share = effects[0]["unit"].iloc[0] == "share"
        scale = 100 if share else 1
        order = np.argsort([part["mean"].iloc[0] for part in effects])
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(5.2, 0.55 * len(effects) + 0.18 * len(self.labels) + 1.2), layout="constrained")
            axes = figure.add_subplot()
            for n, label in enumerate(self.labels):
                at = np.arange(len(effects)) + (n - (len(self.labels) - 1) / 2) * -0.6 / max(len(self.labels), 1)
                rows = pd.DataFrame([effects[p].iloc[n] for p in order])
                half = scale * np.abs(np.array([rows["mean"] - rows["low"], rows["high"] - rows["mean"]], float))
                axes.errorbar(
                    scale * rows["mean"],
                    at,
                    xerr=np.nan_to_num(half),
                    fmt="osD^v<>"[n % 7],
                    color=colour(n),
                    label=label,
                    capsize=2,
                    markersize=5,
                )
            axes.set_yticks(np.arange(len(effects)), [self.found[p].scenarios[0].place.name for p in order])
            axes.set_xlabel("%" if share else effects[0]["unit"].iloc[0])
            figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=9)
            svg = svg_of(figure, f"{effects[0]['label'].iloc[0]} by place; the table below has the numbers")
        table = pd.DataFrame(self.rows(measure), columns=["place", *self._headings()])
        return Chart(effects[0]["label"].iloc[0], self._finding(effects, order, share), svg, table)

    def _headings(self) -> list[str]:
        return [f"{self.labels[0]}: level", *(f"{label}: change" for label in self.labels[1:])]

    def _finding(self, effects: Sequence[pd.DataFrame], order: np.ndarray, share: bool) -> str:
        unit = effects[0]["unit"].iloc[0]
        low, high = order[0], order[-1]
        said = f"Under {self.labels[0]}, from {shown(effects[low]['mean'].iloc[0], unit)} in {self.places[low]} to {shown(effects[high]['mean'].iloc[0], unit)} in {self.places[high]}."
        if len(self.labels) > 1:
            changes = np.array([part["effect"].iloc[1] for part in effects])
            least, most = np.argsort(np.abs(changes))[[0, -1]]
            points = " points" if share else ""
            said += f" {plain(self.labels[1]).capitalize()} changes it by {shown_change(changes[least], unit)} to {shown_change(changes[most], unit)}{points}, most in {self.places[most]}."
        return said

    def write(self, out: Path) -> list[Path]:
        """Write places.html and places.csv into a folder.

        Raises:
            OutputError: a file could not be written; nothing is left under its name.
        """
        text = page("places.html.j2").render(
            across=self,
            charts=[self.chart(name) for name in SHOWN],
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


def together(found: Sequence[Comparison]) -> AcrossPlaces:
    """Return comparisons of the same scenarios in several places as one.

    Raises:
        InputError: they compare different scenarios.
    """
    if len({tuple(result.labels) for result in found}) != 1:
        raise InputError("places: the same scenarios must be compared in each")
    return AcrossPlaces(tuple(found))


def worlds(names: Sequence[str], places: Sequence[str | None], population: int | None, end: int | None) -> list[list[Scenario]]:
    """Return scenarios by name in each place; None stands for the scenarios' own.

    Raises:
        InputError: an unknown name, or a place given twice.
    """
    from scenarios import load_place, load_scenario

    from .comparing import ended

    loaded = []
    for place in places:
        where = load_place(place) if place else None
        scenarios = [load_scenario(name, where, population) for name in names]
        loaded.append([ended(s, end) for s in scenarios] if end is not None else scenarios)
    called = [one[0].place.name for one in loaded]
    twice = next((n for n in called if called.count(n) > 1), None)
    if twice:
        raise InputError(f"--place: '{twice}' stands twice")
    return loaded
