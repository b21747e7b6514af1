"""Step 4: whom institutions, groups and neighbours ask, through which channel."""

from __future__ import annotations

import numpy as np
from numba import njit

from .casework import SOLVED, SPOKEN
from .events import ASKED, BUREAU, FRONT_LINE, GROUP, NONE, PERSONAL, POST, STRANGER, WEB, record
from .institutions import TALLY
from .levers import FORM_LEVER_NAMES, lever_index
from .needs import BLOCK, hash_block, threshold, unpack
from .parameters import Parameter, ParameterGroup
from .process import Edge, Process
from .randomness import bits, substream, uniform
from .ties import decode

_ASK_RESOLVED, _ASK_UNRESOLVED = lever_index("ask_when_resolved"), lever_index("ask_when_unresolved")
_SEPARATION, _INVITATIONS = lever_index("separation"), FORM_LEVER_NAMES.index("invitations")
_ASKS = TALLY["asks"]

# An ask is one integer, so that the strongest of a month is a maximum and no order of asking matters:
# channel (3 bits), a keyed tie-break (20), form (5), partner's row plus one (32).
_RANK, _TIE, _FORM = 57, 37, 32

# fmt: off
PARAMETERS = ParameterGroup("asking", (
    Parameter("peer_ask", 0.11, 0, 1, "probability a month", "somebody who took part asks one of their ties to join",
              source="seed 001: most get involved because somebody asks"),
    Parameter("acquaintance_share", 0.4, 0, 1, "share", "how likely the one asked is an acquaintance, relative to a close tie"),
    Parameter("group_ask", 0.05, 0, 1, "probability a month", "a group at full strength asks a resident of its ward to volunteer"),
    Parameter("bureau_ask", 0.011, 0, 1, "probability a month", "a volunteer bureau reaches a resident", source="seed 001: 6 % come through bureaux"),
    Parameter("book_first", 0.6, 0, 1, "share", "invitations that go to the institution's own contact book first: the usual suspects", source="seeds 000, 004"),
    Parameter("book_limit", 0.5, 0, 1, "probability a month", "most that one contact is invited to one form"),
    Parameter("backfire", 0.05, 0, 1, "share", "trust lost when an institution asks somebody whose issue it just mishandled", source="seed 001: own house in order"),
    Parameter("sore", 0.25, 0, 1, "strength", "talk about a bad experience above which an ask backfires"),
    Parameter("ask_fatigue", 0.02, 0, 1, "share an ask", "tiredness that one ask adds"),
))
AskingValues = PARAMETERS.values_type("AskingValues", __name__)
# fmt: on


@njit(cache=True)
def pack_ask(channel, tie_break, form, partner):
    """Return an ask as one integer; a greater one is the stronger."""
    return (
        (np.int64(channel) << _RANK)
        | (np.int64(tie_break >> np.uint64(44)) << _TIE)
        | (np.int64(form) << _FORM)
        | (np.int64(partner) + 1)
    )


@njit(cache=True)
def unpack_ask(ask):
    """Return channel, form and partner's row (-1: none) of an ask."""
    return ask >> _RANK, (ask >> _FORM) & 31, (ask & ((1 << _FORM) - 1)) - 1


@njit(cache=True)
def _receive(i, ask, asks, asked, slot):
    asks[i] = max(asks[i], ask)
    asked[slot, i] = min(asked[slot, i] + 1, 255)


@njit(cache=True)
def ask_at_the_counter(p, stream, entries, found, outcomes, person_id, ward, cell, institution_of, levers, form_choice, asks,
                       asked, slot, tallies, log, count):  # fmt: skip
    """Let the front line ask callers. `form_choice` is float64 (forms,), cumulative shares of what it asks for."""
    for e in range(found):
        flags = outcomes[e]
        if flags & SPOKEN == 0:
            continue
        i, k, _ = unpack(entries[e])
        j = institution_of[ward[i], k]
        chance = levers[_ASK_RESOLVED if flags & SOLVED else _ASK_UNRESOLVED, j, cell[i]] * (1.0 - levers[_SEPARATION, j, cell[i]])
        at = substream(stream, k)
        if uniform(at, person_id[i]) < chance:
            v = uniform(substream(at, 1), person_id[i])
            form = 0
            while form < form_choice.size - 1 and v >= form_choice[form]:
                form += 1
            _receive(i, pack_ask(FRONT_LINE, bits(at, person_id[i]), form, -1), asks, asked, slot)
            tallies[j, _ASKS] += 1
            if log.shape[0]:
                record(log, count, ASKED, person_id[i], j, NONE, form, FRONT_LINE, NONE, NONE, 0.0)


