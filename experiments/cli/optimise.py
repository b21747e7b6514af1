"""The command `optimise`: the best package of a study's levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simulation.declared.sizes import FUTURES, GENERATION, GENERATIONS

from ..console import Debug, Json, print_json, say, table, tell, typed
from ..numbers import in_words
from ..option_fields import takes_options
from .study_request import StudyRequest
from .study_runs import answer_document, leave, prepared, sweeper

if TYPE_CHECKING:
    from ..studies.optimisation import Optimum


@takes_options
def optimise(
    request: StudyRequest,
    objective: Annotated[
        list[str] | None,
        typer.Option("--objective", help="'maximise MEASURE' or 'minimise MEASURE'; repeat for several. [default: the study's]"),
    ] = None,
    generations: Annotated[
        int | None, typer.Option("--generations", help=f"Generations of the search. [default: {GENERATIONS}]")
    ] = None,
    generation: Annotated[
        int | None, typer.Option("--generation", help=f"Packages in each generation. [default: {GENERATION}]")
    ] = None,
    futures: Annotated[
        int | None,
        typer.Option("--futures", help=f"Points drawn from the uncertainties, the same for every package. [default: {FUTURES}]"),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find the best package of levers. First a search, then a ranking on people that the search did not use."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import optimum_page
    from ..studies.optimisation import find_packages, is_whole

    for name, value, least in (("--generations", generations, 1), ("--generation", generation, 4), ("--futures", futures, 1)):
        if value is not None and value < least:
            raise InputError(f"{name}: {value}; allowed: {least} or more")
    asked = prepared(request)
    if futures is not None and not asked.uncertainties:
        raise InputError("--futures: needs a study that has uncertainties; this one has none")
    searched = [name for name, value in (("--generations", generations), ("--generation", generation)) if value is not None]
    most = (generations or GENERATIONS) * (generation or GENERATION)
    if searched and is_whole(asked, min(most, GENERATIONS * GENERATION)):
        raise InputError(f"{searched[0]}: needs a search; this study has so few packages that all are run")
    optimum = find_packages(
        asked,
        request.out,
        objective or asked.objectives,
        sweeper(request.workers, request.scheduler),
        generations=generations or GENERATIONS,
        generation=generation or GENERATION,
        futures=futures or FUTURES,
        command=typed(),
    )
    document = answer_document(
        optimum.packages, optimum.words(), tried=optimum.tried, whole=optimum.whole, objectives=[str(o) for o in optimum.objectives]
    )
    written = leave(request.out, "optimise", optimum.packages, optimum_page(optimum, typed()), document)
    if as_json:
        print_json(document)
    else:
        _tell(optimum)
    say("written: " + ", ".join(map(str, written)))


def _tell(optimum: Optimum) -> None:
    tell(optimum.words())
    tell()
    first = optimum.objectives[0].measure
    rows = [[optimum.package_words(row), *(in_words(row[o.measure], optimum.unit(o.measure)) for o in optimum.objectives),
             " to ".join(in_words(row[f"{first}_{end}"], optimum.unit(first)) for end in ("low", "high")),
             "yes" if row["differs_from_best"] else "no", in_words(row["regret"], optimum.unit(first))] for _, row in optimum.packages.iterrows()]  # fmt: skip
    table(
        "Finalists",
        ["package", *(o.measure for o in optimum.objectives), f"{first}, 95 %", "differs from the best", "regret"],
        rows,
    )
