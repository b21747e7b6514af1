"""Taking part: seats, acts, hours, and what input changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declared.columns import NEVER, Column
from ..declared.forms import SURVEY_OF_CATEGORY, VOLUNTEERING
from ..declared.institutions import TALLY
from ..declared.levers import FORM_LEVER_NAMES, lever_index
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import FIXED_POINT, njit
from ..kernels.randomness import substream, uniform, uniforms_of
from ..state.events import BUREAU, NO_ASK, NONE, TOOK_PART, record
from ..world import World
from .asking import unpack_ask
from .deciding import CLOSING_THE_LOOP, FATIGUE
from .process import Edge, Process

_OPENNESS, _PREFERENCE = lever_index("openness"), lever_index("engager_preference")
_DELAY, _LOSS = lever_index("feedback_months"), lever_index("relationship_loss")
_HEARING, _DEALS, _LINKAGE = lever_index("strategic_hearing"), lever_index("done_deals"), lever_index("linkage")
_INITIATIVE, _SKILLS = lever_index("initiative"), lever_index("skills_support")
_SEATS, _REWARD, _SOCIAL = (FORM_LEVER_NAMES.index(name) for name in ("seats", "reward", "social_reward"))
# what input changes: nothing, something, or nothing because it was decided already
NOTHING, SOMETHING, DECIDED = 0, 1, 2
_INPUTS, _CHANGED = TALLY["inputs"], TALLY["changed"]
_ENTRIES, _ENTRIES_ASKED, _ENTRIES_BUREAU = TALLY["entries"], TALLY["entries_asked"], TALLY["entries_bureau"]

# fmt: off
COLUMNS = (
    Column("habit", "f4", "habit of taking part, 0..1", start=0.1, stock=True),
    Column("capability", "f4", "can do: skill and confidence, 0..1", start=0.5, stock=True),
    Column("attachment", "f4", "like to: attachment to the area and its people, 0..1", start=0.5, stock=True),
    Column("volunteer_role", "u1", "form of the ongoing volunteering role, counted from 1 (0: none)"),
    Column("volunteer_regular", "u1", "1 if active nearly every month, 0 if only now and then"),
    Column("civic_role", "u1", "form of the ongoing civic role, counted from 1 (0: none)"),
    Column("pending_form", "u1", "form of the input that waits for an answer, counted from 1 (0: none)"),
    Column("pending_changed", "u1", "what comes of that input: 0 nothing, 1 it changes something, 2 all was decided before"),
    Column("pending_wait", "u1", "months until the answer is due"),
    Column("last_act_month", "i2", f"month of the last act ({NEVER}: never)", start=NEVER),
    Column("last_act_form", "u1", "form of the last act"),
    Column("acts_12m", "u1", "acts of taking part, by month", "ring"),
    Column("hours_12m", "u1", "hours given, in half hours, by month", "ring"),
    Column("volunteer_hours_12m", "u1", "volunteer hours, in half hours, by month", "ring"),
    *(Column(f"months_{name}", "u2", f"{asked}: one bit per month, for the last twelve months") for name, asked in SURVEY_OF_CATEGORY.items()),
)
PARAMETERS = ParameterGroup("taking_part", (
    Parameter("quit", 0.0085, 0, 1, "probability a month", "a role is given up"),
    Parameter("burn_out", 4.0, 0, 20, "factor", "increase in that probability from no to full tiredness"),
    Parameter("heard_keeps", 1.0, 0, 2, "share", "decrease in that probability for those whose input is answered well, increase for the others"),
    Parameter("regular_share", 0.55, 0, 1, "share", "share of new volunteers who continue month after month; the others help now and then", facts=("volunteering_level",)),
    Parameter("regular_activity", 0.95, 0, 1, "probability a month", "a regular volunteer or role holder is active"),
    Parameter("occasional_activity", 0.45, 0, 1, "probability a month", "an occasional volunteer is active"),
    Parameter("occasional_quit", 3.0, 1, 20, "factor", "how many times sooner an occasional volunteer stops"),
    Parameter("habit_gain", 0.08, 0, 1, "share per act", "habit gained", source="Gerber, Green and Shachar 2003 (direction)", facts=("habit",)),
    Parameter("capability_gain", 0.02, 0, 1, "share per act", "skill and confidence gained"),
    Parameter("attachment_gain", 0.015, 0, 1, "share per act", "attachment gained"),
    Parameter("effort_fatigue", 0.012, 0, 1, "share per square root of an hour", "tiredness gained"),
    Parameter("skills_gain", 3.0, 0, 20, "factor", "increase in the skill gained in an act where brokers train participants", source="KET 7 2014"),
    Parameter("unbacked", 0.6, 0, 1, "share", "share of joint action that loses the institution's backing with full local initiative and no link", source="KET 7 2014: too weak"),
    Parameter("crowding", 0.8, 0, 1, "share", "share of habit and attachment that an act for a full private reward does not build: extrinsic motives crowd out others", source="KET 7 2014; Frey and Jegen 2001 (direction)"),
    Parameter("social_gain", 0.5, 0, 5, "share", "increase in the attachment that an act with full social reward builds", source="judgement; Panagopoulos 2011 on thanks (direction)", awaits_fit=True),
    Parameter("panel_gain", 2.0, 0, 10, "factor", "chance that a ward panel's input changes something if wide asking feeds it fully, relative to other input", awaits_fit=True),
    Parameter("ongoing_wait", 2.0, 1, 24, "months", "time from giving input in a role to hearing what came of it", awaits_fit=True),
    Parameter("disempowerment", 0.03, 0, 1, "share per act", "influence lost by an act that serves only somebody else's agenda", source="KET 7 2014"),
    Parameter("dialogue_feedback", 0.40, 0, 1, "probability", "probability that ongoing dialogue itself tells what came of input", source="Ray and others 2008"),
))
TakingPartValues = PARAMETERS.values_type("TakingPartValues", __name__)
# fmt: on


@njit(cache=True)
def _gained(stock, share):
    now = np.float64(stock)
    return now + share * (1.0 - now)


@njit(cache=True)
def _disempowered(influence, share, ownership):
    felt = np.float64(influence)
    return felt - share * (1.0 - ownership / 0.5) * felt


@njit(cache=True)
def quit_chance(p, tired, responded, regular, loss):
    """Return the monthly chance that a role ends."""
    chance = p.quit * (1.0 + p.burn_out * tired) * (1.0 - 2.0 * p.heard_keeps * (responded - 0.5))
    if not regular:
        chance *= p.occasional_quit
    return min(max(1.0 - (1.0 - min(max(chance, 0.0), 1.0)) * (1.0 - loss), 0.0), 1.0)


@njit(cache=True)
def engager_weight(preference, capability, usual):
    """Return how readily officials heed somebody, beside the usual participant."""
    return 2.0 / (1.0 + math.exp(-preference * (capability - usual)))


@njit(cache=True)
def change_chance(openness, regard, support, weight, hearing, feed):
    """Return the chance that one input changes anything; `weight` is relative to the running mean, so that it adds nothing."""
    return min(max(openness * (regard / 0.5) * (support / 0.5) * weight * hearing * feed, 0.0), 1.0)


@njit(cache=True)
def joint_feed(p, ownership, initiative, linkage):
    """Return how well joint action is carried through, 1 = as usual: it must be residents' own, and backed."""
    return (ownership / 0.5) * (1.0 - p.unbacked * initiative * (1.0 - linkage))


