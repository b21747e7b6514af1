"""A place as it is shown: on the terminal, and as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..console import say, table, tell
from ..numbers import percent
from .service_tables import service_tables, shown_number

if TYPE_CHECKING:
    from ..evidence.placement import Placed


def place_document(placed: Placed, check: bool) -> dict[str, Any]:
    """Return a place as a JSON object; `check` tells whether it was only read."""
    from scenarios.places.card import card_of

    def number(value: float) -> float | None:
        return float(value) if value == value else None

    document = card_of(placed.place).to_json()
    document |= {
        "columns": placed.columns,
        "readings": [reading.to_json() for reading in placed.readings],
        "findings": [{"kind": f.kind, "text": f.text} for f in placed.findings],
        "checked": check,
    }
    if placed.survey is not None:
        rows = placed.survey.estimates.to_dict("records")
        document["survey"] = [{k: number(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows]
    if placed.localised is not None:
        document["localised"] = placed.localised.table.to_dict("records")
    if placed.records is not None:
        document["service"] = {
            s: {k: number(v) if isinstance(v, float) else v for k, v in vars(f).items() if k != "curve"}
            for s, f in placed.records.services.items()
        }
    if placed.ties is not None:
        document["ties"] = {
            "people": placed.ties.people,
            "pairs": placed.ties.pairs,
            **{k: number(v) for k, v in placed.ties.statistics.items()},
        }
        document["ties"]["drawn"] = None if placed.ties_fit is None else placed.ties_fit.made
    return document


def print_check(placed: Placed) -> None:
    """Print what is missing, odd or private, and what every column was read as."""
    words = {"private": "Private", "missing": "Missing", "odd": "Odd", "read": "How it was read"}
    tell(f"{placed.place.title}: it can be run.")
    for key, heading in words.items():
        found = [f.text for f in placed.findings if f.kind == key]
        if found:
            tell(f"\n{heading}:")
            for text in found:
                tell(f"- {text}")
    _print_readings(placed)
    if placed.readings and not placed.findings:
        tell("\nNothing is missing, odd or private.")


_SAID = {"survey": "; --answer and --missing FIELD=VALUE|VALUE change what counts as yes, and what counts as no answer"}


def _print_readings(placed: Placed) -> None:
    """Print what every column was read as; the heading says how to read a column differently."""
    for name in dict.fromkeys(reading.table for reading in placed.readings):
        main = name == "small_areas" or (name == "wards" and "small_areas" not in placed.columns)
        options = {"wards": "--ward-column", "survey": "--survey-column", "records": "--records-column", "ties": "--ties-column"}
        option = "--column" if main else options.get(name)
        change = f" ({option} FIELD=COLUMN changes one{_SAID.get(name, '')})" if option else ""
        rows = [[r.name or "not used", r.column, r.description, r.words()] for r in placed.readings if r.table == name]
        tell()
        verb = "was" if name == "survey" else "were"
        table(f"How the {name.replace('_', ' ')} {verb} read{change}", ["field", "column", "what it is", "read as"], rows)


def print_card(placed: Placed, typed: str) -> None:
    """Print who lives there, what was fitted, and what every column was read as.

    Args:
        typed: what `--place` takes for it; empty where nothing was written.
    """
    from scenarios.places.card import card_of

    from .card_tables import card_tables, ward_table

    card = card_of(placed.place)
    own = placed.place
    bar = "".join(" ▁▂▃▄▅▆▇█"[min(round(8 * d / max(card.deciles.max(), 1e-9)), 8)] for d in card.deciles)
    rows = [
        ["people", f"{card.people:,.0f}"],
        ["aged 16 and over", f"{card.adults:,.0f}"],
        ["wards", f"{len(own.wards)}" + (" (synthetic)" if own.synthetic_wards else "")],
        ["small areas", f"{len(own.areas):,}" + (f" (a weighted sample of {own.sampled:,})" if own.sampled else "")],
        ["deprivation", f"{own.deprivation_index}"],
        ["deciles, most deprived first", bar],
        ["in the most deprived fifth", percent(card.deciles[:2].sum())],
    ]
    table(f"{own.title}  (--place {typed})" if typed else f"{own.title}  (not written: --out FOLDER keeps it)", ["", ""], rows)
    for one in [*card_tables(card), ward_table(card)]:
        tell()
        table(one.title, list(one.header), [list(row) for row in one.rows])
        for note in one.notes:
            tell(note)
    _print_fits(placed)
    _print_readings(placed)
    for finding in placed.findings:
        say(f"{finding.kind}: {finding.text}")
    for note in own.notes:
        tell(f"note: {note}")
    tell(f"data: {own.attribution}")


def _role(row: Any) -> str:
    if row.role != "set":
        return "not set"
    return "set" if row.low <= row.after <= row.high else "set, not reached"


def _print_fits(placed: Placed) -> None:
    for one in [] if placed.records is None else service_tables(placed.records.services):
        tell()
        table(*one)
    if placed.localised is not None:
        tell()
        rows = [
            [
                r.measure,
                f"{percent(r.survey, 1)} ({percent(r.low, 1)} to {percent(r.high, 1)})",
                percent(r.before, 1),
                percent(r.after, 1),
                _role(r),
            ]
            for r in placed.localised.table.itertuples()
        ]
        table("The survey compared with the model", ["answer", "survey", "model before", "model of this place", ""], rows)
    if placed.ties is not None:
        tell()
        made = placed.ties_fit.made if placed.ties_fit else {}
        rows = [[k, shown_number(v), shown_number(made[k]) if k in made else ""] for k, v in placed.ties.statistics.items()]
        table(
            f"The network of {placed.ties.people:,} people and {placed.ties.pairs:,} ties",
            ["", "given", "drawn by the fitted generator"],
            rows,
        )
