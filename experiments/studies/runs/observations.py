"""What a calibration observes: one world with one set of parameters, measured as the facts are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.evidence.posterior import drawn
from scenarios.plugins import available_measures
from simulation.declared.scenario import Scenario
from simulation.measures.recorder import Recorder
from simulation.model import ParticipationModel

YEAR = 12
FLAT_MONTHS = 84  # over which the ledger's fact on flatness looks
SET = "set"  # column of a design: the number of a draw of everything that is not in another column

TIES = {
    "confidants": "close confidants for each adult",
    "isolates": "share of adults without a confidant",
    "clustering": "mean local clustering",
}
DRIFT = "influence_change"


def observables(services: tuple[str, ...]) -> dict[str, str]:
    """Return the unit of every possible target, by name."""
    units = {name: m.unit for name, m in available_measures(services).items() if not m.over_run}
    return {**units, **{name: "share" if name == "isolates" else "number" for name in TIES}, DRIFT: "change"}


@dataclass(frozen=True)
class Observer:
    """Runs one world and measures what the facts are compared with; replaces a study's simulation.

    Attributes:
        scenario: what is run, with the parameters that hold in every run.
        names: what is read; see `observables`.
        seed: root seed.
    """

    scenario: Scenario
    names: tuple[str, ...]
    seed: int

    @property
    def months(self) -> int:
        """Months after burn-in that are needed."""
        return FLAT_MONTHS + YEAR if DRIFT in self.names else YEAR

    def world(self, row: Mapping[str, Any]) -> ParticipationModel:
        """Return the steady world of one set of parameters; its people and chance go with the set's number."""
        number = int(row[SET])
        fitted = {name: float(value) for name, value in row.items() if name != SET}
        return ParticipationModel(self.scenario.with_(parameters=drawn(self.scenario, number, fitted)), self.seed, replicate=number)

    def __call__(self, row: Mapping[str, Any], replicate: int = 0) -> dict[str, float]:
        """Return everything that is read, by name."""
        model = self.world(row)
        table = available_measures(tuple(s.name for s in model.services))
        found = model.ties.statistics() if set(self.names) & set(TIES) else {}
        wanted = {name: table[name] for name in self.names if name in table}
        if DRIFT in self.names:
            wanted["perceived_influence"] = table["perceived_influence"]
        monthly = ("perceived_influence",) if DRIFT in self.names else ()
        recorder = model.recorder = Recorder(model, self.months, groups=False, measures=wanted, monthly=monthly)
        model.run(self.months)
        found |= dict(zip(recorder.measures, recorder.results().tolist(), strict=True))
        if DRIFT in self.names:
            course = recorder.series[:, list(recorder.measures).index("perceived_influence")]
            found[DRIFT] = float(course[-YEAR:].mean() - course[:YEAR].mean())
        return {name: found[name] for name in self.names}
