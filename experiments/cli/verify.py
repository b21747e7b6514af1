"""The command `verify`: repeats runs of a study and compares them byte by byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.declared.sizes import SEED

from ..console import FAILED, Debug, Json, Stop, announce_compile, print_json, progress, say, tell
from .study_runs import counted, was


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.")],
    runs: Annotated[int, typer.Option("--runs", help="Number of runs to repeat.")] = 10,
    seed: Annotated[int | None, typer.Option("--seed", help=f"Seed for choosing which runs to repeat. [default: {SEED}]")] = None,
    measured: Annotated[
        str | None,
        typer.Option("--measured", help="The function that a study made in Python runs, as module:function."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check all files and rerun a random sample."""
    from simulation.declared.parameters import InputError

    from ..studies.kept_study import function_named
    from ..studies.results import verify_runs
    from ..studies.store import Store, lacking, strangers
    from ..studies.study import Named

    if runs < 1:
        raise InputError(f"--runs: {runs}; allowed: 1 or more")
    store = Store.open(folder, None if measured is None else function_named(measured))
    if measured is not None and store.plan["study"].get("measured") is None:
        raise InputError("--measured: needs a study that runs a function; this one runs the simulation")
    for told in (*strangers(folder, store.whole()), *lacking(store.whole())):
        say(f"note: {told}")
    if isinstance(store.study.measured, Named):
        raise InputError(
            f"{folder}: every file is as it was written; its runs are the function {store.study.measured.name}, which is run again only if "
            "you name it with --measured"
        )
    checked = min(runs, store.table("runs").num_rows)
    if seed is not None and runs >= checked == store.table("runs").num_rows:
        raise InputError(f"--seed: needs fewer --runs than the {checked:,} there are, as all are run again")
    announce_compile()
    with progress("verifying", "runs") as show:
        differing = verify_runs(store, runs, SEED if seed is None else seed, show)
    if as_json:
        print_json({"checked": checked, "differing": differing})
    else:
        kinds = "runs and series" if store.study.series else "runs"
        tell(
            f"every file is as it was written; {counted(checked, 'run')} {was(checked)} run again: {kinds} are the same to the byte "
            f"in {checked - len(differing):,} of {checked:,}"
        )
    if differing:
        raise Stop(
            FAILED,
            f"{len(differing):,} {'differs' if len(differing) == 1 else 'differ'} (run {differing[0]} first): other code, other libraries, or a damaged file",
        )
