"""All words that pages show, in one catalogue."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

STRINGS = Path(__file__).parent / "web" / "strings"


@cache
def strings(language: str = "en") -> dict[str, str]:
    """Return the catalogue of all words that pages show, by key."""
    return json.loads((STRINGS / f"{language}.json").read_text(encoding="utf-8"))


def string(key: str, **values: Any) -> str:
    """Return one text of the catalogue, its `{names}` filled in."""
    return strings()[key].format(**values)
