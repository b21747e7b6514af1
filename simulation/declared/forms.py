"""Forms of taking part, as data: what each asks of a person, who runs it, and how people get in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .levers import FORM_LEVERS
from .parameters import Status, check_known, check_number

Category = Literal["civic_participation", "consultation", "activism", "volunteering"]
Channel = Literal["post", "web", "face to face", "phone"]
Entry = Literal["open", "invitation", "quota", "front line"]

CATEGORIES: tuple[Category, ...] = get_args(Category)
VOLUNTEERING = CATEGORIES.index("volunteering")
CIVIC = tuple(category for category in CATEGORIES if category != "volunteering")
SURVEY_OF_CATEGORY: dict[Category, str] = {
    "civic_participation": "contacted an official or councillor about an issue, signed a petition, joined a rally",
    "consultation": "answered or attended a consultation",
    "activism": "held a role in deciding or co-designing",
    "volunteering": "gave unpaid help through a group",
}


@dataclass(frozen=True)
class Form:
    """One way of taking part.

    Attributes:
        name: name in files, tables and charts.
        category: survey category that it counts for.
        service: kind of institution that runs it, and that hears and answers it.
        ease: log-odds of accepting for an average resident who is not asked; the net of attraction and effort.
        effort: hours for one act, or for one active month of an ongoing role.
        skill: skill that it asks for, 0..1, compared with the resident's capability.
        channel: where it happens.
        entry: how people get in: `open` to all, by `invitation`, by `quota`, or through the `front line`.
        ongoing: True for a role that goes on month after month.
        seats: places for each 1,000 residents, 0 for no limit.
        seats_by_ward: True if the places are shared out by ward.
        invitations: asks sent by its institution, for each 1,000 residents a month.
        start_weight: share of own-account starts that go to it.
        counter_weight: weight among the front line's asks.
        burden: time, travel and jargon, relative to usual.
        reward: what it pays the person, 0..1.
        collective_reward: what it pays the area, 0..1.
        social_reward: the recognition that it gives, 0..1.
        strategic: True if it is about policy and plans, False if about everyday matters.
        delivers: True if those active in it run a service themselves.
        fit: log-odds by segment, in the order Settlers, Prospectors, Pioneers (0 for any further segment).
        status, source: as for parameters; ease and invitations are set by hand to national levels.

    Raises:
        InputError: a category, channel, entry or status that there is not, or a number out of range.
    """

    name: str
    category: Category
    service: str
    ease: float
    effort: float
    skill: float
    channel: Channel
    entry: Entry
    ongoing: bool = False
    seats: float = 0.0
    seats_by_ward: bool = False
    invitations: float = 0.0
    start_weight: float = 0.0
    counter_weight: float = 0.0
    burden: float = 1.0
    reward: float = 0.0
    collective_reward: float = 0.0
    social_reward: float = 0.0
    strategic: bool = False
    delivers: bool = False
    fit: tuple[float, ...] = (0.0, 0.0, 0.0)
    status: Status = "assumed"
    source: str = "the five founding documents; ease and invitations set by hand to match Community Life Survey levels"

    def __post_init__(self) -> None:
        for field, known in (("category", Category), ("channel", Channel), ("entry", Entry), ("status", Status)):
            check_known(getattr(self, field), get_args(known), f"{self.name}: {field}")
        check_number(self.ease, f"{self.name}: ease")
        check_number(self.skill, f"{self.name}: skill", 0.0, 1.0)
        for field in ("effort", "start_weight"):
            check_number(getattr(self, field), f"{self.name}: {field}", 0.0)
        for lever in FORM_LEVERS:
            check_number(getattr(self, lever.name), f"{self.name}: {lever.name}", lever.parameter.low, lever.parameter.high)
        for number in self.fit:
            check_number(number, f"{self.name}: fit")


# fmt: off
FORMS: tuple[Form, ...] = (
    Form("consultation-response", "consultation", "council", -4.90, 0.5, 0.45, "post", "invitation",
         invitations=60.0, start_weight=0.1, strategic=True, fit=(-0.2, -0.1, 0.2)),
    Form("public-meeting", "consultation", "council", -5.50, 2.0, 0.50, "face to face", "open",
         invitations=6.0, start_weight=0.04, strategic=True, fit=(0.1, -0.3, 0.2)),
    Form("ward-panel", "activism", "police", -4.20, 2.0, 0.45, "face to face", "front line",
         ongoing=True, seats=12.0, seats_by_ward=True, invitations=5.0, start_weight=0.02, counter_weight=0.1, fit=(0.2, -0.1, 0.0)),
    Form("deliberative-event", "consultation", "council", -4.30, 7.0, 0.50, "face to face", "quota",
         seats=0.5, invitations=1.5, strategic=True, fit=(-0.3, 0.0, 0.3)),
    Form("co-design-group", "activism", "housing", -4.40, 4.0, 0.60, "face to face", "invitation",
         ongoing=True, seats=20.0, invitations=6.0, start_weight=0.02, counter_weight=0.1, strategic=True, fit=(-0.3, 0.0, 0.3)),
    Form("informal-dialogue", "civic_participation", "council", -4.80, 1.0, 0.30, "face to face", "front line",
         ongoing=True, seats=30.0, invitations=3.0, start_weight=0.03, counter_weight=0.35, fit=(0.3, 0.0, 0.0)),
    Form("petition-or-contacting", "civic_participation", "council", -4.90, 0.5, 0.35, "web", "open",
         start_weight=0.55, strategic=True, fit=(0.0, 0.0, 0.1)),
    Form("formal-volunteering", "volunteering", "council", -4.84, 8.0, 0.35, "face to face", "open",
         ongoing=True, invitations=4.0, start_weight=0.15, counter_weight=0.25, fit=(0.0, 0.0, 0.0)),
    Form("community-run-service", "activism", "council", -5.20, 8.0, 0.60, "face to face", "open",
         ongoing=True, seats=25.0, invitations=2.0, start_weight=0.01, delivers=True, fit=(0.0, 0.1, 0.1)),
    Form("online-report-or-e-panel", "consultation", "health", -4.70, 0.25, 0.35, "web", "quota",
         invitations=20.0, start_weight=0.07, counter_weight=0.2, fit=(-0.2, 0.2, 0.1)),
)
# fmt: on
