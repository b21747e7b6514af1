"""Dates as people write them: day or month first, with times and zones, names of months, spreadsheet numbers and computer timestamps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ..tables.table_file import missing

DAY = 86_400.0
ORDERS = ("dmy", "mdy", "ymd")
IN_WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
ALLOWED = "2024-03-31, 31/03/2024, 31 Mar 2024, 2024-03-31T14:05:00Z"
ZONES = {"bst": 1, "cet": 1, "cest": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_CLOCK = (
    r"(?:(?:[ ,]+(?:at |um |a las |a |kl )?|t ?)(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?:[:.](?P<second>\d{2})(?:[.,:]\d+)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?)?(?: ?(?P<zone>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt|" + "|".join(ZONES) + r"))?(?: ?\(.*\)| uhr| hrs?)?)?"
)  # fmt: skip
_WEEKDAY = r"(?:[a-z]{2,10}\.?,? )?"
_PATTERNS = tuple(map(re.compile, (
    r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})" + _CLOCK,
    r"(?P<one>\d{1,2})(?P<mark>[/.\- ])(?P<two>\d{1,2})(?P=mark)(?P<three>\d{4}|\d{2})" + _CLOCK,
    _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?:[ \-/]| de | of )*(?P<name>[a-z]{3,12})\.?(?:[ \-/,]| de | del )*(?P<year>\d{4}|\d{2})" + _CLOCK,
    _WEEKDAY + r"(?P<name>[a-z]{3,12})\.?[ \-/]?(?P<day>\d{1,2})(?:st|nd|rd|th)?[ ,\-/]+(?P<year>\d{4})" + _CLOCK,
    r"(?P<year>\d{4})[ \-/](?P<name>[a-z]{3,12})\.?[ \-/](?P<day>\d{1,2})" + _CLOCK,
    r"[a-z]{3} (?P<name>[a-z]{3}) (?P<day>\d{1,2}) (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?P<half>)(?: (?P<zone>[a-z]{3}))? (?P<year>\d{4})",
    r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?:t?(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?:\.\d+)?(?P<half>)(?P<zone>z)?)?",
)))  # fmt: skip
_MONTHS = (
    "january janvier enero januar gennaio janeiro", "february fevrier febrero februar febbraio fevereiro", "march mars marzo marz maerz marco", "april avril abril aprile",
    "may mai mayo maggio maio", "june juin junio juni giugno junho", "july juillet julio juli luglio julho", "august aout agosto", "september septembre septiembre setiembre settembre setembro",
    "october octobre octubre oktober ottobre outubro", "november novembre noviembre novembro", "december decembre diciembre dezember dicembre dezembro",
)  # fmt: skip
_NUMBER = r"-?\d+(?:\.\d+)?"
_NO_DATE = r"0{1,4}[-/.]0{1,2}[-/.]0{1,4}.*|0+(?:\.0+)?|not set|never|unknown|tbc|tba|(?:not|no) (?:yet )?(?:closed|completed|known|applicable|date)"
FIRST_SERIAL, LAST_SERIAL, SERIAL_OF_1970 = 20_000, 2_958_466, 25_569  # of a spreadsheet: 1954 to 9999


@dataclass
class DateReader:
    """Reads the dates of a file, in every order of day, month and year that they could have; the order is decided over all of them.

    Attributes:
        against: by order, the first cell that rules it out: column, line, text.
        unclear: cells that could be read in more than one order.
    """

    against: dict[str, tuple[str, object, str]] = field(default_factory=dict)
    unclear: int = 0

    def read(self, cells: pd.Series, path: object, name: str) -> np.ndarray:
        """Return days since 1970 in each of `ORDERS`, float64 (rows, 3); nan where a cell is empty, or is not a date in that order.

        Raises:
            InputError: what is not a date in any order.
        """
        codes, texts = pd.factorize(cells)
        days, empty = _days([str(text) for text in texts]), no_date(pd.Series(texts, dtype=str))
        days[empty] = np.nan
        bad = np.isnan(days).all(axis=1) & ~empty
        if bad[codes].any():
            row = int(bad[codes].argmax())
            raise InputError(f"{path}: line {cells.index[row]}: {name}: {cells.iloc[row]!r} is not a date; allowed: {ALLOWED}")
        found = days[codes]
        for n, order in enumerate(ORDERS):
            out = np.isnan(found[:, n]) & ~np.isnan(found).all(axis=1)
            if out.any() and order not in self.against:
                row = int(out.argmax())
                self.against[order] = name, cells.index[row], str(cells.iloc[row])
        two_ways = np.isfinite(days).sum(axis=1) > 1
        two_ways[two_ways] = np.ptp(np.nan_to_num(days[two_ways], nan=0.0), axis=1) > 0
        self.unclear += int(two_ways[codes].sum())
        return found

    def possible(self, path: object) -> list[str]:
        """Return the orders that all dates so far allow.

        Raises:
            InputError: there is none.
        """
        left = [order for order in ORDERS if order not in self.against]
        if not left:
            (one, first, text), (two, second, other) = (self.against[order] for order in ("mdy", "dmy"))
            raise InputError(
                f"{path}: line {second}: day and month are in a different order from line {first} ({two}: '{other}', but {one}: '{text}'); "
                "allowed: one order throughout a file (write dates as 2024-03-31)"
            )
        return left


def no_date(cells: pd.Series) -> np.ndarray:
    """Return which cells say that there is no date, bool (rows,): empty words, zeros, `not yet closed`."""
    text = cells.str.strip().str.lower()
    return (missing(cells) | text.str.fullmatch(_NO_DATE)).to_numpy(bool)


def looks_dated(cells: pd.Series) -> bool:
    """Return True unless nearly nothing in a column could be a date."""
    given = cells[~no_date(cells)].head(1000)
    return len(given) == 0 or bool(given.str.contains(r"\d\D*\d\D*\d").mean() > 0.1)


def _days(texts: Sequence[str]) -> np.ndarray:
    """Return days since 1970 of distinct texts in each order, float64 (texts, 3)."""
    out = np.full((len(texts), len(ORDERS)), np.nan)
    text = [_folded(one) for one in texts]
    iso = [row for row, one in enumerate(text) if one[4:5] == "-" == one[7:8]]
    if iso:  # by far the most frequent, and read a hundred times as fast
        stamps = pd.to_datetime([text[row].upper() for row in iso], format="ISO8601", errors="coerce", utc=True).tz_localize(None)
        millis = stamps.to_numpy().astype("datetime64[ms]")
        out[iso] = np.where(np.isnat(millis), np.nan, millis.astype(np.int64) / (1000.0 * DAY))[:, None]
    left = np.flatnonzero(np.isnan(out[:, 0])).tolist()
    for pattern in _PATTERNS:
        found = [(row, hit) for row in left if (hit := pattern.fullmatch(text[row]))]
        if found:
            rows = [row for row, _ in found]
            out[rows] = _of_parts(pattern, [hit.groups() for _, hit in found])
            done = set(rows)
            left = [row for row in left if row not in done]
    numeric = [row for row in left if re.fullmatch(_NUMBER, text[row])]
    out[numeric] = _of_numbers(np.array([float(text[row]) for row in numeric]))[:, None]
    return out


def _folded(text: str) -> str:
    """Return a text without accents, capitals and double blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = " ".join(text.lower().split()).removeprefix("'")
    return text[6:-2] if text.startswith("/date(") else text


