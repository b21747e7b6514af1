"""Institutions learn from what they hear, or forget; officials' regard follows who speaks."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.institutions import TALLY
from ..declared.levers import lever_index
from ..declared.loops import Loop
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import FIXED_POINT, njit
from ..kernels.randomness import substream, uniform
from ..world import World
from .process import Edge, Process

_CHAMPIONS, _DISMISSIVE = lever_index("champions"), lever_index("dismissive")
_SEPARATION, _SHARING, _DISCRETION = lever_index("separation"), lever_index("insight_sharing"), lever_index("discretion")
_BOOK_LOSS, _KNOWLEDGE_LOSS, _RELATIONSHIP_LOSS = (
    lever_index("contact_book_loss"),
    lever_index("knowledge_loss"),
    lever_index("relationship_loss"),
)
_TRAINING, _INTERNAL, _SPECIALISTS = lever_index("training"), lever_index("internal_learning"), lever_index("specialists")
_ADVOCATE, _RESOURCES = lever_index("advocate_share"), lever_index("resources")
ENABLERS = np.array([lever_index(n) for n in ("senior_support", "resources", "incentives", "time_frames", "culture")])
_NEW, _FIRST, _INPUTS, _CHANGED = TALLY["new_cases"], TALLY["first_resolved"], TALLY["inputs"], TALLY["changed"]

# fmt: off
INSTITUTION_COLUMNS = (
    Column("efficiency", "f8", "capacity left after the cost of distrust, 1 = at average trust", start=1.0),
    Column("knowledge", "f8", "local knowledge, 0..1", start=0.5, stock=True),
    Column("regard", "f8", "officials' regard for residents' input, 0..1", start=0.5, stock=True),
    Column("support", "f8", "organisational support for engagement, 0..1", start=0.5, stock=True),
    Column("voice", "f8", "how representative and how many the voices were, 0..1, last twelve months", start=0.5, stock=True),
    Column("skill", "f8", "officials' skill for engagement and conflict, 0..1", start=0.5, stock=True),
    Column("handled", "f8", "share of input that staff can hear and answer, 0..1", start=1.0),
    Column("useful_input", "f8", "input that changed something, per 1,000 residents a month", start=1.0),
    Column("recent_capability", "f8", "running mean of participants' capability", start=0.5),
    Column("recent_weight", "f8", "running mean of how readily officials heed participants", start=1.0),
    Column("convening", "f8", "share of seats that somebody runs, 0..1", start=1.0, stock=True),
    Column("book_keeping", "f8", "share of new participants whose contacts are written down, 0..1", start=1.0, stock=True),
    Column("experienced", "f8", "share of local knowledge and skill that staff have at hand, 0..1", start=1.0, stock=True),
    Column("voice_mean", "f8", "regard: own mean of `voice` over the last twelve months of burn-in", start=0.5, mean_of="voice"),
    Column("useful_mean", "f8", "service: own mean of `useful_input` over the last twelve months of burn-in", start=1.0, mean_of="useful_input"),
)
PARAMETERS = ParameterGroup("learning", (
    Parameter("knowledge_gain", 0.04, 0, 1, "share a month", "local knowledge gained from useful input at the reference volume"),
    Parameter("knowledge_contact", 0.02, 0, 1, "share a month", "local knowledge gained from contacts by staff who have discretion and listen"),
    Parameter("knowledge_decay", 0.04, 0, 1, "share a month", "local knowledge lost"),
    Parameter("useful_reference", 3.0, 0.01, 100, "per 1,000 residents a month", "volume of useful input that teaches half of what can be learnt"),
    Parameter("input_memory", 0.1, 0, 1, "share a month", "speed at which the usual weight and skill of input follow those of the month", awaits_fit=True),
    Parameter("sharing_speed", 0.10, 0, 1, "share a month", "speed at which shared insight evens out knowledge"),
    Parameter("regard_speed", 0.05, 0, 1, "share a month", "speed at which officials' regard changes"),
    Parameter("champion_regard", 0.85, 0, 1, "0..1", "regard of a champion", source="Ray and others 2008"),
    Parameter("usual_regard", 0.50, 0, 1, "0..1", "regard of other officials", source="Ray and others 2008"),
    Parameter("dismissive_regard", 0.25, 0, 1, "0..1", "regard of a dismissive official", source="Ray and others 2008"),
    Parameter("voice_weight", 0.8, 0, 5, "0..1", "change of regard with how many voices there are and how representative they are"),
    Parameter("voice_reference", 0.55, 0, 1, "0..1", "level of voice at which officials' regard stays at its own average", source="judgement, from trial runs: centre near the place's own"),
    Parameter("voice_volume", 8.0, 0.01, 1000, "per 1,000 residents a month", "volume of input at which voice has half its weight"),
    Parameter("support_speed", 0.06, 0, 1, "share a month", "speed at which support follows the five organisational enablers", source="Ray and others 2008: trickles down with delay"),
    Parameter("knowledge_advocate", 0.5, 0, 1, "share", "weight of cases carried by an advocate, who becomes an internal expert, in what contacts teach", source="Mobilise"),
    Parameter("skill_speed", 0.10, 0, 1, "share a month", "speed at which skill follows training, and fades without", source="Ray and others 2008"),
    Parameter("skill_regard", 0.30, 0, 1, "0..1", "regard gained from no to full skill: conflict handled, communication clear", source="Ray and others 2008"),
    Parameter("embedded_staff", 1.0, 0, 10, "share", "input that engagement in every job adds to what specialists can handle, from full separation to none", source="Ray and others 2008, box 1"),
    Parameter("distrust_cost", 0.4, 0, 2, "share", "capacity lost per point of trust below the reference", source="Mobilise: distrust locks in waste"),
    Parameter("trust_reference", 0.50, 0, 1, "0..1", "mean trust at which distrust costs no capacity"),
    Parameter("convening_loss", 0.0, 0, 20, "factor", "seats that lose whoever runs them, relative to working relationships that end; 0: seats always have somebody", awaits_fit=True),
    Parameter("convening_months", 24.0, 1, 600, "months", "half of the seats that nobody runs have somebody again, at usual support and resources", source="judgement: 1 to 4 years to appoint, and to be trusted by a group", awaits_fit=True, ends=(12.0, 48.0)),
    Parameter("book_loss", 0.0, 0, 20, "factor", "contacts that are no longer written down, relative to the contacts lost beyond the usual; 0: every participant's is", awaits_fit=True),
    Parameter("book_months", 12.0, 1, 600, "months", "half of what is missing in the keeping of contacts is back, at usual support and resources", source="judgement: half a year to two", awaits_fit=True, ends=(6.0, 24.0)),
    Parameter("experience_loss", 0.0, 0, 1, "share", "part of the knowledge and skill lost with staff that comes back only as new staff learn the area; 0: it drifts back as any other", awaits_fit=True),
    Parameter("experience_months", 18.0, 1, 600, "months", "half of what new staff do not know yet is learnt, at usual support and resources", source="judgement: nine months to three years", awaits_fit=True, ends=(9.0, 36.0)),
))
LearningValues = PARAMETERS.values_type("LearningValues", __name__)
# fmt: on


@njit(cache=True)
def representativeness(inputs, j, total, shares):
    """Return 1 - half the absolute difference of shares, corrected for small numbers; 1 where there is no input.

    `inputs` is float64 (institutions, strata), decayed counts that add up to `total`; `shares` the residents' shares.
    """
    if total <= 0.0:
        return 1.0
    gap, noise = 0.0, 0.0
    for s in range(shares.size):
        gap += abs(inputs[j, s] / total - shares[s])
        noise += np.sqrt(2.0 * shares[s] * (1.0 - shares[s]) / (np.pi * total))
    return min(max(1.0 - 0.5 * (gap - noise), 0.0), 1.0)


@njit(cache=True)
def rebuilt(share, lost, months, people):
    """Return a share of 1 after a month that took `lost` of it; people win back half of what is missing in so many months, sooner the more they are."""
    kept = share * (1.0 - min(max(lost, 0.0), 1.0))
    return kept + min((1.0 - 0.5 ** (1.0 / months)) * people, 1.0) * (1.0 - kept)


@njit(cache=True)
def learn(p, frozen_service, frozen_regard, levers, rest, served, trust_sum, inputs, recent_inputs, stratum_share, capability_sum,
          weight_sum, tallies, efficiency, knowledge, skill, handled, regard, support, voice, useful_input, reputation, recent_capability,
          recent_weight, voice_mean, useful_mean, convening, book_keeping, experienced):  # fmt: skip
    """Run the month's learning for every institution. `levers` is float64 (levers, institutions), `rest` what they are without any intervention."""
    number, strata = served.size, inputs.shape[1]
    best = 0.0
    for j in range(number):
        best += knowledge[j] / number
    for j in range(number):
        people = max(served[j], 1.0)
        total = 0.0
        for s in range(strata):
            recent_inputs[j, s] = recent_inputs[j, s] * (11.0 / 12.0) + inputs[j, s] / 1024.0
            total += recent_inputs[j, s]
        volume = 1000.0 * total / 12.0 / people
        voice[j] = representativeness(recent_inputs, j, total, stratum_share) * volume / (volume + p.voice_volume)
        useful_input[j] += (1000.0 * tallies[j, _CHANGED] / people - useful_input[j]) / 12.0
        if tallies[j, _NEW] > 0:
            reputation[j] += (tallies[j, _FIRST] / tallies[j, _NEW] - reputation[j]) / 12.0
        if tallies[j, _INPUTS] > 0:
            recent_weight[j] += p.input_memory * (weight_sum[j] / FIXED_POINT / tallies[j, _INPUTS] - recent_weight[j])
            recent_capability[j] += p.input_memory * (capability_sum[j] / FIXED_POINT / tallies[j, _INPUTS] - recent_capability[j])
        heard = useful_mean[j] if frozen_service else useful_input[j]
        speaks = voice_mean[j] if frozen_regard else voice[j]
        joined = 1.0 - levers[_SEPARATION, j]
        contacts = (levers[_DISCRETION, j] + joined) * 0.5 + p.knowledge_advocate * levers[_ADVOCATE, j]
        gain = p.knowledge_gain * heard / (heard + p.useful_reference) + p.knowledge_contact * 2.0 * levers[_INTERNAL, j] * contacts
        new = gain * (1.0 - knowledge[j]) - p.knowledge_decay * knowledge[j]
        new += p.sharing_speed * levers[_SHARING, j] * max(best - knowledge[j], 0.0)
        gone = levers[_KNOWLEDGE_LOSS, j] * (1.0 - p.experience_loss)
        knowledge[j] = min(max((knowledge[j] + new) * (1.0 - gone), 0.0), 1.0)
        skill[j] = (skill[j] + p.skill_speed * (levers[_TRAINING, j] - skill[j])) * (1.0 - gone)
        room = levers[_SPECIALISTS, j] * (1.0 + p.embedded_staff * joined)
        handled[j] = min(1.0, room / volume) if volume > 0.0 else 1.0
        usual = 1.0 - levers[_CHAMPIONS, j] - levers[_DISMISSIVE, j]
        target = levers[_CHAMPIONS, j] * p.champion_regard + usual * p.usual_regard + levers[_DISMISSIVE, j] * p.dismissive_regard
        target += p.voice_weight * (speaks - p.voice_reference) + p.skill_regard * (skill[j] * experienced[j] - 0.5)
        target = min(max(target, 0.0), 1.0)
        regard[j] = (regard[j] + p.regard_speed * (target - regard[j])) * (1.0 - levers[_RELATIONSHIP_LOSS, j])
        enabled = 0.0
        for e in range(ENABLERS.size):
            enabled += levers[ENABLERS[e], j] / ENABLERS.size
        support[j] = (support[j] + p.support_speed * (enabled - support[j])) * (1.0 - levers[_RELATIONSHIP_LOSS, j])
        people_at_work = (support[j] / 0.5) * (levers[_RESOURCES, j] / 0.5)
        convening[j] = rebuilt(convening[j], p.convening_loss * levers[_RELATIONSHIP_LOSS, j], p.convening_months, people_at_work)
        beyond = max(levers[_BOOK_LOSS, j] - rest[_BOOK_LOSS, j], 0.0)
        book_keeping[j] = rebuilt(book_keeping[j], p.book_loss * beyond, p.book_months, people_at_work)
        unlearnt = p.experience_loss * levers[_KNOWLEDGE_LOSS, j]
        experienced[j] = rebuilt(experienced[j], unlearnt, p.experience_months, people_at_work)
        mean_trust = trust_sum[j] / FIXED_POINT / people
        efficiency[j] = max(1.0 - p.distrust_cost * (p.trust_reference - mean_trust), 0.1)


