"""Results that are kept: whole comparisons on disk, by what was asked and by which code, and what pages draw of them in memory."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import lzma
import re
import threading
import zipfile
import zlib
from collections import OrderedDict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from experiments.comparison.compare import courses
from experiments.comparison.comparison import Comparison
from experiments.comparison.replicates import ScenarioResult
from experiments.output import OutputError, whole_file
from experiments.provenance import sources_hash
from experiments.serving import Known, Order
from experiments.serving.page_document import document
from experiments.serving.result_records import Stage
from experiments.serving.tasks import Replicate
from scenarios.plugins import available_measures, plugin_measures
from simulation.declared.parameters import InputError
from simulation.identity import identity
from simulation.measures.recorder import GROUPINGS

from ..own_data import own_places
from ..questions.question import Question, command, from_query
from ..safeguards.boundary import note
from ..safeguards.private import close_off, private_folder, write_private

SHIPPED = Path(__file__).parent / "shipped"
FIRST_LOOK = SHIPPED / "first-look.npz"
MOST_KEPT, MOST_SHOWN = 300, 60
DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


@cache
def code() -> str:
    """Return what tells results of one code from those of another; measures of other packages are code too."""
    from scenarios.evidence.posterior import shipped

    return identity((sources_hash(), shipped().name, plugin_measures()))[:12]


def key_of(question: Question) -> str:
    """Return the name of a question's result: the identity of what is compared, whatever names places and files have, and of the code."""
    return _key(question.with_(budget=None), code())


@lru_cache(maxsize=256)
def _key(question: Question, code: str) -> str:
    try:
        asked: Any = question.order
    except InputError:
        asked = question.query()  # it has no result
    # an own place by its name too, so that its results go when it is deleted, and show its title alone
    own = question.place if own_places.is_own(question.place) else ""
    return identity((code, asked, own))[:24]


def shown(comparison: Comparison, stage: Stage, planned: int, question: Question) -> bytes:
    """Return what a page draws, as compressed JSON; the command is the one that the page gives."""
    comparison.command = command(question)
    return gzip.compress(json.dumps(document(comparison, stage, planned), allow_nan=False).encode(), 1)


class Kept:
    """Results of one server.

    Args:
        folder: where whole results are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        for old in folder.glob("*.npz"):
            close_off(old)
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._shown: OrderedDict[str, tuple[bytes, str]] = OrderedDict()

    def show(self, name: str, content: bytes, place: str) -> None:
        """Keep in memory what a page draws of a place, under `key` or `key-stage`."""
        with self._lock:
            self._shown[name] = content, place
            self._shown.move_to_end(name)
            while len(self._shown) > MOST_SHOWN:
                self._shown.popitem(last=False)

    def page(self, name: str) -> bytes | None:
        """Return what a page draws, from memory or from what is kept on disk."""
        with self._lock:
            drawn = self._shown.get(name)
        if drawn is None and "-" not in name:
            loaded = self.load(name)
            if loaded is not None:
                question, comparison = loaded
                drawn = shown(comparison, "whole", comparison.replicates, question), question.place
                self.show(name, *drawn)
        return drawn and drawn[0]

    def has(self, key: str) -> bool:
        """Return True if a whole result is there."""
        return self._path(key) is not None

    def _path(self, key: str) -> Path | None:
        if not re.fullmatch(r"[0-9a-z]{1,64}", key):
            return None
        path = self._folder / f"{key}.npz"
        return path if path.exists() else None

    def save(self, question: Question, comparison: Comparison) -> None:
        """Keep a whole result; the oldest beyond a number are removed. Nothing is kept of a place that was deleted meanwhile, nor on a full disk."""
        content = packed(question, comparison)
        with self._writing:
            if own_places.is_own(question.place) and not own_places.is_there(question.place):
                return
            try:
                write_private(self._folder / f"{key_of(question)}.npz", content)
            except OutputError as error:  # it takes no answer from who waits for it
                note("a result could not be kept", error)
                return
        files = sorted(self._folder.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for old in files[: max(len(files) - MOST_KEPT, 0)]:
            with contextlib.suppress(OSError):
                old.unlink()

    def forget(self, place: str) -> int:
        """Remove every result of an own place, from memory and disk; return how many whole ones there were."""
        with self._lock:
            for name in [n for n, (_, of) in self._shown.items() if of == place]:
                del self._shown[name]
        with self._writing:
            paths = [path for path in self._folder.glob("*.npz") if _place_of(path) in (place, None)]
            for path in paths:
                path.unlink(missing_ok=True)
        return len(paths)

    def load(self, key: str) -> tuple[Question, Comparison] | None:
        """Return a kept result; None where there is none."""
        path = self._path(key)
        return None if path is None else read(path)

    def tell(self, known: Known, key: str) -> None:
        """Make the single runs of a kept result known, so that only what differs from it is run."""
        loaded = self.load(key)
        if loaded is not None:
            _make_known(known, *loaded)


def _place_of(path: Path) -> str | None:
    """Return the place that a kept result is of; None where the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return dict(parse_qsl(json.loads(str(arrays["meta"]))["query"])).get("place", "")
    except DAMAGED:
        return None


