"""The split into birth, experience and chance as a table, with the words that explain it."""

from __future__ import annotations

from typing import Any

from ..evidence.validation.split_design import FUTURES, LIVED, OUTCOMES, PASTS, SOURCES
from ..numbers import percent

Document = dict[str, Any]
SPLIT_TITLE = "Where differences between people come from: birth, experience and chance"
SPLIT_WORDS = (
    "Birth is all that is fixed on the day on which a person arrives: character, starting stocks, home and household, place in the network. Experience is all that "
    "dealings with services, asks, answers and ties changed since then. Chance is the rest.",
    f"The same people, with the same ties, are run {PASTS} times from that day, each time with other chances from month to month. After {LIVED // 12} years each run is forked "
    f"into {FUTURES} futures, which share the past and not what comes. The fork is where the window of the outcome begins: a month earlier for p*, twelve months earlier for "
    "what is asked about a year. What the pasts of a person have in common is birth. What differs between them and is common to the futures of one past is experience. "
    "What differs between futures is chance. People who moved away are left out.",
    "In brackets: the standard error. The last column is birth's share of what is not chance. These numbers are reported; nothing is fitted to them, and no fact says what they should be.",
)


def split_header() -> list[str]:
    """Return the heads of the columns of `split_rows`."""
    return ["outcome", *SOURCES, "birth, of what is not chance"]


def split_rows(found: Document) -> list[list[str]]:
    """Return the split of each outcome as words, from the document of a validation."""
    return [
        [OUTCOMES[row["outcome"]], *(_with_error(row[name], row[f"{name}_error"]) for name in (*SOURCES, "lasting"))]
        for row in found.get("split", ())
    ]


def _with_error(value: float | None, error: float | None) -> str:
    if value is None:
        return "-"
    return percent(value, 1) + ("" if error is None else f" ({100 * error:.1f})")
