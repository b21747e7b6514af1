"""Where a table begins and ends, and what its numbers say: each test is named after what was once read wrongly."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from scenarios.own_data.records.records import read_records
from scenarios.own_data.surveys.survey import read_survey
from scenarios.own_data.tables.columns import PLACE_FIELDS, PLACE_NAMES, guess
from scenarios.own_data.tables.table_file import TextTable, numbers, read, shares, stream
from scenarios.places.own import own_place
from simulation import InputError

CASES = Path(__file__).parent


def written(folder: Path, text: str | bytes, name: str = "wards.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(table: TextTable) -> str:
    return " ".join(table.notes)


def ward_table(path: Path, **given: str) -> tuple[TextTable, dict[str, str], list[str]]:
    """Return a table of a place, its columns by field, and what was unsure."""
    table = read(path, PLACE_NAMES, named=given.values())
    columns = guess(table, PLACE_FIELDS, given)
    return table, columns.columns, columns.unsure


def population(path: Path, **given: str) -> list[float]:
    table, columns, _ = ward_table(path, **given)
    return numbers(table, columns["population"], "population", whole=True).tolist()


# Where the names of the columns stand.


def test_header_65() -> None:
    own = own_place(CASES / "header-65" / "wards.csv", columns={"small_areas": {"ward": "WD22CD", "population": "All homes"}})
    assert own.place.areas["population"].tolist() == [910, 810, 720]


def test_a_row_of_numbers_is_no_row_of_names_without_any_option(tmp_path) -> None:
    text = "Name,All homes,Owned,Living rent free\n" + "".join(f"Area {n},{900 - n},{65},{65 if n % 2 else 40}\n" for n in range(9))
    assert list(read(written(tmp_path, text), PLACE_NAMES).frame) == ["Name", "All homes", "Owned", "Living rent free"]


def test_ages_and_years_are_names_beside_others(tmp_path) -> None:
    text = "Ward,2019,2020,65\nAbbot,8000,8100,65\nBrook,9000,9100,66\n"
    table, columns, _ = ward_table(written(tmp_path, text), population="2020")
    assert numbers(table, columns["population"], "population").tolist() == [8100, 9100]
    assert columns["age_65_plus"] == "65"


def test_the_users_column_is_heard_in_surveys_and_records(tmp_path) -> None:
    rows = "".join(f"{n},{'Yes' if n % 2 else 'No'},{n % 5}\n" for n in range(40))
    survey = written(tmp_path, f"Trust,Influence\nWave,5\nid,q7,q8\n{rows}", "survey.csv")
    assert read_survey(survey, {"trust": "q7"}).overall.loc["trust", "value"] == pytest.approx(0.5)
    cases = "".join(f"{n},2024-01-{n + 1:02d},2024-02-{n + 1:02d},Closed\n" for n in range(20))
    records = written(tmp_path, f"Closed,Open\n20,0\nref,raised,finished,stage\n{cases}", "cases.csv")
    read_in = read_records([records], {"created": "raised", "closed": "finished"})
    assert sum(a.cases for a in read_in.agencies.values()) == 20


def test_a_nomis_export_begins_below_its_titles_and_ends_above_its_notes() -> None:
    table, columns, _ = ward_table(CASES / "nomis-export" / "wards.csv", population="Total: All households")
    assert table.frame["2022 ward"].tolist() == ["Abbot", "Brook", "Cross"]
    assert columns["ward"] == "2022 ward"
    assert "line 8" in told(table) and "line 13: 1 note was left out" in told(table)


def test_a_nomis_export_of_two_columns(tmp_path) -> None:
    text = '"Population","All usual residents"\n"Date","2021"\n\n"2022 ward","2021"\n"Abbot","8000"\n"Brook","9000"\n'
    assert population(written(tmp_path, text), population="2021") == [8000, 9000]
    assert list(read(written(tmp_path, text), PLACE_NAMES).frame) == ["2022 ward", "2021"]


def test_a_nomis_export_of_small_areas_is_known_by_its_codes(tmp_path) -> None:
    text = (
        'TS001,\n\ndate,2021\n\n"2021 super output area - lower layer",mnemonic,Total: All usual residents\n'
        "Barking and Dagenham 001A,E01000037,1500\nBarking and Dagenham 001B,E01000038,1600\n"
    )
    _, columns, _ = ward_table(written(tmp_path, text))
    assert columns == {"area": "mnemonic", "population": "Total: All usual residents"}


@pytest.mark.parametrize(
    "head",
    ["Ward,Population,,Homes,\n,2011,2021,2011,2021\n", ",Population,,Homes,\nWard,2011,2021,2011,2021\n"],
)
def test_names_in_two_rows_are_put_together(tmp_path, head) -> None:
    table, columns, _ = ward_table(written(tmp_path, head + "Abbot,7000,8000,3000,3100\nBrook,8000,9000,3300,3400\n"))
    assert columns == {"ward": "Ward", "population": "Population 2021", "dwellings": "Homes 2021"}
    assert table.frame["Homes 2011"].tolist() == ["3000", "3300"]
    assert "combined from two rows" in told(table)


def test_a_row_of_units_is_no_ward(tmp_path) -> None:
    table, _, _ = ward_table(written(tmp_path, "Ward,Population,IMD\n,persons,score\nAbbot,7000,8\n"))
    assert table.frame["Ward"].tolist() == ["Abbot"]
    assert "gives units" in told(table)


# Names given twice.


def test_a_name_given_twice_is_told_apart(tmp_path) -> None:
    path = written(tmp_path, "Ward,Population,Population\nAbbot,5,6\nBrook,7,8\n")
    table, columns, unsure = ward_table(path)
    assert list(table.frame) == ["Ward", "Population", "Population (2)"]
    assert "another column is named 'Population'" in told(table)
    assert columns["population"] == "Population"
    assert "'Population (2)' would fit too" in unsure[0]
    assert population(path, population="Population (2)") == [6, 8]
    assert "several columns are named 'Population'" in ward_table(path, population="Population")[2][0]


def test_a_name_that_is_there_already_is_not_given_again(tmp_path) -> None:
    table = read(written(tmp_path, "a,a,a (2),a\n1,2,3,4\n"))
    assert list(table.frame) == ["a", "a (3)", "a (2)", "a (4)"]


# Where the table ends.


def test_wards_footnotes() -> None:
    own = own_place(CASES / "wards-footnotes" / "wards.csv")
    assert own.place.areas["population"].tolist() == [8100, 9200, 10300]
    texts = " ".join(f.text for f in own.findings)
    assert "lines 6 to 7: 2 notes were left out ('Source: mid-year estimates', '[c] suppressed')" in texts
    assert "IMD score: 1 cell without a number (#N/A) read as missing" in texts


NOTES = [
    "Source: ONS, mid-year estimates, 2021, table 4", "© Crown copyright 2023", "Contains OS data © Crown copyright and database right,,",
    "1 Figures are rounded to the nearest ten.,,", "2. Includes prisons,,", "* provisional,,", '"Note: totals may not add up, because of rounding"',
    "Notes,,", "(a) Including students", ".. = not available", "Last updated: 3 May 2022,,", "https://www.nomisweb.co.uk/,,",
    '"In order to protect against disclosure of personal information, records have been swapped"',
]  # fmt: skip


@pytest.mark.parametrize("note", NOTES)
def test_a_note_right_below_the_table_is_no_ward(tmp_path, note) -> None:
    table = read(written(tmp_path, f"Ward,Population,IMD score\nAbbot,8000,3.5\nBrook,9000,4.5\n{note}\n"), PLACE_NAMES)
    assert table.frame["Ward"].tolist() == ["Abbot", "Brook"]
    assert "line 4: 1 note was left out" in told(table)


@pytest.mark.parametrize(
    ("rows", "wards"),
    [("Abbot,8000\nCastle,\nBrook,9000\n", ["Abbot", "Castle", "Brook"]), ("Abbot,8000\nBrook,9000\nCastle,\n", ["Abbot", "Brook", "Castle"]),
     ("E05000011,8000\nE05000012,9000\n\nE05000013,\n", ["E05000011", "E05000012", "E05000013"]), ("1 Abbot,\n2 Brook,\n3 Castle,\n", ["1 Abbot", "2 Brook", "3 Castle"]),
     ("Abbot,8000\n\nBrook,9000\n", ["Abbot", "Brook"]), ("St Mary in the Fields (part of the parish),\nBrook,\n", ["St Mary in the Fields (part of the parish)", "Brook"])],
)  # fmt: skip
def test_a_row_with_one_cell_is_not_dropped_in_silence(tmp_path, rows, wards) -> None:
    assert read(written(tmp_path, "Ward,Population\n" + rows), PLACE_NAMES).frame["Ward"].tolist() == wards


def test_names_that_stand_again_below_are_left_out(tmp_path) -> None:
    table = read(written(tmp_path, "Ward,Population\nAbbot,8000\nWard,Population\nBrook,9000\n"), PLACE_NAMES)
    assert table.frame["Ward"].tolist() == ["Abbot", "Brook"]
    assert "1 line repeats the column names (line 3)" in told(table)


def test_another_table_below_is_left_out_and_told(tmp_path) -> None:
    first = "Ward,Population,IMD score\nAbbot,8000,3\nBrook,9000,4\n"
    for gap in ("\n", "\nTable 2: homes\n"):
        table = read(written(tmp_path, first + gap + "Ward,Owned,Social rented\nAbbot,50,30\nBrook,40,40\n"), PLACE_NAMES)
        assert table.frame["IMD score"].tolist() == ["3", "4"]
        assert "starts another table (Ward, Owned, Social rented); it and 2 lines below it were left out" in told(table)
    unlike = read(written(tmp_path, first + "\nGender,Count\nMale,7\n"), PLACE_NAMES)
    with pytest.raises(InputError, match=r"line 5: Population .*'Count'"):
        numbers(unlike, "Population", "population")


def test_what_ends_a_streamed_table_is_told_with_its_last_part(tmp_path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 10 + "\nSource: here\n")
    parts = list(stream(path, chunk=5))
    assert [len(p.frame) for p in parts] == [5, 5]
    assert "1 note was left out" in told(parts[1]) and "note" not in told(parts[0])


# Files of text.


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_first_line_that_names_the_mark_between_columns(tmp_path, mark) -> None:
    rows = ["Ward", "Population", "IMD score"], ["Abbot", "7.000", "3,5"], ["Brook", "8.000", "4,25"]
    path = written(tmp_path, f"sep={mark}\r\n" + "\r\n".join(mark.join(r) for r in rows))
    table = read(path, PLACE_NAMES)
    assert population(path) == [7000, 8000]
    assert numbers(table, "IMD score", "deprivation").tolist() == [3.5, 4.25]


@pytest.mark.parametrize(
    ("content", "message"),
    [("Ward,Population\nAbbot,7000\n".encode("utf-16-le"), "UTF-16 without a byte-order mark; save it as CSV in UTF-8"),
     ("Ward,Population\nAbbot,7000\n".encode("utf-32"), "text in UTF-32"), (b"PK\x03\x04rest", "name it .xlsx"),
     (b"\xd0\xcf\x11\xe0rest", "an old Excel file"), (b"a,b\n1,2,3\n", "line 2: 3 cells under 2 names")],
)  # fmt: skip
def test_files_that_cannot_be_read_are_refused_clearly(tmp_path, content, message) -> None:
    with pytest.raises(InputError, match=message):
        read(written(tmp_path, content))


def test_lines_with_fewer_cells_and_empty_columns_are_told(tmp_path) -> None:
    table = read(written(tmp_path, "\ufeffWard,Population,IMD score,,\nAbbot,7000\nBrook,8000,3,,\n"), PLACE_NAMES)
    assert list(table.frame) == ["Ward", "Population", "IMD score"]
    assert "1 line has fewer cells than there are column names (line 2)" in told(table)


def test_the_numbers_of_rows_that_r_writes_without_a_name(tmp_path) -> None:
    table = read(written(tmp_path, '"Ward"\t"Population"\n"1"\t"Abbot"\t7000\n"2"\t"Brook"\t8000\n'), PLACE_NAMES)
    assert table.frame["Population"].tolist() == ["7000", "8000"]
    with pytest.raises(InputError, match="a cell that contains a comma needs quotes"):
        read(written(tmp_path, "Ward,Population\nAbbot,7,000\nBrook,8,000\n"), PLACE_NAMES)
    with pytest.raises(InputError, match="a cell that contains a comma needs quotes"):
        read(written(tmp_path, "Ward,Population\n1,7,000\n2,8,000\n"), PLACE_NAMES)


def test_a_line_within_quotes_is_one_cell(tmp_path) -> None:
    table = read(written(tmp_path, 'Ward,"Population\n2021"\n"Abbot\nWest",7000\n'), PLACE_NAMES)
    assert list(table.frame) == ["Ward", "Population 2021"]


# Excel.


def book(
    path: Path, sheets: dict[str, Sequence[Sequence[object]]], change: Callable[[openpyxl.Workbook], None] | None = None
) -> Path:
    """Write a workbook of some sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    if change:
        change(made)
    made.save(path / "wards.xlsx")
    return path / "wards.xlsx"


