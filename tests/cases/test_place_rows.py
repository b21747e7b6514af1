"""Rows and codes of places that were read wrongly without a word: totals, levels, directions, codes, names of councils."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.places import united_kingdom
from scenarios.places.card import card_of
from scenarios.places.directions import direction_of
from scenarios.places.own import OwnPlace, own_place
from scenarios.places.uk_tables import authorities, lookup, new_areas, small_areas
from simulation import InputError

from .test_places import HERE, place_of, said


def most_deprived(own: OwnPlace) -> float:
    """Return the share of people in the two most deprived deciles."""
    return float(card_of(own.place).deciles[:2].sum())


# Totals, and rows of higher levels.


def test_wards_total_by_name() -> None:
    own = own_place(HERE / "wards-total-by-name" / "wards.csv")
    assert own.place.areas["population"].sum() == 40_000
    assert "'Newtown borough' was read as a total and left out: it is the sum of the 5 other rows (line 7)" in said(own)


def test_wards_called_wales() -> None:
    own = own_place(HERE / "wards-called-wales" / "wards.csv")
    assert own.place.areas["population"].sum() == 43_500
    assert "Wales" in own.place.wards


TOTALS = {
    "subtotals below": ("Ward,Population\nA1,3000\nA2,4000\nA3,5000\nNorth,12000\nB1,2000\nB2,2500\nB3,3500\nSouth,8000\nNewtown,20000\n", 20_000, 6),
    "subtotals above": ("Ward,Population\nNewtown,20000\nNorth,12000\nA1,3000\nA2,4000\nA3,5000\nSouth,8000\nB1,2000\nB2,2500\nB3,3500\n", 20_000, 6),
    "of named districts": ("District,Ward,Population\nNorth,A1,3000\nNorth,A2,4000\nNorth,North total,7000\nSouth,B1,2000\nSouth,B2,2500\nSouth,South total,4500\n,Total,11500\n", 11_500, 4),
    "without a name": ("Ward,Population\nAbbey,8000\nBridge,9000\nCastle,10000\n,27000\n", 27_000, 3),
    "first of all": ("Ward,Population\nNewtown,34000\nAbbey,8000\nBridge,9000\nCastle,10000\nDene,7000\n", 34_000, 4),
    "rounded to hundreds": ("Ward,Population\nAbbey,8100\nBridge,9200\nCastle,10400\nDene,7300\nNewtown,35100\n", 35_000, 4),
    "by more than one count": ("Ward,Population,Households\nA1,3000,1300\nA2,4000,1800\nA3,5000,2100\nNorth,12000,5200\nB1,2000,900\nB2,2500,1100\n", 16_500, 5),
    "of small areas": ("LSOA,Ward,Population\nE01012007,Abbey,1500\nE01012008,Abbey,1400\n,Abbey,2900\nE01012009,Bridge,1600\nE01012010,Bridge,1700\n,Bridge,3300\n", 6_200, 4),
    "beside the country": (
        "Ward,Population\nAbbey,71000\nBridge,80000\nCastle,90000\nDene,61000\nLewisham,305800\nLondon,8800000\nEngland,56000000\n", 302_000, 4,
    ),
    "apart from their rows": ("Ward,Population\nA1,3000\nA2,4007\nB1,2000\nB2,2500\nB3,3504\nNorth,7007\nSouth,8004\n", 15_011, 5),
    "apart, and of all": ("Ward,Population\nNewtown,15011\nNorth,7007\nSouth,8004\nA1,3000\nA2,4007\nB1,2000\nB2,2500\nB3,3504\n", 15_011, 5),
    "of two each": ("Ward,Population\nNorth,7007\nA1,3000\nA2,4007\nMid,9104\nM1,5003\nM2,4101\nSouth,4500\nB1,2000\nB2,2500\n", 20_611, 6),
    "that does not add up": ("Ward,Population\nAbbey,8000\nBridge,9000\nCastle,10000\nGrand total,29500\n", 27_000, 3),
}  # fmt: skip


def test_rows_at_the_end_that_are_together_all_others_are_asked_about(tmp_path) -> None:
    text = "Ward,Population\nA1,3000\nB1,2000\nA2,4007\nB2,2500\nA3,3504\nNorth,10511\nSouth,4500\n"
    with pytest.raises(InputError, match="line 7: 'North' to 'South' are together the sum of all other rows: are they totals"):
        place_of(tmp_path, text)
    kept = "\n".join(f"{line},{'Geography level' if not n else 'ward'}" for n, line in enumerate(text.split()))
    assert place_of(tmp_path, kept).place.areas["population"].sum() == 30_022


@pytest.mark.parametrize("kind", list(TOTALS))
def test_a_row_that_is_the_sum_of_others_is_a_total_whatever_it_is_called(tmp_path, kind) -> None:
    text, people, rows = TOTALS[kind]
    own = place_of(tmp_path, text)
    assert (own.place.areas["population"].sum(), len(own.place.areas)) == (people, rows)
    assert "was read as a total and left out" in said(own)
    if kind == "that does not add up":
        assert "its 29,500 are not the sum of the others, 27,000: rows may be suppressed" in said(own)


NO_TOTALS = {
    "three wards": "Ward,Population\nAbbey,8000\nBridge,9000\nCastle,17000\n",
    "as many as two others": "Ward,Population\nAbbey,8000\nBridge,9000\nCastle,17000\nDene,5100\nElm,6300\n",
    "a big one": "Ward,Population\nTown,21000\nAsh,900\nBeech,700\nCedar,1100\n",
    "all of one level": "Geography level,Ward,Population\nward,Abbey,8000\nward,Bridge,9000\nward,Castle,10000\nward,Dene,27000\n",
    "each with a code": "Code,Ward,Population\nE05000001,Abbey,8000\nE05000002,Bridge,9000\nE05000003,Castle,10000\nE05000004,Dene,27000\n",
    "called Wales, half of all": "Ward,Population\nWales,18400\nBridge,9000\nCastle,8000\n",
    "called Total Heights": "Ward,Population\nTotal Heights,6000\nBridge,9000\nCastle,10000\n",
    "called England": "Ward,Population\nEngland,6000\nBridge,9000\nCastle,10000\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(NO_TOTALS))
def test_a_ward_stays_a_ward(tmp_path, kind) -> None:
    own = place_of(tmp_path, NO_TOTALS[kind])
    assert len(own.place.areas) == len(NO_TOTALS[kind].splitlines()) - 1
    assert "left out" not in said(own)


def test_what_is_nearly_a_total_is_asked_about(tmp_path) -> None:
    text = "Ward,Population\nAbbey,8010\nBridge,9040\nCastle,10030\nDene,7020\nNewtown borough,34400\n"
    with pytest.raises(
        InputError,
        match=r"line 6: 'Newtown borough' has 34,400, nearly the sum of the other rows .*Delete the row if it is a total; if it is not, say so with a column 'Geography level'",
    ):
        place_of(tmp_path, text)  # fmt: skip


def test_a_total_of_one_count_and_not_of_another_is_asked_about(tmp_path) -> None:
    text = "Ward,Population,Households\nAbbey,8000,3000\nBridge,9000,4000\nCastle,10000,4500\nDene,27000,9000\n"
    with pytest.raises(InputError, match="line 5: 'Dene' has 27,000, nearly the sum of the other rows"):
        place_of(tmp_path, text)


LEVELS = {
    "by codes": "Code,Ward name,Population\nE12000003,Yorkshire and The Humber,5400000\nE08000018,Rotherham,265000\nE05001024,Anston,12000\nE05001025,Dinnington,13000\nE05001040,Wales,7000\n",
    "by a column": "Geography level,Ward,Population\nRegion,London,8800000\nLocal authority,Lewisham,300000\nWard,Abbey,12000\nWard,Bridge,13000\nWard,Castle,7000\n",
    "of zones": "code,ward,population\nE02002111,Zone,60000\nE01012007,x,12000\nE01012008,y,13000\nE01012009,z,7000\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(LEVELS))
def test_rows_of_a_higher_level_are_left_out_and_said(tmp_path, kind) -> None:
    own = place_of(tmp_path, LEVELS[kind])
    assert own.place.areas["population"].tolist() == [12_000, 13_000, 7_000]
    assert "rows of higher levels were left out" in said(own)


def test_rows_of_mixed_levels_are_asked_about(tmp_path) -> None:
    with pytest.raises(InputError, match=r"2 of level authority, 1 of level ward.*keep the rows of one level"):
        place_of(
            tmp_path, "Code,Ward name,Population\nE08000018,Rotherham,265000\nE08000019,Sheffield,580000\nE05001024,Anston,12000\n"
        )
    with pytest.raises(InputError, match="'Block' is not a known level"):
        place_of(tmp_path, "Geography level,Ward,Population\nSector,A,1000\nBlock,B,400\nBlock,C,600\n")


# Directions.


def test_deciles_other_way_round() -> None:
    own = own_place(HERE / "deciles-other-way-round" / "areas.csv")
    assert most_deprived(own) == pytest.approx(10_200 / 17_200)
    assert "10 is the most deprived, as its name says" in said(own)


def areas_with(column: str, cells: list[object], more: str = "", values: list[object] | None = None) -> str:
    rows = [f"A{n},Ward {n // 3},1000,{cell}" + (f",{values[n]}" if values else "") for n, cell in enumerate(cells)]
    return f'area,ward,population,"{column}"{more}\n' + "\n".join(rows) + "\n"


ENDS = [1, 1, 3, 8, 9, 10]
TURNS = {
    "NZDep2018 decile": (ENDS, 2 / 6), "NZDep2018": (ENDS, 2 / 6), "SEIFA IRSD decile": (ENDS, 2 / 6), "IMD decile": (ENDS, 2 / 6), "Deprivation decile (1 = least deprived)": ([1, 1, 3, 4, 5, 10], 1 / 6),
    "Decile (1=most deprived, 10=least deprived)": ([1, 1, 3, 4, 5, 10], 2 / 6), "IMD Decile (where 1 is most deprived 10% of LSOAs)": ([1, 1, 3, 4, 5, 10], 2 / 6),
    "Deprivation quintile (5 = most deprived)": ([1, 1, 1, 2, 3, 5], 1 / 6), "IMD quintile": (["Q1", "Q1", "Q1", "Q2", "Q3", "Q5"], 3 / 6), "Income decile (1 = poorest)": ([1, 1, 3, 4, 5, 10], 2 / 6),
    "Band quintile": (["1 - least deprived", "1 - least deprived", "2", "3", "4", "5 - most deprived"], 1 / 6), "IMD 2019 rank": ([100, 6000, 7000, 15000, 20000, 32844], 2 / 6),
    "Deprivation rank (of 2,000; 1 = most deprived)": ([100, 350, 450, 1000, 1500, 2000], 2 / 6), "Deprivation rank (2,000 = most deprived)": ([100, 350, 450, 1000, 1500, 2000], 1 / 6),
}  # fmt: skip


@pytest.mark.parametrize("column", list(TURNS))
def test_which_end_is_the_most_deprived_is_read_from_the_name(tmp_path, column) -> None:
    cells, right = TURNS[column]
    own = place_of(tmp_path, areas_with(column, cells))
    assert most_deprived(own) == pytest.approx(right)
    assert "is the most deprived, as " in said(own)


@pytest.mark.parametrize(
    ("more", "values", "right"),
    [(",Median income", [20, 22, 24, 50, 45, 60], 2 / 6), (",Median income", [60, 50, 45, 24, 22, 20], 3 / 6), (",Deprivation score", [5, 6, 7, 40, 45, 50], 3 / 6),
     (",% no qualifications", [30, 32, 25, 10, 9, 8], 2 / 6)],
)  # fmt: skip
def test_a_second_measure_turns_deciles(tmp_path, more, values, right) -> None:
    own = place_of(tmp_path, areas_with("Decile", [1, 2, 3, 9, 9, 10], more, values))
    assert most_deprived(own) == pytest.approx(right)
    assert f"as it rises and falls with {more[1:]}" in said(own)


@pytest.mark.parametrize(("column", "end"), [("decile", "10"), ("Deprivation quintile", "5"), ("Deprivation rank", "the highest")])
def test_a_direction_that_nothing_says_is_asked(tmp_path, column, end) -> None:
    text = areas_with(column, [1, 2, 3, 4, 5, 5] if "rank" not in column else [1, 2, 3, 4, 5, 6])
    field = f"deprivation_{column.split()[-1]}"
    with pytest.raises(
        InputError, match=rf"it is not clear whether 1 or {end} is the most deprived; say so with --column \"{field}={column}\""
    ):
        place_of(tmp_path, text)
    one, other = (place_of(tmp_path, text, columns={"small_areas": {name: column}}) for name in (field, f"{field}_reversed"))
    assert one.place.areas["deprivation"].is_monotonic_decreasing
    assert other.place.areas["deprivation"].is_monotonic_increasing


def test_deciles_of_known_codes_are_turned_by_them(tmp_path) -> None:
    known = small_areas().set_index("area")["deprivation_decile"]
    codes = [f"E0101{n}" for n in range(2007, 2019)]
    rows = "".join(f"{c},1500,{11 - known[c]}\n" for c in codes)
    own = place_of(tmp_path, "LSOA,Population,decile\n" + rows)
    assert own.place.areas["deprivation_decile"].tolist() == [known[c] for c in codes]
    assert "10 is the most deprived, as the shipped UK table has it for these codes" in said(own)


def test_ranks_that_are_not_of_this_place_are_asked_about(tmp_path) -> None:
    with pytest.raises(
        InputError,
        match=r"ranks up to 1,900 in a table of 6 rows are not ranks within this place; give the number of ranked areas in the column's name",
    ):
        place_of(tmp_path, areas_with("Deprivation rank (1 = most deprived)", [100, 200, 300, 1000, 1500, 1900]))
    with pytest.raises(InputError, match=r"line 7: .*: 2,100; allowed: 1 to 2,000"):
        place_of(tmp_path, areas_with("Deprivation rank (1 = most deprived of 2,000)", [100, 200, 300, 1000, 1500, 2100]))
    within = place_of(tmp_path, areas_with("Deprivation rank (1 = most deprived)", [1, 2, 3, 4, 5, 6]))
    assert "were ranked by deprivation_rank within this place" in said(within)


@pytest.mark.parametrize(
    ("name", "lowest"),
    [("1 (most deprived) to 10 (least deprived)", True), ("most deprived = 10; least deprived = 1", False), ("Decile (higher is more deprived)", False), ("1 = richest", False),
     ("IMD2019 (most deprived = 1)", True), ("Decile from least to most deprived", False), ("SEIFA decile (10 = most advantaged)", True), ("Quintile (Q5 = most deprived)", False),
     ("deprivation_decile_10_most_deprived", False), ("SIMD2020v2_Decile", True), ("WIMD 2019 overall decile", True), ("Rank (32844 = least deprived)", True), ("decile", None), ("Decile 2021", None)],
)  # fmt: skip
def test_directions_by_name(name, lowest) -> None:
    found = direction_of(name)
    assert (None if found is None else found.lowest) == lowest


# Codes.


def codes_of(table: str) -> str:
    known = [f"E0101{n}" for n in (*range(2007, 2028), *range(2030, 2049))]
    rows = [f"{c},Ward {n // 8}" for n, c in enumerate(known)] + ["E01099999,Ward 0"]
    return table + "\n" + "\n".join(rows) + "\n"


def test_lsoa_2021_one_new_code(tmp_path) -> None:
    known = small_areas().set_index("area")
    lines = codes_of("LSOA21CD,Ward").splitlines()
    people = {c.split(",")[0]: known["population"].get(c.split(",")[0], 1500) for c in lines[1:]}
    own = place_of(tmp_path, "LSOA21CD,Ward,Population\n" + "".join(f"{line},{people[line.split(',')[0]]}\n" for line in lines[1:]))
    areas = own.place.areas.set_index("area")
    kept = areas.drop("E01099999")
    assert kept["deprivation_decile"].tolist() == known.loc[kept.index, "deprivation_decile"].tolist()
    fifth = kept["population"][kept["deprivation_decile"] <= 2].sum() / kept["population"].sum()
    assert fifth == pytest.approx(0.55, abs=0.005)
    ward = kept[kept["ward"] == "Ward 0"]
    mean = np.average(ward["deprivation_decile"], weights=ward["population"])
    assert areas.loc["E01099999", "deprivation_decile"] == pytest.approx(mean, abs=0.5)
    assert "1 of 41 codes is not from 2011" in said(own)
    assert "(E01099999): deprivation was imputed from the other small areas of their ward" in said(own)


def test_a_new_code_without_people_is_named(tmp_path) -> None:
    with pytest.raises(
        InputError, match=r"line 42: population is missing for 'E01099999', which is not a code from 2011, nor from 2021"
    ):
        place_of(tmp_path, codes_of("LSOA21CD,Ward"))


def test_small_areas_of_2021_have_what_they_were_made_of(tmp_path) -> None:
    old = small_areas().set_index("area")
    own = place_of(tmp_path, "LSOA21CD,Ward\nE01033769,a\nE01033770,a\nE01033771,b\nE01012007,b\n")
    areas = own.place.areas.set_index("area")
    joined = old.loc[["E01028040", "E01028041"]]
    assert areas.loc["E01033769", "population"] == joined["population"].sum()
    assert areas.loc["E01033770", "population"] == old.loc["E01028341", "population"] / 2, "one of two parts"
    assert areas.loc["E01033771", "deprivation_decile"] == old.loc["E01028341", "deprivation_decile"]
    assert "3 of 4 codes are from 2021, not 2011" in said(own)


def test_the_look_up_of_2021_holds_all_that_changed() -> None:
    found = new_areas()
    assert len(found) == 2025
    assert not set(found.index) & set(small_areas()["area"])
    assert found["deprivation_decile"].between(1, 10).all()
    assert found["population"].min() > 100


@pytest.mark.parametrize("gone", ["", ".."])
def test_one_row_without_a_decile_keeps_the_others(tmp_path, gone) -> None:
    own = place_of(tmp_path, areas_with("IMD decile", [2, 4, gone, 9, 10, 8]))
    assert own.place.areas["deprivation_decile"].tolist() == [2, 4, 3, 9, 10, 8]
    assert "1 of 6 rows have no deprivation (A2): it was imputed from the other small areas of their ward" in said(own)


def test_areas_blank_wards() -> None:
    own = own_place(HERE / "areas-blank-wards" / "areas.csv")
    assert own.place.areas.groupby("ward")["population"].sum().to_dict() == {"Abbey": 3100, "Bridge": 3100}
    assert "2 empty cells of Ward were filled with the name above them" in said(own)


@pytest.mark.parametrize(
    ("cells", "line"),
    [(["Abbey", "", "Abbey", "Bridge"], 3), (["", "Abbey", "", "Bridge"], 2), (["Abbey", "Bridge", "Castle", ""], 5)],
)
def test_an_empty_ward_is_named_where_it_is_not_a_merged_cell(tmp_path, cells, line) -> None:
    rows = "".join(f"E0101200{n + 7},{cell},1500\n" for n, cell in enumerate(cells))
    with pytest.raises(InputError, match=rf"line {line}: Ward \(ward\) is empty; every small area needs one"):
        place_of(tmp_path, "LSOA,Ward,Population\n" + rows)


def test_wards_of_many_small_areas_are_filled_down(tmp_path) -> None:
    cells = ["Abbey", "", "", "Bridge", "Castle", "", ""]
    rows = "".join(f"Z{n},{cell},1500\n" for n, cell in enumerate(cells))
    assert (
        place_of(tmp_path, "area,ward,population\n" + rows).place.areas["ward"].tolist()
        == ["Abbey"] * 3 + ["Bridge"] + ["Castle"] * 3
    )


# Names of councils and regions.


@pytest.mark.parametrize(
    ("said_name", "code"),
    [("Bristol, City of", "BST"), ("Kingston upon Hull, City of", "KHL"), ("Herefordshire, County of", "HEF"), ("E08000038", "BNS"), ("E08000039", "SHF"), ("Edinburgh, City of", "EDH"),
     ("Na h-Eileanan Siar", "ELS"), ("Armagh City, Banbridge and Craigavon", "ABC"), ("TELFORD & WREKIN", "TFW"), ("St. Helens", "SHN"), ("Rhondda Cynon Taff", "RCT"), ("Cyngor Caerdydd", "CRF"),
     ("Cyngor Sir Fynwy", "MON"), ("Cyngor Sir Ceredigion", "CGN"), ("Sir Gâr", "CMN"), ("Vale of Glamorgan, The", "VGL"), ("Durham, County", "DUR"), ("Greenwich, Royal Borough of", "GRE"), ("Barnsley MBC", "BNS"),
     ("London Borough of Camden", "CMD"), ("Bristol, City of Council", "BST"), ("Bournemouth, Christchurch & Poole", "BPC"), ("S12000024", "PKN"), ("e07000100", "SAL"), ("E10000023", "NYE")],
)  # fmt: skip
def test_names_of_councils(said_name, code) -> None:
    assert united_kingdom.find(said_name) == code


@pytest.mark.parametrize(
    ("code", "message"),
    [("E06000028", r"'E06000028' \(Bournemouth\) was abolished in 2019; use 'Bournemouth, Christchurch and Poole'"), ("E10000006", "abolished in 2023; use 'Cumberland' or 'Westmorland and Furness'"),
     ("E07000026", r"\(Allerdale\) was abolished in 2023; use 'Cumberland'"), ("e07000154", "abolished in 2021; use 'West Northamptonshire'"), ("E07000013", r"\(Chester\) was abolished in 2009; use 'Cheshire West"),
     ("Northampton, Borough of", "abolished in 2021; use 'West Northamptonshire'"), ("E07000246", "use 'Somerset'")],
)  # fmt: skip
def test_codes_of_abolished_councils_name_their_successor(code, message) -> None:
    with pytest.raises(InputError, match=message):
        united_kingdom.find(code)


def test_all_codes_of_councils_stand_for_one_thing() -> None:
    abolished = [c for cell in lookup("abolished")["gss"] for c in cell.split(";") if c]
    aliases = lookup("aliases")
    codes = aliases["alias"][aliases["alias"].str.fullmatch(r"[EWSNK]\d{8}")]
    known = [*abolished, *codes, *authorities()["gss"], *lookup("counties")["gss"]]
    assert len(known) == len(set(known))
    assert len(abolished) > 75
    assert aliases["source"].ne("").all()
    for name, code in zip(authorities()["name"], authorities().index, strict=True):
        for form in (f"{name} Council", name.replace(" and ", " & "), name.upper()):
            assert united_kingdom.find(form) == code, form


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("London", None),
        ("Wales", "Ward,Population\nA,5000\nB,6000\n"),
        ("North East", "Ward,Population,median income\nA,5000,20\nB,6000,30\n"),
    ],
)
def test_region_unheard(tmp_path, region, text) -> None:
    path = HERE / "region-unheard" / "wards.csv"
    if text is not None:
        path = tmp_path / "wards.csv"
        path.write_text(text, encoding="utf-8")
    own, foreign = own_place(path, region=region), own_place(path)
    under_16 = next(m for m in card_of(own.place).marginals if m.name == "under_16")
    elsewhere = next(m for m in card_of(foreign.place).marginals if m.name == "under_16")
    assert f"({region})" in under_16.source
    assert under_16.high - under_16.low < 0.13 < 0.2 < elsewhere.high - elsewhere.low
    if region == "London":
        assert (round(under_16.low, 2), round(under_16.high, 2)) == (0.15, 0.26)
