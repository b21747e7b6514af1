"""Uploads: files that somebody brings, held in memory, read as `groundswell place` reads them, and forgotten, whatever happens."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.own_data.networks.network_file import ENDINGS as NETWORKS
from scenarios.own_data.records.json_reader import ENDINGS as CASES
from scenarios.places.own import TABLES
from simulation.declared.parameters import InputError

from ..records.view import OwnMade
from ..safeguards.clients import NOBODY, Visitor
from ..texts import string
from . import own_places
from .apart import LOOK, WAIT, read_apart
from .page_words import as_brought

ENDINGS = {  # what the readers of each kind take; the forms of networks that have no ending of their own are recognised by their content
    "small_areas": TABLES,
    "wards": TABLES,
    "survey": TABLES,
    "records": (*TABLES, *CASES),
    "ties": (*TABLES, *NETWORKS, ".net", ".paj", ".edges", ".edgelist", ".mtx"),
}
MOST_HELD = 300_000_000  # bytes of all uploads that wait to be read
MOST_OF_SESSION, MOST_OF_ADDRESS = 100_000_000, 150_000_000  # of them, bytes from one browser session and one address
PATIENCE = 900.0  # seconds that an upload waits to be read


@dataclass
class _Brought:
    """The files of a place that is being brought: name and content by kind."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    changed: float = field(default_factory=time.monotonic)
    by: Visitor = NOBODY

    @property
    def size(self) -> int:
        return sum(len(content) for _, content in self.files.values())


_brought: dict[str, _Brought] = {}
_lock = threading.Lock()
_reading: list[Visitor] = []  # whose files are being read


def take(name: str, kind: str, file: str, content: bytes, by: Visitor = NOBODY) -> str:
    """Hold one file of a place that is being brought; return the name of that place.

    Args:
        name: from an earlier call; empty for a new place.
        kind: what it is, one of `ENDINGS`.
        file: its name on the user's machine: its ending says what it is, and messages show the name.
        by: who brings it.

    Raises:
        InputError: an unknown kind, ending or place, an empty file, or too much is waiting.
    """
    ending = Path(file).suffix.lower()
    if kind not in ENDINGS:
        raise InputError(f"unknown kind of file '{kind[:40]}'; allowed: {', '.join(ENDINGS)}")
    if ending not in ENDINGS[kind]:
        raise InputError(
            string(
                "own.ending",
                file=_shown(Path(file).name),
                ending=ending[:10] or "nothing",
                kind=string(f"own.{kind}"),
                allowed=", ".join(ENDINGS[kind]),
            )
        )
    if not content:
        raise InputError(string("own.empty", file=_shown(Path(file).name)))
    forget_old()
    own_places.check_room()
    with _lock:
        if name and name not in _brought:
            raise InputError(string("own.forgotten"))
        if sum(upload.size for upload in _brought.values()) + len(content) > MOST_HELD:
            raise InputError(string("own.full"))
        for attribute, most in (("session", MOST_OF_SESSION), ("address", MOST_OF_ADDRESS)):
            who = getattr(by, attribute)
            if (
                who
                and sum(upload.size for upload in _brought.values() if getattr(upload.by, attribute) == who) + len(content) > most
            ):
                raise InputError(string("quota.uploads"))
        name = name or own_places.fresh_name()
        upload = _brought.setdefault(name, _Brought(by=by))
        if upload.by.session != by.session:
            raise InputError(string("own.forgotten"))
        upload.files[kind], upload.changed = (Path(file).name, content), time.monotonic()
    return name


def forget_old(patience: float = PATIENCE) -> None:
    """Forget uploads that nobody had read."""
    with _lock:
        for name in [n for n, upload in _brought.items() if time.monotonic() - upload.changed > patience]:
            del _brought[name]


def held() -> int:
    """Return how many bytes of uploads wait to be read."""
    with _lock:
        return sum(upload.size for upload in _brought.values())


def place_of(
    name: str, title: str, region: str | None = None, by: Visitor = NOBODY, gone: Callable[[], bool] = lambda: False
) -> OwnMade:
    """Read what was brought as a place, fit it, and keep the place; the files are forgotten whether it works or not.

    Args:
        name: from `take`.
        title: of the place, as the page shows it.
        region: where areas lie that have no codes of the United Kingdom.
        by: who brought them; the place can be deleted by that browser alone.
        gone: True once nobody waits for it any more.

    Returns:
        `owner`: the secret by which it can be deleted; `place`, `title`, `days` and `until`: how long it is kept; `readings`: what each column was read as, with counts, and
        `findings`: what is missing, odd or private, both in plain words.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    with _lock:
        upload = _brought.pop(name, None)
    if upload is None:
        raise InputError(string("own.forgotten"))
    shown = " ".join(title.split())[:60] or "Our own place"
    ending = {kind: Path(file).suffix.lower() for kind, (file, _) in upload.files.items()}
    names = {f"{kind}{ending[kind]}": _shown(file) for kind, (file, _) in upload.files.items()}
    with _turn(by, gone):
        try:
            brought = {kind: (ending[kind], content) for kind, (_, content) in upload.files.items()}
            found = read_apart(brought, region, name, shown, own_places.shelf(), gone=gone)
        except InputError as error:
            raise InputError(as_brought(str(error), names)) from None
    for said in found["findings"]:
        said["text"] = as_brought(said["text"], names)
    owner = secrets.token_urlsafe(18) if by.session else ""
    own_places.keep(name, found.pop("files"), owner)
    return {
        "running": False,
        "place": name,
        "title": shown,
        "owner": owner,
        "days": own_places.kept_days(),
        "until": own_places.kept_until(name),
        "readings": found["readings"],
        "findings": found["findings"],
    }


def _shown(file: str) -> str:
    """Return the name of a file as messages show it: what can be printed of it, and not too much."""
    printed = "".join(letter for letter in file if letter.isprintable())
    return printed if len(printed) <= 60 else printed[:40] + "…" + printed[-15:]


@contextlib.contextmanager
def _turn(by: Visitor, gone: Callable[[], bool]) -> Iterator[None]:
    """Let a browser session, and an address, have one place read at a time, so that others have their turn; sessions of an address wait for one another."""
    until = time.monotonic() + WAIT
    while not _begins(by):
        if time.monotonic() > until or gone():
            raise InputError(string("quota.reading"))
        time.sleep(LOOK)
    try:
        yield
    finally:
        with _lock:
            _reading.remove(by)


def _begins(by: Visitor) -> bool:
    with _lock:
        if by.session and any(one.session == by.session for one in _reading):
            raise InputError(string("quota.reading"))
        if by.address and any(one.address == by.address for one in _reading):
            return False
        _reading.append(by)
        return True
