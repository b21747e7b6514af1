"""The store of a study: a plan that never changes, and one file per chunk, committed so that a kill at any step loses nothing.

A worker writes `tmp/<chunk>.<host>.<pid>`, flushes it, links it to its final name (it already exists and is the same: somebody else was first, and this
copy is dropped), removes the temporary name and flushes the folder. Last comes the chunk's entry in the ledger, with the checksums of its files:
a chunk is there whole or not at all; what is planned and has no entry, or is not what its entry says, is still to be done.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.declared.parameters import InputError

from ..output import OutputError
from ..provenance import code_commit, sources_hash, versions
from . import kept_study
from .contents import checksum, content_of, unfit
from .kept_study import DESIGN, STUDY
from .ledger import ASIDE, IN_THE_WAY, JOINED, LEDGER, SEAL, Damaged, Ledger, Look, blocked, listed, move_aside, sealed
from .order import Order, order_of
from .plan import PLAN, VERSION, read_plan, refuse_another
from .repair import FOLDERS, advice, is_store
from .rows import misfit
from .runs.work import Worked, work
from .study import Measured, Study
from .tables import Unfit, table_of
from .values import OPTIONS

PARTS = (PLAN, STUDY, DESIGN, *FOLDERS, ASIDE)  # that a start which was killed, or damage, may have left


def _steps(_: str) -> None:
    """Called with the name of each step of a commit; tests put a kill here."""


step: Callable[[str], None] = _steps


@dataclass(frozen=True)
class Address:
    """Where workers find a store, and the function that runs instead of the simulation, which no folder may name.

    Attributes:
        folder: of the store, in full.
        seal: of its plan: another plan in the same folder is another address.
        measured: the function, from the memory of who handed it.
    """

    folder: str
    seal: str
    measured: Measured | None = field(default=None, compare=False)


class Store:
    """A folder that holds a study's runs.

    Args:
        folder: where; `open` or `create` check it first.
    """

    def __init__(self, folder: Path, plan: dict[str, Any], study: Study) -> None:
        self.folder, self.plan, self.study = folder, plan, study
        self.mended = ""  # what `create` restored, in words
        self.ledger = Ledger(folder, plan["key"], plan["chunks"], study.series, tuple(plan["files"]), self._misfit)

    @classmethod
    def create(cls, folder: Path, study: Study, command: str) -> Store:
        """Return the store of a study: made now, or there from before and of the very same study.

        A plan or a kept study that is damaged or missing is restored from the study; chunks of the same study are kept.

        Raises:
            InputError: the folder holds another study (the difference is shown), a newer or an older store, or something else.
        """
        folder = Path(folder)
        plan, lost = None, "" if os.path.lexists(folder / PLAN) else f"{PLAN} was missing"
        with contextlib.suppress(Damaged):
            plan = read_plan(folder) if not lost else None
        if plan is None:
            _begin(folder, study, command)
            lost = lost or f"{PLAN} was damaged and set aside in {ASIDE}/"
        else:
            refuse_another(folder, plan, study)
            _own_folders(folder)
        try:
            store = cls.open(folder, study.measured)
        except Damaged:
            _begin(folder, study, command)
            store, lost = cls.open(folder, study.measured), lost or "the saved study was damaged or missing"
        if lost and (store.ledger.entered() or os.path.lexists(folder / LEDGER / JOINED)):  # and not a store that is only begun
            store.mended = f"{folder}: {lost}, and is restored from the study"
        return store

    @classmethod
    def open(cls, folder: Path, measured: Measured | None = None) -> Store:
        """Return the store in a folder.

        Args:
            measured: the function instead of the simulation, for a study that has one and is to be run: no folder may say what is run.

        Raises:
            InputError: there is none, or one of a newer or an older version, or a damaged one (`Damaged`).
        """
        folder = Path(folder)
        plan = read_plan(folder)
        _refuse_in_the_way(folder, *(name for name in FOLDERS if name != "tmp"))
        files = {name: content_of(folder / name) for name in plan["files"]}
        bad = [name for name, wanted in plan["files"].items() if (c := files[name]) is None or checksum(c) != wanted]
        if bad:
            told = listed([f"{name} {unfit(folder / name) or 'is damaged'}" for name in bad], "; ")
            raise Damaged(f"{folder}: {told}; {advice(folder, plan['command'])}")
        study = kept_study.read({name: content for name, content in files.items() if content is not None}, folder, plan["runs"])
        store = cls(folder, plan, kept_study.given(study, measured, folder))
        if (study.planned, list(study.columns), store.order.chunks) != (plan["runs"], plan["columns"], plan["chunks"]):
            raise InputError(f"{folder}: the saved study does not match the plan; run the study again with another --out")
        return store

    @cached_property
    def order(self) -> Order:
        """The order of runs and the chunks."""
        return order_of(self.study)

    def _misfit(self, piece: int | None, contents: Sequence[bytes]) -> tuple[int, str] | None:
        return misfit(self.study, self.order, [table.schema for table in self._empty], piece, contents)

    @property
    def address(self) -> Address:
        """What a worker opens the store by."""
        return Address(str(self.folder.resolve()), self.plan[SEAL], self.study.measured)

    @property
    def chunks(self) -> int:
        """Number of chunks that are planned."""
        return int(self.plan["chunks"])

    def name(self, chunk: int) -> str:
        """Return the file name of a chunk."""
        return f"{chunk:07d}.parquet"

    def look(self) -> Look:
        """Look through every file: what is done, what is damaged, and names that the plan does not know."""
        return self.ledger.look()

    def done(self) -> np.ndarray:
        """Return which chunks are there and as they were written, bool (chunks,)."""
        return self.look().done

    def has(self, chunk: int) -> bool:
        """Return True if a chunk is there and as it was written."""
        return self.ledger.troubles(chunk) == {} or self.ledger.troubles(None) == {}

    def set_aside(self) -> list[str]:
        """Move what is damaged into the folder `aside`, so that it is run again; return what to say of the store's files, a line each."""
        look = self.look()
        told = [self.mended] if self.mended else []
        if look.damaged:
            self.ledger.set_aside(look)
            told.append(f"{self.folder}: {look.words()}; set aside in {ASIDE}/ and run again")
        return told + strangers(self.folder, look)

    def whole(self) -> Look:
        """Return what is there, if nothing of it is damaged.

        Raises:
            Damaged: files are not as they were written, or gone; what to do.
        """
        look = self.look()
        if look.damaged:
            raise Damaged(f"{self.folder}: {look.words()}. No number is shown; {advice(self.folder, self.plan['command'])}")
        return look

    def commit(self, chunk: int, worked: Worked) -> bool:
        """Keep a chunk; return False if somebody else was first.

        Raises:
            OutputError: the system refused, on a full disk, say; nothing is left under the name.
        """
        tables = (worked.runs,) if worked.series is None else (worked.runs, worked.series)
        made = dict(zip(self.ledger.names(chunk), tables, strict=True))
        return self.keep(chunk, made)

    def keep(self, chunk: int | None, made: Mapping[str, pa.Table]) -> bool:
        """Write the files of a chunk (None: of the compact store) and then their entry; return False if somebody else was first."""
        contents = {}
        for name, table in made.items():
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, **OPTIONS)
            contents[name] = sink.getvalue().to_pybytes()
        for name in reversed(list(contents)):  # series before runs
            put(self.folder, self.folder / name, contents[name])
        entry = self.ledger.entry(chunk, contents)
        return put(self.folder, self.folder / LEDGER / (JOINED if chunk is None else self.ledger.name(chunk)), entry)

    def pieces(self) -> Sequence[int | None]:
        """Return what the tables are read from, in order: chunks that are done, or [None] for the compact store.

        Raises:
            Damaged: files are not as they were written.
        """
        look = self.whole()
        return [None] if self.ledger.troubles(None) == {} else np.flatnonzero(look.done).tolist()

    def table(self, table: str = "runs") -> pa.Table:
        """Return all that is there of `runs` or `series`, in the order of runs; every byte is proven first.

        Raises:
            InputError: the study keeps no series, or a file is damaged.
        """
        if table == "series" and not self.study.series:
            raise InputError(f"{self.folder}: the study does not save series; give it series: true")
        pieces = self.pieces()
        if not pieces:
            return self._empty[0 if table == "runs" else 1]
        whole = pa.concat_tables([self._read(piece, table) for piece in pieces])
        keys = [("run_id", "ascending")] + ([("month", "ascending")] if table == "series" else [])
        return whole.sort_by(keys)  # stable: measures stay in the study's order

    def _read(self, piece: int | None, table: str, columns: list[str] | None = None) -> pa.Table:
        number = 0 if table == "runs" else 1
        content = self.ledger.read(piece, number)
        try:
            return table_of(content, self._rows(piece, number), columns, self._empty[number].schema)
        except Unfit as error:
            raise Damaged(
                f"{self.folder}: {self.ledger.names(piece)[number]} {error}; {advice(self.folder, self.plan['command'])}"
            ) from None

    def _rows(self, piece: int | None, number: int) -> int:
        """Return the most rows that a file of a chunk has (0 runs, 1 series)."""
        runs = self.study.planned if piece is None else int(np.diff(self.order.starts[piece : piece + 2])[0])
        return runs * (self.study.months * len(self.study.measures) if number else 1)

    @cached_property
    def _empty(self) -> tuple[pa.Table, ...]:
        """Return `runs` and, where the study keeps it, `series` with no row."""
        nothing = work(self.study, [])
        return (nothing.runs,) if nothing.series is None else (nothing.runs, nothing.series)

    def failed_in(self, pieces: Sequence[int | None]) -> int:
        """Return the number of runs that failed in some chunks."""
        return sum(self._read(piece, "runs", ["status"])["status"].to_pylist().count("failed") for piece in pieces)

    def failed(self) -> int:
        """Return the number of runs that failed."""
        return self.failed_in(self.pieces())


