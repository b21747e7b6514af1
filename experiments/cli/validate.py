"""The command `validate`: measures every fact in simulated worlds, with a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.declared.sizes import FITTED_POPULATION, SEED

from ..arguments import Posterior, Seed, Workers
from ..console import FAILED, Debug, Json, NoCache, Stop, announce_compile, print_json, progress, say, table, tell, typed

if TYPE_CHECKING:
    from ..evidence.validation.verdicts import Validation


def validate(
    worlds: Annotated[
        int, typer.Option("--worlds", help="Simulated worlds, each with its own people, chance and parameters.")
    ] = 80,
    population: Annotated[
        int, typer.Option("--population", help=f"Residents in each world; the model was calibrated with {FITTED_POPULATION}.")
    ] = 4000,
    place: Annotated[str, typer.Option("--place", help="A place, by name, code or file.")] = "england",
    structure: Annotated[
        str | None, typer.Option("--structure", help="Theory of why people take part (list structures). [default: as-shipped]")
    ] = None,
    seed: Seed = SEED,
    posterior: Posterior = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for validation.html, .csv and .json.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Test the model against published facts. Each fact is measured as its survey or trial did. Beside them: how much of who takes part is birth, experience and chance, who does so again from year to year, and gradients. Exit code 1 if a fact is missed that is not a known miss."""
    from scenarios.evidence.posterior import posterior_named
    from simulation.declared.parameters import InputError

    from ..evidence.validation import verdicts
    from ..output import check_writable
    from ..theories import Sets

    if workers is not None and workers < 1:
        raise InputError(f"--workers: {workers}; allowed: 1 or more")
    if out is not None:
        check_writable(out, folder=True)
    sets: Sets = "usual" if posterior is None else posterior_named(posterior)
    announce_compile()
    with progress("validating", "worlds") as show:
        validation = verdicts.validate(
            sets,
            place=place,
            structure=structure,
            population=population,
            worlds=worlds,
            seed=seed,
            workers=workers,
            progress=show,
            command=typed(),
        )
    for warning in validation.warnings:
        say(f"warning: {warning}")
    if out is not None:
        _write(validation, out)
    if as_json:
        print_json(validation.to_json())
    else:
        _print(validation)
    if validation.surprises:
        raise Stop(FAILED, f"missed, and not on the list of known misses: {', '.join(validation.surprises)}")


def _print(validation: Validation) -> None:
    from ..reports.beside_tables import beside_tables
    from ..reports.validation_page import misses, summary, validation_table
    from ..theories import theory_sentences

    for sentence in theory_sentences([validation.scenario], ["Every world"]):
        tell(sentence)
    shown = validation_table(validation)[["fact", "model", "95 % of worlds", "band", "role", "verdict"]]
    table(summary(validation), list(shown.columns), shown.to_numpy().tolist())
    for text in misses(validation):
        tell(f"missed: {text}")
    for title, header, rows in beside_tables(validation.beside.to_json()):
        tell()
        table(title, header, rows)


def _write(validation: Validation, out: Path) -> None:
    import json

    from ..output import write_table, write_text
    from ..reports.validation_page import validation_page

    write_text(out / "validation.json", json.dumps(validation.to_json(), indent=1, allow_nan=False))
    write_table(validation.facts, out / "validation.csv")
    validation_page(validation).write_html(out / "validation.html")
    say(f"written: {out / 'validation.html'}, {out / 'validation.csv'}, {out / 'validation.json'}")
