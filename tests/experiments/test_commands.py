"""The table of commands: what it says is what they say, and their help is whole on a narrow terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import command_line
from experiments.cli.command_line import main
from experiments.cli.table import COMMANDS

PLUGGED = ("dashboard", "library")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    said = (COMMANDS[name].load().__doc__ or "").split("\n")[0]
    assert said.startswith(COMMANDS[name].words)


def test_every_command_of_the_folder_is_in_the_table() -> None:
    folder = Path(command_line.__file__).parent
    shared = {"__init__", "command_line", "comparison_request", "comparison_run", "options", "study_request", "study_runs", "table"}
    assert {path.stem for path in folder.glob("*.py")} - shared == set(COMMANDS)


@pytest.mark.parametrize("name", ["", *COMMANDS, *PLUGGED])
def test_help_is_whole_at_80_columns(name: str, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([name, "--help"] if name else ["--help"]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 80, shown
    assert not [line for line in lines if line.endswith("...") and not line.startswith("Usage")], shown


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = "import sys; from experiments.cli.command_line import main; main(['--help']); print([m for m in sys.modules if m.startswith('experiments.cli.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    found = done.stdout.splitlines()[-1]
    assert "experiments.cli.table" in found
    assert not [name for name in COMMANDS if f"'experiments.cli.{name}'" in found]