@njit(cache=True)
def keep_roles(p, streams, person_id, ward, cell, institution_of, levers, form_service, fatigue,
               fatigue_mean, frozen_fatigue, responded, thanked, volunteer_role, volunteer_regular, civic_role, acting):  # fmt: skip
    """End some roles, and set in `acting` a bit for each role that is active this month."""
    for i in range(person_id.size):
        acting[i] = 0
        if volunteer_role[i] == 0 and civic_role[i] == 0:
            continue
        tired = np.float64(fatigue_mean[i]) if frozen_fatigue else np.float64(fatigue[i])
        for which in range(2):
            role = volunteer_role[i] if which == 0 else civic_role[i]
            if role == 0:
                continue
            f, resp = np.int64(role) - 1, np.float64(thanked[i]) if which == 0 else np.float64(responded[i])
            regular = which == 1 or volunteer_regular[i] == 1
            j = institution_of[ward[i], form_service[f]]
            loss = levers[_LOSS, j, cell[i]] if which == 1 else 0.0
            at = substream(streams[0], which)
            if uniform(at, person_id[i]) < quit_chance(p, tired, resp, regular, loss):
                if which == 0:
                    volunteer_role[i] = 0
                else:
                    civic_role[i] = 0
            elif uniform(substream(at, 7), person_id[i]) < (p.regular_activity if regular else p.occasional_activity):
                acting[i] |= np.uint16(1 << f)


