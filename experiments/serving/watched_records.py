"""What a page draws of worlds that are watched, as records: `watched_world` builds them, and the server sends them."""

from __future__ import annotations

from typing_extensions import TypedDict

from .record import Number, record


@record
class Residents(TypedDict):
    """The residents who are drawn: by resident, but for `edges`, which are pairs of positions in `rows`."""

    rows: list[int]
    ward: list[int]
    segment: list[str]
    age: list[str]
    fifth: list[int]
    ties: list[int]
    edges: list[tuple[int, int]]
    places: list[tuple[float, float]]


@record
class World(TypedDict):
    """One world by month: courses by measure; wards by measure and ward; backlog and contacts by institution; one digit a resident for who they are."""

    courses: list[list[Number]]
    wards: list[list[list[Number]]]
    backlog: list[list[float]]
    contacts: list[list[float]]
    statuses: list[str]


@record
class Watched(TypedDict):
    """Two worlds month by month."""

    months: int
    branch: int
    population: int
    statuses: list[str]
    shown: Residents
    institutions: list[str]
    wards: list[str]
    courses: list[str]
    by_ward: list[str]
    worlds: list[World]


# Month, event, institution, form, channel, outcome and how much of it.
Event = tuple[int, str, str | None, str | None, str | None, Number, Number]
Story = list[list[Event]]  # what happened to a resident, by world


@record
class WatchedWithStories(Watched):
    """Two worlds, and what happened to their residents: by world, by resident who is drawn."""

    stories: list[Story]
