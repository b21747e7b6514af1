"""Backups of the library: what goes out comes in again, once, all or nothing; what is damaged or foreign is refused with what to do."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest

from dashboards.results.backups import FORMAT, read_backup, write_backup
from dashboards.results.library import MOST_SAVED, Library, link_name
from dashboards.safeguards.boundary import LibraryError
from experiments.cli.command_line import main
from experiments.studies.ledger import sealed
from simulation.declared.parameters import InputError

LONG = "place=haringey&s=" + "baseline&s=" * 200
WHEN = "2031-05-29T10:00:00.250000+00:00"
ROW = {"id": "abc", "name": "Plan", "query": "s=baseline", "owner": "", "changed": WHEN}


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("GROUNDSWELL_LIBRARY", raising=False)
    monkeypatch.setenv("GROUNDSWELL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(*saved: dict, links: tuple[dict, ...] = ()) -> dict:
    return {"format": FORMAT, "version": 1, "saved": list(saved), "links": list(links)}


def test_a_backup_brings_back_what_was_saved_on_either_database(address, here, capsys):
    library = Library(address)
    with library._transaction() as connection:
        for table in ("groundswell_saved", "groundswell_links"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    kept = library.save("Zürich: “plan” 🙂", "place=haringey&s=baseline", "ann")
    changed, deleted = library.save("B", "s=a"), library.save("C", "s=c")
    link = library.shorten(LONG)
    before = library.rows()
    assert main(["library", "--library", address, "--export", "b.json"]) == 0
    assert stat.S_IMODE(Path("b.json").stat().st_mode) == 0o600
    library.update(changed, "s=b")
    library.delete(deleted)
    capsys.readouterr()
    assert main(["library", "--library", address, "--import", "b.json", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {k: told[k] for k in ("added", "there", "changed", "links", "links_there")} == {
        "added": 1,
        "there": 2,
        "changed": 1,
        "links": 0,
        "links_there": 1,
    }
    assert library.get(changed)["query"] == "s=b", "what is there stays as it is"
    assert library.get(deleted)["query"] == "s=c", "what is in the bin comes back"
    library.close()

    fresh = "sqlite:///fresh.sqlite"
    assert main(["library", "--library", fresh, "--import", "b.json"]) == 0
    assert "3 saved comparisons and 1 long address added; 0 saved" in capsys.readouterr().err
    other = Library(fresh)
    assert other.rows() == before
    assert other.lengthened(link) == LONG
    assert other.get(kept)["name"] == "Zürich: “plan” 🙂"
    other.close()
    assert main(["library", "--library", fresh, "--import", "b.json"]) == 0
    assert (
        "0 saved comparisons and 0 long addresses added; 3 saved comparisons and 1 long address already exist"
        in capsys.readouterr().err
    )
    assert main(["library", "--library", fresh, "--export", "b.json"]) == 0, "in the place of an earlier one"


def test_an_import_says_which_comparisons_have_lost_their_place(here, capsys):
    own = "own-" + "5" * 24
    Path("b.json").write_bytes(
        sealed(document(ROW | {"query": f"place={own}&s=baseline"}, ROW | {"id": "b", "query": "place=leeds&s=baseline"}))
    )
    assert main(["library", "--home", "h", "--import", "b.json", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["without_place"] == 1
    assert f"own places that are not in {Path('h') / 'own'}: 1. A backup does not hold own places" in told.err


def test_the_bin_is_in_no_backup(here):
    library = Library("sqlite:///l.sqlite")
    library.delete(library.save("secret plan", "s=baseline"))
    write_backup(library, Path("b.json"))
    library.close()
    assert "secret" not in Path("b.json").read_text()


def test_a_backup_with_any_byte_changed_or_cut_off_is_refused(here):
    whole = sealed(document(ROW, links=({"id": link_name(LONG), "query": LONG, "used": WHEN},)))
    file = Path("b.json")
    file.write_bytes(whole)
    assert len(read_backup(file).saved) == 1
    for n in range(0, len(whole), 41):
        file.write_bytes(whole[:n] + bytes([whole[n] ^ (1 << n % 8)]) + whole[n + 1 :])
        with pytest.raises(InputError, match="--import"):
            read_backup(file)
        file.write_bytes(whole[:n])
        with pytest.raises(InputError, match="--import"):
            read_backup(file)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="is damaged or was edited"):
        read_backup(file)


NOT_OURS = {
    "text": (b"hello", "is not a backup of a library; make one with: groundswell library --export FILE"),
    "nothing": (b"", "is not a backup of a library"),
    "bytes": (b"\xff\xfe\x00", "is not a backup of a library"),
    "a list": (b"[1]", "is not a backup of a library"),
    "deep": (b"[" * 100_000, "is not a backup of a library"),
    "another of ours": (sealed({"plan": "x"}), "is another file of this program"),
    "newer": (sealed(document() | {"version": 2}), "version 2; this program reads version 1. Use the newer program"),
    "no version": (sealed({"format": FORMAT}), "version None"),
    "version of truth": (sealed(document() | {"version": True}), "version True"),
    "no list": (sealed(document() | {"saved": {}}), "saved: is not a list"),
    "a lacking field": (sealed(document({"id": "abc"})), "saved 1: allowed: exactly changed, id, name, owner, query"),
    "a number": (sealed(document(ROW, ROW | {"id": "b", "query": 7})), "saved 2: query: is not a text"),
    "half a character": (sealed(document(ROW | {"query": "\ud800"})), "saved 1: query: is not a text"),
    "a zero": (sealed(document(ROW | {"owner": "a\0"})), "saved 1: owner: is not a text"),
    "an empty name": (sealed(document(ROW | {"name": ""})), "saved 1: name: 0 characters; allowed: 1 to 120"),
    "stray spaces": (sealed(document(ROW | {"name": "a  b"})), "saved 1: name: has spaces at its ends"),
    "a long owner": (sealed(document(ROW | {"owner": "x" * 121})), "saved 1: owner: 121 characters; allowed: 120"),
    "an id like a link's": (sealed(document(ROW | {"id": "l.x"})), "saved 1: id: allowed"),
    "no time": (sealed(document(ROW | {"changed": "yesterday"})), "saved 1: changed: 'yesterday'; allowed: a time with its zone"),
    "no zone": (sealed(document(ROW | {"changed": "2031-05-29T10:00:00"})), "saved 1: changed: '2031"),
    "beyond time": (sealed(document(ROW | {"changed": "0001-01-01T00:00:00+20:00"})), "saved 1: changed: '0001"),
    "too many": (
        sealed(document(*(ROW | {"id": f"a{n}"} for n in range(5001)))),
        "saved: 5,001 of them; allowed: 5,000 in a library",
    ),
    "twice": (sealed(document(ROW, ROW)), "saved: an id is given twice"),
    "another's link": (sealed(document(links=({"id": "l.1", "query": LONG, "used": WHEN},))), "links 1: id: does not match"),
}


@pytest.mark.parametrize("which", NOT_OURS)
def test_what_is_no_backup_is_refused_and_nothing_is_made(here, capsys, which):
    content, said = NOT_OURS[which]
    Path("b.json").write_bytes(content)
    assert main(["library", "--import", "b.json"]) == 2
    assert said in capsys.readouterr().err
    assert not Path("home").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--import", "gone.json"], "gone.json: no such file"),
        (["--import", "."], ".: is not a file"),
        (["--import", "x" * 5000], "cannot be read"),
        (["--export", "b.json"], "no library is here"),
        ([], "no library is here"),
        (["--library", "sqlite:///gone.sqlite"], "gone.sqlite: no library is here"),
    ],
)
def test_a_file_or_a_library_that_is_not_there_is_named_and_not_made(here, capsys, arguments, said):
    assert main(["library", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_a_backup_takes_no_other_files_place(here, capsys):
    library = Library("sqlite:///l.sqlite")
    library.close()
    Path("notes.txt").write_text("mine")
    for other in ("notes.txt", "l.sqlite", "."):
        assert main(["library", "--library", "sqlite:///l.sqlite", "--export", other]) == 2
        assert other in capsys.readouterr().err
    assert Path("notes.txt").read_text() == "mine"


def test_too_many_come_in_all_or_nothing(here, capsys, monkeypatch):
    monkeypatch.setattr("dashboards.results.library.MOST_SAVED", 3)
    assert MOST_SAVED == 5000
    library = Library("sqlite:///l.sqlite")
    library.save("there", "s=baseline")
    Path("b.json").write_bytes(sealed(document(*(ROW | {"id": f"n{n}"} for n in range(3)))))
    assert main(["library", "--library", "sqlite:///l.sqlite", "--import", "b.json"]) == 2
    assert "1 comparisons are kept and 3 would come in; allowed: 3 in all" in capsys.readouterr().err
    assert [one["name"] for one in library.all()] == ["there"]
    library.close()


def test_an_import_that_breaks_off_leaves_nothing(address):
    library = Library(address)
    before = library.rows()
    link = {"id": link_name("q"), "query": "q", "used": datetime.fromisoformat(WHEN)}
    with pytest.raises(LibraryError):
        library.take_in([{**ROW, "changed": link["used"], "id": f"n{n}"} for n in range(3)], [link, link])
    assert library.rows() == before
    library.close()


def test_a_backup_of_the_first_version_is_read(here):
    text = json.dumps(document(ROW) | {"seal": "cf757a8f8bb90f7e9fcdcbf9a0b755a5f75013a98e49c63f501b3c300324fb23"}, indent=1)
    Path("b.json").write_text(text + "\n")
    assert read_backup(Path("b.json")).saved[0]["name"] == "Plan"
