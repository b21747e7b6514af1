"""The command `place`: shows what is known about a place, and improves it with the user's own data."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import Debug, Json, announce_compile, print_json, progress, say
from ..evidence.place_request import PlaceRequest
from ..option_fields import takes_options

if TYPE_CHECKING:
    from ..evidence.placement import Placed


@takes_options
def place(request: PlaceRequest, as_json: Json = False, debug: Debug = False) -> None:
    """Show a place, or read and fit your own data. Shows what is known, what is estimated, and how each column was read."""
    _check(request.threshold, request.out)
    _carry_out(replace(request, title=_title(request.title)), as_json)


def _check(threshold: int, out: Path | None) -> None:
    from simulation.declared.parameters import InputError

    from ..output import check_writable

    if not 2 <= threshold <= 1000:
        raise InputError(f"--threshold: {threshold}; allowed: 2 to 1000")
    if out is not None:
        check_writable(out, folder=True)


def _carry_out(request: PlaceRequest, as_json: bool) -> None:
    """Read a place, add what is known about it, write it and show it."""
    from scenarios.places.loading import as_argument

    from ..evidence.placement import read
    from ..reports.place_tables import place_document, print_card, print_check

    placed, out = read(request), request.out
    placed.threshold = request.threshold
    if request.survey or request.records or request.ties:
        from ..evidence.own_data import improve

        announce_compile()
        improve(placed, request, lambda what: progress(what, "tries"))
    written = _written(placed, out)
    if as_json:
        print_json(place_document(placed, request.check))
    elif request.check:
        print_check(placed)
    else:
        print_card(placed, shlex.quote(as_argument(out)) if out is not None else _typed(placed, request))
    if written and out is not None:
        say("written: " + ", ".join(map(str, written)))
        say(f"run it:  groundswell run --place {shlex.quote(as_argument(out))}")


def _written(placed: Placed, out: Path | None) -> list[Path]:
    if out is None:
        return []
    from ..reports.files import without_pages, write_placed

    written = write_placed(placed, out)
    if lacking := without_pages():
        say(lacking)
    return written


def _title(title: str | None) -> str | None:
    from simulation.declared.parameters import InputError

    if title is not None and not title.strip():
        raise InputError("--title: is empty; allowed: any words")
    return None if title is None else " ".join(title.split())


def _typed(placed: Placed, request: PlaceRequest) -> str:
    """Return what `--place` takes for this place; empty if it is not saved, as only `--out` saves what was read and fitted."""
    added = request.survey or request.records or request.ties or request.wards or request.columns or request.region or request.sheet
    if added:
        return ""
    return shlex.quote(request.name) if placed.readings else placed.place.name
