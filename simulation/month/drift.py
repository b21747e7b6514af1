"""Memories fade, stocks drift back, people move in and out."""

from __future__ import annotations

import math

import numpy as np

from ..declared.columns import Column
from ..declared.parameters import Parameter, ParameterGroup
from ..declared.stages import STAGES
from ..kernels.kernel import FIXED_POINT, njit
from ..kernels.randomness import normal, uniform
from ..state.events import MOVED_IN, MOVED_OUT, NO_ASK, NONE, record
from ..state.newcomers import ARRIVAL
from ..state.ties import get_acquainted, lay_dormant
from ..world import World
from . import efficacy
from .needs import BLOCK, hash_block, threshold
from .process import Edge, Process

# Occupations in the order of their codes: higher, intermediate, routine and manual, never worked, student; in steps from the middle.
OCCUPATION_STEPS = np.zeros(256)
OCCUPATION_STEPS[:5] = 1.0, 0.0, -1.0, -1.0, 0.0
MOVING_LIMITS = (0.33, 3.0)  # of the factor by which the wards of a place move more or less often than usual (assumed)

# fmt: off
COLUMNS = (
    Column("settling", "u1", "1 for a newcomer who is still making ties"),
    Column("arrived", "u1", "1 for somebody who moved in after month 0"),
)
PARAMETERS = ParameterGroup("drift", (
    Parameter("trust_pull", 0.025, 0, 1, "share a month", "pull of trust to one's own disposition", source="judgement: trial runs gave about 0.012, and the value departs from that because levels of trust from surveys ask for it; the structure relationship has 0.012"),
    Parameter("influence_pull", 0.03, 0, 1, "share a month", "pull of influence felt to one's own disposition"),
    Parameter("influence_offset", -0.05, -1, 1, "0..1", "influence expected by an average disposition, relative to trust"),
    Parameter("expectation_pull", 0.03, 0, 1, "share a month", "pull of expectation to the institution's known performance"),
    Parameter("memory_kept", 0.97, 0, 1, "share a month", "share of the lasting memory of one's own cases that remains"),
    Parameter("capability_pull", 0.03, 0, 1, "share a month", "skill without practice fades"),
    Parameter("attachment_pull", 0.03, 0, 1, "share a month", "attachment without taking part fades"),
    Parameter("responded_pull", 0.03, 0, 1, "share a month", "what came of input is forgotten"),
    Parameter("habit_kept", 0.95, 0, 1, "share a month", "habit that remains"),
    Parameter("fatigue_kept", 0.90, 0, 1, "share a month", "tiredness that remains"),
    Parameter("talk_kept", 0.60, 0, 1, "share a month", "strength of talk that remains"),
    Parameter("visible_gain", 0.001, 0, 1, "share", "everyday influence gained where the ward sees a panel's result (one per 1,000 residents a month)"),
    Parameter("imposed_loss", 0.006, 0, 1, "share a month", "everyday influence lost where a programme is pushed through that residents do not own", source="KET 7 2014"),
    Parameter("know_how_kept", 0.98, 0, 1, "share a month", "know-how that remains"),
    Parameter("understanding_kept", 0.96, 0, 1, "share a month", "understanding of constraints that remains"),
    Parameter("move_owner", 0.004, 0, 1, "probability a month", "a household of owners moves", source="English Housing Survey, about 4 % a year"),
    Parameter("move_social", 0.005, 0, 1, "probability a month", "a household of social renters moves", source="English Housing Survey, about 6 % a year"),
    Parameter("move_private", 0.018, 0, 1, "probability a month", "a household of private renters moves", source="English Housing Survey, about 25 % a year; the value gives 20 % a year, as wards of many renters are stretched by their published moves"),
    Parameter("disposition_spread", 0.17, 0, 1, "standard deviation", "spread of dispositions between people", source="judgement, from trial runs: the anchor must differ"),
    Parameter("extreme", 0.02, 0, 0.5, "0..1", "how close to either end of the scale dispositions, skill and attachment may rest", awaits_fit=True),
    Parameter("disposition_mean", 0.56, 0, 1, "0..1", "mean disposition", facts=("trust_level", "influence_level")),
    Parameter("disposition_qualification", 0.04, -1, 1, "0..1", "disposition, each level of qualification"),
    Parameter("disposition_deprivation", 0.06, -1, 1, "0..1", "disposition lost from the middle to the most deprived decile"),
    Parameter("intercept_spread", 1.10, 0, 3, "log-odds", "spread of inclinations to take part between people", source="judgement: trial runs gave 0.5 to 0.6, and the value departs from that because it alone makes people differ lastingly; the structure relationship has 0.25"),
    Parameter("household_spread", 0.0, 0, 3, "log-odds", "spread of inclinations to take part between households, shared by all who live in one; 0 leaves it out", awaits_fit=True),
    Parameter("hours_spread", 0.45, 0, 3, "standard deviation of log", "spread of hours given between people", source="judgement, from trial runs; Mohan and Bulloch 2012", facts=("core_share",)),
    Parameter("capability_spread", 0.12, 0, 1, "standard deviation", "spread of skill between people"),
    Parameter("capability_qualification", 0.12, -1, 1, "0..1", "skill, each level of qualification"),
    Parameter("capability_occupation", 0.0, -1, 1, "0..1", "skill, each step from routine and manual to intermediate to higher occupations; those who never worked are on the lowest, students in the middle", source="Brady, Verba and Schlozman 1995: civic skills are practised at work", awaits_fit=True),
    *(Parameter(f"capability_{stage}", 0.0, -1, 1, "0..1", f"skill and health for taking part at ages {stage.replace('_', ' to ').replace('to plus', 'and over')}, relative to an average age", awaits_fit=True) for stage in STAGES),
    Parameter("capability_deprivation", 0.0, -1, 1, "0..1", "skill and health lost from the middle to the most deprived decile", source="Office for National Statistics, Census 2021: disability by deprivation (direction)", awaits_fit=True),
    Parameter("attachment_spread", 0.14, 0, 1, "standard deviation", "spread of attachment between people"),
    Parameter("attachment_owner", 0.06, -1, 1, "0..1", "attachment of owners above that of renters"),
    Parameter("online_young", 0.95, 0, 1, "probability", "comfortable with the web, below 65"),
    Parameter("online_old", 0.65, 0, 1, "probability", "comfortable with the web, from 65"),
    Parameter("online_deprivation", 0.08, -1, 1, "probability", "comfortable with the web, lost from the middle to the most deprived decile", source="Office for National Statistics, internet users (direction)"),
))
DriftValues = PARAMETERS.values_type("DriftValues", __name__)
# fmt: on


