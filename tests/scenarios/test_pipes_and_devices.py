"""Pipes and devices in place of files: refused before they are opened, as opening may wait for ever and reading may never end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboards.own_data.places import read_added
from dashboards.server.launch import password
from experiments.cli.command_line import main
from experiments.studies.study import read_study
from scenarios import load_place, load_scenario
from scenarios.evidence.facts import read_facts
from scenarios.evidence.posterior import posterior_named
from scenarios.own_data.networks.ties import read_ties
from scenarios.own_data.records.records import read_records
from scenarios.own_data.surveys.survey import read_survey
from simulation.declared.parameters import InputError

pytestmark = pytest.mark.timeout(60)  # so that waiting for ever is a failure
STUDY = "name: s\npopulation: 60\nlevers: [{dose: closing-the-loop, low: 0, high: 1}]\n"


def study_with(path: Path, line: str) -> Path:
    """Return a study file beside a pipe that names it."""
    study = path.parent / "study.yaml"
    study.write_text(STUDY + line.format(path.name))
    return study


READERS = {
    "scenario, .yaml": lambda path: load_scenario(str(path)),
    "study, .yaml": read_study,
    "place of a scenario, .csv": lambda path: load_scenario(str(scenario_at(path))),
    "place of a study, .csv": lambda path: read_study(study_with(path, f"place: {path}\n")),
    "design, .csv": lambda path: read_study(study_with(path, "design: {{kind: csv, file: {}}}\n")).table,
    "place, .yaml": lambda path: load_place(str(path)),
    "place, .csv": lambda path: load_place(str(path)),
    "place, .xlsx": lambda path: load_place(str(path)),
    "place of the server, .csv": lambda path: read_added([path]),
    "facts, .csv": read_facts,
    "posterior, .csv": lambda path: posterior_named(str(path)),
    "survey, .csv": lambda path: read_survey(path),
    "survey, .xlsx": lambda path: read_survey(path),
    "records, .json": lambda path: read_records([path]),
    "records, .csv": lambda path: read_records([path]),
    "records, .xlsx": lambda path: read_records([path]),
    "password, .txt": password,
} | {f"ties, {e}": read_ties for e in (".csv", ".xlsx", ".graphml", ".gexf", ".gml", ".net", ".mtx", ".txt")}  # fmt: skip


def scenario_at(path: Path) -> Path:
    """Return a scenario file beside a pipe that is its place."""
    scenario = path.parent / "scenario.yaml"
    scenario.write_text(f"name: s\nplace: {path}\n")
    return scenario


@pytest.mark.parametrize("odd", ["pipe", "device"])
@pytest.mark.parametrize("kind", READERS)
def test_a_reader_waits_for_a_pipe_or_never_comes_to_the_end_of_a_device(tmp_path, kind, odd) -> None:
    path = tmp_path / f"odd{kind.rpartition(', ')[2]}"
    if odd == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(InputError, match=f"{path.name}: is not a regular file .*save it as a file"):
        READERS[kind](path)


def test_a_command_waits_for_a_pipe(tmp_path, capsys) -> None:
    os.mkfifo(tmp_path / "odd.yaml")
    assert main(["sweep", str(tmp_path / "odd.yaml"), "--out", str(tmp_path / "o")]) == 2
    assert "is not a regular file" in capsys.readouterr().err and not (tmp_path / "o").exists()


@pytest.mark.parametrize("name", [r"a\0b", r"a\ud800b"])
@pytest.mark.parametrize(
    "line", ['design: {{kind: csv, file: "{}.csv"}}\n', 'place: "{}.csv"\n', 'place: "{}.xlsx"\n', 'place: "{}.yaml"\n']
)
def test_a_name_that_no_file_can_have_ends_as_an_exceptions_name(tmp_path, line, name) -> None:
    (tmp_path / "study.yaml").write_text(STUDY + line.format(name))
    with pytest.raises(InputError, match="a file cannot have this name"):
        _ = read_study(tmp_path / "study.yaml").table


def test_a_password_file_with_an_endless_line_is_read_whole(tmp_path) -> None:
    (tmp_path / "password").write_text("x" * 100_000)
    with pytest.raises(InputError, match="allowed: up to 4,096 characters"):
        password(tmp_path / "password")
