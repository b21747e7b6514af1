"""Commands with odd options, arguments and file names; none of them runs a model."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

from experiments.cli.command_line import commands

from .mutations import odd_word

# The options of these are tried beside one that always refuses, so that nothing long is begun; the others end by themselves.
_REFUSED = {
    "run": ("--months", "0"), "compare": ("--plan", "7"), "doses": ("not-an-intervention",), "calibrate": ("--population", "3"), "validate": ("--workers", "0"),
    "sweep": ("--workers", "0"), "sensitivity": ("--workers", "0"), "discover": ("--workers", "0"), "optimise": ("--workers", "0"), "benchmark": ("--sizes", "x"),
    "conformance": ("not-a-name",), "dashboard": ("--workers", "0"), "robustness": ("--workers", "0"), "results": ("none",), "verify": ("--runs", "0"), "assurance": ("--no",),
}  # fmt: skip
_PATHS = (
    ("run", "FILE.yaml", "--months", "1"), ("run", "--place", "FILE", "--months", "1"), ("run", "--months", "0", "--out", "FILE"), ("run", "nothing", "--out", "FILE"),
    ("run", "nothing", "--residents", "FILE"), ("compare", "baseline", "nothing", "--out", "FILE"), ("compare", "nothing", "baseline", "--series", "FILE"),
    ("compare", "baseline", "closing-the-loop", "--posterior", "FILE", "--plan", "7"), ("place", "FILE", "--check"), ("place", "FILE.csv", "--check"), ("place", "FILE.yaml"),
    ("place", "FILE.xlsx"), ("place", "areas.csv", "--wards", "FILE"), ("place", "haringey", "--survey", "FILE"), ("place", "haringey", "--records", "FILE"),
    ("place", "haringey", "--ties", "FILE"), ("place", "nowhere at all", "--out", "FILE"), ("new", "FILE", "--from", "nothing"), ("new", "x", "--from", "FILE.yaml"),
    ("sweep", "FILE", "--out", "o"), ("sweep", "none.yaml", "--out", "FILE"), ("results", "FILE"), ("verify", "FILE"), ("calibrate", "--out", "o", "--targets", "FILE"),
    ("calibrate", "FILE", "--out", "o"), ("sensitivity", "FILE", "--out", "o"), ("list", "FILE"), ("FILE",), ("conformance", "FILE"), ("doses", "FILE", "--out", "o"),
)  # fmt: skip


def path_option(lot: random.Random, folder: Path, word: str) -> list[str]:
    """Return a command that names a file by an odd word, never one outside the folder that could be written."""
    name = lot.choice((word, word * 30, word[:250], f"a/{word}", f"{word}/b"))
    name = "x" + name if name.startswith("/") or ".." in name else name
    return [part.replace("FILE", _inside(name)) for part in lot.choice(_PATHS)]


@cache
def _all() -> dict[str, Any]:
    return commands().commands


def _inside(name: str) -> str:
    return name.replace("..", "__").replace("\\", "_")


def command(lot: random.Random, folder: Path) -> list[str]:
    """Return a command with odd options, one of which makes it refuse."""
    tried = {name: one for name, one in _all().items() if name in (*_REFUSED, "place", "new", "list", "odd")}
    name = lot.choice(list(tried))
    made = tried[name]
    out = [name]
    for one in made.params:
        if one.param_type_name == "argument":
            if lot.random() < 0.8:
                out.append(_odd(lot))
        elif lot.random() < 2.5 / len(made.params) and not {"--debug", "--help", "--watch"} & set(one.opts):
            out += [one.opts[0]] if getattr(one, "is_flag", False) else [one.opts[0], _odd(lot)]
    refused = list(_REFUSED.get(name, ()))
    return [*out, *refused]


def _odd(lot: random.Random) -> str:
    word = odd_word(lot)
    word = lot.choice(
        (
            word,
            "mine.yaml",
            "areas.csv",
            "baseline",
            "closing-the-loop@0.5",
            f"closing-the-loop@{word}",
            f"{word}={word}",
            f"{word}+{word}",
            "1",
            "-1",
            "1e9",
        )
    )
    return _inside("x" + word if word.startswith("/") else word)
