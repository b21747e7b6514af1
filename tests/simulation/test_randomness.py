"""The keyed generator: known answers, and published tests on several orders of output and across neighbouring keys."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.kernels.randomness import bits, normal, pair_uniform, replicate_seed, stream, substream, uniform
from tests.prove.randomness_battery import ORDERS, battery, draws
from tests.reference import keyed

REDUCED = 2_000_000


def test_it_equals_its_plain_definition() -> None:
    key = int(stream(1, "needs: issue", 5))
    for identity in (0, 1, 77, 1 << 32, (1 << 32) * 3 + 5):
        assert int(bits(np.uint64(key), identity)) == keyed.bits(key, identity)
        assert uniform(np.uint64(key), identity) == keyed.uniform(key, identity)
        assert normal(np.uint64(key), identity) == pytest.approx(keyed.normal(key, identity), abs=1e-12)
        assert int(substream(np.uint64(key), identity)) == keyed.sub(key, identity)


def test_it_gives_the_published_numbers_of_splitmix64() -> None:
    """With state 0 the mixed sequence is splitmix64's own: Steele, Lea and Flood 2014, first outputs for seed 0."""
    first = [int(bits(np.uint64(0), n)) for n in (1, 2, 3)]
    assert first == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_a_pair_has_no_order_and_draws_lie_in_zero_to_one() -> None:
    key = stream(3, "pairs")
    assert pair_uniform(key, 5, 9) == pair_uniform(key, 9, 5) != pair_uniform(key, 5, 10)
    assert 0.0 <= min(uniform(key, n) for n in range(1000)) < max(uniform(key, n) for n in range(1000)) < 1.0


def test_streams_differ_by_every_part_of_their_name() -> None:
    keys = {int(stream(s, p, m, d)) for s in (0, 1) for p in ("a", "b") for m in (-1, 0, 1) for d in (0, 1)}
    assert len(keys) == 24
    assert len({replicate_seed(s, r) for s in range(50) for r in range(50)}) == 2500


@pytest.mark.parametrize("order", ORDERS)
def test_published_tests_pass(order) -> None:
    failed = {name: p for name, p in battery(draws(order, REDUCED)).items() if not 1e-5 < p < 1 - 1e-9}
    assert failed == {}


def test_the_battery_can_fail() -> None:
    """A known bad generator, RANDU, and a biased one are caught."""
    x, values = 1, []
    for _ in range(200_000):
        x = (65539 * x) % (1 << 31)
        values.append(x << 33)
    assert min(battery(np.array(values, dtype=np.uint64)).values()) < 1e-8
    biased = draws("people", 200_000) | np.uint64(1 << 63) * (np.arange(200_000) % 50 == 0).astype(np.uint64)
    assert min(battery(biased).values()) < 1e-6
