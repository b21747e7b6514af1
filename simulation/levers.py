"""Levers: what an institution does that somebody could decide to do otherwise.

Interventions change levers and nothing else. A lever's value may differ between institutions (or forms of taking part)
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
    _lever("case_feedback", 0.50, 1, "probability", "a caller is told what happened to the report"),
    _lever("input_feedback", 0.30, 1, "probability", "a participant is told what became of the input (seed 004)"),
    _lever("feedback_months", 4, 24, "months", "time from input given to what became of it"),
    _lever("openness", 0.35, 1, "probability", "input that officials take seriously changes anything"),
    _lever("champions", 0.20, 1, "share", "officials who champion residents' input (seed 004)"),
    _lever("dismissive", 0.30, 1, "share", "officials who dismiss input as unrepresentative (seed 004)"),
    _lever("engager_preference", 1.0, 10, "log-odds per unit of capability",
           "preference for 'good engagers' when seats are given and input is weighed (seed 004)"),
    _lever("discretion", 0.30, 1, "share", "staff who may act outside the script (seed 001)"),
    _lever("misrouting", 0.20, 1, "probability", "a new contact ends in a wait or a wrong queue (seed 001)"),
    _lever("advocate_share", 0.0, 1, "share", "cases carried by one advocate across institutions (seed 001)"),
    _lever("senior_support", 0.5, 1, "0..1", "engagement is backed by senior managers and members (seed 004)"),
    _lever("resources", 0.5, 1, "0..1", "staff and money for engagement (seed 004)"),
    _lever("incentives", 0.4, 1, "0..1", "engagement counts in appraisal (seed 004)"),
    _lever("time_frames", 0.5, 1, "0..1", "there is time to hear and answer (seed 004)"),
    _lever("culture", 0.5, 1, "0..1", "the organisation values residents' input (seed 004)"),
    _lever("separation", 0.8, 1, "0..1", "customer service and engagement are apart (seed 000)"),
    _lever("insight_sharing", 0.1, 1, "0..1", "what one institution hears is shared with the others (seed 000)"),
    _lever("ask_when_resolved", 0.10, 1, "probability", "the front line asks a caller whose issue was just resolved"),
    _lever("ask_when_unresolved", 0.03, 1, "probability", "the front line asks a caller whose issue was not resolved"),
    _lever("contact_book_loss", 0.03, 1, "share a month", "contacts of participants that go stale or are lost"),
    _lever("knowledge_loss", 0.0, 1, "share a month", "local knowledge that leaves with staff"),
    _lever("relationship_loss", 0.0, 1, "share a month", "working relationships (regard, support, ongoing roles) that end"),
)
FORM_LEVERS: tuple[Lever, ...] = (
    _lever("invitations", 0, 10000, "asks per 1,000 residents a month", "asks sent out for a form", by_form=True),
    _lever("seats", 0, 1000, "places per 1,000 residents", "places in a form (0: no limit)", by_form=True),
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
