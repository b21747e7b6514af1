"""The recipe of a page with controls, followed to the letter: what its text says is done to a copy of the program, and a browser sees the page."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.dashboards.running import Running

from .tabs import NARROW

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "how-to" / "add.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\d\. (.*?)```\w+\n(.*?)```", re.DOTALL | re.MULTILINE)


def linked(source: str, target: str) -> str:
    """Copy a file by a link where the disk can do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A server of a copy of the program to which the three steps were done."""
    folder = tmp_path_factory.mktemp("recipe")
    for floor in ("groundswell", "simulation", "scenarios", "experiments", "dashboards"):
        shutil.copytree(ROOT / floor, folder / floor, copy_function=linked)
    section = TEXT.split("## Add a page with controls")[1].split("\n## ")[0]
    steps = STEP.findall(section)
    assert len(steps) == 3
    for words, code in steps:
        path = folder / re.search(r"`(dashboards/\S+\.\w+)`", words)[1]
        content = code
        if path.exists():
            assert path.suffix == ".json"
            content = path.read_text().rstrip().removesuffix("]").rstrip() + ",\n  " + code + "]\n"
            path.unlink()  # a link to our own
        path.write_text(content)
    (folder / "studies").mkdir()
    environment = {"PYTHONPATH": str(folder)}
    program = (sys.executable, "-P", "-m", "groundswell")  # not the program of this folder
    running = Running(folder / "home", folder / "studies", program=program, environment=environment).start()
    yield running
    running.stop()


def test_a_page_made_by_the_recipe_is_not_blank(extended, open_tab):
    tab = open_tab(server=extended)
    page = tab.go("/")
    page.get_by_role("link", name="Hours").click()
    page.get_by_role("heading", name="How long does it take?", level=1).wait_for()
    assert page.get_by_role("link", name="Hours").get_attribute("aria-current") == "page"
    assert page.title().startswith("Hours")
    page.get_by_text("Public meeting: 2 hours for one act.").wait_for()
    page.get_by_label("Form of taking part").select_option("ward-panel")
    page.get_by_text(re.compile("^Ward panel: ")).wait_for()
    assert page.url.endswith("/hours?form=ward-panel")
    page.reload()
    page.get_by_text(re.compile("^Ward panel: ")).wait_for()
    assert tab.accessible() == []


def test_a_setting_that_is_refused_is_said_on_the_page(extended, open_tab):
    tab = open_tab(NARROW, server=extended)
    page = tab.go("/hours?form=ward-pane")
    assert "form: 'ward-pane'; allowed: " in page.get_by_role("alert").inner_text()
    page.get_by_text(re.compile("^Public meeting: ")).wait_for()
    page = tab.go("/hours?from=petition")
    assert "unknown 'from'" in page.get_by_role("alert").inner_text()
    assert tab.fits()
