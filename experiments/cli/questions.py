"""Commands that ask a study: `sensitivity`, `discover`, `optimise`. Each runs what it needs, goes on where it stopped, and leaves a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..console import FAILED, INTERRUPTED, Debug, Json, NoCache, Stop, print_json, say, table, tell, typed
from .studies import OutPath, Scheduler, StudyPath, Workers, run_sweep

if TYPE_CHECKING:
    import pandas as pd

    from ..studies.store import Store
    from ..studies.study import Study


def sweeper(workers: int | None, scheduler: str | None) -> Callable[[Store], None]:
    """Return what runs a store to its end, or ends the command with what to do."""
    from ..output import OutputError

    def run(store: Store) -> None:
        try:
            ended = run_sweep(store, workers, scheduler, None)
        except OutputError as error:
            raise Stop(FAILED, f"stopped: {error}") from None
        except KeyboardInterrupt:
            raise Stop(INTERRUPTED, "interrupted: what is complete is kept; the same command goes on") from None
        if ended.abandoned or ended.out_of_time:
            why = "the budget of minutes is spent" if ended.out_of_time else "workers died again and again"
            raise Stop(FAILED, f"{why}: {ended.there} of {ended.chunks} chunks are complete; the same command goes on")

    return run


def _prepared(study: Path, out: Path, workers: int | None, scheduler: str | None) -> Study:
    from simulation.declared.parameters import InputError

    from ..output import check_writable
    from ..studies.engine import look_for
    from ..studies.study import read_study

    if workers is not None and workers < 1:
        raise InputError(f"--workers: {workers}; allowed: 1 or more")
    wanted = read_study(study)
    check_writable(out, folder=True)
    look_for(scheduler)
    return wanted


def _leave(out: Path, name: str, frame: pd.DataFrame, text: str, document: dict[str, Any]) -> list[Path]:
    """Write an answer as a page, a table and the document that the dashboard draws."""
    from ..output import write_table, write_text

    write_table(frame, out / f"{name}.csv")
    write_text(out / f"{name}.html", text)
    write_text(out / f"{name}.json", json.dumps(document | {"command": typed()}, indent=1, allow_nan=False))
    return [out / f"{name}.{ending}" for ending in ("html", "csv", "json")]


def _document(frame: pd.DataFrame, words: str, **more: Any) -> dict[str, Any]:
    return {"words": words, **more, "rows": json.loads(frame.to_json(orient="records"))}


def sensitivity(
    study: StudyPath,
    out: OutPath,
    method: Annotated[
        str | None,
        typer.Option("--method", help="morris, sobol (with pawn) or pawn. [default: morris; sobol for a saltelli design]"),
    ] = None,
    points: Annotated[int | None, typer.Option("--points", help="Trajectories (morris) or points. [default: the study's]")] = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    scheduler: Scheduler = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find which factors matter most. By Morris screening, Sobol indices or PAWN, with intervals and in words."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import sensitivity_page
    from ..studies.figures import index_words, unit_of
    from ..studies.sensitivity import designed
    from ..studies.sensitivity import sensitivity as look
    from ..studies.store import Store

    if points is not None and points < 2:
        raise InputError(f"--points: {points}; allowed: 2 or more")
    wanted, chosen = designed(_prepared(study, out, workers, scheduler), method, points)
    store = Store.create(out / "runs", wanted, typed())
    sweeper(workers, scheduler)(store)
    found = look(out / "runs", chosen)
    words = {m: found.words(m) for m in wanted.columns}
    missing = {m: list(lacking.points) for m, lacking in found.missing.items() if lacking.points}
    document = _document(found.table, " ".join(words.values()), method=chosen, words_by_measure=words, missing=missing)
    written = _leave(out, "sensitivity", found.table, sensitivity_page(found, typed()), document)
    if as_json:
        print_json(document)
    else:
        for measure in missing:
            tell(f"{words[measure]}\n")
        for measure, part in found.table.groupby("measure", sort=False):
            unit = unit_of(wanted, str(measure))
            rows = [[r.factor, r.index_name, *index_words(r.index_name, unit, r.value, r.low, r.high), "yes" if r.told else "no"]
                    for r in part.rename(columns={"index": "index_name"}).itertuples()]  # fmt: skip
            table(found.words(str(measure)), ["factor", "index", "value", "95 %", "differs from zero"], rows)
            tell()
    say("written: " + ", ".join(map(str, written)))


def discover(
    study: StudyPath,
    out: OutPath,
    fails: Annotated[
        str | None, typer.Option("--fails", help="When it fails: 'participation_effect < 0.01'. [default: the study's]")
    ] = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    scheduler: Scheduler = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find when a study's target is missed. By PRIM boxes and feature scores."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import discovery_page
    from ..studies.discovering import condition
    from ..studies.discovering import discover as look
    from ..studies.reading import Results
    from ..studies.store import Store

    wanted = _prepared(study, out, workers, scheduler)
    text = fails or wanted.fails
    if text is None:
        raise InputError(f"{study}: fails: not given; say when it fails with --fails 'MEASURE < NUMBER'")
    condition(text, wanted)
    store = Store.create(out / "runs", wanted, typed())
    sweeper(workers, scheduler)(store)
    found = look(out / "runs", text)
    boxes = [
        {
            "words": b.words(),
            "density": b.density,
            "coverage": b.coverage,
            "points": b.points,
            "limits": json.loads(b.limits.to_json(orient="records")),
        }
        for b in found.boxes
    ]
    document = _document(
        found.scores,
        found.words(),
        fails=text,
        failures=found.failures,
        points=found.points,
        missing=list(found.missing.points),
        boxes=boxes,
    )
    written = _leave(out, "discover", found.scores, discovery_page(found, Results(out / "runs").points, typed()), document)
    if as_json:
        print_json(document)
    else:
        tell(found.words())
        for n, box in enumerate(found.boxes, 1):
            tell(f"box {n}: {box.words()} (density {box.density:.0%}, coverage {box.coverage:.0%}, {box.points} points)")
        tell()
        table(
            "What tells failures from the rest",
            ["factor", "role", "score"],
            [[r.factor, r.role, f"{r.score:.3f}"] for r in found.scores.itertuples()],
        )
    say("written: " + ", ".join(map(str, written)))


def optimise(
    study: StudyPath,
    out: OutPath,
    objective: Annotated[
        list[str] | None,
        typer.Option("--objective", help="'maximise MEASURE' or 'minimise MEASURE'; repeat it. [default: the study's]"),
    ] = None,
    generations: Annotated[int | None, typer.Option("--generations", help="Of the search. [default: 8]")] = None,
    generation: Annotated[int | None, typer.Option("--generation", help="Packages in each. [default: 24]")] = None,
    futures: Annotated[
        int | None, typer.Option("--futures", help="Points of the uncertainties, the same for every package. [default: 8]")
    ] = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    scheduler: Scheduler = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find the best package of levers. A search comes first, then a ranking on people whom the search never saw."""
    from simulation.declared.parameters import InputError

    from ..reports.study_pages import optimum_page
    from ..studies.figures import in_words
    from ..studies.optimising import FUTURES, GENERATION, GENERATIONS, is_whole
    from ..studies.optimising import optimise as look

    for name, value, least in (("--generations", generations, 1), ("--generation", generation, 4), ("--futures", futures, 1)):
        if value is not None and value < least:
            raise InputError(f"{name}: {value}; allowed: {least} or more")
    wanted = _prepared(study, out, workers, scheduler)
    if futures is not None and not wanted.uncertainties:
        raise InputError("--futures: goes with a study that has uncertainties; this one has none")
    searched = [name for name, value in (("--generations", generations), ("--generation", generation)) if value is not None]
    most = (generations or GENERATIONS) * (generation or GENERATION)
    if searched and is_whole(wanted, min(most, GENERATIONS * GENERATION)):
        raise InputError(f"{searched[0]}: goes with a search; this study has so few packages that all of them are run")
    found = look(
        wanted,
        out,
        objective or wanted.objectives,
        sweeper(workers, scheduler),
        generations=generations or GENERATIONS,
        generation=generation or GENERATION,
        futures=futures or FUTURES,
        command=typed(),
    )
    document = _document(
        found.packages, found.words(), tried=found.tried, whole=found.whole, objectives=[str(o) for o in found.objectives]
    )
    written = _leave(out, "optimise", found.packages, optimum_page(found, typed()), document)
    if as_json:
        print_json(document)
    else:
        tell(found.words())
        tell()
        first = found.objectives[0].measure
        rows = [[found.package_words(row), *(in_words(row[o.measure], found.unit(o.measure)) for o in found.objectives),
                 " to ".join(in_words(row[f"{first}_{end}"], found.unit(first)) for end in ("low", "high")),
                 "yes" if row["told_from_best"] else "no", in_words(row["regret"], found.unit(first))] for _, row in found.packages.iterrows()]  # fmt: skip
        table(
            "Finalists",
            ["package", *(o.measure for o in found.objectives), f"{first}, 95 %", "differs from the best", "regret"],
            rows,
        )
    say("written: " + ", ".join(map(str, written)))


def add_to(app: typer.Typer) -> None:
    """Join the commands to the command line."""
    for command in (sensitivity, discover, optimise):
        app.command()(command)
