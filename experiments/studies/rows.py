"""The rows of a chunk: exactly those that the plan's order gives it. A correct checksum does not protect against content sealed by somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .order import Order
from .runs.work import DONE, FAILED
from .study import Study
from .tables import Unfit, table_of

RUN = ("run_id", "point", "replicate")
OTHER = "contains different runs from the plan"


def misfit(
    study: Study, order: Order, schemas: Sequence[pa.Schema], chunk: int | None, contents: Sequence[bytes]
) -> tuple[int, str] | None:
    """Return which of a chunk's files does not fit the plan (0 runs, 1 series) and why; None where all do.

    Args:
        study: of the store.
        order: its order of runs.
        schemas: columns and types of `runs` and, where the study keeps it, `series`.
        chunk: number; None for the compact store, which holds all runs by their number.
        contents: of its files, runs first.
    """
    part = slice(None) if chunk is None else slice(order.starts[chunk], order.starts[chunk + 1])
    point, replicate = order.point[part], order.replicate[part].astype(np.int64)
    run = point * study.replicates + replicate
    if chunk is None:
        by_number = np.argsort(run)
        run, point, replicate = run[by_number], point[by_number], replicate[by_number]
    number = 0
    try:
        done = _done(study, contents[0], schemas[0], {"run_id": run, "point": point, "replicate": replicate})
        number = 1
        if study.series:
            _check_series(study, contents[1], schemas[1], run[done])
    except Unfit as error:
        return number, str(error)
    return None


def _done(study: Study, content: bytes, schema: pa.Schema, wanted: dict[str, np.ndarray]) -> np.ndarray:
    """Return which runs of a file were done, bool (runs,).

    Raises:
        Unfit: it holds other rows than those wanted, or points that are not the design's.
    """
    rows = len(wanted["run_id"])
    factors = [one for one in study.factors if one.name not in RUN]
    written = table_of(content, rows, [*RUN, "status", *(one.name for one in factors)], schema)
    if written.num_rows != rows:
        raise Unfit(f"{OTHER}: {written.num_rows:,} of {rows:,}")
    for name, numbers in wanted.items():
        if not np.array_equal(_whole(written.column(name)), numbers):
            raise Unfit(OTHER)
    for one in factors:
        values = study.table[one.name].to_numpy()[wanted["point"]]
        try:
            planned = pa.array(values, pa.float64() if one.numeric else pa.string())
        except (pa.ArrowException, ValueError, TypeError):
            planned = None
        if planned is None or not written.column(one.name).combine_chunks().equals(planned):
            raise Unfit(f"contains points that are not in the design: {one.name}")
    status = written.column("status")
    if not pc.all(pc.is_in(status, pa.array([DONE, FAILED])), min_count=0).as_py():
        raise Unfit("contains an unknown status")
    return pc.equal(status, DONE).to_numpy()


def _check_series(study: Study, content: bytes, schema: pa.Schema, done: np.ndarray) -> None:
    """Raise `Unfit` where a series holds other runs, months or measures than those of the runs that were done."""
    months, names = study.months, list(study.measures)
    rows = len(done) * months * len(names)
    written = table_of(content, rows, ["run_id", "month", "measure"], schema)
    if written.num_rows != rows:
        raise Unfit(f"{OTHER}: {written.num_rows:,} values of {rows:,}")
    shape = (len(done), months, len(names))
    run, month = (_whole(written.column(name)).reshape(shape) for name in ("run_id", "month"))
    same = (run == done[:, None, None]).all() and (month == np.arange(1, months + 1)[None, :, None]).all()
    index = pc.index_in(written.column("measure"), pa.array(names)).fill_null(-1).to_numpy().reshape(shape)
    if not same or not (index == np.arange(len(names))).all():
        raise Unfit(OTHER)


def _whole(column: pa.ChunkedArray) -> np.ndarray:
    """Return whole numbers; `Unfit` for anything else, and where one is missing."""
    if not pa.types.is_integer(column.type) or column.null_count:
        raise Unfit(OTHER)
    return column.to_numpy()
