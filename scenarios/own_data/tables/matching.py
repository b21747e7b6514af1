"""Which cells of a column match a pattern: pandas parses the pattern again at each call, which takes longer than most columns."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd


def are_whole(cells: pd.Series, pattern: str, flags: int = 0) -> pd.Series:
    """Return which cells a pattern matches from end to end."""
    return _found(cells, re.compile(pattern, flags).fullmatch)


def have(cells: pd.Series, pattern: str, flags: int = 0) -> pd.Series:
    """Return which cells have a match of a pattern anywhere."""
    return _found(cells, re.compile(pattern, flags).search)


def _found(cells: pd.Series, match: Callable[[str], object]) -> pd.Series:
    held = (match(cell) is not None for cell in cells.to_numpy(object))
    return pd.Series(np.fromiter(held, bool, len(cells)), index=cells.index)
