"""What commands write to a folder: tables and documents always, pages if the libraries for them are installed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from scenarios.places.place_template import place_files
from simulation.declared.parameters import InputError

from ..comparison.comparison import Comparison
from ..evidence.placement import Placed
from ..extras import advice, libraries, missing
from ..output import write_table, write_text
from .across_places import AcrossPlaces

PAGES_NEED = ("jinja2", "matplotlib")


def without_pages() -> str:
    """Return the message if no pages are written because a library is not installed; empty if all are."""
    lacking = missing(*PAGES_NEED)
    return (
        f"no page is written: {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed; {advice(libraries()[lacking[0]])}"
        if lacking
        else ""
    )


def write_comparison(result: Comparison, out: Path, series: Path | None = None) -> list[Path]:
    """Write report.html, effects.csv, months.csv, effects_by_group.csv, ranking.csv and compare.json into a folder, and the series where asked for.

    Raises:
        OutputError: a file could not be written; nothing is left under its name.
    """
    names = ("report.html", "effects.csv", "effects_by_group.csv", "compare.json", "ranking.csv", "months.csv")
    page, *paths = [out / name for name in names]
    if not missing(*PAGES_NEED):
        from .report import render

        write_text(page, render(result))
        paths.insert(0, page)
    write_table(result.effects, out / "effects.csv")
    write_table(result.effects_by, out / "effects_by_group.csv")
    write_text(out / "compare.json", json.dumps(result.to_json(), indent=1, allow_nan=False))
    ranks = result.ranking
    if "not_told_from" in ranks:
        ranks = ranks.assign(not_told_from=ranks["not_told_from"].map("; ".join))
    write_table(ranks, out / "ranking.csv")
    write_table(result.months_table, out / "months.csv")
    if series is not None:
        write_table(result.series_table, series)
        paths.append(series)
    return paths


def write_places(across: AcrossPlaces, out: Path) -> list[Path]:
    """Write places.csv and places.html into a folder.

    Raises:
        OutputError: a file could not be written; nothing is left under its name.
    """
    write_table(across.table, out / "places.csv")
    if missing(*PAGES_NEED):
        return [out / "places.csv"]
    from .across_places_page import render_places

    write_text(out / "places.html", render_places(across))
    return [out / "places.html", out / "places.csv"]


def write_placed(placed: Placed, out: Path) -> list[Path]:
    """Write a place as a folder to edit and run, with its page; return the files."""
    targets = placed.survey.targets() if placed.survey else None
    files = place_files(placed.place, str(out), placed.edges, targets)
    if not missing(*PAGES_NEED):
        from .place_page import render_place

        files["place.html"] = render_place(placed)
    for name in files:
        if os.path.lexists(out / name):
            raise InputError(f"{out / name}: already exists and would be lost; take another --out, or remove it")
    for name, text in files.items():
        write_text(out / name, text)
    return [out / name for name in files]
