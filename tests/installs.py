"""What users get: Pythons on this machine, the oldest and newest versions allowed, and a wheel and an sdist of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.dependencies import ROOT, declared, project

USERS = ("report", "dashboard", "postgresql", "cluster", "analysis")  # extras that a user asks for
BUILD = "import sys; from setuptools import build_meta as b; out = sys.argv[1]; b.build_sdist(out); b.build_wheel(out)"


def oldest() -> list[str]:
    """Return the lower bounds of everything that a user installs, as exact pins.

    Raises:
        ValueError: a package has no lower bound, or two.
    """
    pins: dict[str, str] = {}
    for one in declared():
        if one.group not in ("core", *USERS):
            continue
        bounds = [s.version for s in SpecifierSet(one.allowed) if s.operator == ">="]
        pin = f"{one.name}{one.extras}=={bounds[0] if bounds else ''}"
        if len(bounds) != 1 or pins.setdefault(one.name, pin) != pin:
            raise ValueError(
                f"pyproject.toml: {one.name}: {one.allowed or 'any version'}; allowed: one lower bound, the same in every group"
            )
    return sorted(pins.values())


def versions() -> list[str]:
    """Return the versions of Python that the project supports, such as `3.11`."""
    allowed = SpecifierSet(project()["project"]["requires-python"])
    return [f"3.{minor}" for minor in range(30) if allowed.contains(f"3.{minor}.0")]


def interpreter(version: str) -> Path | None:
    """Return a Python of a version: under pyenv, behind whose shims a version that is not switched on is hidden, or on PATH; None if there is none."""
    for path in _candidates(version):
        if _is(path, version):
            return path
    return None


def _candidates(version: str) -> Iterator[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield Path(sys.executable)
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and not Path(folder).is_relative_to(pyenv / "shims"):
            yield from (Path(folder) / name for name in (f"python{version}", f"python{version}.exe"))


def _is(path: Path, version: str) -> bool:
    try:
        shown = subprocess.run(
            [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return shown.stdout.strip() == version


def build(folder: Path) -> tuple[Path, Path]:
    """Build this checkout, changes included; return the sdist and the wheel."""
    source = folder / "source"
    for name in sources():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=source, check=True, capture_output=True)
    return next(folder.glob("groundswell-*.tar.gz")), next(folder.glob("groundswell-*.whl"))


def sources() -> list[str]:
    """Return the files of this checkout that are not ignored, with `/` between folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def install(python: Path, folder: Path, *requirements: str) -> Path:
    """Make an environment and install what is named from the package index, nothing built from source; return its Python."""
    subprocess.run([python, "-m", "venv", folder], check=True, capture_output=True)
    own = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", *requirements]
    subprocess.run(command, check=True, capture_output=True)
    return own


def requirement(wheel: Path) -> str:
    """Return what is asked of pip for a wheel with all that a user may ask for."""
    return str(Requirement(f"groundswell[{','.join(USERS)}] @ {wheel.as_uri()}"))
