"""What users get, at full size: every Python with the pinned, the oldest and the newest versions; and the same bytes anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.installs import ROOT, build, install, interpreter, oldest, requirement, versions
from tests.prove.catalogue import Table, say

SMALL = """
import hashlib, sys
from pathlib import Path
from experiments.studies.engine import fill_store
from experiments.studies.runs.factors import Factor
from experiments.studies.store import Store
from experiments.studies.study import Design, Study
from tests.places import small_scenario
factors = (Factor("a", "dose", "closing-the-loop", 0.0, 1.0), Factor("b", "parameter", "experience.asymmetry", 2.0, 4.0, role="uncertainty"))
study = Study("s", small_scenario(300, 24), factors, Design("latin-hypercube", 6), 2, 24, measures=("participation", "trust", "apathy", "cost", "hours_gini"))
fill_store(Store.create(Path(sys.argv[1]), study, "x"), workers=1)
print(hashlib.sha256(b"".join(p.read_bytes() for p in sorted((Path(sys.argv[1]) / "chunks").iterdir()))).hexdigest())
"""
ASKED = ("baseline", "closing-the-loop", "--population", "300", "--months", "12", "--replicates", "2")
TESTS = ("tests/simulation/test_mesa.py", "tests/experiments/test_study_answers.py", "tests/experiments/test_peeling.py",
         "tests/experiments/test_report.py", "tests/scenarios/test_own_places.py", "tests/dashboards/test_sessions.py")  # fmt: skip
SURROUNDINGS = {
    "another hash seed": {"PYTHONHASHSEED": "17"},
    "two threads": {"NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
    "a locale that writes commas": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
    "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "a time zone half a day ahead": {"TZ": "Pacific/Kiritimati"},
    "kernels for any processor of its kind": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
}


def installs() -> Table:
    """A wheel of this code with every extra, installed from the package index: oldest and newest versions allowed, each Python."""
    rows: Table = []
    with tempfile.TemporaryDirectory() as folder:
        _, wheel = build(Path(folder))
        for version in versions():
            for name, pins in (("oldest", oldest()), ("newest", [])):
                say(f"  Python {version}, {name} versions")
                rows.append(_row(version, name, lambda python, pins=pins: _works(python, wheel, pins)))  # type: ignore[misc]
    return rows


SOURCE_ALONE = ("solara-assets",)  # the pinned version is published as its source alone


def pythons() -> Table:
    """The same study by every Python with the pinned versions: are the bytes the same?"""
    wanted = _hash(Path(sys.executable))

    def same(python: Path) -> str:
        with tempfile.TemporaryDirectory() as folder:
            pinned = ("--require-hashes", "--requirement", str(ROOT / ".ci" / "requirements.lock"))
            own = install(python, Path(folder) / "venv", *pinned, *(f"--no-binary={name}" for name in SOURCE_ALONE))
            return "yes" if _hash(own) == wanted else "NO"

    return [_row(version, "pinned", same) for version in versions()]


def surroundings() -> Table:
    """The same study under other hash seeds, threads, locales, time zones and processors: are the bytes the same?"""
    wanted = _hash(Path(sys.executable))
    rows: Table = []
    for name, environment in SURROUNDINGS.items():
        with tempfile.TemporaryDirectory() as cache:
            own = {"NUMBA_CACHE_DIR": cache} if "NUMBA_CPU_NAME" in environment else {}
            rows.append({"what": name, "holds": "yes" if _hash(Path(sys.executable), environment | own) == wanted else "NO"})
    return rows


def audit() -> Table:
    """Known weaknesses of the pinned versions, by pip-audit, where its index can be reached."""
    with tempfile.TemporaryDirectory() as folder:
        own = install(Path(sys.executable), Path(folder) / "venv", "pip-audit")
        command = [
            own,
            "-m",
            "pip_audit",
            "--disable-pip",
            "--require-hashes",
            "--format",
            "json",
            "--requirement",
            str(ROOT / ".ci" / "requirements.lock"),
        ]
        shown = subprocess.run(command, capture_output=True, text=True)
    try:
        told = json.loads(shown.stdout)["dependencies"]
    except ValueError:
        return [
            {
                "package": "-",
                "known": f"the index could not be reached: {(shown.stderr.strip().splitlines() or ['no word'])[-1][:120]}",
            }
        ]
    found = [
        {"package": f"{d['name']} {d['version']}", "known": ", ".join(v["id"] for v in d["vulns"])} for d in told if d.get("vulns")
    ]
    skipped = [d["name"] for d in told if "skip_reason" in d]
    if len(skipped) == len(told):
        return [{"package": "-", "known": "the index could not be reached: it told nothing of any package"}]
    found += [{"package": name, "known": "not looked up: the index does not know it"} for name in skipped]
    return found or [{"package": f"all {len(told)}", "known": "none"}]


def _row(version: str, name: str, holds: Callable[[Path], str]) -> dict[str, str]:
    python = interpreter(version)
    return {
        "Python": version,
        "versions": name,
        "holds": "NO" if python is None else holds(python),
        "note": "" if python else "this Python is missing",
    }


def _works(python: Path, wheel: Path, pins: list[str]) -> str:
    """Return `yes` if a wheel, installed with pins, compares, reports and passes the tests of the parts that lean on libraries most."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            own = install(
                python,
                Path(folder) / "venv",
                requirement(wheel),
                *pins,
                "pytest",
                "psutil",
                "hypothesis",
                "jsonschema",
                "setuptools",
            )
            away = Path(folder) / "away"
            away.mkdir()
            _run([own.with_name("groundswell"), "compare", *ASKED, "--out", "report"], away, {})
            assert (away / "report" / "report.html").stat().st_size > 100_000
            shutil.copytree(ROOT / "tests", away / "tests")  # the tests of the checkout, the code of the wheel
            shutil.copytree(ROOT / "docs", away / "docs")
            _run([own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS], away, {"PYTHONPATH": str(away)})
        except (subprocess.CalledProcessError, OSError, AssertionError) as error:
            output = getattr(error, "stdout", None) or b""
            say(f"  {error}\n{output.decode(errors='replace')[-2000:]}")
            return "NO"
    return "yes"


def _run(command: list[object], where: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        [str(one) for one in command],
        cwd=where,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _hash(python: Path, environment: dict[str, str] | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        shown = subprocess.run(
            [python, "-c", SMALL, str(Path(folder) / "s")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": folder, **(environment or {})},
        )
        return hashlib.sha256(shown.stdout.encode()).hexdigest()
