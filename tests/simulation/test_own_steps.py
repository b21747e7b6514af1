"""Steps of somebody's own in the month's list: their columns and parameters are everywhere that the others' are."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulation import Parameter, ParameterGroup, ParticipationModel, Process
from simulation.declared.columns import Column
from simulation.declared.loops import Loop
from simulation.declared.parameters import InputError
from simulation.month import LOOPS, MONTH, loops_of
from tests.places import small_scenario

PARAMETERS = ParameterGroup("counting", (Parameter("by", 2.0, 0, 9, "visits", "visits counted in a month"),))
Values = PARAMETERS.values_type("Values", __name__)


GROWTH = Loop("growth", 1, "visits -> more visits", "visits")


def count(model) -> None:
    if not model.loops["growth"]:
        return
    model.residents.visits += np.uint16(model.values["counting"].by)
    model.residents.trusting_12m[model.slot] = 1
    model.wards.seen += 1


COUNTING = Process(
    "counting", "Counting", "Counts months.", (), ("visits",), PARAMETERS, Values, count,
    columns=(Column("visits", "u2", "visits so far"), Column("trusting_12m", "u1", "months of trust", "ring")),
    ward_columns=(Column("seen", "f8", "months seen", start=5.0),), loops=(GROWTH,),
)  # fmt: skip
STEPS = (*MONTH, COUNTING)


def test_a_step_of_ones_own_has_columns_and_parameters() -> None:
    model = ParticipationModel(small_scenario(60, 12, parameters={"counting.by": 3.0}), 1, steps=STEPS)
    assert model.residents.visits.max() == 36
    assert set(model.wards.seen) == {17.0}
    stayed = int(model.residents.visits.argmax())
    assert model.resident(stayed).visits == 36
    assert model.resident(stayed).trusting_12m == 12, "a ring turns with the months"
    saved = model.checkpoint()
    model.run(2)
    assert model.residents.visits.max() == 42
    model.restore(saved)
    assert model.residents.visits.max() == 36
    other = model.branch(model.scenario)
    other.run(1)
    assert other.residents.visits.max() == 39
    assert model.residents.visits.max() == 36


def test_others_are_as_they_were() -> None:
    plain, own = (ParticipationModel(small_scenario(60, 12), 1, steps=steps) for steps in (MONTH, STEPS))
    for name, array in plain.residents.arrays().items():
        assert np.array_equal(array, getattr(own.residents, name)), name


def test_a_column_that_is_there_already_is_refused() -> None:
    again = Process("again", "Again", "", (), (), PARAMETERS, None, count, columns=(Column("trust", "f4", "again"),))
    with pytest.raises(InputError, match="step 'again': column 'trust' is declared already, by step 'experience'"):
        ParticipationModel(small_scenario(60, 0), 1, steps=(*MONTH, again))


def test_a_loop_of_ones_own_is_cut_as_the_others_are() -> None:
    model = ParticipationModel(small_scenario(60, 12, loops_off=("growth",)), 1, steps=STEPS)
    before = model.residents.visits.max()
    model.run(2)
    assert model.residents.visits.max() == before > 0
    with pytest.raises(InputError, match="unknown loop 'growth'"):
        ParticipationModel(small_scenario(60, 0, loops_off=("growth",)), 1)


def test_two_loops_of_one_name_are_refused() -> None:
    again = replace(COUNTING, name="again", loops=(replace(GROWTH, sign=-1),))
    with pytest.raises(InputError, match="step 'again': another loop is called 'growth'"):
        loops_of((*STEPS, again))


@pytest.mark.parametrize("step", MONTH, ids=lambda step: step.name)
def test_a_step_reads_the_switches_of_its_own_loops_and_no_others(step) -> None:
    tree = ast.parse(Path(inspect.getfile(step.step)).read_text())
    read = {
        node.slice.value for node in ast.walk(tree) if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "model.loops"
    }
    assert read == {loop.name for loop in LOOPS if step.name in LOOPS[loop]}
