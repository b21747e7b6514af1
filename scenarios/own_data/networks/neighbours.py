"""Lists of neighbours: a person in the first column, and everybody tied to them in the columns next to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ..tables.table_file import normal
from .cells import Cells, trimmed
from .headings import ONE_END, PERSON, named_ends, words_of
from .lists import Table, tied
from .network import Network, is_nobody

ENOUGH = 0.8  # share of the cells next to the first column that name somebody in it, if no column name helps
_FRIENDS = re.compile(
    r"(?:friends?|neighbou?rs?|nbrs?|nbs?|alters?|contacts?|ties|tie|links?|nominees?|nominat\w+|peers?|connections?|adj\w*|knows|partners?|acquaintances?|confidants?|tied|linked|connected|relations?|amis?|amigos?|vecinos?|voisins?|nachbarn?)"
)
_PARTED = re.compile(r"\s*[;|,/]\s*")


def neighbour_network(cells: Cells, given: Mapping[str, str]) -> Network | None:
    """Return the network of a list of neighbours; None where the file is none.

    Args:
        given: columns by field; `from` or `to` names the ends of a list of ties.

    Raises:
        InputError: nobody is tied to anybody.
    """
    cells = trimmed(cells)
    if {"from", "to"} & set(given) or len(cells.rows) < 2 or max(len(row) for row in cells.rows) < 2:
        return None
    head = cells.rows[0]
    beside = _columns(cells)
    first = 1 if beside else 0
    if beside is None and _bare(cells):
        beside = list(range(1, max(len(row) for row in cells.rows)))
    if not beside:
        return None
    pairs, at = [], []
    for n, row in enumerate(cells.rows[first:], first):
        found = [one for column in beside if column < len(row) for one in _names(row[column])]
        pairs += [(row[0], one) for one in found] or [(row[0], "")]
        at += [n] * max(len(found), 1)
    names = (
        (head[0] or "person", ", ".join(head[n] for n in beside if n < len(head) and head[n]))
        if first
        else ("column 1", "the others")
    )
    table = Table(cells.path, pd.DataFrame(pairs, columns=list(names), dtype=str), lambda row: cells.line(at[row]), bool(first))
    network = tied(table, names, {})
    told = "each line was read as a person and everybody tied to them"
    network.notes[:0] = [*cells.notes, f"{cells.path.name}: a list of neighbours: {told}"]
    network.unused += [name for n, name in enumerate(head) if first and n and name and n not in beside]
    return network


def _names(cell: str) -> list[str]:
    """Return the people whom a cell names; a cell may hold several, separated by `;`, `|`, `,` or `/`."""
    return [] if is_nobody(cell) else [one for one in _PARTED.split(cell) if one and not is_nobody(one)]


def _columns(cells: Cells) -> list[int] | None:
    """Return the columns of neighbours by the names of columns; None where these name none."""
    head, body = cells.rows[0], cells.rows[1:]
    width = max(len(row) for row in cells.rows)
    people = [row[0] for row in body if row[0]]
    if {name for name in head if name} & {cell for row in body for cell in row} or len(set(people)) < len(people):
        return None  # a line of people; or a person is in several lines
    words = [words_of(name) for name in head]
    if not words or (" ".join(words[0]) not in ONE_END and not set(words[0]) & PERSON and head[0]):
        return None
    groups: dict[str, list[int]] = {}
    for n, parts in enumerate(words[1:], 1):
        if (parts and parts[-1].isdigit()) or any(_FRIENDS.fullmatch(part) for part in parts):
            groups.setdefault(" ".join(p for p in parts if not p.isdigit()), []).append(n)
    friends = [n for stem, held in groups.items() if any(_FRIENDS.fullmatch(p) for p in stem.split()) for n in held]
    if len(friends) == 1:
        open_ = [n for n in range(friends[0] + 1, width) if n >= len(head) or not head[n]]
        several = any(len(_names(row[friends[0]])) > 1 for row in body if friends[0] < len(row))
        return [friends[0], *open_] if open_ or (several and _known(cells, friends, 1)) else None
    if friends:
        return friends
    held = next((held for held in groups.values() if len(held) > 1), None)
    return held if held and not named_ends(head) and _known(cells, held, 1) else None


def _known(cells: Cells, columns: list[int], first: int) -> bool:
    """Return whether nearly all of those whom some columns name are in the first column, each once."""
    people = [row[0] for row in cells.rows[first:]]
    named = [one for row in cells.rows[first:] for n in columns if n < len(row) for one in _names(row[n])]
    return bool(named) and len(set(people)) == len(people) and sum(one in set(people) for one in named) >= ENOUGH * len(named)


def _bare(cells: Cells) -> bool:
    """Return whether lines without names of columns hold a person and their neighbours: different numbers of people, all of them in the first column."""
    sizes = [sum(map(bool, row)) for row in cells.rows]
    people = {row[0] for row in cells.rows}
    known = all(not cell or cell in people for row in cells.rows for cell in row[1:])
    return known and len(people) == len(cells.rows) and len(set(sizes)) > 1 and max(sizes) > 3 and not _is_blank(cells)


def _is_blank(cells: Cells) -> bool:
    """Return whether a cell before a filled one is empty, as in a table of numbers."""
    return any(not cell and any(row[n + 1 :]) for row in cells.rows for n, cell in enumerate(row)) or any(
        normal(row[0]) == "" for row in cells.rows
    )
