"""Lists of ties: with or without a header line, two columns for the ends, and perhaps one that says who is tied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest
from simulation.state.ties import KINDS

from ...advice import advice
from ..tables.readings import Reading
from .cells import Cells, trimmed
from .headings import is_index, named_ends, says_tied
from .network import ALL, FIELDS, NO_NUMBER, NOBODY, OPTION, Network, count_words, is_nobody, is_number
from .table import Table

NAMELESS = "(no name)"
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?.*|\d\d?[/.]\d\d?[/.]\d{2,4}.*|\d\d?:\d\d.*")
_WHOLE = re.compile(r"(\d+)\.0*")


def _advice() -> str:
    return f"say which two columns are the ends with {advice().ends(OPTION)}"


def list_network(cells: Cells, given: Mapping[str, str]) -> Network:
    """Return the network of a list of ties.

    Args:
        given: columns by field (`from`, `to`, `weight`, `kind`); they come before any guess.

    Raises:
        InputError: naming file, line and what to do.
    """
    table = table_of(trimmed(cells), given)
    check_given(given, table)
    ends = _ends(table, given)
    network = tied(table, ends, given)
    network.notes[:0] = [*cells.notes, *table.notes]
    return network


# -- names of columns --------------------------------------------------------------------------------------------------


def table_of(cells: Cells, given: Mapping[str, str]) -> Table:
    """Return the table of a list of ties, with the first line read as names of columns or as a tie."""
    width = _width(cells)
    head = cells.rows[0]
    notes: list[str] = []
    if len(cells.comment) == width and named_ends(cells.comment) and not named_ends(head):
        names, first = cells.comment, 0
        notes.append("the names of the columns were found in the comment above them")
    elif _is_heading(cells, width, given):
        names, first = (["", *head] if len(head) == width - 1 else head), 1
    else:
        names, first = [f"column {n + 1}" for n in range(width)], 0
        notes.append("the first line was read as a tie, not as names of columns")
    rows = [_padded(cells, n, width) for n in range(first, len(cells.rows))]
    if not rows:
        raise InputError(f"{cells.path}: has column names but no ties below them")
    lines = cells.lines[first:]
    frame = pd.DataFrame(rows, columns=_unique(names), dtype=str)
    return Table(cells.path, frame, lambda row: f"{cells.path}: line {lines[row]}", bool(first or names is cells.comment), notes)


def _width(cells: Cells) -> int:
    width = cells.width
    if width < 2:
        raise InputError(
            f"{cells.path}: one column; allowed: an edge list of two columns (separated by commas, tabs or spaces), an adjacency matrix, or GraphML"
        )
    return width


def _padded(cells: Cells, row: int, width: int) -> list[str]:
    """Return a row with as many cells as the others; only cells that are empty may be missing or too many."""
    found = cells.rows[row]
    if len(found) > width and any(found[width:]):
        raise InputError(
            f"{cells.line(row)}: {len(found)} cells where other lines have {width}; a cell that contains a comma or a blank needs quotes"
        )
    if len(found) == 1 or (cells.by_spaces and len(found) < width):
        raise InputError(
            f"{cells.line(row)}: {count_words(len(found), 'cell', 'cells')} where other lines have {width}. Write a person without ties "
            "with NA for the other end (x3,NA); remove notes below the table; a list of neighbours needs everybody in the first cell of a line"
        )
    return found[:width] + [""] * (width - len(found))


def _unique(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for n, name in enumerate(names):
        short = " ".join(name.split()) or f"column {n + 1} {NAMELESS}"
        number = 2
        while short in found:
            short, number = f"{' '.join(name.split())} ({number})", number + 1
        found.append(short)
    return found


def _is_heading(cells: Cells, width: int, given: Mapping[str, str]) -> bool:
    """Return whether the first line names the columns: it does not where its cells are numbers, or people who are elsewhere."""
    head = cells.rows[0]
    if len(cells.rows) == 1:
        return bool(named_ends(head))
    if set(given.values()) & set(head) or len(head) == width - 1:
        return True
    body = [row for row in cells.rows[1:] if len(row) >= width]
    if not any(c and (is_number(c) or c.lower() in NOBODY) for c in head) and any(
        _numbers_below(body, n) for n, c in enumerate(head) if c.lower() not in NOBODY
    ):
        return True
    pairs = named_ends(head)
    if pairs:
        return _names_over_people(head, pairs[0], body)
    people = {cell for row in body for cell in row[:2] if cell}
    if all(head[:2]) and set(head[:2]) <= people:
        return False  # people called Val or Edge
    if any(says_tied(c) is not None or is_index(c) for c in head if c) or (not head[0] and all(row[0] for row in body)):
        return True
    nobody = any(c and c.lower() in NOBODY for c in head[:2])
    return not nobody and not any(map(is_number, head)) and _words_over_words(cells, body)


def _numbers_below(body: list[list[str]], column: int) -> bool:
    cells = [row[column] for row in body if row[column].lower() not in NO_NUMBER]
    return bool(cells) and all(map(is_number, cells))


def _names_over_people(head: list[str], pair: tuple[int, int], body: list[list[str]]) -> bool:
    """Return whether cells that may name two ends do: `a,b` and `p1,p2` may as well be two people."""
    people = {row[n] for row in body for n in pair}
    ends = [head[n] for n in pair]
    there = sum(end in people for end in ends)
    plain = all(len(end) > 1 and not re.search(r"\d", end) for end in ends)
    if there == 2 or (there == 1 and not plain):
        return False
    written = {_stem(cell) for cell in people}
    return plain or not all(re.search(r"\d", end) and _stem(end) in written for end in ends)


def _words_over_words(cells: Cells, body: list[list[str]]) -> bool:
    """Decide where words are over words: people named again, or written as the others are, are people."""
    head = cells.rows[0]
    people = {cell for row in body for cell in row[:2] if cell}
    if {c for c in head[:2] if c} & people:
        return False
    if all(re.search(r"\d", c) and _stem(c) in {_stem(cell) for cell in people} for c in head[:2]):
        return False
    if not all(_shape(c) in {_shape(cell) for cell in people} for c in head[:2]):
        return True
    raise InputError(
        f"{cells.line(0)}: it is not clear whether this line names the columns or is a tie; add the line from,to above it, replace it with that line, or {_advice()}"
    )


def _stem(cell: str) -> str:
    """Return a name with any number for its numbers: `p12` and `p7` are written alike."""
    return re.sub(r"\d+", "9", cell)


def _shape(cell: str) -> str:
    """Return a name with any word for its words, too: `Ann` and `Bob` are written alike, `ann` is not."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"[A-Z][^\W\d_]+", "A", _stem(cell)))


