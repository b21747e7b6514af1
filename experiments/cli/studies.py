"""Commands about studies: `sweep`, `results`, `verify`."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..console import (
    FAILED,
    INTERRUPTED,
    Debug,
    Json,
    NoCache,
    Stop,
    announce_compile,
    print_json,
    progress,
    say,
    table,
    tell,
    typed,
)

if TYPE_CHECKING:
    import pandas as pd

    from ..studies.engine import Show, Swept
    from ..studies.reading import Results
    from ..studies.store import Store

MOST_ROWS = 200  # of an answer that are shown
StudyPath = Annotated[Path, typer.Argument(help="A study file; groundswell new NAME --study writes one.")]
OutPath = Annotated[Path, typer.Option("--out", help="Folder of the results; the same command goes on where it stopped.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes. [default: the cores there are]")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask scheduler whose workers see the same folder.")
]


def counted(number: int, what: str) -> str:
    """Return a number with what is counted, singular or plural."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def was(number: int) -> str:
    """Return `was` or `were`."""
    return "was" if number == 1 else "were"


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Return number (from 1) and count of `i/n`, or raise `InputError`."""
    from simulation.declared.parameters import InputError

    if text is None:
        return None
    one, sign, all_ = text.partition("/")
    if not sign or not re.fullmatch(r"[0-9]{1,9}/[0-9]{1,9}", text) or not 1 <= int(one) <= int(all_):
        raise InputError(f"--shard: '{text}'; allowed: i/n with i from 1 to n, such as 2/8")
    return int(one), int(all_)


def shows(store: Store) -> tuple[Any, Show]:
    """Return a progress display in runs, with failures told as they come, and what to call."""
    told = 0
    display = progress(f"sweeping {store.study.name} ({counted(store.study.planned, 'run')})", "chunks")
    call = display.__enter__()

    def show(there: int, planned: int, failed: int) -> None:
        nonlocal told
        call(there, planned)
        if failed > told:
            say(f"{counted(failed, 'run')} failed so far")
            told = failed

    return display, show


def run_sweep(store: Store, workers: int | None, scheduler: str | None, shard: tuple[int, int] | None) -> Swept:
    """Sweep with progress on stderr."""
    from ..studies.engine import sweep as do

    if store.study.measured is None:
        announce_compile()
    for told in store.set_aside():
        say(f"note: {told}")
    display, show = shows(store)
    try:
        return do(store, workers, scheduler, shard, show)
    finally:
        display.__exit__(None, None, None)


def sweep(
    study: StudyPath,
    out: OutPath,
    workers: Workers = None,
    no_cache: NoCache = False,
    scheduler: Scheduler = None,
    shard: Annotated[str | None, typer.Option("--shard", help="i/n: do only this part, for job arrays.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Run a study, or go on with one. Nothing is run twice."""
    from simulation.declared.parameters import InputError

    from ..output import OutputError, check_writable
    from ..studies.engine import look_for
    from ..studies.store import Store
    from ..studies.study import read_study

    part = parse_shard(shard)
    if workers is not None and workers < 1:
        raise InputError(f"--workers: {workers}; allowed: 1 or more")
    wanted = read_study(study)
    check_writable(out, folder=True)
    look_for(scheduler)
    store = Store.create(out, wanted, typed())
    try:
        ended = run_sweep(store, workers, scheduler, part)
    except OutputError as error:
        raise Stop(FAILED, f"stopped: {error}. {int(store.done().sum())} of {store.chunks} chunks are complete") from None
    except KeyboardInterrupt:
        raise Stop(
            INTERRUPTED,
            f"interrupted: {int(store.done().sum())} of {store.chunks} chunks are complete and kept; the same command goes on",
        ) from None
    failed = store.failed()
    document = {
        "out": str(out), "runs": store.study.planned, "chunks": ended.chunks, "complete": ended.there, "failed": failed, "shard": shard,
        "overhead": round(ended.work_seconds / ended.model_seconds, 3) if ended.model_seconds else None, "provenance": store.plan,
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _print_sweep(store, ended, part)
    if ended.abandoned:
        raise Stop(
            FAILED,
            f"{counted(len(ended.abandoned), 'chunk')} {was(len(ended.abandoned))} given up, as their workers died again and again (chunk {ended.abandoned[0]} first)",
        )
    if ended.out_of_time:
        raise Stop(
            FAILED,
            f"the budget of {store.study.budget.minutes:g} minutes is spent: {ended.there} of {ended.chunks} chunks are complete; the same command goes on",
        )
    if failed:
        raise Stop(
            FAILED,
            f"{counted(failed, 'run')} failed; see: groundswell results {out} \"SELECT run_id, stage, error FROM runs WHERE status = 'failed'\"",
        )


def _print_sweep(store: Store, ended: Swept, shard: tuple[int, int] | None) -> None:
    from ..studies.reading import Results, missing_words

    of = "" if shard is None else f" of shard {shard[0]} of {shard[1]}"
    planned = f"{counted(store.study.planned, 'run')} planned" + ("" if shard is None else " in all shards")
    tell(f"{store.study.name}: {ended.there:,} of {counted(ended.chunks, 'chunk')}{of} complete, {planned}")
    there = int(store.done().sum())
    if there < store.chunks and shard is not None:
        tell(
            f"this was one of {shard[1]} shards: {there:,} of all {counted(store.chunks, 'chunk')} are there; run the others with the same --out"
        )
    if there == store.chunks:
        for words in missing_words(Results(store.folder).missing.values()):
            say(f"note: {words}")
    if ended.model_seconds:
        tell(
            f"this time: {ended.work_seconds:,.1f} s of workers, {ended.work_seconds / ended.model_seconds:.2f} times what the model alone took"
        )
    if store.plan.get("attribution"):
        say(f"data: {store.plan['attribution']}")


def results(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.")],
    query: Annotated[str | None, typer.Argument(help="SQL over the tables runs and series.")] = None,
    watching: Annotated[bool, typer.Option("--watch", help="Show progress until all is there.")] = False,
    compacting: Annotated[bool, typer.Option("--compact", help="Join all chunks into one file a table.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the results of a study, or ask them."""
    from ..studies.reading import Results, compact
    from ..studies.store import lacking, strangers

    found = Results(folder)
    for told in strangers(found.store.folder, found.store.whole()):
        say(f"note: {told}")
    answer = None if query is None else found.sql(query)  # wrong SQL is refused before anything is done
    if watching:
        _watch(found.store)
        answer = None if query is None else found.sql(query)
    if compacting:
        say("written: " + (", ".join(map(str, compact(found.store))) or "nothing: it was compact"))
    for told in lacking(found.store.whole()):
        say(f"note: {told}")
    if answer is None:
        _print_state(found, as_json)
    else:
        _print_answer(answer, as_json)


def _print_answer(answer: pd.DataFrame, as_json: bool) -> None:
    from ..studies.answers import cell, plain

    if as_json:
        print_json([{str(k): plain(v) for k, v in row.items()} for row in answer.to_dict("records")])
        return
    cells = [[cell(v) for v in row] for row in answer.head(MOST_ROWS).itertuples(index=False)]
    table(counted(len(answer), "row"), list(map(str, answer.columns)), cells)
    if len(answer) > MOST_ROWS:
        say(f"the first {MOST_ROWS} of {len(answer):,} rows are shown; --json prints all")


def _print_state(found: Results, as_json: bool) -> None:
    from ..studies.reading import missing_words, progress_words

    done, plan = found.store.done(), found.store.plan
    failed = found.store.failed()
    document = {
        "study": plan["study"],
        "runs": plan["runs"],
        "chunks": int(plan["chunks"]),
        "complete": int(done.sum()),
        "failed": failed,
        "missing": {name: lacking.words() for name, lacking in found.missing.items() if lacking.words()},
        "provenance": plan,
    }
    if as_json:
        print_json(document)
        return
    tell(
        f"{found.study.name}: {progress_words(int(done.sum()), len(done), plan['runs'])}"
        + (f"; {counted(failed, 'run')} failed" if failed else "")
    )
    tell(f"begun with: {plan['command']}")
    if not done.any():
        say("nothing can be shown yet; the command above goes on")
        return
    from ..studies.figures import in_words, unit_of

    points = found.points
    rows = []
    for name in found.study.columns:
        column = points.get(name)
        if column is not None and column.notna().any():
            unit = unit_of(found.study, name)
            rows.append([name, *(in_words(v, unit) for v in column.quantile([0, 0.25, 0.5, 0.75, 1]))])
    table(
        f"Measures over {len(points):,} points (means over replicates)",
        ["measure", "least", "25 %", "middle", "75 %", "most"],
        rows,
    )
    for words in missing_words(found.missing.values()) if done.all() else ():  # what was not run yet is not missing
        say(f"note: {words}")
    say(f'ask them: groundswell results {found.store.folder} "SELECT * FROM runs LIMIT 5"')


def _watch(store: Store) -> None:
    from ..studies.reading import watch

    started, first = time.monotonic(), None
    last = None
    for there, planned, failed in watch(store):
        first = there if first is None else first
        if (there, failed) == last:
            continue
        last = (there, failed)
        speed = (there - first) / max(time.monotonic() - started, 1e-9)
        left = f", about {(planned - there) / speed / 60:.1f} minutes left" if speed > 0 and there < planned else ""
        say(f"{there} of {planned} chunks{left}" + (f", {counted(failed, 'run')} failed" if failed else ""))


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.")],
    runs: Annotated[int, typer.Option("--runs", help="How many are run again.")] = 10,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed for choosing which runs to repeat. [default: 1]")] = None,
    measured: Annotated[
        str | None,
        typer.Option("--measured", help="For a study made in Python whose runs are a function: module:function."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check all files and rerun a random sample."""
    from simulation.declared.parameters import InputError

    from ..studies.keeping import function_named
    from ..studies.reading import verify as look
    from ..studies.store import Store, lacking, strangers
    from ..studies.study import Named

    if runs < 1:
        raise InputError(f"--runs: {runs}; allowed: 1 or more")
    store = Store.open(folder, None if measured is None else function_named(measured))
    if measured is not None and store.plan["study"].get("measured") is None:
        raise InputError("--measured: goes with a study whose runs are a function; those of this one are the simulation's")
    for told in (*strangers(folder, store.whole()), *lacking(store.whole())):
        say(f"note: {told}")
    if isinstance(store.study.measured, Named):
        raise InputError(
            f"{folder}: every file is as it was written; its runs are the function {store.study.measured.name}, which is run again only if "
            "you name it with --measured"
        )
    checked = min(runs, store.table("runs").num_rows)
    if seed is not None and runs >= checked == store.table("runs").num_rows:
        raise InputError(f"--seed: goes with fewer --runs than the {checked:,} there are; all of them are run again")
    announce_compile()
    with progress("verifying", "runs") as show:
        differing = look(store, runs, 1 if seed is None else seed, show)
    if as_json:
        print_json({"checked": checked, "differing": differing})
    else:
        kinds = "runs and series" if store.study.series else "runs"
        tell(f"every file is as it was written; {counted(checked, 'run')} {was(checked)} run again: {kinds} are the same to the byte "
              f"in {checked - len(differing):,} of {checked:,}")  # fmt: skip
    if differing:
        raise Stop(
            FAILED,
            f"{len(differing):,} {'differs' if len(differing) == 1 else 'differ'} (run {differing[0]} first): other code, other libraries, or a damaged file",
        )


def add_to(app: typer.Typer) -> None:
    """Join the commands to the command line."""
    for command in (sweep, results, verify):
        app.command()(command)
