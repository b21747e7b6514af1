"""Places by name, code, alias or file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simulation.parameters import InputError, nearest

from . import united_kingdom
from .place import TablePlace
from .shipped import PLACE_FILE, shipped, shipped_places


def load_place(name: str) -> TablePlace:
    """Return a place.

    Args:
        name: a shipped place; a local authority of the United Kingdom, by name, code or alias; a county, region or nation;
            a place file (.yaml) or its folder; a table of small areas or wards (.csv, .xlsx).

    Raises:
        InputError: no such place; the nearest name, or the successor of an abolished council, is given.
    """
    from .files import read_place
    from .own import TABLES, place_of_table

    wanted = name.strip()
    path = Path(wanted)
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_place(path)
    if path.suffix.lower() in TABLES:
        return place_of_table(path)
    if path.is_dir() and (path / PLACE_FILE).exists():
        return read_place(path / PLACE_FILE)
    place = named_place(wanted)
    if place is not None:
        return place
    hint = likely(wanted) or "'groundswell list places' shows all"
    raise InputError(f"--place: unknown place '{name}'; {hint} (or a place file: .yaml, .csv, .xlsx)")


def named_place(name: str) -> TablePlace | None:
    """Return a place of the package by its name, code or alias, or None; no file of the user's is ever looked at.

    Raises:
        InputError: the council was abolished; its successors are named.
    """
    wanted = name.strip()
    in_package = shipped(wanted.lower())
    if in_package is not None:
        return _of_the_package(in_package)
    found = united_kingdom.find(wanted)
    if found is None:
        return None
    in_package = next((file for called in united_kingdom.called(found) if (file := shipped(called)) is not None), None)
    return united_kingdom.load(found) if in_package is None else _of_the_package(in_package)


@cache
def _of_the_package(file: Path) -> TablePlace:
    """Read a place of the package, once: its files stay as they are, and nobody changes a place that was read."""
    from .files import read_place

    return read_place(file)


def likely(wanted: str) -> str:
    """Return which places somebody may have meant, as `did you mean ...?`, those that hold the words first; empty if none is near."""
    profiled = shipped_places()
    known = {*profiled, *(n for n in united_kingdom.names() if united_kingdom.slug(n) not in profiled)}
    words = united_kingdom.bare(wanted)
    holding = sorted(n for n in known if words and words in united_kingdom.plain(n))
    if holding:
        return "did you mean " + " or ".join(f"'{n}'" for n in holding[:4]) + "?"
    hint = nearest(wanted, known) if wanted else ""
    return hint if hint.startswith("did") else ""
