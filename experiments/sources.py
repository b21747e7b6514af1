"""Sources without their comments: they identify the code of a result, ignoring what changes no result."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from .kept import cache

ROOT = Path(__file__).resolve().parent.parent


# A text, a comment or a bracket; whichever begins first, so that no text hides a comment and no comment a text.
_TOKEN = re.compile(
    r"""(?P<text>[rbfuRBFU]{0,2}(?:
          \"{3} [^"\\]* (?: (?:\\.|"(?!"")) [^"\\]* )* \"{3} | '{3} [^'\\]* (?: (?:\\.|'(?!'')) [^'\\]* )* '{3}
        | " [^"\\\n]* (?: \\. [^"\\\n]* )* " | ' [^'\\\n]* (?: \\. [^'\\\n]* )* ' ))
      | (?P<comment>\#[^\n]*) | (?P<opening>[(\[{]) | (?P<closing>[)\]}])""",
    re.VERBOSE | re.DOTALL,
)
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")  # of a line on which nothing more is said
_INSIDE = "\0"  # a line's end inside a text, while lines are looked at


def plain(text: str) -> str:
    """Return a Python source without comments, docstrings and other texts that are statements of their own, and empty lines outside texts.

    The rest stays as it is, so that every version of Python gives the same.
    """
    parts: list[str] = []
    at = depth = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "opening":
            depth += 1
        elif kind == "closing":
            depth -= 1
        elif kind == "comment" or (depth == 0 and _stands_alone(text, found)):
            parts.append(text[at : found.start()].rstrip(" \t"))
            at = found.end()
        elif "\n" in found[0]:
            parts += text[at : found.start()], found[0].replace("\n", _INSIDE)
            at = found.end()
    lines = "".join([*parts, text[at:]]).split("\n")
    return "\n".join(line for line in lines if line.strip()).replace(_INSIDE, "\n")


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Return True if a text is a statement of its own, as docstrings are; it does nothing."""
    begins = text.rfind("\n", 0, found.start()) + 1
    alone = not text[begins : found.start()].strip() and _REST.match(text, found.end()) is not None
    return alone and not text.endswith("\\\n", 0, begins)


def of(floor: str) -> list[Path]:
    """Return all Python sources of a floor, those in its folders too."""
    return sorted((ROOT / floor).rglob("*.py"))


def digest(paths: Iterable[Path], memory: Path | None = None) -> str:
    """Return a hash of files by name and content, Python sources `plain`.

    Args:
        memory: folder where it is remembered, as taking comments out of sources takes longer than reading them.
    """
    contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(paths)}
    raw = _hashed(contents)
    note = None if memory is None else memory / f"{raw}.txt"
    try:
        known = "" if note is None else note.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        known = ""
    if len(known) == 64 and not set(known) - set("0123456789abcdef"):
        return known
    found = _hashed({name: plain(text.decode()).encode() if name.endswith(".py") else text for name, text in contents.items()})
    if note is not None:
        cache.put(note, lambda part: part.write(found.encode("ascii")))
    return found


def _hashed(contents: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in contents.items():
        for part in (name.encode(), content):
            whole.update(len(part).to_bytes(8, "little") + part)
    return whole.hexdigest()
