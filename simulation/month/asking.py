"""Whom institutions, groups and neighbours ask, through which channel."""

from __future__ import annotations

import numpy as np

from ..declared.columns import NEVER, Column
from ..declared.institutions import TALLY
from ..declared.levers import FORM_LEVER_NAMES, lever_index
from ..declared.loops import Loop
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import bits, substream, uniform
from ..state.events import ASKED, BUREAU, FRONT_LINE, GROUP, NONE, PERSONAL, POST, STRANGER, WEB, record
from ..state.form_arrays import cumulative
from ..state.ties import decode
from ..world import World
from .casework import SOLVED, SPOKEN
from .invitations import invitation_chances
from .needs import BLOCK, COMMUNITY, hash_block, threshold, unpack
from .process import Edge, Process

_ASK_RESOLVED, _ASK_UNRESOLVED = lever_index("ask_when_resolved"), lever_index("ask_when_unresolved")
_SEPARATION, _CAPTURE, _PIGGY = lever_index("separation"), lever_index("preference_capture"), lever_index("piggy_back")
_OUTREACH, _MATCHING, _CHOICE = lever_index("outreach"), lever_index("matching"), lever_index("channel_choice")
_COORDINATION, _TALKERS = lever_index("coordination"), lever_index("talkers")
_GROUP_ASKS, _BUREAU = lever_index("group_asks"), lever_index("bureau_reach")
_INVITATIONS, _COUNTER = FORM_LEVER_NAMES.index("invitations"), FORM_LEVER_NAMES.index("counter_weight")
_ASKS, _GUESTS = TALLY["asks"], TALLY["guest_asks"]
_SIXTEEN, _S16, _S32, _S48 = np.uint64(0xFFFF), np.uint64(16), np.uint64(32), np.uint64(48)

# An ask is one integer, so that the strongest of a month is a maximum and no order of asking matters:
# channel (3 bits), a keyed tie-break (20), whether matched (1), form (4), partner's row plus one (32).
MATCHED = 16
_RANK, _TIE, _FORM = 57, 37, 32

# fmt: off
COLUMNS = (
    Column("asked_month", "i2", f"month last asked ({NEVER}: never)", start=NEVER),
    Column("asked_form", "u1", "form last asked for"),
    Column("asked_12m", "u1", "asks received, by month", "ring"),
    Column("fatigue", "f4", "tiredness from asks and roles, 0..1", start=0.1, stock=True),
    Column("book", "u1", "one bit per kind of institution that has the resident in its contact book"),
    Column("fatigue_mean", "f4", "fatigue: tiredness", mean_of="fatigue"),
    Column("book_mean", "u1", "asking: months of the twelve in each contact book", "service"),
)
PARAMETERS = ParameterGroup("asking", (
    Parameter("peer_ask", 0.11, 0, 1, "probability a month", "somebody who took part asks one of their ties to join",
              source="Mobilise: most get involved because somebody asks"),
    Parameter("talker_ask", 0.5, 0, 1, "probability a month", "a resident who is supported to ask others asks one of their ties", source="Beyond the Usual Suspects"),
    Parameter("acquaintance_share", 0.4, 0, 1, "share", "how likely the person asked is an acquaintance, relative to a close tie"),
    Parameter("group_ask", 0.05, 0, 1, "probability a month", "a group at full strength asks a resident of its ward to volunteer"),
    Parameter("bureau_ask", 0.011, 0, 1, "probability a month", "a volunteer bureau reaches a resident", source="Mobilise: 6 % come through bureaux", facts=("bureau_share",)),
    Parameter("book_first", 0.6, 0, 1, "share", "invitations that go first to the institution's own contact book: the usual suspects", source="Beyond the Usual Suspects and Ray and others 2008"),
    Parameter("book_limit", 0.5, 0, 1, "probability a month", "maximum probability that a contact is invited to a form"),
    Parameter("backfire", 0.05, 0, 1, "share", "trust lost when an institution asks somebody whose issue it has just mishandled", source="Mobilise: own house in order"),
    Parameter("sore", 0.25, 0, 1, "strength", "strength of talk about a bad experience above which an ask backfires"),
    Parameter("ask_fatigue", 0.02, 0, 1, "share per ask", "tiredness added by one ask"),
    Parameter("prospecting", 0.0, 0, 10, "log of the rate", "how much likelier somebody with full capability is asked by ties, groups and invitations than somebody with none: askers prospect; the number of asks stays",
              source="Brady, Schlozman and Verba 1999", awaits_fit=True),
    Parameter("evaluation_limit", 4.0, 1, 20, "factor", "maximum factor by which evaluation raises or lowers the invitations to a form", awaits_fit=True),
))
AskingValues = PARAMETERS.values_type("AskingValues", __name__)
# fmt: on


