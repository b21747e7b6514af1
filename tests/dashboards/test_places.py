"""Places that a page may ask for: those of the package, those that were added at the start, own ones, and never a file of the server."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from dashboards.own_data import places
from dashboards.own_data.places import place_named, read_added
from dashboards.questions.question import Question
from dashboards.results import catalogue
from scenarios.places import load_place, shipped, shipped_places
from scenarios.places.place_template import place_files
from simulation.declared.parameters import InputError
from tests.places import small_place


@pytest.fixture
def working_directory(tmp_path, monkeypatch) -> Path:
    """Return a working directory full of what a server may hold: notes, tables in all spellings, and a folder with a place."""
    folder = tmp_path / "here"
    for name, text in place_files(small_place(), "FOLDER", None, None).items():
        (folder / "smallton").mkdir(parents=True, exist_ok=True)
        (folder / "smallton" / name).write_text(text)
    table = small_place().areas.to_csv(index=False)
    for name in ("notes.txt", "people.tsv", "x.CSV", "x.csv", "x.Csv", "areas", "place.yaml.bak"):
        (folder / name).write_text(table.replace(",", "\t") if name.endswith("tsv") else table)
    (folder / "PLACE.YAML").write_text((folder / "smallton" / "place.yaml").read_text())
    monkeypatch.chdir(folder)
    return folder


ASKED = (
    "notes.txt",
    "x.CSV",
    "x.csv",
    "x.Csv",
    "x.csv ",
    " x.CSV",
    "people.tsv",
    "PLACE.YAML",
    "smallton",
    "smallton ",
    "./smallton",
    "smallton/place.yaml",
    "areas",
    ".",
    "..",
    "",
    " ",
    "~",
    "place.yaml.bak",
    "own-",
    "own-smallton",
    "own-../smallton",
    "nul",
    "a" * 5000,
    "x.csv\0",
    "leeds\n",
    "leeds/../smallton",
)


@pytest.mark.parametrize("asked", ASKED)
def test_the_server_reads_no_file_of_its_own_for_strangers(working_directory, asked):
    load_place(str(working_directory / "smallton"))  # which whoever runs the server may
    for given in (asked, str(working_directory / asked[:99].replace("\0", ""))):
        with pytest.raises(InputError) as refused:
            place_named(given)
        assert str(working_directory) not in str(refused.value) or str(working_directory) in given
        assert len(str(refused.value)) < 400
        with pytest.raises(InputError):
            _ = Question(place=given).order


def test_a_page_takes_a_place_with_average_service_as_the_command_line_does(working_directory, monkeypatch):
    monkeypatch.setattr(places, "_added", {})
    assert place_named("leeds@average") == load_place("leeds@average")
    assert Question(place="leeds@average").order.scenarios[0].place.name == "leeds@average"
    places.offer(read_added([working_directory / "smallton"]))
    assert place_named("smallton@average").identity == load_place("./smallton@average").identity
    for wrong in ("leeds@mean", "own-abc@average", "@average", "leeds@average@average", "x.csv@average"):
        with pytest.raises(InputError):
            place_named(wrong)


def test_places_added_at_the_start_are_offered_and_held_as_they_were_then(working_directory, monkeypatch):
    monkeypatch.setattr(places, "_added", {})
    places.offer(read_added([working_directory / "smallton"]))
    before = place_named("smallton")
    (working_directory / "smallton" / "place.yaml").write_text("name: another\n")
    assert place_named("smallton") is before
    assert [one.name for one in places.added()] == ["smallton"]
    places.offer(())
    with pytest.raises(InputError):
        place_named("smallton")


def test_places_that_cannot_be_added_are_refused_at_the_start(working_directory):
    with pytest.raises(InputError, match="no such file or folder"):
        read_added([working_directory / "none"])
    with pytest.raises(InputError, match="another place is called 'smallton' already"):
        read_added([working_directory / "smallton"] * 2)
    file = working_directory / "smallton" / "place.yaml"
    file.write_text(file.read_text().replace("name: smallton", "name: leeds"))
    with pytest.raises(InputError, match="another place is called 'leeds' already"):
        read_added([working_directory / "smallton"])


def test_places_of_the_package_and_the_country_are_there_under_all_their_names():
    for name in ("haringey", "leeds", "E09000014", "Bristol, City of", "north east", "st. helens", "King's Lynn and West Norfolk"):
        assert place_named(name).adults > 0
    with pytest.raises(InputError, match="did you mean 'Leeds'"):
        place_named("leedz")


def test_one_module_alone_turns_a_name_into_a_place():
    """The allow-list stands in one place: nothing else of the dashboard loads places or reads place files by name."""
    folder = Path(places.__file__).parent
    for path in folder.rglob("*.py"):
        uses = re.findall(r"\b(load_place|named_place|read_own_place|place_of_table)\b", path.read_text())
        assert not uses or path.name == "places.py", path


def test_a_page_says_what_is_counted_estimated_and_drawn_of_a_place(server) -> None:
    orkney = server.json("/gs/place.json?place=orkney-islands")
    tables = {one["title"]: one for one in orkney["tables"]}
    people = {row[0]: row for row in tables["Who lives there"]["rows"]}
    assert people["owned"][3] == "counted" and people["no qualification"][3] == "estimated"
    assert "qualification" in orkney["imputed"]
    services = next(one for title, one in tables.items() if title.startswith("How good its services are"))
    assert {row[3] for row in services["rows"]} == {"drawn"}
    assert len(tables["The councils most like it"]["rows"]) == 5
    haringey = server.json("/gs/place.json?place=haringey")["tables"]
    housing = next(row for one in haringey for row in one["rows"] if row[0] == "housing")
    assert housing[3] == "measured" and "below" in housing[1]


def test_a_page_offers_every_place_folder_of_the_package_once(tmp_path, monkeypatch):
    """Haringey's name was typed there, so that a second folder was offered to the command line alone."""
    (tmp_path / "haringey").symlink_to(shipped_places()["haringey"].parent)
    for name, title in (("smallton", "Smallton"), ("leeds", "Leeds by ward")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "place.yaml").write_text(f"name: {name}\ntitle: {title}\n")
    monkeypatch.setattr(shipped, "DATA", tmp_path)
    offered = json.loads(gzip.decompress(catalogue.catalogue.__wrapped__()))["places"]
    names = [one["name"] for one in offered]
    assert len(names) == len(set(names))
    assert offered[:3] == [
        {"name": "haringey", "title": "Haringey", "kind": "London borough, with ward profiles", "region": "London"},
        {
            "name": "leeds",
            "title": "Leeds",
            "kind": "Metropolitan district, with ward profiles",
            "region": "Yorkshire and The Humber",
        },
        {"name": "smallton", "title": "Smallton", "kind": "with ward profiles", "region": ""},
    ]
