"""A user's own survey, records and network, read into a place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np

from scenarios.advice import advice
from scenarios.own_data.networks.ties import edge_table, fit_generator, read_ties
from scenarios.own_data.records.fit import fit_records
from scenarios.own_data.records.records import read_records
from scenarios.own_data.surveys.survey import read_survey
from scenarios.own_data.tables.columns import pairs
from scenarios.places.table import Finding
from simulation.declared.institutions import SERVICES
from simulation.declared.segments import SEGMENTS

from .localisation import localise, with_records
from .place_request import PlaceRequest
from .placement import Placed

Show = Callable[[int, int | None], None]
Phase = Callable[[str], AbstractContextManager[Show | None]]


def _silently(what: str) -> AbstractContextManager[None]:
    return nullcontext()


def improve(placed: Placed, request: PlaceRequest, phase: Phase = _silently) -> None:
    """Read a user's own survey, records and ties into a place, in place, and report what was found.

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
        with phase("fitting the model to the survey") as show:
            _take_survey(placed, request, tell, show)


def _take_records(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None]) -> None:
    services = placed.place.services or SERVICES
    records = read_records(
        request.records,
        pairs(request.record_columns, "--records-column"),
        pairs(request.agencies, "--agency"),
        [s.name for s in services],
        pairs(request.status, "--status"),
        request.threshold,
    )
    placed.columns["records"] = records.columns
    placed.readings += records.readings
    tell("read", records.notes)
    named = {a: s for a, s in records.services.items() if records.agencies[a].cases >= request.threshold}
    tell(
        "read",
        [f"agencies were read as: {', '.join(f'{a} = {s}' for a, s in sorted(named.items())[:20])} ({advice().agency()})"],
    )
    placed.records = fit_records(records, request.threshold)
    tell("odd", placed.records.notes)
    if not request.check:
        placed.place = with_records(placed.place, placed.records)
        names = ", ".join(p.name for p in request.records)
        words = f"; what {len(request.status)} status words mean was said" if request.status else ""
        placed.place = replace(placed.place, known={**placed.place.known, "service": f"fitted to {names}{words}"})


def _take_ties(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None], show: Show | None) -> None:

    assert request.ties is not None
    network = placed.ties = read_ties(request.ties, columns=pairs(request.ties_columns, "--ties-column"))
    placed.readings += network.readings
    tell("read", network.notes)
    if request.use_ties:
        placed.place = replace(placed.place, ties=network.ties)
        placed.edges = edge_table(network.ties)
        tell("read", [f"the network is used as it is: runs need --population {network.people}"])
    elif not request.check:
        segments = placed.place.segments or SEGMENTS
        circles, shares = (np.array([getattr(s, n) for s in segments]) for n in ("circles", "share"))
        fit = placed.ties_fit = fit_generator(network, placed.place, circles, shares, show)
        tell("odd", fit.words())
        placed.place = replace(placed.place, parameters={**placed.place.parameters, **fit.parameters})
        placed.place = replace(placed.place, known={**placed.place.known, "ties": f"generator fitted to {request.ties.name}"})


def _take_survey(placed: Placed, request: PlaceRequest, tell: Callable[[str, list[str]], None], show: Show | None) -> None:
    assert request.survey is not None
    survey = placed.survey = read_survey(
        request.survey,
        pairs(request.survey_columns, "--survey-column"),
        pairs(request.answers, "--answer"),
        request.threshold,
        pairs(request.missing, "--missing", empty=True),
    )
    placed.columns["survey"] = survey.columns
    placed.readings += survey.readings
    tell("read", survey.notes)
    if survey.hidden:
        tell("private", [f"{survey.hidden} groups have fewer than {request.threshold} answers and are not shown"])
    if not request.check:
        placed.localised = localise(placed.place, survey, show)
        placed.place = placed.localised.place
        tell("odd", placed.localised.unreached())
        known = {**placed.place.known, **placed.localised.set_to(request.survey.name)}
        placed.place = replace(placed.place, known=known)
