"""All records that server and browser exchange; `python -m dashboards.records` makes `schema.json` of them, for other programs to hold to, and `typedefs.js`, for editors."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from experiments.serving.result_records import ResultPage
from experiments.serving.watched_records import Story, Watched
from simulation.declared.parameters import InputError

from ..texts import string
from .acts import Act
from .catalogue import Catalogue, Evidence, OwnPlaces, PlaceCard, Uploaded
from .results import ReadyCard
from .studies import StudyPage
from .view import Failure, View

SCHEMA_FILE = Path(__file__).parent / "schema.json"
TYPEDEFS_FILE = Path(__file__).parent / "typedefs.js"

# What the server sends, by the address that a browser fetches, `*` for any part of it; `view` comes over the connection.
SENT: Final[dict[str, Any]] = {
    "view": View,
    "/gs/catalogue.json": Catalogue,
    "/gs/evidence.json": Evidence,
    "/gs/ready.json": list[ReadyCard],
    "/gs/place.json": PlaceCard,
    "/gs/results/*.json": ResultPage,
    "/gs/watched/*.json": Watched,
    "/gs/watched/*/*.json": Story,
    "/gs/study.json": StudyPage,
    "/gs/own.json": OwnPlaces,
    "/gs/uploads": Uploaded,
    "failure": Failure,
}
# What a page asks over the connection.
ACCEPTED: Final[dict[str, Any]] = {"act": Act}


@cache
def adapter(name: str) -> TypeAdapter[Any]:
    """Return what reads and checks a record, by its name in `SENT` or `ACCEPTED`."""
    return TypeAdapter((SENT | ACCEPTED)[name])


def read_act(data: Any) -> Act:
    """Return what a page asks.

    Raises:
        InputError: it is none of what a page may ask; the words name the field.
    """
    try:
        act: Act = adapter("act").validate_python(data)
    except ValidationError as wrong:
        where = wrong.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise InputError(string("error.message", where=".".join(map(str, where))[:80])) from None
    return act


def schema() -> dict[str, Any]:
    """Return the JSON schema of all records."""
    names = [*SENT, *ACCEPTED]
    found, shared = TypeAdapter.json_schemas(
        [(name, "validation", adapter(name)) for name in names], ref_template="#/$defs/{model}"
    )
    parts = {name: found[name, "validation"] for name in names}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the dashboard's server and pages exchange",
        "sent": {name: parts[name] for name in SENT},
        "accepted": {name: parts[name] for name in ACCEPTED},
        **shared,
    }


def schema_text() -> str:
    """Return the schema as its file has it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
