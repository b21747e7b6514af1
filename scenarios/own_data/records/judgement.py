"""When a record begins and ends, and which of its dates are possible: sentinels and typing errors are neither openings nor closings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.declared.parameters import InputError

from ...advice import advice
from .case_files import CaseFile
from .dates import IN_WORDS, ORDERS
from .fields import DATES, ENDS

FAR = 3652.0  # days without any opening that part what belongs to a record from what does not
FEW = 0.005  # share of the cases that a shorter gap may part from it
BEFORE = 730.0  # days before the first opening: no slip in a closing date, but a word for "not closed"
EARLIEST, LATEST = -7305.0, 65_745.0  # 1950 and 2150: a record outside these is none


def day(number: float) -> str:
    """Return days since 1970 as a date."""
    return str(np.datetime64("1970-01-01") + np.timedelta64(int(np.floor(number)), "D"))


@dataclass(frozen=True)
class Span:
    """When a record begins and ends, in whole days since 1970.

    Attributes:
        first, last: of the openings that belong to it.
        until: the last day that something was closed or changed.
    """

    first: float
    last: float
    until: float

    def opens(self, days: np.ndarray) -> np.ndarray:
        """Return which days can be openings, bool."""
        return (days >= self.first) & (days < self.last + 1)

    def ends(self, days: np.ndarray) -> np.ndarray:
        """Return which days can be closings, bool."""
        return (days >= self.first - BEFORE) & (days < self.until + 1)


def order_of(file: CaseFile, others: Sequence[str]) -> tuple[int, str]:
    """Return the number in `ORDERS` in which a file's dates are read, and what to tell ('' where they could be read in one way only).

    Args:
        others: orders that other files have shown.

    Raises:
        InputError: no order fits all of its dates.
    """
    left = file.dates.possible(file.path)
    if not file.dates.unclear and len(left) == len(ORDERS):
        return 0, ""
    if not file.dates.unclear or len(left) == 1:
        order = left[0]
        rival = {"dmy": "mdy", "mdy": "dmy"}.get(order, "dmy")
        name, line, text = file.dates.against.get(rival, ("", "", ""))
        seen = f" ('{name}', line {line}: {text}, tells)" if name else ""
        return ORDERS.index(order), f"{file.path.name}: dates were read as {IN_WORDS[order]} throughout{seen}"
    shared = [order for order in dict.fromkeys(others) if order in left]
    if len(shared) == 1:
        return ORDERS.index(shared[0]), f"{file.path.name}: dates were read as {IN_WORDS[shared[0]]}, as in the other files"
    order, why = _likeliest(file, left)
    return ORDERS.index(order), (
        f"{file.path.name}: dates such as 03/04/2024 could be read either way; they were read as {IN_WORDS[order]}{why}. If that is wrong, write them as 2024-03-31"
    )


def _likeliest(file: CaseFile, left: Sequence[str]) -> tuple[str, str]:
    """Return the order in which fewest cases close before they open, else the one in which they lie close together, else day first."""
    backward: Counter[str] = Counter()
    opened: dict[str, list[np.ndarray]] = {order: [] for order in left}
    ends = [DATES.index(name) for name in ENDS]
    for cases in file.blocks():
        for order in left:
            days = cases["dates"][:, :, ORDERS.index(order)]
            backward[order] += int((np.floor(np.fmin.reduce(days[:, ends], axis=1)) < np.floor(days[:, 0])).sum())
            opened[order].append(np.unique(np.floor(days[np.isfinite(days[:, 0]), 0])))
    best = min(left, key=lambda order: backward[order])
    if max(backward[order] for order in left if order != best) > backward[best] + 0.02 * file.rows:
        return best, " (in any other order cases close before they open)"
    spans = {order: np.ptp(np.unique(np.concatenate(opened[order]))) for order in left if sum(map(len, opened[order]))}
    if "ymd" in spans and 2 * spans["ymd"] < min((span for order, span in spans.items() if order != "ymd"), default=0.0):
        return "ymd", ""
    return left[0], ""


def span_of(files: Sequence[CaseFile], orders: Sequence[int]) -> Span:
    """Return when the record begins and ends.

    Raises:
        InputError: no case has a date of opening, or they are in no century that a record is of.
    """
    seen = {name: Counter[float]() for name in DATES}
    for file, order in zip(files, orders, strict=True):
        for cases in file.blocks():
            for n, name in enumerate(DATES):
                days = cases["dates"][:, n, order]
                seen[name].update(dict(zip(*_counted(days[np.isfinite(days)]), strict=True)))
    if not seen["created"]:
        raise InputError(f"{files[0].path}: no case has an opening date")
    first, last = _openings(*_sorted(seen["created"]), np.array(sorted(seen["closed"] + seen["fixed"] + seen["updated"])))
    last = _borne_out(files, orders, first, last, [one for one in sorted(seen["created"]) if last < one < last + FAR])
    if not EARLIEST <= first <= LATEST:
        column = files[0].columns["created"]
        raise InputError(f"{files[0].path}: most cases would be opened in about {day(first)}; does '{column}' contain dates? ({advice().column('--records-column', 'created')})")  # fmt: skip
    return Span(first, last, _end(first, last, seen["created"].total(), seen["updated"], seen["closed"] + seen["fixed"]))


def _borne_out(files: Sequence[CaseFile], orders: Sequence[int], first: float, last: float, later: Sequence[float]) -> float:
    """Return the last of some openings beyond a gap near which a case of the bulk was closed or changed: two cases that agree are not a slip."""
    found = last
    ends = [DATES.index(name) for name in (*ENDS, "updated")]
    for file, order in zip(files, orders, strict=True) if later else ():
        for cases in file.blocks():
            opened, ended = cases["dates"][:, 0, order], np.fmin.reduce(cases["dates"][:, ends, order], axis=1)
            ended = ended[(opened >= first) & (opened < last + 1) & (ended > last)]
            found = max([found, *(one for one in later if len(ended) and np.abs(ended - one).min() <= 30.0)])
    return found


def _counted(days: np.ndarray) -> tuple[list[float], list[int]]:
    found, counts = np.unique(np.floor(days), return_counts=True)
    return found.tolist(), counts.tolist()


def _sorted(counts: Counter[float]) -> tuple[np.ndarray, np.ndarray]:
    days = np.array(sorted(counts))
    return days, np.array([counts[one] for one in days.tolist()])


def _openings(days: np.ndarray, counts: np.ndarray, closed: np.ndarray) -> tuple[float, float]:
    """Return the first and last opening that belong to the bulk: no wide gap, without any closing or change either, parts them from it."""
    total, before = counts.sum(), np.cumsum(counts)
    low, middle, high = (int(np.searchsorted(before, share * total)) for share in (0.05, 0.5, 0.95))
    usual = 30.0 * (days[min(high, len(days) - 1)] - days[low]) / max(0.9 * total, 1.0)
    few, gaps = max(1.0, FEW * total), np.diff(days)
    for n in np.flatnonzero(gaps > 90.0).tolist():
        between = closed[(closed > days[n]) & (closed < days[n + 1])]
        gaps[n] = np.diff(np.concatenate([[days[n]], between, [days[n + 1]]])).max()
    first, last = days[0], days[-1]
    for n in range(middle, len(gaps)):
        if gaps[n] >= FAR or (gaps[n] > max(90.0, usual) and total - before[n] <= few):
            last = days[n]
            break
    for n in range(middle - 1, -1, -1):
        if gaps[n] >= FAR or (gaps[n] > max(BEFORE, usual) and before[n] <= few):
            first = days[n + 1]
            break
    return float(first), float(last)


def _end(first: float, last: float, rows: int, updated: Counter[float], closed: Counter[float]) -> float:
    """Return the last day of the record: that of the last opening, of the last change, or of closings that follow without a wide gap.

    Where the changes of most cases are written down nothing is closed after the last of them. A single day that holds most of what was closed after the
    last opening stands for "not yet".
    """
    widest = max(90.0, (last - first) / 4.0)
    if 2 * sum(n for one, n in updated.items() if first <= one <= last) >= rows:
        return max(_last_in_row(last, [one for one in updated if one > last], widest), last) + 1.0
    later = {one: n for one, n in (closed + updated).items() if one > last + 1}
    if later:
        most = max(later, key=lambda one: later[one])
        if later[most] >= 10 and 2 * later[most] > sum(later.values()):
            later = {one: n for one, n in later.items() if one < most}
    return _last_in_row(last + 1.0, list(later), widest)


def _last_in_row(start: float, days: Sequence[float], widest: float) -> float:
    """Return the last day that can be reached from a day without a gap wider than `widest`."""
    for one in sorted(days):
        if one - start > widest:
            break
        start = max(start, one)
    return start
