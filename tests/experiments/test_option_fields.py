"""A dataclass that a command takes is its options, in their order."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.testing import CliRunner

from experiments.option_fields import takes_options


@dataclass(frozen=True)
class Asked:
    """Three fields that are typed, and one that is not."""

    file: Annotated[Path, typer.Argument()]
    words: Annotated[tuple[str, ...], typer.Option("--word")] = ()
    size: Annotated[int, typer.Option("--size")] = 3
    inside: str = "kept"


def test_fields_become_options_where_the_dataclass_stands_and_come_back_as_one_object() -> None:
    given: list[object] = []

    @takes_options
    def command(
        before: Annotated[str, typer.Argument()], asked: Asked, loud: Annotated[bool, typer.Option("--loud")] = False
    ) -> None:
        """Do it."""
        given.append((before, asked, loud))

    assert list(inspect.signature(command).parameters) == ["before", "file", "words", "size", "loud"]
    app = typer.Typer()
    app.command()(command)
    for typed in (["x", "a.csv"], ["x", "a.csv", "--word", "b", "--size", "4", "--word", "c", "--loud"]):
        assert CliRunner().invoke(app, typed).exit_code == 0
    assert given == [("x", Asked(Path("a.csv")), False), ("x", Asked(Path("a.csv"), ("b", "c"), 4), True)]
    assert CliRunner().invoke(app, ["x"]).exit_code == 2, "an argument without default is required"