@njit(cache=True)
def ask_peers(p, stream, person_id, ward, segment, acts, last_form, offsets, targets, peers, norm, asks, asked, slot, before, log,
              count):  # fmt: skip
    """Let those who took part last month be seen by their ties and by people like them, and ask some of their ties."""
    peers[:] = 0
    seen = np.zeros((norm.shape[0], norm.shape[1], 2), np.int64)
    bound = threshold(p.peer_ask)
    for i in range(person_id.size):
        seen[ward[i], segment[i], 0] += 1
        if acts[before, i] == 0:
            continue
        seen[ward[i], segment[i], 1] += 1
        asking = bits(stream, person_id[i]) < bound
        at = substream(stream, person_id[i])
        best, friend = -1.0, -1
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0:
                continue
            other, kind = decode(targets[e])
            peers[other] = min(peers[other] + 1, 255)
            if asking:
                score = uniform(at, person_id[other]) * (1.0 if kind > 0 else p.acquaintance_share)
                if score > best:
                    best, friend = score, other
        if friend >= 0:
            ask = pack_ask(PERSONAL, substream(at, person_id[friend]), last_form[i], i)
            _receive(friend, ask, asks, asked, slot)
            if log.shape[0]:
                record(log, count, ASKED, person_id[friend], NONE, NONE, last_form[i], PERSONAL, person_id[i], NONE, 0.0)
    for w in range(norm.shape[0]):
        for g in range(norm.shape[1]):
            norm[w, g] = seen[w, g, 1] / max(seen[w, g, 0], 1)


@njit(cache=True)
def send_invitations(p, frozen, stream, person_id, ward, cell, book, book_mean, plain, extra, form_service, form_channel, group_rate,
                     volunteering, asks, asked, slot, log, count):  # fmt: skip
    """Let institutions, groups and the bureau ask at most one thing of a resident a month.

    `plain` is float64 (wards, cells, forms), the chance for a stranger; `extra` what being in the contact book adds.
    """
    forms = form_service.size
    stranger, contact = 0.0, 0.0  # most that all asks together come to, for those in no contact book and for others
    for f in range(forms):
        stranger += plain[:, :, f].max()
        contact += np.maximum(plain[:, :, f], plain[:, :, f] + extra[:, :, f]).max()
    bounds = (threshold(stranger + group_rate.max() + p.bureau_ask), threshold(contact + group_rate.max() + p.bureau_ask))
    block = np.empty(BLOCK, np.uint64)
    for first in range(0, person_id.size, BLOCK):
        stop = min(first + BLOCK, person_id.size)
        hash_block(stream, person_id, first, stop, block)
        for i in range(first, stop):
            if block[i - first] > bounds[1] or (not frozen and book[i] == 0 and block[i - first] > bounds[0]):
                continue
            u = uniform(stream, person_id[i])
            w, c, form, channel = ward[i], cell[i], -1, 0
            for f in range(forms):
                chance = plain[w, c, f]
                if frozen:
                    chance += book_mean[form_service[f], i] / 12.0 * extra[w, c, f]
                elif book[i] != 0:
                    chance += np.float64((book[i] >> form_service[f]) & 1) * extra[w, c, f]
                u -= chance
                if u < 0.0:
                    form, channel = f, form_channel[f]
                    break
            if form < 0:
                u -= group_rate[ward[i]]
                if u < 0.0:
                    form, channel = volunteering, GROUP
                elif u < p.bureau_ask:
                    form, channel = volunteering, BUREAU
            if form >= 0:
                _receive(i, pack_ask(channel, bits(substream(stream, 1), person_id[i]), form, -1), asks, asked, slot)
                if log.shape[0]:
                    record(log, count, ASKED, person_id[i], NONE, NONE, form, channel, NONE, NONE, 0.0)


@njit(cache=True)
def feel_asked(p, asks, asked, slot, month, form_service, trust, talk, talk_service, fatigue, asked_month, asked_form):
    """Tire those who were asked; an institution's ask to somebody whom it just failed backfires."""
    for i in range(asks.size):
        if asked[slot, i] == 0:
            continue
        channel, form, _ = unpack_ask(asks[i])
        tired = np.float64(fatigue[i])
        fatigue[i] = tired + min(p.ask_fatigue * asked[slot, i], 1.0) * (1.0 - tired)
        asked_month[i] = month
        asked_form[i] = form
        k = form_service[form]
        institutional = channel == POST or channel == WEB or channel == STRANGER or channel == FRONT_LINE
        if institutional and talk[i] < -p.sore and talk_service[i] == k:
            trust[k, i] = trust[k, i] - p.backfire * trust[k, i]


