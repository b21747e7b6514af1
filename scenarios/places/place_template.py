"""A place as a folder to edit: the place file, its tables, and targets for calibration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import yaml

from ..own_data.tables.table_file import as_csv
from .imputation import GROUP_COLUMNS, SETTLED, WORDS
from .place import WARD_COLUMNS, TablePlace
from .quality_file import as_fields
from .shipped import PLACE_FILE

_HEAD = """# {title}: what the place is made from. `groundswell run --place {folder}` runs it.
# Empty cells of the tables are imputed from deprivation; values that you fill in are used as they are.
"""


def place_files(
    place: TablePlace, folder: str, edges: pd.DataFrame | None = None, targets: pd.DataFrame | None = None
) -> dict[str, str]:
    """Return the files of a place by name; imputed marginals are left empty, so that each replicate redraws them.

    Args:
        folder: its name, for the comment.
        edges: ties to be used as they are, columns `a, b, kind`.
        targets: rows of a ledger, for `calibrate`.
    """
    notes = list(place.notes)
    areas, profile = place.areas.copy(), (place.ward_table if place.area_profile is None else place.area_profile).copy()
    for one in place.imputed:
        if (
            not one.place_sd.any() and not one.council
        ):  # counted for the place: at their central values, or the place's share would be lost
            notes.append(f"By ward, {WORDS[one.group]} is an estimate: {one.source}.")
            continue
        for column in GROUP_COLUMNS[one.group]:
            known = one.given if column == SETTLED.get(one.group) != "owned" and one.given is not None else np.nan
            profile[column] = np.where(one.wards, known, profile[column])
        if one.group == "tenure" and one.given is not None:
            profile["rented"] = one.given
    if place.homes is not None:
        profile["households"] = place.homes
    shares = profile[[c for c in (*WARD_COLUMNS, "rented", "households") if c in profile]].round(7)
    spec: dict[str, object] = {"name": place.name, "title": place.title, "small_areas": "small_areas.csv"}
    files = {}
    if place.area_profile is None:
        spec["wards"] = "wards.csv"
        files["wards.csv"] = as_csv(shares)
    else:
        areas = pd.concat([areas, shares.drop(columns="ward", errors="ignore")], axis=1)
    areas["population"] = areas["population"].round(3)
    files["small_areas.csv"] = as_csv(areas)
    spec |= {
        "deprivation_index": place.deprivation_index, "attribution": place.attribution, "notes": notes, "known": dict(place.known),
    }  # fmt: skip
    spec |= {"region": place.region} if place.region else {}
    spec |= {name: getattr(place, name) for name in ("councils", "sampled") if getattr(place, name) not in (0, 1)}
    spec |= _own(place) | as_fields(place.quality) | ({"drawn_as": place.drawn_as} if place.drawn_as else {})
    if edges is not None:
        spec["ties"] = "ties.csv"
        files["ties.csv"] = as_csv(edges)
    if targets is not None and len(targets):
        spec["targets"] = "targets.csv"
        files["targets.csv"] = as_csv(targets)
    text = yaml.safe_dump(spec, sort_keys=False, allow_unicode=True, width=110)
    return {PLACE_FILE: _HEAD.format(title=place.title, folder=folder) + text} | files


def _own(place: TablePlace) -> dict[str, object]:
    """Return what a place has of its own institutions and people."""
    found: dict[str, object] = {}
    if place.parameters:
        found["parameters"] = {k: float(v) for k, v in sorted(place.parameters.items())}
    if place.ranges:
        found["ranges"] = {k: [float(low), float(high)] for k, (low, high) in sorted(place.ranges.items())}
    if place.segments is not None:
        found["segments"] = [_plain({k: v for k, v in vars(s).items() if k not in ("status", "source")}) for s in place.segments]
    if place.services is not None:
        kept = ("name", "stands_for", "need_rate", "deprivation_gradient", "tenure", "response_months")
        found["services"] = [_plain({k: getattr(s, k) for k in kept}) for s in place.services]
    if place.institutions is not None:
        found["institutions"] = [_plain(vars(i)) for i in place.institutions]
    return found


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {
        k: list(v) if isinstance(v, tuple) else dict(v) if isinstance(v, Mapping) else v for k, v in values.items() if v is not None
    }
