"""Rows that are sums of other rows: of all, of the rows between two of them, or of a named group; and rows that are called totals but are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..own_data.tables.table_file import TextTable, normal

FEWEST = 3  # other rows needed to recognise a sum that is not named as one
EXACT = 0.005  # a sum of rounded numbers differs from the rounded sum by no more
FINE = 10.0  # what counts may be rounded to where even the sum of two is not chance
NEAR = 0.02  # the user is asked about a row as close as this to the sum of all others
_ALL = re.compile(
    r"(?:(?:grand|sub|overall|area|borough|district|city|county|council|town|ward|wards|all|the) ?)*(?:sub ?)?totals?(?: (?:for|of) .*| (?:population|all|area|areas|wards|borough|district|city|county|council|town))?"
    r"|all(?: the)?(?: areas?| wards?| rows| districts)?|sum|overall|whole (?:area|borough|district|city|town|county)|(?:borough|district|city|county|council|authority) ?wide"
)
_WITH_TOTAL = re.compile(r"(?:.* )?(?:sub ?)?totals?(?: .*)?")  # a ward may be called so: `Total Heights`
_MEAN = re.compile(r"(?:.* )?(?:average|mean|median)")
_PART = re.compile(
    r"(?:(?:of|among|amongst) (?:which|whom|these|them)|which includes?|o w|thereof|therein|incl(?:uding|udes|uded)?|memo(?:randum)?|made up of|comprising)\b.*"
    r"|.*\bof which\b.*|.*\b(?:included|counted)(?: already)? (?:above|below|in|with)\b.*"
)
_GROUP_WORDS = re.compile(
    r"\b(?:(?:grand|sub|overall) ?)?totals?\b|\b(?:all|sum|of|for|the|borough|district|ward|wards|council|area)\b"
)
HOW = "Delete the row if it is a total; if it is not, say so with a column 'Geography level' that holds 'ward' in every row"


@dataclass
class _Rows:
    """The rows of a table, by position.

    Attributes:
        labels: what the rows are called.
        people: float64 (rows,), the count that decides.
        others: float64 (rows, counts), the other counts.
        groups: text columns in which values repeat: rows by value.
        own: for each of them, the value of each row.
        open: bool (rows,), rows that may be totals: nothing says that they are not.
        gone: bool (rows,), those found to be totals.
    """

    labels: list[str]
    people: np.ndarray
    others: np.ndarray
    groups: list[dict[str, list[int]]]
    own: list[list[str]]
    open: np.ndarray
    gone: np.ndarray

    def is_sum(self, row: int, parts: Sequence[int]) -> bool:
        """Return True if a row equals the sum of others in every count, within rounding."""
        at = np.asarray(parts)
        if not _equal(self.people[row], self.people[at], EXACT):
            return False
        return all(
            _equal(column[row], column[at], NEAR)
            for column in self.others.T
            if np.isfinite(column[row]) and np.isfinite(column[at]).all()
        )

    def equal(self, some: Sequence[int], others: Sequence[int]) -> bool:
        """Return True if some rows are together as much as others in every count, within rounding."""
        one, two = np.asarray(some), np.asarray(others)
        columns = [c for c in self.others.T if np.isfinite(c[one]).all() and np.isfinite(c[two]).all()]
        pairs = [(self.people, EXACT), *((column, NEAR) for column in columns)]
        return all(_equal(float(column[one].sum()), column[two], most) for column, most in pairs)

    def near_sum(self, row: int, total: float) -> bool:
        """Return True if a row is about as much as the sum of some others, so that it is worth a closer look."""
        return bool(abs(total - self.people[row]) <= 2 * EXACT * self.people[row])

    def counted_twice(self, row: int) -> bool:
        """Return True if more than one count is known for a row."""
        return bool(np.isfinite(self.others[row]).any())

    def left(self, row: int) -> list[int]:
        """Return the other rows that are not totals."""
        return [int(n) for n in np.flatnonzero(~self.gone & np.isfinite(self.people)) if n != row]

    def near(self, share: float) -> list[int]:
        """Return the open rows that hold about as much as all others together."""
        total = np.nansum(self.people[~self.gone])
        return [int(n) for n in np.flatnonzero(self.open & ~self.gone & (np.abs(2 * self.people - total) <= share * total))]


def _unit(values: np.ndarray) -> float:
    """Return what numbers are rounded to: 1, 5, 10, 100 or 1,000, or less where they have decimals."""
    for unit in (1000.0, 100.0, 10.0, 5.0, 1.0):
        if np.allclose(values % unit, 0):
            return unit
    return 0.1


def _equal(total: float, parts: np.ndarray, most: float) -> bool:
    if not np.isfinite(total) or not np.isfinite(parts).all() or total <= 0:
        return False
    slack = np.sqrt(len(parts) + 1.0) * max(_unit(np.append(parts, total)), 1.0)
    return bool(abs(parts.sum() - total) <= max(min(slack, most * total), 1e-6 * total))


def drop_totals(text: TextTable, key: str, ward: str | None, counts: pd.DataFrame, sure: pd.Series | None) -> list[str]:
    """Take rows that are sums of others out of a table, in place; return what was done, in words.

    Args:
        key: the column that names the rows.
        ward: the column of wards in a table of small areas.
        counts: the columns of counts as numbers, by row; the first decides. Empty where the table has none.
        sure: rows that are known to be at the level of the table.

    Raises:
        InputError: a row that is nearly the sum of all others, so that it is not clear whether it is a total.
    """
    frame = text.frame
    if len(frame) < 2:
        return []
    labels = [_label(frame[key].iloc[n], "" if ward is None else frame[ward].iloc[n]) for n in range(len(frame))]
    may = np.ones(len(frame), bool) if sure is None else ~sure.to_numpy(bool)
    parts = {
        n: "its name says that it counts people from other rows again"
        for n, x in enumerate(labels)
        if may[n] and _PART.fullmatch(normal(x))
    }
    if counts.empty or not counts.shape[1]:
        named = np.array([bool(_ALL.fullmatch(normal(x)) or _MEAN.fullmatch(normal(x))) for x in labels]) & may
        by_name = {int(n): "going by its name; there are no counts to check it" for n in np.flatnonzero(named)}
        return _take_out(text, labels, parts | by_name)
    values = counts.to_numpy(float)
    held = [frame[c].tolist() for c in frame.columns if c != key and _is_group(frame[c])]
    groups = [_members(cells) for cells in held]
    rows = _Rows(labels, values[:, 0], values[:, 1:], groups, held, may, np.zeros(len(frame), bool))
    rows.gone[list(parts)] = True
    found = parts | (_layout(rows) if not parts else {}) | _apart(text, rows) | _sums(rows)
    found |= _called(rows)
    _ask(text, rows)
    kept = [f"'{labels[row]}' equals the sum of the {n} rows next to it. It was kept: delete the row (line {frame.index[row]}) if it is a total" for row, n in _blocks(rows).items() if not rows.gone[row]]  # fmt: skip
    return _take_out(text, labels, found) + [f"{text.path.name}: {told}" for told in kept]


def _members(cells: Sequence[str]) -> dict[str, list[int]]:
    """Return the rows that hold each value."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(cells):
        if name:
            found.setdefault(name, []).append(row)
    return found


