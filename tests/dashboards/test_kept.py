"""Results that are kept on disk."""

from __future__ import annotations

import numpy as np

from dashboards import kept
from dashboards.questions import Question
from experiments.comparing import compare, courses
from experiments.serving.comparing import FIRST_REPLICATES, Known
from experiments.serving.tasks import Replicate
from simulation.recorder import GROUPINGS


def test_a_shipped_result_is_smaller_and_reads_as_the_same_bytes_in_the_same_order(tmp_path) -> None:
    """The order in memory decides how sums round: a page over a shipped result shows what the command line works out."""
    question = Question(population=200, months=12, replicates=2)
    order = question.order
    whole = compare(*order.scenarios, replicates=2, months=12, seed=order.seed)
    small = compare(*order.scenarios, replicates=FIRST_REPLICATES, months=12, seed=order.seed)
    kept.write(tmp_path / "one.npz", question, whole, small)
    found = kept.read(tmp_path / "one.npz")
    assert found is not None
    asked, again = found
    assert asked == question
    assert (tmp_path / "one.npz").stat().st_size < len(kept.packed(question, whole))
    for mine, other in [
        (whole.results, again.results),
        (whole.series, again.series),
        *((whole.by[g], again.by[g]) for g in GROUPINGS),
    ]:
        assert other.flags.c_contiguous
        assert np.array_equal(mine, other, equal_nan=True)
    known = Known()
    kept.make_known(known, tmp_path / "one.npz")
    last = Replicate(
        FIRST_REPLICATES - 1, order.seed, order.months, courses(len(order.scenarios)), order.posterior, small=order.first
    )
    part = known.get(known.keys(order.scenarios)[0], last)
    assert part is not None
    assert np.array_equal(part.series, small.series[-1, 0], equal_nan=True)


def test_a_damaged_shipped_result_is_none_and_no_exception(tmp_path) -> None:
    path = next(kept.SHIPPED.glob("*.npz"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "bad.npz").write_bytes(content)
    assert kept.read(tmp_path / "bad.npz") is None
