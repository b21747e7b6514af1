"""Places: shipped ones, every local authority of the United Kingdom, and one's own from tables."""

from .files import DATA, read_place
from .loading import load_place, shipped_places
from .place import AREA_COLUMNS, WARD_COLUMNS, TablePlace

__all__ = ["AREA_COLUMNS", "DATA", "WARD_COLUMNS", "TablePlace", "load_place", "read_place", "shipped_places"]
