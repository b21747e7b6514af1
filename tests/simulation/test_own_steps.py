"""Steps of somebody's own in the month's list: their columns and parameters are everywhere that the others' are."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Parameter, ParameterGroup, ParticipationModel, Process
from simulation.declared.columns import Column
from simulation.declared.parameters import InputError
from simulation.month import MONTH
from tests.places import small_scenario

PARAMETERS = ParameterGroup("counting", (Parameter("by", 2.0, 0, 9, "visits", "visits counted in a month"),))
Values = PARAMETERS.values_type("Values", __name__)


def count(model) -> None:
    model.residents.visits += np.uint16(model.values["counting"].by)
    model.residents.trusting_12m[model.slot] = 1
    model.wards.seen += 1


COUNTING = Process(
    "counting", "Counting", "Counts months.", (), ("visits",), PARAMETERS, Values, count,
    columns=(Column("visits", "u2", "visits so far"), Column("trusting_12m", "u1", "months of trust", "ring")),
    ward_columns=(Column("seen", "f8", "months seen", start=5.0),),
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
