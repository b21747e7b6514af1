"""`groundswell new`: the file does what it was made from, and the schema accepts it and refuses what the reader refuses."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from experiments.cli.command_line import main
from experiments.provenance import scenario_hash
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.scenario_file import shipped_scenarios
from scenarios.scenario_template import SCHEMA_NAME, scenario_schema

ORIGINS = [*shipped_scenarios(), *CATALOGUE, "closing-the-loop@0.5+co-design"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    """The schema, checked once: checking it takes far longer than judging a file by it."""
    found = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_new_file_does_what_it_was_made_from(origin, schema, capsys) -> None:
    assert main(["new", "mine", "--from", origin]) == 0
    assert "groundswell compare baseline mine.yaml" in capsys.readouterr().out
    assert scenario_hash(load_scenario("mine.yaml")) == scenario_hash(load_scenario(origin))
    schema.validate(yaml.safe_load(Path("mine.yaml").read_text()))


def test_a_file_of_ones_own_can_be_gone_on_from(capsys) -> None:
    Path("saturdays.yaml").write_text(
        "name: saturdays\ninterventions:\n  - name: open-saturdays\n    changes: {capacity: {scale: 1.15, months: 6}, invitations: [{add: 2, "
        "forms: [ward-panel]}, {scale: 2, forms: [public-meeting]}]}\n    cost: {running_hours: 2}\n    wards: [Noel Park]\n    end: 30\n"
        "    persons: [3, 17]\n    households: 0.5\n    members: one\n"
    )
    assert main(["new", "next", "--from", "saturdays.yaml"]) == 0
    one, other = load_scenario("saturdays.yaml").interventions[0], load_scenario("next.yaml").interventions[0]
    assert (one.changes, one.delivery, one.cost) == (other.changes, other.delivery, other.cost)


def test_a_structure_is_kept_with_what_differs_from_it_and_so_is_the_burn_in() -> None:
    Path("r.yaml").write_text(
        "name: r\nstructure: relationship\nparameters: {efficacy.weight: 3, needs.chase: 0.4}\nstart: high\nburn_in: 24\n"
    )
    assert main(["new", "next", "--from", "r.yaml"]) == 0
    written = yaml.safe_load(Path("next.yaml").read_text())
    assert written["structure"] == "relationship"
    assert written["parameters"] == {"efficacy.weight": 3, "needs.chase": 0.4}
    one, other = load_scenario("r.yaml"), load_scenario("next.yaml")
    assert (scenario_hash(one), one.structure) == (scenario_hash(other), other.structure)


def test_every_field_is_in_it_and_explained() -> None:
    assert main(["new", "mine", "--from", "co-design"]) == 0
    text = Path("mine.yaml").read_text()
    for field in ("dose", "start", "ramp", "end", "decay", "fidelity", "institutions", "wards", "segments", "deprivation_fifths", "network",
                  "persons", "households", "members", "cost", "changes", "parameters", "loops_off", "population", "place", "structure", "start",
                  "burn_in"):  # fmt: skip
        assert f"{field}:" in text, field
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_NAME}\n")
    assert json.loads(Path(SCHEMA_NAME).read_text())["title"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x", "populaton": 5},
        {"name": "x", "interventions": [{"name": "y", "dose": 1.5}]},
        {"name": "x", "interventions": [{"name": "y", "changes": {"courtsy": {"add": 0.1}}}]},
        {"name": "x", "parameters": {"needs.chase": 7}},
        {"name": "x", "loops_off": ["word_of_month"]},
        {"name": "x", "interventions": [{"name": "y", "network": ["hub"]}]},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong, schema) -> None:
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(wrong)


def test_a_file_that_is_there_is_not_overwritten_unasked(capsys) -> None:
    Path("mine.yaml").write_text("name: precious\n")
    assert main(["new", "mine"]) == 2
    assert "already exists; --force overwrites it" in capsys.readouterr().err
    assert Path("mine.yaml").read_text() == "name: precious\n"
    assert main(["new", "mine", "--force"]) == 0
    assert main(["new", "other", "--from", "mobilize"]) == 2
    assert "did you mean 'mobilise'?" in capsys.readouterr().err
