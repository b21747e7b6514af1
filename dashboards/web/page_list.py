"""The one list of pages, which server and browser both read: those of `pages.json`, then the plain pages of other packages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from ..controls import Controls
from ..plain import plain_pages

HERE = Path(__file__).parent
PAGES_FILE, ASSETS = HERE / "pages.json", HERE / "assets"
FIRST = "start"  # the page at the address of the server itself


@dataclass(frozen=True)
class ListedPage:
    """One page of the navigation.

    Attributes:
        name: in the address; the component that draws the page is `gs-NAME`, in `assets/NAME.js`.
        title: in the navigation and in the title of the window.
        component: that draws it.
        controls: what it shows for what its user sets; None where the page asks for what it needs in other ways.
    """

    name: str
    title: str
    component: str
    controls: Controls | None = None

    @property
    def path(self) -> str:
        """Where it lies on the server."""
        return "/" if self.name == FIRST else f"/{self.name}"


@cache
def own_pages() -> dict[str, ListedPage]:
    """Return the pages of this package by name.

    Raises:
        ValueError: the list names a page badly or twice, or one without a script.
    """
    found: dict[str, ListedPage] = {}
    for line in json.loads(PAGES_FILE.read_text(encoding="utf-8")):
        name, title, module = line["name"], line["title"], line.get("controls")
        if not re.fullmatch(r"[a-z][a-z-]{1,30}", name) or name in found:
            raise ValueError(f"{PAGES_FILE.name}: '{name}': allowed: a name of lower-case letters and dashes, once")
        if not (ASSETS / f"{name}.js").exists():
            raise ValueError(f"{PAGES_FILE.name}: '{name}': assets/{name}.js is missing, which draws the page")
        if module is not None and not re.fullmatch(r"dashboards\.controls\.[a-z_]+", module):
            raise ValueError(f"{PAGES_FILE.name}: '{name}': controls '{module}'; allowed: a module of dashboards.controls")
        controls = None if module is None else import_module(module).CONTROLS
        found[name] = ListedPage(name, title, f"gs-{name}", controls)
    return found


@cache
def all_pages() -> dict[str, ListedPage]:
    """Return every page by name, in the order of the navigation."""
    plain = {one.name: ListedPage(one.name, one.title, "gs-plain") for one in plain_pages().values()}
    return own_pages() | {name: page for name, page in plain.items() if name not in own_pages()}


def for_browser() -> list[dict[str, str | bool]]:
    """Return the list as the page reads it."""
    return [
        {"name": one.name, "title": one.title, "path": one.path, "component": one.component, "controls": one.controls is not None}
        for one in all_pages().values()
    ]
