"""Studies at full size: 100,000 runs, a million planned, kills under Dask, all councils."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from experiments.benchmark import sweep_overhead
from experiments.studies.results import Results
from experiments.studies.store import Store
from scenarios import load_scenario
from scenarios.places import councils
from scenarios.places.uk_tables import authorities
from simulation import ParticipationModel, Recorder
from tests.fuzz.kinds import KINDS
from tests.planted import listed, quick
from tests.prove.catalogue import Table, say

ROOT = Path(__file__).resolve().parents[2]
RUNS = 100_000
INPUTS = 100_000  # that are fuzzed


def sweeps() -> Table:
    """A sweep of 100,000 runs of 1,000 residents x 60 months, and a million planned runs looked through again."""
    folder = Path(tempfile.gettempdir()) / "groundswell-prove-sweep"  # kept between starts: the sweep itself goes on
    found = sweep_overhead(RUNS, folder=folder)
    runs = Results(folder).runs
    rows: Table = [
        _row("runs complete", f"{len(runs):,}"), _row("runs failed", f"{int((runs['status'] == 'failed').sum()):,}"),
        _row("seconds of workers over seconds in the model", f"{found['ratio']:.3f}"), _row("seconds in the model, this start", f"{found['model_seconds']:,.0f}"),
        _row("memory of the driver after a quarter, and at the end, MB", f"{found['driver_mb_early']:.0f}, {found['driver_mb']:.0f}"),
    ]  # fmt: skip
    shutil.rmtree(folder)
    with tempfile.TemporaryDirectory() as own:
        Store.create(Path(own) / "s", listed(500_000, 2, quick), "prove")
        started = time.perf_counter()
        again = Store.create(Path(own) / "s", listed(500_000, 2, quick), "prove")
        left = int((~again.done()).sum())
        rows.append(
            _row(f"seconds to look through 1,000,000 planned runs ({left:,} chunks left)", f"{time.perf_counter() - started:.1f}")
        )
    return rows


def _row(what: str, shown: str) -> dict[str, Any]:
    return {"what": what, "measured": shown}


def kills() -> Table:
    """Kills of workers, drivers and schedulers: nothing is lost or there twice, and the bytes are the same."""
    rows = {
        "200 kills over every step of the commit, four workers on one list": "over_every_step",
        "200 kills of workers under load, and no sweep hangs": "never_hangs",
        "50 kills of drivers, workers and all at once": "drivers_workers_and_all",
        "200 kills of workers, drivers and schedulers under Dask": "dask",
        "200 bits flipped in every file of a finished store, each found": "flip",
    }
    return [_row(what, _passes("tests/faults", "-k", name)) for what, name in rows.items()]


def inputs() -> Table:
    """20,000 files made from a known truth and disfigured as real ones are: each is read as the truth or refused in words."""
    return [
        _row(
            "surveys, records, networks and tables of wards, 20,000 in all: none is read wrongly",
            _passes("tests/disfigured"),
        )
    ]


def fuzz() -> Table:
    """100,000 inputs that are damaged or made up, over every kind of file, option, address and message: a result, or one clear error and nothing left behind."""
    rows: Table = []
    for kind, (_, share) in KINDS.items():
        say(f"  {kind}")
        count = round(INPUTS * share)
        command = [sys.executable, "-m", "tests.fuzz.fuzzing", str(count), "0", kind]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        rows.append(
            _row(
                f"{kind}: {count:,} inputs", "none" if shown.returncode == 0 else f"FAILED: {(shown.stdout or shown.stderr)[-300:]}"
            )
        )
        rows[-1]["holds"] = "yes" if shown.returncode == 0 else "NO"
    return rows


def nightly() -> Table:
    """Tests that are too long for every change: a calibration of the nightly size, screening included."""
    return [_row("a calibration with --quick is kept, used, and in the region of the shipped one", _passes("tests/experiments"))]


def _passes(folder: str, *more: str) -> str:
    """Run the tests of a folder that are marked for `make prove`."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "prove", folder, *more]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return "yes" if shown.returncode == 0 else "NO"


def places() -> Table:
    """All 361 local authorities, 2,000 residents each: do they come to a steady state, with capacity to spare?"""
    rows: Table = []
    levels, busiest, failed = [], [], []
    codes = list(authorities().index)
    for number, code in enumerate(codes):
        if number % 20 == 0:
            say(f"  {number} of {len(codes)} councils")
        try:
            model = ParticipationModel(load_scenario("baseline", councils.load(str(code)), 2000), 1)
        except Exception as error:
            failed.append(f"{code}: {error}")
            continue
        model.recorder = Recorder(model, 12, groups=False)
        model.run(12)
        levels.append(dict(zip(model.recorder.measures, model.recorder.results(), strict=True)))
        busiest.append(float(model.institutions.load.max()))
    rows.append(
        _row(
            "councils that come to a steady state",
            f"{len(levels)} of {len(codes)}" + (f" (not: {'; '.join(failed[:3])})" if failed else ""),
        )
    )
    rows.append(
        _row(
            "every council is read quickly with its real wards, and the counted marginals of all wards are reproduced",
            _passes("tests/scenarios"),
        )
    )
    rows.append(_row("councils with every institution below 0.95 in use", f"{sum(b < 0.95 for b in busiest)}"))
    for name in ("participation", "apathy", "trust", "perceived_influence", "volunteering_12m"):
        values = np.array([level[name] for level in levels])
        rows.append(_row(f"{name}: least, middle, most", ", ".join(f"{v:.3f}" for v in np.quantile(values, [0, 0.5, 1]))))
    return rows
