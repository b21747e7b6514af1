"""Columns of parents: a case repeats another only where its parent is a case of the records; a parent may as well be a department or a category."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...advice import advice
from ..tables.table_file import TextTable, missing, normal
from .outcomes import NOTHING

OPTION = "--records-column"
_PARENT = re.compile(r"(?:legacy )?parent.*")
_OTHER_CASE = re.compile(r"duplicate of.*")  # whose cells are references too, but may be a plain yes
_NUMBER_OF_CASE = re.compile(
    r"(?:unique |global )?(?:(?:service )?request|case|sr|ticket|enquiry|report|issue|incident|job|complaint)(?: (?:enquiry|request))? ?(?:id|number|no|num|ref|reference|key)|"
    r"(?:unique )?(?:id|key|ref|reference(?: (?:number|no))?)"
)


def reference_columns(table: TextTable, columns: Mapping[str, str]) -> list[str]:
    """Return the columns that are called like the references of cases."""
    return [c for c in table.frame.columns if c not in columns.values() and _NUMBER_OF_CASE.fullmatch(normal(c))]


def hashes(cells: pd.Series) -> np.ndarray:
    """Return references as hashes, uint64, 0 for none; `17.0` is 17."""
    text = cells.str.strip().str.casefold().str.replace(r"\.0+$", "", regex=True)
    none = (missing(text) | text.isin(NOTHING)).to_numpy(bool)
    return np.where(none, np.uint64(0), pd.util.hash_array(text.to_numpy(object)) | np.uint64(1))


class Parents:
    """The references of a file's cases, and of their parents, in the order of the file.

    Attributes:
        column: of the parents; empty where there is none, or where somebody says that it marks duplicates.
        own: the column of references; empty where there is none.
    """

    def __init__(self, table: TextTable, columns: Mapping[str, str], given: Mapping[str, str]) -> None:
        self.column, self._rows = "", 0
        several = [c for c in reference_columns(table, columns) if table.frame[c].nunique() > len(table.frame) / 2]
        self.own = several[0] if several else ""
        self.meet(columns, given)
        self._own: list[np.ndarray] = []
        self._parents: list[np.ndarray] = []

    def meet(self, columns: Mapping[str, str], given: Mapping[str, str]) -> None:
        """Find the column of parents; in JSON, which leaves out what is empty, it may appear only later."""
        held = columns.get("duplicate", "")
        named = _PARENT.fullmatch(normal(held)) or (self.own and _OTHER_CASE.fullmatch(normal(held)))
        self.column = held if "duplicate" not in given and named else ""

    def take(self, table: TextTable) -> None:
        """Keep the references of one part of the file."""
        before, self._rows = self._rows, self._rows + len(table.frame)
        if self.column:
            if before and not self._own:
                self._own, self._parents = [np.zeros(before, np.uint64)], [np.zeros(before, np.uint64)]
            empty = pd.Series("", index=table.frame.index, dtype=str)
            self._own.append(hashes(table.frame.get(self.own, empty)))
            self._parents.append(hashes(table.frame.get(self.column, empty)))

    def references(self) -> np.ndarray:
        """Return the references of all cases."""
        return np.concatenate(self._own) if self._own else np.empty(0, np.uint64)

    def copies(self, references: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which cases repeat another, and which have a parent that is not a case of the records; bool (cases,) both.

        Args:
            references: of the cases of all files.
        """
        own, parents = self.references(), np.concatenate(self._parents)
        known = np.isin(parents, references[references > 0]) & (parents > 0)
        return known & (parents != own), (parents > 0) & ~known


def settle(files: Sequence) -> None:
    """Decide which cases of files of records repeat another by their parents, when all of the files are read."""
    asked = [file for file in files if file.parents.column]
    references = np.unique(np.concatenate([file.parents.references() for file in asked])) if asked else np.empty(0, np.uint64)
    for file in asked:
        copies, strange = file.parents.copies(references)
        file.settle(copies, strange)
        if strange.any():
            column = file.parents.column
            why = (
                "is not a case in the records"
                if file.parents.own
                else "cannot be a case, as no column gives the references of cases"
            )
            file.notes.append(
                f"'{column}': in {int(strange.sum()):,} of {len(strange):,} cases the value {why}: these cases do not count as repeats; if they should: {advice().column(OPTION, 'duplicate', column)}"
            )
