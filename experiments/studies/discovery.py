"""Under which conditions does it fail: PRIM boxes and feature scoring (extra trees, scikit-learn)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest

from ..numbers import in_words, percent
from .boxes import Search, Step
from .results import Missing, Results
from .study import Study

DENSITY = 0.8  # share of failures among the points of a box that a box should reach
MOST_BOXES = 3
LEAST_SHARE = 0.03  # share of all points that a box contains
SIGNIFICANT = 0.05
TREES = 200
LEAST_CASES = 5
_CONDITION = re.compile(r"\s*([\w.@-]+)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*")


@dataclass(frozen=True)
class Condition:
    """When a run counts as a failure: a measure beyond a bound."""

    measure: str
    sign: str
    bound: float

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return which values fulfil it."""
        return {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}[self.sign](values, self.bound)

    def __str__(self) -> str:
        return f"{self.measure} {self.sign} {self.bound:g}"


def condition(text: str, study: Study) -> Condition:
    """Return a condition from a text such as `participation_effect < 0.01`.

    Raises:
        InputError: it cannot be read, or names what the study does not take.
    """
    match = _CONDITION.fullmatch(text)
    if not match:
        raise InputError(f"fails: '{text}'; allowed: MEASURE < NUMBER, with <, <=, > or >=")
    if match[1] not in study.columns:
        raise InputError(f"fails: the study does not measure '{match[1]}'; {nearest(match[1], study.columns)}")
    return Condition(match[1], match[2], float(match[3]))


@dataclass(frozen=True)
class Box:
    """A part of the factor space in which failures are concentrated.

    Attributes:
        limits: `factor, low, high, values, quasi_p`: what is restricted; the others are free.
        coverage: share of all failures that lie in it.
        density: share of its points that are failures.
        points: number of points in it.
    """

    limits: pd.DataFrame
    coverage: float
    density: float
    points: int

    def words(self) -> str:
        """Return the box in words."""
        parts = []
        for row in self.limits.itertuples():
            if row.values:
                parts.append(f"{row.factor} is {' or '.join(row.values)}")
            else:
                parts.append(f"{row.factor} lies between {in_words(row.low, digits=3)} and {in_words(row.high, digits=3)}")
        return " and ".join(parts) or "anywhere"


@dataclass(frozen=True)
class Discovery:
    """Where a study fails.

    Attributes:
        failures, points: of all points with a value, the mean over replicates beyond the bound.
        boxes: the boxes found, the first the strongest.
        scores: `factor, role, score`: how well each factor separates failures from the rest; they add up to 1.
        missing: where the measure has no value; such points neither fail nor hold, and are left out.
    """

    study: Study
    condition: Condition
    failures: int
    points: int
    boxes: tuple[Box, ...]
    scores: pd.DataFrame
    missing: Missing

    def _repr_html_(self) -> str:
        return f"<p>{self.words()}</p>" + self.scores.to_html(index=False)

    def words(self) -> str:
        """Return what was found, in words, and at how many points there is no value."""
        lacking = self.missing.words()
        return self._found() + (f" {lacking}{'; these points are left out' if self.missing.points else ''}." if lacking else "")

    def _found(self) -> str:
        if self.points == 0:
            return "These runs do not show where the target is missed."
        share = f"{self.failures} of {self.points} points fail ({self.condition})."
        if self.failures == 0:
            return f"None of {self.points} points fails ({self.condition})."
        if self.failures == self.points:
            return f"All {self.points} points fail ({self.condition}): no condition separates failures from the rest."
        if self.failures < LEAST_CASES:
            return f"{share} That is too few to find conditions; use more points."
        if not self.boxes:
            return (
                f"{share} No single box of conditions was found in which points fail much more often than elsewhere. This search can miss failures in "
                "several separate places, so look at the scores too."
            )
        first = self.boxes[0]
        return f"{share} They occur where {first.words()}: {percent(first.density)} of the {first.points} points there fail, and {percent(first.coverage)} of all failures are there."


