"""A place as one's own data make it: read by name or from tables, and brought to its survey, records and network."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.columns import pairs
from scenarios.own_ties import OwnTies, TiesFit, edge_table, fit_generator, read_ties
from scenarios.places import TablePlace, load_place
from scenarios.places.files import PLACE_FILE, read_own_place
from scenarios.places.own import TABLES, build, own_place, titled
from scenarios.places.table import Finding
from scenarios.places.uk_tables import small_areas
from scenarios.places.united_kingdom import slug
from scenarios.readings import Reading
from scenarios.records.fitting import RecordsFit, fit_records
from scenarios.records.reading import read_records
from scenarios.surveys import Survey, read_survey
from simulation.declared.institutions import SERVICES
from simulation.declared.parameters import InputError, nearest
from simulation.declared.segments import SEGMENTS

from .localisation import Localised, localise, with_records


@dataclass
class Placed:
    """A place with what one's own data said of it.

    Attributes:
        columns: how its tables were read, by table and field.
        readings: what each column was read as, with counts.
        findings: what is missing, odd or private, in plain words.
    """

    place: TablePlace
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    survey: Survey | None = None
    localised: Localised | None = None
    records: RecordsFit | None = None
    ties: OwnTies | None = None
    ties_fit: TiesFit | None = None
    edges: pd.DataFrame | None = None
    threshold: int = 10


@dataclass(frozen=True)
class PlaceRequest:
    """What the command was asked for."""

    name: str
    wards: Path | None = None
    sheet: str | None = None
    columns: tuple[str, ...] = ()
    ward_columns: tuple[str, ...] = ()
    region: str | None = None
    survey: Path | None = None
    survey_columns: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    records: tuple[Path, ...] = ()
    record_columns: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    ties: Path | None = None
    ties_columns: tuple[str, ...] = ()
    use_ties: bool = False
    fit: bool = True
    threshold: int = 10
    out: Path | None = None
    title: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """Name and title of the place, where the folder that is written or the user gives them."""
        from scenarios.places.own import titled
        from scenarios.places.united_kingdom import slug

        folder = self.out.resolve().name if self.out is not None else ""
        found = {"name": slug(folder), "title": self.title or titled(folder)}
        return {key: text for key, text in found.items() if text}


def read(request: PlaceRequest) -> Placed:
    """Return a place by name or from a table, with how it was read.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    columns = {"small_areas": pairs(request.columns, "--column"), "wards": pairs(request.ward_columns, "--ward-column")}
    path = Path(request.name)
    options: dict[str, Any] = {"sheet": request.sheet, "region": _region(request.region)}
    if path.suffix.lower() in TABLES:
        if request.wards is not None:
            named = {"name": slug(path.stem) or "place", "title": titled(path.stem)} | request.named
            own = build(path, request.wards, columns=columns, **(options | named))
        else:
            own = own_place(path, columns=columns | {"wards": columns["small_areas"]}, **request.named, **options)
        _refuse_second_region(own.place, request)
        return Placed(own.place, own.columns, own.readings, own.findings)
    if path.suffix.lower() in (".yaml", ".yml") or (path.is_dir() and (path / PLACE_FILE).exists()):
        own = read_own_place(path if path.suffix else path / PLACE_FILE)
        return Placed(_renamed(own.place, request), own.columns, own.readings, own.findings)
    return Placed(_renamed(load_place(request.name), request))


def _renamed(place: TablePlace, request: PlaceRequest) -> TablePlace:
    """Return a place that has a name already under that of the folder to which it is written, with its own title unless one is given."""
    name = request.named.get("name", place.name) if request.out is not None else place.name
    return replace(place, name=name, title=request.title or place.title)


def _refuse_second_region(place: TablePlace, request: PlaceRequest) -> None:
    """Raise `InputError` where a region is given of areas whose codes say in which they lie."""
    if request.region is not None and place.areas["area"].isin(small_areas()["area"]).all():
        raise InputError(
            f"--region: goes with areas without codes of the United Kingdom; the codes in {request.name} say where they lie"
        )


