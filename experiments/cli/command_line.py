"""The command line: finds the command that was typed, and reports what went wrong. Heavy imports wait until a command needs them."""

from __future__ import annotations

import errno
import os
import re
import sys
from importlib import metadata
from typing import Annotated, Any

import typer

from ..console import BAD_INPUT, DONE, FAILED, INTERRUPTED, Stop, escape_controls, say, tell
from .options import HeardCommand
from .table import COMMANDS

UsageError: Any = typer.BadParameter.__bases__[0]  # typer bundles its parser and gives this class no public name


def _version(wanted: bool) -> None:
    if wanted:
        tell(metadata.version("groundswell"))
        raise typer.Exit


def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def _stub() -> None:
    """Represent a command in the list of commands."""


def commands(*names: str, outlined: bool = False) -> Any:
    """Return the command line with some of its commands, or with all and those of other packages.

    Args:
        names: of commands of the table.
        outlined: True for only the name and sentence of each, without importing it.
    """
    app = typer.Typer(
        name="groundswell",
        help="Why people take part in public life, or give up on it, and what would change that.",
        no_args_is_help=True,
        add_completion=True,  # --install-completion, --show-completion
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name in names or COMMANDS:
        command = COMMANDS[name]
        app.command(name, help=command.words if outlined else None)(_stub if outlined else command.load())
    for entry in () if names else metadata.entry_points(group="groundswell.commands"):
        entry.load()(app)
    for info in app.registered_commands:
        info.cls = HeardCommand  # each refuses options that have no effect
    return typer.main.get_command(app)


def _first(typed: list[str]) -> str:
    """Return the first word that is not an option: the command, or what should be one; empty where there is none."""
    return next((word for word in typed if not word.startswith("-")), "")


def _command(typed: list[str]) -> Any:
    """Return the command that was typed, alone: importing all of them takes longer than many of them run."""
    first = _first(typed)
    return commands(first) if first in COMMANDS else commands(outlined="_GROUNDSWELL_COMPLETE" not in os.environ)


_WRONG_NAMES = (
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ELOOP,
    errno.EINVAL,
    errno.EILSEQ,
    errno.EACCES,
)
_LONG_WORD = re.compile(r"(\S{160})\S{200,}(\S{20})")


def _usage(error: Any, first: str) -> str:
    """Return what is wrong with the typed command, and where to find help; `first` is the command, empty where none of ours was typed."""
    if listed := _listed(getattr(error, "option_name", "")):
        return f"No such option: {error.option_name}; {listed}"
    message = " ".join(error.format_message().split())
    context = error.ctx.command_path.removeprefix("groundswell").strip() if error.ctx else first
    return message + (f" (groundswell {context} --help)" if context else " (groundswell --help)")


MOST_LISTED = 20  # names that fit into a message


def _listed(option: str) -> str:
    """Return what an option that does not exist may be about, where its name is a kind of thing that `list` shows; else nothing."""
    word = option.lstrip("-").removesuffix("-off")
    if not word:
        return ""
    from ..reports.lists import LISTS

    kind = next((kind for kind in LISTS if word in (kind, kind.removesuffix("s"))), "")
    if not kind:
        return ""
    names = [str(item.get("name", "")) for item in LISTS[kind]()]
    shown = f": {', '.join(names)}" if len(names) <= MOST_LISTED else ""
    where = "a scenario file switches loops off (loops_off); " if kind == "loops" else ""
    return f"{where}groundswell list {kind} shows them{shown}"


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failure, 2 bad input, 130 interrupted."""
    typed = sys.argv[1:] if arguments is None else arguments
    if any("\0" in word for word in typed):
        say("error: an argument contains a NUL character; leave it out")
        return BAD_INPUT
    first = ""
    try:
        made = _command(typed)
        first = _first(typed) if _first(typed) in made.commands else ""
        code = made.main(args=typed, prog_name="groundswell", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            tell(error.format_message())
            return DONE
        return refused(_usage(error, first))
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        return INTERRUPTED
    except Stop as stop:
        say(str(stop))
        return stop.code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if "--debug" in typed:
            raise
        return _report_error(error, typed)


def refused(words: str) -> int:
    """Say in one line why input is refused, and return the exit code; control characters are escaped, and long words are shortened."""
    line = escape_controls(words.replace("\n", " ").replace("\t", "\\t"))
    say("error: " + _LONG_WORD.sub(lambda word: f"{word[1]}...{word[2]}", line))
    return BAD_INPUT


def _with_dashes(message: str, typed: list[str]) -> str:
    """Return a message that begins with an argument's name, as libraries write it, with the option's name where that was typed."""
    name, colon, rest = message.partition(":")
    options = {word.partition("=")[0] for word in typed if word.startswith("--")}
    option = f"--{name.replace('_', '-')}"
    said = next((o for o in (option, option.removesuffix("s")) if o in options), name)
    return said + colon + rest


def _report_error(error: Exception, typed: list[str]) -> int:
    from simulation.declared.parameters import InputError

    from ..extras import lacking
    from ..pool import WorkersLost

    if isinstance(error, ModuleNotFoundError) and (words := lacking(error)):
        return refused(words)
    if isinstance(error, InputError):
        return refused(_with_dashes(str(error), typed))
    if isinstance(error, OSError) and error.filename is not None and error.errno in _WRONG_NAMES:
        return refused(f"{error.filename}: {error.strerror}")
    if isinstance(error, UnicodeEncodeError):
        return refused("a name contains characters that are not valid UTF-8; rename the file, or type the name again")
    if isinstance(error, WorkersLost):
        say(f"error: {error}")
        return FAILED
    say(f"error: {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)")
    return FAILED