def find_conditions(folder: Path | str, fails: str) -> Discovery:
    """Return under which conditions a study fails.

    Raises:
        InputError: runs are missing, or a condition that cannot be read.
    """
    results = Results(folder)
    study = results.study
    failing_where = condition(fails, study)
    if not results.complete:
        raise InputError(f"{folder}: runs are missing; run the sweep to its end first")
    points = results.points
    return analyse(
        study,
        points[[f.name for f in study.factors]],
        points[failing_where.measure].to_numpy(float),
        failing_where,
        results.missing[failing_where.measure],
    )


def analyse(study: Study, table: pd.DataFrame, values: np.ndarray, failing_where: Condition, missing: Missing) -> Discovery:
    """Return under which conditions values fulfil a condition.

    Args:
        table: one row per point, one column per factor.
        values: the measure at each point; nan where it has none.
        missing: where that is.
    """
    known = np.isfinite(values)
    table, failing = table[known].reset_index(drop=True), failing_where.of(values[known])
    x = pd.DataFrame(
        {f.name: table[f.name].astype(float) if f.numeric else pd.Categorical(table[f.name].astype(str)) for f in study.factors}
    )
    number = int(failing.sum())
    scores = _scores(study, x, failing)
    boxes = _boxes(study, x, failing) if LEAST_CASES <= number < len(failing) else ()
    return Discovery(study, failing_where, number, len(failing), boxes, scores, missing)


def _scores(study: Study, x: pd.DataFrame, failing: np.ndarray) -> pd.DataFrame:
    from sklearn.ensemble import ExtraTreesClassifier

    codes = np.column_stack([x[c].cat.codes if isinstance(x[c].dtype, pd.CategoricalDtype) else x[c] for c in x])
    if failing.all() or not failing.any():
        score = np.zeros(codes.shape[1])
    else:
        score = ExtraTreesClassifier(TREES, random_state=study.seed, min_samples_leaf=2).fit(codes, failing).feature_importances_
    rows = pd.DataFrame({"factor": [f.name for f in study.factors], "role": [f.role for f in study.factors], "score": score})
    return rows.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)


def _boxes(study: Study, x: pd.DataFrame, failing: np.ndarray) -> tuple[Box, ...]:
    """Return the boxes found; each is looked for outside those before it."""
    found: list[Box] = []
    taken = np.zeros(len(x), dtype=bool)  # points of the boxes found
    while len(found) < MOST_BOXES and failing[~taken].sum() >= LEAST_CASES:
        one, inside = _chosen(study, failing, Search(x, failing, ~taken, max(LEAST_SHARE * len(x), LEAST_CASES)))
        if one is None or failing[inside & ~taken].mean() < min(1.5 * failing.mean(), DENSITY):
            break
        found.append(one)
        taken |= inside
    return tuple(found)


def _chosen(study: Study, failing: np.ndarray, search: Search) -> tuple[Box | None, np.ndarray]:
    """Return the best box of a search, of the dense ones where there are any, without restrictions that chance explains.

    Returned with it: which of all points are in it, bool (points,).
    """
    step = _best(search.steps(), failing)
    rows, limits = [], {}
    for one in study.factors:
        if one.name not in search.restricted(step) or (p := search.quasi_p(step, one.name)) > SIGNIFICANT:
            continue
        limit = limits[one.name] = step.limits[one.name]
        low, high, values = (np.nan, np.nan, tuple(sorted(limit))) if isinstance(limit, frozenset) else (*limit, ())
        rows.append((one.name, low, high, values, p))
    inside = search.within(limits)
    if not rows:
        return None, inside
    table = pd.DataFrame(rows, columns=["factor", "low", "high", "values", "quasi_p"])
    return Box(table, float(failing[inside].sum() / failing.sum()), float(failing[inside].mean()), int(inside.sum())), inside


def _best(steps: list[Step], failing: np.ndarray) -> Step:
    """Return the box with the best balance of coverage and density."""
    density = np.array([failing[step.inside].mean() for step in steps])
    coverage = np.array([failing[step.inside].sum() / failing.sum() for step in steps])
    balance = 2 * coverage * density / (coverage + density)
    dense = density >= DENSITY
    return steps[int(np.argmax(np.where(dense, balance, -1.0) if dense.any() else balance))]
