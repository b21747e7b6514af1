"""Without any extra: what needs none works, and what needs one says which."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.extras import advice, lacking, libraries
from tests.dependencies import declared
from tests.installs import USERS

# Runs commands where nothing but the core is installed, one after the other until one fails: whatever an extra brings is not found.
CORE = """
import importlib.util, json, sys
from experiments import extras
absent = set(extras.libraries())
found = importlib.util.find_spec
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
extras.find_spec = lambda name: None if name in absent else found(name)
from experiments.cli.command_line import main
for words in json.loads(sys.argv[1]):
    if code := main(words):
        sys.exit(code)
"""


def core(folder: Path, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", CORE, json.dumps(commands)], capture_output=True, text=True, cwd=folder)


def test_every_library_of_an_extra_is_known() -> None:
    assert len(libraries()) == len({one.name for one in declared() if one.group in USERS})
    assert (
        lacking(ModuleNotFoundError(name="matplotlib.figure"))
        == f"this needs matplotlib, which is not installed; {advice('report')}"
    )
    assert lacking(ModuleNotFoundError(name="of_the_users_own_code")) is None


def test_run_list_and_place_work_without_any_extra(tmp_path) -> None:
    short = ["run", "--months", "1", "--population", "100"]
    done = core(tmp_path, short, ["list", "places"], ["place", "haringey"], ["place", "Blackpool", "--out", "mine"])
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stdout + done.stderr
    assert (tmp_path / "mine" / "place.yaml").exists()
    assert "no page is written: jinja2 and matplotlib are not installed" in done.stderr


def test_compare_works_without_any_extra_and_says_that_there_is_no_page(tmp_path) -> None:
    short = ["--months", "1", "--population", "100", "--replicates", "2", "--workers", "1"]
    done = core(
        tmp_path, ["compare", "baseline", "closing-the-loop", *short, "--place", "Blackpool", "--place", "Hartlepool", "--json"]
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["places"]) == 2
    assert advice("report") in done.stderr
    written = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written == {"places.csv", "effects.csv", "effects_by_group.csv", "compare.json", "ranking.csv", "months.csv"}


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [(["assurance"], "report"), (["dashboard"], "dashboard"), (["sensitivity", "s.yaml", "--out", "o"], "report")],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_needs_an_extra_names_it(tmp_path, arguments, extra) -> None:
    (tmp_path / "s.yaml").write_text(
        "name: s\nplace: Blackpool\npopulation: 100\nmonths: 1\nuncertainties: [{parameter: experience.asymmetry, low: 1, high: 2}]\n"
        "design: {kind: morris, points: 2}\nmeasures: [trust]\n"
    )
    done = core(tmp_path, arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert advice(extra) in done.stderr
