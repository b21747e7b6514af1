"""Bad input gets one clear error: file, line, field, value, what is allowed, the nearest valid name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import load_place, load_scenario
from scenarios.places import DATA, read_place
from scenarios.yaml_input import read_yaml
from simulation import InputError, ParticipationModel
from simulation.declared.institutions import InstitutionSpec
from tests.places import small_scenario

FILES = {
    "malformed": ("name: x\n  interventions: [\n", "line 2"),
    "twice": ("name: x\nname: y\n", "line 2: 'name' is given twice"),
    "no mapping": ("- a\n- b\n", "expected 'field: value'"),
    "missing name": ("description: x\n", "name: Field required"),
    "unknown field": ("name: x\npopulaton: 5\n", "line 2: unknown field 'populaton'; did you mean 'population'?"),
    "wrong type": ("name: x\npopulation: many\n", "line 2: population: 'many'"),
    "negative": ("name: x\npopulation: -3\n", "line 2: population: -3"),
    "zero": ("name: x\npopulation: 0\n", "greater than or equal to 1"),
    "not finite": ("name: x\nparameters: {needs.chase: .nan}\n", "finite"),
    "infinite": ("name: x\nparameters: {needs.chase: .inf}\n", "finite"),
    "unknown intervention": ("name: x\ninterventions:\n  - name: closing-loop\n", "did you mean 'closing-the-loop'?"),
    "unknown lever": ("name: x\ninterventions:\n  - name: mine\n    changes: {courtsy: {add: 0.1}}\n", "did you mean 'courtesy'?"),
    "unknown change": ("name: x\ninterventions:\n  - name: mine\n    changes: {courtesy: {ad: 0.1}}\n", "line 4: unknown field"),
    "dose": ("name: x\ninterventions:\n  - name: closing-the-loop\n    dose: 1.5\n", "line 4: interventions.0.dose: 1.5"),
    "end before start": (
        "name: x\ninterventions:\n  - name: closing-the-loop\n    start: 9\n    end: 3\n",
        "end 3 is before start 9",
    ),
    "fifth": ("name: x\ninterventions:\n  - name: closing-the-loop\n    deprivation_fifths: [6]\n", "line 4"),
    "network": (
        "name: x\ninterventions:\n  - name: closing-the-loop\n    network: [many tie]\n",
        "network: unknown 'many tie'; did you mean 'many ties'?",
    ),
    "members": ("name: x\ninterventions:\n  - name: closing-the-loop\n    members: two\n", "Input should be 'all' or 'one'"),
    "households": (
        "name: x\ninterventions:\n  - name: closing-the-loop\n    households: 0\n",
        "line 4: interventions.0.households: 0: Input should be greater than 0",
    ),
    "nobody": ("name: x\ninterventions:\n  - name: closing-the-loop\n    persons: []\n", "line 4: interventions.0.persons"),
    "person": (
        "name: x\npopulation: 500\ninterventions:\n  - name: closing-the-loop\n    persons: [12, 500]\n",
        "closing-the-loop: persons: no resident 500; allowed: 0 to 499",
    ),
    "ward": (
        "name: x\ninterventions:\n  - name: closing-the-loop\n    wards: [Highgte]\n",
        "wards: unknown 'Highgte'; did you mean 'Highgate'?",
    ),
    "form": (
        "name: x\ninterventions:\n  - name: mine\n    changes: {seats: {add: 1, forms: [ward-panels]}}\n",
        "did you mean 'ward-panel'?",
    ),
    "excluding": (
        "name: x\ninterventions:\n  - name: ward-panels\n  - name: ward-panels-unfed\n",
        "exclude each other; choose one of them",
    ),
    "twice in it": ("name: x\ninterventions:\n  - name: co-design\n  - name: co-design\n", "'co-design' is given twice"),
    "cost": ("name: x\ninterventions:\n  - name: co-design\n    cost: {runing_hours: 3}\n", "did you mean 'running_hours'?"),
    "unknown loop": ("name: x\nloops_off: [word_of_month]\n", "did you mean 'word_of_mouth'?"),
    "segments": ("name: x\nsegments: [{name: A, share: 0.5}, {name: B, share: 0.4}]\n", "add up to 0.9"),
    "burn-in": ("name: x\nburn_in: 13\n", "multiple of 12"),
    "unknown place": ("name: x\nplace: harringay\n", "did you mean 'haringey'?"),
}


@pytest.mark.parametrize("case", FILES, ids=str)
def test_a_scenario_file(tmp_path, case) -> None:
    text, expected = FILES[case]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as failure:
        load_scenario(str(path))
    assert expected in str(failure.value)
    assert "mine.yaml" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_what_lasts_for_a_while_lasts_as_long_when_it_starts_later(tmp_path) -> None:
    path = tmp_path / "late.yaml"
    path.write_text("name: late\ninterventions:\n  - name: trust-scandal\n    start: 9\n")
    assert load_scenario(str(path)).interventions[0].delivery.end == 11


def test_files_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_scenario(str(tmp_path / "none.yaml"))
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        load_scenario(str(tmp_path / "folder.yaml"))
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(InputError, match="not UTF-8"):
        load_scenario(str(tmp_path / "latin.yaml"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("closing-the-lop", "did you mean 'closing-the-loop'?"),
        ("closing-the-loop@1.2", "dose '1.2'; allowed: 0 to 1"),
        ("closing-the-loop@-0.1", "dose '-0.1'"),
        ("closing-the-loop@nan", "dose 'nan'"),
        ("closing-the-loop@inf", "dose 'inf'"),
        ("closing-the-loop@", "dose ''"),
        ("closing-the-loop+closing-the-loop", "is given twice"),
        ("", "unknown name ''"),
        ("mobilise@0.5", "'mobilise' is a whole scenario, so it takes no dose and cannot be combined"),
    ],
)
def test_a_scenario_expression(spec, expected) -> None:
    with pytest.raises(InputError) as failure:
        load_scenario(spec)
    assert expected in str(failure.value)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"needs.chse": 0.1}, "unknown parameter 'needs.chse'; did you mean 'needs.chase'?"),
        ({"needs.chase": 1.5}, "needs.chase: 1.5 is out of range; allowed: 0 to 1"),
        ({"needs.chase": float("nan")}, "out of range"),
        ({"needs.chase": "often"}, "is not a number"),
        ({"needs.chase": True}, "is not a number"),
    ],
)
def test_a_parameter(parameters, expected) -> None:
    with pytest.raises(InputError) as failure:
        ParticipationModel(small_scenario(50, 0, parameters=parameters), 1)
    assert expected in str(failure.value)


@pytest.mark.parametrize("population", [0, -5, True, 30_000_000])
def test_a_population(population) -> None:
    with pytest.raises(InputError, match="population"):
        small_scenario(population)


@pytest.mark.parametrize(
    ("institutions", "expected"),
    [
        ((InstitutionSpec("council", "council"),), "no institution provides housing in ward 'Mill'"),
        ((InstitutionSpec("a", "council"), InstitutionSpec("b", "council", ("Mill",))), "ward 'Mill' already has a council"),
        ((InstitutionSpec("a", "parks"),), "unknown service 'parks'"),
    ],
)
def test_institutions(institutions, expected) -> None:
    with pytest.raises(InputError) as failure:
        ParticipationModel(small_scenario(50, 0, institutions=institutions), 1)
    assert expected in str(failure.value)


def copy_of_haringey(folder: Path) -> Path:
    for path in (DATA / "haringey").iterdir():
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return folder / "place.yaml"


def test_a_copy_of_a_place_loads_as_a_file(tmp_path) -> None:
    assert load_place(str(copy_of_haringey(tmp_path))).wards == load_place("haringey").wards
    assert load_place("E09000014").name == "haringey"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "small_areas.csv",
            "area,ward",
            "heap,ward",
            "no column names the areas; name it with --column area=COLUMN, of: heap, ward",
        ),
        (
            "small_areas.csv",
            "Alexandra,6,0.109,1758",
            "Alexandra,6,0.109,-1758",
            "line 2: population (population): '-1758'; allowed: numbers from 0",
        ),
        ("small_areas.csv", "Alexandra,6,0.109,1758", "Alexandra,6,0.109,lots", "line 2: population (population): 'lots'"),
        ("small_areas.csv", "Alexandra,6,0.109", "Alexandra,16,0.109", "deprivation_decile"),
        ("small_areas.csv", "E01001962,Alexandra", "E01001962,Alexandria", "did you mean 'Alexandra'?"),
        ("small_areas.csv", "E01001963", "E01001962", "area 'E01001962' is given twice"),
        (
            "wards.csv",
            "Alexandra,0.204,0.684",
            "Alexandra,0.204,0.284",
            "line 2: under_16, age_16_64, age_65_plus add up to 60.1 %; allowed: 92 to 105 %",
        ),
        ("place.yaml", "small_areas:", "small_area:", "unknown field 'small_area'"),
    ],
)
def test_a_place_file(tmp_path, file, old, new, expected) -> None:
    path = copy_of_haringey(tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as failure:
        read_place(path)
    assert expected in str(failure.value)


def test_a_whole_scenario_file_loads(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\nplace: haringey\npopulation: 400\nparameters: {needs.chase: 0.3, council.courtesy: 0.9}\n"
        "loops_off: [fatigue]\nburn_in: 12\n"
        "segments: [{name: A, share: 0.25}, {name: B, share: 0.75, circles: 2}]\n"
        "interventions:\n  - name: closing-the-loop\n    dose: 0.5\n    wards: [Highgate]\n    start: 3\n    ramp: 2\n"
        "  - name: my-own\n    changes: {courtesy: {to: 0.95}, invitations: {scale: 2, forms: [ward-panel]}}\n"
    )
    scenario = load_scenario(str(path))
    assert [i.name for i in scenario.interventions] == ["closing-the-loop", "my-own"]
    assert scenario.interventions[0].delivery.wards == ("Highgate",)
    model = ParticipationModel(scenario, 1)
    model.run(4)
    assert model.values["needs"].chase == 0.3
    assert set(model.residents.segment) == {0, 1}


def test_unknown_aims_are_named() -> None:
    scenario = load_scenario("closing-the-loop")
    from dataclasses import replace

    aimed = replace(scenario.interventions[0], delivery=replace(scenario.interventions[0].delivery, wards=("Highgte",)))
    with pytest.raises(InputError, match=r"wards: unknown 'Highgte'; did you mean 'Highgate'\?"):
        ParticipationModel(scenario.with_(population=50, burn_in=0, interventions=(aimed,)), 1)


@pytest.mark.parametrize("value", ["010", "1:30", "0x10", "0b11", "1:30.5", "-012"])
def test_a_number_that_yaml_reads_as_another_is_refused(tmp_path, value) -> None:
    """Regression: `start: 010` was month 8."""
    (tmp_path / "s.yaml").write_text(f"name: s\ninterventions:\n  - use: closing-the-loop\n    start: {value}\n")
    with pytest.raises(InputError, match=f"s.yaml: line 4: '{value}' is read as a different number by YAML"):
        load_scenario(str(tmp_path / "s.yaml"))


def test_plain_numbers_are_read(tmp_path) -> None:
    (tmp_path / "n.yaml").write_text("a: 0\nb: -3\nc: 0.5\nd: 1_000\ne: 1.0e+3\nf: '010'\ng: -0.25\n")
    assert read_yaml(tmp_path / "n.yaml") == {"a": 0, "b": -3, "c": 0.5, "d": 1000, "e": 1000.0, "f": "010", "g": -0.25}
