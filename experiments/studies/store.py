"""The store of a study: a plan that never changes, and one file a chunk, committed so that a kill at any step loses nothing.

A worker writes `tmp/<chunk>.<host>.<pid>`, flushes it, links it to its final name (there already: somebody else was first, and this copy is dropped),
removes the temporary name and flushes the folder. A chunk is there whole or not at all; what is planned and not there is still to be done.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.parameters import InputError

from ..output import OutputError
from ..provenance import code_commit, sources_hash, versions
from . import keeping
from .study import Study
from .work import Worked, work

VERSION = 2  # of the store; a newer one is refused, and an older one too: see `read_plan`
PLAN, STUDY, DESIGN = "plan.json", "study.pickle", "design.parquet"
COMPACT, COMPACT_SERIES = "runs.parquet", "series.parquet"
PARTS = (STUDY, DESIGN, "tmp", "chunks", "series")  # that a start which was killed may have left without a plan
CHUNK_SECONDS = 15.0  # what a chunk should take, by a rule that knows no clock
RESIDENT_MONTH = 0.4e-6
MONTH_COST, RUN_COST = 0.5e-3, 0.02
BURN_IN = 230
LEAST_CHUNKS = 32
SHARED = 10  # a world's runs are cut only into pieces that take at least so many times what its burn-in takes
MOST_IN_CHUNK = 5000
OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "write_statistics": True, "store_schema": False}


def _steps(_: str) -> None:
    """Called with the name of each step of a commit; tests put a kill here."""


step: Callable[[str], None] = _steps


def seconds_of(study: Study) -> tuple[float, float]:
    """Return roughly what a world's burn-in and a run cost, in seconds; of the study alone, so that every machine plans alike."""
    if study.measured is not None:
        return 0.0, 1e-3
    people = study.base.population
    month = MONTH_COST + RESIDENT_MONTH * people
    burn_in = BURN_IN if study.base.burn_in is None else study.base.burn_in
    return burn_in * month + 2e-6 * people + RUN_COST, study.months * month * (
        1.0 if not (study.series or study.at) else 1.5
    ) + RUN_COST / 4


@dataclass(frozen=True)
class Order:
    """In which order runs are done, and where chunks begin.

    Attributes:
        point, replicate: of each run in order, int64 and int32; its number is `point * replicates + replicate`.
        starts: first run of each chunk, and the end, int64 (chunks + 1,).
        worlds: how many worlds the runs are of, each to be burnt in once.
    """

    point: np.ndarray
    replicate: np.ndarray
    starts: np.ndarray
    worlds: int

    @property
    def shared(self) -> bool:
        """True if a world is that of two runs or more, on average."""
        return len(self.point) >= 2 * self.worlds

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return len(self.starts) - 1

    def runs(self, chunk: int, replicates: int) -> list[tuple[int, int, int]]:
        """Return run number, point and replicate of each run of a chunk."""
        part = slice(self.starts[chunk], self.starts[chunk + 1])
        points, repeats = self.point[part], self.replicate[part]
        return [(int(p) * replicates + int(r), int(p), int(r)) for p, r in zip(points, repeats, strict=True)]


def order_of(study: Study) -> Order:
    """Return runs in the order of worlds, so that those of one world lie together and share its burn-in."""
    table, replicates = study.table, study.replicates
    points = len(table)
    world = np.zeros(points, np.int64)
    for name in study.world_factors:
        codes, found = pd.factorize(table[name])
        world = world * len(found) + codes
    world = pd.factorize(world)[0].astype(np.int64)
    point = np.tile(np.arange(points, dtype=np.int64), replicates)
    replicate = np.repeat(np.arange(replicates, dtype=np.int32), points)
    group = world[point] * replicates + replicate
    order = np.argsort(group, kind="stable")
    point, replicate, group = point[order], replicate[order], group[order]
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    sizes = np.diff(np.append(first, len(group)))
    return Order(point, replicate, _starts(study, first, sizes), len(first))


