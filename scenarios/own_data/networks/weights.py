"""Which of the listed people are tied, by a column of weights with some zeros, of yes and no, or of signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from ..tables.matching import are_whole
from ..tables.privacy import SMALL_COUNT
from ..tables.readings import Reading
from .headings import describes_ties, is_sign, says_over, says_tied
from .network import ALL, FIELDS, NO_NUMBER, OPTION, WORDS, count_words, is_nobody, is_number
from .table import Table

MARKS = {"x", "\u2713", "\u2714", "\u221a", "*", "\u2022"}
_TIE = """active|current|tied|tie|friend|friends|connected|present|ongoing|in contact|still in contact|still in touch|know|knows|positive|pos"""
_NO_TIE = """inactive|not active|not current|ended|past|former|not tied|no tie|no ties|not a tie|not friends|not connected|unconnected|absent|no contact|
not in contact|lost contact|lapsed|broken off|no longer|do not know|does not know|stranger|strangers|never|not at all|enemy|enemies|dislike|dislikes|hostile|negative|neg"""
NO_TIE = {word.strip() for word in _NO_TIE.split("|")}
YES = {*(w for w, v in WORDS.items() if v), *_TIE.split("|"), *MARKS, "si", "s\u00ed", "sim", "oui", "ja", "ie"}
NO = {*(w for w, v in WORDS.items() if not v), *NO_TIE, "non", "nein", "n\u00e3o", "nee", "nej"} - {
    "never",
    "not at all",
}  # these two are among words for how often
SAYS = {**dict.fromkeys(YES, 1.0), **dict.fromkeys(NO, 0.0)}

CODES = {float(code) for code in (7, 8, 9, 77, 88, 99, 777, 888, 999)}  # beside 0 and 1


@dataclass
class Weight:
    """Which lines of a list are ties.

    Attributes:
        tied: bool (lines,).
        column: that says so; empty where every line counts as a tie.
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
        InputError: weights below 0, words among numbers, two columns that disagree, or one that may say that lines are not ties.
    """
    everybody = np.ones(len(table.frame), dtype=bool)
    if given.get("weight") == ALL and ALL not in table.names:
        return Weight(everybody, "", [f"all {int(both.sum()):,} lines count as ties, as {OPTION} weight={ALL} says"])
    columns = _columns(table, ends, given, both, names)
    if "weight" not in given and not any((values[both] <= 0).any() for _, values in columns):
        _ask(table, {*ends, given.get("kind", "kind")}, both, names)
    if not columns:
        return Weight(everybody)
    column, values = columns[0]
    _agree(table, columns, both)
    _refuse_codes(table, column, values, both, "weight" in given)
    below = both & (values < 0)
    if below.any():
        row = int(below.argmax())
        raise InputError(
            f"{table.line(row)}: {column}: {table.frame[column].iloc[row]!r} is below 0; allowed: 0 for no tie and more for a "
            f"tie. Keep only the lines that are ties, or name another column with {advice().column(OPTION, 'weight')}; if all lines are ties, {advice().all_ties(OPTION, ALL)}"
        )
    unknown, zero = np.isnan(values), values == 0
    blank_is_none = bool(zero[both].any()) or (
        bool(unknown[both].any()) and (lists_every_pair(names[both]) or _only_yes(table, column, given))
    )
    keep = ~zero & ~(unknown & blank_is_none)
    left = int((both & ~keep).sum())
    counts = {"tied": int((both & keep).sum()), "not tied": int((both & zero).sum()), "missing": int((both & unknown).sum())}
    notes = (
        [f"{column} says who is tied: lines with {_nothing(table, column)} are not ties ({left:,} of {int(both.sum()):,})"]
        if left
        else []
    )
    if others := _other_words(table, column, both & keep & ~unknown):
        notes.append(f"{column}: lines with {others} count as ties")
    if (both & unknown & keep).any():
        notes.append(f"{column}: lines without a weight count as ties ({counts['missing']:,})")
    return Weight(keep, column, notes, [Reading("ties", "weight", column, FIELDS["weight"], counts)])


def _columns(
    table: Table, ends: tuple[str, str], given: Mapping[str, str], both: np.ndarray, names: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return the columns that may say who is tied with their values, the most certain first."""
    if "weight" in given:
        if says_over(given["weight"]):
            raise InputError(
                f"{table.path}: {given['weight']}: seems to say which ties are over; remove their lines, and the column ({OPTION} weight={ALL})"
            )
        return [(given["weight"], _values(table, given["weight"], asked=True))]  # type: ignore[list-item]
    free = [c for c in table.names if c not in ends and c != given.get("kind") and not says_over(c)]
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
    """Return a column as numbers, nan where it is missing, 0 where it says no; None where it holds other words.

    In a column named by the user, other words next to words for no are ties: `strong` next to `no contact`.

    Raises:
        InputError: words among numbers, or words that say that there is no tie.
    """
    text = _plain(table, column)
    decimal = text.where(~are_whole(text, r"-?\d+,\d+"), text.str.replace(",", "."))
    missing = text.map(_is_missing).to_numpy() & ~text.isin(SAYS).to_numpy()
    said, number = decimal.map(SAYS).to_numpy(float), pd.to_numeric(decimal.where(~missing), errors="coerce").to_numpy(float)
    values = np.where(np.isnan(said) | missing, number, said)
    if is_sign(column):
        values = np.where(values < 0, 0.0, values)
    bad = np.isnan(values) & ~missing
    if not bad.any():
        return values
    numbers = int(text.map(is_number).sum())
    if asked and not numbers and text.isin(NO | NO_TIE | {"none"}).any():
        return np.where(text.isin(NO | NO_TIE | {"none"}), 0.0, np.where(bad, 1.0, values))
    no_tie = (bad & text.isin(NO_TIE).to_numpy()) | (text == "none").to_numpy()  # beside words it is one of them
    if asked or numbers > bad.sum() or no_tie.any():
        row = int((no_tie if no_tie.any() else bad).argmax())
        raise InputError(
            f"{table.line(row)}: {column}: {table.frame[column].iloc[row]!r}; allowed: numbers (0 for no tie), yes "
            f"or no. Keep only the lines that are ties, or name another column with {advice().column(OPTION, 'weight')}; if all lines are ties, {advice().all_ties(OPTION, ALL)}"
        )
    return None


