"""The interface to Mesa: residents as views on rows of columns, made on demand, and institutions as a few ordinary agents."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import numpy as np

from .declared.columns import Table
from .declared.institutions import TALLY, InstitutionSpec
from .declared.levers import INSTITUTION_LEVER_NAMES, lever_index
from .declared.scenario import Scenario
from .mesa_import import mesa
from .world import World

MANY = 200_000


class Institution(mesa.Agent):
    """A council, a landlord, a police team, a health body: a Mesa agent that reads its row of the model's tables."""

    def __init__(self, model: World, row: int, spec: InstitutionSpec) -> None:
        super().__init__(model)
        self.row = row
        self.name = spec.name
        self.service = spec.service

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("row", "model"):
            raise AttributeError(name)
        if name in INSTITUTION_LEVER_NAMES:
            return float(self.model.levers.mean[lever_index(name), self.row])
        if name in TALLY:
            return int(self.model.tallies[self.row, TALLY[name]])
        try:
            return float(self.model.institutions.arrays()[name][self.row])
        except KeyError:
            raise AttributeError(f"an institution has no '{name}'") from None


class Resident(mesa.Agent):
    """A view on one row of the residents' columns: a column's name reads it.

    A column by kind of institution gives an array, one of twelve months its sum. `unique_id` follows those of the institutions.
    """

    def __init__(self, model: MesaWorld, row: int) -> None:  # no super().__init__: a view is not registered
        self.model = model
        self.row = row
        self.pos = None
        self.unique_id = len(model.institution_agents) + 1 + row

    def __getattr__(self, name: str) -> Any:
        if name == "model":  # of a view that is not made yet
            raise AttributeError(name)
        column = self.model.residents.by_name.get(name)
        if column is None:
            raise AttributeError(f"a resident has no column '{name}'")
        array = getattr(self.model.residents, name)
        if column.shape == "ring":
            return int(array[:, self.row].sum())
        return array[:, self.row].copy() if column.shape else array[self.row].item()

    @property
    def neighbours(self) -> list[Resident]:
        """Residents tied to this one."""
        return [self.model.resident(row) for row in self.model.ties.neighbours(self.row)]


class _Views:
    """What `AgentSet` expects of its dictionary of weak references: here the views are made as they are asked for."""

    def __init__(self, owner: ResidentSet) -> None:
        self.owner = owner

    def __len__(self) -> int:
        return len(self.owner.members)

    def __iter__(self) -> Iterator[mesa.Agent]:
        self.owner.warn_if_many()
        return (self.owner.view(m) for m in self.owner.members)

    def __contains__(self, agent: object) -> bool:
        return self.owner.member_of(agent) is not None

    def keys(self) -> Iterator[mesa.Agent]:
        """Return the agents, one after the other."""
        return iter(self)

    def keyrefs(self) -> list[Callable[[], mesa.Agent]]:
        """Return callables that give the agents, in order."""
        self.owner.warn_if_many()
        return [_Reference(self.owner, m) for m in self.owner.members]


class _Reference:
    __slots__ = ("member", "owner")

    def __init__(self, owner: ResidentSet, member: int) -> None:
        self.owner, self.member = owner, member

    def __call__(self) -> mesa.Agent:
        return self.owner.view(self.member)


