"""The claims of the model, stated once: `make test` runs them at reduced size, `make prove` at full size.

A claim is what is looked at in a comparison, one value a replicate, and what must hold of its mean and interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from experiments.comparison.compare import compare
from experiments.comparison.comparison import Comparison
from experiments.comparison.statistics import interval
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from simulation import Change, Delivery, Intervention, ParticipationModel, Scenario
from simulation.declared.levers import INSTITUTION_LEVERS
from simulation.kernels.randomness import uniforms_of
from simulation.measures.measure import took_part
from simulation.month import declared_parameters

Effect = tuple[float, float, float]
Values = Callable[[Comparison], np.ndarray]
PLACE = "haringey@average"  # a claim is of the mechanism: how good the services of one council are is another matter
WHOLE = "whole"  # mean over all months
WORST = "worst"  # beside the baseline, in the month of the first twelve that is worst on average


@dataclass(frozen=True)
class Claim:
    """One claim about a comparison.

    Attributes:
        direction: number of the direction in the model's specification, 0 for the thesis itself.
        words: what is claimed.
        values: what is looked at, one value a replicate.
        holds: takes the mean with its interval and says whether the claim holds.
        needs: names of the scenarios that it looks at.
        kind: `verifies` the code where it lies close to an assumption of a step, `emerges` otherwise.
    """

    direction: int
    words: str
    values: Values
    holds: Callable[[Effect], bool]
    needs: tuple[str, ...]
    kind: Literal["emerges", "verifies"] = "emerges"

    @property
    def name(self) -> str:
        """Name for test reports."""
        return f"{self.direction}: {self.words}"

    def effect(self, comparison: Comparison) -> Effect:
        """Return the mean with its 95 % interval over replicates."""
        mean, low, high = interval(self.values(comparison))
        return float(mean), float(low), float(high)


def above(effect: Effect) -> bool:
    """The whole interval lies above zero."""
    return effect[1] > 0


def below(effect: Effect) -> bool:
    """The whole interval lies below zero."""
    return effect[2] < 0


def within(limit: float) -> Callable[[Effect], bool]:
    """The whole interval lies within plus or minus a limit."""
    return lambda effect: -limit < effect[1] and effect[2] < limit


def read(
    comparison: Comparison, scenario: str, measure: str, at: int | str = 0, group: tuple[str, str] | None = None
) -> np.ndarray:
    """Return a measure of a scenario, one value a replicate: as results are read, at a month, over months, or of a group."""
    n = [s.name for s in comparison.scenarios].index(scenario)
    m = list(comparison.measures).index(measure)
    if group is not None:
        return comparison.by[group[0]][:, n, m, comparison.groups(group[0]).index(group[1])]
    if at == 0:
        return comparison.results[:, n, m]
    series = comparison.series[:, n, :, m]
    if at == WHOLE:
        return series.mean(axis=1)
    if at == WORST:
        gap = (series - comparison.series[:, 0, :, m])[:, :12]
        return gap[:, int(np.argmin(gap.mean(axis=0)))]  # the month is chosen by the mean, so that noise does not choose it
    assert isinstance(at, int)
    return series[:, at - 1] if at > 0 else series[:, at:].mean(axis=1)


def contrast(measure: str, terms: Mapping[str, float], at: int | str = 0, group: tuple[str, str] | None = None) -> Values:
    """Return a weighted sum over scenarios of what `read` returns; names that are not given stand with -(sum) on the baseline."""
    weights = {**terms, "baseline": terms.get("baseline", 0.0) - sum(terms.values())}
    return lambda c: sum((w * read(c, n, measure, at, group) for n, w in weights.items() if w), np.zeros(c.replicates))


def per(value: Values, unit: Values) -> Values:
    """Return one value for each unit of another, by their means over replicates so that a small divisor does no harm."""
    return lambda c: value(c) / unit(c).mean()


def less(one: Values, other: Values) -> Values:
    """Return the difference of two."""
    return lambda c: one(c) - other(c)


# -- interventions beside the catalogue ---------------------------------------------------------------------------------


def probe(name: str, *changes: Change, delivery: Delivery | None = None, **more: object) -> Intervention:
    """Return an intervention for tests."""
    return Intervention(name, name, changes, delivery or Delivery(), kind="probe", **more)  # type: ignore[arg-type]


def _trusting(model: ParticipationModel, intensity: float) -> None:
    """Raise the trust of half of the residents once, by lot."""
    if model.month == 1:
        r = model.residents
        chosen = uniforms_of(r.person_id, model.constant_stream("probe: trusting")) < 0.5
        r.trust[:, chosen] = np.minimum(r.trust[:, chosen] + 0.1 * intensity, 1.0)


SILENCE = probe("silence", Change("input_feedback", to=0.0))
WORSE = probe("worse-service", Change("responsiveness", add=-0.25))
WORSE_THEN_BACK = probe("worse-then-back", Change("responsiveness", add=-0.25), delivery=Delivery(end=24))
FRONT_LINE_ASKS = probe(
    "front-line-asks", Change("ask_when_resolved", to=1.0), Change("ask_when_unresolved", to=0.0), Change("separation", to=0.0)
)
BETTER = probe("better-service", Change("responsiveness", add=0.12))
COURTEOUS = probe("courtesy", Change("courtesy", add=0.10))
RESOLVED = probe("resolved", Change("responsiveness", add=0.10))
PREFERRING = probe("good-engagers", Change("engager_preference", to=10.0))
TRUSTING = probe("trusting", step=_trusting, writes=("trust",))
WEB_ASKS = probe("web-asks", Change("invitations", add=30.0, forms=("online-report-or-e-panel",)))
MOUTH_ASKS = probe("mouth-asks", Change("talkers", to=0.12))
_EVENTS = CATALOGUE["one-off-events"]
EVENTS_ONCE = replace(_EVENTS, name="events-for-a-year", kind="probe", delivery=Delivery(end=12))
DIALOGUE_SAME_COST = replace(CATALOGUE["informal-dialogue"], name="dialogue-of-equal-cost", kind="probe", dose=0.0658)
DEPRIVED = replace(CATALOGUE["go-where-people-are"], name="go-to-the-most-deprived", kind="probe")
COMFORTABLE = replace(DEPRIVED, name="go-to-the-least-deprived", delivery=Delivery(deprivation_fifths=(3, 4, 5)))
PIGGY_DEPRIVED = replace(
    CATALOGUE["piggy-backing"], name="piggy-back-to-the-most-deprived", kind="probe", delivery=Delivery(deprivation_fifths=(1, 2))
)
LINKS = probe("links", *CATALOGUE["power-brokering"].changes, Change("coordination", to=0.9), Change("linkage", add=0.35))
PROBES = (SILENCE, WORSE, WORSE_THEN_BACK, FRONT_LINE_ASKS, BETTER, COURTEOUS, RESOLVED, PREFERRING, WEB_ASKS, MOUTH_ASKS, EVENTS_ONCE,
          DIALOGUE_SAME_COST, DEPRIVED, COMFORTABLE, PIGGY_DEPRIVED, LINKS)  # fmt: skip

_TD, _BU = CATALOGUE["top-down-programme"], CATALOGUE["bottom-up-initiative"]
JOINED: dict[str, tuple[Intervention, ...]] = {
    "fix+ask": (CATALOGUE["fix-first"], CATALOGUE["ask-widely"]),
    "top-down+bottom-up": (_TD, _BU),
    "top-down+links": (_TD, LINKS),
    "bottom-up+links": (_BU, LINKS),
    "top-down+bottom-up+links": (_TD, _BU, LINKS),
}
_POOR = {
    f"{service}.responsiveness": value
    for service, value in (("council", 0.5), ("housing", 0.42), ("police", 0.38), ("health", 0.54))
}


def scenario_named(name: str, base: Scenario) -> Scenario:
    """Return a scenario that a claim needs, on the base's place and parameters."""
    probes = {one.name: one for one in PROBES}
    if name == "poorly-served":
        return base.with_(name=name, parameters={**base.parameters, **_POOR})
    if name in JOINED:
        return base.with_(name=name, interventions=JOINED[name])
    if name in probes or name in CATALOGUE:
        return base.with_(name=name, interventions=(probes.get(name) or CATALOGUE[name],))
    return load_scenario(name, base.place, base.population).with_(parameters=base.parameters)  # type: ignore[arg-type]


