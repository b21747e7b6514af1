"""The command line: every command, its options and its errors. Heavy imports wait until a command needs them."""

from __future__ import annotations

import copy
import errno
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer

from ..console import (
    BAD_INPUT,
    DONE,
    FAILED,
    INTERRUPTED,
    Debug,
    Json,
    NoCache,
    Stop,
    announce_compile,
    harmless,
    print_json,
    progress,
    say,
    shown,
    table,
    tell,
    typed,
)
from . import assurance as assurance_commands
from . import cache as caching
from . import calibration as calibration_commands
from . import catalogue as cataloguing
from . import place as placing
from . import questions as study_asking
from . import studies as study_commands
from . import validation as validation_commands
from .options import HeardCommand

UsageError: Any = typer.BadParameter.__bases__[0]  # typer bundles its parser and gives this class no public name

app = typer.Typer(
    name="groundswell",
    help="Why people take part in public life, or give up on it, and what would change that.",
    no_args_is_help=True,
    add_completion=True,  # --install-completion, --show-completion
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Place = Annotated[str | None, typer.Option("--place", help="A place, by name, code or file. [default: haringey]")]
Places = Annotated[
    list[str] | None, typer.Option("--place", help="A place, by name, code or file. Repeat to compare several. [default: haringey]")
]
Population = Annotated[int | None, typer.Option("--population", help="Simulated residents. [default: 10000]")]
Months = Annotated[int, typer.Option("--months", help="Months after burn-in.")]
Seed = Annotated[int, typer.Option("--seed", help="Root seed; 0 is a seed.")]


def _settling() -> Callable[[int], None]:
    """Return what tells of burn-in where it takes long: a line every few seconds."""
    import time

    last = time.monotonic()

    def tell(months: int) -> None:
        nonlocal last
        if time.monotonic() - last > 4.0:
            last = time.monotonic()
            say(f"settling: {months} months of burn-in (usually 180 to 240)")

    return tell


@app.command()
def run(
    scenario: Annotated[
        str, typer.Argument(help="A scenario, an intervention (name@dose), several joined with +, or a file.")
    ] = "baseline",
    place: Place = None,
    population: Population = None,
    months: Months = 60,
    seed: Seed = 1,
    profile: Annotated[bool, typer.Option("--profile", help="Print the month's list with timings.")] = False,
    residents: Annotated[
        Path | None, typer.Option("--residents", help="Write one row per resident (Parquet, or CSV by its ending).")
    ] = None,
    events: Annotated[Path | None, typer.Option("--events", help="Write one row per event (Parquet).")] = None,
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month (Parquet, or CSV by its ending).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for run.json and measures.csv.")] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Run one scenario once and print its measures."""
    from ..comparison.single_run import RunRequest, run_once

    announce_compile()
    request = RunRequest(scenario, place, population, months, seed, residents, events, series, out, typed())
    with progress(f"running {scenario}", "months") as show:
        result = run_once(request, show, _settling())
    for warning in result.warnings:
        say(f"warning: {warning}")
    say(f"data: {getattr(result.scenario.place, 'attribution', '')}")
    if as_json:
        print_json(result.to_json())
    else:
        rows = [[m.label, m.name, shown(v, m.unit)] for m, v in zip(result.measures.values(), result.values, strict=True)]
        title = f"{result.scenario.name} in {result.scenario.place.name}: {result.population:,} residents, month {result.months}"
        table(title, ["measure", "name", "value"], rows)
    if profile:
        total = sum(result.timings.values())
        lines = [[f"{n}. {title}", name, f"{seconds / result.months * 1e3:.3f}", f"{seconds / total:.0%}", f"{seconds / result.months / result.population * 1e9:.0f}"]
                 for n, (name, title, seconds) in enumerate(result.profile, 1)]  # fmt: skip
        header = ["step of the month", "name", "ms per month", "share", "ns per resident-month"]
        if as_json:
            for row in lines:
                say("  ".join(row))
        else:
            table("Where the month's time goes", header, lines)
    if result.interrupted:
        raise Stop(INTERRUPTED, f"interrupted after month {result.months}; what is complete is kept")


@app.command()
def compare(
    base: Annotated[str, typer.Argument(help="The scenario that the others are set against.")],
    scenarios: Annotated[list[str], typer.Argument(help="Scenarios.")],
    replicates: Annotated[int, typer.Option("--replicates", help="Repeat runs; 15 or more give a range.")] = 30,
    until_sure: Annotated[
        float | None, typer.Option("--until-sure", help="Go on until every mean effect is known to plus or minus this.")
    ] = None,
    plan: Annotated[
        float | None, typer.Option("--plan", help="Run a pilot and say how many replicates an effect of this size needs.")
    ] = None,
    end: Annotated[
        int | None, typer.Option("--end", help="Stop paying for interventions after this month, to see what lasts without funding.")
    ] = None,
    place: Places = None,
    population: Population = None,
    months: Months = 60,
    seed: Seed = 1,
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month and replicate (Parquet, or CSV).")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html, tables and compare.json.")] = Path("out"),
    workers: Annotated[int | None, typer.Option("--workers", help="Processes. [default: the cores there are]")] = None,
    no_cache: NoCache = False,
    posterior: Annotated[
        str, typer.Option("--posterior", help="Sets of parameters: shipped, none (central values), or a folder of calibrate's.")
    ] = "shipped",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Compare scenarios and write a report. Effects are paired, on the same people and days, each with what it could be."""
    from .comparison_request import ComparisonRequest

    options = {"replicates": replicates, "months": months, "seed": seed, "until_sure": until_sure, "workers": workers}
    places = tuple(place or (None,))
    ComparisonRequest((base, *scenarios), places, population, end, plan, posterior, options, series, out, as_json).carry_out()


@app.command(name="list")
def list_(
    kind: Annotated[
        str | None,
        typer.Argument(help="scenarios, interventions, places, measures, parameters, facts, structures, forms, steps or loops."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List what there is."""
    from simulation.declared.parameters import InputError, nearest

    from ..reports.listing import LISTS

    if kind is None:
        rows = [[name, str(len(make()))] for name, make in LISTS.items()]
        if as_json:
            print_json({name: int(n) for name, n in rows})
        else:
            table("groundswell list ...", ["kind", "number"], rows)
        return
    if kind not in LISTS:
        raise InputError(f"list: unknown kind '{kind}'; {nearest(kind, LISTS)}")
    items = LISTS[kind]()
    if as_json:
        print_json(items)
        return
    for item in items:
        tell("  ".join(str(v) for k, v in item.items() if k in ("name", "kind", "default", "unit", "range", "plausible", "status")))
        if item.get("description"):
            tell(f"    {item['description']}")
        if kind in ("parameters", "facts"):
            tell(f"    source: {item['source']}" + "".join(f"; fact {f['id']}: {f['source']}" for f in item.get("facts", ())))


@app.command()
def odd(
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of stdout.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print the model's ODD description. It is made from the model's declarations, in Markdown."""
    from ..output import check_writable, write_text
    from ..reports.odd import odd_text

    text = odd_text()
    if out is not None:
        check_writable(out)
        write_text(out, text)
        say(f"written: {out}")
        if as_json:
            print_json({"written": str(out)})
    elif as_json:
        print_json({"odd": text})
    else:
        tell(text)


@app.command()
def benchmark(
    sizes: Annotated[str, typer.Option("--sizes", help="Populations, joined with commas.")] = "10000,100000,1000000",
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Time the whole catalogue, 30 replicates of it, instead.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure speed and memory. The yardstick, in the same run, is the plain model that goes resident by resident."""
    from ..benchmark import measure, measure_catalogue, parse_sizes

    announce_compile()
    wanted = parse_sizes(sizes)
    with progress("benchmark", "replicates" if catalogue else "measurements") as show:
        report = measure_catalogue(progress=show) if catalogue else measure(wanted, show)
    if as_json:
        print_json(report)
        return
    table("Speed and memory", ["what", "value"], [[row["label"], row["shown"]] for row in report["rows"]])
    if not report["steps"]:
        return
    tell()
    steps = [[s["title"], *(f"{s['ns'][str(n)]:.1f}" for n in report["sizes"])] for s in report["steps"]]
    table("Where the month's time goes (ns per resident-month)", ["step", *(f"{n:,}" for n in report["sizes"])], steps)
    for note in report["notes"]:
        say(note)


cataloguing.add_to(app)
caching.add_to(app)
placing.add_to(app)
study_commands.add_to(app)
study_asking.add_to(app)
calibration_commands.add_to(app)
validation_commands.add_to(app)
assurance_commands.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        tell(metadata.version("groundswell"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


@cache
def _add_commands() -> None:
    """Let other floors and packages join with commands of their own, once; each command refuses options that it cannot hear."""
    for entry in metadata.entry_points(group="groundswell.commands"):
        entry.load()(app)
    for info in app.registered_commands:
        info.cls = HeardCommand


def _command(typed: list[str]) -> Any:
    """Return the command that was typed, built alone: building all twenty takes longer than many of them run."""
    first = next((word for word in typed if not word.startswith("-")), None)
    narrowed = copy.copy(app)
    narrowed.registered_commands = [i for i in app.registered_commands if command_name(i) == first] or app.registered_commands
    return typer.main.get_command(narrowed)


def command_name(info: Any) -> str:
    """Return what a user types for a registered command."""
    return info.name or typer.main.get_command_name(info.callback.__name__)


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


def _typed_name(typed: list[str]) -> str:
    """Return the command that was typed; empty where none of ours was."""
    first = next((word for word in typed if not word.startswith("-")), "")
    return first if any(command_name(i) == first for i in app.registered_commands) else ""


def _usage(error: Any, typed: list[str]) -> str:
    message = " ".join(error.format_message().split())
    context = error.ctx.command_path.removeprefix("groundswell").strip() if error.ctx else _typed_name(typed)
    return message + (f" (groundswell {context} --help)" if context else " (groundswell --help)")


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failure, 2 bad input, 130 interrupted."""
    typed = sys.argv[1:] if arguments is None else arguments
    if any("\0" in word for word in typed):
        say("error: an argument holds a NUL character; leave it out")
        return BAD_INPUT
    try:
        _add_commands()
        code = _command(typed).main(args=typed, prog_name="groundswell", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            tell(error.format_message())
            return DONE
        return refused(_usage(error, typed))
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
        return _report_error(error)


def refused(words: str) -> int:
    """Say in a line why input is refused, and return the exit code for that; what a terminal would obey is shown, and long words are shortened."""
    line = harmless(words.replace("\n", " ").replace("\t", "\\t"))
    say("error: " + _LONG_WORD.sub(lambda word: f"{word[1]}...{word[2]}", line))
    return BAD_INPUT


def _report_error(error: Exception) -> int:
    from simulation.declared.parameters import InputError

    from ..pool import WorkersLost

    if isinstance(error, InputError):
        return refused(str(error))
    if isinstance(error, OSError) and error.filename is not None and error.errno in _WRONG_NAMES:
        return refused(f"{error.filename}: {error.strerror}")
    if isinstance(error, UnicodeEncodeError):
        return refused("a name holds characters that are no text in UTF-8; rename the file, or type the name anew")
    if isinstance(error, WorkersLost):
        say(f"error: {error}")
        return FAILED
    say(f"error: {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)")
    return FAILED


def entry() -> None:
    """Run as the installed command."""
    sys.exit(main())
