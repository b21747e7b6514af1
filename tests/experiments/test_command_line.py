"""The command line as its users meet it: options, JSON, files, errors and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.console import table
from simulation.month.measuring import STATUSES
from simulation.state.events import EVENTS
from tests.programs import with_files_of_at_most

SMALL = ["--population", "250", "--months", "12"]
COMPARED = [*SMALL, "--workers", "1"]  # in this process: starting others takes longer than the runs


def groundswell(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    program = [sys.executable, "-c", "from groundswell.__main__ import entry; entry()", *arguments]
    return subprocess.run(program, capture_output=True, text=True, timeout=300, **options)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_run_prints_measures_and_a_profile(capsys) -> None:
    assert main(["run", "closing-the-loop@0.5", *SMALL, "--profile"]) == 0
    shown = capsys.readouterr().out
    assert "closing-the-loop@0.5 in haringey: 250 residents, month 12" in shown
    assert "participation" in shown
    for title in ("1. Needs", "2. Casework", "9. Word of mouth", "14. Measure"):
        assert title in shown


def test_run_json_is_one_document_and_all_else_goes_to_stderr(capsys) -> None:
    assert main(["run", "--json", "--profile", "--seed", "0", *SMALL]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["seed"] == 0
    assert document["replicates"] == 1
    (scenario,) = document["scenarios"]
    assert [key for key, value in scenario["measures"]["trust"].items() if value is not None] == ["mean"]
    assert set(scenario["measures"]["trust"]) >= {"low", "effect", "variance_reduction"}
    assert 0 < scenario["by"]["ward"]["Highgate"]["trust"]["mean"] < 1
    assert "Casework" in shown.err


def test_another_theory_is_said_on_screen_and_in_json(capsys) -> None:
    sentence = "baseline follows the structure relationship in place of the shipped one"
    command = ["--structure", "relationship", "--population", "60", "--months", "1"]
    assert main(["run", *command]) == 0
    shown = capsys.readouterr().out
    assert sentence in shown
    assert "not fitted yet" in shown
    assert main(["run", *command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["provenance"]["structures"] == {"baseline": "relationship"}
    assert main(["compare", "baseline", "baseline", *command, "--workers", "1", "--replicates", "1", "--posterior", "none"]) == 0
    assert "All scenarios follow the structure relationship" in capsys.readouterr().out
    assert json.loads(Path("out/compare.json").read_text())["provenance"]["structures"] == {"baseline": "relationship"}
    assert main(["run", "--population", "60", "--months", "1"]) == 0
    assert "follows the structure" not in capsys.readouterr().out


def test_an_empty_structure_is_refused_by_both_commands(capsys) -> None:
    for command in (["run"], ["compare", "baseline", "co-design"]):
        assert main([*command, "--structure", ""]) == 2
        assert "structure: unknown ''; allowed: " in capsys.readouterr().err


def test_residents_file_has_the_agreed_columns(capsys) -> None:
    assert main(["run", *SMALL, "--residents", "r.parquet"]) == 0
    table = pd.read_parquet("r.parquet")
    trusts = [f"trust_{s}" for s in ("council", "housing", "police", "health")]
    assert list(table.columns) == [
        "resident", "person_id", "ward", "deprivation_fifth", "age_band", "segment", "household", "base_weight", *trusts,
        "perceived_influence", "influence_everyday", "influence_strategic", "contacts_12m", "new_cases_12m", "resolved_12m",
        "repeat_contacts_12m", "last_case_satisfied", "asked_12m", "acts_12m", "hours_12m", "volunteer_hours_12m",
        "volunteered_12m", "accept_probability", "status",
    ]  # fmt: skip
    assert len(table) == 250
    assert set(table["status"]) <= set(STATUSES)
    assert table["deprivation_fifth"].between(1, 5).all()
    assert table["base_weight"].sum() == pytest.approx(214_000, rel=0.1)
    assert (table["contacts_12m"] == table["new_cases_12m"] + table["repeat_contacts_12m"]).all()
    assert (table["volunteered_12m"] == (table["volunteer_hours_12m"] > 0)).all()


def test_events_file_tells_the_same_story_as_the_columns(capsys) -> None:
    assert main(["run", *SMALL, "--events", "e.parquet", "--residents", "r.parquet", "--series", "s.parquet"]) == 0
    events, residents = pd.read_parquet("e.parquet"), pd.read_parquet("r.parquet")
    assert list(events.columns) == [
        "month",
        "person_id",
        "event",
        "institution",
        "case",
        "form",
        "channel",
        "partner",
        "outcome",
        "valence",
    ]
    assert set(events["event"]) == set(EVENTS)
    assert events["month"].between(1, 12).all()
    stayed = residents.set_index("person_id")
    for event, column in (("contact", "new_cases_12m"), ("chase", "repeat_contacts_12m"), ("resolved", "resolved_12m"),
                          ("took_part", "acts_12m"), ("asked", "asked_12m")):  # fmt: skip
        counted = events[events["event"] == event].groupby("person_id").size().reindex(stayed.index, fill_value=0)
        assert (counted == stayed[column]).all(), event
    heard = events[events["event"] == "heard"]
    assert heard["partner"].notna().all()
    assert list(pd.read_parquet("s.parquet").columns) == ["scenario", "replicate", "month", "measure", "value"]


def test_compare_writes_a_report_tables_and_json(capsys) -> None:
    assert main(["compare", "baseline", "closing-the-loop", "front-line-engagement", *COMPARED, "--replicates", "2", "--out", "found",
                 "--series", "s.csv"]) == 0  # fmt: skip
    shown = capsys.readouterr()
    assert "could be (first look)" in shown.out
    assert "found/report.html" in shown.err
    assert sorted(p.name for p in Path("found").iterdir()) == [
        "compare.json",
        "effects.csv",
        "effects_by_group.csv",
        "months.csv",
        "ranking.csv",
        "report.html",
    ]
    document = json.loads(Path("found/compare.json").read_text())
    assert document["replicates"] == 2
    assert len(pd.read_csv("s.csv")) == 2 * 3 * 12 * len(document["scenarios"][0]["measures"])


def test_compare_json_equals_the_written_one(capsys) -> None:
    assert main(["compare", "baseline", "restructuring", "--json", *COMPARED, "--replicates", "2", "--out", "found"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(Path("found/compare.json").read_text())


def test_many_scenarios_are_ranked_and_a_plan_is_made(capsys, kept) -> None:
    names = ("closing-the-loop", "co-design", "budget-cut")
    assert main(["compare", "baseline", *names, *COMPARED, "--replicates", "3", "--end", "6", "--out", "found"]) == 0
    shown = capsys.readouterr().out
    assert "Ranking by participation" in shown
    assert "does it last?" in shown
    ranking = pd.read_csv("found/ranking.csv")
    assert set(ranking["scenario"]) == set(names)
    assert main(["compare", "baseline", names[0], *COMPARED, "--plan", "0.05", "--json", "--out", "found"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["half_width"] == 0.05
    assert plan["replicates"] == max(row["replicates"] for row in plan["scenarios"])
    # what this runs, the one before has kept
    assert main(["compare", "baseline", names[0], *COMPARED, "--plan", "0.05", "--out", "found"]) == 0
    assert "Replicates needed" in capsys.readouterr().out


def test_doses_are_drawn_and_zero_is_nothing(capsys) -> None:
    assert (
        main(
            ["doses", "closing-the-loop", "--population", "300", "--months", "12", "--replicates", "2", "--out", "found", "--json"]
        )
        == 0
    )
    rows = json.loads(capsys.readouterr().out)["doses"]
    assert all(row["effect"] == 0 for row in rows if row["dose"] == 0)
    assert Path("found/doses/closing-the-loop.svg").read_text().startswith("<svg")
    assert "![closing-the-loop" in Path("found/catalogue.md").read_text()


def test_joined_scenarios_give_the_same_bytes_in_any_order(capsys) -> None:
    documents = []
    for name in ("closing-the-loop+more-consultation@0.5", "more-consultation@0.5+closing-the-loop"):
        assert main(["run", name, "--json", *SMALL]) == 0
        documents.append(json.loads(capsys.readouterr().out)["scenarios"])
    assert documents[0] == documents[1]


@pytest.mark.parametrize("kind", ["scenarios", "interventions", "places", "measures", "parameters", "forms", "steps", "loops"])
def test_lists(kind, capsys) -> None:
    assert main(["list", kind]) == 0
    assert capsys.readouterr().out.strip()
    assert main(["list", kind, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 1
    assert all(row["name"] for row in rows)
    assert kind != "interventions" or {"restructuring", "closing-the-loop"} <= {row["name"] for row in rows}


BAD = {
    ("run", "--loops", "trust"): "a scenario file switches loops off (loops_off); groundswell list loops shows them: community,",
    ("run", "closing-the-lop"): "did you mean 'closing-the-loop'?",
    ("run", "--place", "harringay"): "did you mean 'haringey'?",
    ("run", "--populaton", "5"): "--population",
    ("runn",): "'run'",
    ("run", "--months", "0"): "--months: 0; allowed",
    ("run", "--months", "many"): "--months",
    ("run", "--population", "0"): "--population: 0; allowed",
    ("run", "--population", "-5"): "--population: -5",
    ("run", "missing.yaml"): "missing.yaml: no such file",
    ("run", "--residents", "/proc/none/r.parquet"): "cannot be written",
    ("run", "--structure", "relationshp"): "error: --structure: unknown 'relationshp'; did you mean 'relationship'?",
    ("compare", "baseline", "baseline", "--posterior=nothing"): "error: --posterior: 'nothing'; allowed: shipped",
    ("compare", "baseline", "baseline", "--place", "leeds", "--place", "leeds"): "error: --place: 'leeds' is given twice",
    ("run", "--events", "."): "is a folder",
    ("compare", "baseline"): "Missing argument",
    ("compare", "baseline", "baseline", "--replicates", "0"): "--replicates: 0; allowed",
    ("compare", "baseline", "baseline", "--until-sure", "-1"): "--until-sure: -1.0; allowed",
    ("compare", "baseline", "baseline", "--until-sure", "nan"): "--until-sure: nan",
    ("compare", "baseline", "baseline", "--until-sure", "0.1", "--replicates", "3"): "give one",
    ("compare", "baseline", "baseline", "--workers", "0"): "--workers: 0; allowed",
    ("compare", "baseline", "baseline", "--plan", "2"): "--plan: 2; allowed",
    ("compare", "baseline", "baseline", "--plan", "0.01", "--replicates", "3"): "give one",
    ("compare", "baseline", "co-design", "--end", "0"): "--end: 0; allowed: 1 or more, as 'co-design' starts then",
    ("compare", "baseline", "ward-panels+ward-panels-unfed"): "exclude each other; choose one of them",
    ("compare", "baseline", "co-design@1.5"): "dose '1.5'; allowed: 0 to 1",
    ("new", "mine", "--from", "mobilize"): "did you mean 'mobilise'?",
    ("new", "/proc/none/mine"): "cannot be written",
    ("doses", "closing-loop"): "did you mean 'closing-the-loop'?",
    ("conformance", "closing-loop"): "did you mean 'closing-the-loop'?",
    ("compare", "baseline", "baseline", "--out", "/proc/none"): "cannot be written",
    ("list", "parametres"): "did you mean 'parameters'?",
    ("benchmark", "--sizes", "ten"): "--sizes: 'ten'",
}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_is_one_line_and_exit_2(arguments, capsys) -> None:
    assert main(list(arguments)) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.strip().splitlines()
    assert len([line for line in lines if line.startswith("error: ")]) == 1
    assert BAD[arguments] in lines[-1]
    assert "Traceback" not in shown.err


def test_help_is_quick_and_imports_no_heavy_library() -> None:
    program = (
        "import sys; from experiments.cli.command_line import main; main(['--help']);"
        "sys.exit(3 if {'numba', 'solara', 'mesa', 'pandas', 'matplotlib'} & set(sys.modules) else 0)"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert shown.returncode == 0
    for name in ("run", "compare", "list", "odd", "benchmark"):
        assert name in shown.stdout
    assert "..." not in shown.stdout.split("Commands:")[1], "no command's help is cut off"


def test_no_color_is_honoured() -> None:
    shown = groundswell("list", "places", env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"})
    assert shown.returncode == 0
    assert "\x1b[3" not in shown.stdout


def test_a_full_disk_leaves_nothing_half_written(tmp_path) -> None:
    code, said = with_files_of_at_most(2000, lambda: main(["run", *SMALL, "--residents", "r.parquet", "--events", "e.parquet"]))
    assert code == 1, said
    assert "could not be written" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def interrupt(arguments: list[str], until: str, folder: Path) -> subprocess.Popen[str]:
    """Start a command, wait for a line on stderr, and send Ctrl-C to its process group."""
    program = [sys.executable, "-u", "-c", "from groundswell.__main__ import entry; entry()", *arguments]
    process = subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests run in the background inherit that it is ignored
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if until in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    return process


def test_ctrl_c_keeps_what_is_complete_of_a_comparison(tmp_path) -> None:
    arguments = ["compare", "baseline", "closing-the-loop", "--population", "300", "--months", "12", "--replicates", "40"]
    process = interrupt(arguments, ": 4 of", tmp_path)
    output, error = process.communicate()
    assert process.returncode == 130, error
    document = json.loads((tmp_path / "out" / "compare.json").read_text())
    assert 4 <= document["replicates"] < 40
    assert "interrupted" in " ".join(document["provenance"]["warnings"])
    assert "Traceback" not in error
    assert "interval of the mean" in output


def test_ctrl_c_keeps_the_months_of_a_run(tmp_path) -> None:
    arguments = ["run", "--population", "300", "--months", "1000", "--series", "s.parquet", "--events", "e.parquet"]
    process = interrupt(arguments, ": 100 of", tmp_path)
    _, error = process.communicate()
    assert process.returncode == 130, error
    months = pd.read_parquet(tmp_path / "s.parquet")["month"].max()
    assert 100 <= months < 1000
    assert pd.read_parquet(tmp_path / "e.parquet", columns=["month"])["month"].max() >= months
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("words", "help_of"),
    [(["library", "--export"], "groundswell library --help"), (["compare", "--months"], "groundswell compare --help"),
     (["run", "--nosuch"], "groundswell run --help"), (["nosuch", "--export"], "groundswell --help"), (["--nosuch"], "groundswell --help")],
)  # fmt: skip
def test_bad_usage_points_to_the_help_of_its_own_command(capsys, words, help_of) -> None:
    assert main(words) == 2
    assert f"({help_of})" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["place", "note.pdf"], ["place", "Blackpol"], ["place", "."], ["place", "Allerdale"], ["run", "--place", "note.pdf"]]
)
def test_a_message_names_no_option_that_was_not_typed(capsys, words) -> None:
    Path("note.pdf").write_bytes(b"%PDF")
    assert main(words) == 2
    assert "--place:" not in capsys.readouterr().err


@pytest.mark.parametrize("long", ["closing-the-loop+co-design@0.5", "x" * 60, "mine/" * 40 + "0.25"])
def test_no_line_of_a_table_breaks_within_a_number_or_a_name(capsys, long) -> None:
    rows = [[long, "+1.45 (+1.09 to +1.81)", "month 23: +1.45 [+1.09, +1.81] and much else that is told", "12,345 " * 6]] * 2
    table("T", ["scenario", "mean over the run", "best month", "worst month"], rows)
    words = capsys.readouterr().out.split()
    assert {word for cell in rows[0] for word in cell.split() if len(word) < 140} <= set(words)