def _plain(table: Table, column: str) -> pd.Series:
    """Return the cells of a column in lower case; `+` and `-` in words, where they are signs."""
    text = table.frame[column].str.strip().str.lower()
    signs = {
        "+": "positive",
        "+ve": "positive",
        "+1": "1",
        "-": "negative",
        "-ve": "negative",
        "\u2212": "negative",
        "\u2013": "negative",
        "\u22121": "-1",
    }
    return text.map(lambda cell: signs.get(cell, cell)) if text.isin(["+", "+ve"]).any() or is_sign(column) else text


def _is_missing(cell: str) -> bool:
    return cell in NO_NUMBER or is_nobody(cell)


def _only_yes(table: Table, column: str, given: Mapping[str, str]) -> bool:
    """Return whether somebody names a column of crosses or words for yes as the one that says who is tied."""
    text = _plain(table, column)
    return given.get("weight") == column and bool(text[~text.map(_is_missing)].isin(YES).all())


def _nothing(table: Table, column: str) -> str:
    """Return what is in a column for no tie, as a sentence names it."""
    text = _plain(table, column)
    found = [c for c in table.frame[column][text.isin(NO) | text.str.startswith("-")].unique() if c]
    return ", ".join(["0", *found[:3]]) + " or nothing"


def _other_words(table: Table, column: str, tied: np.ndarray) -> str:
    """Return the words of ties that are neither yes nor numbers, as a sentence names them; those of few lines only by their number."""
    text = _plain(table, column)
    words = tied & ~text.isin(YES).to_numpy() & ~text.map(is_number).to_numpy() & (text != "").to_numpy()
    counts = table.frame[column][words & ~are_whole(text, r"-?\d+,\d+").to_numpy()].value_counts()
    shown = [str(word) for word in counts.index[counts >= SMALL_COUNT]][:6]
    return ", ".join(
        [*shown, *([count_words(len(counts) - len(shown), "other word", "other words")] if len(counts) > len(shown) else [])]
    )


