"""The kinds of input that are fuzzed: how one is made from a lot, and what is wrong with what comes of it."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from pathlib import Path

from experiments.studies.study import read_study
from scenarios.evidence.facts import read_facts
from scenarios.evidence.posterior import read_posterior
from scenarios.own_data.networks.ties import read_ties
from scenarios.own_data.records.records import read_records
from scenarios.own_data.surveys.survey import read_survey
from scenarios.places.own import own_place
from scenarios.places.place_file import read_own_place
from scenarios.scenario_file import load_scenario

from . import seeds
from .commands import command, path_option
from .judging import of_command, of_reading
from .mutations import damaged, damaged_book, odd_word
from .pages import address, message

Judge = Callable[[random.Random, Path], str]


@functools.cache
def _book(*tables: str) -> bytes:
    return seeds.book(*tables)


@functools.cache
def _networks() -> dict[str, str]:
    return seeds.networks()


def _text(name: str, text: str, read: Callable[[Path], object], folder: Path, lot: random.Random) -> str:
    """Return what is wrong with how one damaged text is read."""
    path = folder / name
    path.write_bytes(damaged(lot, text.encode()))
    return of_reading(lambda: read(path))


def _beside(folder: Path) -> None:
    """Write the files that a place file names."""
    for name, text in (("areas.csv", seeds.AREAS), ("wards.csv", seeds.WARDS), ("ties.csv", _networks()["list.csv"])):
        (folder / name).write_text(text)


def scenario(lot: random.Random, folder: Path) -> str:
    """Judge a scenario file."""
    return _text("mine.yaml", seeds.SCENARIO, lambda path: load_scenario(str(path), outline=True), folder, lot)


def place(lot: random.Random, folder: Path) -> str:
    """Judge a place file beside its tables."""
    _beside(folder)
    return _text("place.yaml", seeds.PLACE, read_own_place, folder, lot)


def study(lot: random.Random, folder: Path) -> str:
    """Judge a study file."""
    return _text("study.yaml", seeds.STUDY, read_study, folder, lot)


def targets(lot: random.Random, folder: Path) -> str:
    """Judge a table of targets for `calibrate`, or of sets of parameters."""
    text, read = lot.choice(((seeds.TARGETS, read_facts), (seeds.SETS, read_posterior)))
    return _text("targets.csv", text, read, folder, lot)


def table(lot: random.Random, folder: Path) -> str:
    """Judge a table of small areas or of wards."""
    return _text(lot.choice(("t.csv", "t.tsv", "t.txt")), lot.choice((seeds.AREAS, seeds.WARDS)), own_place, folder, lot)


def survey(lot: random.Random, folder: Path) -> str:
    """Judge a survey."""
    return _text("survey.csv", seeds.SURVEY, read_survey, folder, lot)


def records(lot: random.Random, folder: Path) -> str:
    """Judge service records in CSV."""
    return _text("records.csv", seeds.RECORDS, lambda path: read_records([path]), folder, lot)


def json_records(lot: random.Random, folder: Path) -> str:
    """Judge service records in JSON."""
    name = lot.choice(("records.json", "records.geojson", "records.jsonl"))
    return _text(name, lot.choice(list(seeds.JSON.values())), lambda path: read_records([path]), folder, lot)


def ties(lot: random.Random, folder: Path) -> str:
    """Judge a network, in any form."""
    name = lot.choice(sorted(_networks()))
    return _text(name, _networks()[name], read_ties, folder, lot)


def workbook(lot: random.Random, folder: Path) -> str:
    """Judge a workbook, as a table of areas, a survey, records or ties."""
    tables, read = lot.choice((
        ((seeds.AREAS, "a note"), own_place), ((seeds.SURVEY,), read_survey), ((seeds.RECORDS,), lambda path: read_records([path])),
        ((_networks()["list.csv"],), read_ties),
    ))  # fmt: skip
    path = folder / lot.choice(("book.xlsx", "book.xlsm"))
    path.write_bytes(damaged_book(lot, _book(*tables)))
    return of_reading(lambda: read(path))


def file_name(lot: random.Random, folder: Path) -> str:
    """Judge a file whose name is odd, asked for by any command that takes one."""
    return of_command(path_option(lot, folder, odd_word(lot)), folder)


def options(lot: random.Random, folder: Path) -> str:
    """Judge a command whose options and arguments are odd."""
    _beside(folder)
    (folder / "mine.yaml").write_text(seeds.SCENARIO)
    return of_command(command(lot, folder), folder)


KINDS: dict[str, tuple[Judge, float]] = {  # with its share of all inputs
    "scenario": (scenario, 0.12), "place": (place, 0.08), "study": (study, 0.1), "targets": (targets, 0.06), "table": (table, 0.06), "survey": (survey, 0.07),
    "records": (records, 0.06), "json": (json_records, 0.08), "ties": (ties, 0.12), "workbook": (workbook, 0.05), "file name": (file_name, 0.04),
    "options": (options, 0.06), "address": (address, 0.05), "message": (message, 0.05),
}  # fmt: skip
