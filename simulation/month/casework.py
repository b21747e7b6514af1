"""Institutions work on cases with a capacity that is finite and that overload wastes."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..declared.columns import Column
from ..declared.institutions import TALLY
from ..declared.levers import lever_index
from ..declared.loops import Loop
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import bits, substream, uniform
from ..state.events import ABANDONED as ABANDONED_EVENT
from ..state.events import NO_ASK, NONE, TOLD, UNRESOLVED, record
from ..state.events import RESOLVED as RESOLVED_EVENT
from ..world import World
from .needs import ABANDON, CHASE, NEW, unpack
from .process import Edge, Process

# what came of an entry, as flags
SOLVED, COURTEOUS, WAS_TOLD, SPOKEN, BAD, GIVEN_UP, FIRST, TAUGHT = 1, 2, 4, 8, 16, 32, 64, 128

_RESPONSIVENESS, _CAPACITY = lever_index("responsiveness"), lever_index("capacity")
_COURTESY, _CASE_FEEDBACK = lever_index("courtesy"), lever_index("case_feedback")
_DISCRETION, _MISROUTING, _ADVOCATE = lever_index("discretion"), lever_index("misrouting"), lever_index("advocate_share")
_SELF_HELP = lever_index("self_help")
_NEW, _CHASES, _FIRST, _RESOLVED = TALLY["new_cases"], TALLY["chases"], TALLY["first_resolved"], TALLY["resolved"]
_ABANDONED, _OPEN, _TOLD = TALLY["abandoned"], TALLY["open"], TALLY["told"]

# How hard a case is: one of 64 equally likely classes of a lognormal, the same for all its life.
CLASSES = 64
_HARDNESS_SHIFT = np.uint64(64 - 6)

# fmt: off
COLUMNS = (
    Column("resolved_12m", "u1", "cases resolved, by month", "ring"),
)
INSTITUTION_COLUMNS = (
    Column("load", "f8", "work in hand relative to capacity, last month"),
    Column("throughput", "f8", "share of normal output left under that load, 0..1", start=1.0),
    Column("reputation", "f8", "share of new cases resolved at first contact, last twelve months", start=0.55),
    Column("chase_mean", "f8", "failure demand: own mean of chasers over the last twelve months of burn-in"),
)
PARAMETERS = ParameterGroup("casework", (
    Parameter("chase_effort", 1.0, 0, 10, "contacts", "work of handling a chaser, in new contacts"),
    Parameter("open_effort", 0.25, 0, 10, "contacts a month", "work of keeping a case open, in new contacts"),
    Parameter("load_steepness", 4.0, 1, 20, "exponent", "how suddenly throughput falls when load approaches capacity", source="judgement, from trial runs"),
    Parameter("load_loss", 1.5, 0, 5, "exponent", "throughput lost to overload; 1.5 or more creates a tipping point", source="judgement, from trial runs"),
    Parameter("knowledge_gain", 0.30, 0, 1, "probability", "first-contact resolution gained from none to full local knowledge"),
    Parameter("slack_gain", 0.04, 0, 1, "probability", "first-contact resolution gained from full to no load: freed capacity improves service"),
    Parameter("usual_load", 0.45, 0, 1, "share", "load at which first-contact resolution has its declared value", awaits_fit=True),
    Parameter("chase_success", 0.35, 0, 1, "share", "a chaser's probability of resolution, relative to a first contact's"),
    Parameter("advocate_gain", 0.50, 0, 1, "share", "failures at first contact that an advocate prevents", source="Mobilise"),
    Parameter("courtesy_skill", 0.25, 0, 1, "probability", "courtesy gained from no to full skill of staff", source="Ray and others 2008"),
    Parameter("response_spread", 1.2, 0, 4, "standard deviation of log", "spread of how difficult cases are: response times are heavy-tailed",
              source="311 and Open311 response times"),
))
CaseworkValues = PARAMETERS.values_type("CaseworkValues", __name__)
# fmt: on


@njit(cache=True)
def first_contact_chance(p, levers, j, cell, knowledge, load, throughput):
    """Return the chance that a well-routed contact with institution j is resolved at once."""
    chance = (
        levers[_RESPONSIVENESS, j, cell] + p.knowledge_gain * (knowledge - 0.5) + p.slack_gain * (p.usual_load - min(load, 1.0))
    )
    return min(max(chance, 0.0), 1.0) * throughput


@njit(cache=True)
def take_work_in(p, frozen, entries, found, ward, institution_of, served, capacity, load, throughput, efficiency, chase_mean,
                 tallies):  # fmt: skip
    """Count each institution's work and set its load and throughput."""
    for e in range(found):
        i, k, kind = unpack(entries[e])
        j = institution_of[ward[i], k]
        if kind == NEW:
            tallies[j, _NEW] += 1
        elif kind == CHASE:
            tallies[j, _CHASES] += 1
        tallies[j, _OPEN] += kind != NEW
    for j in range(load.size):
        chases = chase_mean[j] * served[j] if frozen else np.float64(tallies[j, _CHASES])
        work = tallies[j, _NEW] + p.chase_effort * chases + p.open_effort * tallies[j, _OPEN]
        room = capacity[j] * served[j] / 1000.0 * efficiency[j]
        load[j] = work / room if room > 0.0 else (1000.0 if work > 0.0 else 0.0)
        throughput[j] = (1.0 + load[j] ** p.load_steepness) ** (-p.load_loss / p.load_steepness)


