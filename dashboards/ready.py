"""Ready comparisons: questions that people ask first, with results that are shipped so that they are there at once."""

from __future__ import annotations

from dataclasses import dataclass

from .questions import Column, Question, Tried, default


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
