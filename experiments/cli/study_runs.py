"""What the study commands share: running a study with progress, and the files of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..console import FAILED, INTERRUPTED, Stop, announce_compile, progress, say, typed

if TYPE_CHECKING:
    import pandas as pd

    from ..studies.engine import Show, Swept
    from ..studies.store import Store
    from ..studies.study import Study
    from .study_request import StudyRequest


def counted(number: int, what: str) -> str:
    """Return a number with its noun, singular or plural."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def was(number: int) -> str:
    """Return `was` or `were`."""
    return "was" if number == 1 else "were"


def shows(store: Store) -> tuple[Any, Show]:
    """Return a progress display in runs that reports failures as they happen, and its callback."""
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
    from ..studies.engine import fill_store

    if store.study.measured is None:
        announce_compile()
    for told in store.set_aside():
        say(f"note: {told}")
    display, show = shows(store)
    try:
        return fill_store(store, workers, scheduler, shard, show)
    finally:
        display.__exit__(None, None, None)


def sweeper(workers: int | None, scheduler: str | None) -> Callable[[Store], None]:
    """Return a function that runs a store to its end, or ends the command with advice."""
    from ..output import OutputError

    def run(store: Store) -> None:
        try:
            ended = run_sweep(store, workers, scheduler, None)
        except OutputError as error:
            raise Stop(FAILED, f"stopped: {error}") from None
        except KeyboardInterrupt:
            raise Stop(INTERRUPTED, "interrupted: what is complete is kept; run the same command again to continue") from None
        if ended.abandoned or ended.out_of_time:
            why = "the budget of minutes is used up" if ended.out_of_time else "workers kept dying"
            raise Stop(
                FAILED, f"{why}: {ended.there} of {ended.chunks} chunks are complete; run the same command again to continue"
            )

    return run


def prepared(request: StudyRequest) -> Study:
    """Return the study that is asked for, after checking that the folder can be written and the scheduler answers."""
    from simulation.declared.parameters import InputError

    from ..output import check_writable
    from ..studies.engine import look_for
    from ..studies.study import read_study

    if request.workers is not None and request.workers < 1:
        raise InputError(f"--workers: {request.workers}; allowed: 1 or more")
    asked = read_study(request.study)
    check_writable(request.out, folder=True)
    look_for(request.scheduler)
    return asked


def leave(out: Path, name: str, frame: pd.DataFrame, text: str, document: dict[str, Any]) -> list[Path]:
    """Write an answer as a page, a table and the document that the dashboard draws."""
    from ..output import write_table, write_text

    write_table(frame, out / f"{name}.csv")
    write_text(out / f"{name}.html", text)
    write_text(out / f"{name}.json", json.dumps(document | {"command": typed()}, indent=1, allow_nan=False))
    return [out / f"{name}.{ending}" for ending in ("html", "csv", "json")]


def answer_document(frame: pd.DataFrame, words: str, **more: Any) -> dict[str, Any]:
    """Return an answer as the document that is written and printed: words, what is given besides, and its table as `rows`."""
    return {"words": words, **more, "rows": json.loads(frame.to_json(orient="records"))}
