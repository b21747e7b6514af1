"""An own place is what it was when it was made: nobody with its link can change or delete it, and changed files are never taken for it."""

from __future__ import annotations

import re

import pytest

from dashboards.own_data import own_places, reading, uploads
from dashboards.questions.question import Question, command
from dashboards.results.kept import key_of
from dashboards.safeguards.clients import Visitor
from dashboards.session.hub import Hub
from dashboards.session.session import Session
from dashboards.settings import Settings
from dashboards.texts import string
from simulation.declared.parameters import InputError

from .private_files import areas

ANN, CY = Visitor("ann-ann-ann", "192.0.2.1"), Visitor("cy-cy-cy-cy", "192.0.2.9")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "read_apart", lambda *asked, gone: reading.made(*asked, lambda: None))
    made = Hub(Settings(home=tmp_path / "home", studies=tmp_path, workers=1, warm=False))
    yield made
    made.close()


def bring(hub: Hub, content: bytes = areas(), region: str = "") -> dict:
    session = Session(hub, "ann", by=ANN)
    place = uploads.take("", "small_areas", "a.csv", content, ANN)
    session.act({"name": "own_place", "place": place, "title": "Our town", "region": region})
    return session.view()["own"]


def test_a_new_upload_is_a_new_place_and_readers_of_a_link_cannot_write(hub):
    first, second = bring(hub), bring(hub, areas().replace(b"1500", b"9500"))
    assert first["place"] != second["place"]
    assert key_of(Question(place=first["place"])) != key_of(Question(place=second["place"]))
    before = own_places.own_place(first["place"]).fingerprint
    for by in (CY, ANN, Visitor()):
        with pytest.raises(InputError, match="no longer held here"):
            uploads.take(first["place"], "small_areas", "a.csv", areas().replace(b"1500", b"9500"), by)
        with pytest.raises(InputError, match="no longer held here"):
            uploads.place_of(first["place"], "Another town", None, by)
    own_places.read_kept.cache_clear()
    assert own_places.own_place(first["place"]).fingerprint == before


def test_the_command_that_makes_the_same_numbers_names_the_region_that_was_chosen(hub):
    near, away = bring(hub, region="London"), bring(hub)
    assert "groundswell place FILE --region London --out FOLDER" in command(Question(place=near["place"]))
    assert "groundswell place FILE --out FOLDER" in command(Question(place=away["place"]))


def test_nobody_is_told_of_a_file_that_nobody_brought(hub):
    own = bring(hub, areas().replace(b"Mill", b"Mills"))
    place = own_places.own_place(own["place"])
    assert place.attribution.startswith(f"As given in the uploaded file “{string('own.small_areas')}”.")
    assert not re.search(r"\b(small_areas|wards|survey|records|ties)\.\w", place.attribution)


def test_only_who_brought_a_place_can_delete_it(hub):
    own = bring(hub)
    reader = Session(hub, "reader", by=CY)
    reader.open("/live", f"place={own['place']}&s=baseline")
    for guess in ("", "x", own["place"], None, 5, ["a"]):
        reader.act({"name": "delete_own", "place": own["place"], "owner": guess})
        told = "Only the browser that brought these data" if isinstance(guess, str) else "(delete_own.owner)"
        assert told in reader.view()["error"]
        assert own_places.is_there(own["place"])
    assert own["owner"] not in str(reader.view())
    assert own["owner"].encode() not in b"".join(f.read_bytes() for f in (own_places.shelf() / own["place"]).iterdir())
    again = Session(hub, "ann on another day", by=Visitor("another-session", "192.0.2.77"))
    again.act({"name": "delete_own", "place": own["place"], "owner": own["owner"]})
    assert again.view()["notice"]["kind"] == "own_deleted"
    assert list(own_places.shelf().iterdir()) == []


@pytest.mark.parametrize("file", ["place.yaml", "small_areas.csv", "seal.json"])
def test_files_that_were_changed_since_are_not_taken_for_the_place(hub, file):
    own = bring(hub)
    path = own_places.shelf() / own["place"] / file
    content = path.read_bytes()
    path.write_bytes(content.replace(b"1500", b"9500") + b" ")
    if file == "seal.json":
        path.write_bytes(content[: len(content) // 2])
    own_places.read_kept.cache_clear()
    session = Session(hub, "reader", by=CY)
    session.open("/live", f"place={own['place']}&s=baseline")
    with pytest.raises(InputError, match="files of this place were changed since it was made"):
        own_places.own_place(own["place"])
    session.act({"name": "change", "question": Question(place=own["place"]).data()})
    assert "bring the data again" in session.view()["error"]
