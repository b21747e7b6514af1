"""Studies that somebody put below the folder of the studies: nothing outside it is shown, and nothing takes the server from others."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from dashboards.results.studies import folder_of, study_list, study_page
from experiments.studies.engine import fill_store
from experiments.studies.store import Store
from simulation.declared.parameters import InputError
from tests.planted import listed, quick

pytestmark = pytest.mark.timeout(120)  # so that waiting for ever is a failure
SECRET = {"secret": "of the operator"}


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("swept") / "S"
    fill_store(Store.create(folder, listed(30, 1, quick), "groundswell sweep /srv/mine/small.yaml --out /srv/studies/small"), 1)
    (folder / "sensitivity.json").write_text(json.dumps(SECRET))
    return folder


@pytest.fixture
def root(swept, tmp_path) -> Path:
    """Return the folder of the studies, with one that is whole, `s`; what must not be seen is beside it."""
    shutil.copytree(swept, tmp_path / "elsewhere")
    shutil.copytree(swept, tmp_path / "studies" / "s")
    (tmp_path / "studies" / "s" / "sensitivity.json").unlink()
    return tmp_path / "studies"


def test_a_study_with_links_within_the_folder_is_still_opened(root) -> None:
    (root / "linked").symlink_to(root / "s")
    (root / "s" / "discover.json").write_text("{}")
    (root / "s" / "notes").symlink_to("/etc")  # is not read
    (root / "s" / "sensitivity.json").symlink_to("discover.json")
    shutil.move(root / "s" / "chunks", root / "chunks-of-s")
    (root / "s" / "chunks").symlink_to("../chunks-of-s")
    assert study_page(root, "open=linked")["answers"] == {"sensitivity": {}, "discover": {}}
    assert study_list(root)[0] == {"open": "s", "name": "quick", "runs": 30, "answers": ["sensitivity", "discover"]}


def test_the_command_of_a_study_names_no_folder_of_the_server(root) -> None:
    assert study_page(root, "open=s")["reproduce"]["command"] == "groundswell sweep small.yaml --out small"


def test_an_answer_of_before_a_column_was_renamed_is_refused_and_not_shown_as_if_nothing_mattered(root) -> None:
    row = {"measure": "trust", "factor": "x", "index": "pawn", "value": 0.4, "low": 0.3, "high": 0.5}
    file = root / "s" / "sensitivity.json"
    file.write_text(json.dumps({"words": "", "rows": [{**row, "told": True}]}))
    with pytest.raises(InputError, match=r"sensitivity\.json has no 'differs_from_zero', as an earlier version wrote it"):
        study_page(root, "open=s")
    file.write_text(json.dumps({"words": "", "rows": [{**row, "differs_from_zero": True}]}))
    assert study_page(root, "open=s")["answers"]["sensitivity"]["rows"][0]["differs_from_zero"] is True


@pytest.mark.parametrize("name", ["sensitivity", "discover", "optimise"])
def test_a_link_shows_a_file_outside_as_an_answer(root, name) -> None:
    (root / "s" / f"{name}.json").symlink_to(root.parent / "elsewhere" / "sensitivity.json")
    with pytest.raises(InputError, match=f"{name}.json leads out of the folder of the studies"):
        study_page(root, "open=s")
    assert study_list(root)[0]["answers"] == []


@pytest.mark.parametrize(
    "name", ["", "plan.json", "study.json", "design.parquet", "ledger", "ledger/0000003.json", "chunks", "chunks/0000003.parquet"]
)
@pytest.mark.parametrize("inner", ["", "runs", "final"])
def test_a_link_opens_a_store_outside(root, inner, name) -> None:
    """The study, or the runs that a command keeps in it, is a store elsewhere, or a part of it lies there."""
    place = root / "s" / inner if inner else root / "s"
    if inner:
        shutil.move(root / "s", root / "store")
        (root / "s").mkdir()
        shutil.move(root / "store", place)
    link = place / name if name else place
    shutil.rmtree(link) if link.is_dir() else link.unlink()
    link.symlink_to(root.parent / "elsewhere" / name)
    for opened in (study_page, folder_of):
        with pytest.raises(InputError, match=r"leads out of the folder of the studies|not among the studies of this server"):
            opened(root, "open=s")
    if name in ("", "plan.json"):
        assert study_list(root) == []


@pytest.mark.parametrize("name", ["plan.json", "study.json", "ledger/0000003.json", "chunks/0000003.parquet", "sensitivity.json"])
def test_a_pipe_in_a_study_takes_a_place_of_the_server_for_ever(root, name) -> None:
    (root / "s" / name).unlink(missing_ok=True)
    os.mkfifo(root / "s" / name)
    with pytest.raises(InputError, match=Path(name).name):
        study_page(root, "open=s")
    assert [one["open"] for one in study_list(root)] == ["s"]


@pytest.mark.parametrize("text", ['{"x": NaN}', '{"x": 1e999}', "[" * 100_000, "[]", "7", "\xff", '{"x": ' + "9" * 5000 + "}"])
def test_an_answer_that_no_browser_can_read_ends_in_an_exception(root, text) -> None:
    (root / "s" / "discover.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"discover\.json cannot be read"):
        study_page(root, "open=s")


@pytest.mark.parametrize(
    "asked", ["a" * 300, "a/" + "b" * 300, "é" * 150, "s/" * 200, "ring", "ring/x", "s/plan.json", "\ud800", "s\0"]
)
def test_a_name_that_the_system_refuses_ends_in_an_exception(root, asked) -> None:
    (root / "ring").symlink_to("ring")
    with pytest.raises(InputError, match="study: "):
        study_page(root, "open=" + quote(asked, errors="surrogatepass"))