# -- which columns ------------------------------------------------------------------------------------------------------


def check_given(given: Mapping[str, str], table: Table) -> None:
    """Raise `InputError` for an unknown field or column, or a column given twice."""
    for name, column in given.items():
        if name not in FIELDS:
            raise InputError(f"{OPTION}: unknown field '{name}'; {nearest(name, FIELDS)}")
        if column not in table.names and (name, column) != ("weight", ALL):
            raise InputError(f"{OPTION}: {name}: {Path(table.path).name} has no column '{column}'; {nearest(column, table.names)}")
        if list(given.values()).count(column) > 1:
            raise InputError(f"{OPTION}: column '{column}' is given twice")


def _ends(table: Table, given: Mapping[str, str]) -> tuple[str, str]:
    """Return the two columns that hold the ends."""
    names = table.names
    if "from" in given and "to" in given:
        return given["from"], given["to"]
    taken = {given[f] for f in ("weight", "kind") if f in given}
    one = given.get("from") or given.get("to")
    pairs = [(names[a], names[b]) for a, b in named_ends(names)] if table.named else []
    pairs = [
        pair
        for pair in pairs
        if not taken & set(pair) and (one is None or one in pair) and not any(_dates(table.frame[c]) for c in pair)
    ]
    if not pairs:
        free = _candidates(table, taken)
        if not table.named and len(free) >= 2 and one is None:
            free = free[:2]
        if one is not None:
            pairs = [(one, c) for c in free if c != one] if len([c for c in free if c != one]) == 1 else []
        elif len(free) == 2:
            pairs = [(free[0], free[1])]
            if table.named and not set(table.frame[free[0]]) & set(table.frame[free[1]]):
                raise InputError(
                    f"{table.path}: nobody in {free[0]} is in {free[1]} too, so one of them may not be people (but names, groups, "
                    f"events); if both are people, {_advice()}"
                )
        if not pairs:
            raise InputError(
                f"{table.path}: it is not clear which two columns hold the ends of the ties; {_advice()}. Columns: {', '.join(names)}"
            )
    if len(pairs) > 1:
        others = "; ".join(f"{a} and {b}" for a, b in pairs[1:4])
        table.notes.append(
            f"the ends were taken from {pairs[0][0]} and {pairs[0][1]}; {others} would fit too ({advice().column(OPTION, 'from')} changes it)"
        )
    pair = pairs[0]
    if ("to" in given and given["to"] == pair[0]) or ("from" in given and given["from"] == pair[1]):
        pair = (pair[1], pair[0])
    return pair


