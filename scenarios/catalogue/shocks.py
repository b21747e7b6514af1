"""Shocks: events that happen to a place, declared in the same way. They have no programme cost; some save money."""

from __future__ import annotations

from simulation.declared.costs import Cost
from simulation.declared.interventions import Change, Delivery, Intervention

# fmt: off
SHOCKS: tuple[Intervention, ...] = (
    Intervention(
        "restructuring",
        "A reorganisation: over six months contact lists, local knowledge and working relationships are lost, capacity dips, "
        "and callers end up in wrong queues until things settle.",
        (Change("contact_book_loss", to=0.15), Change("knowledge_loss", to=0.08), Change("relationship_loss", to=0.08),
         Change("capacity", scale=0.75), Change("misrouting", add=0.25)),
        Delivery(end=6, decay=12), kind="shock", source="Ray and others 2008",
    ),
    Intervention(
        "budget-cut",
        "A lasting cut: a seventh less capacity, less money and time for engagement, fewer people told what happened.",
        (Change("capacity", scale=0.86), Change("resources", scale=0.5), Change("time_frames", scale=0.7), Change("specialists", scale=0.6),
         Change("case_feedback", scale=0.8), Change("training", scale=0.6)),
        Delivery(ramp=5), kind="shock", source="LGA 2016 and Ray and others 2008", cost=Cost(running_hours=-4.0),
        interplay="Softened by difficult-decisions for people who were in the room.",
    ),
    Intervention(
        "centralisation",
        "A customer-relations system and call centres: cheaper and quicker, but staff follow scripts and do not know anybody.",
        (Change("capacity", scale=1.12), Change("discretion", to=0.05), Change("knowledge_loss", to=0.02), Change("courtesy", add=-0.04),
         Change("separation", add=0.15), Change("contact_book_loss", add=0.02)),
        kind="shock", source="Mobilise", cost=Cost(setup_pounds=150, running_hours=-1.5),
        interplay="The opposite of front-line-discretion.",
    ),
    Intervention(
        "central-targets",
        "National performance targets override local demands: staff have no time, no reward and little openness for what residents say.",
        (Change("incentives", scale=0.4), Change("time_frames", scale=0.5), Change("openness", scale=0.7), Change("agenda", scale=0.7)),
        kind="shock", source="Ray and others 2008",
    ),
    Intervention(
        "outreach-funding-ends",
        "Money for outreach and community development ends: fewer invitations beyond the usual contacts, and no support for groups.",
        (Change("invitations", scale=0.4, forms=("ward-panel", "informal-dialogue", "deliberative-event", "co-design-group", "formal-volunteering")),
         Change("seats", scale=0.7, forms=("informal-dialogue",)), Change("group_asks", scale=0.6), Change("resources", scale=0.7)),
        kind="shock", source="Ray and others 2008", cost=Cost(running_hours=-0.8),
    ),
    Intervention(
        "demand-surge",
        "For a year residents have 40 % more issues.",
        (Change("need_factor", scale=1.4),),
        Delivery(end=12, decay=3), kind="shock",
    ),
    Intervention(
        "trust-scandal",
        "A scandal in one institution: for three months many people hear bad news about it, and talk about it.",
        (Change("bad_news", to=0.35),),
        Delivery(institutions=("council",), end=3), kind="shock",
        interplay="Spread by word of mouth only: what people then think depends on whom they talk to.",
    ),
    Intervention(
        "staff-turnover",
        "Experienced staff leave and are replaced: knowledge, skill and working relationships go with them.",
        (Change("knowledge_loss", to=0.04), Change("relationship_loss", to=0.02), Change("discretion", scale=0.7), Change("contact_book_loss", add=0.02)),
        Delivery(end=24, decay=12), kind="shock", source="judgement; Ray and others 2008 on lost relationships",
    ),
)
# fmt: on