@njit(cache=True)
def handle_cases(p, streams, entries, found, outcomes, person_id, ward, cell, institution_of, levers, load, throughput,
                 knowledge, skill, worked, case_age, case_number, open_cases, resolved, slot, tallies, log, count):  # fmt: skip
    """Decide what comes of each entry; flags go to `outcomes`."""
    for e in range(found):
        i, k, kind = unpack(entries[e])
        j = institution_of[ward[i], k]
        person, c = person_id[i], cell[i]
        at = substream(streams[0], k)
        flags = 0
        advocate = kind != ABANDON and uniform(substream(at, 1), person) < levers[_ADVOCATE, j, c]
        if kind == NEW:
            case_number[k, i] += 1
        if kind == ABANDON:
            flags = BAD | GIVEN_UP
            tallies[j, _ABANDONED] += 1
        else:
            chance = first_contact_chance(p, levers, j, c, knowledge[j], load[j], throughput[j])
            if advocate:
                chance += p.advocate_gain * (1.0 - chance)
            elif kind == NEW:
                chance *= 1.0 - levers[_MISROUTING, j, c] * (1.0 - levers[_DISCRETION, j, c])
            if kind != NEW:
                hardness = bits(substream(substream(streams[1], k), case_number[k, i]), person) >> _HARDNESS_SHIFT
                chance = 1.0 - (1.0 - worked[j, hardness]) * (1.0 - p.chase_success * chance if kind == CHASE else 1.0)
            if uniform(substream(at, 2), person) < chance:
                flags |= SOLVED
                resolved[slot, i] = min(resolved[slot, i] + 1, 255)
                tallies[j, _RESOLVED] += 1
                if kind == NEW:
                    flags |= FIRST
                    tallies[j, _FIRST] += 1
            elif kind == NEW or kind == CHASE:
                flags |= BAD
            if kind == NEW or kind == CHASE:
                flags |= SPOKEN
                if uniform(substream(at, 3), person) < levers[_COURTESY, j, c] + p.courtesy_skill * (skill[j] - 0.5):
                    flags |= COURTEOUS
                if levers[_SELF_HELP, j, c] > 0.0 and uniform(substream(at, 5), person) < levers[_SELF_HELP, j, c]:
                    flags |= TAUGHT
        if flags != 0:
            told = levers[_CASE_FEEDBACK, j, c]
            if advocate:
                told += p.advocate_gain * (1.0 - told)
            if uniform(substream(at, 4), person) < told:
                flags |= WAS_TOLD
                tallies[j, _TOLD] += 1
        outcomes[e] = flags
        if flags & (SOLVED | GIVEN_UP):
            if kind != NEW:
                case_age[k, i] = 0
                open_cases[i] -= 1
        elif kind == NEW:
            case_age[k, i] = 1
            open_cases[i] += 1
        if log.shape[0] and flags != 0:
            number = np.int64(case_number[k, i])
            what = RESOLVED_EVENT if flags & SOLVED else (ABANDONED_EVENT if flags & GIVEN_UP else UNRESOLVED)
            good = 1.0 if flags & SOLVED else -1.0
            record(log, count, what, person, j, number, NONE, NO_ASK, NONE, np.int64(flags & COURTEOUS > 0), good)
            if flags & WAS_TOLD:
                record(log, count, TOLD, person, j, number, NONE, NO_ASK, NONE, np.int64(flags & SOLVED > 0), 0.5)


