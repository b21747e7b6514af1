"""All pages that are made from the code, by where they lie. A test compares each with what the code gives today."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.output import write_text
from experiments.reports.catalogue_page import catalogue_text
from experiments.reports.odd import odd_text
from tests import dependencies, prove

from . import commands, lists, python_names
from .page import DOCS


def _catalogue() -> str:
    """Return the catalogue of today's declarations, with the numbers that were kept when it was last run."""
    return catalogue_text(json.loads((DOCS / "reference" / "doses" / "doses.json").read_text(encoding="utf-8")))


MADE: dict[Path, Callable[[], str]] = {
    DOCS / "reference" / "commands.md": commands.page,
    DOCS / "reference" / "parameters.md": lists.parameters,
    DOCS / "reference" / "measures.md": lists.measures,
    DOCS / "reference" / "columns.md": lists.columns,
    DOCS / "reference" / "python.md": python_names.page,
    DOCS / "reference" / "odd.md": odd_text,
    DOCS / "reference" / "catalogue.md": _catalogue,
    DOCS / "reference" / "proof.md": prove.render,
    dependencies.TABLE: dependencies.table,
    dependencies.BILL: dependencies.bill,
}


def old() -> Iterator[Path]:
    """Yield each page that is not what the code gives today."""
    for path, made in MADE.items():
        if not path.exists() or path.read_text(encoding="utf-8") != made():
            yield path


def renew() -> Iterator[Path]:
    """Write each page that is old, and yield its path."""
    for path in old():
        write_text(path, MADE[path]())
        yield path
