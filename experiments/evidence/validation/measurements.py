"""How each fact of the ledger is measured in a simulated world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.kernels.randomness import stream, uniforms_of
from simulation.measures.measure import GRADED, Snapshot, measures_of, take, take_by_groups, top_share
from simulation.measures.recorder import Recorder, group_names
from simulation.model import ParticipationModel

from ...comparison.gradients import GRADIENTS
from . import panels, trials
from .surveys import CITIZENSHIP, COMMUNITY_LIFE, FACE_TO_FACE, HELPING_OUT, PLACE_SURVEY, RESIDENT_POLL, Sample, SimulatedSurvey

YEAR, FLAT = 12, 84
TOP = 0.31  # of adults, as the fact on the civic core counts


@dataclass
class Lab:
    """One steady world, and what happens and is asked in it.

    Attributes:
        world: at month 0, with one set of parameters.
    """

    world: ParticipationModel

    @cached_property
    def after_a_year(self) -> ParticipationModel:
        """The world a year later, without any intervention."""
        model = self.world.branch(self.world.scenario)
        model.run(YEAR)
        return model

    @cached_property
    def after_eight_years(self) -> ParticipationModel:
        """The world 84 months after that."""
        model = self.world.branch(self.world.scenario)
        model.run(YEAR + FLAT)
        return model

    @cached_property
    def told(self) -> dict[str, float]:
        """The trial that tells reporters what came of it."""
        return trials.telling_reporters(self.world)

    @cached_property
    def year_to_year(self) -> dict[str, float]:
        """Who takes part again, and who begins, from the year before month 0 to the year after it."""
        return panels.year_to_year(self.world, self.after_a_year)

    @cached_property
    def levels_by_group(self) -> dict[str, float]:
        """Each headline's level a year on in each group of people, `measure.grouping.group`; nan where nobody lives there."""
        model = self.after_a_year
        names, codes = group_names(model.scenario), Recorder.group_codes(model)
        taken = [measures_of(tuple(s.name for s in model.services))[name] for name in GRADED]
        snapshot, found = Snapshot(model), dict[str, float]()
        for grouping in GRADIENTS:  # one after the other: only their own levels are wanted
            table = take_by_groups(snapshot, taken, [True] * len(taken), {grouping: codes[grouping]})[grouping]
            for measure, row in zip(GRADED, table, strict=True):
                found |= {f"{measure}.{grouping}.{group}": float(v) for group, v in zip(names[grouping], row, strict=True)}
        return found

    def sample(self, survey: SimulatedSurvey, late: bool = False) -> Sample:
        """Return the respondents of a survey."""
        return Sample(self.after_eight_years if late else self.after_a_year, survey, survey.name)


Read = Callable[[Lab], float]


def _asked(question: str, survey: SimulatedSurvey) -> Read:
    return lambda lab: lab.sample(survey).share(question)


def _among_volunteers(measure: str) -> Read:
    """A share among the respondents of a survey who volunteer."""

    def read(lab: Lab) -> float:
        model = lab.after_a_year
        share = take(Snapshot(model), measures_of(tuple(s.name for s in model.services))[measure])
        volunteers = int(HELPING_OUT.respondents * lab.sample(HELPING_OUT).share("volunteering_12m"))
        lot = uniforms_of(np.arange(volunteers, dtype=np.int64), stream(model.key, f"survey: {measure}", model.month))
        return float((lot < share).mean()) if volunteers and np.isfinite(share) else float("nan")

    return read


def _repeat_contacts(lab: Lab) -> float:
    r = lab.after_a_year.residents
    new, repeats = r.new_cases_12m.sum(dtype=np.int64), r.repeat_contacts_12m.sum(dtype=np.int64)
    return float(repeats / max(new + repeats, 1))


def _core(lab: Lab) -> float:
    sample = lab.sample(CITIZENSHIP)
    hours = lab.after_a_year.residents.volunteer_hours_12m.sum(axis=0, dtype=np.uint16)
    return top_share(np.bincount(hours[sample.rows]), TOP)


def _ties(name: str) -> Read:
    return lambda lab: lab.after_a_year.ties.statistics()[name]


def _change(lab: Lab) -> float:
    return lab.sample(COMMUNITY_LIFE, late=True).share("perceived_influence") - lab.sample(COMMUNITY_LIFE).share(
        "perceived_influence"
    )