def _candidates(table: Table, taken: set[str]) -> list[str]:
    """Return the columns that may hold people: no row numbers, dates, fractions, nor what is named as a weight or a kind."""
    if len(table.names) == 2:
        if NAMELESS in table.names[0] and _counts(table.frame[table.names[0]]):
            raise InputError(f"{table.path}: only one column besides the row numbers; a tie has two ends, in two columns")
        return list(table.names)
    found = []
    for name in table.names:
        column = table.frame[name]
        if name in taken or _dates(column) or _fractions(column):
            continue
        if table.named and (NAMELESS in name or is_index(name) or says_tied(name) is not None or name.lower() == "kind"):
            continue
        if _counts(column) and (table.named or _rows_are_numbered(table, name)):
            continue
        found.append(name)
    return found


def _rows_are_numbered(table: Table, name: str) -> bool:
    """Return whether the first of three columns without names counts the lines, beside two of people.

    Raises:
        InputError: it may as well be a chain of people with weights.
    """
    if name != table.names[0] or len(table.names) < 3:
        return False
    first, second, third = (set(table.frame[c]) for c in table.names[:3])
    if len(third) <= 2 or not second & third:
        return False
    if first & second and len(second) == len(table.frame):
        raise InputError(
            f"{table.line(0)}: the first column counts up line by line: it may number the lines, or name people; {_advice()}"
        )
    return True


def _counts(column: pd.Series) -> bool:
    """Return whether a column counts 0, 1, 2 or 1, 2, 3 from line to line."""
    if not all(map(is_number, column)):
        return False
    values = column.astype(float).to_numpy()
    return len(values) > 1 and values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _dates(column: pd.Series) -> bool:
    return bool(column.map(lambda c: _DATE.fullmatch(c) is not None).mean() > 0.5)


def _fractions(column: pd.Series) -> bool:
    filled = [c for c in column if c.lower() not in NO_NUMBER]
    return bool(filled) and all(map(is_number, filled)) and any(not float(c).is_integer() for c in filled) and len(set(filled)) > 1


# -- who is tied --------------------------------------------------------------------------------------------------------


