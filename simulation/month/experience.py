"""Trust and influence felt move towards what was experienced, relative to what was expected."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.loops import Loop
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..world import World
from .casework import BAD, COURTEOUS, GIVEN_UP, SOLVED, SPOKEN, TAUGHT, WAS_TOLD
from .needs import NEW, unpack
from .process import Edge, Process

# fmt: off
COLUMNS = (
    Column("trust", "f4", "trust in each kind of institution, 0..1", "service", 0.5, True),
    Column("expectation", "f4", "service expected of each kind of institution, 0..1", "service", 0.5, True),
    Column("memory", "f4", "lasting memory of one's own cases with each kind of institution, -1..1", "service"),
    Column("satisfaction", "f4", "satisfaction with how the last case was handled, 0..1", start=0.5),
    Column("last_satisfied", "i1", "last case: 1 satisfied, 0 not, -1 no case yet", start=-1),
    Column("talk", "f4", "how strongly the last experience is still talked about, with its sign, -1..1"),
    Column("talk_service", "u1", "kind of institution that the talk is about"),
    Column("expectation_mean", "f4", "expectation: service expected", "service", 0.5, mean_of="expectation"),
)
PARAMETERS = ParameterGroup("experience", (
    Parameter("outcome_gain", 0.07, 0, 1, "share per case", "change of trust after a good outcome, at average expectation", source="judgement, from trial runs: about 0.07"),
    Parameter("asymmetry", 3.0, 1, 14, "factor", "weight of a bad outcome relative to a good one",
              source="Skogan 2006 (4-14); Kampen, Van de Walle and Bouckaert 2006", facts=("outcome_asymmetry",)),
    Parameter("absolute_weight", 0.6, 0, 1, "share", "weight of the outcome itself; the rest is relative to what was expected", source="judgement, from trial runs: about 0.6"),
    Parameter("first_failure", 0.25, 0, 1, "share", "weight of not being helped at once, relative to a case given up"),
    Parameter("chase_failure", 0.30, 0, 1, "share", "weight of chasing in vain, relative to a case given up"),
    Parameter("fairness_gain", 0.075, 0, 1, "share per contact", "change of trust after a courteous (or rude) contact; symmetric",
              source="Demos 2010: experiences as much as outcomes; an Australian panel 2020 found symmetry"),
    Parameter("told_gain", 0.02, 0, 1, "share", "change of trust and influence on being told, or not being told, what happened; symmetric"),
    Parameter("taught_gain", 0.25, 0, 1, "share per contact", "know-how gained where staff show what residents can do", source="Mobilise"),
    Parameter("understanding_weight", 0.6, 0, 1, "share", "part of a bad outcome that full understanding of the constraints forgives", source="LGA 2016"),
    Parameter("filter", 0.4, 0, 2, "share", "how strongly prior attitude colours what is noticed"),
    Parameter("influence_gain", 0.05, 0, 1, "share per case", "change of everyday influence after an outcome; symmetric", source="Beyond the Usual Suspects"),
    Parameter("expectation_gain", 0.06, 0, 1, "share per case", "change of expectation towards the outcome"),
    Parameter("memory_good", 0.5, 0, 1, "share", "change of the lasting memory after a case was solved"),
    Parameter("memory_bad", 0.4, 0, 1, "share", "change of the lasting memory after a failure"),
    Parameter("talk_good", 0.30, 0, 1, "strength", "how strongly a good outcome is talked about"),
    Parameter("talk_bad", 0.45, 0, 1, "strength", "how strongly a bad outcome is talked about"),
    Parameter("talk_unresolved", 0.7, 0, 1, "share", "talk about a failure that may still be put right, relative to a case given up", awaits_fit=True),
    Parameter("satisfaction_outcome", 0.50, 0, 1, "share", "part of satisfaction due to the outcome"),
    Parameter("satisfaction_courtesy", 0.15, 0, 1, "share", "part of satisfaction due to courtesy", source="Mazerolle and others 2012", facts=("more_satisfied_by_courtesy",)),
    Parameter("satisfaction_told", 0.15, 0, 1, "share", "part of satisfaction due to being told what happened"),
))
ExperienceValues = PARAMETERS.values_type("ExperienceValues", __name__)
# fmt: on


@njit(cache=True)
def live_through(p, frozen, entries, found, outcomes, segment, weights, trust, expectation, expectation_mean, memory,
                 know_how, understanding, influence, satisfaction, last_satisfied, talk, talk_service):  # fmt: skip
    """Move the stocks of everybody with an outcome. `weights` is float64 (segments, 3): outcome, recognition, discussion."""
    for e in range(found):
        flags = outcomes[e]
        if flags == 0:
            continue
        i, k, kind = unpack(entries[e])
        t = np.float64(trust[k, i])
        expected = np.float64(expectation_mean[k, i]) if frozen else np.float64(expectation[k, i])
        felt = np.float64(influence[i])
        solved = flags & SOLVED > 0
        gain = p.outcome_gain * weights[segment[i], 0]
        if solved:
            relative = p.absolute_weight + (1.0 - p.absolute_weight) * 2.0 * (1.0 - expected)
            t += gain * (1.0 + p.filter * (t - 0.5)) * (1.0 - t) * relative
            felt += p.influence_gain * weights[segment[i], 0] * (1.0 - felt)
            memory[k, i] = memory[k, i] + p.memory_good * (1.0 - np.float64(memory[k, i]))
        elif flags & BAD:
            size = 1.0 if flags & GIVEN_UP else (p.first_failure if kind == NEW else p.chase_failure)
            relative = p.absolute_weight + (1.0 - p.absolute_weight) * 2.0 * expected
            size *= 1.0 - p.understanding_weight * np.float64(understanding[i])
            t -= gain * p.asymmetry * size * (1.0 - p.filter * (t - 0.5)) * t * relative
            felt -= p.influence_gain * weights[segment[i], 0] * size * felt
            memory[k, i] = memory[k, i] + p.memory_bad * size * (-1.0 - np.float64(memory[k, i]))
        came = 1.0 if solved else 0.0
        expectation[k, i] += p.expectation_gain * (came - np.float64(expectation[k, i]))
        if flags & SPOKEN:
            t += p.fairness_gain * ((1.0 - t) if flags & COURTEOUS else -t)
        if flags & TAUGHT:
            know_how[i] += p.taught_gain * (1.0 - np.float64(know_how[i]))
        recognised = p.told_gain * weights[segment[i], 1]
        if flags & WAS_TOLD:
            t += recognised * (1.0 - t)
            felt += recognised * (1.0 - felt)
        else:
            t -= recognised * t
            felt -= recognised * felt
        trust[k, i] = min(max(t, 0.0), 1.0)
        influence[i] = min(max(felt, 0.0), 1.0)
        happy = 0.5 + p.satisfaction_outcome * (came - expected)
        happy += p.satisfaction_courtesy * (1.0 if flags & COURTEOUS else -1.0) if flags & SPOKEN else 0.0
        happy += p.satisfaction_told * (1.0 if flags & WAS_TOLD else -1.0)
        satisfaction[i] = min(max(happy, 0.0), 1.0)
        last_satisfied[i] = 1 if happy >= 0.5 else 0
        strength = p.talk_good if solved else -p.talk_bad * (1.0 if flags & GIVEN_UP else p.talk_unresolved)
        if abs(strength) >= abs(talk[i]):
            talk[i] = strength
            talk_service[i] = k


def step(model: World) -> None:
    """Apply this month's outcomes."""
    r, s = model.residents, model.scratch
    live_through(model.values["experience"], not model.loops["expectation"], s.entries, s.found, s.outcomes, r.segment,
                 model.segment_weights, r.trust, r.expectation, r.expectation_mean, r.memory, r.know_how, r.understanding, r.influence_everyday,
                 r.satisfaction, r.last_satisfied, r.talk, r.talk_service)  # fmt: skip


