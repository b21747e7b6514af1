"""What a figure is a share of, by its heading; people by sex; social rent in parts: each was once read wrongly or passed over."""

from __future__ import annotations

import pytest

from scenarios.places.own import own_place
from simulation import InputError

from .test_places import imputed, place_of, read_as, said, shares

QUALIFIED = "Ward,Population,% no qualifications{0},% level 4+{0}\nA,12000,12,40\nB,16000,22,30\n"


@pytest.mark.parametrize(
    ("base", "words"),
    [(" (aged 16-64)", "aged 16 to 64"), (" 16 to 64", "aged 16 to 64"), (" (working age)", "aged 16 to 64"), (" aged 25-64", "aged 25 to 64"), (" (of people aged 25 to 64 years)", "aged 25 to 64"),
     (" 16-74", "aged 16 to 74"), (" (aged 25+)", "aged 25 and over"), (" of working age population", "aged 16 to 64"), (" aged 65 and over", "aged 65 and over")],
)  # fmt: skip
def test_qualifications_of_some_ages_are_not_taken_for_all_adults(tmp_path, base, words) -> None:
    own = place_of(tmp_path, QUALIFIED.format(base))
    column = f"% no qualifications{base}"
    assert "no_qualification" in imputed(own)
    assert f"'{column}' is of people {words}, not of everybody aged 16 and over: it was not used" in said(own)
    assert f'--column "no_qualification={column}"' in said(own) and "not used: of people" in read_as(own, column)
    taken = own_place(
        tmp_path / "wards.csv", columns={"small_areas": {"no_qualification": column, "level_4_plus": f"% level 4+{base}"}}
    )
    assert shares(taken)["no_qualification"] == 17.7 and "used for everybody aged 16 and over, as you said" in said(taken)


@pytest.mark.parametrize(
    ("base", "told"), [("", False), (" 16+", False), (" (aged 16 and over)", False), (" 18+", True), (" (aged 15 and over)", True)]
)
def test_qualifications_of_adults_are_read(tmp_path, base, told) -> None:
    own = place_of(tmp_path, QUALIFIED.format(base))
    assert shares(own)["no_qualification"] == 17.7 and ("it was used for everybody aged 16 and over" in said(own)) is told


@pytest.mark.parametrize(
    "column", ["% of adults aged 65+", "Percentage of adults 65 and over", "% of working age population 65+", "% of households 65+"]
)
def test_a_share_of_adults_is_none_of_everybody(tmp_path, column) -> None:
    own = place_of(tmp_path, f"Ward,Population,{column},% under 16\nA,12000,25,20\nB,16000,20,18\n")
    assert shares(own)["age_65_plus"] not in (22.1, 22.2)


def test_tenure_of_people_is_told(tmp_path) -> None:
    own = place_of(
        tmp_path,
        "Ward,Population,% of residents owned,% of residents social rented,% of residents private rented\nA,12000,60,25,15\nB,16000,50,20,30\n",
    )
    assert "'% of residents owned' is a share of people; it was used as the share of homes" in said(own)


SEXES = [
    ("Males 0-15,Females 0-15,Males 16-64,Females 16-64,Males 65+,Females 65+"), ("M 0-15,F 0-15,M 16-64,F 16-64,M 65+,F 65+"), ("0-15 (male),0-15 (female),16-64 (male),16-64 (female),65+ (male),65+ (female)"),
    ("Boys aged 0 to 15,Girls aged 0 to 15,Men aged 16 to 64,Women aged 16 to 64,Men aged 65 and over,Women aged 65 and over"), ("Male: 0 to 15,Female: 0 to 15,Male: 16 to 64,Female: 16 to 64,Male: 65 plus,Female: 65 plus"),
]  # fmt: skip
PEOPLE = "A{0},1200,1100,3600,3700,900,1100\nB{1},1600,1500,5000,5100,1300,1500\n"


@pytest.mark.parametrize("head", SEXES)
def test_ages_by_sex_are_added_up(tmp_path, head) -> None:
    own = place_of(tmp_path, f"Ward,Population,{head}\n" + PEOPLE.format(",11600", ",16000"))
    assert (shares(own)["under_16"], shares(own)["age_65_plus"]) == (19.6, 17.4) and "under_16" not in imputed(own)
    assert f"{head.split(',')[0]} and {head.split(',')[1]} were added up" in said(own)
    assert read_as(own, head.split(",")[0]) == "age: people by age and sex, added to the other sex"


def test_people_by_sex_and_age_are_the_population(tmp_path) -> None:
    own = place_of(tmp_path, f"Ward,{SEXES[0]}\n" + PEOPLE.format("", ""))
    assert own.place.areas["population"].tolist() == [11600, 16000] and shares(own)["under_16"] == 19.6
    own = place_of(tmp_path, "Ward,Males,Females\nA,5700,5900\nB,7900,8100\nC,1000,1100\nTotal,14600,15100\n")
    assert own.place.areas["population"].tolist() == [11600, 16000, 2100] and "population is Males and Females added up" in said(
        own
    )


@pytest.mark.parametrize(
    ("head", "row", "why"),
    [("Males 0-15,Males 16-64,Males 65+", "1200,3600,900", "the other sex is missing"),
     ("% males 0-15,% females 0-15", "21,19", "shares of men and of women have two different bases and cannot be added up"), ("Males 0-15,Females 0-15", "20.5%,19.1%", "cannot be added up")],
)  # fmt: skip
def test_ages_of_one_sex_and_shares_by_sex_say_why_they_are_not_used(tmp_path, head, row, why) -> None:
    own = place_of(tmp_path, f"Ward,Population,{head}\nA,12000,{row}\nB,16000,{row}\n")
    assert why in said(own) and "under_16" in imputed(own)


def test_ages_of_everybody_come_before_those_by_sex(tmp_path) -> None:
    own = place_of(
        tmp_path,
        "Ward,Population,0-15,16-64,65+,Males 0-15,Females 0-15\nA,11600,2300,7300,2000,1200,1100\nB,16000,3100,10100,2800,1600,1500\n",
    )
    assert shares(own)["under_16"] == 19.6 and "added up" not in said(own)


@pytest.mark.parametrize(
    ("council", "other"),
    [("Social rented: council", "Social rented: other"), ("Social rented: Rents from council or Local Authority", "Social rented: Other social rented"), ("Rented from council", "Other social rented"),
     ("Council rented", "Housing association rented"), ("Social rent - council", "Social rent - other"), ("Council rented", "Rented from housing association or registered social landlord"), ("Social rented: LA", "Social rented: HA")],
)  # fmt: skip
def test_parts_of_social_rent_are_added_up(tmp_path, council, other) -> None:
    own = place_of(tmp_path, f"Ward,Population,Owned,{council},{other},Private rented\nA,12000,60,10,15,15\nB,16000,60,10,15,15\n")
    assert shares(own)["social_rented"] == 25.0 and "were summed to social rent" in said(own)


def test_a_part_of_social_rent_that_is_missing_is_refused_with_what_to_do(tmp_path) -> None:
    with pytest.raises(InputError, match=r"add up to 85\.0 %"):
        place_of(
            tmp_path, "Ward,Population,Owned,Council rented,Almshouses,Private rented\nA,12000,60,10,15,15\nB,16000,60,10,15,15\n"
        )
