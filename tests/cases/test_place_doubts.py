"""Tables of places that were read one way without a word where they may mean another: spellings, `Other`, `of which`, small counts, sheets of years."""

from __future__ import annotations

import pandas as pd
import pytest

from scenarios.places.own import own_place
from simulation import InputError

from .test_places import place_of, read_as, said, shares


def test_wards_that_differ_by_case_or_blanks_are_one_and_told(tmp_path) -> None:
    text = "Small area,Ward,Population\nS1,North,1500\nS2,north,1500\nS3,NORTH ,1500\nS4,North,1500\nS5,St. Mary's,900\nS6,St Marys,900\n"
    own = place_of(tmp_path, text)
    assert len(own.place.wards) == 2 and "North" in own.place.wards
    assert (
        "names that differ only in case, blanks or punctuation were read as one ward: 'north' as 'North', 'NORTH' as 'North'"
        in said(own)
    )


def test_rows_of_one_ward_in_two_spellings_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match=r"'North' is given twice, in lines 2 and 3 \(there as 'NORTH'\)"):
        place_of(tmp_path, "Ward,Population\nNorth,5000\nNORTH,5100\nSouth,4000\n")


LEVELS = "Ward,Population,Level 4 qualifications,No qualifications,Level 1,Level 2,Level 3,Apprenticeship,{}{}\nA,4000,1000,600,400,500,500,100,200{}\nB,5000,1100,900,500,600,500,150,300{}\n"


@pytest.mark.parametrize("other", ["Other", "Other (number)", "Qualifications: other"])
def test_other_beside_qualifications_stays_in_their_base(tmp_path, other) -> None:
    own = place_of(tmp_path, LEVELS.format(other, "", "", ""))
    assert shares(own)["no_qualification"] == round(100 * 1500 / 7350, 1)
    assert "other tenure" not in read_as(own, other)


def test_two_columns_called_other_belong_to_what_each_stands_beside(tmp_path) -> None:
    head = "Ward,Population,No qualifications,Level 1,Level 2,Level 3,Level 4+,Other,Owned,Social rented,Private rented,Other\n"
    own = place_of(
        tmp_path, head + "A,4000,500,400,600,500,900,200,1000,400,300,50\nB,5000,600,500,700,600,1000,250,1100,600,400,60\n"
    )
    assert shares(own)["no_qualification"] == round(100 * 1100 / 6750, 1)
    assert "counted with private rent" in read_as(own, "Other (2)")


def test_other_beside_homes_is_tenure_and_beside_nothing_is_not_used(tmp_path) -> None:
    homes = "Ward,Population,Owned,Social rented,Private rented,Other\nA,4000,1000,400,300,50\nB,5000,1100,600,400,60\n"
    assert "counted with private rent" in read_as(place_of(tmp_path, homes), "Other")
    people = "Ward,Population,White,Asian,Other,Owned,Rented\nA,4000,3000,900,100,500,500\nB,5000,3000,1500,500,600,600\n"
    own = place_of(tmp_path, people)
    assert "'Other' is unclear and was not used; if it counts homes: --column \"other_tenure=Other\"" in said(own)


@pytest.mark.parametrize(
    "name", ["of which parished", "Of which: rural", "including villages", "Rural (included above)", "thereof rural", "o/w rural"]
)
def test_people_counted_again_below_of_which_are_left_out(tmp_path, name) -> None:
    own = place_of(tmp_path, f"Ward,Population\nA,4000\nB,5000\nC,3000\n{name},7000\nD,2000\n")
    assert own.place.areas["population"].sum() == 14_000
    assert f"the row '{name}' was read as a total and left out: its name says that it counts people from other rows again" in said(
        own
    )


SMALL = {
    "ages": "Parish,Population,{0}Aged 0-15,{0}Aged 65+\nA,200,40,35\nB,180,33,41\nC,150,30,28\n",
    "qualifications": "Parish,Population,{0}No qualifications,{0}Level 4+\nA,200,40,35\nB,180,33,41\nC,150,30,28\n",
    "one tenure": "Parish,Population,{0}Owned,{0}Social rented\nA,200,60,10\nB,180,53,11\nC,150,50,8\n",
}


@pytest.mark.parametrize("kind", SMALL)
def test_whole_numbers_of_a_small_parish_are_asked_about(tmp_path, kind) -> None:
    with pytest.raises(
        InputError, match=r"line 2: .* may be \d+ % or \d+ of 200 people, and it is not clear which; write '% .*' or 'number "
    ):
        place_of(tmp_path, SMALL[kind].format(""))
    assert "percentages" in said(place_of(tmp_path, SMALL[kind].format("% ")))


def test_numbers_by_name_are_counts_however_small(tmp_path) -> None:
    for kind in ("ages", "qualifications"):
        assert "read as counts" in said(place_of(tmp_path, SMALL[kind].format("number ")))


def test_percentages_of_larger_wards_are_not_asked_about(tmp_path) -> None:
    assert "percentages" in said(place_of(tmp_path, "Ward,Population,Aged 0-15,Aged 65+\nA,4000,20,18\nB,5000,22,15\n"))


def test_ages_that_exceed_100_together_are_counts(tmp_path) -> None:
    own = place_of(tmp_path, "Parish,Population,Aged 0-15,Aged 65+\nA,400,60,70\nB,350,53,81\n")
    assert "read as counts, divided by people of all ages" in said(own)


def test_sheets_of_years_give_the_latest_and_say_so(tmp_path) -> None:
    with pd.ExcelWriter(tmp_path / "x.xlsx") as book:
        for year, people in ((2011, 4000), (2021, 4400)):
            pd.DataFrame({"Ward": list("ABC"), "Population": people}).to_excel(book, sheet_name=f"Census {year}", index=False)
    own = own_place(tmp_path / "x.xlsx")
    assert own.place.areas["population"].sum() == 13_200
    assert "sheet 'Census 2021' was read, the latest year, of 2; not read: 'Census 2011'" in said(own)
    assert own_place(tmp_path / "x.xlsx", sheet="Census 2011").place.areas["population"].sum() == 12_000
