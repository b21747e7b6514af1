"""What every command prints with: messages, tables, progress, the one JSON document."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

# Options that every command has.
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and all else on stderr.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
MOST_FOLDED = 6  # columns of a table whose cells are folded if it is too wide; a table with more columns is printed row by row
DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def _without_cache(context: typer.Context, unwanted: bool) -> None:
    """Neither read nor write the cache until the command ends."""
    if unwanted:
        from .kept.cache import kept_in

        context.with_resource(kept_in(None))


# For commands that burn worlds in.
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", callback=_without_cache, help="Do not read or write the cache of burnt-in worlds."),
]


class Stop(Exception):
    """Ends a command with an exit code and a message on stderr."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code


def escape_controls(text: str) -> str:
    """Return a text with control characters escaped, as `\\x1b`; line breaks and tabs stay. Other people's folders and files can contain any text."""
    if text.isprintable():
        return text
    return "".join(s if s.isprintable() or s in "\n\t" else s.encode("unicode_escape").decode() for s in text)


def tell(text: str = "") -> None:
    """Print lines of the results, on stdout."""
    print(escape_controls(text))


def say(text: str) -> None:
    """Print a line for the user beside the results, on stderr."""
    print(escape_controls(text), file=sys.stderr)


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    print(json.dumps(document, indent=1, allow_nan=False))


def _width() -> int | None:
    """Return how many columns a table may take; None for those of the terminal."""
    return None if sys.stdout.isatty() else 140


def _column_widths(header: list[str], rows: list[list[str]], room: int) -> list[int] | None:
    """Return how wide the columns of a table are, so that no word or number is cut in two; None where it is better printed row by row.

    Args:
        room: characters for all columns together.
    """
    from rich.cells import cell_len

    columns = list(zip(header, *rows, strict=True))
    widest = [max(map(cell_len, cells)) for cells in columns]
    if sum(widest) <= room:
        return widest
    least = [max(cell_len(word) for cell in cells for word in cell.split() or [""]) for cells in columns]
    spare = room - sum(least)
    if spare < 0 or len(header) > MOST_FOLDED:
        return None
    widths = list(least)
    by_need = sorted(
        range(len(header)), key=lambda n: widest[n] - least[n]
    )  # columns that need little get all they need, so only long texts are folded
    for left, n in enumerate(by_need):
        more = min(widest[n] - least[n], spare // (len(header) - left))
        widths[n], spare = widths[n] + more, spare - more
    return widths


def table(title: str, header: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout, text columns left and numbers right; one of many columns that is wider than the terminal is printed row by row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title, header, rows = escape_controls(title), [*map(escape_controls, header)], [[*map(escape_controls, row)] for row in rows]
    console = Console(no_color=bool(os.environ.get("NO_COLOR")), highlight=False, width=_width())
    console.print(title, style="bold", markup=False)
    widths = _column_widths(header, rows, console.width - 2 * (len(header) - 1))
    if widths is None:
        for n, row in enumerate(rows, 1):
            console.print(f"row {n:,}", style="bold")
            for name, cell in zip(header, row, strict=True):
                console.print(f"{name:<{max(map(len, header))}}  {cell}", markup=False)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for n, (name, width) in enumerate(zip(header, widths, strict=True)):
        shown.add_column(Text(name), justify="left" if n == 0 else "right", overflow="fold", width=width)
    for row in rows:
        shown.add_row(*map(Text, row))  # as it is: "[null]" would be a style
    console.print(shown)


@contextlib.contextmanager
def progress(what: str, unit: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show progress on stderr: a bar with time left on a terminal, a line for each tenth elsewhere; no thread is started."""
    what = escape_controls(what)
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
        with Progress(*columns, console=console, auto_refresh=False, transient=True) as bar:
            task = bar.add_task(what, total=None)

            def show(done: int, total: int | None) -> None:
                bar.update(task, completed=done, total=total)
                bar.refresh()

            bar.refresh()
            yield show
        return
    shown = -1

    def line(done: int, total: int | None) -> None:
        nonlocal shown
        tenth = done * 10 // total if total else done // 10
        if tenth != shown:
            shown = tenth
            say(f"{what}: {done}" + (f" of {total}" if total else "") + f" {unit}")

    yield line


def announce_compile() -> None:
    """Say that kernels are being compiled, once per machine, so that the wait is not a surprise."""
    from simulation.compile import compile_kernels, is_compiled

    if not is_compiled():
        say("compiling the model for this machine, once (about 15 seconds)")
        compile_kernels()


def typed() -> str:
    """Return the command as typed, quoted so that it can be pasted."""
    return shlex.join(["groundswell", *sys.argv[1:]])