# -- the claims -----------------------------------------------------------------------------------------------------------


def claim(direction: int, words: str, measure: str, terms: Mapping[str, float] | str, holds: Callable[[Effect], bool], at: int | str = 0,
          group: tuple[str, str] | None = None, kind: Literal["emerges", "verifies"] = "emerges") -> Claim:  # fmt: skip
    """Return a claim about a contrast; one name alone is set against the baseline."""
    found = {terms: 1.0} if isinstance(terms, str) else dict(terms)
    return Claim(direction, words, contrast(measure, found, at, group), holds, tuple(n for n in found if n != "baseline"), kind)


def _own(direction: int, words: str, values: Values, holds: Callable[[Effect], bool], needs: tuple[str, ...],
         kind: Literal["emerges", "verifies"] = "emerges") -> Claim:  # fmt: skip
    return Claim(direction, words, values, holds, needs, kind)


def _influence(name: str) -> Values:
    return contrast("perceived_influence", {name: 1.0})


def _each_year(name: str) -> Values:
    """Additional participants, years added up, in shares of residents."""
    return lambda c: (read(c, name, "participation", WHOLE) - read(c, "baseline", "participation", WHOLE)) * c.months / 12.0


def _cost_of_one(name: str) -> Values:
    return lambda c: (read(c, name, "cost") / c.scenarios[0].place.adults).mean() / _each_year(name)(c)  # type: ignore[attr-defined]


