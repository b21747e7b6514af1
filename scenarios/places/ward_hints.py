"""What to say of a ward's name that a place does not have: the nearest of its own, or which council's ward it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from simulation.declared.parameters import nearest

from .uk_tables import rows
from .united_kingdom import bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMED = 3  # wards or councils in a message
_SMALL_WORDS = {"and", "the", "of", "north", "south", "east", "west", "central", "st", "upper", "lower", "great", "little"}


@cache
def _councils_by_ward() -> dict[str, tuple[str, ...]]:
    """Return the councils that have a ward of a plain name, by that name."""
    from .uk_wards import every_ward

    councils = {row["code"]: row["name"] for row in rows("authorities")}
    found: dict[str, list[str]] = {}
    for name, code in every_ward():
        found.setdefault(plain(name), []).append(councils[code])
    return {name: tuple(dict.fromkeys(having)) for name, having in found.items()}


def ward_hint(name: str, wards: Sequence[str], place: str, sampled: bool = False) -> str:
    """Return what to say of a ward that a place does not have.

    Args:
        name: of the ward, as somebody wrote it.
        wards: of the place.
        place: its title.
        sampled: True if its wards are a sample.
    """
    near = _near(name, wards)
    spelt = [ward for ward in wards if plain(ward) == plain(name)]
    councils = _councils_by_ward().get(plain(name), ()) if plain(name) and not spelt else ()
    if not councils:
        return near
    if sampled:
        return f"the sample of wards that stands for {place} does not hold it; {near}"
    elsewhere = [council for council in councils if bare(council) != bare(place)]
    if len(elsewhere) < len(councils):
        return f"it is a ward of {place} as drawn today, and this place has others; {near}"
    more = f" and {len(elsewhere) - MOST_NAMED} more" if len(elsewhere) > MOST_NAMED else ""
    return f"it is a ward of {_listed(elsewhere[:MOST_NAMED], ', ' if more else ' and ')}{more}, and not of {place}; {near}"


def _near(name: str, wards: Sequence[str]) -> str:
    """Return the wards that share most of a name's telling words, or else the one that is spelt most like it."""
    words = set(plain(name).split()) - _SMALL_WORDS
    shared = {ward: len(words & set(plain(ward).split())) for ward in wards}
    most = max(shared.values(), default=0)
    if not most or plain(name) in {plain(ward) for ward in wards}:
        return nearest(name, wards)
    best = sorted(ward for ward in wards if shared[ward] == most)
    quoted = [f"'{ward}'" for ward in best[:MOST_NAMED]]
    return f"did you mean {_listed(quoted, ' or ')}?"


def _listed(names: Iterable[str], last: str) -> str:
    names = list(names)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + last + names[-1]
