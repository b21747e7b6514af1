"""Which end of a decile, quintile or rank is the most deprived: from the column's name, its values or its index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DEPRIVED = (
    r"(?:most|more|highest|very|high(?:er)? levels? of|high) (?:\w+ ){0,2}?(?:depriv\w*|disadvantag\w*|poor|poverty|need\w*|marginali[sz]ed|vulnerab\w*)|poorest|worst(?: off)?|neediest"
    r"|(?:least|less|lowest|low(?:er)?) (?:\w+ ){0,2}?(?:advantag\w*|affluen\w*|well off|wealthy|rich|income|ses|socio ?economic status)"
)
_AFFLUENT = (
    r"(?:least|less|lowest|low(?:er)? levels? of|low|not) (?:\w+ ){0,2}?(?:depriv\w*|disadvantag\w*|poor|poverty|need\w*|marginali[sz]ed|vulnerab\w*)|richest|wealthiest|best(?: off)?"
    r"|(?:most|more|highest|high(?:er)?) (?:\w+ ){0,2}?(?:advantag\w*|affluen\w*|well off|wealthy|rich|income|ses|socio ?economic status)"
)
_LOW_END, _HIGH_END = (
    r"low(?:er|est)?(?: (?:number|value|rank|decile|quintile)s?)?",
    r"high(?:er|est)?(?: (?:number|value|rank|decile|quintile)s?)?",
)
_JOIN = r"(?:st|nd|th)?\s*(?:=|:|is|are|being|means|denotes|indicates|for|-|\u2013|\u2014|\u2192|>)*\s*(?:the )?(?:rank |decile |quintile )?"
MOST_DIGITS = 12  # of a number that may be a rank or a count of areas
_NUMBER = r"\d[\d']*"
# Indices whose highest number is the most deprived, and those whose lowest is, by publication.
_HIGHEST = re.compile(
    r"\b(?:nz ?i?dep\w*|new zealand|nz|pampalon|msdi|inspq|on ?marg|can ?marg|cimd|area deprivation index|adi|fdep)\b", re.I
)
_LOWEST = re.compile(r"\b(?:imd\d*|idaci|idaopi|wimd\d*|simd\d*|nimdm\d*|index(?:es|ices)? of multiple deprivation|indices of deprivation|multiple deprivation|seifa|irsa?d|ier|ieo|socio ?economic indexes|relative socio ?economic)\b", re.I)  # fmt: skip


@dataclass(frozen=True)
class Direction:
    """Which end is the most deprived.

    Attributes:
        lowest: True if the lowest number is the most deprived.
        said: True if the name says it in so many words; False if it follows from the index.
        why: in words, for findings.
    """

    lowest: bool
    said: bool
    why: str


def _clean(text: str) -> str:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    words = re.sub(r"[_\s]+", " ", spaced).lower().replace("socio-economic", "socio economic").replace("better off", "best off")
    words = re.sub(r"(?<=\d),(?=\d{3}\b)", "'", words)  # no year, and no comma between clauses
    words = re.sub(r"\b[qd](?=\d)", "", words)  # Q5
    words = re.sub(r"\b(1|3|4|5|10|20|100)\s*\(\s*(?=[a-z])", r"\1 = ", words)  # 1 (most deprived)
    words = re.sub(r"(?<=[a-z])\s*\(\s*(\d[\d']*)\s*\)", r" = \1", words)  # most deprived (1)
    return words


def _is_year(number: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:19|20)\d\d\s*", number))


def _end(number: str) -> bool | None:
    """Return True for the low end (1, lowest), False for the high end, None for what is neither (a year, 0)."""
    digits = re.sub(r"\D", "", number)
    if not digits:
        return number.strip().startswith("low")
    value = int(digits[:MOST_DIGITS])
    return None if value == 0 or _is_year(number) else value == 1


def _read(clause: str) -> bool | None:
    """Return True if a clause says that the lowest is the most deprived, False if the highest, None if neither."""
    ends = rf"(?P<end>{_NUMBER}|{_LOW_END}|{_HIGH_END})"
    for deprived, words in ((True, _DEPRIVED), (False, _AFFLUENT)):
        for pattern in (
            rf"(?:^|\W){ends}{_JOIN}(?:{words})\b",
            rf"\b(?:{words})\s*(?:area|decile|quintile|rank|end|\d+%)?\s*(?:=|:|is|are|as|at|in)?\s*(?:decile|quintile|rank)?\s*{ends}(?:\W|$)",
        ):
            found = re.search(pattern, clause)
            end = None if found is None else _end(found["end"])
            if end is not None:
                return end == deprived
    return None


def _bare(clause: str) -> bool | None:
    """Return the same for `1 = most`, `10 = least`, which say it of deprivation."""
    found = re.search(rf"(?:^|\W)(?P<end>{_NUMBER}){_JOIN}(?P<word>most|least)\b(?! (?:advantag|affluen))", clause)
    end = None if found is None else _end(found["end"])
    return None if end is None or found is None else end == (found["word"] == "most")


def direction_of(name: str, values: Iterable[str] = ()) -> Direction | None:
    """Return which end a column's name, or the words in its cells, call the most deprived; None if they do not say.

    Args:
        name: the column's name as written in the file.
        values: its distinct cells.
    """
    text = _clean(name)
    clauses = [c for c in re.split(r"[(),;/\[\]]|\band\b|\bto\b|\d\d%", text) if c.strip()]
    for read in (_read, _bare):
        told = {found for clause in clauses if (found := read(clause)) is not None}
        if len(told) == 1:
            return Direction(told.pop(), True, "as its name says")
    if re.search(r"\bmost (?:\w+ )?to (?:the )?least\b", text):
        return Direction(True, True, "as its name says")
    if re.search(r"\bleast (?:\w+ )?to (?:the )?most\b", text):
        return Direction(False, True, "as its name says")
    told = {found for value in values if (found := _read(_clean(re.sub(r"^\s*[qd]", "", value, flags=re.I)))) is not None}
    if len(told) == 1:
        return Direction(told.pop(), True, "as its cells say")
    spaced = re.sub(r"([a-z])(?=\d)", r"\1 ", text)
    if _HIGHEST.search(text) or _HIGHEST.search(spaced):
        return Direction(False, False, "as this index is published")
    if _LOWEST.search(text) or _LOWEST.search(spaced):
        return Direction(True, False, "as this index is published")
    return None


def most_of(name: str) -> int | None:
    """Return how many areas were ranked, where the name of a column of ranks says it: `rank (of 32,844)`, `32844 = least deprived`."""
    numbers = [re.sub(r"\D", "", n) for n in re.findall(r"[0-9][0-9,]*", name) if not _is_year(n.rstrip(","))]
    found = [int(n) for n in numbers if len(n) <= MOST_DIGITS]
    return max((n for n in found if n > 100), default=None)
