"""A simulated survey: a sample of residents who answer, with its sampling error and its mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.declared.forms import CIVIC
from simulation.kernels.randomness import stream, uniforms_of
from simulation.measures.measure import MONTHS_OF_REGULAR, Snapshot, measures_of
from simulation.model import ParticipationModel

# People agree more with an interviewer than on paper: 38 % compared with 27 % agreed that they can influence local decisions
# (Citizenship Survey, face to face, and Community Life Survey, self-completion). Questions of opinion only; log-odds.
MODES: Mapping[str, float] = {"self-completion": 0.0, "face to face": 0.505}


@dataclass(frozen=True)
class SimulatedSurvey:
    """A survey.

    Attributes:
        name: which one it stands for.
        respondents: people who answer.
        mode: one of `MODES`.
    """

    name: str
    respondents: int
    mode: str = "self-completion"


# The mode in which each level of the ledger was measured is that of the model's thresholds; only other modes shift answers.
COMMUNITY_LIFE = SimulatedSurvey("Community Life Survey", 10_000)
CITIZENSHIP = SimulatedSurvey("Citizenship Survey", 9_000)
FACE_TO_FACE = SimulatedSurvey("Citizenship Survey, face to face", 9_000, "face to face")
RESIDENT_POLL = SimulatedSurvey("LGA resident poll", 1_000)
PLACE_SURVEY = SimulatedSurvey("Place Survey", 10_000)
HELPING_OUT = SimulatedSurvey("National Survey of Volunteering", 1_500)

Question = Callable[[Snapshot], tuple[np.ndarray, np.ndarray | None]]


def _opinion(name: str) -> Question:
    def ask(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray | None]:
        measure = measures_of(tuple(s.name for s in snapshot.model.services))[name]
        assert measure.values is not None
        return measure.values(snapshot)

    return ask


def _history(name: str) -> Question:
    return lambda s: ((getattr(s.residents, f"months_{name}") > 0).astype(float), None)


def _regular(s: Snapshot) -> tuple[np.ndarray, np.ndarray | None]:
    return (np.bitwise_count(s.residents.months_volunteering) >= MONTHS_OF_REGULAR).astype(float), None


OPINIONS = ("perceived_influence", "trust", "council_satisfaction", "wants_more")
QUESTIONS: dict[str, Question] = {
    **{name: _opinion(name) for name in OPINIONS},
    **{name: _history(name) for name in CIVIC},
    "volunteering": _regular,
    "volunteering_12m": _history("volunteering"),
}


class Sample:
    """Residents drawn with equal probability, with replacement: for one seed, the same people for every question in a wave.

    Args:
        model: the world.
        survey: the survey.
        key: names the wave; other keys have other people.
    """

    def __init__(self, model: ParticipationModel, survey: SimulatedSurvey, key: str) -> None:
        self.snapshot, self.survey = Snapshot(model), survey
        self._stream: Callable[[str], Any] = lambda what: stream(model.key, f"survey: {key}: {what}", model.month)
        number = np.arange(survey.respondents, dtype=np.int64)
        self._number = number
        self.rows = np.minimum(
            (uniforms_of(number, self._stream("who")) * model.residents.size).astype(int), model.residents.size - 1
        )

    def share(self, question: str) -> float:
        """Return the share of respondents who answer yes."""
        chance, weight = QUESTIONS[question](self.snapshot)
        own = np.asarray(chance, dtype=float)[self.rows]
        shift = MODES[self.survey.mode] if question in OPINIONS else 0.0
        if shift:
            odds = own / np.maximum(1.0 - own, 1e-12) * np.exp(shift)
            own = odds / (1.0 + odds)
        yes = uniforms_of(self._number, self._stream(question)) < own
        counted = np.ones(len(own)) if weight is None else np.asarray(weight, dtype=float)[self.rows]
        return float((yes * counted).sum() / counted.sum())

    def mean_of(self, values: np.ndarray) -> float:
        """Return the mean of facts that residents know for certain."""
        return float(np.asarray(values, dtype=float)[self.rows].mean())
