"""The geographical level of a table's rows: country, region, authority, ward, small area; from codes or from a column of levels."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from simulation.declared.parameters import InputError

from ..own_data.tables.matching import are_whole
from ..own_data.tables.table_file import TextTable, normal

CODE = r"[EWSNK]\d{8}"
# Levels from the highest to the lowest, with the first three signs of their codes (ONS Register of Geographic Codes) and the words for them.
LEVELS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("country", ("K02", "K03", "K04", "E92", "W92", "S92", "N92"), r"country|nation|national|united kingdom|uk"),
    ("region", ("E12", "E15"), r"region|regional|english region|regions"),
    ("county", ("E10", "E11", "E13", "E47"), r"county|counties|combined authority|metropolitan county"),
    ("authority", ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
     r"(?:lower tier |upper tier |unitary )?(?:local )?(?:authority|authorities)(?: district)?|la|lad|ltla|utla|unitary authority|council|council area|district|borough|london borough|city|local government district|lgd"),
    ("ward", ("E05", "W05", "S13", "N08", "N10"), r"(?:electoral )?wards?|electoral divisions?|divisions?|wd|district electoral areas?|dea"),
    ("parish", ("E04", "W04"), r"parish|community|parishes"),
    ("zone", ("E02", "W02", "S02", "N21"), r"msoas?|middle(?: layer)? super output areas?|intermediate zones?|super data zones?"),
    ("small area", ("E01", "W01", "S01", "N20"), r"lsoas?|lower(?: layer)? super output areas?|data zones?|small areas?|soas?"),
    ("output area", ("E00", "W00", "S00", "N00"), r"oas?|output areas?"),
)  # fmt: skip
_COLUMN = (
    r"(?:geograph\w*|geo|area|spatial|admin\w*|administrative)? ?(?:level|type|hierarchy)(?: of geography)?|level of geography"
)


@dataclass
class Levels:
    """The level of each row.

    Attributes:
        column: that told it.
        rank: place in `LEVELS` by row; nan where it is not told.
    """

    column: str
    rank: pd.Series

    def single(self) -> bool:
        """Return True if every row's level is known and all are at one level."""
        return bool(self.rank.notna().all() and self.rank.nunique() == 1)


def _rank_of_code(code: str) -> float:
    short = code.strip().upper()[:3]
    return next((float(n) for n, (_, prefixes, _) in enumerate(LEVELS) if short in prefixes), float("nan"))


def _rank_of_word(word: str) -> float:
    return next((float(n) for n, (_, _, pattern) in enumerate(LEVELS) if re.fullmatch(pattern, normal(word))), float("nan"))


def levels_of(text: TextTable, key: str | None) -> Levels | None:
    """Return the level of the rows, from a column of levels or from the codes; None if unknown.

    Args:
        key: the column that names the rows.

    Raises:
        InputError: a column of levels has words that are not known; they are listed.
    """
    for column in text.frame.columns:
        cells = text.frame[column]
        if re.fullmatch(_COLUMN, normal(column)):
            rank = cells.map(_rank_of_word)
            unknown = sorted(set(cells[rank.isna() & (cells != "")]))
            if not unknown and rank.notna().any():
                return Levels(column, rank)
            if "geograph" in normal(column) and len(set(cells)) > 1:
                raise InputError(
                    f"{text.path}: {column}: '{unknown[0]}' is not a known level, so rows may be counted twice; keep the rows of one level only"
                )
    coded = [c for c in text.frame.columns if are_whole(text.frame[c], CODE, re.IGNORECASE).mean() >= 0.5]
    own = sorted((c for c in coded if _distinct(text.frame[c]) or c == key), key=lambda c: c != key)
    return Levels(own[0], text.frame[own[0]].map(_rank_of_code)) if own else None


def _distinct(cells: pd.Series) -> bool:
    """Return True if a column of codes has one for each row (where it has any), so that it is the row's own and not its authority's."""
    held = cells[cells != ""]
    return bool(held.is_unique)


def drop_higher_levels(text: TextTable, key: str | None) -> tuple[list[str], pd.Series | None, str | None]:
    """Take the rows of higher levels out of a table, in place.

    Returns:
        what was done, in words; which of the rows left are sure to be of the level that was kept (None if nothing tells); and by which column.

    Raises:
        InputError: most rows are at a higher level than others, so that it is not clear which are meant.
    """
    found = levels_of(text, key)
    if found is None:
        return [], None, None
    rank = found.rank
    counts = rank.value_counts()
    if len(counts) <= 1:
        return [], rank.notna(), found.column
    lowest = counts.index.max()
    names = {level: LEVELS[int(level)][0] for level in counts.index}
    listed = ", ".join(f"{counts[level]} of level {names[level]}" for level in sorted(counts.index))
    if counts[lowest] < counts.max():
        raise InputError(
            f"{text.path}: {found.column}: rows are at several levels ({listed}), so people would be counted twice; keep the rows of one level only"
        )
    higher = rank.notna() & (rank < lowest)
    first = higher[higher].index[0]
    label = text.frame.loc[first, key] if key is not None else ""
    text.frame = text.frame[~higher]
    told = f"{text.path.name}: rows of higher levels were left out, going by {found.column} ({listed}), such as '{label}' in line {first}"
    return [told], rank[~higher].notna(), found.column