def _label(name: str, ward: str) -> str:
    return name if name.strip() else ward


def _is_group(cells: pd.Series) -> bool:
    words = cells[cells != ""]
    return bool(len(words) and words.duplicated().any() and not words.str.fullmatch(r"[-\d.,%\s]+").all())


def _layout(rows: _Rows) -> dict[int, str]:
    """Return the subtotals of a table that falls whole into blocks, each with its sum below it (or each above it), and a row of all at most."""
    for ordered in (range(len(rows.people)), range(len(rows.people) - 1, -1, -1)):
        found: dict[int, str] = {}
        block: list[int] = []
        leaves: list[int] = []
        longest, all_rows, total, of_all = 0, False, 0.0, 0.0
        for row in ordered:
            total = float(rows.people[block[-1]]) + total if block else 0.0
            may = rows.open[row] and rows.near_sum(row, total)
            if may and len(block) >= min(_fewest(rows.labels[row]), 2) and rows.is_sum(row, block):
                found[row] = f"it is the sum of the {len(block)} rows next to it"
                longest = max(longest, len(block))
                leaves += block
                of_all += total
                block, total = [], 0.0
            elif not (len(found) >= 2 and not block and rows.open[row] and rows.near_sum(row, of_all) and rows.is_sum(row, leaves)):
                block.append(row)
            else:
                found[row], all_rows = f"it is the sum of the {len(leaves)} rows that are not totals", True
        fine = _unit(rows.people[np.isfinite(rows.people)]) <= FINE  # two blocks of two by chance: one in 100,000
        if not block and len(found) >= 2 and (all_rows or longest >= FEWEST or fine):
            rows.gone[list(found)] = True
            return found
    return {}


