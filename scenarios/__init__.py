"""Places and their people, a user's own data, the catalogue of interventions, scenario files, and the evidence ledger."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .places import load_place
    from .scenario_file import load_scenario

__all__ = ["load_place", "load_scenario"]
_HOME = {"load_place": "places", "load_scenario": "scenario_file"}


def __getattr__(name: str) -> Any:
    """Import what reads places and scenario files when it is first needed."""
    if name not in _HOME:
        raise AttributeError(f"module 'scenarios' has no attribute '{name}'")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
