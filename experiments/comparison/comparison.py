"""A comparison: effects and ranking, and the files that they are written to."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.own_data.tables.table_file import escape_formulas
from simulation.measures.measure import SHOWN_FIRST

from .document import document
from .effects import Effects
from .ranking import ranking


class Comparison(Effects):
    """Results of scenarios compared with a base, as tables, documents and files."""

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """One row per scenario, the highest effect on participation first; see `experiments.comparison.ranking`."""
        return ranking(self)

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract; what is undefined is None."""
        return document(self)

    def _repr_html_(self) -> str:
        shown = self.effects[self.effects["measure"].isin(SHOWN_FIRST)]
        return shown.to_html(index=False, float_format=lambda x: f"{x:.4f}")

    def to_csv(self, path: str | Path) -> None:
        """Write the effects as CSV."""
        escape_formulas(self.effects).to_csv(path, index=False)

    def to_parquet(self, path: str | Path) -> None:
        """Write the effects as Parquet."""
        self.effects.to_parquet(path, index=False)

    def to_excel(self, path: str | Path) -> None:
        """Write effects, effects by month and by group, and provenance as sheets of one workbook."""
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            escape_formulas(self.effects).to_excel(book, sheet_name="effects", index=False)
            escape_formulas(self.months_table).to_excel(book, sheet_name="which month", index=False)
            escape_formulas(self.effects_by).to_excel(book, sheet_name="by group", index=False)
            origin = [(key, json.dumps(value)) for key, value in self.provenance.items()]
            escape_formulas(pd.DataFrame(origin, columns=["field", "value"])).to_excel(book, sheet_name="provenance", index=False)

    def to_html(self, path: str | Path) -> None:
        """Write the self-contained report."""
        from ..reports.report import render

        Path(path).write_text(render(self), encoding="utf-8")
