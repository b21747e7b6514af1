"""The request for a comparison; its fields are the options of the command `compare`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from simulation.declared.sizes import MONTHS, REPLICATES, SEED

from ..arguments import Months, Places, Population, Posterior, Seed, Structure, Workers
from ..console import Json, NoCache


@dataclass(frozen=True)
class ComparisonRequest:
    """A request for `compare`.

    Attributes:
        end: month after which no intervention is paid for; None is never.
        plan: half-width, 0..1, for which replicates are planned from a pilot; None runs the comparison itself.
    """

    base: Annotated[str, typer.Argument(help="The scenario that the others are compared with.")]
    scenarios: Annotated[tuple[str, ...], typer.Argument(help="Scenarios.")]
    replicates: Annotated[int, typer.Option("--replicates", help="Repeat runs; 15 or more give a range.")] = REPLICATES
    until_sure: Annotated[
        float | None, typer.Option("--until-sure", help="Run until every mean effect is known to plus or minus this.")
    ] = None
    plan: Annotated[
        float | None, typer.Option("--plan", help="Run a pilot and say how many replicates an effect of this size needs.")
    ] = None
    end: Annotated[
        int | None, typer.Option("--end", help="Stop paying for interventions after this month, to see what lasts without funding.")
    ] = None
    places: Places = ()
    population: Population = None
    structure: Structure = None
    months: Months = MONTHS
    seed: Seed = SEED
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month and replicate (Parquet, or CSV).")
    ] = None
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html, tables and compare.json.")] = Path("out")
    workers: Workers = None
    no_cache: NoCache = False
    posterior: Posterior = None
    as_json: Json = False
