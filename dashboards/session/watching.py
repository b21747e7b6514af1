"""What a page asks to watch: two worlds of a question, and the month after which they part."""

from __future__ import annotations

import hashlib

from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario
from simulation.month import LOOP_NAMES

from ..questions.field_words import FieldError
from ..questions.question import Question, loops_of, number_of
from ..records.acts import WatchWorlds
from ..records.view import WatchShown
from ..results.kept import code
from ..texts import string

MOST_RESIDENTS = 20_000  # of a world that is watched


def asked_to_watch(question: Question, asked: WatchWorlds) -> tuple[WatchShown, tuple[Scenario, Scenario]]:
    """Return what a message asks to watch, with the name of what comes of it, and the two scenarios.

    Raises:
        InputError: naming what is wrong and what is allowed.
    """
    order = question.order
    first, other = number_of("first", asked.get("first", 0)), number_of("other", asked.get("other", 1))
    branch, cut = number_of("branch", asked.get("branch", 0)), loops_of(asked.get("loops_off"))
    for at in (first, other):
        if not 0 <= at < len(order.scenarios):
            raise InputError(f"scenario: {at + 1}; allowed: 1 to {len(order.scenarios)}")
    if not 0 <= branch < question.months:
        raise FieldError(f"{string('live.branch')}: {branch}; allowed: 0 to {question.months - 1}", "branch")
    for loop in cut:
        if loop not in LOOP_NAMES:
            raise InputError(f"loop: '{loop[:40]}'; {nearest(loop, LOOP_NAMES)}")
    population = min(question.population, MOST_RESIDENTS)
    one, two = (order.scenarios[at].with_(population=population) for at in (first, other))
    two = two.with_(loops_off=tuple(dict.fromkeys((*two.loops_off, *cut))))
    if one.world != two.world:
        raise InputError(
            f"'{two.name}' is another world from the start (its own institutions or people): it cannot branch off '{one.name}'"
        )
    name = hashlib.sha256(f"{code()} {question.query()} {first} {other} {branch} {cut}".encode()).hexdigest()[:24]
    shown: WatchShown = {"name": name, "first": first, "other": other, "branch": branch, "loops_off": cut, "ready": False}
    return shown, (one, two)
