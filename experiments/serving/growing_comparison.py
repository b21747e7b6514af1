"""A comparison for somebody who waits: a first answer from few, small worlds, then the whole one as replicates arrive."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from scenarios.evidence.posterior import posterior_named
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MONTHS, REPLICATES, SEED

from ..comparison.compare import Gathering, courses
from ..comparison.comparison import Comparison
from ..comparison.replicates import AGAIN, ScenarioResult, joined
from ..provenance import scenario_hash
from .result_records import Stage
from .tasks import Replicate
from .workers import Job, Workers

FIRST_REPLICATES, FIRST_POPULATION = 8, 5_000
UPDATES = (0.5,)  # shares of the replicates after which results are shown again


@dataclass(frozen=True)
class Order:
    """What is to be compared.

    Attributes:
        scenarios: the base first.
        replicates, months, seed, posterior: as in `compare`; the result is the same to the byte.
    """

    scenarios: tuple[Scenario, ...]
    replicates: int = REPLICATES
    months: int = MONTHS
    seed: int = SEED
    posterior: str = "shipped"

    @property
    def first(self) -> int:
        """Residents of the first answer; 0 where the whole is hardly larger."""
        population = self.scenarios[0].population
        return min(FIRST_POPULATION, population) if self.replicates > FIRST_REPLICATES or population > 2 * FIRST_POPULATION else 0

    def tasks(self) -> list[Replicate]:
        """Return the replicates in the order in which they are done: the first answer, the whole, then second runs of some sets."""
        keep, everybody = courses(len(self.scenarios)), tuple(range(len(self.scenarios)))
        whole = Replicate(0, self.seed, self.months, keep, self.posterior, everybody)
        few = [replace(whole, replicate=n, small=self.first) for n in range(FIRST_REPLICATES if self.first else 0)]
        pairs = [replace(whole, replicate=n) for n in self.gathering().pairs(self.replicates)]
        return few + [replace(whole, replicate=n) for n in range(self.replicates)] + pairs

    def gathering(self, small: bool = False) -> Gathering:
        """Return what takes in the replicates; `small` for those of the first answer."""
        scenarios = tuple(s.with_(population=self.first) for s in self.scenarios) if small and self.first else self.scenarios
        size = f"--replicates {FIRST_REPLICATES if small else self.replicates}"
        return Gathering(scenarios, self.seed, self.months, posterior_named(self.posterior), size)

    def warming(self) -> list[Replicate]:
        """Return the worlds that are worth burning in before anybody asks."""
        return [replace(t, only_warm=True, wanted=()) for t in self.tasks()]

    def check(self, most: float) -> None:
        """Raise `InputError` for a comparison beyond what a server lends, before it is begun, with what is possible.

        Args:
            most: resident-months, over all scenarios and replicates.
        """
        population, number = self.scenarios[0].population, len(self.scenarios)
        work = population * number * self.replicates * self.months
        if work <= most:
            return
        fewer_people = int(most // (number * self.replicates * self.months) // 1000 * 1000)
        fewer_replicates = int(most // (population * number * self.months))
        ways = [f"a model town of {fewer_people:,}"] if fewer_people >= 1000 else []
        ways += [f"{fewer_replicates} repeat runs"] if fewer_replicates >= 2 else []
        raise InputError(
            f"this comparison is larger than this server lends: {work / most:,.1f} times as much, as scenarios, repeat runs, months and the size of the model town multiply. "
            f"Possible: {' or '.join(ways) if ways else 'fewer scenarios, fewer repeat runs and a smaller model town'}; or run it yourself with the command"
        )


class Known:
    """Results of single runs, whoever asked for them; the ones used longest ago are forgotten first.

    A run's result depends on scenario, seed, months, parameters and replicate alone, so that it can be anybody's.
    """

    def __init__(self, most: int = 2500) -> None:
        self._lock = threading.Lock()
        self._parts: OrderedDict[tuple, ScenarioResult] = OrderedDict()
        self._most = most

    @staticmethod
    def keys(scenarios: Sequence[Scenario]) -> list[tuple]:
        """Return what names each scenario's results."""
        return [(scenario_hash(s), s.name, s.place.name) for s in scenarios]

    def forget(self, place: str) -> None:
        """Forget the results of a place."""
        with self._lock:
            for at in [at for at in self._parts if at[2] == place]:
                del self._parts[at]

    def get(self, key: tuple, task: Replicate) -> ScenarioResult | None:
        """Return a result, or None."""
        with self._lock:
            found = self._parts.get(self._at(key, task))
            if found is not None:
                self._parts.move_to_end(self._at(key, task))
            return found

    def put(self, key: tuple, task: Replicate, part: ScenarioResult) -> None:
        """Keep a result."""
        with self._lock:
            self._parts[self._at(key, task)] = part
            while len(self._parts) > self._most:
                self._parts.popitem(last=False)

    @staticmethod
    def _at(key: tuple, task: Replicate) -> tuple:
        return (*key, task.small, task.replicate, task.seed, task.months, task.monthly, task.posterior)