def _region(region: str | None) -> str | None:
    known = sorted(set(small_areas()["region"]))
    if region is not None and region not in known:
        raise InputError(f"--region: '{region}'; {nearest(region, known)}")
    return region


Show = Callable[[int, int | None], None]
Phase = Callable[[str], AbstractContextManager[Show | None]]


def _silently(what: str) -> AbstractContextManager[None]:
    return nullcontext()


def improve(placed: Placed, request: PlaceRequest, phase: Phase = _silently) -> None:
    """Bring one's own survey, records and ties into a place, in place; tells what was found.

    Args:
        phase: called with what is being done; gives what shows its progress.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """

    def tell(kind: str, notes: list[str]) -> None:
        placed.findings += [Finding("private" if "dropped" in note else kind, note) for note in notes]

    if request.records:
        with phase("reading and fitting the records"):
            _take_records(placed, request, tell)
    if request.ties is not None:
        with phase("fitting the network") as show:
            _take_ties(placed, request, tell, show)
    if request.survey is not None:
        with phase("bringing the model to the survey") as show:
            _take_survey(placed, request, tell, show)


def _take_records(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None]) -> None:
    services = placed.place.services or SERVICES
    records = read_records(
        request.records,
        pairs(request.record_columns, "--records-column"),
        pairs(request.agencies, "--agency"),
        [s.name for s in services],
        pairs(request.status, "--status"),
    )
    placed.columns["records"] = records.columns
    placed.readings += records.readings
    tell("read", records.notes)
    named = {a: s for a, s in records.services.items() if records.agencies[a].cases >= request.threshold}
    tell(
        "read",
        [
            f"agencies were taken for: {', '.join(f'{a} = {s}' for a, s in sorted(named.items())[:20])} (--agency NAME=KIND changes it)"
        ],
    )
    placed.records = fit_records(records, request.threshold)
    tell("odd", placed.records.notes)
    if request.fit:
        placed.place = with_records(placed.place, placed.records)
        names = ", ".join(p.name for p in request.records)
        words = f"; status words as said: {', '.join(request.status)}" if request.status else ""
        placed.place = replace(placed.place, known={**placed.place.known, "service": f"fitted to {names}{words}"})


def _take_ties(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None], show: Show | None) -> None:

    assert request.ties is not None
    own = placed.ties = read_ties(request.ties, columns=pairs(request.ties_columns, "--ties-column"))
    placed.readings += own.readings
    tell("read", own.notes)
    if request.use_ties:
        placed.place = replace(placed.place, ties=own.ties)
        placed.edges = edge_table(own.ties)
        tell("read", [f"the network is used as it is: runs need --population {own.people}"])
    elif request.fit:
        segments = placed.place.segments or SEGMENTS
        circles, shares = (np.array([getattr(s, n) for s in segments]) for n in ("circles", "share"))
        fit = placed.ties_fit = fit_generator(own, placed.place, circles, shares, show)
        tell("odd", fit.words())
        placed.place = replace(placed.place, parameters={**placed.place.parameters, **fit.parameters})
        placed.place = replace(placed.place, known={**placed.place.known, "ties": f"generator fitted to {request.ties.name}"})


def _take_survey(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None], show: Show | None) -> None:
    assert request.survey is not None
    own = placed.survey = read_survey(
        request.survey,
        pairs(request.survey_columns, "--survey-column"),
        pairs(request.answers, "--answer"),
        request.threshold,
        pairs(request.missing, "--missing", empty=True),
    )
    placed.columns["survey"] = own.columns
    placed.readings += own.readings
    tell("read", own.notes)
    if own.hidden:
        tell("private", [f"{own.hidden} groups have fewer than {request.threshold} answers and are not shown"])
    if request.fit:
        placed.localised = localise(placed.place, own, show)
        placed.place = placed.localised.place
        tell("odd", placed.localised.unreached())
        known = {**placed.place.known, **placed.localised.set_to(request.survey.name)}
        placed.place = replace(placed.place, known=known)
