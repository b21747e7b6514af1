"""The levers' values of a month: base values, changed by what is being tried, for each institution, form and cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..declared.forms import Form
from ..declared.institutions import InstitutionSpec, Service
from ..declared.interventions import POSITIONS, Change, Intervention
from ..declared.levers import FORM_LEVERS, INSTITUTION_LEVERS, LEVERS

if TYPE_CHECKING:
    from collections.abc import Mapping


def _shifted(value: float, log_odds: float) -> float:
    """Return a share moved by some log-odds; no share at all and a whole one stay."""
    if log_odds == 0.0 or not 0.0 < value < 1.0:
        return value
    return 1.0 / (1.0 + (1.0 - value) / value * math.exp(-log_odds))


class LeverTable:
    """The levers' values this month: base values, changed by what is being tried.

    Attributes:
        institution: float64 (levers, institutions, cells).
        form: float64 (levers, forms, cells).
        mean: float64 (levers, institutions), weighted by the residents of each cell; for levers that face no resident.
        form_mean: float64 (levers, forms, institutions), by the residents whom an institution serves.
        cell_of: uint16 (wards, segments, fifths, positions, samples), the cell of a resident; the number of a sample has a bit for each of `sampled`.
        sampled: interventions that reach some of the people who are alike: a share of households, or listed persons.
        version: counts up whenever a value changes.
    """

    def __init__(
        self,
        institutions: Sequence[InstitutionSpec],
        services: Sequence[Service],
        forms: Sequence[Form],
        interventions: Sequence[Intervention],
        wards: Sequence[str],
        segments: Sequence[str],
        overrides: Mapping[str, float],
        institution_of: np.ndarray,
        shifts: np.ndarray | None = None,
        wear: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        self._wear = wear
        self.interventions = sorted((i for i in interventions if i.dose != 0.0), key=lambda i: i.name)
        self.sampled = [i for i in self.interventions if i.delivery.sampled]
        self.cell_of, self._reach = self._cells(wards, segments)
        cells = self._reach.shape[1]
        self._base = np.empty((len(INSTITUTION_LEVERS), len(institutions), cells))
        like = {s.name: s.stands_for or s.name for s in services}
        for row, lever in enumerate(INSTITUTION_LEVERS):
            for j, spec in enumerate(institutions):
                default = lever.by_service.get(like[spec.service], lever.parameter.default)
                default = overrides.get(f"{spec.service}.{lever.name}", default)
                usual = default if shifts is None else _shifted(default, shifts[row, j])
                self._base[row, j] = spec.levers.get(lever.name, usual)
        self.form_base = np.empty((len(FORM_LEVERS), len(forms), cells))
        for row, lever in enumerate(FORM_LEVERS):
            for f, form in enumerate(forms):
                self.form_base[row, f] = overrides.get(f"forms.{form.name}.{lever.name}", getattr(form, lever.name))
        self._names = [spec.name for spec in institutions]
        self._forms = [form.name for form in forms]
        self._form_services = [form.service for form in forms]
        self._services = [spec.service for spec in institutions]
        self._institution_of = institution_of
        self._intensities: tuple[tuple[float, float], ...] | None = None
        self._weights = np.full((len(institutions), cells), 1.0 / cells)
        self._ward_weights = np.full((len(wards), cells), 1.0 / cells)
        self.version = 0
        self._local: dict[int, np.ndarray] = {}
        self._by_ward: dict[int, np.ndarray] = {}
        self._derived: dict[str, Any] = {}
        self.set_month(0)

    def _cells(self, wards: Sequence[str], segments: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        shape = (len(wards), len(segments), 5, len(POSITIONS), 1 << len(self.sampled))
        axes = {
            "wards": np.array(wards), "segments": np.array(segments), "deprivation_fifths": np.arange(1, 6), "network": np.array(POSITIONS),
        }  # fmt: skip
        masks = np.ones((len(self.interventions), *shape), dtype=bool)
        for n, one in enumerate(self.interventions):
            for axis, (aim, names) in enumerate(axes.items()):
                wanted = getattr(one.delivery, aim)
                if wanted is not None:
                    masks[n] &= np.expand_dims(np.isin(names, wanted), [a for a in range(5) if a != axis])
            if one in self.sampled:
                masks[n] &= np.arange(shape[-1]) >> self.sampled.index(one) & 1 == 1
        if not self.interventions:
            return np.zeros(shape, dtype=np.uint16), np.ones((0, 1), dtype=bool)
        reach, cell = np.unique(masks.reshape(len(self.interventions), -1), axis=1, return_inverse=True)
        return cell.reshape(shape).astype(np.uint16), reach

    @property
    def rest(self) -> np.ndarray:
        """What the levers of institutions are without any intervention, float64 (levers, institutions)."""
        return self._base[:, :, 0]

    def weigh(self, people: np.ndarray) -> None:
        """Take the number of residents by ward and cell, float64 (wards, cells), for the means."""
        institutions = np.zeros(self._weights.shape)
        for serving in self._institution_of.T:
            np.add.at(institutions, serving, people)
        self._weights = institutions / np.maximum(institutions.sum(axis=1, keepdims=True), 1.0)
        self._ward_weights = people / np.maximum(people.sum(axis=1, keepdims=True), 1.0)
        self.people_by_ward, self.people = people, people.sum(axis=0)
        self._average()

    def reached(self, number: int) -> float:
        """Return how many residents an intervention reaches; where chance chooses them, the number to be expected."""
        return float(self.people[self._reach[number]].sum())

    def reaches(self, number: int, cells: np.ndarray) -> bool:
        """Return True if an intervention reaches any resident, given the cell of each."""
        return bool(self._reach[number][cells].any())

    def _average(self) -> None:
        # a mean of differences, so that equal cells give their value to the last bit
        first, form_first = self.institution[:, :, :1], self.form[:, :, :1]
        self.mean = first[:, :, 0] + ((self.institution - first) * self._weights[None]).sum(axis=2)
        self.form_mean = form_first + np.einsum("lfc,jc->lfj", self.form - form_first, self._weights)
        self.version += 1
        self._local.clear()
        self._by_ward.clear()
        self._derived.clear()

    def derived(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what follows from the levers alone, made once for as long as they stay as they are."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

    def local(self, lever: int) -> np.ndarray:
        """Return the highest value that any of a ward's institutions gives a lever, float64 (wards, cells)."""
        if lever not in self._local:
            self._local[lever] = self.institution[lever][self._institution_of].max(axis=1)
        return self._local[lever]

    def by_ward(self, lever: int) -> np.ndarray:
        """Return the mean over a ward's residents of what `local` returns, float64 (wards,)."""
        if lever not in self._by_ward:
            self._by_ward[lever] = self._ward_mean(self.local(lever))
        return self._by_ward[lever]

    def form_by_ward(self, lever: int, form: int) -> np.ndarray:
        """Return the mean of a form's lever over a ward's residents, float64 (wards,)."""
        return self._ward_mean(np.tile(self.form[lever, form], (len(self._ward_weights), 1)))

    def _ward_mean(self, values: np.ndarray) -> np.ndarray:
        first = values[:, :1]  # a mean of differences, so that equal cells give their value to the last bit
        return first[:, 0] + ((values - first) * self._ward_weights).sum(axis=1)

    def set_month(self, month: int) -> None:
        """Bring the values to a month; nothing is recomputed while intensities stay as they are."""
        intensities = tuple(
            x for one in self.interventions for x in zip(self._at(one, month), self._fresh(one, month), strict=True)
        )
        if intensities == self._intensities:
            return
        self._intensities = intensities
        self.institution = self._base.copy()
        self.form = self.form_base.copy()
        for n, one in enumerate(self.interventions):
            for change, intensity, fresh in zip(one.changes, self._at(one, month), self._fresh(one, month), strict=True):
                if intensity != 0.0:
                    self._apply(one, change, intensity, fresh, self._reach[n])
        self._average()

    @staticmethod
    def _at(one: Intervention, month: int) -> list[float]:
        """Return the intensity of each of an intervention's changes in a month."""
        whole, start = one.intensity(month), one.delivery.start
        return [0.0 if c.months is not None and month >= start + c.months else whole for c in one.changes]

    def _fresh(self, one: Intervention, month: int) -> list[float]:
        """Return the share of each of an intervention's changes that is left of it if it makes a form lighter: it wears off but for what is kept."""
        kept, months = self._wear
        age = max(month - one.delivery.start, 0)
        left = 1.0 if kept == 1.0 else kept + (1.0 - kept) * 0.5 ** (age / months)
        return [left if change.lever == "burden" else 1.0 for change in one.changes]

    def _apply(self, one: Intervention, change: Change, intensity: float, fresh: float, reached: np.ndarray) -> None:
        lever = LEVERS[change.lever]
        aimed = one.delivery.institutions
        if lever.by_form:
            table, row = self.form, FORM_LEVERS.index(lever)
            services = {s for n, s in zip(self._names, self._services, strict=True) if aimed is None or n in aimed}
            columns = [
                f
                for f, name in enumerate(self._forms)
                if (change.forms is None or name in change.forms) and self._form_services[f] in services
            ]
        else:
            table, row = self.institution, INSTITUTION_LEVERS.index(lever)
            columns = [j for j, name in enumerate(self._names) if aimed is None or name in aimed]
        for column in columns:
            values = table[row, column]
            changed = change.apply(values, intensity)
            if fresh != 1.0:
                changed = np.where(changed < values, values + fresh * (changed - values), changed)
            changed = np.clip(changed, lever.parameter.low, lever.parameter.high)
            table[row, column] = np.where(reached, changed, values)
