"""What there is to choose from and what is known of it, as the pages fetch it: the same lists as `groundswell list`, once for all."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from importlib import resources
from typing import cast

from experiments.reports.card_tables import card_tables
from experiments.reports.findings import LIMITS
from experiments.reports.lists import LISTS
from experiments.serving.growing_comparison import FIRST_POPULATION, FIRST_REPLICATES
from scenarios.evidence.facts import facts_of
from scenarios.places import shipped_places, united_kingdom
from scenarios.places.card import card_of
from scenarios.places.imputation import WORDS
from scenarios.places.outline import Outline
from scenarios.places.uk_tables import authorities, small_areas
from scenarios.plugins import available_interventions, available_measures
from scenarios.scenario_file import shipped_scenarios
from scenarios.yaml_input import read_yaml
from simulation.declared.institutions import SERVICE_NAMES, SERVICES
from simulation.declared.interventions import AIMS, POSITIONS, Change, Intervention
from simulation.declared.levers import LEVERS
from simulation.declared.segments import SEGMENTS
from simulation.measures.measure import HEADLINES, SHOWN_FIRST
from simulation.measures.recorder import GROUPINGS
from simulation.month import LOOPS

from ..own_data import own_places
from ..own_data.places import added, place_named
from ..own_data.uploads import ENDINGS
from ..questions.question import DEFAULTS, MOST_SCENARIOS, MOST_TRIED, RANGES
from ..records.catalogue import (
    Catalogue,
    ChangeShown,
    Evidence,
    FactShown,
    InterventionShown,
    MeasureShown,
    PackageShown,
    ParameterShown,
    PlaceCard,
    PlaceListed,
)


def _zipped(document: Catalogue | Evidence) -> bytes:
    return gzip.compress(json.dumps(document, allow_nan=False).encode(), 6, mtime=0)


@cache
def version() -> str:
    """Return what tells this catalogue from that of other code."""
    return hashlib.sha256(catalogue() + evidence()).hexdigest()[:12]


@cache
def catalogue() -> bytes:
    """Return everything that a page chooses from, as compressed JSON."""
    found: Catalogue = {
        "interventions": [_intervention(one) for one in _offered()],
        "scenarios": [_scenario(name) for name in shipped_scenarios() if name != "baseline"],
        "places": _places(),
        "measures": _measures(),
        "headlines": list(HEADLINES),
        "shown_first": list(SHOWN_FIRST),
        "groupings": list(GROUPINGS),
        "aims": [aim for aim in AIMS if aim != "persons"],  # those that are chosen from a list
        "segments": [{"name": s.name, "share": s.share} for s in SEGMENTS],
        "institutions": list(SERVICE_NAMES),
        "network": list(POSITIONS),
        "loops": [{"name": x.name, "sign": x.sign, "words": x.words.replace("->", "→")} for x in LOOPS],
        "ranges": RANGES,
        "defaults": DEFAULTS,
        "most": {"scenarios": MOST_SCENARIOS, "tried": MOST_TRIED},
        "first": {"replicates": FIRST_REPLICATES, "population": FIRST_POPULATION},
        "endings": {kind: list(endings) for kind, endings in ENDINGS.items()},
        "regions": sorted(small_areas()["region"].unique()),
    }
    return _zipped(found)


def _offered() -> list[Intervention]:
    return sorted((one for one in available_interventions().values() if one.kind != "probe"), key=lambda i: (i.kind, i.name))


def _intervention(one: Intervention) -> InterventionShown:
    keep = ("name", "kind", "description", "interplay", "excludes", "source", "status", "cost")
    delivery = {k: list(v) if isinstance(v, tuple) else v for k, v in vars(one.delivery).items() if v is not None}
    found = {k: v for k, v in one.declared().items() if k in keep}
    return cast(InterventionShown, found | {"changes": [_change(change) for change in one.changes], "delivery": delivery})


def _change(change: Change) -> ChangeShown:
    parameter = LEVERS[change.lever].parameter
    return {
        "lever": change.lever,
        "add": change.add,
        "scale": change.scale,
        "to": change.to,
        "forms": list(change.forms or ()),
        "months": change.months,
        "unit": parameter.unit,
        "low": parameter.low,
        "high": parameter.high,
        "description": parameter.description,
        "status": parameter.status,
        "source": parameter.source,
    }


def _scenario(name: str) -> PackageShown:
    content = read_yaml(shipped_scenarios()[name])
    tried = list(content.get("interventions") or [])
    plain = not set(content) - {"name", "description", "interventions"} and not any(
        "changes" in one or "cost" in one for one in tried
    )
    return {"name": name, "description": content.get("description", ""), "tried": tried if plain else None}


def _places() -> list[PlaceListed]:
    councils: list[PlaceListed] = [
        {"name": united_kingdom.slug(row["name"]), "title": row["name"], "kind": row["kind"], "region": row["region"]}
        for _, row in authorities().iterrows()
    ]
    found = _profiled({one["name"]: one for one in councils})
    shown = {one["name"] for one in found}
    found += [{"name": p.name, "title": p.title, "kind": "added on this server", "region": ""} for p in added()]
    found += [
        {"name": united_kingdom.slug(name), "title": name, "kind": "sample of many councils", "region": ""}
        for name in united_kingdom.groups()
    ]
    return found + [one for one in councils if one["name"] not in shown]


def _profiled(councils: dict[str, PlaceListed]) -> list[PlaceListed]:
    """Return the places of the package that have ward profiles, each with what is known of the council of its name."""
    found: list[PlaceListed] = []
    for name, file in shipped_places().items():
        if council := councils.get(name):
            found.append({**council, "kind": f"{council['kind']}, with ward profiles"})
        else:
            found.append({"name": name, "title": Outline(file).title, "kind": "with ward profiles", "region": ""})
    return found


def _measures() -> list[MeasureShown]:
    table = available_measures(SERVICE_NAMES)
    return [
        {
            "name": m.name,
            "label": m.label,
            "unit": m.unit,
            "description": m.description,
            "better": m.better,
            "grouped": m.values is not None,
        }
        for m in table.values()
    ]


@cache
def evidence() -> bytes:
    """Return the ledger, validation, parameters and limits, as compressed JSON."""
    validation = json.loads(
        resources.files("experiments.reports.assurance").joinpath("results", "validation.json").read_text(encoding="utf-8")
    )
    found: Evidence = {
        "facts": cast(list[FactShown], LISTS["facts"]()),
        "validation": validation,
        "parameters": cast(list[ParameterShown], LISTS["parameters"]()),
        "limits": list(LIMITS),
        "levers": [
            {
                "name": n,
                "unit": x.parameter.unit,
                "low": x.parameter.low,
                "high": x.parameter.high,
                "description": x.parameter.description,
                "status": x.parameter.status,
                "source": x.parameter.source,
                "facts": [f.id for f in facts_of(x.parameter)],
            }
            for n, x in LEVERS.items()
        ],
    }
    return _zipped(found)


def place_card(name: str) -> PlaceCard:
    """Return what a page shows of a place.

    Raises:
        InputError: there is none of that name.
    """
    place = place_named(name)
    segments = place.segments or SEGMENTS
    institutions = [i.name for i in place.institutions] if place.institutions else [s.name for s in place.services or SERVICES]
    return {
        "name": name,
        "title": place.title,
        "adults": place.adults,
        "wards": list(place.wards),
        "synthetic_wards": place.synthetic_wards,
        "segments": [s.name for s in segments],
        "institutions": institutions,
        "deprivation_index": place.deprivation_index,
        "own": {"until": own_places.kept_until(name), "days": own_places.kept_days()} if own_places.is_own(name) else None,
        "attribution": place.attribution,
        "notes": list(place.notes),
        "known": dict(place.known),
        "imputed": [WORDS[i.group] for i in place.imputed],
        "tables": [
            {
                "title": t.title,
                "header": [t.header[0] or "what", *t.header[1:]],
                "rows": [list(row) for row in t.rows],
                "notes": list(t.notes),
            }
            for t in card_tables(card_of(place))
        ],
    }
