"""Efficacy and interest: a slow stock that dealings, asks, acts and answers form, the first ones most."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declared.columns import Column
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import FIXED_POINT, njit
from ..kernels.randomness import normal
from ..state.events import STRANGER
from ..world import World
from .asking import unpack_ask
from .casework import BAD, GIVEN_UP, SOLVED
from .closing_the_loop import ANSWERED, CHANGED
from .deciding import CLOSING_THE_LOOP
from .needs import NEW, unpack
from .process import Edge, Process

MOST = 15  # experiences of one kind that are counted; each of the two counts has four bits

# fmt: off
COLUMNS = (
    Column("efficacy", "f4", "efficacy and interest: whether public life is for people like oneself, 0..1", start=0.5, stock=True),
    Column("answer_felt", "f4", "change of efficacy and interest this month by answers and silence"),
    Column("answer_felt_mean", "f4", "closing the loop: what answers and silence change of efficacy", mean_of="answer_felt"),
    Column("first_times", "u1", "experiences so far, 15 at most of each kind: dealings with services (lower four bits), acts and answers (upper four)"),
)
PARAMETERS = ParameterGroup("efficacy", (
    Parameter("weight", 0.0, 0, 10, "log-odds", "like to: from no to full efficacy and interest; 0 leaves the stock out, and nobody's changes",
              source="Campbell, Gurin and Miller 1954; Almond and Verba 1963 (direction)", awaits_fit=True),
    Parameter("volunteering_share", 0.0, 0, 1, "share", "part of that weight which holds for volunteering: what an institution does concerns the institution more than a club", awaits_fit=True),
    Parameter("case_gain", 0.05, 0, 1, "share per case", "efficacy gained when a case is solved", source="Sjoberg, Mellon and Peixoto 2017 (direction)", awaits_fit=True),
    Parameter("case_loss", 0.10, 0, 1, "share per case", "efficacy lost when a case is given up; less while it may still be put right, as with trust", source="Soss 1999 (direction)", awaits_fit=True),
    Parameter("asked_gain", 0.01, 0, 1, "share a month", "efficacy gained in a month in which somebody asks in person", source="Mobilise: most get involved because somebody asks", awaits_fit=True),
    Parameter("act_gain", 0.01, 0, 1, "share a month", "efficacy gained in a month in which one takes part", source="Pateman 1970 (direction)", awaits_fit=True),
    Parameter("answer_gain", 0.03, 0, 1, "share per answer", "efficacy gained on being told that input changed something", awaits_fit=True),
    Parameter("answered_share", 0.4, 0, 1, "share", "efficacy gained on being told why not, relative to being told that input changed something", awaits_fit=True),
    Parameter("silence_loss", 0.04, 0, 1, "share per answer", "efficacy lost on hearing nothing, or that all was decided before", source="Beyond the Usual Suspects", awaits_fit=True),
    Parameter("first_weight", 3.0, 0, 20, "factor", "how much more the first experience of its kind counts than a late one; it halves with the second", source="judgement: first impressions of government last", awaits_fit=True),
    Parameter("place_pull", 0.003, 0, 1, "share a month", "pull towards the mean of the ward: newcomers come to resemble their place", source="Cho, Gimpel and Dyck 2006 (direction)", awaits_fit=True),
    Parameter("start_spread", 0.07, 0, 1, "standard deviation", "spread of the efficacy that people bring when they arrive", awaits_fit=True),
))
EfficacyValues = PARAMETERS.values_type("EfficacyValues", __name__)
# fmt: on


@njit(cache=True)
def bring(p, stream, rows, person_id, efficacy):
    """Give the residents in `rows` the efficacy that they bring on arrival."""
    for i in rows:
        efficacy[i] = min(max(0.5 + p.start_spread * normal(stream, person_id[i]), 0.0), 1.0)


@njit(cache=True)
def weight_of(first, times):
    """Return how much an experience counts after `times` earlier ones of its kind, 1 for a late one."""
    return 1.0 + first / (1.0 + times)


@njit(cache=True)
def resemble(pull, ward, efficacy, total, people):
    """Pull everybody towards the mean of their ward; the means are sums of integers, so that no order of rows matters."""
    total[:] = 0
    people[:] = 0
    for i in range(ward.size):
        total[ward[i]] += np.int64(np.float64(efficacy[i]) * FIXED_POINT)
        people[ward[i]] += 1
    for i in range(ward.size):
        now = np.float64(efficacy[i])
        efficacy[i] = now + pull * (total[ward[i]] / FIXED_POINT / people[ward[i]] - now)


@njit(cache=True)
def learn_from_cases(p, failures, entries, found, outcomes, efficacy, first_times):
    """Move the efficacy of everybody with a case that was solved or went wrong; `failures` are the sizes of not being helped at once and of chasing in vain."""
    for e in range(found):
        flags = outcomes[e]
        if flags & (SOLVED | BAD) == 0:
            continue
        i, _, kind = unpack(entries[e])
        times = np.int64(first_times[i]) & MOST
        counts, now = weight_of(p.first_weight, np.float64(times)), np.float64(efficacy[i])
        if flags & SOLVED:
            now += min(p.case_gain * counts, 1.0) * (1.0 - now)
        else:
            size = 1.0 if flags & GIVEN_UP else (failures[0] if kind == NEW else failures[1])
            now -= min(p.case_loss * counts * size, 1.0) * now
        efficacy[i] = now
        if times < MOST:
            first_times[i] += 1


@njit(cache=True)
def _learnt(now, gain, loss, counts):
    return now + min(gain * counts, 1.0) * (1.0 - now) - min(loss * counts, 1.0) * now


@njit(cache=True)
def learn_from_public_life(p, frozen, asks, acting, answered, efficacy, felt, felt_mean, first_times):
    """Move the efficacy of those who were asked in person, took part, or got an answer or none.

    `felt` is what answers change this month; where that is `frozen`, everybody's own mean of it takes its place.
    """
    for i in range(asks.size):
        felt[i] = 0.0
        if asks[i] == 0 and acting[i] == 0 and answered[i] == 0 and not frozen:
            continue
        now: Any = np.float64(efficacy[i])
        channel, _, _ = unpack_ask(asks[i])
        if asks[i] != 0 and channel >= STRANGER:
            now += p.asked_gain * (1.0 - now)
        times: Any = np.int64(first_times[i]) >> 4
        if acting[i] != 0:
            now = _learnt(now, p.act_gain, 0.0, weight_of(p.first_weight, np.float64(times)))
            times += 1
        if frozen:
            now = min(max(now + np.float64(felt_mean[i]), 0.0), 1.0)
        elif answered[i] != 0:
            gain = p.answer_gain if answered[i] == CHANGED else p.answer_gain * p.answered_share if answered[i] == ANSWERED else 0.0
            told = _learnt(
                now, gain, p.silence_loss if answered[i] < 0 else 0.0, weight_of(p.first_weight, np.float64(min(times, MOST)))
            )
            felt[i] = told - now
            now = told
            times += 1
        first_times[i] = (np.int64(first_times[i]) & MOST) | (min(times, MOST) << 4)
        efficacy[i] = now


def arrive(model: World, rows: np.ndarray) -> None:
    """Give newcomers the efficacy that they bring."""
    p, r = model.values["efficacy"], model.residents
    if p.weight:
        bring(p, model.constant_stream("character: efficacy"), rows, r.person_id, r.efficacy)


def step(model: World) -> None:
    """Let efficacy follow what happened this month."""
    r, s, p, e = model.residents, model.scratch, model.values["efficacy"], model.values["experience"]
    if not p.weight:
        return
    wards = model.wards.size
    resemble(p.place_pull, r.ward, r.efficacy, np.empty(wards, np.int64), np.empty(wards, np.int64))
    learn_from_cases(p, np.array([e.first_failure, e.chase_failure]), s.entries, s.found, s.outcomes, r.efficacy, r.first_times)
    frozen = not model.loops["closing_the_loop"]
    learn_from_public_life(p, frozen, s.asks, s.acting, s.answered, r.efficacy, r.answer_felt, r.answer_felt_mean, r.first_times)


PROCESS = Process(
    name="efficacy",
    title="Efficacy and interest",
    description=(
        "Whether people feel that public life is for them is formed by what happens, and lasts for years. A case that is solved, "
        "being asked in person, taking part and being told what came of it raise it. A case that fails and silence lower it. First "
        "dealings, and the first acts and answers, count most, so that a first time that went badly keeps people from "
        "a second; an ask counts alike each time. Whoever moves in starts without any, at any age, with an efficacy near the middle. Newcomers bring their own and come to resemble the people of their ward. In the structure `trait` the stock is "
        "left out, and a fixed inclination takes its place."
    ),
    equations=(
        "solved: X += min(case_gain w_n, 1) (1 - X); failed: X -= min(case_loss size w_n, 1) X; w_n = 1 + first_weight/(1 + n), n: earlier ones of its kind",
        "asked in person: X += asked_gain (1 - X); took part, told: the same with its own gain and w_n; silence: X -= min(silence_loss w_n, 1) X",
        "X += place_pull (mean X of the ward - X); log-odds of taking part: + weight (X - 0.5), times volunteering_share for volunteering",
    ),
    reads=("person_id", "ward", "answer_felt_mean"),
    writes=("efficacy", "answer_felt", "first_times"),
    columns=COLUMNS,
    loops=(CLOSING_THE_LOOP,),
    parameters=PARAMETERS,
    values_type=EfficacyValues,
    step=step,
    edges=(Edge("a case is solved or fails; being asked in person; an act; an answer or silence; a month among neighbours", ("efficacy",)),),
    source="Almond and Verba 1963; Pateman 1970; Soss 1999 (direction)",
)  # fmt: skip