@njit(cache=True)
def lose_contacts(stream, person_id, ward, cell, institution_of, levers, book):
    """Lose a share of each institution's contact book."""
    at = np.empty(institution_of.shape[1], np.uint64)
    for k in range(at.size):
        at[k] = substream(stream, k)
    for i in range(person_id.size):
        if book[i] == 0:
            continue
        for k in range(institution_of.shape[1]):
            if (book[i] >> k) & 1:
                loss = levers[_BOOK_LOSS, institution_of[ward[i], k], cell[i]]
                if loss > 0.0 and uniform(at[k], person_id[i]) < loss:
                    book[i] &= np.uint8(~(1 << k) & 255)


def step(model: World) -> None:
    """Learn and forget."""
    r, w = model.residents, model.institutions
    (stream,) = model.streams("learning: contact book")
    learn(model.values["learning"], not model.loops["service"], not model.loops["regard"], model.levers.mean, model.levers.rest, model.served,
          model.trust_sum, model.inputs, model.recent_inputs, model.stratum_share, model.capability_sum, model.weight_sum, model.tallies,
          w.efficiency, w.knowledge, w.skill, w.handled, w.regard, w.support, w.voice, w.useful_input, w.reputation, w.recent_capability, w.recent_weight,
          w.voice_mean, w.useful_mean, w.convening, w.book_keeping, w.experienced)  # fmt: skip
    model.form_record *= 11.0 / 12.0
    model.form_record += model.form_tallies
    if model.levers.derived("book loss", lambda: bool(model.levers.institution[_BOOK_LOSS].any())):
        lose_contacts(stream, r.person_id, r.ward, model.cell, model.institution_of, model.levers.institution, r.book)


