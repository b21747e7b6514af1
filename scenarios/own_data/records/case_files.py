"""One file of service records, read once in chunks: each case is stored on disk as numbers, to be judged when all are known."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from ..tables.columns import guess
from ..tables.privacy import drop_private, private_columns
from ..tables.table_file import CHUNK, TextTable, missing, normal, stream
from .dates import DateReader, looks_dated
from .fields import BY_NAME, DATES, ENDS, NAMES, RECORD_FIELDS
from .json_reader import ENDINGS, json_parts
from .outcomes import NOTHING, OPEN, UNKNOWN, UNSAID, Words, plain, still_open
from .parents import Parents, reference_columns

MOST_AGENCIES = 2000
# A day, with or without a time: when a case was opened again.
DAY = r"\d{1,4}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{1,4}(?:[t ,].*)?"
MOST_REPEATS = 50  # of one case; more are not a count
CASE = np.dtype(
    [("dates", "f8", (len(DATES), 3)), ("agency", "i4"), ("state", "i1"), ("outcome", "i1"), ("copy", "?"), ("duplicate", "?"), ("repeats", "i1"), ("line", "i8")]
)  # fmt: skip
NOES = NOTHING | {"no", "false", "f", "n", "{}", "not duplicate", "not a duplicate", "not dup", "not a dup", "non duplicate", "non-duplicate", "not duplicated", "no duplicates", "master", "master case", "primary", "original", "unique", "non", "nein", "falso", "faux", "not applicable"}  # fmt: skip
SEVERAL = 0.02  # share of lines that repeat a case, beyond which a file is one of steps and not of cases
UNSURE = r"(?:possibl[ey]|potential(?:ly)?|suspected|maybe|perhaps|probabl[ey]|likely|unclear|unknown|may be|to be checked|to check|check|under review|pending)\b"
YESES = {"yes", "y", "true", "t", "si", "oui", "ja", "x", "reopened"}


def parts_of(path: Path, wanted: Mapping[str, str]) -> Iterator[TextTable]:
    """Give a file of records in chunks of rows; raise `InputError` if there is none."""
    if not path.exists():
        raise InputError(f"{path}: no such file")
    return (
        json_parts(path, set(wanted.values()), CHUNK)
        if path.suffix.lower() in ENDINGS
        else stream(path, NAMES, named=wanted.values())
    )


class CaseFile:
    """One file of records.

    Attributes:
        path: the file.
        columns: by field.
        notes: what was done to read it, in plain words.
        dates: what its dates say of the order of day and month.
        words: of its columns `status` and `outcome`, sorted and counted.
        counts: by field, rows by what they were taken for.
        unused: columns that were not used, with why.
        rows: their number.
        references: of the first cases, as hashes, uint64: what the same cases in two files are known by.
        parents: of the cases, where a column names them.
    """

    parents: Parents

    def __init__(
        self, path: Path, given: Mapping[str, str], agencies: dict[str, int], meanings: Mapping[str, tuple[int, int]]
    ) -> None:
        self.path, self.given, self.agencies = path, given, agencies
        self.columns: dict[str, str] = {}
        self.notes: list[str] = []
        self.dates = DateReader()
        self.words = {"status": Words(meanings, True), "outcome": Words(meanings, False)}
        self.counts: dict[str, Counter[str]] = {}
        self.unused: dict[str, str] = {}
        self.rows = 0
        self.references = np.empty(0, np.uint64)
        self._met: set[str] = set()
        self._copied: np.ndarray | None = None  # by its parents, bool (rows,)
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115  numbers and no text: days, and codes for words

    def read(self) -> None:
        """Read the file to its end.

        Raises:
            InputError: naming file, line, value and what is allowed.
        """
        for table in parts_of(self.path, self.given):
            self._meet(table)
            self._take(table)
        columns = ", ".join(sorted(self._met))
        if "created" not in self.columns:
            raise InputError(f"{self.path}: no column says when a case was opened; name it with {advice().column('--records-column', 'created')}; columns: {columns}")  # fmt: skip
        if not set(ENDS) & set(self.columns) and not {"updated", "status"} <= set(self.columns):
            raise InputError(f"{self.path}: no column says when a case was closed; name it with {advice().column('--records-column', 'closed')}; columns: {columns}")  # fmt: skip

    def blocks(self) -> Iterator[np.ndarray]:
        """Give the cases again in blocks, dtype `CASE`, in the order of the file."""
        self._kept.seek(0)
        at = 0
        while block := self._kept.read(CHUNK * CASE.itemsize):
            cases = np.frombuffer(block, CASE).copy()
            if self._copied is not None:
                cases["copy"] = self._copied[at : at + len(cases)]
                at += len(cases)
            yield cases

    def settle(self, copies: np.ndarray, strange: np.ndarray) -> None:
        """Take the cases that repeat another, as their parents say.

        Args:
            copies, strange: bool (rows,), cases that repeat another, and cases whose parent is not a case.
        """
        self._copied = copies
        kinds = {"repeat another case": copies, "do not": ~copies & ~strange, "no case of the records": strange}
        self.counts["duplicate"] = Counter()
        self._count("duplicate", **kinds)

    def _meet(self, table: TextTable) -> None:
        """Find the columns; in JSON, which leaves out what is empty, some appear only later."""
        fresh = [column for column in table.frame.columns if column not in self._met]
        if not self._met:
            self._met.update(fresh)
            self.columns, unsure = _columns_of(table, self.given)
            self.notes += table.notes + _two_endings(table, self.columns, self.given, unsure) + _same_cases(table, self.columns)
            self.references = _references(table, self.columns)
            self.parents = Parents(table, self.columns, self.given)
            self.parents.take(table)
            self._drop(table)
            return
        self.notes += [note for note in table.notes if note not in self.notes]
        if fresh:
            self._met.update(fresh)
            left = [field for field in RECORD_FIELDS if field.name not in self.columns]
            found = guess(replace(table, frame=table.frame[fresh]), left)
            self.columns |= found.columns
            self.unused |= dict.fromkeys(found.unused, "not used")
            self.parents.meet(self.columns, self.given)
        self.parents.take(table)

    def _drop(self, table: TextTable) -> None:
        used = set(self.columns.values())
        held = self.columns.get("outcome")
        if held and "outcome" not in self.given and any(p.column == held for p in private_columns(table, used)):
            del self.columns["outcome"]  # full of addresses or numbers: not what was looked for
            used.discard(held)
        columns = [str(column) for column in table.frame.columns]
        self.notes += drop_private(table, used)
        gone = set(columns) - set(table.frame.columns)
        self.unused = {c: "looks private: dropped" if c in gone else "not used" for c in columns if c not in used}
        if "outcome" in self.columns:
            self.notes.append(f"column '{self.columns['outcome']}' was read only for words about how a case ended; its text is not kept")  # fmt: skip

    def _cells(self, table: TextTable, name: str) -> pd.Series:
        column = self.columns.get(name)
        if column is None or column not in table.frame:
            return pd.Series("", index=table.frame.index, dtype=str)
        return table.frame[column]

    def _take(self, table: TextTable) -> None:
        """Keep what the cases of one chunk say."""
        cases = np.zeros(len(table.frame), CASE)
        cases["line"] = table.frame.index
        for n, name in enumerate(DATES):
            cells = self._cells(table, name)
            if name in ENDS:
                still = _says_open(cells)
                cells = cells.where(~still, "")
                self._count(name, **({"says open": still} if still.any() else {}))
            cases["dates"][:, n] = self.dates.read(cells, table.path, self.columns.get(name, name))
            given = np.isfinite(cases["dates"][:, n]).any(axis=1)
            self._count(name, given=given, missing=~given & ~(still if name in ENDS else False))
        state, said = self.words["status"].sort(self._cells(table, "status"))
        told, came = self.words["outcome"].sort(self._cells(table, "outcome"))
        cases["state"] = np.where(told == UNSAID, state, np.where(state == OPEN, state, told))
        cases["outcome"] = np.where(came == UNKNOWN, said, came)
        cases["copy"] = self._copies(self._cells(table, "duplicate"))
        for name, words in self.words.items():
            cases["duplicate"] |= words.duplicates(self._cells(table, name))
        cases["repeats"] = self._repeats(self._cells(table, "reopened"))
        cases["agency"] = self._agency(self._cells(table, "agency"))
        self.rows += len(cases)
        self._kept.write(cases.tobytes())

    def _agency(self, cells: pd.Series) -> np.ndarray:
        named = "agency" in self.columns
        codes, names = pd.factorize(cells)
        at = [self.agencies.setdefault((str(name) or "not named") if named else "everything", len(self.agencies)) for name in names]
        if len(self.agencies) > MOST_AGENCIES:
            raise InputError(
                f"{self.path}: more than {MOST_AGENCIES:,} agencies in column '{self.columns['agency']}'; is that the right column? ({advice().column('--records-column', 'agency')})"
            )
        self._count("agency", given=(cells != "").to_numpy(), missing=(cells == "").to_numpy())
        return np.array(at, np.int32)[codes]

    def _copies(self, cells: pd.Series) -> np.ndarray:
        """Return which cases repeat another: any reference or yes, but none of the words for nothing."""
        text = cells.map(plain)
        none = missing(text) | text.isin(NOTHING)
        no = (text.isin(NOES) | text.str.fullmatch(r"0+(?:\.0*)?")) & ~none
        unsure = text.str.match(UNSURE) & ~none & ~no
        self._count("duplicate", **{"repeat another case": ~(none | no | unsure), "do not": no, "unsure": unsure, "missing": none})
        if unsure.any():
            told = f"'{self.columns['duplicate']}': cases that may repeat another, such as '{text[unsure].iloc[0].split()[0]}', do not count as repeats"
            self.notes += [told] if told not in self.notes else []
        return (~(none | no | unsure)).to_numpy(bool)

    def _repeats(self, cells: pd.Series) -> np.ndarray:
        """Return how often each case was opened again."""
        text = cells.map(plain)
        none = missing(text) & (text != "x")
        number = pd.to_numeric(text.where(~none), errors="coerce")
        number = number.where((number >= 0) & (number <= MOST_REPEATS))
        said = text.isin(YESES) | text.str.match(r"(?:yes|y|true|reopened)\b") | text.str.fullmatch(DAY)
        number = number.where(~said, 1.0).where(~(text.isin(NOES) | text.str.match(r"no\b")), 0.0)
        unread = number.isna() & ~none
        if unread.any():
            told = f"'{self.columns['reopened']}': {int(unread.sum()):,} values do not say how often or when a case was reopened; they were left out"
            self.notes += [told] if told not in self.notes else []
        self._count(
            "reopened", **{"opened again": number > 0, "not": (number == 0) & ~none, "missing": none, "not a number": unread}
        )
        return number.fillna(0.0).to_numpy()

    def _count(self, name: str, **rows: object) -> None:
        if name in self.columns:
            counts = self.counts.setdefault(name, Counter())
            counts.update({kind: int(np.asarray(found, bool).sum()) for kind, found in rows.items()})


def _says_open(cells: pd.Series) -> pd.Series:
    """Return which cells of a column of closing dates say that a case is open, instead of a date or with the day on which it was."""
    return cells.map({text: still_open(str(text)) for text in cells.unique()})


def _columns_of(table: TextTable, given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return columns by field, and what is unsure; a column of closing dates without any date (`Resolution`) is looked for elsewhere."""
    first = guess(table, RECORD_FIELDS, given, "--records-column")
    dateless = {
        first.columns[n] for n in ENDS if n in first.columns and n not in given and not looks_dated(table.frame[first.columns[n]])
    }
    if not dateless:
        return first.columns, first.unsure
    rest = guess(replace(table, frame=table.frame.drop(columns=list(dateless))), RECORD_FIELDS, given, "--records-column")
    told = [f"'{column}' contains no dates, so it is not the closing date" for column in sorted(dateless)]
    for name in ("outcome", "status"):
        named = next(
            (c for c in sorted(dateless) if re.fullmatch(BY_NAME[name].pattern, normal(c)) and name not in rest.columns), None
        )
        if named:
            rest.columns[name] = named
    return rest.columns, rest.unsure + told


