"""A run's pounds, month by month."""

from __future__ import annotations

import numpy as np

from ..declared.institutions import TALLY
from ..declared.levers import FORM_LEVER_NAMES, lever_index
from ..state.events import STRANGER, WEB
from ..world import World

_INVITATIONS, _SEATS = FORM_LEVER_NAMES.index("invitations"), FORM_LEVER_NAMES.index("seats")
_OUTREACH, _CHOICE, _MATCHING = lever_index("outreach"), lever_index("channel_choice"), lever_index("matching")


class Accounts:
    """Adds up a run's pounds, month by month; it reads the model and changes nothing in it.

    Attributes:
        programme: pounds spent so far on interventions.
        service: pounds spent so far on contacts, open cases, asks at the counter and input.
    """

    def __init__(self, model: World) -> None:
        self.programme = self.service = 0.0
        self._stands_for = float(model.residents.base_weight.mean(dtype=np.float64))
        self._version = -1
        self._asks = 0.0

    def add_month(self, model: World) -> None:
        """Add the month that a model has just completed."""
        p, t = model.values["costs"], model.tallies.sum(axis=0)
        service = (
            p.contact * (t[TALLY["new_cases"]] + t[TALLY["chases"]]) + p.open_case * t[TALLY["open"]] + p.input * t[TALLY["inputs"]]
        )
        service += p.counter_ask * (t[TALLY["asks"]] + t[TALLY["guest_asks"]])
        self.service += self._stands_for * float(service)
        if model.levers.version != self._version:
            self._asks, self._version = self._asks_beyond_usual(model), model.levers.version
        self.programme += self._stands_for * (self._asks + self._programmes(model))

    def _programmes(self, model: World) -> float:
        hour, total = model.values["costs"].staff_hour, 0.0
        for n, one in enumerate(model.levers.interventions):
            c, paid = one.cost, one.delivery.paid(model.month)
            if paid == 0.0:
                continue
            institutions = len(one.delivery.institutions or model.scenario.institutions)
            size = one.dose * institutions * model.levers.reached(n) / 1000.0
            total += size * paid * (c.running_hours * hour + c.running_pounds)
            if model.month == one.delivery.start:
                total += size * (c.setup_hours * hour + c.setup_pounds)
        return total

    @staticmethod
    def _asks_beyond_usual(model: World) -> float:
        """Return pounds a month for invitations and places beyond those of the base."""
        p, levers, people = model.values["costs"], model.levers, model.levers.people
        unit = np.where(model.form_channel == WEB, p.web_ask, np.where(model.form_channel == STRANGER, p.stranger_ask, p.post_ask))
        in_person = p.stranger_ask * (1.0 + p.outreach_deprived * np.maximum(model.cell_deprivation, 0.0))
        # by form, ward and cell: who runs the form there, and how its invitations go out
        serving = model.institution_of[:, model.form_service].T
        suited = model.in_person_share * np.maximum(levers.institution[_CHOICE], levers.institution[_MATCHING])
        away = np.maximum(levers.institution[_OUTREACH], suited)[serving]
        usual = np.where((unit == p.stranger_ask)[:, None], in_person[None, :], unit[:, None])[:, None, :]
        each = usual + away * (in_person[None, None, :] - usual)
        sent = levers.form[_INVITATIONS][:, None, :] * each - levers.form_base[_INVITATIONS][:, None, :] * usual
        asks = float((sent * levers.people_by_ward[None] / 1000.0).sum())
        seats = ((levers.form[_SEATS] - levers.form_base[_SEATS]) * people[None, :] / 1000.0)[model.form_ongoing].sum()
        return asks + p.place * float(seats)