@dataclass(frozen=True)
class Step:
    """What there is so far.

    Attributes:
        stage: `first` (few, small worlds), `partial`, `replicates` (all of them: effects and intervals are final, how sure they are is not told yet), or `whole`.
        done, planned: runs, first answer and second runs included.
        comparison: results so far; None where nothing new is shown.
    """

    stage: Stage
    done: int
    planned: int
    comparison: Comparison | None = None


class Asked:
    """A comparison that is being worked out; what is known already is not run again.

    Args:
        workers: who works it out.
        known: results that are there.
        owner: for whom; what the owner asked before is cancelled.
        order: what is to be compared.
        heard: called with every `Step`, one at a time, in a thread of the workers.
        failed: called once with what went wrong.
        spare: True to work at it only while nobody waits for anything else.

    Raises:
        Busy: too many people wait.
    """

    def __init__(
        self,
        workers: Workers,
        known: Known,
        owner: Hashable,
        order: Order,
        heard: Callable[[Step], None],
        failed: Callable[[str], None],
        spare: bool = False,
    ) -> None:
        self.order, self._workers, self._known, self._heard, self._failed = order, workers, known, heard, failed
        self._lock = threading.Lock()
        self._small, self._whole = order.gathering(True), order.gathering()
        self._keys = known.keys(order.scenarios)
        self._told = {
            n for n in (max(2, round(share * order.replicates)) for share in UPDATES) if not order.first or n >= FIRST_REPLICATES
        }
        self._have: dict[tuple[int, int], dict[int, ScenarioResult]] = {}
        self.done, self.ended = 0, False
        tasks = order.tasks()
        self.planned = len(tasks)
        left = [task for task in (self._without_known(task) for task in tasks) if task is not None]
        self._job: Job | None = None
        if left:
            with self._lock:  # nothing arrives before it is told what already exists
                self._job = workers.submit(owner, order.scenarios, left, self._arrived, self._went_wrong, spare)
                early = len(self._small) == FIRST_REPLICATES and bool(order.first) and not len(self._whole)
                step = Step("first", self.done, self.planned, self._small.comparison() if early else None)
            heard(step)
        else:
            self.ended = True
            heard(Step("whole", self.done, self.planned, self._whole.comparison()))

    def _without_known(self, task: Replicate) -> Replicate | None:
        """Return what is left of a task; None where everything is known, which is taken in."""
        by_scenario = {n: self._known.get(self._keys[n], task) for n in task.wanted}
        there = self._have[task.small, task.replicate] = {n: part for n, part in by_scenario.items() if part is not None}
        lacking = tuple(n for n in task.wanted if n not in there)
        if lacking:
            return replace(task, wanted=lacking)
        self._take_in(replace(task, wanted=()), [])
        return None

    def _take_in(self, task: Replicate, parts: Sequence[ScenarioResult]) -> None:
        whole = self._have.pop((task.small, task.replicate))
        for n, part in zip(task.wanted, parts, strict=True):
            whole[n] = part
            self._known.put(self._keys[n], task, part)
        (self._small if task.small else self._whole).add(joined(task.replicate, [whole[n] for n in sorted(whole)]))
        self.done += 1

    def cancel(self) -> None:
        """Call it off; what is complete has been heard of."""
        self.ended = True
        if self._job is not None:
            self._workers.cancel(self._job)

    def _arrived(self, task: Replicate, parts: Sequence[ScenarioResult]) -> None:
        with self._lock:
            if self.ended:
                return
            self._take_in(task, parts)
            self.ended = self.done == self.planned
            step = self._step(task)
        self._heard(step)

    def _step(self, task: Replicate) -> Step:
        if self.ended:
            return Step("whole", self.done, self.planned, self._whole.comparison())
        if task.small:
            complete = len(self._small) == FIRST_REPLICATES
            return Step("first", self.done, self.planned, self._small.comparison() if complete else None)
        if task.replicate < AGAIN and len(self._whole) == self.order.replicates:
            return Step("replicates", self.done, self.planned, self._whole.comparison())
        new = task.replicate < AGAIN and len(self._whole) in self._told
        return Step("partial", self.done, self.planned, self._whole.comparison(False, going_on=True) if new else None)

    def _went_wrong(self, task: Replicate, error: str) -> None:
        with self._lock:
            if self.ended:
                return
            self.ended = True
        if self._job is not None:
            self._workers.cancel(self._job)
        self._failed(error)
