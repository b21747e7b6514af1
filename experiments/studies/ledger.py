"""The ledger of a store: the sealed checksum of every file, so that no number is shown from a file that has changed.

`plan.json` holds the checksums of what was there before the first run. Each chunk has an entry of its own, written after the chunk's files: a
chunk counts once its entry is there and its files are what the entry says. Unknown names are left alone and reported.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from simulation.declared.parameters import InputError

from ..output import OutputError
from .contents import COMPACT, COMPACT_SERIES, GONE, UNREADABLE, checksum, checksum_of, content_of, unfit

LEDGER, ASIDE = "ledger", "aside"
JOINED = "compact.json"  # entry of both
SEAL, NONE = "seal", "0" * 64
LISTED = 3  # names that a message holds
IN_THE_WAY = "is not a folder, but a folder is needed there; move it away and run the command again"
DIFFERS = "is damaged, as its checksum differs from the ledger's"
Misfit = Callable[[int | None, Sequence[bytes]], tuple[int, str] | None]


class Damaged(InputError):
    """Files of a store have changed since they were written."""


def sealed(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON that ends with the checksum of all of it."""
    text = json.dumps({**document, SEAL: NONE}, indent=1, allow_nan=False) + "\n"
    head, _, tail = text.rpartition(NONE)
    return (head + checksum(text.encode("ascii")) + tail).encode("ascii")


