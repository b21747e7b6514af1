"""`groundswell place` and comparisons in several places, as a user types them."""

from __future__ import annotations

import json
from functools import partial

import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.evidence import localisation as localising
from scenarios import load_place
from tests.scenarios.test_own_ties import friends
from tests.scenarios.test_records import made
from tests.scenarios.test_surveys import answers


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_a_place_by_name_shows_what_is_known_what_is_imputed_and_whose_data(capsys) -> None:
    code, out, _ = run(capsys, "place", "Richmond upon Thames")
    assert code == 0
    for words in (
        "198,019",
        "Ham, Petersham & Richmond Riverside",
        "counted: Census 2021 (ONS, table TS054)",
        "mySociety",
        "how we know",
        "wards                 18",
    ):
        assert " ".join(words.split()) in " ".join(out.split()), words
    code, out, _ = run(capsys, "place", "Orkney Islands", "--json")
    document = json.loads(out)
    assert document["name"] == "orkney-islands"
    found = {m["name"]: m for m in document["marginals"]}
    social, none = found["social_rented"], found["no_qualification"]
    assert social["basis"] == "counted" and "Census 2022" in social["source"] and social["low"] == social["share"] == social["high"]
    assert none["basis"] == "estimated" and none["imputed"] and none["low"] < none["share"] < none["high"]
    assert len(document["ward_list"]) == document["wards"] and document["ward_list"][0].keys() == {"name", "people", "small"}
    assert sum(document["deprivation_deciles"]) == pytest.approx(1, abs=0.01)


def test_check_says_in_plain_words_what_is_missing_odd_or_private(tmp_path, capsys) -> None:
    path = tmp_path / "town.csv"
    path.write_text(
        "ward,population,owned,social rent,contact e-mail\nMill,900,0.4,0.3,a@b.org\nQuay,20,0.5,0.2,c@d.org\nTotal,920,,,\n"
    )
    code, out, _ = run(capsys, "place", str(path), "--check")
    assert code == 0
    assert "Private:\n- column 'contact e-mail' looks like e-mail addresses: it was dropped" in out
    assert "age is imputed from deprivation" in out
    assert "'Total' was read as a total" in out
    assert "1 rows have fewer than 50 people" in out
    assert "--column FIELD=COLUMN changes one" in out
    code, out, err = run(capsys, "place", str(tmp_path / "twon.csv"), "--check")
    assert code == 2 and err.startswith("error: ") and "no such file" in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["place", "Blackpool", "--region", "London"], "--region: needs a table"), (["place", "Blackpool", "--agency", "a=council"], "--agency: needs --records"),
     (["place", "Blackpool", "--use-ties"], "--use-ties: needs --ties"), (["place", "x.csv", "--ward-column", "ward=w"], "--ward-column: needs --wards"),
     (["place", "Blackpool", "--answer", "trust=1"], "--answer: needs --survey"), (["place", "Blackpol"], "did you mean 'Blackpool'"), (["place", "Blackpool", "--wards", "x.csv"], "--wards: needs a table of small areas"),
     (["place", "x.csv", "--column", "population"], "--column: 'population'; allowed: NAME=VALUE"), (["place", "Blackpool", "--threshold", "1", "--out", "o"], "allowed: 2 to 1000"),
     (["place", "x.csv", "--region", "Lodnon"], "did you mean 'London'"), (["place", "Blackpool", "--records", "gone.csv"], "gone.csv: no such file"),
     (["place", "Blackpool", "--survey", "gone.csv"], "gone.csv: no such file"), (["place", "Blackpool", "--ties", "gone.graphml"], "no such file"),
     (["compare", "baseline", "baseline", "--place", "Blackpool", "--place", "blackpool"], "'blackpool' is given twice"),
     (["compare", "baseline", "baseline", "--place", "Blackpool", "--place", "Leeds", "--plan", "0.01"], "--plan: works with one place only")],
)  # fmt: skip
def test_bad_input_is_named(capsys, tmp_path, monkeypatch, arguments, message) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_a_higher_threshold_hides_more_in_every_table(tmp_path, capsys) -> None:
    path = tmp_path / "town.csv"
    path.write_text("ward,population,owned,social rent\nMill,900,0.4,0.3\nQuay,30,0.5,0.2\n")
    made(60, 0.5, 2.0, 1.2).to_csv(tmp_path / "records.csv", index=False)
    code, _, err = run(capsys, "place", str(path), "--threshold", "40", "--out", str(tmp_path / "o"))
    assert code == 0, err
    page = (tmp_path / "o" / "place.html").read_text()
    assert "&lt;40" in page and "Counts below 40 are not shown" in page
    code, _, err = run(capsys, "place", str(path), "--records", str(tmp_path / "records.csv"), "--threshold", "100")
    assert code == 2 and "no institution has 100 cases or more" in err