def _two_endings(table: TextTable, columns: dict[str, str], given: Mapping[str, str], unsure: list[str]) -> list[str]:
    """Take a date `Resolved` beside a date `Closed` for when a case was fixed, in place, so that a case ends at the first; return what is unsure."""
    if "closed" not in columns or {"closed", "fixed"} & set(given) or "fixed" in columns:
        return unsure
    fits = [c for c in table.frame.columns if re.fullmatch(BY_NAME["closed"].pattern, normal(c)) and looks_dated(table.frame[c])]
    resolved = [c for c in fits if "resolved" in normal(c)]
    others = [c for c in fits if c not in resolved and (c == columns["closed"] or c not in columns.values())]
    if not resolved or not others:
        return unsure
    columns["closed"], columns["fixed"] = others[0], resolved[0]
    told = f"'{resolved[0]}' was read as when a case was fixed, '{others[0]}' as when it was closed: a case ends at the earlier of the two"
    return [
        one for one in unsure if not one.startswith(tuple(f"'{c}' was read as {BY_NAME['closed'].description}" for c in fits))
    ] + [told]


def _references(table: TextTable, columns: Mapping[str, str]) -> np.ndarray:
    """Return hashes of the references of cases, each once; none where no column is called like one."""
    for column in reference_columns(table, columns):
        cells = table.frame[column]
        if cells.nunique() > len(cells) / 2:
            return np.unique(pd.util.hash_array(cells[cells != ""].to_numpy(object)))
    return np.empty(0, np.uint64)


def shared_cases(files: Sequence[CaseFile]) -> list[str]:
    """Tell of files that hold the same cases, such as extracts that overlap: each line is counted as a case."""
    found = []
    for one, other in itertools.combinations(files, 2):
        both = len(np.intersect1d(one.references, other.references))
        if both > SEVERAL * max(min(len(one.references), len(other.references)), 1):
            found.append(f"{both:,} of the first references in {other.path.name} are in {one.path.name} too: each line was counted as a case; keep one line for each")  # fmt: skip
    return found


def _same_cases(table: TextTable, columns: Mapping[str, str]) -> list[str]:
    """Tell of cases that are in several lines, as where each line is a step: each line is counted as a case."""
    found = []
    for column in reference_columns(table, columns):
        opened = table.frame[[column, columns["created"]]] if "created" in columns else table.frame[[column]]
        filled = opened[table.frame[column] != ""]
        again = int(filled.duplicated().sum())
        if len(filled) and filled[column].nunique() > 1 and again > SEVERAL * len(filled):
            found.append(f"'{column}' names the same case in several lines ({again:,} of the first {len(filled):,} lines repeat one): each line was counted as a case; keep one line for each")  # fmt: skip
    return found
