"""The validation table, as a page and as text: misses first, with their reasons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..evidence.validation.verdicts import CONTEXT, INPUT, OUTSIDE, Validation
from ..numbers import number, span
from ..theories import theory_sentences
from .bands import band_chart
from .beside_tables import beside_parts
from .charts import Chart
from .documents import Document, Part

ROLES = (("validate", "Facts used to test the model"), ("calibrate", "Facts that were fitted"))
ROLE_WORDS = {"calibrate": "fitted", "validate": "tests the model", "input": "an input", "context": "for context"}


def validation_table(validation: Validation) -> pd.DataFrame:
    """Return one row per fact as a person reads it."""
    return pd.DataFrame(
        [
            (
                r.id,
                r.statement,
                number(r.value),
                span(r.value_low, r.value_high),
                span(r.low, r.high),
                ROLE_WORDS[r.role],
                r.verdict + (" (known)" if r.known_miss and r.verdict == OUTSIDE else ""),
                r.how,
            )
            for r in validation.facts.itertuples()
        ],
        columns=["fact", "what is known", "model", "95 % of worlds", "band", "role", "verdict", "measured as"],
    )


def facts_charts(validation: dict[str, Any]) -> list[Chart]:
    """Return facts beside their bands, those used to test the model first.

    Args:
        found: the document of a validation, `Validation.to_json`.
    """
    charts = []
    for role, title in ROLES:
        rows: list[dict[str, Any]] = [
            {k: np.nan if v is None and k != "known_miss" else v for k, v in f.items()}
            for f in validation["facts"]
            if f["role"] == role
        ]
        inside = sum(f["verdict"] == "inside" for f in rows)
        table = pd.DataFrame(
            [(f["id"], number(f["value"]), span(f["value_low"], f["value_high"]), span(f["low"], f["high"]), f["verdict"], f["how"]) for f in rows],
            columns=["fact", "model", "95 % of worlds", "band", "verdict", "measured as"],
        )  # fmt: skip
        shown = [
            (f["id"], f["value"], f["value_low"], f["value_high"], f["low"], f["high"], f["verdict"] == "inside") for f in rows
        ]
        charts.append(
            band_chart(
                title, f"{inside} of {len(rows)} lie inside; those that only name a direction are in the table.", shown, table
            )
        )
    return charts


def misses(validation: Validation) -> tuple[str, ...]:
    """Return what is missed, in words."""
    rows = validation.facts[validation.facts["verdict"] == OUTSIDE]
    return tuple(
        f"{r.id}: {number(r.value)}, but should be {span(r.low, r.high)}. {r.known_miss or 'Not explained.'}"
        for r in rows.itertuples()
    )


def summary(validation: Validation) -> str:
    """Return the result in a sentence."""
    inside, tested = validation.share_inside("validate")
    fitted, all_fitted = validation.share_inside("calibrate")
    return f"{inside} of {tested} facts used to test the model lie in their bands, and {fitted} of {all_fitted} that were fitted."


def validation_page(validation: Validation) -> Document:
    """Return the validation as a page."""
    place = getattr(validation.scenario.place, "title", validation.scenario.place.name)
    more = pd.DataFrame(
        [(r.id, number(r.value), span(r.value_low, r.value_high), r.how) for r in validation.more.itertuples()],
        columns=["what", "model", "95 % of worlds", "measured as"],
    )
    others = validation.facts[validation.facts["verdict"].isin([INPUT, CONTEXT])]["id"]
    return Document(
        f"Does the model reproduce known facts? {place}", "Groundswell · validation", summary(validation),
        (
            Part("Missed", bullets=misses(validation) or ("Nothing.",)),
            Part("In charts", charts=tuple(facts_charts(validation.to_json()))),
            Part("Every fact", table=validation_table(validation), words=(f"{', '.join(others)}: inputs, or given for context; they have no verdict.",)),
            *([Part("What else the sources say", table=more)] if len(more) else []),
            *beside_parts(validation.beside.to_json()),
            Part("How it was done", words=(
                *theory_sentences([validation.scenario], ["Every world"]), *(f"Note: {warning}." for warning in validation.warnings),
                f"{validation.worlds} worlds of {validation.scenario.population:,} residents, each with its own people, chance and parameters ({validation.posterior}). Levels are measured in"
                " a simulated sample with the survey's size and mode. Effects are measured in randomised trials with paired twin worlds.",), code=(validation.command,)),
        ),
    )  # fmt: skip
