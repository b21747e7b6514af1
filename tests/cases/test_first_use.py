"""What somebody sees who uses the program for the first time: labels, refusals and tables that say what is so, and what to do."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path

import pytest

import scenarios
from dashboards.own_data.page_words import PageAdvice, as_brought
from dashboards.questions.question import Column, Question, command
from experiments.cli.command_line import main
from experiments.studies.plan import _difference
from scenarios.advice import Advice
from scenarios.own_data.records.fields import RECORD_FIELDS
from scenarios.own_data.surveys.survey import SURVEY_FIELDS
from scenarios.own_data.tables.headers import normal
from scenarios.places.table import PLACE_FIELDS
from simulation import InputError
from simulation.measures.measure import measures_of

FACTOR = {"name": "response", "target": "councils.response", "levels": [], "low": 1, "high": 4, "note": "how long " * 20}


def test_no_label_says_not_asked_of_people_who_may_have_been() -> None:
    for measure in measures_of(("council",)).values():
        assert not re.search(r"(?i)not asked|unasked", measure.label + measure.description), measure
    assert "asked before or not" in measures_of(())["willing_unasked"].description


def test_the_command_of_an_own_place_runs_once_the_place_is_written() -> None:
    own = Question(columns=(Column(),), place="own-" + "0" * 24)
    first, second = map(shlex.split, command(own).splitlines())
    assert first == ["groundswell", "place", "FILE", "--out", "FOLDER"]
    assert second[second.index("--place") + 1] == "FOLDER"
    named = shlex.split(command(Question(columns=(Column(),), place="Own-town")))
    assert named[named.index("--place") + 1] == "Own-town", "a name that merely begins so is a place's own"


@pytest.mark.parametrize(
    ("name", "then", "now", "told"),
    [
        ("factors", [FACTOR], [FACTOR | {"high": 5}], "factors.response.high: 4 there, 5 now"),
        ("factors", [FACTOR], [FACTOR, FACTOR | {"name": "other", "note": ""}], "factors.other: nothing there, {"),
        ("measures", ["a" * 40, "b" * 40, "c"], ["a" * 40, "b" * 40, "d"], 'measures[3]: "c" there, "d" now'),
        ("measures", ["a" * 60, "b" * 60], ["a" * 60, "b" * 60, "c"], 'measures: [] there, ["c"] now'),
        ("place", "x" * 200 + "one", "x" * 200 + "two", 'one" there'),
        ("design", {"points": 4, "table": "ab"}, {"points": 8, "table": "cd"}, "design.points: 4 there, 8 now"),
        ("design", {"points": 4, "table": "ab"}, {"points": 4, "table": "cd"}, "design: different points"),
        ("design", {"seed": 1}, {}, "design.seed: 1 there, nothing now"),
    ],
)  # fmt: skip
def test_a_changed_study_shows_only_what_differs(name, then, now, told) -> None:
    said = _difference(name, then, now)
    assert told in said and len(said) < 300 and "how long" not in said
    assert said.count(" there") == 1 or "different points" in said, "nothing that is as it was"


OPTION = re.compile(r"--[a-z]")
FOR_THE_COMMAND_LINE = re.compile(
    r"^--(?:[a-z]+-)?column$|^--(?:answer|missing|status|agency|posterior)\b(?! and )|--answer does not name|by --answer"
)


def _texts(path: Path) -> list[str]:
    """Return the texts of a file, but docstrings and what only somebody can see who gave an option."""
    tree = ast.parse(path.read_text())
    words = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    docs = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef) and n.body and isinstance(n.body[0], ast.Expr)
    }
    return [w.value for w in words if id(w) not in docs and not FOR_THE_COMMAND_LINE.search(w.value)]


def test_a_reader_names_options_in_its_advice_alone_so_that_a_page_can_say_it_otherwise() -> None:
    root = Path(scenarios.__file__).parent
    for path in root.rglob("*.py"):
        if path.name not in (
            "advice.py",
            "place_file.py",
            "scenario_file.py",
            "place_template.py",
            "scenario_template.py",
            "loading.py",
            "uk_release.py",
        ):  # which read nothing that a page takes
            assert not [text for text in _texts(path) if OPTION.search(text)], path


def test_a_page_gives_no_advice_in_the_words_of_the_command_line() -> None:
    page, said = PageAdvice(), []
    for name in [n for n in vars(Advice) if not n.startswith("_")]:
        assert name in vars(PageAdvice), name
    said += [page.column("--column", "level_4_plus"), page.column("--column", "weight", "my w"), page.ends("--ties-column")]
    said += [page.no_answers("trust", ["9", "-1"]), page.status("Shut"), page.agency(), page.hidden(), page.parameter("drift.pull")]
    said += [f(name) for f in (page.answers, page.all_answers, page.empty_cells) for name in ("trust", "weight", "segment")]
    said += [page.beside("survey", "areas.csv"), page.option("region"), page.reason("File is not a zip file")]
    assert not [text for text in said if re.search(r"--[a-z]|[a-z]_[a-z]|\w\.\w|[A-Z]{3}", text)], said


def test_a_heading_with_its_words_apart_is_read_as_the_field_that_a_page_names() -> None:
    for field in (*PLACE_FIELDS, *SURVEY_FIELDS, *RECORD_FIELDS):
        told = not field.name.endswith(
            ("_reversed", "association_rented", "landlord_rented")
        )  # the first exactly so, the others by a page never
        assert not told or re.fullmatch(field.pattern, normal(PageAdvice().field(field.name))), field.name


def test_files_keep_the_names_that_they_were_brought_with() -> None:
    names = {"records.csv": "survey.csv", "survey.csv": "my answers.csv"}
    assert (
        as_brought("records.csv: line 3; see survey.csv, myrecords.csv", names)
        == "survey.csv: line 3; see my answers.csv, myrecords.csv"
    )


def ran(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main(list(map(str, arguments)))
    return code, *capsys.readouterr()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from experiments.studies.store import Store
    from experiments.studies.study import Design
    from tests.cases.test_studies import never_there
    from tests.planted import study, x_factors

    folder = tmp_path_factory.mktemp("first") / "store"
    Store.create(folder, study(never_there, x_factors(2), Design("latin-hypercube", 6), ("y", "z")), "groundswell sweep")
    return folder


def test_results_of_nothing_yet_are_one_sentence(store, capsys) -> None:
    code, out, err = ran(capsys, "results", store)
    assert code == 0
    assert err.count("missing") == 0 and "no run is complete yet" in (out + err)
    document = json.loads(ran(capsys, "results", store, "--json")[1])
    assert set(document["missing"]) == {"y", "z"}, "programs get what they got"


@pytest.mark.parametrize("query", ["DROP VIEW runs", "CREATE TABLE a AS SELECT 1", "SELECT 1; DROP VIEW runs", "SET threads = 2", "INSERT INTO runs VALUES (1)",
    "  -- SELECT\nDROP VIEW runs", "COPY runs TO 'x.csv'", "ATTACH 'x'", ""])  # fmt: skip
def test_queries_that_do_not_read_are_refused(store, capsys, query) -> None:
    code, out, err = ran(capsys, "results", store, query)
    assert (code, out) == (2, "") and "SELECT" in err


@pytest.mark.parametrize("query", ["SELECT 1 AS a", "WITH t AS (SELECT 1 AS a) SELECT * FROM t", "DESCRIBE runs", "SHOW TABLES", "FROM runs", "VALUES (1)", "SUMMARIZE runs",
    "/* all */ select count(*) from runs;", "EXPLAIN SELECT 1", "SELECT 'DROP; VIEW' AS a"])  # fmt: skip
def test_queries_that_read_are_answered(store, capsys, query) -> None:
    code, out, err = ran(capsys, "results", store, query)
    assert code == 0, err
    assert "row" in out


def test_a_table_wider_than_the_terminal_is_printed_row_by_row(monkeypatch, capsys) -> None:
    from experiments import console

    monkeypatch.setattr(console, "_width", lambda: 80)
    header = [f"a_rather_long_name_{n}" for n in range(12)]
    console.table("2 rows", header, [[f"{n}.25" for n in range(12)], ["-"] * 12])
    out = capsys.readouterr().out
    assert "a_rather_long_name_11  11.25" in out and all(len(line) <= 80 for line in out.splitlines())
    assert "row 1" in out and "row 2" in out
    console.table("a few", ["name", "x"], [["one", "1"]])
    assert "row 1" not in capsys.readouterr().out


AREAS = b"Area code,Ward,Population,deprivation_decile\n" + b"".join(
    b"X%d,Ward %d,1500,%d\n" % (n, n // 4, n % 10 + 1) for n in range(8)
)
ANSWERS = "Q7,Age\n" + "A great deal,34\nNot at all,51\nA fair amount,70\n" * 40
CASES = "When,Until,Team\n" + "2023-01-02,2023-01-09,roads\n2023-02-01,2023-03-05,parks\n" * 200


@pytest.mark.parametrize(
    ("kind", "file", "text", "heading", "right"),
    [("survey", "Our answers 2024.csv", ANSWERS, "Q7", "trust"), ("records", "requests.csv", CASES, "When", "created")],
)
def test_what_the_page_says_of_a_heading_works(tmp_path, monkeypatch, kind, file, text, heading, right) -> None:
    import pandas as pd

    from dashboards.own_data import own_places, reading, uploads
    from experiments.evidence.localisation import Localised

    own_places.keep_in(tmp_path / "own")
    monkeypatch.setattr(uploads, "read_apart", lambda *asked, gone: reading.made(*asked, lambda: None))
    empty = pd.DataFrame(columns=["measure", "survey", "low", "high", "before", "after", "role"])
    monkeypatch.setattr("experiments.evidence.own_data.localise", lambda place, survey, show=None: Localised(place, empty))
    monkeypatch.setattr("experiments.evidence.own_data.with_records", lambda place, fit: place)
    name = uploads.take(uploads.take("", "small_areas", "a.csv", AREAS), kind, file, text.encode())
    with pytest.raises(InputError) as refused:
        uploads.place_of(name, "Our town")
    said = str(refused.value)
    assert said.startswith(f"{file}: ") and f"the heading “{right}”" in said and "--" not in said
    name = uploads.take("", "small_areas", "a.csv", AREAS)
    uploads.take(name, kind, file, text.replace(heading, right).replace("Until", "closed").encode())
    told = uploads.place_of(name, "Our town")
    assert right in [r["field"] for r in told["readings"] if r["table"] == kind]
    shown = json.dumps([told["findings"], told["readings"]], ensure_ascii=False)
    assert f"{kind}.csv" not in shown and not re.search(r"--[a-z]", shown) and "picture" not in shown


@pytest.mark.parametrize(("heading", "end"), [("deprivation_decile", 1), ("deprivation_decile_reversed", 10)])
def test_a_decile_is_told_by_the_heading_that_a_refusal_names(tmp_path, heading, end) -> None:
    from tests.cases.test_places import place_of

    own = place_of(tmp_path, AREAS.decode().replace("deprivation_decile", heading), "areas.csv")
    assert f"{heading}: {end} is the most deprived, as its name says" in [f.text for f in own.findings]


def test_no_change_is_said_to_be_less_than_nothing_once_it_is_rounded() -> None:
    from experiments import numbers

    assert numbers.change(-0.0001, True) == "+0.0 points" and numbers.between(-1e-9, 1e-9, False) == "+0.000 to +0.000"
    for path in Path(numbers.__file__).parent.rglob("*.py"):
        assert not re.search(r":\+,?\.\df\}", path.read_text()), path
