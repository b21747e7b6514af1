"""What a validation reports without a band, as tables: birth, experience and chance, who takes part again, and gradients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.measures.measure import GRADED, measures_of

from ..comparison.gradients import GRADIENTS, Gradient
from ..numbers import percent
from .documents import Part
from .gradient_tables import gradient_header, gradient_words
from .split_table import SPLIT_TITLE, SPLIT_WORDS, Document, split_header, split_rows

Table = tuple[str, list[str], list[list[str]]]
PERSISTENCE_TITLE = "Who takes part again from one year to the next"
GRADIENTS_TITLE = "Levels by group of people, a year on"


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
