"""Running comparisons: paired effects of scenarios on the same people and days."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, takewhile

import numpy as np

from scenarios.evidence.posterior import Posterior, shipped
from scenarios.plugins import available_measures, refused_plugins
from scenarios.structures import own_values
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MONTHS, MOST_MONTHS, MOST_REPLICATES, REPLICATES, SEED, check_whole
from simulation.measures.recorder import GROUPINGS

from ..theories import Sets, mixed_theories, sets_of
from .compared_runs import COURSES, LEAST_PAIRS, MANY, MOST_PAIRS, REPLICATES_A_PAIR, same_people
from .comparison import Comparison
from .replicates import AGAIN, ReplicateResult, run_replicates
from .replicates_needed import PILOT, next_batch

MOST_UNTIL_SURE = 1000  # replicates


def _add_savings(comparison: Comparison) -> Comparison:
    """Fill in the saving in service costs compared with the base, where the same people are compared."""
    if comparison.paired:
        names = list(comparison.measures)
        saving, service = names.index("saving"), names.index("service_cost")
        for table in (comparison.results, comparison.again, comparison.series, comparison.again_series):
            if table is not None:
                table[..., saving] = table[:, :1, ..., service] - table[..., service]
    return comparison


def ended(scenario: Scenario, month: int) -> Scenario:
    """Return a scenario in which no intervention is paid for after a month; shocks continue.

    Raises:
        InputError: something starts only after that month.
    """
    tried = []
    for one in scenario.interventions:
        if one.kind != "shock" and (one.delivery.end is None or one.delivery.end > month):
            if one.delivery.start > month:
                raise InputError(f"end: {month}; allowed: {one.delivery.start} or more, as '{one.name}' starts then")
            one = replace(one, delivery=replace(one.delivery, end=month))
        tried.append(one)
    return scenario.with_(interventions=tuple(tried))


def courses(scenarios: int) -> tuple[str, ...]:
    """Return the measures whose course over time is kept; apathy takes time to compute, and is left out if there are many scenarios."""
    return COURSES if scenarios <= MANY + 1 else tuple(name for name in COURSES if name != "apathy")


def compare(
    base: Scenario,
    *others: Scenario,
    replicates: int = REPLICATES,
    months: int = MONTHS,
    seed: int = SEED,
    until_sure: float | None = None,
    workers: int | None = None,
    monthly: tuple[str, ...] | None = None,
    posterior: Sets = "usual",
    progress: Callable[[int, int | None], None] | None = None,
    command: str | None = None,
) -> Comparison:
    """Run scenarios compared with a base, on the same people and days, and return paired effects.

    Args:
        base: what the others are compared with.
        others: scenarios.
        replicates: how many times people, ties and chance are redrawn.
        months: months after burn-in; effects are read at the end.
        seed: root seed.
        until_sure: instead of `replicates`: go on until the half-width of every effect's interval on participation,
            apathy, perceived influence and trust is at most this, at most 1,000 replicates. Batches are as large as the
            spread so far says is needed.
        workers: processes; None takes all cores. Their number changes no byte.
        monthly: measures whose course over the months is kept; None for all. Fewer are faster: results are the same.
        posterior: sets of parameters, of which each replicate takes one; None gives all the central values. `shipped` takes the shipped sets, `usual` too
            unless a scenario's structure awaits its fit. Some sets are run twice, which separates parameter uncertainty from chance.
        progress: called with replicates done and planned (None: not known).
        command: the command to repeat it; None writes the one that does.

    Raises:
        InputError: a number out of range, or two scenarios of one name that differ.
        KeyboardInterrupt: with the partial `Comparison` as its argument, if any replicate was complete.
    """
    _check_asked(replicates, months, workers, until_sure)
    sets, said = sets_of(posterior, (base, *others))
    size = f"--until-sure {until_sure}" if until_sure else f"--replicates {replicates}"
    gathered = Gathering((base, *others), seed, months, sets, size, command, said)
    run = partial(run_replicates, gathered.scenarios, seed, months=months, workers=workers, posterior=sets, monthly=monthly)
    try:
        _run_all(gathered, run, replicates, until_sure, progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*([gathered.comparison(False)] if len(gathered) else [])) from None
    return gathered.comparison()


def _run_all(
    gathered: Gathering,
    run: Callable[..., Iterable[ReplicateResult]],
    replicates: int,
    until_sure: float | None,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    """Run all replicates, or batches until every effect is sure; then the second runs of some sets of parameters."""

    def arrived(result: ReplicateResult) -> None:
        gathered.add(result)
        if progress:
            progress(len(gathered), None if until_sure else replicates)

    more = replicates if until_sure is None else PILOT
    while more:
        for _ in run(range(len(gathered), len(gathered) + more), done=arrived):
            pass
        more = 0 if until_sure is None else next_batch(gathered.comparison(), until_sure, PILOT // 2, MOST_UNTIL_SURE)
    for _ in run(gathered.pairs(len(gathered)), done=gathered.add):
        pass


class Gathering:
    """Replicates of a comparison as they arrive, in any order; results do not depend on the order.

    Args:
        scenarios: the base first.
        seed, months: as run.
        posterior: sets of parameters, one per replicate; None for the central values.
        size: the option that says how many replicates are wanted, for the command to repeat it.
        command: that command; None writes it.
        said: what a user should know about the sets; None looks at the scenarios.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        seed: int,
        months: int,
        posterior: Posterior | None,
        size: str,
        command: str | None = None,
        said: Sequence[str] | None = None,
    ) -> None:
        self.scenarios, self.seed, self.months, self.posterior = tuple(scenarios), seed, months, posterior
        self.command = command or _command_of(self.scenarios, months, seed, [size, *_drawn_from(posterior, self.scenarios)])
        self.measures = available_measures(tuple(s.name for s in self.scenarios[0].services))
        own = [words for one in self.scenarios for words in own_values(one)]
        if said is None:
            _, said = sets_of(posterior, self.scenarios)
        theories = [*mixed_theories(self.scenarios), *own]
        self._warnings = [*refused_plugins(), *theories, *_schedule_warnings(self.scenarios, months), *said]
        self._found: dict[int, ReplicateResult] = {}
        self._again: dict[int, ReplicateResult] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, result: ReplicateResult) -> None:
        """Take in a replicate, or the second run of one's set."""
        (self._found if result.replicate < AGAIN else self._again)[result.replicate] = result

    def pairs(self, replicates: int) -> list[int]:
        """Return the numbers of the sets that are run twice, which separates parameter uncertainty from chance."""
        number = min(replicates // REPLICATES_A_PAIR, MOST_PAIRS)
        wanted = self.posterior is not None and len(self.scenarios) > 1 and number >= LEAST_PAIRS
        return [AGAIN + n for n in range(number)] if wanted else []

    def comparison(self, complete: bool = True, going_on: bool = False) -> Comparison:
        """Return the comparison of the replicates that are there; at least one must be.

        Args:
            complete: whether these are all.
            going_on: whether the others are still running; if neither is true, the comparison was interrupted, and says so.
        """
        rows = [self._found[n] for n in sorted(self._found)]
        paired = takewhile(lambda n: n in self._found and AGAIN + n in self._again, count())  # the first, without a gap
        pairs = [self._again[AGAIN + n] for n in paired]
        said = dict.fromkeys([*self._warnings, *_warnings_of(rows)])
        if not complete and not going_on:
            said[f"interrupted: {len(rows)} replicates are complete"] = None
        return _add_savings(Comparison(
            self.scenarios, self.seed, self.months, np.array([r.results for r in rows]),
            {g: np.array([r.by[g] for r in rows]) for g in GROUPINGS}, np.array([r.series for r in rows]),
            tuple(said), self.command, complete, self.measures, self.posterior.name if self.posterior else "",
            np.array([r.results for r in pairs]) if pairs else None, {g: np.array([r.by[g] for r in pairs]) for g in GROUPINGS} if pairs else None,
            np.array([r.series for r in pairs]) if pairs else None,
        ))  # fmt: skip


def _warnings_of(rows: Sequence[ReplicateResult]) -> list[str]:
    """Return what the runs say, with how many say it where not all do: chance may leave out everybody in one world and not in another."""
    times = Counter(warning for row in rows for warning in dict.fromkeys(row.warnings))
    return [said if n == len(rows) else f"{said} (in {n} of {len(rows)} replicates)" for said, n in times.items()]


def _check_asked(replicates: int, months: int, workers: int | None, until_sure: float | None) -> None:
    check_whole("replicates", replicates, MOST_REPLICATES)
    check_whole("months", months, MOST_MONTHS)
    if workers is not None and workers < 1:
        raise InputError(f"workers: {workers}; allowed: 1 or more")
    if until_sure is not None and not 0.0 < until_sure <= 1.0:
        raise InputError(f"until_sure: {until_sure!r}; allowed: above 0, up to 1")


def _command_of(scenarios: Sequence[Scenario], months: int, seed: int, options: Sequence[str]) -> str:
    names, base = (shlex.quote(s.name) for s in scenarios), scenarios[0]
    size = f"--place {base.place.name} --population {base.population} --months {months} --seed {seed}"
    structure = [f"--structure {base.structure}"] if base.structure else []
    return " ".join(["groundswell compare", *names, size, *structure, *options])


def _drawn_from(posterior: Posterior | None, scenarios: Sequence[Scenario]) -> list[str]:
    """Return the option that says which parameter sets a comparison draws from; none where they are the usual ones."""
    if posterior is sets_of("usual", scenarios)[0]:
        return []
    name = "none" if posterior is None else "shipped" if posterior is shipped() else posterior.name
    return [f"--posterior {name}"]


def _schedule_warnings(scenarios: Sequence[Scenario], months: int) -> list[str]:
    said = []
    for scenario in scenarios:
        for one in scenario.interventions:
            if one.delivery.start > months:
                said.append(f"{scenario.name}: '{one.name}' starts in month {one.delivery.start}, after the last month {months}")
    first = scenarios[0]
    if not all(same_people(first, s) for s in scenarios):
        said.append("places or populations differ: effects are differences of means, not paired")
    return said
