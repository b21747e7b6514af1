"""Files that end in no exception of a library: each is refused in one line that says what to do."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import openpyxl
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from experiments.cli.command_line import main
from experiments.studies.study import read_study
from scenarios import load_scenario
from scenarios.own_data.networks.ties import read_ties
from scenarios.own_data.records.records import read_records
from scenarios.own_data.surveys.survey import read_survey
from scenarios.own_data.tables.file_errors import unreadable
from scenarios.places import load_place
from scenarios.places.own import own_place
from scenarios.places.place_file import read_own_place
from scenarios.schema import Strict
from simulation import InputError
from tests.fuzz import seeds


def refusal(read: Callable[[], object]) -> str:
    """Return why a file is refused; empty where it is read."""
    try:
        read()
    except InputError as error:
        return str(error)
    return ""


YAML = {
    "a mapping as a key": ("name: x\n? {a: 1}\n: 2\n", "line 2: a list or mapping cannot be the name of a field"),
    "a list as a key": ("name: x\nparameters: {[a]: 2}\n", "line 2: a list or mapping cannot be the name of a field"),
    "700 levels": ("name: x\nparameters: " + "[" * 700 + "]" * 700, "nested too deeply"),
    "700 levels of mappings": ("name: x\nparameters: " + "{a: " * 700 + "1" + "}" * 700, "nested too deeply"),
    "a day that there is not": ("name: x\ndescription: 2023-02-30\n", "line 2: the value '2023-02-30' cannot be read as 'timestamp'; put it in quotes"),
    "a tag that does not fit": ("name: x\npopulation: !!int many\n", "line 2: the value 'many' cannot be read as 'int'"),
    "5,000 digits": ("name: x\npopulation: " + "9" * 5000 + "\n", "line 2: the value '9"),
    "5,000 digits in hexadecimal": ("name: x\npopulation: 0x" + "f" * 5000 + "\n", "is read as a different number by YAML"),
    "a control character": ("name: x\ndescription: a\x02b\n", "line 2: the character U+0002 is not allowed in YAML"),
    "a web of aliases": (
        "name: x\nparameters:\n  a0: &a0 [1, 1]\n" + "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)),
        "line 3: parameters.a0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", YAML, ids=str)
def test_yaml_that_python_cannot_hold_is_refused_with_its_line(tmp_path, case) -> None:
    text, expected = YAML[case]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as failure:
        load_scenario(str(path), outline=True)
    assert expected in str(failure.value)
    assert "\n" not in str(failure.value)
    assert len(str(failure.value)) < 400


def test_a_text_that_is_far_too_large_for_yaml_is_refused_before_it_is_read(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: x\n" + "# a comment\n" * 200_000)
    with pytest.raises(InputError, match="allowed: 2 MB of YAML"):
        load_scenario(str(path))


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/core.xml"]
)
@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"\xff" + b, lambda b: b.replace(b"<", b"&", 1)]
)
def test_a_workbook_of_which_any_part_is_damaged_is_read_or_refused_in_one_line(tmp_path, part, damage) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seeds.book(seeds.AREAS))) as book, zipfile.ZipFile(made, "w") as out:
        for info in book.infolist():
            out.writestr(info.filename, damage(book.read(info)) if info.filename == part else book.read(info))
    path = tmp_path / "areas.xlsx"
    path.write_bytes(made.getvalue())
    said = refusal(lambda: own_place(path))
    assert "\n" not in said
    assert not said or "areas.xlsx: " in said


def _with_cell(sheet: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seeds.book(seeds.AREAS))) as book, zipfile.ZipFile(made, "w") as out:
        for info in book.infolist():
            text = book.read(info)
            out.writestr(
                info.filename,
                text.replace(*(s.encode() for s in sheet.split("|"))) if info.filename.endswith("sheet1.xml") else text,
            )
    return made.getvalue()


@pytest.mark.parametrize(
    "change", ['ref="H1:H2"|ref="A1:XFD1048576"', '</sheetData>|<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>']
)
def test_a_small_workbook_that_unfolds_to_billions_of_cells_is_refused(tmp_path, change) -> None:
    path = tmp_path / "areas.xlsx"
    path.write_bytes(_with_cell(change))
    with pytest.raises(InputError, match="allowed: 20,000,000"):
        own_place(path)


def test_a_table_of_twenty_thousand_columns_is_refused_at_once(tmp_path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("area" + ",x" * 20_000 + "\nA" + ",1" * 20_000 + "\n")
    with pytest.raises(InputError, match="allowed: 16,384"):
        own_place(path)


TIES = {
    "names of 21 digits": ("from,to\n" + "".join(f"{10**20 + a},{10**20 + b}\n" for a, b in seeds.TIES), ""),
    "names of 18 digits beside 0 and 1": ("from,to\n0,1\n0,5\n0,7\n" + "".join(f"{10**17 + a},{10**17 + b}\n" for a, b in seeds.TIES), ""),
    "Arabic digits": ("from,to\n" + "".join(f"{a},{b}\n" for a, b in seeds.TIES).translate(dict(zip(range(48, 58), range(0x660, 0x66A), strict=True))), ""),
    "raised digits": ("from,to\n" + "".join(f"{a},{b}\n" for a, b in seeds.TIES).replace("2", "²"), ""),
    "Pajek with a million million people": ("*Vertices 1000000000000\n*Edges\n1 2\n", "allowed: whole numbers up to 2,000,000"),
    "Pajek with raised digits": ("*Vertices ²\n*Edges\n1 2\n", "line 1: '²' vertices"),
    "GraphML in an encoding that there is not": ("<?xml version='1.0' encoding='x-none'?><graphml></graphml>", "not a readable"),
    "GraphML that says UTF-16": ("<?xml version='1.0' encoding='utf-16'?><graphml></graphml>", "not a readable"),
    "Matrix Market of a million million": ("%%MatrixMarket matrix coordinate pattern general\n1000000000000 1000000000000 1\n1 2\n", "allowed: 2,000,000"),
    "Matrix Market that announces more than there is": ("%%MatrixMarket matrix array real general\n900000 900000\n1.0\n", "more than a file of this size can contain"),
    "GML 3,000 levels deep": ("graph [ " * 3000, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", TIES, ids=str)
def test_ties_with_odd_numbers_or_encodings_are_read_as_names_or_refused(tmp_path, case) -> None:
    text, expected = TIES[case]
    path = tmp_path / "ties.txt"
    path.write_text(text)
    said = refusal(lambda: read_ties(path))
    assert bool(said) >= bool(expected)
    assert expected in said
    assert "\n" not in said
    assert "int()" not in said


@pytest.mark.parametrize(
    "data", [b'{"requests": [{"opened": "caf\xe9\x81"}]}', b'{"a":' * 20_000, b"[" * 20_000, b"\xff\xfe[\0{\0"]
)
def test_json_that_is_no_utf_8_or_endlessly_deep_is_refused(tmp_path, data) -> None:
    path = tmp_path / "records.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as failure:
        read_records([path])
    assert "records.json" in str(failure.value)


COMMANDS = {
    "no such scenario": ("run", "nothing", "--out", "o/p"),
    "months": ("run", "--months", "0", "--out", "o"),
    "compare": ("compare", "baseline", "nothing", "--out", "o"),
    "place": ("place", "nowhere at all", "--out", "o"),
    "doses": ("doses", "--place", "nowhere at all", "--out", "o"),
    "calibrate": ("calibrate", "--out", "o", "--population", "3"),
    "sweep": ("sweep", "none.yaml", "--out", "o"),
    "validate": ("validate", "--place", "nowhere at all", "--out", "o"),
    "a name of 5,000 characters": ("run", "--months", "1", "--out", "o" * 5000),
    "a place of 5,000 characters": ("place", "o" * 5000),
    "a file of 5,000 characters": ("place", "haringey", "--survey", "o" * 5000 + ".csv"),
    "a scenario of 5,000 characters": ("run", "o" * 5000 + ".yaml"),
    "a new file of 5,000 characters": ("new", "o" * 5000),
    "results of 5,000 characters": ("results", "o" * 5000),
    "a study of 5,000 characters": ("sweep", "o" * 5000, "--out", "o"),
    "sets of 5,000 characters": ("compare", "baseline", "co-design", "--posterior", "o" * 5000, "--out", "o"),
    "a shard in raised digits": ("sweep", "none.yaml", "--shard", "²/²", "--out", "o"),
    "an infinite effect": ("compare", "baseline", "co-design", "--plan", "inf", "--out", "o"),
    "a seed below 0": ("run", "--seed", "-1", "--months", "1"),
    "nobody": ("doses", "co-design", "--population", "0", "--out", "o"),
    "a huge seed": ("run", "nothing", "--seed", "9" * 400),
    "a line break and a sign that a terminal obeys": ("list", "a\nb\x1b[31m"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMANDS, ids=str)
def test_a_refused_command_says_why_in_a_line_and_leaves_nothing_behind(tmp_path, monkeypatch, capsys, case) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(COMMANDS[case])) == 2
    said = capsys.readouterr().err
    assert [line.startswith("error: ") for line in said.splitlines() if "compil" not in line and "worlds" not in line] == [True]
    assert len(said) < 1000
    assert said.replace("\n", "").isprintable()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["imd decile (1 = most deprived, of {})", "rank (of {})", "imd decile {} = most deprived"], ids=["aside", "rank", "end"]
)
def test_a_number_of_5000_digits_in_a_heading_is_no_rank(tmp_path, name) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(f"area,ward,population,{name.format('9' * 5000)}\n" + "".join(f"a{n},w{n % 2},100,{n}\n" for n in range(1, 11)))
    refused = refusal(lambda: own_place(path))
    assert "could not be read" not in refused
    assert "Error" not in refused


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a survey": ("scenarios.own_data.surveys.survey.read", read_survey),
    "ties": ("scenarios.own_data.networks.ties.read_network", read_ties),
    "records": ("scenarios.own_data.records.records.CaseFile.read", lambda path: read_records([path])),
    "a place": ("scenarios.places.own._tables", own_place),
    "a place's YAML": ("scenarios.places.place_file.read_yaml", read_own_place),
    "a scenario": ("scenarios.scenario_file.read_yaml", lambda path: load_scenario(str(path))),
    "a study": ("experiments.studies.study.read_yaml", read_study),
}


@pytest.mark.parametrize("what", READERS, ids=str)
def test_what_no_rule_foresaw_is_refused_without_a_value_of_the_file(tmp_path, monkeypatch, what) -> None:
    inside, read = READERS[what]

    def fails(*_: object, **__: object) -> None:
        raise KeyError("Ann Smith, 1 Mill Lane")

    monkeypatch.setattr(inside, fails)
    path = tmp_path / "mine.yaml"
    path.write_text("name: x\n")
    refused = refusal(lambda: read(path))
    assert refused.startswith(f"{path}: could not be read (test_damaged_files.py, line ")
    assert "Mill Lane" not in refused


@pytest.mark.parametrize(
    "text", ["from,to\na," + "x" * 200_000 + "\n", "# " + "x" * 200_000 + "\nfrom,to\na,b\nb,c\n"], ids=["cell", "comment"]
)
def test_a_cell_of_200_000_letters_in_a_network_is_read_or_refused(tmp_path, text) -> None:
    path = tmp_path / "ties.csv"
    path.write_text(text)
    refused = refusal(lambda: read_ties(path))
    assert "Error" not in refused
    assert not refused or refused.startswith(f"{path}: ")


def _models(kind: type[Strict]) -> list[type[Strict]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *_models(sub))]


FIELDS = [
    (model, name) for model in _models(Strict) for name, field in model.model_fields.items() if "bool" not in str(field.annotation)
]


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_yes_is_no_number_in_any_file(model, name) -> None:
    """YAML reads `yes` as a truth value, which Python takes for 1."""
    field = model.model_fields[name]
    adapter = TypeAdapter(Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation)
    for value in (True, [True], {"a": True}, {"a": [True, True]}):
        with contextlib.suppress(ValidationError):
            assert not [one for one in _leaves(adapter.validate_python(value)) if isinstance(one, int | float)], value


def _leaves(value: object) -> list[object]:
    if isinstance(value, BaseModel):
        return []
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize("dose", ["\u0660.\u0665", "0_0.5", "1e-400x", "inf", "nan", "0x1"])
def test_a_dose_is_a_number_as_everywhere_else(dose) -> None:
    with pytest.raises(InputError, match="allowed: 0 to 1"):
        load_scenario(f"closing-the-loop@{dose}", outline=True)


def test_what_100_000_inputs_found_is_refused_in_words(tmp_path) -> None:
    """A place whose name is longer than a file's can be, and an Excel sheet without a cell as a network."""
    assert refusal(lambda: load_place("a" * 5000)).startswith("place: unknown place 'aaa")
    path = tmp_path / "ties.xlsx"
    openpyxl.Workbook().save(path)
    assert refusal(lambda: read_ties(path)).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "error",
    [
        TypeError("MergeCell.__init__() missing 1 required positional argument: 'ref'"),
        IndexError("list index out of range"),
        KeyError("xl/worksheets/sheet1.xml"),
        AttributeError("'NoneType' object has no attribute 'find'"),
        ValueError("Value must be one of {<Element x>}"),
    ],
)
def test_what_a_library_says_of_its_own_code_is_not_passed_on(tmp_path, error) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    with (
        pytest.raises(InputError, match=r"a\.xlsx: not a readable Excel file \(damaged\); save it again"),
        unreadable(tmp_path / "a.xlsx", "Excel file", "save it again"),
    ):
        raise error


def test_what_a_library_says_of_the_file_is_passed_on(tmp_path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    with (
        pytest.raises(InputError, match=r"\(File is not a zip file\); save it again"),
        unreadable(tmp_path / "a.xlsx", "Excel file", "save it again"),
    ):
        raise zipfile.BadZipFile("File is not a zip file")
