"""Participants are told what became of their input, or not."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.levers import lever_index
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import uniform
from ..state.events import INPUT_ANSWERED, INPUT_IGNORED, NO_ASK, NONE, record
from ..world import World
from .process import Edge, Process
from .taking_part import DECIDED, SOMETHING

_INPUT_FEEDBACK, _CLARITY, _CONSTRAINTS = (
    lever_index("input_feedback"),
    lever_index("role_clarity"),
    lever_index("shared_constraints"),
)

# What became of an input whose answer was due this month.
SILENT, NOT_DUE, ANSWERED, CHANGED = -1, 0, 1, 2

# fmt: off
COLUMNS = (
    Column("influence_everyday", "f4", "influence felt on everyday matters, 0..1", start=0.4, stock=True),
    Column("influence_strategic", "f4", "influence felt on plans and policy, 0..1", start=0.4, stock=True),
    Column("responded", "f4", "responded to: what came of earlier input, 0..1, 0.5 = no experience", start=0.5, stock=True),
    Column("understanding", "f4", "understanding of the constraints that institutions are under, 0..1"),
    Column("last_outcome", "i1", "what came of the last input: 1 changed, 0 told why not, -1 silence, 2 not known", start=2),
    Column("responded_mean", "f4", "closing the loop: what came of input", start=0.5, mean_of="responded"),
)
PARAMETERS = ParameterGroup("closing_the_loop", (
    Parameter("changed_gain", 0.35, 0, 1, "share", "responded-to gained on being told that input changed something"),
    Parameter("answered_gain", 0.10, 0, 1, "share", "responded-to gained on being told why not", source="judgement: far better than silence"),
    Parameter("silence_loss", 0.18, 0, 1, "share", "responded-to lost on hearing nothing", source="judgement: today's volunteers become tomorrow's absentees"),
    Parameter("decided_loss", 0.10, 0, 1, "share", "responded-to and trust lost on being told that the matter had already been decided", source="LGA 2016"),
    Parameter("clarity_weight", 1.0, 0, 2, "share", "reduction in disappointment from no to full clarity about one's role", source="Ray and others 2008: contested roles, expectations"),
    Parameter("understanding_gain", 0.5, 0, 1, "share", "understanding gained on an answer where choices are shared", source="LGA 2016"),
    Parameter("influence_gain", 0.20, 0, 1, "share", "influence gained on being told that input changed something"),
    Parameter("influence_answered", 0.03, 0, 1, "share", "influence gained on being told why not"),
    Parameter("influence_loss", 0.05, 0, 1, "share", "influence lost on hearing nothing"),
    Parameter("trust_gain", 0.05, 0, 1, "share", "trust gained on being told anything"),
    Parameter("trust_loss", 0.05, 0, 1, "share", "trust lost on hearing nothing"),
    Parameter("talk_gain", 0.35, 0, 1, "strength", "how strongly being heard is talked about"),
    Parameter("talk_answered", 0.5, 0, 1, "share", "talk about being told why not, relative to being told that input changed something", awaits_fit=True),
    Parameter("talk_loss", 0.25, 0, 1, "strength", "how strongly being ignored is talked about"),
))
ClosingTheLoopValues = PARAMETERS.values_type("ClosingTheLoopValues", __name__)
# fmt: on


@njit(cache=True)
def answer(p, dialogue_feedback, stream, person_id, ward, cell, segment, weights, institution_of, levers, handled, form_service,
           form_ongoing, form_strategic, trust, everyday, strategic, responded, understanding, talk, talk_service, last_outcome, pending_form,
           pending_changed, pending_wait, came, log, count):  # fmt: skip
    """Answer the input that is due, or stay silent; `came` says which, for the steps that follow."""
    for i in range(person_id.size):
        came[i] = NOT_DUE
        if pending_form[i] == 0:
            continue
        if pending_wait[i] > 1:
            pending_wait[i] -= 1
            continue
        f = pending_form[i] - 1
        k = form_service[f]
        j = institution_of[ward[i], k]
        chance = levers[_INPUT_FEEDBACK, j, cell[i]] * handled[j]
        if form_ongoing[f]:
            chance = 1.0 - (1.0 - chance) * (1.0 - dialogue_feedback)
        answered = uniform(stream, person_id[i]) < chance
        changed, decided = pending_changed[i] == SOMETHING, pending_changed[i] == DECIDED
        disappoints = 1.0 + p.clarity_weight * (0.5 - levers[_CLARITY, j, cell[i]])
        r, t = np.float64(responded[i]), np.float64(trust[k, i])
        felt = np.float64(strategic[i]) if form_strategic[f] else np.float64(everyday[i])
        if answered and changed:
            r += min(p.changed_gain * weights[segment[i], 2], 1.0) * (1.0 - r)
            felt += min(p.influence_gain * weights[segment[i], 1], 1.0) * (1.0 - felt)
            strength, outcome, came[i] = p.talk_gain, 1, CHANGED
        elif answered and decided:
            r -= min(p.decided_loss * disappoints, 1.0) * r
            strength, outcome, came[i] = -p.talk_loss, 0, SILENT
        elif answered:
            r += p.answered_gain * (1.0 - r)
            felt += p.influence_answered * (1.0 - felt)
            strength, outcome, came[i] = p.talk_answered * p.talk_gain, 0, ANSWERED
        else:
            r -= min(p.silence_loss * disappoints, 1.0) * r
            felt -= min(p.influence_loss * disappoints, 1.0) * felt
            strength, outcome, came[i] = -p.talk_loss, -1, SILENT
        if answered and decided:
            t -= p.decided_loss * t
        elif answered:
            t += p.trust_gain * (1.0 - t)
        else:
            t -= p.trust_loss * t
        if answered and levers[_CONSTRAINTS, j, cell[i]] > 0.0:
            u = np.float64(understanding[i])
            understanding[i] = u + p.understanding_gain * levers[_CONSTRAINTS, j, cell[i]] * (1.0 - u)
        responded[i], trust[k, i] = r, t
        if form_strategic[f]:
            strategic[i] = felt
        else:
            everyday[i] = felt
        if abs(strength) >= abs(talk[i]):
            talk[i] = strength
            talk_service[i] = k
        last_outcome[i] = outcome
        pending_form[i] = 0
        pending_changed[i] = 0
        pending_wait[i] = 0
        if log.shape[0]:
            what = INPUT_ANSWERED if answered else INPUT_IGNORED
            record(log, count, what, person_id[i], j, NONE, f, NO_ASK, NONE, outcome, strength)


def step(model: World) -> None:
    """Close the loop, or not."""
    r = model.residents
    (stream,) = model.streams("closing the loop: answer")
    answer(model.values["closing_the_loop"], model.values["taking_part"].dialogue_feedback, stream, r.person_id, r.ward, model.cell,
           r.segment, model.segment_weights, model.institution_of, model.levers.institution, model.institutions.handled,
           model.form_service, model.form_ongoing, model.form_strategic, r.trust, r.influence_everyday, r.influence_strategic,
           r.responded, r.understanding, r.talk, r.talk_service, r.last_outcome, r.pending_form, r.pending_changed, r.pending_wait,
           model.scratch.answered, model.log.buffer, model.log.count)  # fmt: skip


PROCESS = Process(
    name="closing_the_loop",
    title="Closing the loop",
    description=(
        "When the answer is due, participants are told what their input changed, or why it changed nothing, or they hear "
        "nothing. Ongoing dialogue tells people more often and sooner. If there is more input than staff can handle, fewer "
        "people are told. People who learn that the matter had already been decided lose trust. Clear roles make silence less "
        "disappointing. Sharing the constraints helps people understand the reasons in an answer. A resident waits for the "
        "answer to one input at a time."
    ),
    equations=("told and changed: R += c (1-R); told why not: R += a (1-R); silence: R -= s d R, d = 1 + c (0.5 - clarity); influence and trust likewise",
               "P(told) = input_feedback handled (ongoing: 1 - (1 - that) (1 - dialogue_feedback))"),
    reads=("person_id", "segment", "pending_form", "pending_changed", "pending_wait"),
    writes=("responded", "understanding", "trust", "influence_everyday", "influence_strategic", "talk", "talk_service", "last_outcome",
            "pending_form", "pending_changed", "pending_wait"),
    columns=COLUMNS,
    parameters=PARAMETERS,
    values_type=ClosingTheLoopValues,
    step=step,
    edges=(Edge("told what came of input, or silence", ("responded", "trust", "influence_everyday or influence_strategic", "talk")),
           Edge("an answer where choices are shared", ("understanding",))),
    source="Beyond the Usual Suspects and Ray and others 2008; Buntaine, Nielson and Skaggs 2019",
)  # fmt: skip
