"""What the tests of stores do with one: look at its files, damage them, make it again."""

from __future__ import annotations

import functools
import random
from pathlib import Path

from experiments.studies.engine import fill_store
from experiments.studies.store import Store
from experiments.studies.study import Study, read_study

ASK = "SELECT avg(trust) AS trust FROM runs"


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a store but what was set aside, by name."""
    found = {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: p.read_bytes() for name, p in found.items() if not name.startswith("aside")}


@functools.cache
def _study(file: Path) -> Study:
    """Return the study of a file, which no test changes: its place is read once."""
    return read_study(file)


def made_again(swept: Path, folder: Path) -> Store:
    """Sweep the study into a folder once more."""
    store = Store.create(folder, _study(swept / "small.yaml"), "again")
    fill_store(store, workers=1)
    return store


def flip(path: Path, lot: random.Random) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    bit = lot.randrange(8 * len(content))
    content[bit // 8] ^= 1 << (bit % 8)
    path.write_bytes(content)
