"""The main conclusions, each as a contrast of scenarios with a sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenarios.catalogue import CATALOGUE
from scenarios.evidence.posterior import Posterior, drawn
from scenarios.plugins import available_measures
from simulation.declared.interventions import Intervention
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MONTHS, SEED
from simulation.measures.recorder import Recorder
from simulation.model import ParticipationModel

BASE = "baseline"


@dataclass(frozen=True)
class Conclusion:
    """One conclusion.

    Attributes:
        id, words: what is concluded.
        measure: what it is read from.
        terms: weight of each scenario; the rest of the weight is on the baseline.
        sign: 1 or -1: which side of zero the contrast should lie on; 0: it should stay within `limit` of zero.
        limit: for a sign of 0.
    """

    id: str
    words: str
    measure: str
    terms: Mapping[str, float]
    sign: int
    limit: float = 0.0

    def holds(self, effect: np.ndarray) -> np.ndarray:
        """Return whether effects agree with the conclusion."""
        return np.abs(effect) < self.limit if self.sign == 0 else self.sign * np.asarray(effect) > 0

    def margin(self, effect: np.ndarray) -> np.ndarray:
        """Return how far effects are on the expected side; below 0 the conclusion is overturned."""
        return self.limit - np.abs(effect) if self.sign == 0 else self.sign * np.asarray(effect)


def _one(id_: str, words: str, measure: str, scenario: str, sign: int, limit: float = 0.0) -> Conclusion:
    return Conclusion(id_, words, measure, {scenario: 1.0}, sign, limit)


CONCLUSIONS: tuple[Conclusion, ...] = (
    _one("apathy-can-be-cured", "closing the loop lowers apathy", "apathy", "closing-the-loop", -1),
    _one("apathy-can-be-caused", "cutting budgets raises apathy", "apathy", "budget-cut", 1),
    _one("answers-bring-people-back", "closing the loop raises participation", "participation", "closing-the-loop", 1),
    _one("consultation-alone", "more consultation alone does not change perceived influence", "perceived_influence", "more-consultation", 0, 0.02),
    _one("front-line", "engagement at the front line raises perceived influence", "perceived_influence", "front-line-engagement", 1),
    Conclusion("service-before-consultation", "better everyday service changes perceived influence more than more consultation does", "perceived_influence",
               {"fix-first": 1.0, "more-consultation": -1.0}, 1),
    _one("failure-demand", "a single point of contact cuts repeat contacts", "repeat_contacts", "single-point-of-contact", -1),
    _one("restructuring", "restructuring lowers trust", "trust", "restructuring", -1),
    Conclusion("linked-agendas", "linking top-down and bottom-up does more than the sum of both", "perceived_influence",
               {"linked-agendas": 1.0, "top-down-programme": -1.0, "bottom-up-initiative": -1.0}, 1),
    Conclusion("panels-need-feeding", "ward panels raise influence more if they are fed by wide asking", "perceived_influence",
               {"ward-panels": 1.0, "ward-panels-unfed": -1.0}, 1),
    Conclusion("embed-and-specialise", "embedding engagement and keeping specialists raises participation more than embedding alone", "participation",
               {"embed-and-specialise": 1.0, "embed-engagement": -1.0}, 1),
    _one("budget-cut-participation", "cutting budgets lowers participation", "participation", "budget-cut", -1),
)  # fmt: skip
SCENARIOS: tuple[str, ...] = tuple(dict.fromkeys(name for one in CONCLUSIONS for name in one.terms))
MEASURES: tuple[str, ...] = tuple(dict.fromkeys(one.measure for one in CONCLUSIONS))

SET, CHANGED, AT = "set", "changed", "at"  # columns of a design
CENTRAL, FITTED = -1, -2  # of `set`: all central; nothing of `changed`


@dataclass(frozen=True)
class Weigher:
    """Runs one world under every scenario and returns the contrasts; replaces a study's simulation.

    A row says which draw of all parameters holds (`set`; -1: central values) and, for one at a time, which parameter (`changed`, its place in `names`)
    lies at which position 0..1 of its plausible range (`at`).

    Attributes:
        scenario: place and population, without any intervention.
        names: parameters that may be changed alone.
        seed, months: of the runs.
        posterior: sets to draw from instead of the plausible ranges.
        people: number of the replicate for rows with central values: the same people and chance for all of them.
    """

    scenario: Scenario
    names: tuple[str, ...]
    seed: int = SEED
    months: int = MONTHS
    posterior: Posterior | None = None
    people: int = 0
    conclusions: tuple[Conclusion, ...] = field(default=CONCLUSIONS)

    def __call__(self, row: Mapping[str, Any], replicate: int = 0) -> dict[str, float]:
        """Return each conclusion's contrast, by id."""
        from simulation.month import declared_parameters

        number, changed = int(row[SET]), int(row[CHANGED])
        if number == CENTRAL:
            own = dict(self.scenario.parameters)
        elif self.posterior is not None:
            own = self.posterior.parameters(self.scenario, number)
        else:
            own = drawn(self.scenario, number, {})
        if changed >= 0:
            name = self.names[changed]
            own[name] = declared_parameters(self.scenario.services)[name].plausible_value(float(row[AT]))
        return self.contrasts(own, self.people + replicate if number == CENTRAL else number)

    def contrasts(self, parameters: Mapping[str, float], replicate: int) -> dict[str, float]:
        """Return each conclusion's contrast under some parameters, by id."""
        base = self.scenario.with_(parameters=dict(parameters))
        model = ParticipationModel(base, self.seed, replicate=replicate)
        saved = model.checkpoint()
        table = available_measures(tuple(s.name for s in base.services))
        found: dict[str, dict[str, float]] = {}
        for name in (BASE, *SCENARIOS):
            tried: tuple[Intervention, ...] = () if name == BASE else (CATALOGUE[name],)
            model.take_up(base.with_(interventions=tried), saved)
            recorder = model.recorder = Recorder(
                model, self.months, groups=False, measures={m: table[m] for m in MEASURES}, monthly=()
            )
            model.run(self.months)
            found[name] = dict(zip(recorder.measures, recorder.results().tolist(), strict=True))
        return {
            one.id: sum(weight * (found[name][one.measure] - found[BASE][one.measure]) for name, weight in one.terms.items())
            for one in self.conclusions
        }
