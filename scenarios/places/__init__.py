"""Places: the shipped ones, every local authority of the United Kingdom, and a user's own from tables."""

from typing import TYPE_CHECKING, Any

from .loading import load_place
from .place import AREA_COLUMNS, WARD_COLUMNS, TablePlace
from .shipped import DATA, shipped_places

if TYPE_CHECKING:
    from .place_file import read_place

__all__ = ["AREA_COLUMNS", "DATA", "WARD_COLUMNS", "TablePlace", "load_place", "read_place", "shipped_places"]


def __getattr__(name: str) -> Any:
    """Import the reader of tables when it is first needed, as it imports pandas."""
    if name != "read_place":
        raise AttributeError(f"module 'scenarios.places' has no attribute '{name}'")
    from .place_file import read_place

    return read_place