def _gap(name: str, grouping: str, one: str, other: str) -> Values:
    return less(
        contrast("participation", {name: 1.0}, group=(grouping, one)),
        contrast("participation", {name: 1.0}, group=(grouping, other)),
    )


def _asked(name: str) -> Values:
    return contrast("asks_12m", {name: 1.0})


_SETTLERS, _PROSPECTORS = ("segment", "Settlers"), ("segment", "Prospectors")
_LINKED = {"linked-agendas": 1.0, "top-down-programme": -1.0, "bottom-up-initiative": -1.0}
_LINKED_TOO = {"top-down+bottom-up+links": 1.0, "top-down+links": -1.0, "bottom-up+links": -1.0, "links": 1.0}

# fmt: off
CLAIMS: tuple[Claim, ...] = (
    claim(0, "apathy rises when responsiveness is lowered", "apathy", "worse-service", above),
    claim(0, "and has come down again where responsiveness was raised again", "apathy", {"worse-then-back": 1.0, "worse-service": -1.0}, below),
    claim(0, "closing the loop raises participation", "participation", "closing-the-loop", above),
    claim(0, "front-line engagement raises perceived influence", "perceived_influence", "front-line-engagement", above),
    claim(1, "more consultation alone does not change perceived influence", "perceived_influence", "more-consultation", within(0.02)),
    _own(2, "0.10 of first-contact resolution moves influence more than twice the consultation",
         less(per(lambda c: 0.10 * _influence("better-service")(c), contrast("first_contact_resolution", {"better-service": 1.0})), _influence("more-consultation")),
         above, ("better-service", "more-consultation"), "verifies"),
    _own(2, "a pound for better service moves influence more than a pound for consultation",
         less(per(_influence("fix-first"), contrast("cost", {"fix-first": 1e-6})), per(_influence("more-consultation"), contrast("cost", {"more-consultation": 1e-6}))),
         above, ("fix-first", "more-consultation"), "verifies"),
    claim(3, "taking part without being told lowers trust", "trust", "silence", below, kind="verifies"),
    claim(3, "and influence felt", "perceived_influence", "silence", below, kind="verifies"),
    claim(3, "and the chance of coming again", "accept_probability", "silence", below, kind="verifies"),
    claim(4, "worse responsiveness lowers participation", "participation", "worse-service", below),
    claim(4, "a place with worse responsiveness has less participation", "participation", "poorly-served", below),
    claim(7, "asking pays less in trust where services are not fixed: fixing and asking interact", "trust", {"fix+ask": 1.0, "fix-first": -1.0, "ask-widely": -1.0}, above, kind="verifies"),
    claim(7, "asking before fixing costs trust while it lasts", "trust", "ask-first", below, 30, kind="verifies"),
    claim(7, "fixing, then asking, does better than the other way round: trust, whole period", "trust", {"own-house-in-order": 1.0, "ask-first": -1.0}, above, WHOLE, kind="verifies"),
    claim(7, "participation, whole period", "participation", {"own-house-in-order": 1.0, "ask-first": -1.0}, above, WHOLE, kind="verifies"),
    claim(8, "a single point of contact cuts repeat contacts", "repeat_contacts", "single-point-of-contact", below),
    claim(8, "and frees capacity: service costs less", "service_cost", "single-point-of-contact", below),
    _own(9, "an ask by word of mouth moves Settlers more than one by the web",
         less(per(contrast("participation", {"mouth-asks": 1.0}, group=_SETTLERS), _asked("mouth-asks")), per(contrast("participation", {"web-asks": 1.0}, group=_SETTLERS), _asked("web-asks"))),
         above, ("mouth-asks", "web-asks")),
    _own(9, "digital alone widens the gap between Prospectors and Settlers", _gap("digital-and-personal", "segment", "Prospectors", "Settlers"), above, ("digital-and-personal",)),
    claim(10, "a top-down programme disempowers", "perceived_influence", "top-down-programme", below),
    claim(10, "a bottom-up initiative is too weak to move influence", "perceived_influence", "bottom-up-initiative", within(0.01)),
    claim(10, "linking them does more than the sum", "perceived_influence", _LINKED, above),
    claim(10, "and more than the sum where both have the links", "perceived_influence", _LINKED_TOO, above),
    claim(11, "ongoing dialogue builds more trust than one-off events of equal cost, the month after", "trust", {"dialogue-of-equal-cost": 1.0, "events-for-a-year": -1.0}, above, 13),
    claim(11, "and at month 60", "trust", {"dialogue-of-equal-cost": 1.0, "events-for-a-year": -1.0}, above, 60),
    claim(12, "officials who prefer 'good engagers' discount the unrepresentative voices that they get: influence is lost", "perceived_influence", "good-engagers", below),
    claim(12, "and so is participation", "participation", "good-engagers", below),
    claim(13, "ward panels fed by wide asking raise influence", "perceived_influence", "ward-panels", above),
    claim(13, "and more than unfed ones", "perceived_influence", {"ward-panels": 1.0, "ward-panels-unfed": -1.0}, above),
    _own(13, "unfed panels fade", less(contrast("perceived_influence", {"ward-panels-unfed": 1.0}, 60), contrast("perceived_influence", {"ward-panels-unfed": 1.0}, 6)), below, ("ward-panels-unfed",)),
    claim(14, "restructuring lowers trust", "trust", "restructuring", below),
    claim(14, "and influence felt", "perceived_influence", "restructuring", below),
    *(claim(14, f"at the worst month of the first year it harms {s}", f"trust_{s}", {"restructuring": 1.0, "baseline": 0.0}, below, WORST) for s in ("council", "housing", "police", "health")),
    _own(15, "one more participant costs more in the most deprived fifths", less(_cost_of_one("go-to-the-most-deprived"), _cost_of_one("go-to-the-least-deprived")), above, ("go-to-the-most-deprived", "go-to-the-least-deprived")),
    _own(15, "and less where one piggy-backs on another's contact", less(_cost_of_one("piggy-back-to-the-most-deprived"), _cost_of_one("go-to-the-most-deprived")), below, ("piggy-back-to-the-most-deprived", "go-to-the-most-deprived")),
    claim(16, "embedding and specialists raise influence more than embedding alone", "perceived_influence", {"embed-and-specialise": 1.0, "embed-engagement": -1.0}, above),
    claim(16, "and more than specialists alone", "perceived_influence", {"embed-and-specialise": 1.0, "specialist-team": -1.0}, above),
    claim(16, "and participation more than embedding alone", "participation", {"embed-and-specialise": 1.0, "embed-engagement": -1.0}, above),
    claim(16, "and than specialists alone", "participation", {"embed-and-specialise": 1.0, "specialist-team": -1.0}, above),
    claim(17, "0.10 of courtesy moves trust at least half as much as 0.10 of cases resolved", "trust", {"courtesy": 1.0, "resolved": -0.5}, above, kind="verifies"),
    claim(17, "and at most twice as much", "trust", {"courtesy": 1.0, "resolved": -2.0}, below, kind="verifies"),
)
# fmt: on

