"""The command `sweep`: a study of many runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import FAILED, INTERRUPTED, Debug, Json, Stop, print_json, say, tell, typed
from ..option_fields import takes_options
from .study_request import StudyRequest
from .study_runs import counted, prepared, run_sweep, was

if TYPE_CHECKING:
    from ..studies.engine import Swept
    from ..studies.store import Store


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Return number (from 1) and count of `i/n`, or raise `InputError`."""
    from simulation.declared.parameters import InputError

    if text is None:
        return None
    one, sign, all_ = text.partition("/")
    if not sign or not re.fullmatch(r"[0-9]{1,9}/[0-9]{1,9}", text) or not 1 <= int(one) <= int(all_):
        raise InputError(f"--shard: '{text}'; allowed: i/n with i from 1 to n, such as 2/8")
    return int(one), int(all_)


@takes_options
def sweep(
    request: StudyRequest,
    shard: Annotated[str | None, typer.Option("--shard", help="i/n: run only this part, for job arrays.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Run a study, or continue one. No run is repeated."""
    from ..output import OutputError
    from ..studies.store import Store

    part = parse_shard(shard)
    store = Store.create(request.out, prepared(request), typed())
    try:
        ended = run_sweep(store, request.workers, request.scheduler, part)
    except OutputError as error:
        raise Stop(FAILED, f"stopped: {error}. {int(store.done().sum())} of {store.chunks} chunks are complete") from None
    except KeyboardInterrupt:
        raise Stop(
            INTERRUPTED,
            f"interrupted: {int(store.done().sum())} of {store.chunks} chunks are complete and kept; run the same command again to continue",
        ) from None
    failed = store.failed()
    document = {
        "out": str(request.out), "runs": store.study.planned, "chunks": ended.chunks, "complete": ended.there, "failed": failed, "shard": shard,
        "overhead": round(ended.work_seconds / ended.model_seconds, 3) if ended.model_seconds else None, "provenance": store.plan,
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _print_sweep(store, ended, part)
    if ended.abandoned:
        raise Stop(
            FAILED,
            f"{counted(len(ended.abandoned), 'chunk')} {was(len(ended.abandoned))} given up, as their workers kept dying (first: chunk {ended.abandoned[0]})",
        )
    if ended.out_of_time:
        raise Stop(
            FAILED,
            f"the budget of {store.study.budget.minutes:g} minutes is used up: {ended.there} of {ended.chunks} chunks are complete; run the same command again to continue",
        )
    if failed:
        raise Stop(
            FAILED,
            f"{counted(failed, 'run')} failed; see: groundswell results {request.out} \"SELECT run_id, stage, error FROM runs WHERE status = 'failed'\"",
        )


def _print_sweep(store: Store, ended: Swept, shard: tuple[int, int] | None) -> None:
    from ..studies.results import Results, missing_words

    of = "" if shard is None else f" of shard {shard[0]} of {shard[1]}"
    planned = f"{counted(store.study.planned, 'run')} planned" + ("" if shard is None else " in all shards")
    tell(f"{store.study.name}: {ended.there:,} of {counted(ended.chunks, 'chunk')}{of} complete, {planned}")
    there = int(store.done().sum())
    if there < store.chunks and shard is not None:
        tell(
            f"this was one of {shard[1]} shards: {there:,} of all {counted(store.chunks, 'chunk')} are complete; run the others with the same --out"
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
