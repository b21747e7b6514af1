"""Measure. Nothing here draws a random number or changes a resident."""

from __future__ import annotations

import math

import numpy as np

from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..world import World
from .deciding import WHERE_ASKED, belief, convinced, form_utility, hope, shared_utility
from .needs import BLOCK
from .process import Process

APATHY = 0.05
BINS = 256
STATUSES = ("participant", "volunteer_only", "willing_unasked", "unable", "not_enabled", "disillusioned", "uninterested")
PARTICIPANT, VOLUNTEER_ONLY, WILLING, UNABLE, NOT_ENABLED, DISILLUSIONED, UNINTERESTED = range(len(STATUSES))

# fmt: off
PARAMETERS = ParameterGroup("survey", (
    Parameter("trust_threshold", 0.512, -1, 2, "0..1", "trust at which half say 'a great deal' or 'a fair amount'", "calibrated", "set to reproduce that level", facts=("trust_level",)),
    Parameter("influence_threshold", 0.638, -1, 2, "0..1", "influence at which half agree that they can influence decisions", "calibrated", "set to reproduce that level", facts=("influence_level",)),
    Parameter("satisfaction_threshold", 0.50, -1, 2, "0..1", "satisfaction with the last case at which half say satisfied"),
    Parameter("council_threshold", 0.6, -1, 2, "0..1", "mix of trust and satisfaction at which half are satisfied with the council", "calibrated", "set to reproduce that level", facts=("satisfaction_level",)),
    Parameter("more_threshold", 0.435, -1, 2, "0..1", "wish at which half would like to be more involved", facts=("willing",)),
    Parameter("noise", 0.08, 0.001, 1, "0..1", "spread of answers about the threshold (logistic)"),
    Parameter("everyday_share", 0.5, 0, 1, "share", "weight of everyday relative to strategic influence in the answer"),
    Parameter("council_trust", 0.7, 0, 1, "share", "weight of trust in satisfaction with the council; the rest is satisfaction with the last case", awaits_fit=True),
    Parameter("wish_attachment", 1.2, 0, 5, "factor", "wish to be more involved, from no to full attachment where no influence is felt", awaits_fit=True),
    Parameter("wish_influence", 0.8, 0, 5, "factor", "reduction in that wish, for full attachment, from no to full perceived strategic influence", awaits_fit=True),
    Parameter("wish_fatigue", 0.3, 0, 5, "0..1", "reduction in that wish from no to full tiredness", awaits_fit=True),
))
SurveyValues = PARAMETERS.values_type("SurveyValues", __name__)
# fmt: on


@njit(cache=True)
def _enabled(p, peers, grouped, strength):
    return p.peer_weight * min(max(peers - p.peers_needed, 0.0), p.peer_limit) + p.group_weight * (grouped + strength)


@njit(cache=True)
def find_levels(p, strength, ward, trust, everyday, strategic, peers, grouped, attachment, capability, responded, share):
    """Return the level that `share` of residents lie below in can, like, enabled, responded and belief, to 1/256 of its range."""
    counts = np.zeros((5, BINS), np.int64)
    values = np.empty(5)
    top = p.peer_weight * p.peer_limit + 2.0 * p.group_weight + 1e-12
    for i in range(ward.size):
        enabled = _enabled(p, np.float64(peers[i]), np.float64(grouped[i]), strength[ward[i]]) / top
        values[0], values[1], values[2], values[3] = capability[i], attachment[i], enabled, responded[i]
        values[4] = belief(p, np.float64(trust[0, i]), np.float64(everyday[i]), np.float64(strategic[i]))
        for c in range(5):
            counts[c, min(max(int(values[c] * BINS), 0), BINS - 1)] += 1
    levels = np.empty(5)
    for c in range(5):
        below, b = 0, 0
        while b < BINS - 1 and below + counts[c, b] < share * ward.size:
            below += counts[c, b]
            b += 1
        levels[c] = (b + 1) / BINS
    levels[2] *= top
    return levels


