"""A study file to start from: every field, commented, and the JSON schema by which editors complete it."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template

from scenarios.plugins import available_interventions, available_measures
from simulation.declared.institutions import SERVICE_NAMES
from simulation.declared.interventions import AIMS
from simulation.measures.measure import HEADLINE_SHARES
from simulation.month import LOOP_NAMES, declared_parameters

from .runs.factors import DESIGNS
from .study_file import StudyFile

STUDY_SCHEMA = "study.schema.json"
TEMPLATE = Path(__file__).parent / "templates" / "study.yaml.txt"


def study_text(name: str) -> str:
    """Return a commented study that runs as it is, in less than a minute on two cores."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=name,
        schema_file=STUDY_SCHEMA,
        loops=", ".join(LOOP_NAMES),
        measures=", ".join((*HEADLINE_SHARES, "cost")),
        aims=f"{', '.join(AIMS[:-1])} or {AIMS[-1]}",
        designs=f"{', '.join(DESIGNS[:-1])} or {DESIGNS[-1]}",
    )


def study_schema() -> str:
    """Return the JSON schema of study files, with the names that there are."""
    schema = StudyFile.model_json_schema()
    parts = schema["$defs"]
    interventions = sorted(available_interventions())
    for field, names in (
        ("dose", interventions),
        ("aim", interventions),
        ("start", interventions),
        ("parameter", sorted(declared_parameters())),
        ("loop", sorted(LOOP_NAMES)),
    ):
        parts["FactorFile"]["properties"][field]["anyOf"][0]["enum"] = names
    measures = sorted(available_measures(SERVICE_NAMES))
    schema["properties"]["measures"]["items"]["enum"] = measures
    return json.dumps(schema, indent=1) + "\n"
