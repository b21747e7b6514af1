"""Place files: what a place is made from, in one readable file next to its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.declared.institutions import SERVICES, Service
from simulation.declared.parameters import InputError, check_overrides, nearest
from simulation.declared.segments import MOST_SEGMENTS, SHARES_OFF, Segment
from simulation.month import declared_parameters
from simulation.state.catchments import institutions_of_wards

from ..own_data.networks.ties import read_ties
from ..own_data.tables.file_errors import last_net
from ..own_data.tables.table_file import EXCEL
from ..schema import InstitutionFile, Number, Plain, SegmentFile, ServiceFile, Strict
from ..yaml_input import read_yaml, validated
from .landlords import credited
from .marginals import Finding
from .own import OwnPlace, build
from .place import TablePlace
from .quality_file import QualityFields, stated
from .shipped import PLACE_FILE as PLACE_FILE
from .uk_tables import known_areas, small_areas


class ColumnsFile(Strict):
    """Which column is which field, table by table."""

    small_areas: dict[str, str] = Field(default_factory=dict)
    wards: dict[str, str] = Field(default_factory=dict)
    ties: dict[str, str] = Field(default_factory=dict)


class PlaceFile(QualityFields):
    """The file that describes a place."""

    name: str
    title: str
    aliases: list[str] = Field(default_factory=list)
    country: str | None = None
    region: str | None = None
    deprivation_index: str | None = None
    small_areas: str | None = None
    wards: str | None = None
    sheet: str | None = None
    columns: ColumnsFile = Field(default_factory=ColumnsFile)
    attribution: str = ""
    notes: list[str] = Field(default_factory=list)
    known: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, Number] = Field(default_factory=dict)
    ranges: dict[str, tuple[Number, Number]] = Field(default_factory=dict)
    segments: list[SegmentFile] | None = None
    services: list[ServiceFile] | None = None
    institutions: list[InstitutionFile] | None = None
    councils: Annotated[int, Field(ge=1), Plain] = 1
    sampled: Annotated[int, Field(ge=0), Plain] = 0
    ties: str | None = None
    tie_kind: Literal["acquaintance", "close"] = "acquaintance"
    targets: str | None = None
    drawn_as: str = ""


def _services(spec: PlaceFile, path: Path) -> dict:
    found: dict = {}
    default = {s.name: s for s in SERVICES}
    if spec.services is not None:
        for one in spec.services:
            if one.stands_for not in default:
                raise InputError(
                    f"{path}: services: {one.name}: stands_for: '{one.stands_for}'; {nearest(one.stands_for, default)}"
                )
        lacking = [name for name in default if name not in {s.stands_for for s in spec.services}]
        if lacking:
            raise InputError(
                f"{path}: services: no service stands for '{lacking[0]}'; each of {', '.join(default)} needs one, whatever its name"
            )
        found["services"] = tuple(s.made(default[s.stands_for]) for s in spec.services)
    if spec.institutions is not None:
        found["institutions"] = tuple(i.made() for i in spec.institutions)
    if spec.segments is not None:
        found["segments"] = _segments(spec.segments, path)
    return found


def _segments(given: Sequence[SegmentFile], path: Path) -> tuple[Segment, ...]:
    """Return a place's own segments; raise `InputError` unless they are 1 to 16 of different names whose shares add up to 1."""
    if not 1 <= len(given) <= MOST_SEGMENTS:
        raise InputError(f"{path}: segments: {len(given)}; allowed: 1 to {MOST_SEGMENTS}")
    names = [one.name.strip().casefold() for one in given]
    twice = next((one.name for n, one in enumerate(given) if names[n] in names[:n]), None)
    if twice is not None:
        raise InputError(f"{path}: segments: '{twice}' is given twice; allowed: each name once, ignoring case")
    total = sum(one.share for one in given)
    if abs(total - 1) > SHARES_OFF:
        raise InputError(
            f"{path}: segments: the shares add up to {total:g}; allowed: 1. Change them, or add a segment with a share of {1 - total:g}"
            if total < 1
            else f"{path}: segments: the shares add up to {total:g}; allowed: 1"
        )
    return tuple(one.made() for one in given)


def _ranges(spec: PlaceFile, path: Path, services: Sequence[Service]) -> dict[str, tuple[float, float]]:
    """Return the ranges of a place's own parameters, checked against what each parameter allows."""
    declared = declared_parameters(services)
    for name, (low, high) in spec.ranges.items():
        if name not in declared:
            raise InputError(f"{path}: ranges: unknown parameter '{name}'; {nearest(name, declared)}")
        if low > high:
            raise InputError(f"{path}: ranges: {name}: {low:g} is more than {high:g}; allowed: the lower end first")
        for end in (low, high):
            declared[name].check(end, f"{path}: ranges: {name}")
    return {name: (float(low), float(high)) for name, (low, high) in spec.ranges.items()}


@last_net
def read_own_place(path: Path) -> OwnPlace:
    """Return the place that a YAML file describes, with how its tables were read.

    Raises:
        InputError: naming file, field or line, and what is allowed.
    """
    spec = validated(PlaceFile, read_yaml(path), path)
    if spec.small_areas is None and spec.wards is None:
        raise InputError(f"{path}: neither small_areas nor wards names a table; one of them is needed")
    if spec.sheet is not None and not any(Path(name).suffix.lower() in EXCEL for name in (spec.small_areas, spec.wards) if name):
        raise InputError(f"{path}: sheet: needs a table in an Excel file; neither table is one")
    if spec.region is not None and spec.region not in (regions := set(small_areas()["region"].unique())):
        raise InputError(f"{path}: region: '{spec.region}'; {nearest(spec.region, regions)}")
    british = (
        None
        if spec.country is None
        else spec.country.strip().lower() in ("united kingdom", "uk", "england", "scotland", "wales", "northern ireland")
    )
    if spec.columns.ties and not spec.ties:
        raise InputError(f"{path}: columns: ties: needs the field ties, which names the file of the network")
    ties = read_ties(path.parent / spec.ties, spec.tie_kind, spec.columns.ties) if spec.ties else None
    services = _services(spec, path)
    kinds = services.get("services", SERVICES)
    own = build(
        path.parent / spec.small_areas if spec.small_areas else None,
        path.parent / spec.wards if spec.wards else None,
        name=spec.name,
        title=spec.title,
        columns=spec.columns.model_dump(),
        sheet=spec.sheet,
        region=spec.region,
        british=british,
        attribution=spec.attribution,
        deprivation_index=spec.deprivation_index,
        notes=tuple(spec.notes),
        known=spec.known,
        parameters=check_overrides(spec.parameters, declared_parameters(kinds), f"{path}: parameters"),
        ranges=_ranges(spec, path, kinds),
        ties=ties.ties if ties else None,
        councils=spec.councils,
        sampled=spec.sampled,
        **services,
    )
    if "institutions" in services:
        try:
            institutions_of_wards(own.place.wards, [s.name for s in kinds], services["institutions"])
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
    if british is None:
        british = spec.region is not None or bool(known_areas(own.place.areas["area"])["population"].notna().any())
    quality = stated(spec, own.place.quality, kinds, british, path)
    own.place = replace(own.place, quality=quality, attribution=credited(own.place.attribution, quality), drawn_as=spec.drawn_as)
    if ties:
        own.readings += ties.readings
        own.findings += [Finding("read", note) for note in ties.notes]
    return own


def read_place(path: Path) -> TablePlace:
    """Return the place that a YAML file describes; see `read_own_place`."""
    return read_own_place(path).place
