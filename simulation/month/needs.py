"""Issues arise, residents contact an institution, and what is not resolved is chased or given up."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.levers import lever_index
from ..declared.loops import Loop
from ..declared.parameters import SWITCH, Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import bits, substream, uniform
from ..state.events import CHASE as CHASE_EVENT
from ..state.events import CONTACT, NEED, NO_ASK, NONE, record
from ..world import World
from .process import Edge, Process

BLOCK = 1024
NEW, CHASE, WAIT, ABANDON = 0, 1, 2, 3
SERVICE_BITS, KIND_BITS = 3, 2  # an entry packs row, kind of institution (8 at most) and kind of entry
MAX_SERVICES = 1 << SERVICE_BITS
_NEED_FACTOR = lever_index("need_factor")

# fmt: off
COLUMNS = (
    Column("case_age", "u1", "months that a case has been open with each kind of institution (0: none)", "service"),
    Column("case_number", "u2", "number of the last case with each kind of institution", "service"),
    Column("open_cases", "u1", "cases open now"),
    Column("know_how", "f4", "what the resident can do instead of calling, 0..1"),
    Column("issue", "u1", "one bit per kind of institution with which an issue of the resident's own is live"),
    Column("grievance", "u1", "those bits of `issue` where a case that failed moves the resident to act unasked"),
    Column("area_issue", "u1", "one bit per kind of institution with which a matter of the area is live"),
    Column("new_cases_12m", "u1", "new cases, by month", "ring"),
    Column("repeat_contacts_12m", "u1", "contacts that chase, by month", "ring"),
)
PARAMETERS = ParameterGroup("needs", (
    Parameter("contact_probability", 0.75, 0, 1, "probability", "a new issue is taken to the institution"),
    Parameter("memory_gate", 0.30, 0, 1, "share", "increase (decrease) in that probability for somebody whose last cases there went well (badly)",
              source="Sjoberg, Mellon and Peixoto 2017: a second report is 1.57 times as likely after a first was fixed", facts=("repeat_after_fix",)),
    Parameter("chase", 0.20, 0, 1, "probability a month", "an open case is chased", source="judgement, from trial runs: a calm baseline needs about 0.16", facts=("repeat_contacts",)),
    Parameter("give_up", 0.06, 0, 1, "probability a month", "an open case is given up", source="judgement, from trial runs: about 0.08"),
    Parameter("group_relief", 0.15, 0, 1, "share", "share of needs that a ward's groups at full strength meet themselves"),
    Parameter("service_relief", 0.20, 0, 1, "share", "share of needs that services run by residents at full strength meet", source="Mobilise and KET 7 2014"),
    Parameter("self_help_share", 0.5, 0, 1, "share", "share of issues that somebody with the know-how deals with alone", source="Mobilise"),
    Parameter("alone_gain", 0.03, 0, 1, "share per issue", "skill and everyday influence gained by dealing with an issue alone", source="Mobilise: they understand what they themselves can do"),
    Parameter("need_scale", 1.0, 0, 10, "factor", "factor on all needs"),
    Parameter("issue_lasts", 0.0, 0, 1, SWITCH, "1: an issue lives from the need to its resolution or to being forgotten, whoever handles it; 0: a live issue is a contact of this month",
              source="judgement, and the two kinds of contacting of Verba and Nie 1972", structural=True, awaits_fit=True),
    Parameter("issue_forgotten", 0.20, 0, 1, "probability a month", "a live issue is forgotten", awaits_fit=True, ends=(0.08, 0.5)),
    Parameter("area_share", 0.15, 0, 1, "share", "share of usual needs that are seen to be a matter of the area, not one's own case alone",
              source="judgement: a guess, in a wide range; that the two differ in who acts is in Verba and Nie 1972", awaits_fit=True, ends=(0.03, 0.45)),
    Parameter("grievance", 0.0, 0, 1, "share", "share of cases given up that move the resident to civic action; a first failure and a chase in vain count in part",
              source="form: Dowding and John 2012, voice alone and voice with others after dissatisfaction; size: judgement", awaits_fit=True),
))
NeedsValues = PARAMETERS.values_type("NeedsValues", __name__)
# fmt: on


@njit(cache=True)
def pack(row, service, kind):
    """Return one entry of the month's work list."""
    return (np.int64(row) << (SERVICE_BITS + KIND_BITS)) | (np.int64(service) << KIND_BITS) | np.int64(kind)


