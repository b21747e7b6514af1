"""The recipes of docs/how-to/add.md are followed to the letter: each file is written, each line changed, each command typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from experiments.cli.command_line import main
from scenarios import load_place, load_scenario
from tests.recipes import Block, blocks, commands, copied, follow

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "add.md"
ORACLE = "tests/reference/plain_model.py"
# A recipe changes no kernel, and compiling all takes a minute.
COMPILED = "from simulation.kernels import kernel\nkernel.forget_stale_kernels = lambda: False\n"
BEFORE_THE_ORACLE = """
import pytest
from tests.simulation.test_oracle import test_the_plain_model_lives_through_the_same_steps as look
with pytest.raises(AssertionError):  # pytest names the step
    look()
"""
AFTER = """
from experiments.reports.odd import odd_text
from scenarios import load_scenario
from simulation import ParticipationModel, measures_of
from simulation.declared.forms import FORMS
from simulation.measures.measure import Snapshot, take
from simulation.month import MONTH, declared_parameters
from tests.places import small_scenario
from tests.reference.plain_model import PlainModel
from tests.simulation.test_oracle import assert_equal, test_the_plain_model_lives_through_the_same_steps

test_the_plain_model_lives_through_the_same_steps()
assert [process.name for process in MONTH][-3:] == ["festival", "drift", "measuring"]
assert declared_parameters()["festival.attachment_gain"].default == 0.05
assert FORMS[0].name == "litter-pick"
tried = load_scenario("open-saturdays").interventions
model = ParticipationModel(small_scenario(60, 12, interventions=tried), 1)
plain = PlainModel.of(model)
for month in range(7):
    model.step()
    plain.step()
assert (model.residents.festivals > 0).any(), "who came remembers"
assert_equal(model, plain)
branch = model.branch(model.scenario)
assert (branch.residents.festivals == model.residents.festivals).all()
assert 0 <= take(Snapshot(model), measures_of(("council",))["tired_of_asks"]) <= 1
odd = odd_text()
words = ("(`festival`)", "`festivals`", "`festival.attachment_gain`", "`open-saturdays`", "`tired_of_asks`", "| litter-pick |")
assert [word for word in words if word not in odd] == []

import contextlib, io
from experiments.cli.command_line import main
from tests.experiments.test_options import test_no_option_is_left_out
test_no_option_is_left_out()
run = ["run", "--population", "60", "--months", "1", "--only", "trust"]
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.redirect_stderr(io.StringIO()) as said:
    assert (main(run), main([*run, "--json"])) == (0, 2)
assert "trust" in shown.getvalue() and "participation" not in shown.getvalue()
assert "error: --only: has no effect on --json" in said.getvalue()
print("followed")
"""


def of(kind: str, section: str = "") -> list[Block]:
    return [block for block in blocks(PAGE) if block.kind == kind and section in block.section]


def python(root: Path, program: str) -> str:
    """Run a program on the changed code, apart from this process, whose code is as it was."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    ran = subprocess.run(
        [sys.executable, "-c", COMPILED + program], cwd=root, env=environment, capture_output=True, text=True, timeout=500
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_what_is_added_to_our_own_code_is_there_everywhere(tmp_path) -> None:
    """A mechanism with a memory, an intervention, a measure, a form and an option, in one copy of the code."""
    root = copied(ROOT, tmp_path / "copy")
    changes = [block for block in blocks(PAGE) if block.file.startswith(("simulation/", "scenarios/", "experiments/", "tests/"))]
    assert {block.file for block in changes if block.kind == "diff"} > {
        ORACLE,
        "simulation/month/__init__.py",
        "simulation/declared/forms.py",
    }
    for block in changes:
        if block.file != ORACLE:
            follow(block, root)
    python(root, BEFORE_THE_ORACLE)
    for block in changes:
        if block.file == ORACLE:
            follow(block, root)
    assert python(root, AFTER) == "followed\n"


def test_a_package_of_ones_own_is_found_and_conforms(tmp_path) -> None:
    """Installed as pip does it: its module, and its entry points."""
    for block in (b for b in blocks(PAGE) if "package of your own" in b.section and b.file):
        follow(block, tmp_path)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    lines = [f"[{group}]\n" + "\n".join(f"{k} = {v}" for k, v in named.items()) for group, named in project["entry-points"].items()]
    (told / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    conforms = of("python", "package of your own")[-1]
    assert "conformance_test" in conforms.text
    found = "from scenarios.plugins import available_interventions\nprint(available_interventions()['plant-trees'].source)\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    ran = subprocess.run(
        [sys.executable, "-c", found + conforms.text], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500
    )
    assert ran.returncode == 0, ran.stderr


def test_a_place_is_made_from_the_table_and_run(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    for block in of("text", "a place"):
        follow(block, tmp_path)
    typed = [words for block in of("", "a place") for words in commands(block)]
    assert [words[0] for words in typed] == ["place", "run"]
    for words in typed:
        assert main([*words, *(["--population", "150", "--months", "2"] if words[0] == "run" else [])]) == 0, (
            capsys.readouterr().err
        )
    assert load_place("my-town").wards == ("Mill", "Quay", "Hill")


@pytest.mark.parametrize("block", of("yaml"), ids=lambda block: block.section)
def test_a_scenario_file_of_a_recipe_loads(block, tmp_path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(block.text, encoding="utf-8")
    scenario = load_scenario(str(path), population=150)
    assert scenario.interventions
    assert len(scenario.segments) == (2 if "segment" in block.section else 3)


def test_every_thing_that_contributing_names_has_a_recipe() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Recipes")[2].partition("\n## ")[0]
    named = re.findall(r"\[[^\]]*\]\(docs/how-to/add\.md#([\w-]+)\)", text)
    headings = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    known = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert len(named) >= 8
    assert set(named) == known


def test_a_change_that_does_not_fit_its_file_is_told(tmp_path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\ntwo\n")
    for text in (" three\n+four\n", " two\n+three\n"):
        with pytest.raises(ValueError, match="times in it"):
            follow(Block("", "diff", text, "a.py"), tmp_path)
    follow(Block("", "diff", " one\n-two\n+three\n two\n", "a.py"), tmp_path)
    assert (tmp_path / "a.py").read_text() == "one\nthree\ntwo\n"
