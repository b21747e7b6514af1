"""Texts for officers, councillors and trainers can be read at 12 to 14: 20 words a sentence on average, 30 at most, nine years of school at most."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from experiments import compare
from experiments.reports.report import render
from scenarios import load_scenario
from tests.reading import prose, read, sentences

ROOT = Path(__file__).resolve().parents[1]
MEAN, LONGEST, GRADE = 20, 30, 9
PAGES = (
    "README.md",
    "docs/index.md",
    "docs/tutorials/officer.md",
    "docs/tutorials/trainer.md",
    "docs/explanation/model.md",
    "docs/explanation/belief.md",
)


# Written by hand for people who know the terms of the field: sentences are short all the same.
OTHERS = ("CONTRIBUTING.md", "SECURITY.md", *(f"docs/{part}" for part in (
    "how-to/install.md", "how-to/places.md", "how-to/studies.md", "how-to/dashboard.md", "how-to/add.md", "explanation/evidence.md", "reference/faults.md",
    "tutorials/researcher.md")))  # fmt: skip


def assert_easy(paragraphs: list[str]) -> None:
    found = read(paragraphs)
    assert len(found.longest) <= LONGEST, " ".join(found.longest)
    assert found.mean <= MEAN
    assert found.grade <= GRADE


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_everybody_is_easy_to_read(page) -> None:
    assert_easy(prose((ROOT / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", OTHERS)
def test_every_page_has_short_sentences(page) -> None:
    found = read(prose((ROOT / page).read_text(encoding="utf-8")))
    assert len(found.longest) <= LONGEST, " ".join(found.longest)
    assert found.mean <= MEAN


def test_the_start_page_is_easy_to_read() -> None:
    words = json.loads((ROOT / "dashboards" / "web" / "strings" / "en.json").read_text(encoding="utf-8"))
    assert_easy([text for key, text in words.items() if re.match(r"start\.|ready\.|app\.(limits|open|claim)", key)])


def test_the_first_page_of_the_report_is_easy_to_read() -> None:
    base = load_scenario("baseline", population=150).with_(burn_in=0)
    tried = [base.with_(name=name, interventions=load_scenario(name).interventions) for name in ("closing-the-loop", "budget-cut")]
    page = render(compare(base, *tried, replicates=15, months=13, workers=1))
    first = page[page.index("<h1>") : page.index("What changes</h2>")]
    assert_easy(
        [
            " ".join(re.sub(r"<[^>]+>", " ", part).split())
            for part in re.findall(r"<(?:p|li|dd)\b.*?</(?:p|li|dd)>", first, re.DOTALL)
        ]
    )


def test_hard_texts_are_told_from_easy_ones() -> None:
    hard = "The institutionalisation of participatory mechanisms necessitates considerable organisational reconfiguration."
    assert read(["The cat sat. It was fat."]).grade < 3 < 9 < read([hard]).grade
    assert [len(s) for s in sentences("It rose by 4.5 points. Who knows? (Not us.) At 65 % it did.")] == [5, 2, 2, 4]
    assert prose("# A\n\nSee [this page](x.md) and `code here`.\n\n```\nnot this\n```\n\n| no | no |\n\n1. One.\n2. Two.") == [
        "See this page and Name.", "One.", "Two.",
    ]  # fmt: skip
