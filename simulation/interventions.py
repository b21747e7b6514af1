"""Interventions as declarations: who is reached (delivery) apart from what changes for them (effect)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from .forms import Form
from .institutions import InstitutionSpec
from .levers import FORM_LEVERS, INSTITUTION_LEVERS, LEVERS, check_lever
from .parameters import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Change:
    """What an intervention changes at full intensity, for those whom it reaches.

    Attributes:
        lever: name of the lever.
        add: amount added.
        scale: factor.
        to: value that the lever is moved to (intensity 0.5 goes half of the way).
        forms: forms concerned, for a lever of forms; None for all.
    """

    lever: str
    add: float = 0.0
    scale: float = 1.0
    to: float | None = None
    forms: tuple[str, ...] | None = None

    def apply(self, value: np.ndarray, intensity: float) -> np.ndarray:
        """Return `value` changed with an intensity of 0..1."""
        if self.to is not None:
            value = value + intensity * (self.to - value)
        return value * (1.0 + intensity * (self.scale - 1.0)) + intensity * self.add


@dataclass(frozen=True)
class Delivery:
    """Who is reached, where and when.

    Attributes:
        institutions, wards, segments: names, or None for all.
        deprivation_fifths: 1 (most deprived) to 5, or None for all.
        start: first month, counted from 1.
        ramp: months until full intensity.
        end: last month, or None.
        decay: months over which it fades after the end.
        fidelity: share of staff who really do it, 0..1.
    """

    institutions: tuple[str, ...] | None = None
    wards: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    deprivation_fifths: tuple[int, ...] | None = None
    start: int = 1
    ramp: int = 0
    end: int | None = None
    decay: int = 0
    fidelity: float = 1.0

    def intensity(self, month: int) -> float:
        """Return the intensity in a month, 0..1, before dose."""
        if month < self.start:
            return 0.0
        level = min(1.0, (month - self.start + 1) / (self.ramp + 1))
        if self.end is not None and month > self.end:
            level = min(1.0, (self.end - self.start + 1) / (self.ramp + 1))
            level *= max(0.0, 1.0 - (month - self.end) / self.decay) if self.decay else 0.0
        return level * self.fidelity

    @property
    def everywhere(self) -> bool:
        """True if every resident is reached."""
        return self.wards is None and self.segments is None and self.deprivation_fifths is None


@dataclass(frozen=True)
class Intervention:
    """One thing that can be tried.

    Attributes:
        name: name in lists, files and `a+b@0.5`.
        description: what it is, in plain words.
        changes: its effect.
        delivery: its delivery.
        dose: 0..1, share of the whole programme.
        kind: `intervention`, `shock`, or `probe` (for tests; never listed).
        source: seed or publication.
        status: evidence status of the size of its effect.
    """

    name: str
    description: str
    changes: tuple[Change, ...]
    delivery: Delivery = field(default_factory=Delivery)
    dose: float = 1.0
    kind: Literal["intervention", "shock", "probe"] = "intervention"
    source: str = "judgement"
    status: str = "assumed"

    def at(self, dose: float, delivery: Delivery | None = None) -> Intervention:
        """Return the intervention at another dose and, where given, with another delivery."""
        return replace(self, dose=dose, delivery=delivery or self.delivery)


class LeverTable:
    """The levers' values this month: base values, changed by what is being tried.

    Attributes:
        institution: float64 (levers, institutions, cells).
        form: float64 (levers, forms, cells).
        mean: float64 (levers, institutions), weighted by the residents of each cell; for levers that face no resident.
        form_mean: float64 (levers, forms, institutions), by the residents whom an institution serves.
        cell_of: uint16 (wards, segments, fifths), the cell of a resident.
    """

    def __init__(
        self,
        institutions: Sequence[InstitutionSpec],
        forms: Sequence[Form],
        interventions: Sequence[Intervention],
        wards: Sequence[str],
        segments: Sequence[str],
        overrides: Mapping[str, float],
    ) -> None:
        self.interventions = sorted((i for i in interventions if i.dose != 0.0), key=lambda i: i.name)
        self._check(institutions, [form.name for form in forms], wards, segments)
        self.cell_of, self._reach = self._cells(wards, segments)
        cells = self._reach.shape[1]
        self._base = np.empty((len(INSTITUTION_LEVERS), len(institutions), cells))
        for row, lever in enumerate(INSTITUTION_LEVERS):
            for j, spec in enumerate(institutions):
                default = lever.by_service.get(spec.service, lever.parameter.default)
                default = overrides.get(f"{spec.service}.{lever.name}", overrides.get(f"levers.{lever.name}", default))
                self._base[row, j] = spec.levers.get(lever.name, default)
        self._form_base = np.empty((len(FORM_LEVERS), len(forms), cells))
        for row, lever in enumerate(FORM_LEVERS):
            for f, form in enumerate(forms):
                self._form_base[row, f] = overrides.get(f"forms.{form.name}.{lever.name}", getattr(form, lever.name))
        self._names = [spec.name for spec in institutions]
        self._forms = [form.name for form in forms]
        self._form_services = [form.service for form in forms]
        self._services = [spec.service for spec in institutions]
        self._intensities: tuple[float, ...] | None = None
        self._weights = np.full((len(institutions), cells), 1.0 / cells)
        self.set_month(0)

    def _check(
        self, institutions: Sequence[InstitutionSpec], forms: Sequence[str], wards: Sequence[str], segments: Sequence[str]
    ) -> None:
        known: dict[str, list] = {
            "institutions": [s.name for s in institutions],
            "wards": list(wards),
            "segments": list(segments),
            "deprivation_fifths": [1, 2, 3, 4, 5],
        }
        for one in self.interventions:
            for aim, allowed in known.items():
                for name in getattr(one.delivery, aim) or ():
                    if name not in allowed:
                        hint = nearest(str(name), [str(a) for a in allowed])
                        raise InputError(f"{one.name}: {aim}: unknown '{name}'; {hint}")
            for change in one.changes:
                check_lever(change.lever, one.name)
                for form in change.forms or ():
                    if form not in forms:
                        raise InputError(f"{one.name}: forms: unknown '{form}'; {nearest(form, forms)}")

    def _cells(self, wards: Sequence[str], segments: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        shape = (len(wards), len(segments), 5)
        masks = np.ones((len(self.interventions), *shape), dtype=bool)
        for n, one in enumerate(self.interventions):
            aim = one.delivery
            if aim.wards is not None:
                masks[n] &= np.isin(np.array(wards), aim.wards)[:, None, None]
            if aim.segments is not None:
                masks[n] &= np.isin(np.array(segments), aim.segments)[None, :, None]
            if aim.deprivation_fifths is not None:
                masks[n] &= np.isin(np.arange(1, 6), aim.deprivation_fifths)[None, None, :]
        if not self.interventions:
            return np.zeros(shape, dtype=np.uint16), np.ones((0, 1), dtype=bool)
        reach, cell = np.unique(masks.reshape(len(self.interventions), -1), axis=1, return_inverse=True)
        return cell.reshape(shape).astype(np.uint16), reach

    def weigh(self, residents_by_institution_and_cell: np.ndarray) -> None:
        """Take the number of residents of each institution in each cell, for the means."""
        counts = residents_by_institution_and_cell.astype(float)
        self._weights = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
        self._average()

    def reaches(self, number: int, counts: np.ndarray) -> bool:
        """Return True if an intervention reaches anybody; `counts` is (institutions, cells)."""
        return bool(counts[:, self._reach[number]].sum() > 0)

    def _average(self) -> None:
        # a mean of differences, so that equal cells give their value to the last bit
        first, form_first = self.institution[:, :, :1], self.form[:, :, :1]
        self.mean = first[:, :, 0] + ((self.institution - first) * self._weights[None]).sum(axis=2)
        self.form_mean = form_first + np.einsum("lfc,jc->lfj", self.form - form_first, self._weights)

    def set_month(self, month: int) -> None:
        """Bring the values to a month; nothing is recomputed while intensities stay as they are."""
        intensities = tuple(one.dose * one.delivery.intensity(month) for one in self.interventions)
        if intensities == self._intensities:
            return
        self._intensities = intensities
        self.institution = self._base.copy()
        self.form = self._form_base.copy()
        for n, (one, intensity) in enumerate(zip(self.interventions, intensities, strict=True)):
            if intensity != 0.0:
                for change in one.changes:
                    self._apply(one, change, intensity, self._reach[n])
        self._average()

    def _apply(self, one: Intervention, change: Change, intensity: float, reached: np.ndarray) -> None:
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
            changed = np.clip(changed, lever.parameter.low, lever.parameter.high)
            table[row, column] = np.where(reached, changed, values)
