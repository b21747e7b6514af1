"""Tables of a place that give occupations, household sizes, moves and ages in bands of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios.places.card import card_of
from scenarios.places.imputation import AGES, JOBS, SIZES
from scenarios.places.own import OwnPlace, own_place
from simulation import InputError

PEOPLE = "ward,population,deprivation score"
ROWS = ("Mill,5000,42.5", "Quay,4000,21.5", "Hill,6000,9.5")


def place_of(folder: Path, columns: str, *cells: str) -> OwnPlace:
    path = folder / "wards.csv"
    path.write_text(f"{PEOPLE},{columns}\n" + "".join(f"{row},{more}\n" for row, more in zip(ROWS, cells, strict=True)))
    return own_place(path)


def imputed(own: OwnPlace) -> set[str]:
    return {one.group for one in own.place.imputed}


def row(own: OwnPlace, columns: tuple[str, ...]) -> list[float]:
    return own.place.ward_table[list(columns)].iloc[0].tolist()


def test_the_nine_classes_of_the_census_are_grouped_in_three(tmp_path) -> None:
    names = '"L1, L2 and L3: Higher managerial, administrative and professional occupations","L4, L5 and L6: Lower managerial, administrative and professional occupations",'
    names += '"L7: Intermediate occupations","L8 and L9: Small employers and own account workers","L10 and L11: Lower supervisory and technical occupations",'
    names += '"L12: Semi-routine occupations","L13: Routine occupations","L14.1 and L14.2: Never worked and long-term unemployed","L15: Full-time students"'
    own = place_of(tmp_path, names, *["400,600,500,300,200,450,550,350,650"] * 3)
    assert row(own, JOBS) == pytest.approx([0.25, 0.2, 0.3, 0.0875, 0.1625]) and "occupation" not in imputed(own)
    assert next(m for m in card_of(own.place).marginals if m.name == "students").basis == "given"


def test_three_classes_and_those_without_work_are_taken_as_they_are(tmp_path) -> None:
    own = place_of(
        tmp_path,
        "% managers and professionals,% intermediate occupations,% routine and manual occupations,% never worked,% students",
        *["30,20,30,10,10"] * 3,
    )
    assert row(own, JOBS) == pytest.approx([0.3, 0.2, 0.3, 0.1, 0.1])
    rest = place_of(
        tmp_path,
        "% managers and professionals,% intermediate occupations,% routine and manual occupations,% students",
        *["30,20,30,10"] * 3,
    )
    assert row(rest, JOBS) == pytest.approx([0.3, 0.2, 0.3, 0.1, 0.1]) and any(
        "was calculated as all minus" in f.text for f in rest.findings
    )
    three = place_of(
        tmp_path, "% managers and professionals,% intermediate occupations,% routine and manual occupations", *["40,25,35"] * 3
    )
    assert "occupation" in imputed(three) and any("occupation is imputed" in f.text for f in three.findings)


def test_household_sizes_are_counted_to_five_or_more(tmp_path) -> None:
    names = ",".join(f"{n} {'person' if n == 1 else 'people'} in household" for n in range(1, 8)) + ",8 or more people in household"
    own = place_of(tmp_path, names, *["600,700,300,250,100,30,10,10"] * 3)
    assert row(own, SIZES) == pytest.approx([0.3, 0.35, 0.15, 0.125, 0.075])
    alone = place_of(tmp_path, "% one person households", "35", "30", "25")
    assert "household_size" in imputed(alone) and alone.place.ward_table[SIZES[0]].tolist() == pytest.approx([0.35, 0.30, 0.25])
    one, other = (alone.place.marginals(seed)[list(SIZES)].to_numpy() for seed in (1, 2))
    assert (one[:, 0] == other[:, 0]).all() and not np.allclose(one[:, 1], other[:, 1]) and one.sum(axis=1) == pytest.approx(1.0)
    with pytest.raises(InputError, match="add up to"):
        place_of(tmp_path, "% 1 person,% 2 people,% 3 people,% 4 people,% 5 or more people", *["60,40,20,10,10"] * 3)


def test_moves_set_how_often_a_ward_moves(tmp_path) -> None:
    own = place_of(tmp_path, "% moved in the last year", "18", "9", "6")
    assert own.place.moved_in(3).tolist() == pytest.approx([0.18, 0.09, 0.06]) and "moved" not in imputed(own)


def test_five_year_ages_tell_all_seven_bands(tmp_path) -> None:
    names = ",".join([*(f"Aged {a} to {a + 4}" for a in range(0, 85, 5)), "Aged 85 and over"])
    own = place_of(tmp_path, names, *[",".join(["100"] * 18)] * 3)
    assert row(own, AGES) == pytest.approx(
        [80 / 1800, 100 / 1800, 200 / 1800, 300 / 1800, 300 / 1800, 200 / 1800, 300 / 1800], rel=1e-6
    )
    assert not {"age", "ages_16_64", "ages_65_plus"} & imputed(own)


def test_coarser_ages_are_parted_by_what_is_usual_and_stay_what_they_are(tmp_path) -> None:
    own = place_of(tmp_path, "0-15,16-24,25-44,45-64,65+", *["200,150,300,250,100"] * 3)
    assert {"ages_16_64", "ages_65_plus"} <= imputed(own) and "age" not in imputed(own)
    assert any("as far as the bands given do not tell it" in f.text for f in own.findings)
    for seed in (None, 1, 2):
        table = own.place.marginals(seed).iloc[0]
        assert table["age_16_19"] + table["age_20_24"] == pytest.approx(0.15), "what is given stays, whatever is drawn"
        assert table[list(AGES)].sum() == pytest.approx(0.8)
    one, other = (own.place.marginals(seed) for seed in (1, 2))
    assert not np.allclose(one["age_16_19"], other["age_16_19"])
    old = place_of(tmp_path, "0-15,16-64,65+", *["200,650,150"] * 3)
    assert {"ages_16_64", "ages_65_plus"} <= imputed(old) and old.place.ward_table["age_16_64"].tolist() == pytest.approx(
        [0.65] * 3
    )