def lacking(look: Look) -> list[str]:
    """Return in words how many chunks are not there yet, so that numbers are of the others."""
    number, planned = int((~look.done).sum()), len(look.done)
    if not number:
        return []
    return [
        f"{number:,} of {planned:,} chunks {'is' if number == 1 else 'are'} incomplete: all numbers are based on the complete runs"
    ]


def strangers(folder: Path, look: Look) -> list[str]:
    """Return in words which names in a store the plan does not know."""
    return [f"{folder}: not part of this study, and ignored: {listed(look.strange)}"] if look.strange else []


# -- the plan --------------------------------------------------------------------------------------------------------------


def _begin(folder: Path, study: Study, command: str) -> None:
    """Write the kept study and the plan of a store; what of them is damaged goes aside, and what is the same stays.

    Raises:
        InputError: the folder holds other files, or chunks of another study.
    """
    strange = [p for p in folder.iterdir() if p.name not in PARTS and p.name[0] != "."] if folder.exists() else []
    if strange and not os.path.lexists(folder / PLAN) and not is_store(folder):
        raise InputError(f"{folder}: contains other files; choose an empty or a new folder")
    _own_folders(folder)
    order, told, sources = order_of(study), json.loads(json.dumps(study.declared)), sources_hash()
    key = checksum(json.dumps([VERSION, told, sources, study.planned, order.chunks], sort_keys=True).encode())
    _refuse_chunks_of_another(folder, Ledger(folder, key, order.chunks, study.series))
    kept_study.check_reachable(study)
    files = kept_study.kept(study)
    plan = {
        "version": VERSION,
        "study": told,
        "sources": sources,
        "runs": study.planned,
        "chunks": order.chunks,
        "command": command,
        "versions": versions(),
        "code_commit": code_commit(),
        "attribution": getattr(study.base.place, "attribution", ""),
        "columns": list(study.columns),
        "key": key,
        "files": {name: checksum(content) for name, content in files.items()},
    }
    if os.path.lexists(folder / PLAN):  # read only now: another process may have begun the same study meanwhile
        there: dict[str, Any] = {}
        with contextlib.suppress(InputError):
            there = read_plan(folder)
        if (there.get("key"), there.get("files")) != (key, plan["files"]):
            move_aside(folder, PLAN)
    for name, content in files.items():
        put(folder, folder / name, content)
    _commit(folder, folder / PLAN, lambda part: part.write_bytes(sealed(plan)))


