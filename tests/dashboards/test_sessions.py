"""Sessions and what is kept, without a browser: what a page may ask, what it gets, and that nothing wrong is ever shown as right."""

from __future__ import annotations

import gzip
import json
import threading
import time

import pytest

from dashboards.questions.question import Column, Question, Tried
from dashboards.results import kept
from dashboards.results.kept import Kept, key_of, packed, read
from dashboards.session.hub import Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from experiments.comparison.compare import compare, courses
from experiments.output import OutputError
from experiments.serving import Known
from experiments.serving.growing_comparison import Asked

from .running import PATIENCE

SMALL = Question(columns=(Column(), Column((Tried("closing-the-loop"),))), population=200, months=12, replicates=3, seed=4)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    made = Hub(Settings(home=folder / "home", studies=folder, workers=1, warm=False, most_work=1e9))
    yield made
    made.close()


def ended(session: Session, seconds: float = PATIENCE) -> dict:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        view = session.view()
        if view["error"] or (view["result"] and view["result"]["stage"] == "whole" and not view["running"]):
            return view
        time.sleep(0.05)
    raise AssertionError("no result came")


def test_a_question_gets_its_result_and_the_same_one_again_from_what_is_kept(hub):
    one = Session(hub, "one")
    one.open("/compare", SMALL.query())
    view = ended(one)
    page = json.loads(gzip.decompress(hub.kept.page(view["result"]["key"])))
    expected = compare(*SMALL.order.scenarios, replicates=3, months=12, seed=4, monthly=courses(2), workers=1)
    assert page["result"]["scenarios"] == expected.to_json()["scenarios"]
    assert page["result"]["provenance"]["command"] == view["command"]
    loaded = hub.kept.load(view["result"]["key"])
    assert loaded is not None
    assert loaded[1].to_json()["scenarios"] == expected.to_json()["scenarios"]
    other = Session(hub, "other")
    other.open("/compare", SMALL.query())
    assert other.view()["result"]["stage"] == "whole"
    assert other.view()["running"] is None
    budget = Session(hub, "budget")
    budget.open("/compare", SMALL.with_(budget=5).query())
    assert budget.view()["result"]["key"] == view["result"]["key"], "a budget changes no result"


def test_damaged_results_and_those_of_other_code_are_not_shown(hub, tmp_path, monkeypatch):
    result = compare(*SMALL.order.scenarios, replicates=2, months=12, seed=4, monthly=courses(2), workers=1)
    path = tmp_path / f"{key_of(SMALL)}.npz"
    path.write_bytes(packed(SMALL, result))
    assert read(path) is not None
    path.write_bytes(path.read_bytes()[:-200])
    assert read(path) is None
    path.write_bytes(b"not at all")
    assert read(path) is None
    path.write_bytes(packed(SMALL, result))
    monkeypatch.setattr(kept, "code", lambda: "another")
    assert read(path) is None


def test_a_full_disk_takes_no_answer_from_who_waits_for_it(hub, monkeypatch):
    def full(path, content):
        raise OutputError("full")

    monkeypatch.setattr(kept, "write_private", full)
    page = Session(hub, "unkept")
    page.open("/compare", SMALL.with_(seed=40, replicates=2).query())
    assert ended(page)["error"] == ""
    assert hub.kept.page(page.view()["result"]["key"])


def test_kept_runs_make_a_changed_scenario_the_only_work(tmp_path):
    order = SMALL.order
    whole = compare(*order.scenarios, replicates=3, months=12, seed=4, monthly=courses(2), workers=1)
    results, known = Kept(tmp_path / "results"), Known()
    results.save(SMALL, whole)
    results.tell(known, key_of(SMALL))
    asked: list = []

    class Nobody:
        def submit(self, owner, scenarios, tasks, arrived, failed, spare=False):
            asked.extend(tasks)

        def cancel(self, job):
            raise AssertionError

    changed = SMALL.with_(columns=(Column(), Column((Tried("closing-the-loop", 0.5),)))).order
    Asked(Nobody(), known, "me", changed, lambda step: None, lambda error: None)  # type: ignore[arg-type]
    assert [t.wanted for t in asked] == [(1,)] * 3
    steps: list = []
    Asked(Nobody(), known, "me", order, steps.append, lambda error: None)  # type: ignore[arg-type]
    assert steps[-1].stage == "whole"
    assert steps[-1].comparison.to_json()["scenarios"] == whole.to_json()["scenarios"]


def test_the_last_question_wins_whatever_comes_late(hub):
    session = Session(hub, "hasty")
    session.open("/compare", SMALL.with_(seed=50, replicates=4).query())
    for seed in range(60, 75):
        session.act({"name": "change", "question": SMALL.with_(seed=seed).data(), "run": True})
    view = ended(session)
    assert view["result"]["key"] == key_of(SMALL.with_(seed=74))
    assert view["address"] == SMALL.with_(seed=74).query()


def test_what_a_page_may_not_ask_changes_nothing(hub):
    session = Session(hub, "hostile")
    session.open("/", None)
    before = session.view()["question"]
    for data in (
        None,
        [],
        "x",
        7,
        {},
        {"name": "close"},
        {"name": "__init__"},
        {"name": ["save"]},
        {"name": "change"},
        {"name": "change", "question": 3},
        {"name": "save", "title": {"a": 1}, "question": None},
        {"name": "delete"},
        {"name": "delete", "id": "' OR 1=1 --"},
        {"name": "rename", "id": 5, "title": "x"},
        {"name": "watch", "question": SMALL.data(), "first": 99},
        {"name": "watch", "question": SMALL.data(), "branch": "x"},
        {"name": "watch", "question": SMALL.data(), "loops_off": ["nothing"]},
        {"name": "study", "query": "open=../../etc"},
        {"name": "own_place", "place": "../x"},
    ):
        session.act(data)
    assert session.view()["question"] == before
    assert session.view()["running"] is None


def test_too_large_a_question_is_told_at_once(hub):
    session = Session(hub, "large")
    session.open("/compare", SMALL.with_(population=200_000, replicates=200, months=120).query())
    view = session.view()
    assert "larger than this server lends" in view["error"]
    assert "Possible:" in view["error"]
    assert view["running"] is None


def test_progress_is_told_but_not_too_often(hub):
    session, views = Session(hub, "listener"), []
    session.listen(lambda view: views.append((time.monotonic(), view["running"])))
    session.open("/compare", SMALL.with_(seed=90, replicates=12).query())
    ended(session)
    assert any(r and r["done"] for _, r in views)
    assert len(views) < 40


def test_the_newest_view_comes_last_whoever_changes_it(hub):
    session, seen = Session(hub, "hurried"), []

    def slowly(view: dict) -> None:
        if len(seen) % 2:
            time.sleep(0.002)
        seen.append(view["address"])

    session.listen(slowly)
    threads = [threading.Thread(target=lambda n=n: [session.tell(address=f"{n} {k}") for k in range(40)]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waited_for(lambda: not session._delivering, "the view is still being brought")
    assert seen[-1] == session.view()["address"]


def test_closing_a_page_calls_off_its_work(hub):
    session = Session(hub, "leaving")
    session.open("/compare", SMALL.with_(seed=91, population=20_000, replicates=200, months=120).query())
    waited_for(lambda: not hub.workers.idle(), "nothing was begun")
    session.close()
    waited_for(hub.workers.idle, "the work goes on, which would take far longer than this waits")
    assert threading.active_count() < 60


def waited_for(holds, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.01)