def _places(lab: Lab) -> float:
    return trials.slope_of_places(lab.world.scenario, lab.world.seed, lab.world.replicate)


def _asymmetry(lab: Lab) -> float:
    return float(lab.world.values["experience"].asymmetry)


@dataclass(frozen=True)
class Measured:
    """How a fact is measured.

    Attributes:
        read: gives its value in a world.
        words: how, in words, for the table.
        whole: True where the whole range must lie in the band, and not only the mean.
    """

    read: Read
    words: str
    whole: bool = False


def _survey_of(name: str, survey: SimulatedSurvey) -> Measured:
    return Measured(_asked(name, survey), f"simulated {survey.name}: {survey.respondents:,} respondents, {survey.mode}")


MEASURED: dict[str, Measured] = {
    "influence_level": _survey_of("perceived_influence", COMMUNITY_LIFE),
    "influence_flat": Measured(_change, "two simulated Community Life Surveys, 84 months apart, other respondents"),
    "consult_more_null": Measured(
        lambda lab: trials.doubled_consultation(lab.world),
        "keyed twins: the volume of consultation doubled alone, months 49 to 60",
        whole=True,
    ),
    "participation_level": _survey_of("civic_participation", COMMUNITY_LIFE),
    "consultation_level": _survey_of("consultation", COMMUNITY_LIFE),
    "activism_level": _survey_of("activism", COMMUNITY_LIFE),
    "volunteering_level": _survey_of("volunteering", CITIZENSHIP),
    "volunteering_year": _survey_of("volunteering_12m", CITIZENSHIP),
    "willing": _survey_of("wants_more", COMMUNITY_LIFE),
    "trust_level": _survey_of("trust", RESIDENT_POLL),
    "satisfaction_level": _survey_of("council_satisfaction", PLACE_SURVEY),
    "asked_share": Measured(_among_volunteers("asked_share"), "simulated survey of volunteering: how volunteers came in"),
    "bureau_share": Measured(_among_volunteers("bureau_share"), "simulated survey of volunteering: how volunteers came in"),
    "outcome_asymmetry": Measured(_asymmetry, "the parameter itself is an input; the ratio at middle trust is tested"),
    "repeat_contacts": Measured(_repeat_contacts, "the institutions' own records of twelve months"),
    "repeat_after_fix": Measured(
        lambda lab: panels.coming_back(lab.world), "simulated panel of first and second reports to the council on a platform"
    ),
    "core_share": Measured(_core, "simulated Citizenship Survey: hours of its respondents"),
    "ask_effect": Measured(
        lambda lab: trials.canvassing(lab.world), "trial: half asked once by a stranger, against their keyed twins, that month"
    ),
    "habit": Measured(
        lambda lab: trials.nudge(lab.world),
        "trial: people brought in by a nudge, against their keyed twins, the twelve months after",
    ),
    "loop_closed": Measured(
        lambda lab: lab.told["loop_closed"], "trial by ward: reporters told how input was used, against keyed twins, month 18"
    ),
    "trust_selects": Measured(
        lambda lab: trials.selection(lab.world), "correlation of trust with taking part in the year after, nobody treated"
    ),
    "responsiveness_slope": Measured(_places, "slope over three places that differ in responsiveness from the start"),
    "confidants": Measured(_ties("confidants"), "counted in the network"),
    "isolates": Measured(_ties("isolates"), "counted in the network"),
    "clustering": Measured(_ties("clustering"), "mean local clustering, household left out"),
    "more_satisfied_by_courtesy": Measured(
        lambda lab: trials.courtesy(lab.world),
        "trial by ward: police keep to a fair script; satisfaction after contacts of six months",
    ),
}
# Beside the ledger: what else its rows say.
MORE: dict[str, Measured] = {
    "influence_face_to_face": Measured(
        _asked("perceived_influence", FACE_TO_FACE),
        "the same question asked by an interviewer: the Citizenship Survey has 38 to 39 %",
    ),
    "loop_closed_longest": Measured(
        lambda lab: lab.told["loop_closed: longest active"], "telling reporters: those active in two months of the year or more"
    ),
    "loop_closed_others": Measured(lambda lab: lab.told["loop_closed: others"], "telling reporters: the others"),
}
NOT_SIMULATED = {
    "managers_trust": "what executives think of residents' trust is not simulated",
    "generalised_trust": "trust in other people is not simulated; trust is in institutions",
    "segments": "an input, the share of each segment; checked against the defaults",
}
