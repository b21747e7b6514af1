"""Residents: one row of columns each; a Mesa agent is a view on a row, made on demand."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import mesa
import numpy as np
from mesa.agent import AgentSet

from .columns import Column

if TYPE_CHECKING:
    from .model import ParticipationModel

MANY = 200_000

# fmt: off
RESIDENT_COLUMNS: tuple[Column, ...] = (
    # who they are
    Column("person_id", "i8", "slot (dwelling place) and number of the arrival there; the key of every draw"),
    Column("household", "i4", "household number"),
    Column("ward", "i4", "row of the ward"),
    Column("area", "i4", "row of the small area"),
    Column("decile", "u1", "deprivation decile of the small area, 1 = most deprived"),
    Column("age", "u1", "age band"),
    Column("tenure", "u1", "tenure of the dwelling"),
    Column("qualification", "u1", "highest qualification, three levels"),
    Column("segment", "u1", "value segment"),
    Column("base_weight", "f4", "people of the place that this resident stands for"),
    Column("online", "u1", "1 if at home with web channels"),
    # what they are like
    Column("disposition", "f4", "anchor that trust and influence are pulled to, 0..1"),
    Column("intercept", "f4", "personal log-odds of taking part"),
    Column("hours_factor", "f4", "personal factor on hours given, median 1"),
    Column("capability_base", "f4", "capability without practice, 0..1"),
    Column("attachment_base", "f4", "attachment without taking part, 0..1"),
    # stocks
    Column("trust", "f4", "trust in each kind of institution, 0..1", "service", 0.5, True),
    Column("expectation", "f4", "service expected of each kind of institution, 0..1", "service", 0.5, True),
    Column("memory", "f4", "lasting memory of one's own cases with each kind of institution, -1..1", "service"),
    Column("influence_everyday", "f4", "influence felt on everyday matters, 0..1", start=0.4, stock=True),
    Column("influence_strategic", "f4", "influence felt on plans and policy, 0..1", start=0.4, stock=True),
    Column("capability", "f4", "can do: skill and confidence, 0..1", start=0.5, stock=True),
    Column("attachment", "f4", "like to: attachment to the area and its people, 0..1", start=0.5, stock=True),
    Column("responded", "f4", "responded to: what came of earlier input, 0..1, 0.5 = no experience", start=0.5, stock=True),
    Column("habit", "f4", "habit of taking part, 0..1", start=0.1, stock=True),
    Column("fatigue", "f4", "tiredness from asks and roles, 0..1", start=0.1, stock=True),
    Column("know_how", "f4", "what one knows to do oneself in place of calling, 0..1"),
    Column("understanding", "f4", "understanding of the constraints that institutions are under, 0..1"),
    Column("satisfaction", "f4", "satisfaction with how the last case was handled, 0..1", start=0.5),
    Column("talk", "f4", "what was last experienced, signed, with how strongly it is still talked about, -1..1"),
    Column("talk_service", "u1", "kind of institution that the talk is about"),
    # cases
    Column("case_age", "u1", "months that a case has been open with each kind of institution (0: none)", "service"),
    Column("case_number", "u2", "number of the last case with each kind of institution", "service"),
    Column("open_cases", "u1", "cases open now"),
    Column("last_satisfied", "i1", "last case: 1 satisfied, 0 not, -1 no case yet", start=-1),
    # taking part
    Column("volunteer_role", "u1", "form of the ongoing volunteering role, counted from 1 (0: none)"),
    Column("volunteer_regular", "u1", "1 if active nearly every month, 0 if now and then"),
    Column("civic_role", "u1", "form of the ongoing civic role, counted from 1 (0: none)"),
    Column("pending_form", "u1", "form of the input that waits for an answer, counted from 1 (0: none)"),
    Column("pending_changed", "u1", "1 if that input changes something"),
    Column("pending_wait", "u1", "months until the answer is due"),
    Column("last_act_month", "i2", "month of the last act (-32768: never)", start=-32768),
    Column("last_act_form", "u1", "form of the last act"),
    Column("last_outcome", "i1", "what came of the last input: 1 changed, 0 told why not, -1 silence, 2 not known", start=2),
    Column("asked_month", "i2", "month last asked (-32768: never)", start=-32768),
    Column("asked_form", "u1", "form last asked for"),
    Column("book", "u1", "bit for each kind of institution that has the resident in its contact book"),
    Column("grouped", "u1", "1 if a member of a community group"),
    Column("peers", "u1", "ties who took part last month"),
    Column("settling", "u1", "1 for a newcomer who still makes ties"),
    # the last twelve months
    Column("new_cases_12m", "u1", "new cases, by month", "ring"),
    Column("repeat_contacts_12m", "u1", "contacts that chase, by month", "ring"),
    Column("resolved_12m", "u1", "cases resolved, by month", "ring"),
    Column("asked_12m", "u1", "asks received, by month", "ring"),
    Column("acts_12m", "u1", "acts of taking part, by month", "ring"),
    Column("hours_12m", "u1", "hours given, in half hours, by month", "ring"),
    Column("volunteer_hours_12m", "u1", "volunteer hours, in half hours, by month", "ring"),
    Column("months_civic_participation", "u2", "bit for each of the last twelve months"),
    Column("months_consultation", "u2", "bit for each of the last twelve months"),
    Column("months_activism", "u2", "bit for each of the last twelve months"),
    Column("months_volunteering", "u2", "bit for each of the last twelve months"),
    # own mean signals over the last twelve months of burn-in, for loops that are switched off
    Column("heard_mean", "f4", "word of mouth: talk heard about each kind of institution a month", "service"),
    Column("expectation_mean", "f4", "expectation: service expected", "service", 0.5),
    Column("responded_mean", "f4", "closing the loop: what came of input", start=0.5),
    Column("fatigue_mean", "f4", "fatigue: tiredness"),
    Column("book_mean", "u1", "asking: months of the twelve in each contact book", "service"),
)
# fmt: on
COLUMN = {column.name: column for column in RESIDENT_COLUMNS}
RINGS = tuple(c.name for c in RESIDENT_COLUMNS if c.shape == "ring")
# What the model is there to explain: no intervention may write it.
OUTCOME_COLUMNS = (
    "trust", "influence_everyday", "influence_strategic", "satisfaction", "last_satisfied", "disposition", "intercept", "habit", "responded",
    "volunteer_role", "volunteer_regular", "civic_role", "last_act_month", "last_act_form", "last_outcome", "acts_12m", "hours_12m",
    "volunteer_hours_12m", "months_civic_participation", "months_consultation", "months_activism", "months_volunteering",
)  # fmt: skip
HISTORIES = tuple(c.name for c in RESIDENT_COLUMNS if c.name.startswith("months_"))


class Resident(mesa.Agent):
    """A view on one row of the residents' columns: a column's name reads it.

    A column by kind of institution gives an array, one of twelve months its sum. `unique_id` follows those of the institutions.
    """

    def __init__(self, model: ParticipationModel, row: int) -> None:  # no super().__init__: a view is not registered
        self.model = model
        self.row = row
        self.pos = None
        self.unique_id = len(model.institution_agents) + 1 + row

    def __getattr__(self, name: str) -> Any:
        column = COLUMN.get(name)
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


class ResidentSet(AgentSet):
    """An `AgentSet` of residents (and institutions) that makes its views lazily.

    It holds rows, not views: a view lives while somebody uses it, and the same resident gives the same view until then.
    Every `AgentSet` operation works; those that return a set return a `ResidentSet`.

    Args:
        model: the model.
        members: rows of residents; -1, -2, ... for the first, second, ... institution.
    """

    def __init__(self, model: ParticipationModel, members: np.ndarray | Iterable[int]) -> None:
        self.model = model
        self.random = model.random
        self.members = np.asarray(members if isinstance(members, np.ndarray) else list(members), dtype=np.int64)

    @property
    def _agents(self) -> Any:
        return _Views(self)

    def warn_if_many(self) -> None:
        """Warn that a pass over very many views is slow beside the columns."""
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