def tied(table: Table, ends: tuple[str, str], given: Mapping[str, str]) -> Network:
    """Return the network of a table whose ends are known: lines whose weight is 0 are not ties, lines with one end are people alone."""
    from .doubts import doubts_of
    from .weights import weights_of

    names = _people(table.frame[list(ends)].to_numpy(dtype=object))
    told = doubts_of(table, ends, names)
    here = names != ""
    both, neither = here.all(axis=1), ~here.any(axis=1)
    weight = weights_of(table, ends, given, both, names)
    keep = both & weight.tied
    kinds, kind_column = _kinds(table, given, keep)
    seen = {p for pair in names[keep] for p in pair}
    lonely = [str(p) for p in dict.fromkeys(names[~keep][here[~keep]])]
    notes = _missing_notes(here, both, neither, seen, names)
    used = {*ends, kind_column, weight.column}
    unused = [n for n in table.names if n not in used]
    readings = [
        Reading("ties", name, column, FIELDS[name], {"given": int(here[:, n].sum()), "missing": int((~here[:, n]).sum())})
        for n, (name, column) in enumerate(zip(("from", "to"), ends, strict=True))
    ]
    readings += weight.readings
    readings += (
        [Reading("ties", "kind", kind_column, FIELDS["kind"], dict(Counter(k or "not given" for k in kinds)))]
        if kind_column
        else []
    )
    readings += [Reading("ties", "", column) for column in unused]
    pairs = [(str(a), str(b)) for a, b in names[keep]]
    return Network(pairs, kinds, lonely, [*weight.notes, *told, *notes], readings, unused)


def _people(cells: np.ndarray) -> np.ndarray:
    """Return names of people, object (lines, 2), empty for nobody; numbers that R or pandas wrote as fractions are whole again."""
    codes, found = pd.factorize(cells.ravel())
    known = ["" if is_nobody(str(c)) else str(c) for c in found]
    people = [c for c in known if c]
    if all(is_number(c) and len(c) < 16 and float(c).is_integer() for c in people) and not all(c.isdigit() for c in people):
        below = [c for c in people if c.startswith("-")]
        codes_for_nobody = below if len(below) < len(people) / 4 else []  # -1, -9, -99
        known = ["" if c in codes_for_nobody else _whole(c) if c else "" for c in known]
    return np.array(known, dtype=object)[codes].reshape(cells.shape)


def _whole(cell: str) -> str:
    match = _WHOLE.fullmatch(cell)
    return match[1] if match else cell if cell.isdigit() else str(int(float(cell)))


def _missing_notes(here: np.ndarray, both: np.ndarray, neither: np.ndarray, seen: set[str], names: np.ndarray) -> list[str]:
    notes = []
    if neither.any():
        notes.append(
            f"{count_words(int(neither.sum()), 'line names', 'lines name')} nobody at either end and {'was' if neither.sum() == 1 else 'were'} left out"
        )
    half = here.any(axis=1) & ~both
    if half.any():
        alone = len({p for pair in names[half] for p in pair if p} - seen)
        notes.append(
            f"{count_words(int(half.sum()), 'line names', 'lines name')} one person and nobody at the other end (empty, NA, none, -): "
            f"{count_words(alone, 'person has', 'people have')} no tie and {'is' if alone == 1 else 'are'} isolated; no person may be called NA, none or null"
        )
    return notes


def _kinds(table: Table, given: Mapping[str, str], keep: np.ndarray) -> tuple[list[str], str]:
    """Return the kind of each tie, empty where it is not given, and the column that says it."""
    column = given.get("kind") or next((c for c in table.names if c.lower() == "kind"), "")
    if not column:
        return [""] * int(keep.sum()), ""
    kinds = table.frame[column].str.strip().str.lower()
    kinds = kinds.where(~kinds.isin(NOBODY), "")
    unknown = (~kinds.isin([*KINDS, ""])).to_numpy() & keep
    if unknown.any():
        row = int(unknown.argmax())
        raise InputError(f"{table.line(row)}: kind: {table.frame[column].iloc[row]!r}; allowed: {', '.join(KINDS)}")
    return [str(k) for k in kinds[keep]], column
