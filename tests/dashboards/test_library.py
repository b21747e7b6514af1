"""The library, on SQLite and on a real PostgreSQL: what is saved is there, for everybody who shares it, and deleting can be undone."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.library import Library, LibraryError
from simulation.parameters import InputError


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory) -> Iterator[str]:
    """A PostgreSQL server of our own, on a port that is free."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
    assert found[-1], "PostgreSQL is missing: `apt-get install postgresql`, or use `make test`, which does it"
    tools = Path(found[-1]).parent
    folder = tmp_path_factory.mktemp("postgresql") / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    us: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        us = ["runuser", "-u", "postgres", "--"]
        for parent in (folder.parent, *folder.parent.parents):
            if parent == Path("/") or parent == Path("/tmp"):
                break
            parent.chmod(parent.stat().st_mode | 0o055)
        shutil.chown(folder.parent, "postgres")
    run = lambda *command: subprocess.run([*us, *map(str, command)], check=True, capture_output=True, cwd="/")  # noqa: E731
    run(tools / "initdb", "-D", folder, "-U", "tester", "--auth=trust", "-E", "UTF8")
    started = subprocess.Popen(
        [*us, str(tools / "postgres"), "-D", str(folder), "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    for _ in range(100):
        ready = subprocess.run([str(tools / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True)
        if ready.returncode == 0:
            break
        threading.Event().wait(0.1)
    yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    run(tools / "pg_ctl", "-D", folder, "stop", "-m", "fast")
    started.wait(20)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'library.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgresql")


def test_what_is_saved_is_found_renamed_copied_deleted_and_brought_back(address):
    library = Library(address)
    before = len(library.all())
    key = library.save("  Our   plan <script>alert(1)</script> ", "place=haringey&s=baseline", "ann")
    assert library.get(key)["name"] == "Our plan <script>alert(1)</script>"
    library.rename(key, "Plan B; DROP TABLE groundswell_saved; --")
    copy = library.duplicate(key)
    names = [one["name"] for one in library.all()]
    assert len(names) == before + 2
    assert {"Plan B; DROP TABLE groundswell_saved; --", "Plan B; DROP TABLE groundswell_saved; -- (copy)"} <= set(names)
    library.update(key, "place=leeds&s=baseline")
    library.delete(copy)
    assert copy not in [one["id"] for one in library.all()]
    with pytest.raises(InputError, match="there is none"):
        library.get(copy)
    library.restore(copy)
    assert library.get(copy)["query"] == "place=haringey&s=baseline"
    library.close()
    again = Library(address)
    assert again.get(key)["query"] == "place=leeds&s=baseline"
    for one in again.all():
        again.delete(one["id"])
    again.close()


def test_two_who_share_one_see_what_the_other_saved(address):
    one, other = Library(address), Library(address)
    failures: list[Exception] = []

    def save(library: Library, name: str) -> None:
        try:
            for n in range(20):
                library.save(f"{name} {n}", "s=baseline")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=save, args=(library, name)) for library, name in ((one, "a"), (other, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert {x["name"] for x in one.all()} == {x["name"] for x in other.all()}
    assert len(one.all()) == 40
    for x in one.all():
        one.delete(x["id"])
    one.close()
    other.close()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path, name):
    library = Library(f"sqlite:///{tmp_path / 'l.sqlite'}")
    with pytest.raises(InputError, match="name"):
        library.save(name, "s=baseline")
    assert library.all() == []


def test_a_database_that_is_not_there_says_which_without_its_password(tmp_path):
    with pytest.raises(LibraryError, match="cannot be opened") as error:
        Library("postgresql+psycopg://ann:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)
    with pytest.raises(LibraryError):
        Library(f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")
    with pytest.raises(LibraryError):
        Library("not an address")
