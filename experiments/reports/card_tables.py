"""What is known of a place, as tables: the same on the terminal, in the page of a place and in the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.places import council_spread, neighbours, quality_card
from scenarios.places.card import Card

from ..numbers import percent


@dataclass(frozen=True)
class CardTable:
    """One table.

    Attributes:
        title: above it.
        header: words of the columns; the first may be empty.
        rows: cells, as shown.
        notes: sentences below it.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def card_tables(card: Card) -> list[CardTable]:
    """Return who lives there and how it compares; its wards are another table, since their counts may be small."""
    return [_people(card), *compared_tables(card)]


def compared_tables(card: Card) -> list[CardTable]:
    """Return how good services are, and of a council of the United Kingdom which are most like it, and what councils differ in."""
    return [_services(card), *([_neighbours(card), _spread()] if card.neighbours else [])]


def _people(card: Card) -> CardTable:
    rows = [
        [m.label, percent(m.share, 1), f"{percent(m.low)} to {percent(m.high)}" if m.high > m.low else "", m.origin]
        for m in card.marginals
    ]
    sources = dict.fromkeys(
        (m.basis if m.imputed and not m.partly else "estimated" if m.partly else m.basis, m.source) for m in card.marginals
    )
    notes = [f"{basis}: {source}" for basis, source in sources]
    head = ["", "share", "could be", "how we know"]
    if not any(row[2] for row in rows):  # all is counted
        head, rows = [*head[:2], *head[3:]], [[*row[:2], *row[3:]] for row in rows]
    return CardTable("Who lives there", head, rows, notes)


def _services(card: Card) -> CardTable:
    sources = [f"{basis}: {source}" for basis, source in dict.fromkeys((one.basis, one.source) for one in card.services)]
    notes = [*sources, *quality_card.notes_of(card.place, card.services)]
    return CardTable(quality_card.TITLE, quality_card.HEADER, [one.cells for one in card.services], notes)


def ward_table(card: Card) -> CardTable:
    """Return the wards with their people; those that are small at the usual number of residents are told."""
    small = set(card.small_wards())
    head = ["", "stands for, people" if card.place.sampled else "people", ""]
    rows = [[name, f"{people:,.0f}", "small" if name in small else ""] for name, people, *_ in card.wards]
    told = card.smallness()
    return CardTable("Wards", head, rows, [told] if told else [])


def _neighbours(card: Card) -> CardTable:
    rows = [[one.name, f"{one.distance:.2f}", one.unlike] for one in card.neighbours]
    return CardTable("The councils most like it", ["", "distance", "differs most in"], rows, [neighbours.DISTANCE])


def _spread() -> CardTable:
    rows = [one.cells for one in council_spread.shipped_spreads()]
    return CardTable(council_spread.TITLE, council_spread.HEADER, rows, [council_spread.READ_AS])
