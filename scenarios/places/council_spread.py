"""What councils differ in, by measure: people, measured services, or a draw.

Worked out by `python -m tests.prove between` over all councils of the United Kingdom, each with its own services and with average ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from simulation.declared.institutions import SERVICE_NAMES
from simulation.measures.measure import HEADLINE_SHARES, Measure, measures_of

from .uk_tables import UK

MEASURES = HEADLINE_SHARES
TABLE = UK / "council_spread.csv"
TITLE = "What the differences between councils come from, in the model"
HEADER = ["", "usual difference", "who lives there", "services, measured", "services, not known"]
READ_AS = (
    "Usual difference: one standard deviation between councils, in points. The shares say how much of the differences (of their variance) comes from the people (census, deprivation), "
    "from what is measured of services (tenants' satisfaction), and from services of which nothing is measured, so that each repeat run picks their quality at random. A large last "
    "share says how little is known, not how much services matter."
)


def declared() -> dict[str, Measure]:
    """Return all measures by name."""
    return measures_of(SERVICE_NAMES)


@dataclass(frozen=True)
class Spread:
    """How far councils differ in a measure, and by what.

    Attributes:
        measure: its name.
        mean: over councils.
        sd: standard deviation of what lasts between councils, in units of the measure.
        people: share of that variance by who lives there and how deprived they are.
        measured: share by what is measured of their services.
        drawn: share by what is drawn of their services, as nothing is measured.
    """

    measure: str
    mean: float
    sd: float
    people: float
    measured: float
    drawn: float

    @property
    def cells(self) -> list[str]:
        """What a table shows, under `HEADER`."""
        shares = (f"{100 * part:.0f} %" for part in (self.people, self.measured, self.drawn))
        return [declared()[self.measure].label, f"{100 * self.sd:.1f} points", *shares]


def spreads(own: np.ndarray, average: np.ndarray, measures: Sequence[str] = MEASURES) -> list[Spread]:
    """Return what councils differ in.

    The variance of a mean over replicates holds chance too: what replicates of one council differ by, divided by their number, is taken off. What is measured
    has its part through its mean over replicates, what is drawn through its differences between replicates.

    Args:
        own: float64 (councils, replicates, measures), with each council's own services; at least two of both.
        average: the same people and draws with average services.
    """
    found = []
    for n, measure in enumerate(measures):
        base, gain = average[:, :, n], own[:, :, n] - average[:, :, n]
        people, measured, drawn = _between(base), _between(gain), float(gain.var(axis=1, ddof=1).mean())
        both = 2.0 * float(np.cov(base.mean(axis=1), gain.mean(axis=1))[0, 1]) if people and measured else 0.0
        # Where good services and people go together, the part that they share is divided between them.
        people, measured = max(people + both / 2.0, 0.0), max(measured + both / 2.0, 0.0)
        total = max(people + measured + drawn, 1e-300)
        found.append(
            Spread(measure, float(own[:, :, n].mean()), float(np.sqrt(total)), people / total, measured / total, drawn / total)
        )
    return found


def _between(values: np.ndarray) -> float:
    """Return the variance of councils' true means, from float64 (councils, replicates)."""
    chance = values.var(axis=1, ddof=1).mean() / values.shape[1]
    return max(float(values.mean(axis=1).var(ddof=1) - chance), 0.0)


def to_csv(rows: Sequence[Spread]) -> str:
    """Return the table as it is shipped."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([f.name for f in fields(Spread)])
    for row in rows:
        out.writerow([row.measure, *(f"{value:.4f}" for value in astuple(row)[1:])])
    return text.getvalue()


def shipped_spreads() -> tuple[Spread, ...]:
    """Return what councils of the United Kingdom differ in, as shipped."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(Spread(row.pop("measure"), **{k: float(v) for k, v in row.items()}) for row in csv.DictReader(file))
