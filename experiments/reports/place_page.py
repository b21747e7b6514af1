"""A place as one self-contained page: what is known, what is imputed, its data beside the model."""

from __future__ import annotations

from scenarios.places.card import card_of
from scenarios.places.imputation import WORDS
from simulation.declared.institutions import SERVICES
from simulation.month import declared_parameters

from ..evidence.placement import Placed
from ..numbers import percent
from . import place_charts
from .card_tables import compared_tables
from .pages import page
from .service_tables import service_tables

HEADINGS = {"private": "What was private", "missing": "What is missing", "odd": "What is odd", "read": "How the files were read"}


def render_place(placed: Placed) -> str:
    """Return a place as one HTML document that asks for nothing from any network."""
    own, card = placed.place, card_of(placed.place)
    charts = [place_charts.deprivation(card), place_charts.marginals(card)]
    if placed.localised is not None and len(placed.localised.table):
        charts.append(place_charts.survey(placed.localised))
    if placed.records is not None:
        charts += [place_charts.response_times(s, f) for s, f in placed.records.services.items() if len(f.curve)]
    if placed.ties_fit is not None:
        charts.append(place_charts.ties(placed.ties_fit))
    imputed = list(dict.fromkeys(f"{m.basis if not m.partly else 'estimated'}: {m.source}" for m in card.marginals if m.imputed))
    summary = f"{card.people:,.0f} people, {card.adults:,.0f} of them aged 16 and over, in {len(own.wards)} wards and {len(own.areas):,} small areas. "
    if own.sampled:
        summary = f"A weighted sample that stands for {card.people:,.0f} people, {card.adults:,.0f} of them aged 16 and over. "
    summary += f"{percent(card.deciles[:2].sum())} live in the most deprived fifth."
    return page("place.html.j2").render(
        place=own,
        known={WORDS.get(what, what): source for what, source in own.known.items()},
        summary=summary,
        findings=[
            (heading, texts) for kind, heading in HEADINGS.items() if (texts := [f.text for f in placed.findings if f.kind == kind])
        ],
        charts=charts,
        tables=[] if placed.records is None else service_tables(placed.records.services),
        compared=compared_tables(card),
        imputed=imputed,
        parameters=declared_parameters(own.services or SERVICES),
        wards=place_charts.wards(card, placed.threshold),
        smallness=card.smallness(),
        threshold=placed.threshold,
    )
