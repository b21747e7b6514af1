"""Faults of the library and of what lies beside it: a database that goes away or is another's, a full disk, a clock that is wrong."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sql

from dashboards.own_data import own_places
from dashboards.questions.question import default, from_query
from dashboards.results import library as libraries
from dashboards.results.library import Library
from dashboards.safeguards import private
from dashboards.safeguards.boundary import LibraryError
from dashboards.server.login import DAY, Door
from dashboards.session.hub import JUMP, Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from experiments.cli.command_line import main
from experiments.kept import archives
from experiments.output import OutputError
from simulation.declared.parameters import InputError

CLEAN = Hub._clean
OWN = "own-" + "5" * 24
LONG = "place=haringey&s=" + "baseline&s=" * 200
# As version 0.1.0 made them.
FIRST_TABLES = """
CREATE TABLE groundswell_saved (id VARCHAR(24) NOT NULL, name VARCHAR(120) NOT NULL, query TEXT NOT NULL, owner VARCHAR(120) NOT NULL,
 changed DATETIME NOT NULL, deleted DATETIME, PRIMARY KEY (id));
CREATE TABLE groundswell_links (id VARCHAR(24) NOT NULL, query TEXT NOT NULL, used DATETIME NOT NULL, PRIMARY KEY (id));
INSERT INTO groundswell_saved VALUES ('abc', 'Our plan', 'place=haringey&s=baseline', 'ann', '2031-05-29 10:00:00.000000', NULL);
"""


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "library.sqlite"


@pytest.fixture
def quiet(monkeypatch) -> None:
    """No rounds of cleaning but those that a test asks for."""
    monkeypatch.setattr(Hub, "_clean", lambda hub: None)


def made(tmp_path: Path, **more: str) -> Hub:
    return Hub(Settings(home=tmp_path / "home", studies=tmp_path, workers=1, warm=False, **more))


def own_place(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "own" / OWN
    folder.mkdir(parents=True)
    (folder / "place.yaml").write_text("name: own\n")
    return folder


# -- a database that goes away -----------------------------------------------------------------------------------------


def test_a_database_that_goes_away_is_told_of_and_used_again_when_it_is_back(postgresql, tmp_path, quiet):
    hub = made(tmp_path, library=postgresql.address)
    page = Session(hub, "page")
    place = own_place(tmp_path)
    kept = hub.library.save("Kept", "place=haringey&s=baseline")
    hub.library.save("Of own data", f"place={OWN}&s=baseline")
    postgresql.stop("immediate")
    try:
        question = default().data()
        for act in ({"name": "save", "title": "Lost", "question": question}, {"name": "rename", "id": kept, "title": "x"}):
            page.act(act)
            assert "saved comparisons cannot be reached or changed (error " in page.view()["error"]
        page.open("/", None)
        assert page.view()["library"] == [] and str(postgresql.port) not in page.view()["error"]
        page.open("/compare", f"saved={kept}")
        assert "cannot be reached" in page.view()["error"]
        page.act({"name": "change", "question": question, "run": False})
        assert page.view()["error"] == "", "what needs no library works"
        with pytest.raises(LibraryError):
            hub.forget(OWN)
        assert not place.exists()
    finally:
        postgresql.start()
    assert hub.library.get(kept)["name"] == "Kept"
    hub._delete_old()  # the next round ends the deletion that broke off
    assert "Kept" in [one["name"] for one in hub.library.all()]
    assert own_places.half_removed() == []
    hub.library.delete(kept)
    hub.close()


def test_a_deletion_while_the_library_is_away_says_what_is_still_to_be_deleted(tmp_path, quiet, monkeypatch):
    hub = made(tmp_path)
    page, place = Session(hub, "page"), own_place(tmp_path)

    def away(place: str) -> int:
        raise LibraryError("away")

    monkeypatch.setattr(own_places, "own_place", lambda name: default().order.scenarios[0].place)
    monkeypatch.setattr(hub.library, "forget", away)
    page.act({"name": "delete_own", "place": OWN, "owner": ""})
    assert "could not be deleted yet" in page.view()["error"]
    assert not place.exists() and own_places.due() == [OWN]
    monkeypatch.undo()
    hub._delete_old()
    assert own_places.due() == []
    hub.close()


# -- other versions ------------------------------------------------------------------------------------------------------


def test_a_library_of_the_first_version_opens_even_if_it_cannot_be_written(file):
    with sqlite3.connect(file) as there:
        there.executescript(FIRST_TABLES)
    there.close()
    before = Library(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true")
    assert before.get("abc")["name"] == "Our plan"
    with pytest.raises(LibraryError, match="readonly"):
        before.save("x", "s=baseline")
    before.close()
    after = Library(f"sqlite:///{file}")
    assert (after.get("abc")["owner"], after.get("abc")["changed"]) == ("ann", "2031-05-29 10:00")
    after.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE groundswell_library SET version = 2", "of version 2; this program reads version 1. Use the program that made it"),
        ("ALTER TABLE groundswell_saved DROP COLUMN owner", "groundswell_saved are not those of this program: owner is missing"),
        (
            "ALTER TABLE groundswell_links RENAME COLUMN used TO last_used",
            "used is missing, last_used is unknown and must be filled",
        ),
        ("DROP TABLE groundswell_saved", "its table groundswell_saved is gone. Restore a backup into a new one"),
        ("DROP TABLE groundswell_links", "its table groundswell_links is gone"),
    ],
)
def test_a_library_of_another_version_or_upgraded_by_half_is_refused(address, capsys, change, said):
    library = Library(address)
    library._engine.dispose()
    engine = sql.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert main(["library", "--library", address]) == 2
    assert said in capsys.readouterr().err
    with engine.begin() as connection:
        for table in ("saved", "links", "library"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS groundswell_{table}")
    engine.dispose()


def test_columns_of_somebody_elses_that_may_stay_empty_do_no_harm(file):
    Library(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as there:
        there.execute("ALTER TABLE groundswell_saved ADD COLUMN note TEXT")
        there.execute("ALTER TABLE groundswell_saved ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")
    there.close()
    library = Library(f"sqlite:///{file}")
    assert library.get(library.save("x", "s=baseline"))["name"] == "x"
    library.close()


@pytest.mark.parametrize("how", ["cut off", "overwritten", "text"])
def test_a_damaged_library_is_refused_with_what_to_do(file, capsys, how):
    library = Library(f"sqlite:///{file}")
    for n in range(60):
        library.save(f"Plan {n}", "place=haringey&s=baseline" * 20)
    library.close()
    content = file.read_bytes()
    page = b"\x07" * 4096
    file.write_bytes(
        {
            "cut off": content[: len(content) // 2],
            "overwritten": content[:8192] + page * 2 + content[16384:],
            "text": b"notes " * 900,
        }[how]
    )
    assert main(["library", "--library", f"sqlite:///{file}", "--export", str(file.parent / "b.json")]) == 2
    said = capsys.readouterr().err
    assert "is damaged, or is not a database" in said and "groundswell library --import FILE" in said
    assert not (file.parent / "b.json").exists()


@pytest.mark.parametrize(
    "query",
    [
        "place=haringey&s=baseline&s=closing-the-loop%400.5;start=7;wards=Tottenham%20Hale|Bruce%20Grove&months=60&population=10000&replicates=30&seed=1",
        "place=E09000014&s=Our%20plan~closing-the-loop@0.5;end=24;fidelity=0.8&s=mobilise!word_of_mouth&months=24&population=400&replicates=2&seed=0&budget=500000",
        "s=haringey-2009&utm_source=mail",
    ],
)
def test_a_link_of_the_first_version_opens(query):
    assert from_query(query).order.scenarios


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("s=baseline&month=12", "unknown field 'month'; did you mean 'months'?"),
        ("s=baseline&shock=flood", "unknown field 'shock'.*A newer program may have made this link"),
        ("s=baseline&months=12&months=60", "months: is given twice"),
        ("place=leeds&columns=3", "unknown field 'columns'"),
    ],
)
def test_a_link_that_asks_more_than_is_known_is_refused_and_not_read_in_part(query, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        from_query(query)


# -- a full disk ---------------------------------------------------------------------------------------------------------


def test_a_full_disk_keeps_saved_comparisons_readable_and_loses_none(file, monkeypatch):
    library = Library(f"sqlite:///{file}")
    kept, link = library.save("Kept", "s=baseline"), library.shorten(LONG)
    pages = file.stat().st_size // 4096 + 1
    library._engine.dispose()

    def full(connection, _):
        connection.execute(f"PRAGMA max_page_count={pages}")

    sql.event.listen(library._engine, "connect", full)
    for _ in range(5):
        with pytest.raises(LibraryError, match="full"):
            library.save("Lost", "s=baseline&" * 2_000)
    there = len(library.all())
    monkeypatch.setattr(libraries, "_now", lambda now=libraries._now: now() + timedelta(days=2))
    monkeypatch.setattr(
        library, "_do", lambda what, do=library._do: do(what) if what.is_select else do(sql.text("INSERT INTO full"))
    )
    assert library.lengthened(link) == LONG, "that a link was used cannot be noted"
    monkeypatch.undo()
    sql.event.remove(library._engine, "connect", full)
    library._engine.dispose()
    assert library.get(kept) and len(library.all()) == there
    library.save("Room again", "s=baseline")
    library.close()


def test_a_full_disk_leaves_no_half_of_a_place(tmp_path, monkeypatch):
    own_places.keep_in(tmp_path / "own")
    write = private.write_private

    def full(path: Path, content: bytes) -> None:
        if path.name == own_places.SEAL:
            raise OutputError("full")
        write(path, content)

    monkeypatch.setattr(own_places, "write_private", full)
    with pytest.raises(OutputError):
        own_places.keep(OWN, {"place.yaml": "name: own\n"})
    assert list((tmp_path / "own").iterdir()) == []
    own_places.begin_removing(OWN)  # nor keeps it anything from being deleted


# -- clocks --------------------------------------------------------------------------------------------------------------


def test_what_a_clock_that_was_ahead_has_dated_is_kept_no_longer(tmp_path, file, monkeypatch):
    own_places.keep_in(tmp_path / "home" / "own", 30)
    path = own_place(tmp_path) / "place.yaml"
    ahead = time.time() + 3000 * 86_400
    os.utime(path, (ahead, ahead))
    assert own_places.due() == []
    assert abs(path.stat().st_mtime - time.time()) < 600, "its thirty days begin now"

    library = Library(f"sqlite:///{file}")
    now = libraries._now
    monkeypatch.setattr(libraries, "_now", lambda: now() + timedelta(days=3000))
    library.delete(library.save("Secret", "s=baseline"))
    link = library.shorten(LONG)
    monkeypatch.setattr(libraries, "_now", now)
    library.tidy()
    monkeypatch.setattr(libraries, "_now", lambda: now() + timedelta(days=400))
    library.tidy()
    assert library.lengthened(link) == ""
    assert all(b"Secret" not in one.read_bytes() for one in tmp_path.glob("library.sqlite*")), "nor does the journal keep it"
    library.close()


def test_a_login_ends_though_the_clock_was_ahead(monkeypatch):
    door = Door(Settings(password="a good password"))
    now = time.time()
    monkeypatch.setattr("dashboards.server.login.time.time", lambda: now + 3000 * DAY)
    cookie = door.enter("a good password", "192.0.2.1")
    assert cookie and door._valid(cookie)
    monkeypatch.setattr("dashboards.server.login.time.time", lambda: now)
    assert not door._valid(cookie)


def test_a_cache_of_a_clock_that_was_ahead_still_makes_room(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LIMIT", 1600)
    for n, when in enumerate((time.time() + 9e6, time.time() - 60)):
        (tmp_path / f"{n}.npz").write_bytes(b"x" * 700)
        os.utime(tmp_path / f"{n}.npz", (when, when))
    assert archives._make_room(tmp_path, 700)
    assert [path.name for path in tmp_path.iterdir()] == ["1.npz"], "what was used a minute ago stays"


def test_a_clock_that_jumps_deletes_nothing_at_once(tmp_path, quiet, monkeypatch):
    hub = made(tmp_path)
    rounds: list[str] = []
    monkeypatch.setattr(hub, "_delete_old", lambda: rounds.append("deleted"))
    clock = [0.0, 0.0, 2 * JUMP, 2 * JUMP, 2 * JUMP]

    class Clock:
        time, monotonic = staticmethod(lambda: clock.pop(0)), staticmethod(lambda: 0.0)

    class Closed:
        def wait(self, _: float) -> bool:
            rounds.append("waited")
            return not clock

    with monkeypatch.context() as only:
        only.setattr("dashboards.session.hub.time", Clock)
        only.setattr(hub, "_closed", Closed())
        CLEAN(hub)
    assert rounds == ["deleted", "waited", "waited", "deleted", "waited", "deleted", "waited"]
    hub.close()


def test_servers_that_start_at_once_on_an_empty_database_all_open_it(address):
    engine = sql.create_engine(address)
    with engine.begin() as connection:
        for table in ("groundswell_saved", "groundswell_links", "groundswell_library"):
            connection.execute(sql.text(f"DROP TABLE IF EXISTS {table}"))
    engine.dispose()
    together = threading.Barrier(6)

    def opens(_: int) -> str:
        together.wait()
        library = Library(address)
        try:
            return library.save("Our plan", "place=haringey&s=baseline", "ann")
        finally:
            library.close()

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(opens, range(6)))) == 6


@pytest.mark.parametrize("content", [b"root:x:0:0\n", b""], ids=["text", "empty"])
def test_a_file_that_is_no_library_keeps_its_rights(file, capsys, content):
    file.write_bytes(content)
    file.chmod(0o644)
    code = main(["library", "--library", f"sqlite:///{file}"])
    if content:
        assert code == 2, capsys.readouterr().err
        assert file.stat().st_mode & 0o777 == 0o644
        assert file.read_bytes() == content
    else:
        assert file.stat().st_mode & 0o777 == 0o600, "an empty file becomes a library"
    assert not Path(f"{file}-wal").exists()