def packed(question: Question, comparison: Comparison) -> bytes:
    """Return a comparison as the bytes of a file of arrays."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **_arrays(question, comparison))
    return buffer.getvalue()


def _arrays(question: Question, comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as arrays, and what they are of."""
    arrays: dict[str, Any] = {"results": comparison.results, "series": comparison.series}
    arrays |= {f"by_{grouping}": table for grouping, table in comparison.by.items()}
    if comparison.again is not None:
        arrays["again"] = comparison.again
        arrays |= {f"again_by_{grouping}": table for grouping, table in (comparison.again_by or {}).items()}
    if comparison.again_series is not None:
        arrays["again_series"] = comparison.again_series
    meta = {
        "key": key_of(question),
        "query": question.with_(budget=None).query(),
        "code": code(),
        "warnings": list(comparison.warnings),
        "posterior": comparison.posterior,
    }
    return arrays | {"meta": np.array(json.dumps(meta))}


def read(path: Path) -> tuple[Question, Comparison] | None:
    """Return a kept comparison; None where the file is damaged or of other code."""
    try:
        with np.load(
            path, allow_pickle=False
        ) as file:  # their last axis together in memory as `compare` leaves them: sums round alike
            held = {name: file[name] if name == "meta" else np.ascontiguousarray(file[name]) for name in file}
        meta = json.loads(str(held["meta"]))
        if meta["code"] != code():
            return None
        question = from_query(meta["query"])
        if meta["key"] != key_of(question):  # its place was changed since
            return None
        order, by = question.order, {g: held[f"by_{g}"] for g in GROUPINGS}
        measures = available_measures(tuple(s.name for s in order.scenarios[0].services))
        again, again_by = held.get("again"), {g: held[f"again_by_{g}"] for g in GROUPINGS if f"again_by_{g}" in held}
        return question, Comparison(
            order.scenarios,
            question.seed,
            question.months,
            held["results"],
            by,
            held["series"],
            tuple(meta["warnings"]),
            command(question),
            True,
            measures,
            meta["posterior"],
            again,
            again_by or None,
            held.get("again_series"),
        )
    except DAMAGED:
        return None


def write_first_look(path: Path, question: Question, small: Comparison) -> None:
    """Write the runs of a question's first answer, as small as they go without losing a bit: they travel in every wheel."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, array in _arrays(question, small).items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # of no date, so that the same runs are the same bytes
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(array, order="F"), allow_pickle=False)  # a measure's values lie together


def make_first_look_known(known: Known, path: Path) -> bool:
    """Make the runs of a question's first answer known, so that it is there at once; return False where they are damaged or of other code."""
    loaded = read(path)
    if loaded is not None:
        _make_known(known, *loaded, small=loaded[0].order.first)
    return loaded is not None


def _make_known(known: Known, question: Question, comparison: Comparison, small: int = 0) -> None:
    order = question.order
    for n in range(comparison.replicates):
        task = Replicate(n, order.seed, order.months, courses(len(order.scenarios)), order.posterior, small=small)
        tables = {grouping: table[n] for grouping, table in comparison.by.items()}
        _put(known, order, task, comparison.results[n], tables, comparison.series[n])


def _put(known: Known, order: Order, task: Replicate, results: np.ndarray, by: dict[str, np.ndarray], series: np.ndarray) -> None:
    for n, key in enumerate(known.keys(order.scenarios)):
        known.put(key, task, ScenarioResult(results[n].copy(), {g: t[n].copy() for g, t in by.items()}, series[n].copy(), ()))