@njit(cache=True)
def settle_issues(share, first_failure, chase_failure, stream, entries, found, outcomes, person_id, case_number, issue, grievance):
    """Close the own issues whose case was solved, and let failed cases become a grievance.

    `share` is that of cases given up; the same draw stands for all failures of a case, so that it is the share of cases, not of
    months. `first_failure` and `chase_failure` say how much a failure weighs that may still be put right.
    """
    for e in range(found):
        flags = outcomes[e]
        i, k, kind = unpack(entries[e])
        bit = np.uint8(1 << k)
        if flags & SOLVED:
            issue[i] &= np.uint8(~bit & 255)
            grievance[i] &= np.uint8(~bit & 255)
        elif flags & BAD and share > 0.0:
            size = 1.0 if flags & GIVEN_UP else (first_failure if kind == NEW else chase_failure)
            if uniform(substream(substream(stream, k), case_number[k, i]), person_id[i]) < share * size:
                issue[i] |= bit
                grievance[i] |= bit


def step(model: World) -> None:
    """Work on this month's contacts and open cases."""
    r, w, s, p = model.residents, model.institutions, model.scratch, model.values["casework"]
    take_work_in(p, not model.loops["failure_demand"], s.entries, s.found, r.ward, model.institution_of, model.served,
                 model.levers.mean[_CAPACITY], w.load, w.throughput, w.efficiency, w.chase_mean, model.tallies)  # fmt: skip
    rate = np.log(2.0) / model.half_lives * w.throughput
    worked = 1.0 - np.exp(-rate[:, None] * np.exp((p.response_spread * model.spread_factors)[:, None] * _deviates()[None, :]))
    handle_cases(p, model.streams("casework: outcome", "casework: hardness@case"), s.entries, s.found, s.outcomes, r.person_id,
                 r.ward, model.cell, model.institution_of, model.levers.institution, w.load, w.throughput, w.knowledge * w.experienced,
                 w.skill * w.experienced, worked, r.case_age, r.case_number, r.open_cases, r.resolved_12m, model.slot, model.tallies,
                 model.log.buffer, model.log.count)  # fmt: skip
    needs = model.values["needs"]
    if needs.issue_lasts:
        felt = model.values["experience"]
        (grievance,) = model.streams("casework: grievance@case")
        settle_issues(needs.grievance, felt.first_failure, felt.chase_failure, grievance, s.entries, s.found, s.outcomes, r.person_id,
                      r.case_number, r.issue, r.grievance)  # fmt: skip


@cache
def _deviates() -> np.ndarray:
    """Return float64 (classes,), the standard normal deviate in the middle of each class of hardness."""
    from scipy.special import ndtri

    return ndtri((np.arange(CLASSES) + 0.5) / CLASSES)


FAILURE_DEMAND = Loop("failure_demand", 1, "unresolved -> chased -> overload -> more unresolved", "chasers")
PROCESS = Process(
    name="casework",
    title="Casework",
    description=(
        "An institution's load is its work (new contacts, chasers, open cases) relative to its capacity. Throughput falls as "
        "load rises, so chasers can tip an institution into failure. A contact may be misrouted, unless staff have discretion "
        "or an advocate carries it. It is resolved at once with a probability that rises with local knowledge and spare "
        "capacity. Cases that stay open are resolved later with a hazard that differs between cases (heavy-tailed response "
        "times). Each contact is courteous or not, and each caller is told what happened or not. Where issues last, a solved case "
        "closes the resident's own issue with that kind of institution, and a share of failed cases become a grievance: a reason "
        "to act unasked. A case given up weighs most, as it does in what is lived through."
    ),
    equations=(
        "u_j = (new + chase_effort chases + open_effort open) / (capacity_j efficiency_j)",
        "phi(u) = (1 + u^load_steepness)^(-load_loss/load_steepness)",
        "P(first) = (responsiveness_j + knowledge_gain (K_j - 0.5) + slack_gain (usual_load - u_j)) phi(u_j) (1 - misrouting (1 - discretion))",
        "P(later, a month) = 1 - exp(-ln 2 z phi / median_k), log z ~ N(0, response_spread spread_factor_k), in 64 classes",
        "P(grievance) = needs.grievance w, w = 1 for a case given up, first_failure or chase_failure before that; one draw a case",
    ),
    reads=(
        "person_id",
        "ward",
        "case_age",
        "issue",
        "institutions.efficiency",
        "institutions.knowledge",
        "institutions.skill",
        "institutions.experienced",
    ),
    writes=(
        "case_age",
        "case_number",
        "open_cases",
        "resolved_12m",
        "issue",
        "grievance",
        "institutions.load",
        "institutions.throughput",
    ),
    columns=COLUMNS,
    institution_columns=INSTITUTION_COLUMNS,
    loops=(FAILURE_DEMAND,),
    parameters=PARAMETERS,
    values_type=CaseworkValues,
    step=step,
    edges=(
        Edge("a contact or chaser arrives", ("institutions.load",)),
        Edge("a case is solved", ("issue", "grievance")),
        Edge("a case fails", ("issue", "grievance")),
    ),
    source="forms of load, from trial runs",
)
