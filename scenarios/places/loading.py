"""Places by name, code, alias or file."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from simulation.declared.parameters import InputError

from . import united_kingdom
from .place import AVERAGE_SERVICE, TablePlace
from .shipped import PLACE_FILE, shipped, shipped_places

LIKE_WHOLE, LIKE_PART = 0.6, 0.75  # of a name and of words in one, from which it may have been meant
_ENDING = re.compile(r"\.([a-z0-9]{2,5}|[A-Z0-9]{2,5})")  # of a file, and of no place


def load_place(name: str) -> TablePlace:
    """Return a place.

    Args:
        name: a shipped place; a local authority of the United Kingdom, by name, code or alias; a county, region or nation;
            a place file (.yaml) or its folder; a table of small areas or wards (.csv, .xlsx). `@average` behind it gives
            its services average quality.

    Raises:
        InputError: no such place; the nearest name, or the successor of an abolished council, is given.
    """
    from .own import TABLES, place_of_table
    from .place_file import read_place

    wanted = name.strip()
    if (whole := _without_average(wanted)) is not None:
        return load_place(whole).with_average_service()
    path = Path(wanted)
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_place(path)
    if path.suffix.lower() in TABLES:
        return place_of_table(path)
    if os.path.isdir(wanted) and (path / PLACE_FILE).exists():
        if os.sep not in wanted:
            _refuse_two_meanings(path)
        return read_place(path / PLACE_FILE)
    place = named_place(wanted)
    if place is not None:
        return place
    _refuse_file(path, TABLES)
    hint = likely(wanted) or "'groundswell list places' shows all"
    raise InputError(f"place: unknown place '{name}'; {hint} (or a place file: .yaml, .csv, .xlsx)")


def as_argument(folder: Path) -> str:
    """Return a place's folder as `--place` takes it: `./leeds` where the name alone is also that of a place that the package has."""
    return os.path.join(os.curdir, folder) if _other_meaning(folder) else str(folder)


def _other_meaning(folder: Path) -> str:
    """Return how `--place` may name the place of the package that is called like a folder; empty if there is none."""
    name = str(folder)
    if folder.name != name:
        return ""
    try:
        found = united_kingdom.find(name)
    except InputError:  # an abolished council's name means nothing else
        return ""
    if found is None:
        return name if shipped(name.lower()) is not None else ""
    names = [called for called in united_kingdom.called(found) if called != name.lower()]
    return names[0].upper() if names else name


def _refuse_two_meanings(folder: Path) -> None:
    """Raise `InputError` if a folder's name alone is also that of a place of the package: nothing tells which one is meant."""
    other = _other_meaning(folder)
    if other:
        there = "rename the folder if you mean the other" if other == str(folder) else f"'{other}' is the other"
        raise InputError(
            f"place: '{folder}' is a folder here and also a place of the package: '{as_argument(folder)}' is the folder; {there}"
        )


def _without_average(name: str) -> str | None:
    """Return the name of the place that is wanted with average service; None where it is wanted as it is.

    Raises:
        InputError: something else follows the `@`.
    """
    whole, at, how = name.rpartition("@")
    if not at or not whole or os.path.lexists(name):
        return None
    if f"@{how}" != AVERAGE_SERVICE:
        raise InputError(f"place: '{name}': '@{how}'; allowed behind a place: {AVERAGE_SERVICE}, for services of average quality")
    return whole


def _refuse_file(path: Path, tables: tuple[str, ...]) -> None:
    """Raise `InputError` for an existing file that is not a place, and for a name that looks like a file."""
    name = str(path)
    if name == ".":
        return
    if os.path.isdir(name):
        raise InputError(f"{name}: is a folder without {PLACE_FILE}; 'groundswell place TABLE --out FOLDER' makes one")
    there = os.path.lexists(name)
    if there or _ENDING.fullmatch(path.suffix):
        what = "is not a place" if there else "no such file, or not one that can be read"
        raise InputError(f"{name}: {what}; allowed: a place file (.yaml, .yml) or a table ({', '.join(tables)})")


def named_place(name: str) -> TablePlace | None:
    """Return a place of the package by its name, code or alias, or None; the user's files are never read.

    Raises:
        InputError: the council was abolished; its successors are named.
    """
    wanted = name.strip()
    if wanted.endswith(AVERAGE_SERVICE):
        found_whole = named_place(wanted.removesuffix(AVERAGE_SERVICE))
        return None if found_whole is None else found_whole.with_average_service()
    in_package = shipped(wanted.lower())
    if in_package is not None:
        return _of_the_package(in_package)
    found = united_kingdom.find(wanted)
    if found is None:
        return None
    in_package = next((file for called in united_kingdom.called(found) if (file := shipped(called)) is not None), None)
    if in_package is not None:
        return _of_the_package(in_package)
    from .councils import load

    return load(found)


@cache
def _of_the_package(file: Path) -> TablePlace:
    """Read a place of the package, once: its files stay as they are, and nobody changes a place that was read."""
    from .place_file import read_place

    place = read_place(file)
    found = united_kingdom.find(place.name)
    return replace(place, authority=None if found in united_kingdom.groups() else found)


def likely(wanted: str) -> str:
    """Return which places somebody may have meant, as `did you mean ...?`, those that hold the words first; empty if none is near."""
    profiled = shipped_places()
    known = {*profiled, *(n for n in united_kingdom.names() if united_kingdom.slug(n) not in profiled)}
    words = united_kingdom.bare(wanted)
    holding = sorted(n for n in known if words and words in united_kingdom.plain(n))
    if holding:
        return "did you mean " + " or ".join(f"'{n}'" for n in holding[:4]) + "?"
    found = _nearest(words, known)
    return "did you mean " + " or ".join(f"'{n}'" for n in found[:4]) + "?" if found else ""


def _nearest(words: str, known: set[str]) -> list[str]:
    """Return the names that are nearest to some words as a whole, or in a part of as many words."""
    match, length = SequenceMatcher(b=words), len(words.split())
    best = 0.0
    found: list[str] = []
    for name in sorted(known) if words else ():
        parts = united_kingdom.plain(name).split()
        windows = {" ".join(parts[n : n + length]): LIKE_PART for n in range(max(len(parts) - length, 0) + 1)}
        for text, least in (windows | {" ".join(parts): LIKE_WHOLE}).items():
            match.set_seq1(text)
            if match.real_quick_ratio() < max(best, least) or (near := match.ratio()) < max(best, least):
                continue
            found = [*found, name] if near == best else [name]
            best = near
    return list(dict.fromkeys(found))
