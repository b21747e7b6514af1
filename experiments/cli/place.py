"""The command `place`: shows what is known about a place, and improves it with the user's own data."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import Debug, Json, announce_compile, print_json, progress, say

if TYPE_CHECKING:
    from ..evidence.placement import Placed, PlaceRequest


def place(
    name: Annotated[
        str, typer.Argument(help="A place by name or code, a place file or its folder, or a table of areas or wards (CSV, Excel).")
    ],
    check: Annotated[bool, typer.Option("--check", help="List what is missing, odd or private in the files; fit nothing.")] = False,
    wards: Annotated[Path | None, typer.Option("--wards", help="A table of ward profiles, in addition to the small areas.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of an Excel file. [default: the largest]")] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="FIELD=COLUMN, to correct a wrong guess. Repeat for several.")
    ] = None,
    ward_column: Annotated[
        list[str] | None, typer.Option("--ward-column", help="FIELD=COLUMN for the table of wards. Repeat for several.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Region of the UK whose census sets the level of imputed values.")
    ] = None,
    survey: Annotated[Path | None, typer.Option("--survey", help="A residents' survey: one row per respondent, or shares.")] = None,
    survey_column: Annotated[
        list[str] | None, typer.Option("--survey-column", help="FIELD=COLUMN for the survey. Repeat for several.")
    ] = None,
    answer: Annotated[list[str] | None, typer.Option("--answer", help="FIELD=VALUE|VALUE: answers that count as yes.")] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option("--missing", help="FIELD=VALUE|VALUE: values that mean no answer; FIELD= if only empty cells do."),
    ] = None,
    records: Annotated[
        list[Path] | None, typer.Option("--records", help="Service records: Open311 JSON, or CSV. Repeat for several.")
    ] = None,
    records_column: Annotated[
        list[str] | None, typer.Option("--records-column", help="FIELD=COLUMN for the records. Repeat for several.")
    ] = None,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="AGENCY=KIND: the kind of institution that an agency is.")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="WORD=open, closed, fixed or unfixed: what a status word in the records means."),
    ] = None,
    ties: Annotated[
        Path | None,
        typer.Option(
            "--ties", help="A network to fit the network generator to: a list of ties, a matrix, GraphML, GEXF, GML, Pajek."
        ),
    ] = None,
    ties_column: Annotated[
        list[str] | None,
        typer.Option("--ties-column", help="from=COLUMN, to=, weight= or kind= for a list of ties. Repeat for several."),
    ] = None,
    use_ties: Annotated[
        bool, typer.Option("--use-ties", help="Use the network as it is, with one resident per person in it.")
    ] = False,
    threshold: Annotated[int, typer.Option("--threshold", help="Hide counts below this.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", help="Write the place as a folder to edit and run, with place.html.")] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the place on pages. [default: from --out, or its own]")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show a place, or read and fit your own data. Shows what is known, what is estimated, and how each column was read."""
    from ..evidence.placement import PlaceRequest

    _check(threshold, out)
    request = PlaceRequest(name, wards, sheet, tuple(column or ()), tuple(ward_column or ()), region, survey, tuple(survey_column or ()), tuple(answer or ()),
                           tuple(missing or ()), tuple(records or ()), tuple(records_column or ()), tuple(agency or ()), tuple(status or ()), ties, tuple(ties_column or ()), use_ties, not check, threshold, out, _title(title))  # fmt: skip
    _carry_out(request, check, as_json)


def _check(threshold: int, out: Path | None) -> None:
    from simulation.declared.parameters import InputError

    from ..output import check_writable

    if not 2 <= threshold <= 1000:
        raise InputError(f"--threshold: {threshold}; allowed: 2 to 1000")
    if out is not None:
        check_writable(out, folder=True)


def _carry_out(request: PlaceRequest, check: bool, as_json: bool) -> None:
    """Read a place, add what is known about it, write it and show it."""
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
        print_json(place_document(placed, check))
    elif check:
        print_check(placed)
    else:
        print_card(placed, shlex.quote(str(out)) if out is not None else _typed(placed, request))
    if written:
        say("written: " + ", ".join(map(str, written)))
        say(f"run it:  groundswell run --place {shlex.quote(str(out))}")


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
