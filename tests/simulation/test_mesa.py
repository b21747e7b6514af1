"""The model is a real Mesa model: Mesa's own tools work on it."""

from __future__ import annotations

import gc
import random
import warnings
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pytest

from simulation import ParticipationModel
from simulation.agents import Institution, Resident, ResidentSet
from tests.places import small_scenario


@pytest.fixture(scope="module")
def model() -> ParticipationModel:
    world = ParticipationModel(small_scenario(200, 12), 1)
    world.run(3)
    return world


def test_it_is_a_mesa_model(model) -> None:
    assert isinstance(model, mesa.Model)
    steps = model.steps
    model.step()
    assert model.steps == steps + 1
    assert len(model.agents) == 200 + 4
    assert set(model.agents_by_type) == {Resident, Institution}
    assert model.agent_types == [Resident, Institution]


class MesaFrom35(mesa.Model):
    """Assigns scenarios as Mesa 3.5 does: one of its own first, and each is told its model."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.scenario = SimpleNamespace()

    @property
    def scenario(self) -> Any:
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        self._scenario = scenario
        scenario.model = self


class OnMesa35(ParticipationModel, MesaFrom35):
    """Our model over such a Mesa."""


def test_a_mesa_that_writes_to_scenarios_does_not_meet_our_frozen_one() -> None:
    scenario = small_scenario(50, 12)
    world = OnMesa35(scenario.with_(burn_in=0), 1)
    assert world.scenario.burn_in == 0
    world.scenario = scenario
    assert world.scenario is scenario


def test_a_model_is_made_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        world = ParticipationModel(small_scenario(50, 12).with_(burn_in=0), 7)
    assert world.random.getstate() == random.Random(7).getstate()


def test_a_resident_is_a_view_on_a_row(model) -> None:
    resident = model.resident(7)
    assert isinstance(resident, mesa.Agent)
    assert resident.trust.tolist() == model.residents.trust[:, 7].tolist()
    assert resident.habit == pytest.approx(float(model.residents.habit[7]))
    assert resident.asked_12m == model.residents.asked_12m[:, 7].sum()
    assert [n.row for n in resident.neighbours] == model.ties.neighbours(7)
    with pytest.raises(AttributeError, match="no column 'wealth'"):
        _ = resident.wealth


def test_views_are_made_lazily_and_live_while_used(model) -> None:
    gc.collect()
    before = len(model._views)
    everybody = model.agents
    assert len(model._views) == before, "a set alone makes no view"
    first = everybody[0]
    first.note = "kept while somebody holds the view"
    assert model.agents[0] is first
    assert model.agents[0].note == first.note
    del first
    gc.collect()
    assert not hasattr(model.agents[0], "note")


def test_agent_set_operations(model) -> None:
    residents = model.agents_by_type[Resident]
    assert len(residents) == 200
    chosen = residents.select(lambda r: r.habit > 0.2)
    assert isinstance(chosen, ResidentSet)
    assert len(chosen) == int((model.residents.habit > 0.2).sum())
    assert len(residents.select(at_most=0.25)) == 50
    assert residents.agg("habit", np.mean) == pytest.approx(float(model.residents.habit.mean()))
    assert residents.get("row") == list(range(200))
    assert residents.get(["row", "segment"])[3] == [3, int(model.residents.segment[3])]
    assert residents.map(lambda r: r.row) == list(range(200))
    seen: list[int] = []
    residents.do(lambda r: seen.append(r.row))
    assert seen == list(range(200))
    assert sorted(residents.shuffle().get("row")) == list(range(200))
    ranked = residents.sort("habit", ascending=True)
    assert np.all(np.diff(ranked.get("habit")) >= 0)
    groups = residents.groupby("segment")
    assert sum(len(g) for g in groups.groups.values()) == 200
    assert groups.count() == {g: int((model.residents.segment == g).sum()) for g in range(3)}
    assert model.resident(3) in residents
    assert model.institution_agents[0] not in residents
    assert [a.row for a in residents[2:4]] == [2, 3]
    with pytest.raises(TypeError, match="come and go"):
        residents.remove(model.resident(0))


def test_institutions_are_agents(model) -> None:
    council = model.institution_agents[0]
    assert council.name == "council"
    assert council.responsiveness == pytest.approx(0.68)
    assert council.knowledge == pytest.approx(float(model.institutions.knowledge[0]))
    assert council.new_cases == model.tallies[0, 0]
    assert model.agents_by_type[Institution].agg("load", max) < 1.0
    with pytest.raises(AttributeError, match="no 'mayor'"):
        _ = council.mayor


def test_the_data_collector_works(model) -> None:
    collector = mesa.DataCollector(
        model_reporters={"month": "month", "trust": lambda m: float(m.residents.trust[0].mean())},
        agenttype_reporters={Institution: {"load": "load"}, Resident: {"habit": "habit"}},
    )
    for _ in range(2):
        model.step()
        collector.collect(model)
    assert list(collector.get_model_vars_dataframe()["month"]) == [model.month - 1, model.month]
    assert len(collector.get_agenttype_vars_dataframe(Institution)) == 8
    habits = collector.get_agenttype_vars_dataframe(Resident)["habit"].to_numpy()[-200:]
    assert habits == pytest.approx(model.residents.habit)
    everybody = mesa.DataCollector(agent_reporters={"kind": lambda a: type(a).__name__})
    everybody.collect(model)
    assert len(everybody.get_agent_vars_dataframe()) == 204


def test_a_pass_over_very_many_views_warns(model, monkeypatch) -> None:
    monkeypatch.setattr("simulation.agents.MANY", 100)
    with pytest.warns(UserWarning, match=r"200 agent views|204 agent views"):
        assert sum(1 for _ in model.agents_by_type[Resident]) == 200
    monkeypatch.setattr("simulation.agents.MANY", 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sum(1 for _ in model.agents) == 204
