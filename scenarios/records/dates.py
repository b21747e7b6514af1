"""Dates as people write them: ISO, day or month first, with times and zones; what cannot be told is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.parameters import InputError

_ISO = r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?"
_YEAR_FIRST = r"(\d{4})/(\d{1,2})/(\d{1,2})(?:[ T]+(.*))?"
_SLASHED = r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ ,T]+(.*))?"
DAY = 86_400.0


@dataclass
class DateReader:
    """Reads the dates of a file, of one order of day and month throughout.

    Attributes:
        order: `dmy`, `mdy`, or '' while nothing has told.
        seen: where the order was told, for messages.
        guessed: True if dates were read that could be either, as day first.
    """

    order: str = ""
    seen: str = ""
    guessed: bool = False

    def days(self, cells: pd.Series, path: object, field_name: str) -> np.ndarray:
        """Return days since 1970 as float64, nan where a cell is empty.

        Raises:
            InputError: what is no date, or day and month in another order than before.
        """
        out = np.full(len(cells), np.nan)
        text = cells.str.strip()
        left = (text != "").to_numpy(copy=True)
        iso = text.str.fullmatch(_ISO).to_numpy() & left
        if iso.any():
            out[iso] = _seconds(pd.to_datetime(text[iso], format="ISO8601", errors="coerce", utc=True))
            left &= ~iso
        for pattern, parts in ((_YEAR_FIRST, ("year", "month", "day")), (_SLASHED, None)):
            if not left.any():
                break
            found = text[left].str.extract(f"^{pattern}$")
            hit = found[0].notna().to_numpy()
            if hit.any():
                rows = np.flatnonzero(left)[hit]
                out[rows] = self._parts(found[hit], parts, path, cells.index[rows])
                left[rows] = False
        if left.any():  # 12 Mar 2020, March 12 2020 3:00 PM
            out[left] = _seconds(pd.to_datetime(text[left], format="mixed", errors="coerce", utc=True))
        bad = np.isnan(out) & (text != "").to_numpy()
        if bad.any():
            row = int(bad.argmax())
            raise InputError(
                f"{path}: line {cells.index[row]}: {field_name}: {cells.iloc[row]!r} is no date; allowed: 2024-03-31, 31/03/2024, 2024-03-31T14:05:00Z"
            )
        return out

    def _parts(self, found: pd.DataFrame, parts: tuple[str, str, str] | None, path: object, lines: pd.Index) -> np.ndarray:
        one, two, three = (pd.to_numeric(found[n]).to_numpy() for n in range(3))
        if parts is None:
            self._learn(one, two, path, lines)
            day, month = (two, one) if self.order == "mdy" else (one, two)
            year = np.where(three < 100, three + 2000, three)
        else:
            year, month, day = one, two, three
        dates = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}), errors="coerce").to_numpy()
        time = found[3].fillna("").str.strip().to_numpy()
        clock = pd.to_datetime(
            pd.Series("2000-01-01 " + pd.Series(np.where(time == "", "00:00", time))), format="mixed", errors="coerce", utc=True
        )
        return _seconds(pd.Series(dates).dt.tz_localize("UTC")) + (_seconds(clock) - 10957.0)

    def _learn(self, one: np.ndarray, two: np.ndarray, path: object, lines: pd.Index) -> None:
        for order, over in (("dmy", one > 12), ("mdy", two > 12)):
            if not over.any():
                continue
            where = f"line {lines[int(over.argmax())]}"
            if self.order and self.order != order:
                raise InputError(f"{path}: {where}: day and month stand in another order than in {self.seen}; allowed: one order throughout (write dates as 2024-03-31)")  # fmt: skip
            self.order, self.seen, self.guessed = order, self.seen or where, False
        if not self.order:
            self.guessed = True


def _seconds(dates: pd.Series) -> np.ndarray:
    """Return days since 1970 of timestamps with a zone; nan where there is none."""
    naive = pd.Series(dates).dt.tz_localize(None).to_numpy(dtype="datetime64[ms]")
    return np.where(np.isnat(naive), np.nan, naive.astype("int64") / 1000.0 / DAY)
