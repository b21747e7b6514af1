"""The weights of a survey's answers: who has none is left out and told, and no code is taken for a weight."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from ..tables.columns import Field
from ..tables.no_answers import is_code, number_of
from ..tables.privacy import SMALL_COUNT
from ..tables.readings import Reading
from ..tables.table_file import TextTable, missing, normal, numbers
from .answers import LISTED, Column, Said, namable, without

_WHOSE = (
    "survey|final|respondents?|persons?|people|individual|ind|adults?|population|pop|design|sampl(?:e|ing)|rim|rak(?:ed|ing)|post ?strat\\w*|calibrat\\w*|"
    "analysis|grossing|non ?response|combined|overall|total|main|cross ?sectional|interview"
)
WEIGHTS = (
    rf"(?:(?:{_WHOSE}) )*(?:weights?|weighting|wts?|wgts?|wghts?)(?: (?:{_WHOSE}|factors?|var(?:iable)?|values?|all|to|\d+))*|"
    r"(?:final|fin|rim|ind|survey|sample|person|psp|post|pop|an|d|p)?(?:weight|wght|wgt|wt)(?:ing)?(?:final|fin|factor|fac|fctr|var|\d+)?"
)  # names of columns
_MAY_WEIGH = re.compile(r".*(?:weight|wght|wgt|\bwtg?|wtg?\b|\bw8).*|ponder\w*|poids|gewicht\w*|peso")
_BARE = re.compile(r"(?:weights?|wts?|wgts?|wghts?)(?: \d+)?")  # a name that says weight and not of what
NEAR_ONE = (0.5, 2.0)  # the mean of weights that add up to about the number of answers
GROSSING = 250  # the mean from which weights add up to a population, and are nobody's kilograms or pounds
FAR = 10  # times the largest other weight: so far off, a number such as 99 or 999 is hardly a weight


def read_weights(table: TextTable, one: Field, column: str, said: Said, confirmed: bool = False) -> Column:
    """Return the weight of each row, nan where it has none or 0 and is left out.

    Args:
        confirmed: whether somebody says that the column holds weights of answers.

    Raises:
        InputError: a weight that is not a number from 0, that may be a missing code, or whose comma may mean two things; none at all; or numbers that may be
            kilograms.
    """
    given = table.frame[column]
    cells = given.mask(given.isin(without(table, one, column, said)), "")
    _refuse_negative(table, column, cells)
    cells = _with_points(table, column, cells)
    weight = numbers(TextTable(table.path, cells.to_frame(column), table.notes), column, one.name).to_numpy(float, copy=True)
    if said.missing is None:
        _refuse_code(table, column, weight)
    lacking, zero = np.isnan(weight), weight == 0.0
    if not np.nansum(weight) > 0:
        why = "no answer has one" if lacking.all() else "the weights add up to 0"
        raise InputError(f"{table.path}: {column} (weight): {why}")
    weight[zero] = np.nan
    if not confirmed:
        _refuse_other_weights(table, column, weight[~np.isnan(weight)])
    counts = {"given": int((~lacking & ~zero).sum()), "missing": int(lacking.sum()), "zero": int(zero.sum())}
    notes = [
        f"{column} (weight): {counts[kind]:,} of {len(weight):,} answers have {words} and were left out"
        for kind, words in (("missing", "no weight"), ("zero", "weight 0"))
        if counts[kind]
    ]
    times = given[lacking].value_counts()
    gone = tuple(cell for cell in times.index if namable(cell, times, SMALL_COUNT))
    held = weight[~np.isnan(weight)]
    notes.append(f"answers were weighted by '{column}', whose mean is {held.mean():,.2f} and whose sum is {held.sum():,.0f}")
    return Column(
        weight,
        Reading(
            "survey",
            one.name,
            column,
            one.description,
            counts,
            {"missing": gone[:LISTED]},
            {"missing": len(times) - len(gone)} if len(times) > len(gone) else {},
        ),
        notes,
    )


def unheard_weights(table: TextTable, unused: Sequence[str]) -> list[str]:
    """Return what is said of columns that may hold weights by their names and numbers, and are not used."""
    found = []
    for column in unused:
        if column not in table.frame or not _MAY_WEIGH.fullmatch(normal(column)):
            continue
        cells = table.frame[column]
        given = pd.to_numeric(cells[~missing(cells)].str.replace(",", ".", regex=False), errors="coerce")
        if len(given) and given.notna().all() and (given >= 0).all() and given.nunique() > 1:
            found.append(
                f"'{column}' may contain weights and was not used: all answers count equally; {advice().column('--survey-column', 'weight', column)} uses it"
            )
    return found


def _refuse_other_weights(table: TextTable, column: str, weight: np.ndarray) -> None:
    """Ask of numbers under the bare name of weight that add up to neither the answers, nor 1, nor 100, nor a population: they may be kilograms."""
    mean, total = float(weight.mean()), float(weight.sum())
    whole = np.isclose(total, (1.0, 100.0), rtol=0.02).any()
    if not _BARE.fullmatch(normal(column)) or NEAR_ONE[0] <= mean <= NEAR_ONE[1] or mean >= GROSSING or whole:
        return
    low, high = np.quantile(weight, (0.05, 0.95))
    body = ", or the weight of people in kilograms or pounds" if 30 <= mean <= GROSSING else ""
    raise InputError(
        f"{table.path}: {column}: most numbers lie between {low:.3g} and {high:.3g} and their mean is {mean:.3g}; weights of answers have a mean of about 1 or add up to the "
        f"population, so these may be something else{body}. If they are weights of answers, call the column Survey weight ({advice().column('--survey-column', 'weight', column)}); if not, remove the column "
        "or rename it, such as 'Body weight (kg)'"
    )


def _refuse_negative(table: TextTable, column: str, cells: pd.Series) -> None:
    below = cells.map(lambda cell: (number_of(cell) or 0.0) < 0).to_numpy(bool)
    if below.any():
        row = int(below.argmax())
        raise InputError(
            f"{table.line(row)}: {column} (weight): {cells.iloc[row]!r}; allowed: numbers from "
            f"0; if it means that there is no weight: {advice().no_answers('weight', [cells.iloc[row]])}"
        )


def _refuse_code(table: TextTable, column: str, weight: np.ndarray) -> None:
    values = set(weight[~np.isnan(weight)])
    codes = {v for v in values if v > 9 and is_code(v)}
    others = values - codes
    far = sorted(c for c in codes if others and c > FAR * max(others))
    if far:
        row = int((weight == far[0]).argmax())
        raise InputError(
            f"{table.line(row)}: {column} (weight): {far[0]:g} is more than {FAR} times any other weight; if it means that "
            f"there is no weight: {advice().no_answers('weight', [f'{far[0]:g}'])}; if it is a weight: {advice().all_answers('weight')}"
        )


def _with_points(table: TextTable, column: str, cells: pd.Series) -> pd.Series:
    """Return numbers with a decimal point where they are written with a decimal comma (`0,875`).

    Raises:
        InputError: `1,234` beside numbers without a comma may be a thousand or one and a bit.
    """
    comma = cells.str.fullmatch(r"\d*,\d+")
    if not comma.any() or cells.str.contains(".", regex=False).any():
        return cells
    if cells[comma].str.fullmatch(r"[1-9]\d{0,2},\d{3}").all():
        if (comma | (cells == "")).all():
            return cells  # one scale for all: a share does not change
        row = int(comma.to_numpy().argmax())
        raise InputError(
            f"{table.line(row)}: {column} (weight): {cells.iloc[row]!r} may be a thousand or a decimal; write it without the comma"
        )
    return cells.str.replace(",", ".", regex=False)