def _of_numbers(x: np.ndarray) -> np.ndarray:
    """Return days since 1970 of numbers: days of a spreadsheet, or seconds, milli-, micro- or nanoseconds since 1970."""
    size = np.abs(x)
    out = np.where((x >= FIRST_SERIAL) & (x < LAST_SERIAL), x - SERIAL_OF_1970, np.nan)
    for low, high, unit in ((1e8, 2.6e11, 1.0), (2.6e11, 2.6e14, 1e3), (2.6e14, 2.6e17, 1e6), (2.6e17, 1e20, 1e9)):
        out = np.where((size >= low) & (size < high), x / (DAY * unit), out)
    return out


def _of_parts(pattern: re.Pattern, groups: Sequence[tuple[str | None, ...]]) -> np.ndarray:
    """Return days since 1970 in each order, float64 (rows, 3), of texts taken apart."""
    columns = list(zip(*groups, strict=True))
    parts = {name: columns[at - 1] for name, at in pattern.groupindex.items()}
    clock = _clock(parts)
    if "one" in parts:
        one, two, three = (_number(parts[name]) for name in ("one", "two", "three"))
        short = np.array([len(year or "") == 2 for year in parts["three"]])
        year = np.where(short, _century(three), three)
        first = np.where(short, _century(one), np.nan)  # 24/03/31: a year of two digits in front
        readings = [(year, two, one), (year, one, two), (first, two, three)]
    else:
        year = _number(parts["year"])
        year = np.where([len(text or "") == 2 for text in parts["year"]], _century(year), year)
        month = np.array([_month(name or "") for name in parts["name"]]) if "name" in parts else _number(parts["month"])
        readings = [(year, month, _number(parts["day"]))] * 3
    return np.column_stack([_calendar(*reading) for reading in readings]) + clock[:, None]


def _number(cells: Sequence[str | None]) -> np.ndarray:
    return np.array([float(cell) if cell else 0.0 for cell in cells])


def _century(year: np.ndarray) -> np.ndarray:
    return np.where(year < 70, year + 2000, year + 1900)


@cache
def _month(name: str) -> float:
    return next((n for n, names in enumerate(_MONTHS, 1) if any(full.startswith(name) for full in names.split())), np.nan)


def _calendar(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return days since 1970, nan for what the calendar has not."""
    good = np.isfinite(year) & np.isfinite(month) & np.isfinite(day) & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype(np.int64).astype("datetime64[M]")
    start = months.astype("datetime64[D]").astype(np.int64)
    good &= day <= (months + 1).astype("datetime64[D]").astype(np.int64) - start
    return np.where(good, start + day - 1, np.nan)


def _clock(parts: Mapping[str, Sequence[str | None]]) -> np.ndarray:
    """Return the time of day as a share of a day, at Greenwich; nan for what the clock has not. 24:00 is the next midnight."""
    hour, minute, second = (_number(parts[name]) for name in ("hour", "minute", "second"))
    half = np.array([text or "" for text in parts["half"]])
    bad = (minute > 59) | (second > 60) | (hour > 24) | ((hour == 24) & (minute + second > 0))
    hour = np.where((half == "p") & (hour < 12), hour + 12, np.where((half == "a") & (hour == 12), 0, hour))
    ahead = np.array([_ahead(zone) if zone else 0.0 for zone in parts["zone"]])
    return np.where(bad, np.nan, (hour * 3600 + minute * 60 + second) / DAY - ahead / 24.0)


@cache
def _ahead(zone: str) -> float:
    """Return how many hours a zone is ahead of Greenwich."""
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if found:
        return (1 if found[1] == "+" else -1) * (int(found[2]) + int(found[3] or 0) / 60)
    return float(ZONES.get(zone, 0))
