"""Uploads: files that somebody brings, held in memory, read as `groundswell place` reads them, and forgotten, whatever happens."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from experiments.placing import Placed, PlaceRequest, improve, read
from scenarios.networks.files import ENDINGS as NETWORKS
from scenarios.places.own import TABLES
from scenarios.places.writing import place_files
from scenarios.records.json_reading import ENDINGS as CASES
from simulation.parameters import InputError

from . import own_places
from .clients import NOBODY, Visitor
from .private import in_memory
from .shell import string

ENDINGS = {  # what the readers of each kind take; the forms of networks that have no ending of their own are told by what stands in them
    "small_areas": TABLES,
    "wards": TABLES,
    "survey": TABLES,
    "records": (*TABLES, *CASES),
    "ties": (*TABLES, *NETWORKS, ".net", ".paj", ".edges", ".edgelist", ".mtx"),
}
MOST_HELD = 300_000_000  # bytes of all uploads that wait to be read
MOST_OF_SESSION, MOST_OF_ADDRESS = 100_000_000, 150_000_000  # of them, bytes from one browser session and one address
PATIENCE = 900.0  # seconds that an upload waits to be read

logger = logging.getLogger("groundswell.dashboard")


@dataclass
class _Brought:
    """The files of a place that is being brought: content by kind and ending."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    changed: float = field(default_factory=time.monotonic)
    by: Visitor = NOBODY

    @property
    def size(self) -> int:
        return sum(len(content) for _, content in self.files.values())


_brought: dict[str, _Brought] = {}
_lock = threading.Lock()
_fitting = threading.Lock()


def take(name: str, kind: str, file: str, content: bytes, by: Visitor = NOBODY) -> str:
    """Hold one file of a place that is being brought; return the name of that place.

    Args:
        name: from an earlier call; empty for a new place.
        kind: what it is, one of `ENDINGS`.
        file: its name on the user's machine; only its ending is used.
        by: who brings it.

    Raises:
        InputError: an unknown kind, ending or place, an empty file, or too much is waiting.
    """
    ending = Path(file).suffix.lower()
    if kind not in ENDINGS:
        raise InputError(f"own data: unknown kind '{kind[:40]}'; allowed: {', '.join(ENDINGS)}")
    if ending not in ENDINGS[kind]:
        raise InputError(f"own data: {Path(file).name[:60]}: ending '{ending[:10]}'; allowed: {', '.join(ENDINGS[kind])}")
    if not content:
        raise InputError(f"own data: {Path(file).name[:60]}: is empty")
    forget_old()
    own_places.check_room()
    with _lock:
        if name and name not in _brought:
            raise InputError("own place: nothing is being brought under this name; choose the files again")
        if sum(one.size for one in _brought.values()) + len(content) > MOST_HELD:
            raise InputError("own data: too many files are waiting to be read on this server; try again in a few minutes")
        for attribute, most in (("session", MOST_OF_SESSION), ("address", MOST_OF_ADDRESS)):
            who = getattr(by, attribute)
            if who and sum(one.size for one in _brought.values() if getattr(one.by, attribute) == who) + len(content) > most:
                raise InputError(string("quota.uploads"))
        name = name or own_places.fresh_name()
        one = _brought.setdefault(name, _Brought(by=by))
        if one.by.session != by.session:
            raise InputError("own place: nothing is being brought under this name; choose the files again")
        one.files[kind], one.changed = (ending, content), time.monotonic()
    return name


def forget_old(patience: float = PATIENCE) -> None:
    """Forget uploads that nobody had read."""
    with _lock:
        for name in [n for n, one in _brought.items() if time.monotonic() - one.changed > patience]:
            del _brought[name]


def held() -> int:
    """Return how many bytes of uploads wait to be read."""
    with _lock:
        return sum(one.size for one in _brought.values())


def place_of(name: str, title: str, region: str | None = None) -> dict[str, Any]:
    """Read what was brought as a place, fit it, and keep the place; the files are forgotten whether it works or not.

    Returns:
        `place`, `title`, `days` and `until`: how long it is kept; `readings`: what each column was read as, with counts, and
        `findings`: what is missing, odd or private, both in plain words.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    with _lock:
        one = _brought.pop(name, None)
    if one is None:
        raise InputError("own place: nothing is being brought under this name; choose the files again")
    shown = " ".join(title.split())[:60] or "Our own place"
    with in_memory({kind + ending: content for kind, (ending, content) in one.files.items()}, own_places.shelf()) as folder:
        inside = f"{folder}/"
        try:
            placed = _read({kind: folder / (kind + ending) for kind, (ending, _) in one.files.items()}, region)
            placed.place = replace(placed.place, name=name, title=shown)
            targets = placed.survey.targets() if placed.survey else None
            own_places.keep(name, place_files(placed.place, "FOLDER", None, targets))
        except InputError as error:
            raise InputError(str(error).replace(inside, "")) from None
        except Exception as error:  # a value of the file may stand in the error, so that neither log nor page shows it
            logger.error("own data could not be read: %s in %s", type(error).__name__, _where(error))
            raise InputError(
                f"own data: the files could not be read ({type(error).__name__}). Save each as CSV (UTF-8) or as .xlsx and bring them again"
            ) from None
    return {
        "place": name,
        "title": shown,
        "days": own_places.kept_days(),
        "until": own_places.kept_until(name),
        "readings": [r.to_json() | {"words": r.words()} for r in placed.readings],
        "findings": [{"kind": f.kind, "text": f.text.replace(inside, "")} for f in placed.findings],
    }


def _read(files: dict[str, Path], region: str | None) -> Placed:
    main = files.get("small_areas") or files.get("wards")
    if main is None:
        raise InputError("own data: a table of small areas or of wards is needed; the rest is optional")
    request = PlaceRequest(
        str(main), files.get("wards") if "small_areas" in files else None, region=region or None, survey=files.get("survey"),
        ties=files.get("ties"), records=(files["records"],) if "records" in files else (),
    )  # fmt: skip
    placed = read(request)
    with _fitting:  # one at a time: it takes all cores
        improve(placed, request)
    return placed


def _where(error: BaseException) -> str:
    """Return file and line in which an error arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "an unknown place"
