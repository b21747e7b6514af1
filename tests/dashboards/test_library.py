"""The library, on SQLite and on a real PostgreSQL: what is saved is there, for everybody who shares it, and deleting can be undone."""

from __future__ import annotations

import threading

import pytest

from dashboards.results.library import Library
from dashboards.safeguards.boundary import LibraryError
from simulation.declared.parameters import InputError


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
    assert "Check that the server runs" in str(error.value)
    with pytest.raises(LibraryError, match=r"password=\*\*\*: cannot") as error:
        Library("postgresql+psycopg://ann@127.0.0.1:1/none?password=secret")
    assert "secret" not in str(error.value)
    with pytest.raises(LibraryError, match="Its folder must exist"):
        Library(f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "not an address",
            "--library: not an address: is not an address of a library; allowed: sqlite:////folder/file.sqlite or postgresql",
        ),
        ("/tmp/foo.db", "for this file: sqlite:////tmp/foo.db"),
        ("mysql://ann:secret@host/d", "--library: mysql:...: is not an address of a library; allowed: sqlite"),
        ("postgresql://ann:secret@host/d", "postgresql is written as postgresql+psycopg"),
        ("postgresql+psycopg://ann:se@secret@host/d", "write an @ in a password as %40"),
        ("postgresql+psycopg://ann:secret/d", "is not an address of a library"),
        ("postgresql+psycopg://ann:secret@host:port/d", "is not an address of a library"),
        ("sqlite://secret", "is not an address of a library"),
        ("", "is not an address of a library"),
    ],
)
def test_a_wrong_address_of_the_library_gives_wrong_advice_or_its_password(address, said):
    with pytest.raises(InputError) as error:
        Library(address)
    assert said in str(error.value) and "secret" not in str(error.value) and "pip" not in str(error.value)
