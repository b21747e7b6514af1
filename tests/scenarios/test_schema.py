"""A scenario's and a place's files can say all that a declaration can, under the same names and with the same defaults."""

from __future__ import annotations

from dataclasses import MISSING, fields

import pytest

from scenarios.scenario_file import CostFile, InterventionFile
from scenarios.schema import InstitutionFile, SegmentFile, ServiceFile
from simulation.declared.costs import Cost
from simulation.declared.institutions import InstitutionSpec, Service
from simulation.declared.interventions import Delivery
from simulation.declared.segments import Segment

OF_OURS = {Service: {"status", "source"}, Segment: {"status", "source", "description"}}  # what we say of our own declarations
PAIRS = ((SegmentFile, Segment), (InstitutionFile, InstitutionSpec), (ServiceFile, Service), (CostFile, Cost), (InterventionFile, Delivery))  # fmt: skip


@pytest.mark.parametrize(("file", "declared"), PAIRS)
def test_a_file_has_every_field(file, declared) -> None:
    named = {field.name for field in fields(declared)} - OF_OURS.get(declared, set())
    assert named - set(file.model_fields) == set()


@pytest.mark.parametrize(("file", "declared"), [(SegmentFile, Segment), (CostFile, Cost)])
def test_what_is_left_out_is_as_declared(file, declared) -> None:
    usual = {field.name: field.default for field in fields(declared) if field.default is not MISSING}
    own = {name: one.default for name, one in file.model_fields.items() if name in usual and name not in ("status", "source")}
    assert own == {name: usual[name] for name in own}
