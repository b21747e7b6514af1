"""The benchmark: speed and memory as ratios in one run, with the plain, resident-by-resident model as the yardstick."""

from __future__ import annotations

import importlib
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from scenarios import load_place, load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.places.place_template import place_files
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MONTHS, MOST_POPULATION, POPULATION, REPLICATES
from simulation.measures.recorder import Recorder
from simulation.model import ParticipationModel
from simulation.month import MONTH

from .comparison.compare import compare, courses
from .comparison.replicates import default_workers
from .kept.cache import kept_in

ORACLE = Path(__file__).resolve().parent.parent / "tests" / "reference" / "plain_model.py"
ORACLE_POPULATION, ORACLE_MONTHS = 1000, 6
COUNCIL = "leeds"
REPEATS = 5
SWEPT = 200
REPEATED = 15  # replicates of the comparison that is made twice
COMPARED = ("baseline", "closing-the-loop", "front-line-engagement", "more-consultation")  # in the comparison that is run again
WORK = 3_000_000  # resident-months timed for each size


def parse_sizes(text: str) -> list[int]:
    """Return populations from `10000,100000`, or raise `InputError`."""
    try:
        sizes = [int(part.replace("_", "")) for part in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or not all(100 <= n <= MOST_POPULATION for n in sizes):
        raise InputError(f"sizes: '{text}'; allowed: whole numbers 100 to {MOST_POPULATION:,}, separated by commas")
    return sizes


def load_oracle() -> ModuleType | None:
    """Return the plain model's module in a checkout, or None in an installed wheel."""
    if not ORACLE.exists():
        return None
    root = str(ORACLE.parents[2])
    sys.path.insert(0, root)
    try:
        return importlib.import_module("tests.reference.plain_model")
    finally:
        sys.path.remove(root)


def _steady(scenario: Scenario, months: int = 120) -> ParticipationModel:
    """Return a model far enough into burn-in for its months to cost what they cost later."""
    return ParticipationModel(scenario.with_(burn_in=months), 1)


def _month_costs(model: ParticipationModel, months: int) -> tuple[float, dict[str, float]]:
    """Return ns per resident-month, and by step, over some months: the median of several passes.

    The month is timed as in the plain model, without measures; the cost of taking every measure is shown in its own step.
    """
    passes, steps = [], []
    for _ in range(REPEATS):
        model.timings = dict.fromkeys(model.timings, 0.0)
        started = time.perf_counter()
        model.run(months)
        passes.append((time.perf_counter() - started) / months / model.residents.size * 1e9)
        steps.append({name: s / months / model.residents.size * 1e9 for name, s in model.timings.items()})
    middle = {name: statistics.median(s[name] for s in steps) for name in steps[0]}
    model.recorder = Recorder(model, model.month + months + 24, groups=False)
    model.timings = dict.fromkeys(model.timings, 0.0)
    model.run(months)
    middle["measuring"] = model.timings["measuring"] / months / model.residents.size * 1e9
    return statistics.median(passes), middle


def _oracle_cost(scenario: Scenario, module: ModuleType) -> float:
    """Return ns per resident-month of the plain model, from the same state."""
    model = _steady(scenario.with_(population=ORACLE_POPULATION), 60)
    plain = module.PlainModel.of(model)
    started = time.perf_counter()
    for _ in range(ORACLE_MONTHS):
        plain.step()
    return (time.perf_counter() - started) / ORACLE_MONTHS / ORACLE_POPULATION * 1e9


def _from_tables(population: int) -> float:
    """Return seconds from a place's own CSV tables to the end of its first month, without burn-in."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in place_files(load_place("haringey"), folder).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        started = time.perf_counter()
        ParticipationModel(load_scenario("baseline", folder, population).with_(burn_in=0), 1).run(1)
        return time.perf_counter() - started


def _from_name(population: int) -> tuple[float, float]:
    """Return seconds to load a council that nothing has loaded yet, and to draw residents of it, their households included."""
    started = time.perf_counter()
    place = load_place(COUNCIL)
    loaded = time.perf_counter()
    place.draw_people(population, np.full(3, 1 / 3), 1)
    return loaded - started, time.perf_counter() - loaded


def sweep_overhead(runs: int, workers: int | None = None, folder: Path | None = None) -> dict[str, float]:
    """Return what a sweep of runs of 1,000 residents x 60 months costs beside its model, on the wall and in memory.

    Returns:
        `ratio`: seconds of all workers over what the model takes with each world burnt in once; `wall_ratio`: the same with what workers wait;
        `burn_ins`: for each world; `model_seconds`; `driver_mb`: memory of the driver at the end, `driver_mb_early` after the first chunks.
    """
    from .studies.engine import fill_store
    from .studies.runs.factors import Factor
    from .studies.store import Store
    from .studies.study import Design, Study

    factors = (Factor("loop", "dose", "closing-the-loop", 0.0, 1.0), Factor("front", "dose", "front-line-engagement", 0.0, 1.0))
    base = load_scenario("baseline", load_place("haringey"), 1000)
    study = Study("overhead", base, factors, Design("latin-hypercube", max(runs // 4, 1)), replicates=4)
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as own, kept_in(Path(own) / "cache"):
        started = time.perf_counter()
        store = Store.create(folder or Path(own) / "s", study, "benchmark")
        ended = fill_store(store, workers, progress=lambda *_: memory.append(_resident_mb()))
        wall = (time.perf_counter() - started) * min(workers or default_workers(), store.chunks)
        worlds = store.order.worlds
    early = memory[min(len(memory) - 1, max(len(memory) // 4, 1))]
    once = ended.burn_in_seconds / max(ended.burn_ins, 1) * worlds
    model = max(ended.model_seconds - ended.burn_in_seconds + once, 1e-9)
    return {
        "ratio": ended.work_seconds / model,
        "wall_ratio": wall / model,
        "burn_ins": ended.burn_ins / worlds,
        "model_seconds": ended.model_seconds,
        "driver_mb": memory[-1],
        "driver_mb_early": early,
    }


def repeated(population: int) -> float:
    """Return what the command `compare` costs the second time over the first, in CPU seconds, imports and report included."""
    command = "import sys; from experiments.cli.command_line import main; sys.exit(main(sys.argv[1:]))"
    size = ("--replicates", str(REPEATED), "--population", str(population))
    spent = []
    with tempfile.TemporaryDirectory() as own, kept_in(Path(own) / "cache"):
        for _ in range(2):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, "-c", command, "compare", *COMPARED, *size, "--out", own],
                check=True,
                capture_output=True,
                env=_with_us(),
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return spent[1] / spent[0]


def _with_us() -> dict[str, str]:
    """Return the environment in which other processes find this program, wherever they are started."""
    root = str(Path(__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}


def _resident_mb() -> float:
    """Return memory of this process now, in MB; its peak where the system does not tell."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _peak_mb() -> float:
    """Return the peak memory of this program in MB; what the system counts for a process takes in the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(sizes: list[int], progress: Callable[[int, int | None], None]) -> dict[str, Any]:
    """Return the benchmark as a document: rows, the month's steps, notes."""
    scenario = load_scenario("baseline", load_place("haringey"))
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    costs: dict[int, float] = {}
    steps: dict[int, dict[str, float]] = {}
    _steady(scenario.with_(population=500), 12).run(2)  # compiles or loads every kernel
    total = len(sizes) + 1
    for done, size in enumerate(sizes):
        progress(done, total)
        started = time.perf_counter()
        built = ParticipationModel(scenario.with_(population=size, burn_in=0), 1)
        seconds = time.perf_counter() - started
        rows.append(_row(f"build_{size}", f"build {size:,} residents with ties", seconds, f"{seconds:.1f} s"))
        lasting = built.nbytes / size
        del built
        model = _steady(scenario.with_(population=size), 120 if size <= 100_000 else 36)
        months = max(3, min(60, WORK // size // REPEATS))
        costs[size], steps[size] = _month_costs(model, months)
        rows.append(_row(f"ns_{size}", f"one resident-month at {size:,}", costs[size], f"{costs[size]:.0f} ns"))
        taking = steps[size]["measuring"]
        rows.append(_row(f"measures_ns_{size}", f"every measure, taken that month, at {size:,}", taking, f"{taking:.0f} ns more"))
        rows.append(_row(f"bytes_{size}", f"lasting arrays per resident at {size:,}", lasting, f"{lasting:.0f} bytes"))
        del model
    progress(len(sizes), total)
    seconds = _from_tables(sizes[-1])
    rows.append(
        _row("from_tables", f"from a place's CSV tables to its first month, {sizes[-1]:,} residents", seconds, f"{seconds:.1f} s")
    )
    loading, drawing = _from_name(sizes[-1])
    rows.append(_row("load_place", "load a council by its name", loading, f"{loading:.2f} s"))
    rows.append(_row("draw_people", f"draw {sizes[-1]:,} residents of it", drawing, f"{drawing:.2f} s"))
    if len(sizes) > 1:
        ratio = costs[sizes[-1]] / costs[sizes[0]]
        rows.append(_row("size_ratio", f"cost at {sizes[-1]:,} over cost at {sizes[0]:,}", ratio, f"{ratio:.2f}"))
    rows += _whole_commands(min(sizes[0], 10_000))
    module = load_oracle()
    if module is None:
        notes.append("the plain model is not in an installed package: its row is left out")
    else:
        plain = _oracle_cost(scenario, module)
        ratio = plain / costs[sizes[0]]
        rows.append(_row("oracle_ratio", f"times faster than the plain model, at {sizes[0]:,}", ratio, f"{ratio:,.0f}"))
    peak = _peak_mb()
    rows.append(_row("peak_mb", "peak memory of this process", peak, f"{peak:,.0f} MB"))
    progress(total, total)
    table = [{"name": p.name, "title": p.title, "ns": {str(n): steps[n][p.name] for n in sizes}} for p in MONTH]
    return {"sizes": sizes, "rows": rows, "steps": table, "notes": notes}


def _whole_commands(population: int) -> list[dict[str, Any]]:
    """Return the overhead of a sweep over its model, and the cost of a comparison that is run again."""
    overhead, ratio = sweep_overhead(SWEPT), repeated(population)
    size = f"{len(COMPARED)} scenarios, {REPEATED} replicates, {population:,} residents"
    sweep_ = f"a sweep of {SWEPT} runs of 1,000 residents over what its model takes with each world burnt in once"
    return [
        _row("sweep_overhead", sweep_, overhead["ratio"], f"{overhead['ratio']:.2f}"),
        _row("burn_ins", "burn-ins in that sweep per world", overhead["burn_ins"], f"{overhead['burn_ins']:.2f}"),
        _row("repeat_ratio", f"CPU time of the same comparison run again: {size}", ratio, f"{ratio:.2f} of the first"),
    ]


def measure_catalogue(
    replicates: int = REPLICATES,
    population: int = POPULATION,
    months: int = MONTHS,
    workers: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, Any]:
    """Return what the whole catalogue costs, side by side: seconds, cost per resident-month, memory of all processes.

    It is what `compare baseline` with every intervention and shock does, on all cores.
    """
    base = load_scenario("baseline", load_place("haringey"), population)
    tried = [base.with_(name=name, interventions=(one,)) for name, one in CATALOGUE.items()]
    number = min(workers or default_workers(), replicates)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with kept_in(None):
        started = time.perf_counter()
        compare(
            base,
            *tried,
            replicates=replicates,
            months=months,
            workers=number,
            monthly=courses(len(tried) + 1),
            posterior=None,
            progress=progress,
        )
        seconds = time.perf_counter() - started
    each = seconds * number / replicates / (len(tried) + 1) / months / population * 1e9
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    memory = _peak_mb() + (number * children if number > 1 else 0.0)
    what = f"{len(tried)} interventions and shocks x {replicates} replicates x {population:,} residents x {months} months, {number} cores"
    rows = [
        _row("catalogue_seconds", what, seconds, f"{seconds:.0f} s"),
        _row("catalogue_ns", "of it, one resident-month on one core, burn-in and measures included", each, f"{each:.0f} ns"),
    ]
    notes = []
    if number > 1 and children == before:
        notes.append("kernels were compiled in this run, by a process larger than any worker: run again to see memory")
    else:
        rows.append(_row("catalogue_mb", "peak memory of all processes together", memory, f"{memory:,.0f} MB"))
    module = load_oracle()
    if module is not None:
        plain = _oracle_cost(base, module)
        rows.append(
            _row(
                "catalogue_oracle_ratio",
                "times faster than the plain model, which takes no measures",
                plain / each,
                f"{plain / each:,.0f}",
            )
        )
    return {"sizes": [population], "rows": rows, "steps": [], "notes": notes}


def _row(name: str, label: str, value: float, shown: str) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "shown": shown}
