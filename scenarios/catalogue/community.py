"""What residents do and run themselves, and what pushes or helps them."""

from __future__ import annotations

from simulation.declared.costs import Cost
from simulation.declared.interventions import Change, Intervention

_JOINT = ("ward-panel", "co-design-group", "informal-dialogue", "community-run-service")

_TOP_DOWN = (
    Change("programme", to=1.0), Change("senior_support", to=0.9), Change("resources", to=0.9), Change("agenda", scale=0.6),
    Change("invitations", scale=3.0, forms=_JOINT),
)  # fmt: skip
_BOTTOM_UP = (Change("initiative", to=1.0), Change("group_asks", to=2.0), Change("group_support", add=0.15))
_BROKERS = (Change("skills_support", to=0.8), Change("linkage", add=0.35), Change("role_clarity", add=0.15))

# fmt: off
COMMUNITY: tuple[Intervention, ...] = (
    Intervention(
        "community-networks",
        "Existing networks and trusted people are found and supported.",
        (Change("group_support", to=0.8), Change("talkers", add=0.02)),
        source="LGA 2016 (Staffordshire)", cost=Cost(setup_hours=2.0, running_hours=0.8, running_pounds=10),
    ),
    Intervention(
        "community-delivery",
        "Residents run services: social enterprise, Right to Bid, community shares, a parish council.",
        (Change("transfer", to=1.0), Change("invitations", scale=4.0, forms=("community-run-service",)),
         Change("seats", scale=2.0, forms=("community-run-service",)), Change("agenda", add=0.15)),
        source="Mobilise and KET 7 2014 (Mozart Estate)", cost=Cost(setup_hours=4.0, setup_pounds=200, running_pounds=30, running_hours=0.4),
        interplay="Grows with the number of people who run services and takes load off institutions; the few who do the work can burn out.",
    ),
    Intervention(
        "power-brokering",
        "Workshops build negotiation skills, with brokers (such as a university) between residents and institutions.",
        _BROKERS,
        source="KET 7 2014", cost=Cost(setup_hours=1.0, setup_pounds=60, running_hours=0.5),
        interplay="Links local action to institutional backing: combine it with bottom-up-initiative.",
    ),
    Intervention(
        "crisis-co-production",
        "A local crisis creates an opening: issues rise for half a year, and residents are asked to take a lasting part in the response.",
        (Change("need_factor", scale=1.4, months=6), Change("transfer", to=0.6), Change("group_support", to=0.5), Change("group_asks", to=2.0),
         Change("invitations", scale=2.5, forms=("community-run-service", "informal-dialogue")),
         Change("seats", scale=1.5, forms=("community-run-service", "informal-dialogue"))),
        source="Mobilise", cost=Cost(setup_hours=2.0, running_hours=0.8),
        interplay="Compare it with demand-surge, the same crisis without the response.",
    ),
    Intervention(
        "development-levy",
        "A share of the Community Infrastructure Levy goes to the areas whose residents take part in decisions on development.",
        (Change("collective_reward", to=1.0, forms=("consultation-response", "public-meeting", "petition-or-contacting")),),
        source="KET 7 2014", cost=Cost(running_pounds=60),
        interplay="It works while it is paid, and among people who believe that taking part helps. Compare it with payment-for-time, which pays the people themselves.",
    ),
    Intervention(
        "payment-for-time",
        "People who come to meetings, panels and events are paid for their time, with a fee or a voucher. The reward is private, and can crowd out other motives.",
        (Change("reward", to=1.0, forms=("public-meeting", "ward-panel", "deliberative-event", "co-design-group")),),
        source="Frey and Jegen 2001", cost=Cost(running_pounds=300, running_hours=0.2),
        interplay="It works while it is paid; acts done for a reward build less habit and attachment.",
    ),
    Intervention(
        "public-thanks",
        "Everybody who takes part is thanked by name, and what they gave is credited in public.",
        (Change("social_reward", to=1.0),),
        source="Panagopoulos 2011", cost=Cost(running_hours=0.5, running_pounds=10),
        interplay="It works among people who care for recognition, and what they did ties them more to the place.",
    ),
    Intervention(
        "top-down-programme",
        "A strong central programme without local ownership.",
        _TOP_DOWN,
        source="KET 7 2014 ('too strong')", cost=Cost(setup_hours=2.0, running_hours=2.0, running_pounds=20), excludes=("linked-agendas",),
        interplay="It has backing but is not the residents' own: it disempowers people unless it is linked to bottom-up-initiative.",
    ),
    Intervention(
        "bottom-up-initiative",
        "Local action without institutional backing.",
        _BOTTOM_UP,
        source="KET 7 2014 ('too weak')", cost=Cost(running_hours=0.2, running_pounds=5), excludes=("linked-agendas",),
        interplay="It is the residents' own, but is not carried through unless brokers or co-ordination link it to the institution.",
    ),
    Intervention(
        "linked-agendas",
        "A central programme and local action, linked by brokers and co-ordination, with no added bonus.",
        (*_TOP_DOWN, *_BOTTOM_UP, *_BROKERS, Change("coordination", to=0.9), Change("linkage", add=0.35)),
        source="KET 7 2014", cost=Cost(setup_hours=5.0, setup_pounds=60, running_hours=3.0, running_pounds=25),
        interplay="Any effect beyond its parts comes from their interaction: success is ownership times backing.",
    ),
)
# fmt: on
