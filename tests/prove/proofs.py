"""`make prove`: the claims of the tests at full size. Resumable: each part is kept and done again only if the code changed.

Writes docs/reference/proof.md and a JSON file for each part beside it, with the command and the commit that made each table.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from experiments.benchmark import measure
from experiments.comparison.compare import compare
from experiments.kept import cache
from experiments.output import write_text
from experiments.provenance import code_commit, made_by
from experiments.reports.shipped import age, numbers
from scenarios import load_scenario
from simulation import ParticipationModel, Recorder
from tests.claims import CLAIMS, REPRESENTATIVE, UNEQUAL, lag, run
from tests.prove.attack import attacker, soak
from tests.prove.catalogue import Table, apart, catalogue, doses, interactions, say, settings
from tests.prove.clean_installs import audit, installs, pythons, surroundings
from tests.prove.councils import between_councils
from tests.prove.dashboard import dashboard
from tests.prove.evidence import calibration, calibration_again, robustness, validation, where_from
from tests.prove.randomness_battery import ORDERS, battery, draws
from tests.prove.studies import fuzz, inputs, kills, nightly, places, sweeps
from tests.prove.theories import cured, directions, ranking, theories
from tests.simulation.test_ties import facts

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference" / "proof"
DIEHARDER = (0, 1, 2, 3, 8, 9, 10, 15, 16, 17, 100, 101, 102)


def claims() -> Table:
    """Every claim at 10,000 residents, month 60: 20 replicates, 40 where representativeness or a small group is looked at.

    Those that verify lie close to an assumption of a step; the others emerge. Shares unless said.
    """

    def show(done: int, total: int | None) -> None:
        say(f"  {done} of {total} replicates")

    found, wide_claims = run(CLAIMS, 10_000, 20, progress=show), (*REPRESENTATIVE, *UNEQUAL)
    wide = run(wide_claims, 10_000, 40, progress=show)
    rows = []
    for comparison, claim in [(found, c) for c in CLAIMS] + [(wide, c) for c in wide_claims]:
        effect = claim.effect(comparison)
        holds = "yes" if claim.holds(effect) else "not told" if claim in UNEQUAL else "NO"
        rows.append(_claim_row(claim.direction, claim.words, claim.kind, effect, holds))
    rows += [_claim_row(*row) for row in apart(10_000, 10)]
    for words, falls in (
        ("months until half of the rise of apathy has come", False),
        ("months until half of it has gone again", True),
    ):
        rows.append(
            {
                "direction": 0,
                "claim": words,
                "kind": "emerges",
                "effect": str(lag(found, falls)),
                "95 % interval": "",
                "holds": "measured",
            }
        )
    return sorted(rows, key=lambda row: row["direction"])


def _claim_row(direction: int, words: str, kind: str, effect: tuple[float, float, float], holds: str) -> dict[str, Any]:
    digits = ",.0f" if abs(effect[0]) > 10 else "+.4f"
    mean, low, high = (f"{x:{digits}}" for x in effect)
    return {
        "direction": direction,
        "claim": words,
        "kind": kind,
        "effect": mean,
        "95 % interval": f"{low} to {high}",
        "holds": holds,
    }


def baseline() -> Table:
    """The baseline beside the facts that it is set to, at 10,000 residents, 20 replicates."""
    found = compare(load_scenario("baseline"), replicates=20, posterior=None).effects.set_index("measure")
    rows = []
    for fact in facts().values():
        if fact["role"] == "calibrate" and fact["measure"] in found.index and fact["id"] != "influence_flat":
            value = float(found["mean"][fact["measure"]])
            inside = float(fact["low"]) <= value <= float(fact["high"])
            rows.append({"fact": fact["id"], "measure": fact["measure"], "value": f"{value:.3f}", "band": f"{fact['low']} to {fact['high']}",
                         "inside": "yes" if inside else "no"})  # fmt: skip
    return rows


def steadiness() -> Table:
    """Flatness over 60 months and agreement of high and low starts, at 10,000 residents, 5 replicates."""
    names = ("participation", "apathy", "perceived_influence", "trust", "volunteering_12m", "council_satisfaction")
    flat = compare(load_scenario("baseline"), replicates=5, posterior=None)
    ends: dict[str, list[np.ndarray]] = {"high": [], "low": []}
    for start, runs in ends.items():
        for replicate in range(5):
            model = ParticipationModel(load_scenario("baseline").with_(start=start), 1, replicate=replicate)
            model.recorder = Recorder(model, 12, groups=False)
            model.run(12)
            runs.append(model.recorder.results())
    rows = []
    for name in names:
        m = list(flat.measures).index(name)
        series = flat.series[:, 0, :, m].mean(axis=0)
        high, low = (np.mean(ends[s], axis=0)[m] for s in ("high", "low"))
        rows.append({"measure": name, "first year": f"{series[:12].mean():.4f}", "fifth year": f"{series[48:].mean():.4f}",
                     "from a high start": f"{high:.4f}", "from a low start": f"{low:.4f}"})  # fmt: skip
    return rows


def ties() -> Table:
    """Degree and clustering over 600 months, at 10,000 residents."""
    model = ParticipationModel(load_scenario("baseline"), 1)
    rows = []
    for month in range(0, 601, 120):
        if month:
            model.run(120)
        rows.append({"month": month, **{k: f"{v:.3f}" for k, v in model.ties.statistics().items()}})
    return rows


def memory() -> Table:
    """Memory of this process while 600 months are run, at 10,000 residents, with the series kept."""
    model = ParticipationModel(load_scenario("baseline"), 1)
    model.recorder = Recorder(model, 600)
    rows = []
    for month in range(0, 601, 150):
        if month:
            model.run(150)
        rows.append({"month": month, "resident memory, MB": f"{psutil.Process().memory_info().rss / 2**20:.0f}",
                     "series, MB": f"{model.recorder.series.nbytes / 2**20:.2f}"})  # fmt: skip
    return rows


def randomness() -> Table:
    """Published tests on 10^8 draws in each order: the smallest p-value of each."""
    rows = []
    for order in ORDERS:
        say(f"  {order}")
        found = battery(draws(order, 100_000_000))
        worst = min(found, key=lambda name: found[name])
        rows.append({"order": order, "tests": len(found), "smallest p": f"{found[worst]:.4f}", "in": worst,
                     "passes": "yes" if found[worst] > 1e-5 else "NO"})  # fmt: skip
    return rows


def dieharder() -> Table:
    """Marsaglia's and NIST's tests by the program dieharder, fed with the keyed draws, where it is installed."""
    program = shutil.which("dieharder")
    if program is None:
        return [{"order": "-", "test": "dieharder is not installed", "p": "-", "assessment": "-"}]
    rows = []
    for order in ("people", "neighbouring streams"):
        values = draws(order, 100_000_000)
        for test in DIEHARDER:
            say(f"  {order}: dieharder test {test}")
            feed = subprocess.Popen([program, "-g", "200", "-d", str(test)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            output = _feed(feed, values)
            for line in output.splitlines():
                cells = [cell.strip() for cell in line.split("|")]
                if len(cells) == 6 and cells[5] in ("PASSED", "WEAK", "FAILED"):
                    rows.append({"order": order, "test": cells[0], "p": cells[4], "assessment": cells[5]})
    return rows


def _feed(process: subprocess.Popen[bytes], values: np.ndarray) -> str:
    """Send draws until the program has enough, and return what it prints."""
    import contextlib
    import threading

    assert process.stdin is not None
    assert process.stdout is not None
    stdin = process.stdin

    def send() -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):
            for part in np.array_split(values, 80):
                stdin.write(part.tobytes())
            stdin.close()

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    text = process.stdout.read().decode()
    process.kill()
    return text


def speed() -> Table:
    """The benchmark, one thread, every loop on."""
    report = measure([10_000, 100_000, 1_000_000], lambda done, total: say(f"  {done} of {total}"))
    rows = [{"what": row["label"], "value": row["shown"]} for row in report["rows"]]
    rows += [{"what": f"step at 100,000: {s['title']}", "value": f"{s['ns']['100000']:.1f} ns"} for s in report["steps"]]
    return rows


PARTS: dict[str, Callable[[], Table]] = {
    "claims": claims,
    "settings": settings,
    "interactions": interactions,
    "catalogue": catalogue,
    "doses": doses,
    "baseline": baseline,
    "steadiness": steadiness,
    "ties": ties,
    "memory": memory,
    "speed": speed,
    "randomness": randomness,
    "dieharder": dieharder,
    "calibration": calibration,
    "calibration-again": calibration_again,
    "validation": validation,
    "origins": where_from,
    "robustness": robustness,
    "theories": theories,
    "cured": cured,
    "directions": directions,
    "ranking": ranking,
    "places": places,
    "between": between_councils,
    "sweeps": sweeps,
    "kills": kills,
    "inputs": inputs,
    "fuzz": fuzz,
    "nightly": nightly,
    "installs": installs,
    "pythons": pythons,
    "surroundings": surroundings,
    "audit": audit,
    "dashboard": dashboard,
    "attacker": attacker,
    "soak": soak,
}


def render() -> str:
    """Return the page of all parts that were done."""
    lines = [
        "The claims of the tests at full size. Each part says what made it, and is marked as old where the model's numbers have changed since.",
        "",
    ]
    for name in PARTS:
        path = FOLDER / f"{name}.json"
        if not path.exists():
            continue
        kept = json.loads(path.read_text(encoding="utf-8"))
        lines += [f"## {name.capitalize()}", "", kept["about"], ""]
        header = list(kept["rows"][0])
        lines += ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
        lines += ["| " + " | ".join(str(row.get(h, "")).replace("|", "/") for h in header) + " |" for row in kept["rows"]]
        lines += ["", f"`{kept['command']}`, code {kept['commit']}, {kept['seconds']:.0f} s. {age(kept)}", ""]
    body = "\n".join(lines).rstrip() + "\n"
    return f"# Proof\n\n{made_by('make prove', body)}\n\n{body}"


def main() -> int:
    """Do the parts that are asked for and not done for this code yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="parts; none for all")
    parser.add_argument("--again", action="store_true", help="do parts again that are done")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ[cache.FOLDER] = cache.OFF  # what is proved is worked out
    failed = False
    for name in chosen.parts or PARTS:
        path = FOLDER / f"{name}.json"
        commit = code_commit() or "unknown"
        done = path.exists() and json.loads(path.read_text(encoding="utf-8"))["commit"].split("+")[0] == commit.split("+")[0]
        if done and not chosen.again:
            say(f"{name}: done")
            continue
        say(f"{name} ...")
        started = time.perf_counter()
        rows = PARTS[name]()
        kept = {
            "command": f"python -m tests.prove {name}",
            "commit": commit,
            "numbers": numbers(),
            "seconds": time.perf_counter() - started,
            "about": inspect.cleandoc(PARTS[name].__doc__ or ""),  # kept with the rows: it says what their columns were
            "rows": rows,
        }
        write_text(path, json.dumps(kept, indent=1) + "\n")
        write_text(FOLDER.with_suffix(".md"), render())
        failed |= any("NO" in row.values() or "FAILED" in row.values() for row in rows)
    return 1 if failed else 0
