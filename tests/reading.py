"""How hard a text is to read: its sentences, their length, and the years of school that it asks for, by the package readability."""

from __future__ import annotations

import re
from dataclasses import dataclass

import readability


@dataclass(frozen=True)
class Reading:
    """What was measured of a text.

    Attributes:
        sentences: all of them, as lists of words.
        grade: years of school, the higher of Flesch-Kincaid and the automated readability index; five more are the age of a reader.
    """

    sentences: list[list[str]]
    grade: float

    @property
    def mean(self) -> float:
        """Words in a sentence, on average."""
        return sum(map(len, self.sentences)) / len(self.sentences)

    @property
    def longest(self) -> list[str]:
        """The longest sentence."""
        return max(self.sentences, key=len)


def prose(page: str) -> list[str]:
    """Return the paragraphs and list items of a Markdown page as plain text: no code, tables, headings, comments or addresses."""
    text = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|https?://\S+", "", text, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`", "Name", text)  # a name from the code counts as one easy word
    text = re.sub(r"^(#|\|).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "\n", text, flags=re.MULTILINE)
    return [" ".join(part.replace("*", "").split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(paragraph: str) -> list[list[str]]:
    """Return the sentences of a paragraph, as words."""
    found = re.split(r"(?<=[.!?])[\"\u201d\u2019)]*\s+(?=[\"\u201c(A-Z0-9])", paragraph)
    words = [re.findall(r"[^\W_]+(?:[\u2019'.,%-][^\W_]+)*", sentence) for sentence in found]
    return [sentence for sentence in words if sentence]


def read(paragraphs: list[str]) -> Reading:
    """Measure a text."""
    found = [sentence for paragraph in paragraphs for sentence in sentences(paragraph)]
    grades = readability.getmeasures("\n".join(" ".join(sentence) for sentence in found), lang="en")["readability grades"]
    return Reading(found, max(grades["Kincaid"], grades["ARI"]))  # the first takes some words to be shorter than they are
