"""The directions that the seeds demand and the thesis itself, at reduced size; `make prove` runs the same at full size."""

from __future__ import annotations

import pytest

from experiments.comparing import Comparison
from tests.claims import CLAIMS, FOR_REPRESENTATIVE, REPRESENTATIVE, Claim, above, claim_effect, lag, reach, run


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return run(population=5000, replicates=14)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.name)
def test_claim(comparison, claim: Claim) -> None:
    effect = claim_effect(comparison, claim)
    assert claim.holds(effect), f"{claim.words}: {effect[0]:+.4f} [{effect[1]:+.4f}, {effect[2]:+.4f}]"


def test_the_front_line_reaches_people_that_mailed_consultation_does_not() -> None:
    """Direction 6, its first half: more of the asks that it adds go to people who had taken no part."""
    assert above(reach(population=3000, replicates=5))


@pytest.fixture(scope="module")
def representative() -> Comparison:
    return run(population=10_000, replicates=20, tried=FOR_REPRESENTATIVE)


@pytest.mark.parametrize("claim", REPRESENTATIVE, ids=lambda c: c.name)
def test_participation_becomes_more_representative(representative, claim: Claim) -> None:
    effect = claim_effect(representative, claim)
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
