"""Sources without their comments: they identify the code of a result, ignoring what changes no result."""

from __future__ import annotations

import ast
import hashlib
import io
import threading
import tokenize
from collections.abc import Iterable
from pathlib import Path

from .kept import cache

_PARSING = threading.Lock()  # Python 3.11 counts the depth of all threads' trees together, and fails where two are parsed at once
ROOT = Path(__file__).resolve().parent.parent


def plain(text: str) -> str:
    """Return a Python source without comments, docstrings, and empty lines outside texts.

    The rest stays as it is, so that every version of Python gives the same.
    """
    with _PARSING:
        tree = ast.parse(text)
    lines = [line.encode() for line in text.split("\n")]
    exact = _inside_texts(tree)
    for first, start, last, stop in sorted([*_docstrings(tree), *_comments(text)], reverse=True):
        rest = lines[last][stop:]
        lines[first] = (lines[first][:start] + rest).rstrip()
        for n in range(first + 1, last + 1):
            lines[n] = b""
        exact -= set(range(first, last + 1))
    return b"\n".join(line for n, line in enumerate(lines) if n in exact or line.strip()).decode()


def _inside_texts(tree: ast.Module) -> set[int]:
    """Return the numbers of lines, from 0, that a text of several lines lies on."""
    texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant | ast.JoinedStr) and (n.end_lineno or 0) > n.lineno]
    return {line for node in texts for line in range(node.lineno - 1, node.end_lineno or 0)}


def _docstrings(tree: ast.Module) -> Iterable[tuple[int, int, int, int]]:
    """Give first line, column, last line and column of each docstring; lines from 0, columns in bytes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                assert first.end_lineno is not None and first.end_col_offset is not None
                yield first.lineno - 1, first.col_offset, first.end_lineno - 1, first.end_col_offset


def _comments(text: str) -> Iterable[tuple[int, int, int, int]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            start = len(token.line[:column].encode())
            yield row - 1, start, row - 1, start + len(token.string.encode())


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
