"""The directions that the seeds demand and the thesis itself, at reduced size; `make prove` runs the same at full size."""

from __future__ import annotations

import pytest

from experiments.comparing import Comparison
from tests.claims import CLAIMS, Claim, claim_effect, lag, run


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return run(population=4000, replicates=10)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.name)
def test_claim(comparison, claim: Claim) -> None:
    effect = claim_effect(comparison, claim)
    assert claim.holds(effect), f"{claim.words}: {effect[0]:+.4f} [{effect[1]:+.4f}, {effect[2]:+.4f}]"


def test_apathy_follows_service_with_a_lag(comparison) -> None:
    """Half of the rise takes months to come, and half of it months to go once service is restored."""
    assert 3 <= lag(comparison, fall=False) <= 24
    assert 3 <= lag(comparison, fall=True) <= 36


def test_pairing_saves_replicates(comparison) -> None:
    """Keyed draws take most of the chance out of a difference: at least half of the variance for what matters most."""
    effects = comparison.effects.set_index(["scenario", "measure"])["variance_reduction"]
    for name in ("participation", "apathy", "trust"):
        assert effects["restructuring", name] > 0.5