# Measures whose course some claim looks at; of the others only the results are taken.
COURSES = ("participation", "apathy", "perceived_influence", "trust", "trust_council", "trust_housing", "trust_police", "trust_health", "representativeness")  # fmt: skip
LAST_FOUR_YEARS = -48
# Participants are representative to within 0.02 of the most that is possible, so that these need many residents
# and months to be seen.
REPRESENTATIVE = (
    claim(6, "asking at the front line makes participation more representative", "representativeness", "front-line-asks", above,
          LAST_FOUR_YEARS),
    claim(6, "and more so than as much again of mailed consultation", "representativeness",
          {"front-line-asks": 1.0, "more-consultation": -1.0}, above, LAST_FOUR_YEARS),
)  # fmt: skip
# Of Haringey's residents 4 % live in the least deprived fifth: this is for full size only, and reported as it comes out.
UNEQUAL = (
    _own(9, "digital alone widens the gap between the least and the most deprived fifth",
         _gap("digital-and-personal", "deprivation_fifth", "5", "1"), above, ("digital-and-personal",)),
)  # fmt: skip


def run(
    claims: Sequence[Claim],
    population: int,
    replicates: int,
    months: int = 60,
    progress: Callable[[int, int | None], None] | None = None,
    parameters: Mapping[str, float] | None = None,
    seed: int = 1,
    courses: Sequence[str] = COURSES,
) -> Comparison:
    """Run everything that some claims need, on Haringey; a claim about a course that is not in `courses` fails."""
    base = load_scenario("baseline", PLACE, population).with_(parameters=dict(parameters or {}))
    names = dict.fromkeys(name for one in claims for name in one.needs)
    others = [scenario_named(name, base) for name in names]
    return compare(
        base, *others, replicates=replicates, months=months, seed=seed, monthly=tuple(courses), posterior=None, progress=progress
    )


