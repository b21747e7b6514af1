"""Places by name, code, alias or file."""

from __future__ import annotations

from pathlib import Path

from simulation.parameters import InputError, nearest

from ..yaml_input import read_yaml
from . import united_kingdom
from .files import DATA, PLACE_FILE, read_place
from .own import TABLES, place_of_table
from .place import TablePlace


def shipped_places() -> dict[str, Path]:
    """Return the places in the package that have ward profiles, by name."""
    return {path.parent.name: path for path in sorted(DATA.glob(f"*/{PLACE_FILE}"))}


def _shipped(wanted: str) -> Path | None:
    for name, path in shipped_places().items():
        if wanted == name or wanted in {a.lower() for a in read_yaml(path).get("aliases", [])}:
            return path
    return None


def load_place(name: str) -> TablePlace:
    """Return a place.

    Args:
        name: a shipped place; a local authority of the United Kingdom, by name, code or alias; a county, region or nation;
            a place file (.yaml) or its folder; a table of small areas or wards (.csv, .xlsx).

    Raises:
        InputError: no such place; the nearest name, or the successor of an abolished council, is given.
    """
    wanted = name.strip()
    path = Path(wanted)
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_place(path)
    if path.suffix.lower() in TABLES:
        return place_of_table(path)
    if path.is_dir() and (path / PLACE_FILE).exists():
        return read_place(path / PLACE_FILE)
    shipped = _shipped(wanted.lower())
    if shipped is not None:
        return read_place(shipped)
    found = united_kingdom.find(wanted)
    if found is not None:
        return united_kingdom.load(found)
    hint = _hint(wanted)
    raise InputError(f"--place: unknown place '{name}'; {hint} (or a place file: .yaml, .csv, .xlsx)")


def _hint(wanted: str) -> str:
    """Return the places that somebody may have meant: those that hold the words first."""
    shipped = shipped_places()
    known = {*shipped, *(n for n in united_kingdom.names() if united_kingdom.slug(n) not in shipped)}
    words = united_kingdom.bare(wanted)
    holding = sorted(n for n in known if words and words in united_kingdom.plain(n))
    if holding:
        return "did you mean " + " or ".join(f"'{n}'" for n in holding[:4]) + "?"
    hint = nearest(wanted, known) if wanted else ""
    return hint if hint.startswith("did") else "'groundswell list places' shows all"
