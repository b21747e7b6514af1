"""Values of an answer to SQL, of every type that DuckDB has, as JSON and as the cells of a table."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def plain(value: Any, finite: bool = True) -> Any:
    """Return a value as JSON has it: numbers, truth values, texts, lists, and objects for structs and maps.

    Dates, times, intervals and identities become texts, and a blob its hexadecimal digits.

    Args:
        finite: True to return None for an infinite number, which JSON does not have; what is not a number is None always.
    """
    if value is None or value is np.ma.masked:
        return None
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(one, finite) for one in value]
    if isinstance(value, Mapping):
        return {cell(key): plain(one, finite) for key, one in value.items()}
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if pd.isna(value):
        return None
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else pd.Timedelta(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if finite and not math.isfinite(value) else value
    return value if isinstance(value, bool | int | str) else str(value)


def cell(value: Any) -> str:
    """Return a value as a cell of a table, a dash for none."""
    told = plain(value, finite=False)
    if told is None:
        return "-"
    if isinstance(told, float):
        return f"{told:,.0f}" if 1e6 <= abs(told) < 1e15 else f"{told:.6g}"
    return json.dumps(told, ensure_ascii=False) if isinstance(told, list | dict) else str(told)
