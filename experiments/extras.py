"""Optional libraries: which extra of this package installs one, and what to install if it is missing. Derived from the package's own metadata."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from importlib.util import find_spec

_NAMES = {"scikit-learn": "sklearn", "python-docx": "docx"}  # import names that differ from the names of packages
DEVELOPERS = ("dev", "docs")  # extras that no part of the program asks for
_NEEDED = re.compile(r"^([A-Za-z0-9._-]+).*;\s*extra\s*==\s*['\"]([a-z]+)['\"]")


@cache
def libraries() -> dict[str, str]:
    """Return the extra that installs each optional library, by import name; the first if there are several."""
    found: dict[str, str] = {}
    for line in metadata.requires("groundswell") or ():
        needed = _NEEDED.match(line)
        if needed and needed[2] not in DEVELOPERS:
            found.setdefault(_NAMES.get(needed[1], needed[1].replace("-", "_")), needed[2])
    return found


def missing(*names: str) -> list[str]:
    """Return which of some libraries are not installed."""
    return [name for name in names if find_spec(name) is None]


def advice(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install 'groundswell[{extra}]'"


def lacking(error: ModuleNotFoundError) -> str | None:
    """Return the message for an optional library that is not installed; None if it is not an optional library."""
    name = (error.name or "").split(".")[0]
    extra = libraries().get(name)
    return None if extra is None else f"this needs {name}, which is not installed; {advice(extra)}"
