"""Scenarios of a command run in one place: what some of their files state holds for those that state nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.comparison.worlds import worlds
from scenarios.relationship import HOUSEHOLDS, RELATIONSHIP
from simulation.declared.parameters import InputError


def file_of(folder: Path, name: str, **fields: object) -> str:
    path = folder / f"{name}.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in {"name": name, **fields}.items()))
    return str(path)


def test_a_base_that_states_no_place_runs_where_the_other_does(tmp_path) -> None:
    own = file_of(tmp_path, "own", place="leeds", population=900)
    [[base, other]] = worlds(["baseline", own], [None], None, None)
    assert [(s.place.name, s.population) for s in (base, other)] == [("leeds", 900)] * 2
    assert base.services == other.services
    assert base.institutions == other.institutions


def test_what_the_command_says_holds_for_all(tmp_path) -> None:
    own = file_of(tmp_path, "own", place="leeds", population=900)
    [scenarios] = worlds(["baseline", own], ["stroud"], 700, None)
    assert [(s.place.name, s.population) for s in scenarios] == [("stroud", 700)] * 2


def test_files_that_differ_keep_their_own(tmp_path) -> None:
    names = [file_of(tmp_path, name, place=name) for name in ("leeds", "stroud")]
    [scenarios] = worlds(names, [None], None, None)
    assert [s.place.name for s in scenarios] == ["leeds", "stroud"]


@pytest.mark.parametrize(("field", "values"), [("place", ("leeds", "stroud")), ("population", (500, 600))])
def test_a_scenario_between_files_that_differ_is_asked_about(tmp_path, field: str, values: tuple[object, ...]) -> None:
    files = [file_of(tmp_path, f"s{n}", **{field: value}) for n, value in enumerate(values)]
    with pytest.raises(InputError) as error:
        worlds(["baseline", *files], [None], None, None)
    assert str(error.value) == (
        f"baseline states no {field}, and the others differ ({values[0]} in {files[0]}, {values[1]} in {files[1]}): say which with --{field}"
    )


def test_an_unknown_place_names_the_file(tmp_path) -> None:
    own = file_of(tmp_path, "own", place="leedz")
    with pytest.raises(InputError, match=r"own\.yaml: place: .*leedz"):
        worlds(["baseline", own], [None], None, None)


def test_a_structure_that_one_file_states_holds_for_those_that_state_none(tmp_path) -> None:
    own = file_of(tmp_path, "own", structure="relationship", population=300)
    [[base, other]] = worlds(["baseline", own], ["stroud"], None, None)
    assert base.parameters == other.parameters == RELATIONSHIP
    [[base, other]] = worlds(["baseline", "closing-the-loop"], ["stroud"], 300, None, "households")
    assert base.parameters == other.parameters == HOUSEHOLDS


def test_a_command_and_a_file_that_state_different_structures_are_refused(tmp_path) -> None:
    own = file_of(tmp_path, "own", structure="relationship")
    with pytest.raises(InputError, match=r"^structure: 'households', but .*own.yaml states 'relationship'"):
        worlds(["baseline", own], ["stroud"], 300, None, "households")
    with pytest.raises(InputError, match=r"own2.yaml.*structure: unknown 'relationshp'; did you mean 'relationship'"):
        worlds([file_of(tmp_path, "own2", structure="relationshp")], ["stroud"], 300, None)


def test_an_empty_structure_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"structure: unknown ''; .*as-shipped.*relationship"):
        worlds(["baseline"], ["stroud"], 300, None, "")
