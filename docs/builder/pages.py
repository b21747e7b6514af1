"""All pages that are made from the code, by where they lie. A test compares each with what the code gives today."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.output import write_text
from experiments.reports.catalogue_page import catalogue_text
from experiments.reports.odd import odd_text
from scenarios.evidence.census import census
from scenarios.evidence.facts import ledger
from tests import dependencies
from tests.prove import proofs

from . import commands, lists, notebook, python_names
from .page import DOCS


def _catalogue() -> str:
    """Return the catalogue of today's declarations, with the numbers that were kept when it was last run."""
    return catalogue_text(json.loads((DOCS / "reference" / "doses" / "doses.json").read_text(encoding="utf-8")))


# What stands in pages between `<!-- NAME -->` and `<!-- end -->`.
MARKS: dict[str, Callable[[], str]] = {
    "census": lambda: census().words(),
    "offer": lambda: census().offered(),
    "drawn": lambda: (
        f"{sum(fact.role == 'calibrate' for fact in ledger())} facts cannot fix {census().fitted + census().drawn} numbers"
    ),
    "councils": lambda: f"{census().councils}",
}
FILLED = tuple(
    path for path in (DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))) if "<!-- end -->" in path.read_text(encoding="utf-8")
)


def filled(text: str) -> str:
    """Return a page with what stands between `<!-- NAME -->` and `<!-- end -->` as it is today."""
    return re.sub(r"(<!-- (\w+) -->\s*).*?(\s*<!-- end -->)", lambda m: m[1] + MARKS[m[2]]() + m[3], text, flags=re.DOTALL)


MADE: dict[Path, Callable[[], str]] = {
    DOCS / "reference" / "commands.md": commands.page,
    DOCS / "reference" / "parameters.md": lists.parameters,
    DOCS / "reference" / "measures.md": lists.measures,
    DOCS / "reference" / "columns.md": lists.columns,
    DOCS / "reference" / "python.md": python_names.page,
    DOCS / "reference" / "odd.md": odd_text,
    DOCS / "reference" / "catalogue.md": _catalogue,
    DOCS / "reference" / "proof.md": proofs.render,
    dependencies.TABLE: dependencies.table,
    dependencies.BILL: dependencies.bill,
}


def old() -> dict[Path, str]:
    """Return each page that is not what the code gives today, with what it should be; without the notebook, which is run for it."""
    today = {path: made() for path, made in MADE.items()} | {path: filled(path.read_text(encoding="utf-8")) for path in FILLED}
    return {path: text for path, text in today.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


def renew() -> Iterator[Path]:
    """Write each page that is old, and the tutorial that is a notebook where it gives something else, and yield the paths."""
    ran = {path: text for path, text in notebook.files().items() if not notebook.is_kept(path, text)}
    for path, text in (old() | ran).items():
        write_text(path, text)
        yield path