def _refuse_in_the_way(folder: Path, *names: str) -> None:
    """Raise `InputError` where something else has the name of one of a store's folders."""
    for path in (folder / name for name in names):
        if blocked(path):
            raise InputError(f"{path}: {IN_THE_WAY}")


def _own_folders(folder: Path) -> None:
    """Make the folders of a store that are missing."""
    _refuse_in_the_way(folder, *FOLDERS)
    for name in FOLDERS:
        try:
            (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder / name}: cannot be made ({error.strerror}); move it away, or take another --out") from None


def _refuse_chunks_of_another(folder: Path, ledger: Ledger) -> None:
    """Raise `InputError` if a folder without a whole plan holds chunks of another study and none of this one."""
    own, others = 0, 0
    for chunk in (None, *ledger.entered()):
        try:
            own += ledger.files_of(chunk) is not None
        except Damaged as error:
            others += "another study" in str(error)
    if others and not own:
        raise InputError(
            f"{folder}: its plan is damaged or missing, and its chunks belong to another study or to different code. Take another --out, or the study as it was"
        )


# -- committing ------------------------------------------------------------------------------------------------------------


def put(folder: Path, final: Path, content: bytes) -> bool:
    """Write a file as `_commit` does, in the place of one that holds anything else."""
    return _commit(folder, final, lambda part: part.write_bytes(content), instead=True)


