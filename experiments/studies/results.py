"""The contents of a store, for people and programs: tables, SQL, one compact file, live progress, and a repeated sample."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scenarios.plugins import available_measures
from simulation.declared.parameters import InputError
from simulation.kernels.randomness import stream, uniforms_of
from simulation.measures.recorder import WINDOW

from ..extras import advice
from .ledger import LEDGER
from .runs.work import work
from .store import Store
from .values import OPTIONS

LISTED = 8  # points named where a value is missing
READING = "SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN"
READS = ("SELECT", "EXPLAIN", "MULTI")  # kinds of statement that read, as DuckDB names them; several in one are a PIVOT


@dataclass(frozen=True)
class Missing:
    """Where a study has no value of a measure: a share of nobody, a failed run, or less than twelve months.

    Attributes:
        measure: its column in `runs`.
        points: numbers of the points that have no value in any replicate.
        planned: number of points.
        runs, done: runs that were done and have no value, of all that were done.
        why: the reason, where it is the measure itself.
    """

    measure: str
    points: tuple[int, ...]
    planned: int
    runs: int
    done: int
    why: str = ""

    def words(self, of: str = "") -> str:
        """Return what is missing in words, empty for nothing; of several measures that lack the same where their names are given."""
        subject = of or f"{self.measure} is"
        if len(self.points) == self.planned:
            return f"{subject} missing at all {self.planned} points{self.why}"
        if self.points:
            more = f" and {len(self.points) - LISTED} more" if len(self.points) > LISTED else ""
            listed = ", ".join(map(str, self.points[:LISTED]))
            return f"{subject} missing at {len(self.points)} of {self.planned} points ({listed}{more}){self.why}"
        if self.runs:
            return f"{subject} missing in {self.runs} of {self.done} runs; points are means over the others"
        return ""


def missing_words(missing: Iterable[Missing]) -> list[str]:
    """Return in words what measures lack; those that lack the same share a sentence."""
    alike: dict[tuple, list[Missing]] = {}
    for one in missing:
        if one.words():
            alike.setdefault((one.points, one.runs, one.why), []).append(one)
    told = []
    for first, *others in alike.values():
        names = [first.measure, *(one.measure for one in others)]
        told.append(first.words(f"{', '.join(names[:-1])} and {names[-1]} are" if others else ""))
    return told


class Results:
    """The results of a study.

    Args:
        folder: of the store.
    """

    def __init__(self, folder: Path | str) -> None:
        self.store = Store.open(Path(folder))
        self.study = self.store.study

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run: `run_id, point, replicate`, factors, measures, `status, stage, error, traceback`."""
        return self.store.table("runs").to_pandas()

    @property
    def series(self) -> pd.DataFrame:
        """One row per run, month and measure, where the study keeps them."""
        return self.store.table("series").to_pandas()

    @property
    def points(self) -> pd.DataFrame:
        """One row per point: factors, and each measure's mean over replicates that are done, with its standard error."""
        done = self.runs[self.runs["status"] == "done"]
        names = list(self.study.columns)
        grouped = done.groupby("point")
        mean, number = grouped[names].mean(), grouped.size()
        error = grouped[names].std().div(np.sqrt(number), axis=0).add_suffix("_error")
        return self.study.table.join(mean, how="right").join(error).assign(replicates=number)

    @property
    def missing(self) -> dict[str, Missing]:
        """Where each measure has no value, by its column in `runs`; values that are not finite are none."""
        study, runs = self.study, self.runs
        done = runs[runs["status"] == "done"]
        known = {} if study.measured else available_measures(tuple(s.name for s in study.base.services))
        found = {}
        for column in study.columns:
            lacking = ~np.isfinite(done[column].to_numpy(float))
            points = np.setdiff1d(np.arange(len(study.table)), done["point"].to_numpy()[~lacking])
            name, _, month = column.removesuffix("_effect").partition("@")
            early = name in known and known[name].twelve_months and int(month or study.months) < WINDOW
            why = ", as it covers the last twelve months" if early else ""
            found[column] = Missing(column, tuple(map(int, points)), len(study.table), int(lacking.sum()), len(done), why)
        return found

    @property
    def complete(self) -> bool:
        """True if every chunk is there."""
        return bool(self.store.done().all())

    @property
    def provenance(self) -> dict[str, Any]:
        """The plan: study, versions, commit, attribution and the command that began it."""
        return self.store.plan

    def sql(self, query: str) -> pd.DataFrame:
        """Return the answer to a query over the tables `runs` and `series` (DuckDB).

        Raises:
            InputError: the query is wrong (with DuckDB's message), or does anything but read.
        """
        try:
            import duckdb
        except ImportError:
            raise InputError(f"results: SQL needs DuckDB; {advice('analysis')}") from None
        tables = {"runs": self.store.table("runs")}
        if self.study.series and "series" in query.lower():  # large: read only where it is asked for
            tables["series"] = self.store.table("series")
        with duckdb.connect(
            ":memory:", config={"threads": 1}
        ) as connection:  # one order of summation, so that every call gives the same digits
            for name, table in tables.items():
                connection.register(name, table)
            connection.execute("SET enable_external_access = false")  # the tables, and no file
            try:
                if [statement.type.name in READS for statement in connection.extract_statements(query)] != [True]:
                    raise InputError(f"results: '{' '.join(query.split())[:60]}'; allowed: one query that reads: {READING}")
                return connection.sql(query).df()
            except (duckdb.Error, AttributeError, ValueError, OverflowError, NotImplementedError) as error:
                said = (
                    re.sub(r'\s*Did you mean "[^"]*"\?', "", " ".join(str(error).split()))
                    if "Table with name" in str(error)
                    else str(error)
                )
                raise InputError(
                    f"results: {' '.join(said.split())}; tables: runs{', series' if self.study.series else ''}"
                ) from None

    def to_parquet(self, path: Path | str) -> None:
        """Write `runs` as one Parquet file."""
        pq.write_table(self.store.table("runs"), path, **OPTIONS)

    def _repr_html_(self) -> str:
        there, planned = int(self.store.done().sum()), self.store.chunks
        return f"<p>{self.study.name}: {progress_words(there, planned, self.study.planned)}</p>" + self.points.head(20).to_html()


