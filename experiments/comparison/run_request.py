"""The request for one run of one scenario; its fields are the options of the command `run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from simulation.declared.sizes import MONTHS, SEED

from ..arguments import Months, Place, Population, Seed, Structure


@dataclass(frozen=True)
class RunRequest:
    """A request for `run`.

    Attributes:
        profile: True if the caller shows how long each step takes; the run is the same.
        command: that reproduces the result.
    """

    scenario: Annotated[str, typer.Argument(help="A scenario, an intervention (name@dose), several joined with +, or a file.")] = (
        "baseline"
    )
    place: Place = None
    population: Population = None
    structure: Structure = None
    months: Months = MONTHS
    seed: Seed = SEED
    profile: Annotated[bool, typer.Option("--profile", help="Print how long each step of the month takes.")] = False
    residents: Annotated[
        Path | None, typer.Option("--residents", help="Write one row per resident (Parquet, or CSV by its ending).")
    ] = None
    events: Annotated[Path | None, typer.Option("--events", help="Write one row per event (Parquet).")] = None
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month (Parquet, or CSV by its ending).")
    ] = None
    out: Annotated[Path | None, typer.Option("--out", help="Folder for run.json and measures.csv.")] = None
    command: str = ""
