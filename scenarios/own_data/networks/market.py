"""Matrix Market files. They are read here because scipy's reader, which uses its own threads, ended the whole process on a damaged file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulation.declared.parameters import InputError

from .cells import text_lines
from .network import MOST_PEOPLE

FORMATS, FIELDS, SYMMETRIES = (
    ("coordinate", "array"),
    ("real", "double", "integer", "unsigned-integer", "pattern"),
    ("general", "symmetric"),
)


def read_market(path: Path) -> tuple[int, list[tuple[int, int, float]]]:
    """Return how many people an adjacency matrix has, and its entries: row and column from 1, and weight.

    Raises:
        InputError: it is damaged, not square, too large, or of a kind that is not a network; naming line and what is allowed.
    """
    lines = text_lines(path)[0]
    words = lines[0].lower().split() if lines else []
    kinds = words[2:5]
    if len(words) != 5 or any(word not in known for word, known in zip(kinds, (FORMATS, FIELDS, SYMMETRIES), strict=True)):
        allowed = "; ".join("|".join(known) for known in (FORMATS, FIELDS, SYMMETRIES))
        raise InputError(
            f"{path}: line 1: not the header of a Matrix Market file of a network; allowed: %%MatrixMarket matrix, then {allowed}"
        )
    body = [(n, line.split()) for n, line in enumerate(lines[1:], 2) if line.strip() and not line.startswith("%")]
    sizes = _whole(path, *body[0]) if body else []
    if len(sizes) != (3 if kinds[0] == "coordinate" else 2):
        raise InputError(f"{path}: line {body[0][0] if body else 2}: the size of the matrix is missing")
    people, columns = sizes[:2]
    if people > MOST_PEOPLE:
        raise InputError(f"{path}: {people:,} people; allowed: {MOST_PEOPLE:,}")
    announced = (
        sizes[2] if kinds[0] == "coordinate" else _triangle(people, columns) if kinds[2] == "symmetric" else people * columns
    )
    if announced > path.stat().st_size:
        raise InputError(
            f"{path}: {announced:,} entries are announced, more than a file of this size can contain; download it again"
        )
    if people != columns:
        raise InputError(f"{path}: {people:,} rows and {columns:,} columns; an adjacency matrix is square")
    if len(body) - 1 != announced:
        raise InputError(f"{path}: {announced:,} entries are announced, and {len(body) - 1:,} were found; download it again")
    read = _coordinates if kinds[0] == "coordinate" else _values
    return people, read(path, body[1:], people, kinds)


def _triangle(rows: int, columns: int) -> int:
    return min(rows, columns) * (min(rows, columns) + 1) // 2


def _coordinates(path: Path, body: list[tuple[int, list[str]]], people: int, kinds: list[str]) -> list[tuple[int, int, float]]:
    width = 2 if kinds[1] == "pattern" else 3
    found = []
    for line, words in body:
        if len(words) != width:
            raise InputError(f"{path}: line {line}: {len(words)} numbers; allowed: {width}")
        row, column = _whole(path, line, words[:2])
        if not (1 <= row <= people and 1 <= column <= people):
            raise InputError(f"{path}: line {line}: row {row} and column {column}; allowed: 1 to {people:,}")
        found.append((row, column, _number(path, line, words[2]) if width == 3 else 1.0))
    return found


def _values(path: Path, body: list[tuple[int, list[str]]], people: int, kinds: list[str]) -> list[tuple[int, int, float]]:
    """Return the entries that are not 0 of a matrix that is written whole, column by column, or its lower triangle."""
    at = [(row, column) for column in range(people) for row in range(column if kinds[2] == "symmetric" else 0, people)]
    found = []
    for (line, words), (row, column) in zip(body, at, strict=True):
        if len(words) != 1:
            raise InputError(f"{path}: line {line}: {len(words)} numbers; allowed: 1")
        value = _number(path, line, words[0])
        if value:
            found.append((row + 1, column + 1, value))
    return found


def _whole(path: Path, line: int, words: list[str]) -> list[int]:
    if not all(word.isascii() and word.isdigit() and len(word) < 18 for word in words):
        raise InputError(f"{path}: line {line}: '{' '.join(words)[:40]}'; allowed: whole numbers")
    return [int(word) for word in words]


def _number(path: Path, line: int, word: str) -> float:
    try:
        value = float(word) if word.isascii() and "_" not in word else np.nan
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(f"{path}: line {line}: '{word[:40]}'; allowed: a number")
    return value
