"""Provenance: what a result was made from, and the command that reproduces it."""

from __future__ import annotations

import functools
import hashlib
import platform
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from scenarios.structures import structure_name
from simulation.declared.scenario import WORDS, Scenario
from simulation.identity import identity

from . import sources
from .kept import cache

CODE = ("groundswell", "simulation", "scenarios", "experiments", "dashboards", "tests", "pyproject.toml", ".ci/requirements.lock")
LIBRARIES = ("groundswell", "mesa", "numpy", "numba", "scipy", "pandas", "networkx")


@functools.cache
def code_commit() -> str | None:
    """Return the commit of the checkout that runs, with `+changes` if the code differs from it; None outside a checkout."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return None
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--", *CODE], cwd=root, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + ("+changes" if changed.strip() else "")


@functools.cache
def sources_hash() -> str:
    """Return a hash of the code and data that results depend on; comments and docstrings do not count.

    The shipped posterior is left out: runs that draw from it record it themselves, and it is made by runs that this hash covers.
    """
    kinds = (".py", ".csv", ".yaml", ".parquet")
    found = [p for floor in ("simulation", "scenarios") for p in (sources.ROOT / floor).rglob("*")]
    found = [p for p in found if p.suffix in kinds and p.parent.name != "posterior"]
    found += (sources.ROOT / "experiments" / "studies" / "runs").glob("*.py")
    where = cache.folder()
    return sources.digest(found, None if where is None else where / "sources")[:16]


def versions() -> dict[str, str]:
    """Return versions of Python and of the libraries that results may depend on."""
    return dict(_versions())


@functools.cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def made_by(command: str, body: str) -> str:
    """Return the line of Markdown that says what made a page: command, version, and the identity of what the page was made from.

    Args:
        body: the rest of the page; it contains everything that the page is made from, so its digest is the identity.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    version = versions()["groundswell"]
    return f"*Made by `{command}` with groundswell {version}, from what has the identity `{digest}`. Edit nothing here.*"


def scenario_hash(scenario: Scenario) -> str:
    """Return the shortened identity of a scenario without its words, which change no number."""
    return identity(scenario, without=WORDS)[:16]


def provenance(
    scenarios: Sequence[Scenario], command: str, seed: int, warnings: Sequence[str] = (), posterior: str = ""
) -> dict[str, Any]:
    """Return the provenance of a result; `posterior` names the parameter sets that it draws from, if it does."""
    place = scenarios[0].place
    return {
        "command": command,
        "seed": seed,
        "versions": versions(),
        "code_commit": code_commit(),
        "scenario_hashes": {s.name: scenario_hash(s) for s in scenarios},
        "structures": {s.name: structure_name(s) for s in scenarios},
        "parameters": f"one set of '{posterior}' per replicate, calibrated to the ledger's facts"
        if posterior
        else "central values",
        "place_title": getattr(place, "title", place.name),
        "deprivation_index": getattr(place, "deprivation_index", "as given"),
        "attribution": getattr(place, "attribution", ""),
        "warnings": list(warnings),
    }
