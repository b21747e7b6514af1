"""Places in the package that have ward profiles."""

from __future__ import annotations

from pathlib import Path

from ..yaml_input import read_yaml

DATA = Path(__file__).parent.parent / "data"
PLACE_FILE = "place.yaml"


def shipped_places() -> dict[str, Path]:
    """Return the places in the package that have ward profiles, by name."""
    return {path.parent.name: path for path in sorted(DATA.glob(f"*/{PLACE_FILE}"))}


def shipped(wanted: str) -> Path | None:
    """Return the file of such a place by its name or another that it is known by, or None."""
    for name, path in shipped_places().items():
        if wanted == name or wanted in {a.lower() for a in read_yaml(path).get("aliases", [])}:
            return path
    return None