PROFILE = [["Ward", "Population"], ["Abbot", 8000], ["Brook", 9000], ["Cross (before 2022)", 9500], ["Cross", 10000]]
OLD = [["Ward", "Population", "a", "b", "c", "d"], ["Abbot", 7000], ["Brook", 7500], ["Cross", 9000], ["Dene", 100], ["Elm", 100]]


def test_excel_hidden(tmp_path) -> None:
    def hide(made: openpyxl.Workbook) -> None:
        made["2011"].sheet_state = "hidden"
        made["Ward profile"].row_dimensions[4].hidden = True

    path = book(tmp_path, {"Ward profile": PROFILE, "2011": OLD}, hide)
    own = own_place(path)
    assert own.place.areas["population"].sum() == 27_000
    texts = " ".join(f.text for f in own.findings)
    assert "sheet 'Ward profile' was read, of 2; not read: 1 hidden sheet" in texts
    assert "1 hidden (or filtered) row was left out" in texts
    named = read(path, PLACE_NAMES, "2011")
    assert (
        "a hidden sheet was read, of 2; not read: 'Ward profile' wards.xlsx: the sheet is hidden; it was read because it was named"
        in told(named)
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_where_no_other_holds_a_table(tmp_path, state) -> None:
    path = book(tmp_path, {"About": [["About this workbook"]], "Data": PROFILE}, lambda m: setattr(m["Data"], "sheet_state", state))
    assert "is hidden; it was read because no visible sheet contains a table" in told(read(path, PLACE_NAMES))


def test_the_sheet_with_known_names_is_read_before_a_larger_one(tmp_path) -> None:
    notes = [[f"Note {n}", "text", "text"] for n in range(60)]
    path = book(tmp_path, {"Notes": notes, "Data": PROFILE})
    assert len(read(path, PLACE_NAMES).frame) == 4
    heads = [["Bit", "Heads"], ["A", 1], ["B", 2]]
    assert population(book(tmp_path, {"Data": PROFILE, "Other": heads}), population="Heads", ward="Bit") == [1, 2]


def test_a_visible_sheet_of_one_known_column_is_read_before_a_hidden_one(tmp_path) -> None:
    codes = [["LSOA21CD"], ["E01000001"], ["E01000002"]]
    path = book(tmp_path, {"Codes": codes, "Old": PROFILE}, lambda m: setattr(m["Old"], "sheet_state", "hidden"))
    assert list(read(path, PLACE_NAMES).frame) == ["LSOA21CD"]


def test_filtered_rows_and_hidden_columns_are_left_out_unless_named(tmp_path) -> None:
    def hide(made: openpyxl.Workbook) -> None:
        made["w"].auto_filter.ref = "A1:C4"
        made["w"].row_dimensions[3].hidden = True
        made["w"].column_dimensions["B"].hidden = True

    rows = [["Ward", "Population 2011", "Population"], ["Abbot", 7000, 8000], ["Brook", 7100, 8100], ["Cross", 7200, 8200]]
    path = book(tmp_path, {"w": rows}, hide)
    table = read(path, PLACE_NAMES)
    assert table.frame.to_dict("list") == {"Ward": ["Abbot", "Cross"], "Population": ["8000", "8200"]}
    assert "1 hidden (or filtered) row was left out" in told(table) and "1 hidden column was left out" in told(table)
    assert population(path, population="Population 2011") == [7000, 7200]


def test_merged_titles_and_notes_of_excel(tmp_path) -> None:
    def merge(made: openpyxl.Workbook) -> None:
        for area in ("A1:E1", "A3:A4", "B3:C3", "D3:E3", "A7:E7"):
            made["w"].merge_cells(area)

    rows = [["Ward profiles"], [], ["Ward", "Population", None, "Homes"], [None, 2011, 2021, 2011, 2021], ["Abbot", 7000, 8000, 3000, 3100], ["Brook", 7100, 8100, 3000, 3100], ["Source: ONS"]]  # fmt: skip
    table, columns, _ = ward_table(book(tmp_path, {"w": rows}, merge))
    assert list(table.frame) == ["Ward", "Population 2011", "Population 2021", "Homes 2011", "Homes 2021"]
    assert columns["population"] == "Population 2021"
    assert table.frame["Ward"].tolist() == ["Abbot", "Brook"]


def test_a_number_that_several_rows_share_is_refused(tmp_path) -> None:
    path = book(
        tmp_path, {"w": [["Ward", "Population"], ["Abbot", 8000], ["Brook"], ["Cross", 90]]}, lambda m: m["w"].merge_cells("B2:B3")
    )
    with pytest.raises(InputError, match=r"cells B2:B3: .* 8,000 is in one merged cell"):
        population(path)


def test_faults_percentages_and_texts_of_excel(tmp_path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made["w"]["C2"].number_format = "0.0%"
        made["w"]["D3"].data_type = "e"

    rows = [
        ["Ward", "Population", "No qualifications", "IMD score"],
        ["Abbot", "8,000", 0.27, 12.345],
        ["Brook", "'900", 0.35, "#DIV/0!"],
    ]
    path = book(tmp_path, {"w": rows}, change)
    table = read(path, PLACE_NAMES)
    assert population(path) == [8000, 900]
    assert shares(table, {"q": "No qualifications"})[0]["q"].tolist() == pytest.approx([0.27, 0.35])
    assert numbers(table, "IMD score", "deprivation").tolist() == pytest.approx([12.345, float("nan")], nan_ok=True)


def test_a_formula_whose_result_is_empty_has_a_result(tmp_path) -> None:
    path = book(tmp_path, {"w": [["Ward", "Population", "Remark"], ["Abbot", 8000, '=IF(1,"","")']]})
    with pytest.raises(InputError, match="cell C2 contains a formula without its result"):
        read(path, PLACE_NAMES)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "new.xlsx", "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, text.replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>'))
    shutil.move(tmp_path / "new.xlsx", path)
    assert read(path, PLACE_NAMES).frame["Remark"].tolist() == [""]
