"""Whether to take part: CLEAR, a live issue, habit, peers, norm, fit, and the ask."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declared.columns import Column
from ..declared.forms import VOLUNTEERING
from ..declared.levers import FORM_LEVER_NAMES
from ..declared.loops import Loop
from ..declared.parameters import SWITCH, Parameter, ParameterGroup
from ..declared.stages import STAGES
from ..kernels.kernel import njit
from ..kernels.randomness import normal, stream, substream, uniform
from ..state.events import FRONT_LINE, NO_ASK, POST, STRANGER, WEB
from ..state.form_arrays import cumulative
from ..world import World
from .asking import is_matched, taste, unpack_ask
from .companions import bring_along
from .needs import BLOCK, COMMUNITY, hash_block, threshold
from .process import Edge, Process

ELECTION_MONTHS = 3  # its own month and the two before (assumed)
OWN_ACCORD, WHERE_ASKED = 1, 2  # bits of a live issue: it moves the resident unasked; it counts where somebody asks
_BURDEN, _REWARD = FORM_LEVER_NAMES.index("burden"), FORM_LEVER_NAMES.index("reward")
_COLLECTIVE, _SOCIAL = FORM_LEVER_NAMES.index("collective_reward"), FORM_LEVER_NAMES.index("social_reward")

# fmt: off
COLUMNS = (
    Column("peers", "u1", "ties who took part last month"),
)
PARAMETERS = ParameterGroup("deciding", (
    Parameter("ask_post", 0.4, 0, 6, "log-odds", "what a letter adds"),
    Parameter("ask_web", 0.3, 0, 6, "log-odds", "what an online message adds"),
    Parameter("ask_bureau", 1.0, 0, 6, "log-odds", "what a volunteer bureau adds"),
    Parameter("ask_stranger", 1.0, 0, 6, "log-odds", "what an ask in person by a stranger adds", source="canvassing trials in Europe: about +0.05", facts=("ask_effect",)),
    Parameter("ask_front_line", 1.6, 0, 6, "log-odds", "what an ask by the member of staff serving the resident adds"),
    Parameter("ask_group", 1.8, 0, 6, "log-odds", "what an ask by a local group adds"),
    Parameter("ask_personal", 2.4, 0, 6, "log-odds", "what an ask by somebody the resident knows adds", source="judgement, from trial runs: +2.5 to 3", facts=("asked_share", "ask_effect")),
    Parameter("start", 0.10, 0, 1, "probability a month", "an opportunity is considered without any ask"),
    Parameter("own_idea", 3.6, 0, 6, "log-odds", "what the resident's own idea adds", facts=("participation_level", "volunteering_year")),
    Parameter("issue_start", 2.0, 0, 20, "factor", "increase in that probability with a live issue and belief that taking part helps", source="Mobilise: motivation is greatest with an issue"),
    Parameter("habit_weight", 0.8, 0, 5, "log-odds", "full habit", source="judgement, from trial runs: +0.2 to 0.6", facts=("habit",)),
    Parameter("peer_weight", 0.12, 0, 5, "log-odds a tie", "each tie who took part, beyond the number that makes no difference"),
    Parameter("peers_needed", 1.0, 0, 5, "ties", "number of ties who took part that makes no difference yet: 1 is complex contagion, 0 is simple",
              source="Centola and Macy 2007", structural=True),
    Parameter("peer_limit", 4.0, 1, 20, "ties", "number of ties beyond which more make no difference"),
    Parameter("group_weight", 0.4, 0, 5, "log-odds", "enabled to: member of a group; a ward's groups at full strength add as much"),
    Parameter("attachment_weight", 1.0, 0, 5, "log-odds", "like to: from no to full attachment"),
    Parameter("capability_weight", 1.6, 0, 5, "log-odds", "can do: from no to full capability, minus the skill needed"),
    Parameter("skill_usual", 0.4, 0, 1, "0..1", "skill needed for an average form", awaits_fit=True),
    Parameter("gain_limit", 1.5, 0.1, 10, "log-odds", "bound on the sum of habit, peers, groups, attachment and capability", source="judgement, from trial runs: bound the summed gain"),
    Parameter("responded_weight", 2.4, 0, 10, "log-odds", "responded to: from the worst to the best that can come of input"),
    Parameter("belief_weight", 2.4, 0, 10, "log-odds", "trust times influence felt, from none to full"),
    Parameter("belief_reference", 0.24, 0.01, 1, "0..1", "trust times influence of an average resident"),
    Parameter("belief_everyday", 0.6, 0, 1, "share", "weight of everyday influence in that belief; the rest is strategic influence", awaits_fit=True),
    Parameter("belief_limit", 2.0, 1, 10, "factor", "belief, relative to an average resident's, beyond which more makes no difference to a live issue", awaits_fit=True),
    Parameter("issue_weight", 0.5, 0, 5, "log-odds", "a live issue, times belief that it helps"),
    Parameter("norm_weight", 1.0, 0, 10, "log-odds", "the norm: people of one's own ward and segment who took part last month, from none to all"),
    Parameter("norm_reference", 0.20, 0, 1, "share", "share who take part in a month in an average segment"),
    Parameter("online_weight", 0.5, 0, 5, "log-odds", "enabled to: comfortable with web channels, for web forms"),
    Parameter("online_usual", 0.8, 0, 1, "share", "share of residents comfortable with the web for which the ease of web forms is declared", awaits_fit=True),
    Parameter("fatigue_weight", 1.5, 0, 10, "log-odds", "full tiredness"),
    Parameter("taste_spread", 0.4, 0, 3, "log-odds", "how much a person's liking differs between forms"),
    Parameter("burden_weight", 1.2, 0, 5, "log-odds", "enabled to: a form with twice the time, travel and jargon"),
    Parameter("message_gain", 0.25, 0, 3, "log-odds", "what a message that fits the segment's values adds", source="Beyond the Usual Suspects"),
    Parameter("reward_weight", 0.4, 0, 5, "log-odds", "full private reward for taking part", source="KET 7 2014"),
    Parameter("collective_weight", 0.1, 0, 5, "log-odds", "full collective reward, times belief that taking part helps, relative to an average resident's", source="judgement; Olson 1965 (direction): what all get moves each far less than a reward of one's own", awaits_fit=True, ends=(0.0, 0.4)),
    Parameter("social_weight", 0.1, 0, 5, "log-odds", "full social reward, times the segment's weight of recognition", source="judgement; Panagopoulos 2011: thanks raised turnout by two to three points", awaits_fit=True, ends=(0.0, 0.2)),
    Parameter("substitution", 0.0, 0, 1, "share", "part of a form's greater ease this month that draws own ideas from other forms instead of adding to them; 0 leaves them where they are", awaits_fit=True),
    Parameter("novelty_kept", 1.0, 0, 1, "share", "part of the gain of a lighter burden that lasts once it is no longer new; 1: all of it", awaits_fit=True),
    Parameter("novelty_months", 6.0, 0.1, 240, "months", "half of what does not last has worn off", source="judgement: three months to a year", awaits_fit=True, ends=(3.0, 12.0)),
    Parameter("mood_spread", 0.0, 0, 1, "log-odds", "spread of the national mood between years: what moves everybody's decisions alike; 0 leaves it out", source="judgement; about 0.1 moves a year's level by one or two points", awaits_fit=True),
    Parameter("election_years", 0.0, 0, 20, "years", "years from one election to the next, counted from the first month; 0 for none", awaits_fit=True, least=1.0),
    Parameter("election_lift", 0.0, -2, 4, "log-odds", "what an election adds to everything but volunteering, in its month and the two before", awaits_fit=True),
    Parameter("companion", 0.12, 0, 1, "probability", "a person who goes face to face brings a housemate or a friend"),
    Parameter("household_ask", 0.0, 0, 1, "probability", "a person who newly takes part talks it over with each housemate, who then decides as well, whatever the form; 0 leaves it out, and housemates are companions like any others",
              source="Bhatti and others 2017 (direction): mobilising one of a household moves the other", awaits_fit=True),
    Parameter("household_push", 2.4, 0, 6, "log-odds", "what a housemate who goes adds", awaits_fit=True),
    Parameter("own_answers", 0.0, 0, 1, SWITCH, "1: volunteering depends on trust in general and on the group's own answers; 0: on trust in the institution that runs the form and on its answers",
              source="judgement: being answered by the council concerns the council", structural=True, awaits_fit=True),
    Parameter("general_weight", 0.5, 0, 10, "log-odds", "trust in general, the mean over all kinds of institution, from none to full; for volunteering", awaits_fit=True),
    Parameter("general_reference", 0.55, 0.01, 1, "0..1", "trust in general of an average resident", awaits_fit=True),
    *(Parameter(f"time_{stage}", 0.0, -5, 5, "log-odds", f"enabled to: time to volunteer at ages {stage.replace('_', ' to ').replace('to plus', 'and over')}, relative to an average age", awaits_fit=True) for stage in STAGES),
))
DecidingValues = PARAMETERS.values_type("DecidingValues", __name__)
# fmt: on


@njit(cache=True)
def belief(p, trust, everyday, strategic):
    """Return trust times perceived influence: neither works alone."""
    return trust * (p.belief_everyday * everyday + (1.0 - p.belief_everyday) * strategic)


@njit(cache=True)
def shared_utility(p, habit, peers, grouped, strength, attachment, capability, responded, tired, intercept, norm):
    """Return the log-odds that are the same for every form."""
    gain = p.habit_weight * habit + p.peer_weight * min(max(peers - p.peers_needed, 0.0), p.peer_limit)
    gain += (
        p.group_weight * (grouped + strength) + p.attachment_weight * (attachment - 0.5) + p.capability_weight * (capability - 0.5)
    )
    gain /= math.sqrt(1.0 + (gain / p.gain_limit) ** 2)
    return (
        gain
        + p.responded_weight * (responded - 0.5)
        - p.fatigue_weight * tired
        + intercept
        + p.norm_weight * (norm - p.norm_reference)
    )


@njit(cache=True)
def hope(p, believes):
    """Return belief that taking part helps, relative to an average resident's, up to a limit."""
    return min(believes / p.belief_reference, p.belief_limit)


