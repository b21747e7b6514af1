"""The picture of the README: the first chart of the comparison that `make run` makes. `python -m docs.builder.picture` draws it anew."""

from __future__ import annotations

import re
import shlex

from experiments import compare
from experiments.output import write_text
from experiments.reports.report import charts
from scenarios import load_scenario
from tests import baseline

from .page import DOCS

PICTURE = DOCS / "what-changes.svg"
MADE_BY = re.compile(r"<metadata>made by (.*?), numbers ([0-9a-f]{16})</metadata>")


def asked() -> tuple[list[str], int]:
    """Return the scenarios and the number of replicates of `make run`."""
    line = re.search(r"groundswell compare (.*)", (DOCS.parent / "Makefile").read_text(encoding="utf-8"))
    assert line is not None
    words = shlex.split(line[1])
    return words[: words.index("--replicates")], int(words[words.index("--replicates") + 1])


def draw() -> str:
    """Run the comparison, and return its first chart; it lies on white, so that it can be read on a dark page too."""
    names, replicates = asked()
    found = compare(*map(load_scenario, names), replicates=replicates)
    command = f"groundswell compare {' '.join(names)} --replicates {replicates}"
    return charts(found)[0].svg.replace(
        "</svg>", f"<metadata>made by {command}, numbers {baseline.identity(*names)}</metadata></svg>"
    )


if __name__ == "__main__":
    write_text(PICTURE, draw())
    print(f"written: {PICTURE}")
