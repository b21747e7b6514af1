"""Many runs: comparisons, their results, and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparing import Comparison, compare

__all__ = ["Comparison", "compare"]


def __getattr__(name: str) -> Any:
    """Import the heavy parts only when they are used, so that `groundswell --help` answers at once."""
    if name in __all__:
        from . import comparing

        return getattr(comparing, name)
    raise AttributeError(f"module 'experiments' has no attribute '{name}'")
