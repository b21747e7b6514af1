"""Answers for people who wait: the same bytes as `compare`, shared fairly, freed at once, nothing lost when a worker dies."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from experiments.comparison.compare import compare, courses
from experiments.comparison.losses import losses
from experiments.comparison.months import JUDGED_WORDS
from experiments.comparison.ranking import course_of
from experiments.processes import NotStarted
from experiments.reports.answer import answer
from experiments.serving import Asked, Busy, Known, Order, Step, Workers
from experiments.serving.page_document import document
from experiments.serving.tasks import Replicate, Watch
from experiments.serving.warm import WarmWorlds
from scenarios import load_scenario
from simulation.declared.parameters import InputError

PATIENCE = 180


def order(*names: str, population: int = 300, replicates: int = 4, months: int = 12) -> Order:
    return Order(tuple(load_scenario(name, None, population).with_(burn_in=24) for name in names), replicates, months, 3)


@pytest.fixture(scope="module")
def workers():
    made = Workers(2)
    yield made
    made.close()


def ask(workers: Workers, known: Known, wanted: Order, owner: str = "me") -> list[Step]:
    steps, ended = [], threading.Event()

    def heard(step: Step) -> None:
        steps.append(step)
        if step.stage == "whole":
            ended.set()

    failures: list[str] = []
    Asked(workers, known, owner, wanted, heard, lambda error: (failures.append(error), ended.set()))
    assert ended.wait(PATIENCE), "nothing came"
    assert not failures, failures
    return steps


@pytest.fixture(scope="module")
def sharpened(workers) -> tuple[Order, list[Step]]:
    """A question whose ranges need all its replicates, and each answer to it."""
    wanted = order("baseline", "closing-the-loop@0.5", "ask-widely", replicates=15)
    return wanted, ask(workers, Known(), wanted)


def test_a_worker_that_cannot_be_started_ends_the_thread_that_hands_out_work(monkeypatch, capfd) -> None:
    """The process that workers are copied from was killed: the task is tried again, and what closes meanwhile says nothing."""

    def refused(pickled: bytes) -> None:
        tries.append(pickled)
        raise NotStarted("could not be started (unexpected EOF)")

    tries: list[bytes] = []
    failed: list[tuple] = []
    monkeypatch.setattr("experiments.serving.workers.AGAIN", 0.01)
    monkeypatch.setattr("experiments.processes.Worker", refused)
    ended = threading.Event()
    made = Workers(1)
    for _ in range(2):  # the thread lives on
        ended.clear()
        made.submit("me", (), ["a task"], print, lambda *told: (failed.append(told), ended.set()))
        assert ended.wait(PATIENCE)
    assert len(tries) == 6 and failed == [("a task", "a worker process was stopped from outside")] * 2
    assert capfd.readouterr().err.count("a worker could not be started (unexpected EOF); its work is tried again") == 6
    monkeypatch.setattr("experiments.serving.workers.AGAIN", 60.0)
    made.submit("me", (), ["a task"], print, print)
    made.close()
    assert not capfd.readouterr().err


def test_what_sharpens_ends_as_compare_does(sharpened):
    wanted, steps = sharpened
    expected = compare(*wanted.scenarios, replicates=15, months=12, seed=3, monthly=courses(3), workers=1)
    last = steps[-1].comparison
    assert last is not None
    assert last.to_json()["scenarios"] == expected.to_json()["scenarios"]
    assert np.array_equal(last.series, expected.series, equal_nan=True)
    first = next(s.comparison for s in steps if s.stage == "first" and s.comparison is not None)
    assert first.replicates == 8
    partial = [s.comparison.replicates for s in steps if s.stage == "partial" and s.comparison is not None]
    assert partial == sorted(partial)
    assert partial, "results are shown while replicates arrive"
    assert not [w for s in steps if s.comparison is not None for w in s.comparison.warnings if "interrupted" in w], (
        "others are still to come"
    )
    complete = next(s.comparison for s in steps if s.stage == "replicates")
    assert np.array_equal(complete.results, last.results, equal_nan=True), "effects are final before it is told how sure they are"


def test_only_what_changed_is_run_again(workers):
    known = Known()
    ask(workers, known, order("baseline", "closing-the-loop"))
    wanted = order("baseline", "closing-the-loop", "more-consultation")
    ran: list[tuple[int, ...]] = []
    submit = workers.submit

    def watched(owner, scenarios, tasks, arrived, failed, spare=False):
        ran.extend(t.wanted for t in tasks)
        return submit(owner, scenarios, tasks, arrived, failed, spare)

    workers.submit = watched  # type: ignore[method-assign]
    try:
        steps = ask(workers, known, wanted)
        assert set(ran) == {(2,)}
        ran.clear()
        again = ask(workers, known, wanted)
    finally:
        workers.submit = submit  # type: ignore[method-assign]
    assert not ran, "everything is known"
    assert steps[-1].comparison.to_json()["scenarios"] == again[-1].comparison.to_json()["scenarios"]


def waited_for(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def test_cancelling_frees_the_workers(workers):
    wanted = order("baseline", "closing-the-loop", population=20_000, replicates=200, months=240)
    asked = Asked(workers, Known(), "slow", wanted, lambda step: None, lambda error: None)
    waited_for(lambda: workers.idle() < 2, "nothing was begun")
    asked.cancel()
    waited_for(lambda: workers.idle() == 2, "the work goes on, which would take far longer than this waits")
    assert asked.done < asked.planned
    assert ask(workers, Known(), order("baseline", "closing-the-loop"))[-1].stage == "whole"


def test_a_worker_that_is_killed_loses_nothing(workers):
    wanted = order("baseline", "closing-the-loop", population=3000, replicates=6)
    expected = compare(*wanted.scenarios, replicates=6, months=12, seed=3, monthly=courses(2), workers=1)
    ended, steps = threading.Event(), []

    def heard(step: Step) -> None:
        steps.append(step)
        if step.stage == "whole":
            ended.set()

    Asked(workers, Known(), "killed", wanted, heard, lambda error: (steps.append(error), ended.set()))
    while all(p is None or p.job is None for p in workers._processes):
        time.sleep(0.005)
    victim = next(p for p in workers._processes if p is not None and p.job is not None)
    os.kill(victim.process.pid, signal.SIGKILL)
    assert ended.wait(PATIENCE)
    assert steps[-1].comparison.to_json()["scenarios"] == expected.to_json()["scenarios"]


def test_owners_take_turns_and_a_new_question_ends_the_one_before(workers):
    scenarios = order("baseline").scenarios
    done: deque[str] = deque()
    ended = threading.Event()

    def tasks(first: int) -> list[Replicate]:
        return [Replicate(2 * n, first, 12, (), "none", (0,)) for n in range(6)]  # all for one process

    def arrived(name: str):
        def call(task, result):
            done.append(name)
            if len(done) == 12:
                ended.set()

        return call

    workers.submit("a", scenarios, tasks(100), arrived("never"), lambda t, e: None)
    workers.submit("a", scenarios, tasks(200), arrived("a"), lambda t, e: None)
    workers.submit("b", scenarios, tasks(300), arrived("b"), lambda t, e: None)
    assert ended.wait(PATIENCE)
    assert "never" not in list(done)[1:], "what was asked before is cancelled"
    turns = [x for x in done if x != "never"]
    assert set(turns[:3]) == {"a", "b"}, "nobody waits until another's whole comparison is done"


def test_too_many_who_wait_are_told():
    few = Workers(1, most_waiting=2)
    try:
        scenarios = order("baseline", population=2000).scenarios
        tasks = [Replicate(n, 1, 24, (), "none", (0,)) for n in range(20)]
        for name in ("a", "b"):
            few.submit(name, scenarios, tasks, lambda t, r: None, lambda t, e: None)
        with pytest.raises(Busy, match="waiting"):
            few.submit("c", scenarios, tasks, lambda t, r: None, lambda t, e: None)
        few.submit("a", scenarios, tasks, lambda t, r: None, lambda t, e: None)  # who waits already may change their mind
    finally:
        few.close()


def test_workers_that_nobody_needs_give_their_warm_worlds_back():
    few = Workers(1, idle=0.5)
    try:
        assert ask(few, Known(), order("baseline", replicates=2))[-1].stage == "whole"
        waited_for(lambda: few._processes[0] is None, "the worker keeps its worlds")
    finally:
        few.close()


@pytest.mark.parametrize("population", [300, 1500])
def test_warm_worlds_take_about_what_is_counted(population):
    """Small ones too: what a world has beside its residents is counted, and what it was asked last time is let go."""
    scenario, warm = load_scenario("baseline", population=population).with_(burn_in=12), WarmWorlds()

    def go(seed: int) -> None:
        warm.run([scenario], Replicate(0, seed, 2, (), "none", (0,)), lambda month: None)

    go(0)  # what is made once
    gc.collect()
    tracemalloc.start()
    try:
        before, counted = tracemalloc.get_traced_memory()[0], warm.size
        for seed in range(1, 4):
            go(seed)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.7 * (warm.size - counted) < taken < 1.1 * (warm.size - counted)


def test_what_is_done_in_advance_makes_room(workers):
    scenarios = order("baseline", population=20_000).scenarios
    warm = [Replicate(n, 9, 12, (), "none", only_warm=True) for n in range(200)]
    job = workers.submit("advance", scenarios, warm, lambda t, r: None, lambda t, e: None, spare=True)
    waited_for(lambda: workers.idle() < 2, "nothing was begun")
    steps = ask(workers, Known(), order("baseline", "closing-the-loop"))
    assert steps[-1].stage == "whole"
    assert job.tasks, "what is done in advance is left until nobody waits"
    workers.cancel(job)
    waited_for(lambda: workers.idle() == 2, "what was cancelled goes on")


def test_a_comparison_beyond_the_limit_says_what_is_possible():
    wanted = order("baseline", "closing-the-loop", population=100_000, replicates=100, months=60)
    with pytest.raises(InputError, match=r"larger than this server lends.*Possible: a model town of 41,000 or 41 repeat runs"):
        wanted.check(500e6)
    order("baseline").check(1e6)


def test_the_document_holds_the_contract_and_is_plain(sharpened):
    last = sharpened[1][-1].comparison
    page = document(last, "whole", 15)
    assert json.loads(json.dumps(page, allow_nan=False))["result"] == last.to_json()
    assert (page["first_look"], page["range_head"], page["caution"]) == (False, "could be (95 % range)", "")
    assert " ".join(page["answers"]) == page["answer"] == answer(last)
    for name in ("participation", "acts_12m"):
        assert page["findings"]["courses"][name]
        for n, one in enumerate(page["courses"][name]):
            assert len(one["mean"]) == 12
            known = course_of(last, n, name) if n else None
            assert one["low"][-1] == (
                pytest.approx(float(known.range()[0][-1]) + page["courses"][name][0]["mean"][-1], rel=1e-4) if n else None
            )
    for n in (1, 2):
        for name, shown in page["shown"][n].items():
            expected = last.headline(name, n)
            assert all(shown[key] == (value if np.isfinite(value) else None) for key, value in expected.items())
        assert page["money"][n]["programme"].startswith(("£", "saving"))
    assert page["money"][0] is None
    assert [row["scenario"] for row in page["losses"]] == [row["scenario"] for row in losses(last)]
    assert {row["read"] for row in page["losses"]} <= set(JUDGED_WORDS.values())
    first = next(s.comparison for s in sharpened[1] if s.stage == "first" and s.comparison is not None)
    look = document(first, "first", 15)
    assert look["first_look"]
    assert look["range_head"] == "could be (first look)"
    assert look["caution"].startswith("This is a first look, from 8 runs")
    assert look["answers"][-1] == look["caution"]


def test_the_document_of_a_scenario_that_ends_reads_it_over_the_run(workers):
    ends = load_scenario("closing-the-loop", None, 300)
    short = ends.with_(burn_in=24, interventions=tuple(i.at(1.0, replace(i.delivery, end=4)) for i in ends.interventions))
    wanted = order("baseline", replicates=4)
    last = ask(workers, Known(), replace(wanted, scenarios=(*wanted.scenarios, short)))[-1].comparison
    page = document(last, "whole", 4)
    assert page["read"]["participation"] == "on average over the run"
    when = page["result"]["scenarios"][1]["when"]["participation"]
    assert set(when) == {"over_the_run", "last_month", "best_month", "worst_month"}
    assert page["shown"][1]["participation"]["effect"] == pytest.approx(when["over_the_run"]["effect"])


def test_one_world_beside_itself_differs_only_after_the_branch(workers):
    two = order("baseline", "closing-the-loop", population=600).scenarios
    found, ended = [], threading.Event()

    def arrived(task, result):
        found.append(result)
        ended.set()

    workers.submit("watch", two, [Watch(2, 24, 6, 80)], arrived, lambda t, e: (found.append(e), ended.set()))
    assert ended.wait(PATIENCE)
    world = found[0]
    one, other = world["worlds"]
    for name in ("courses", "wards", "backlog", "contacts", "statuses"):
        assert one[name][:6] == other[name][:6]
        assert len(one[name]) == len(other[name]) == 24
    assert one["courses"][23] != other["courses"][23]
    assert len(world["shown"]["rows"]) == 80 == len(world["stories"][0]) == len(world["stories"][1])
    assert len(one["statuses"][0]) == 80
    for a, b in zip(*world["stories"], strict=True):
        assert [e for e in a if e[0] <= 6] == [e for e in b if e[0] <= 6]
    kinds = {event[1] for story in world["stories"][1] for event in story}
    assert {"contact", "told"} <= kinds


def test_a_world_without_a_difference_is_the_same_twice(workers):
    one = order("baseline", population=400).scenarios
    found, ended = [], threading.Event()
    workers.submit(
        "twice",
        (one[0], one[0]),
        [Watch(2, 12, 0, 50)],
        lambda t, r: (found.append(r), ended.set()),
        lambda t, e: (found.append(e), ended.set()),
    )
    assert ended.wait(PATIENCE)
    assert found[0]["worlds"][0] == found[0]["worlds"][1]
    assert found[0]["stories"][0] == found[0]["stories"][1]
    expected = compare(one[0], replicates=1, months=12, seed=2, posterior=None)
    at = list(expected.measures).index("participation")
    assert found[0]["worlds"][0]["courses"][-1][0] == pytest.approx(expected.series[0, 0, -1, at], abs=1e-5)
