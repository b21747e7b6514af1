"""What the documents show works, and what they name exists."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from experiments.cli.command_line import main
from tests import recipes

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of one language in a page."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_the_examples_of_how_to_add_run() -> None:
    """Those that are no files: files are written by tests/test_recipes.py."""
    space: dict = {"__name__": "docs_example"}
    examples = [
        block.text for block in recipes.blocks(ROOT / "docs" / "how-to" / "add.md") if block.kind == "python" and not block.file
    ]
    assert len(examples) >= 7
    for example in examples:
        if "town_ideas" not in example:
            exec(compile(example, "docs/how-to/add.md", "exec"), space)


def test_the_examples_of_studies_run(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict = {"__name__": "docs_example"}
    for example in blocks(ROOT / "docs" / "how-to" / "studies.md", "python"):
        exec(compile(example, "docs/how-to/studies.md", "exec"), space)
    assert space["best"].tried > 4
    assert "trust" in capsys.readouterr().out


def test_every_test_that_is_named_for_a_fault_exists() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", (ROOT / "docs" / "reference" / "faults.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_every_document_that_is_named_anywhere_exists() -> None:
    """In code, pages, templates and other documents; the changelog names what was there at its time."""
    kinds = ("*.py", "*.md", "*.j2", "*.json", "*.html", "*.js", "*.yml", "*.toml", "Makefile", ":!CHANGELOG.md")
    found = subprocess.run(
        ["git", "grep", "-hoE", r"\bdocs/[A-Za-z0-9_/-]+\.(md|svg|json|ipynb)", "--", *kinds],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    named = set(found.stdout.split())
    assert {"docs/how-to/add.md", "docs/reference/catalogue.md"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_in_the_documents_exist(page, capsys) -> None:
    for name in set(re.findall(r"^groundswell (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE)):
        assert main([name, "--help"]) == 0


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "explanation" / "evidence.md"], ids=lambda p: p.name)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    examples = blocks(page, "python")
    assert examples
    for example in examples:
        exec(compile(example, page.name, "exec"), {"__name__": "example"})
    assert "effect" in capsys.readouterr().out


def test_the_citation_names_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
