"""What a page may ask of the server over its connection. What a question says is looked at where it is read, field by field, so that its words can be exact."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from experiments.serving.record import record

from .view import Setting

Sent = bool | int | float | str | None  # as a field of the page has it
SentList = list[Sent] | None


@record
class TriedSent(TypedDict):
    """An intervention as the page has it; what is left out is as in the catalogue."""

    name: Sent
    dose: NotRequired[Sent]
    start: NotRequired[Sent]
    ramp: NotRequired[Sent]
    end: NotRequired[Sent]
    decay: NotRequired[Sent]
    fidelity: NotRequired[Sent]
    institutions: NotRequired[SentList]
    wards: NotRequired[SentList]
    segments: NotRequired[SentList]
    deprivation_fifths: NotRequired[SentList]
    network: NotRequired[SentList]
    persons: NotRequired[SentList]
    households: NotRequired[Sent]
    members: NotRequired[Sent]


@record
class ColumnSent(TypedDict, total=False):
    """A scenario as the page has it."""

    tried: list[TriedSent] | None
    shipped: Sent
    title: Sent
    loops_off: SentList


@record
class QuestionSent(TypedDict, total=False):
    """A question as the page has it."""

    place: Sent
    columns: list[ColumnSent] | None
    population: Sent
    months: Sent
    replicates: Sent
    seed: Sent
    budget: Sent


@record
class Change(TypedDict):
    """Put another question; `run` False does not compare yet."""

    name: Literal["change"]
    question: QuestionSent
    run: NotRequired[bool]


@record
class Cancel(TypedDict):
    """Stop the comparison."""

    name: Literal["cancel"]


@record
class Save(TypedDict):
    """Save a question under a title."""

    name: Literal["save"]
    title: str
    question: QuestionSent


@record
class Update(TypedDict):
    """Save a question in the place of a saved one."""

    name: Literal["update"]
    id: str
    question: QuestionSent


@record
class Rename(TypedDict):
    """Give a saved comparison another title."""

    name: Literal["rename"]
    id: str
    title: str


@record
class Duplicate(TypedDict):
    """Save a copy."""

    name: Literal["duplicate"]
    id: str


@record
class Delete(TypedDict):
    """Delete a saved comparison."""

    name: Literal["delete"]
    id: str


@record
class Undo(TypedDict):
    """Bring back what was deleted last."""

    name: Literal["undo"]


@record
class WatchWorlds(TypedDict):
    """Watch two scenarios of a question, by position, which part after a month; the second without some loops."""

    name: Literal["watch"]
    question: QuestionSent
    first: NotRequired[int | float | str]
    other: NotRequired[int | float | str]
    branch: NotRequired[int | float | str]
    loops_off: NotRequired[list[str] | None]


@record
class StopWatching(TypedDict):
    """Stop what is about to be watched."""

    name: Literal["stop_watching"]


@record
class OpenStudy(TypedDict):
    """Show a study."""

    name: Literal["study"]
    query: str


@record
class MakeOwn(TypedDict):
    """Make a place of the files that were brought under this name."""

    name: Literal["own_place"]
    place: str
    title: str
    region: str


@record
class DeleteOwn(TypedDict):
    """Delete an own place; `owner` is the secret that came with it."""

    name: Literal["delete_own"]
    place: str
    owner: str


@record
class SetControls(TypedDict):
    """Change settings of a page with controls."""

    name: Literal["set"]
    settings: dict[str, Setting]


@record
class Dismiss(TypedDict):
    """Take away the error or the notice that is shown."""

    name: Literal["dismiss"]


Act = Annotated[
    Change
    | Cancel
    | Save
    | Update
    | Rename
    | Duplicate
    | Delete
    | Undo
    | WatchWorlds
    | StopWatching
    | OpenStudy
    | MakeOwn
    | DeleteOwn
    | SetControls
    | Dismiss,
    Field(discriminator="name"),
]
