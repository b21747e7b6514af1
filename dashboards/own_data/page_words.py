"""What a page says to somebody whose files were not understood: a page has no options, so that all is said in the files themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scenarios.advice import Advice

from ..texts import string


class PageAdvice(Advice):
    """Advice in words of a page."""

    def column(self, option: str, field: str, column: str = "") -> str:
        """Return the heading that tells a column."""
        if column:
            return string("reading.renamed", field=self.field(field), column=column)
        return string("reading.heading", field=self.field(field))

    def columns(self, option: str, fields: Sequence[str]) -> str:
        """Return the headings that tell several columns."""
        return string("reading.headings", fields=string("reading.and").join(map(self.field, fields)))

    def ends(self, option: str) -> str:
        """Return the headings of the two columns that hold the ends of ties."""
        return self.columns(option, ("from", "to"))

    def all_ties(self, option: str, value: str) -> str:
        """Return what to do where every line of a list is a tie."""
        return string("reading.all_ties")

    def answers(self, field: str) -> str:
        """Return what to write where answers are not understood."""
        return string("reading.yes")

    def no_answers(self, field: str, values: Sequence[str]) -> str:
        """Return what to do with values that are no answers."""
        return string("reading.empty", values=string("reading.or").join(values))

    def all_answers(self, field: str) -> str:
        """Return what to do with values that look like none and are answers."""
        if field == "weight":
            return string("reading.weight")
        return string("reading.name") if field in ("segment", "ward") else string("reading.answer")

    def empty_cells(self, field: str) -> str:
        """Return what to write where empty cells are no answers."""
        return string("reading.unanswered")

    def status(self, word: str) -> str:
        """Return what to write in place of a state that is not known."""
        return string("reading.status", word=word)

    def agency(self) -> str:
        """Return how an agency is taken for another kind."""
        return string("reading.agency")

    def beside(self, kind: str, path: object) -> str:
        """Return where a file of another kind belongs."""
        return string("reading.kind", kind=string(f"own.{kind}"))

    def option(self, name: str) -> str:
        """Return what a field of the form is called."""
        return f"“{string(f'own.{name}')}”"

    def hidden(self) -> str:
        """Return how a hidden column is read all the same."""
        return string("reading.hidden")

    def field(self, name: str) -> str:
        """Return a field's name as a heading, its words apart; only where it says which end of an index is the most deprived does it have to be exactly so."""
        return name if name.startswith("deprivation_") else name.replace("_", " ")

    def parameter(self, name: str) -> str:
        """Return what a number of the model is called that is fitted to an answer."""
        return string("reading.parameter")

    def reason(self, words: str) -> str:
        """Return nothing: what a library says helps nobody here."""
        return ""


def as_brought(text: str, names: Mapping[str, str]) -> str:
    """Return text with files called as they were when they were brought.

    Args:
        text: as a reader says it.
        names: what each file was called where it comes from, by what it is called where it is read.
    """
    if not names:
        return text
    called = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w./-])(?:{called})(?![\w-]|\.\w)", lambda m: names[m[0]], text)
