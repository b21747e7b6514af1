"""The plan of a store: what is to be run, by what code, with the checksums of the files at the start. It is sealed and never changes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulation.declared.parameters import InputError

from ..provenance import sources_hash
from .contents import GONE, UNREADABLE, content_of, unfit
from .kept_study import DESIGN, STUDY
from .ledger import Damaged, unsealed
from .repair import advice, is_store
from .study import Study
from .study_file import MOST_RUNS
from .values import FOLDER as TABLES

VERSION = 3  # of the store; a newer one is refused, and an older one too: see `read_plan`
PLAN = "plan.json"
MOST_TOLD, LONGEST = 6, 90  # differences told in a message, and characters of each value
POINTS, OTHER_POINTS = "design.table", "design: different points"  # told by its identity only
SHAPE: dict[str, type] = {
    "version": int,
    "study": dict,
    "sources": str,
    "runs": int,
    "chunks": int,
    "command": str,
    "columns": list,
    "key": str,
    "files": dict,
}
NAMED = re.compile(rf"{re.escape(STUDY)}|{re.escape(DESIGN)}|{TABLES}/[0-9]{{4,}}\.parquet")


def refuse_another(folder: Path, plan: Mapping[str, Any], study: Study) -> None:
    """Raise `InputError` if a plan is of another study, or was begun with other code; the difference is shown."""
    now, then = json.loads(json.dumps(study.declared)), plan["study"]
    if now != then:
        keys = [k for k in sorted({*now, *then}) if now.get(k) != then.get(k)]
        changed = [_difference(k, then.get(k), now.get(k)) for k in keys]
        if "factors" in keys:  # the points follow from them
            changed = [words for words in changed if words != OTHER_POINTS]
        raise InputError(f"{folder}: contains another study; {'; '.join(changed)}. Take another --out, or the study as it was")
    if plan["sources"] != sources_hash():
        commit = plan.get("code_commit") or "another version"
        raise InputError(f"{folder}: was started with different code ({commit}); results would mix. Take another --out")


def _difference(name: str, then: Any, now: Any) -> str:
    """Return in words what differs; of what is told by identities only, which parts."""
    if name in ("base", "named") and isinstance(then, dict) and isinstance(now, dict):
        parts = [part for part in {**then, **now} if then.get(part) != now.get(part)]
        return f"{name}: different {', '.join(parts)}"
    differing = list(_differing(name, then, now))
    differing = [part for part in differing if part[0] != POINTS] or differing  # what follows from the rest
    parts = [OTHER_POINTS if path == POINTS else f"{path}: {' '.join(_told(one, other))}" for path, one, other in differing]
    return "; ".join(parts[:MOST_TOLD]) + (f"; and {len(parts) - MOST_TOLD} more" if len(parts) > MOST_TOLD else "")


def _differing(path: str, then: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Give the smallest parts that differ: where, what is there, what is now; entries of a list that have names are matched by them."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            if then.get(key) != now.get(key) or (key in then) != (key in now):
                yield from _differing(f"{path}.{key}", then.get(key), now.get(key))
    elif isinstance(then, list) and isinstance(now, list):
        before, after = _named(then), _named(now)
        if before is not None and after is not None and (list(before) == list(after) or set(before) != set(after)):
            yield from _differing(path, before, after)
        elif len(then) == len(now):
            for n, (one, other) in enumerate(zip(then, now, strict=True)):
                if one != other:
                    yield from _differing(f"{path}[{n + 1}]", one, other)
        elif all(isinstance(one, str | int | float) for one in (*then, *now)):
            gone, new = ([v for v in one if v not in other] for one, other in ((then, now), (now, then)))
            yield (path, gone, new) if gone or new else (path, then, now)
        else:
            yield path, then, now
    else:
        yield path, then, now


def _named(entries: list) -> dict[str, Any] | None:
    """Return the entries of a list by their names, None where they have none of their own."""
    by_name = {one["name"]: one for one in entries if isinstance(one, dict) and isinstance(one.get("name"), str)}
    return by_name if by_name and len(by_name) == len(entries) else None


def _told(then: Any, now: Any) -> tuple[str, str]:
    """Return two values in words; of long ones, what lies about the first difference."""
    one, other = ("nothing" if value is None else json.dumps(value) for value in (then, now))
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - LONGEST // 3) if max(len(one), len(other)) > LONGEST else 0
    return f"{_part(one, start)} there,", f"{_part(other, start)} now"


def _part(text: str, start: int) -> str:
    end = start + LONGEST
    return ("..." if start else "") + text[start:end] + ("..." if len(text) > end else "")


def _nothing_there(folder: Path) -> InputError:
    """Return what is said of a folder without a plan."""
    if is_store(folder):
        return Damaged(f"{folder / PLAN}: is missing, though other files of a study exist. No number is shown; {advice(folder)}")
    if folder.is_file():
        study = folder.suffix.lower() in (".yaml", ".yml")
        return InputError(
            f"{folder}: is {'the file of a study' if study else 'a file'}; take the folder of its results, which --out of groundswell sweep named"
        )
    empty = not folder.is_dir() or not any(folder.iterdir())
    return InputError(
        f"{folder}: contains no study; make one with: groundswell sweep STUDY.yaml --out {shlex.quote(str(folder)) if empty else 'NEW_FOLDER'}"
    )


def read_plan(folder: Path) -> dict[str, Any]:
    """Return the plan of a store.

    Raises:
        InputError: there is none, a newer or an older program made it, or it is damaged (`Damaged`).
    """
    path = Path(folder) / PLAN
    why, content = unfit(path), content_of(path)
    if why == GONE:
        raise _nothing_there(Path(folder))
    if why and why != UNREADABLE:
        raise Damaged(f"{path}: {'is a folder' if path.is_dir() else why}; {advice(Path(folder))}")
    if content is None:
        raise InputError(f"{path}: {UNREADABLE}; check who may read it")
    plan = unsealed(content)
    version = _other_version(content)
    if version is not None and version > VERSION:
        raise InputError(f"{folder}: is a store of version {version}; this program reads up to {VERSION}. Use the newer program")
    if version is not None and version < VERSION:
        raise InputError(
            f"{folder}: was made by an older program (a store of version {version}), whose files have no checksums and whose study could run code "
            "when it is opened; it is not opened. Run the study again with another --out, or read it with the program that made it"
        )
    if plan is not None and not _is_plan(plan):
        raise Damaged(
            f"{path}: is damaged or was edited: this program does not write such a plan, though its seal is valid. No number is shown; {advice(Path(folder))}"
        )
    if plan is None:
        raise Damaged(
            f"{path}: is damaged or was edited, as its checksum does not match its content. No number is shown; {advice(Path(folder))}"
        )
    return plan


def _is_plan(plan: Mapping[str, Any]) -> bool:
    """Return True if a sealed document is a plan: every part of its type, and no file named that is not the store's own."""
    right = all(type(plan.get(name)) is kind for name, kind in SHAPE.items()) and plan["version"] == VERSION
    if not right or not 0 < plan["chunks"] <= plan["runs"] <= MOST_RUNS or not isinstance(plan.get("attribution", ""), str):
        return False
    files, texts = plan["files"], [*plan["columns"], *plan["files"].values(), plan["study"].get("name")]
    return {STUDY, DESIGN} <= {*files} and all(map(NAMED.fullmatch, files)) and all(isinstance(text, str) for text in texts)


def _other_version(content: bytes) -> int | None:
    """Return the version of another program's plan; None for one of this version, damaged or not."""
    try:
        plan = json.loads(content)
    except (ValueError, RecursionError):
        return None
    version = plan.get("version", 0) if isinstance(plan, dict) else VERSION
    if isinstance(version, bool) or not isinstance(version, int) or version == VERSION:
        return None
    as_ours = content.replace(f'"version": {version}'.encode(), f'"version": {VERSION}'.encode(), 1)
    return version if unsealed(as_ours) is None else None  # else the number alone is damaged
