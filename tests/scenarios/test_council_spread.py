"""What councils differ in: people, measured services, draws."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.places.council_spread import MEASURES, shipped_spreads, spreads


def test_the_sources_of_an_invented_spread_are_found_again() -> None:
    """2,000 councils, of known variances: people 9, measured services 4, drawn services 1, chance 2 that no source may take."""
    lot = np.random.default_rng(1)
    people, measured = lot.normal(0, 3, (2000, 1)), lot.normal(0, 2, (2000, 1))
    average = people + lot.normal(0, np.sqrt(2), (2000, 3))
    own = average + measured + lot.normal(0, 1, (2000, 3))
    found = spreads(own[:, :, None], average[:, :, None], ["invented"])[0]
    assert found.sd == pytest.approx(np.sqrt(14), rel=0.05)
    assert (found.people, found.measured, found.drawn) == pytest.approx((9 / 14, 4 / 14, 1 / 14), abs=0.03)


def test_without_services_of_their_own_councils_differ_by_people_alone() -> None:
    average = np.random.default_rng(2).normal(0, 1, (50, 1)) * np.ones((50, 2))
    found = spreads(average[:, :, None], average[:, :, None], ["invented"])[0]
    assert (found.people, found.measured, found.drawn) == (1.0, 0.0, 0.0)


def test_the_shipped_table_has_every_measure_and_shares_that_add_up() -> None:
    rows = shipped_spreads()
    assert tuple(row.measure for row in rows) == MEASURES
    for row in rows:
        assert row.people + row.measured + row.drawn == pytest.approx(1, abs=0.001)
        assert 0 < row.sd < 0.2
