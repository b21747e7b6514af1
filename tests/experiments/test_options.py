"""Every option of every command is heard: it changes what comes out, or it is refused where it cannot."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import experiments
from experiments.cli import command_line, options
from experiments.cli.command_line import main
from experiments.comparison.run_request import RunRequest
from experiments.comparison.single_run import run_once
from experiments.kept import cache
from experiments.studies.discovery import condition
from experiments.studies.store import Store
from scenarios.evidence.facts import LEDGER
from tests.planted import listed, quick

# Options that say how a command shows itself, whatever it does.
ALWAYS = {
    "--json": "prints the result as one JSON document; each command's own tests read it",
    "--debug": "shows where an error came from; tested below for every command",
}

STUDY = """name: small
place: wards.csv
population: 100
months: 2
replicates: 1
levers: [{dose: closing-the-loop, low: 0, high: 1}]
uncertainties: [{parameter: experience.asymmetry, low: 2, high: 4}]
design: {points: 4}
measures: [trust, cost]
objectives: [maximise trust]
fails: trust < 0.5
"""
COMPARE = ["compare", "baseline", "closing-the-loop", "--place", "wards.csv"]
ASK = ["small.yaml", "--out", "o"]
SWEEP = ["sweep", *ASK]
NAMED = ("--measured", "tests.planted:quick")
SURVEY = ["place", "Blackpool", "--check", "--survey", "survey.csv"]
SAVED = ["library", "--home", "saved"]
RECORDS = ["place", "Blackpool", "--check", "--records", "records.csv"]
# For each option: what is typed without it, and what is typed for it.
HEARD: dict[tuple[str, str], tuple[list[str], list[str]]] = {
    ("run", "--place"): (["run"], ["--place", "leeds"]),
    ("run", "--population"): (["run"], ["--population", "77"]),
    ("run", "--structure"): (["run"], ["--structure", "households"]),
    ("run", "--months"): (["run"], ["--months", "7"]),
    ("run", "--seed"): (["run"], ["--seed", "0"]),
    ("run", "--profile"): (["run", "--population", "60", "--months", "1", "--place", "wards.csv"], ["--profile"]),
    ("run", "--residents"): (["run"], ["--residents", "r.csv"]),
    ("run", "--events"): (["run"], ["--events", "e.parquet"]),
    ("run", "--series"): (["run"], ["--series", "s.csv"]),
    ("run", "--out"): (["run"], ["--out", "o"]),
    ("run", "--no-cache"): (["run"], ["--no-cache"]),
    ("compare", "--replicates"): (COMPARE, ["--replicates", "3"]),
    ("compare", "--until-sure"): (COMPARE, ["--until-sure", "0.01"]),
    ("compare", "--plan"): (COMPARE, ["--plan", "0.01"]),
    ("compare", "--end"): (COMPARE, ["--end", "12"]),
    ("compare", "--place"): (["compare", "baseline", "mobilise"], ["--place", "leeds"]),
    ("compare", "--population"): (COMPARE, ["--population", "77"]),
    ("compare", "--structure"): (COMPARE, ["--structure", "households"]),
    ("compare", "--months"): (COMPARE, ["--months", "7"]),
    ("compare", "--seed"): (COMPARE, ["--seed", "0"]),
    ("compare", "--series"): (COMPARE, ["--series", "s.csv"]),
    ("compare", "--out"): (COMPARE, ["--out", "there.yaml"]),
    ("compare", "--workers"): (COMPARE, ["--workers", "1"]),
    ("compare", "--no-cache"): (COMPARE, ["--no-cache"]),
    ("compare", "--posterior"): (COMPARE, ["--posterior", "none"]),
    ("odd", "--out"): (["odd"], ["--out", "odd.md"]),
    ("benchmark", "--sizes"): (["benchmark"], ["--sizes", "1000"]),
    ("benchmark", "--catalogue"): (["benchmark"], ["--catalogue"]),
    ("new", "--from"): (["new", "mine"], ["--from", "mobilise"]),
    ("new", "--study"): (["new", "mine"], ["--study"]),
    ("new", "--force"): (["new", "there"], ["--force"]),
    ("doses", "--replicates"): (["doses"], ["--replicates", "2"]),
    ("doses", "--place"): (["doses"], ["--place", "leeds"]),
    ("doses", "--population"): (["doses"], ["--population", "77"]),
    ("doses", "--months"): (["doses"], ["--months", "7"]),
    ("doses", "--seed"): (["doses"], ["--seed", "0"]),
    ("doses", "--out"): (["doses"], ["--out", "there.yaml"]),
    ("doses", "--workers"): (["doses"], ["--workers", "1"]),
    ("doses", "--no-cache"): (["doses"], ["--no-cache"]),
    ("cache", "--clear"): (["cache"], ["--clear"]),
    ("place", "--check"): (["place", "Blackpool"], ["--check"]),
    ("place", "--wards"): (["place", "areas.csv", "--check"], ["--wards", "wards.csv"]),
    ("place", "--sheet"): (["place", "book.xlsx", "--check"], ["--sheet", "Second"]),
    ("place", "--column"): (["place", "wards.csv", "--check"], ["--column", "population=Voters"]),
    ("place", "--ward-column"): (["place", "areas.csv", "--check", "--wards", "wards.csv"], ["--ward-column", "owned=Rented"]),
    ("place", "--region"): (["place", "wards.csv", "--json"], ["--region", "London"]),
    ("place", "--survey"): (["place", "Blackpool", "--check"], ["--survey", "survey.csv"]),
    ("place", "--survey-column"): (SURVEY, ["--survey-column", "trust=Other trust"]),
    ("place", "--answer"): (SURVEY, ["--answer", "trust=No"]),
    ("place", "--missing"): (SURVEY, ["--missing", "trust=No"]),
    ("place", "--records"): (["place", "Blackpool", "--check"], ["--records", "records.csv"]),
    ("place", "--records-column"): (RECORDS, ["--records-column", "agency=Ward"]),
    ("place", "--agency"): (RECORDS, ["--agency", "Highways=housing"]),
    ("place", "--ties"): (["place", "Blackpool", "--json"], ["--ties", "ties.csv", "--check"]),
    ("place", "--status"): (RECORDS, ["--status", "Shut=unfixed"]),
    ("place", "--ties-column"): (["place", "Blackpool", "--check", "--ties", "ties.csv"], ["--ties-column", "to=friend of"]),
    ("place", "--use-ties"): (["place", "Blackpool", "--check", "--ties", "ties.csv"], ["--use-ties"]),
    ("place", "--threshold"): ([*SURVEY, "--json"], ["--threshold", "41"]),
    ("place", "--title"): (["place", "wards.csv"], ["--title", "Our town"]),
    ("place", "--out"): (["place", "wards.csv", "--check"], ["--out", "o"]),
    ("sweep", "--out"): (SWEEP, ["--out", "p"]),
    ("sweep", "--workers"): (SWEEP, ["--workers", "1"]),
    ("sweep", "--no-cache"): (SWEEP, ["--no-cache"]),
    ("sweep", "--scheduler"): (SWEEP, ["--scheduler", "tcp://127.0.0.1:1"]),
    ("sweep", "--shard"): (SWEEP, ["--shard", "1/2"]),
    ("results", "--watch"): (["results", "store"], ["--watch"]),
    ("results", "--compact"): (["results", "store"], ["--compact"]),
    ("verify", "--runs"): (["verify", "store", *NAMED], ["--runs", "3"]),
    ("verify", "--seed"): (["verify", "store", *NAMED], ["--seed", "5"]),
    ("verify", "--measured"): (["verify", "store"], ["--measured", "tests.planted:quick"]),
    ("sensitivity", "--out"): (["sensitivity", *ASK], ["--out", "p"]),
    ("sensitivity", "--method"): (["sensitivity", *ASK], ["--method", "pawn"]),
    ("sensitivity", "--points"): (["sensitivity", *ASK], ["--points", "3"]),
    ("sensitivity", "--workers"): (["sensitivity", *ASK], ["--workers", "1"]),
    ("sensitivity", "--no-cache"): (["sensitivity", *ASK], ["--no-cache"]),
    ("sensitivity", "--scheduler"): (["sensitivity", *ASK], ["--scheduler", "tcp://127.0.0.1:1"]),
    ("discover", "--out"): (["discover", *ASK], ["--out", "p"]),
    ("discover", "--fails"): (["discover", *ASK], ["--fails", "trust < 0.6"]),
    ("discover", "--workers"): (["discover", *ASK], ["--workers", "1"]),
    ("discover", "--no-cache"): (["discover", *ASK], ["--no-cache"]),
    ("discover", "--scheduler"): (["discover", *ASK], ["--scheduler", "tcp://127.0.0.1:1"]),
    ("optimise", "--out"): (["optimise", *ASK], ["--out", "p"]),
    ("optimise", "--objective"): (["optimise", *ASK], ["--objective", "minimise cost"]),
    ("optimise", "--generations"): (["optimise", *ASK], ["--generations", "2"]),
    ("optimise", "--generation"): (["optimise", *ASK], ["--generation", "5"]),
    ("optimise", "--futures"): (["optimise", *ASK], ["--futures", "2"]),
    ("optimise", "--workers"): (["optimise", *ASK], ["--workers", "1"]),
    ("optimise", "--no-cache"): (["optimise", *ASK], ["--no-cache"]),
    ("optimise", "--scheduler"): (["optimise", *ASK], ["--scheduler", "tcp://127.0.0.1:1"]),
    ("calibrate", "--out"): (["calibrate", "--out", "o"], ["--out", "p"]),
    ("calibrate", "--targets"): (["calibrate", "--out", "o"], ["--targets", "targets.csv"]),
    ("calibrate", "--place"): (["calibrate", "--out", "o"], ["--place", "leeds"]),
    ("calibrate", "--population"): (["calibrate", "--out", "o"], ["--population", "177"]),
    ("calibrate", "--quick"): (["calibrate", "--out", "o"], ["--quick"]),
    ("calibrate", "--seed"): (["calibrate", "--out", "o"], ["--seed", "0"]),
    ("calibrate", "--workers"): (["calibrate", "--out", "o"], ["--workers", "1"]),
    ("calibrate", "--scheduler"): (["calibrate", "--out", "o"], ["--scheduler", "tcp://127.0.0.1:1"]),
    ("validate", "--worlds"): (["validate"], ["--worlds", "3"]),
    ("validate", "--population"): (["validate"], ["--population", "177"]),
    ("validate", "--place"): (["validate"], ["--place", "leeds"]),
    ("validate", "--structure"): (["validate"], ["--structure", "households"]),
    ("validate", "--seed"): (["validate"], ["--seed", "0"]),
    ("validate", "--posterior"): (["validate"], ["--posterior", "none"]),
    ("validate", "--workers"): (["validate"], ["--workers", "1"]),
    ("validate", "--no-cache"): (["validate"], ["--no-cache"]),
    ("validate", "--out"): (["validate"], ["--out", "there.yaml"]),
    ("assurance", "--out"): (["assurance"], ["--out", "there.yaml"]),
    ("dashboard", "--host"): (["dashboard"], ["--host", "0.0.0.0"]),
    ("dashboard", "--port"): (["dashboard"], ["--port", "0"]),
    ("dashboard", "--library"): (["dashboard"], ["--library", "sqlite:///l.sqlite"]),
    ("dashboard", "--studies"): (["dashboard"], ["--studies", "store"]),
    ("dashboard", "--place"): (["dashboard"], ["--place", "wards.csv"]),
    ("dashboard", "--trusted-proxy"): (["dashboard"], ["--trusted-proxy", "10.0.0.5"]),
    ("dashboard", "--home"): (["dashboard"], ["--home", "h"]),
    ("dashboard", "--own-days"): (["dashboard"], ["--own-days", "7"]),
    ("dashboard", "--password-file"): (["dashboard"], ["--password-file", "password.txt"]),
    ("dashboard", "--proxy-header"): (["dashboard"], ["--proxy-header", "X-User"]),
    ("dashboard", "--proxy"): (["dashboard", "--proxy-header", "X-User"], ["--proxy", "10.0.0.5"]),
    ("dashboard", "--origin"): (["dashboard"], ["--origin", "https://groundswell.example.org"]),
    ("dashboard", "--workers"): (["dashboard"], ["--workers", "7"]),
    ("dashboard", "--no-cache"): (["dashboard"], ["--no-cache"]),
    ("dashboard", "--in-advance"): (["dashboard"], ["--no-in-advance"]),
    ("dashboard", "--most-work"): (["dashboard"], ["--most-work", "7"]),
    ("library", "--export"): (SAVED, ["--export", "b.json"]),
    ("library", "--import"): (SAVED, ["--import", "backup.json"]),
    ("library", "--library"): (["library"], ["--library", "sqlite:///saved/library.sqlite"]),
    ("library", "--home"): (["library"], ["--home", "saved"]),
}  # fmt: skip

# For each rule of `experiments.cli.options`: where the option would have no effect.
UNHEARD: dict[tuple[str, str], list[str]] = {
    ("place", "--wards"): ["place", "Blackpool", "--wards", "wards.csv"],
    ("place", "--column"): ["place", "Blackpool", "--column", "population=x"],
    ("place", "--sheet"): ["place", "wards.csv", "--sheet", "Second"],
    ("place", "--region"): ["place", "Blackpool", "--region", "London"],
    ("place", "--ward-column"): ["place", "areas.csv", "--ward-column", "ward=Ward"],
    ("place", "--survey-column"): ["place", "Blackpool", "--survey-column", "trust=x"],
    ("place", "--answer"): ["place", "Blackpool", "--answer", "trust=1"],
    ("place", "--missing"): ["place", "Blackpool", "--missing", "trust=9"],
    ("place", "--records-column"): ["place", "Blackpool", "--records-column", "created=x"],
    ("place", "--agency"): ["place", "Blackpool", "--agency", "x=council"],
    ("place", "--status"): ["place", "Blackpool", "--status", "Closed=fixed"],
    ("place", "--ties-column"): ["place", "Blackpool", "--ties-column", "from=a"],
    ("place", "--use-ties"): ["place", "Blackpool", "--use-ties"],
    ("place", "--threshold"): ["place", "Blackpool", "--threshold", "20"],
    ("compare", "--end"): ["compare", "baseline", "closing-the-loop", "--end", "60"],
    ("compare", "--plan"): ["compare", "baseline", "mobilise", "--place", "leeds", "--place", "york", "--plan", "0.01"],
    ("compare", "--series"): ["compare", "baseline", "mobilise", "--place", "leeds", "--place", "york", "--series", "s.csv"],
    ("benchmark", "--sizes"): ["benchmark", "--catalogue", "--sizes", "1000"],
    ("new", "--from"): ["new", "mine", "--study", "--from", "baseline"],
    ("calibrate", "--place"): ["calibrate", "small.yaml", "--out", "o", "--place", "leeds"],
    ("dashboard", "--proxy"): ["dashboard", "--proxy", "10.0.0.5"],
}
# What only the files tell.
UNHEARD_BY_CONTENT = {
    "--end: needs an intervention to stop paying for": ["compare", "baseline", "baseline", "--end", "12"],
    "--seed: needs fewer --runs than the 8 there are": ["verify", "store", *NAMED, "--runs", "8", "--seed", "2"],
    "--futures: needs a study that has uncertainties": ["optimise", "few.yaml", "--out", "o", "--futures", "2"],
    "--generations: needs a search": ["optimise", "few.yaml", "--out", "o", "--generations", "9"],
    "--generation: needs a search": ["optimise", "few.yaml", "--out", "o", "--generation", "30"],
    "--region: needs areas without codes": ["place", "areas.csv", "--check", "--region", "London"],
    "--answer: needs answers": ["place", "Blackpool", "--check", "--survey", "shares.csv", "--answer", "trust=1"],
    "--missing: needs answers": ["place", "Blackpool", "--check", "--survey", "shares.csv", "--missing", "trust=9"],
    "--answer: unknown field 'trst'": [*SURVEY, "--answer", "trst=yes"],
    "--agency: no agency 'Parks'": [*RECORDS, "--agency", "Parks=council"],
    "book.yaml: sheet: needs a table in an Excel file": ["place", "book.yaml", "--check"],
}


_BEFORE: dict[str, str] = {}


class Reached(Exception):
    """The work that a command was about to begin, told instead of done."""


def _told(*given: object, **more: object) -> Any:
    more = {k: v for k, v in more.items() if not callable(v)}
    text = " ".join(re.sub(r" at 0x[0-9a-f]+", "", repr(one)) for one in (*given, more, cache.folder()) if not callable(one))
    raise Reached(text)


def _store(store: Store, *given: object) -> Any:
    _told(store.folder, store.study.design, *given)


def _bound(function: Any) -> list[object]:
    """Return what a function was made with, such as the number of workers."""
    return [cell.cell_contents for cell in function.__closure__ or () if not isinstance(cell.cell_contents, type)]


def _condition(text: str, study: Any) -> Any:
    return condition(text, study) if text == "trust < 0.5" else _told(text)


def _run(request: RunRequest, *given: Any) -> Any:
    return run_once(request, *given) if request.population == 60 else _told(request)


SPIED: dict[str, Callable[..., Any]] = {
    "experiments.comparison.single_run.run_once": _run,
    "experiments.cli.comparison_run.compare": lambda *scenarios, **more: _told(
        [(s.name, s.place.name, s.population, dict(s.parameters), [i.delivery.end for i in s.interventions]) for s in scenarios],
        **more,
    ),
    "experiments.studies.doses.dose_response": lambda base, names, **more: _told(base.place.name, base.population, names, **more),
    "experiments.benchmark.measure": lambda sizes, show: _told(sizes),
    "experiments.benchmark.measure_catalogue": lambda **more: _told("catalogue"),
    "scenarios.own_data.records.fit.fit_records": lambda records, threshold: _told(
        records.services, {name: (one.cases, one.unfixed) for name, one in records.agencies.items()}, threshold
    ),
    "experiments.studies.engine.fill_store": lambda store, *given: _store(store, *given[:3]),
    "experiments.studies.results.verify_runs": lambda store, runs, seed, show: _told(runs, seed),
    "experiments.studies.discovery.condition": _condition,
    "experiments.studies.optimisation.find_packages": lambda study, out, wanted, sweeper, **more: _told(
        out, wanted, _bound(sweeper), **more
    ),
    "experiments.evidence.calibration.calibration.Calibrator": lambda scenario, facts, out, sizes, seed, sweeper, *rest: _told(
        scenario.place.name, [f.id for f in facts], out, sizes, seed, _bound(sweeper)
    ),
    "experiments.evidence.validation.verdicts.validate": _told,
    "experiments.reports.assurance.pack.assurance_pack": _told,
    "dashboards.server.asgi.listen": _told,
}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.suffix in (".yaml", ".csv", ".md") else ""


@pytest.fixture(scope="module")
def brought(tmp_path_factory) -> Path:
    """Return a folder with small files of every kind."""
    from tests.scenarios.test_records import made

    for module in pkgutil.walk_packages(experiments.__path__, "experiments."):
        importlib.import_module(module.name)  # one that is first imported while a spy stands in would keep it
    folder = tmp_path_factory.mktemp("brought")
    (folder / "areas.csv").write_text("lsoa,ward\nE01012671,Mill\nE01012672,Mill\nE01012673,Quay\n")
    (folder / "wards.csv").write_text("Ward,Population,Voters,Owned,Rented\nMill,8000,5000,0.6,0.4\nQuay,9000,6000,0.7,0.3\n")
    book = openpyxl.Workbook()
    for sheet, people in ((book.active, 8000), (book.create_sheet("Second"), 9000)):
        for row in (["Ward", "Population"], ["Mill", people], ["Quay", people], *([["Hill", 7000]] if people == 8000 else [])):
            sheet.append(row)
    book.save(folder / "book.xlsx")
    (folder / "book.yaml").write_text("name: b\ntitle: B\nwards: wards.csv\nsheet: Second\n")
    (folder / "survey.csv").write_text(
        "trust,Other trust\n" + "Yes,No\nNo,No\nMaybe not,Yes\n".replace("Maybe not", "Refused") * 20
    )
    (folder / "shares.csv").write_text("measure,value,n\ntrust,0.4,500\n")
    made(400, 0.5, 2.0, 1.2).assign(Ward="Mill", Status="Shut").to_csv(folder / "records.csv", index=False)
    ring = [f"{n},{(n + step) % 60},{(n + 7 * step) % 60}" for n in range(60) for step in (1, 2, 3)]
    (folder / "ties.csv").write_text("from,to,friend of\n" + "\n".join(ring) + "\n")
    (folder / "small.yaml").write_text(STUDY)
    few = re.sub("uncertainties:.*\n", "", STUDY).replace("low: 0, high: 1", "values: [0, 1]").replace("points: 4", "kind: full")
    (folder / "few.yaml").write_text(few)
    (folder / "there.yaml").write_text("name: there\n")
    (folder / "password.txt").write_text("a good password\n")
    facts = LEDGER
    lines = facts.read_text(encoding="utf-8").splitlines()
    band = next(line for line in lines if ",band," in line and ",calibrate," in line)
    (folder / "targets.csv").write_text(f"{lines[0]}\n{band}\n", encoding="utf-8")
    from experiments.studies.engine import fill_store

    fill_store(Store.create(folder / "store", listed(8, 1, quick), "test"), workers=1)
    from dashboards.results.backups import write_backup
    from dashboards.results.library import Library

    (folder / "saved").mkdir()
    library = Library(f"sqlite:///{folder / 'saved' / 'library.sqlite'}")
    library.save("Our plan", "s=baseline")
    write_backup(library, folder / "backup.json")
    library.close()
    return folder


@pytest.fixture
def typed(brought, tmp_path, monkeypatch, capsys) -> Callable[[list[str]], str]:
    """Return what types a command in a fresh folder with those files, and tells code, output and files."""
    import shutil

    monkeypatch.setenv("GROUNDSWELL_HOME", "home")
    monkeypatch.setenv(cache.FOLDER, "cache")
    for name, spy in SPIED.items():
        monkeypatch.setattr(name, spy)
    number = 0

    def outcome(arguments: list[str]) -> str:
        nonlocal number
        number += 1
        folder = tmp_path / str(number)
        shutil.copytree(brought, folder)
        monkeypatch.chdir(folder)
        before = set(folder.rglob("*"))
        code = main(arguments)
        shown = capsys.readouterr()
        files = [(str(p.relative_to(folder)), _text(p)) for p in sorted(set(folder.rglob("*")) - before)]
        return f"{code}\n{shown.out}\n{shown.err}\n{files}".replace(str(folder), "")

    return outcome


def declared() -> list[tuple[str, str]]:
    """Return every option of every command, as the command line has them."""
    return [
        (name, p.opts[0]) for name, c in command_line.commands().commands.items() for p in c.params if p.param_type_name == "option"
    ]


def test_no_option_is_left_out() -> None:
    walked = {*HEARD, *((command, option) for command, option in declared() if option in ALWAYS)}
    assert sorted(set(declared()) - walked) == [], (
        "say for each new option where it is heard, and in experiments/cli/options.py where it is not"
    )
    assert sorted(set(HEARD) - set(declared())) == [], "these options are gone"
    assert {(rule.command, rule.option) for rule in options.RULES} == set(UNHEARD), "one refusal for each rule"
    for command, names in options.ALTERNATIVES:
        assert {(command, name) for name in names} <= set(declared())


@pytest.mark.parametrize(("command", "option"), [*HEARD], ids=[" ".join(key) for key in HEARD])
def test_an_option_changes_what_comes_out(typed, command, option) -> None:
    without, given = HEARD[command, option]
    plain = [*without, *(["--json"] if option == "--in-advance" else [])]
    before = _BEFORE.get(" ".join(plain)) or typed(plain)
    _BEFORE[" ".join(plain)] = before  # the same for every option of a command
    assert before != typed([*plain, *given])


@pytest.mark.parametrize(
    "arguments", [COMPARE, SURVEY, RECORDS, SWEEP, ["new", "mine"], ["dashboard"], ["calibrate", "--out", "o"]], ids=" ".join
)
def test_the_same_twice_is_the_same(typed, arguments) -> None:
    """Else the test above would find a difference in anything."""
    assert typed(arguments) == typed(arguments)


@pytest.mark.parametrize(("command", "option"), [*UNHEARD], ids=[" ".join(key) for key in UNHEARD])
def test_an_option_without_effect_is_refused(typed, command, option) -> None:
    rule = next(r for r in options.RULES if (r.command, r.option) == (command, option))
    said = typed(UNHEARD[command, option])
    assert said.startswith("2\n") and f"error: {option}: {rule.why}" in said


@pytest.mark.parametrize("message", UNHEARD_BY_CONTENT)
def test_an_option_that_the_files_leave_without_effect_is_refused(typed, message) -> None:
    said = typed(UNHEARD_BY_CONTENT[message])
    assert said.startswith("2\n") and f"error: {message}" in said, said


@pytest.mark.parametrize(("command", "names"), options.ALTERNATIVES, ids=str)
def test_of_alternatives_one_may_be_given(typed, command, names) -> None:
    base = next(without for (where, _), (without, _) in HEARD.items() if where == command)
    for one, other in ((a, b) for n, a in enumerate(names) for b in names[n + 1 :]):
        said = typed([*base, *HEARD[command, one][1], *HEARD[command, other][1]])
        assert said.startswith("2\n") and "cannot be combined with" in said and "give one" in said, said


@pytest.mark.parametrize("command", dict.fromkeys(command for command, _ in declared()))
def test_debug_shows_where_an_error_came_from(command, monkeypatch) -> None:
    def broken(self: Any, ctx: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(options.HeardCommand, "invoke", broken)
    needed = {
        "compare": ["baseline", "x"],
        "new": ["x"],
        "place": ["x"],
        "results": ["x"],
        "verify": ["x"],
        "calibrate": ["--out", "o"],
    }
    asks = {name: ["x", "--out", "o"] for name in ("sweep", "sensitivity", "discover", "optimise")}
    arguments = [command, *(needed | asks).get(command, [])]
    assert main(arguments) == 1
    with pytest.raises(RuntimeError, match="broken"):
        main([*arguments, "--debug"])
