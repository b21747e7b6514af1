"""The command `sensitivity`: finds what matters in a study."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import Debug, Json, print_json, say, table, tell, typed
from ..option_fields import takes_options
from .study_request import StudyRequest
from .study_runs import answer_document, leave, prepared, sweeper


@takes_options
def sensitivity(
    request: StudyRequest,
    method: Annotated[
        str | None,
        typer.Option("--method", help="morris, sobol (with pawn) or pawn. [default: morris; sobol for a saltelli design]"),
    ] = None,
    points: Annotated[int | None, typer.Option("--points", help="Trajectories (morris) or points. [default: the study's]")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find which factors matter most. Uses Morris screening, Sobol indices or PAWN, with intervals and in words."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import sensitivity_page
    from ..studies.number_words import index_words, unit_of
    from ..studies.sensitivity import analyse, designed
    from ..studies.store import Store

    if points is not None and points < 2:
        raise InputError(f"--points: {points}; allowed: 2 or more")
    designed_study, chosen = designed(prepared(request), method, points)
    store = Store.create(request.out / "runs", designed_study, typed())
    sweeper(request.workers, request.scheduler)(store)
    answer = analyse(request.out / "runs", chosen)
    words = {m: answer.words(m) for m in designed_study.columns}
    missing = {m: list(lacking.points) for m, lacking in answer.missing.items() if lacking.points}
    document = answer_document(answer.table, " ".join(words.values()), method=chosen, words_by_measure=words, missing=missing)
    written = leave(request.out, "sensitivity", answer.table, sensitivity_page(answer, typed()), document)
    if as_json:
        print_json(document)
    else:
        for measure in missing:
            tell(f"{words[measure]}\n")
        for measure, part in answer.table.groupby("measure", sort=False):
            unit = unit_of(designed_study, str(measure))
            rows = [
                [
                    r.factor,
                    r.index_name,
                    *index_words(r.index_name, unit, r.value, r.low, r.high),
                    "yes" if r.differs_from_zero else "no",
                ]
                for r in part.rename(columns={"index": "index_name"}).itertuples()
            ]
            table(answer.words(str(measure)), ["factor", "index", "value", "95 %", "differs from zero"], rows)
            tell()
    say("written: " + ", ".join(map(str, written)))
