"""Step 12: measure. Nothing here draws a random number or changes a resident."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .deciding import belief, form_utility, shared_utility
from .parameters import Parameter, ParameterGroup
from .process import Process

APATHY = 0.05
BINS = 256
STATUSES = ("participant", "volunteer_only", "willing_unasked", "unable", "not_enabled", "disillusioned", "uninterested")
PARTICIPANT, VOLUNTEER_ONLY, WILLING, UNABLE, NOT_ENABLED, DISILLUSIONED, UNINTERESTED = range(len(STATUSES))

# fmt: off
PARAMETERS = ParameterGroup("survey", (
    Parameter("trust_threshold", 0.512, -1, 2, "0..1", "trust at which half say 'a great deal' or 'a fair amount'", "calibrated", "evidence ledger: trust_level"),
    Parameter("influence_threshold", 0.638, -1, 2, "0..1", "influence at which half agree that they can influence decisions", "calibrated", "evidence ledger: influence_level"),
    Parameter("satisfaction_threshold", 0.50, -1, 2, "0..1", "satisfaction with the last case at which half say satisfied"),
    Parameter("council_threshold", 0.6, -1, 2, "0..1", "blend of trust and satisfaction at which half are satisfied with the council", "calibrated", "evidence ledger: satisfaction_level"),
    Parameter("more_threshold", 0.435, -1, 2, "0..1", "wish at which half would like to be more involved"),
    Parameter("noise", 0.08, 0.001, 1, "0..1", "spread of answers about the threshold (logistic)"),
    Parameter("everyday_share", 0.5, 0, 1, "share", "weight of everyday against strategic influence in the answer"),
))
SurveyValues = PARAMETERS.values_type("SurveyValues", __name__)
# fmt: on


@njit(cache=True)
def _enabled(p, peers, grouped, strength):
    return p.peer_weight * min(max(peers - 1.0, 0.0), p.peer_limit) + p.group_weight * (grouped + strength)


@njit(cache=True)
def find_levels(p, strength, ward, trust, everyday, strategic, peers, grouped, attachment, capability, responded, share):
    """Return the level that `share` of residents lie below in can, like, enabled, responded and belief, to 1/256 of its range."""
    counts = np.zeros((5, BINS), np.int64)
    values = np.empty(5)
    top = p.peer_weight * p.peer_limit + 2.0 * p.group_weight + 1e-12
    for i in range(ward.size):
        enabled = _enabled(p, np.float64(peers[i]), np.float64(grouped[i]), strength[ward[i]]) / top
        values[0], values[1], values[2], values[3] = capability[i], attachment[i], enabled, responded[i]
        values[4] = belief(np.float64(trust[0, i]), np.float64(everyday[i]), np.float64(strategic[i]))
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
def willingness(p, ask, open_forms, levels, active, frozen_responded, frozen_fatigue, form_service, form_web, appeal, offset, norm, strength,
                ward, segment, cell, online, trust, everyday, strategic, habit, peers, grouped, attachment, capability, responded,
                responded_mean, fatigue, fatigue_mean, intercept, live, chance, status):  # fmt: skip
    """Fill `chance` with p*, the chance to accept one personal ask, and `status` with what a resident is.

    `active` is uint8: 0 took no part, 1 took part, 2 volunteered only. The apathetic get the CLEAR term whose rise to
    `levels` lifts p* most.
    """
    forms, services = open_forms.size, trust.shape[0]
    # exp(-u) is a product: of what all forms share, of what hangs on belief, and of the rest, which is a small table
    rest = np.empty((forms, norm.shape[1], 2, offset.shape[1]))
    for x in range(forms):
        f = open_forms[x]
        for g in range(norm.shape[1]):
            for o in range(2):
                for c in range(offset.shape[1]):
                    u = form_utility(p, appeal[f, g], offset[f, c], form_web[f], float(o), p.belief_reference, False)
                    rest[x, g, o, c] = math.exp(-ask - u)
    asked_of = np.zeros(services, np.bool_)
    for x in range(forms):
        asked_of[form_service[open_forms[x]]] = True
    faith = np.empty(services)
    for i in range(ward.size):
        resp = np.float64(responded_mean[i]) if frozen_responded else np.float64(responded[i])
        tired = np.float64(fatigue_mean[i]) if frozen_fatigue else np.float64(fatigue[i])
        habitual, own, fresh, group, g = np.float64(habit[i]), np.float64(intercept[i]), live[i] > 0, strength[ward[i]], segment[i]
        usual = norm[ward[i], g]
        ties, member = np.float64(peers[i]), np.float64(grouped[i])
        like, can = np.float64(attachment[i]), np.float64(capability[i])
        e, s = np.float64(everyday[i]), np.float64(strategic[i])
        best = -1.0
        for term in range(-1, 4):  # -1: as things are; then with one CLEAR term raised
            heard = max(resp, levels[3]) if term == 2 else resp
            belong = member
            if term == 1:
                belong += max(levels[2] - _enabled(p, ties, member, group), 0.0) / max(p.group_weight, 1e-12)
            shared = shared_utility(p, habitual, ties, belong, group, max(like, levels[1]) if term == 3 else like,
                                    max(can, levels[0]) if term == 0 else can, heard, tired, own, usual)  # fmt: skip
            for k in range(services):
                if asked_of[k]:
                    believes = max(belief(np.float64(trust[k, i]), e, s), levels[4] if term == 2 else 0.0)
                    u = shared + p.belief_weight * (believes - p.belief_reference)
                    if fresh:
                        u += p.issue_weight * min(believes / p.belief_reference, 2.0)
                    faith[k] = math.exp(-u)
            value = 0.0
            for x in range(forms):
                value += 1.0 / (1.0 + rest[x, g, online[i], cell[i]] * faith[form_service[open_forms[x]]])
            value /= forms
            if term == -1:
                chance[i] = value
                if active[i] > 0 or value >= APATHY:
                    status[i] = active[i] - 1 if active[i] > 0 else WILLING
                    break
            elif value > best:
                best = value
                status[i] = UNABLE + term


def step(model) -> None:
    """Hand the month to the model's recorder, if it has one."""
    if model.recorder is not None:
        model.recorder.record(model)


PROCESS = Process(
    name="measuring",
    title="Measure",
    description=(
        "What a survey asks is answered as in a survey: the chance to agree is a logistic response to the latent stock. p* is the "
        "chance to accept one personal ask this month, averaged over the forms open to all without a limit on places. Whoever "
        "took no part for twelve months and has p* below 0.05 counts as apathetic, named after the CLEAR term whose rise to the "
        "population's 90th percentile lifts p* most."
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
    source="MODEL step 12",
)
