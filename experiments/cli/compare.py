"""The command `compare`: scenarios compared with a base, on the same people and days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import Debug, Json, NoCache
from .arguments import Months, Places, Population, Seed, Workers


def compare(
    base: Annotated[str, typer.Argument(help="The scenario that the others are compared with.")],
    scenarios: Annotated[list[str], typer.Argument(help="Scenarios.")],
    replicates: Annotated[int, typer.Option("--replicates", help="Repeat runs; 15 or more give a range.")] = 30,
    until_sure: Annotated[
        float | None, typer.Option("--until-sure", help="Run until every mean effect is known to plus or minus this.")
    ] = None,
    plan: Annotated[
        float | None, typer.Option("--plan", help="Run a pilot and say how many replicates an effect of this size needs.")
    ] = None,
    end: Annotated[
        int | None, typer.Option("--end", help="Stop paying for interventions after this month, to see what lasts without funding.")
    ] = None,
    place: Places = None,
    population: Population = None,
    months: Months = 60,
    seed: Seed = 1,
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month and replicate (Parquet, or CSV).")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html, tables and compare.json.")] = Path("out"),
    workers: Workers = None,
    no_cache: NoCache = False,
    posterior: Annotated[
        str, typer.Option("--posterior", help="Parameter sets: shipped, none (central values), or a folder that calibrate wrote.")
    ] = "shipped",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Compare scenarios and write a report. Effects are paired, on the same people and days, and shown with their ranges."""
    from .comparison_request import ComparisonRequest

    options = {"replicates": replicates, "months": months, "seed": seed, "until_sure": until_sure, "workers": workers}
    places = tuple(place or (None,))
    ComparisonRequest((base, *scenarios), places, population, end, plan, posterior, options, series, out, as_json).carry_out()
