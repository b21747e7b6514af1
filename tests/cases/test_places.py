"""Tables of places that were read wrongly without a word: each gives the right value, or a sentence that helps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios import load_place
from scenarios.places.ages import band_of
from scenarios.places.card import card_of
from scenarios.places.own import OwnPlace, build, own_place
from scenarios.places.place_template import place_files
from simulation import InputError

HERE = Path(__file__).parent


def place_of(folder: Path, text: str, name: str = "wards.csv", **options: object) -> OwnPlace:
    """Return the place that a table makes."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return own_place(path, **options)


def shares(own: OwnPlace) -> dict[str, float]:
    """Return the shares that the place's card shows, in percent with one decimal."""
    return {m.name: round(100 * m.share, 1) for m in card_of(own.place).marginals}


def imputed(own: OwnPlace) -> set[str]:
    """Return the columns that are imputed."""
    return {m.name for m in card_of(own.place).marginals if m.imputed}


def said(own: OwnPlace) -> str:
    """Return all findings as one text."""
    return "\n".join(f.text for f in own.findings)


def read_as(own: OwnPlace, column: str) -> str:
    """Return what a column was read as."""
    return next(f"{r.name}: {r.description}" for r in own.readings if r.column == column)


# The base of a share.


def test_wards_qualification_counts() -> None:
    own = own_place(HERE / "wards-qualification-counts" / "wards.csv")
    assert (shares(own)["no_qualification"], shares(own)["level_4_plus"]) == (17.4, 40.6)
    assert "divided by people aged 16 and over (column 'Aged 16 and over')" in said(own)
    assert "divided by people aged 16 and over" in read_as(own, "Level 4+")
    assert shares(own)["under_16"] == 22.2, "who is not 16 yet follows from who is"


