"""Ready comparisons: questions that people ask first, with cards that are shipped so that their answers are there at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from experiments.serving.result_records import ResultPage

from ..questions.question import Column, Question, Tried, default
from ..records.results import Card, CardRow
from .kept import SHIPPED


@dataclass(frozen=True)
class Ready:
    """One ready comparison: the key of its words in the catalogue of strings, and what is compared."""

    name: str
    question: Question


def _packages(*names: str) -> Question:
    return Question(columns=(Column(), *(Column(shipped=name) for name in names)))


READY: tuple[Ready, ...] = (
    Ready("closing", default()),
    Ready("own-house", _packages("own-house-in-order", "consult-harder")),
    Ready("conversations", _packages("new-conversations", "mobilise")),
    Ready(
        "cuts",
        Question(columns=(Column(), Column((Tried("budget-cut"),)), Column((Tried("budget-cut"), Tried("closing-the-loop"))))),
    ),
)

CARDS = SHIPPED / "cards.json"


def card_of(page: ResultPage) -> Card:
    """Return of a page what a card shows: the answer's main sentence, and each scenario's change of people who take part and of their acts."""
    rows: list[CardRow] = []
    for name, shown in zip(page["begun"], page["shown"], strict=True):
        kept = {key: value for key, value in shown["participation"].items() if key in CardRow.__annotations__}
        rows.append(cast(CardRow, {"name": name, **kept, "acts": shown["acts_12m"]}))
    return {"answer": page["answers"][0], "rows": rows[1:], "first_look": page["first_look"]}


def shipped_cards() -> dict[str, Card]:
    """Return what the cards of the ready comparisons show, by the key of the result, which names the code too: those of other code are not shown."""
    found: dict[str, Card] = json.loads(CARDS.read_text(encoding="utf-8")) if CARDS.exists() else {}
    return found
