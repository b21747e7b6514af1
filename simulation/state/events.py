"""Events: the optional record of what happened to whom, one row each. Recording changes nothing that it records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kernels.kernel import njit

if TYPE_CHECKING:
    import pandas as pd

EVENTS = ("need", "contact", "chase", "resolved", "unresolved", "abandoned", "told", "asked", "took_part",
          "input_answered", "input_ignored", "heard", "moved_in", "moved_out")  # fmt: skip
(NEED, CONTACT, CHASE, RESOLVED, UNRESOLVED, ABANDONED, TOLD, ASKED, TOOK_PART, INPUT_ANSWERED, INPUT_IGNORED, HEARD,
 MOVED_IN, MOVED_OUT) = range(len(EVENTS))  # fmt: skip
# Channels of an ask, from the weakest to the strongest; 0 is not an ask.
CHANNELS = ("none", "post", "web", "bureau", "stranger", "front line", "group", "personal")
NO_ASK, POST, WEB, BUREAU, STRANGER, FRONT_LINE, GROUP, PERSONAL = range(len(CHANNELS))
FIELDS = ("event", "person_id", "institution", "case", "form", "channel", "partner", "outcome", "valence")
VALENCE_SCALE = 1_000_000
NONE = -1


@njit(cache=True)
def record(log, count, event, person, institution, case, form, channel, partner, outcome, valence):
    """Append one event; `count[0]` is the number of events even if the log is too short."""
    at = count[0]
    count[0] = at + 1
    if at < log.shape[0]:
        row = log[at]
        row[0] = event
        row[1] = person
        row[2] = institution
        row[3] = case
        row[4] = form
        row[5] = channel
        row[6] = partner
        row[7] = outcome
        row[8] = np.int64(np.rint(valence * VALENCE_SCALE))


class EventLog:
    """A buffer that the kernels write to, emptied after each step.

    Args:
        capacity: most events that one step may write; 0 records nothing.
    """

    def __init__(self, capacity: int = 0) -> None:
        self.buffer = np.empty((capacity, len(FIELDS)), dtype=np.int64)
        self.count = np.zeros(1, dtype=np.int64)
        self._parts: list[tuple[int, np.ndarray]] = []

    @property
    def on(self) -> bool:
        """True if events are recorded."""
        return len(self.buffer) > 0

    def flush(self, month: int) -> None:
        """Take over what a step has written."""
        written = int(self.count[0])
        if self.on and written:
            if written > len(self.buffer):
                raise RuntimeError(f"{written} events in one step of month {month} overflow a log of {len(self.buffer)}")
            self._parts.append((month, self.buffer[:written].copy()))
        self.count[0] = 0

    def take(self, institutions: tuple[str, ...], forms: tuple[str, ...]) -> pd.DataFrame:
        """Return and forget the recorded events as a table in the order of month, person and event."""
        import pandas as pd

        rows = np.concatenate([p for _, p in self._parts]) if self._parts else np.empty((0, len(FIELDS)), np.int64)
        months = np.concatenate([np.full(len(p), m, np.int32) for m, p in self._parts]) if self._parts else np.empty(0)
        self._parts.clear()
        order = np.lexsort((*(rows[:, c] for c in range(8, 1, -1)), rows[:, 0], rows[:, 1], months))
        rows, months = rows[order], months[order]

        def names(codes: np.ndarray, of: tuple[str, ...]) -> pd.Categorical:
            return pd.Categorical.from_codes(codes.astype(np.int64), list(of))

        def number(codes: np.ndarray) -> pd.Series:
            return pd.Series(codes).where(codes != NONE).astype("Int64")

        return pd.DataFrame(
            {
                "month": months.astype(np.int32),
                "person_id": rows[:, 1],
                "event": names(rows[:, 0], EVENTS),
                "institution": names(rows[:, 2], institutions),
                "case": number(rows[:, 3]),
                "form": names(rows[:, 4], forms),
                "channel": names(np.where(rows[:, 5] == NO_ASK, NONE, rows[:, 5]), CHANNELS),
                "partner": number(rows[:, 6]),
                "outcome": number(rows[:, 7]),
                "valence": rows[:, 8] / VALENCE_SCALE,
            }
        )