@njit(cache=True)
def _clip(x, low, high):
    return min(max(x, low), high)


@njit(cache=True)
def _pulled(stock, rest, pull):
    """Return a stock pulled towards where it rests, in double precision whatever the columns hold."""
    now = np.float64(stock)
    return now + pull * (np.float64(rest) - now)


@njit(cache=True)
def draw_characters(p, streams, rows, person_id, head, decile, age, old, by_age, by_occupation, tenure, qualification, occupation, disposition,
                    intercept, hours_factor, capability_base, attachment_base, online):  # fmt: skip
    """Draw the characteristics of the residents in `rows`, keyed by person; for the first residents and for newcomers.

    `head` is the slot of the first member of each one's household; `by_age` (age bands,) and `by_occupation` (occupations,) are
    what they add to skill.
    """
    for i in rows:
        person = person_id[i]
        level = np.float64(qualification[i]) - 1.0
        mean = p.disposition_mean + p.disposition_qualification * level - p.disposition_deprivation * (5.5 - decile[i]) / 4.5
        disposition[i] = _clip(mean + p.disposition_spread * normal(streams[0], person), p.extreme, 1.0 - p.extreme)
        own = p.intercept_spread * normal(streams[1], person)
        if p.household_spread > 0.0:
            own += p.household_spread * normal(streams[6], person // ARRIVAL * ARRIVAL + head[i])
        intercept[i] = own
        hours_factor[i] = math.exp(p.hours_spread * normal(streams[2], person))
        skill = 0.5 + p.capability_qualification * level + by_age[age[i]] + by_occupation[occupation[i]]
        skill -= p.capability_deprivation * (5.5 - decile[i]) / 4.5
        skill += p.capability_spread * normal(streams[3], person)
        capability_base[i] = _clip(skill, p.extreme, 1.0 - p.extreme)
        attached = 0.5 + (p.attachment_owner if tenure[i] == 0 else 0.0) + p.attachment_spread * normal(streams[4], person)
        attachment_base[i] = _clip(attached, p.extreme, 1.0 - p.extreme)
        at_home = (p.online_old if age[i] >= old else p.online_young) - p.online_deprivation * (5.5 - decile[i]) / 4.5
        online[i] = 1 if uniform(streams[5], person) < at_home else 0


@njit(cache=True)
def keep(stock, kept):
    """Let a stock fade to nothing; a loop over one array runs in vector steps."""
    for i in range(stock.size):
        stock[i] = kept * np.float64(stock[i])


@njit(cache=True)
def pull(stock, rest, share, offset):
    """Pull a stock towards each one's own `rest` plus `offset`, kept to 0..1."""
    for i in range(stock.size):
        stock[i] = _pulled(stock[i], _clip(np.float64(rest[i]) + offset, 0.0, 1.0), share)


@njit(cache=True)
def pull_to_one(stock, rest, share):
    """Pull a stock towards one value."""
    for i in range(stock.size):
        stock[i] = _pulled(stock[i], rest, share)


@njit(cache=True)
def pull_to_known(expectation, reputation, institution_of, ward, share):
    """Pull what is expected of a kind of institution towards what the ward's own is known for."""
    for i in range(expectation.size):
        expectation[i] = _pulled(expectation[i], reputation[institution_of[ward[i]]], share)


@njit(cache=True)
def add_trust(trust, institution_of, ward, alone, total):
    """Add up trust by institution as integers; `alone` is the institution that serves every ward, or -1."""
    if alone >= 0:
        part = np.int64(0)
        for i in range(trust.size):
            part += np.int32(np.float64(trust[i]) * FIXED_POINT)
        total[alone] += part
    else:
        for i in range(trust.size):
            total[institution_of[ward[i]]] += np.int32(np.float64(trust[i]) * FIXED_POINT)


@njit(cache=True)
def see_results(everyday, ward, visible, imposed, gain, loss):
    """Lift everyday influence where the ward sees what its panel changed; lower it where things are done to it."""
    for i in range(everyday.size):
        e = np.float64(everyday[i])
        everyday[i] = e + gain * visible[ward[i]] * (1.0 - e) - loss * imposed[ward[i]] * e


def fade(model: World) -> None:
    """Let every stock drift for a month, and add up trust by institution."""
    r, p = model.residents, model.values["drift"]
    model.trust_sum[:] = 0
    for k in range(len(model.services)):
        serving, alone = model.serving[k], model.alone[k]
        pull(r.trust[k], r.disposition, p.trust_pull, 0.0)
        add_trust(r.trust[k], serving, r.ward, alone, model.trust_sum)
        if alone >= 0:
            pull_to_one(r.expectation[k], model.institutions.reputation[alone], p.expectation_pull)
        else:
            pull_to_known(r.expectation[k], model.institutions.reputation, serving, r.ward, p.expectation_pull)
    keep(r.memory.reshape(-1), p.memory_kept)
    pull(r.influence_everyday, r.disposition, p.influence_pull, p.influence_offset)
    pull(r.influence_strategic, r.disposition, p.influence_pull, p.influence_offset)
    w = model.wards
    if w.visible_results.any() or w.imposed.any():
        see_results(r.influence_everyday, r.ward, w.visible_results, w.imposed, p.visible_gain, p.imposed_loss)
    pull(r.capability, r.capability_base, p.capability_pull, 0.0)
    pull(r.attachment, r.attachment_base, p.attachment_pull, 0.0)
    pull_to_one(r.responded, 0.5, p.responded_pull)
    for stock, kept in ((r.habit, p.habit_kept), (r.fatigue, p.fatigue_kept), (r.talk, p.talk_kept)):
        keep(stock, kept)
    for stock, kept in ((r.know_how, p.know_how_kept), (r.understanding, p.understanding_kept)):
        if stock.any():
            keep(stock, kept)


def moving_factors(model: World) -> np.ndarray:
    """Return the factor on the chance to move that lets each ward have as many newcomers in a year as its place publishes, float64 (wards,).

    It is reckoned at the declared chances, so that these stay parameters; 1 where nothing is published.
    """
    published = getattr(model.place, "moved_in", None)
    factor = np.ones(len(model.place.wards))
    if published is None:
        return factor
    r = model.residents
    counts = np.zeros((len(factor), 3))
    np.add.at(counts, (r.ward, np.minimum(r.tenure, 2)), 1.0)
    mix = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    chance = np.array([p.default for p in PARAMETERS.parameters if p.name in ("move_owner", "move_social", "move_private")])
    moved = published(model.key)
    known = ~np.isnan(moved) & (mix.sum(axis=1) > 0)
    for _ in range(20):
        expected = (mix * (1.0 - (1.0 - np.minimum(factor[:, None] * chance, 1.0)) ** 12)).sum(axis=1)
        factor[known] = np.clip(factor[known] * moved[known] / expected[known], *MOVING_LIMITS)
    return factor


@njit(cache=True)
def find_movers(p, factor, stream, household, ward, tenure, movers):
    """Fill `movers` with the residents whose household moves this month; return their number."""
    chance = np.array([p.move_owner, p.move_social, p.move_private])
    bounds = np.empty((factor.size, 3), np.uint64)
    for w in range(factor.size):
        for t in range(3):
            bounds[w, t] = threshold(min(factor[w] * chance[t], 1.0))
    bound = bounds.max()
    block = np.empty(BLOCK, np.uint64)
    number = 0
    for first in range(0, household.size, BLOCK):
        stop = min(first + BLOCK, household.size)
        hash_block(stream, household, first, stop, block)
        for i in range(first, stop):
            if block[i - first] < bound and block[i - first] < bounds[ward[i], min(tenure[i], 2)]:
                movers[number] = i
                number += 1
    return number


@njit(cache=True)
def move_in(movers, number, stream, pool, head, member, first, models, traits, person_id, age, qualification, occupation, segment, children, partner,
            log, count):  # fmt: skip
    """Give each mover's place to a newcomer with a new id; a household is replaced by one like a first household of its pool, drawn once for all members."""
    for m in range(number):
        i = movers[m]
        if log.shape[0]:
            record(log, count, MOVED_OUT, person_id[i], NONE, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
        person_id[i] += ARRIVAL
        start, held = first[pool[i]], first[pool[i] + 1] - first[pool[i]]
        household = person_id[i] // ARRIVAL * ARRIVAL + head[i]
        like = models[start + np.int64(uniform(stream, household) * held)] + member[i]
        age[i], qualification[i], occupation[i] = traits[0, like], traits[1, like], traits[2, like]
        segment[i], children[i], partner[i] = traits[3, like], traits[4, like], traits[5, like]
        if log.shape[0]:
            record(log, count, MOVED_IN, person_id[i], NONE, NONE, NONE, NO_ASK, NONE, NONE, 0.0)


@njit(cache=True)
def start_out(offset, rows, ward, institution_of, reputation, disposition, capability_base, attachment_base, trust, expectation,
              expectation_mean, everyday, strategic, capability, attachment):  # fmt: skip
    """Give the residents in `rows` a newcomer's stocks: what they are disposed to, and what institutions are known for."""
    for i in rows:
        anchor = min(max(disposition[i] + offset, np.float32(0.0)), np.float32(1.0))
        everyday[i] = anchor
        strategic[i] = anchor
        capability[i] = capability_base[i]
        attachment[i] = attachment_base[i]
        for k in range(trust.shape[0]):
            trust[k, i] = disposition[i]
            expectation[k, i] = reputation[institution_of[ward[i], k]]
            expectation_mean[k, i] = expectation[k, i]


def skill_by_age(model: World) -> np.ndarray:
    """Return what each of the place's age bands adds to skill, 0..1, float64 (age bands,)."""
    p = model.values["drift"]
    return model.stages @ np.array([getattr(p, f"capability_{stage}") for stage in STAGES])


def skill_by_occupation(model: World) -> np.ndarray:
    """Return what each occupation adds to skill, 0..1, float64 (codes of occupations,); nothing where a place's people have none."""
    return model.values["drift"].capability_occupation * OCCUPATION_STEPS * float(model.knows_occupation)


def settle(model: World, rows: np.ndarray) -> None:
    """Give the residents in `rows` a character and a newcomer's stocks: they expect the average and know nobody yet."""
    r, p = model.residents, model.values["drift"]
    streams = np.array([model.constant_stream(f"character: {name}") for name in
                        ("disposition", "intercept", "hours", "capability", "attachment", "online", "household")])  # fmt: skip
    draw_characters(p, streams, rows, r.person_id, model.newcomers.head, r.decile, r.age, model.old_age, skill_by_age(model), skill_by_occupation(model),
                    r.tenure, r.qualification, r.occupation, r.disposition, r.intercept, r.hours_factor, r.capability_base, r.attachment_base,
                    r.online)  # fmt: skip
    r.reset(rows, model.person_columns)
    start_out(np.float32(p.influence_offset), rows, r.ward, model.institution_of, model.institutions.reputation, r.disposition,
              r.capability_base, r.attachment_base, r.trust, r.expectation, r.expectation_mean, r.influence_everyday,
              r.influence_strategic, r.capability, r.attachment)  # fmt: skip
    efficacy.arrive(model, rows)


def step(model: World) -> None:
    """Drift."""
    r, s, t, p = model.residents, model.scratch, model.ties, model.values["drift"]
    fade(model)
    moving, arriving, meeting = model.streams("drift: moving", "drift: newcomer", "drift: meeting")
    number = find_movers(p, model.moving, moving, r.household, r.ward, r.tenure, s.movers)
    if number:
        lay_dormant(s.movers, number, t.offsets, t.targets)
        n = model.newcomers
        move_in(s.movers, number, arriving, n.pool, n.head, n.member, n.first, n.models, n.traits, r.person_id, r.age, r.qualification, r.occupation,
                r.segment, r.children, r.partner, model.log.buffer, model.log.count)  # fmt: skip
        rows = s.movers[:number].copy()
        settle(model, rows)
        r.settling[rows], r.arrived[rows] = 1, 1
        model.cell[rows] = model.cells_of(rows)
    took_part = r.months_civic_participation | r.months_consultation | r.months_activism | r.months_volunteering
    get_acquainted(model.values["ties"], meeting, r.settling, r.person_id, took_part, t.offsets, t.targets, s.chance)


PROCESS = Process(
    name="drift",
    title="Drift",
    description=(
        "Trust and influence drift back to each person's own disposition. Expectation drifts to the institution's known "
        "performance, and other stocks to their resting values. Households move, renters more often. Newcomers take over the "
        "dwelling and its circles, are drawn from the ward's own mix, expect the average, and make ties through introductions. What each "
        "is like is drawn on arrival: skill by qualification, occupation, age and deprivation, trust by qualification and deprivation, and an inclination of "
        "one's own, part of which the household shares."
    ),
    equations=("X += pull (rest - X)",
               "on arrival, resting values: skill = 0.5 + capability_qualification level + capability_occupation step + capability_age - capability_deprivation x + noise, "
               "level: -1, 0, 1 by qualification; step by occupation; x: -1 least to 1 most deprived",
               "disposition = mean + disposition_qualification level - disposition_deprivation x + noise; attachment = 0.5 + attachment_owner + noise",
               "inclination of one's own = intercept_spread N + household_spread N of the household; with efficacy: + weight (X - 0.5)",
               "P(tie wakes) = (introduction + closure share already known) (1 + joining_in took part)"),
    reads=("age", "qualification", "occupation", "decile", "disposition", "capability_base", "attachment_base", "household", "tenure", "ward", "ties"),
    writes=("trust", "expectation", "memory", "influence_everyday", "influence_strategic", "capability", "attachment", "responded",
            "know_how", "understanding", "habit", "fatigue", "talk", "person_id", "settling", "arrived", "ties"),
    columns=COLUMNS,
    parameters=PARAMETERS,
    values_type=DriftValues,
    step=step,
    edges=(
        Edge("a month passes", ("trust", "expectation", "memory", "influence_everyday", "influence_strategic", "capability",
                                "attachment", "responded", "know_how", "understanding", "habit", "fatigue", "talk")),
        Edge("a ward sees what its panel changed, or what is imposed on it", ("influence_everyday",)),
        Edge("somebody moves in", ("every column of the newcomer",)),
    ),
    source="Feld 1981 (foci); pull to an anchor, from trial runs",
)  # fmt: skip
