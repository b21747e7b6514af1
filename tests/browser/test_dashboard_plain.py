"""A page of another package: a few lines of Python, in the navigation, drawn and accessible like ours."""

from __future__ import annotations

import pytest

from tests.dashboards.running import running_in

PACKAGE = """
from dashboards.plain import Plain, bars, table, text
from simulation import FORMS


def forms():
    rows = [(f.name, f.effort) for f in FORMS]
    return [
        text("How much of people's time each form takes <b>at most</b>."),
        bars("Hours", f"The longest takes {max(r[1] for r in rows):g} hours.", rows),
        table("Forms", ["form", "run by"], [[f.name, f.service] for f in FORMS]),
    ]


page = Plain("forms", "Forms of taking part", forms)
wrong = "no page"
"""


@pytest.fixture
def extended(tmp_path):
    package = tmp_path / "package"
    (package / "more_pages-1.0.dist-info").mkdir(parents=True)
    (package / "more_pages.py").write_text(PACKAGE)
    (package / "more_pages-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: more-pages\nVersion: 1.0\n")
    (package / "more_pages-1.0.dist-info" / "entry_points.txt").write_text(
        "[groundswell.pages]\nforms = more_pages:page\nwrong = more_pages:wrong\n"
    )
    with running_in(tmp_path, environment={"PYTHONPATH": str(package)}) as running:
        yield running


def test_a_page_of_another_package_stands_beside_ours(extended, open_tab):
    tab = open_tab(server=extended)
    page = tab.go("/")
    page.get_by_role("link", name="Forms of taking part").click()
    page.get_by_role("heading", name="Forms of taking part", level=1).wait_for()
    page.wait_for_selector(".gs-chart svg")
    assert "<b>at most</b>" in page.locator("main").inner_text()
    assert page.get_by_role("group", name="Forms").locator("tbody tr").count() >= 10
    page.get_by_role("button", name="Show as table Hours").click()
    assert tab.accessible() == []
    assert page.title().startswith("Forms of taking part")
    tab.go("/forms")
    page.get_by_role("heading", name="Forms of taking part", level=1).wait_for()
    log = extended.log()
    assert "page 'wrong'" in log
    assert "is left out" in log