def test_records_or_a_survey_in_the_place_of_a_place_are_told_where_they_belong(tmp_path, capsys) -> None:
    made(200, 0.5, 2.0, 1.2).to_csv(tmp_path / "records.csv", index=False)
    for path, option in ((tmp_path / "records.csv", "--records"), (answers(tmp_path), "--survey")):
        code, _, err = run(capsys, "place", str(path), "--check")
        assert code == 2
        assert f"groundswell place NAME {option} {path}" in err


def test_all_of_ones_own_data_make_a_folder_that_runs(tmp_path, capsys, monkeypatch) -> None:
    """All three at once, in small worlds and a few rounds: how near the model comes to each is looked at where each is tested."""
    import networkx as nx

    monkeypatch.setattr(localising, "POPULATION", 500)
    monkeypatch.setattr(localising, "ROUNDS", 3)
    monkeypatch.setattr(localising, "steady", partial(localising.steady, replicates=1))
    made(3000, 0.5, 2.0, 1.2).to_csv(tmp_path / "records.csv", index=False)
    nx.write_edgelist(friends(200), tmp_path / "ties.csv", delimiter=",", data=False)
    out = tmp_path / "mine"
    code, text, err = run(
        capsys, "place", "Blackpool", "--survey", str(answers(tmp_path, people=800)), "--records", str(tmp_path / "records.csv"),
        "--ties", str(tmp_path / "ties.csv"), "--out", str(out), "--json",
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(text)
    assert {f["kind"] for f in document["findings"]} <= {"private", "missing", "odd", "read"}
    assert document["service"]["council"]["ks"] < 0.1
    assert document["ties"]["drawn"]["degree"] == pytest.approx(document["ties"]["degree"], rel=0.1)
    assert "curve" not in document["service"]["council"]
    place = load_place(str(out))
    assert {"council.responsiveness", "ties.density", "drift.disposition_mean"} <= set(place.parameters)
    assert [s.name for s in place.segments] == ["Pioneers", "Prospectors", "Settlers"]
    page = (out / "place.html").read_text()
    for words in ("How long council takes", "The survey beside the model", "The network", "Nothing was sent anywhere", "mySociety"):
        assert words in page, words
    assert "http" not in page.replace("http://www.w3.org", ""), "nothing is asked of any network"
    assert pd.read_csv(out / "targets.csv")["measure"].tolist() == ["trust", "perceived_influence", "participation"]
    code, text, err = run(capsys, "run", "--place", str(out), "--population", "300", "--months", "2", "--json")
    assert code == 0, err
    code, _, err = run(capsys, "place", "Blackpool", "--out", str(out))
    assert code == 2 and "already exists" in err


def test_councils_compare_side_by_side_out_of_the_box(tmp_path, capsys) -> None:
    places = ["Richmond upon Thames", "Middlesbrough", "Orkney Islands"]
    options = [x for p in places for x in ("--place", p)]
    code, text, err = run(
        capsys, "compare", "baseline", "closing-the-loop", *options, "--population", "400", "--months", "12", "--replicates", "2", "--workers", "1", "--out", str(tmp_path), "--json",
    )  # fmt: skip
    assert code == 0, err
    documents = json.loads(text)["places"]
    assert [d["place"] for d in documents] == ["richmond-upon-thames", "middlesbrough", "orkney-islands"]
    table = pd.read_csv(tmp_path / "places.csv")
    row = table[
        (table["place"] == "middlesbrough") & (table["measure"] == "trust") & (table["scenario"] == "closing-the-loop")
    ].iloc[0]
    assert row["effect"] == pytest.approx(documents[1]["scenarios"][1]["measures"]["trust"]["effect"])
    page = (tmp_path / "places.html").read_text()
    assert (
        "What would closing the loop change in London Borough of Richmond upon Thames, Middlesbrough Borough Council and Orkney Islands Council?"
        in page
    )
    assert 'href="middlesbrough/report.html"' in page
    assert "mySociety" in (tmp_path / "middlesbrough" / "report.html").read_text()
    assert "data: Small areas: mySociety" in err or "mySociety" in text


def test_all_places_are_listed(capsys) -> None:
    code, out, _ = run(capsys, "list", "places", "--json")
    names = [row["name"] for row in json.loads(out)]
    assert code == 0
    assert len(names) >= 361 + 21 + 12
    assert {"haringey", "england", "kent", "glasgow-city"} <= set(names)


@pytest.mark.parametrize("name", ["wards.csv", "place.yaml", "place.html"])
def test_a_file_that_is_there_is_never_written_over(tmp_path, capsys, name) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / name).write_text("Ward,Population\nMill,1200\nQuay,900\nHill,1100\n")
    table = tmp_path / "areas.csv"
    table.write_text("Ward,Population\nMill,1200\nQuay,900\nHill,1100\n")
    before = (out / name).read_bytes()
    code, _, err = run(capsys, "place", str(table), "--region", "London", "--out", str(out))
    assert code == 2
    assert f"{name}: already exists and would be lost; take another --out" in err
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {name: before}
