"""Arguments and options that several commands have: each is declared here once."""

from __future__ import annotations

from typing import Annotated

import typer

from scenarios.defaults import DEFAULT_PLACE
from simulation.declared.sizes import POPULATION

Workers = Annotated[int | None, typer.Option("--workers", help="Number of worker processes. [default: all cores]")]
Place = Annotated[
    str | None, typer.Option("--place", help=f"A place, by name, code or file. [default: the scenario's own, or {DEFAULT_PLACE}]")
]
Places = Annotated[
    tuple[str, ...],
    typer.Option(
        "--place",
        help=f"A place, by name, code or file. Repeat to compare several. [default: the scenarios' own, or {DEFAULT_PLACE}]",
    ),
]
Population = Annotated[
    int | None, typer.Option("--population", help=f"Number of simulated residents. [default: the scenario's own, or {POPULATION}]")
]
Structure = Annotated[
    str | None,
    typer.Option(
        "--structure", help="Theory of why people take part (list structures). [default: the scenario's own, or as-shipped]"
    ),
]
Months = Annotated[int, typer.Option("--months", help="Months to run after burn-in.")]
Seed = Annotated[int, typer.Option("--seed", help="Random seed, a whole number from 0.")]
Posterior = Annotated[
    str | None,
    typer.Option(
        "--posterior",
        help="Parameter sets: shipped, none (central values), or a folder that calibrate wrote. [default: shipped, or none under a structure that awaits its fit]",
    ),
]
