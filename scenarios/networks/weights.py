"""Who of those listed are tied: a column of weights, some of which are 0, says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..readings import Reading
from .headings import says_tied
from .network import FIELDS, NO_NUMBER, OPTION, WORDS, is_number

if TYPE_CHECKING:
    from .lists import Table

NO_TIE = {"never", "not at all", "no tie", "not tied", "not friends", "not connected", "unconnected", "stranger", "strangers"}


@dataclass
class Weight:
    """Which lines of a list are ties.

    Attributes:
        tied: bool (lines,).
        column: that says so; empty where every line is a tie.
        notes, readings: how it was read.
    """

    tied: np.ndarray
    column: str = ""
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


def weights_of(table: Table, ends: tuple[str, str], given: Mapping[str, str], both: np.ndarray, names: np.ndarray) -> Weight:
    """Return which lines are ties.

    Args:
        both: bool (lines,), both ends are named.
        names: object (lines, 2), names of people.

    Raises:
        InputError: weights below 0, words among numbers, or two columns that disagree.
    """
    everybody = np.ones(len(table.frame), dtype=bool)
    columns = _columns(table, ends, given, both, names)
    if not columns:
        return Weight(everybody)
    column, values = columns[0]
    _agree(table, columns, both)
    below = both & (values < 0)
    if below.any():
        row = int(below.argmax())
        raise InputError(
            f"{table.line(row)}: {column}: {table.frame[column].iloc[row]!r} lies below 0; allowed: 0 for no tie and more for a tie. "
            f"Keep the lines that are ties, or name another column with {OPTION} weight=COLUMN"
        )
    unknown, zero = np.isnan(values), values == 0
    blank_is_none = bool(zero[both].any()) or (bool(unknown[both].any()) and lists_every_pair(names[both]))
    keep = ~zero & ~(unknown & blank_is_none)
    left = int((both & ~keep).sum())
    counts = {"tied": int((both & keep).sum()), "not tied": int((both & zero).sum()), "missing": int((both & unknown).sum())}
    notes = [f"{column} says who is tied: lines with 0 or nothing are no ties ({left:,} of {int(both.sum()):,})"] if left else []
    if (both & unknown & keep).any():
        notes.append(f"{column}: lines without a weight count as ties ({counts['missing']:,})")
    return Weight(keep, column, notes, [Reading("ties", "weight", column, FIELDS["weight"], counts)])


def _columns(
    table: Table, ends: tuple[str, str], given: Mapping[str, str], both: np.ndarray, names: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return the columns that may say who is tied with their values, the surest first."""
    if "weight" in given:
        return [(given["weight"], _values(table, given["weight"], asked=True))]  # type: ignore[list-item]
    free = [c for c in table.names if c not in ends and c != given.get("kind")]
    ranked = sorted((rank, n, c) for n, c in enumerate(free) if table.named and (rank := says_tied(c)) is not None)
    found = [(c, v) for _, _, c in ranked if (v := _values(table, c)) is not None]
    if not table.named and len(free) == 1 and free[0] == table.names[-1] and (v := _values(table, free[0])) is not None:
        counts_up = bool((np.diff(v) >= 0).all())  # as times do
        found = [(free[0], v)] if (v[both] == 0).any() and not counts_up else []
    if not found and lists_every_pair(names[both]):
        binary = [(c, v) for c in free if (v := _values(table, c)) is not None and set(np.unique(v[both])) == {0.0, 1.0}]
        found = binary if len(binary) == 1 else []
    return found


def _values(table: Table, column: str, asked: bool = False) -> np.ndarray | None:
    """Return a column as numbers, nan where it is missing; None where it holds words.

    Raises:
        InputError: words where numbers stand, or words that say that there is no tie.
    """
    text = table.frame[column].str.strip().str.lower()
    decimal = text.where(~text.str.fullmatch(r"-?\d+,\d+"), text.str.replace(",", "."))
    values = pd.to_numeric(decimal.replace(WORDS).where(~text.isin(NO_NUMBER)), errors="coerce").to_numpy(float)
    bad = np.isnan(values) & ~text.isin(NO_NUMBER).to_numpy()
    if not bad.any():
        return values
    numbers = int(text.map(is_number).sum())
    no_tie = (bad & text.isin(NO_TIE).to_numpy()) | (text == "none").to_numpy()  # beside words it is one of them
    if asked or numbers > bad.sum() or no_tie.any():
        row = int((no_tie if no_tie.any() else bad).argmax())
        raise InputError(
            f"{table.line(row)}: {column}: {table.frame[column].iloc[row]!r}; allowed: numbers (0 for no tie), yes or no. "
            f"Keep the lines that are ties, or name another column with {OPTION} weight=COLUMN"
        )
    return None


def _agree(table: Table, columns: list[tuple[str, np.ndarray]], both: np.ndarray) -> None:
    """Raise `InputError` where two columns do not say the same of who is tied."""
    first, values = columns[0]
    for other, more in columns[1:]:
        differ = both & ((values == 0) != (more == 0))
        if (values[both] == 0).any() and (more[both] == 0).any() and differ.any():
            row = int(differ.argmax())
            raise InputError(
                f"{table.line(row)}: {first} and {other} do not agree on who is tied; say which counts with {OPTION} weight={first} or weight={other}"
            )


def lists_every_pair(names: np.ndarray) -> bool:
    """Return whether every pair of the people stands in a list, in one direction at least."""
    codes = np.unique(names.astype(str), return_inverse=True)[1].reshape(names.shape)
    number = int(codes.max(initial=-1)) + 1
    low, high = codes.min(axis=1), codes.max(axis=1)
    return number > 2 and len(np.unique((low * number + high)[low != high])) == number * (number - 1) // 2
