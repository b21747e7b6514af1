"""A folder of the user's that is called like a place of the package: neither is taken for the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.cli.command_line import main
from scenarios import load_place
from scenarios.places.loading import as_argument
from simulation.declared.parameters import InputError


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the place Stroud to a folder of another name, here."""
    monkeypatch.chdir(tmp_path)
    return lambda name: main(["place", "stroud", "--out", name])


@pytest.mark.parametrize(
    ("name", "other"), [("leeds", "'E08000035' is the other"), ("england", "rename the folder if you mean the other")]
)
def test_it_is_not_taken_for_the_council(name: str, other: str, write, tmp_path, capsys) -> None:
    assert write(name) == 0
    assert f"run --place ./{name}\n" in capsys.readouterr().err
    with pytest.raises(InputError) as error:
        load_place(name)
    assert (
        str(error.value) == f"place: '{name}' is a folder here and also a place of the package: './{name}' is the folder; {other}"
    )
    for path in (as_argument(Path(name)), str(tmp_path / name)):
        assert list(load_place(path).areas["area"]) == list(load_place("stroud").areas["area"])


@pytest.mark.parametrize("name", ["my-town", "aylesbury-vale"])  # the second was abolished, so that it means nothing else
def test_another_name_is_enough(name: str, write, capsys) -> None:
    assert write(name) == 0
    assert f"run --place {name}\n" in capsys.readouterr().err
    assert list(load_place(name).areas["area"]) == list(load_place("stroud").areas["area"])
