"""Digests of source files: comments and docstrings change none, code changes them."""

from __future__ import annotations

import ast
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
    assert sources.plain('def f():\n    """Ü\n\n    ü"""\n    return "ü"  # ü\n') == 'def f():\n    return "ü"'


@pytest.mark.parametrize(
    "kept",
    [
        'x = (\n    "a"\n    "b"\n)',  # lines of one text
        'x = \\\n"a"',  # a line that goes on
        """x = 'it"s # a', "it's # b\\"", r"\\" """.strip(),
        'x = "a", """b "" c\n\n\\""" # d"""',
        "x = f\"{y['# a']}\"",
    ],
)
def test_texts_that_do_something_stay(kept: str) -> None:
    assert sources.plain(f"{kept}  # gone\n") == kept


def test_every_source_does_the_same_without_its_comments() -> None:
    """Of what Python reads, nothing is lost but the texts that stand alone."""

    class Silent(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
            said = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            return None if said else node

    compared = 0
    for path in [path for floor in ("simulation", "experiments") for path in sources.of(floor)]:
        text = path.read_text(encoding="utf-8")
        tree = Silent().visit(ast.parse(text))
        if all(getattr(node, "body", True) for node in ast.walk(tree)):  # no body was a docstring alone
            assert ast.dump(tree) == ast.dump(ast.parse(sources.plain(text))), path
            compared += 1
    assert compared > 100


def test_a_digest_is_remembered_and_a_damaged_note_is_not_believed(copied, kept) -> None:
    memory = kept.parent / "sources"
    found = sources.digest([copied], memory)
    (note,) = memory.iterdir()
    assert note.read_text() == found == sources.digest([copied])
    for bad in (b"", b"0" * 63, b"x" * 64, b"\xff" * 64):
        note.write_bytes(bad)
        assert sources.digest([copied], memory) == found