@njit(cache=True)
def apply_for_places(streams, person_id, ward, segment, decile, cell, capability, institution_of, levers, recent_capability, limit,
                     pool_of, stratum_share, form_service, form_ongoing, form_quota, form_category, volunteer_role,
                     civic_role, joins, taken, rows, forms_, score):  # fmt: skip
    """List who wants in (`rows`, `forms_`) with a score, the lowest first to get a place; count places taken; return how many want in."""
    strata, least = stratum_share.size, 1.0 / person_id.size  # newcomers may bring a segment that no first resident of a fifth has
    by_stratum = np.zeros((form_service.size, limit.shape[1], strata), np.int64)
    number = 0
    for i in range(person_id.size):
        if civic_role[i] > 0:
            held = np.int64(civic_role[i]) - 1
            taken[held, pool_of[held, ward[i]]] += 1
        if joins[i] == 0:
            continue
        for f in range(form_service.size):
            if (joins[i] >> f) & 1 == 0:
                continue
            if form_ongoing[f] and (volunteer_role[i] if form_category[f] == VOLUNTEERING else civic_role[i]) > 0:
                continue
            rows[number], forms_[number] = i, f
            by_stratum[f, pool_of[f, ward[i]], segment[i] * 5 + (decile[i] - 1) // 2] += 1
            number += 1
    for n in range(number):
        i, f = rows[n], forms_[n]
        score[n] = 0.0
        pool = pool_of[f, ward[i]]
        if limit[f, pool] < np.inf:
            stratum = segment[i] * 5 + (decile[i] - 1) // 2
            if form_quota[f]:
                weight = max(stratum_share[stratum], least) / by_stratum[f, pool, stratum]
            else:
                j = institution_of[ward[i], form_service[f]]
                weight = math.exp(levers[_PREFERENCE, j, cell[i]] * (np.float64(capability[i]) - recent_capability[j]))
            score[n] = -math.log(1.0 - uniform(substream(streams[1], f), person_id[i])) / weight
    return number


@njit(cache=True)
def admit(p, streams, order, rows, forms_, taken, person_id, ward, institution_of, limit, pool_of, form_service,
          form_ongoing, form_category, volunteer_role, volunteer_regular, civic_role, acting, asks, own_asks, asked_month, asked_form,
          month, tallies):  # fmt: skip
    """Give places in order while there are any; whoever gets in acts this month. `own_asks` are the asks without those of companions."""
    for n in order:
        i, f = rows[n], forms_[n]
        pool = pool_of[f, ward[i]]
        if taken[f, pool] + 1 > limit[f, pool]:
            continue
        if form_ongoing[f] and form_category[f] != VOLUNTEERING and civic_role[i] > 0:
            continue  # got another place this month
        taken[f, pool] += 1
        acting[i] |= np.uint16(1 << f)
        if not form_ongoing[f]:
            continue
        j = institution_of[ward[i], form_service[f]]
        if form_category[f] == VOLUNTEERING:
            volunteer_role[i] = f + 1
            volunteer_regular[i] = 1 if uniform(substream(streams[1], 100 + f), person_id[i]) < p.regular_share else 0
        else:
            civic_role[i] = f + 1
        tallies[j, _ENTRIES] += 1
        _, form, _ = unpack_ask(asks[i])
        channel, first, _ = unpack_ask(own_asks[i])
        asked = (asks[i] != 0 and form == f) or (own_asks[i] != 0 and first == f)
        if asked or (asked_month[i] == month - 1 and asked_form[i] == f):
            tallies[j, _ENTRIES_ASKED] += 1
            tallies[j, _ENTRIES_BUREAU] += own_asks[i] != 0 and channel == BUREAU and first == f


@njit(cache=True)
def act(p, streams, month, slot, person_id, ward, cell, segment, decile, capability, acting, institution_of, levers, reward, social, regard, support,
        handled, book_keeping, recent_capability, recent_weight, panel_feed, ownership, is_panel, form_service, form_hours, form_category, form_ongoing, form_strategic,
        form_formal, form_delivers, hours_factor, everyday, strategic, habit, attachment, fatigue, book, grouped, pending_form, pending_changed, pending_wait, last_month,
        last_form, acts, hours, volunteer_hours, months_civic, months_consultation, months_activism, months_volunteering,
        inputs, capability_sum, weight_sum, panel_results, delivering, form_tallies, tallies, log, count):  # fmt: skip
    """Carry out this month's acts. `inputs` is int64 (institutions, segments * 5) in 1/1024, `capability_sum` and `weight_sum` int64 in 1/2^20."""
    forms = form_service.size
    for i in range(person_id.size):
        if acting[i] == 0:
            continue
        for f in range(forms):
            if (acting[i] >> f) & 1 == 0:
                continue
            k = form_service[f]
            j = institution_of[ward[i], k]
            c = cell[i]
            given: Any = max(np.int64(np.rint(2.0 * form_hours[f] * np.float64(hours_factor[i]))), 1)
            acts[slot, i] = min(acts[slot, i] + 1, 255)
            hours[slot, i] = min(hours[slot, i] + given, 255)
            category = form_category[f]
            if category == 0:
                months_civic[i] |= 1
            elif category == 1:
                months_consultation[i] |= 1
            elif category == 2:
                months_activism[i] |= 1
            else:
                months_volunteering[i] |= 1
                volunteer_hours[slot, i] = min(volunteer_hours[slot, i] + given, 255)
            usual = np.float64(capability[i])
            paid = p.crowding * reward[f, c]
            habit[i] = _gained(habit[i], p.habit_gain * (1.0 - paid))
            capability[i] = _gained(capability[i], min(p.capability_gain * (1.0 + p.skills_gain * levers[_SKILLS, j, c]), 1.0))
            attachment[i] = _gained(
                attachment[i], min(p.attachment_gain * (1.0 - paid) * (1.0 + p.social_gain * social[f, c]), 1.0)
            )
            fatigue[i] = _gained(fatigue[i], min(p.effort_fatigue * math.sqrt(0.5 * given), 1.0))
            last_month[i], last_form[i] = month, f
            changed = -1
            if form_ongoing[f]:
                grouped[i] = 1
            if form_delivers[f]:
                delivering[ward[i]] += 1
            if category != VOLUNTEERING:
                if book_keeping[j] >= 1.0 or uniform(substream(streams[2], 128 + f), person_id[i]) < book_keeping[j]:
                    book[i] |= np.uint8(1 << k)
                weight = engager_weight(levers[_PREFERENCE, j, c], usual, recent_capability[j])
                weight_sum[j] += np.int64(np.rint(weight * FIXED_POINT))
                weight /= recent_weight[j]
                inputs[j, segment[i] * 5 + (decile[i] - 1) // 2] += np.int64(np.rint(weight * 1024.0))
                tallies[j, _INPUTS] += 1
                capability_sum[j] += np.int64(np.rint(usual * FIXED_POINT))
                feed = p.panel_gain * panel_feed[ward[i]] if is_panel[f] else 1.0
                own = ownership[ward[i]]
                if form_ongoing[f]:
                    feed *= joint_feed(p, own, levers[_INITIATIVE, j, c], levers[_LINKAGE, j, c])
                    if own < 0.5 and form_strategic[f]:
                        strategic[i] = _disempowered(strategic[i], p.disempowerment, own)
                    elif own < 0.5:
                        everyday[i] = _disempowered(everyday[i], p.disempowerment, own)
                hearing = handled[j] * (levers[_HEARING, j, c] if form_strategic[f] else 1.0)
                chance = change_chance(levers[_OPENNESS, j, c], regard[j], support[j], weight, hearing, feed)
                changed = SOMETHING if uniform(substream(streams[2], f), person_id[i]) < chance else NOTHING
                # whether an exercise is about what is decided already is the same for a whole ward
                if form_formal[f] and uniform(substream(streams[2], 64 + f), ward[i]) < levers[_DEALS, j, c]:
                    changed = DECIDED
                useful = changed == SOMETHING
                tallies[j, _CHANGED] += useful
                form_tallies[f, 0] += 1
                form_tallies[f, 1] += useful
                if is_panel[f]:
                    panel_results[ward[i]] += useful
                if pending_form[i] == 0:
                    pending_form[i] = f + 1
                    pending_changed[i] = changed
                    wait = p.ongoing_wait if form_ongoing[f] else levers[_DELAY, j, c]
                    pending_wait[i] = max(np.int64(np.rint(wait)), 1)
            if log.shape[0]:
                record(log, count, TOOK_PART, person_id[i], j, NONE, f, NO_ASK, NONE, changed, 0.0)


def seat_limits(model: World) -> np.ndarray:
    """Return places by form and pool (a ward, or an institution), float64 (forms, pools); infinite where there is no limit."""
    seats = np.take_along_axis(model.levers.form_mean[_SEATS], model.pool_institution, axis=1)
    return np.where(seats > 0.0, np.maximum(seats * model.pool_people / 1000.0, 1.0), np.inf)


def run_seats(model: World, limit: np.ndarray) -> np.ndarray:
    """Return what is left of places, as `seat_limits` has them, where some seats have nobody who runs them; none at all may be.

    The share that is run is rounded up or down by a draw that stays, so that over many pools as many come back as the share says.
    """
    run = model.institutions.convening[model.pool_institution]
    if (run == 1.0).all():
        return limit
    stream, pools = model.constant_stream("taking part: who runs a seat"), np.arange(limit.shape[1])
    drawn = np.array([uniforms_of(pools, np.uint64(substream(stream, f))) for f in range(len(limit))])
    return np.where(
        np.isfinite(limit) & (run < 1.0), np.floor(np.floor(np.where(np.isfinite(limit), limit, 0.0)) * run + drawn), limit
    )


def step(model: World) -> None:
    """Take part."""
    r, s, w, p = model.residents, model.scratch, model.institutions, model.values["taking_part"]
    streams = model.streams("taking part: roles", "taking part: places", "taking part: outcome")
    levers = model.levers.institution
    closed = model.loops["closing_the_loop"]
    heard = r.responded if closed else r.responded_mean
    thanked = (r.thanked if closed else r.thanked_mean) if model.values["deciding"].own_answers else heard
    keep_roles(p, streams, r.person_id, r.ward, model.cell, model.institution_of, levers, model.form_service,
               r.fatigue, r.fatigue_mean, not model.loops["fatigue"], heard, thanked, r.volunteer_role, r.volunteer_regular, r.civic_role, s.acting)  # fmt: skip
    limit = run_seats(model, model.levers.derived("seat limits", lambda: seat_limits(model)))
    s.taken[:] = 0
    wanted = int(np.bitwise_count(s.joins).sum())
    if wanted > s.score.size:
        s.wants_row, s.wants_form, s.score = np.empty(wanted, np.int64), np.empty(wanted, np.int64), np.empty(wanted)
    number = apply_for_places(streams, r.person_id, r.ward, r.segment, r.decile, model.cell, r.capability, model.institution_of,
                              levers, w.recent_capability, limit, model.pool_of, model.stratum_share,
                              model.form_service, model.form_ongoing, model.form_quota, model.form_category, r.volunteer_role,
                              r.civic_role, s.joins, s.taken, s.wants_row, s.wants_form, s.score)  # fmt: skip
    order = np.lexsort((s.score[:number], s.wants_form[:number]))
    admit(p, streams, order, s.wants_row, s.wants_form, s.taken, r.person_id, r.ward, model.institution_of, limit,
          model.pool_of, model.form_service, model.form_ongoing, model.form_category,
          r.volunteer_role, r.volunteer_regular, r.civic_role, s.acting, s.asks, s.own_asks, r.asked_month, r.asked_form, model.month,
          model.tallies)  # fmt: skip
    s.panel_results[:] = 0
    s.delivering[:] = 0
    model.form_tallies[:] = 0
    act(p, streams, model.month, model.slot, r.person_id, r.ward, model.cell, r.segment, r.decile, r.capability, s.acting,
        model.institution_of, levers, model.levers.form[_REWARD], model.levers.form[_SOCIAL], w.regard, w.support, w.handled, w.book_keeping, w.recent_capability, w.recent_weight,
        model.wards.panel_feed, model.wards.ownership, model.form_is_panel, model.form_service, model.form_hours, model.form_category,
        model.form_ongoing, model.form_strategic, model.form_formal, model.form_delivers, r.hours_factor, r.influence_everyday,
        r.influence_strategic, r.habit, r.attachment, r.fatigue, r.book, r.grouped, r.pending_form, r.pending_changed, r.pending_wait,
        r.last_act_month, r.last_act_form, r.acts_12m, r.hours_12m, r.volunteer_hours_12m, r.months_civic_participation,
        r.months_consultation, r.months_activism, r.months_volunteering, model.inputs, model.capability_sum, model.weight_sum, s.panel_results,
        s.delivering, model.form_tallies, model.tallies, model.log.buffer, model.log.count)  # fmt: skip


PROCESS = Process(
    name="taking_part",
    title="Taking part",
    description=(
        "Roles end, sooner for people who are tired or whose input leads nowhere; the other role holders are active or not this "
        "month. Places are limited, and those that nobody runs stay empty. Quota forms draw evenly from segments and deprivation fifths; other forms with seats favour "
        "people whom officials like to work with. Acts build habit, skill, attachment and tiredness. They take hours that "
        "differ widely between people, and put the resident in the institution's contact book. Input changes something with a "
        "probability given by openness, regard and support, by comparison with the usual participant, and by whether staff can "
        "hear it. The probability is lower for plans and policy, and higher for ward panels the more widely the ward was asked. "
        "It is zero if a consultation is about something already decided. Ongoing joint action succeeds where residents own it "
        "and the institution backs it. Local initiative without links to the institution is not carried through. A programme "
        "that residents do not own reduces its participants' feeling of influence. Acts for a private reward build less habit "
        "and attachment; a collective one crowds nothing out, and a social one builds attachment."
    ),
    equations=(
        "places_f = max(seats_f people/1000, 1); with convening below 1: floor(convening floor(places_f) + u), u a draw of the pool that stays; P(in the contact book) = book_keeping",
        "P(quit) = quit (1 + burn_out F) (1 - 2 heard_keeps (responded - 0.5)) (occasional: times occasional_quit); of a volunteering role with own_answers: thanked in place of responded",
        "P(changes) = openness (regard/0.5) (support/0.5) (w / mean w) handled (strategic: times hearing) (panel: times panel_gain feed) (ongoing: times joint)",
        "w = 2/(1 + exp(-preference (capability - usual))), mean w: running mean of those heard",
        "joint = (ownership/0.5) (1 - unbacked initiative (1 - linkage)); ownership < 0.5: I -= disempowerment (1 - ownership/0.5) I",
        "habit and attachment gained: times 1 - crowding reward; attachment: times 1 + social_gain social_reward; capability gained: times 1 + skills_gain skills_support",
    ),
    reads=("person_id", "ward", "segment", "decile", "hours_factor", "responded", "thanked", "asked_month", "asked_form", "institutions.regard",
           "institutions.support", "institutions.handled", "institutions.convening", "institutions.book_keeping", "institutions.recent_capability", "wards.panel_feed", "wards.ownership"),
    writes=("volunteer_role", "volunteer_regular", "civic_role", "influence_everyday", "influence_strategic", "habit", "capability", "attachment", "fatigue", "book", "grouped",
            "pending_form", "pending_changed", "pending_wait", "last_act_month", "last_act_form", "acts_12m", "hours_12m",
            "volunteer_hours_12m", "months_civic_participation", "months_consultation", "months_activism", "months_volunteering"),
    columns=COLUMNS,
    loops=(CLOSING_THE_LOOP, FATIGUE),
    parameters=PARAMETERS,
    values_type=TakingPartValues,
    step=step,
    edges=(
        Edge("an act of taking part", ("habit", "capability", "attachment", "fatigue", "book", "grouped")),
        Edge("an act that serves somebody else's agenda", ("influence_everyday or influence_strategic",)),
        Edge("input given", ("institutions.voice", "institutions.useful_input", "a pending answer")),
    ),
    source="Ray and others 2008",
)  # fmt: skip