@njit(cache=True)
def pack_ask(channel, tie_break, form, partner, matched=False):
    """Return an ask as one integer; a greater one is the stronger. `matched` says that its message suits the segment."""
    return (
        (np.int64(channel) << _RANK)
        | (np.int64(tie_break >> np.uint64(44)) << _TIE)
        | (np.int64(form + (MATCHED if matched else 0)) << _FORM)
        | (np.int64(partner) + 1)
    )


@njit(cache=True)
def unpack_ask(ask):
    """Return channel, form and partner's row (-1: none) of an ask."""
    return ask >> _RANK, (ask >> _FORM) & (MATCHED - 1), (ask & ((1 << _FORM) - 1)) - 1


@njit(cache=True)
def is_matched(ask):
    """Return True if an ask's message suits the segment of the one asked."""
    return (ask >> _FORM) & MATCHED != 0


@njit(cache=True)
def taste(spread, stream, form, person):
    """Return a person's own liking for a form, log-odds; it lifts nobody's chance on average where chances are small."""
    b = bits(substream(stream, form), person)
    four = (b & _SIXTEEN) + ((b >> _S16) & _SIXTEEN) + ((b >> _S32) & _SIXTEEN) + (b >> _S48)  # nearly normal, and cheap
    return spread * (1.7320508075688772 * (np.float64(four) / 65536.0 - 2.0) - 0.5 * spread)


@njit(cache=True)
def preferred(spread, stream, weights, appeal, person):
    """Return the form that a person likes best among those that the front line asks for; `weights` are cumulative."""
    best, form, before = -np.inf, weights.size - 1, 0.0
    for f in range(weights.size):
        if weights[f] > before:
            liking = appeal[f] + taste(spread, stream, f, person)
            if liking > best:
                best, form = liking, f
        before = weights[f]
    return form


@njit(cache=True)
def _pick(weights, u):
    form = 0
    while form < weights.size - 1 and u >= weights[form]:
        form += 1
    return form


@njit(cache=True)
def _receive(i, ask, asks, asked, slot):
    asks[i] = max(asks[i], ask)
    asked[slot, i] = min(asked[slot, i] + 1, 255)


