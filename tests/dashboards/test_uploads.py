"""Own data: whatever is uploaded, in whatever order, no private value is left anywhere; and a place and all that names it can be deleted."""

from __future__ import annotations

import os
import random
import re
import socket
import stat
import tempfile
import time
from pathlib import Path

import pytest

from dashboards.own_data import own_places, reading, uploads
from dashboards.questions.question import Column, Question, Tried
from dashboards.results.kept import key_of
from dashboards.session.hub import Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from experiments.comparison.compare import compare, courses
from experiments.evidence.localisation import Localised
from scenarios.own_data.networks.ties import TiesFit
from simulation.declared.parameters import InputError

from .decoding import found
from .private_files import BAD, GOOD, PRIVATE, Files, Planted, areas

PATIENCE = 180.0


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home folder, with a folder for temporary files inside it, so that those are looked at too."""
    folder = tmp_path / "home"
    (folder / "tmp").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    return folder


@pytest.fixture
def hub(home):
    made = Hub(Settings(home=home, studies=home, workers=1, warm=False))
    yield made
    made.close()


@pytest.fixture
def no_fit(monkeypatch):
    """Leave out what takes long and sees counts alone: fits to surveys, records and networks. So that it can be left out, nothing is read in another process."""
    import pandas as pd

    monkeypatch.setattr(uploads, "read_apart", lambda *asked, gone: reading.made(*asked, lambda: None))

    empty = pd.DataFrame(columns=["measure", "survey", "low", "high", "before", "after", "role"])
    monkeypatch.setattr("experiments.evidence.own_data.localise", lambda place, survey, show=None: Localised(place, empty))
    monkeypatch.setattr("experiments.evidence.own_data.with_records", lambda place, fit: place)
    flat = {"degree": 1.0, "clustering": 1.0, "path_length": 1.0}
    monkeypatch.setattr(
        "experiments.evidence.own_data.fit_generator", lambda *given: TiesFit({"ties.neighbour_circle": 9.0}, flat, flat)
    )


def test_what_is_packed_is_found_where_it_stands(tmp_path):
    import sqlite3

    import numpy as np
    import pandas as pd

    value = "Zebedee Quillfeather"
    pd.DataFrame({"a": [value]}).to_parquet(tmp_path / "a.parquet")
    np.savez_compressed(tmp_path / "b.npz", one=np.array([value]))
    with sqlite3.connect(tmp_path / "c.sqlite") as database:
        database.execute("create table people (name text)")
        database.execute("insert into people values (?)", (value,))
    (tmp_path / "d.xlsx").write_bytes(GOOD[2](Planted(random.Random(1)))["survey"][1])
    (tmp_path / "e.csv").write_bytes(value.upper().encode("utf-16"))
    (tmp_path / "f.csv").write_bytes(b"nobody")
    names = {Path(where.split(":")[0].split(" (")[0]).name for where in found(tmp_path, value.encode())}
    assert names == {"a.parquet", "b.npz", "c.sqlite", "d.xlsx", "e.csv"}


def bring(files: Files) -> str:
    name = ""
    for kind, (file, content) in files.items():
        name = uploads.take(name, kind, file, content)
    return name


def until(holds, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_sequence_of_uploads_no_private_value_is_anywhere(hub, home, no_fit, monkeypatch, caplog, seed):
    planted = Planted(random.Random(seed))
    looked: list[str] = []
    read = reading.read

    def looking(request):
        looked.extend(found(home, PRIVATE))  # while it is being read
        return read(request)

    monkeypatch.setattr(reading, "read", looking)
    kinds = [*GOOD, *BAD, *planted.lot.choices((*GOOD, *BAD), k=6)]
    planted.lot.shuffle(kinds)
    kept = []
    for make in kinds:
        session = Session(hub, f"{make.__name__}{planted.number}")
        files = make(planted)
        name = bring(files)
        if planted.lot.random() < 0.1:
            continue  # brought, and never read
        session.act({"name": "own_place", "place": name, "title": "Our town", "region": ""})
        if make in GOOD:
            assert session.view()["own"]["place"] == name, (make.__name__, session.view()["error"])
            kept.append(name)
        elif make in BAD:
            assert session.view()["error"], make.__name__
            assert not own_places.is_there(name)
        session.close()
    assert looked == []
    assert found(home, PRIVATE) == []
    assert not re.search(PRIVATE, caplog.text.encode(), re.IGNORECASE)
    assert sorted(kept) == own_places.names()
    uploads.forget_old(0.0)
    assert uploads.held() == 0


def test_what_is_kept_is_the_place_alone_and_closed_to_others(hub, home, no_fit):
    planted = Planted(random.Random(3))
    name = bring(GOOD[0](planted))
    told = uploads.place_of(name, "Our town")
    assert {f.name for f in (home / "own" / name).iterdir()} <= own_places.KEPT_FILES
    assert [r for r in told["readings"] if r["table"] == "small_areas"], "what was read as what is told"
    assert {f["kind"] for f in told["findings"]} >= {"private"}
    hub.library.save("A plan", f"place={name}&s=baseline")
    os.mkfifo(home / "own" / "other")  # what is not ours is left alone
    (home / "own" / "other").unlink()
    for path in (home, *home.rglob("*")):
        if path.name == "tmp":
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600) or path == home, (path, oct(mode))


def test_a_new_home_is_closed_to_others(tmp_path):
    made = Hub(Settings(home=tmp_path / "new", studies=tmp_path, workers=1, warm=False))
    made.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_without_files_in_memory_they_are_there_only_while_they_are_read(home, no_fit, monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    own_places.keep_in(home / "own")
    planted = Planted(random.Random(4))
    modes: list[int] = []
    read = reading.read

    def looking(request):
        modes.append(stat.S_IMODE(Path(request.name).stat().st_mode))
        modes.append(stat.S_IMODE(Path(request.name).parent.stat().st_mode))
        return read(request)

    monkeypatch.setattr(reading, "read", looking)
    uploads.place_of(bring(GOOD[0](planted)), "Our town")
    with pytest.raises(InputError):
        uploads.place_of(bring(BAD[0](planted)), "Our town")
    assert modes == [0o600, 0o700] * 2
    assert found(home, PRIVATE) == []


def test_what_a_killed_or_an_older_server_left_is_removed_at_the_start(home, no_fit):
    own_places.keep_in(home / "own")
    name = bring({"small_areas": ("areas.csv", areas())})
    uploads.place_of(name, "Our town")
    planted = Planted(random.Random(5))
    secret = planted.marker()
    (home / "own" / name / "survey.csv").write_text(secret)
    assert found(home, PRIVATE)
    for other in (own_places.fresh_name(), "reading-99999999-x", f"half-99999999-{own_places.fresh_name()}"):
        (home / "own" / other).mkdir()
        (home / "own" / other / "survey.csv").write_text(secret)
    (home / "own" / name / "place.yaml").chmod(0o644)
    (home / "own" / "notes.txt").write_text("somebody else's")
    own_places.keep_in(home / "own")
    assert found(home, PRIVATE) == []
    assert own_places.names() == [name]
    assert own_places.own_place(name).title == "Our town"
    assert stat.S_IMODE((home / "own" / name / "place.yaml").stat().st_mode) == 0o600
    assert (home / "own" / "notes.txt").exists()


def test_deleting_removes_everything_that_names_the_place(hub, home, no_fit):
    one, other = (bring({"small_areas": ("areas.csv", areas())}) for _ in range(2))
    for name, title in ((one, "Our town"), (other, "Another town")):
        uploads.place_of(name, title)
    asked = Question(
        place=one, columns=(Column(), Column((Tried("closing-the-loop"),))), population=300, months=12, replicates=2, seed=4
    )
    order = asked.order
    whole = compare(*order.scenarios, replicates=2, months=12, seed=4, monthly=courses(2), workers=1)
    kept = asked.with_(place=other)
    for question in (asked, kept):
        hub.kept.save(question, whole)
        assert hub.kept.page(key_of(question))
    saved = hub.library.save("A plan", asked.query())
    hub.library.delete(hub.library.save("An older plan", asked.query()))
    stays = hub.library.save("Another plan", kept.query())
    watching, reading = Session(hub, "watching"), Session(hub, "reading")
    watching.open("/compare", asked.query())
    reading.act({"name": "delete_own", "place": one, "owner": ""})
    notice = reading.view()["notice"]
    assert (notice["kind"], notice["title"], notice["results"], notice["saved"]) == ("own_deleted", "Our town", 1, 2)
    assert watching.view()["question"]["place"] == "haringey"
    assert watching.view()["notice"]["kind"] == "own_gone"
    assert found(home, one.encode()) == []
    assert hub.kept.page(key_of(kept))
    assert hub.library.get(stays)
    with pytest.raises(InputError):
        hub.library.get(saved)
    watching.open("/compare", asked.query())
    assert "none under this link" in watching.view()["error"]
    hub.kept.save(asked, whole)  # what ends late is not kept
    assert found(home, one.encode()) == []
    reading.act({"name": "delete_own", "place": one, "owner": ""})
    assert "none under this link" in reading.view()["error"]


def test_a_place_that_nobody_uses_is_deleted_in_time(home, no_fit):
    own_places.keep_in(home / "own", 30)
    used, unused = (bring({"small_areas": ("areas.csv", areas())}) for _ in range(2))
    for name in (used, unused):
        uploads.place_of(name, "Our town")
        os.utime(home / "own" / name / "place.yaml", (time.time() - 31 * 86_400,) * 2)
    own_places.own_place(used)  # being used makes it last
    made = Hub(Settings(home=home, studies=home, workers=1, warm=False, own_days=30))
    try:
        until(lambda: found(home, unused.encode()) == [], "the unused place is still there")
        assert own_places.names() == [used]
    finally:
        made.close()


def test_a_dropped_connection_and_a_killed_server_leave_nothing(tmp_path):
    from .running import Running

    (tmp_path / "studies").mkdir()
    planted = Planted(random.Random(6))
    files = GOOD[2](planted)
    running = Running(tmp_path / "home", tmp_path / "studies", environment={"TMPDIR": str(tmp_path / "home")}).start()
    try:
        own = {"Origin": running.address}
        for kind, (file, content) in files.items():
            assert running.ask("POST", f"/gs/uploads?kind={kind}&file={file}", content, own)[0] == 200
        content = files["survey"][1]
        head = f"POST /gs/uploads?kind=survey&file=s.xlsx HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {running.address}\r\nContent-Length: {len(content)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", running.port)) as half:
            half.sendall(head.encode() + content[: len(content) // 2])
        assert running.get("/readyz")[0] == 200
    finally:
        running.stop(hard=True)
    assert found(tmp_path, PRIVATE) == []


def test_uploads_that_wait_are_bounded_and_forgotten(monkeypatch, home):
    own_places.keep_in(home / "own")
    uploads.forget_old(0.0)
    monkeypatch.setattr(uploads, "MOST_HELD", 1000)
    uploads.take("", "wards", "w.csv", b"x" * 900)
    with pytest.raises(InputError, match="Try again in a few minutes"):
        uploads.take("", "wards", "w.csv", b"x" * 200)
    uploads.forget_old(0.0)
    assert uploads.held() == 0
    name = uploads.take("", "wards", "w.csv", b"x" * 900)
    uploads.forget_old(0.0)
    with pytest.raises(InputError, match="Choose them again"):
        uploads.place_of(name, "x")


def test_the_command_writes_no_private_value_either(tmp_path, no_fit, monkeypatch, capsys):
    from experiments.cli.command_line import main

    planted = Planted(random.Random(7))
    options = {"survey": "--survey", "records": "--records", "ties": "--ties"}
    for n, make in enumerate((*GOOD[-4:], *BAD)):
        given, out = tmp_path / f"given{n}", tmp_path / "out" / str(n)
        given.mkdir()
        words = []
        for kind, (file, content) in make(planted).items():
            (given / file).write_bytes(content)
            words += [str(given / file)] if kind in ("small_areas", "wards") else [options[kind], str(given / file)]
        code = main(["place", *words, "--out", str(out)])
        assert (code == 0) == (make in GOOD), (make.__name__, capsys.readouterr().err)
    assert found(tmp_path / "out", PRIVATE) == []
