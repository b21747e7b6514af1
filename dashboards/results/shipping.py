"""Make what is shipped: `python -m dashboards.results.shipping`, after any change of the model or its data. A test says when that is due.

Two small files travel with the program: the runs of the default question's first answer, and what the cards of the ready comparisons show.
Whole results do not travel: a dashboard makes them when it is first started.
"""

from __future__ import annotations

import gzip
import json

from experiments.comparison.compare import compare, courses
from experiments.output import write_text
from experiments.serving.growing_comparison import FIRST_REPLICATES

from ..questions.question import Question
from ..records.results import Card
from ..settings import home
from .kept import FIRST_LOOK, Kept, key_of, shown, write_first_look
from .ready import CARDS, READY, card_of


def main() -> None:
    """Make both. Whole results that this user's dashboard has, or that are made here, are kept as the dashboard keeps them."""
    question = READY[0].question
    order = question.order
    small = (scenario.with_(population=order.first) for scenario in order.scenarios)
    options = {"months": order.months, "seed": order.seed, "monthly": courses(len(order.scenarios))}
    write_first_look(FIRST_LOOK, question, compare(*small, replicates=FIRST_REPLICATES, **options))  # type: ignore[arg-type]
    write_text(CARDS, json.dumps(cards(Kept(home() / "results")), indent=1) + "\n")


def cards(kept: Kept) -> dict[str, Card]:
    """Return what the cards of the ready comparisons show, by key; a result that is not kept yet is made."""
    found = {}
    for one in READY:
        key = key_of(one.question)
        if not kept.has(key):
            print(f"{one.name}: {one.question.query()}", flush=True)
            _make(one.question, kept)
        loaded = kept.load(key)
        assert loaded is not None, f"{one.name}: the result could not be kept"
        question, whole = loaded
        found[key] = card_of(json.loads(gzip.decompress(shown(whole, "whole", whole.replicates, question))))
    return found


def _make(question: Question, kept: Kept) -> None:
    order = question.order
    monthly = courses(len(order.scenarios))
    kept.save(
        question, compare(*order.scenarios, replicates=order.replicates, months=order.months, seed=order.seed, monthly=monthly)
    )


if __name__ == "__main__":
    main()