QUALIFIED = {
    "ages given": ("Ward,Population,0-15,16-64,65+,No qualifications,Level 4+\nA,12000,3000,7000,2000,2400,1900\nB,16000,3200,9800,3000,1800,6500\n", "from the ages given"),
    "all levels": ("Ward,Population,No qualifications,Level 1,Level 2,Apprenticeship,Level 3,Level 4+,Other qualifications\n"
                   "A,12000,2400,1000,1200,300,1500,1900,700\nB,16000,1800,1000,1400,300,1300,6500,500\n", "the sum of all levels of qualification"),
    "its own total": ("Ward,Population,Total,No qualifications,Level 4+\nA,12000,9000,2400,1900\nB,16000,12800,1800,6500\n", "the column 'Total'"),
    "as Nomis writes it": ("Ward,All usual residents,Highest level of qualification: Total: All usual residents aged 16 years and over,Highest level of qualification: No qualifications,"
                           '"Highest level of qualification: Level 4 qualifications or above: degree (BA, BSc), higher degree"\n'
                           "A,12000,9000,2400,1900\nB,16000,12800,1800,6500\n", "people aged 16 and over (column 'Highest level"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(QUALIFIED))
def test_counts_of_adults_are_divided_by_adults(tmp_path, kind) -> None:
    text, base = QUALIFIED[kind]
    own = place_of(tmp_path, text)
    assert base in said(own)
    no, high = {"all levels": (19.5, 38.1)}.get(kind, (19.3, 38.5))
    assert shares(own)["no_qualification"] == pytest.approx(no, abs=0.3)
    assert shares(own)["level_4_plus"] == pytest.approx(high, abs=0.5)


def test_adults_are_imputed_where_nothing_counts_them(tmp_path) -> None:
    own = place_of(tmp_path, "Ward,Population,No qualifications,Level 4+\nA,12000,2400,1900\nB,16000,1800,6500\n")
    assert "divided by people aged 16 and over, imputed from deprivation" in said(own)
    assert shares(own)["no_qualification"] == pytest.approx(100 * 4200 / 28000 / (1 - shares(own)["under_16"] / 100), abs=0.2)


def test_more_adults_without_qualification_than_adults_are_refused(tmp_path) -> None:
    with pytest.raises(
        InputError, match=r"line 3: No qualifications, Level 4\+ add up to 14,300; allowed: at most 9,000, people aged 16"
    ):
        place_of(tmp_path, "Ward,Population,Adults,No qualifications,Level 4+\nA,12000,9500,2400,1900\nB,16000,9000,7800,6500\n")


def test_wards_tenure_two_counts() -> None:
    own = own_place(HERE / "wards-tenure-two-counts" / "wards.csv")
    found = shares(own)
    assert (found["owned"], found["social_rented"], found["private_rented"]) == (46.3, 29.3, 24.5)
    assert "divided by households (column 'Households')" in said(own)
    assert "private rent (with homes lived in rent free) was calculated as all homes minus Owned and Social rented: 24 %" in said(
        own
    )


@pytest.mark.parametrize(
    "pair", ["Owned,Social rented", "Owned,Private rented", "Owned outright,Owned with a mortgage", "Social rented,Private rented"]
)
def test_two_counts_of_homes_without_their_number_are_refused(tmp_path, pair) -> None:
    needed = r"counts of homes need all three of owned, social_rented and private_rented, or the number of homes: --column households=COLUMN"
    with pytest.raises(InputError, match=needed):
        place_of(tmp_path, f"Ward,Population,{pair}\nA,12000,2000,2100\nB,16000,3500,1500\n")


TENURE = {
    "dwellings": ("Ward,Population,Number of dwellings,Owned,Social rented\nA,12000,5000,2000,2100\nB,16000,6800,3500,1500\n", (46.6, 30.5, 22.9)),
    "its own total": ("Ward,Population,Total,Owned,Social rented\nA,12000,5000,2000,2100\nB,16000,6800,3500,1500\n", (46.6, 30.5, 22.9)),
    "three counts": ("Ward,Population,Owned,Social rented,Private rented\nA,12000,2000,2100,900\nB,16000,3500,1500,1800\n", (46.6, 30.5, 22.9)),
    "signs and counts": ("Ward,Population,Households,Owned,Social rented\nA,12000,5000,40%,2100\nB,16000,6800,51.47%,1500\n", (46.6, 30.5, 22.9)),
    "a percentage and a count": ("Ward,Population,Households,Owned (%),Social rented\nA,12000,5000,40,2100\nB,16000,6800,51.47,1500\n", (46.6, 30.5, 22.9)),
    "every category of the census": ("Ward,Population,Tenure of household: Total: All households,Owned outright,Owned with a mortgage or loan,Shared ownership,Rented from council,"
        "Other social rented,Private landlord or letting agency,Other private rented,Lives rent free\n"
        "A,12000,5000,1000,1000,50,1500,550,700,150,50\nB,16000,6800,2000,1500,100,1000,400,1500,200,100\n", (47.9, 29.2, 22.9)),
    "percentages with the small categories": ("Ward,Population,Owned,Social rented,Private rented,Shared ownership,Living rent free\nA,10000,58,20,19,2,1\nB,10000,40,30,25,4,1\n", (52.0, 25.0, 23.0)),
    "counts of small areas below 100": ("Ward,Population,Households,Owned,Social rented,Private rented\nA,220,95,50,20,25\nB,240,99,49,30,20\n", (51.0, 25.8, 23.2)),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(TENURE))
def test_homes_are_divided_by_homes(tmp_path, kind) -> None:
    text, right = TENURE[kind]
    own = place_of(tmp_path, text)
    found = shares(own)
    assert (found["owned"], found["social_rented"], found["private_rented"]) == pytest.approx(right, abs=0.11)
    if "small" in kind and "percent" in kind:
        assert "Shared ownership was counted with owned" in said(own)
        assert "Living rent free was counted with private rent" in said(own)


def test_wards_rented_alone() -> None:
    own = own_place(HERE / "wards-rented-alone" / "wards.csv")
    found = shares(own)
    assert found["owned"] == 49.4
    assert found["social_rented"] + found["private_rented"] == pytest.approx(50.6, abs=0.11)
    assert found["social_rented"] > 5
    assert imputed(own) >= {"social_rented", "private_rented"}
    assert "owned" not in imputed(own)
    assert "how they split is imputed" in said(own)
    drawn = [own.place.marginals(seed) for seed in range(3)]
    assert all(table["owned"].tolist() == pytest.approx([0.6, 0.4]) for table in drawn)
    assert len({round(table["social_rented"][0], 6) for table in drawn}) == 3, "how rent splits is redrawn"


@pytest.mark.parametrize(
    ("text", "owned"),
    [("Ward,Population,% rented\nA,10000,60\nB,10000,30\n", 55.0), ("Ward,Population,Renters\nA,10000,0.6\nB,10000,0.3\n", 55.0),
     ("Ward,Population,Households,Rented\nA,10000,4000,2400\nB,10000,5000,1500\n", 56.7), ("Ward,Population,% owned\nA,10000,40\nB,10000,70\n", 55.0),
     ("Ward,Population,Owned,Rented\nA,10000,1600,2400\nB,10000,3500,1500\n", 56.7)],
)  # fmt: skip
def test_how_rent_parts_is_never_made_up(tmp_path, text, owned) -> None:
    own = place_of(tmp_path, text)
    assert shares(own)["owned"] == pytest.approx(owned, abs=0.11)
    assert {"social_rented", "private_rented"} <= imputed(own)
    assert shares(own)["social_rented"] > 3
    for file, content in place_files(own.place, "x").items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    back = load_place(str(tmp_path))
    assert back.ward_table["owned"].tolist() == pytest.approx(own.place.ward_table["owned"].tolist())
    assert back.ward_table["social_rented"].tolist() == pytest.approx(own.place.ward_table["social_rented"].tolist(), rel=1e-5)


def test_rent_of_one_kind_is_what_the_other_leaves(tmp_path) -> None:
    found = shares(place_of(tmp_path, "Ward,Population,Rented,Social rented\nA,10000,40,15\nB,10000,60,25\n"))
    assert (found["owned"], found["social_rented"], found["private_rented"]) == (50.0, 20.0, 30.0)


AGES = {
    "five years": ("0-4,5-9,10-14,15-19,20-24,25-44,45-64,65-74,75+", "60,60,60,50,70,300,250,80,70", (19.0, 66.0, 15.0)),
    "census": ("Aged 4 years and under,Aged 5 to 9 years,Aged 10 to 15 years,Aged 16 to 64 years,Aged 65 years and over", "60,60,70,660,150", (19.0, 66.0, 15.0)),
    "under 18": ("0-17,18-64,65+", "220,600,180", (19.6, 62.4, 18.0)),
    "European": ("0-14,15-64,65+", "19%,66%,15%", (20.3, 64.7, 15.0)),
    "one left out": ("% under 16,% 65 and over", "19,15", (19.0, 66.0, 15.0)),
    "nested": ("0-15,16-24,25-64,65+,85+", "190,100,560,150,20", (19.0, 66.0, 15.0)),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(AGES))
def test_ages_in_other_bands_are_summed(tmp_path, kind) -> None:
    header, row, right = AGES[kind]
    own = place_of(tmp_path, f"Ward,Population,{header}\nA,1000,{row}\nB,1000,{row}\n")
    found = shares(own)
    assert (found["under_16"], found["age_16_64"], found["age_65_plus"]) == pytest.approx(right, abs=0.06)
    if kind == "five years":
        assert "15-19: ages 15 to 19 were divided evenly, 20 % under 16 and 80 % 16 to 64" in said(own)


def test_ages_that_cannot_be_summed_are_said(tmp_path) -> None:
    own = place_of(tmp_path, "Ward,Population,0-29,30-59,60+\nA,1000,320,500,180\nB,2000,700,1000,300\n")
    assert "16 and 65 fall within 0-29 and 60+, so age is imputed" in said(own)
    assert {"under_16", "age_65_plus"} <= imputed(own)


def test_a_share_under_16_alone_is_kept(tmp_path) -> None:
    own = place_of(tmp_path, "Ward,Population,Under 16\nA,1000,180\nB,2000,300\n")
    assert shares(own)["under_16"] == 16.0
    assert imputed(own) >= {"age_16_64", "age_65_plus"}
    assert "under_16" not in imputed(own)


@pytest.mark.parametrize(
    ("header", "band"),
    [("Aged under 1 year", (0, 1)), ("Age: Aged 10 to 14 years", (10, 15)), ("85+", (85, np.inf)), ("Children (0-15)", (0, 16)), ("Over 64", (65, np.inf)), ("% 65+", (65, np.inf)),
     ("Males 0-4", None), ("Level 4", None), ("2021", None), ("Population 2021", None), ("Age 15", (15, 16))],
)  # fmt: skip
def test_bands_of_ages_by_their_names(header, band) -> None:
    assert band_of(header) == band


# What was read is told.


def test_both_tables_tell_what_every_column_was_read_as(tmp_path) -> None:
    (tmp_path / "areas.csv").write_text(
        "area,ward,population,IMD decile,colour\na1,St Ann's,1500,3,red\na2,Bounds Green,1400,,blue\n", encoding="utf-8"
    )
    (tmp_path / "wards.csv").write_text(
        "Ward,Adults,No qualifications,Level 4+,0-15\nSt Anns,1200,240,360,20\nBounds Green,1150,200,400,18\n", encoding="utf-8"
    )
    own = build(tmp_path / "areas.csv", tmp_path / "wards.csv", name="x")
    told = {(r.table, r.column): r for r in own.readings}
    assert told["small_areas", "IMD decile"].counts == {"given": 1, "missing": 1}
    assert told["small_areas", "colour"].name == ""
    assert "divided by people aged 16 and over (column 'Adults')" in told["wards", "Level 4+"].description
    assert own.place.ward_table["no_qualification"].tolist() == pytest.approx([240 / 1200, 200 / 1150])


def test_counts_of_wards_without_people_use_those_of_the_small_areas(tmp_path) -> None:
    (tmp_path / "areas.csv").write_text("area,ward,population\na1,A,1500\na2,B,1400\na3,A,1000\n", encoding="utf-8")
    (tmp_path / "wards.csv").write_text("Ward,Under 16,65+\nB,280,210\nA,500,375\n", encoding="utf-8")
    own = build(tmp_path / "areas.csv", tmp_path / "wards.csv", name="x")
    assert own.place.ward_table["under_16"].tolist() == pytest.approx([0.2, 0.2])
    assert own.place.ward_table["age_65_plus"].tolist() == pytest.approx([0.15, 0.15])


def test_a_whole_index_comes_before_its_domains(tmp_path) -> None:
    own = place_of(tmp_path, "Ward,Total population: mid 2022,Crime Decile,IMD Decile\nA,1000,1,10\nB,2000,2,9\nC,3000,10,1\n")
    assert own.columns["wards"]["deprivation_decile"] == "IMD Decile"
    assert own.place.areas.set_index("ward")["population"].to_dict() == {"A": 1000, "B": 2000, "C": 3000}
    assert own.place.areas.set_index("ward")["deprivation_decile"].to_dict() == {"A": 10, "B": 9, "C": 1}
    assert next(r for r in own.readings if r.name == "ward").counts == {"given": 3}
