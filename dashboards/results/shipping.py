"""Make the results that are shipped: `python -m dashboards.results.shipping`, after any change of the model or its data. A test says when that is due."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from experiments.comparison.compare import compare, courses
from experiments.output import write_text
from experiments.serving.growing_comparison import FIRST_REPLICATES

from ..records.results import Card
from ..session.questions import Question
from .kept import SHIPPED, key_of, read, shown, write
from .ready import CARDS, READY, card_of


def make(question: Question, base: Path | None) -> None:
    """Run a comparison and its first answer, and keep both; `base` is the file with the first scenario that all share."""
    order = question.order
    monthly = courses(len(order.scenarios))
    options = {"months": order.months, "seed": order.seed, "monthly": monthly}
    small = compare(*(s.with_(population=order.first) for s in order.scenarios), replicates=FIRST_REPLICATES, **options)  # type: ignore[arg-type]
    whole = compare(*order.scenarios, replicates=order.replicates, **options)  # type: ignore[arg-type]
    write(SHIPPED / f"{key_of(question)}.npz", question, whole, small, base)


def main() -> None:
    """Make all of them, and remove those of other code."""
    wanted = {key_of(one.question): one for one in READY}
    first = SHIPPED / f"{next(iter(wanted))}.npz"
    for key, one in wanted.items():
        if not (SHIPPED / f"{key}.npz").exists():
            print(f"{one.name}: {one.question.query()}", flush=True)
            make(one.question, first if first.exists() else None)
    for path in SHIPPED.glob("*.npz"):
        if path.stem not in wanted:
            path.unlink()
    write_text(CARDS, json.dumps(cards(), indent=1) + "\n")


def cards() -> dict[str, Card]:
    """Return what the cards of the shipped results show, by key."""
    found = {}
    for one in READY:
        key = key_of(one.question)
        result = read(SHIPPED / f"{key}.npz")
        if result is not None:
            question, whole = result
            found[key] = card_of(json.loads(gzip.decompress(shown(whole, "whole", whole.replicates, question))))
    return found


if __name__ == "__main__":
    main()
