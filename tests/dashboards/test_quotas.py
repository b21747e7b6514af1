"""One visitor cannot use up what all share: quotas with release, an end to what is not finished, and housekeeping with an age."""

from __future__ import annotations

import contextlib
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sql

from dashboards.own_data import own_places, uploads
from dashboards.questions.question import Column, Question, Tried
from dashboards.results import library as libraries
from dashboards.results.database import LINKS, SAVED
from dashboards.results.library import LINK, Library
from dashboards.safeguards.clients import Visitor
from dashboards.safeguards.quotas import Quota
from dashboards.session.hub import Hub
from dashboards.session.session import LONG_ADDRESS, Session
from dashboards.settings import Settings
from simulation.declared.parameters import InputError

from .private_files import areas
from .running import Running

ANN, BOB = Visitor("ann-ann-ann", "192.0.2.1"), Visitor("bob-bob-bob", "192.0.2.1")
CY = Visitor("cy-cy-cy-cy", "192.0.2.9")
TRIED = tuple(
    Tried(n, 0.5, start=2, segments=("Settlers", "Pioneers"))
    for n in ("closing-the-loop", "ask-widely", "co-design", "staff-training", "clear-roles")
)
LONG = Question(
    columns=tuple(Column(TRIED, title=f"Our own plan number {n}") for n in range(8)), population=200, months=12, replicates=2
)


@pytest.fixture
def hub(tmp_path):
    made = Hub(Settings(home=tmp_path / "home", studies=tmp_path, workers=1, warm=False))
    yield made
    made.close()


def test_a_quota_holds_for_a_session_and_for_its_address_and_is_given_back():
    quota = Quota("quota.places", 2, 3)
    for n in range(2):
        quota.take(ANN, n)
        quota.take(ANN, n)  # the same thing once more
    with pytest.raises(InputError, match="2 places"):
        quota.take(ANN, 9)
    quota.take(BOB, 10)
    with pytest.raises(InputError, match="3 places"):
        quota.take(BOB, 11)
    for n in range(2):
        quota.take(CY, ("cy", n))
    quota.give_back(0)
    quota.take(ANN, 9)
    quota.lasts = -1.0
    quota.take(ANN, 12)


def test_uploads_that_fail_and_wait_take_nothing_from_others(hub, monkeypatch):
    uploads.forget_old(0.0)
    hub.quotas.places.a_session = 2
    for n in range(4):  # the third is refused for what it is, and not because two were brought before
        session = Session(hub, f"failing {n}", by=ANN)
        name = uploads.take("", "small_areas", "a.csv", b"no,table\n1,2\n", ANN)
        session.act({"name": "own_place", "place": name, "title": "", "region": ""})
        assert "a.csv" in session.view()["error"]
    assert list((hub.settings.home / "own").iterdir()) == []
    assert uploads.held() == 0
    monkeypatch.setattr(uploads, "MOST_OF_SESSION", 1000)
    name = uploads.take("", "wards", "w.csv", b"x" * 900, ANN)
    with pytest.raises(InputError, match="waiting to be read"):
        uploads.take(name, "survey", "s.csv", b"x" * 200, ANN)
    with pytest.raises(InputError, match="no longer held here"):
        uploads.take(name, "survey", "s.csv", b"x" * 20, CY)
    uploads.take("", "wards", "w.csv", b"x" * 900, CY)
    uploads.forget_old(0.0)


def test_places_of_one_visitor_are_bounded_and_deleting_gives_room(hub):
    hub.quotas.places.a_session = 1

    def bring(by: Visitor) -> Session:
        session = Session(hub, f"bringing {by.session}", by=by)
        session.act(
            {"name": "own_place", "place": uploads.take("", "small_areas", "a.csv", areas(), by), "title": "Our town", "region": ""}
        )
        return session

    first = bring(ANN).view()["own"]
    assert "Delete one that is no longer needed" in bring(ANN).view()["error"]
    assert bring(CY).view()["own"]["place"]
    hub.forget(first["place"])
    assert bring(ANN).view()["own"]["place"]
    assert len(own_places.names()) == 2


