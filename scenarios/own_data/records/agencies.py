"""One agency's cases, counted as they stream by, with a sample of them chosen by keyed lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from .outcomes import FIXED, UNFIXED

SAMPLE = 12_000  # cases kept of each agency, chosen by keyed lot
FIRST_CONTACT_DAYS = 1.0  # closed within a day of being opened: at first contact
MONTH = 30.4375


@dataclass
class Agency:
    """What is known of one agency's cases.

    Attributes:
        cases, closed: numbers.
        repeats: contacts that chase and are not cases of their own: reopenings, and copies that a column of duplicates names.
        duplicates: cases whose words say duplicate: closed without a fix, and each a contact that chases.
        untimed: of the closed, those without a time of closing; they are neither in `at_once` nor in the sample.
        fixed, unfixed: of the closed, those said to be fixed, and those closed without a fix; nothing is said of the rest.
        at_once, at_once_fixed, at_once_unfixed: the same of cases closed within a day.
        opened_in, closed_in, repeats_in: by calendar month, counted from January 1970.
        lot, opened, ended: the kept sample: its draws, day of opening, day of closing (nan: open).
    """

    cases: int = 0
    closed: int = 0
    repeats: int = 0
    duplicates: int = 0
    untimed: int = 0
    fixed: int = 0
    unfixed: int = 0
    at_once: int = 0
    at_once_fixed: int = 0
    at_once_unfixed: int = 0
    opened_in: dict[int, int] = field(default_factory=dict)
    closed_in: dict[int, int] = field(default_factory=dict)
    repeats_in: dict[int, int] = field(default_factory=dict)
    lot: np.ndarray = field(default_factory=lambda: np.empty(0))
    opened: np.ndarray = field(default_factory=lambda: np.empty(0))
    ended: np.ndarray = field(default_factory=lambda: np.empty(0))

    def add(self, lot: np.ndarray, opened: np.ndarray, ended: np.ndarray, repeats: np.ndarray, untimed: np.ndarray, outcome: np.ndarray, duplicate: np.ndarray) -> None:  # fmt: skip
        """Count some cases and let them draw for a place in the sample."""
        timed, at_once = np.isfinite(ended), ended - opened <= FIRST_CONTACT_DAYS
        closed = timed | untimed
        self.cases += len(opened)
        self.closed += int(closed.sum())
        self.repeats += int(repeats.sum())
        self.duplicates += int(duplicate.sum())
        self.untimed += int(untimed.sum())
        self.at_once += int(at_once.sum())
        for name, code in (("fixed", FIXED), ("unfixed", UNFIXED)):
            setattr(self, name, getattr(self, name) + int((closed & (outcome == code)).sum()))
            setattr(self, f"at_once_{name}", getattr(self, f"at_once_{name}") + int((at_once & (outcome == code)).sum()))
        count_months(self.opened_in, opened)
        # those closed at a time that nobody wrote down are counted where they were opened, so that they pile up nowhere
        count_months(self.closed_in, np.concatenate([ended[timed], opened[untimed]]))
        count_months(self.repeats_in, opened, repeats)
        self.lot, self.opened, self.ended = (
            np.concatenate([a, b[~untimed]]) for a, b in ((self.lot, lot), (self.opened, opened), (self.ended, ended))
        )
        if len(self.lot) > SAMPLE:
            kept = np.sort(np.argpartition(self.lot, SAMPLE)[:SAMPLE])
            self.lot, self.opened, self.ended = self.lot[kept], self.opened[kept], self.ended[kept]

    def add_copies(self, opened: np.ndarray) -> None:
        """Count cases that repeat others: contacts that chase."""
        self.repeats += len(opened)
        count_months(self.repeats_in, opened)

    def merged(self, other: Agency) -> Agency:
        """Return both agencies as one."""
        lot, opened, ended = (np.concatenate([getattr(self, n), getattr(other, n)]) for n in ("lot", "opened", "ended"))
        kept = np.argsort(lot, kind="stable")[:SAMPLE]
        sums: dict[str, Any] = {
            f.name: _added(one, two) if isinstance(one, dict) else one + two
            for f in fields(self)
            if not isinstance(one := getattr(self, f.name), np.ndarray)
            for two in (getattr(other, f.name),)
        }
        return Agency(**sums, lot=lot[kept], opened=opened[kept], ended=ended[kept])


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {month: one.get(month, 0) + other.get(month, 0) for month in {*one, *other}}


def count_months(counts: dict[int, int], days: np.ndarray, weight: np.ndarray | None = None) -> None:
    """Add days since 1970, float64, to counts by calendar month."""
    if not len(days):
        return
    months, at = np.unique(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64), return_inverse=True)
    for month, number in zip(months, np.bincount(at, weight, len(months)), strict=True):
        counts[int(month)] = counts.get(int(month), 0) + int(number)
