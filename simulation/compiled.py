"""Whether the kernels were compiled on this machine already."""

from __future__ import annotations

from pathlib import Path


def is_compiled() -> bool:
    """Return True if numba's cache holds the month's largest kernel for these sources."""
    from .taking_part import act

    cache = act._cache
    folder = Path(cache.cache_path)
    return folder.is_dir() and any(folder.glob("taking_part.act-*.nbi"))
