"""The ODD description is generated, whole, and the one in docs is the one that the code gives."""

from __future__ import annotations

import re

from experiments.cli.command_line import main
from experiments.reports.odd import odd_text
from scenarios.catalogue import CATALOGUE
from simulation.declared.costs import PARAMETERS as COSTS
from simulation.month import LOOPS, MONTH, RESIDENT_COLUMNS, declared_parameters
from tests.imports import PACKAGES, ROOT

DOCS = ROOT / "docs" / "reference"
NUMBERED = re.compile(r"\bsteps? \d", re.IGNORECASE)


def test_it_has_the_seven_elements() -> None:
    text = odd_text()
    for heading in ("## 1. Purpose and patterns", "## 2. Entities, state variables and scales", "## 3. Process overview and scheduling",
                    "## 4. Design concepts", "## 5. Initialisation", "## 6. Input data", "## 7. Submodels"):  # fmt: skip
        assert heading in text


def test_it_names_every_declaration() -> None:
    text = odd_text()
    for process in MONTH:
        assert process.description in text
        assert all(f"`{process.parameters.prefix}.{p.name}`" in text for p in process.parameters.parameters)
        assert all(edge.event in text for edge in process.edges)
    assert all(f"`{c.name}`" in text for c in RESIDENT_COLUMNS)
    assert all(loop.words in text for loop in LOOPS)
    assert all(f"`{name}`" in text for name in CATALOGUE)
    assert all(f"`costs.{p.name}`" in text for p in COSTS.parameters)


def test_every_parameter_has_a_status_and_a_source() -> None:
    for name, parameter in declared_parameters().items():
        assert parameter.status in ("estimated", "calibrated", "assumed"), name
        assert parameter.source, name
        assert parameter.low <= parameter.default <= parameter.high, name
        assert parameter.unit, name
        assert parameter.description, name


def test_the_one_in_docs_is_up_to_date() -> None:
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == odd_text(), "run `make odd`"


def test_it_can_be_written_to_a_file(tmp_path) -> None:
    assert main(["odd", "--out", str(tmp_path / "odd.md")]) == 0
    assert (tmp_path / "odd.md").read_text(encoding="utf-8") == odd_text()


def test_steps_are_named_and_not_numbered() -> None:
    """A number goes wrong with the next step that is put into the month: in descriptions, in all code and on all pages."""
    assert [p.name for p in MONTH if NUMBERED.search(p.description)] == []
    folders = [ROOT / name for name in (*PACKAGES, "docs", "tests")]
    texts = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".md", ".ipynb")]
    assert [str(path.relative_to(ROOT)) for path in texts if NUMBERED.search(path.read_text(encoding="utf-8"))] == []


def test_equations_name_their_parameters_and_hold_no_value_of_them() -> None:
    """A number in an equation stays when the parameter moves; middles of scales are none."""
    middles = {"0.5", "5.5", "11.0", "12.0"}
    found = {(p.name, n) for p in MONTH for one in p.equations for n in re.findall(r"(?<![\w.])\d+\.\d+", one)}
    assert {(step, n) for step, n in found if n not in middles} == set()


def test_the_page_on_the_model_has_the_steps_of_the_month_in_their_order() -> None:
    text = (DOCS.parent / "explanation" / "model.md").read_text(encoding="utf-8")
    named = re.findall(r"^\d+\. \*\*([^*]+)\.\*\*", text, re.MULTILINE)
    assert named == [process.title for process in MONTH]
