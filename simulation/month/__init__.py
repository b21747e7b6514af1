"""The month: the ordered list of steps, which is printed, timed, documented and switched only from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..declared import costs, quality
from ..declared.columns import Column
from ..declared.forms import FORMS
from ..declared.institutions import SERVICE_NUMBERS, SERVICES, Service
from ..declared.levers import FORM_LEVERS, INSTITUTION_LEVERS
from ..declared.loops import Loop
from ..declared.parameters import InputError, Parameter, ParameterGroup, nearest
from ..declared.residents import WHO_THEY_ARE
from ..state import ties
from . import (
    asking,
    casework,
    closing_the_loop,
    community,
    deciding,
    drift,
    efficacy,
    experience,
    learning,
    measuring,
    needs,
    recognition,
    taking_part,
    word_of_mouth,
)
from .process import Process

MONTH: tuple[Process, ...] = (
    needs.PROCESS,
    casework.PROCESS,
    experience.PROCESS,
    asking.PROCESS,
    deciding.PROCESS,
    taking_part.PROCESS,
    closing_the_loop.PROCESS,
    recognition.PROCESS,
    word_of_mouth.PROCESS,
    efficacy.PROCESS,
    community.PROCESS,
    learning.PROCESS,
    drift.PROCESS,
    measuring.PROCESS,
)


def whole_month(steps: Sequence[Process]) -> tuple[Process, ...]:
    """Return a list of steps; steps read one another's columns and parameters, so that only a switch or a loop leaves out what one does.

    Raises:
        InputError: a step of the month is not among them.
    """
    names = [process.name for process in steps]
    lacking = [process.name for process in MONTH if process.name not in names]
    if lacking:
        raise InputError(f"steps: '{lacking[0]}' is missing; allowed: all steps of the month, with others between them: see MONTH")
    return tuple(steps)


def columns_of(steps: Sequence[Process]) -> tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]:
    """Return the columns of residents, institutions and wards in a world with some steps.

    Raises:
        InputError: two steps declare one column.
    """
    owners = {column.name: "what a resident is" for column in WHO_THEY_ARE}
    for process in steps:
        for column in (*process.columns, *process.institution_columns, *process.ward_columns):
            if column.name in owners:
                raise InputError(f"step '{process.name}': column '{column.name}' is declared already, by {owners[column.name]}")
            owners[column.name] = f"step '{process.name}'"
    return (
        (*WHO_THEY_ARE, *(column for process in steps for column in process.columns)),
        tuple(column for process in steps for column in process.institution_columns),
        tuple(column for process in steps for column in process.ward_columns),
    )


def groups_of(steps: Sequence[Process]) -> tuple[tuple[ParameterGroup, Any], ...]:
    """Return the groups of parameters of some steps, and of ties, costs and quality, each with the named tuple of its values."""
    own = ((process.parameters, process.values_type) for process in steps if process.values_type is not None)
    return (
        *own,
        (ties.PARAMETERS, ties.TiesValues),
        (costs.PARAMETERS, costs.CostsValues),
        (quality.PARAMETERS, quality.QualityValues),
    )


def loops_of(steps: Sequence[Process]) -> dict[Loop, tuple[str, ...]]:
    """Return the feedback loops of some steps, each with the steps that its switch cuts, in the order of the month.

    Raises:
        InputError: two loops have one name.
    """
    found: dict[Loop, tuple[str, ...]] = {}
    for process in steps:
        for loop in process.loops:
            if any(loop.name == other.name and loop != other for other in found):
                raise InputError(f"step '{process.name}': another loop is called '{loop.name}'")
            found[loop] = (*found.get(loop, ()), process.name)
    return found


def check_loop(name: str, where: str, steps: Sequence[Process] = MONTH) -> None:
    """Raise `InputError` with the nearest name unless some step of the month has a loop of this name."""
    names = [loop.name for loop in loops_of(steps)]
    if name not in names:
        raise InputError(f"{where}: unknown loop '{name}'; {nearest(name, names)}")


RESIDENT_COLUMNS, INSTITUTION_COLUMNS, WARD_COLUMNS = columns_of(MONTH)
GROUPS = groups_of(MONTH)
LOOPS = loops_of(MONTH)
LOOP_NAMES = tuple(loop.name for loop in LOOPS)
# Rows of the evidence ledger on how many take part in a kind of form: what the ease of its forms is set by.
LEVELS = {
    "civic_participation": ("participation_level",), "consultation": ("consultation_level",), "activism": ("activism_level",),
    "volunteering": ("volunteering_level", "volunteering_year"),
}  # fmt: skip


def declared_parameters(services: Sequence[Service] = SERVICES, steps: Sequence[Process] = MONTH) -> dict[str, Parameter]:
    """Return every parameter by its full name: `process.name`, `service.lever`, `service.need_rate`, `forms.form.field`."""
    table = {f"{group.prefix}.{p.name}": p for group, _ in groups_of(steps) for p in group.parameters}
    for service in services:
        for lever in INSTITUTION_LEVERS:
            p = lever.parameter
            value = lever.by_service.get(service.stands_for or service.name, p.default)
            table[f"{service.name}.{p.name}"] = Parameter(
                p.name, value, p.low, p.high, p.unit, p.description, p.status, p.source, p.facts
            )
        for name, (low, high, unit, text) in SERVICE_NUMBERS.items():
            value = getattr(service, name)
            table[f"{service.name}.{name}"] = Parameter(name, value, low, high, unit, text, "assumed", service.source)
    for form in FORMS:
        for name, low, high, unit, text in (
            ("ease", -12, 12, "log-odds", "chance to accept, unasked, for an average resident"),
            ("effort", 0, 200, "hours", "hours for one act or active month"),
            *((x.name, x.parameter.low, x.parameter.high, x.parameter.unit, x.parameter.description) for x in FORM_LEVERS),
        ):
            facts = LEVELS.get(form.category, ()) if name == "ease" else ()
            table[f"forms.{form.name}.{name}"] = Parameter(
                name, getattr(form, name), low, high, unit, text, "assumed", form.source, facts
            )
    return table