@njit(cache=True)
def ask_at_the_counter(spread, streams, entries, found, outcomes, person_id, ward, cell, segment, institution_of, levers, form_choice,
                       guest_choice, appeal, asks, asked, slot, tallies, log, count):  # fmt: skip
    """Let the front line ask callers, for its own forms or on behalf of another institution.

    `form_choice` is float64 (cells, forms), cumulative shares of what it asks for; `guest_choice` (services, forms) what each
    kind of institution has others ask for, all 0 where it runs nothing.
    """
    for e in range(found):
        flags = outcomes[e]
        if flags & SPOKEN == 0:
            continue
        i, k, _ = unpack(entries[e])
        j = institution_of[ward[i], k]
        chance = levers[_ASK_RESOLVED if flags & SOLVED else _ASK_UNRESOLVED, j, cell[i]] * (1.0 - levers[_SEPARATION, j, cell[i]])
        at = substream(streams[0], k)
        if flags & SOLVED:
            for guest in range(guest_choice.shape[0]):
                other = institution_of[ward[i], guest]
                rate = levers[_PIGGY, other, cell[i]]
                if guest == k or rate <= 0.0 or guest_choice[guest, -1] <= 0.0:
                    continue
                if uniform(substream(at, 10 + guest), person_id[i]) < rate:
                    form = _pick(guest_choice[guest], uniform(substream(at, 30 + guest), person_id[i]))
                    _receive(i, pack_ask(FRONT_LINE, bits(substream(at, 50 + guest), person_id[i]), form, -1), asks, asked, slot)
                    tallies[other, _GUESTS] += 1
                    if log.shape[0]:
                        record(log, count, ASKED, person_id[i], other, NONE, form, FRONT_LINE, NONE, NONE, 0.0)
        if uniform(at, person_id[i]) < chance:
            capture = levers[_CAPTURE, j, cell[i]]
            if capture > 0.0 and uniform(substream(at, 2), person_id[i]) < capture:
                form = preferred(spread, streams[1], form_choice[cell[i]], appeal[:, segment[i]], person_id[i])
            else:
                form = _pick(form_choice[cell[i]], uniform(substream(at, 1), person_id[i]))
            _receive(i, pack_ask(FRONT_LINE, bits(at, person_id[i]), form, -1), asks, asked, slot)
            tallies[j, _ASKS] += 1
            if log.shape[0]:
                record(log, count, ASKED, person_id[i], j, NONE, form, FRONT_LINE, NONE, NONE, 0.0)


@njit(cache=True)
def ask_peers(p, streams, person_id, ward, segment, cell, prospects, talkers, acts, last_month, last_form, volunteering, offsets, targets, peers, norm,
              asks, asked, slot, before, log, count):  # fmt: skip
    """Let those who took part last month be seen by their ties and by people like them, and ask some of their ties.

    `talkers` is float64 (wards, cells), the share of residents who are helped to ask, and do so whether they took part or not.
    """
    stream = streams[0]
    peers[:] = 0
    seen = np.zeros((norm.shape[0], norm.shape[1], 2), np.int64)
    bound, often = threshold(p.peer_ask), threshold(max(p.talker_ask, p.peer_ask))
    for i in range(person_id.size):
        seen[ward[i], segment[i], 0] += 1
        rate = talkers[ward[i], cell[i]]
        talker = rate > 0.0 and uniform(streams[1], person_id[i]) < rate
        acted = acts[before, i] > 0
        if not acted and not talker:
            continue
        seen[ward[i], segment[i], 1] += acted
        asking = bits(stream, person_id[i]) < (often if talker else bound)
        if not acted and not asking:
            continue
        at = substream(stream, person_id[i])
        best, friend = -1.0, -1
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0:
                continue
            other, kind = decode(targets[e])
            if acted:
                peers[other] = min(peers[other] + 1, 255)
            if asking:
                score = uniform(at, person_id[other]) * (1.0 if kind > 0 else p.acquaintance_share)
                if prospects.size:
                    score *= prospects[other]
                if score > best:
                    best, friend = score, other
        if friend >= 0:
            form = np.int64(last_form[i]) if last_month[i] > NEVER else np.int64(volunteering)
            ask = pack_ask(PERSONAL, substream(at, person_id[friend]), form, i)
            _receive(friend, ask, asks, asked, slot)
            if log.shape[0]:
                record(log, count, ASKED, person_id[friend], NONE, NONE, form, PERSONAL, person_id[i], NONE, 0.0)
    for w in range(norm.shape[0]):
        for g in range(norm.shape[1]):
            norm[w, g] = seen[w, g, 1] / max(seen[w, g, 0], 1)


