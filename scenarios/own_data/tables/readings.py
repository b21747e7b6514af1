"""What each column of a table was read as, with counts, so that no value is misread without notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .privacy import SMALL_COUNT

EXAMPLES = 6  # values named of each kind


@dataclass(frozen=True)
class Reading:
    """What one column of a table was read as.

    Attributes:
        table: `small_areas`, `wards`, `survey`, `records` or `ties`.
        name: the field that the column holds, as in `--column FIELD=COLUMN`; empty for a column that was not used.
        column: its name in the file; empty for what was worked out from others.
        description: what that is, in plain words, with its unit or base.
        counts: number of rows by what they were taken for (`yes`, `no`, `missing`; `open`, `closed`, `fixed`; `given`, ...).
        values: for words that were sorted, which were taken so, by the same keys; the most frequent first. Those that few rows give are left out.
        few: by the same keys, how many values were left out.
        least: rows that a value needs to be named.
    """

    table: str
    name: str
    column: str
    description: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    few: Mapping[str, int] = field(default_factory=dict)
    least: int = SMALL_COUNT

    def words(self) -> str:
        """Return the counts in words: `40 yes (A great deal, A fair amount), 40 no (Not at all), 60 missing (Refused)`."""
        return "; ".join(
            f"{count:,} {kind}{_listed(self.values.get(kind, ()), other_values(self.few.get(kind, 0), self.least))}"
            for kind, count in self.counts.items()
        )

    def to_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {
            "table": self.table, "field": self.name, "column": self.column, "description": self.description,
            "counts": {kind: int(count) for kind, count in self.counts.items()}, "values": {kind: list(v) for kind, v in self.values.items()},
            "other_values": dict(self.few),
        }  # fmt: skip


def other_values(number: int, least: int, what: str = "value") -> str:
    """Return how many values are not named, as fewer rows than `least` give each; nothing for none."""
    return f"{number:,} other {what}{'' if number == 1 else 's'}, fewer than {least} rows each" if number else ""


def _listed(values: Iterable[str], others: str) -> str:
    shown = [value if value.strip() else "empty" for value in values]
    more = f" and {len(shown) - EXAMPLES} more" if len(shown) > EXAMPLES else ""
    parts = [part for part in (", ".join(shown[:EXAMPLES]) + more, others) if part]
    return f" ({'; '.join(parts)})" if parts else ""
