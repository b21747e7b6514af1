"""The claims of the model, stated once: `make test` runs them at reduced size, `make prove` at full size.

A claim is a name, what is compared, and what must hold of the paired effects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.comparing import Comparison, compare
from experiments.statistics import interval
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from simulation import Change, Delivery, Intervention, ParticipationModel, Scenario

Effect = tuple[float, float, float]


@dataclass(frozen=True)
class Claim:
    """One claim about a comparison.

    Attributes:
        name: short name.
        words: what is claimed.
        measure: what is looked at.
        scenario: name of the scenario.
        holds: takes the effect with its interval and says whether the claim holds.
        at: month at which it is read; 0: as results are read; below 0: mean over the last that many months.
        against: what it is set against.
    """

    name: str
    words: str
    measure: str
    scenario: str
    holds: Callable[[Effect], bool]
    at: int = 0
    against: str = "baseline"


def above(effect: Effect) -> bool:
    """The whole interval lies above zero."""
    return effect[1] > 0


def below(effect: Effect) -> bool:
    """The whole interval lies below zero."""
    return effect[2] < 0


def within(limit: float) -> Callable[[Effect], bool]:
    """The whole interval lies within plus or minus a limit."""
    return lambda effect: -limit < effect[1] and effect[2] < limit


SILENCE = Intervention("silence", "nobody is told what became of input", (Change("input_feedback", to=0.0),), kind="probe")
WORSE = Intervention("worse-service", "fewer issues are resolved", (Change("responsiveness", add=-0.25),), kind="probe")
WORSE_THEN_BACK = Intervention(
    "worse-then-back",
    "the same for two years, then as before",
    (Change("responsiveness", add=-0.25),),
    Delivery(end=24),
    kind="probe",
)
FRONT_LINE_ASKS = Intervention(
    "front-line-asks", "callers are asked after their issue was resolved, and nothing else",
    (Change("ask_when_resolved", to=1.0), Change("ask_when_unresolved", to=0.0), Change("separation", to=0.0)), kind="probe",
)  # fmt: skip
TRIED: tuple[Intervention, ...] = (*CATALOGUE.values(), SILENCE, WORSE, WORSE_THEN_BACK, FRONT_LINE_ASKS)

CLAIMS: tuple[Claim, ...] = (
    Claim("1 consultation alone", "more consultation alone leaves perceived influence where it was", "perceived_influence", "more-consultation", within(0.02)),
    Claim("3 silence: trust", "taking part without being told lowers trust", "trust", "silence", below),
    Claim("3 silence: influence", "and influence felt", "perceived_influence", "silence", below),
    Claim("3 silence: coming again", "and the chance of coming again", "accept_probability", "silence", below),
    Claim("14 restructuring: trust", "restructuring lowers trust", "trust", "restructuring", below),
    Claim("14 restructuring: influence", "and influence felt", "perceived_influence", "restructuring", below),
    Claim("14 restructuring: council", "it harms every service area: council", "trust_council", "restructuring", below, 12),
    Claim("14 restructuring: housing", "housing", "trust_housing", "restructuring", below, 12),
    Claim("14 restructuring: police", "police", "trust_police", "restructuring", below, 12),
    Claim("14 restructuring: health", "health", "trust_health", "restructuring", below, 12),
    Claim("closing the loop", "closing the loop raises participation", "participation", "closing-the-loop", above),
    Claim("front line", "front-line engagement raises perceived influence", "perceived_influence", "front-line-engagement", above),
    Claim("thesis: caused", "apathy rises when responsiveness is lowered", "apathy", "worse-service", above),
    Claim("thesis: cured", "and has come down again where responsiveness was raised again", "apathy", "worse-then-back", below, 0, "worse-service"),
)  # fmt: skip


LAST_FOUR_YEARS = -48
# Participants are representative to within 0.02 of the most that is possible, so that these need many residents
# and months to be seen.
REPRESENTATIVE = (
    Claim("6 front line: representative", "asking at the front line makes participation more representative", "representativeness",
          "front-line-asks", above, LAST_FOUR_YEARS),
    Claim("6 front line: beside mail", "asks at the front line make it more so than as much again of mailed consultation",
          "representativeness", "front-line-asks", above, LAST_FOUR_YEARS, "more-consultation"),
)  # fmt: skip
FOR_REPRESENTATIVE = (FRONT_LINE_ASKS, CATALOGUE["more-consultation"])


def effect(comparison: Comparison, measure: str, scenario: str, month: int = 0, against: str = "baseline") -> Effect:
    """Return a paired effect with its interval, as results are read, at a month, or over the last -month months."""
    names = [s.name for s in comparison.scenarios]
    m = list(comparison.measures).index(measure)
    values = comparison.results[:, :, m]
    if month > 0:
        values = comparison.series[:, :, month - 1, m]
    elif month < 0:
        values = comparison.series[:, :, month:, m].mean(axis=2)
    mean, low, high = interval(values[:, names.index(scenario)] - values[:, names.index(against)])
    return float(mean), float(low), float(high)


def scenarios(population: int, tried: Sequence[Intervention] = TRIED) -> list[Scenario]:
    """Return the baseline and one scenario for each thing tried, on Haringey."""
    base = load_scenario("baseline", "haringey", population)
    return [base, *(base.with_(name=one.name, interventions=(one,)) for one in tried)]


def run(
    population: int,
    replicates: int,
    months: int = 60,
    progress: Callable[[int, int | None], None] | None = None,
    tried: Sequence[Intervention] = TRIED,
) -> Comparison:
    """Run everything that the claims need."""
    base, *others = scenarios(population, tried)
    return compare(base, *others, replicates=replicates, months=months, seed=1, progress=progress)


def claim_effect(comparison: Comparison, claim: Claim) -> Effect:
    """Return the effect that a claim is about."""
    return effect(comparison, claim.measure, claim.scenario, claim.at, claim.against)


def reach(population: int, replicates: int, months: int = 12) -> Effect:
    """Return by how much more front-line asks go to people who took no part before than mailed consultation's do.

    Of the asks that each adds to the baseline's within a year, the share that went to residents who had taken no part in the
    twelve months before it began: front line minus mailed, paired by replicate.
    """
    base = load_scenario("baseline", "haringey", population)
    contrast = []
    for replicate in range(replicates):
        world = ParticipationModel(base, 1, replicate=replicate)
        r = world.residents
        idle = (r.months_civic_participation | r.months_consultation | r.months_activism | r.months_volunteering) == 0
        asked = {}
        for one in (None, FRONT_LINE_ASKS, CATALOGUE["more-consultation"]):
            model = world.branch(base.with_(interventions=(one,) if one else ()))
            model.run(months)
            stayed = model.residents.person_id == r.person_id
            asked[one.name if one else ""] = model.residents.asked_12m.sum(axis=0, dtype=np.int64) * stayed
        shares = [
            (asked[n] - asked[""])[idle].sum() / (asked[n] - asked[""]).sum() for n in (FRONT_LINE_ASKS.name, "more-consultation")
        ]
        contrast.append(shares[0] - shares[1])
    mean, low, high = interval(np.array(contrast))
    return float(mean), float(low), float(high)


def lag(comparison: Comparison, fall: bool) -> int:
    """Return the months until half of the rise of apathy has come (or, after service is restored, half of it has gone)."""
    names = [s.name for s in comparison.scenarios]
    m = list(comparison.measures).index("apathy")
    gap = (comparison.series[:, names.index(WORSE_THEN_BACK.name), :, m] - comparison.series[:, 0, :, m]).mean(axis=0)
    peak = gap[23:].max()
    if not fall:
        return int(np.argmax(gap >= peak / 2)) + 1
    after = gap[24:]
    top = int(np.argmax(after))
    return top + int(np.argmax(after[top:] <= peak / 2)) + 1
