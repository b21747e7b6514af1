"""Plain pages: text, tables and bars that a few lines of Python make, from this package or another (entry-point group `groundswell.pages`).

def forms():
    return [text("What there is."), table("Forms", ["form", "hours"], [[f.name, f.effort] for f in FORMS])]

page = Plain("forms", "Forms of taking part", forms)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from .records.view import Block, PlainShown

logger = logging.getLogger("groundswell.dashboard")


@dataclass(frozen=True)
class Plain:
    """One plain page.

    Attributes:
        name: in the address, lower-case letters and dashes.
        title: heading and name in the navigation.
        blocks: makes what is shown, when the page is opened.
    """

    name: str
    title: str
    blocks: Callable[[], Sequence[Block]]


def text(words: str) -> Block:
    """Return a paragraph."""
    return {"kind": "text", "text": words}


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Block:
    """Return a table under a heading."""
    return {"kind": "table", "title": title, "head": list(head), "rows": [list(row) for row in rows]}


def bars(title: str, finding: str, rows: Sequence[tuple[str, float]]) -> Block:
    """Return bars with what they say in a sentence."""
    return {"kind": "bars", "title": title, "finding": finding, "rows": [(str(name), float(value)) for name, value in rows]}


@cache
def plain_pages() -> dict[str, Plain]:
    """Return the plain pages of all packages by name; one that cannot be loaded is named in the log and left out."""
    found: dict[str, Plain] = {}
    for entry in metadata.entry_points(group="groundswell.pages"):
        try:
            page = entry.load()
            if not isinstance(page, Plain) or not re.fullmatch(r"[a-z][a-z-]{1,30}", page.name):
                raise TypeError("is not a dashboards.plain.Plain with a name of lower-case letters and dashes")
            found.setdefault(page.name, page)
        except Exception as error:
            logger.warning("page '%s' of %s is left out: %s", entry.name, entry.value, error)
    return found


def plain_view(name: str) -> PlainShown:
    """Return what a plain page shows; what its maker raises becomes words on it."""
    from .safeguards.boundary import words

    page = plain_pages()[name]
    try:
        blocks = list(page.blocks())
    except Exception as error:
        blocks = [text(words(error))]
    return {"title": page.title, "blocks": blocks}
