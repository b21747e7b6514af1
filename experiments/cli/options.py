"""What each option needs: an option that would have no effect is refused, by one table for all commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.core import TyperCommand


@dataclass(frozen=True)
class Typed:
    """What a command was given.

    Attributes:
        options: names of the options that were typed, such as `--place`.
        values: of every option (typed or by default) and argument, by name.
    """

    options: frozenset[str]
    values: Mapping[str, Any]

    def has(self, *names: str) -> bool:
        """Return True if one of some options was typed, or one of some arguments given."""
        return any(name in self.options or (not name.startswith("-") and bool(self.values.get(name))) for name in names)


@dataclass(frozen=True)
class Rule:
    """When one option of a command has an effect.

    Attributes:
        command, option: where it is.
        why: the message if it has none, after the option's name.
        heard: whether it has an effect, given everything that was typed.
    """

    command: str
    option: str
    why: str
    heard: Callable[[Typed], bool]


def _with(*names: str) -> Callable[[Typed], bool]:
    return lambda typed: typed.has(*names)


def _without(name: str) -> Callable[[Typed], bool]:
    return lambda typed: not typed.has(name)


def _a_table(typed: Typed) -> bool:
    from scenarios.places.own import TABLES

    return Path(typed.values["name"]).suffix.lower() in TABLES


def _a_sheet(typed: Typed) -> bool:
    from scenarios.own_data.tables.table_file import EXCEL

    files = [typed.values["name"], typed.values["--wards"] or ""]
    return _a_table(typed) and any(Path(file).suffix.lower() in EXCEL for file in files)


def _needs(command: str, options: str, other: str) -> list[Rule]:
    return [Rule(command, option, f"needs {other}", _with(other)) for option in options.split()]


_TABLES = "a table of small areas or wards"
RULES: tuple[Rule, ...] = (
    Rule("place", "--wards", "needs a table of small areas (CSV, Excel)", _a_table),
    Rule("place", "--column", f"needs {_TABLES} (a place file has its own field for columns)", _a_table),
    Rule("place", "--sheet", f"needs {_TABLES} in an Excel file (a place file has a field sheet)", _a_sheet),
    Rule("place", "--region", f"needs {_TABLES} (a place file has a field region)", _a_table),
    *_needs("place", "--ward-column", "--wards"),
    *_needs("place", "--survey-column --answer --missing", "--survey"),
    *_needs("place", "--records-column --agency --status", "--records"),
    *_needs("place", "--use-ties --ties-column", "--ties"),
    Rule(
        "place",
        "--threshold",
        "needs --survey, --records or --out: nothing else shows small counts",
        _with("--survey", "--records", "--out"),
    ),
    Rule("compare", "--end", "must be before the last month (--months)", lambda t: t.values["--end"] < t.values["--months"]),
    Rule("compare", "--plan", "works with one place only; give one --place", lambda t: len(t.values["--place"] or ()) < 2),
    Rule("compare", "--series", "works with one place only; give one --place", lambda t: len(t.values["--place"] or ()) < 2),
    Rule("benchmark", "--sizes", "has no effect on --catalogue, which has its own size", _without("--catalogue")),
    Rule("new", "--from", "has no effect on a study; its base is a field of its file", _without("--study")),
    Rule("calibrate", "--place", "cannot be combined with a study, which names its place", _without("study")),
    *_needs("dashboard", "--proxy", "--proxy-header"),
)

# Only one of these options may be given: they say the same thing in different ways.
ALTERNATIVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("compare", ("--replicates", "--until-sure", "--plan")),
    ("dashboard", ("--password-file", "--proxy-header")),
    ("library", ("--export", "--import")),
    *((command, ("--workers", "--scheduler")) for command in ("sweep", "sensitivity", "discover", "optimise", "calibrate")),
)


def check_heard(command: str, typed: Typed) -> None:
    """Raise `InputError` for an option that was typed and would have no effect, and for an invalid seed."""
    from simulation.declared.parameters import InputError
    from simulation.declared.sizes import MOST_SEED, check_whole

    seed = typed.values.get("--seed")
    if isinstance(seed, int):
        check_whole("--seed", seed, MOST_SEED, least=0)
    for where, names in ALTERNATIVES:
        given = [name for name in names if name in typed.options]
        if where == command and len(given) > 1:
            first, other = (given[0], given[1]) if names[0] == "--workers" else (given[1], given[0])
            raise InputError(f"{first}: cannot be combined with {other}; give one")
    for rule in RULES:
        if rule.command == command and rule.option in typed.options and not rule.heard(typed):
            raise InputError(f"{rule.option}: {rule.why}")


class HeardCommand(TyperCommand):
    """A command that refuses an option that would have no effect."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command, once every option that was typed is known to have an effect."""
        named = {p.name: p.opts[0] if p.param_type_name == "option" else p.name for p in self.params}
        options = frozenset(
            option for name, option in named.items() if option != name and ctx.get_parameter_source(name).name == "COMMANDLINE"
        )
        values = {label: ctx.params.get(name) for name, label in named.items()}
        check_heard(ctx.info_name, Typed(options, values))
        return super().invoke(ctx)
