"""2,000 inputs that are damaged or made up: each gives a result or one clear error, exit code 2, and leaves nothing behind. `make prove` tries 100,000."""

from __future__ import annotations

import pytest

from .fuzzing import faults
from .kinds import KINDS

COUNT = 2_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_input_gives_a_result_or_one_clear_error(kind) -> None:
    found = faults(round(COUNT * KINDS[kind][1]), first=1_000_000, only=kind)
    assert not found, "\n".join(f"{len(examples)}: {examples[0]}" for examples in found.values())


def test_all_inputs_are_shared_out() -> None:
    assert sum(share for _, share in KINDS.values()) == pytest.approx(1.0)
