"""The pages of parameters, measures and columns, as the model declares them."""

from __future__ import annotations

from scenarios.evidence.census import census
from scenarios.evidence.facts import facts_of
from simulation.declared.columns import Column
from simulation.declared.institutions import SERVICES
from simulation.declared.parameters import Parameter
from simulation.measures.measure import measures_of
from simulation.month import INSTITUTION_COLUMNS, MONTH, RESIDENT_COLUMNS, WARD_COLUMNS, declared_parameters

from .page import Page

BETTER = {1: "more", -1: "less", 0: "neither"}
SHAPES = {"": "one value", "service": "one for each kind of institution", "ring": "one for each of twelve months"}


def parameters() -> str:
    """Return the page of parameters, one table for each group."""
    page = Page(
        "Parameters",
        "The numbers that a scenario can set: value, ranges, unit, and where each comes from. `groundswell list parameters` prints the same. "
        "Other numbers are data: skill, weights and fit of forms, segments, where columns start, and how much a catalogue entry changes.",
    )
    page.text(census().words())
    page.text(
        "A scenario file sets one by its name under `parameters:`. *Allowed* is what is accepted; *plausible* is what the parameter sets draw from."
    )
    titles = {step.parameters.prefix: step.title for step in MONTH}
    groups: dict[str, list[tuple[str, Parameter]]] = {}
    for name, one in declared_parameters().items():
        groups.setdefault(name.split(".")[0], []).append((name, one))
    for prefix, group in groups.items():
        page.heading(titles.get(prefix, prefix[0].upper() + prefix[1:]))
        page.table(
            ["name", "what it is", "value", "plausible", "allowed", "unit", "status", "source"], [_parameter(*row) for row in group]
        )
    return page.whole()


def _parameter(name: str, p: Parameter) -> list[str]:
    plausible = f"{p.plausible[0]:.3g} to {p.plausible[1]:.3g}" if p.uncertain else "a switch" if p.structural else "not drawn"
    facts = "".join(f"; fact `{f.id}`" for f in facts_of(p))
    return [f"`{name}`", p.description, f"{p.default:g}", plausible, f"{p.low:g} to {p.high:g}", p.unit, p.status, p.source + facts]


def measures() -> str:
    """Return the page of measures."""
    page = Page(
        "Measures", "What tables, charts, JSON and the columns of a study show. `groundswell list measures` prints the same."
    )
    page.text(
        "*Better* says whether more or less of it counts as better. Measures of twelve months are read in the last month, others as the mean of the last twelve."
    )
    known = measures_of(tuple(s.name for s in SERVICES))
    page.table(
        ["name", "on pages", "unit", "how it is taken", "looks back", "better"],
        [(f"`{m.name}`", m.label, m.unit, m.description, "twelve months" if m.twelve_months else "the run" if m.over_run else "one month", BETTER[m.better])
         for m in known.values()],
    )  # fmt: skip
    return page.whole()


def columns() -> str:
    """Return the page of columns."""
    page = Page(
        "Columns", "What residents, institutions and wards are made of: the attributes of `model.residents` and its like in Python."
    )
    for title, held in (("Residents", RESIDENT_COLUMNS), ("Institutions", INSTITUTION_COLUMNS), ("Wards", WARD_COLUMNS)):
        page.heading(title)
        page.table(["name", "type", "values", "what it holds"], [_column(one) for one in held])
    return page.whole()


def _column(one: Column) -> list[str]:
    return [f"`{one.name}`", f"`{one.dtype}`", SHAPES[one.shape], one.description]
