"""Inputs made from a known truth and disfigured as real files are: each is read as the truth, or refused in words; none is read wrongly.

2,000 of them here, 20,000 in `make prove`. Most must be read, or refusing everything would pass.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from . import records, surveys, ties, wards
from .case import Case

KINDS: dict[str, Callable[[random.Random, Path], Case]] = {
    "records": records.make, "surveys": surveys.make, "ties": ties.make, "wards": wards.make,
}  # fmt: skip
LEAST_RIGHT = 0.95
NUMBERS = {"records": 200, "surveys": 240, "ties": 1460, "wards": 100}  # by what each takes to read
TIMES = [1, pytest.param(10, marks=[pytest.mark.prove, pytest.mark.timeout(7200)])]


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_is_the_truth_or_is_refused(tmp_path, kind: str, times: int) -> None:
    number = times * NUMBERS[kind]
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for n in range(number):
        folder = tmp_path / str(n)
        folder.mkdir()
        case = KINDS[kind](random.Random(f"{kind} {n}"), folder)
        outcome = case.outcome()
        outcomes[outcome.split(":")[0]] += 1
        if outcome.startswith("wrong"):
            wrong.append(f"{n} ({', '.join(case.marks)}): {outcome[:300]}")
        for path in folder.iterdir():
            path.unlink()
    assert not wrong, f"{len(wrong)} of {number} were read wrongly:\n" + "\n".join(wrong[:10])
    assert outcomes["right"] >= LEAST_RIGHT * number, outcomes


def test_a_wrong_reading_would_be_seen(tmp_path) -> None:
    case = surveys.make(random.Random(1), tmp_path)
    off = Case(case.path, case.marks, {**case.truth, "segments": case.truth["segments"] + 1}, case.read)
    assert case.outcome() == "right"
    assert off.outcome().startswith("wrong")
