"""Own data: files that somebody brings, read as `groundswell place` reads them, and kept under a name that nobody guesses."""

from __future__ import annotations

import re
import secrets
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.placing import PlaceRequest, improve, read, write_placed
from scenarios.places import TablePlace
from scenarios.places.files import PLACE_FILE, read_place
from simulation.parameters import InputError

ENDINGS = {
    "small_areas": (".csv", ".xlsx"),
    "wards": (".csv", ".xlsx"),
    "survey": (".csv", ".xlsx"),
    "records": (".csv", ".json"),
    "ties": (".csv", ".graphml"),
}
MOST_FILES, MOST_PLACES = 6, 500
_folder: list[Path] = []
_fitting = threading.Lock()


def keep_in(folder: Path) -> None:
    """Say where own data are kept; once, when the server starts."""
    _folder[:] = [folder]


def fresh() -> str:
    """Return a name for a new place that nobody can guess."""
    own = _folder[0]
    own.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in own.iterdir()) >= MOST_PLACES:
        raise InputError(f"own places: {MOST_PLACES} are kept already; ask whoever runs the server to remove some")
    name = f"own-{secrets.token_hex(12)}"
    (own / name).mkdir()
    return name


def folder_of(name: str) -> Path:
    """Return the folder of an own place; raise `InputError` for any other name."""
    if not re.fullmatch(r"own-[0-9a-f]{24}", name) or not _folder or not (_folder[0] / name).is_dir():
        raise InputError("own place: there is none under this name on this server; bring the data again")
    return _folder[0] / name


def take(name: str, kind: str, file: str, content: bytes) -> None:
    """Keep one file of an own place.

    Args:
        kind: what it is, one of `ENDINGS`.
        file: its name on the user's machine; only its ending is used.

    Raises:
        InputError: an unknown kind or ending, or too many files.
    """
    folder = folder_of(name)
    ending = Path(file).suffix.lower()
    if kind not in ENDINGS:
        raise InputError(f"own data: unknown kind '{kind[:40]}'; allowed: {', '.join(ENDINGS)}")
    if ending not in ENDINGS[kind]:
        raise InputError(f"own data: {Path(file).name[:60]}: ending '{ending[:10]}'; allowed: {', '.join(ENDINGS[kind])}")
    if not content:
        raise InputError(f"own data: {Path(file).name[:60]}: is empty")
    if sum(1 for _ in folder.iterdir()) >= MOST_FILES:
        raise InputError(f"own data: allowed: at most {MOST_FILES} files for one place")
    for old in folder.glob(f"{kind}.*"):
        old.unlink()
    (folder / f"{kind}{ending}").write_bytes(content)


def place_of(name: str, title: str, region: str | None = None) -> dict[str, Any]:
    """Read what was brought as a place, fit it, and keep it.

    Returns:
        `place`, `title`, and `findings`: what is missing, odd or private, in plain words.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    folder = folder_of(name)
    files = {kind: next(iter(folder.glob(f"{kind}.*")), None) for kind in ENDINGS}
    main = files["small_areas"] or files["wards"]
    if main is None:
        raise InputError("own data: a table of small areas or of wards is needed; the rest is optional")
    wards = files["wards"] if files["small_areas"] else None
    request = PlaceRequest(
        str(main), wards, region=region or None, survey=files["survey"], ties=files["ties"],
        records=(files["records"],) if files["records"] else (),
    )  # fmt: skip
    try:
        placed = read(request)
        with _fitting:  # one at a time: it takes all cores
            improve(placed, request)
        if not (folder / PLACE_FILE).exists():
            from dataclasses import replace

            shown = " ".join(title.split())[:60] or "Our own place"
            placed.place = replace(placed.place, name=name, title=shown)
            write_placed(placed, folder)
    except InputError as error:
        raise InputError(str(error).replace(str(folder) + "/", "")) from None
    own_place.cache_clear()
    return {
        "place": name,
        "title": own_place(name).title,
        "findings": [{"kind": f.kind, "text": f.text.replace(str(folder) + "/", "")} for f in placed.findings],
    }


@lru_cache(maxsize=32)
def own_place(name: str) -> TablePlace:
    """Return an own place by name; raise `InputError` where there is none."""
    folder = folder_of(name)
    if not (folder / PLACE_FILE).exists():
        raise InputError("own place: its data were not read to the end; bring them again")
    return read_place(folder / PLACE_FILE)