def _starts(study: Study, first: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return where chunks begin: runs that share a world stay together, unless a burn-in more is little beside them."""
    burn_in, run = seconds_of(study)
    total = int(sizes.sum())
    seconds = min(CHUNK_SECONDS, max((len(sizes) * burn_in + total * run) / LEAST_CHUNKS, run))
    starts, cost, number = [0], 0.0, 0
    for begin, size in zip(first.tolist(), sizes.tolist(), strict=True):
        most = max(int((seconds - burn_in) / run), math.ceil(SHARED * burn_in / run), 1)
        pieces = max(-(-size // min(most, MOST_IN_CHUNK)), 1)
        for n in range(pieces):
            at, length = begin + n * size // pieces, (n + 1) * size // pieces - n * size // pieces
            own = burn_in + length * run
            if number and (cost + own > seconds or number + length > MOST_IN_CHUNK):
                starts.append(at)
                cost, number = 0.0, 0
            cost, number = cost + own, number + length
    return np.append(np.array(starts, dtype=np.int64), total)


class Store:
    """A folder that holds a study's runs.

    Args:
        folder: where; `open` or `create` check it first.
    """

    def __init__(self, folder: Path, plan: dict[str, Any], study: Study) -> None:
        self.folder, self.plan, self.study = folder, plan, study

    @classmethod
    def create(cls, folder: Path, study: Study, command: str) -> Store:
        """Return the store of a study: made now, or there from before and of the very same study.

        Raises:
            InputError: the folder holds another study (the difference is shown), a newer store, or something else.
        """
        folder = Path(folder)
        if not (folder / PLAN).exists():
            strange = [p for p in folder.iterdir() if p.name not in PARTS and p.name[0] != "."] if folder.exists() else []
            if strange:
                raise InputError(f"{folder}: holds other files; take an empty or a new folder")
            for name in ("tmp", "chunks", "series"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            order = order_of(study)
            plan = {
                "version": VERSION, "study": study.declared, "sources": sources_hash(), "runs": study.planned, "chunks": order.chunks, "command": command,
                "versions": versions(), "code_commit": code_commit(), "attribution": study.base.place.attribution if hasattr(study.base.place, "attribution") else "",
                "columns": list(study.columns),
            }  # fmt: skip
            _commit(folder, folder / STUDY, lambda part: part.write_bytes(keeping.kept(study)))
            design = pa.Table.from_pandas(study.table, preserve_index=False)
            _commit(folder, folder / DESIGN, lambda part: pq.write_table(design.replace_schema_metadata(None), part, **OPTIONS))
            _commit(folder, folder / PLAN, lambda part: part.write_text(json.dumps(plan, indent=1)))
        store = cls.open(folder)
        store._refuse_another(study)
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Return the store in a folder.

        Raises:
            InputError: there is none, or one of a newer or an older version.
        """
        folder = Path(folder)
        plan = read_plan(folder)
        try:
            content = (folder / STUDY).read_bytes()
        except OSError as error:
            raise InputError(f"{folder / STUDY}: cannot be read ({error.strerror})") from None
        return cls(folder, plan, keeping.read(content, plan["study"].get("measured"), folder))

    def _refuse_another(self, study: Study) -> None:
        now, then = json.loads(json.dumps(study.declared)), self.plan["study"]
        if now != then:
            changed = [_difference(k, then.get(k), now.get(k)) for k in sorted({*now, *then}) if now.get(k) != then.get(k)]
            raise InputError(
                f"{self.folder}: holds another study; {'; '.join(changed)}. Take another --out, or the study as it was"
            )
        if self.plan["sources"] != sources_hash():
            commit = self.plan.get("code_commit") or "another version"
            raise InputError(f"{self.folder}: was begun with other code ({commit}); results would mix. Take another --out")

    @cached_property
    def order(self) -> Order:
        """The order of runs and the chunks."""
        return order_of(self.study)

    @property
    def chunks(self) -> int:
        """Number of chunks that are planned."""
        return int(self.plan["chunks"])

    def name(self, chunk: int) -> str:
        """Return the file name of a chunk."""
        return f"{chunk:07d}.parquet"

    def done(self) -> np.ndarray:
        """Return which chunks are there, bool (chunks,); one look at the folder, whatever the number of runs."""
        found = np.zeros(self.chunks, dtype=bool)
        with os.scandir(self.folder / "chunks") as entries:
            for entry in entries:
                if entry.name.endswith(".parquet") and entry.name[:7].isdigit():
                    found[int(entry.name[:7])] = True
        if (self.folder / COMPACT).exists():
            found[:] = True
        return found

    def has(self, chunk: int) -> bool:
        """Return True if a chunk is there."""
        return (self.folder / "chunks" / self.name(chunk)).exists() or (self.folder / COMPACT).exists()

    def commit(self, chunk: int, worked: Worked) -> bool:
        """Keep a chunk; return False if somebody else was first.

        Raises:
            OutputError: the system refused, on a full disk, say; nothing is left under the name.
        """
        if worked.series is not None:  # before the runs: a chunk whose runs are there is whole
            series = worked.series
            _commit(self.folder, self.folder / "series" / self.name(chunk), lambda part: pq.write_table(series, part, **OPTIONS))
        return _commit(
            self.folder, self.folder / "chunks" / self.name(chunk), lambda part: pq.write_table(worked.runs, part, **OPTIONS)
        )

    def files(self, table: str) -> list[Path]:
        """Return the files that hold a table, `runs` or `series`, in order."""
        compact = self.folder / (COMPACT if table == "runs" else COMPACT_SERIES)
        if compact.exists():
            return [compact]
        return sorted((self.folder / ("chunks" if table == "runs" else "series")).glob("[0-9]*.parquet"))

    def table(self, table: str = "runs") -> pa.Table:
        """Return all that is there of `runs` or `series`, in the order of runs.

        Raises:
            InputError: the study keeps no series.
        """
        if table == "series" and not self.study.series:
            raise InputError(f"{self.folder}: the study keeps no series; give it series: true")
        files = self.files(table)
        if not files:
            nothing = work(self.study, [])
            return nothing.runs if nothing.series is None or table == "runs" else nothing.series
        whole = pa.concat_tables([pq.read_table(f) for f in files])
        keys = [("run_id", "ascending")] + ([("month", "ascending")] if table == "series" else [])
        return whole.sort_by(keys)  # stable: measures stay in the study's order

    def failed(self) -> int:
        """Return the number of runs that failed."""
        return int(
            sum(
                (pq.read_table(f, columns=["status"])["status"].to_numpy(zero_copy_only=False) == "failed").sum()
                for f in self.files("runs")
            )
        )


def _difference(name: str, then: Any, now: Any) -> str:
    """Return in words what differs; of what is told by identities only, which parts."""
    if name in ("base", "named") and isinstance(then, dict) and isinstance(now, dict):
        parts = [part for part in {**then, **now} if then.get(part) != now.get(part)]
        return f"{name}: other {', '.join(parts)}"
    return f"{name}: {_short(then)} there, {_short(now)} now"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 90 else text[:87] + "..."


def read_plan(folder: Path) -> dict[str, Any]:
    """Return the plan of a store.

    Raises:
        InputError: there is none, or a newer or an older program made it.
    """
    path = Path(folder) / PLAN
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder}: holds no study; make one with: groundswell sweep STUDY.yaml --out {folder}") from None
    except (json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if not isinstance(plan, dict) or plan.get("version", 0) > VERSION:
        version = plan.get("version") if isinstance(plan, dict) else "?"
        raise InputError(f"{folder}: is a store of version {version}; this program reads up to {VERSION}. Take the newer program")
    if plan.get("version", 0) < VERSION:
        raise InputError(
            f"{folder}: was made by an older program, which took two studies for the same where only services, forms or steps of one's own "
            "differed: its results may be of two different worlds. Run the study again with another --out, or read it with the program that made it"
        )
    return plan


def _commit(folder: Path, final: Path, write: Callable[[Path], object]) -> bool:
    """Write a file so that it is there whole or not at all; return False if it was there already.

    Raises:
        OutputError: the system refused; the temporary file is gone.
    """
    part = folder / "tmp" / f"{final.name}.{socket.gethostname()}.{os.getpid()}"
    first = False
    try:
        step("begin")
        write(part)
        step("written")
        _flush(part)
        step("flushed")
        try:
            os.link(part, final)
            first = True
        except FileExistsError:
            pass
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            if not final.exists():  # a file system without links: the same bytes may be put there twice, and nothing is lost
                os.replace(part, final)
                first = True
        step("linked")
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        step("unlinked")
        _flush(final.parent)
        step("done")
    except OSError as error:
        raise OutputError(f"{final}: could not be written ({error.strerror or error}); run the command again to go on") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return first


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
