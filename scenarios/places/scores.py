"""Deprivation scores that are not scores, or may not be: they are reported, never used as scores."""

from __future__ import annotations

import re

import numpy as np

from simulation.declared.parameters import InputError

from ..advice import advice
from ..own_data.tables.table_file import missing, normal
from .table import Table


def refuse_sentinels(table: Table, score: np.ndarray) -> None:
    """Raise for a score such as -999 far from all others: it means a missing score."""
    odd = np.isin(score, [s * float("9" * n) for s in (-1, 1) for n in (2, 3, 4, 5)])
    rest = score[~odd & ~np.isnan(score)]
    if not odd.any() or not len(rest):
        return
    width = max(np.ptp(rest), 1.0)
    far = odd & ((score < rest.min() - 3 * width) | (score > rest.max() + 3 * width))
    if far.any():
        row, column = int(far.argmax()), table.columns["deprivation"]
        raise InputError(
            f"{table.text.line(row)}: {column}: {score[row]:g} does not look like a score among {rest.min():g} to {rest.max():g}; leave the cell empty if the score is not known"
        )


def refuse_bare(table: Table, score: np.ndarray) -> None:
    """Raise for whole numbers under the bare name of an index, which may be deciles, quintiles or ranks, and run the other way."""
    column = table.columns["deprivation"]
    known = score[~np.isnan(score)]
    if "deprivation" in table.given or re.search(
        r"scor|rate|%|per ?cent|share|point|level|value|townsend|carstairs|income", column.lower()
    ):
        return
    if (known % 1 != 0).any() or known.min() < 1 or len(np.unique(known)) < 2 or 10 < known.max() <= 100:
        return
    likely = "rank" if known.max() > 100 else "quintile" if known.max() <= 5 else "decile"
    raise InputError(
        f"{table.text.path}: {column}: whole numbers {known.min():g} to {known.max():g} may be {likely}s or a score. Say which: "
        f"{advice().column(table.option, f'deprivation_{likely}', column)} if 1 is the most deprived, {advice().column(table.option, f'deprivation_{likely}_reversed', column)} if the highest "
        f"is, {advice().column(table.option, 'deprivation', column)} if it is a score, higher where more deprived"
    )


def take_nzdep(table: Table) -> None:
    """Take a column called NZDep with whole numbers from 1 to 10 for the deciles that it is published as, in place."""
    column = table.columns.get("deprivation", "")
    if (
        "deprivation_decile" in table.columns
        or "deprivation" in table.given
        or not re.fullmatch(r"nz ?dep ?(?:\d{2,4})?", normal(column))
    ):
        return
    cells = table.text.frame[column]
    if cells[~missing(cells)].str.fullmatch(r"[1-9]|10").all():
        table.columns["deprivation_decile"] = table.columns.pop("deprivation")