SERVICE_IMPROVES = Loop(
    "service",
    1,
    "good service -> trust and influence -> people take part -> the institution hears and improves",
    "institutions.useful_input",
)
REGARD = Loop(
    "regard",
    1,
    "few and unrepresentative voices -> officials discount them -> less influence -> fewer voices",
    "institutions.voice",
)
PROCESS = Process(
    name="learning",
    title="Institutions learn",
    description=(
        "Useful input builds local knowledge, and so do contacts handled by staff who have discretion. Local knowledge raises "
        "first-contact resolution, and shared insight evens knowledge out between institutions. Officials' regard moves towards "
        "the average attitude of champions, dismissive and other officials. How representative and how many the recent voices "
        "were shifts it, and so does officials' skill, which follows training. Input beyond what specialists and everyday staff "
        "can handle is not handled. Support follows the five organisational enablers, and fades without them. Reorganisation "
        "loses contact books, knowledge and relationships. Distrust uses up capacity. Where it is wanted, what is lost comes back "
        "at a pace of its own, and only people rebuild it: the more support and resources there are, the sooner. Seats need "
        "somebody who runs them, contacts somebody who writes them down, and knowledge staff who know the area."
    ),
    equations=(
        "K += (g useful/(useful + ref) + c 2 internal ((discretion + 1 - separation)/2 + x advocate)) (1-K) - d K, useful: mean of twelve months",
        "voice = representativeness * volume/(volume + ref), from counts that decay by 1/12 a month, each input as heeded",
        "R += s (mean regard brought along + v (voice - ref) + w (skill experienced - 0.5) - R); support += s' (mean enabler - support)",
        "skill += s'' (training - skill); handled = min(1, specialists (1 + e (1 - separation)) / volume)",
        "efficiency = 1 - cost (ref - mean trust)",
        "x *= 1 - lost; x += (1 - 2^(-1/months)) (support/0.5) (resources/0.5) (1 - x), for convening, book_keeping and experienced",
        "lost: convening_loss relationship_loss; book_loss (contact_book_loss - usual); experience_loss knowledge_loss, which K and skill then keep",
    ),
    reads=("person_id", "trust", "book"),
    writes=("book", "institutions.efficiency", "institutions.knowledge", "institutions.skill", "institutions.handled", "institutions.regard", "institutions.support",
            "institutions.voice", "institutions.useful_input", "institutions.reputation", "institutions.recent_capability",
            "institutions.recent_weight", "institutions.convening", "institutions.book_keeping", "institutions.experienced"),
    institution_columns=INSTITUTION_COLUMNS,
    loops=(SERVICE_IMPROVES, REGARD),
    parameters=PARAMETERS,
    values_type=LearningValues,
    step=step,
    edges=(
        Edge("contacts are lost in a reorganisation", ("book", "institutions.book_keeping")),
        Edge("working relationships end", ("institutions.regard", "institutions.support", "institutions.convening")),
        Edge("knowledge leaves with staff", ("institutions.knowledge", "institutions.skill", "institutions.experienced")),
    ),
    source="Ray and others 2008; forms of regard, from trial runs",
)  # fmt: skip