@njit(cache=True)
def unpack(entry):
    """Return row, service and kind of an entry."""
    kind = entry & ((1 << KIND_BITS) - 1)
    service = (entry >> KIND_BITS) & (MAX_SERVICES - 1)
    return entry >> (SERVICE_BITS + KIND_BITS), service, kind


@njit(cache=True)
def hash_block(stream, identities, first, stop, out):
    """Fill `out` with the random bits of a block of identities, in one vector loop."""
    for i in range(first, stop):
        out[i - first] = bits(stream, identities[i])


@njit(cache=True)
def threshold(probability):
    """Return the 64-bit threshold below which random bits mean that an event of this probability happens."""
    return np.uint64(min(max(probability, 0.0), 1.0) * 18446744073709549568.0)


@njit(cache=True)
def find_needs(p, streams, person_id, ward, cell, decile, tenure, open_cases, case_age, memory, know_how, capability, everyday, relief, rates, surge, chase,
               institution_of, slot, new_cases, repeats, issue, area_issue, entries, log, count):  # fmt: skip
    """Fill `entries` with new contacts, chasers, waiting and abandoned cases; return their number.

    `rates` is float64 (deciles, tenures, services); `relief` a factor by ward, `surge` one by institution and cell;
    `chase` the chance to chase by kind of institution.
    """
    services = case_age.shape[0]
    totals = rates.sum(axis=2) * surge.max()
    highest = totals.max() * relief.max()
    block = np.empty(BLOCK, np.uint64)
    found = 0
    for first in range(0, person_id.size, BLOCK):
        stop = min(first + BLOCK, person_id.size)
        hash_block(streams[0], person_id, first, stop, block)
        bound = threshold(highest)
        for i in range(first, stop):
            arises = block[i - first] <= bound
            if not arises and open_cases[i] == 0:
                continue
            person = person_id[i]
            fresh = -1
            if arises:
                u = uniform(streams[0], person)
                if u >= totals[decile[i] - 1, tenure[i]] * relief[ward[i]] and open_cases[i] == 0:
                    continue
                for k in range(services):
                    u -= rates[decile[i] - 1, tenure[i], k] * relief[ward[i]] * surge[institution_of[ward[i], k], cell[i]]
                    if u < 0.0:
                        fresh = k
                        break
            if open_cases[i] > 0:
                for k in range(services):
                    age = case_age[k, i]
                    if age == 0:
                        continue
                    case_age[k, i] = min(age + 1, 250)
                    v = uniform(substream(streams[2], k), person)
                    kind = WAIT
                    if v < p.give_up:
                        kind = ABANDON
                    elif v < p.give_up + chase[k]:
                        kind = CHASE
                        repeats[slot, i] = min(repeats[slot, i] + 1, 255)
                        if log.shape[0]:
                            record(log, count, CHASE_EVENT, person, k, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                    entries[found] = pack(i, k, kind)
                    found += 1
            alone = False
            if fresh >= 0 and case_age[fresh, i] == 0:
                if log.shape[0]:
                    record(log, count, NEED, person, fresh, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                reach = p.contact_probability * (1.0 + p.memory_gate * memory[fresh, i])
                v = uniform(streams[1], person)
                if v < reach * (1.0 - p.self_help_share * np.float64(know_how[i])):
                    new_cases[slot, i] = min(new_cases[slot, i] + 1, 255)
                    if log.shape[0]:
                        record(log, count, CONTACT, person, fresh, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                    entries[found] = pack(i, fresh, NEW)
                    found += 1
                elif v < reach:
                    alone = True
                    capability[i] += p.alone_gain * (1.0 - np.float64(capability[i]))
                    everyday[i] += p.alone_gain * (1.0 - np.float64(everyday[i]))
            if fresh >= 0 and p.issue_lasts > 0.0:
                if uniform(streams[3], person) * surge[institution_of[ward[i], fresh], cell[i]] < p.area_share:
                    area_issue[i] |= np.uint8(1 << fresh)
                elif not alone:
                    issue[i] |= np.uint8(1 << fresh)
    return found


@njit(cache=True)
def forget_issues(chance, stream, services, person_id, issue, grievance, area_issue):
    """Let each live issue be forgotten with this chance, and a grievance with the issue that it is about."""
    own, shared = np.empty(services, np.uint64), np.empty(services, np.uint64)
    for k in range(services):
        own[k] = substream(stream, k)
        shared[k] = substream(own[k], 1)
    for i in range(person_id.size):
        if issue[i] | area_issue[i] == 0:
            continue
        for k in range(services):
            others = np.uint8(~(1 << k) & 255)
            if (issue[i] >> k) & 1 and uniform(own[k], person_id[i]) < chance:
                issue[i] &= others
                grievance[i] &= others
            if (area_issue[i] >> k) & 1 and uniform(shared[k], person_id[i]) < chance:
                area_issue[i] &= others


def step(model: World) -> None:
    """Find this month's contacts."""
    r, p = model.residents, model.values["needs"]
    strength = model.wards.group_strength if model.loops["community"] else model.wards.group_mean
    relief = p.need_scale * (1.0 - p.group_relief * strength - p.service_relief * model.wards.own_services)
    surge = model.levers.institution[_NEED_FACTOR]
    streams = model.streams("needs: issue", "needs: report", "needs: patience", "needs: area")
    if p.issue_lasts:
        (forgetting,) = model.streams("needs: forgetting")
        forget_issues(p.issue_forgotten, forgetting, len(model.services), r.person_id, r.issue, r.grievance, r.area_issue)
    model.scratch.found = find_needs(
        p, streams, r.person_id, r.ward, model.cell, r.decile, r.tenure, r.open_cases, r.case_age, r.memory, r.know_how, r.capability, r.influence_everyday,
        np.maximum(relief, 0.0), model.need_rates, surge, np.minimum(p.chase * model.chase_factors, 1.0), model.institution_of, model.slot, r.new_cases_12m, r.repeat_contacts_12m, r.issue, r.area_issue, model.scratch.entries, model.log.buffer, model.log.count,
    )  # fmt: skip


COMMUNITY = Loop(
    "community", 1, "taking part -> groups, skills, ties -> enabled -> more taking part, less demand", "wards.group_strength"
)
PROCESS = Process(
    name="needs",
    title="Needs",
    description=(
        "Issues arise with a keyed probability that grows with the deprivation of the small area and differs by tenure and kind "
        "of institution. Groups and services run by residents meet some needs, and people who have learnt how deal with some "
        "issues alone. A resident is more likely to take a new issue to an institution where earlier cases ended well. A "
        "resident has at most one open case with each kind of institution. An open case is chased, left waiting or given up. "
        "Where issues last (`needs.issue_lasts`), a need opens an issue whether or not it is taken to anybody. Most are the "
        "resident's own case: it counts when somebody asks, until a case with that kind of institution is solved or the issue "
        "is forgotten, and what is dealt with alone opens none. A share is a matter of the area, which others have too: it "
        "moves the resident unasked, no case of one's own settles it, and it ends when it is forgotten. A surge of needs is one "
        "of own cases: matters of the area arise at their usual pace. Taking a case to a service is particularised contacting, "
        "a mode of its own; it is not a civic act, and measures of taking part never count it."
    ),
    equations=(
        "P(issue with k) = need_rate_k (1 + gradient_k (5.5 - decile)/9) tenure_k need_scale need_factor_k (1 - group_relief G - service_relief S)",
        "P(report) = contact_probability (1 + memory_gate M_k) (1 - self_help_share know_how)",
        "P(matter of the area | issue with k) = min(area_share / need_factor_k, 1); P(a live issue is forgotten) = issue_forgotten",
    ),
    reads=(
        "person_id",
        "ward",
        "decile",
        "tenure",
        "open_cases",
        "case_age",
        "memory",
        "know_how",
        "issue",
        "area_issue",
        "wards.group_strength",
        "wards.own_services",
    ),
    writes=(
        "case_age",
        "new_cases_12m",
        "repeat_contacts_12m",
        "capability",
        "influence_everyday",
        "issue",
        "grievance",
        "area_issue",
    ),
    columns=COLUMNS,
    loops=(COMMUNITY,),
    parameters=PARAMETERS,
    values_type=NeedsValues,
    step=step,
    edges=(
        Edge("an issue arises", ("a contact this month", "issue", "area_issue")),
        Edge("an issue is forgotten", ("issue", "grievance", "area_issue")),
        Edge("an issue is dealt with alone", ("capability", "influence_everyday")),
        Edge("a case stays open", ("a chaser, or the case is given up",)),
    ),
    source="Mobilise; own cases and matters of the area: Verba and Nie 1972",
)