@njit(cache=True)
def weigh_prospects(p, capability, prospects):
    """Fill `prospects` with how much likelier each resident is asked than an average one; the mean is a sum of integers."""
    total = np.int64(0)
    for i in range(capability.size):
        prospects[i] = np.exp(p.prospecting * (np.float64(capability[i]) - 0.5))
        total += np.int64(prospects[i] * 1024.0)
    mean = total / 1024.0 / capability.size
    for i in range(capability.size):
        prospects[i] /= mean


@njit(cache=True)
def prospects_by_book(frozen, prospects, book, book_mean):
    """Return how sought those outside and inside a kind of institution's contact books are on average, float64 (services, 2).

    Of each as many are asked as if nobody chose. Sums of integers, so that no order of rows matters.
    """
    found = np.ones((book_mean.shape[0], 2))
    for k in range(book_mean.shape[0]):
        total, people = np.zeros(2, np.int64), np.zeros(2, np.int64)
        for i in range(prospects.size):
            inside = np.int64(book_mean[k, i]) if frozen else np.int64(12 * ((book[i] >> k) & 1))
            sought = np.int64(prospects[i] * 1024.0)
            total[0] += (12 - inside) * sought
            total[1] += inside * sought
            people[0] += 12 - inside
            people[1] += inside
        for side in range(2):
            if people[side] > 0:
                found[k, side] = max(total[side] / 1024.0 / people[side], 1e-9)
    return found


@njit(cache=True)
def send_invitations(frozen, stream, person_id, ward, cell, segment, online, prospects, usual, book, book_mean, plain, extra, institution_of, levers,
                     form_service, form_by_book, form_channel, best_form, best_channel, group_rate, bureau_rate, volunteering, asks, asked, slot, log,
                     count):  # fmt: skip
    """Let institutions, groups and the bureau ask at most one thing of a resident a month.

    `plain` is float64 (wards, cells, forms), the chance for a stranger; `extra` what being in the contact book adds;
    `group_rate` and `bureau_rate` (wards, cells). An online message reaches those who are at home on the web. `prospects` is how
    much likelier each resident is asked than an average one, float64 (residents,), or empty where askers do not choose; `usual` its
    means outside and inside the contact books, float64 (services, 2).
    """
    forms = form_service.size
    stranger, contact = 0.0, 0.0  # most that all asks together come to, for those in no contact book and for others
    for f in range(forms):
        stranger += plain[:, :, f].max()
        contact += np.maximum(plain[:, :, f], plain[:, :, f] + extra[:, :, f]).max()
    others = group_rate.max() + bureau_rate.max()
    if prospects.size:
        most = prospects.max()
        stranger, contact, others = stranger * most / usual.min(), contact * most / usual.min(), others * most
    bounds = (threshold(stranger + others), threshold(contact + others))
    block = np.empty(BLOCK, np.uint64)
    for first in range(0, person_id.size, BLOCK):
        stop = min(first + BLOCK, person_id.size)
        hash_block(stream, person_id, first, stop, block)
        for i in range(first, stop):
            if block[i - first] > bounds[1] or (not frozen and book[i] == 0 and block[i - first] > bounds[0]):
                continue
            u = uniform(stream, person_id[i])
            w, c, form, channel = ward[i], cell[i], -1, 0
            sought = prospects[i] if prospects.size else 1.0
            for f in range(forms):
                k = form_service[f]
                known = book_mean[k, i] / 12.0 if frozen else np.float64((book[i] >> k) & 1)
                if form_by_book[f] and prospects.size:
                    u -= sought * (
                        (1.0 - known) * plain[w, c, f] / usual[k, 0] + known * (plain[w, c, f] + extra[w, c, f]) / usual[k, 1]
                    )
                else:
                    u -= plain[w, c, f] + known * extra[w, c, f]
                if u < 0.0:
                    form, channel = f, form_channel[f]
                    break
            matched = False
            if form >= 0:
                j = institution_of[w, form_service[form]]
                if levers[_MATCHING, j, c] > 0.0 and uniform(substream(stream, 2), person_id[i]) < levers[_MATCHING, j, c]:
                    form, channel, matched = best_form[segment[i], form], best_channel[segment[i], online[i]], True
                elif levers[_CHOICE, j, c] > 0.0 and uniform(substream(stream, 3), person_id[i]) < levers[_CHOICE, j, c]:
                    channel = best_channel[segment[i], online[i]]
                if levers[_OUTREACH, j, c] > 0.0 and uniform(substream(stream, 4), person_id[i]) < levers[_OUTREACH, j, c]:
                    channel = STRANGER
                if channel == WEB and online[i] == 0:
                    continue
            else:
                u -= group_rate[w, c] * sought
                if u < 0.0:
                    form, channel = volunteering, GROUP
                elif u < bureau_rate[w, c]:
                    form, channel = volunteering, BUREAU
            if form >= 0:
                _receive(i, pack_ask(channel, bits(substream(stream, 1), person_id[i]), form, -1, matched), asks, asked, slot)
                if log.shape[0]:
                    record(log, count, ASKED, person_id[i], NONE, NONE, form, channel, NONE, NONE, 0.0)


