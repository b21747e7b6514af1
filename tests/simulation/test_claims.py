"""The directions that the founding documents imply and the thesis itself, at reduced size; `make prove` runs the same at full size."""

from __future__ import annotations

import pytest

from experiments.comparison.comparison import Comparison
from tests.claims import CLAIMS, REPRESENTATIVE, Claim, above, below, good_engagers, lag, reach, run, selection, setting

# Small beside chance: these need ten repeat runs of 5,000 residents.
NARROW = {
    "an ask by word of mouth moves Settlers more than one by the web",
    "digital alone widens the gap between Prospectors and Settlers",
    "ongoing dialogue builds more trust than one-off events of equal cost, the month after",
    "and at month 60",
    "officials who prefer 'good engagers' discount the unrepresentative voices that they get: influence is lost",
    "and so is participation",
    "and than specialists alone",
    "and more than specialists alone",
}
# These need six of 3,000.
MIDDLING = {
    "apathy rises when responsiveness is lowered",
    "and has come down again where responsiveness was raised again",
    "asking pays less in trust where services are not fixed: fixing and asking interact",
    "participation, whole period",
}
# For the others five of 1,500 are enough: by eight of 3,000, each lies two and a half half-widths of its interval or more from failing.


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    courses = ("participation", "perceived_influence", "trust", "trust_council", "trust_housing", "trust_police", "trust_health")
    return run([c for c in CLAIMS if c.words not in NARROW | MIDDLING], population=1500, replicates=5, courses=courses)


@pytest.fixture(scope="module")
def larger() -> Comparison:
    return run([c for c in CLAIMS if c.words in MIDDLING], population=3000, replicates=6, courses=("participation", "apathy"))


@pytest.fixture(scope="module")
def longer() -> Comparison:
    return run([c for c in CLAIMS if c.words in NARROW], population=5000, replicates=10, courses=("trust",))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.name)
def test_claim(request, claim: Claim) -> None:
    size = "longer" if claim.words in NARROW else "larger" if claim.words in MIDDLING else "comparison"
    effect = claim.effect(request.getfixturevalue(size))
    assert claim.holds(effect), f"{claim.words}: {effect[0]:+.4f} [{effect[1]:+.4f}, {effect[2]:+.4f}]"


def test_every_direction_is_looked_at() -> None:
    apart = {5, 6, 12}  # these look at residents and institutions, below
    assert {c.direction for c in CLAIMS} | apart == set(range(18))
    assert {c.words for c in CLAIMS} >= NARROW | MIDDLING


def test_trust_selects_people_in_so_that_the_cross_section_overstates_what_it_causes() -> None:
    """Direction 5."""
    found = selection(population=3000, replicates=5)
    assert above(found["cause"])
    assert above(found["overstated"])


def test_the_front_line_reaches_people_that_mailed_consultation_does_not() -> None:
    """Direction 6, its first half: more of the asks that it adds go to people who had taken no part."""
    assert above(reach(population=3000, replicates=5))


def test_officials_who_prefer_good_engagers_hear_unrepresentative_voices_and_discount_them() -> None:
    """Direction 12."""
    found = good_engagers(population=5000, replicates=6)
    assert below(found["voice"])
    assert below(found["regard"])


@pytest.fixture(scope="module")
def representative() -> Comparison:
    return run(REPRESENTATIVE, population=10_000, replicates=6, courses=("representativeness",))


@pytest.mark.parametrize("claim", REPRESENTATIVE, ids=lambda c: c.name)
def test_participation_becomes_more_representative(representative, claim: Claim) -> None:
    effect = claim.effect(representative)
    assert claim.holds(effect), f"{claim.words}: {effect[0]:+.4f} [{effect[1]:+.4f}, {effect[2]:+.4f}]"


def test_apathy_follows_service_with_a_lag(larger) -> None:
    """Half of the rise takes months to come, and half of it months to go once service is restored."""
    assert 3 <= lag(larger, fall=False) <= 24
    assert 3 <= lag(larger, fall=True) <= 36


def test_pairing_saves_replicates(comparison) -> None:
    """Keyed draws take most of the chance out of a difference: at least half of the variance for what matters most."""
    effects = comparison.effects.set_index(["scenario", "measure"])["variance_reduction"]
    for name in ("participation", "apathy", "trust"):
        assert effects["restructuring", name] > 0.5


def test_directions_stand_in_another_setting_of_what_is_assumed() -> None:
    """One sampled setting, a few directions; `make prove` counts over twenty."""
    some = [c for c in CLAIMS if c.direction in (0, 1, 3, 10, 13)]
    found = run(some, population=1000, replicates=4, parameters=setting(1), courses=("perceived_influence",))
    assert sum(c.holds(c.effect(found)) for c in some) >= 0.8 * len(some)
