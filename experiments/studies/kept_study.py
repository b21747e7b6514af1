"""A study saved in its store as data, and read back: a folder from somebody else can contain a study but no code."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from types import FunctionType
from typing import Any

import pandas as pd

from simulation.declared.parameters import InputError

from .kinds import check_kinds
from .study import Measured, Named, Study, code_of, name_of
from .tables import Unfit
from .values import FOLDER as _TABLES
from .values import Reader, Writer

STUDY, DESIGN = "study.json", "design.parquet"


def kept(study: Study) -> dict[str, bytes]:
    """Return a study as files by name: a document, its design as a table, and what tables its places hold.

    A function instead of the simulation is kept by its name alone. What is read back is the very same study, or it is refused here.

    Raises:
        InputError: it contains something that cannot be saved; the message says what to pass instead.
    """
    writer = Writer()
    bare = replace(study.design, file=None, table=None)
    try:
        design = writer.put(study.table, "design")
        files = {DESIGN: writer.files.popitem()[1]}
        writer = Writer()
        document = {
            "study": writer.put(_shell(study, bare, measured=None), study.name),
            "places": writer.put(study.places if study.measured is None else {}, "places"),
            "design": {name: value for name, value in design.items() if name != "file"},
            "measured": _measured(study.measured, writer),
        }
    except Unfit as error:
        raise InputError(f"{study.name}: the study cannot be saved: {error}") from None
    files |= {STUDY: (json.dumps(document, indent=1, allow_nan=False) + "\n").encode("ascii"), **writer.files}
    if read(files, study.name, study.planned).declared != study.declared:
        raise InputError(
            f"{study.name}: the study cannot be saved, as its tables would change on reading; use numbers and text only"
        )
    return files


def _shell(study: Study, design: Any, measured: Measured | None) -> Study:
    """Return a study with other parts, as it is: nothing is checked again or read from elsewhere."""
    copy = object.__new__(Study)
    vars(copy).update({k: v for k, v in vars(study).items() if k in Study.__dataclass_fields__})
    vars(copy).update(design=design, measured=measured)
    return copy


def _measured(measured: Measured | None, writer: Writer) -> Any:
    """Return what replaces the simulation: an object of ours as data, everything else by its name."""
    if measured is None:
        return None
    if not isinstance(measured, FunctionType | Named):
        try:
            return {"object": writer.put(measured, "measured")}
        except Unfit:
            pass
    return {"name": name_of(measured), "code": code_of(measured)}


def read(files: Mapping[str, bytes], where: object, runs: int) -> Study:
    """Return the study of a store; a function that replaces its simulation is `Named`, and never imported.

    Args:
        files: content of each file that `kept` made, by name.
        where: the folder, for messages.
        runs: number planned.

    Raises:
        InputError: it is damaged, or contains something that is not part of a study.
    """
    try:
        whole = _whole(files, runs)
        names = [one.name for one in whole.factors]
        if list(whole.table.columns) != names or not names:
            raise Unfit("its points do not match its factors")
        if whole.planned != runs:
            raise Unfit(f"it has {whole.planned:,} runs, but the plan has {runs:,}")
        return whole
    except InputError as error:
        raise InputError(f"{where}: the saved study cannot be read: {error}") from None
    except Unfit as error:
        raise InputError(f"{where}: the saved study cannot be read: {error}. Run the study again with another --out") from None
    except Exception:  # whatever data that are not a study may raise
        raise InputError(
            f"{where}: the saved study cannot be read: {STUDY} and the tables beside it do not contain what this program writes. "
            "Run the study again with another --out"
        ) from None


def _whole(files: Mapping[str, bytes], runs: int) -> Study:
    """Return the study of a store, of so many runs, with every part of the kind that is declared."""
    document = json.loads(files[STUDY])
    reader = Reader(files)
    study, places, stands = reader.get(document["study"]), reader.get(document["places"]), document["measured"]
    table = Reader({f"{_TABLES}/0000.parquet": files[DESIGN]}, runs).get({**document["design"], "file": 0})
    if not isinstance(study, Study) or not isinstance(table, pd.DataFrame) or not isinstance(places, dict):
        raise Unfit("it is not a study")
    check_kinds(study, "study")
    measured = None
    if stands is not None:
        measured = reader.get(stands["object"]) if "object" in stands else Named(str(stands["name"]), str(stands["code"]))
        if not callable(measured):
            raise Unfit("what it runs is not a model")
        if not isinstance(measured, Named):
            check_kinds(measured, "measured")
    whole = _shell(study, replace(study.design, table=table), measured)
    vars(whole)["places"] = places
    try:
        whole.check_numbers()
    except InputError as error:
        raise Unfit(str(error)) from None
    return whole


def given(study: Study, measured: Measured | None, where: object) -> Study:
    """Return a saved study with the function that was passed for the one that it names.

    Raises:
        InputError: it is another function.
    """
    if measured is None or not isinstance(study.measured, Named):
        return study
    kept_as = study.measured
    if (name_of(measured), code_of(measured)) != (kept_as.name, kept_as.code):
        name_given = name_of(measured)
        what = (
            f"{name_given}, not {kept_as.name}"
            if name_given != kept_as.name
            else f"different code from {name_given} when the study was started"
        )
        raise InputError(f"{where}: the function given is {what}; results would mix")
    return _shell(study, study.design, measured)


def check_reachable(study: Study) -> None:
    """Raise `InputError` for a function that workers could not find by its name, such as a lambda."""
    measured = study.measured
    if isinstance(measured, FunctionType):
        reached: Any = sys.modules.get(measured.__module__)
        for part in measured.__qualname__.split("."):
            reached = getattr(reached, part, None)
        if reached is not measured:
            raise InputError(
                f"{study.name}: its function '{name_of(measured)}' cannot be found by that name; use one defined in a module"
            )


def function_named(text: str) -> Measured:
    """Return the function that a user named as `module:function`. Only text typed by a person is used here, never text from a file.

    Raises:
        InputError: there is none.
    """
    module, sign, name = text.partition(":")
    try:
        function = getattr(importlib.import_module(module), name) if sign and module and name else None
    except (ImportError, AttributeError, ValueError):
        function = None
    if not callable(function):
        raise InputError(f"measured: '{text}'; allowed: module:function, of a module that Python finds from here")
    return function
