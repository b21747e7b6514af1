"""What a validation reports without a band, as tables: birth, experience and chance, who takes part again, and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulation.measures.measure import GRADED, measures_of

from ..comparison.gradients import GRADIENTS, Gradient
from ..evidence.validation.origins import FUTURES, LIVED, OUTCOMES, PASTS, SOURCES
from ..numbers import percent
from .documents import Part
from .gradient_tables import gradient_header, gradient_words

Document = dict[str, Any]
Table = tuple[str, list[str], list[list[str]]]
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
PERSISTENCE_TITLE = "Who takes part again from one year to the next"
GRADIENTS_TITLE = "Levels by group of people, a year on"


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


def beside_tables(found: Document) -> list[Table]:
    """Return title, header and rows of each table; none where a validation did not look.

    Args:
        found: the document of a validation, or of what it looked at beside the facts.
    """
    if "split" not in found:
        return []
    years = [[row["words"], *_range(row)] for row in found["persistence"]]
    return [
        (f"{SPLIT_TITLE} ({found['split_worlds']} worlds)", split_header(), split_rows(found)),
        (PERSISTENCE_TITLE, ["of all who stay", "model", "95 % of worlds"], years),
        (GRADIENTS_TITLE, gradient_header(False), _gradient_rows(found["gradients"])),
    ]


def _range(row: Document) -> tuple[str, str]:
    value, low, high = ("-" if row[key] is None else percent(row[key], 1) for key in ("value", "value_low", "value_high"))
    return value, f"{low} to {high}"


def _gradient_rows(found: Document) -> list[list[str]]:
    table = measures_of(())
    rows = []
    for name in GRADED:
        cells = []
        for grouping in GRADIENTS:
            groups = found[name][grouping]["groups"]
            one = Gradient(tuple(groups), np.array(list(groups.values()), dtype=float), *[float("nan")] * 3)
            cells.append(gradient_words(one, grouping, table[name].unit))
        rows.append([table[name].label, *cells])
    return rows


def beside_parts(found: Document, level: int = 2) -> list[Part]:
    """Return the tables as parts of a page, with what they mean."""
    return [
        Part(title, SPLIT_WORDS if not n else (), table=pd.DataFrame(rows, columns=header), level=level)
        for n, (title, header, rows) in enumerate(beside_tables(found))
    ]
