"""Results that are kept on disk."""

from __future__ import annotations

import numpy as np

from dashboards.questions.question import Column, Question, Tried
from dashboards.results import kept
from experiments.comparison.compare import compare, courses
from experiments.reports.report import render
from experiments.serving.growing_comparison import FIRST_REPLICATES, Known
from experiments.serving.tasks import Replicate
from simulation.measures.recorder import GROUPINGS


def test_a_kept_result_is_the_same_bytes_in_the_same_order_and_gives_the_report_of_the_command_line(tmp_path) -> None:
    """The order in memory decides how sums round: it is part of what must be the same."""
    question = Question(
        columns=(Column(), Column((Tried("closing-the-loop"),))), population=200, months=12, replicates=FIRST_REPLICATES
    )
    order = question.order
    whole = compare(*order.scenarios, replicates=FIRST_REPLICATES, months=12, seed=order.seed)
    (tmp_path / "kept.npz").write_bytes(kept.packed(question, whole))
    kept.write_first_look(tmp_path / "first.npz", question, whole)
    assert (tmp_path / "first.npz").stat().st_size < (tmp_path / "kept.npz").stat().st_size
    expected = ""
    for name in ("kept", "first"):
        read = kept.read(tmp_path / f"{name}.npz")
        assert read is not None
        asked, again = read
        assert asked == question
        for mine, other in [
            (whole.results, again.results),
            (whole.series, again.series),
            *((whole.by[g], again.by[g]) for g in GROUPINGS),
        ]:
            assert other.flags.c_contiguous
            assert np.array_equal(mine, other, equal_nan=True)
        assert not expected or again.command == whole.command
        whole.command = again.command
        expected = expected or render(whole)
        assert render(again) == expected
    known = Known()
    assert kept.make_first_look_known(known, tmp_path / "first.npz")
    last = Replicate(
        FIRST_REPLICATES - 1, order.seed, order.months, courses(len(order.scenarios)), order.posterior, small=order.first
    )
    part = known.get(known.keys(order.scenarios)[0], last)
    assert part is not None
    assert np.array_equal(part.series, whole.series[-1, 0], equal_nan=True)


def test_a_damaged_first_look_is_none_and_no_exception(tmp_path) -> None:
    content = bytearray(kept.FIRST_LOOK.read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "bad.npz").write_bytes(content)
    assert kept.read(tmp_path / "bad.npz") is None
    assert not kept.make_first_look_known(Known(), tmp_path / "bad.npz")
    assert not kept.make_first_look_known(Known(), tmp_path / "none.npz")
