"""Service records: Open311 GeoReport v2 JSON, and CSV or Excel exports of the FixMyStreet and 311 kind, read in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulation.declared.institutions import SERVICE_NAMES
from simulation.declared.parameters import InputError, nearest

from ...advice import advice
from ..tables.file_errors import last_net
from ..tables.privacy import SMALL_COUNT
from ..tables.readings import Reading
from .agencies import Agency
from .case_files import CaseFile, shared_cases
from .counts import Count, notes_of, readings_of
from .judgement import order_of, span_of
from .outcomes import given_meanings, plain
from .parents import settle

SWAPPED = 0.05  # share of cases that close before they open beyond which the columns must be wrong
# Whole words: policy is not police, household waste no housing, environmental health a service of councils.
KEYWORDS = {
    "council": r"environmental health|health (?:and|&) safety|occupational health|real estate|industrial estates?|house ?hold\w*|crime scene clean\w*",
    "police": r"police\w*|policing|nypd|crime|crimes|sheriff\w*|community ?safety\w*|anti ?social\w*|constab\w*",
    "housing": r"housing\w*|hpd|landlords?|nycha|tenan\w*|estates?|council (?:homes|houses)|homeless\w*|sheltered homes?",
    "health": r"health\w*|dohmh|nhs\w*|hospitals?|clinics?|social ?care\w*|adult ?social\w*",
}


@dataclass
class Records:
    """Service records, counted.

    Attributes:
        agencies: by the name in the file.
        services: the kind of institution that each agency is taken for.
        until: last day seen; cases open then are censored.
        columns, notes, readings: how the files were read.
        since: the first day that a case was opened.
    """

    agencies: dict[str, Agency]
    services: dict[str, str]
    until: float
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    since: float = float("nan")

    def by_service(self) -> dict[str, Agency]:
        """Return the cases of each kind of institution."""
        found: dict[str, Agency] = {}
        for name, agency in self.agencies.items():
            service = self.services[name]
            found[service] = found[service].merged(agency) if service in found else agency
        return found


def service_of(agency: str) -> str:
    """Return the kind of institution that an agency is likely to be, by its name."""
    words = " ".join(re.sub(r"[^a-z&]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", agency).lower()).split())
    return next((service for service, pattern in KEYWORDS.items() if re.search(rf"\b(?:{pattern})\b", words)), "council")


@last_net
def read_records(
    paths: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    agencies: Mapping[str, str] | None = None,
    services: Sequence[str] = SERVICE_NAMES,
    words: Mapping[str, str] | None = None,
    threshold: int = SMALL_COUNT,
) -> Records:
    """Return the counts of service records.

    Args:
        paths: files of one kind, read one after the other in chunks.
        columns: confirmed columns by field.
        agencies: the kind of institution of an agency, where its name does not tell.
        services: the kinds of institution that there are.
        words: what words of the status (or the outcome) mean: `open`, `closed`, `fixed` or `unfixed` (closed without a fix).
        threshold: agencies and words of fewer cases are counted and not shown.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    names: dict[str, int] = {}
    meanings = given_meanings(words or {})
    files = [CaseFile(Path(path), columns or {}, names, meanings) for path in paths]
    for file in files:
        file.read()
    settle(files)
    _check_words(files, words or {})
    return _judged(files, list(names), agencies or {}, services, threshold)


def _check_words(files: Sequence[CaseFile], words: Mapping[str, str]) -> None:
    """Raise `InputError` for a word that was given a meaning and is nowhere."""
    if words and not any({"status", "outcome"} & set(file.columns) for file in files):
        raise InputError(f"--status: {files[0].path} has no column of states or outcomes; name it with {advice().column('--records-column', 'status')}")  # fmt: skip
    heard = {word for file in files for one in file.words.values() for word in one.heard}
    for word in words:
        if plain(word) not in heard:
            there = {w for file in files for w in file.words["status"].counts if w}
            raise InputError(f"--status: no case has the word '{word}'; {nearest(word, sorted(there))}")


def _judged(
    files: Sequence[CaseFile], names: Sequence[str], given: Mapping[str, str], services: Sequence[str], threshold: int
) -> Records:
    settled = [left[0] for file in files if file.dates.unclear and len(left := file.dates.possible(file.path)) == 1]
    orders, told = zip(*(order_of(file, settled) for file in files), strict=True)
    count = Count(span_of(files, orders))
    for file, order in zip(files, orders, strict=True):
        count.take(file, order)
    found = {names[number]: agency for number, agency in count.agencies.items() if agency.cases or agency.repeats}
    _refuse(files, count, sum(agency.cases for agency in found.values()))
    taken = _services(names, given, services)
    notes = (
        [note for file in files for note in file.notes]
        + shared_cases(files)
        + [note for note in told if note]
        + notes_of(count, files, threshold)
    )
    few = sum(0 < a.cases < threshold for a in found.values())
    if few:
        notes.append(f"{few} agencies have fewer than {threshold} cases; they are counted, but not shown separately")
    columns: dict[str, str] = {}
    for file in files:
        columns = file.columns | columns
    return Records(
        found, {name: taken[name] for name in found}, count.until, columns, list(dict.fromkeys(notes)), readings_of(files, count, threshold), count.span.first
    )  # fmt: skip


def _refuse(files: Sequence[CaseFile], count: Count, cases: int) -> None:
    """Raise `InputError` where columns must be the wrong ones."""
    first, rows = files[0], max(count.rows, 1)
    if count.tally["backward"] > SWAPPED * rows:
        ended = first.columns.get("closed", first.columns.get("fixed", first.columns.get("updated")))
        raise InputError(f"{first.path}: {count.tally['backward']:,} of {rows:,} cases close before they open ({count.first_backward} is the first); are '{first.columns['created']}' and '{ended}' the other way round?")  # fmt: skip
    if not cases and count.tally["copies"]:
        raise InputError(
            f"{first.path}: column '{first.columns.get('duplicate')}' marks every case as a repeat of another, so none is left; is that the right column? ({advice().column('--records-column', 'duplicate')})"
        )
    if not cases:
        raise InputError(f"{first.path}: no case has an opening date")


def _services(names: Sequence[str], given: Mapping[str, str], services: Sequence[str]) -> dict[str, str]:
    for agency, service in given.items():
        if agency not in names:
            raise InputError(f"--agency: no agency '{agency}' in the records; {nearest(agency, names)}")
        if service not in services:
            raise InputError(f"--agency {agency}: unknown kind of institution '{service}'; {nearest(service, services)}")
    return {name: given.get(name, service_of(name)) for name in names}
