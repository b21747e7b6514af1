"""A scenario's and a place's files can say all that a declaration can, under the same names and with the same defaults."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import get_args, get_type_hints

import pytest

from scenarios.scenario_file import ChangeFile, CostFile, InterventionFile, ScenarioFile
from scenarios.schema import InstitutionFile, SegmentFile, ServiceFile
from simulation.declared.costs import Cost
from simulation.declared.institutions import InstitutionSpec, Service
from simulation.declared.interventions import MEMBERS, Change, Delivery
from simulation.declared.parameters import Status
from simulation.declared.scenario import Scenario
from simulation.declared.segments import Segment

# What we say of our own declarations; what a file has from its place; and the lever, under which a change is written.
OF_OURS = {
    Service: {"status", "source"},
    Segment: {"status", "source", "description"},
    Scenario: {"services", "forms"},
    Change: {"lever"},
}
PAIRS = (
    (SegmentFile, Segment), (InstitutionFile, InstitutionSpec), (ServiceFile, Service), (CostFile, Cost), (InterventionFile, Delivery),
    (ChangeFile, Change), (ScenarioFile, Scenario),
)  # fmt: skip


@pytest.mark.parametrize(("file", "declared"), PAIRS)
def test_a_file_has_every_field(file, declared) -> None:
    named = {field.name for field in fields(declared)} - OF_OURS.get(declared, set())
    assert named - set(file.model_fields) == set()


@pytest.mark.parametrize(("file", "declared"), PAIRS)
def test_what_is_left_out_is_as_declared(file, declared) -> None:
    """Or None: it is then as in what the file changes (the catalogue's intervention, the place, the service that one stands for)."""
    usual = {
        field.name: field.default_factory() if field.default is MISSING else field.default
        for field in fields(declared)
        if field.default is not MISSING or field.default_factory is not MISSING
    }
    own = {name: one.get_default(call_default_factory=True) for name, one in file.model_fields.items() if not one.is_required()}
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in own.items() if value is not None}
    differing = {name for name, value in plain.items() if name in usual and value != usual[name]}
    assert differing == ({"source"} if file is CostFile else set())


def test_a_file_is_refused_what_a_declaration_refuses() -> None:
    """The words that are allowed are those of the declaration, not a second list of them."""
    assert get_args(get_type_hints(CostFile)["status"]) == get_args(Status)
    assert get_args(get_args(get_type_hints(InterventionFile)["members"])[0]) == MEMBERS
    assert get_type_hints(ScenarioFile)["start"] == get_type_hints(Scenario)["start"]
