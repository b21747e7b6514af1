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
        interplay="Opens the door for asks at the counter (front-line-engagement, asking-to-volunteer); alone it asks hardly anybody more.",
    ),
    Intervention(
        "front-line-engagement",
        "Every service contact is engagement: staff are courteous, tell callers what happens to their case, and ask those whose "
        "issue was just resolved to take part; customer service and engagement come together.",
        (Change("courtesy", to=0.92), Change("case_feedback", to=0.85), Change("ask_when_resolved", to=0.35),
         Change("ask_when_unresolved", to=0.0), Change("separation", to=0.25)),
        source="Beyond the Usual Suspects and Mobilise", cost=Cost(setup_hours=3.0, setup_pounds=40, running_hours=1.2),
        interplay="Pays where issues are resolved first; asking people who were just failed backfires.",
    ),
    Intervention(
        "single-point-of-contact",
        "One advocate carries a case across institutions until it is solved; repeat contacts fall, and the institution learns from the case.",
        (Change("advocate_share", to=0.6),),
        source="Mobilise", cost=Cost(setup_hours=3.0, running_hours=2.5),
        interplay="Frees capacity, which goes back into service; works with pooled-insight, which spreads what advocates learn.",
    ),
    Intervention(
        "front-line-discretion",
        "Qualified, experienced staff may act outside the script: fewer waits, wrong queues and misroutings.",
        (Change("discretion", to=0.85), Change("responsiveness", add=0.04), Change("courtesy", add=0.03)),
        source="Mobilise", cost=Cost(setup_hours=4.0, running_hours=1.0),
        interplay="Undone by centralisation and central-targets.",
    ),
    Intervention(
        "self-help",
        "People learn at the counter what they themselves can do; some needs no longer become contacts.",
        (Change("self_help", to=0.6),),
        source="Mobilise", cost=Cost(setup_hours=1.5, setup_pounds=80, running_hours=0.6),
        interplay="Frees capacity; fewer contacts are also fewer occasions to ask and to be treated well.",
    ),
    Intervention(
        "capturing-preferences",
        "The front line records who would like to do what, and asks for that.",
        (Change("preference_capture", to=0.9),),
        source="Mobilise", cost=Cost(setup_hours=1.0, setup_pounds=120, running_hours=0.3),
        interplay="Depends on how many are asked at the counter: joins with front-line-engagement.",
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
        "The house is put in order: issues are resolved at first contact, with capacity for it and fewer wrong queues.",
        (Change("responsiveness", add=0.12), Change("capacity", scale=1.15), Change("misrouting", scale=0.5)),
        source="Mobilise (own house in order)", cost=Cost(setup_hours=4.0, setup_pounds=100, running_hours=6.0),
        interplay="Comes before asking: ask-first and own-house-in-order are the same two years the other way round.",
    ),
    Intervention(
        "ask-widely",
        "Everybody who calls is asked to take part, whether their issue was resolved or not, and invitations grow by half.",
        (Change("ask_when_resolved", to=0.5), Change("ask_when_unresolved", to=0.5), Change("separation", to=0.25),
         Change("invitations", scale=1.5)),
        source="Mobilise", cost=Cost(setup_hours=1.0, running_hours=0.8),
        interplay="Backfires where people were just failed.",
    ),
)
# fmt: on
