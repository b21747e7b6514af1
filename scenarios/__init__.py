"""What-ifs and places as data, and the schema that reads, checks and writes them."""

from .files import load_scenario
from .places import load_place

__all__ = ["load_place", "load_scenario"]