def _commit(folder: Path, final: Path, write: Callable[[Path], object], instead: bool = False) -> bool:
    """Write a file so that it is there whole or not at all; return False if it already existed.

    Args:
        instead: True to take the place of a file that differs, which is not what was once written there.

    Raises:
        OutputError: the system refused; the temporary file is gone.
    """
    part = folder / "tmp" / f"{final.name}.{socket.gethostname()}.{os.getpid()}"
    first = False
    try:
        step("begin")
        for place in (part.parent, final.parent):
            place.mkdir(parents=True, exist_ok=True)
        write(part)
        step("written")
        _flush(part)
        step("flushed")
        first = _linked(part, final, instead)
        step("linked")
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        step("unlinked")
        _flush(final.parent)
        step("done")
    except OSError as error:
        raise OutputError(f"{final}: could not be written ({error.strerror or error}); run the command again to continue") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return first


def _linked(part: Path, final: Path, instead: bool) -> bool:
    """Give a whole file its final name; return False if that already existed."""
    try:
        os.link(part, final)
        return True
    except FileExistsError:
        pass
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if not final.exists():  # a file system without links: the same bytes may be put there twice, and nothing is lost
            os.replace(part, final)
            return True
    if not instead or filecmp.cmp(part, final, shallow=False):
        return False
    if final.is_dir():
        move_aside(part.parent.parent, str(final.relative_to(part.parent.parent)))
    os.replace(part, final)
    return True


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_away(folder: Path) -> None:
    """Remove temporary files of processes of this host that are gone."""
    host = socket.gethostname()
    for path in (Path(folder) / "tmp").glob(f"*.{host}.*"):
        pid = path.name.rsplit(".", 1)[-1]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc").exists():
            with contextlib.suppress(OSError):
                path.unlink()


def pending(store: Store, shard: tuple[int, int] | None = None) -> Iterator[int]:
    """Give the chunks that are planned and not there, of one shard (number from 1, of how many) or of all."""
    for chunk in np.flatnonzero(~store.done()).tolist():
        if shard is None or chunk % shard[1] == shard[0] - 1:
            yield chunk
