"""Step 1: issues arise, residents contact an institution, and what is not resolved is chased or given up."""

from __future__ import annotations

import numpy as np
from numba import njit

from .events import CHASE as CHASE_EVENT
from .events import CONTACT, NEED, NO_ASK, NONE, record
from .parameters import Parameter, ParameterGroup
from .process import Edge, Process
from .randomness import bits, substream, uniform

BLOCK = 1024
NEW, CHASE, WAIT, ABANDON = 0, 1, 2, 3
SERVICE_BITS, KIND_BITS = 3, 2  # an entry packs row, kind of institution (8 at most) and kind of entry
MAX_SERVICES = 1 << SERVICE_BITS

# fmt: off
PARAMETERS = ParameterGroup("needs", (
    Parameter("contact_probability", 0.75, 0, 1, "probability", "a new issue is taken to the institution"),
    Parameter("memory_gate", 0.30, 0, 1, "share", "rise (fall) of that chance for somebody whose last cases there went well (badly)",
              source="Sjoberg, Mellon and Peixoto 2017: a second report is 1.57 times as likely after a first was fixed"),
    Parameter("chase", 0.20, 0, 1, "probability a month", "an open case is chased", source="TRIAL: a calm baseline needs about 0.16"),
    Parameter("give_up", 0.06, 0, 1, "probability a month", "an open case is given up", source="TRIAL: about 0.08"),
    Parameter("group_relief", 0.15, 0, 1, "share", "needs that a ward's groups at full strength meet themselves"),
    Parameter("need_scale", 1.0, 0, 10, "factor", "factor on all needs"),
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
def find_needs(p, streams, person_id, ward, decile, tenure, open_cases, case_age, memory, relief, rates, slot,
               new_cases, repeats, entries, log, count):  # fmt: skip
    """Fill `entries` with new contacts, chasers, waiting and abandoned cases; return their number.

    `rates` is float64 (deciles, tenures, services), cumulative over services; `relief` a factor by ward.
    """
    services = case_age.shape[0]
    highest = rates.max() * relief.max()
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
                row = rates[decile[i] - 1, tenure[i]]
                factor = relief[ward[i]]
                for k in range(services):
                    if u < row[k] * factor:
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
                    elif v < p.give_up + p.chase:
                        kind = CHASE
                        repeats[slot, i] = min(repeats[slot, i] + 1, 255)
                        if log.shape[0]:
                            record(log, count, CHASE_EVENT, person, k, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                    entries[found] = pack(i, k, kind)
                    found += 1
            if fresh >= 0 and case_age[fresh, i] == 0:
                if log.shape[0]:
                    record(log, count, NEED, person, fresh, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                reach = p.contact_probability * (1.0 + p.memory_gate * memory[fresh, i])
                if uniform(streams[1], person) < reach:
                    new_cases[slot, i] = min(new_cases[slot, i] + 1, 255)
                    if log.shape[0]:
                        record(log, count, CONTACT, person, fresh, NONE, NONE, NO_ASK, NONE, NONE, 0.0)
                    entries[found] = pack(i, fresh, NEW)
                    found += 1
    return found


def step(model) -> None:
    """Find this month's contacts."""
    r, p = model.residents, model.values["needs"]
    strength = model.wards.group_strength if model.loops["community"] else model.wards.group_mean
    relief = p.need_scale * (1.0 - p.group_relief * strength)
    streams = model.streams("needs: issue", "needs: report", "needs: patience")
    model.scratch.found = find_needs(
        p, streams, r.person_id, r.ward, r.decile, r.tenure, r.open_cases, r.case_age, r.memory, relief, model.need_rates,
        model.slot, r.new_cases_12m, r.repeat_contacts_12m, model.scratch.entries, model.log.buffer, model.log.count,
    )  # fmt: skip


PROCESS = Process(
    name="needs",
    title="Needs",
    description=(
        "Issues arise with a keyed chance that grows with the deprivation of the small area and differs by tenure and kind of "
        "institution; groups meet some needs themselves. A resident takes a new issue to the institution more readily where "
        "earlier cases there ended well. A resident has at most one open case with each kind of institution; an open case is "
        "chased, left waiting, or given up."
    ),
    equations=(
        "P(issue with k) = need_rate_k (1 + gradient_k (5.5 - decile)/9) tenure_k need_scale (1 - group_relief G_ward)",
        "P(report) = contact_probability (1 + memory_gate M_k)",
    ),
    reads=("person_id", "ward", "decile", "tenure", "open_cases", "case_age", "memory", "wards.group_strength"),
    writes=("case_age", "new_cases_12m", "repeat_contacts_12m"),
    parameters=PARAMETERS,
    values_type=NeedsValues,
    step=step,
    edges=(Edge("an issue arises", ("a contact this month",)), Edge("a case stays open", ("a chaser, or the end of patience",))),
    source="MODEL step 1; seed 001",
)
