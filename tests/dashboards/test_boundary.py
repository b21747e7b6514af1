"""What goes wrong inside reaches a page as words: a number that the log has too, what to do, and never a path or an exception of the server."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest
import websockets.asyncio.client as websocket
from websockets.exceptions import ConnectionClosed

from dashboards.own_data import own_places, uploads
from dashboards.questions.question import default, from_query
from dashboards.safeguards import boundary
from dashboards.safeguards.boundary import LibraryError, without_paths, words
from dashboards.session.hub import Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from dashboards.texts import string
from experiments.serving import Busy
from simulation.declared.parameters import InputError

from .test_server import SOCKET
from .visiting import waited

NUMBERED = r"Something went wrong on the server \(error ([0-9A-F]{6})\)\. Reload the page"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    made = Hub(Settings(home=folder / "home", studies=folder, workers=1, warm=False))
    yield made
    made.close()


def deep(levels: int) -> list:
    found: list = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("name", ["months", "seed", "population", "replicates", "budget"])
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400", "1_2", "٣", "0x10", "1e", "9" * 5000, "12 12", "∞"])
def test_numbers_that_are_none_are_refused_with_what_is_allowed(hub, name, value):
    with pytest.raises(InputError, match=f"^{string(f'run.{name}')}: .*; allowed: whole numbers"):
        from_query(f"s=baseline&{name}={value}")
    session = Session(hub, "numbers")
    session.open("/compare", f"place=haringey&s=baseline&{name}={value}")
    assert re.match(rf"{string(f'run.{name}')}: .*allowed", session.view()["error"])
    assert session.view()["running"] is None
    assert session.view()["question"] == default().data()


@pytest.mark.parametrize(
    "setting", ["@inf", "@1e400", "@nan", ";start=inf", ";fidelity=1e400", ";decay=1e999", ";end=٣", ";ramp=1.5"]
)
def test_doses_and_months_that_are_none_are_refused(setting):
    with pytest.raises(InputError, match="allowed"):
        from_query(f"s=closing-the-loop{setting}")


@pytest.mark.parametrize(
    "data",
    [
        {"name": "watch", "question": default().data(), "first": float("inf")},
        {"name": "change", "question": {"columns": deep(800)}},
        {"name": "change", "question": {"columns": [{"title": deep(200_000)}]}},
        {"name": "change", "question": {"months": deep(200_000)}},
        {"name": "save", "title": "\ud800", "question": default().data()},
        {"name": "own_place", "place": deep(200_000)},
        {"name": "study", "query": "open=" + "%00"},
        {"name": "study", "query": "open=" + "a" * 6000},
        {"name": "rename", "id": 5},
    ],
)
def test_whatever_a_page_sends_it_is_told_what_to_do(hub, data):
    session = Session(hub, "hostile")
    session.open("/", None)
    session.act(data)
    view = session.view()
    assert view["error"]
    assert len(view["error"]) < 500
    assert (view["running"], view["watch"], view["own"]) == (None, None, None)
    session.act({"name": "dismiss"})
    assert session.view()["error"] == ""


def test_an_unforeseen_error_gives_a_number_that_stands_in_the_log_and_ends_the_waiting(hub, monkeypatch, caplog):
    def fail(*given, **named):
        raise OSError(f"[Errno 28] No space left on device: '{hub.settings.home}/own/half'")

    monkeypatch.setattr(uploads, "place_of", fail)
    session = Session(hub, "unlucky")
    with caplog.at_level(logging.ERROR):
        session.act({"name": "own_place", "place": own_places.fresh_name(), "title": "Our town", "region": ""})
    view = session.view()
    number = re.match(NUMBERED, view["error"])
    assert number, view["error"]
    assert f"error {number[1]}" in caplog.text
    assert "No space left" in caplog.text
    assert str(hub.settings.home) not in view["error"]
    assert view["own"] is None, "the page would say Reading... for ever"
    monkeypatch.setattr(hub.workers, "submit", fail)
    for act in ("change", "watch"):
        session.act({"name": act, "question": default().data() | {"population": 300, "seed": 77}})
        assert re.match(NUMBERED, session.view()["error"]), act
        assert (session.view()["running"], session.view()["watch"]) == (None, None), act
    monkeypatch.setattr(hub.library, "get", lambda saved: fail())
    session.open("/compare", "saved=x")
    assert re.match(NUMBERED, session.view()["error"])


def test_a_worker_that_fails_is_told_by_number(hub, caplog):
    session = Session(hub, "working")
    session._failed(session._turn, f"ValueError: {hub.settings.home}/kept/x.npz is damaged")
    assert re.match(f"the comparison ended early: {NUMBERED}", session.view()["error"])
    session._failed(session._turn, f"InputError: {hub.settings.home}/kept/place.yaml: wards: none")
    assert session.view()["error"] == "the comparison ended early: place.yaml: wards: none"


def test_no_path_of_the_server_is_told(hub):
    boundary.hide((hub.settings.home, Path("/srv/My studies")))
    for text, told in (
        (f"{hub.settings.home}/own/areas.csv: line 3", "areas.csv: line 3"),
        ("/srv/My studies/heat/plan.json: damaged", "plan.json: damaged"),
        ("'/etc/ssl/private/key.pem' cannot be read", "'key.pem' cannot be read"),
        (r"C:\Users\ann\areas.csv: is empty", "areas.csv: is empty"),
        ("trust/ward/x; see https://example.org/a/b and 3/4", "trust/ward/x; see https://example.org/a/b and 3/4"),
    ):
        assert without_paths(text) == told
    assert words(InputError("/a/b/c.csv: no")) == "c.csv: no"
    assert words(Busy("50 people wait")) == "50 people wait; try again in a minute"
    assert "sqlite" not in words(LibraryError(f"library sqlite:///{hub.settings.home}: locked"))


def test_what_fails_while_a_page_is_drawn_is_told_by_number(monkeypatch):
    from solara.server import app

    monkeypatch.setattr(app, "traceback", app.traceback)
    boundary.no_tracebacks()
    error = RuntimeError("/srv/secret/x")
    assert re.match(NUMBERED, "".join(app.traceback.format_exception(None, error, None)))


@pytest.mark.parametrize(
    "path",
    [
        "/gs/watched/x/" + "9" * 6000 + ".json",
        "/gs/watched/x/-1.json",
        "/gs/watched/x/1e400.json",
        "/gs/results/" + "a" * 3000 + ".json",
        "/gs/results/" + "%F0%9F%98%80" * 100 + "/report.html",
        "/gs/study.json?open=%00",
        "/gs/study.json?open=" + "a/" * 3000,
        "/gs/study.json?open=" + "a" * 300,
        "/gs/place.json?place=%00",
        "/gs/place.json?place=" + "a" * 9000,
        "/gs/place.json?place=%ff%fe",
        "/gs/results/%00.json",
        "/gs/results/" + "%C2%B2" * 80 + "/effects.csv",
    ],
)
def test_no_address_ends_in_an_exception(server, path):
    status, _, body = server.get(path)
    assert 400 <= status < 500, (status, body[:300])
    assert b"Traceback" not in body
    assert str(server.home).encode() not in body


async def _sent(address: str, own: str, message: str) -> int:
    async with websocket.connect(
        address, additional_headers={"Origin": own, "Cookie": "solara-session-id=11111111-1111-1111-1111-111111111112"}, origin=None
    ) as connection:
        await connection.send(message)
        while True:
            try:
                await asyncio.wait_for(connection.recv(), 30)
            except ConnectionClosed:
                return int(connection.close_code or 0)


def test_messages_that_cannot_be_read_end_their_own_connection_and_are_logged_by_number(server):
    for n, message in enumerate(("[" * 100_000, "{}", "not at all", '{"header": {"msg_type": 5}, "channel": "shell"}')):
        code = waited(_sent(f"ws://127.0.0.1:{server.port}" + SOCKET.format(f"deep{n}"), server.address, message))
        assert code in (1000, 1005, 1006, 1011)
    log = server.log()
    assert re.search(r"error [0-9A-F]{6}", log)
    assert "Exception in ASGI application" not in log
    assert server.get("/readyz")[0] == 200
