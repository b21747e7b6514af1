"""Studies: sweeps and what was asked of them, found below one folder and shown as they are, running ones too."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs

import numpy as np
import pandas as pd

from experiments.reports.study_words import column_words
from experiments.serving.record import Document
from experiments.studies.contents import COMPACT, COMPACT_SERIES, content_of
from experiments.studies.plan import PLAN, read_plan
from experiments.studies.repair import FOLDERS, is_store
from experiments.studies.results import Results
from experiments.studies.store import PARTS
from simulation.declared.parameters import InputError

from ..records.studies import FactorShown, StudyPage
from ..records.view import StudyListed
from ..safeguards.boundary import without_paths

DEPTH, MOST_FOLDERS, MOST_POINTS = 4, 100, 2000
MOST_LOOKED_AT = 3000  # folders, so that a server started in somebody's home is not slow
ANSWERS = ("sensitivity", "discover", "optimise")
HIDDEN = {".git", ".venv", "node_modules", "__pycache__", "chunks", "series", "tmp", "ledger", "tables", "aside"}
LONGEST = 400  # characters of an address below the root
MARKED = {"sensitivity": "differs_from_zero"}  # columns that say whether a number is one: without it every row would look alike
INNER = ("runs", "final")  # where commands that ask a study keep its runs


def study_list(root: Path) -> list[StudyListed]:
    """Return the studies below a folder, those changed last first: `open, name, runs, complete, answers`."""
    studies: list[tuple[float, StudyListed]] = []
    for looked_at, (folder, inner, files) in enumerate(os.walk(root)):
        if looked_at >= MOST_LOOKED_AT:
            break
        here = Path(folder)
        depth = len(here.relative_to(root).parts)
        inner[:] = sorted(d for d in inner if d not in HIDDEN and not d.startswith((".", "generation-"))) if depth < DEPTH else []
        if PLAN in files and _is_below(root, here / PLAN) and len(studies) < MOST_FOLDERS:
            inner[:] = []
            studies.append((here.stat().st_mtime, _listed(root, here)))
    return [one for _, one in sorted(studies, key=lambda f: -f[0])]


def _listed(root: Path, folder: Path) -> StudyListed:
    home = folder.parent if folder.name in INNER else folder
    try:
        plan = read_plan(folder)
        name, runs = str(plan["study"]["name"]) if isinstance(plan["study"], dict) else str(plan["study"]), int(plan["runs"])
    except (OSError, ValueError, KeyError, TypeError):
        return {"open": str(home.relative_to(root)) or ".", "name": home.name, "runs": None, "answers": []}
    return {
        "open": str(home.relative_to(root)) or ".",
        "name": name,
        "runs": runs,
        "answers": _answers(root, home),
    }


def folder_of(root: Path, query: str) -> Path:
    """Return the folder that an address opens, `open=PATH` below the root; raise `InputError` for anything outside or not there."""
    asked = (parse_qs(query).get("open") or [""])[0]
    folder = root / asked if asked and len(asked) <= LONGEST and "\0" not in asked else None
    if folder is None or not _is_below(root, folder):
        raise InputError(f"study: '{asked[:80]}' is not among the studies of this server; choose one from the list")
    folder = folder.resolve()
    runs = _runs(folder)
    if runs is None:
        raise InputError(f"study: '{asked[:80]}': no study is there; choose one from the list")
    link = _link_out(root, folder, runs)
    if link:
        raise InputError(
            f"study: '{asked[:80]}': {link} leads out of the folder of the studies, and is not opened; put a copy in its place"
        )
    return folder


def _runs(folder: Path) -> Path | None:
    """Return the store of a study's runs: the folder itself, or what a command that asks a study keeps in it."""
    with contextlib.suppress(OSError):  # a name that is too long, or a folder that is somebody else's
        return next((f for f in (folder, *(folder / name for name in INNER)) if os.path.lexists(f / PLAN) or is_store(f)), None)
    return None


def _is_below(root: Path, path: Path) -> bool:
    """Return True if a path, all links followed, lies in a folder."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a ring, or a name that cannot be
        return False


def _link_out(root: Path, folder: Path, runs: Path) -> str:
    """Return the first name that is read of a study and leads out of the folder of the studies; empty for none."""
    read = [runs, *(runs / name for name in (*PARTS, COMPACT, COMPACT_SERIES)), *(folder / f"{name}.json" for name in ANSWERS)]
    for inner in FOLDERS:
        with contextlib.suppress(OSError), os.scandir(runs / inner) as entries:
            read += [Path(entry.path) for entry in entries if entry.is_symlink()]
    return next((path.relative_to(folder).as_posix() for path in read if not _is_below(root, path)), "")


def _answers(root: Path, folder: Path) -> list[str]:
    """Return which answers lie in a study's folder; links to elsewhere are none."""
    return [a for a in ANSWERS if os.path.lexists(folder / f"{a}.json") and _is_below(root, folder / f"{a}.json")]


def study_page(root: Path, query: str) -> StudyPage:
    """Return everything that a study's page draws, as plain values.

    Raises:
        InputError: no study is there, or it cannot be read.
    """
    folder = folder_of(root, query)
    runs = _runs(folder)
    assert runs is not None
    results = Results(runs)
    study, done = results.study, results.store.done()
    points = results.points if done.any() else pd.DataFrame()
    shown = points if len(points) <= MOST_POINTS else points.iloc[np.linspace(0, len(points) - 1, MOST_POINTS).astype(int)]
    measures = [m for m in study.columns if m in shown.columns and shown[m].notna().any()]
    command = without_paths(str(results.store.plan["command"]))
    here = runs.relative_to(root.resolve()).as_posix()  # as a researcher types it in the folder of the studies
    return {
        "name": study.name,
        "folder": folder.relative_to(root.resolve()).as_posix(),
        "runs": study.planned,
        "chunks": len(done),
        "complete": int(done.sum()),
        "failed": results.store.failed(),
        "points": len(points),
        "shown": len(shown),
        "factors": [cast(FactorShown, f.shown() | {"numeric": f.numeric}) for f in study.factors],
        "measures": measures,
        "labels": column_words(study),
        "rows": json.loads(
            shown[[f.name for f in study.factors] + measures].reset_index().to_json(orient="values", double_precision=8)
        ),
        "answers": {name: _answer(folder / f"{name}.json") for name in _answers(root, folder)},
        "reproduce": {
            "command": command,
            "look": f"groundswell results {shlex.quote(here)}",
            "python": f'from experiments.studies.results import Results\n\npoints = Results("{here}").points\n',
        },
        "attribution": results.store.plan.get("attribution", ""),
    }


def _answer(path: Path) -> Document:
    try:
        answer = json.loads(content_of(path) or b"")
        json.dumps(answer, allow_nan=False)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise InputError(f"study: {path.name} cannot be read; run the command that wrote it again")
    column, rows = MARKED.get(path.stem, ""), answer.get("rows")
    if column and isinstance(rows, list) and not all(isinstance(row, dict) and column in row for row in rows):
        raise InputError(
            f"study: {path.name} has no '{column}', as an earlier version wrote it; run the command that wrote it again"
        )
    return answer
