"""Results that are shipped, which the assurance pack and the ODD description read; `make prove` renews them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "assurance" / "results"
VALIDATION, ROBUSTNESS = "validation.json", "robustness.json"


@cache
def result(name: str) -> dict[str, Any]:
    """Return a shipped result."""
    found: dict[str, Any] = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    return found
