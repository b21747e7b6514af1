"""The user's own scores of deprivation: never turned upside down, never replaced in silence, never -999."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.places import TablePlace
from scenarios.places.own import own_place
from simulation import InputError

NAMES = ("IMD", "IMD 2019", "Index of Multiple Deprivation 2019", "SIMD", "WIMD 2019", "Deprivation", "Multiple deprivation")
CODES = ("E01001962", "E01001963", "E01001964", "E01001965", "E01001966", "E01001967")


def table(folder: Path, column: str, values: list[float], codes: bool = False) -> Path:
    path = folder / "areas.csv"
    head, keys = (
        ("LSOA code,Ward", [f"{c},W{n % 3}" for n, c in enumerate(CODES)])
        if codes
        else ("Ward", [f"W{n}" for n in range(len(values))])
    )
    path.write_text(
        "\n".join(
            [
                f"{head},Population,{column}",
                *(f"{k},{4000 + 10 * n},{v}" for n, (k, v) in enumerate(zip(keys, values, strict=True))),
            ]
        )
        + "\n"
    )
    return path


def deciles(place: TablePlace) -> list[int]:
    return [int(d) for d in place.areas["deprivation_decile"]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ([1234, 2502, 8021, 32001], "deprivation_rank"),
        ([1, 3, 8, 10], "deprivation_decile"),
        ([1, 2, 4, 5], "deprivation_quintile"),
    ],
)
def test_whole_numbers_under_the_bare_name_of_an_index_are_asked_about(tmp_path, name, values, field) -> None:
    with pytest.raises(InputError, match=rf'may be {field.split("_")[1]}s or a score.*--column "{field}={name}"'):
        own_place(table(tmp_path, name, values))
    score = own_place(
        table(tmp_path, name, values), columns={"small_areas": {"deprivation": name}, "wards": {"deprivation": name}}
    ).place
    assert deciles(score)[0] > deciles(score)[-1], "somebody said that it is a score: higher is more deprived"


@pytest.mark.parametrize("name", ["IMD score", "Deprivation score", "Income deprivation rate"])
def test_a_score_that_says_so_is_one(tmp_path, name) -> None:
    found = deciles(own_place(table(tmp_path, name, [5, 6, 9, 10])).place)
    assert found[0] > found[-1]


@pytest.mark.parametrize("code", [-999, -99, 999, 9999])
def test_a_code_for_none_is_no_score(tmp_path, code) -> None:
    with pytest.raises(
        InputError, match=f"line 2: IMD score: {code} does not look like a score among 11.5 to 48.2; leave the cell empty"
    ):
        own_place(table(tmp_path, "IMD score", [code, 11.5, 30.1, 48.2]))


def test_the_users_own_scores_are_used_where_codes_are_known_too(tmp_path) -> None:
    values = [89.1, 11.2, 50.3, 70.4, 20.5, 60.6]
    column = {"deprivation": "My deprivation 2024"}
    own = own_place(table(tmp_path, "My deprivation 2024", values, codes=True), columns={"small_areas": column, "wards": column})
    ranked = sorted(range(6), key=lambda n: deciles(own.place)[n])
    assert ranked[0] == 0 and ranked[-1] == 1
    assert list(own.place.areas["deprivation"]) == values
    index = own_place(table(tmp_path, "IMD score", values, codes=True)).place
    assert list(index.areas["deprivation"]) == values


@pytest.mark.parametrize(
    ("field", "name", "values"),
    [("deprivation_rank", "Local rank", [1, 6, 3, 4, 5, 2]), ("deprivation_quintile", "Fifths", [1, 5, 3, 4, 4, 2])],
)
def test_ranks_and_fifths_that_somebody_names_go_before_the_codes(tmp_path, field, name, values) -> None:
    column = {field: name}
    own = own_place(table(tmp_path, name, values, codes=True), columns={"small_areas": column, "wards": column}).place
    assert deciles(own)[0] == min(deciles(own)) and deciles(own)[1] == max(deciles(own))


def test_a_measure_that_is_not_used_is_told(tmp_path) -> None:
    own = own_place(table(tmp_path, "Median household income", [6541, 3301, 5000, 5100, 5200, 5300], codes=True))
    assert any("'Median household income' is not used" in f.text and '--column "advantage=' in f.text for f in own.findings)
