"""How residents are asked, heard and answered."""

from __future__ import annotations

from simulation.declared.costs import Cost
from simulation.declared.interventions import Change, Delivery, Intervention

_FORMAL = ("consultation-response", "public-meeting")
_OPEN = ("informal-dialogue", "public-meeting", "community-run-service")
_WEB = ("online-report-or-e-panel", "petition-or-contacting")

# fmt: off
ENGAGEMENT: tuple[Intervention, ...] = (
    Intervention(
        "open-engagement",
        "Open, discursive engagement beyond the town hall: conversations in streets, schools and cafes that bring people together "
        "and show that people like them take part.",
        (Change("invitations", scale=3.0, forms=_OPEN), Change("seats", scale=2.0, forms=("informal-dialogue",)),
         Change("outreach", to=0.4), Change("group_support", to=0.4)),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=2.0, running_hours=1.5),
        interplay="The norm and the groups that it builds last for a while after it ends.",
    ),
    Intervention(
        "closing-the-loop",
        "'You said, we did': nearly every participant is soon told what came of their input.",
        (Change("input_feedback", to=0.90), Change("feedback_months", to=2.0)),
        source="Beyond the Usual Suspects and Ray and others 2008", cost=Cost(setup_hours=1.0, running_hours=1.0),
        interplay="Needs staff to handle the input (embed-and-specialise) where much more is asked; makes every kind of asking more effective.",
    ),
    Intervention(
        "values-segmentation",
        "Message, form and channel are matched to the value segment of the person invited.",
        (Change("matching", to=0.8),),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=1.0, setup_pounds=150, running_hours=0.3), excludes=("channel-choice",),
        interplay="Contains channel-choice.",
    ),
    Intervention(
        "channel-choice",
        "The right channel for the right audience: invitations by post, web or in person, whichever suits the person invited.",
        (Change("channel_choice", to=0.8),),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=0.5, setup_pounds=60, running_hours=0.3),
        interplay="Asking in person costs more, and reaches people whom letters and the web do not.",
    ),
    Intervention(
        "word-of-mouth-champions",
        "Trusted residents, chosen by their position in the network and not by title, are supported to talk to others and to ask them.",
        (Change("talkers", to=0.5),),
        Delivery(network=("many ties",)),
        source="Beyond the Usual Suspects", cost=Cost(setup_hours=6.0, running_hours=2.0),
        interplay="They pass on good news, so it works where there is some. Aimed elsewhere in the network it reaches fewer people.",
    ),
    Intervention(
        "informal-dialogue",
        "Ongoing informal discussion instead of formal consultation.",
        (Change("invitations", scale=0.4, forms=_FORMAL), Change("invitations", scale=5.0, forms=("informal-dialogue",)),
         Change("seats", scale=3.0, forms=("informal-dialogue",))),
        source="Beyond the Usual Suspects and Ray and others 2008", cost=Cost(setup_hours=1.0, running_hours=0.6), excludes=("more-consultation",),
        interplay="In a dialogue, people hear directly what came of their input.",
    ),
    Intervention(
        "more-consultation",
        "The same formal consultation, twice as much of it; nothing else changes.",
        (Change("invitations", scale=2.0, forms=_FORMAL),),
        source="Mobilise (the control that should not work alone)", cost=Cost(running_hours=0.2),
        interplay="The number of staff stays the same: input beyond what they can handle is neither heard nor answered.",
    ),
    Intervention(
        "go-where-people-are",
        "Events at suitable places and times and in suitable formats, taken to the two most deprived fifths.",
        (Change("outreach", to=0.8), Change("burden", to=0.85), Change("invitations", scale=1.5)),
        Delivery(deprivation_fifths=(1, 2)),
        source="Ray and others 2008", cost=Cost(setup_hours=2.0, running_hours=1.5),
        interplay="Costs more per participant than a letter; piggy-backing on other institutions' contacts costs less.",
    ),
    Intervention(
        "piggy-backing",
        "One institution engages through another's contacts: callers whose issue was resolved there are asked on its behalf.",
        (Change("piggy_back", to=0.08),),
        source="Ray and others 2008 (Haringey PCT)", cost=Cost(setup_hours=0.5, running_hours=0.1),
        interplay="Reaches people whom the hosting counter serves well. A poor host does no harm, as only callers whose issue was resolved are asked.",
    ),
    Intervention(
        "deliberative-events",
        "A representative e-panel recruited by quota meets members and officers in the room.",
        (Change("invitations", scale=6.0, forms=("deliberative-event",)), Change("seats", scale=6.0, forms=("deliberative-event",)),
         Change("strategic_hearing", add=0.10), Change("senior_support", add=0.10)),
        Delivery(institutions=("council",)),
        source="LGA 2016 (Hackney)", cost=Cost(setup_hours=2.0, running_hours=1.0, running_pounds=25),
        interplay="These are one-off events: what they build fades unless dialogue continues.",
    ),
    Intervention(
        "co-design",
        "Residents shape services, commissioning and policy together with the institution.",
        (Change("invitations", scale=3.0, forms=("co-design-group",)), Change("seats", scale=2.5, forms=("co-design-group",)),
         Change("openness", add=0.12), Change("strategic_hearing", add=0.15), Change("agenda", add=0.15)),
        source="Mobilise and KET 7 2014", cost=Cost(setup_hours=2.0, running_hours=1.5),
        interplay="Needs support from the top, and needs people to be told what came of it.",
    ),
    Intervention(
        "digital-and-personal",
        "Easy online reporting and answering: many small acts, which some groups use much more than others.",
        (Change("burden", to=0.7, forms=_WEB), Change("invitations", scale=3.0, forms=("online-report-or-e-panel",)),
         Change("case_feedback", add=0.15)),
        source="LGA 2016 and KET 7 2014", cost=Cost(setup_pounds=400, running_pounds=10, running_hours=0.2),
        interplay="Reaches people who are comfortable online; alone it widens the gap.",
    ),
    Intervention(
        "data-capture",
        "Large-scale online capture of views and needs: institutions learn faster, but only from people who are online.",
        (Change("invitations", scale=4.0, forms=("online-report-or-e-panel",)), Change("burden", to=0.8, forms=("online-report-or-e-panel",)),
         Change("specialists", scale=2.0), Change("insight_sharing", add=0.2)),
        source="KET 7 2014", cost=Cost(setup_pounds=300, running_pounds=15, running_hours=0.3),
        interplay="Improves learning; nobody is told anything unless it is combined with closing-the-loop.",
    ),
    Intervention(
        "know-when-to-consult",
        "No consultation where nothing can change, unless the law requires it: fewer consultations, and none that backfire.",
        (Change("done_deals", to=0.04), Change("invitations", scale=0.84, forms=_FORMAL)),
        source="LGA 2016", cost=Cost(setup_hours=0.5, running_hours=0.1), excludes=("more-consultation",),
        interplay="Saves invitations; combine it with open forms of engagement.",
    ),
    Intervention(
        "evaluate-and-adjust",
        "Engagement is evaluated; forms that change nothing are replaced by forms that do.",
        (Change("evaluation", to=0.9),),
        source="LGA 2016", cost=Cost(setup_hours=0.5, running_hours=0.4),
        interplay="The more the forms on offer differ, the more there is to gain.",
    ),
    Intervention(
        "difficult-decisions",
        "Unwelcome cuts are decided with people: they see the constraints and weigh the choices instead of just being told.",
        (Change("shared_constraints", to=0.8), Change("role_clarity", add=0.2), Change("done_deals", scale=0.5),
         Change("invitations", scale=2.0, forms=("deliberative-event", "public-meeting"))),
        source="LGA 2016", cost=Cost(setup_hours=1.0, running_hours=0.8),
        interplay="Meant for hard times: softens budget-cut for people who were in the room.",
    ),
    Intervention(
        "member-briefing",
        "Elected members are prepared to talk with residents and to report back.",
        (Change("input_feedback", add=0.15), Change("senior_support", add=0.15), Change("feedback_months", add=-1.0)),
        Delivery(institutions=("council",)),
        source="LGA 2016 (Oldham)", cost=Cost(setup_hours=1.0, setup_pounds=40, running_hours=0.2),
    ),
    Intervention(
        "asking-to-volunteer",
        "The front line and community groups ask people to volunteer.",
        (Change("ask_when_resolved", to=0.30), Change("separation", to=0.4), Change("counter_weight", scale=4.0, forms=("formal-volunteering",)),
         Change("group_asks", to=2.0)),
        source="Mobilise (67 % were asked)", cost=Cost(setup_hours=1.0, running_hours=0.6),
        interplay="Compare it with volunteer-bureau, through which 6 % come.",
    ),
    Intervention(
        "volunteer-bureau",
        "Volunteer bureaux are doubled; nobody else asks more.",
        (Change("bureau_reach", to=2.0),),
        source="Mobilise (6 % come through bureaux)", cost=Cost(setup_hours=1.0, running_hours=0.6),
        interplay="The comparison for asking-to-volunteer.",
    ),
    Intervention(
        "ward-panels",
        "Panels that set local priorities, fed by wide 'have a say' days.",
        (Change("seats", scale=1.8, forms=("ward-panel",)), Change("invitations", scale=3.0, forms=("ward-panel",)),
         Change("agenda", add=0.10)),
        source="Ray and others 2008, box 2", cost=Cost(setup_hours=1.0, running_hours=0.8), excludes=("ward-panels-unfed",),
        interplay="Works as long as wide asking feeds the panel.",
    ),
    Intervention(
        "ward-panels-unfed",
        "The same panels without any wide asking.",
        (Change("seats", scale=1.8, forms=("ward-panel",)), Change("invitations", scale=0.0, forms=("ward-panel",)),
         Change("agenda", add=0.10)),
        source="Ray and others 2008, box 2 (the comparison)", cost=Cost(setup_hours=1.0, running_hours=0.6),
        interplay="Its effect fades: no broad consultation backs what the panel says.",
    ),
    Intervention(
        "one-off-events",
        "A programme of one-off events: public meetings and deliberative events.",
        (Change("invitations", scale=4.0, forms=("public-meeting", "deliberative-event")), Change("seats", scale=4.0, forms=("deliberative-event",))),
        source="Ray and others 2008 (the comparison for ongoing dialogue)", cost=Cost(setup_hours=1.0, running_hours=1.0, running_pounds=30),
        interplay="What it builds fades between events.",
    ),
)
# fmt: on
