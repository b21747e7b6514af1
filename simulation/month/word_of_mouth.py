"""People talk about what happened to them, and listeners' trust and influence move."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.levers import lever_index
from ..declared.loops import Loop
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import bits, substream, uniform
from ..state.events import HEARD, NO_ASK, NONE, record
from ..state.ties import decode
from ..world import World
from .needs import threshold
from .process import Edge, Process

_BAD_NEWS, _TALKERS = lever_index("bad_news"), lever_index("talkers")
SCALE = 4096.0  # what is heard adds up as integers, so that no order of talking matters

# fmt: off
COLUMNS = (
    Column("heard_mean", "f4", "word of mouth: talk heard about each kind of institution a month", "service"),
)
PARAMETERS = ParameterGroup("word_of_mouth", (
    Parameter("quiet", 0.20, 0, 1, "strength", "strength below which nobody talks"),
    Parameter("household_talk", 0.9, 0, 1, "probability", "a full-strength experience is passed on to a housemate this month"),
    Parameter("close_talk", 0.6, 0, 1, "probability", "the same, to a close tie"),
    Parameter("acquaintance_talk", 0.15, 0, 1, "probability", "the same, to an acquaintance"),
    Parameter("trust_weight", 0.08, 0, 1, "share", "change of the listener's trust per full-strength story"),
    Parameter("influence_weight", 0.04, 0, 1, "share", "change of the listener's influence per full-strength story"),
    Parameter("news_strength", 0.7, 0, 1, "strength", "how strongly a scandal in the news is talked about"),
    Parameter("talker_voice", 1.0, 0, 10, "factor", "increase in the probability that residents who are supported to talk pass on good news", source="Beyond the Usual Suspects"),
    Parameter("limit", 2.0, 0.1, 20, "stories", "number of stories a month beyond which more make no difference"),
))
WordOfMouthValues = PARAMETERS.values_type("WordOfMouthValues", __name__)
# fmt: on


@njit(cache=True)
def hear_the_news(p, stream, person_id, ward, cell, institution_of, levers, talk, talk_service):
    """Give some residents a scandal to talk about; their own trust moves only by what ties make of it."""
    for i in range(person_id.size):
        for k in range(institution_of.shape[1]):
            rate = levers[_BAD_NEWS, institution_of[ward[i], k], cell[i]]
            if rate > 0.0 and uniform(substream(stream, k), person_id[i]) < rate and p.news_strength >= abs(talk[i]):
                talk[i] = -p.news_strength
                talk_service[i] = k


@njit(cache=True)
def talk_to_ties(
    p, streams, person_id, ward, cell, segment, talkers, talkative, talk, talk_service, offsets, targets, heard, log, count
):
    """Add what is told this month to each listener's integer sums in `heard` (residents, services)."""
    heard[:] = 0
    for i in range(person_id.size):
        strength = np.float64(talk[i])
        if abs(strength) < p.quiet:
            continue
        at = substream(streams[0], person_id[i])
        story = np.int32(np.rint(strength * SCALE))
        loud = abs(strength) * talkative[segment[i]]
        rate = talkers[ward[i], cell[i]]
        if strength > 0.0 and rate > 0.0 and uniform(streams[1], person_id[i]) < rate:
            loud *= 1.0 + p.talker_voice
        bounds = (threshold(loud * p.acquaintance_talk), threshold(loud * p.close_talk), threshold(loud * p.household_talk))
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0:
                continue
            other, kind = decode(targets[e])
            if bits(at, person_id[other]) < bounds[kind]:
                heard[other, talk_service[i]] += story
                if log.shape[0]:
                    record(log, count, HEARD, person_id[other], NONE, NONE, NONE, NO_ASK, person_id[i], talk_service[i], strength)


@njit(cache=True)
def listen(p, frozen, recording, heard, heard_mean, messenger, segment, trust, everyday, strategic):
    """Move listeners; `recording` is the weight of this month in the mean signal that a cut loop gets."""
    services = trust.shape[0]
    for i in range(segment.size):
        told = 0.0
        any_ = False
        for k in range(services):
            raw = heard[i, k] / SCALE
            if recording > 0.0:
                heard_mean[k, i] += recording * (raw - heard_mean[k, i])
            h = np.float64(heard_mean[k, i]) if frozen else raw
            if h == 0.0:
                continue
            any_ = True
            h = min(max(h, -p.limit), p.limit) * messenger[segment[i]]
            told += h
            t = np.float64(trust[k, i])
            trust[k, i] = min(max(t + p.trust_weight * h * ((1.0 - t) if h > 0.0 else t), 0.0), 1.0)
        if any_:
            told = min(max(told, -p.limit), p.limit)
            e, s = np.float64(everyday[i]), np.float64(strategic[i])
            everyday[i] = min(max(e + p.influence_weight * told * ((1.0 - e) if told > 0.0 else e), 0.0), 1.0)
            strategic[i] = min(max(s + p.influence_weight * told * ((1.0 - s) if told > 0.0 else s), 0.0), 1.0)


def step(model: World) -> None:
    """Talk and listen."""
    r, s, t, p = model.residents, model.scratch, model.ties, model.values["word_of_mouth"]
    telling, news, talkers = model.streams("word of mouth: telling", "word of mouth: news", "asking: talkers@0")
    levers = model.levers
    if levers.institution[_BAD_NEWS].any():
        hear_the_news(p, news, r.person_id, r.ward, model.cell, model.institution_of, levers.institution, r.talk, r.talk_service)
    talk_to_ties(p, np.array([telling, talkers]), r.person_id, r.ward, model.cell, r.segment, levers.local(_TALKERS), model.talkative, r.talk, r.talk_service, t.offsets, t.targets, s.heard,
                 model.log.buffer, model.log.count)  # fmt: skip
    listen(p, not model.loops["word_of_mouth"], model.recording, s.heard, r.heard_mean, model.messenger, r.segment, r.trust,
           r.influence_everyday, r.influence_strategic)  # fmt: skip


WORD_OF_MOUTH = Loop("word_of_mouth", 1, "one resident's experience becomes many residents' expectation", "stories heard")
PROCESS = Process(
    name="word_of_mouth",
    title="Word of mouth",
    description=(
        "People talk about what happened to them, more if the experience is still strong, and more to housemates and close ties "
        "than to acquaintances. Good and bad stories move listeners symmetrically, more in segments to which a familiar "
        "messenger matters more. Residents who are supported to talk pass on good news more often. A scandal gives some "
        "residents something bad to tell. Second-hand stories are not passed on. Recommendations to join count as asks."
    ),
    equations=("P(told) = |talk| talkative likely_kind", "T += w h (1-T) for good news, += w h T for bad, h = sum of stories"),
    reads=("person_id", "segment", "talk", "talk_service", "heard_mean", "ties"),
    writes=("talk", "talk_service", "trust", "influence_everyday", "influence_strategic", "heard_mean"),
    columns=COLUMNS,
    loops=(WORD_OF_MOUTH,),
    parameters=PARAMETERS,
    values_type=WordOfMouthValues,
    step=step,
    edges=(
        Edge("a scandal in the news", ("talk",)),
        Edge("a story is heard", ("trust", "influence_everyday", "influence_strategic")),
    ),
    source="Beyond the Usual Suspects",
)
