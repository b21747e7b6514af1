"""Commands that only tell or write what is declared import neither Mesa, numba, pandas nor scipy: nobody waits for what is not used."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import simulation
from experiments.reports.lists import LISTS
from tests.programs import ROOT, output_of

HEAVY = ("mesa", "numba", "pandas", "scipy", "networkx", "pyarrow", "matplotlib")
PROGRAM = """
import contextlib, io, json, sys
from experiments.cli.command_line import main
told = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    told.append((code, out.getvalue(), err.getvalue(), [name for name in {heavy} if name in sys.modules]))
print(json.dumps(told))
"""
LIGHT = [
    ["--help"], ["--version"], ["compare", "--help"], ["list"], ["list", "interventions", "--json"], *(["list", kind] for kind in LISTS), ["odd"],
    ["new", "one"], ["new", "two", "--from", "closing-the-loop@0.5+co-design"], ["new", "three", "--from", "own-house-in-order"], ["new", "four", "--study"],
    ["cache"],
]  # fmt: skip
DECLARED = ("simulation.month", "simulation.declared.scenario", "scenarios", "scenarios.catalogue", "experiments", "dashboards")


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, list]:
    """What each command said, and which heavy libraries were there after it: all in one process, so that a failure names the first command that imports one."""
    folder = tmp_path_factory.mktemp("light")
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), json.dumps(LIGHT)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GROUNDSWELL_CACHE": str(folder / "cache")},
    )
    assert shown.returncode == 0, shown.stderr
    return dict(zip(map(" ".join, LIGHT), json.loads(shown.stdout), strict=True))


@pytest.mark.parametrize("command", [" ".join(arguments) for arguments in LIGHT])
def test_what_is_only_declared_is_told_without_what_runs_it(command, told) -> None:
    code, out, err, imported = told[command]
    assert code == 0, err
    assert out
    assert imported == []


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    """Which heavy libraries were there once each declaration was imported, one after the other in one process."""
    code = f"""
import importlib, json, sys
found = {{}}
for what in {DECLARED}:
    importlib.import_module(what)
    found[what] = [name for name in {HEAVY} if name in sys.modules]
print(json.dumps(found))
"""
    return json.loads(output_of(code))


@pytest.mark.parametrize("what", DECLARED)
def test_declarations_are_imported_without_it_too(what, imported) -> None:
    assert imported[what] == []


def test_names_are_there_as_before() -> None:
    """Whoever takes them gets them, with what they need."""
    code = (
        "from simulation import *; from simulation import ParticipationModel; from scenarios import load_scenario, load_place;"
        "from scenarios.places import read_place; import simulation;"
        "assert ParticipationModel is simulation.ParticipationModel and 'Ties' in dir(simulation)"
    )
    output_of(code)
    with pytest.raises(AttributeError, match="module 'simulation' has no attribute 'nothing'"):
        simulation.nothing  # noqa: B018


def test_a_kernel_that_is_called_before_the_model_is_there_is_compiled_and_found_by_others() -> None:
    code = """
import sys
from simulation.kernels.randomness import stream, uniform, uniforms_of
import simulation.kernels.randomness, simulation.month.needs
from simulation.kernels.kernel import Kernel
assert isinstance(uniform, Kernel) and "numba" not in sys.modules
import numpy as np
key = stream(1, "x")
first = uniforms_of(np.arange(3), key)
assert "numba" in sys.modules and not isinstance(simulation.kernels.randomness.uniform, Kernel)
assert not any(isinstance(value, Kernel) for value in vars(simulation.month.needs).values())
from numba import njit

@njit
def own(key):  # of somebody else, who took the kernel before it was compiled
    return uniform(key, 2)

assert own(key) == first[2] == uniform(key, 2)
assert uniform.py_func.__name__ == "uniform"
"""
    output_of(code)


def test_the_first_answers_of_a_server_import_no_library(tmp_path) -> None:
    """Two threads that import one at the same time find half of it, and answer with an error."""
    code = f"""
import sys
from pathlib import Path
import dashboards.server.asgi
from dashboards.results import catalogue
from dashboards.settings import Settings
from dashboards.session.hub import Hub
from dashboards.questions.question import default
Path("studies").mkdir()
hub = Hub(Settings(home=Path("home"), studies=Path("studies"), warm=False))
before = set(sys.modules)
hub.ready(), catalogue.catalogue(), catalogue.evidence(), catalogue.place_card("leeds"), default().order.check(1e12)
print(*[name for name in sys.modules if name not in before and name.split(".")[0] in {HEAVY}])
hub.close()
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []
