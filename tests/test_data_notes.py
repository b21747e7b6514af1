"""Every file of the shipped data is named in the page that says where it comes from and under which licence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent / "scenarios" / "data"
NOTES = (DATA / "README.md").read_text(encoding="utf-8")


def test_every_file_is_named() -> None:
    files = [path.relative_to(DATA) for path in DATA.rglob("*") if path.is_file() and path.suffix not in (".md", ".py", ".pyc")]
    unnamed = [str(path) for path in files if not any(f"`{name}`" in NOTES for name in (path, *(f"{p}/" for p in path.parents)))]
    assert unnamed == []


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([\w/]+(?:/|\.(?:csv|parquet|npz)))`", NOTES))))
def test_every_name_is_a_file(named: str) -> None:
    root = DATA.parent.parent
    assert (DATA / named).exists() or (DATA / "uk" / named).exists() or (root / named).exists()
