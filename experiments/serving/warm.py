"""Worlds that stay warm: burnt in once, run again for every change of what is tried."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from simulation.parameters import InputError
from simulation.scenario import Scenario

from ..provenance import scenario_hash
from ..replicates import ReplicateResult, ScenarioResult, World, drawn, joined, run_scenario, steady_world
from .tasks import Replicate

MEGABYTE = 1 << 20


class WarmWorlds:
    """Steady worlds and results of one worker, the ones used longest ago forgotten first.

    Args:
        megabytes: most memory that worlds may take.
        results: most results of single runs that are kept.
    """

    def __init__(self, megabytes: int = 400, results: int = 1500) -> None:
        self._worlds: OrderedDict[tuple, World] = OrderedDict()
        self._results: OrderedDict[tuple, ScenarioResult] = OrderedDict()
        self._most, self._most_results = megabytes * MEGABYTE, results
        self._size = 0

    def __len__(self) -> int:
        return len(self._worlds)

    def replicate(self, scenarios: Sequence[Scenario], task: Replicate, check: Callable[[int], None]) -> ReplicateResult:
        """Return what `run_replicate` does, from warm worlds and kept results where they are there.

        Args:
            check: called every year of burn-in and every month; what it raises ends the work.
        """
        parts = []
        for asked, scenario in zip(scenarios, drawn(scenarios, task.sets, task.seed, task.replicate), strict=True):
            key = (scenario_hash(asked), asked.name, task)
            if key not in self._results:
                world = self.world(scenario, task, check)
                self._results[key] = run_scenario(world, scenario, task.months, task.monthly, check)
            self._results.move_to_end(key)
            parts.append(self._results[key])
        while len(self._results) > self._most_results:
            self._results.popitem(last=False)
        return joined(task.replicate, parts)

    def warm(self, scenario: Scenario, task: Replicate, check: Callable[[int], None]) -> None:
        """Burn in the world that a replicate will need."""
        self.world(drawn([scenario], task.sets, task.seed, task.replicate)[0], task, check)

    def world(self, scenario: Scenario, task: Replicate, check: Callable[[int], None]) -> World:
        """Return a steady world, from memory where it is there."""
        key = (scenario.world, task.seed, task.replicate)
        if key not in self._worlds:
            world = self._worlds[key] = steady_world(scenario, task.seed, task.replicate, check)
            self._size += size_of(world)
        self._worlds.move_to_end(key)
        while self._size > self._most and len(self._worlds) > 1:
            self._size -= size_of(self._worlds.popitem(last=False)[1])
        return self._worlds[key]


def size_of(world: World) -> int:
    """Return about how many bytes a world takes: its columns, their checkpoint and the scratch beside them."""
    return 3 * world[0].nbytes


def check_size(population: int, scenarios: int, replicates: int, months: int, most: float) -> None:
    """Raise `InputError` for a comparison beyond what a server lends, before it is begun, with what is possible.

    Args:
        most: resident-months, over all scenarios and replicates.
    """
    wanted = population * scenarios * replicates * months
    if wanted > most:
        possible = int(most // (scenarios * replicates * months) // 1000 * 1000)
        fewer = int(most // (population * scenarios * months))
        way = [f"{possible:,} residents"] if possible >= 1000 else []
        way += [f"{fewer} replicates"] if fewer >= 1 else []
        raise InputError(
            f"this comparison is larger than this server lends ({wanted / 1e6:,.0f} million resident-months; allowed: {most / 1e6:,.0f} million). "
            f"Possible: {' or '.join(way) if way else 'fewer scenarios, residents and replicates'}; or run it yourself on the command line"
        )
