"""The documents as a site: built without a warning, opened from its files without server or network, searched, and read on a phone and in the dark."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docs.builder import pages, site

from .axe import violations


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("site") / "built"
    assert site.build(out) == 0, "Sphinx warns: its words stand above"
    return out


def test_the_site_asks_nothing_of_another_host(built) -> None:
    for path in [*built.rglob("*.html"), *built.rglob("*.css"), *built.rglob("*.svg")]:
        asked = re.findall(
            r"(?:\bsrc=|<link[^>]*\bhref=|url\(|@import )[\"'(]*((?:https?:)?//[^\"')\s]+)", path.read_text(encoding="utf-8")
        )
        assert not asked, path.name


def test_every_page_is_reached_and_searched_without_a_server(built) -> None:
    index = (built / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    written = {path.relative_to(pages.DOCS).with_suffix("").as_posix() for path in pages.DOCS.rglob("*.md")}
    assert set(found["docnames"]) == written
    assert {"fatigu", "austerity"} & set(found["terms"])
    start = (built / "index.html").read_text(encoding="utf-8")
    assert [name for name in written - {"index"} if f'href="{name}.html"' not in start] == []


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (390, "light"), (390, "dark")])
def test_it_reads_at_every_width_from_its_files_alone(browser, built, width, colours) -> None:
    page = browser.new_page((width, 900), colours)
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    for name in (
        "index",
        "tutorials/officer",
        "tutorials/researcher",
        "reference/commands",
        "reference/parameters",
        "reference/proof",
    ):
        page.goto((built / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name}: nothing sticks out sideways"
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), name
        ground, ink = (page.evaluate(f"getComputedStyle(document.body).{which}") for which in ("backgroundColor", "color"))
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < sum(map(int, re.findall(r"\d+", ink)[:3]))) == (colours == "dark")
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
    assert problems == []
    page.close()


def test_axe_finds_nothing_to_mend(browser, built) -> None:
    page = browser.new_page()
    for name in ("index", "tutorials/researcher", "reference/measures", "reference/python"):
        page.goto((built / f"{name}.html").as_uri())
        assert violations(page, "wcag2a", "wcag2aa", "wcag21aa", "wcag22aa") == [], name
    page.close()


def test_a_search_finds_pages_without_a_server(browser, built) -> None:
    page = browser.new_page()
    page.goto((built / "search.html").as_uri() + "?q=fatigue")
    page.locator("#search-results li a").first.wait_for()
    found = page.locator("#search-results li a").all_inner_texts()
    assert {"ODD description", "Columns"} <= set(found)
    page.close()
