"""Worlds that stay warm: burnt in once, run again for every change of interventions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from simulation.declared.scenario import Scenario

from ..comparison.replicates import ScenarioResult, World, drawn, run_scenario, steady_world
from .tasks import Replicate

MEGABYTE = 1 << 20
OF_ITS_OWN = 240_000  # bytes of a world that do not grow with its residents: its scenario, its generators and Mesa's lists


class WarmWorlds:
    """Steady worlds of one worker, the ones used longest ago forgotten first.

    Args:
        megabytes: most memory that they may take.

    Attributes:
        size: about how many bytes they take.
    """

    def __init__(self, megabytes: int = 400) -> None:
        self._worlds: OrderedDict[tuple, World] = OrderedDict()
        self._most = megabytes * MEGABYTE
        self.size = 0

    def __len__(self) -> int:
        return len(self._worlds)

    def run(self, scenarios: Sequence[Scenario], task: Replicate, check: Callable[[int], None]) -> list[ScenarioResult]:
        """Return what `run_replicate` finds for the scenarios that the task names, from warm worlds where they are there.

        Args:
            check: called every year of burn-in and every month; what it raises ends the work.
        """
        if task.small:
            scenarios = [s.with_(population=task.small) for s in scenarios]
        mine = drawn(scenarios, task.sets, task.seed, task.replicate)
        if task.only_warm:
            self.world(mine[0], task, check)
            return []
        return [run_scenario(self.world(mine[n], task, check), mine[n], task.months, task.monthly, check) for n in task.wanted]

    def world(self, scenario: Scenario, task: Replicate, check: Callable[[int], None]) -> World:
        """Return a steady world, from memory where it is there."""
        key = (scenario.world, task.seed, task.replicate)
        if key not in self._worlds:
            world = self._worlds[key] = steady_world(scenario, task.seed, task.replicate, check)
            self.size += size_of(world)
        self._worlds.move_to_end(key)
        while self.size > self._most and len(self._worlds) > 1:
            self.size -= size_of(self._worlds.popitem(last=False)[1])
        return self._worlds[key]


def size_of(world: World) -> int:
    """Return about how many bytes a world takes: its columns, their checkpoint and the scratch beside them, and what every world has of its own."""
    return 3 * world[0].nbytes + OF_ITS_OWN
