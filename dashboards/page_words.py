"""Words of the page for what a reader of files says in those of the command line: a page has no options, and files keep the names that they were brought with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .texts import string

_SAID = r"""(?:"(\w+)=[^"]*"|'(\w+)=[^']*'|(\w+)=[^\s;,:()"']*)"""  # FIELD=VALUE, in quotation marks or without
_HEADING = re.compile(rf"--(?:survey-|records-|ties-|ward-)?column\s+{_SAID}")
_STATUS = re.compile(r'say what a word means with --status "([^"]*)=(\w+)"')
_ALL_ANSWERS = re.compile(r"""--missing\s+(?:(\w+)=(?=[\s;,.]|$)|'(\w+)='|"(\w+)=")""")
_EMPTY = re.compile(rf"--missing\s+{_SAID}")
_YES = re.compile(rf"--answer\s+{_SAID}")
_UNNAMED = re.compile(r"--answer does not name them")
_KIND = re.compile(r"give it with a place: groundswell place NAME --(survey|records|ties|wards)\s+\S+")
_FILE = re.compile(r"--(survey|records|ties|wards)\b(?!-)")
_REST = re.compile(r"--((?:survey-|records-|ties-|ward-)?column|answer|missing|region|agency|status|sheet|use-ties)\b")


def _field(found: re.Match[str]) -> str:
    return next(part for part in found.groups() if part)


def for_page(text: str, names: Mapping[str, str]) -> str:
    """Return what a reader says in words of the page.

    Args:
        text: as `groundswell place` says it.
        names: what each file was called where it comes from, by what it is called where it is read.
    """
    said, headings = _HEADING.subn(lambda m: string("reading.heading", field=_field(m)), text)
    cells = 0
    for pattern, words in (
        (_STATUS, lambda m: string("reading.status", word=m[1], meaning=m[2])),
        (_ALL_ANSWERS, lambda m: string("reading.all_answers")),
        (_EMPTY, lambda m: string("reading.empty")),
        (_YES, lambda m: string("reading.yes")),
        (_UNNAMED, lambda m: string("reading.unnamed")),
    ):
        said, times = pattern.subn(words, said)
        cells += times
    said = _KIND.sub(lambda m: string("reading.kind", kind=string(f"own.{m[1]}")), said)
    said = _FILE.sub(lambda m: f"“{string(f'own.{m[1]}')}”", said)
    said, rest = _REST.subn(lambda m: string("reading.rest", name=m[1].replace("-", " ")), said)
    if names:
        called = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        said = re.sub(rf"(?<![\w./-])(?:{called})(?![\w-]|\.\w)", lambda m: names[m[0]], said)
    advice = string("reading.headings") if headings and not cells else string("reading.cells") if headings or cells or rest else ""
    return f"{said.rstrip().rstrip('.')}. {advice}" if advice else said
