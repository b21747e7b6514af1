"""Carries out a `compare` request: the same comparison in one place or in several, printed and written as each is complete."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.evidence.posterior import posterior_named
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario

from ..comparison.compare import compare, courses, worlds
from ..comparison.comparison import Comparison
from ..comparison.replicates_needed import PILOT, planned
from ..comparison.single_run import check_population
from ..console import INTERRUPTED, Stop, announce_compile, print_json, progress, say, typed
from ..output import check_writable
from ..reports.across_places import together
from ..reports.files import without_pages, write_comparison, write_places
from ..reports.terminal import print_across, print_effects, print_plan


@dataclass(frozen=True)
class ComparisonRequest:
    """A request for a comparison.

    Attributes:
        scenarios: names or files; the others are compared with the first.
        places: names, codes or files; None is the usual place.
        population: simulated residents; None is the usual number.
        end: month after which no intervention is paid for; None is never.
        plan: half-width, 0..1, for which replicates are planned from a pilot; None runs the comparison itself.
        posterior: `shipped`, `none`, or a folder of calibrated sets of parameters.
        options: `replicates`, `months`, `seed`, `until_sure` and `workers`, as `comparing.compare` takes them.
        series: file for every measure of every month and replicate, or None.
        out: folder for the report, the tables and `compare.json`.
        as_json: True to print one JSON document and no tables.
    """

    scenarios: tuple[str, ...]
    places: tuple[str | None, ...]
    population: int | None
    end: int | None
    plan: float | None
    posterior: str
    options: dict[str, Any]
    series: Path | None
    out: Path
    as_json: bool

    def carry_out(self) -> None:
        """Compare in each place, write each comparison as it is complete, and print what was found.

        Raises:
            InputError: an option is out of range, has no effect, or names what cannot be read or written.
            Stop: it was interrupted; what is complete is written.
        """
        self._check()
        sets = posterior_named(self.posterior)
        check_population(self.population)
        by_place = worlds(self.scenarios, list(self.places), self.population, self.end)
        if self.end is not None and not any(i.kind != "shock" for one in by_place for s in one for i in s.interventions):
            raise InputError("--end: needs an intervention to stop paying for; no scenario here has one")
        announce_compile()
        found, interrupted = [], False
        for one in by_place:
            folder = self.out / one[0].place.name if len(by_place) > 1 else self.out
            check_writable(folder, folder=True)
            result, interrupted = self._compared(one, sets)
            found.append(result)
            if self.plan is None and not self.as_json and len(by_place) == 1:
                print_effects(result)
            say("written: " + ", ".join(map(str, write_comparison(result, folder, self.series))))
            if interrupted:
                break
        if lacking := without_pages():
            say(lacking)
        self._print(found, several=len(by_place) > 1)
        if interrupted:
            raise Stop(INTERRUPTED, f"interrupted: {found[-1].replicates} replicates are complete and kept")

    def _check(self) -> None:
        if self.plan is not None and not 0.0 < self.plan <= 1.0:
            raise InputError(f"--plan: {self.plan:g}; allowed: above 0, up to 1")
        check_writable(self.out, folder=True)
        if self.series:
            check_writable(self.series)

    def _compared(self, scenarios: list[Scenario], sets: Any) -> tuple[Comparison, bool]:
        """Run the comparison in one place with progress; return it, and whether it was interrupted."""
        options = {**self.options, "posterior": sets, "monthly": None if self.series else courses(len(scenarios))}
        if self.plan is not None:
            options["replicates"] = PILOT
        interrupted = False
        with progress(f"comparing {len(scenarios)} scenarios in {scenarios[0].place.name}", "replicates") as show:
            try:
                result = compare(*scenarios, **options, progress=show, command=typed())
            except KeyboardInterrupt as stopped:
                if not stopped.args:
                    raise
                result, interrupted = stopped.args[0], True
        for warning in result.warnings:
            say(f"warning: {warning}")
        return result, interrupted

    def _print(self, found: list[Comparison], several: bool) -> None:
        """Print the plan, or the tables of effects for one place; with `as_json`, the one document."""
        if self.plan is not None and not self.as_json:
            print_plan(found[0], self.plan)
        if several:
            across = together(found)
            say("written: " + ", ".join(map(str, write_places(across, self.out))))
            document: dict[str, Any] = {"places": [result.to_json() for result in found]}
            if not self.as_json:
                print_across(across)
        else:
            document = found[0].to_json() if self.plan is None else planned(found[0], self.plan)
        if self.as_json:
            print_json(document)
        else:
            say(f"data: {found[0].provenance['attribution']}")
