"""The request to read a place, with the user's own data; its fields are the options of the command `place`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True)
class PlaceRequest:
    """A request for `place`.

    Attributes:
        check: True to list what is missing, odd or private in the files, and fit nothing.
    """

    name: Annotated[
        str, typer.Argument(help="A place by name or code, a place file or its folder, or a table of areas or wards (CSV, Excel).")
    ]
    check: Annotated[bool, typer.Option("--check", help="List what is missing, odd or private in the files; fit nothing.")] = False
    wards: Annotated[Path | None, typer.Option("--wards", help="A table of ward profiles, in addition to the small areas.")] = None
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of an Excel file. [default: the largest]")] = None
    columns: Annotated[
        tuple[str, ...], typer.Option("--column", help="FIELD=COLUMN, to correct a wrong guess. Repeat for several.")
    ] = ()
    ward_columns: Annotated[
        tuple[str, ...], typer.Option("--ward-column", help="FIELD=COLUMN for the table of wards. Repeat for several.")
    ] = ()
    region: Annotated[
        str | None, typer.Option("--region", help="Region of the UK whose census sets the level of imputed values.")
    ] = None
    survey: Annotated[Path | None, typer.Option("--survey", help="A residents' survey: one row per respondent, or shares.")] = None
    survey_columns: Annotated[
        tuple[str, ...], typer.Option("--survey-column", help="FIELD=COLUMN for the survey. Repeat for several.")
    ] = ()
    answers: Annotated[tuple[str, ...], typer.Option("--answer", help="FIELD=VALUE|VALUE: answers that count as yes.")] = ()
    missing: Annotated[
        tuple[str, ...],
        typer.Option("--missing", help="FIELD=VALUE|VALUE: values that mean no answer; FIELD= if only empty cells do."),
    ] = ()
    records: Annotated[
        tuple[Path, ...], typer.Option("--records", help="Service records: Open311 JSON, or CSV. Repeat for several.")
    ] = ()
    record_columns: Annotated[
        tuple[str, ...], typer.Option("--records-column", help="FIELD=COLUMN for the records. Repeat for several.")
    ] = ()
    agencies: Annotated[
        tuple[str, ...], typer.Option("--agency", help="AGENCY=KIND: the kind of institution that an agency is.")
    ] = ()
    status: Annotated[
        tuple[str, ...],
        typer.Option("--status", help="WORD=open, closed, fixed or unfixed: what a status word in the records means."),
    ] = ()
    ties: Annotated[
        Path | None,
        typer.Option(
            "--ties", help="A network to fit the network generator to: a list of ties, a matrix, GraphML, GEXF, GML, Pajek."
        ),
    ] = None
    ties_columns: Annotated[
        tuple[str, ...],
        typer.Option("--ties-column", help="from=COLUMN, to=, weight= or kind= for a list of ties. Repeat for several."),
    ] = ()
    use_ties: Annotated[bool, typer.Option("--use-ties", help="Use the network as it is, with one resident per person in it.")] = (
        False
    )
    threshold: Annotated[int, typer.Option("--threshold", help="Hide counts below this.")] = 10
    out: Annotated[Path | None, typer.Option("--out", help="Write the place as a folder to edit and run, with place.html.")] = None
    title: Annotated[str | None, typer.Option("--title", help="Title of the place on pages. [default: from --out, or its own]")] = (
        None
    )
