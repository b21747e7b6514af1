"""The command `calibrate`: fits parameter sets to facts, saved step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.declared.sizes import FITTED_POPULATION, QUICK_POPULATION, SEED

from ..arguments import Seed, Workers
from ..console import Debug, Json, announce_compile, print_json, say, table, tell, typed
from ..numbers import percent
from .study_request import OutPath, Scheduler
from .study_runs import sweeper

if TYPE_CHECKING:
    from scenarios.evidence.facts import Fact

    from ..evidence.calibration.calibration import Calibrator, Sizes
    from ..evidence.calibration.results import Calibration


def calibrate(
    out: OutPath,
    study: Annotated[
        Path | None,
        typer.Argument(help="A study file: its place, and the uncertainties to be fitted. [default: chosen by screening]"),
    ] = None,
    targets: Annotated[
        Path | None,
        typer.Option(
            "--targets", help="A table of facts (columns measure, value, low, high, as in the ledger). [default: the shipped facts]"
        ),
    ] = None,
    place: Annotated[str | None, typer.Option("--place", help="A place, if no study is given. [default: england]")] = None,
    population: Annotated[
        int | None,
        typer.Option(
            "--population", help=f"Residents in each world. [default: {FITTED_POPULATION}; {QUICK_POPULATION} with --quick]"
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small run of a few minutes, to try it out. Its sets are rough.")
    ] = False,
    seed: Seed = SEED,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Fit the model's parameters to facts. Screening, waves of history matching, and a sample of sets. Run it again to continue where it stopped."""
    from ..evidence.calibration.calibration import FULL, SMALL
    from ..output import check_writable
    from ..reports.calibration_page import calibration_page

    check_writable(out, folder=True)
    sizes = SMALL if quick else FULL
    calibrator = _prepared(study, targets, place, population, sizes, seed, out, workers, scheduler)
    announce_compile()
    calibration = calibrator.calibrate()
    document = calibration.document()
    written = calibration.write(out)
    where = calibrator.scenario.place
    calibration_page(document, getattr(where, "title", where.name)).write_html(out / "calibration.html")
    if as_json:
        print_json(document)
    else:
        _tell(calibration)
    say("written: " + ", ".join(map(str, [*written, out / "calibration.html"])))
    say(f"use it: groundswell compare baseline closing-the-loop --posterior {out}")


def _tell(calibration: Calibration) -> None:
    rows = [
        [
            r.fact,
            f"{r.mean:.3f}",
            f"{r.mean_low:.3f} to {r.mean_high:.3f}",
            f"{r.low:g} to {r.high:g}",
            "yes" if r.inside else "no",
        ]
        for r in calibration.facts.itertuples()
    ]
    table(f"Facts, and the {calibration.posterior.size} sets kept", ["fact", "mean", "90 % of sets", "band", "inside"], rows)
    tell()
    rows = [
        [r.parameter, f"{r.mean:.3f}", f"{r.mean_low:.3f} to {r.mean_high:.3f}", percent(r.left), r.by or "nothing alone"]
        for r in calibration.parameters.itertuples()
    ]
    table("Fitted parameters", ["parameter", "mean", "90 % of sets", "spread left", "moves most"], rows)


def _prepared(
    study: Path | None,
    targets: Path | None,
    place: str | None,
    population: int | None,
    sizes: Sizes,
    seed: int,
    out: Path,
    workers: int | None,
    scheduler: str | None,
) -> Calibrator:
    """Return the calibrator that was asked for; everything that may be wrong with the input is found here."""
    from dataclasses import replace

    from scenarios import load_scenario
    from scenarios.places import load_place
    from simulation.declared.parameters import InputError

    from ..evidence.calibration.calibration import Calibrator
    from ..studies.study import read_study

    if workers is not None and workers < 1:
        raise InputError(f"--workers: {workers}; allowed: 1 or more")
    if population is not None and not 100 <= population <= 1_000_000:
        raise InputError(f"--population: {population}; allowed: 100 to 1,000,000")
    fitted: dict[str, tuple[float, float]] | None = None
    if study is not None:
        asked = read_study(study)
        scenario, fitted = asked.base, {}
        for factor in asked.factors:
            if factor.kind != "parameter" or factor.values is not None or factor.low is None or factor.high is None:
                raise InputError(
                    f"{study}: {factor.name}: calibrate fits parameters with low and high; no {factor.kind}{' with values' if factor.values else ''}"
                )
            fitted[factor.target] = (factor.low, factor.high)
        sizes = replace(sizes, population=scenario.population)
    else:
        scenario = load_scenario("baseline", load_place(place or "england"))
    return Calibrator(
        scenario,
        _facts(targets),
        out,
        replace(sizes, population=population or sizes.population),
        seed,
        sweeper(workers, scheduler),
        fitted,
        say,
        typed(),
    )


def _facts(path: Path | None) -> tuple[Fact, ...]:
    from scenarios.evidence.facts import ledger, read_facts
    from simulation.declared.parameters import InputError

    rows = ledger() if path is None else read_facts(path)
    facts = tuple(f for f in rows if f.role == "calibrate")
    for fact in facts:
        if fact.kind != "band":
            raise InputError(f"{path}: {fact.id}: kind '{fact.kind}' cannot be fitted; allowed with role 'calibrate': band")
    if not facts:
        raise InputError(f"{path}: no row has the role 'calibrate'; there is nothing to fit")
    return facts