@njit(cache=True)
def exponentials(values, size, whole, powers):
    """Replace the first `size` values by their exponentials, to 1e-14, in loops that run in vector steps.

    `whole` is int64 scratch and `powers` a float64 view of it; values beyond 700 either way are taken as 700.
    """
    for i in range(size):
        x = min(max(values[i], -700.0), 700.0)
        n = math.floor(x * 1.4426950408889634 + 0.5)
        r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10
        whole[i] = (np.int64(n) + 1023) << 52
        y = 1.0 + r * (1.0 / 10.0) * (1.0 + r * (1.0 / 11.0))
        y = 1.0 + r * (1.0 / 7.0) * (1.0 + r * (1.0 / 8.0) * (1.0 + r * (1.0 / 9.0) * y))
        y = 1.0 + r * (1.0 / 4.0) * (1.0 + r * (1.0 / 5.0) * (1.0 + r * (1.0 / 6.0) * y))
        values[i] = 1.0 + r * (1.0 + r * 0.5 * (1.0 + r * (1.0 / 3.0) * y))
    for i in range(size):
        values[i] *= powers[i]


@njit(cache=True)
def add_chances(total, table, at, odds, size, rewarded, first, offset, form, cell, segment, form_web, online, hopes):
    """Add the chance of one form to the totals of a block of residents; `odds` are those against what they bring."""
    if rewarded:
        for b in range(size):
            i = first + b
            total[b] += 1.0 / (
                1.0 + table[at[b]] * odds[b] * _hoped(offset, form, cell[i], segment[i], form_web, online[i], hopes[b])
            )
    else:
        for b in range(size):
            total[b] += 1.0 / (1.0 + table[at[b]] * odds[b])


@njit(cache=True)
def accept_chances(p, ask, open_forms, frozen_responded, frozen_fatigue, form_service, form_web, appeal, offset, norm, strength,
                   ward, segment, cell, online, trust, everyday, strategic, habit, peers, grouped, attachment, capability, responded,
                   responded_mean, fatigue, fatigue_mean, intercept, live, form_apart, apart, chance):  # fmt: skip
    """Fill `chance` with p*, the chance to accept one personal ask, a mean over the open forms."""
    forms, services = open_forms.size, trust.shape[0]
    rest = _rest(p, ask, open_forms, form_web, appeal, offset, norm)
    shared, faith, own, total = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    hopes, rewarded = np.empty(BLOCK), offset[1].any()
    whole, at = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    powers = whole.view(np.float64)
    cells = offset.shape[2]
    for first in range(0, ward.size, BLOCK):
        size = min(BLOCK, ward.size - first)
        for b in range(size):
            i = first + b
            resp = np.float64(responded_mean[i]) if frozen_responded else np.float64(responded[i])
            tired = np.float64(fatigue_mean[i]) if frozen_fatigue else np.float64(fatigue[i])
            shared[b] = shared_utility(p, np.float64(habit[i]), np.float64(peers[i]), np.float64(grouped[i]), strength[ward[i]],
                                       np.float64(attachment[i]), np.float64(capability[i]), resp, tired, np.float64(intercept[i]),
                                       norm[ward[i], segment[i]])  # fmt: skip
            at[b] = (np.int64(segment[i]) * 2 + online[i]) * cells + cell[i]
            total[b] = 0.0
        for k in range(services):
            asked = False
            for x in range(forms):
                asked |= form_service[open_forms[x]] == k
            if not asked:
                continue
            for b in range(size):
                i = first + b
                believes = belief(p, np.float64(trust[k, i]), np.float64(everyday[i]), np.float64(strategic[i]))
                hopes[b] = hope(p, believes)
                faith[b] = -convinced(p, shared[b], believes, live[i] & WHERE_ASKED > 0)
            for x in range(forms):
                f = open_forms[x]
                if form_service[f] == k and form_apart[f]:
                    for b in range(size):
                        own[b] = (-shared[b] if p.own_answers > 0.0 else faith[b]) - np.float64(apart[first + b])
                    exponentials(own, size, whole, powers)
                    add_chances(total, rest[x], at, own, size, rewarded, first, offset, f, cell, segment, form_web, online, hopes)
            exponentials(faith, size, whole, powers)
            for x in range(forms):
                f = open_forms[x]
                if form_service[f] == k and not form_apart[f]:
                    add_chances(total, rest[x], at, faith, size, rewarded, first, offset, f, cell, segment, form_web, online, hopes)
        for b in range(size):
            chance[first + b] = total[b] / forms


@njit(cache=True)
def _hoped(offset, form, cell, segment, form_web, online, hopes):
    """Return exp(-u) of what a collective reward brings."""
    return 1.0 if form_web[form] and online == 0 else math.exp(-offset[1, form, cell, segment] * hopes)