RISING_EXPECTATIONS = Loop("expectation", -1, "better service raises expectations", "expectation")
PROCESS = Process(
    name="experience",
    title="Experience",
    description=(
        "A good outcome raises trust in the institution by a share of what is left to gain. A bad outcome lowers it by several "
        "times that share of what can be lost. Both effects are larger the less the outcome was expected and the better it fits "
        "prior attitude. Courtesy and being told what happened change trust symmetrically in both directions. Influence on "
        "everyday matters, satisfaction, expectation, lasting memory and talk change with the same case. People who understand "
        "the constraints take a failure less hard. People who are shown what residents can do themselves learn to do it."
    ),
    equations=(
        "good: T += a s (1 + q(T-0.5)) (1-T) (w + (1-w) 2 (1-E))",
        "bad: T -= a s k size (1 - q(T-0.5)) T (w + (1-w) 2 E)",
        "courteous or rude: T += f (1-T) or T -= f T; told or not: the same with its own gain",
        "I_everyday += b (1-I) or -= b size I; E += e (outcome - E); M += m (+-1 - M)",
    ),
    reads=("segment", "trust", "expectation", "expectation_mean", "memory", "influence_everyday", "understanding", "talk"),
    writes=(
        "trust",
        "expectation",
        "memory",
        "influence_everyday",
        "satisfaction",
        "last_satisfied",
        "talk",
        "talk_service",
        "know_how",
    ),
    columns=COLUMNS,
    loops=(RISING_EXPECTATIONS,),
    parameters=PARAMETERS,
    values_type=ExperienceValues,
    step=step,
    edges=(
        Edge(
            "a case is solved, fails or is given up",
            ("trust", "influence_everyday", "expectation", "memory", "satisfaction", "talk"),
        ),
        Edge("a contact is courteous or rude", ("trust", "satisfaction")),
        Edge("shown at the counter what residents can do", ("know_how",)),
        Edge("told, or not, what happened to a case", ("trust", "influence_everyday", "satisfaction")),
    ),
    source="forms of trust, from trial runs; Kampen, Van de Walle and Bouckaert 2006; Skogan 2006",
)
