"""What a page draws of a comparison, as records: `page_document` builds them, and the server sends them."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .record import Document, Number, open_record, record

Stage = Literal["first", "partial", "replicates", "whole"]


@record
class Effect(TypedDict):
    """A measure of a scenario: its mean, the change from the base with its interval, and what the change could be. Shares as 0 to 1, money in pounds."""

    mean: NotRequired[Number]
    low: NotRequired[Number]
    high: NotRequired[Number]
    effect: Number
    effect_low: Number
    effect_high: Number
    variance_reduction: NotRequired[Number]
    parameter_share: NotRequired[Number]
    range_low: NotRequired[Number]
    range_high: NotRequired[Number]
    month: NotRequired[int | None]


@record
class Doubt(TypedDict):
    """What a change could be, and the part of that which comes from the model's uncertain numbers."""

    parameter_share: Number
    range_low: Number
    range_high: Number


@record
class Amount(TypedDict):
    """Pounds, and what they could be."""

    value: Number
    low: Number
    high: Number


@record
class Money(TypedDict):
    """What a scenario costs beyond the base, and what each further participant costs for a year."""

    programme: Amount
    service: Amount
    net: Amount
    each: Amount


@record
class Gradient(TypedDict):
    """A measure's level in each group, in order, and the last group's less the first's with its interval."""

    groups: dict[str, Number]
    difference: Number
    low: Number
    high: Number
    ratio: Number


@record
class ScenarioResult(TypedDict):
    """One scenario: its measures, by group, and when its changes show; None for the base."""

    name: str
    measures: dict[str, Effect]
    by: dict[str, dict[str, dict[str, Effect]]]
    gradients: NotRequired[dict[str, dict[str, Gradient]]]
    doubt: dict[str, Doubt] | None
    when: NotRequired[dict[str, dict[str, Effect]] | None]
    money: Money | None


@record
class Course(TypedDict):
    """A measure by month: its mean, and what it could be."""

    mean: list[Number]
    low: list[Number]
    high: list[Number]


@record
class Findings(TypedDict):
    """Sentences about charts and tables."""

    effects: str
    acts: str
    first: str
    cost: str
    courses: dict[str, str]
    groups: dict[str, dict[str, str]]


@record
class MoneyWords(TypedDict):
    """What a scenario costs, in words."""

    programme: str
    service: str
    net: str
    each: str


@open_record
class CompareDocument(TypedDict):
    """What `groundswell compare --json` prints. It is open: the page reads what is named here, and researchers the rest."""

    place: str
    population: int
    months: int
    replicates: int
    seed: int
    scenarios: list[ScenarioResult]
    provenance: Document


@record
class ResultPage(TypedDict):
    """All that a page draws of a comparison; lists go by scenario, the base first."""

    stage: Stage
    replicates: int
    planned: int
    result: CompareDocument
    labels: list[str]
    names: list[str]
    begun: list[str]
    groups: dict[str, list[list[str]]]
    question: str
    answer: str
    answers: list[str]
    first_look: bool
    caution: str
    range_head: str
    read: dict[str, str]
    shown: list[dict[str, Effect]]
    courses: dict[str, list[Course] | None]
    ranking: list[Document]
    findings: Findings
    losses: list[Document]
    money: list[MoneyWords | None]