@njit(cache=True)
def _rest(p, ask, open_forms, form_web, appeal, offset, norm):
    """Return exp(-u) of what form, segment, web and cell bring, float64 (open forms, segment x web x cell)."""
    segments, cells = norm.shape[1], offset.shape[2]
    rest = np.empty((open_forms.size, segments * 2 * cells))
    for x in range(open_forms.size):
        f = open_forms[x]
        for g in range(segments):
            for o in range(2):
                for c in range(cells):
                    u = form_utility(p, appeal[f, g], offset[0, f, c, g], form_web[f], float(o), False, 0.0, False)
                    rest[x, (g * 2 + o) * cells + c] = math.exp(-ask - u)
    return rest


@njit(cache=True)
def name_status(p, ask, open_forms, levels, active, chance, status, frozen_responded, frozen_fatigue, form_service, form_web, appeal, offset,
                norm, strength, ward, segment, cell, online, trust, everyday, strategic, habit, peers, grouped, attachment, capability,
                responded, responded_mean, fatigue, fatigue_mean, intercept, live, form_apart, apart):  # fmt: skip
    """Fill `status` with what a resident is.

    `active` is uint8: 0 took no part, 1 took part, 2 volunteered only. The apathetic get the CLEAR term whose rise to
    `levels` lifts p* most.
    """
    forms, services, cells = open_forms.size, trust.shape[0], offset.shape[2]
    rest = _rest(p, ask, open_forms, form_web, appeal, offset, norm)
    faith, hopes, rewarded = np.empty(services), np.empty(services), offset[1].any()
    asked_of = np.zeros(services, np.bool_)
    for x in range(forms):
        asked_of[form_service[open_forms[x]]] = True
    for i in range(ward.size):
        if active[i] > 0 or chance[i] >= APATHY:
            status[i] = active[i] - 1 if active[i] > 0 else WILLING
            continue
        resp = np.float64(responded_mean[i]) if frozen_responded else np.float64(responded[i])
        tired = np.float64(fatigue_mean[i]) if frozen_fatigue else np.float64(fatigue[i])
        group, g = strength[ward[i]], segment[i]
        ties, member = np.float64(peers[i]), np.float64(grouped[i])
        like, can = np.float64(attachment[i]), np.float64(capability[i])
        best = -1.0
        for term in range(4):
            heard = max(resp, levels[3]) if term == 2 else resp
            belong = member
            if term == 1:
                belong += max(levels[2] - _enabled(p, ties, member, group), 0.0) / max(p.group_weight, 1e-12)
            shared = shared_utility(p, np.float64(habit[i]), ties, belong, group, max(like, levels[1]) if term == 3 else like,
                                    max(can, levels[0]) if term == 0 else can, heard, tired, np.float64(intercept[i]),
                                    norm[ward[i], g])  # fmt: skip
            for k in range(services):
                if not asked_of[k]:
                    continue
                believes = belief(p, np.float64(trust[k, i]), np.float64(everyday[i]), np.float64(strategic[i]))
                believes = max(believes, levels[4] if term == 2 else 0.0)
                hopes[k] = hope(p, believes)
                faith[k] = math.exp(-convinced(p, shared, believes, live[i] & WHERE_ASKED > 0))
            value = 0.0
            for x in range(forms):
                f = open_forms[x]
                k = form_service[f]
                against = faith[k]
                if form_apart[f]:
                    if p.own_answers > 0.0:  # no institution's answer moves what depends on a group
                        against = math.exp(-(shared - p.responded_weight * (heard - resp)))
                    against *= math.exp(-np.float64(apart[i]))
                if rewarded:
                    against *= _hoped(offset, f, cell[i], g, form_web, online[i], hopes[k])
                value += 1.0 / (1.0 + rest[x, (g * 2 + online[i]) * cells + cell[i]] * against)
            if value > best:
                best = value
                status[i] = UNABLE + term


def step(model: World) -> None:
    """Hand the month to the model's recorder, if it has one."""
    if model.recorder is not None:
        model.recorder.record(model)


PROCESS = Process(
    name="measuring",
    title="Measure",
    description=(
        "Survey questions are answered as in a survey: the probability of agreeing is a logistic response to the latent stock. "
        "p* is the probability of accepting one personal ask this month, averaged over the forms open to all without a limit on "
        f"places. A resident who took no part for twelve months and has p* below {APATHY:g} counts as apathetic. The kind of apathy is "
        "named after the CLEAR factor whose rise to the population's 90th percentile raises p* most."
    ),
    equations=(
        "P(agree) = 1/(1 + exp((threshold - stock)/noise))",
        "p* = mean over open forms of logistic(utility + personal ask)",
    ),
    reads=("every column",),
    writes=(),
    parameters=PARAMETERS,
    values_type=SurveyValues,
    step=step,
    source="judgement",
)