def progress_words(there: int, chunks: int, runs: int) -> str:
    """Return in words how much of a study is complete, from the numbers of chunks that are there and of all, and of planned runs."""
    if there == chunks:
        return f"all {runs:,} runs are complete" if runs != 1 else "the one run is complete"
    if not there:
        return f"no run is complete yet, of {runs:,} planned"
    return f"{there:,} of {chunks:,} chunks are complete; {runs:,} runs are planned in total"


def compact(store: Store) -> list[Path]:
    """Join all chunks into `runs.parquet` (and `series.parquet`), and remove them; nothing is lost at a kill.

    Raises:
        InputError: chunks are missing, or damaged.
    """
    lacking = int((~store.whole().done).sum())
    if lacking:
        raise InputError(
            f"{store.folder}: {lacking:,} chunk{'s are' if lacking != 1 else ' is'} missing; run the sweep to its end first"
        )
    made: list[Path] = []
    if store.pieces() != [None]:
        names = store.ledger.names(None)
        store.keep(None, {name: store.table(table) for name, table in zip(names, ("runs", "series"), strict=False)})
        made = [store.folder / name for name in names]
    for chunk in range(store.chunks):  # the entry first: what has none is a leftover
        for name in (f"{LEDGER}/{store.ledger.name(chunk)}", *store.ledger.names(chunk)):
            (store.folder / name).unlink(missing_ok=True)
    return made


def verify_runs(store: Store, sample: int, seed: int, progress: Callable[[int, int | None], None] | None = None) -> list[int]:
    """Run a random sample of runs again, each by itself, and return the numbers of those whose bytes differ, in `runs` or in `series`.

    Raises:
        InputError: nothing is there yet, or a file is damaged.
    """
    table = store.table("runs")
    if not len(table):
        raise InputError(f"{store.folder}: there are no runs yet")
    series = store.table("series") if store.study.series else None
    lot = uniforms_of(np.arange(len(table), dtype=np.int64), stream(seed, "verify"))
    differing = []
    chosen = np.sort(np.argsort(lot, kind="stable")[:sample])
    for n, row in enumerate(chosen.tolist()):
        if progress:
            progress(n, len(chosen))
        kept = table.slice(row, 1)
        run, point, replicate = (kept[name][0].as_py() for name in ("run_id", "point", "replicate"))
        again = work(store.study, [(run, point, replicate)], keep=False)
        same = _bytes(kept) == _bytes(again.runs)
        if same and series is not None and again.series is not None:
            same = _bytes(series.filter(pc.equal(series["run_id"], run))) == _bytes(again.series)
        if not same:
            differing.append(run)
    if progress:
        progress(len(chosen), len(chosen))
    return differing


def _bytes(table: pa.Table) -> bytes:
    """Return a table's content as bytes, without its surroundings in memory."""
    sink = pa.BufferOutputStream()
    copied = pa.Table.from_pydict(
        {name: table[name].to_pylist() for name in table.column_names}, schema=table.schema.remove_metadata()
    )
    with pa.ipc.new_stream(sink, copied.schema) as writer:
        writer.write_table(copied)
    return sink.getvalue().to_pybytes()


def watch(store: Store, every: float = 2.0) -> Iterator[tuple[int, int, int]]:
    """Give chunks there, planned, and runs that failed, as they change, until all are there.

    Raises:
        InputError: a file is damaged.
    """
    counted = np.zeros(store.chunks, dtype=bool)
    failed = 0
    while True:
        pieces = store.pieces()
        done = counted | True if pieces == [None] else store.done()
        if pieces == [None]:
            failed = store.failed_in(pieces)
        else:
            failed += store.failed_in(np.flatnonzero(done & ~counted).tolist())
        counted |= done
        there = int(done.sum())
        yield there, store.chunks, failed
        if there == store.chunks:
            return
        time.sleep(every)