class ResidentSet(mesa.agent.AgentSet):
    """An `AgentSet` of residents (and institutions) that makes its views lazily.

    It holds rows, not views: a view lives while somebody uses it, and the same resident gives the same view until then.
    Every `AgentSet` operation works; those that return a set return a `ResidentSet`.

    Args:
        model: the model.
        members: rows of residents; -1, -2, ... for the first, second, ... institution.
    """

    def __init__(self, model: MesaWorld, members: np.ndarray | Iterable[int]) -> None:
        self.model = model
        self.random = model.random
        self.members = np.asarray(members if isinstance(members, np.ndarray) else list(members), dtype=np.int64)

    @property
    def _agents(self) -> Any:
        return _Views(self)

    def warn_if_many(self) -> None:
        """Warn that a pass over very many views is slow compared with the columns."""
        if len(self.members) >= MANY:
            warnings.warn(
                f"a pass over {len(self.members):,} agent views takes seconds; the columns in model.residents hold the same values",
                stacklevel=4,
            )

    def view(self, member: int) -> mesa.Agent:
        """Return the agent of one member."""
        return self.model.resident(int(member)) if member >= 0 else self.model.institution_agents[-1 - int(member)]

    def member_of(self, agent: object) -> int | None:
        """Return the member number of an agent, or None if it is not in the set."""
        row = getattr(agent, "row", None)
        if row is None or getattr(agent, "model", None) is not self.model:
            return None
        member = row if isinstance(agent, Resident) else -1 - row
        return member if bool(np.any(self.members == member)) else None

    def _of(self, agents: Iterable[mesa.Agent]) -> ResidentSet:
        rows = [a.row if isinstance(a, Resident) else -1 - cast(Any, a).row for a in agents]
        return ResidentSet(self.model, rows)

    def _result(self, chosen: ResidentSet, inplace: bool) -> ResidentSet:
        if not inplace:
            return chosen
        self.members = chosen.members
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
    ) -> ResidentSet:
        """Return the members that pass a filter, as `AgentSet.select` does."""
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        chosen: list[mesa.Agent] = []
        for agent in self:
            if len(chosen) >= at_most:
                break
            if (filter_func is None or filter_func(agent)) and (agent_type is None or isinstance(agent, agent_type)):
                chosen.append(agent)
        return self._result(self._of(chosen), inplace)

    def shuffle(self, inplace: bool = False) -> ResidentSet:
        """Return the members in an order drawn from `model.random` (the model itself never draws from it)."""
        members = self.members.tolist()
        self.random.shuffle(members)
        return self._result(ResidentSet(self.model, members), inplace)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> ResidentSet:
        """Return the members sorted by an attribute's name or by a function."""
        by = (lambda a: getattr(a, key)) if isinstance(key, str) else key
        return self._result(self._of(sorted(self, key=by, reverse=not ascending)), inplace)

    def groupby(self, by: Any, result_type: str = "agentset") -> Any:
        """Return Mesa's `GroupBy` over the groups, each a `ResidentSet` (or a list)."""
        try:
            from mesa.agentset import GroupBy
        except ImportError:  # Mesa before 3.5
            from mesa.agent import GroupBy

        groups: dict[Any, list[mesa.Agent]] = {}
        for agent in self:
            groups.setdefault(getattr(agent, by) if isinstance(by, str) else by(agent), []).append(agent)
        if result_type == "agentset":
            return GroupBy({k: self._of(v) for k, v in groups.items()})
        return GroupBy(groups)

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [self.view(m) for m in self.members[item]]
        return self.view(self.members[item])

    def __copy__(self) -> ResidentSet:
        return ResidentSet(self.model, self.members)

    def _fixed(self) -> None:
        raise TypeError("people come and go with the model's months; make a set with select() instead")

    def add(self, agent: mesa.Agent) -> None:
        """Refuse: residents are rows of the model."""
        self._fixed()

    def discard(self, agent: mesa.Agent) -> None:
        """Refuse: residents are rows of the model."""
        self._fixed()

    def remove(self, agent: mesa.Agent) -> None:
        """Refuse: residents are rows of the model."""
        self._fixed()


class MesaWorld(World, mesa.Model):
    """A world as Mesa sees it: a model whose agents are its residents and institutions."""

    def __init__(self, seed: int) -> None:
        self.residents = Table((), 0, 0)  # Mesa reads the agents while it starts
        super().__init__(rng=seed)
        self._views: weakref.WeakValueDictionary[int, Resident] = weakref.WeakValueDictionary()

    def forget_views(self) -> None:
        """Make views again: the rows have become other people."""
        self._views.clear()

    @property
    def scenario(self) -> Scenario:
        """What is simulated. Mesa's own property of this name, from 3.5 on, writes to the scenario that it is given; ours is frozen."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def resident(self, row: int) -> Resident:
        """Return the view on one resident; the same one while somebody uses it."""
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = Resident(self, row)
        return view

    @property
    def agents(self) -> ResidentSet:
        """All residents, then all institutions."""
        institutions = -1 - np.arange(len(self.institution_agents))
        return ResidentSet(self, np.concatenate([np.arange(self.residents.size), institutions]))

    @agents.setter
    def agents(self, agents: Any) -> None:
        raise AttributeError("a model's agents are its residents and institutions; they cannot be set")

    @property
    def agent_types(self) -> list[type]:
        """The two types of agents."""
        return [Resident, Institution]

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Residents and institutions by type."""
        return {
            Resident: ResidentSet(self, np.arange(self.residents.size)),
            Institution: ResidentSet(self, -1 - np.arange(len(self.institution_agents))),
        }