# -- what no comparison shows -----------------------------------------------------------------------------------------------


def reach(population: int, replicates: int, months: int = 12, parameters: Mapping[str, float] | None = None) -> Effect:
    """Direction 6: by how much more front-line asks go to people who took no part before than mailed consultation's do.

    Of the asks that each adds to the baseline's within a year, the share that went to residents who had taken no part in the
    twelve months before it began: front line minus mailed, paired by replicate.
    """
    base = load_scenario("baseline", PLACE, population).with_(parameters=dict(parameters or {}))
    contrasts = []
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
        contrasts.append(shares[0] - shares[1])
    mean, low, high = interval(np.array(contrasts))
    return float(mean), float(low), float(high)


def _took_part(model: ParticipationModel) -> np.ndarray:
    return took_part(model.residents).astype(float)


def selection(population: int, replicates: int, parameters: Mapping[str, float] | None = None) -> dict[str, Effect]:
    """Direction 5: what trust seems to do in a cross-section, what it does when half of the people are given some, and the gap.

    Both are changes of the chance to take part within a year for one point of trust in the council.
    """
    base = load_scenario("baseline", PLACE, population).with_(parameters=dict(parameters or {}))
    found: dict[str, list[float]] = {"cross-section": [], "cause": [], "overstated": []}
    for replicate in range(replicates):
        world = ParticipationModel(base, 1, replicate=replicate)
        plain, tried = world.branch(base), world.branch(base.with_(interventions=(TRUSTING,)))
        before, people = world.residents.trust[0].astype(float), world.residents.person_id
        for model in (plain, tried):
            model.run(12)
        stayed = plain.residents.person_id == people
        took_part, x = _took_part(plain), before - before[stayed].mean()
        seems = float((x * took_part)[stayed].sum() / (x * x)[stayed].sum())
        chosen = (uniforms_of(people, world.constant_stream("probe: trusting")) < 0.5) & stayed
        gained = np.minimum(before + 0.1, 1.0) - before
        does = float((_took_part(tried) - took_part)[chosen].mean() / gained[chosen].mean())
        for name, value in (("cross-section", seems), ("cause", does), ("overstated", seems - does)):
            found[name].append(value)
    return {name: tuple(float(x) for x in interval(np.array(values))) for name, values in found.items()}  # type: ignore[misc]


def good_engagers(population: int, replicates: int, parameters: Mapping[str, float] | None = None) -> dict[str, Effect]:
    """Direction 12: what a preference for good engagers does to how representative the council's voices are, and to its regard."""
    base = load_scenario("baseline", PLACE, population).with_(parameters=dict(parameters or {}))
    found: dict[str, list[float]] = {"voice": [], "regard": []}
    for replicate in range(replicates):
        world = ParticipationModel(base, 1, replicate=replicate)
        models = [world.branch(base), world.branch(base.with_(interventions=(PREFERRING,)))]
        for model in models:
            model.run(60)
        for name, values in found.items():
            plain, tried = (getattr(model.institutions, name)[0] for model in models)
            values.append(float(tried - plain))
    return {name: tuple(float(x) for x in interval(np.array(values))) for name, values in found.items()}  # type: ignore[misc]


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


# -- settings of what is assumed --------------------------------------------------------------------------------------------

SPREAD = 0.2


@cache
def _sampled_names() -> tuple[str, ...]:
    skipped = {"costs", "survey"}
    levers = {x.name for x in INSTITUTION_LEVERS}
    return tuple(
        name
        for name, p in declared_parameters().items()
        if p.status == "assumed" and p.default != 0 and name.split(".")[0] not in skipped and name.split(".")[-1] not in levers
    )


def setting(number: int) -> dict[str, float]:
    """Return one setting of every parameter marked `assumed`: each moved by up to a fifth of its value, ease by up to 0.2.

    Setting 0 is the central one. Levers stay: they are the interventions.
    """
    if number == 0:
        return {}
    found, declared = {}, declared_parameters()
    draws = np.random.default_rng(number).uniform(-1.0, 1.0, len(_sampled_names()))
    for name, draw in zip(_sampled_names(), draws, strict=True):
        p = declared[name]
        value = p.default + draw * 0.2 if name.endswith(".ease") else p.default * (1.0 + SPREAD * draw)
        found[name] = float(min(max(value, p.low), p.high))
    return found
