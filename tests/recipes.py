"""Recipes of a page, read as somebody who follows them would: files to write, lines to change, commands to type, Python to run."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.imports import PACKAGES

LARGE = shutil.ignore_patterns("shipped", "browser", "faults", "cases", "disfigured", "fuzz")
BLOCK = re.compile(r"^(?:(?P<before>[^\n]+)\n\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        section: heading that it stands under.
        kind: its language; `diff` changes a file, and none is a list of commands.
        file: path named by the line before it, where that ends with one and a colon, as in "Write `a.py`:"; else empty.
    """

    section: str
    kind: str
    text: str
    file: str


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page, in order."""
    found = []
    for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        section = part.partition("\n")[0]
        for match in BLOCK.finditer(part):
            file = re.search(r"`([\w./-]+)`:$", match["before"] or "")
            found.append(Block(section, match["kind"], match["text"], file[1] if file else ""))
    return found


def commands(block: Block) -> list[list[str]]:
    """Return the commands of a block, each as its words after the program's name."""
    return [shlex.split(line, comments=True)[1:] for line in block.text.splitlines() if line.startswith("groundswell ")]


def copied(root: Path, into: Path) -> Path:
    """Copy the code to be changed, with its compiled kernels, whose sources keep their times."""
    for folder in (*PACKAGES, "tests"):
        shutil.copytree(root / folder, into / folder, ignore=LARGE)
    return into


def follow(block: Block, root: Path) -> None:
    """Write a block's file, or change it.

    Raises:
        ValueError: lines that show where a change goes are not in the file, or are there twice.
    """
    path = root / block.file
    if block.kind != "diff":
        path.write_text(block.text, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    for part in re.split(r"^\.\.\.\n", block.text, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        before, after = ("".join(line[1:] for line in lines if line[0] in (" ", sign)) for sign in ("-", "+"))
        if text.count(before) != 1:
            raise ValueError(f"{block.file}: {text.count(before)} times in it: {before!r}")
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
