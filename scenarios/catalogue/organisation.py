"""What happens inside institutions and between them."""

from __future__ import annotations

from simulation.declared.costs import Cost
from simulation.declared.interventions import Change, Delivery, Intervention

# fmt: off
ORGANISATION: tuple[Intervention, ...] = (
    Intervention(
        "pooled-insight",
        "Institutions share what residents tell any of them.",
        (Change("insight_sharing", to=0.7),),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=1.0, setup_pounds=80, running_hours=0.2),
        interplay="Spreads what the best-informed institution knows; that is little if none knows much.",
    ),
    Intervention(
        "knowledge-sharing",
        "The lessons of a customer-service review are shared across the whole organisation.",
        (Change("internal_learning", to=0.9), Change("culture", add=0.05)),
        source="LGA 2016 (Harlow)", cost=Cost(setup_hours=1.5, running_hours=0.2),
        interplay="Works with front-line-discretion and single-point-of-contact: these give it more to share.",
    ),
    Intervention(
        "staff-training",
        "Skills for engagement and for handling conflict; courtesy and regard rise with these skills, and fade when they are not kept up.",
        (Change("training", to=0.9),),
        Delivery(decay=12),
        source="Beyond the Usual Suspects and Ray and others 2008", cost=Cost(setup_hours=6.0, setup_pounds=100, running_hours=0.5),
        interplay="Skill takes most of a year to build, and leaves with staff-turnover.",
    ),
    Intervention(
        "performance-incentives",
        "Engagement counts in staff appraisal, which brings support, time and follow-through.",
        (Change("incentives", to=0.85), Change("time_frames", add=0.15), Change("input_feedback", add=0.10)),
        source="Ray and others 2008", cost=Cost(setup_hours=0.5, running_hours=0.2),
        interplay="Central targets pull the other way.",
    ),
    Intervention(
        "senior-champion",
        "Senior managers and members back engagement; support filters down with a delay.",
        (Change("senior_support", to=0.95), Change("resources", add=0.10), Change("culture", add=0.10)),
        source="Ray and others 2008", cost=Cost(setup_hours=0.2, running_hours=0.1),
        interplay="One of five enablers: the other four limit what it can do.",
    ),
    Intervention(
        "engagement-champions",
        "Enthusiastic staff at all levels are found, supported and rewarded; the willing drive the work.",
        (Change("champions", to=0.40), Change("dismissive", scale=0.8), Change("incentives", add=0.10)),
        source="Ray and others 2008", cost=Cost(setup_hours=1.0, running_hours=0.4),
    ),
    Intervention(
        "learning-events",
        "Officials and residents learn together; stereotypes ('own agenda') weaken and regard rises.",
        (Change("dismissive", to=0.10), Change("engager_preference", scale=0.6), Change("culture", add=0.05)),
        Delivery(decay=18),
        source="Ray and others 2008", cost=Cost(setup_hours=1.5, setup_pounds=50, running_hours=0.2),
    ),
    Intervention(
        "clear-roles",
        "Participants know whether they are representatives or stakeholders: fewer disputes, fewer disappointed expectations.",
        (Change("role_clarity", to=0.9),),
        source="Ray and others 2008", cost=Cost(setup_hours=0.5, running_hours=0.1),
        interplay="Matters most where little can be promised and few people hear back.",
    ),
    Intervention(
        "shared-agenda",
        "Residents put their own concerns on panels' agendas, including strategic ones.",
        (Change("agenda", to=0.8), Change("strategic_hearing", to=0.9)),
        source="Ray and others 2008", cost=Cost(setup_hours=0.3, running_hours=0.3),
    ),
    Intervention(
        "responsibility-mapping",
        "It is clear who is responsible: structures are simplified and fewer calls go astray.",
        (Change("misrouting", to=0.05), Change("coordination", add=0.10)),
        source="LGA 2016 and Ray and others 2008", cost=Cost(setup_hours=2.0, running_hours=0.1),
    ),
    Intervention(
        "embed-engagement",
        "Engagement becomes part of every job, without a specialist team.",
        (Change("separation", to=0.15), Change("ask_when_resolved", to=0.40), Change("ask_when_unresolved", to=0.0),
         Change("specialists", scale=0.5)),
        source="Ray and others 2008, box 1", cost=Cost(setup_hours=3.0, running_hours=1.0), excludes=("specialist-team", "embed-and-specialise"),
        interplay="There is more asking and more input than staff can handle.",
    ),
    Intervention(
        "specialist-team",
        "A specialist team hears and answers input; the rest of the organisation goes on as before.",
        (Change("specialists", scale=1.8), Change("input_feedback", add=0.20), Change("resources", add=0.15)),
        source="Ray and others 2008, box 1", cost=Cost(setup_hours=2.0, running_hours=1.5), excludes=("embed-and-specialise",),
        interplay="Listens well, but to few people.",
    ),
    Intervention(
        "embed-and-specialise",
        "A specialist team, together with engagement in every job.",
        (Change("separation", to=0.15), Change("ask_when_resolved", to=0.40), Change("ask_when_unresolved", to=0.0),
         Change("specialists", scale=1.8), Change("input_feedback", add=0.20), Change("resources", add=0.15)),
        source="Ray and others 2008, box 1", cost=Cost(setup_hours=5.0, running_hours=2.5),
        interplay="embed-engagement and specialist-team together: everyday staff ask, the specialists answer.",
    ),
    Intervention(
        "co-ordination",
        "Neighbourhood, borough, operational and strategic engagement are joined up: fewer duplicate asks, and input reaches those who can act.",
        (Change("coordination", to=0.9), Change("linkage", to=0.6), Change("insight_sharing", add=0.2), Change("misrouting", scale=0.8)),
        source="Ray and others 2008", cost=Cost(setup_hours=2.0, running_hours=0.3),
        interplay="Links local action to those who can act: combine it with bottom-up-initiative and community-delivery.",
    ),
)
# fmt: on
