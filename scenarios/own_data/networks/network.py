"""A network as read from a file: ends of ties by name, people without ties, and how it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..tables.readings import Reading

FORMS = "a list of ties (CSV, Excel, or separated by spaces), an adjacency matrix, GraphML, GEXF, GML or Pajek"
FIELDS = {
    "from": "one end of the tie",
    "to": "the other end of the tie",
    "weight": "who is tied: 0 means that two people are not",
    "kind": "kind of the tie",
}
OPTION = "--ties-column"
ALL = "all"  # instead of a column of weights: every line is a tie
MOST_PEOPLE = 2_000_000
# What is written where nobody is named.
NOBODY = {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "missing", "-", "--", "."}
# The same in words; initials such as DK may be a person's.
NOBODY_WORDS = re.compile(
    r"no[ -]?(?:one|body)(?: else)?|no (?:friends?|alters?|contacts?|ties?|names?|answer|response|reply|partner|data)(?: given| named)?|none (?:given|named|stated)|"
    r"(?:i )?do ?n[o'\u2019]?t know|refused(?: to (?:say|answer|name))?|prefer(?:red|s)? not to (?:say|answer)|unknown|n\.a\.?|"
    r"not (?:applicable|stated|given|known|answered|available|recorded|sure|named)"
)
# What is written where a number is not known.
NO_NUMBER = NOBODY | {"..", "?", "[x]", "[c]"}
WORDS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0}
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?")


@dataclass
class Network:
    """Who is tied, by the names in the file.

    Attributes:
        ends: one pair of names per tie, as written in the file; the same pair may appear more than once.
        kinds: kind of each, one of `simulation.state.ties.KINDS`; empty for the kind that the reader was given.
        people: everybody whom the file names besides the ends of ties.
        notes: what was done to read it, in plain words; they name nobody.
        readings: what each column was read as.
        unused: names of columns that say nothing of who is tied.
    """

    ends: list[tuple[str, str]]
    kinds: list[str]
    people: list[str]
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, as R, pandas or a spreadsheet writes it."""
    return _NUMBER.fullmatch(cell.lower()) is not None


def is_nobody(cell: str) -> bool:
    """Return whether a cell names nobody: empty, NA, `no one`, `don't know`."""
    return cell.lower() in NOBODY or NOBODY_WORDS.fullmatch(cell.lower()) is not None


def count_words(number: int, one: str, many: str) -> str:
    """Return `1 tie` or `12 ties`."""
    return f"{number:,} {one if number == 1 else many}"
