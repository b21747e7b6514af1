"""Rows of a survey that are not people: totals, bases and means at its head or foot."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from ..tables.columns import Field
from ..tables.rows import listed
from ..tables.table_file import TextTable, normal

_SUMS = r"(?:(?:grand|sub|overall|column|weighted|unweighted|survey|sample) ?)*(?:sub ?)?totals?(?: .*)?|(?:weighted|unweighted)? ?(?:base|sum|count|bases|counts)(?: .*)?|(?:mean|average|median|std dev|standard deviation)(?: .*)?"
_SURE = re.compile(_SUMS)
_MAYBE = re.compile(
    rf"{_SUMS}|all(?: respondents| residents| answers| responses| people| adults)?|overall|number(?: of .*)?|respondents|responses|%(?: .*)?|percent\w*|per cent|valid n"
)
MOST = 12  # rows at one end


def drop_totals(table: TextTable, columns: Mapping[str, str], fields: Mapping[str, Field]) -> list[str]:
    """Take rows that are totals out of a survey's answers, in place; return what is to be told.

    A row at the head or foot is none of a person where a cell calls it a total, a base or a mean and all its other cells are numbers or empty.

    Args:
        columns: by field.
        fields: by name.
    """
    frame = table.frame
    answers = {column for name, column in columns.items() if name in fields and fields[name].choices}
    gone = np.zeros(len(frame), dtype=bool)
    for order in (range(len(frame)), range(len(frame) - 1, -1, -1)):
        for row in order:
            if len(frame) - gone.sum() <= 1 or gone[row] or gone.sum() >= MOST or not _is_total(frame.iloc[row].to_dict(), answers):
                break
            gone[row] = True
    if not gone.any():
        return []
    names = [next(filter(None, frame.iloc[n])) for n in np.flatnonzero(gone)]
    rest = frame[~gone]
    kept = [n for n, name in zip(np.flatnonzero(gone), names, strict=True) if (rest == name).to_numpy().any()]
    gone[kept] = False  # people are called so elsewhere
    if not gone.any():
        return []
    lines = [int(line) for line in frame.index[gone]]
    table.frame = frame[~gone]
    shown = ", ".join(dict.fromkeys(f"'{next(filter(None, frame.iloc[n]))}'" for n in np.flatnonzero(gone)))
    return [
        f"{table.path.name}: {listed(lines)}: {len(lines)} {'row is a total, not an answer' if len(lines) == 1 else 'rows are totals, not answers'} ({shown}); left out"
    ]


def _is_total(cells: Mapping[str, str], answers: set[str]) -> bool:
    """Return whether a row calls itself a total, and holds nothing else but numbers."""
    filled = {column: cell for column, cell in cells.items() if cell}
    column, label = next(iter(filled.items()), ("", ""))
    words = _SURE if column in answers else _MAYBE
    called = bool(words.fullmatch(normal(label)) or (label == "N" and column not in answers))
    rest = [cell for cell in filled.values() if cell != label]
    return called and bool(rest) and all(map(_is_figure, rest))


def _is_figure(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+(]?\d[\d., ]*\)?\s*%?\)?|-|\.\.?", cell.strip()))
