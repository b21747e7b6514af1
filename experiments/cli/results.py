"""The command `results`: shows what a study found."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import Debug, Json, print_json, say, table, tell
from ..numbers import in_words
from .study_runs import counted

if TYPE_CHECKING:
    import pandas as pd

    from ..studies.results import Results
    from ..studies.store import Store

MOST_ROWS = 200  # of an answer that are shown


def results(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.")],
    query: Annotated[str | None, typer.Argument(help="SQL query on the tables runs and series.")] = None,
    watching: Annotated[bool, typer.Option("--watch", help="Show progress until the study is complete.")] = False,
    compacting: Annotated[bool, typer.Option("--compact", help="Join all chunks into one file per table.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show or query the results of a study."""
    from ..studies.results import Results, compact
    from ..studies.store import lacking, strangers

    study_results = Results(folder)
    for told in strangers(study_results.store.folder, study_results.store.whole()):
        say(f"note: {told}")
    answer = None if query is None else study_results.sql(query)  # wrong SQL is refused before anything else
    if watching:
        _watch(study_results.store)
        answer = None if query is None else study_results.sql(query)
    if compacting:
        say("written: " + (", ".join(map(str, compact(study_results.store))) or "nothing: it was already compact"))
    for told in lacking(study_results.store.whole()):
        say(f"note: {told}")
    if answer is None:
        _print_state(study_results, as_json)
    else:
        _print_answer(answer, as_json)


def _print_answer(answer: pd.DataFrame, as_json: bool) -> None:
    from ..studies.sql_values import cell, plain

    if as_json:
        print_json([{str(k): plain(v) for k, v in row.items()} for row in answer.to_dict("records")])
        return
    cells = [[cell(v) for v in row] for row in answer.head(MOST_ROWS).itertuples(index=False)]
    table(counted(len(answer), "row"), list(map(str, answer.columns)), cells)
    if len(answer) > MOST_ROWS:
        say(f"the first {MOST_ROWS} of {len(answer):,} rows are shown; --json prints all")


def _print_state(study_results: Results, as_json: bool) -> None:
    from ..studies.results import missing_words, progress_words

    done, plan = study_results.store.done(), study_results.store.plan
    failed = study_results.store.failed()
    document = {
        "study": plan["study"],
        "runs": plan["runs"],
        "chunks": int(plan["chunks"]),
        "complete": int(done.sum()),
        "failed": failed,
        "missing": {name: lacking.words() for name, lacking in study_results.missing.items() if lacking.words()},
        "provenance": plan,
    }
    if as_json:
        print_json(document)
        return
    tell(
        f"{study_results.study.name}: {progress_words(int(done.sum()), len(done), plan['runs'])}"
        + (f"; {counted(failed, 'run')} failed" if failed else "")
    )
    tell(f"started with: {plan['command']}")
    if not done.any():
        say("nothing can be shown yet; run that command again to continue")
        return
    from ..studies.number_words import unit_of

    points = study_results.points
    rows = []
    for name in study_results.study.columns:
        column = points.get(name)
        if column is not None and column.notna().any():
            unit = unit_of(study_results.study, name)
            rows.append([name, *(in_words(v, unit) for v in column.quantile([0, 0.25, 0.5, 0.75, 1]))])
    table(
        f"Measures over {len(points):,} points (means over replicates)",
        ["measure", "lowest", "25 %", "median", "75 %", "highest"],
        rows,
    )
    for words in missing_words(study_results.missing.values()) if done.all() else ():  # runs that have not started are not missing
        say(f"note: {words}")
    say(f'query them: groundswell results {study_results.store.folder} "SELECT * FROM runs LIMIT 5"')


def _watch(store: Store) -> None:
    from ..studies.results import watch

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
