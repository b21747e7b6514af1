"""Measures: what tables, charts and JSON show, declared with label, unit and method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..declared.columns import Table
from ..declared.forms import CIVIC
from ..declared.institutions import TALLY
from ..kernels.kernel import njit
from ..month.deciding import utility_columns
from ..month.measuring import (
    APATHY,
    DISILLUSIONED,
    NOT_ENABLED,
    UNABLE,
    UNINTERESTED,
    WILLING,
    accept_chances,
    find_levels,
    name_status,
)
from ..world import World
from .accounts import Accounts

Values = tuple[np.ndarray, np.ndarray | None]
MONTHS_OF_REGULAR = 9
LEAST_WIDTH = 1e-4  # of a band that a measure is compared with: in a narrower one no simulated value could lie


def took_part(residents: Table) -> np.ndarray:
    """Return who took part in any civic form in the last twelve months, bool (residents,)."""
    return np.bitwise_or.reduce([getattr(residents, f"months_{category}") for category in CIVIC]) > 0


def volunteered(residents: Table) -> np.ndarray:
    """Return who volunteered in the last twelve months, bool (residents,)."""
    return residents.months_volunteering > 0


class Snapshot:
    """One month of a model, with what several measures share computed once."""

    def __init__(self, model: World, accounts: Accounts | None = None) -> None:
        self.model = model
        self.accounts = accounts
        self.residents = model.residents
        self.survey = model.values["survey"]
        self._taken: dict[str, Values] = {}

    def values(self, measure: Measure) -> Values:
        """Return a measure's values and weights of this month, taken once."""
        if measure.name not in self._taken:
            assert measure.values is not None
            self._taken[measure.name] = measure.values(self)
        return self._taken[measure.name]

    @cached_property
    def participated(self) -> np.ndarray:
        """Took part in any civic form in the last twelve months."""
        return took_part(self.residents)

    @cached_property
    def volunteered(self) -> np.ndarray:
        """Volunteered in the last twelve months."""
        return volunteered(self.residents)

    @cached_property
    def _columns(self) -> tuple:
        return utility_columns(self.model)

    @cached_property
    def accept(self) -> np.ndarray:
        """Chance to accept one personal ask, float32."""
        m, p = self.model, self.model.values["deciding"]
        chance = np.empty(m.residents.size, np.float32)
        accept_chances(p, p.ask_personal, m.open_forms, *self._columns, chance)
        return chance

    @cached_property
    def status(self) -> np.ndarray:
        """Code of each resident's status, in the order of `STATUSES`."""
        m, r, p = self.model, self.residents, self.model.values["deciding"]
        levels = find_levels(p, self._columns[7], r.ward, r.trust, r.influence_everyday, r.influence_strategic, r.peers, r.grouped,
                             r.attachment, r.capability, r.responded, 0.9)  # fmt: skip
        active = np.where(self.participated, 1, np.where(self.volunteered, 2, 0)).astype(np.uint8)
        status = np.empty(r.size, np.uint8)
        name_status(p, p.ask_personal, m.open_forms, levels, active, self.accept, status, *self._columns)
        return status

    @cached_property
    def volunteers_by_hours(self) -> np.ndarray:
        """Number of residents by volunteer half-hours in the last twelve months, from 0."""
        return np.bincount(self.residents.volunteer_hours_12m.sum(axis=0, dtype=np.uint16))

    def agree(self, stock: np.ndarray, threshold: float) -> np.ndarray:
        """Return the chance that each resident agrees in a survey."""
        x = (np.float32(threshold) - stock.astype(np.float32, copy=False)) / np.float32(self.survey.noise)
        return 1 / (1 + np.exp(x))

    @cached_property
    def stratum(self) -> np.ndarray:
        """Segment and deprivation fifth as one code."""
        r = self.residents
        return r.segment.astype(np.int64) * 5 + (r.decile - 1) // 2


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        name: fixed name in tables, JSON and charts.
        label: what a page calls it.
        unit: `share`, `0..1`, `per resident`, `index` or `pounds`.
        description: how it is measured.
        values: for each resident the value and, for a ratio, the weight; the measure is sum(value)/sum(weight).
        total: takes the measure of the whole place where it is no mean over residents; it then has no groups. A measure with
            neither exists only in comparison with a base.
        over_run: True if it adds up over the run and is read at the last month.
        twelve_months: True if it looks back twelve months and is read at the last month; the others are averaged over the last twelve.
        better: +1 if more is better, -1 if less is, 0 if neither.
        headline: place among the few that every answer, chart and study begins with, from 1; 0 if it is none of them.
    """

    name: str
    label: str
    unit: str
    description: str
    values: Callable[[Snapshot], Values] | None = None
    total: Callable[[Snapshot], float] | None = None
    twelve_months: bool = False
    better: int = 1
    over_run: bool = False
    headline: int = 0


def _share(of: Callable[[Snapshot], np.ndarray]) -> Callable[[Snapshot], Values]:
    return lambda s: (of(s), None)


def _trust(k: int) -> Callable[[Snapshot], Values]:
    return lambda s: (s.agree(s.residents.trust[k], s.survey.trust_threshold), None)


def _influence(s: Snapshot) -> Values:
    w, r = s.survey.everyday_share, s.residents
    return s.agree(w * r.influence_everyday + (1 - w) * r.influence_strategic, s.survey.influence_threshold), None


def _satisfaction(s: Snapshot) -> Values:
    had = (s.residents.last_satisfied >= 0).astype(np.float32)
    return s.agree(s.residents.satisfaction, s.survey.satisfaction_threshold) * had, had


def _council(s: Snapshot) -> Values:
    w, r = s.survey.council_trust, s.residents
    return s.agree(w * r.trust[0] + (1 - w) * r.satisfaction, s.survey.council_threshold), None


def _wants_more(s: Snapshot) -> Values:
    p, r = s.survey, s.residents
    wish = r.attachment * (p.wish_attachment - p.wish_influence * r.influence_strategic) - p.wish_fatigue * r.fatigue
    return s.agree(wish, s.survey.more_threshold), None


def _status(code: int) -> Callable[[Snapshot], Values]:
    return lambda s: (s.status == code, None)


def _apathy(below: float) -> Callable[[Snapshot], Values]:
    return lambda s: (~s.participated & ~s.volunteered & (s.accept < below), None)


def _this_month(ring: str, *over: str) -> Callable[[Snapshot], Values]:
    def take(s: Snapshot) -> Values:
        slot = s.model.slot
        rows = [getattr(s.residents, name)[slot].astype(np.float32) for name in (ring, *over)]
        return rows[0], sum(rows[1:], rows[0])

    return take


def _first_contact(s: Snapshot) -> float:
    t = s.model.tallies
    return float(t[:, TALLY["first_resolved"]].sum() / t[:, TALLY["new_cases"]].sum()) if t[:, TALLY["new_cases"]].sum() else np.nan


def _entries(part: str) -> Callable[[Snapshot], float]:
    def take(s: Snapshot) -> float:
        recent = s.model.recent_tallies.sum(axis=0)
        entries = recent[:, TALLY["entries"]].sum()
        return float(recent[:, TALLY[part]].sum() / entries) if entries else np.nan

    return take


def gini(counts: np.ndarray) -> float:
    """Return the Gini coefficient of whole numbers, nan if all are 0.

    Args:
        counts: how many have 0, 1, 2, ...
    """
    amounts = np.arange(len(counts)) * counts.astype(float)
    total, people = amounts.sum(), counts.sum()
    if total <= 0:
        return float("nan")
    below = np.cumsum(amounts) - amounts / 2  # half of one's own group counts as poorer
    return float(1.0 - 2.0 * np.dot(counts, below) / (people * total))


def top_share(counts: np.ndarray, share: float) -> float:
    """Return the part of the total that the top `share` of all hold, nan if the total is 0; `counts` as in `gini`."""
    values = np.arange(len(counts))[::-1]
    number = counts[::-1].astype(float)
    total = np.dot(values, number)
    if total <= 0:
        return float("nan")
    left = share * number.sum() - (np.cumsum(number) - number)
    return float(np.dot(values, np.clip(left, 0.0, number)) / total)


def _representativeness(s: Snapshot) -> float:
    if not s.participated.any():
        return float("nan")
    size = 5 * len(s.model.segments)
    both = np.bincount(2 * s.stratum + s.participated, minlength=2 * size).reshape(size, 2)
    everybody, voices = both.sum(axis=1) / both.sum(), both[:, 1] / both[:, 1].sum()
    return float(1 - np.abs(voices - everybody).sum() / 2)


def _representativeness_over(code: Callable[[Any], np.ndarray]) -> Callable[[Snapshot], float]:
    """Return how alike those who take part and all residents are over some groups, corrected for how far as many residents drawn at random would differ.

    `learning.representativeness` takes off the difference expected by chance, which is right where there is no other, and too much where there is. Here what is taken off fades as a
    group's difference grows beyond its standard error: sqrt(2) noise exp(-z^2/2), whose mean under chance alone is the noise.
    """

    def take(s: Snapshot) -> float:
        groups = code(s.residents).astype(np.int64)
        both = np.bincount(2 * groups + s.participated, minlength=2 * int(groups.max()) + 2).reshape(-1, 2)
        voices, size = int(both[:, 1].sum()), len(groups)
        if not voices:
            return float("nan")
        share = both.sum(axis=1) / size
        error = np.sqrt(share * (1.0 - share) * (1.0 - voices / size) / voices)  # those who take part are some of a finite number
        gap = np.abs(both[:, 1] / voices - share)
        by_chance = 2.0 / np.sqrt(np.pi) * error * np.exp(-0.5 * (gap / np.maximum(error, 1e-12)) ** 2)
        return float(np.clip(1.0 - (gap - by_chance).sum() / 2.0, 0.0, 1.0))

    return take


def _housemate_likeness(s: Snapshot) -> float:
    """Return the correlation of taking part between housemates; each person in a household of two or more counts once."""
    household = s.residents.household - s.residents.household.min()
    if household.max() > 8 * len(household):
        household = np.unique(household, return_inverse=True)[1].ravel()
    people, active = np.bincount(household), np.bincount(household[s.participated], minlength=int(household.max()) + 1)
    people, active = people[people > 1], active[people > 1]
    share = active.sum() / max(people.sum(), 1)
    if not 0.0 < share < 1.0:
        return float("nan")
    both = (active * (active - 1) / (people - 1)).sum() / people.sum()
    return float((both - share**2) / (share * (1.0 - share)))


def _per_resident(ring: str) -> Callable[[Snapshot], Values]:
    return lambda s: (getattr(s.residents, ring).sum(axis=0, dtype=np.float32), None)


def _regular(s: Snapshot) -> Values:
    return np.bitwise_count(s.residents.months_volunteering) >= MONTHS_OF_REGULAR, None


def _history(name: str) -> Callable[[Snapshot], Values]:
    return lambda s: (getattr(s.residents, f"months_{name}") > 0, None)


def _contacts(s: Snapshot) -> Values:
    r = s.residents
    return (r.new_cases_12m.sum(axis=0, dtype=np.uint16) + r.repeat_contacts_12m.sum(axis=0, dtype=np.uint16)).astype(
        np.float32
    ), None


def _contacted(s: Snapshot) -> Values:
    r = s.residents
    return r.new_cases_12m.any(axis=0) | r.repeat_contacts_12m.any(axis=0), None


def _spent(on: str) -> Callable[[Snapshot], float]:
    return lambda s: float(getattr(s.accounts, on)) if s.accounts is not None else np.nan


def _gap(s: Snapshot) -> Values:
    return s.residents.influence_strategic - s.residents.influence_everyday, None


M = Measure
_ALIKE = "1 minus half the sum of absolute differences between participants' and residents' shares, over"
_CORRECTED = "less what as many people drawn at random would differ by"
# fmt: off
_FIXED: tuple[Measure, ...] = (
    M("participation", "Took part", "share", "took part in any civic form (not volunteering) in the last 12 months", _share(lambda s: s.participated), twelve_months=True, headline=1),
    M("acts_12m", "Acts of taking part", "per resident", "acts of every form, including volunteering, per resident in 12 months", _per_resident("acts_12m"), twelve_months=True, headline=2),
    M("civic_participation", "Contacted, petitioned or rallied", "share", "contacted an official or councillor, petition, rally, in the last 12 months", _history("civic_participation"), twelve_months=True),
    M("consultation", "Consulted", "share", "answered or attended a consultation in the last 12 months", _history("consultation"), twelve_months=True),
    M("activism", "Decided or co-designed", "share", "held a role in deciding or co-designing in the last 12 months", _history("activism"), twelve_months=True),
    M("volunteering", "Volunteered monthly", "share", "formal volunteering in at least 9 of the last 12 months", _regular, twelve_months=True),
    M("volunteering_12m", "Volunteered in the year", "share", "formal volunteering at least once in 12 months", _share(lambda s: s.volunteered), twelve_months=True),
    M("perceived_influence", "Feel they can influence decisions", "share", "agree they can influence decisions affecting their area", _influence, headline=4),
    M("trust", "Trust the council", "share", "trust the council a great deal or a fair amount", _trust(0), headline=5),
    M("satisfaction", "Satisfied with their last case", "share", "satisfied with how their last case was handled (those who had one)", _satisfaction),
    M("council_satisfaction", "Satisfied with the council", "share", "satisfied with how the council runs things", _council),
    M("accept_probability", "Would accept a personal ask", "0..1", "mean probability of accepting one personal ask this month, over the forms open to all", lambda s: (s.accept, None)),
    M("apathy", "Apathetic", "share", f"took no part for 12 months and would accept a personal ask with a probability below {100 * APATHY:g} %", _apathy(APATHY), twelve_months=True, better=-1, headline=3),
    M("apathy_02", "Apathetic (2 %)", "share", "the same with a probability below 2 %", _apathy(0.02), twelve_months=True, better=-1),
    M("apathy_10", "Apathetic (10 %)", "share", "the same with a probability below 10 %", _apathy(0.10), twelve_months=True, better=-1),
    M("willing_unasked", "Took no part, open to an ask", "share", f"took no part for 12 months and would accept a personal ask with a probability of {100 * APATHY:g} % or more, asked before or not", _status(WILLING), twelve_months=True, better=0),
    M("unable", "Apathetic: unable", "share", "apathetic, lifted most by skill and confidence (can do)", _status(UNABLE), twelve_months=True, better=-1),
    M("not_enabled", "Apathetic: not enabled", "share", "apathetic, lifted most by groups and ties who take part (enabled to)", _status(NOT_ENABLED), twelve_months=True, better=-1),
    M("disillusioned", "Apathetic: disillusioned", "share", "apathetic, lifted most by being answered, trust and influence (responded to)", _status(DISILLUSIONED), twelve_months=True, better=-1),
    M("uninterested", "Apathetic: uninterested", "share", "apathetic, lifted most by attachment (like to)", _status(UNINTERESTED), twelve_months=True, better=-1),
    M("wants_more", "Would like more say", "share", "would like to be more involved in decisions (survey question, asked of everybody)", _wants_more, better=0),
    M("asked_share", "Began because asked", "share", "share of entries into volunteering and ongoing roles in 12 months that began with an ask", total=_entries("entries_asked"), twelve_months=True, better=0),
    M("bureau_share", "Came through a bureau", "share", "share of entries in 12 months that came through a volunteer bureau", total=_entries("entries_bureau"), twelve_months=True, better=0),
    M("asks_12m", "Asks received", "per resident", "asks received per resident in 12 months", _per_resident("asked_12m"), twelve_months=True, better=0),
    M("was_asked", "Asked at all", "share", "asked to take part at least once in the last 12 months", _share(lambda s: s.residents.asked_12m.any(axis=0)), twelve_months=True, better=0),
    M("repeat_contacts", "Repeat contacts", "share", "share of contacts that chase something unresolved", _this_month("repeat_contacts_12m", "new_cases_12m"), better=-1),
    M("contacts_12m", "Contacts with services", "per resident", "new contacts and chasers per resident in 12 months", _contacts, twelve_months=True, better=-1),
    M("contacted", "Took something to a service", "share", "took an issue to a service, or chased one, at least once in the last 12 months: contact about one's own case, which is not civic action", _contacted, twelve_months=True, better=0),
    M("first_contact_resolution", "Resolved at first contact", "share", "share of new cases resolved at first contact", total=_first_contact),
    M("influencing_gap", "Influencing gap", "0..1", "strategic minus everyday influence felt (latent)", _gap, better=0),
    M("hours_gini", "Inequality of hours", "index", "Gini coefficient of volunteer hours over 12 months, all residents", total=lambda s: gini(s.volunteers_by_hours), twelve_months=True, better=-1),
    M("hours_top10", "Hours of the top tenth", "share", "share of volunteer hours given by the most active tenth of residents", total=lambda s: top_share(s.volunteers_by_hours, 0.10), twelve_months=True, better=-1),
    M("hours_top31", "Hours of the top 31 %", "share", "share of volunteer hours given by the most active 31 % of residents", total=lambda s: top_share(s.volunteers_by_hours, 0.31), twelve_months=True, better=-1),
    M("representativeness", "Representativeness", "index", "1 minus half the sum of absolute differences between participants' and residents' shares, over segment x deprivation fifth", total=_representativeness, twelve_months=True),
    M("representativeness_fifth", "Representativeness over deprivation", "index", f"{_ALIKE} deprivation fifths, {_CORRECTED}", total=_representativeness_over(lambda r: (r.decile - 1) // 2), twelve_months=True),
    M("representativeness_age", "Representativeness over age", "index", f"{_ALIKE} age bands, {_CORRECTED}", total=_representativeness_over(lambda r: r.age), twelve_months=True),
    M("representativeness_qualification", "Representativeness over qualification", "index", f"{_ALIKE} levels of qualification, {_CORRECTED}", total=_representativeness_over(lambda r: r.qualification), twelve_months=True),
    M("representativeness_tenure", "Representativeness over tenure", "index", f"{_ALIKE} tenures, {_CORRECTED}", total=_representativeness_over(lambda r: r.tenure), twelve_months=True),
    M("housemate_likeness", "Likeness of housemates", "index", "correlation between housemates of having taken part in any civic form in the last 12 months, in households of two adults or more", total=_housemate_likeness, twelve_months=True, better=0),
    M("cost", "Cost of the programme", "pounds", "declared cost of programmes, and invitations and places beyond the usual, over the run, for the whole place", total=_spent("programme"), over_run=True, better=-1),
    M("service_cost", "Cost of service", "pounds", "contacts, open cases, asks at the counter and input handled, over the run, for the whole place", total=_spent("service"), over_run=True, better=-1),
    M("saving", "Money saved in service", "pounds", "saving in service costs compared with the base, over the run, for the whole place; below zero it is an extra cost", over_run=True),
    M("cost_per_participant", "Cost of one more participant for a year", "pounds", "extra cost compared with the base, service included, per additional participant and year; only if participants increase over the whole range", over_run=True, better=-1),
)
# fmt: on
HEADLINES = tuple(m.name for m in sorted(_FIXED, key=lambda m: m.headline) if m.headline)
HEADLINE_SHARES = tuple(m.name for m in sorted(_FIXED, key=lambda m: m.headline) if m.headline and m.unit == "share")
GRADED = (*HEADLINES, "volunteering_12m", "volunteering", "consultation")  # those that are taken by personal groups too
SHOWN_FIRST = (*HEADLINES, "volunteering", "consultation", "representativeness")  # what tables show before all others


def measures_of(services: tuple[str, ...]) -> dict[str, Measure]:
    """Return all measures by name, with one of trust for each kind of institution."""
    table = {measure.name: measure for measure in _FIXED}
    for k, service in enumerate(services):
        name = f"trust_{service}"
        table[name] = Measure(name, f"Trust: {service}", "share", f"trust {service} a great deal or a fair amount", _trust(k))
    return table


def take(snapshot: Snapshot, measure: Measure) -> float:
    """Return a measure of the whole place; nan where it is undefined."""
    if measure.total is not None:
        return measure.total(snapshot)
    if measure.values is None:
        return float("nan")
    value, weight = snapshot.values(measure)
    total = np.count_nonzero(value) if value.dtype == bool else value.sum(dtype=np.float64)
    size = len(value) if weight is None else float(weight.sum(dtype=np.float64))
    return float(total / size) if size > 0 else float("nan")


@njit(cache=True)
def add_up(cell, values, cells):
    """Return sums of values by cell, in double precision."""
    total = np.zeros(cells)
    for i in range(cell.size):
        total[cell[i]] += values[i]
    return total


def take_by_groups(
    snapshot: Snapshot, measures: list[Measure], wanted: list[bool], groupings: dict[str, tuple[np.ndarray, int]]
) -> dict[str, np.ndarray]:
    """Return for each grouping the measures by group, float64 (measures, groups); nan where undefined or not wanted.

    Residents are added up once, by the combination of their groups; each grouping then adds up combinations.
    """
    sizes = [number for _, number in groupings.values()]
    cell = np.zeros(snapshot.residents.size, dtype=np.int64)
    for codes, number in groupings.values():
        cell = cell * number + codes
    people = np.bincount(cell, minlength=int(np.prod(sizes))).reshape(sizes)
    tables = {grouping: np.full((len(measures), number), np.nan) for grouping, (_, number) in groupings.items()}
    for m, measure in enumerate(measures):
        if measure.values is None or not wanted[m]:
            continue
        value, weight = snapshot.values(measure)
        total = add_up(cell, value, people.size).reshape(sizes)
        size = people if weight is None else add_up(cell, weight, people.size).reshape(sizes)
        for axis, grouping in enumerate(groupings):
            others = tuple(a for a in range(len(sizes)) if a != axis)
            whole, part = size.sum(axis=others), total.sum(axis=others)
            np.divide(part, whole, out=tables[grouping][m], where=whole > 0)
    return tables
