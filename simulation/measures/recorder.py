"""The recorder: stores the course of a run."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..declared.residents import TENURES
from ..declared.scenario import Scenario
from ..world import World
from .accounts import Accounts
from .measure import GRADED, Measure, Snapshot, measures_of, take, take_by_groups

WINDOW = 12
CROSSED = ("segment", "ward", "deprivation_fifth")  # every measure of residents is taken by these
PERSONAL = ("age", "qualification", "tenure")  # and those in `GRADED` by these
GROUPINGS = (*CROSSED, *PERSONAL)


def taken_by(measure: Measure, grouping: str) -> bool:
    """Return True if a measure is taken by a grouping."""
    return measure.values is not None and (grouping in CROSSED or measure.name in GRADED)


def group_names(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return for each grouping the names of its groups, in the order of the columns of results by group."""
    return {
        "segment": tuple(s.name for s in scenario.segments),
        "ward": tuple(scenario.place.wards),
        "deprivation_fifth": ("1", "2", "3", "4", "5"),
        "age": tuple(scenario.place.age_bands),
        "qualification": tuple(scenario.place.qualifications),
        "tenure": TENURES,
    }


class Recorder:
    """Takes every measure every month, and by group where results are read.

    Args:
        model: the model to be measured.
        months: months that will be run; results are read at the last.
        groups: True to take measures by group too.
        measures: what to take; None for all.
        monthly: names of the measures that are taken every month; None for all. The others are taken when results are read.
    """

    def __init__(
        self,
        model: World,
        months: int,
        groups: bool = True,
        measures: dict[str, Measure] | None = None,
        monthly: Collection[str] | None = None,
    ) -> None:
        own = measures_of(tuple(s.name for s in model.services))
        self.measures = measures or own
        self._monthly = set(self.measures if monthly is None else monthly)
        self._foreign = set(self.measures) - set(own)
        self.failed: dict[str, str] = {}
        self.months = months
        self.groups = groups
        self.accounts: Accounts | None = None
        self.series = np.full((months, len(self.measures)), np.nan)
        self._sizes = {g: number for g, (_, number) in self.group_codes(model).items()}
        self._by: dict[str, list[np.ndarray]] = {grouping: [] for grouping in GROUPINGS}

    @staticmethod
    def group_codes(model: World) -> dict[str, tuple[np.ndarray, int]]:
        """Return for each grouping the residents' codes and the number of groups."""
        r, ages, levels = model.residents, len(model.place.age_bands), len(model.place.qualifications)
        return {
            "segment": (r.segment, len(model.segments)),
            "ward": (r.ward, len(model.place.wards)),
            "deprivation_fifth": ((r.decile.astype(np.int64) - 1) // 2, 5),
            "age": (np.minimum(r.age, ages - 1), ages),
            "qualification": (np.minimum(r.qualification, levels - 1), levels),
            "tenure": (np.minimum(r.tenure, len(TENURES) - 1), len(TENURES)),
        }

    def record(self, model: World) -> None:
        """Take this month's measures."""
        month = model.month
        if not 1 <= month <= self.months:
            return
        if self.accounts is None:
            self.accounts = Accounts(model)
        self.accounts.add_month(model)
        snapshot = Snapshot(model, self.accounts)
        for n, measure in enumerate(self.measures.values()):
            if measure.name in self._monthly or self._read_in(month, measure):
                self.series[month - 1, n] = self._take(snapshot, measure)
        if self.groups and month > self.months - WINDOW:
            codes, taken = self.group_codes(model), list(self.measures.values())
            for together in (CROSSED, PERSONAL):
                wanted = [self._read_in(month, m) and m.name not in self.failed and taken_by(m, together[0]) for m in taken]
                for grouping, table in take_by_groups(snapshot, taken, wanted, {g: codes[g] for g in together}).items():
                    self._by[grouping].append(table)

    def _read_in(self, month: int, measure: Measure) -> bool:
        """Return True if results depend on a measure in this month: the last, or any of the last twelve for those averaged."""
        return month == self.months or (month > self.months - WINDOW and not (measure.twelve_months or measure.over_run))

    def _take(self, snapshot: Snapshot, measure: Measure) -> float:
        """Take a measure; one of another package that raises is noted in `failed`, and the others go on."""
        if measure.name not in self._foreign:
            return take(snapshot, measure)
        if measure.name not in self.failed:
            try:
                return take(snapshot, measure)
            except Exception as error:
                self.failed[measure.name] = f"measure '{measure.name}' raised {type(error).__name__}: {error}; it is left out"
        return float("nan")

    def end_early(self, months: int) -> None:
        """Read results at an earlier month than planned; results by group are not known then."""
        self.months = months
        self.series = self.series[:months]

    def spoil(self) -> None:
        """Make every result undefined: the run failed."""
        self.series[:] = np.nan
        self._by = {g: [np.full((len(self.measures), n), np.nan)] for g, n in self._sizes.items()}

    def _read(self, window: np.ndarray) -> np.ndarray:
        """Return results of a window (months, measures, ...): those of twelve months or the run at its end, others averaged over it."""
        if not len(window):
            return np.full(window.shape[1:], np.nan)
        result = np.empty(window.shape[1:])
        for n, measure in enumerate(self.measures.values()):
            column = window[:, n]
            if measure.over_run:
                result[n] = column[-1]
            elif measure.twelve_months:
                result[n] = column[-1] if self.months >= WINDOW else np.nan
            else:
                known = ~np.isnan(column)
                total = np.where(known, column, 0.0).sum(axis=0)
                count = known.sum(axis=0)
                result[n] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        return result

    def results(self) -> np.ndarray:
        """Return the run's measures, float64 (measures,)."""
        return self._read(self.series[-WINDOW:])

    def results_by(self, grouping: str) -> np.ndarray:
        """Return the run's measures by group, float64 (measures, groups)."""
        return self._read(np.array(self._by[grouping]))
