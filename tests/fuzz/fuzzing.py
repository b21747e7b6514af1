"""Fuzzing by the thousand: `python -m tests.fuzz.fuzzing COUNT [FIRST] [KIND]` prints every kind of fault that is found, with the lot that repeats it."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from .kinds import KINDS


def lots(count: int, first: int = 0, only: str = "") -> Iterator[tuple[str, int]]:
    """Give the kind and number of each input, the kinds by their shares."""
    for kind, (_, share) in KINDS.items():
        if kind == only or not only:
            yield from ((kind, n) for n in range(first, first + (count if only else round(count * share))))


@contextlib.contextmanager
def quiet(folder: Path) -> Iterator[None]:
    """Work in a folder, without warnings of libraries."""
    with contextlib.chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def judged(kind: str, number: int, folder: Path) -> str:
    """Return what is wrong with what comes of one input, in words; empty where all is as it should be."""
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    return KINDS[kind][0](random.Random(f"{kind} {number}"), folder)


def faults(count: int, first: int = 0, only: str = "") -> dict[str, list[str]]:
    """Return all kinds of faults, each with the inputs that show it."""
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "here"
        folder.mkdir()
        with quiet(folder):
            for kind, number in lots(count, first, only):
                wrong = judged(kind, number, folder)
                if wrong:
                    found.setdefault(re.sub(r"'.*|\d{3,}", "", wrong), []).append(f"{kind} {number}: {wrong}")
        outside = [name for name in os.listdir(outer) if name != "here"]
        if outside:
            found["files outside the folder"] = outside
    return found


def _lend(megabytes: int) -> None:
    """Bound what this process may take of memory, where the system can; an input that takes more shows as a `MemoryError`."""
    if sys.platform == "linux":
        import resource

        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + megabytes * 2**20, resource.RLIM_INFINITY))


def main() -> int:
    """Fuzz in bounded memory, print what was found and return 1 if that is anything."""
    _lend(2_000)
    count, first, only = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0, sys.argv[3] if len(sys.argv) > 3 else ""
    found = faults(count, first, only)
    for examples in found.values():
        print(f"{len(examples)}: {examples[0]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
