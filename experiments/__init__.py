"""Many runs: comparisons, their results, and the command line."""

from .comparing import Comparison, compare

__all__ = ["Comparison", "compare"]
