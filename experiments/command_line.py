"""The command line: every command, its options and its errors. Heavy imports wait until a command needs them."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .comparing import Comparison

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
UsageError: Any = typer.BadParameter.__bases__[0]  # typer bundles its parser and gives this class no public name

app = typer.Typer(
    name="groundswell",
    help="Why people take part in public life, or give up on it, and what would change that.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on stdout, all else on stderr.")]
Place = Annotated[str | None, typer.Option("--place", help="A place by name, or a place file. [default: haringey]")]
Population = Annotated[int | None, typer.Option("--population", help="Simulated residents. [default: 10000]")]
Months = Annotated[int, typer.Option("--months", help="Months after burn-in.")]
Seed = Annotated[int, typer.Option("--seed", help="Root seed; 0 is a seed.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


class Stop(Exception):
    """Ends a command with an exit code and a message on stderr."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Print a line for the user beside the results, on stderr."""
    print(text, file=sys.stderr)


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    print(json.dumps(document, indent=1, allow_nan=False))


def table(title: str, header: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout, text columns left and numbers right."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for n, name in enumerate(header):
        shown.add_column(name, justify="left" if n == 0 else "right", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    width = None if sys.stdout.isatty() else 140
    console = Console(no_color=bool(os.environ.get("NO_COLOR")), highlight=False, width=width)
    console.print(title, style="bold")
    console.print(shown)


@contextlib.contextmanager
def progress(what: str, unit: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show progress on stderr: a bar with time left on a terminal, a line a tenth elsewhere; no thread is started."""
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


def announce_compile() -> None:
    """Say that kernels are compiled, once for each machine, before a wait that nobody expects."""
    from simulation.compiled import compile_kernels, is_compiled

    if not is_compiled():
        say("compiling the model's kernels, once on this machine (about 15 seconds)")
        compile_kernels()


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
        Path | None, typer.Option("--residents", help="Write one row a resident (Parquet, or CSV by its ending).")
    ] = None,
    events: Annotated[Path | None, typer.Option("--events", help="Write one row an event (Parquet).")] = None,
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month (Parquet, or CSV by its ending).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for run.json and measures.csv.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Run one scenario once and print its measures."""
    from .running import RunRequest, run_once

    announce_compile()
    request = RunRequest(scenario, place, population, months, seed, residents, events, series, out, command())
    with progress(f"running {scenario}", "months") as show:
        result = run_once(request, show, _settling())
    for warning in result.warnings:
        say(f"warning: {warning}")
    if as_json:
        print_json(result.to_json())
    else:
        rows = [[m.label, m.name, _shown(v, m.unit)] for m, v in zip(result.measures.values(), result.values, strict=True)]
        title = f"{result.scenario.name} in {result.scenario.place.name}: {result.population:,} residents, month {result.months}"
        table(title, ["measure", "name", "value"], rows)
    if profile:
        total = sum(result.timings.values())
        lines = [[f"{n}. {title}", name, f"{seconds / result.months * 1e3:.3f}", f"{seconds / total:.0%}", f"{seconds / result.months / result.population * 1e9:.0f}"]
                 for n, (name, title, seconds) in enumerate(result.profile, 1)]  # fmt: skip
        shown = ["step of the month", "name", "ms a month", "share", "ns a resident-month"]
        if as_json:
            for row in lines:
                say("  ".join(row))
        else:
            table("Where the month's time goes", shown, lines)
    if result.interrupted:
        raise Stop(INTERRUPTED, f"interrupted after month {result.months}; what is complete is kept")


@app.command()
def compare(
    base: Annotated[str, typer.Argument(help="The scenario that the others are set against.")],
    scenarios: Annotated[list[str], typer.Argument(help="Scenarios.")],
    replicates: Annotated[
        int | None, typer.Option("--replicates", help="How often people, ties and chance are redrawn. [default: 30]")
    ] = None,
    until_sure: Annotated[
        float | None, typer.Option("--until-sure", help="Go on until every effect is known to plus or minus this.")
    ] = None,
    place: Place = None,
    population: Population = None,
    months: Months = 60,
    seed: Seed = 1,
    series: Annotated[
        Path | None, typer.Option("--series", help="Write every measure of every month and replicate (Parquet, or CSV).")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html, effects.csv and compare.json.")] = Path("out"),
    workers: Annotated[int | None, typer.Option("--workers", help="Processes. [default: the cores there are]")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Compare scenarios on the same people and days: paired effects with 95 % intervals, and a report."""
    from scenarios import load_place, load_scenario
    from simulation.parameters import InputError

    from .comparing import compare as compare_scenarios
    from .output import check_writable
    from .writing import write_comparison

    if replicates is not None and until_sure is not None:
        raise InputError("--until-sure: cannot be joined with --replicates; give one")
    if workers is not None and workers < 1:
        raise InputError(f"--workers: {workers}; allowed: 1 or more")
    check_writable(out, folder=True)
    if series:
        check_writable(series)
    where = load_place(place) if place else None
    loaded = [load_scenario(name, where, _population(population)) for name in (base, *scenarios)]
    announce_compile()
    interrupted = False
    with progress(f"comparing {len(loaded)} scenarios", "replicates") as show:
        try:
            result = compare_scenarios(
                *loaded, replicates=30 if replicates is None else replicates, months=months, seed=seed, until_sure=until_sure,
                workers=workers, progress=show, command=command(),
            )  # fmt: skip
        except KeyboardInterrupt as stopped:
            if not stopped.args:
                raise
            result, interrupted = stopped.args[0], True
    for warning in result.warnings:
        say(f"warning: {warning}")
    written = write_comparison(result, out, series)
    if as_json:
        print_json(result.to_json())
    else:
        _print_effects(result)
    say("written: " + ", ".join(str(path) for path in written))
    if interrupted:
        raise Stop(INTERRUPTED, f"interrupted: {result.replicates} replicates are complete and kept")


def _population(value: int | None) -> int | None:
    from simulation.parameters import InputError
    from simulation.scenario import MAX_POPULATION

    if value is not None and not 1 <= value <= MAX_POPULATION:
        raise InputError(f"--population: {value}; allowed: whole numbers 1 to {MAX_POPULATION:,}")
    return value


def _shown(value: float, unit: str) -> str:
    if value != value:
        return "-"
    return f"{value:.1%}" if unit == "share" else f"{value:.3f}"


def _print_effects(result: Comparison) -> None:
    from .comparing import HEADLINES

    effects = result.effects
    for name in HEADLINES:
        rows = effects[effects["measure"] == name]
        share = rows["unit"].iloc[0] == "share"
        scale, digits, unit = (100.0, "+.2f", " points") if share else (1.0, "+.4f", "")
        lines = []
        for row in rows.itertuples():
            effect = "-"
            if row.effect == row.effect:
                effect = f"{scale * row.effect:{digits}}{unit}"
            if row.effect_low == row.effect_low:
                effect += f"  [{scale * row.effect_low:{digits}}, {scale * row.effect_high:{digits}}]"
            lines.append([row.scenario, _shown(row.mean, row.unit), effect])
        table(f"{rows['label'].iloc[0]} ({name})", ["scenario", "level", "effect, 95 % interval"], lines)
        print()


@app.command(name="list")
def list_(
    kind: Annotated[
        str | None, typer.Argument(help="scenarios, interventions, places, measures, parameters, forms, steps or loops.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List what there is."""
    from simulation.parameters import InputError, nearest

    from .listing import LISTS

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
        print("  ".join(str(v) for k, v in item.items() if k in ("name", "kind", "default", "unit", "range", "status")))
        if item.get("description"):
            print(f"    {item['description']}")


@app.command()
def odd(
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of stdout.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print the ODD description of the model, generated from its declarations (Markdown)."""
    from .odd import odd_text
    from .output import check_writable, write_text

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
        print(text)


@app.command()
def benchmark(
    sizes: Annotated[str, typer.Option("--sizes", help="Populations, joined with commas.")] = "10000,100000,1000000",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure speed and memory against a yardstick in the same run: the plain, resident-by-resident model."""
    from .benchmark import measure, parse_sizes

    announce_compile()
    with progress("benchmark", "measurements") as show:
        report = measure(parse_sizes(sizes), show)
    if as_json:
        print_json(report)
        return
    table("Speed and memory", ["what", "value"], [[row["label"], row["shown"]] for row in report["rows"]])
    print()
    steps = [[s["title"], *(f"{s['ns'][str(n)]:.1f}" for n in report["sizes"])] for s in report["steps"]]
    table("Where the month's time goes (ns a resident-month)", ["step", *(f"{n:,}" for n in report["sizes"])], steps)
    for note in report["notes"]:
        say(note)


def command() -> str:
    """Return the command as typed, fit to be pasted."""
    return shlex.join(["groundswell", *sys.argv[1:]])


def _version(wanted: bool) -> None:
    if wanted:
        print(metadata.version("groundswell"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def _add_plugins() -> None:
    """Let other floors and packages join with commands of their own."""
    for entry in metadata.entry_points(group="groundswell.commands"):
        entry.load()(app)


def _usage(error: Any) -> str:
    message = " ".join(error.format_message().split())
    context = error.ctx.command_path.removeprefix("groundswell").strip() if error.ctx else ""
    return message + (f" (groundswell {context} --help)" if context else " (groundswell --help)")


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failure, 2 bad input, 130 interrupted."""
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        _add_plugins()
        code = typer.main.get_command(app).main(args=typed, prog_name="groundswell", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return DONE
        say(f"error: {_usage(error)}")
        return BAD_INPUT
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


def _report_error(error: Exception) -> int:
    from simulation.parameters import InputError

    if isinstance(error, InputError):
        say(f"error: {error}")
        return BAD_INPUT
    say(f"error: {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)")
    return FAILED


def entry() -> None:
    """Run as the installed command."""
    sys.exit(main())
