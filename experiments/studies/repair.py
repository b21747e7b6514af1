"""A store that is damaged or has lost its plan: how to recognise it, and what to do about it in this folder."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .contents import content_of
from .kept_study import STUDY
from .ledger import ASIDE, JOINED, LEDGER, blocked, unsealed
from .values import FOLDER as TABLES

FOLDERS = ("tmp", "chunks", "series", LEDGER, TABLES)  # that every store has
INNER = {
    "sensitivity": ("runs",),
    "discover": ("runs",),
    "optimise": ("final", "all", "generation-"),
}  # parts of --out that contain their runs
OPTIONS = ("--method", "--points", "--fails", "--objective", "--generations", "--generation", "--futures")  # that say what is run
PYTHON = re.compile(r"(?:groundswell|experiments)\.(?P<name>sweep|sensitivity|discover|optimise)\(")  # a call that began a store
LONGEST = 60  # characters of a study file's name in a message


def is_store(folder: Path) -> bool:
    """Return True for a folder, with or without a plan, that has what only a store has: an entry of a ledger, a kept study, or all its folders."""
    if all((folder / name).is_dir() for name in FOLDERS):
        return True
    return _is_kept_study(content_of(folder / STUDY)) or any(_entries(folder))


def _is_kept_study(content: bytes | None) -> bool:
    try:
        document: Any = json.loads(content or b"")
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and {"study", "places", "design", "measured"} <= set(document)


def _entries(folder: Path) -> Iterator[bool]:
    """Say of each file in a ledger whether it is an entry."""
    names = sorted(os.listdir(folder / LEDGER)) if (folder / LEDGER).is_dir() else []
    for name in names:
        entry = unsealed(content_of(folder / LEDGER / name) or b"")
        yield entry is not None and {"plan", "chunk", "files"} <= set(entry)


def advice(folder: Path, command: str = "") -> str:
    """Return what to do about damage: the command that makes the store again, written out for this folder, and what to do without the study file.

    Args:
        folder: of the store.
        command: that began it, perhaps on another machine: only what it says of the study is taken over; empty where it is not known.
    """
    words, call = _words(command), PYTHON.match(command)
    file = next((word for word in words if word.endswith((".yaml", ".yml"))), "")
    if call:
        there = str(_out(folder, call["name"]))
        how = f"run it again in Python, with the same study and options: groundswell.{call['name']}(STUDY, {there!r})"
        missing = "the study"
    else:
        known = Path(file).name if file and Path(file).name.isprintable() and len(Path(file).name) <= LONGEST else ""
        how = f"run it again from its study file: {shlex.join(_here(folder, words, file))}"
        how += "" if words else " (or with the command that started it)"
        missing = f"the study file{f' ({known})' if known else ''}"
    kept = "It is compact, so all runs are run again" if _is_compact(folder) else "What is intact is kept"
    first = f"move {folder / ASIDE} away, which is not a folder, and " if blocked(folder / ASIDE) else ""
    return f"{first}{how}. {kept}. Without {missing}, ask whoever made the folder for it, or for another copy of the folder"


def _words(command: str) -> list[str]:
    """Return the words of a command of ours about a study; none for anything else."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    return words if len(words) > 1 and words[0] == "groundswell" and words[1] in ("sweep", *INNER) else []


def _here(folder: Path, words: list[str], file: str) -> list[str]:
    """Return a command for this folder: its study file where it lies here too, and options that say what is run, but none that says where."""
    verb = words[1] if words else "sweep"
    told = ["groundswell", verb, file if file and Path(file).is_file() else "STUDY.yaml"]
    for n, word in enumerate(words):
        name, sign, _ = word.partition("=")
        if name in OPTIONS:
            told += [word] if sign else words[n : n + 2]
    return [*told, "--out", str(_out(folder, verb))]


def _out(folder: Path, verb: str) -> Path:
    """Return the folder that was given as that of the results, where a command or a call fills a part of it."""
    return folder.parent if folder.name.startswith(INNER.get(verb, "/")) else folder


def _is_compact(folder: Path) -> bool:
    return os.path.lexists(folder / LEDGER / JOINED)