def _ask(table: Table, used: set[str], both: np.ndarray, names: np.ndarray) -> None:
    """Raise `InputError` where all lines would count as ties, and a column may say that some are none."""
    if lists_every_pair(names[both]):
        return
    for column in table.names if table.named else table.names[2:][-1:]:
        clear = table.named and says_tied(column) == 0
        if column in used or (describes_ties(column) and not clear):
            continue
        text = _plain(table, column)[both]
        numbers, empty = text.map(_number_of), text.map(_is_missing) & ~text.isin(SAYS)
        held = set(numbers[~empty])
        two = held - CODES in ({0.0, 1.0}, {-1.0, 1.0}) and (table.named or -1.0 in held)
        yes, no = text.isin(YES) | (numbers == 1), text.isin(NO | NO_TIE | {"none"}) | (two & (numbers <= 0))
        if says_over(column) and (no.any() or (empty.any() and (yes | empty).all())) and yes.any():
            raise _question(table, column, yes)
        words = ~empty & numbers.isna()
        if text.isin(NO_TIE).any() or (no.any() and yes.any()) or (words.any() and (text == "none").any()):
            raise _question(table, column, no)
        if table.named and empty.any() and yes.any() and (yes | empty).all():
            raise _question(table, column, empty)
        if clear and held == {1.0, 2.0}:
            raise _question(table, column, numbers == 2)


def _question(table: Table, column: str, no: pd.Series) -> InputError:
    row = int(no.index[no.to_numpy()][0])
    cell = table.frame[column].iloc[row]
    over = says_over(column) or _number_of(cell) == 2
    no_ties = (
        "if so, remove them, or write 0 instead"
        if over
        else f"if lines with it are not ties: {advice().column(OPTION, 'weight', column)}"
    )
    return InputError(
        f"{table.line(row)}: {column}: {repr(cell) if cell else 'an empty cell'} may say that two people are not tied ({int(no.sum()):,} of {len(no):,} lines); "
        f"{no_ties}; if all lines are ties, {advice().all_ties(OPTION, ALL)}"
    )


def _refuse_codes(table: Table, column: str, values: np.ndarray, both: np.ndarray, asked: bool) -> None:
    """Raise `InputError` for a number such as 9 or 99 beside 0 and 1 alone: it may mean that nothing is known."""
    held = set(values[both & ~np.isnan(values)])
    if asked or held - CODES != {0.0, 1.0} or not held & CODES:
        return
    row = int((both & np.isin(values, list(CODES))).argmax())
    raise InputError(
        f"{table.line(row)}: {column}: {table.frame[column].iloc[row]!r} beside 0 and 1 may mean that it is not known; if so, replace it with NA, or else say "
        f"{advice().column(OPTION, 'weight', column)} if it is a tie"
    )


def _number_of(cell: str) -> float:
    return float(cell) if is_number(cell) else float("nan")


def _agree(table: Table, columns: list[tuple[str, np.ndarray]], both: np.ndarray) -> None:
    """Raise `InputError` where two columns do not say the same of who is tied."""
    first, values = columns[0]
    for other, more in columns[1:]:
        differ = both & ((values == 0) != (more == 0))
        if (values[both] == 0).any() and (more[both] == 0).any() and differ.any():
            row = int(differ.argmax())
            raise InputError(
                f"{table.line(row)}: {first} and {other} do not agree on who is tied; say which counts with {advice().column(OPTION, 'weight', first)} or {advice().column(OPTION, 'weight', other)}"
            )


def lists_every_pair(names: np.ndarray) -> bool:
    """Return whether every pair of the people is in a list, in one direction at least."""
    codes = np.unique(names.astype(str), return_inverse=True)[1].reshape(names.shape)
    number = int(codes.max(initial=-1)) + 1
    low, high = codes.min(axis=1), codes.max(axis=1)
    return number > 2 and len(np.unique((low * number + high)[low != high])) == number * (number - 1) // 2
