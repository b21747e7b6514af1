"""A small study that was swept once, and the command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.cli.command_line import main
from experiments.studies.results import compact
from experiments.studies.store import Store
from scenarios.places.place_template import place_files
from tests.places import small_place

STUDY = """name: small
base: {base}
place: {place}
population: 60
months: 2
replicates: 3
levers: [{{dose: closing-the-loop, low: 0, high: 1}}]
design: {{points: 3}}
measures: [trust, perceived_influence]
series: true
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """Return a folder with a study and its finished store, `o`, and the same store made compact, `c`."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "place").mkdir()
    for name, text in place_files(small_place(), "place").items():
        (folder / "place" / name).write_text(text)
    (folder / "base.yaml").write_text("name: base\nburn_in: 0\n")
    (folder / "small.yaml").write_text(STUDY.format(place=folder / "place", base=folder / "base.yaml"))
    assert main(["sweep", str(folder / "small.yaml"), "--out", str(folder / "o"), "--workers", "1", "--json"]) == 0
    shutil.copytree(folder / "o", folder / "c")
    compact(Store.open(folder / "c"))
    return folder


@pytest.fixture
def store(swept, tmp_path) -> Path:
    return Path(shutil.copytree(swept / "o", tmp_path / "o"))


@pytest.fixture
def typed(capsys) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([*map(str, arguments)])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run
