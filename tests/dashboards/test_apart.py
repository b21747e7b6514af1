"""Files are read in a process of their own: one that takes too much ends, says so, and slows down nobody else."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import threading
import time
import zipfile
from pathlib import Path

import pytest

from dashboards.own_data import apart, own_places, reading, uploads
from dashboards.own_data.apart import Limits, read_apart
from dashboards.safeguards.clients import Visitor
from experiments.processes import context_of
from simulation.declared.parameters import InputError

from .private_files import areas
from .workbooks import small_workbook


@pytest.fixture
def home(tmp_path) -> Path:
    own_places.keep_in(tmp_path / "own")
    return tmp_path


def test_a_place_read_apart_is_the_one_that_is_read_here(home):
    brought = {"small_areas": (".csv", areas())}
    asked = (brought, None, own_places.fresh_name(), "Our town", own_places.shelf())
    assert read_apart(*asked) == json.loads(json.dumps(reading.made(*asked, lambda: None)))
    with pytest.raises(InputError, match=r"small_areas\.csv: no column names the areas") as refused:
        read_apart({"small_areas": (".csv", b"no,table\n1,2\n")}, None, "own-1", "x", own_places.shelf())
    assert str(home) not in str(refused.value)
    assert list((home / "own").iterdir()) == []


def test_what_a_workbook_unpacks_to_is_looked_at_before_anything_is_built(home, monkeypatch):
    content = small_workbook(130_000)
    assert len(content) < 1_000_000
    monkeypatch.setattr(reading, "read", lambda request: pytest.fail("it was built"))
    for kind in ("small_areas", "survey", "records", "ties"):
        with pytest.raises(InputError, match=rf"{kind}\.xlsx: [0-9]+ MB in [0-9]+ parts once it is unpacked; allowed: 100 MB"):
            reading.made({kind: (".xlsx", content)}, None, "own-1", "x", own_places.shelf(), lambda: None)
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w") as packed:
        for n in range(reading.MOST_PARTS + 1):
            packed.writestr(str(n), b"")
    with pytest.raises(InputError, match="2,001 parts"):
        reading.check_unpacked("wards", ".csv", parts.getvalue())
    reading.check_unpacked("wards", ".xlsx", b"PK\x03\x04 not at all")


@pytest.mark.parametrize("limits", [Limits(reading=1), Limits(megabytes=-128 * (os.cpu_count() or 1) + 60), Limits(wall=0.5)])
def test_a_file_that_takes_too_much_ends_with_what_to_do_and_leaves_nothing(home, limits, caplog):
    content = small_workbook(20_000)
    with pytest.raises(InputError, match=r"more time or memory than this server lends \(error [0-9A-F]{6}\)\. Bring fewer rows"):
        read_apart({"small_areas": (".xlsx", content)}, None, "own-1", "x", own_places.shelf(), limits)
    assert "a reader of own data ended with" in caplog.text
    assert list((home / "own").iterdir()) == []


def test_one_browser_has_one_place_read_at_a_time(home, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(brought, region, name, title, beside, gone):
        begun.set()
        go_on.wait(60)
        return reading.made(brought, region, name, title, beside, lambda: None)

    monkeypatch.setattr(uploads, "read_apart", slow)
    ann, bob = Visitor("ann-ann-ann", "192.0.2.1"), Visitor("bob-bob-bob", "192.0.2.2")
    near = Visitor("near-near-near", "192.0.2.1")
    names = [uploads.take("", "small_areas", "a.csv", areas(), by) for by in (ann, ann, bob, near)]
    first = threading.Thread(target=uploads.place_of, args=(names[0], "One", None, ann))
    first.start()
    assert begun.wait(60)
    with pytest.raises(InputError, match="already being read"):
        uploads.place_of(names[1], "Two", None, ann)
    with pytest.raises(InputError, match="already being read"):  # it waits, until nobody waits for it
        uploads.place_of(names[3], "Four", None, near, lambda: True)
    go_on.set()
    uploads.place_of(names[2], "Three", None, bob)
    first.join()
    assert len(own_places.names()) == 2


def test_a_reader_ends_when_the_server_is_there_no_longer(home):
    """No reader outlives its server, whatever it is doing: the server's side of the pipe closes with it."""
    context = context_of(apart.METHOD)
    ours, theirs = context.Pipe()
    process = context.Process(target=apart.serve, args=(theirs,))
    process.start()
    theirs.close()
    ours.send(({"small_areas": (".xlsx", small_workbook(30_000))}, None, "own-1", "x", own_places.shelf(), Limits()))
    end = time.monotonic() + 120
    while not list((home / "own").glob("reading-*")):
        assert time.monotonic() < end, "nothing was read"
        time.sleep(0.02)
    ours.close()
    process.join(60)
    assert process.exitcode == 1
    own_places.remove_what_a_reader_left()
    assert list((home / "own").iterdir()) == []


def test_a_reader_ends_when_nobody_waits_for_it_any_more(home):
    looks: list[int] = []

    def gone() -> bool:
        looks.append(len(multiprocessing.active_children()))
        return len(looks) > 1

    with pytest.raises(InputError, match="Nobody waits for the files any more"):
        read_apart({"small_areas": (".xlsx", small_workbook(30_000))}, None, "own-1", "x", own_places.shelf(), gone=gone)
    assert looks[0] >= 1
    assert multiprocessing.active_children() == []
    assert list((home / "own").iterdir()) == []


def test_a_server_that_stops_says_so_and_not_that_the_files_are_too_large(home, caplog):
    apart.let_read(False)
    with pytest.raises(InputError, match="The server is stopping; bring the files again once it is back"):
        read_apart({"small_areas": (".xlsx", small_workbook(30_000))}, None, "own-1", "x", own_places.shelf())
    assert "error" not in caplog.text


def _ends_as_glibc_does(pipe) -> None:
    """End as the C library does where it is refused memory for a thread."""
    os._exit(127)


def test_a_library_that_ends_the_reader_for_lack_of_memory_is_said_as_that(home, monkeypatch, caplog):
    monkeypatch.setattr(apart, "serve", _ends_as_glibc_does)
    with pytest.raises(InputError, match=r"more time or memory than this server lends \(error [0-9A-F]{6}\)"):
        read_apart({"small_areas": (".csv", areas())}, None, "own-1", "x", own_places.shelf())
    assert "a reader of own data ended with 127" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "x"),
        RuntimeError("can't start new thread"),
        ValueError("Error tokenizing data. C error: out of memory"),
    ],
)
def test_what_libraries_say_when_memory_is_refused_is_passed_on_as_that(home, monkeypatch, error):
    def refused(request):
        try:
            raise error
        except Exception as why:
            raise InputError("small_areas.xlsx: not a readable Excel file") from why

    monkeypatch.setattr(reading, "read", refused)
    with pytest.raises(MemoryError):
        reading.made({"small_areas": (".csv", areas())}, None, "own-1", "x", own_places.shelf(), lambda: None)


def test_a_reader_that_fails_is_not_taken_for_one_that_took_too_much(home, monkeypatch, caplog):
    monkeypatch.setattr(apart, "serve", _fails)
    with pytest.raises(InputError, match=r"The files could not be read \(error [0-9A-F]{6}\)\. Save each as CSV"):
        read_apart({"small_areas": (".csv", areas())}, None, "own-1", "x", own_places.shelf())
    assert "a reader of own data ended with 1" in caplog.text


def _fails(pipe) -> None:
    os._exit(1)
