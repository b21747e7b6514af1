"""What each column of a table was read as, with counts, so that nothing is taken for something else without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
        values: for words that were sorted, which were taken so, by the same keys; the most frequent first.
    """

    table: str
    name: str
    column: str
    description: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def words(self) -> str:
        """Return the counts in words: `40 yes (A great deal, A fair amount), 40 no (Not at all), 60 missing (Refused)`."""
        return "; ".join(f"{count:,} {kind}{_listed(self.values.get(kind, ()))}" for kind, count in self.counts.items())

    def to_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {
            "table": self.table, "field": self.name, "column": self.column, "description": self.description,
            "counts": {kind: int(count) for kind, count in self.counts.items()}, "values": {kind: list(v) for kind, v in self.values.items()},
        }  # fmt: skip


def _listed(values: Iterable[str]) -> str:
    shown = [value if value.strip() else "empty" for value in values]
    if not shown:
        return ""
    more = f" and {len(shown) - EXAMPLES} more" if len(shown) > EXAMPLES else ""
    return f" ({', '.join(shown[:EXAMPLES])}{more})"
