"""The command `discover`: when a study's target is missed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..console import Debug, Json, print_json, say, table, tell, typed
from ..numbers import percent
from ..option_fields import takes_options
from .study_request import StudyRequest
from .study_runs import answer_document, leave, prepared, sweeper

if TYPE_CHECKING:
    from ..studies.discovery import Box, Discovery


@takes_options
def discover(
    request: StudyRequest,
    fails: Annotated[
        str | None,
        typer.Option("--fails", help="When the target is missed, such as 'participation_effect < 0.01'. [default: the study's]"),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find when a study's target is missed. Uses PRIM boxes and feature scores."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import discovery_page
    from ..studies.discovery import condition, find_conditions
    from ..studies.results import Results
    from ..studies.store import Store

    asked = prepared(request)
    text = fails or asked.fails
    if text is None:
        raise InputError(f"{request.study}: fails: not given; say when it fails with --fails 'MEASURE < NUMBER'")
    condition(text, asked)
    store = Store.create(request.out / "runs", asked, typed())
    sweeper(request.workers, request.scheduler)(store)
    discovery = find_conditions(request.out / "runs", text)
    document = answer_document(
        discovery.scores,
        discovery.words(),
        fails=text,
        failures=discovery.failures,
        points=discovery.points,
        missing=list(discovery.missing.points),
        boxes=[_as_json(box) for box in discovery.boxes],
    )
    written = leave(
        request.out,
        "discover",
        discovery.scores,
        discovery_page(discovery, Results(request.out / "runs").points, typed()),
        document,
    )
    if as_json:
        print_json(document)
    else:
        _tell(discovery)
    say("written: " + ", ".join(map(str, written)))


def _as_json(box: Box) -> dict[str, Any]:
    return {
        "words": box.words(),
        "density": box.density,
        "coverage": box.coverage,
        "points": box.points,
        "limits": json.loads(box.limits.to_json(orient="records")),
    }


def _tell(discovery: Discovery) -> None:
    tell(discovery.words())
    for n, box in enumerate(discovery.boxes, 1):
        tell(f"box {n}: {box.words()} (density {percent(box.density)}, coverage {percent(box.coverage)}, {box.points} points)")
    tell()
    table(
        "What separates failures from the rest",
        ["factor", "role", "score"],
        [[r.factor, r.role, f"{r.score:.3f}"] for r in discovery.scores.itertuples()],
    )