@njit(cache=True)
def feel_asked(p, asks, asked, slot, month, ward, cell, institution_of, levers, form_service, trust, talk, talk_service, fatigue, asked_month,
               asked_form):  # fmt: skip
    """Tire those who were asked; an institution's ask to somebody whom it just failed backfires."""
    for i in range(asks.size):
        if asked[slot, i] == 0:
            continue
        channel, form, _ = unpack_ask(asks[i])
        tired = np.float64(fatigue[i])
        k = form_service[form]
        known = levers[_COORDINATION, institution_of[ward[i], k], cell[i]]
        number = 1.0 + (np.float64(asked[slot, i]) - 1.0) * (1.0 - known)
        fatigue[i] = tired + min(p.ask_fatigue * number, 1.0) * (1.0 - tired)
        asked_month[i] = month
        asked_form[i] = form
        institutional = channel == POST or channel == WEB or channel == STRANGER or channel == FRONT_LINE
        if institutional and talk[i] < -p.sore and talk_service[i] == k:
            trust[k, i] = trust[k, i] - p.backfire * trust[k, i]


def counter_choices(model: World) -> tuple:
    """Return what the front line asks for by cell, and what each kind of institution has others ask for, cumulative."""
    own = cumulative(model.levers.form[_COUNTER].T)
    sent = model.levers.form_base[_INVITATIONS].mean(axis=1)
    guests = np.array([np.where(model.form_service == k, sent, 0.0) for k in range(len(model.services))])
    return own, cumulative(guests)


