"""Columns about deprivation that are neither a score, a rank nor groups of equal size: the reason why they are not used is reported."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..advice import advice
from ..own_data.tables.table_file import normal
from .directions import most_of
from .table import Finding, Table

_INDEX = re.compile(r"\b(?:imd\w*|depriv\w*|wimd\w*|simd\w*|nimdm\w*)\b")
_DOMAIN = re.compile(r"\b(?:income|employment|education|health|crime|housing|barriers|living|environment|access|children|child|idaci|idaopi|older|households?|census|dimensions?)\b")  # fmt: skip
_MEAN_RANK = re.compile(
    r"\b(?:average|mean|avg)\b.*\brank|\branks? (?:of|on) (?:the )?(?:average|mean|avg|proportion|extent)|\brank\b.*\b(?:average|mean|avg)\b"
)
_HOW_MANY = re.compile(
    r"(?:imd |simd |wimd |local |national )*(?:(?:the )?(?:%|proportion\b|share\b|percent\w*|per cent|pct|number|count|no|population|people|residents|lsoas|data ?zones|areas|small areas|extent)(?![a-z]) ?)+.*\b(?:in|within|among)\b.*"
    r"\b(?:most|least) (?:\w+ )?(?:depriv|disadvant)"
)


def tell_unread(table: Table, ordered: Sequence[str], findings: list[Finding]) -> None:
    """Report why columns about deprivation are not read, in place.

    Args:
        ordered: fields that have a direction.
    """
    for field in (*ordered, "deprivation"):
        column = table.columns.get(field, "")
        if field not in table.given and (
            _HOW_MANY.match(normal(column)) or (_MEAN_RANK.search(normal(column)) and most_of(column) is None)
        ):
            del table.columns[field]
            table.mapping.unused.append(column)
    for column in table.mapping.unused:
        name = normal(column)
        spoken = _INDEX.search(name) and not _DOMAIN.search(name)
        if column not in table.text.frame or not (spoken or _HOW_MANY.match(name)):
            continue
        option = advice().column(table.option, "deprivation", column)
        if _MEAN_RANK.search(name):
            why = f"it does not say out of how many areas it is a rank, nor which end is the most deprived: {option} if higher is more deprived, {advice().column(table.option, 'advantage', column)} if lower"
        elif _HOW_MANY.match(name) or re.search(r"\b(?:most|least) (?:\w+ )?depriv", name):
            why = f"it says how many live in some of the most (or least) deprived areas of the country, not how deprived the others are: {option} uses it as a measure anyway"
        elif re.search(r"\b(?:tertiles?|terciles?|third|sextiles?|octiles?|septiles?|band|group|category|class)\b", name):
            why = f"groups of that size are not read: {option} if a higher number is more deprived"
        else:
            why = f"it is not recognised as a score, a rank or a decile: {option} if higher is more deprived"
        findings.append(Finding("odd", f"'{column}' seems to be about deprivation and was not used: {why}"))
