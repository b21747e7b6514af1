"""Personal data: found in users' tables, dropped with a message, and never shown in small numbers."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from simulation.declared.parameters import InputError

from .matching import are_whole
from .table_file import TextTable, normal

SMALL_COUNT = 10  # counts below this are not shown
WORDS_OF_TEXT, FEWEST_TEXTS = 5, 10  # words of a sentence, and sentences of a column, from which it is people's own words

_BY_NAME = {
    "names of people": r"(?:full |first |last |sur|fore|given |family |middle |maiden |respondent |resident |customer |client |caller |user |reporter |contact |tenant |applicant )names?|surname|forename|name of (?:respondent|resident|customer|caller|person)|reported by",
    "e-mail addresses": r".*\be ?mails?\b.*",
    "telephone numbers": r".*\b(?:phones?|telephone|mobile|tel)(?: ?(?:number|no))?\b.*",
    "addresses": r".*\b(?:address(?: ?line)?(?: \d)?|street(?: (?:name|address))?|house (?:number|name)|uprn|incident address|cross street \d|door number)\b.*",
    "postcodes": r"(?:full |home )?(?:postcode|post code|postal code|zip(?: code)?|incident zip)",
    "dates of birth": r"(?:date of birth|dob|birth ?date|born)",
    "identity numbers": r"(?:nhs|national insurance|ni|passport|social security|ssn|driving licen[cs]e|council tax(?: account)?|tax)(?: ?(?:number|no|id))|nino",
    "locations": r"(?:latitude|longitude|lat|lon|lng|long|easting|northing|x coordinate.*|y coordinate.*|location|geom|point|coordinates)",
    "IP or device addresses": r"(?:ip(?: address)?|device id|mac address|cookie)",
    "people's own words": r"(?:comments?|verbatim|free ?text|notes?|details?|description|resolution description|message|other \(?please specify\)?.*|status notes"
    r"|.*\b(?:comments?|verbatims?|free ?text|open (?:text|answer|response|ended)|own words|feedback|suggestions?|anything else|please (?:specify|explain|describe|give (?:details|reasons?)|tell us|say (?:why|more)))\b.*)",
}  # fmt: skip
_BY_CONTENT = {
    "e-mail addresses": r"[^@\s]+@[^@\s]+\.[a-z]{2,}",
    "telephone numbers": r"(?:\+44|0)\s?\d{3,4}[\s-]?\d{3}[\s-]?\d{3,4}",
    "postcodes": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "identity numbers": r"[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
}


_PLAIN_NAME = re.compile(r"names?|contacts?|persons?|who")
_LETTERS = r"[^\W\d_](?:[^\W\d_]|['\u2019.-])*"  # of one word of a name
_OF_TWO_WORDS = rf"(?:{_LETTERS},? ){{1,4}}{_LETTERS}"


@dataclass(frozen=True)
class Private:
    """A column that could identify people."""

    column: str
    what: str


def own_words(cells: pd.Series) -> bool:
    """Return whether cells are sentences that people wrote: most have several words, and they are long or differ."""
    filled = cells[cells != ""].head(2000)
    return (
        len(filled) >= FEWEST_TEXTS
        and bool(filled.str.count(r"\S+").ge(WORDS_OF_TEXT).mean() > 0.3)
        and filled.nunique() > 0.5 * len(filled)
    )


def _plain_names(table: TextTable, column: str, needed: Collection[str]) -> bool:
    """Return whether a column called just `Name` may name people: of two words or more, beside a column that is read and holds words of its own.

    Beside codes alone it may well be what the codes are called.
    """
    if column in needed or not _PLAIN_NAME.fullmatch(normal(column)):
        return False
    cells = table.frame[column]
    cells = cells[cells != ""].head(2000).str.strip()
    worded = any(are_whole(table.frame[c].head(2000), r"\D+").mean() > 0.5 for c in needed if c in table.frame)
    return bool(len(cells)) and worded and bool(are_whole(cells, _OF_TWO_WORDS).mean() > 0.5)


def private_columns(table: TextTable, needed: Collection[str] = (), texts: bool = False) -> list[Private]:
    """Return the columns that could identify people, by their names (but those needed) and by what is in them.

    Args:
        texts: also find sentences that people wrote, in columns that are not needed.
    """
    found = []
    for column in table.frame.columns:
        name = normal(column)
        what = None if column in needed else next((w for w, pattern in _BY_NAME.items() if re.fullmatch(pattern, name)), None)
        if what is None:
            cells = table.frame[column]
            cells = cells[cells != ""].head(2000)
            for kind, pattern in _BY_CONTENT.items():
                flags = re.IGNORECASE if kind in ("identity numbers", "postcodes") else 0
                if len(cells) and are_whole(cells, pattern, flags).mean() > 0.2:
                    what = kind
                    break
        if what is None and _plain_names(table, column, needed):
            what = "names of people"
        if what is None and texts and column not in needed and own_words(table.frame[column]):
            what = "people's own words"
        if what:
            found.append(Private(column, what))
    return found


def drop_private(table: TextTable, needed: Collection[str] = (), texts: bool = False) -> list[str]:
    """Drop the columns that could identify people; return what to report.

    Args:
        needed: columns that are read; those are refused if what is in them points to people.
        texts: also drop sentences that people wrote, whatever their column is called.

    Raises:
        InputError: a needed column holds identifiers.
    """
    told = []
    for one in private_columns(table, needed, texts):
        if one.column in needed:
            raise InputError(
                f"{table.path}: column '{one.column}' holds {one.what}; remove them: no personal data is needed, and none is read"
            )
        del table.frame[one.column]
        told.append(f"column '{one.column}' looks like {one.what}: it was dropped, and is not kept or written anywhere")
    return told


def shown_count(number: float, threshold: int = SMALL_COUNT) -> str:
    """Return a count as it may be shown: `<10` where it is small and not zero."""
    return f"<{threshold}" if 0 < number < threshold else f"{number:,.0f}"
