"""What the server sends of a study."""

from __future__ import annotations

from typing import NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from experiments.serving.record import Document, Number, record


@record
class FactorShown(TypedDict):
    """A factor: from `low` to `high`, or one of `values`; `aim` is which aim of an intervention it sets."""

    name: str
    kind: str
    target: NotRequired[str]
    aim: NotRequired[str]
    role: str
    numeric: bool
    low: NotRequired[float]
    high: NotRequired[float]
    values: NotRequired[list[JsonValue]]


@record
class Reproduce(TypedDict):
    """How the study is made and read again."""

    command: str
    look: str
    python: str


@record
class StudyPage(TypedDict):
    """All that a page draws of a study: a row is a point, then its factors and its measures. `answers` are the files of the commands that ask it."""

    name: str
    folder: str
    runs: int
    chunks: int
    complete: int
    failed: int
    points: int
    shown: int
    factors: list[FactorShown]
    measures: list[str]
    labels: dict[str, str]
    rows: list[list[Number | str | bool]]
    answers: dict[str, Document]
    reproduce: Reproduce
    attribution: str
