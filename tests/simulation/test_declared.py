"""What is declared in Python is refused where it cannot be, as what is written in a file is."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from scenarios import load_scenario
from simulation import Change, Cost, Form, InputError, Parameter


def form(**own: object) -> Form:
    return Form(**{"name": "walk", "category": "activism", "service": "council", "ease": -4.0, "effort": 1.0, "skill": 0.3,
                   "channel": "web", "entry": "open", **own})  # fmt: skip


REFUSED: dict[str, Callable[[], object]] = {
    "x: default: 5; allowed: 0 to 1": lambda: Parameter("x", 5, 0, 1, "share", ""),
    "x: default: nan; allowed: 0 to 1": lambda: Parameter("x", math.nan, 0, 1, "share", ""),
    "x: high: 0; allowed: 1 or more": lambda: Parameter("x", 0.5, 1, 0, "share", ""),
    "x: low: -inf; allowed: a finite number": lambda: Parameter("x", 0.5, -math.inf, 0, "share", ""),
    "x: ends: 2; allowed: 0 to 1": lambda: Parameter("x", 0.5, 0, 1, "share", "", ends=(0.2, 2)),
    "x: status: unknown 'guess'; allowed: assumed, calibrated, estimated": lambda: Parameter("x", 0, 0, 1, "", "", "guess"),
    "walk: category: unknown 'activist'; did you mean 'activism'?": lambda: form(category="activist"),
    "walk: channel: unknown 'fax'; allowed: face to face, phone, post, web": lambda: form(channel="fax"),
    "walk: entry: unknown 'opn'; did you mean 'open'?": lambda: form(entry="opn"),
    "walk: effort: -3; allowed: 0 or more": lambda: form(effort=-3),
    "walk: skill: 2; allowed: 0 to 1": lambda: form(skill=2),
    "walk: reward: 7; allowed: 0 to 1": lambda: form(reward=7),
    "walk: fit: 'much'; allowed: a finite number": lambda: form(fit=(0.0, "much", 0.0)),
    "cost: high: 0.1; allowed: 3 or more": lambda: Cost(low=3, high=0.1),
    "cost: running_hours: nan; allowed: a finite number": lambda: Cost(running_hours=math.nan),
    "cost: setup_pounds: True; allowed: a finite number": lambda: Cost(setup_pounds=True),
    "courtesy: months: -3; allowed: whole numbers from 1, or None for no limit": lambda: Change("courtesy", months=-3),
    "courtesy: scale: -0.5; allowed: 0 or more": lambda: Change("courtesy", scale=-0.5),
    "courtesy: to: inf; allowed: a finite number": lambda: Change("courtesy", to=math.inf),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_declared_is_refused_by_field_and_value(words) -> None:
    with pytest.raises(InputError) as refused:
        REFUSED[words]()
    assert str(refused.value) == words


def test_a_cost_in_a_file_is_refused_under_the_name_of_what_it_costs(tmp_path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("name: x\ninterventions: [{name: closing-the-loop, cost: {low: 3}}]\n")
    with pytest.raises(InputError) as refused:
        load_scenario(str(path))
    assert str(refused.value) == f"{path}: closing-the-loop: cost: high: 2.0; allowed: 3 or more"