@njit(cache=True)
def convinced(p, value, believes, live):
    """Return log-odds with what belief in being heard adds, more with a live issue."""
    value += p.belief_weight * (believes - p.belief_reference)
    if live:
        value += p.issue_weight * hope(p, believes)
    return value


@njit(cache=True)
def form_utility(p, appeal, offset, web, online, heard, believes, live):
    """Return the log-odds that differ between forms. `appeal` holds ease, skill and fit, `offset` burden and reward.

    `heard` is False for a form that does not depend on being heard by an institution.
    """
    value = appeal + (offset * online if web else offset)
    if heard:
        value = convinced(p, value, believes, live)
    if web:
        value += p.online_weight * (online - p.online_usual)
    return value


@njit(cache=True)
def logistic(x):
    """Return 1/(1+exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))


@njit(cache=True)
def consider(
    p, strengths, streams, person_id, segment, asks, joins, starts, own_ideas, cell, online, live, trust, everyday, strategic, who, what,
    push, key,
):  # fmt: skip
    """List what is considered this month: the strongest ask, and for a few an idea of their own.

    `strengths` is float64 (segments, channels), the log-odds that an ask adds; `starts` and `own_ideas` are those of `own_starts`.
    Fills for each candidate the row (`who`), the form (`what`), the log-odds that the ask adds (`push`) and the number of
    the draw (`key`, odd for an idea of one's own); returns how many there are.
    """
    block = np.empty(BLOCK, np.uint64)
    bounds = (threshold(p.start), threshold(p.start * (1.0 + p.belief_limit * p.issue_start)))
    number = 0
    for first in range(0, person_id.size, BLOCK):
        stop = min(first + BLOCK, person_id.size)
        hash_block(streams[0], person_id, first, stop, block)
        for i in range(first, stop):
            joins[i] = 0
            if asks[i] != 0:
                channel, f, _ = unpack_ask(asks[i])
                who[number], what[number], push[number], key[number] = i, f, strengths[segment[i], channel], 2 * f
                if is_matched(asks[i]):
                    push[number] += p.message_gain
                number += 1
            if block[i - first] > bounds[live[i] & OWN_ACCORD]:
                continue
            chance = p.start
            if live[i] & OWN_ACCORD:
                believes = belief(p, np.float64(trust[0, i]), np.float64(everyday[i]), np.float64(strategic[i]))
                chance *= 1.0 + p.issue_start * hope(p, believes)
            if uniform(streams[0], person_id[i]) < chance:
                v = uniform(substream(streams[0], 1), person_id[i])
                c, f = cell[i], 0
                while f < starts.shape[2] - 1 and v >= starts[online[i], c, f]:
                    f += 1
                who[number], what[number], push[number], key[number] = i, f, own_ideas[online[i], c, f], 2 * f + 1
                number += 1
    return number


@njit(cache=True)
def weigh(p, streams, person_id, who, what, push, key, own, number, joins, frozen_responded, frozen_fatigue, form_service, form_web, appeal,
          offset, norm, strength, ward, segment, cell, online, trust, everyday, strategic, habit, peers, grouped, attachment, capability,
          responded, responded_mean, fatigue, fatigue_mean, intercept, live, form_apart, apart):  # fmt: skip
    """Decide on each candidate, and set in `joins` a bit for each form that a resident takes part in.

    `own` is 1 if candidates with an odd `key` are ideas of their own, 0 if all were asked.
    """
    for n in range(number):
        i, f = who[n], what[n]
        resp = np.float64(responded_mean[i]) if frozen_responded else np.float64(responded[i])
        tired = np.float64(fatigue_mean[i]) if frozen_fatigue else np.float64(fatigue[i])
        u = shared_utility(p, np.float64(habit[i]), np.float64(peers[i]), np.float64(grouped[i]), strength[ward[i]],
                           np.float64(attachment[i]), np.float64(capability[i]), resp, tired, np.float64(intercept[i]), norm[ward[i], segment[i]])  # fmt: skip
        believes = belief(p, np.float64(trust[form_service[f], i]), np.float64(everyday[i]), np.float64(strategic[i]))
        g = segment[i]
        hangs = not form_apart[f] or p.own_answers == 0.0
        counts = live[i] & (OWN_ACCORD if key[n] & own else WHERE_ASKED) > 0
        suits = offset[0, f, cell[i], g] + offset[1, f, cell[i], g] * hope(p, believes)
        u += form_utility(p, appeal[f, g], suits, form_web[f], np.float64(online[i]), hangs, believes, counts)
        if form_apart[f]:
            u += np.float64(apart[i])
        u += taste(p.taste_spread, streams[1], f, person_id[i])
        if uniform(substream(streams[0], key[n]), person_id[i]) < logistic(u + push[n]):
            joins[i] |= np.uint16(1 << f)


def ask_strengths(model: World) -> np.ndarray:
    """Return the log-odds that an ask adds by segment and channel, in the order of `CHANNELS`."""
    p = model.values["deciding"]
    table = np.array([0.0, p.ask_post, p.ask_web, p.ask_bureau, p.ask_stranger, p.ask_front_line, p.ask_group, p.ask_personal])
    assert table[NO_ASK] == 0.0
    found = np.tile(table, (len(model.segments), 1))
    for g, segment in enumerate(model.segments):
        for channel, which in ((POST, 0), (WEB, 1), (STRANGER, 2), (FRONT_LINE, 2)):
            found[g, channel] += segment.channel_fit[which]
    return found


def national(model: World) -> np.ndarray:
    """Return the log-odds that the year's mood and an election add to each form, float64 (forms,); the same in every scenario of a seed."""
    p = model.values["deciding"]
    added = np.zeros(len(model.forms))
    if p.mood_spread:
        added += p.mood_spread * normal(stream(model.chances, "deciding: national mood", (model.month - 1) // 12), 0)
    if p.election_years and -model.month % max(round(12 * p.election_years), 1) < ELECTION_MONTHS:
        added[model.form_category != VOLUNTEERING] += p.election_lift
    return added


def form_appeal(model: World) -> np.ndarray:
    """Return how each form suits each segment this month, float64 (forms, segments)."""
    added = national(model)
    return model.appeal + added[:, None] if added.any() else model.appeal


def form_offsets(model: World) -> np.ndarray:
    """Return the log-odds that burden and rewards take or add, and what a collective reward adds for each unit of `hope`, float64 (2, forms, cells, segments)."""
    p, form, recognition = model.values["deciding"], model.levers.form, model.segment_weights[:, 1]
    plain = p.reward_weight * form[_REWARD] - p.burden_weight * (form[_BURDEN] - 1.0)
    hoped = np.broadcast_to(p.collective_weight * form[_COLLECTIVE][:, :, None], (*plain.shape, len(recognition)))
    return np.stack([plain[:, :, None] + p.social_weight * form[_SOCIAL][:, :, None] * recognition, hoped])


def own_starts(model: World) -> tuple[np.ndarray, np.ndarray]:
    """Return which form an own idea is for, cumulative, and the log-odds that it adds, float64 (not at home on the web or at home, cells, forms) each.

    Ease is what a lighter burden brings. What all civic forms have of it adds; what one has beyond that draws ideas from the others, and adds the less.
    Volunteering is apart: an easier petition takes nobody from it.
    """
    p, cells = model.values["deciding"], model.levers.form.shape[2]
    shape = (2, cells, len(model.forms))
    if not p.substitution:
        return np.ascontiguousarray(np.broadcast_to(model.start_choice, shape)), np.full(shape, p.own_idea)
    ease = -p.burden_weight * (model.levers.form[_BURDEN].T - 1.0)
    eased = np.stack([np.where(model.form_web, 0.0, ease), ease])
    weights, drawn = np.array([form.start_weight for form in model.forms]), np.zeros(shape)
    pulled = np.tile(weights, (2, cells, 1))
    for kind in (model.form_category == VOLUNTEERING, model.form_category != VOLUNTEERING):
        alike = np.flatnonzero(kind & (weights > 0.0))
        if len(alike):
            own = eased[:, :, alike]
            common = np.clip(0.0, own.min(axis=2, keepdims=True), own.max(axis=2, keepdims=True))
            drawn[:, :, alike] = p.substitution * (own - common)
            share = weights[alike] * np.exp(drawn[:, :, alike])
            pulled[:, :, alike] = share * (weights[alike].sum() / share.sum(axis=2, keepdims=True))
    return cumulative(pulled), p.own_idea - drawn


def live_issues(model: World) -> np.ndarray:
    """Return which residents have a live issue, uint8 (residents,), with the bits `OWN_ACCORD` and `WHERE_ASKED`."""
    r = model.residents
    if not model.values["needs"].issue_lasts:
        return (r.new_cases_12m[model.slot] > 0) * np.uint8(OWN_ACCORD | WHERE_ASKED)
    moved = (r.grievance | r.area_issue) > 0
    return moved * np.uint8(OWN_ACCORD) + (moved | (r.issue > 0)) * np.uint8(WHERE_ASKED)


def inclination(model: World) -> np.ndarray:
    """Return each one's own log-odds of taking part, float32 (residents,): what was so at arrival, and efficacy and interest."""
    r: Any = model.residents
    weight = model.values["efficacy"].weight
    if weight == 0.0:
        return r.intercept
    return (r.intercept.astype(np.float64) + weight * (r.efficacy.astype(np.float64) - 0.5)).astype(np.float32)


@njit(cache=True)
def set_apart(p, by_age, unmoved, age, efficacy, trust, responded, thanked, apart):
    """Fill `apart` with the log-odds by which volunteering differs from other forms for each resident.

    `unmoved` is the part of the weight of efficacy, log-odds, that does not hold for volunteering.
    """
    services = trust.shape[0]
    for i in range(age.size):
        value = by_age[age[i]] - unmoved * (np.float64(efficacy[i]) - 0.5)
        if p.own_answers > 0.0:
            total = 0.0
            for k in range(services):
                total += np.float64(trust[k, i])
            value += p.responded_weight * (np.float64(thanked[i]) - np.float64(responded[i]))
            value += p.general_weight * (total / services - p.general_reference)
        apart[i] = value


NOTHING_APART = np.zeros(1, np.float32)


def volunteering_apart(model: World) -> tuple[np.ndarray, np.ndarray]:
    """Return which forms depend on a group instead of an institution, bool (forms,), and the log-odds by which these differ, float32 (residents,)."""
    p, r = model.values["deciding"], model.residents
    by_age = model.stages @ np.array([getattr(p, f"time_{stage}") for stage in STAGES])
    felt = model.values["efficacy"]
    unmoved = felt.weight * (1.0 - felt.volunteering_share)
    if not (p.own_answers or by_age.any() or unmoved):
        return np.zeros(len(model.forms), np.bool_), NOTHING_APART
    apart, heard = np.empty(r.size, np.float32), model.loops["closing_the_loop"]
    set_apart(
        p,
        by_age,
        unmoved,
        r.age,
        r.efficacy,
        r.trust,
        r.responded if heard else r.responded_mean,
        r.thanked if heard else r.thanked_mean,
        apart,
    )
    return model.form_category == VOLUNTEERING, apart


def utility_columns(model: World) -> tuple:
    """Return what `weigh` and `willingness` read of the world, in their order; the one place that knows which loops are cut."""
    r = model.residents
    strength = model.wards.group_strength if model.loops["community"] else model.wards.group_mean
    return (
        not model.loops["closing_the_loop"], not model.loops["fatigue"], model.form_service, model.form_web, form_appeal(model),
        model.levers.derived("form offsets", lambda: form_offsets(model)), model.norm, strength, r.ward, r.segment, model.cell, r.online, r.trust, r.influence_everyday, r.influence_strategic, r.habit,
        r.peers, r.grouped, r.attachment, r.capability, r.responded, r.responded_mean, r.fatigue, r.fatigue_mean,
        inclination(model), live_issues(model), *volunteering_apart(model),
    )  # fmt: skip


def step(model: World) -> None:
    """Decide."""
    r, s, t, p = model.residents, model.scratch, model.ties, model.values["deciding"]
    opportunity, choice, companion, theirs, likes = model.streams("deciding: opportunity", "deciding: choice", "deciding: companion",
                                                                  "deciding: companion's choice", "character: likes@0")  # fmt: skip
    strengths, columns = ask_strengths(model), utility_columns(model)
    candidates = (s.who, s.what, s.push, s.key)
    starts = model.levers.derived("own starts", lambda: own_starts(model))
    number = consider(p, strengths, np.array([opportunity]), r.person_id, r.segment, s.asks, s.joins, *starts, model.cell, r.online,
                      live_issues(model), r.trust, r.influence_everyday, r.influence_strategic, *candidates)  # fmt: skip
    weigh(p, np.array([choice, likes]), r.person_id, *candidates, 1, number, s.joins, *columns)
    s.own_asks = s.asks.copy() if p.household_ask else s.asks
    asked = (p, p.ask_personal, companion, r.person_id, s.joins, model.form_face_to_face, t.offsets, t.targets, s.asks)
    number = bring_along(*asked, *candidates)
    if number > s.who.size:
        s.who, s.what, s.push, s.key = (np.empty(number, one.dtype) for one in candidates)
        candidates = (s.who, s.what, s.push, s.key)
        number = bring_along(*asked, *candidates)
    weigh(p, np.array([theirs, likes]), r.person_id, *candidates, 0, number, s.joins, *columns)


CLOSING_THE_LOOP = Loop(
    "closing_the_loop", 1, "taking part -> told what came of it -> takes part again (or: silence -> never again)", "responded"
)
FATIGUE = Loop("fatigue", -1, "people who are asked again and again tire", "fatigue")
PROCESS = Process(
    name="deciding",
    title="Deciding",
    description=(
        "People who are asked consider the strongest ask of the month. Without an ask, few consider an opportunity; more do so "
        "if they have a live issue and believe that taking part helps. A live issue is a contact of this month or, where issues last, "
        "a matter of the area or a grievance; an issue of one's own counts too where somebody asks. The probability is a logit of the CLEAR factors: can do "
        "(capability against the skill needed), like to (attachment), enabled to (groups, web), asked to (by channel) and "
        "responded to. It also depends on trust times influence, and on a live issue times that belief. Habit, two or more "
        "peers, and the norm of one's own ward and segment count too. So do the fit between form and segment, personal liking "
        "for the form, and any reward: a private one, a collective one for those who believe that taking part helps, and a social "
        "one where recognition counts. Burden and tiredness lower it. People who go face to face may bring a housemate or a "
        "close friend. Where it is wanted, a national mood moves everybody's decisions alike in each year, and an election lifts "
        "all forms but volunteering. In the structure `relationship` it also depends on efficacy and interest, and housemates of somebody "
        "who begins to take part that month decide as well, whatever the form. There volunteering depends on trust in general, on the group's own answers and on "
        "the time that people have at their stage of life. Where it is wanted, an easier form draws own ideas from others before it "
        "adds to them, and part of what a lighter burden brings wears off."
    ),
    equations=(
        "gain = x / sqrt(1 + (x/L)^2), x = habit + peers beyond one + groups + attachment + capability",
        "logit P(f) = ease_f + fit + ask_channel + gain + r (responded - 0.5) + b (T I - ref) + i live min(T I/ref, belief_limit) + n (norm - ref) - g fatigue + w reward_f + c collective_f min(T I/ref, belief_limit) + s social_f recognition - u (burden_f - 1) + liking_f + own + mood_year + election_f",
        "volunteering with own_answers: r (thanked - 0.5) + general_weight (mean T - general_reference) + time_stage in place of r, b and i",
        "housemate of somebody who joins f: with the chance household_ask, logit P(f) with household_push as the ask",
        "own ideas, of civic forms: share_f ~ start_f exp(substitution (ease_f - common)), own = own_idea - substitution (ease_f - common), ease_f = u (1 - burden_f)",
        "a burden that is lower since m months: gain times kept + (1 - kept) 2^(-m/novelty_months)",
    ),
    reads=("trust", "influence_everyday", "influence_strategic", "habit", "peers", "grouped", "attachment", "capability",
           "responded", "responded_mean", "thanked", "thanked_mean", "efficacy", "age", "fatigue", "fatigue_mean", "intercept", "online", "segment", "new_cases_12m", "issue", "grievance", "area_issue", "ties",
           "wards.group_strength", "wards.group_mean"),
    writes=(),
    columns=COLUMNS,
    loops=(CLOSING_THE_LOOP, FATIGUE, COMMUNITY),
    parameters=PARAMETERS,
    values_type=DecidingValues,
    step=step,
    edges=(Edge("a decision to take part", ("an act this month",)),),
    source="CLEAR: Lowndes, Pratchett and Stoker 2006; complex contagion: Centola and Macy 2007",
)  # fmt: skip
