"""A place with what the user's own data show: the request, and the place as read by name or from tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.advice import advice
from scenarios.own_data.tables.columns import pairs
from scenarios.own_data.tables.readings import Reading
from scenarios.places import TablePlace, load_place
from scenarios.places.own import TABLES, build, own_place, titled
from scenarios.places.place_file import PLACE_FILE, read_own_place
from scenarios.places.table import Finding
from scenarios.places.uk_tables import are_of_2011, small_areas
from scenarios.places.united_kingdom import slug
from simulation.declared.parameters import InputError, nearest

from .place_request import PlaceRequest

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.own_data.networks.ties import OwnTies, TiesFit
    from scenarios.own_data.records.fit import RecordsFit
    from scenarios.own_data.surveys.survey import Survey

    from .localisation import Localised


@dataclass
class Placed:
    """A place with what the user's own data show.

    Attributes:
        columns: how its tables were read, by table and field.
        readings: what each column was read as, with counts.
        findings: what is missing, odd or private, in plain words.
    """

    place: TablePlace
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    survey: Survey | None = None
    localised: Localised | None = None
    records: RecordsFit | None = None
    ties: OwnTies | None = None
    ties_fit: TiesFit | None = None
    edges: pd.DataFrame | None = None
    threshold: int = 10


def _named(request: PlaceRequest) -> dict[str, str]:
    """Name and title of the place, where the folder that is written or the user gives them."""
    folder = request.out.resolve().name if request.out is not None else ""
    given = {"name": slug(folder), "title": request.title or titled(folder)}
    return {key: text for key, text in given.items() if text}


def read(request: PlaceRequest) -> Placed:
    """Return a place by name or from a table, with how it was read.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    columns = {"small_areas": pairs(request.columns, "--column"), "wards": pairs(request.ward_columns, "--ward-column")}
    path, given = Path(request.name), _named(request)
    options: dict[str, Any] = {"sheet": request.sheet, "region": _region(request.region)}
    if path.suffix.lower() in TABLES:
        if request.wards is not None:
            named = {"name": slug(path.stem) or "place", "title": titled(path.stem)} | given
            own = build(path, request.wards, columns=columns, **(options | named))
        else:
            own = own_place(path, columns=columns | {"wards": columns["small_areas"]}, **given, **options)
        _refuse_second_region(own.place, request)
        return Placed(own.place, own.columns, own.readings, own.findings)
    if path.suffix.lower() in (".yaml", ".yml") or (path.is_dir() and (path / PLACE_FILE).exists()):
        own = read_own_place(path if path.suffix else path / PLACE_FILE)
        return Placed(_renamed(own.place, request), own.columns, own.readings, own.findings)
    return Placed(_renamed(load_place(request.name), request))


def _renamed(place: TablePlace, request: PlaceRequest) -> TablePlace:
    """Return a place under the name of the folder to which it is written, with its own title unless one is given."""
    name = _named(request).get("name", place.name) if request.out is not None else place.name
    drawn_as = place.drawn_as or (place.name if name != place.name else "")
    return replace(place, name=name, title=request.title or place.title, drawn_as=drawn_as)


def _refuse_second_region(place: TablePlace, request: PlaceRequest) -> None:
    """Raise `InputError` if a region is given although the area codes show it."""
    if request.region is not None and are_of_2011(place.areas["area"]).all():
        raise InputError(
            f"{advice().option('region')}: needs areas without codes of the United Kingdom; the codes in {request.name} say where they are"
        )


def _region(region: str | None) -> str | None:
    known = sorted(small_areas()["region"].unique())
    if region is not None and region not in known:
        raise InputError(f"{advice().option('region')}: '{region}'; {nearest(region, known)}")
    return region
