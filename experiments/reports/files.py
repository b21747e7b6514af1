"""What a comparison leaves in its folder."""

from __future__ import annotations

import json
from pathlib import Path

from ..comparison.compare import Comparison
from ..output import write_table, write_text
from .report import render


def write_comparison(result: Comparison, out: Path, series: Path | None = None) -> list[Path]:
    """Write report.html, effects.csv, months.csv, effects_by_group.csv, ranking.csv and compare.json into a folder, and the series where asked for.

    Raises:
        OutputError: a file could not be written; nothing is left under its name.
    """
    names = ("report.html", "effects.csv", "effects_by_group.csv", "compare.json", "ranking.csv", "months.csv")
    paths = [out / name for name in names]
    write_text(paths[0], render(result))
    write_table(result.effects, paths[1])
    write_table(result.effects_by, paths[2])
    write_text(paths[3], json.dumps(result.to_json(), indent=1, allow_nan=False))
    ranks = result.ranking
    if "not_told_from" in ranks:
        ranks = ranks.assign(not_told_from=ranks["not_told_from"].map("; ".join))
    write_table(ranks, paths[4])
    write_table(result.months_table, paths[5])
    if series is not None:
        write_table(result.series_table, series)
        paths.append(series)
    return paths
