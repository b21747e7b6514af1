"""A comparison for somebody who waits: a first answer from few, small worlds, then the whole one as replicates arrive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from scenarios.posterior import posterior_named
from simulation.scenario import Scenario

from ..comparing import Comparison, Gathering, courses
from ..replicates import AGAIN
from .tasks import Replicate
from .workers import Job, Workers

FIRST_REPLICATES, FIRST_POPULATION = 8, 5_000
UPDATES = (0.27, 0.5, 0.75)  # shares of the replicates after which results are shown again


@dataclass(frozen=True)
class Order:
    """What is to be compared.

    Attributes:
        scenarios: the base first.
        replicates, months, seed, posterior: as in `compare`; the result is the same to the byte.
    """

    scenarios: tuple[Scenario, ...]
    replicates: int = 30
    months: int = 60
    seed: int = 1
    posterior: str = "shipped"

    @property
    def population(self) -> int:
        """Residents of each scenario."""
        return self.scenarios[0].population

    @property
    def first(self) -> bool:
        """True if a first answer from smaller worlds is worth its time."""
        return self.replicates > FIRST_REPLICATES or self.population > 2 * FIRST_POPULATION

    def tasks(self) -> list[Replicate]:
        """Return the replicates in the order in which they are done: the first answer, the whole, then second runs of some sets."""
        keep = courses(len(self.scenarios))
        few = [
            Replicate(n, self.seed, self.months, keep, self.posterior, min(FIRST_POPULATION, self.population))
            for n in range(FIRST_REPLICATES if self.first else 0)
        ]
        whole = [Replicate(n, self.seed, self.months, keep, self.posterior) for n in range(self.replicates)]
        pairs = [Replicate(n, self.seed, self.months, (), self.posterior) for n in self.gathering().pairs(self.replicates)]
        return few + whole + pairs

    def gathering(self, small: bool = False) -> Gathering:
        """Return what takes in the replicates; `small` for those of the first answer."""
        scenarios = self.scenarios
        if small:
            scenarios = tuple(s.with_(population=min(FIRST_POPULATION, s.population)) for s in scenarios)
        size = f"--replicates {FIRST_REPLICATES if small else self.replicates}"
        return Gathering(scenarios, self.seed, self.months, posterior_named(self.posterior), size)

    def warming(self) -> list[Replicate]:
        """Return the worlds that are worth burning in before anybody asks."""
        return [Replicate(**{**vars(t), "only_warm": True}) for t in self.tasks()]


@dataclass(frozen=True)
class Step:
    """What there is so far.

    Attributes:
        stage: `first` (few, small worlds), `partial`, or `whole`.
        done, planned: runs, first answer and second runs included.
        comparison: results so far; None where nothing new is shown.
    """

    stage: str
    done: int
    planned: int
    comparison: Comparison | None = None


class Asked:
    """A comparison that is being worked out.

    Args:
        workers: who works it out.
        owner: for whom; what the owner asked before is called off.
        order: what is to be compared.
        heard: called with every `Step`, one at a time, in a thread of the workers.
        failed: called once with what went wrong.

    Raises:
        Busy: too many people wait.
    """

    def __init__(
        self, workers: Workers, owner: Hashable, order: Order, heard: Callable[[Step], None], failed: Callable[[str], None]
    ) -> None:
        self.order, self._workers, self._heard, self._failed = order, workers, heard, failed
        self._lock = threading.Lock()
        self._small, self._whole = order.gathering(True), order.gathering()
        tasks = order.tasks()
        self.done, self.planned, self.ended = 0, len(tasks), False
        self._pairs = len(self._whole.pairs(order.replicates))
        self._told = {max(2, round(share * order.replicates)) for share in UPDATES}
        self._told = {n for n in self._told if not order.first or n >= FIRST_REPLICATES}
        self._job: Job = workers.submit(owner, order.scenarios, tasks, self._arrived, self._went_wrong)

    def cancel(self) -> None:
        """Call it off; what is complete has been heard of."""
        self.ended = True
        self._workers.cancel(self._job)

    def _arrived(self, task: Replicate, result: object) -> None:
        with self._lock:
            if self.ended:
                return
            (self._small if task.small else self._whole).add(result)  # type: ignore[arg-type]
            self.done += 1
            self.ended = self.done == self.planned
            step = self._step(task)
        self._heard(step)

    def _step(self, task: Replicate) -> Step:
        if self.ended:
            return Step("whole", self.done, self.planned, self._whole.comparison())
        if task.small:
            complete = len(self._small) == FIRST_REPLICATES
            return Step("first", self.done, self.planned, self._small.comparison() if complete else None)
        new = task.replicate < AGAIN and len(self._whole) in self._told
        return Step("partial", self.done, self.planned, self._whole.comparison(False) if new else None)

    def _went_wrong(self, task: Replicate, error: str) -> None:
        with self._lock:
            if self.ended:
                return
            self.ended = True
        self._workers.cancel(self._job)
        self._failed(error)