@njit(cache=True)
def count_contacts(frozen, book, book_mean, ward, serving, alone, number):
    """Add to `number` (by institution) twelve for each resident in a kind of institution's contact book.

    `book` holds the bit of that kind, shifted down; `serving` is the institution by ward, `alone` the one of all wards or -1.
    """
    if alone >= 0:
        known = 0
        for i in range(book.size):
            known += book_mean[i] if frozen else 12 * (book[i] & 1)
        number[alone] += known
    else:
        for i in range(book.size):
            number[serving[ward[i]]] += book_mean[i] if frozen else 12 * (book[i] & 1)


def invitation_chances(model) -> tuple:
    """Return the chance of an invitation for a stranger, and what being in the contact book adds, (wards, cells, forms)."""
    p, r = model.values["asking"], model.residents
    number = np.zeros(len(model.served), np.int64)
    for k in range(len(model.services)):
        count_contacts(not model.loops["asking"], r.book >> k, r.book_mean[k], r.ward, model.serving[k], model.alone[k], number)
    share = np.maximum(number / (12.0 * np.maximum(model.served, 1.0)), 1e-9)[None, :, None]
    rate = model.levers.form[_INVITATIONS][:, None, :] / 1000.0
    first = p.book_first * model.form_by_book[:, None, None]
    known = np.minimum(first * rate / share, p.book_limit)
    plain = np.minimum((rate - known * share) / np.maximum(1.0 - share, 1e-9), 1.0)
    extra = np.where(first > 0.0, np.maximum(known + (1.0 - first) * rate - plain, -plain), 0.0)
    form = np.arange(len(model.forms))
    serving = model.institution_of[:, model.form_service]  # (wards, forms)
    return tuple(np.ascontiguousarray(table[form, serving].transpose(0, 2, 1)) for table in (plain, extra))


def step(model) -> None:
    """Ask."""
    r, s, t, p = model.residents, model.scratch, model.ties, model.values["asking"]
    log, count = model.log.buffer, model.log.count
    counter, peer, invite = model.streams("asking: front line", "asking: peers", "asking: invitations")
    s.asks[:] = 0
    ask_at_the_counter(p, counter, s.entries, s.found, s.outcomes, r.person_id, r.ward, model.cell, model.institution_of,
                       model.levers.institution, model.front_line_choice, s.asks, r.asked_12m, model.slot, model.tallies,
                       log, count)  # fmt: skip
    ask_peers(p, peer, r.person_id, r.ward, r.segment, r.acts_12m, r.last_act_form, t.offsets, t.targets, r.peers, model.norm, s.asks,
              r.asked_12m, model.slot, (model.slot - 1) % 12, log, count)  # fmt: skip
    plain, extra = invitation_chances(model)
    strength = model.wards.group_strength if model.loops["community"] else model.wards.group_mean
    send_invitations(p, not model.loops["asking"], invite, r.person_id, r.ward, model.cell, r.book, r.book_mean, plain, extra,
                     model.form_service, model.form_channel, p.group_ask * strength, model.volunteering, s.asks, r.asked_12m, model.slot,
                     log, count)  # fmt: skip
    feel_asked(p, s.asks, r.asked_12m, model.slot, model.month, model.form_service, r.trust, r.talk, r.talk_service,
               r.fatigue, r.asked_month, r.asked_form)  # fmt: skip


PROCESS = Process(
    name="asking",
    title="Asking",
    description=(
        "The front line asks some callers, best after their issue was resolved and the less so the more customer service and "
        "engagement are apart. Those who took part last month ask their ties. Institutions invite: to formal consultation their "
        "own contact book first, to quota and street events everybody alike. Groups and a volunteer bureau ask for volunteers. Of "
        "a month's asks a resident weighs the strongest; each tires a little; an institution that asks somebody whom it just "
        "failed loses trust."
    ),
    equations=(
        "P(invited) = plain_f + B extra_f, B = 1 for those in the contact book",
        "backfire: T -= backfire T if talk < -sore",
    ),
    reads=(
        "person_id",
        "ward",
        "acts_12m",
        "last_act_form",
        "book",
        "book_mean",
        "talk",
        "talk_service",
        "ties",
        "wards.group_strength",
    ),
    writes=("peers", "asked_12m", "fatigue", "asked_month", "asked_form", "trust"),
    parameters=PARAMETERS,
    values_type=AskingValues,
    step=step,
    edges=(
        Edge("asked", ("fatigue", "a decision this month")),
        Edge("asked by an institution that just failed one", ("trust",)),
        Edge("a tie took part", ("peers",)),
    ),
    source="MODEL step 4; seeds 000, 001, 004",
)
