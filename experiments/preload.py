"""What worker processes have in memory when they start: imported once, by the process from which they are forked.

Importing the model and loading its compiled kernels takes longer than many a task.
"""

from __future__ import annotations

from simulation.compile import compile_kernels, is_compiled

from .comparison import replicates
from .serving import watched_world

__all__ = ["replicates", "watched_world"]

if is_compiled():
    compile_kernels(alone=True)  # loads them from the cache