def unsealed(content: bytes) -> dict[str, Any] | None:
    """Return a document that `sealed` made; None for one that is changed in any byte."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    seal = document.get(SEAL) if isinstance(document, dict) else None
    if not isinstance(seal, str) or len(seal) != len(NONE):
        return None
    head, _, tail = content.rpartition(seal.encode("ascii", "replace"))
    return document if checksum(head + NONE.encode() + tail) == seal else None


@dataclass
class Look:
    """What one check of a store found.

    Attributes:
        done: chunks that are there and as they were written, bool (chunks,).
        damaged: names of files that are not as they were written, or gone, with the reason in words; by entry.
        strange: names that the plan does not know.
    """

    done: np.ndarray
    damaged: dict[str, dict[str, str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def words(self) -> str:
        """Return in words what is damaged, empty for nothing."""
        files = {name: why for part in self.damaged.values() for name, why in part.items()}
        told = [f"{name} {why}" for name, why in files.items()]
        return listed(told, "; ")


def listed(names: list[str], by: str = ", ") -> str:
    """Return names in one line, the first few of many."""
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return by.join(names[:LISTED]) + more


class Ledger:
    """The entries of a store's chunks.

    Args:
        folder: of the store.
        key: of the plan that entries must be of.
        chunks: number planned.
        series: True if the study keeps series.
        files: names of the files that the plan itself holds checksums of.
        misfit: tells from a chunk's number and the content of its files which one (0 runs, 1 series) does not fit the plan, and why.
    """

    def __init__(
        self, folder: Path, key: str, chunks: int, series: bool, files: tuple[str, ...] = (), misfit: Misfit | None = None
    ) -> None:
        self.folder, self.key, self.chunks, self.series, self._files, self._misfit = folder, key, chunks, series, files, misfit
        self._seen: dict[str, tuple[tuple, str | None]] = {}
        self._fitted: dict[int | None, tuple[list, dict[str, str]]] = {}

    # -- names --------------------------------------------------------------------------------------------------------

    def name(self, chunk: int) -> str:
        """Return the name of a chunk's entry."""
        return f"{chunk:07d}.json"

    def names(self, chunk: int | None) -> tuple[str, ...]:
        """Return the files of a chunk, runs first; None means the compact store."""
        if chunk is None:
            return (COMPACT, COMPACT_SERIES) if self.series else (COMPACT,)
        name = f"{chunk:07d}.parquet"
        return (f"chunks/{name}", f"series/{name}") if self.series else (f"chunks/{name}",)

    def entry(self, chunk: int | None, contents: Mapping[str, bytes]) -> bytes:
        """Return the entry of files that were written."""
        return sealed({"plan": self.key, "chunk": chunk, "files": {name: checksum(c) for name, c in contents.items()}})

    # -- looking ------------------------------------------------------------------------------------------------------

    def files_of(self, chunk: int | None) -> dict[str, str] | None:
        """Return the checksums of a chunk's files as its entry says them; None where there is no entry.

        Raises:
            Damaged: the entry is changed, or of another study.
        """
        name = JOINED if chunk is None else self.name(chunk)
        path = self.folder / LEDGER / name
        content = content_of(path)
        if content is None:
            if os.path.lexists(path):
                raise Damaged((unfit(path) or GONE).replace(GONE, UNREADABLE))
            return None
        document = unsealed(content)
        if document is None:
            raise Damaged("is damaged")
        if document.get("plan") != self.key:
            raise Damaged("belongs to another study")
        files = document.get("files")
        number = document.get("chunk")
        if (type(number), number) != (type(chunk), chunk) or not isinstance(files, dict) or tuple(files) != self.names(chunk):
            raise Damaged("belongs to another chunk")
        return files

    def troubles(self, chunk: int | None) -> dict[str, str] | None:
        """Return what is wrong with a chunk, by file; None where it has no entry, empty where it is whole."""
        entry = f"{LEDGER}/{JOINED if chunk is None else self.name(chunk)}"
        try:
            files = self.files_of(chunk)
        except Damaged as error:
            return {entry: str(error)}
        if files is None:
            return None
        by_file = {}
        for name, wanted in files.items():
            now = self._checksum(name)
            if now != wanted:
                by_file[name] = (unfit(self.folder / name) or UNREADABLE) if now is None else DIFFERS
        return by_file or self._misfits(chunk)

    def _misfits(self, chunk: int | None) -> dict[str, str]:
        """Return which file of a chunk holds other rows than the plan gives it, looked at again only where a file is another one."""
        names = self.names(chunk)
        known = [self._seen[name] for name in names]
        if self._misfit and self._fitted.get(chunk, ([],))[0] != known:
            misfit = self._misfit(chunk, [content_of(self.folder / name) or b"" for name in names])
            self._fitted[chunk] = known, {names[misfit[0]]: misfit[1]} if misfit else {}
        return self._fitted[chunk][1] if self._misfit else {}

    def _checksum(self, name: str) -> str | None:
        """Return a file's checksum, read again only where the file is another one than at the last look."""
        path = self.folder / name
        try:
            known = path.stat()
        except OSError:
            return None
        stamp = (known.st_mtime_ns, known.st_size, known.st_ino, known.st_ctime_ns)
        if self._seen.get(name, (None,))[0] != stamp:
            self._seen[name] = stamp, checksum_of(path)
        return self._seen[name][1]

    def look(self) -> Look:
        """Look through the store: every entry, the files that it names, and all other names."""
        seen = Look(np.zeros(self.chunks, dtype=bool))
        joined = self.troubles(None)
        if joined == {}:
            seen.done[:] = True
        elif joined:
            seen.damaged[JOINED] = joined
        else:
            for name in [n for n in (COMPACT, COMPACT_SERIES) if (self.folder / n).exists()]:
                seen.strange.append(name)  # what a compacting that was killed left, or somebody's own
        for chunk in self.entered() if joined != {} else ():
            troubles = self.troubles(chunk)
            seen.done[chunk] = troubles == {}
            if troubles:
                seen.damaged[self.name(chunk)] = troubles
        seen.strange += sorted(self._strange())
        return seen

    def entered(self) -> list[int]:
        """Return the numbers of the chunks that have an entry."""
        names = (name.removesuffix(".json") for name in _names(self.folder / LEDGER) if name.endswith(".json"))
        return sorted(
            n for n in (int(name) for name in names if len(name) == 7 and name.isascii() and name.isdigit()) if n < self.chunks
        )

    def _strange(self) -> Iterator[str]:
        """Give the names that are not of the plan."""
        top = {"plan.json", COMPACT, COMPACT_SERIES, "tmp", "chunks", "series", LEDGER, ASIDE, "tables"}
        for name in _names(self.folder):
            if name not in top and name not in self._files:
                yield name
        for inner, ending in (("chunks", ".parquet"), ("series", ".parquet"), (LEDGER, ".json")):
            for name in _names(self.folder / inner):
                stem = name.removesuffix(ending)
                planned = (
                    name == f"{stem}{ending}" and len(stem) == 7 and stem.isascii() and stem.isdigit() and int(stem) < self.chunks
                )
                if not (planned and (inner != "series" or self.series)) and (inner, name) != (LEDGER, JOINED):
                    yield f"{inner}/{name}"
        for name in _names(self.folder / "tables"):
            if f"tables/{name}" not in self._files:
                yield f"tables/{name}"

    # -- reading and setting aside ------------------------------------------------------------------------------------

    def read(self, chunk: int | None, number: int) -> bytes:
        """Return one of a chunk's files (0 runs, 1 series), proven to be as it was written.

        Raises:
            Damaged: it is not.
        """
        files = self.files_of(chunk) or {}
        name = self.names(chunk)[number]
        content = (
            content_of(self.folder / name) if self._checksum(name) == files.get(name) else None
        )  # nothing large is read for nothing
        if content is None or checksum(content) != files.get(name):
            raise Damaged(f"{name} {unfit(self.folder / name) or DIFFERS}")
        return content

    def set_aside(self, look: Look) -> list[str]:
        """Move what is damaged into the folder `aside`, entry first, so that it is run again; return the names."""
        moved = []
        for entry, troubles in look.damaged.items():
            for name in dict.fromkeys([f"{LEDGER}/{entry}", *troubles]):
                if move_aside(self.folder, name) and name in troubles:
                    moved.append(name)
        return moved


def _names(folder: Path) -> list[str]:
    """Return the names in a folder but hidden ones; none where there is no such folder."""
    with contextlib.suppress(OSError):
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    return []


def blocked(folder: Path) -> bool:
    """Return True if something that is not a folder has the name of one."""
    return os.path.lexists(folder) and not folder.is_dir()


def move_aside(folder: Path, name: str) -> bool:
    """Move a file of a store into its folder `aside`, under a name that is free; False where there is none.

    Raises:
        InputError: `aside` is not a folder.
        OutputError: the system refused.
    """
    place, flat = folder / ASIDE, name.replace("/", "-")
    if blocked(place):
        raise InputError(f"{place}: {IN_THE_WAY}. {name} is damaged and is kept there")
    try:
        place.mkdir(exist_ok=True)
        target = next(path for n in itertools.count(1) if not os.path.lexists(path := place / f"{flat}.{n}"))
        os.replace(folder / name, target)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OutputError(f"{folder / name}: could not be set aside ({error.strerror})") from None
    return True
