"""What the server shows on an open page."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from experiments.serving.record import Number, record
from experiments.serving.result_records import Stage


@record
class TriedShown(TypedDict):
    """An intervention of a scenario; None where the catalogue's own schedule and aim hold. `tests/dashboards/test_records.py` holds it to `Tried`."""

    name: str
    dose: float
    start: int | None
    ramp: int | None
    end: int | None
    decay: int | None
    fidelity: Number
    institutions: list[str] | None
    wards: list[str] | None
    segments: list[str] | None
    deprivation_fifths: list[int] | None
    network: list[str] | None
    persons: list[int] | None
    households: Number
    members: str | None


@record
class ColumnShown(TypedDict):
    """A scenario: a shipped one by name, or its interventions."""

    tried: list[TriedShown]
    shipped: str
    title: str
    loops_off: list[str]


@record
class QuestionShown(TypedDict):
    """What is compared, where and how; money in pounds."""

    place: str
    columns: list[ColumnShown]
    population: int
    months: int
    replicates: int
    seed: int
    budget: int | None


@record
class Running(TypedDict):
    """How far a comparison is: runs that are done of those planned, and how many wait before it."""

    stage: Stage | Literal["waiting"]
    done: int
    planned: int
    waiting: int


@record
class ResultShown(TypedDict):
    """Where the page finds a result: `key` names the whole one, for downloads."""

    key: str
    stage: Stage
    url: str
    done: int
    turn: NotRequired[int]


@record
class Saved(TypedDict):
    """A saved comparison: `query` is its address, `changed` the minute in UTC."""

    id: str
    name: str
    query: str
    owner: str
    changed: str
    changed_since: NotRequired[bool]


@record
class WatchShown(TypedDict):
    """Two worlds that are watched: which scenarios of the question, and after which month they part."""

    name: str
    first: int
    other: int
    branch: int
    loops_off: list[str]
    ready: bool


@record
class StudyListed(TypedDict):
    """A study below the folder of studies; `runs` is None where its plan cannot be read."""

    open: str
    name: str
    runs: int | None
    answers: list[str]


@record
class StudyOpened(TypedDict):
    """The study that is shown: the query of its address."""

    open: str


@record
class Reading(TypedDict):
    """What one column of a table was read as: rows, values and how many further values, by what they were taken for."""

    table: str
    field: str
    column: str
    description: str
    counts: dict[str, int]
    values: dict[str, list[str]]
    other_values: dict[str, int]
    words: str


@record
class Finding(TypedDict):
    """What is private, missing or odd in data that were brought."""

    kind: Literal["private", "missing", "odd", "read"]
    text: str


@record
class OwnReading(TypedDict):
    """Data that were brought are being read."""

    running: Literal[True]


@record
class OwnMade(TypedDict):
    """The place that was made of them: `owner` is the secret by which it is deleted, `until` the last day on which it is kept unless it is used."""

    running: Literal[False]
    place: str
    title: str
    owner: str
    days: int
    until: str
    readings: list[Reading]
    findings: list[Finding]


@record
class Notice(TypedDict):
    """What was just done; the numbers say what went with a deleted place."""

    kind: Literal["saved", "renamed", "duplicated", "deleted", "restored", "cancelled", "own_deleted", "own_gone"]
    title: NotRequired[str]
    files: NotRequired[int]
    results: NotRequired[int]
    saved: NotRequired[int]


@record
class TextBlock(TypedDict):
    """A paragraph of a plain page."""

    kind: Literal["text"]
    text: str


@record
class TableBlock(TypedDict):
    """A table of a plain page."""

    kind: Literal["table"]
    title: str
    head: list[str]
    rows: list[list[JsonValue]]


@record
class BarsBlock(TypedDict):
    """Bars of a plain page, by name."""

    kind: Literal["bars"]
    title: str
    finding: str
    rows: list[tuple[str, float]]


Block = Annotated[TextBlock | TableBlock | BarsBlock, Field(discriminator="kind")]


@record
class PlainShown(TypedDict):
    """A plain page."""

    title: str
    blocks: list[Block]


Setting = bool | int | float | str


@record
class ControlsShown(TypedDict):
    """A page with controls: what they are set to, and what is shown for that."""

    settings: dict[str, Setting]
    shown: dict[str, JsonValue]


@record
class State(TypedDict):
    """What an open page shows beside its question.

    `wrong` names the field that the error speaks of; `version` grows when the page has to take the question again.
    """

    page: str
    version: int
    address: str
    error: str
    wrong: str
    notice: Notice | None
    running: Running | None
    result: ResultShown | None
    saved: Saved | None
    library: list[Saved]
    watch: WatchShown | None
    study: StudyOpened | None
    studies: list[StudyListed]
    own: OwnReading | OwnMade | None
    undo: str | None
    plain: PlainShown | None
    controls: ControlsShown | None
    open_to_all: bool
    password: bool


@record
class View(State):
    """All that a page shows: `files` names for each scenario the file that the command needs, or is empty."""

    question: QuestionShown
    command: str
    files: list[str]


@record
class Failure(TypedDict):
    """Why an answer is none: what to do, in words of the page."""

    error: str
