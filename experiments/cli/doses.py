"""The command `doses`: writes the catalogue with each intervention's dose-response curve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.defaults import DEFAULT_PLACE
from simulation.declared.sizes import DOSE_POPULATION, DOSE_REPLICATES, MONTHS, SEED

from ..arguments import Months, Seed, Workers
from ..console import Debug, Json, NoCache, announce_compile, print_json, progress, say, table, typed


def doses(
    names: Annotated[list[str] | None, typer.Argument(help="Interventions. [default: all]")] = None,
    replicates: Annotated[
        int, typer.Option("--replicates", help="Repeat runs, each with new people, ties and chance.")
    ] = DOSE_REPLICATES,
    place: Annotated[
        str | None, typer.Option("--place", help=f"A place by name, or a place file. [default: {DEFAULT_PLACE}]")
    ] = None,
    population: Annotated[int, typer.Option("--population", help="Simulated residents.")] = DOSE_POPULATION,
    months: Months = MONTHS,
    seed: Seed = SEED,
    out: Annotated[Path, typer.Option("--out", help="Folder for catalogue.md, the curves and their numbers.")] = Path("out"),
    workers: Workers = None,
    no_cache: NoCache = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Draw dose-response curves. They show the effect of a quarter, a half, three quarters and all of each intervention."""
    from scenarios import load_scenario

    from ..comparison.single_run import check_population
    from ..output import check_writable
    from ..provenance import code_commit
    from ..reports.catalogue_page import write_catalogue
    from ..studies.doses import MEASURES, TAKEN, dose_response, known_names

    wanted = known_names(names or [])
    check_population(population)
    check_writable(out, folder=True)
    base = load_scenario("baseline", place, population)
    announce_compile()
    with progress("doses", "replicates") as show:
        table_ = dose_response(base, wanted, replicates=replicates, months=months, seed=seed, workers=workers, progress=show)
    written = write_catalogue(table_, out, typed(), code_commit() or "of an installed package")
    if as_json:
        undefined = table_.astype(object).where(table_.notna(), None)
        print_json({"doses": undefined.to_dict("records")})
    else:
        own = table_[table_["dose"] == 1.0].pivot(index="intervention", columns="measure", values="effect")[list(TAKEN)]
        table(
            "Effect of the whole programme: points, and acts per resident a year (parameters at their central values)",
            ["intervention", *own.columns],
            [
                [n, *(f"{(100 if m in MEASURES else 1) * x:+z.2f}" for m, x in zip(TAKEN, r, strict=True))]
                for n, r in zip(own.index, own.to_numpy(), strict=True)
            ],
        )
    say("written: " + ", ".join(str(path) for path in written))
