"""Where a place's people and levels come from, in words that follow the place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.places.quality_card import services_of
from simulation.declared.quality import AVERAGE, Qualities

from .findings import LIMITS, NATIONAL_LEVELS
from .words import listed

TABLES = ("small areas, population, deprivation", "wards")  # what a place of one's own may be made from
OWN_TABLES = ("small_areas.csv", "wards.csv")  # of every place folder: their names tell a reader nothing
FEELINGS = {"drift.disposition_mean": "trust", "drift.influence_offset": "influence"}  # by the number that sets it
LEVELS = "look at differences between scenarios, not at levels."
BY_HAND = f"Trust and influence are not set to match a survey under the structure that is followed here: its numbers are chosen by hand; {LEVELS}"


def drawn_from(place: Any) -> str:
    """Return what residents are drawn from: a place's own tables by name, or the figures that the page ends with."""
    known = getattr(place, "known", {})
    title = getattr(place, "title", place.name)
    files = list(dict.fromkeys(known[key] for key in TABLES if Path(known.get(key, "")).suffix and known[key] not in OWN_TABLES))
    return (
        f"the figures given for {title} in {listed(files)}" if files else f"the figures for {title} named at the end of this page"
    )


def assumed_of(place: Any) -> list[str]:
    """Return what was assumed about a place: how good its services are, and its own notes."""
    quality = services(place)
    return [*([quality] if quality else []), *getattr(place, "notes", ())]


def services(place: Any) -> str:
    """Return in a sentence or two how good the services of a place are taken to be; empty where nothing is said of them."""
    if not isinstance(getattr(place, "quality", None), Qualities):
        return ""
    rows = services_of(place)
    if place.quality == AVERAGE:
        return "All services are taken to be as good as the average council's."
    told = [f"{one.service} is {one.words} ({one.basis})" for one in rows if one.basis not in ("drawn", "estimated")]
    rest = [one.service for one in rows if one.basis in ("drawn", "estimated")]
    unknown = f"How good {listed(rest)} {'is' if len(rest) == 1 else 'are'} here is not known, so each repeat run picks it at random from what councils differ by."
    first = f"How good services are: {'; '.join(told)}." if told else ""
    return " ".join(part for part in (first, unknown if rest else "") if part)


def limits(place: Any, by_hand: bool = False) -> list[str]:
    """Return what a comparison in a place cannot tell; trust and influence are set by the place's own survey or the national one.

    Args:
        by_hand: whether a scenario follows a structure whose levels are set by hand, whatever the place's data say.
    """
    said = BY_HAND if by_hand else levels(place)
    return [said if limit == NATIONAL_LEVELS else limit for limit in LIMITS]


def _survey(known: Mapping[str, str], feeling: str) -> str:
    """Return the name of the survey that a feeling was set to; empty where a place does not say."""
    for what, whence in known.items():
        if feeling in re.split(", | and ", what) and whence.startswith("set to "):
            return whence.removeprefix("set to ").partition(";")[0]
    return ""


def levels(place: Any) -> str:
    """Return in a sentence what trust and influence are set to."""
    surveyed = [word for name, word in FEELINGS.items() if name in getattr(place, "parameters", {})]
    rest = [word for word in FEELINGS.values() if word not in surveyed]
    if not surveyed:
        return NATIONAL_LEVELS
    told = _survey(getattr(place, "known", {}), surveyed[0])
    whose = f"the levels of {told}" if told else "the place's own levels"
    said = f"{listed(surveyed).capitalize()} {'are' if len(surveyed) > 1 else 'is'} set to match {whose}"
    more = f", and {listed(rest)} to match the national survey level" if rest else ""
    return f"{said}{more}; {LEVELS}"
