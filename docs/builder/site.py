"""The site: Sphinx with warnings as errors, into files that need no server."""

from __future__ import annotations

import warnings
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from .page import DOCS

BUILT = DOCS.parent / "build" / "docs"


def build(out: Path, jobs: str = "1") -> int:
    """Build the site into a folder; return 0, or another number after a warning or an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # of Sphinx's parts about one another
        warnings.simplefilter("ignore", DeprecationWarning)
        return sphinx(
            [
                "-b",
                "html",
                "-W",
                "--keep-going",
                "-q",
                "-j",
                jobs,
                "-d",
                str(out.with_name(out.name + "-read")),
                str(DOCS),
                str(out),
            ]
        )
