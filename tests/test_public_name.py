"""One name to import everything by, and a word where something of the user's hides a part of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import groundswell
from experiments import provenance
from simulation import identity
from simulation.kernels import kernel
from tests.imports import FLOORS, PACKAGES, ROOT, modules


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=folder, env=environment)


def test_every_public_name_of_the_floors_is_there_and_the_same() -> None:
    public = {name: floor for floor in FLOORS for name in getattr(import_module(floor), "__all__", ())}
    assert len(public) == sum(len(getattr(import_module(floor), "__all__", ())) for floor in FLOORS), "a name stands for one thing"
    assert groundswell.__all__ == sorted(public)
    for name, floor in public.items():
        assert getattr(groundswell, name) is getattr(import_module(floor), name)
    assert {"compare", "load_place", "load_scenario", "sweep", "ParticipationModel"} <= set(public)
    with pytest.raises(AttributeError, match="module 'groundswell' has no attribute 'nothing'"):
        groundswell.nothing  # noqa: B018


def test_every_list_of_the_packages_is_the_same_one() -> None:
    """A lower floor cannot import the list of `groundswell`, which imports them all."""
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert identity.OWN == FLOORS
    assert provenance.CODE[: len(PACKAGES)] == PACKAGES
    assert shipped["mypy"]["packages"] == list(PACKAGES)
    assert shipped["setuptools"]["packages"]["find"]["include"] == [f"{package}*" for package in PACKAGES]
    assert {package.split(".")[0] for package in shipped["setuptools"]["package-data"]} == set(PACKAGES)
    kernels = re.compile(r"^from \S+ import .*\bnjit\b", re.MULTILINE)
    users = {name.split(".")[0] for name, path in modules().items() if kernels.search(path.read_text(encoding="utf-8"))}
    assert users <= set(kernel.USERS) < set(FLOORS)


@pytest.mark.parametrize("floor", FLOORS)
def test_a_folder_of_the_users_that_hides_a_part_is_named(tmp_path, floor) -> None:
    (tmp_path / floor).mkdir()
    (tmp_path / floor / "__init__.py").touch()
    for how in (["-m", "groundswell", "list"], ["-c", "from groundswell.__main__ import entry; entry()"]):
        done = python(tmp_path, *how)
        assert done.returncode in (1, 2)
        assert (
            done.stderr.strip()
            .splitlines()[-1]
            .endswith(
                f"groundswell: '{floor}' is a part of groundswell, and {tmp_path / floor} hides it: rename that, or start elsewhere"
            )
        )
    done = python(tmp_path, "-m", "groundswell", "list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_file_that_hides_a_part_is_named(tmp_path) -> None:
    (tmp_path / "scenarios.py").touch()
    done = python(tmp_path, "-c", "import groundswell")
    assert f"{tmp_path / 'scenarios.py'} hides it" in done.stderr


def test_it_is_imported_without_the_model() -> None:
    done = python(ROOT, "-c", "import sys, groundswell; print([m for m in ('numba', 'pandas', 'mesa') if m in sys.modules])")
    assert done.stdout == "[]\n"
