"""Adjacency matrices: a square table of 0 and 1 (or weights), with and without labels."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..tables.readings import Reading
from .cells import Cells, trimmed
from .headings import named_ends
from .network import NO_NUMBER, WORDS, Network, count_words

LEAST = 3  # people of a matrix; one of three is known by its empty diagonal, as three columns may be a list of ties with weights
SURE = 7  # from so many columns on a square of numbers is a matrix, whatever they are
CROSSES = {
    "x",
    "\u00d7",
    "\u2715",
    "\u2716",
    "\u2717",
    "\u2718",
    "\u2713",
    "\u2714",
    "\u2611",
    "\u2612",
    "*",
    "\u2022",
    "\u25cf",
    "\u25a0",
    "tie",
    "tied",
}  # a tick or a cross
SIENA = {0.0, 1.0, 9.0, 10.0, 11.0}  # 9 not known, 10 and 11: no tie and a tie by design (RSiena)
_WITHOUT_NAME = re.compile(r"|[VX]?\.?\d+")  # names that R and pandas give to columns without any


def matrix_network(cells: Cells) -> Network | None:
    """Return the network of an adjacency matrix; None where the file is none.

    Raises:
        InputError: a table of 0 and 1 that is not square, labels that differ, or a weight below 0.
    """
    if not cells.rows:
        return None
    found = _square(cells) or _square(trimmed(cells))
    if found is None and not _named(cells):
        _refuse_oblong(trimmed(cells))
    return found


def _named(cells: Cells) -> bool:
    """Return whether a narrow table has names of two ends above it."""
    return cells.width < SURE and bool(named_ends(cells.rows[0]))


def _square(cells: Cells) -> Network | None:
    width = cells.width
    if width < LEAST:
        return None
    for head, side in _labelled(cells, width):
        rows = cells.rows[head:]
        if len(rows) != width - side or any(len(row) > width for row in rows):
            continue
        body = _numbers([row[side:] + [""] * (width - len(row)) for row in rows])
        if body is None or not _is_matrix(body, _named(cells)):
            continue
        across = cells.rows[0][-len(rows) :] if head else None
        down = [row[0] for row in rows] if side else None
        return _network(cells, _ordered(cells, body, across, down), head + side > 0)
    return None


def _labelled(cells: Cells, width: int) -> list[tuple[int, int]]:
    """Return the ways (a line of labels, a column of labels) in which the table may be square, the likeliest first."""
    first = cells.rows[0]
    if len(first) == width - 1:
        return [(1, 1)]
    number = len(cells.rows)
    if number == width + 1:
        return [(1, 0)] if _are_labels(first) else []
    if number == width - 1:
        return [(0, 1)] if _are_labels([row[0] for row in cells.rows]) else []
    across, down = first[1:], [row[0] for row in cells.rows[1:]]
    if _are_labels(across) and _are_labels(down):
        return [(1, 1), (0, 0)] if _numbers([across, down]) is None or set(across) == set(down) else [(0, 0), (1, 1)]
    return [(0, 0)]


def _are_labels(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells) and all(cells)


def _numbers(rows: list[list[str]]) -> np.ndarray | None:
    """Return cells as float64, nan for an empty cell and 1 for a cross; None where one is a word, or a cross is beside other numbers."""
    if len({len(row) for row in rows}) != 1:
        return None
    text = pd.Series([cell for row in rows for cell in row], dtype=object).str.lower()
    crossed = text.isin(CROSSES).to_numpy().reshape(len(rows), -1)
    if crossed.any():
        own = np.eye(*crossed.shape) > 0
        only_own = crossed.shape[0] == crossed.shape[1] and not (crossed & ~own).any()
        text = text.where(~crossed.ravel(), "" if only_own else "1")  # a cell of oneself that is crossed out
        if not only_own and not set(text.where(~(crossed | own).ravel(), "0")) <= {"0", "0.0", "n", "no", "f", "false"} | NO_NUMBER:
            return None
    empty = text.isin(NO_NUMBER)
    values = pd.to_numeric(text.replace(WORDS).where(~empty), errors="coerce").to_numpy(float)
    return None if (np.isnan(values) & ~empty.to_numpy()).any() else values.reshape(len(rows), -1)


def _is_matrix(body: np.ndarray, named: bool) -> bool:
    """Return whether a square of numbers is a matrix rather than a list of ties; the names of two ends ask for more."""
    known = np.nan_to_num(body)
    binary, symmetric = bool(np.isin(known, (0, 1)).all()), bool((known == known.T).all())
    without_own = not np.diag(known).any()
    if len(body) <= LEAST:
        return len(body) == LEAST and binary and symmetric and without_own
    return binary or (symmetric and (without_own or not named)) or len(body) >= SURE


def _ordered(cells: Cells, body: np.ndarray, across: list[str] | None, down: list[str] | None) -> np.ndarray:
    """Return the matrix with its columns in the order of its rows, where both have labels.

    Raises:
        InputError: the labels are not those of the same people.
    """
    if across is None or down is None or across == down:
        return body
    plain_across, plain_down = (
        [c.removeprefix("X").replace(".", " ").replace("-", " ").lower() for c in labels] for labels in (across, down)
    )
    if sorted(plain_across) == sorted(plain_down) and len(set(plain_down)) == len(down):
        return body[:, [plain_across.index(label) for label in plain_down]]
    if all(map(_WITHOUT_NAME.fullmatch, across)) and [int(c.lstrip("VX.")) for c in across] in (
        list(range(len(down))),
        list(range(1, len(down) + 1)),
    ):
        return body
    raise InputError(
        f"{cells.path}: the labels of the columns are not those of the rows; an adjacency matrix has the same people across and down "
        "(a table of people by places or events is not read)"
    )


def _without_sums(body: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return a matrix without a last row and column that are the sums of the others."""
    inner = np.nan_to_num(body[:-1, :-1])
    across, down = body[:-1, -1], body[-1, :-1]
    if (
        len(inner) < LEAST
        or inner.sum() == 0
        or not (np.array_equal(across, inner.sum(axis=1)) and np.array_equal(down, inner.sum(axis=0)))
    ):
        return body, []
    return body[:-1, :-1], ["the last row and the last column are the sums of the others: left out"]


def _network(cells: Cells, body: np.ndarray, labelled: bool) -> Network:
    body, told = _without_sums(body)
    notes = [*cells.notes, *told]
    n = len(body)
    unknown = np.isnan(body)
    known = np.where(unknown, 0.0, body)
    if set(np.unique(known)) <= SIENA and (known > 1).any():
        codes = {int(c): int((known == c).sum()) for c in (9.0, 10.0, 11.0) if (known == c).any()}
        notes.append(
            f"codes were read as RSiena has them (9 not known, 10 no tie, 11 a tie): {', '.join(f'{v:,} times {k}' for k, v in codes.items())}"
        )
        known = np.isin(known, (1.0, 11.0)).astype(float)
    if (known < 0).any():
        row, column = (int(v[0]) for v in np.nonzero(known < 0))
        raise InputError(
            f"{cells.path}: row {row + 1}, column {column + 1} of the matrix: {body[row, column]:g} is below 0; allowed: 0 for no tie and more for a tie"
        )
    own = int((np.diag(known) > 0).sum())
    linked = known > 0
    np.fill_diagonal(linked, False)
    either = np.triu(linked | linked.T)
    single = int(np.triu(linked ^ linked.T).sum())
    a, b = np.nonzero(either)
    notes.append(
        f"a square table of {n:,} rows was read as an adjacency matrix{' with labels' if labelled else ''}: a number above 0 is a tie"
    )
    crossed = sum(cell.lower() in CROSSES for row in cells.rows for cell in row)
    if crossed:
        notes.append(
            f"{count_words(crossed, 'cell holds', 'cells hold')} a cross or a tick, which means a tie; one on the diagonal does not"
        )
    if single:
        notes.append(
            f"{count_words(single, 'tie is', 'ties are')} in one direction only and {'was' if single == 1 else 'were'} read as mutual"
        )
    if own:
        notes.append(f"{count_words(own, 'person', 'people')} tied with themselves on the diagonal: left out")
    blank = int(unknown.sum() - np.diag(unknown).sum())
    if blank:
        notes.append(f"{blank:,} cells off the diagonal without a number were read as no tie")
    counts = {"people": n, "tied pairs": len(a), "pairs not tied": n * (n - 1) // 2 - len(a)}
    reading = Reading("ties", "matrix", "", "adjacency matrix: one row and one column per person", counts)
    return Network([(str(i), str(j)) for i, j in zip(a, b, strict=True)], [], [str(i) for i in range(n)], notes, [reading])


def _refuse_oblong(cells: Cells) -> None:
    """Raise `InputError` for a table of 0 and 1 that is not square."""
    width = cells.width
    for head, side in ((0, 0), (1, 0), (0, 1), (1, 1)):
        rows = cells.rows[head:]
        if len(rows) < LEAST or width - side < LEAST or any(len(row) > width for row in rows):
            continue
        body = _numbers([row[side:] + [""] * (width - len(row)) for row in rows])
        if body is not None and np.isin(body[~np.isnan(body)], (0, 1)).all() and (body == 0).any():
            raise InputError(
                f"{cells.path}: a table of 0 and 1 with {len(rows):,} rows and {width - side:,} columns; an adjacency matrix is square, with the same "
                "people across and down (a table of people by places or events is not read)"
            )
