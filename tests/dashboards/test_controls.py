"""The list of pages and the controls of a page: one list for server and browser, and no setting of another kind."""

from __future__ import annotations

import json

import pytest

from dashboards.controls import Controls
from dashboards.web import page_list
from simulation.declared.parameters import InputError

CONTROLS = Controls({"form": "petition", "months": 12, "share": 0.5, "only": False}, lambda settings: settings)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("form=contacting", {"form": "contacting"}),
        ("?months=24&only=true", {"months": 24, "only": True}),
        ("share=1", {"share": 1.0}),
        ("months=24.0", {"months": 24}),
        ("form=", {"form": ""}),
    ],
)
def test_an_address_gives_settings_and_settings_the_address(query, expected):
    settings = CONTROLS.read(query)
    assert settings == dict(CONTROLS.settings) | expected
    assert [type(v) for v in settings.values()] == [str, int, float, bool]
    assert CONTROLS.read(CONTROLS.query(settings)) == settings


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("months=1.5", "months: 1.5; allowed: a whole number"),
        ("months=", "months: nothing; allowed: a whole number"),
        ("months=1e999", "allowed: a whole number"),
        ("share=nan", "share: nan; allowed: a number"),
        ("share=true", "allowed: a number"),
        ("only=1", "only: 1; allowed: true or false"),
        ("month=2", "unknown 'month'; did you mean 'months'"),
        ("months=2&months=3", "months: is given twice"),
        ("form=" + "x" * 300, "allowed: a text of at most 200 characters"),
    ],
)
def test_a_setting_of_another_kind_is_refused(query, words):
    with pytest.raises(InputError, match=words):
        CONTROLS.read(query)


@pytest.mark.parametrize("changes", [None, [], "form", {"form": None}, {"form": []}, {"only": {}}, {7: 1}])
def test_a_message_that_sets_nothing_is_refused(changes):
    with pytest.raises(InputError):
        CONTROLS.changed(CONTROLS.settings, changes)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{"name": "Compare", "title": "x"}], "'Compare'"),
        ([{"name": "compare", "title": "x"}] * 2, "'compare'"),
        ([{"name": "nowhere", "title": "x"}], "assets/nowhere.js is missing"),
        ([{"name": "start", "title": "x", "controls": "os.path"}], "allowed: a module of dashboards.controls"),
    ],
)
def test_a_list_of_pages_that_cannot_be_is_refused(lines, words, tmp_path, monkeypatch):
    (tmp_path / "pages.json").write_text(json.dumps(lines))
    monkeypatch.setattr(page_list, "PAGES_FILE", tmp_path / "pages.json")
    with pytest.raises(ValueError, match=words):
        page_list.own_pages.__wrapped__()


def test_server_and_browser_read_one_list(server):
    listed = page_list.for_browser()
    _, _, body = server.get("/")
    assert json.dumps(listed).encode() in body
    for page in listed:
        assert server.get(page["path"])[0] == 200
        assert f"/gs/static/{page['name']}.js?v=".encode() in body
