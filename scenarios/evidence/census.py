"""How much there is in the model, and how many of the model's numbers are judgements: counted once, and worded the same on every page and document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from simulation.declared.institutions import SERVICE_NAMES
from simulation.declared.parameters import Status
from simulation.measures.measure import measures_of
from simulation.month import declared_parameters

from .. import households, joint, people, wishes
from ..catalogue import CATALOGUE
from ..places.uk_tables import rows
from .facts import ledger
from .posterior import Posterior, shipped


@dataclass(frozen=True)
class Census:
    """The model's numbers by what they are based on.

    Attributes:
        total: all of them.
        by_status: how many are `estimated`, `calibrated` and `assumed`, as declared.
        fitted: how many the parameter sets fit to published facts.
        fitted_assumed: how many of those are declared as `assumed`.
        drawn: how many others the parameter sets draw from their plausible ranges.
        kinds: how many shipped interventions and shocks there are, by kind.
        measures: how many measures there are with the shipped kinds of institution.
        facts: how many published facts the ledger has.
        people: how many judgements beside these the drawing of people rests on, which no parameter set draws.
        councils: how many local authorities of the United Kingdom are known by name.
    """

    total: int
    by_status: dict[Status, int]
    fitted: int
    fitted_assumed: int
    drawn: int
    kinds: dict[str, int]
    measures: int
    facts: int
    people: int
    councils: int

    def offered(self) -> str:
        """Return what there is to choose from, as a list in words."""
        return (
            f"{self.kinds['intervention']} interventions, {self.kinds['shock']} shocks, {self.measures} measures, "
            f"{self.facts} published facts, and all {self.councils} councils of the United Kingdom"
        )

    def words(self) -> str:
        """Return the count in a few sentences, with what it leaves out."""
        assumed, calibrated, estimated = (self.by_status[status] for status in ("assumed", "calibrated", "estimated"))
        return (
            f"A scenario can set {self.total} numbers. {assumed} of them are judgements, {calibrated} {_are(calibrated)} set to published facts "
            f"and {estimated or 'none'} {_are(estimated)} estimated from data. Fitting adjusts {self.fitted} of the {self.total} "
            f"({self.fitted_assumed} of these are judgements). {self.drawn} more are varied in their plausible ranges, and the rest stay fixed. "
            f"Not counted are {self.people} judgements on who lives with whom, and in which homes and jobs. "
            "Neither are the value segments, the skill and weights of each form, where feelings start, "
            "and how much each intervention changes. The parameter sets vary none of these."
        )


def _are(number: int) -> str:
    return "is" if number in (0, 1) else "are"


def census(posterior: Posterior | None = None) -> Census:
    """Return the count for the declared numbers and the parameter sets; None takes the shipped sets."""
    declared = declared_parameters()
    counts = Counter(p.status for p in declared.values())
    fitted = [name for name in (posterior or shipped()).fitted if name in declared]
    return Census(
        total=len(declared),
        by_status={"assumed": counts["assumed"], "calibrated": counts["calibrated"], "estimated": counts["estimated"]},
        fitted=len(fitted),
        fitted_assumed=sum(declared[name].status == "assumed" for name in fitted),
        drawn=sum(p.uncertain and name not in fitted for name, p in declared.items()),
        kinds=dict(Counter(one.kind for one in CATALOGUE.values())),
        measures=len(measures_of(SERVICE_NAMES)),
        facts=len(ledger()),
        people=sum(int(np.size(one)) for one in (*joint.ASSUMED, *households.ASSUMED, *wishes.ASSUMED, people.STANDING)),
        councils=len(rows("authorities")),
    )
