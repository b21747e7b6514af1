"""A server that is started for the first time shows a first look at once, and makes the whole results in the background."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from dashboards.questions.question import Column, Question, Tried, default
from dashboards.results import ready_results
from dashboards.results.kept import Kept, key_of
from dashboards.results.ready import Ready, shipped_cards
from dashboards.results.ready_results import ReadyResults
from dashboards.results.shipping import cards
from dashboards.session import hub as hubs
from dashboards.session.hub import Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from experiments.serving import Known, Workers

from .running import PATIENCE
from .test_sessions import waited_for

TINY = Question(columns=(Column(), Column((Tried("closing-the-loop"),))), population=200, months=6, replicates=2, seed=4)


def cards_of(hub: Hub) -> list[dict]:
    return json.loads(gzip.decompress(hub.ready()))


@pytest.fixture
def first_start(tmp_path, monkeypatch):
    """A server with two tiny ready comparisons, of which nothing is shipped; it is begun by the test."""
    monkeypatch.setattr(hubs, "READY", tuple(Ready(f"tiny{n}", TINY.with_(seed=n)) for n in (1, 2)))
    monkeypatch.setattr(ready_results, "LOOK", 0.05)
    monkeypatch.setattr(hubs, "LATER", 1e6)  # what is burnt in after them is another's test
    made = Hub(Settings(home=tmp_path / "home", studies=tmp_path, workers=1, warm=True))
    yield made
    made.close()


def test_whole_results_are_made_in_the_background_and_cards_tell_of_it(first_start):
    assert {tuple(card)[:3] for card in cards_of(first_start)} == {("name", "query", "place")}
    seen = set()
    end = time.monotonic() + PATIENCE / 3
    while not all(card.get("rows") for card in cards_of(first_start)):
        seen.add(sum(card["computing"] for card in cards_of(first_start)))
        assert time.monotonic() < end
        time.sleep(0.01)
    assert seen > {0}, "the cards said how many were being computed"
    assert [card["computing"] for card in cards_of(first_start)] == [False, False]
    page = Session(first_start, "one")
    page.open("/compare", TINY.with_(seed=2).query())
    assert page.view()["result"]["stage"] == "whole"
    assert page.view()["running"] is None


def test_the_first_look_that_is_shipped_is_there_before_anything_is_run(tmp_path):
    hub = Hub(Settings(home=tmp_path / "home", studies=tmp_path, workers=1, warm=False))
    try:
        waited_for(lambda: len(hub.known._parts) == 24, "the first look is not known")
        page = Session(hub, "one")
        page.open("/compare", default().query())
        waited_for(lambda: page.view()["result"], "no first look")
        view = page.view()
        assert view["result"]["stage"] == view["running"]["stage"] == "first"
        assert view["running"]["done"] == 8, "and nothing was run for it"
        page.close()
    finally:
        hub.close()


def test_what_a_page_asked_for_meanwhile_is_not_made_twice_and_what_cannot_be_made_is_left_out(tmp_path, monkeypatch):
    kept, ended = Kept(tmp_path), []

    class Served:
        """Somebody else's result comes as soon as this one is begun."""

        cancelled = 0

        def submit(self, *job, **more):
            (tmp_path / f"{key_of(TINY)}.npz").write_bytes(b"")

        def cancel(self, job):
            self.cancelled += 1

    monkeypatch.setattr(ready_results, "LOOK", 0.01)
    huge = TINY.with_(population=1_000_000, months=240)
    workers = Served()
    results = ReadyResults((huge, TINY), workers, Known(), kept, most_work=1e6)  # type: ignore[arg-type]
    results.begin(lambda: ended.append(True))
    assert not results.computing(key_of(huge)), "it is larger than the server lends"
    waited_for(lambda: ended, "it goes on")
    assert not results.computing(key_of(TINY))


def test_a_result_that_fails_is_left_to_who_asks_for_it(tmp_path, caplog):
    workers = Workers(1, most_waiting=0)  # whoever asks is told that too many wait
    ended = []
    try:
        results = ReadyResults((TINY,), workers, Known(), Kept(tmp_path), most_work=1e9)
        results.begin(lambda: ended.append(True))
        waited_for(lambda: ended, "it goes on")
    finally:
        workers.close()
    assert not results.computing(key_of(TINY))
    assert "a ready comparison could not be made: Busy" in caplog.text


@pytest.mark.prove
def test_the_cards_that_are_shipped_say_what_the_whole_results_say(tmp_path):
    """Four minutes of one core: whoever changes the words of answers, or the model, sees here that the cards are old."""
    assert shipped_cards() == cards(Kept(tmp_path)), "run `python -m dashboards.results.shipping`"