def test_deleted_rows_do_not_count_and_one_visitor_saves_so_many_a_day(hub, monkeypatch):
    monkeypatch.setattr(libraries, "MOST_SAVED", 3)
    for _ in range(8):
        hub.library.delete(hub.library.save("A plan", "s=baseline"))
    kept = [hub.library.save("A plan", "s=baseline") for _ in range(3)]
    with pytest.raises(InputError, match="3 comparisons are saved"):
        hub.library.save("A plan", "s=baseline")
    hub.library.delete(kept[0])
    hub.library.save("A plan", "s=baseline")
    rows = hub.library._do(sql.select(sql.func.count()).select_from(SAVED))[0][0]
    assert rows <= 3 + 3, "the bin is bounded too"
    monkeypatch.setattr(libraries, "MOST_SAVED", 100)
    hub.quotas.saved.a_session = 2
    session = Session(hub, "saving", by=ANN)
    for _ in range(3):
        session.act({"name": "save", "title": "Mine", "question": Question().data()})
    assert "2 comparisons within a day" in session.view()["error"]
    assert sum(one["name"] == "Mine" for one in hub.library.all()) == 2


def test_long_addresses_save_no_rows_in_the_library(hub):
    assert len(LONG.query()) > LONG_ADDRESS
    session = Session(hub, "long", by=ANN)
    hub.quotas.links.a_session = 3
    addresses = [session._address(LONG.with_(seed=n % 3)) for n in range(9)]
    assert hub.library.all() == []
    assert len(set(addresses)) == 3
    assert all(len(one) < 60 for one in addresses)
    beyond = session._address(LONG.with_(seed=99))
    assert beyond == LONG.with_(seed=99).query(), "it works as well, but for mail"
    other = Session(hub, "other", by=CY)
    other.open("/live", addresses[1])
    assert other.question.query() == LONG.with_(seed=1).query()
    assert other.view()["saved"] is None


def test_links_that_nobody_uses_are_removed_with_age_and_those_to_a_deleted_place_at_once(tmp_path):
    library = Library(f"sqlite:///{tmp_path / 'l.sqlite'}")
    old, used = library.shorten("s=old"), library.shorten("s=used")
    of_place = library.shorten("place=own-1&s=baseline")
    past = datetime.now(UTC) - timedelta(days=400)
    library._do(sql.update(LINKS).values(used=past).where(LINKS.c.id.in_([old, used])))
    assert library.lengthened(used) == "s=used"
    library.forget("own-1")
    library.tidy()
    assert [library.lengthened(one) for one in (old, used, of_place, LINK + "none", "none")] == ["", "s=used", "", "", ""]
    library.close()


def test_one_visitor_may_have_so_much_worked_out_at_a_time(hub, monkeypatch):
    monkeypatch.setattr("dashboards.session.hub.RUNNING", 2)
    monkeypatch.setattr(hub.workers, "submit", lambda *given, **named: None)
    asked = [Question(columns=(Column(), Column((Tried("closing-the-loop"),))), population=200, seed=n) for n in range(3)]
    pages = [Session(hub, f"page {n}", by=ANN) for n in range(3)]
    for page, question in zip(pages, asked, strict=True):
        page.act({"name": "change", "question": question.data()})
    assert [bool(page.view()["error"]) for page in pages] == [False, False, True]
    other = Session(hub, "other page", by=CY)
    other.act({"name": "change", "question": asked[2].data()})
    assert other.view()["error"] == ""
    pages[0]._asked = None  # it has ended
    pages[2].act({"name": "change", "question": asked[2].data()})
    assert pages[2].view()["error"] == ""


# -- connections --------------------------------------------------------------------------------------------------------


def silent(server: Running, number: int, said: bytes = b"") -> list[socket.socket]:
    found = []
    for _ in range(number):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        if said:
            one.sendall(said)
        found.append(one)
    return found


def ended(one: socket.socket) -> bool:
    one.settimeout(0.0)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_connections_on_which_nothing_is_asked_are_bounded_and_ended(server):
    with contextlib.ExitStack() as stack:
        many = [stack.enter_context(one) for one in silent(server, 700)]
        assert server.get("/readyz")[0] == 200
        assert server.descriptors() < 800
        halves = silent(server, 20, b"GET / HTTP/1.1\r\nHost: 127.0")
        halves += silent(server, 5, b"POST /gs/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx")
        many += [stack.enter_context(one) for one in halves]
        end = time.monotonic() + 180
        while not all(ended(one) for one in many):
            assert time.monotonic() < end, f"{sum(not ended(one) for one in many)} are still open"
            assert server.get("/readyz")[0] == 200
            time.sleep(0.5)


def test_a_slow_request_that_goes_on_is_answered(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as one:
        for part in (b"GET /readyz HTTP/1.1\r\n", b"Host: 127.0.0.1\r\n", b"\r\n"):
            time.sleep(0.5)
            one.sendall(part)
        assert one.recv(100).startswith(b"HTTP/1.1 200")
