"""Places and their people, a user's own data, the catalogue of interventions, scenario files, and the evidence ledger."""

from typing import TYPE_CHECKING, Any

from .places import load_place

if TYPE_CHECKING:
    from .scenario_file import load_scenario

__all__ = ["load_place", "load_scenario"]


def __getattr__(name: str) -> Any:
    """Import the reader of scenario files when it is first needed, as it imports the schema's library."""
    if name != "load_scenario":
        raise AttributeError(f"module 'scenarios' has no attribute '{name}'")
    from .scenario_file import load_scenario

    return load_scenario