def step(model: World) -> None:
    """Ask."""
    r, s, t, p, levers = model.residents, model.scratch, model.ties, model.values["asking"], model.levers
    log, count = model.log.buffer, model.log.count
    counter, likes, peer, talkers, invite = model.streams("asking: front line", "character: likes@0", "asking: peers", "asking: talkers@0",
                                                          "asking: invitations")  # fmt: skip
    s.asks[:] = 0
    prospects = np.empty(r.size if p.prospecting else 0)
    usual = np.ones((len(model.services), 2))
    if p.prospecting:
        weigh_prospects(p, r.capability, prospects)
        usual = prospects_by_book(not model.loops["asking"], prospects, r.book, r.book_mean)
    own, guests = levers.derived("counter choices", lambda: counter_choices(model))
    ask_at_the_counter(model.values["deciding"].taste_spread, np.array([counter, likes]), s.entries, s.found, s.outcomes, r.person_id,
                       r.ward, model.cell, r.segment, model.institution_of, levers.institution, own, guests, model.appeal, s.asks,
                       r.asked_12m, model.slot, model.tallies, log, count)  # fmt: skip
    ask_peers(p, np.array([peer, talkers]), r.person_id, r.ward, r.segment, model.cell, prospects, levers.local(_TALKERS), r.acts_12m,
              r.last_act_month, r.last_act_form, model.volunteering, t.offsets, t.targets, r.peers, model.norm, s.asks, r.asked_12m,
              model.slot, (model.slot - 1) % 12, log, count)  # fmt: skip
    plain, extra = invitation_chances(model)
    strength = model.wards.group_strength if model.loops["community"] else model.wards.group_mean
    groups = p.group_ask * strength[:, None] * levers.local(_GROUP_ASKS)
    send_invitations(not model.loops["asking"], invite, r.person_id, r.ward, model.cell, r.segment, r.online, prospects, usual, r.book, r.book_mean,
                     plain, extra, model.institution_of, levers.institution, model.form_service, model.form_by_book, model.form_channel, model.best_form,
                     model.best_channel, groups, p.bureau_ask * levers.local(_BUREAU), model.volunteering, s.asks, r.asked_12m,
                     model.slot, log, count)  # fmt: skip
    feel_asked(p, s.asks, r.asked_12m, model.slot, model.month, r.ward, model.cell, model.institution_of, levers.institution,
               model.form_service, r.trust, r.talk, r.talk_service, r.fatigue, r.asked_month, r.asked_form)  # fmt: skip


USUAL_SUSPECTS = Loop(
    "asking",
    1,
    "people who are asked take part, people who take part become known, people who are known are asked (usual suspects)",
    "book",
)
PROCESS = Process(
    name="asking",
    title="Asking",
    description=(
        "The front line asks some callers to take part. Asking is most likely after the caller's issue was resolved, and less "
        "likely the more customer service and engagement are separate. Callers are asked for what they would like to do where "
        "that is known, and on behalf of other institutions where these piggy-back. People who took part last month ask their "
        "ties; so do residents who are supported to do so. Institutions send invitations. For formal consultation they ask "
        "their own contact book first, unless they go where people are. For quota and street events they ask everybody equally, "
        "and online they ask people who are comfortable with the web. Form and channel may be matched to the segment. "
        "Evaluation moves invitations to forms whose input changes more. Groups and a volunteer bureau ask for volunteers. Of a "
        "month's asks a resident considers the strongest. Each ask tires a little; co-ordination between institutions reduces "
        "duplicates. An institution loses trust if it asks somebody whom it has just failed. In the structure `relationship` those who choose "
        "whom to ask (institutions for forms with a contact book, groups, and people among their ties) prefer the more capable; the number of asks stays."
    ),
    equations=(
        "P(invited) = plain_f + B extra_f, B = 1 for those in the contact book; book_first (1 - outreach) of them go to the book",
        "prospecting: P(invited) of those outside and inside the book times exp(prospecting (capability - 0.5)), each relative to its own mean",
        "invitations_f *= 1 + evaluation (worth_f - 1), worth_f: changed an act, relative to the institution's mean",
        "backfire: T -= backfire T if talk < -sore",
    ),
    reads=(
        "person_id",
        "ward",
        "acts_12m",
        "last_act_form",
        "book",
        "book_mean",
        "capability",
        "talk",
        "talk_service",
        "ties",
        "wards.group_strength",
    ),
    writes=("peers", "asked_12m", "fatigue", "asked_month", "asked_form", "trust"),
    columns=COLUMNS,
    loops=(USUAL_SUSPECTS, COMMUNITY),
    parameters=PARAMETERS,
    values_type=AskingValues,
    step=step,
    edges=(
        Edge("asked", ("fatigue", "a decision this month")),
        Edge("asked by an institution that has just failed the resident", ("trust",)),
        Edge("a tie took part", ("peers",)),
    ),
    source="Beyond the Usual Suspects and Mobilise and Ray and others 2008",
)
