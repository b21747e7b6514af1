"""Levers: what an institution does and could decide to do differently.

Interventions change levers and nothing else; none of them is an outcome. A lever's value may differ between institutions (or forms of taking part)
and between *cells*, the groups of residents whom the same interventions reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .parameters import InputError, Parameter, nearest


@dataclass(frozen=True)
class Lever:
    """One lever: a parameter with a value for each kind of institution (or for each form).

    Attributes:
        parameter: name, default, range, unit, description, status and source.
        by_service: values where kinds of institution differ.
        by_form: True if the lever belongs to forms of taking part; its default is then the form's own figure.
    """

    parameter: Parameter
    by_service: Mapping[str, float] = field(default_factory=dict)
    by_form: bool = False

    @property
    def name(self) -> str:
        """Name of the lever."""
        return self.parameter.name


def _lever(
    name: str,
    default: float,
    high: float,
    unit: str,
    description: str,
    by_service: Mapping[str, float] | None = None,
    by_form: bool = False,
    source: str = "judgement",
) -> Lever:
    return Lever(Parameter(name, default, 0.0, high, unit, description, "assumed", source), by_service or {}, by_form)


# fmt: off
INSTITUTION_LEVERS: tuple[Lever, ...] = (
    _lever("responsiveness", 0.68, 1, "probability", "an issue is resolved at first contact when nothing is overloaded",
           {"council": 0.68, "housing": 0.60, "police": 0.55, "health": 0.72}),
    _lever("capacity", 100, 10000, "cases per 1,000 residents a month", "contacts and open cases that staff can handle",
           {"council": 190, "housing": 114, "police": 111, "health": 90}),
    _lever("courtesy", 0.78, 1, "probability", "a contact is courteous and fair",
           {"council": 0.78, "housing": 0.72, "police": 0.80, "health": 0.85}),
    _lever("case_feedback", 0.50, 1, "probability", "a caller is told what happened to their report"),
    _lever("input_feedback", 0.30, 1, "probability", "a participant is told what came of their input (Ray and others 2008)"),
    _lever("feedback_months", 4, 24, "months", "time from giving input to hearing what came of it"),
    _lever("openness", 0.35, 1, "probability", "input that officials take seriously changes something"),
    _lever("champions", 0.20, 1, "share", "officials who champion residents' input (Ray and others 2008)"),
    _lever("dismissive", 0.30, 1, "share", "officials who dismiss input as unrepresentative (Ray and others 2008)"),
    _lever("engager_preference", 1.0, 10, "log-odds per unit of capability",
           "preference for 'good engagers' when seats are given and input is weighed (Ray and others 2008)"),
    _lever("discretion", 0.30, 1, "share", "staff who may act outside the script (Mobilise)"),
    _lever("misrouting", 0.20, 1, "probability", "a new contact ends in a wait or a wrong queue (Mobilise)"),
    _lever("advocate_share", 0.0, 1, "share", "cases carried by one advocate across institutions (Mobilise)"),
    _lever("senior_support", 0.5, 1, "0..1", "engagement is backed by senior managers and elected members (Ray and others 2008)"),
    _lever("resources", 0.5, 1, "0..1", "staff and money for engagement (Ray and others 2008)"),
    _lever("incentives", 0.4, 1, "0..1", "engagement counts in appraisal (Ray and others 2008)"),
    _lever("time_frames", 0.5, 1, "0..1", "there is time to hear and answer (Ray and others 2008)"),
    _lever("culture", 0.5, 1, "0..1", "the organisation values residents' input (Ray and others 2008)"),
    _lever("separation", 0.8, 1, "0..1", "customer service and engagement are separate (Beyond the Usual Suspects)"),
    _lever("insight_sharing", 0.1, 1, "0..1", "what one institution hears is shared with the others (Beyond the Usual Suspects)"),
    _lever("ask_when_resolved", 0.10, 1, "probability", "the front line asks a caller whose issue was just resolved"),
    _lever("ask_when_unresolved", 0.03, 1, "probability", "the front line asks a caller whose issue was not resolved"),
    _lever("contact_book_loss", 0.03, 1, "share a month", "contacts of participants that go stale or are lost"),
    _lever("knowledge_loss", 0.0, 1, "share a month", "local knowledge that leaves with staff"),
    _lever("relationship_loss", 0.0, 1, "share a month", "working relationships (regard, support, ongoing roles) that end"),
    _lever("need_factor", 1.0, 10, "factor", "issues that arise for residents, relative to usual: a surge or a crisis"),
    _lever("self_help", 0.0, 1, "probability", "a caller learns at the counter what residents can do themselves (Mobilise)"),
    _lever("training", 0.5, 1, "0..1", "training of staff for engagement and conflict; their skill rises and fades with it (Ray and others 2008)"),
    _lever("internal_learning", 0.5, 1, "0..1", "what one desk learns reaches the rest of the organisation (LGA 2016, Harlow)"),
    _lever("specialists", 20, 1000, "inputs per 1,000 residents a month", "input that a specialist team can hear and answer (Ray and others 2008, box 1)",
           {"council": 115, "housing": 21, "police": 12, "health": 9}),
    _lever("role_clarity", 0.5, 1, "0..1", "participants know their role, and what can come of it (Ray and others 2008)"),
    _lever("strategic_hearing", 0.75, 1, "share", "weight of input on plans and policy: officials prefer day-to-day matters (Ray and others 2008)"),
    _lever("done_deals", 0.20, 1, "share", "consultations about what has already been decided, which backfire (LGA 2016)"),
    _lever("shared_constraints", 0.0, 1, "0..1", "participants are shown the constraints and weigh unwelcome choices themselves (LGA 2016)"),
    _lever("outreach", 0.0, 1, "share", "invitations made where people are, instead of from the contact book (Ray and others 2008)"),
    _lever("matching", 0.0, 1, "share", "invitations whose form and channel suit the value segment (Beyond the Usual Suspects)"),
    _lever("channel_choice", 0.0, 1, "share", "invitations sent by the channel that suits the person invited (Beyond the Usual Suspects)"),
    _lever("preference_capture", 0.0, 1, "probability", "the front line knows what a caller would like to do, and asks for that (Mobilise)"),
    _lever("piggy_back", 0.0, 1, "probability", "a caller whose issue was resolved by another institution is asked there on this institution's behalf (Ray and others 2008)"),
    _lever("coordination", 0.2, 1, "0..1", "institutions know of each other's asks, and do not tire the same people (Ray and others 2008)"),
    _lever("evaluation", 0.0, 1, "0..1", "invitations move from forms whose input changes little to those whose input changes much (LGA 2016)"),
    _lever("talkers", 0.0, 1, "share", "residents who are supported to talk to others and to ask them (Beyond the Usual Suspects)"),
    _lever("group_support", 0.0, 1, "0..1", "existing groups and networks are found and supported (LGA 2016, Staffordshire)"),
    _lever("group_asks", 1.0, 10, "factor", "how often community groups ask for volunteers, relative to usual"),
    _lever("bureau_reach", 1.0, 10, "factor", "how often volunteer bureaux reach a resident, relative to usual (Mobilise)"),
    _lever("agenda", 0.5, 1, "share", "part of the agenda that residents set themselves (Ray and others 2008)"),
    _lever("programme", 0.0, 1, "0..1", "a programme is pushed through from above (KET 7 2014)"),
    _lever("initiative", 0.0, 1, "0..1", "residents start their own action (KET 7 2014)"),
    _lever("linkage", 0.25, 1, "0..1", "brokers and joint working link residents' agenda with the institution's (KET 7 2014)"),
    _lever("skills_support", 0.0, 1, "0..1", "participants are trained in negotiation by brokers (KET 7 2014)"),
    _lever("transfer", 0.0, 1, "0..1", "services that residents may take over and run (Mobilise and KET 7 2014)"),
    _lever("bad_news", 0.0, 1, "probability a month", "a resident hears in the news about a scandal in the institution, and talks about it"),
)
FORM_LEVERS: tuple[Lever, ...] = (
    _lever("invitations", 0, 10000, "asks per 1,000 residents a month", "invitations sent out for a form", by_form=True),
    _lever("seats", 0, 1000, "places per 1,000 residents", "places in a form (0: no limit)", by_form=True),
    _lever("counter_weight", 0, 100, "relative", "how readily the front line asks for this form", by_form=True),
    _lever("burden", 1.0, 3, "factor", "time, travel, jargon and clicks that a form takes, relative to usual", by_form=True),
    _lever("reward", 0.0, 1, "0..1", "private reward for taking part: money or a gift for the person (KET 7 2014)", by_form=True),
    _lever("collective_reward", 0.0, 1, "0..1", "collective reward for taking part: money for the area (KET 7 2014)", by_form=True),
    _lever("social_reward", 0.0, 1, "0..1", "social reward for taking part: thanks and recognition in public (Panagopoulos 2011, direction)", by_form=True),
)
# fmt: on

INSTITUTION_LEVER_NAMES = tuple(lever.name for lever in INSTITUTION_LEVERS)
FORM_LEVER_NAMES = tuple(lever.name for lever in FORM_LEVERS)
LEVERS: dict[str, Lever] = {lever.name: lever for lever in INSTITUTION_LEVERS + FORM_LEVERS}


def lever_index(name: str) -> int:
    """Return the row of a lever in its table; kernels bind it once as a constant."""
    names = FORM_LEVER_NAMES if name in FORM_LEVER_NAMES else INSTITUTION_LEVER_NAMES
    return names.index(name)


def check_lever(name: str, where: str) -> Lever:
    """Return a lever by name, or raise `InputError` with the nearest name."""
    if name not in LEVERS:
        raise InputError(f"{where}: unknown lever '{name}'; {nearest(name, LEVERS)}")
    return LEVERS[name]
