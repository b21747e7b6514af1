"""What the server sends of the ready comparisons."""

from __future__ import annotations

from typing import Required

from typing_extensions import TypedDict

from experiments.serving.record import Number, record
from experiments.serving.result_records import Effect


@record
class CardRow(TypedDict):
    """One scenario on the card of a ready comparison: people who take part, and their acts."""

    name: str
    effect: Number
    range_low: Number
    range_high: Number
    effect_low: Number
    effect_high: Number
    acts: Effect


@record
class Card(TypedDict, total=False):
    """What a card shows of a result; `computing` while the whole result is being made in the background."""

    answer: str
    rows: list[CardRow]
    first_look: bool
    computing: bool


@record
class ReadyCard(Card):
    """A ready comparison: the key of its words, its address and the title of its place."""

    name: Required[str]
    query: Required[str]
    place: Required[str]
