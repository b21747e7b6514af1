"""Digests of source files: comments and docstrings change none, code changes them."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from experiments import sources
from tests.experiments.worlds_to_keep import ROOT


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """A file of sources that may be changed."""
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text((ROOT / "simulation" / "month" / "drift.py").read_text())
    return path


def test_comments_and_docstrings_change_no_digest_and_code_does(copied) -> None:
    text = copied.read_text()
    before = sources.digest([copied])
    for same in (
        text + "\n# more\n",
        text.replace('"""', '"""More. ', 1),
        text.replace("\n\n\n", "\n\n# between\n\n"),
        text.replace("# ", "#  "),
    ):
        assert same != text
        copied.write_text(same)
        assert sources.digest([copied]) == before
    for other in (
        text + "\nMORE = 1\n",
        text.replace("0.5", "0.6", 1),
        text.replace("+=", "-=", 1),
        text.replace('"drift"', '"drift "', 1),
    ):
        assert other != text
        copied.write_text(other)
        assert sources.digest([copied]) != before


def test_what_lies_inside_texts_is_no_comment() -> None:
    one, other = 'x = """a\n\n# b\n"""\n', 'x = """a\n# b\n"""\n'
    assert sources.plain(one) != sources.plain(other)
    assert sources.plain('x = "# a"  # b\n') == 'x = "# a"'
    assert sources.plain('def f():\n    """Ü"""; return "ü"  # ü\n') == 'def f():\n    ; return "ü"'


def test_a_digest_is_remembered_and_a_damaged_note_is_not_believed(copied, kept) -> None:
    memory = kept.parent / "sources"
    found = sources.digest([copied], memory)
    (note,) = memory.iterdir()
    assert note.read_text() == found == sources.digest([copied])
    for bad in (b"", b"0" * 63, b"x" * 64, b"\xff" * 64):
        note.write_bytes(bad)
        assert sources.digest([copied], memory) == found


def test_two_threads_that_read_sources_at_once_end_in_a_python_exception() -> None:
    """Python 3.11 counts the depth of all trees together; what the garbage collection calls lets the other thread in."""

    def let_in(*_: object) -> None:
        time.sleep(0)

    text = "x = [f(a, b, (c, d)) for a in [1, 2] if a]\n" * 500
    gc.callbacks.append(let_in)
    try:
        with ThreadPoolExecutor(2) as threads:
            assert len(set(threads.map(sources.plain, [text] * 4))) == 1
    finally:
        gc.callbacks.remove(let_in)
