"""What a question's scenarios and fields are called in messages: as on the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from experiments.reports.words import begin, plain
from scenarios.plugins import available_interventions
from simulation.declared.interventions import AIMS
from simulation.declared.parameters import InputError

from ..texts import string

LABELS = {
    "dose": "dose.label",
    **{name: f"tried.{name}" for name in ("start", "ramp", "end", "decay", "fidelity")},
    **{name: f"aim.{name}" for name in (*AIMS, "households", "members")},
}


class FieldError(InputError):
    """What is wrong with a field of the page.

    Attributes:
        field: which one it is: `months`, or `1.closing-the-loop.end` for a setting of an intervention of the second scenario.
    """

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


def field_of(error: BaseException) -> str:
    """Return the field that an error speaks of; empty where it speaks of none."""
    return error.field if isinstance(error, FieldError) else ""


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """Let what is refused tell that it is wrong in this field, or in one within it."""
    try:
        yield
    except InputError as error:
        raise FieldError(str(error), ".".join(filter(None, (name, field_of(error))))) from None


def label(name: str) -> str:
    """Return what a setting of an intervention is called."""
    return string(LABELS[name]) if name in LABELS else name


def called(scenario: Any, n: int) -> str:
    """Return what a scenario is called, as the heading of its card has it: its number and its name.

    Args:
        scenario: its plain values, whatever they hold.
        n: its position among all; the base is 0.
    """
    number = string("scenario.number", n=n) if n else string("scenario.base")
    data = scenario if isinstance(scenario, Mapping) else {}
    tried = data.get("tried")
    names = [one.get("name") for one in tried if isinstance(one, Mapping)] if isinstance(tried, list | tuple) else []
    shipped = data.get("shipped") or "+".join(sorted(name for name in names if isinstance(name, str)))
    given = data.get("title") or shipped
    if not isinstance(given, str) or not given:
        return number
    return f"{number}, {(given if data.get('title') else begin(given))[:60]}"


def tried_in(where: str, name: str) -> str:
    """Return how an intervention of a scenario is called; a scenario that is called as its only one needs no second name."""
    return where if where.endswith(f", {begin(name)}") else f"{where}: {begin(name)}"


@contextmanager
def said_of(where: str, own: str) -> Iterator[None]:
    """Let what the model's declarations refuse begin as a page calls a scenario, and name its interventions and settings as the page does.

    Args:
        where: from `called`.
        own: the scenario's own name, which the declarations begin with.
    """
    try:
        yield
    except InputError as error:
        known = available_interventions()
        *before, wrong = str(error).removeprefix(f"{own}: ").split(": ")
        for part in before:
            if part in known:
                where = tried_in(where, part)
            elif not part.startswith("scenario '"):
                where = f"{where}: {label(part)}"
        raise FieldError(f"{where}: {_plainly(wrong)}", field_of(error)) from None


def _plainly(wrong: str) -> str:
    """Return what is wrong with interventions in words."""
    known = available_interventions()
    return re.sub(r"'([a-z-]+)'", lambda m: f"'{plain(m[1])}'" if m[1] in known else m[0], wrong)
