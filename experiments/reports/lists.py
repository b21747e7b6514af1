"""What there is to choose from, for `groundswell list`. Each list imports what it shows, so that their names alone cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rows = list[dict[str, Any]]


def _scenarios() -> Rows:
    from scenarios.scenario_file import shipped_scenarios
    from scenarios.yaml_input import read_yaml

    return [{"name": name, "description": read_yaml(path).get("description", "")} for name, path in shipped_scenarios().items()]


def _interventions() -> Rows:
    from scenarios.plugins import available_interventions

    offered = sorted(available_interventions().values(), key=lambda i: (i.kind, i.name))
    return [one.declared() for one in offered]


def _places() -> Rows:
    from scenarios.places import shipped_places, united_kingdom
    from scenarios.places.outline import Outline
    from scenarios.places.uk_tables import CENSUS_ATTRIBUTION, UK_ATTRIBUTION
    from scenarios.places.uk_tables import rows as uk_rows

    profiled = [Outline(file) for file in shipped_places().values()]
    rows: Rows = [
        {
            "name": p.name,
            "kind": "with ward profiles",
            "description": f"{p.title}; {len(p.wards)} wards, {p.small_areas} small areas",
            "attribution": p.attribution,
        }
        for p in profiled
    ]
    whose = f"{UK_ATTRIBUTION} {CENSUS_ATTRIBUTION}"
    for name, codes in united_kingdom.groups().items():
        text = f"{name}; a weighted sample of {len(codes)} local authorities"
        rows.append({"name": united_kingdom.slug(name), "kind": "sample", "description": text, "attribution": whose})
    for row in uk_rows("authorities"):
        text = f"{row['official_name']}, {row['region']}; {row['code']}, {row['gss']}"
        rows.append({"name": united_kingdom.slug(row["name"]), "kind": row["kind"], "description": text, "attribution": whose})
    return rows


def _measures() -> Rows:
    from scenarios.plugins import available_measures
    from simulation.declared.institutions import SERVICE_NAMES

    table = available_measures(SERVICE_NAMES)
    return [
        {"name": m.name, "unit": m.unit, "description": m.description, "label": m.label, "twelve_months": m.twelve_months}
        for m in table.values()
    ]


def _parameters() -> Rows:
    from scenarios.evidence.facts import facts_of
    from simulation.month import declared_parameters

    return [
        {
            "name": name,
            "default": p.default,
            "range": f"{p.low:g}..{p.high:g}",
            "plausible": f"{p.plausible[0]:.4g}..{p.plausible[1]:.4g}",
            "unit": p.unit,
            "status": p.status,
            "description": p.description,
            "source": p.source,
            "facts": [{"id": f.id, "statement": f.statement, "source": f.source, "role": f.role} for f in facts_of(p)],
        }
        for name, p in declared_parameters().items()
    ]


def _facts() -> Rows:
    from scenarios.evidence.facts import ledger

    return [
        {
            "name": f.id,
            "kind": f.role,
            "description": f.statement,
            "unit": f.measure,
            "range": ""
            if f.low is None and f.high is None
            else f"{'' if f.low is None else f'{f.low:g}'}..{'' if f.high is None else f'{f.high:g}'}",
            "value": f.value,
            "low": f.low,
            "high": f.high,
            "population": f.population,
            "year": f.year,
            "source": f.source,
            "status": f.status,
        }
        for f in ledger()
    ]


def _references() -> Rows:
    from scenarios.evidence.references import references

    return [
        {
            "name": one.cite,
            "description": str(one),
            "authors": one.authors,
            "year": one.year,
            "title": one.title,
            "where": one.where,
        }
        for one in references().values()
    ]


def _structures() -> Rows:
    from scenarios.structures import STRUCTURES

    return [{"name": s.name, "description": s.description, "parameters": dict(s.parameters)} for s in STRUCTURES.values()]


def _forms() -> Rows:
    from simulation.declared.forms import FORMS

    return [
        {
            "name": f.name,
            "kind": f.category,
            "description": f"run by {f.service}, {f.channel}, {f.entry}, {'ongoing' if f.ongoing else 'one-off'}, {f.effort:g} hours",
            **{k: v for k, v in vars(f).items() if k != "name"},
        }
        for f in FORMS
    ]


def _steps() -> Rows:
    from simulation.month import MONTH

    return [{"name": p.name, "description": p.description, "reads": p.reads, "writes": p.writes, "source": p.source} for p in MONTH]


def _loops() -> Rows:
    from simulation.month import LOOPS

    return [{"name": x.name, "kind": "+" if x.sign > 0 else "-", "description": x.words, "signal": x.signal} for x in LOOPS]


LISTS: dict[str, Callable[[], Rows]] = {
    "scenarios": _scenarios,
    "interventions": _interventions,
    "places": _places,
    "measures": _measures,
    "parameters": _parameters,
    "facts": _facts,
    "structures": _structures,
    "forms": _forms,
    "steps": _steps,
    "loops": _loops,
    "references": _references,
}
