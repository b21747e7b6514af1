"""Own places: what is kept of the data that people bring. It is the place that was made of them; the files themselves are never kept."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from experiments.output import OutputError
from scenarios.places import TablePlace
from scenarios.places.place_file import PLACE_FILE, read_place
from scenarios.yaml_input import read_yaml
from simulation.declared.parameters import InputError

from ..records.catalogue import OwnListed
from ..safeguards.private import close_off, private_folder, write_private

MOST_PLACES = 500
DAYS = 30  # that a place is kept after its last use, unless told otherwise
SEAL = "seal.json"  # what the other files were when the place was made, and who may delete it
KEPT_FILES = {PLACE_FILE, "small_areas.csv", "wards.csv", "targets.csv", SEAL}
_NAME = r"own-[0-9a-f]{24}"
_GOING = "going-"  # how the note begins that a place is being deleted
_STEP = 3600.0  # seconds between two notes that a place was used


@dataclass
class _Shelf:
    """Where own places are kept, and for how long."""

    folder: Path | None = None
    days: int = DAYS


_shelf = _Shelf()


def keep_in(folder: Path, days: int = DAYS) -> None:
    """Say where own places are kept and for how many days after their last use; once, when the server starts.

    What an earlier server left behind half-done, or kept of the files that were brought, is removed.
    """
    _shelf.folder, _shelf.days = private_folder(folder), days
    for one in folder.iterdir():
        if is_own(one.name) and (one / PLACE_FILE).exists():
            for file in one.iterdir():
                if file.name not in KEPT_FILES:
                    _remove(file)
            close_off(one)
        elif is_own(one.name) or _left_behind(one.name):
            _remove(one)
    read_kept.cache_clear()


def _left_behind(name: str) -> bool:
    """Return True for what a server that runs no longer was about to read or write."""
    made_by = re.fullmatch(r"(?:reading|half)-(\d+)-.*", name)
    if made_by is None:
        return False
    try:
        os.kill(int(made_by[1]), 0)
    except OSError:
        return True
    return int(made_by[1]) == os.getpid()


def remove_what_a_reader_left() -> None:
    """Remove the folders of readers that were ended while they read."""
    for one in shelf().glob("reading-*"):
        if _left_behind(one.name):
            _remove(one)


def shelf() -> Path:
    """Return the folder of all own places."""
    if _shelf.folder is None:
        raise InputError("This server keeps no places of your own")
    return _shelf.folder


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def fresh_name() -> str:
    """Return a name for a new place that nobody can guess."""
    return f"own-{secrets.token_hex(12)}"


def is_own(name: str) -> bool:
    """Return True for the name of an own place, whether it is there or not."""
    return re.fullmatch(_NAME, name) is not None


def is_there(name: str) -> bool:
    """Return True if an own place is kept under this name."""
    return is_own(name) and _shelf.folder is not None and (_shelf.folder / name / PLACE_FILE).exists()


def names() -> list[str]:
    """Return the names of all own places."""
    return sorted(one.name for one in shelf().iterdir() if is_there(one.name))


def check_room() -> None:
    """Raise `InputError` where no further place can be kept."""
    if len(names()) >= MOST_PLACES:
        raise InputError(f"{MOST_PLACES} places are kept already. Delete one that is no longer needed, then try again")


def keep(name: str, files: dict[str, str], owner: str = "") -> None:
    """Keep a place, whole or not at all; it is never changed afterwards.

    Args:
        name: from `fresh_name`.
        files: texts by name, of `KEPT_FILES`.
        owner: the secret of who may delete it; empty for anyone with the link.

    Raises:
        InputError: too many places are kept.
    """
    check_room()
    half = shelf() / f"half-{os.getpid()}-{name}"
    half.mkdir(mode=0o700)
    try:
        for file, text in files.items():
            if file in KEPT_FILES:
                write_private(half / file, text.encode())
        write_private(half / SEAL, json.dumps({"files": _digest(half), "owner": _hashed(owner) if owner else ""}).encode())
        half.rename(shelf() / name)
    finally:
        _remove(half)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _digest(folder: Path) -> str:
    """Return what tells the files of a place from others."""
    digest = hashlib.sha256()
    for file in sorted(one for one in folder.iterdir() if one.name in KEPT_FILES - {SEAL}):
        digest.update(f"{file.name} {_hashed_file(file)}\n".encode())
    return digest.hexdigest()


def _hashed_file(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _seal(name: str) -> dict[str, str]:
    try:
        return dict(json.loads((shelf() / name / SEAL).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}  # kept before places were sealed
    except (OSError, ValueError, TypeError):
        return {"files": "damaged", "owner": "damaged"}


def check_owner(name: str, owner: str) -> None:
    """Raise `InputError` unless a secret is the one of the browser that brought a place. Anyone with the link may read the place, and no more."""
    wanted = _seal(name).get("owner", "")
    if wanted and not hmac.compare_digest(wanted, _hashed(owner)):
        raise InputError(
            "Only the browser that brought these data can delete them. Ask who gave you the link, or whoever runs this server; "
            f"if nobody uses them they are deleted after {kept_days()} days"
        )


def remove(name: str) -> int:
    """Remove a place and its files; return how many files those were."""
    if not is_own(name) or not (shelf() / name).is_dir():
        return 0
    number = sum(1 for _ in (shelf() / name).iterdir())
    (shelf() / name / PLACE_FILE).unlink(missing_ok=True)  # first, so that half a place is no place
    _remove(shelf() / name)
    read_kept.cache_clear()
    return number


def own_place(name: str) -> TablePlace:
    """Return an own place by name, and note that it was used; raise `InputError` where there is none."""
    if not is_there(name):
        raise InputError("There is none under this link. It may have been deleted; bring the data again")
    path = shelf() / name / PLACE_FILE
    if abs(time.time() - path.stat().st_mtime) > _STEP:
        os.utime(path)
    return read_kept(name)


@lru_cache(maxsize=32)
def read_kept(name: str) -> TablePlace:
    """Return a place from its files, which have to be those that it was made with: its results depend on them."""
    sealed = _seal(name).get("files")
    if sealed and sealed != _digest(shelf() / name):
        raise InputError(
            "The files of this place were changed since it was made, so that its results are no longer its own; bring the data again"
        )
    return read_place(shelf() / name / PLACE_FILE)


def region(name: str) -> str | None:
    """Return the region of the United Kingdom that was chosen for an own place; None where there is none, or the place is gone."""
    try:
        return read_kept(name).region
    except InputError:
        return None


def about(name: str) -> OwnListed:
    """Return name, title and last day of an own place, without using it."""
    return {"place": name, "title": str(read_yaml(shelf() / name / PLACE_FILE).get("title", name)), "until": kept_until(name)}


def kept_until(name: str) -> str:
    """Return the day on which a place is deleted unless it is used before, as `2031-05-29`."""
    used = datetime.fromtimestamp((shelf() / name / PLACE_FILE).stat().st_mtime, UTC)
    return (used + timedelta(days=_shelf.days)).date().isoformat()


def kept_days() -> int:
    """Return for how many days after its last use a place is kept."""
    return _shelf.days


def due() -> list[str]:
    """Return the places that were not used for longer than they are kept, and those that were deleted by half.

    What a clock that was wrong has put into the future counts from now, else it would be kept for longer.
    """
    now, names_due = time.time(), half_removed()
    for name in names():
        path = shelf() / name / PLACE_FILE
        used = path.stat().st_mtime
        if used > now + _STEP:
            os.utime(path)
        elif used < now - _shelf.days * 86_400.0 and name not in names_due:
            names_due.append(name)
    return names_due


# -- deleting ------------------------------------------------------------------------------------------------------------


def begin_removing(name: str) -> None:
    """Note that a place and all that was made of it is being deleted, so that a later round ends it where this one breaks off."""
    with contextlib.suppress(OutputError):  # a full disk keeps nothing from being deleted
        if is_own(name):
            write_private(shelf() / f"{_GOING}{name}", b"")


def end_removing(name: str) -> None:
    """Note that nothing of a place is left."""
    (shelf() / f"{_GOING}{name}").unlink(missing_ok=True)


def half_removed() -> list[str]:
    """Return the places whose deletion was begun and not ended."""
    return sorted(one.name.removeprefix(_GOING) for one in shelf().glob(f"{_GOING}own-*"))
