"""The page of commands: every argument and option, as the command line itself declares them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from experiments.cli.command_line import commands
from experiments.console import Debug, Json

from .page import Page

OF_ALL = {"--json", "--debug"}
KINDS = {str: "text", int: "whole number", float: "number", Path: "file or folder"}


def page() -> str:
    """Return the page."""
    made = commands()
    page = Page("Commands", "Every command with its arguments and options.")
    page.text(f"`--json` and `--debug` belong to every command: {_help(Json)} {_help(Debug)}")
    page.text("Exit codes: 0 done, 1 something failed, 2 what was asked for is refused, 130 interrupted.")
    for name, command in made.commands.items():
        page.heading(f"groundswell {name}")
        page.text(" ".join(command.help.split()))
        own = [one for one in command.params if not set(one.opts) & OF_ALL]
        page.table(["name", "what it takes", "what it does"], map(_row, own)) if own else page.text("It has no options of its own.")
    return page.whole()


def _help(annotated: Any) -> str:
    return annotated.__metadata__[0].help


def _kind(annotation: Any) -> str:
    """Return what a value is, in words: of `int`, `int | None` and `list[int]` alike."""
    kinds = [KINDS[one] for one in (annotation, *get_args(annotation)) if one in KINDS]
    return kinds[0] if kinds else _kind(get_args(annotation)[0])


def _row(one: Any) -> list[str]:
    """Return name, kind of value with its default, and help of an argument or option."""
    shown = (
        ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts)) if one.param_type_name == "option" else f"`{one.name}`"
    )
    parts = [] if getattr(one, "is_flag", False) else [_kind(one.type_descriptor.annotation)]
    parts += ["repeat it for several"] if one.multiple else ["one or more"] if one.nargs == -1 else []
    parts += ["required"] if one.required else [f"usually `{one.default}`"] if parts and one.default is not None else []
    return [shown, "; ".join(parts), one.help or ""]
