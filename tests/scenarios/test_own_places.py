"""A place of one's own from CSV or Excel: read in any usual shape, made whole, written and read back; every fault named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import stats

from scenarios import load_place, load_scenario
from scenarios.places.imputation import AGES
from scenarios.places.own import build, own_place
from scenarios.places.place import LATER_GROUPS
from scenarios.places.place_file import read_own_place
from scenarios.places.place_template import place_files
from simulation import InputError, ParticipationModel

SHARES = np.array([0.3, 0.3, 0.4])
WARDS = """Ward name,Population 2021,IMD decile,% owned,% social rent,% private rent,% 0-15,% 65+,% no qualifications,% level 4
Mill,"9,500",1,30.0%,45.0%,25.0%,24,9,28,20
Quay,8 200,4,45,25,30,20,12,20,34
Hill,10100,9,68,9,23,17,21,9,50
"""


def table(folder: Path, text: str, name: str = "place.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_table_of_wards_is_a_place(tmp_path) -> None:
    own = own_place(table(tmp_path, WARDS, "my-town.csv"))
    place = own.place
    assert place.name == "my-town"
    assert place.wards == ("Mill", "Quay", "Hill")
    assert place.areas["population"].tolist() == [9500, 8200, 10100]
    assert {i.group for i in place.imputed} == set(LATER_GROUPS), "the table has all that it needs to have"
    assert place.ward_table["social_rented"].tolist() == pytest.approx([0.45, 0.25, 0.09])
    assert place.ward_table["age_16_64"].tolist() == pytest.approx([0.67, 0.68, 0.62])
    assert own.columns["wards"]["no_qualification"] == "% no qualifications"
    model = ParticipationModel(load_scenario("baseline", place, 600).with_(burn_in=12), 1)
    model.run(1)


def test_the_generator_reproduces_given_marginals_within_sampling_error(tmp_path) -> None:
    place = own_place(table(tmp_path, WARDS)).place
    p_values = []
    for seed in range(6):
        people = place.draw_people(12_000, SHARES, seed)
        for ward in range(3):
            here = people.ward == ward
            row = place.marginals(seed).iloc[ward]
            low, high = row["no_qualification"], row["level_4_plus"]
            age = row[list(AGES)].to_numpy(float)
            assert age.sum() == pytest.approx(row["age_16_64"] + row["age_65_plus"]), "what the table gives of ages stays"
            for codes, shares in ((people.qualification, [low, 1 - low - high, high]), (people.age, age / age.sum())):
                observed = np.bincount(codes[here], minlength=len(shares))
                p_values.append(stats.chisquare(observed, np.array(shares) * here.sum()).pvalue)
            homes = here & (np.diff(people.household, prepend=-1) > 0)
            tenure = np.bincount(people.tenure[homes], minlength=3)  # by household: a systematic sample, so closer than chance
            wanted = np.array([row["owned"], row["social_rented"], row["private_rented"]]) * homes.sum()
            assert stats.chisquare(tenure, wanted).pvalue > 0.01
    assert stats.kstest(p_values, "uniform").pvalue > 0.001
    assert min(p_values) > 1e-4


def test_small_areas_with_their_own_marginals_keep_them(tmp_path) -> None:
    rows = "".join(f"A{n},{'East' if n < 4 else 'West'},1500,{n % 10 + 1},{30 + 5 * n},{50 - 5 * n}\n" for n in range(8))
    own = own_place(table(tmp_path, "area,ward,population,decile,owned %,social rented %\n" + rows))
    place = own.place
    assert place.area_profile is not None
    homes = place.joint.households.sum(axis=1)
    owned = homes[:, 0]
    assert owned == pytest.approx((30 + 5 * np.arange(8)) / 100, abs=1e-6)
    assert {i.group for i in place.imputed} == {"age", "qualification", *LATER_GROUPS}
    assert any("age is imputed" in f.text for f in own.findings)


def test_small_areas_of_the_uk_need_nothing_but_codes(tmp_path) -> None:
    codes = load_place("Blackpool").areas["area"]
    text = "LSOA21 code,Ward name\n" + "".join(f"{c},Ward {n // 6}\n" for n, c in enumerate(codes))
    place = own_place(table(tmp_path, text)).place
    assert place.areas["population"].tolist() == load_place("Blackpool").areas["population"].tolist()
    assert not place.synthetic_wards
    assert "mySociety" in place.attribution
    assert "North West" in place.imputed[0].source


def test_counts_shares_and_percentages_are_told_apart(tmp_path) -> None:
    counts = own_place(table(tmp_path, "ward,population,0-15,16-64,65+\nA,1000,200,650,150\nB,3000,500,2100,400\n"))
    assert counts.place.ward_table["under_16"].tolist() == pytest.approx([0.2, 500 / 3000])
    assert any("read as counts" in f.text for f in counts.findings)
    shares = own_place(table(tmp_path, "ward,population,0-15,16-64,65+\nA,1000,.2,.65,.15\nB,3000,.17,.70,.13\n"))
    assert shares.place.ward_table["under_16"].tolist() == pytest.approx([0.2, 0.17])


def test_a_place_far_from_britain_with_its_own_institutions_and_segments(tmp_path) -> None:
    table(tmp_path, "barrio;población total;renta;alquiler\nCentro;12.000;1;1\n".replace("población total", "population").replace("renta;alquiler", "median income;advantage index")
          .replace(";1;1", ";31000;3") + "Norte;8.000;18000;1\nSur;9.500;24500;2\n", "barrios.csv", "cp1252")  # fmt: skip
    (tmp_path / "place.yaml").write_text(
        "name: villanueva\ntitle: Villanueva\ncountry: Spain\nwards: barrios.csv\ndeprivation_index: median income, fifths of the town\n"
        "services:\n- {name: ayuntamiento, stands_for: council, response_months: 4}\n- {name: vivienda, stands_for: housing}\n"
        "- {name: policia, stands_for: police}\n- {name: salud, stands_for: health}\n"
        "segments:\n- {name: arraigados, share: 0.6}\n- {name: nuevos, share: 0.4, circles: 0.7}\nparameters: {ayuntamiento.courtesy: 0.9}\naverage_service: true\n"
    )
    place = load_place(str(tmp_path))
    assert place.areas.set_index("ward")["deprivation_decile"].idxmin() == "Norte", "the poorest is the most deprived"
    assert place.areas["population"].tolist() == [12_000, 8_000, 9_500], "12.000 people are twelve thousand"
    assert all(np.all(i.place_sd > 0.4) for i in place.imputed), "nothing national is known: three times as unsure"
    scenario = load_scenario("closing-the-loop", str(tmp_path), 600).with_(burn_in=24)
    assert [s.name for s in scenario.segments] == ["arraigados", "nuevos"]
    model = ParticipationModel(scenario, 1)
    model.run(2)
    assert [i.name for i in model.institution_agents] == ["ayuntamiento", "vivienda", "policia", "salud"]
    assert model.institution_agents[0].courtesy == 0.9
    assert model.half_lives[0] == 4
    assert model.half_lives[1] == 6, "what is not given is as in what it stands for"


def test_excel_with_titles_merged_cells_and_formulas(tmp_path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Ward profiles 2021"])
    sheet.append([])
    sheet.append(["Ward", "Small area", "Population"])
    for n in range(4):
        sheet.append(["East" if n == 0 else None, f"A{n}", 1500 + n])
    sheet.merge_cells("A4:A7")
    book.create_sheet("notes").append(["nothing"])
    path = tmp_path / "wards.xlsx"
    book.save(path)
    own = own_place(path)
    assert own.place.wards == ("East",)
    assert len(own.place.areas) == 4
    told = " ".join(f.text for f in own.findings)
    assert "merged cells were read as if each held the value" in told
    assert "line 3" in told
    sheet["C8"] = "=SUM(C4:C7)"
    sheet["B8"] = "A9"
    sheet["A8"] = "East"
    book.save(path)
    with pytest.raises(InputError, match="cell C8 contains a formula without its result; open the file in Excel and save it"):
        own_place(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_are_read(tmp_path, encoding) -> None:
    own = own_place(table(tmp_path, "ward,population\nÉglise,1000\nOst,1200\n", encoding=encoding))
    assert own.place.wards[0] == "Église"


def test_totals_are_left_out_and_said(tmp_path) -> None:
    own = own_place(table(tmp_path, "ward,population\nA,1000\nB,3000\nTotal,4000\n"))
    assert own.place.wards == ("A", "B")
    assert any("'Total' was read as a total" in f.text for f in own.findings)


BAD = {
    "no population": ("ward,colour\nA,red\nB,blue\n", "no column gives the population; name it with --column population=COLUMN, of: ward, colour"),
    "no areas": ("colour,population\nred,5\nblue,7\n", "no column names the areas; name it with --column area=COLUMN"),
    "negative": ("ward,population\nA,-5\nB,7\n", r"line 2: population \(population\): '-5'; allowed: numbers from 0"),
    "words": ("ward,population\nA,many\nB,7\n", "'many'; allowed: numbers from 0"),
    "duplicate": ("ward,population\nA,5\nA,7\n", "ward 'A' is given twice, in lines 2 and 3"),
    "no code": ("ward,population\nA,5\n,7\n", "line 3: ward .* is empty; every row needs one"),
    "does not add up": ("ward,population,owned %,social %,private %\nA,50,40,30,30\nB,70,40,20,10\n", "line 3: owned %, social %, private % add up to 70.0 %; allowed: 92 to 105 %"),
    "too much": ("ward,population,no qualifications,level 4\nA,50,70,60\n", "add up to 130.0 %; allowed: at most 105 %"),
    "decile": ("ward,population,decile\nA,50,11\n", "'11'; allowed: numbers from 1 to 10"),
    "half a decile": ("ward,population,decile\nA,50,2.5\n", "2.5; allowed: whole numbers 1"),
    "missing population": ("ward,population\nA,..\nB,7\n", "line 2: population is missing"),
    "nobody": ("ward,population\nA,0\nB,0\n", "nobody lives there"),
    "empty": ("", "is empty; allowed: a table with a line of column names"),
    "names only": ("ward,population\n", "has column names but no rows below them"),
    "ragged": ("ward,population\nA,5,6,7\n", "line 2: 4 cells under 2 names; a cell that contains a comma needs quotes"),
    "open quote": ('ward,population\n"A,5\nB,6\n', "not a readable CSV file"),
    "infinite": ("ward,population\nA,inf\n", "'inf'; allowed: numbers from 0"),
}  # fmt: skip


@pytest.mark.parametrize("text", list(BAD))
def test_what_is_wrong_is_named_with_line_value_and_what_is_allowed(tmp_path, text) -> None:
    content, message = BAD[text]
    with pytest.raises(InputError, match=message):
        own_place(table(tmp_path, content))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("x.xls", b"old", "are not read; save the sheet as .xlsx or CSV"), ("x.xlsx", b"PK no", "not a readable Excel file"),
     ("x.csv", b"\x00\x01\x02\xff" * 50, "not a text file"), ("gone.csv", None, "no such file")],
)  # fmt: skip
def test_files_that_are_no_tables(tmp_path, name, content, message) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        own_place(tmp_path / name)


def test_wards_are_joined_by_name_whatever_the_punctuation(tmp_path) -> None:
    areas = table(tmp_path, "area,ward,population\na1,St Ann's,1500\na2,Bounds Green,1500\n", "areas.csv")
    wards = table(
        tmp_path, "Code,Ward,owned,social rent\nE1,St. Anns,0.5,0.2\nE2,bounds green,0.4,0.3\nE3,Elsewhere,0.6,0.1\n", "wards.csv"
    )
    own = build(areas, wards, name="x")
    assert own.place.ward_table["owned"].tolist() == pytest.approx([0.5, 0.4])
    assert any("1 wards have no small areas" in f.text for f in own.findings)
    lacking = table(tmp_path, "Ward,owned,social rent\nSt Anns,0.5,0.2\n", "less.csv")
    with pytest.raises(InputError, match="small areas name ward 'Bounds Green', which is not in the table of wards"):
        build(areas, lacking, name="x")


def test_columns_can_be_said(tmp_path) -> None:
    path = table(tmp_path, "bit,heads,poor\nA,500,3\nB,600,9\n")
    own = own_place(path, columns={"small_areas": {"area": "bit", "population": "heads", "deprivation_decile": "poor"}})
    assert own.place.areas["deprivation_decile"].tolist() == [3, 9]
    with pytest.raises(InputError, match="unknown field 'peple'; allowed"):
        own_place(path, columns={"small_areas": {"peple": "heads"}})
    with pytest.raises(InputError, match="has no column 'haeds'; did you mean 'heads'"):
        own_place(path, columns={"small_areas": {"population": "haeds"}})


@pytest.mark.parametrize("name", ["Orkney Islands", "England", "Kent", "haringey"])
def test_a_place_written_and_read_back_is_the_same_place(tmp_path, name) -> None:
    place = load_place(name)
    for file, text in place_files(place, str(tmp_path)).items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    back = load_place(str(tmp_path))
    assert back.attribution == place.attribution
    assert back.deprivation_index == place.deprivation_index
    one, other = place.draw_people(2000, SHARES, 5), back.draw_people(2000, SHARES, 5)
    for column in vars(one):
        assert getattr(one, column) == pytest.approx(getattr(other, column), rel=1e-6), column


def test_a_region_that_was_said_is_written_too(tmp_path) -> None:
    place = own_place(table(tmp_path, "ward,population,decile\nA,5000,3\nB,4000,7\n"), region="London").place
    for file, text in place_files(place, "o").items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    back = load_place(str(tmp_path))
    assert back.region == "London"
    pd.testing.assert_frame_equal(back.ward_table, place.ward_table)


@pytest.mark.parametrize(
    ("text", "message"),
    [("name: x\ntitle: X\n", "neither small_areas nor wards"), ("name: x\ntitle: X\nwards: w.csv\nregion: Londn\n", "did you mean 'London'"),
     ("name: x\ntitle: X\nwards: w.csv\nservices: [{name: a, stands_for: concil}]\n", "did you mean 'council'"),
     ("name: x\ntitle: X\nwards: w.csv\nservices: [{name: a, stands_for: council}]\n", "no service stands for 'housing'"),
     ("name: x\ntitle: X\nwardz: w.csv\n", "unknown field 'wardz'; did you mean 'wards'"),
     ("name: x\ntitle: X\nwards: w.csv\ncolumns: {wards: {population: heads}}\n", "has no column 'heads'")],
)  # fmt: skip
def test_place_files_that_are_wrong(tmp_path, text, message) -> None:
    table(tmp_path, "ward,population\nA,5\n", "w.csv")
    (tmp_path / "place.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_own_place(tmp_path / "place.yaml")


def test_an_own_parameter_of_a_place_is_checked_as_a_scenarios_is(tmp_path) -> None:
    table(tmp_path, "ward,population\nA,5000\n", "w.csv")
    (tmp_path / "place.yaml").write_text("name: x\ntitle: X\nwards: w.csv\nparameters: {council.courtsy: 0.5}\n")
    with pytest.raises(InputError, match=r"unknown parameter 'council\.courtsy'; did you mean 'council\.courtesy'"):
        ParticipationModel(load_scenario("baseline", str(tmp_path), 50).with_(burn_in=0), 1)


def test_no_cell_that_is_written_can_be_taken_for_a_formula(tmp_path) -> None:
    rows = "".join(f'"{bad}",1000\n' for bad in ("=1+1", "+A1", "-B", "@x"))
    place = own_place(table(tmp_path, "ward,population\n" + rows)).place
    for text in place_files(place, "x").values():
        for line in text.splitlines():
            if "," in line:
                assert not line.startswith(("=", "+", "-B", "@")), line
    assert pd.read_csv(tmp_path / "place.csv")["ward"].tolist()[0] == "=1+1", "what was brought is left as it is"
