"""Many runs: comparisons and studies, evidence, reports, what serves the dashboard, what is kept, and the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparison.compare import compare
    from .comparison.comparison import Comparison
    from .evidence.validation.verdicts import Validation, validate
    from .studies.api import discover, optimise, sensitivity, sweep
    from .studies.results import Results
    from .studies.runs.factors import Factor
    from .studies.study import Budget, Design, Study, read_study

__all__ = [
    "Budget",
    "Comparison",
    "Design",
    "Factor",
    "Results",
    "Study",
    "Validation",
    "compare",
    "discover",
    "optimise",
    "read_study",
    "sensitivity",
    "sweep",
    "validate",
]
_HOME = {
    "Comparison": "comparison.comparison",
    "compare": "comparison.compare",
    "Factor": "studies.runs.factors",
    "Results": "studies.results",
    **dict.fromkeys(("Budget", "Design", "Study", "read_study"), "studies.study"),
    **dict.fromkeys(("Validation", "validate"), "evidence.validation.verdicts"),
    **dict.fromkeys(("discover", "optimise", "sensitivity", "sweep"), "studies.api"),
}


def __getattr__(name: str) -> Any:
    """Import the heavy parts only when they are used, so that `groundswell --help` answers at once."""
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module 'experiments' has no attribute '{name}'")
