"""Effects compared with a base: overall, by group, by month, each as a number and as a row of a table."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simulation.measures.recorder import GROUPINGS, taken_by

from .compared_runs import COURSES, ComparedRuns
from .costs import cost_for_each, ranges
from .months import Judged, has_course, judged, read_in, values, when


class Effects(ComparedRuns):
    """What runs of scenarios say beside those of their base."""

    def overall(self, scenario: int) -> dict[str, np.ndarray]:
        """Return `known` of the results, and measures that exist only in comparison with a base."""
        by_key = self.known(self.results, self.again, scenario)
        at = list(self.measures).index("cost_per_participant")
        for key, value in zip(("mean", "low", "high"), cost_for_each(self, scenario), strict=True):
            by_key[key][at] = value
        for name, (low, high) in ranges(self, scenario).items():
            m = list(self.measures).index(name)
            by_key["range_low"][m], by_key["range_high"][m] = low, high
        return by_key

    def effect_by(self, grouping: str, scenario: int) -> dict[str, np.ndarray]:
        """Return what `known` does for each group; without effects where the base has other groups."""
        return self.once(("by", grouping, scenario), lambda: self._effect_by(grouping, scenario))

    def _effect_by(self, grouping: str, scenario: int) -> dict[str, np.ndarray]:
        again = None if self.again_by is None else self.again_by.get(grouping)
        by_key = self.known(self.by[grouping], again, scenario)
        del by_key["parameter_share"]
        if self.groups(grouping, scenario) != self.groups(grouping):
            by_key |= {key: np.full_like(value, np.nan) for key, value in by_key.items() if key not in ("mean", "low", "high")}
        return by_key

    def when(self, scenario: int, measure: str) -> dict[str, Any] | None:
        """Return an effect over the run, in the last month, and in its best and worst month; see `experiments.comparison.months`."""
        return when(self, scenario, measure)

    def judged(self, measure: str = "participation") -> Judged:
        """Return whether a measure is judged at its end or over the run; see `experiments.comparison.months`."""
        return judged(self, measure)

    def headline(self, measure: str, scenario: int) -> dict[str, float]:
        """Return what is known of an effect by the months that it is judged by: `known`, as numbers."""
        effect = self.known(*values(self, measure, self.judged(measure)), scenario)
        low, high = ranges(self, scenario).get(measure, (effect["range_low"], effect["range_high"]))
        return {key: float(value) for key, value in effect.items()} | {"range_low": float(low), "range_high": float(high)}

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Tidy table: one row for each scenario and measure; the range before the interval of the mean.

        Effects are those of the months in `months`; beside them the mean over the run where a measure's course was kept, and by which it is judged.
        """
        rows = []
        for n, label in enumerate(self.labels):
            values_by_key = self.overall(n)
            for m, measure in enumerate(self.measures.values()):
                told = {key: float(value[m]) for key, value in values_by_key.items()}
                run = self.known(*values(self, measure.name, "over_the_run"), n) if n and has_course(self, measure.name) else {}
                rows.append({"scenario": label, "measure": measure.name, "label": measure.label, "unit": measure.unit,
                             **{key: told.pop(key) for key in ("mean", "low", "high", "effect", "range_low", "range_high")}, **told,
                             **{f"over_the_run{end}": float(run.get(key, np.nan)) for end, key in (("", "effect"), ("_low", "range_low"), ("_high", "range_high"))},
                             "months": read_in(self, measure.name), "judged": self.judged(measure.name), "basis": self.basis if n else ""})  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def effects_by(self) -> pd.DataFrame:
        """Tidy table: one row for each scenario, grouping, group and measure that has groups."""
        rows = []
        for grouping in GROUPINGS:
            for n, label in enumerate(self.labels):
                by_key = self.effect_by(grouping, n)
                for m, measure in enumerate(self.measures.values()):
                    if not taken_by(measure, grouping):
                        continue
                    for g, group in enumerate(self.groups(grouping, n)):
                        rows.append(
                            {
                                "scenario": label,
                                "grouping": grouping,
                                "group": group,
                                "measure": measure.name,
                                **{key: float(value[m, g]) for key, value in by_key.items()},
                            }
                        )
        return pd.DataFrame(rows)

    @cached_property
    def months_table(self) -> pd.DataFrame:
        """Tidy table: for each scenario and measure with a course the effect over the run, in the last month, and in its best and worst month."""
        rows = []
        for n, label in enumerate(self.labels):
            for name in COURSES:
                by_months = self.when(n, name) if name in self.measures else None
                for months, effect in (by_months or {}).items():
                    rows.append(
                        {
                            "scenario": label,
                            "measure": name,
                            "months": months,
                            "month": effect.get("month"),
                            **{key: value for key, value in effect.items() if key != "month"},
                        }
                    )
        return pd.DataFrame(rows)

    @cached_property
    def series_table(self) -> pd.DataFrame:
        """Tidy table `scenario, replicate, month, measure, value`."""
        replicates, _, months, _ = self.series.shape
        index = pd.MultiIndex.from_product(
            [range(replicates), self.labels, range(1, months + 1), list(self.measures)],
            names=["replicate", "scenario", "month", "measure"],
        )
        table = pd.DataFrame({"value": self.series.reshape(-1)}, index=index).reset_index()
        return table[["scenario", "replicate", "month", "measure", "value"]]
