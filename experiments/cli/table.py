"""The table of commands: the name, place and one-line description of each. A command is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Command:
    """A command of the command line.

    Attributes:
        name: what a user types.
        words: what it does, in a sentence.
    """

    name: str
    words: str

    def load(self) -> Callable[..., Any]:
        """Import the module of this name and return its function; `list_` for `list`, a name that Python has taken."""
        module = import_module(f".{self.name}", __package__)
        return getattr(module, self.name, None) or getattr(module, f"{self.name}_")


COMMANDS = {
    command.name: command
    for command in (
        Command("run", "Run one scenario once and print its measures."),
        Command("compare", "Compare scenarios and write a report."),
        Command("list", "List scenarios, places, measures and more."),
        Command("place", "Show a place, or read and fit your own data."),
        Command("new", "Write a scenario or study to start from."),
        Command("sweep", "Run a study, or continue one."),
        Command("results", "Show or query the results of a study."),
        Command("verify", "Check all files and rerun a random sample."),
        Command("sensitivity", "Find which factors matter most."),
        Command("discover", "Find when a study's target is missed."),
        Command("optimise", "Find the best package of levers."),
        Command("calibrate", "Fit the model's parameters to facts."),
        Command("validate", "Test the model against published facts."),
        Command("assurance", "Write the assurance pack."),
        Command("doses", "Draw dose-response curves."),
        Command("conformance", "Test interventions and measures."),
        Command("odd", "Print the model's ODD description."),
        Command("benchmark", "Measure speed and memory."),
        Command("cache", "Show or clear what is kept on disk."),
    )
}
