"""Columns of deprivation whose names were once not known: each is read, or it is said why not."""

from __future__ import annotations

import pytest

from scenarios.places.own import own_place
from simulation import InputError

from .test_place_rows import most_deprived
from .test_places import place_of, read_as, said


def wards(column: str, values: list) -> str:
    """Return six wards of one size with a column of deprivation."""
    return f'Ward,Population,"{column}"\n' + "".join(f"Ward {n},1000,{value}\n" for n, value in enumerate(values))


READ = {
    "IMD percentile": ([1, 15, 25, 55, 75, 100], 2 / 6), "SIMD2020v2 Percentile": ([1, 15, 25, 55, 75, 100], 2 / 6), "IMD Percentile (100 = most deprived)": ([1, 15, 25, 55, 75, 100], 1 / 6),
    "SIMD Vigintile": ([1, 4, 5, 9, 15, 20], 2 / 6), "Deprivation vigintile (20 = most deprived)": ([1, 4, 5, 9, 15, 17], 1 / 6), "IMD ventile": ([1, 4, 5, 9, 15, 20], 2 / 6),
    "IMD percentile rank": ([0.2, 19.9, 25, 55.5, 75, 99.9], 2 / 6), "IMD percentile (100 = most deprived)": ([0, 20, 79.9, 80.1, 92.5, 99], 3 / 6),
}  # fmt: skip


@pytest.mark.parametrize("column", list(READ))
def test_percentiles_and_vigintiles_are_ranks_with_a_direction(tmp_path, column) -> None:
    values, share = READ[column]
    own = place_of(tmp_path, wards(column, values))
    assert most_deprived(own) == pytest.approx(share)
    assert f"{column}: {'1' if '= most' not in column else '100' if 'ercentile' in column else '20'} is the most deprived" in said(
        own
    )
    assert "= most deprived, as" in read_as(own, column)


def test_a_percentile_whose_direction_nothing_tells_is_asked_about(tmp_path) -> None:
    text = wards("Disadvantage percentile", [1, 15, 25, 55, 75, 100])
    with pytest.raises(
        InputError, match='--column "deprivation_percentile_reversed=Disadvantage percentile" \\(100 is the most deprived\\)'
    ):
        place_of(tmp_path, text)
    for field, share in (("deprivation_percentile", 2 / 6), ("deprivation_percentile_reversed", 1 / 6)):
        own = own_place(tmp_path / "wards.csv", columns={"small_areas": {field: "Disadvantage percentile"}})
        assert most_deprived(own) == pytest.approx(share)


@pytest.mark.parametrize("column", ["IMD average score", "IMD - Average score", "Average IMD score", "IMD 2019 average score", "Mean deprivation score", "Index of Multiple Deprivation average score"])  # fmt: skip
def test_an_average_score_is_a_score(tmp_path, column) -> None:
    own = place_of(tmp_path, wards(column, [60, 50, 30, 20, 10, 5]))
    assert read_as(own, column).startswith("deprivation: ")
    assert own.place.areas["deprivation"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("column", "reason"),
    [("Proportion in most deprived 10%", "how many live in some of the most"), ("Proportion of LSOAs in most deprived decile", "how many live in some of the most"), ("% of people in the most deprived quintile", "how many live"),
     ("IMD - Proportion of LSOAs in most deprived 10% nationally", "how many live"), ("IMD average rank", "does not say out of how many areas it is a rank"), ("IMD rank of average score", "does not say out of how many"), ("IMD tertile", "groups of that size are not read"),
     ("Deprivation class", "groups of that size"), ("IMD extent", "not recognised as a score")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path, column, reason) -> None:
    own = place_of(tmp_path, wards(column, [0.6, 0.5, 0.3, 0.2, 0.1, 0]))
    assert f"'{column}' seems to be about deprivation and was not used: " in said(own) and reason in said(own)
    assert set(own.place.areas["deprivation_decile"]) == {5}
    taken = own_place(tmp_path / "wards.csv", columns={"small_areas": {"deprivation": column}})
    assert "was not used" not in said(taken) and taken.place.areas["deprivation"].is_monotonic_decreasing


def test_quartiles_lie_evenly_over_the_deciles(tmp_path) -> None:
    own = place_of(tmp_path, wards("IMD quartile", [1, 1, 2, 3, 4, 4]))
    assert own.place.areas["deprivation_decile"].tolist() == [1, 2, 4, 7, 9, 10]
