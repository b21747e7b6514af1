"""Tables that stand side by side in one sheet: the second's people once went to the first's wards."""

from __future__ import annotations

import openpyxl
import pytest

from scenarios.places.own import OwnPlace, own_place
from simulation import InputError

from .test_places import place_of, said

BEFORE = {"Abbey": 8000, "Bridge": 9000, "Castle": 10000}
AFTER = {"Castle": 12000, "Abbey": 8500, "Bridge": 9700}
NEW = {"Quay": 7000, "Abbey": 8500, "Dene": 6100, "Elm": 5000}


def beside(one: dict, other: dict, head: str, gap: str = ",,") -> str:
    """Return two tables of wards side by side."""
    rows = max(len(one), len(other))
    left, right = ([f"{k},{v}" for k, v in t.items()] + [","] * (rows - len(t)) for t in (one, other))
    return "\n".join([head, *(a + gap + b for a, b in zip(left, right, strict=True))]) + "\n"


def people(own: OwnPlace) -> dict[str, float]:
    return dict(zip(own.place.areas["ward"], own.place.areas["population"], strict=True))


HEADS = [("Ward,Population 2011,,Ward,Population 2021", ",,"), ("Ward,Population 2011,Ward,Population 2021", ","), ("Ward 2011,Population 2011,,Ward 2021,Population 2021", ",,"),
         ("2011,,,2021,\nWard,Population,,Ward,Population", ",,"), ("Ward,Population 2011,,,Ward,Population 2021", ",,,")]  # fmt: skip


@pytest.mark.parametrize(("head", "gap"), HEADS)
def test_tables_of_the_same_wards_are_put_together_by_name(tmp_path, head, gap) -> None:
    own = place_of(tmp_path, beside(BEFORE, AFTER, head, gap))
    assert people(own) == AFTER and "2 tables are side by side" in said(own) and "joined by name" in said(own)


def test_the_column_that_is_named_keeps_its_own_wards(tmp_path) -> None:
    place_of(tmp_path, beside(BEFORE, AFTER, HEADS[0][0]))
    assert people(own_place(tmp_path / "wards.csv", columns={"small_areas": {"population": "Population 2011"}})) == BEFORE


@pytest.mark.parametrize(("head", "gap"), HEADS)
@pytest.mark.parametrize("turned", [False, True])
def test_of_tables_of_different_wards_the_latest_is_read_with_its_own_wards(tmp_path, head, gap, turned) -> None:
    years = head.replace("2011", "2001").replace("2021", "2011").replace("2001", "2021") if turned else head
    own = place_of(tmp_path, beside(*((NEW, BEFORE) if turned else (BEFORE, NEW)), years, gap))
    assert people(own) == NEW and "with different rows" in said(own) and "the latest; left out:" in said(own)


@pytest.mark.parametrize("column", ["Population 2011", "Ward"])
def test_the_table_that_is_named_is_read_with_its_own_wards(tmp_path, column) -> None:
    field = "ward" if column == "Ward" else "population"
    place_of(tmp_path, beside(BEFORE, NEW, HEADS[0][0]))
    own = own_place(tmp_path / "wards.csv", columns={"small_areas": {field: column}})
    assert people(own) == BEFORE and "since you named a column of it" in said(own)


def test_columns_named_of_two_tables_are_refused(tmp_path) -> None:
    (tmp_path / "wards.csv").write_text(beside(BEFORE, NEW, HEADS[0][0]))
    with pytest.raises(InputError, match="the columns that you named are in several of them: name the columns of one of them"):
        own_place(tmp_path / "wards.csv", columns={"small_areas": {"ward": "Ward", "population": "Population 2021"}})


def test_tables_of_which_nothing_tells_which_is_meant_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match=r"it is not clear which is meant: name the columns of one of them \(--column ward=COLUMN"):
        place_of(tmp_path, beside(BEFORE, NEW, "Ward,Population,,Ward,Residents"))
    own = place_of(tmp_path, beside(NEW, BEFORE, "Ward,Population,,Ward,Cars"))
    assert people(own) == NEW and "the only one that counts people" in said(own)


def test_one_table_in_two_columns_is_put_below(tmp_path) -> None:
    rest = {"Dene": 6100, "Elm": 5000}
    own = place_of(tmp_path, beside(BEFORE, rest, "Ward,Population,,Ward,Population"))
    assert people(own) == BEFORE | rest and "stacked" in said(own)


def test_one_table_with_a_gap_or_with_its_wards_twice_stays_one(tmp_path) -> None:
    text = "Ward,Population,,Households\nAbbey,8000,,3000\nBridge,9000,,3500\n"
    assert "side by side" not in said(place_of(tmp_path, text)) and people(place_of(tmp_path, text)) == {
        "Abbey": 8000,
        "Bridge": 9000,
    }
    text = "Ward,Population,,Ward,Households\nAbbey,8000,,Abbey,3000\nBridge,9000,,Bridge,3500\n"
    assert "side by side" not in said(place_of(tmp_path, text))
    text = "Ward code,Ward,Population\nE05000001,Abbey,8000\nE05000002,Bridge,9000\n"
    assert "side by side" not in said(place_of(tmp_path, text))


def test_each_of_two_tables_keeps_its_total(tmp_path) -> None:
    own = place_of(tmp_path, beside(BEFORE | {"Total": 27000}, AFTER | {"Total": 30200}, HEADS[0][0]))
    assert people(own) == AFTER


def test_a_hidden_sheet_is_counted_and_not_named(tmp_path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Wards"
    for row in (
        ["Ward", "Population"],
        ["Abbey", 8000],
        ["Bridge", 9000],
        [],
        ["Contact: Jane Roe, 020 7946 0000"],
        ["Prepared by Jane Roe"],
    ):
        page.append(row)
    book.create_sheet("Jane Roe case notes").sheet_state = "hidden"
    book.create_sheet("Older").append(["Ward"])
    book.save(tmp_path / "w.xlsx")
    own = own_place(tmp_path / "w.xlsx")
    assert "sheet 'Wards' was read, of 3; not read: 'Older', 1 hidden sheet" in said(own)
    assert "Jane" not in said(own) and "2 notes were left out" in said(own)
    with pytest.raises(InputError, match="no sheet 'x'; allowed: Wards, Older, 1 hidden sheet"):
        own_place(tmp_path / "w.xlsx", sheet="x")
    book["Wards"].sheet_state = "hidden"
    book["Wards"].title, book["Older"]["A1"] = "Jane Roe", None
    del book["Jane Roe case notes"]
    book.save(tmp_path / "w.xlsx")
    assert "a hidden sheet was read, of 2" in said(own_place(tmp_path / "w.xlsx")) and "Jane" not in said(
        own_place(tmp_path / "w.xlsx")
    )
