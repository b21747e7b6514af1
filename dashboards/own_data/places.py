"""Which places a page may ask for: the allow-list of the whole server. No text that somebody sends is ever used as a path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from scenarios.own_data.tables.file_errors import file_errors
from scenarios.places import TablePlace, load_place
from scenarios.places.loading import likely, named_place
from scenarios.places.place import AVERAGE_SERVICE
from simulation.declared.parameters import InputError

from . import own_places

LONGEST = 80  # characters of a name
_added: dict[str, TablePlace] = {}


def read_added(folders: Sequence[Path]) -> tuple[TablePlace, ...]:
    """Return the places that whoever runs the server offers besides those of the package; read once, so that they cannot change.

    Args:
        folders: folders with a place file, place files or tables.

    Raises:
        InputError: one is not there or cannot be read, or its name is taken.
    """
    found: dict[str, TablePlace] = {}
    for folder in folders:
        if not folder.exists():
            raise InputError(f"--place: {folder}: no such file or folder")
        with file_errors(folder):
            place = load_place(str(folder.resolve()))
        if not _asked_for(place.name) or place.name.startswith("own-"):
            raise InputError(
                f"--place: {folder}: the place is called '{place.name}'; allowed: up to {LONGEST} letters, digits, spaces and - . , ' & ( )"
            )
        if place.name in found or named_place(place.name) is not None:
            raise InputError(
                f"--place: {folder}: another place is called '{place.name}' already; give it another name in its place file"
            )
        found[place.name] = place
    return tuple(found.values())


def offer(places: Sequence[TablePlace]) -> None:
    """Offer places besides those of the package, and no others; once, when the server starts."""
    _added.clear()
    _added.update({place.name: place for place in places})


def added() -> tuple[TablePlace, ...]:
    """Return the places that are offered besides those of the package."""
    return tuple(_added.values())


def place_named(name: str) -> TablePlace:
    """Return a place that a page may show.

    Args:
        name: a place that the server offers, a place of the package by name, code or alias, or `own-...` for one of own data. All but the last
            may have `@average` behind them, for services of average quality; results of own data are found by its name when it is deleted.

    Raises:
        InputError: there is none of that name; the nearest name is given.
    """
    if name.startswith("own-"):
        return own_places.own_place(name)
    if name.endswith(AVERAGE_SERVICE):
        return _offered(name.removesuffix(AVERAGE_SERVICE)).with_average_service()
    return _offered(name)


def _offered(name: str) -> TablePlace:
    """Return a place that the server offers, or one of the package."""
    if name in _added:
        return _added[name]
    place = _of_package(name) if _asked_for(name) else None
    if place is None:
        hint = likely(name) if _asked_for(name) else ""
        raise InputError(f"No place is called '{name[:LONGEST]}'; {hint or 'choose one from the list'}")
    return place


def _asked_for(name: str) -> bool:
    """Return True for what may be the name of a place at all."""
    return re.fullmatch(rf"[\w .,'&()-]{{1,{LONGEST}}}", name) is not None


@lru_cache(maxsize=64)
def _of_package(name: str) -> TablePlace | None:
    return named_place(name)
