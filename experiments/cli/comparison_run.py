"""Carries out a `compare` request: the same comparison in one place or in several, printed and written as each is complete."""

from __future__ import annotations

from typing import Any

from scenarios.evidence.posterior import posterior_named
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario

from ..comparison.compare import compare, courses
from ..comparison.comparison import Comparison
from ..comparison.replicates_needed import PILOT, planned
from ..comparison.single_run import check_population
from ..comparison.worlds import worlds
from ..console import INTERRUPTED, Stop, announce_compile, print_json, progress, say, tell, typed
from ..output import check_writable
from ..reports.across_places import together
from ..reports.files import without_pages, write_comparison, write_places
from ..reports.terminal import print_across, print_effects, print_plan
from ..theories import Sets, theory_sentences
from .comparison_request import ComparisonRequest


def carry_out(request: ComparisonRequest) -> None:
    """Compare in each place, write each comparison as it is complete, and print the results.

    Raises:
        InputError: an option is out of range, has no effect, or names what cannot be read or written.
        Stop: it was interrupted; what is complete is written.
    """
    _check(request)
    sets: Sets = "usual" if request.posterior is None else posterior_named(request.posterior)
    check_population(request.population)
    names, places = (request.base, *request.scenarios), request.places or (None,)
    by_place = worlds(names, list(places), request.population, request.end, request.structure)
    several = len(by_place) > 1
    if request.end is not None and not any(i.kind != "shock" for world in by_place for s in world for i in s.interventions):
        raise InputError("--end: needs an intervention to stop paying for; no scenario here has one")
    if not request.as_json:
        for sentence in theory_sentences(by_place[0], [s.name for s in by_place[0]]):
            tell(sentence)
    announce_compile()
    results, interrupted = [], False
    for scenarios in by_place:
        folder = request.out / scenarios[0].place.name if several else request.out
        check_writable(folder, folder=True)
        result, interrupted = _compared(request, scenarios, sets)
        results.append(result)
        if request.plan is None and not request.as_json and not several:
            print_effects(result)
        say("written: " + ", ".join(map(str, write_comparison(result, folder, request.series))))
        if interrupted:
            break
    if lacking := without_pages():
        say(lacking)
    _print(request, results, several)
    if interrupted:
        raise Stop(INTERRUPTED, f"interrupted: {results[-1].replicates} replicates are complete and kept")


def _check(request: ComparisonRequest) -> None:
    if request.plan is not None and not 0.0 < request.plan <= 1.0:
        raise InputError(f"--plan: {request.plan:g}; allowed: above 0, up to 1")
    check_writable(request.out, folder=True)
    if request.series:
        check_writable(request.series)


def _compared(request: ComparisonRequest, scenarios: list[Scenario], sets: Sets) -> tuple[Comparison, bool]:
    """Run the comparison in one place with progress; return it, and whether it was interrupted."""
    interrupted = False
    with progress(f"comparing {len(scenarios)} scenarios in {scenarios[0].place.name}", "replicates") as show:
        try:
            result = compare(
                *scenarios,
                replicates=request.replicates if request.plan is None else PILOT,
                months=request.months,
                seed=request.seed,
                until_sure=request.until_sure,
                workers=request.workers,
                posterior=sets,
                monthly=None if request.series else courses(len(scenarios)),
                progress=show,
                command=typed(),
            )
        except KeyboardInterrupt as stopped:
            if not stopped.args:
                raise
            result, interrupted = stopped.args[0], True
    for warning in result.warnings:
        say(f"warning: {warning}")
    return result, interrupted


def _print(request: ComparisonRequest, results: list[Comparison], several: bool) -> None:
    """Print the plan, or the tables of effects for one place; with `as_json`, the one document."""
    if request.plan is not None and not request.as_json:
        print_plan(results[0], request.plan)
    if several:
        across = together(results)
        say("written: " + ", ".join(map(str, write_places(across, request.out))))
        document: dict[str, Any] = {"places": [result.to_json() for result in results]}
        if not request.as_json:
            print_across(across)
    else:
        document = results[0].to_json() if request.plan is None else planned(results[0], request.plan)
    if request.as_json:
        print_json(document)
    else:
        say(f"data: {results[0].provenance['attribution']}")
