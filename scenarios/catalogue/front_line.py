"""Where residents meet services every day."""

from __future__ import annotations

from simulation.declared.costs import Cost
from simulation.declared.interventions import Change, Intervention

# fmt: off
FRONT_LINE: tuple[Intervention, ...] = (
    Intervention(
        "one-culture",
        "Customer service and engagement become one culture and one team, in every institution.",
        (Change("separation", to=0.15), Change("culture", to=0.75), Change("internal_learning", to=0.7)),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=4.0, setup_pounds=60, running_hours=0.2),
        interplay="Makes asking at the counter possible (front-line-engagement, asking-to-volunteer); alone it adds hardly any asks.",
    ),
    Intervention(
        "front-line-engagement",
        "Every service contact is engagement: staff are courteous, tell callers what happens to their case, and ask those whose "
        "issue was just resolved to take part; customer service and engagement come together.",
        (Change("courtesy", to=0.92), Change("case_feedback", to=0.85), Change("ask_when_resolved", to=0.35),
         Change("ask_when_unresolved", to=0.0), Change("separation", to=0.25)),
        source="Beyond the Usual Suspects and Mobilise", cost=Cost(setup_hours=3.0, setup_pounds=40, running_hours=1.2),
        interplay="Works where issues are resolved first; asking people whose issue has just gone wrong backfires.",
    ),
    Intervention(
        "single-point-of-contact",
        "One advocate carries a case across institutions until it is solved; repeat contacts fall, and the institution learns from the case.",
        (Change("advocate_share", to=0.6),),
        source="Mobilise", cost=Cost(setup_hours=3.0, running_hours=2.5),
        interplay="Frees capacity for service; works well with pooled-insight, which spreads what advocates learn.",
    ),
    Intervention(
        "front-line-discretion",
        "Qualified, experienced staff may act outside the script: fewer waits, wrong queues and misrouted calls.",
        (Change("discretion", to=0.85), Change("responsiveness", add=0.04), Change("courtesy", add=0.03)),
        source="Mobilise", cost=Cost(setup_hours=4.0, running_hours=1.0),
        interplay="Cancelled out by centralisation and central-targets.",
    ),
    Intervention(
        "self-help",
        "People learn at the counter what they can do themselves; some needs no longer become contacts.",
        (Change("self_help", to=0.6),),
        source="Mobilise", cost=Cost(setup_hours=1.5, setup_pounds=80, running_hours=0.6),
        interplay="Frees capacity; but fewer contacts also mean fewer chances to ask people and to treat them well.",
    ),
    Intervention(
        "capturing-preferences",
        "The front line records what each person would like to do, and asks for that.",
        (Change("preference_capture", to=0.9),),
        source="Mobilise", cost=Cost(setup_hours=1.0, setup_pounds=120, running_hours=0.3),
        interplay="Depends on how many people are asked at the counter: combine it with front-line-engagement.",
    ),
    Intervention(
        "case-feedback",
        "People are told what happened to their report.",
        (Change("case_feedback", to=0.9),),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=0.5, setup_pounds=50, running_hours=0.8),
        interplay="Part of front-line-engagement.",
    ),
    Intervention(
        "fix-first",
        "The institution puts its own house in order: issues are resolved at first contact, with enough capacity and fewer wrong queues.",
        (Change("responsiveness", add=0.12), Change("capacity", scale=1.15), Change("misrouting", scale=0.5)),
        source="Mobilise (own house in order)", cost=Cost(setup_hours=4.0, setup_pounds=100, running_hours=6.0),
        interplay="Best done before asking: the scenarios ask-first and own-house-in-order compare the two orders.",
    ),
    Intervention(
        "ask-widely",
        "Everybody who calls is asked to take part, whether their issue was resolved or not, and invitations grow by half.",
        (Change("ask_when_resolved", to=0.5), Change("ask_when_unresolved", to=0.5), Change("separation", to=0.25),
         Change("invitations", scale=1.5)),
        source="Mobilise", cost=Cost(setup_hours=1.0, running_hours=0.8),
        interplay="Backfires where people's issues have just gone wrong.",
    ),
)
# fmt: on
