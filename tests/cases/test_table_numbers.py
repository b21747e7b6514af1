"""What the numbers of a table say: each test is named after what was once read wrongly."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scenarios.own_data.surveys.survey import read_survey
from scenarios.own_data.tables.table_file import TextTable, numbers, shares
from scenarios.places.own import own_place
from simulation import InputError

from .test_tables import CASES, written

# Numbers.


def column(*cells: str, delimiter: str = ",") -> TextTable:
    return TextTable(Path("t.csv"), pd.DataFrame({"V": cells}, index=range(2, 2 + len(cells)), dtype=str), [], delimiter)


@pytest.mark.parametrize(
    ("cells", "values"),
    [(("1,234", "5,678.5"), [1234, 5678.5]), (("12 345", "1\u00a0234", "9\u2009876", "8\u202f000"), [12345, 1234, 9876, 8000]),
     (("1'234", "2\u2019345.5"), [1234, 2345.5]), (("1.234,5", "1.000"), [1234.5, 1000]), (("0,123", "12,345"), [0.123, 12.345]),
     (("(1.2)", "-3", "\u22124", "\u20135"), [-1.2, -3, -4, -5]), (("£12,000", "€3"), [12000, 3]), (("1,00,000", "2"), [100000, 2]),
     (("8,000[1]", "8,000 (r)", "8000*", "8000 p", "8000\u00b9"), [8000] * 5), (("1e5", "2E+05"), [100000, 200000]), (("5.", ".5"), [5, 0.5])],
)  # fmt: skip
def test_numbers_as_people_write_them(cells, values) -> None:
    assert numbers(column(*cells), "V", "v", low=-1e9).tolist() == values


@pytest.mark.parametrize(
    "cell",
    ["#N/A", "#DIV/0!", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#WERT!", "Err:502", "#####",
     "..", ":", "u", "z", "[x]", "[low]", "[w]", "S", "†", "\u2013", "\u2014", "-", "\u2026", "n.a.", "N.A.", "not applicable", "Data not available",
     "confidential", "!", "<5", "fewer than 10"],
)  # fmt: skip
def test_a_cell_without_a_number_is_missing_and_told(cell) -> None:
    table = column(cell, "3")
    assert numbers(table, "V", "v").tolist() == pytest.approx([float("nan"), 3], nan_ok=True)
    assert table.notes == [f"t.csv: V: 1 cell without a number ({cell}) read as missing"]


@pytest.mark.parametrize(
    "cells",
    [("1.234", "1,5"), ("1,234.5", "1,5"), ("1,234", "1.234"), ("c. 300",), ("~300",), ("300+",), ("12 34",), ("1,2,3",), ("1.5m",), ("12k",), ("85p",), ("12 (3%)",),
     ("1_000",), ("1/2",), ("2021-03-01",), ("62.1 [58.0, 66.2]",), ("12%", "0.35")],
)  # fmt: skip
def test_a_number_that_could_be_another_is_refused(cells) -> None:
    with pytest.raises(InputError, match=r"line [23]: V"):
        numbers(column(*cells), "V", "v", low=-1e9)


def test_counts_with_a_point_are_thousands_only_where_all_are_written_so() -> None:
    assert numbers(column("12.000", "800"), "V", "v", whole=True).tolist() == [12000, 800]
    assert numbers(column("8000.000", "950.000"), "V", "v", whole=True).tolist() == [8000, 950]
    for other in ("8000", "8.5"):
        with pytest.raises(InputError, match="are written in two ways"):
            numbers(column("12.000", other), "V", "v", whole=True)


def test_a_file_of_semicolons_may_mean_thousands_or_decimals() -> None:
    for cells in (("1.234", "987"), ("12,345", "9,876")):
        with pytest.raises(InputError, match="could be thousands or a number with three decimals"):
            numbers(column(*cells, delimiter=";"), "V", "v")


# Shares.


def test_shares_mixed_units() -> None:
    survey = read_survey(CASES / "shares-mixed-units" / "survey.csv").overall
    assert survey.loc["trust", "value"] == pytest.approx(0.61)
    assert survey.loc["volunteering_12m", "value"] == pytest.approx(0.28)


@pytest.mark.parametrize(
    ("cells", "values"),
    [(("62%", "0.27"), [0.62, 0.27]), (("62%", "27"), [0.62, 0.27]), (("0.4%", "0.8 %"), [0.004, 0.008]), (("12 %", "35 per cent", "0"), [0.12, 0.35, 0]), (("62%", "", "..",), [0.62, float("nan"), float("nan")])],
)  # fmt: skip
def test_a_percent_sign_belongs_to_its_cell(cells, values) -> None:
    given, signed = shares(column(*cells), {"v": "V"})
    assert signed
    assert given["v"].tolist() == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize("cells", [("62%", "27", "0.3"), ("62%", "8000"), ("62%", "1"), ("62", "0.27"), ("62.1", "0.27")])
def test_units_that_are_mixed_beyond_telling_are_refused(cells) -> None:
    with pytest.raises(InputError, match="it is not clear which are shares"):
        shares(column(*cells), {"v": "V"})


def test_percentages_below_one_are_percentages() -> None:
    assert shares(column("62.1", "0.8"), {"v": "V"})[0]["v"].tolist() == [62.1, 0.8]
    with pytest.raises(InputError, match="it is not clear which are shares"):
        shares(column("62.1", "0.8"), {"v": "V"}, apart=True)


def test_a_sign_in_a_table_of_wards_belongs_to_its_cell(tmp_path) -> None:
    text = "Ward,Population,Owned,Social rented,Private rented\nAbbot,8000,50%,30%,20%\nBrook,9000,0.4,0.35,0.25\n"
    assert own_place(written(tmp_path, text)).place.ward_table["social_rented"].tolist() == pytest.approx([0.3, 0.35])
    small = "Ward,Population,No qualifications,Level 4\nAbbot,8000,12%,0.35\nBrook,9000,0.1,40%\n"
    assert own_place(written(tmp_path, small)).place.ward_table["level_4_plus"].tolist() == pytest.approx([0.35, 0.4])
