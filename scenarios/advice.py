"""Advice on how to tell a reader what a file means: the command line and the page each have their own words for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar


class Advice:
    """The words of the command line: its options. A page has none, so it uses other words."""

    def column(self, option: str, field: str, column: str = "") -> str:
        """Return how to name a column.

        Args:
            option: of the command line, for columns of that table.
            field: what the column holds.
            column: its name; empty where it is not known.
        """
        return f'{option} "{field}={column}"' if column else f"{option} {field}=COLUMN"

    def columns(self, option: str, fields: Sequence[str]) -> str:
        """Return how to name several columns."""
        return " ".join(f"{option} {field}=COLUMN" for field in fields)

    def ends(self, option: str) -> str:
        """Return how to name the two columns with the ends of ties."""
        return f"{self.columns(option, ('from', 'to'))}, or name them from and to"

    def all_ties(self, option: str, value: str) -> str:
        """Return how to say that every line of a list is a tie, whatever a column contains."""
        return f"take the column out ({option} weight={value})"

    def answers(self, field: str) -> str:
        """Return how to say which answers count as yes."""
        return f"--answer '{field}=VALUE|VALUE'"

    def no_answers(self, field: str, values: Sequence[str]) -> str:
        """Return how to say which values mean no answer."""
        named = f"{field}={'|'.join(values)}"
        return f"--missing {named}" if field == "weight" else f"--missing '{named}'"

    def all_answers(self, field: str) -> str:
        """Return how to say that all values are answers."""
        return f"--missing {field}="

    def empty_cells(self, field: str) -> str:
        """Return how to say that empty cells mean no answer."""
        return f"if it means no answer, say so: --missing {field}="

    def status(self, word: str) -> str:
        """Return how to give the meaning of a status word."""
        return f'give the meaning of a word with --status "{word}=open" (or closed, fixed, unfixed)'

    def agency(self) -> str:
        """Return how to give the kind of an agency."""
        return "--agency NAME=KIND changes it"

    def beside(self, kind: str, path: object) -> str:
        """Return how to pass a file of another kind (`survey`, `records`) that was given as a place."""
        return f"give it with a place: groundswell place NAME --{kind} {path}"

    def option(self, name: str) -> str:
        """Return what an option, such as `records` or `region`, is called."""
        return f"--{name}"

    def hidden(self) -> str:
        """Return how to have a hidden column read."""
        return "--column FIELD=COLUMN reads one"

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return name

    def parameter(self, name: str) -> str:
        """Return the name of a model parameter that is fitted to an answer."""
        return f"its parameter, {name},"

    def reason(self, words: str) -> str:
        """Return a library's message about a file that it cannot read, in parentheses; empty if it would not help."""
        return f" ({words})"


_spoken: ContextVar[Advice] = ContextVar("advice", default=Advice())  # noqa: B039


def advice() -> Advice:
    """Return the words of the place where messages are read now."""
    return _spoken.get()


@contextmanager
def advising(words: Advice) -> Iterator[None]:
    """Give advice in these words in the meantime."""
    before = _spoken.set(words)
    try:
        yield
    finally:
        _spoken.reset(before)
