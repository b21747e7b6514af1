"""A wheel and an sdist carry all that belongs in them, and a wheel works without the checkout. `make prove` installs one on every Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.installs import ROOT, build, sources

PACKAGES = ("groundswell", "simulation", "scenarios", "experiments", "dashboards")
MOST_BINARY = 4_000_000  # bytes
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}  # on Windows


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    return build(tmp_path_factory.mktemp("built"))


def test_the_wheel_holds_every_file_of_its_packages_as_it_is_and_nothing_else(built) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        held = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {name for name in sources() if name.split("/")[0] in PACKAGES}
    assert set(held) == wanted
    assert [name for name in sorted(wanted) if held[name] != (ROOT / name).read_bytes()] == []
    assert {f"{package}/py.typed" for package in PACKAGES} <= wanted


def test_the_wheel_carries_less_than_4_mb_of_binaries(built) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        binary = {name: wheel.getinfo(name).compress_size for name in wheel.namelist() if b"\0" in wheel.read(name)}
    assert sum(binary.values()) < MOST_BINARY, sorted(binary.items(), key=lambda one: -one[1])[:5]


def test_the_sdist_holds_the_whole_checkout_docs_tests_and_lock_file_included(built) -> None:
    with tarfile.open(built[0]) as sdist:
        held = {member.name.split("/", 1)[1] for member in sdist if "/" in member.name}
    assert set(sources()) - held == set()
    assert {".ci/requirements.lock", "CHANGELOG.md", "docs/how-to/studies.md", "tests/test_wheel.py"} <= held


def test_every_path_can_be_written_on_windows_and_macos() -> None:
    names = sources()
    for name in names:
        for part in name.split("/"):
            assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[. ]$', part), name
            assert part.split(".")[0].lower() not in RESERVED, name
        assert unicodedata.normalize("NFC", name) == name
        assert len(name) < 150, name
    folded = [name.casefold() for name in names]
    assert len(set(folded)) == len(folded), "two names differ by case alone"


def test_a_wheel_works_elsewhere(built, tmp_path) -> None:
    installed = tmp_path / "installed"
    with zipfile.ZipFile(built[1]) as wheel:
        wheel.extractall(installed)
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from experiments.cli.command_line import main; sys.exit(main())"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "-c", program, str(installed)]
    shown = subprocess.run([*command, "assurance", "--out", "case"], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "case" / "assurance.docx").stat().st_size > 50_000
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from dashboards.results.kept import FIRST_LOOK; from dashboards.results.ready import CARDS; from experiments.provenance "
        "import code_commit; import dashboards.commands, experiments.cli.sweep; print(FIRST_LOOK.exists() and CARDS.exists(), code_commit())"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(installed)], capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert shown.stdout == "True None\n", "it runs from the wheel, not from the checkout"
