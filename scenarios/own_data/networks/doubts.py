"""Ends of ties that may not be who they seem: numbers for nobody, and numbers that begin again in each village."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..tables.table_file import normal
from .headings import says_over
from .network import is_nobody
from .table import Table

FAR = 1.5  # times the largest other number, from which 99 or 999 is hardly a person's
_CODE = re.compile(r"(?:77|88|99)[789]*")
_WAVE = re.compile(r"(?:survey )?(?:wave|round|year|panel|period|phase)(?: (?:no|number|id))?")
_END = re.compile(
    r"(?:tie )?(?:end|ended|ends|end date|date ended|ended on|end year|year ended|until|valid to|dissolved|broken off)"
)
_DATED = re.compile(r"\d{4}\b|\d\d?[/.-]")
_PLACE = re.compile(
    r"(?:village|hamlet|school|class(?:room)?|estate|community|settlement|site|town)(?: (?:id|no|number|code|name))?"
)


def doubts_of(table: Table, ends: tuple[str, str], names: np.ndarray) -> list[str]:
    """Return what to report about the ends.

    Args:
        names: object (lines, 2), names of people, empty for nobody.

    Raises:
        InputError: a number that may mean nobody; the message says what to do.
    """
    told = [*_villages(table, ends, names), *_times(table, ends, names)]
    people = set(names.ravel()) - {""}
    _refuse_totals(table, ends, names, people)
    _refuse_spellings(table, people)
    _refuse_codes_among_words(table, ends, names, people)
    if not all(p.isascii() and p.isdigit() and len(p) < 19 for p in people):
        return told
    _refuse_codes(table, ends, names, people)
    return told + _nought(ends, names, people)


def _times(table: Table, ends: tuple[str, str], names: np.ndarray) -> list[str]:
    """Report ties from several waves, and ties with an end: all were read as ties of one time."""
    both = (names != "").all(axis=1)
    found = []
    for column in table.names if table.named else ():
        if column in ends:
            continue
        cells = table.frame[column][both]
        filled = cells[~cells.map(is_nobody)]
        if _WAVE.fullmatch(normal(column)) and filled.nunique() > 1:
            found.append(
                f"{column}: ties of {filled.nunique()} times were read as one network; if they differ, keep the lines of one time only"
            )
        over = _END.fullmatch(normal(column)) or (says_over(column) and _DATED.match("".join(filled.head(1))))
        if over and 0 < len(filled) < len(cells):
            found.append(
                f"{column}: {len(filled):,} of {len(cells):,} ties have an end and count as ties; remove the lines of ties that are over"
            )
    return found


def _refuse_codes(table: Table, ends: tuple[str, str], names: np.ndarray, people: set[str]) -> None:
    """Refuse 99 or 999 far above all other numbers, at one end only."""
    for code in sorted(p for p in people if _CODE.fullmatch(p)):
        others = [int(p) for p in people if not _CODE.fullmatch(p)]
        sides = [int((names[:, n] == code).sum()) for n in (0, 1)]
        if others and int(code) > FAR * max(others) and min(sides) == 0 and max(sides) > 1:
            side = int(sides[1] > 0)
            row = int((names[:, side] == code).argmax())
            raise InputError(
                f"{table.line(row)}: {ends[side]}: '{code}' is far from the other numbers ({min(others)} to {max(others)}) and may mean "
                "nobody; if so, replace it with NA, or else give the person another number"
            )


def _refuse_totals(table: Table, ends: tuple[str, str], names: np.ndarray, people: set[str]) -> None:
    """Refuse a line of totals, which ties nobody."""
    for name in sorted(p for p in people if normal(p) in ("total", "totals", "sum", "grand total", "subtotal", "sub total")):
        row, side = map(int, np.argwhere(names == name)[0])
        raise InputError(f"{table.line(row)}: {ends[side]}: '{name}' is not a person; remove the line of totals")


def _refuse_spellings(table: Table, people: set[str]) -> None:
    """Refuse names that differ only in case, blanks or leading zeros: they are one person written in two ways."""
    for how, written in (("case or blanks", _without_case), ("zeros at the beginning of a number", _without_zeros)):
        spelt: dict[str, str] = {}
        for name in sorted(people):
            other = spelt.setdefault(written(name), name)
            if other != name:
                number = len(people) - len(set(map(written, people)))
                raise InputError(
                    f"{table.path}: '{other}' and '{name}' differ only in {how} ({number:,} such {'pair' if number == 1 else 'pairs'}); write each person's name in one way"
                )


def _without_case(name: str) -> str:
    return " ".join(name.casefold().split())


def _without_zeros(name: str) -> str:
    return re.sub(r"(?<![\d.])0+(?=\d)", "", _without_case(name))


def _refuse_codes_among_words(table: Table, ends: tuple[str, str], names: np.ndarray, people: set[str]) -> None:
    """Refuse 99 or 999 among names with letters, at one end only: it may mean nobody."""
    numbers = {p for p in people if p.isascii() and p.isdigit()}
    if not numbers or len(numbers) > 2 or len(people) < 5 * len(numbers):
        return
    for code in sorted(p for p in numbers if _CODE.fullmatch(p)):
        sides = [int((names[:, n] == code).sum()) for n in (0, 1)]
        if min(sides) == 0 and max(sides) > 1:
            side = int(sides[1] > 0)
            row = int((names[:, side] == code).argmax())
            raise InputError(
                f"{table.line(row)}: {ends[side]}: '{code}' beside names such as '{min(people - numbers)}' may mean nobody; if so, replace it with NA, or else give the person another name"
            )


def _nought(ends: tuple[str, str], names: np.ndarray, people: set[str]) -> list[str]:
    """Report a 0 that is at one end only, more often than anybody, in a list that is not sorted by its ends."""
    if not {"0", "1"} <= people:
        return []
    filled = names[(names != "").all(axis=1)].astype(np.int64)
    for side in (0, 1):
        there, counts = np.unique(filled[:, side], return_counts=True)
        noughts, most = int(counts[there == 0].sum()), int(counts[there != 0].max(initial=0))
        rest = filled[(filled != 0).all(axis=1)]
        mixed = 0 < (rest[:, 0] < rest[:, 1]).sum() < len(rest)
        if mixed and noughts > max(2, most) and not (filled[:, 1 - side] == 0).any():
            return [
                f"{ends[side]}: '0' is in {noughts:,} lines, more than anybody else, and never at the other end; it was read "
                "as a person. Write NA where it means nobody"
            ]
    return []


def _villages(table: Table, ends: tuple[str, str], names: np.ndarray) -> list[str]:
    """Report people who are in several villages: if numbering starts again in each, many people would be read as one."""
    found = []
    for column in table.names if table.named else ():
        what = normal(column)
        if column in ends or not _PLACE.fullmatch(what):
            continue
        held = pd.DataFrame({"person": names[:, 0], "place": table.frame[column].to_numpy()})
        held = held[(held["person"] != "") & (held["place"] != "")]
        places = held.groupby("person")["place"].nunique()
        several = int((places > 1).sum())
        if several > len(places) / 2:
            found.append(
                f"{several:,} of {len(places):,} people are in more than one {what} and were read as the same people; if numbering starts "
                f"again in each {what}, they are different people: use one {what} only, or unique names"
            )
    return found
