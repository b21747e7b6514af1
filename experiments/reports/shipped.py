"""Results that are shipped, which the assurance pack and the ODD description read; `make prove` renews them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "assurance" / "results"
VALIDATION, ROBUSTNESS = "validation.json", "robustness.json"
NUMBERS = "numbers.json"  # the identity of what the model gives; `make baseline` renews it


@cache
def result(name: str) -> dict[str, Any]:
    """Return a shipped result."""
    found: dict[str, Any] = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    return found


def numbers() -> str:
    """Return the identity of the numbers that the model gives: what was made with others is old."""
    return str(result(NUMBERS)["identity"])


def age(made: Mapping[str, Any]) -> str:
    """Say whether a result, which keeps the identity under `numbers`, was made with the numbers that the model gives."""
    own = made.get("numbers")
    if own is None:
        return "It was made before results kept the identity of the model's numbers, and **may be old**."
    return f"Numbers of the model: `{own}`" + ("." if own == numbers() else f"; **old**, those of this version are `{numbers()}`.")
