"""The report in a real browser, wide and narrow, with no network."""

from __future__ import annotations

import pytest

from experiments.comparison.compare import compare
from experiments.reports.report import render
from scenarios import load_scenario
from tests.places import small_scenario


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    base = small_scenario(300, 24)
    names = ("closing-the-loop", "front-line-engagement", "restructuring")
    tried = [
        base.with_(name=n, interventions=i.interventions, description=i.description) for n in names for i in [load_scenario(n)]
    ]
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(compare(base, *tried, replicates=3, months=24, workers=1)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390])
def test_it_reads_at_every_width_without_network(browser, report, width, tmp_path) -> None:
    page = browser.new_page((width, 900))
    requests, problems = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto(report.as_uri())
    assert requests == [report.as_uri()]
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out sideways"
    assert page.locator("h1").inner_text().startswith("What would closing the loop")
    assert page.locator("html").get_attribute("lang") == "en-GB"
    figures = page.locator("figure")
    assert figures.count() == 11
    for n in range(figures.count()):
        figure = figures.nth(n)
        box = figure.locator("svg").bounding_box()
        assert box is not None
        assert box["width"] > 0.8 * min(width - 40, 400)
        assert figure.locator("svg").get_attribute("aria-label")
        assert len(figure.locator("figcaption").inner_text()) > 20
        figure.locator("summary").click()
        assert figure.locator("table").is_visible()
        assert figure.locator("tbody tr").count() >= 2
    for heading in (
        "What was compared",
        "What changes",
        "For whom, from when, and does it last",
        "Which month?",
        "How sure is this?",
        "All measures",
        "What was assumed",
        "What this cannot tell you",
        "How to repeat it",
    ):
        assert page.get_by_role("heading", name=heading, exact=True).is_visible()
    page.screenshot(path=str(tmp_path / f"report-{width}.png"), full_page=True)
    page.close()


def test_every_region_that_scrolls_can_be_reached_by_keyboard(browser, report) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    for n in range(page.locator(".scroll").count()):
        region = page.locator(".scroll").nth(n)
        assert region.get_attribute("tabindex") == "0"
        assert region.get_attribute("aria-label")
    page.close()
