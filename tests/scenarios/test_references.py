"""Whatever a source cites can be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from experiments.reports.lists import LISTS
from experiments.reports.odd import odd_text
from scenarios.evidence.references import CITED, cited_in, references
from scenarios.plugins import available_interventions
from simulation.declared.forms import FORMS
from simulation.declared.institutions import SERVICES
from simulation.declared.levers import LEVERS
from simulation.declared.segments import SEGMENTS

# Surveys, censuses and resident polls are named with the years of what is taken from them, and are no works of an author.
SURVEYS = ("Survey", "Place Survey", "Census", "Copenhagen", "Citizenship", "Life", "panel", "polls", "Volunteering", "February")
INTERNAL = re.compile(r"\bseeds? 00\d|\bTRIAL\b|\bMODEL\b|ARCHITECTURE")  # of papers that no reader has


def texts() -> Iterator[tuple[str, str]]:
    for name, make in LISTS.items():
        for row in make():
            yield from ((f"{name} {row['name']}", str(value)) for key, value in row.items() if key in ("source", "description"))
    for one in available_interventions().values():
        yield f"cost of {one.name}", one.cost.source
    for declared in (*SEGMENTS, *FORMS, *SERVICES):
        yield declared.name, declared.source
    for lever in LEVERS.values():
        yield lever.name, f"{lever.parameter.description} {lever.parameter.source}"


def test_every_work_that_is_cited_is_listed() -> None:
    unknown = {
        (where, cite)
        for where, text in texts()
        for cite in CITED.findall(text)
        if not cited_in(cite) and not any(word in cite for word in SURVEYS)
    }
    assert sorted(unknown) == []


def test_every_work_that_is_listed_is_cited_and_complete() -> None:
    said = " ".join(text for where, text in texts() if not where.startswith("references"))
    assert [cite for cite in references() if cite not in said] == []
    for one in references().values():
        assert all((one.authors, one.year, one.title, one.where)), one.cite
        assert f"**{one.cite}**: {one}" in odd_text()


def test_no_source_names_papers_that_no_reader_has() -> None:
    assert [(where, text) for where, text in texts() if INTERNAL.search(text)] == []


def test_an_unknown_citation_would_be_seen() -> None:
    assert CITED.findall("judgement; Nobody and others 2007 (direction)") == ["Nobody and others 2007"]
    assert not cited_in("Nobody and others 2007")
