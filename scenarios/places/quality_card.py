"""How good a place's services are, in words and in points of satisfaction: what is measured, what follows from it, and what is a draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from simulation.declared.institutions import SERVICES
from simulation.declared.quality import AVERAGE, PARAMETERS, Qualities

from .landlords import HOUSING, landlords
from .place import TablePlace

WIDTH = 1.96  # standard errors of a 95 % range
TITLE, HEADER = (
    "How good its services are taken to be, in points of satisfaction",
    ["", "compared with other councils", "could be", "how we know"],
)
CHOSEN = "services of average quality, as chosen"
DRAWN = "nothing is measured, so each repeat run picks it at random from what councils differ by"
FOLLOWS = "follows what is known of the place's other services, by a correlation that is assumed ({:g}, could be {:g} to {:g}); the rest is picked at random in each repeat run"
NO_HOMES = "Housing is a draw: there are no tenants' answers here. Councils without homes of their own, small landlords and councils outside England have none."
READ_AS = (
    "One point is one more satisfied person in a hundred. What is not measured is picked at random in each repeat run and lasts through it, so that ranges show that it is "
    "not known. Measured figures count for less the fewer the answers, and the more they change from one year to the next."
)


@dataclass(frozen=True)
class ServiceQuality:
    """The quality of one service of a place, in points of satisfaction from an average council's.

    Attributes:
        service: its name.
        points, low, high: central value and 95 % range.
        basis: `measured`, `partly measured`, `given`, `estimated` (from other services), `drawn` or `average`.
        source: where it comes from, in words.
    """

    service: str
    points: float
    low: float
    high: float
    basis: str
    source: str

    @property
    def cells(self) -> list[str]:
        """What a table shows, under `HEADER`."""
        return [self.service, self.words, self.range_words, self.basis]

    @property
    def words(self) -> str:
        """The central value in words."""
        compared = "the average council landlord" if self.service == HOUSING and "measured" in self.basis else "average"
        if self.basis == "average":
            return "average"
        if abs(self.points) < 0.5:
            return "not known" if self.basis in ("drawn", "estimated") else "about average"
        return f"{_beside(self.points)} {compared}"

    @property
    def range_words(self) -> str:
        """The range in words; empty where there is none."""
        return "" if self.low == self.high else f"{_short(self.low)} to {_short(self.high)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        numbers = {name: round(getattr(self, name), 2) for name in ("points", "low", "high")}
        return {"name": self.service, **numbers, "basis": self.basis, "source": self.source, "words": self.words}


def _beside(points: float) -> str:
    whole = round(abs(points))
    return f"{whole} point{'s' if whole != 1 else ''} {'above' if points > 0 else 'below'}"


def _short(points: float) -> str:
    whole = round(points)
    return "average" if whole == 0 else f"{abs(whole)} {'above' if whole > 0 else 'below'}"


def services_of(place: TablePlace) -> tuple[ServiceQuality, ...]:
    """Return the quality of each kind of institution of a place."""
    kinds = place.services or SERVICES
    names = [(one.name, one.name if one.name in place.quality.known else one.stands_for) for one in kinds]
    return tuple(_row(name, known, place.quality) for name, known in names)


def _row(name: str, known: str, quality: Qualities) -> ServiceQuality:
    unit = landlords().spread
    if quality == AVERAGE:
        return ServiceQuality(name, 0.0, 0.0, 0.0, "average", CHOSEN)
    if known in quality.known:
        one = quality.known[known]
        half = WIDTH * one.error
        return ServiceQuality(
            name, unit * one.central, unit * (one.central - half), unit * (one.central + half), one.basis, one.source
        )
    link = next(p for p in PARAMETERS.parameters if p.name == "correlation")
    many = len(quality.known)
    of_each = link.default / (1.0 - link.default + link.default * many)
    mean = of_each * sum(one.central for one in quality.known.values())
    variance = quality.spread**2 * (1.0 - of_each * link.default * many) + of_each**2 * sum(
        one.error**2 for one in quality.known.values()
    )
    half = WIDTH * math.sqrt(variance)
    basis, source = ("estimated", FOLLOWS.format(link.default, *link.plausible)) if many else ("drawn", DRAWN)
    return ServiceQuality(name, unit * mean, unit * (mean - half), unit * (mean + half), basis, source)


def notes_of(place: TablePlace, rows: tuple[ServiceQuality, ...]) -> list[str]:
    """Return what a reader should know of these numbers."""
    homes = {HOUSING, *(s.name for s in place.services or () if s.stands_for == HOUSING)}
    lacking = any(one.basis == "drawn" for one in rows if one.service in homes)
    return ([NO_HOMES] if lacking else []) + ([READ_AS] if any(one.range_words for one in rows) else [])
