"""Pages of the documents that are made from the code are those of today, and what tutorials show works. tests/browser has the site itself."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.builder import notebook, pages, picture
from experiments.cli.command_line import main
from experiments.reports import shipped
from experiments.reports.assurance import pack
from experiments.reports.catalogue_page import catalogue_text
from tests import baseline
from tests.test_docs import ROOT, blocks

SMALL = ["--population", "100", "--replicates", "1", "--months", "13", "--workers", "1"]
SMALLER = {"compare": SMALL, "dashboard": ["--help"]}  # the dashboard is opened by tests/browser
OF_PAGES = ("officer.md", "trainer.md")


def test_pages_made_from_the_code_are_those_of_today() -> None:
    old = pages.old()
    assert not old, f"old: {', '.join(path.name for path in old)}; run `make docs`"


def test_pages_made_from_the_code_say_what_made_them() -> None:
    for path in pages.MADE:
        text = path.read_text(encoding="utf-8")
        assert (
            re.search(r"\*Made by `.+` with groundswell [\d.]+, from what has the identity `[0-9a-f]{16}`", text)
            or path.suffix == ".json"
        )


def test_a_page_made_from_results_says_that_they_are_old_once_numbers_change(monkeypatch) -> None:
    kept = {"numbers": shipped.numbers()}
    assert "old" not in shipped.age(kept)
    assert "may be old" in shipped.age({})
    monkeypatch.setattr(shipped, "result", lambda name: {"identity": "another", "facts": [], "conclusions": []})
    assert "**old**" in shipped.age(kept)
    doses = json.loads((pages.DOCS / "reference" / "doses" / "doses.json").read_text(encoding="utf-8"))
    assert "**old**" in catalogue_text(doses | kept)
    fewer = [row for row in doses["rows"] if row["intervention"] != "co-design"]
    assert "Not among them yet: co-design" in catalogue_text({**doses, "rows": fewer}), "what has no curve is named"


def test_the_pack_says_which_of_its_results_are_old(monkeypatch) -> None:
    found = {name: {**shipped.result(name), "numbers": shipped.numbers()} for name in (shipped.VALIDATION, shipped.ROBUSTNESS)}
    monkeypatch.setattr(pack, "result", found.__getitem__)
    assert "earlier version" not in pack.summary()
    found[shipped.ROBUSTNESS]["numbers"] = "another"
    assert "earlier version of the model's numbers: robustness" in pack.summary()


def test_the_picture_of_the_readme_is_of_todays_numbers() -> None:
    svg = picture.PICTURE.read_text(encoding="utf-8")
    made = picture.MADE_BY.search(svg)
    assert made, "it says what made it"
    assert made[2] == baseline.identity(*picture.asked()[0]), "old: run `python -m docs.builder.picture`"
    ElementTree.fromstring(svg)  # a browser shows nothing of one that is no XML
    assert "fill: #ffffff" in svg[:1000], "it lies on white, for dark pages"
    assert len(svg) < 150_000


def test_the_notebook_gives_what_it_shows() -> None:
    old = [path.name for path, text in notebook.files().items() if not notebook.is_kept(path, text)]
    assert not old, f"{', '.join(old)}: run `make docs`"


def commands_of(page: Path) -> list[list[str]]:
    lines = "\n".join(re.findall(r"^```\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
    return [shlex.split(line, comments=True)[1:] for line in lines.splitlines() if line.startswith("groundswell ")]


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *(ROOT / "docs" / "tutorials" / name for name in OF_PAGES)], ids=lambda p: p.name
)
def test_every_command_of_a_tutorial_works(page, kept, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    given = commands_of(page)
    assert len(given) >= 4
    for words in given:
        assert main([*words, *SMALLER.get(words[0], [])]) == 0, (words, capsys.readouterr().err)
        for out in (Path(words[n + 1]) for n, word in enumerate(words) if word == "--out"):
            assert any(out.glob("*.html"))


@pytest.mark.parametrize("name", OF_PAGES)
def test_what_a_tutorial_calls_by_name_is_so_called_on_the_pages(name) -> None:
    web = ROOT / "dashboards" / "web"
    shown = [*json.loads((web / "strings" / "en.json").read_text(encoding="utf-8")).values()]
    shown += [page["title"] for page in json.loads((web / "pages.json").read_text(encoding="utf-8"))]
    named = re.findall(r"\*\*(.+?)\*\*", (ROOT / "docs" / "tutorials" / name).read_text(encoding="utf-8"))
    assert len(named) > 7
    assert [text for text in named if text not in shown] == []


def test_the_tutorial_for_researchers_has_every_part() -> None:
    page = notebook.TEXT.read_text(encoding="utf-8")
    assert len(blocks(notebook.TEXT, "python")) == sum(cell.code for cell in notebook.cells(page)) > 8
    for word in ("load_place(", "with_(", "compare(", "sweep(", "sensitivity(", "Process(", "plt."):
        assert word in page