def _apart(text: TextTable, rows: _Rows) -> dict[int, str]:
    """Return subtotals that are together at an end of the table, each the sum of the next of the other rows; a row of all may be beside them.

    Raises:
        InputError: rows at an end are together the sum of all others, and it is not clear which of them each is.
    """
    number = len(rows.people)
    for size in range(2, (number + 2) // 3 + 1) if np.isfinite(rows.people).all() and not rows.gone.any() else ():
        for ends in (range(size), range(number - size, number)):
            parts = [n for n in range(number) if n not in ends]
            for whole in (None, ends[0], ends[-1]):
                sums = [n for n in ends if n != whole]
                fits = 2 <= len(sums) <= len(parts) / 2 and rows.open[list(ends)].all() and rows.equal(sums, parts)
                if fits and (whole is None or rows.is_sum(whole, parts)):
                    found = _shared_out(text, rows, sums, parts)
                    found |= {} if whole is None else {whole: f"it is the sum of the {len(parts)} rows that are not totals"}
                    rows.gone[list(found)] = True
                    return found
    return {}


def _shared_out(text: TextTable, rows: _Rows, sums: Sequence[int], parts: Sequence[int]) -> dict[int, str]:
    """Return of which rows each of some sums is the sum, in their order; raise `InputError` if that is not clear."""
    found, at = {}, 0
    for row in sums:
        end = next((n for n in range(at + 1, len(parts) + 1) if rows.is_sum(row, parts[at:n])), None)
        if end is None:
            names = f"'{rows.labels[sums[0]]}' to '{rows.labels[sums[-1]]}'"
            raise InputError(f"{text.line(sums[0])}: {names} are together the sum of all other rows: are they totals? {HOW}")
        found[row] = f"it is the sum of '{rows.labels[parts[at]]}' to '{rows.labels[parts[end - 1]]}'"
        at = end
    return found


def _sums(rows: _Rows) -> dict[int, str]:
    """Return the rows that are sums, with of what; found from the lowest totals to the highest."""
    found: dict[int, str] = {}
    more = True
    while more:
        more = False
        for row, told in _next(rows):
            found[row], rows.gone[row], more = told, True, True
    return found


def _next(rows: _Rows) -> Iterator[tuple[int, str]]:
    """Give rows that are sums of rows that are not totals as far as is known."""
    for row, name, parts in _named_groups(rows):
        if not rows.gone[row] and rows.is_sum(row, parts):
            yield row, f"it is the sum of the {len(parts)} rows of '{name}'"
    blocks = _blocks(rows)
    for row, size in blocks.items():
        if not rows.gone[row] and (_fewest(rows.labels[row]) < FEWEST or rows.counted_twice(row)):
            yield row, f"it is the sum of the {size} rows next to it"
    for row in rows.near(2 * EXACT):
        others = rows.left(row)
        if len(others) >= _fewest(rows.labels[row]) and rows.is_sum(row, others):
            yield row, f"it is the sum of the {len(others)} other rows"
    yield from _with_blocks(rows, {row: size for row, size in blocks.items() if not rows.gone[row]})


def _with_blocks(rows: _Rows, blocks: dict[int, int]) -> Iterator[tuple[int, str]]:
    """Give a row that is the sum of all rows but those that are sums of the rows beside them, and these."""
    if not blocks or len(blocks) > len(rows.people) / 3:
        return
    leaves = np.nansum(rows.people[~rows.gone]) - rows.people[list(blocks)].sum()
    for row in np.flatnonzero(rows.open & ~rows.gone & (np.abs(2 * rows.people - leaves) <= EXACT * leaves)).tolist():
        parts = [n for n in rows.left(row) if n not in blocks]
        if row not in blocks and len(parts) >= FEWEST and rows.is_sum(row, parts):
            yield row, f"it is the sum of the {len(parts)} rows that are not totals"
            yield from ((n, f"it is the sum of the {size} rows next to it") for n, size in blocks.items())
            return


def _fewest(label: str) -> int:
    """Return of how many others a row must be the sum: one where its name says that it is a total, two where it may say so."""
    return 1 if _called_total(label) else 2 if _WITH_TOTAL.fullmatch(normal(label)) else FEWEST


def _called_total(label: str) -> bool:
    return not label.strip() or bool(_ALL.fullmatch(normal(label)))


def _named_groups(rows: _Rows) -> Iterator[tuple[int, str, list[int]]]:
    """Give the rows that may be the sum of a group, with its name and its other rows: of one that the label names, or of its own where that has three other rows."""
    for groups, own in zip(rows.groups, rows.own, strict=True):
        held = {name: float(np.nansum(rows.people[[n for n in members if not rows.gone[n]]])) for name, members in groups.items()}
        called_so: dict[str, list[str]] = {}
        for name in groups:
            called_so.setdefault(normal(name), []).append(name)
        for row in np.flatnonzero(rows.open & ~rows.gone).tolist():
            label = normal(rows.labels[row])
            bare = " ".join(_GROUP_WORDS.sub(" ", label).split())
            called = _fewest(rows.labels[row]) < FEWEST
            for name in dict.fromkeys([*called_so.get(bare, []), *called_so.get(label, []), own[row]]):
                total = held.get(name, 0.0) - (rows.people[row] if own[row] == name else 0.0)
                if not name or rows.gone[row] or not rows.near_sum(row, total):
                    continue
                parts = [n for n in groups[name] if n != row and not rows.gone[n]]
                named = normal(name) in (bare, label) or (own[row] == name and called)
                if parts and ((named and (called or len(parts) >= 2)) or (own[row] == name and len(parts) >= FEWEST)):
                    yield row, name, parts


def _blocks(rows: _Rows) -> dict[int, int]:
    """Return the open rows that equal the sum of at least three rows just above or just below them (one, if called a total), with how many."""
    found: dict[int, int] = {}
    for row in np.flatnonzero(rows.open & ~rows.gone & np.isfinite(rows.people)).tolist():
        fewest = _fewest(rows.labels[row])
        for step in (-1, 1):
            parts: list[int] = []
            total, n = 0.0, row + step
            while 0 <= n < len(rows.people) and not rows.gone[n] and total <= rows.people[row]:
                parts.append(n)
                total += rows.people[n]
                n += step
                if len(parts) >= fewest and row not in found and rows.is_sum(row, parts):
                    found[row] = len(parts)
    return found


def _called(rows: _Rows) -> dict[int, str]:
    """Return rows that are called a total, a mean or a country and are not the sum of what is there, with why they are left out."""
    found: dict[int, str] = {}
    largest_first = sorted(np.flatnonzero(rows.open & ~rows.gone).tolist(), key=lambda n: -np.nan_to_num(rows.people[n]))
    for row in largest_first:
        name = normal(rows.labels[row])
        big = rows.people[row] > 0.4 * np.nansum(rows.people[~rows.gone])
        if not (_ALL.fullmatch(name) or _MEAN.fullmatch(name) or big):
            continue
        others = [n for n in rows.left(row) if not _called_total(rows.labels[n])]
        total = float(rows.people[others].sum())
        if _ALL.fullmatch(name) or (_WITH_TOTAL.fullmatch(name) and rows.people[row] >= 0.8 * total):
            found[row] = (
                f"its {_number(rows.people[row])} are not the sum of the others, {total:,.0f}: rows may be suppressed or missing"
            )
        elif _MEAN.fullmatch(name):
            found[row] = "its name says that it is an average; its values were not checked"
        elif (
            len(others) >= 2 and rows.people[row] >= (1 - NEAR) * total and _larger_area(rows.labels[row], float(rows.people[row]))
        ):
            found[row] = f"it is the name of a larger area and has {_number(rows.people[row])}, the others together {total:,.0f}"
        if row in found:
            rows.gone[row] = True
    return found


def _larger_area(label: str, people: float) -> bool:
    """Return True if a row is called as a council, region or nation of the United Kingdom and has about as many people."""
    from .uk_tables import small_areas
    from .united_kingdom import find, groups

    try:
        found = find(label)
    except InputError:  # a council that was abolished: nothing says how many people it had
        return False
    if found is None:
        return False
    areas = small_areas()
    known = areas["population"][areas["authority"].isin(groups().get(found, (found,)))].sum()
    return bool(0.7 <= people / known <= 1.5)


def _ask(text: TextTable, rows: _Rows) -> None:
    """Refuse a row that is nearly the sum of all others: everybody would be simulated twice."""
    for row in rows.near(2 * NEAR):
        others = rows.left(row)
        total = float(rows.people[others].sum())
        if len(others) >= FEWEST and abs(rows.people[row] - total) <= NEAR * total:
            raise InputError(
                f"{text.line(row)}: '{rows.labels[row]}' has {_number(rows.people[row])}, nearly the sum of the other rows ({total:,.0f}): is it a total? {HOW}"
            )


def _number(value: float) -> str:
    return f"{value:,.0f}" if np.isfinite(value) else "unknown number"


def _row(label: str) -> str:
    return f"the row '{label}'" if label.strip() else "a row without a name"


def _take_out(text: TextTable, labels: list[str], found: dict[int, str]) -> list[str]:
    told = [
        f"{text.path.name}: {_row(labels[row])} was read as a total and left out: {why} (line {text.frame.index[row]})"
        for row, why in sorted(found.items())
    ]
    if len(found) == len(text.frame):
        return []
    text.frame = text.frame[~np.isin(np.arange(len(text.frame)), list(found))]
    return told
