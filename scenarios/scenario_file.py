"""Scenarios by name, by expression (`a+b@0.5`) or from a file, with the schema that reads and checks them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from simulation.declared.costs import Cost
from simulation.declared.forms import FORMS
from simulation.declared.institutions import InstitutionSpec
from simulation.declared.interventions import Change, Delivery, Intervention, Members
from simulation.declared.levers import check_lever
from simulation.declared.parameters import InputError, Status, nearest
from simulation.declared.scenario import Scenario, Start
from simulation.declared.sizes import MOST_POPULATION, POPULATION
from simulation.month import check_loop

from .defaults import DEFAULT_PLACE
from .own_data.tables.file_errors import last_net
from .places import DATA, TablePlace, load_place
from .places.outline import Outline
from .places.shipped import shipped
from .plugins import available_interventions
from .schema import InstitutionFile, Number, Plain, Positive, SegmentFile, Share, Strict
from .structures import under
from .yaml_input import read_yaml, validated

_SUFFIXES = (".yaml", ".yml")


class ChangeFile(Strict):
    """How one lever changes."""

    add: Number = 0.0
    scale: Positive = 1.0
    to: Number | None = None
    forms: list[str] | None = None
    months: Annotated[int, Field(ge=1), Plain] | None = None


def _several(given: object) -> object:
    if not isinstance(given, dict | list):
        raise ValueError("allowed: to, scale or add, such as {add: 0.1}")
    return [given] if isinstance(given, dict) else given


# One change of a lever, or several where forms change differently.
ChangesFile = Annotated[list[ChangeFile], BeforeValidator(_several)]


class CostFile(Strict):
    """What an intervention costs at dose 1, per institution that does it and per 1,000 residents reached."""

    setup_hours: Number = 0.0
    setup_pounds: Number = 0.0
    running_hours: Number = 0.0
    running_pounds: Number = 0.0
    low: Positive = 0.5
    high: Positive = 2.0
    status: Status = "assumed"
    source: str = "as entered"


class InterventionFile(Strict):
    """One intervention of a scenario: from the catalogue by name, or with changes of its own."""

    name: str
    description: str = ""
    dose: Share = 1.0
    changes: dict[str, ChangesFile] | None = None
    institutions: list[str] | None = None
    wards: list[str] | None = None
    segments: list[str] | None = None
    deprivation_fifths: list[Annotated[int, Field(ge=1, le=5), Plain]] | None = None
    network: list[str] | None = None
    persons: Annotated[list[Annotated[int, Field(ge=0), Plain]], Field(min_length=1)] | None = None
    households: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), Plain] | None = None
    members: Members | None = None
    start: Annotated[int, Field(ge=1), Plain] | None = None
    ramp: Annotated[int, Field(ge=0), Plain] | None = None
    end: Annotated[int, Field(ge=1), Plain] | None = None
    decay: Annotated[int, Field(ge=0), Plain] | None = None
    fidelity: Share | None = None
    cost: CostFile | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> InterventionFile:
        if self.end is not None and self.end < (self.start or 1):
            raise ValueError(f"end {self.end} is before start {self.start or 1}")
        return self


class ScenarioFile(Strict):
    """A scenario file."""

    name: str
    description: str = ""
    place: str | None = None
    population: Annotated[int, Field(ge=1, le=MOST_POPULATION), Plain] | None = None
    structure: str | None = None
    parameters: dict[str, Number] = Field(default_factory=dict)
    interventions: list[InterventionFile] = Field(default_factory=list)
    loops_off: list[str] = Field(default_factory=list)
    segments: list[SegmentFile] | None = None
    institutions: list[InstitutionFile] | None = None
    start: Start = "neutral"
    burn_in: Annotated[int, Field(ge=0, multiple_of=12), Plain] | None = None


def shipped_scenarios() -> dict[str, Path]:
    """Return the scenarios in the package by name."""
    return {path.stem: path for path in sorted((DATA / "packages").glob("*.yaml"))}


@dataclass(frozen=True)
class Stated:
    """What a scenario's file states of where it runs; None is left to the caller."""

    place: str | None = None
    population: int | None = None
    structure: str | None = None


def stated(spec: str) -> Stated:
    """Return place, population and structure in the file of a scenario; an expression of the catalogue has none of them.

    Raises:
        InputError: the file cannot be read, or a field in it is wrong.
    """
    path = shipped_scenarios().get(spec, Path(spec))
    if path.suffix not in _SUFFIXES:
        return Stated()
    file = validated(ScenarioFile, read_yaml(path), path)
    return Stated(file.place, file.population, file.structure)


def known_intervention(name: str, where: str) -> Intervention:
    """Return an intervention of the catalogue or of a plug-in, or raise `InputError` with the nearest name."""
    known = available_interventions()
    if name not in known:
        raise InputError(f"{where}: unknown intervention '{name}'; {nearest(name, known)}")
    return known[name]


def _intervention(spec: InterventionFile, path: Path) -> Intervention:
    if spec.changes is None:
        base = known_intervention(spec.name, str(path))
    else:
        changes = []
        for lever, change in spec.changes.items():
            check_lever(lever, f"{path}: {spec.name}")
            for part in change:
                forms = tuple(part.forms) if part.forms is not None else None
                changes.append(Change(lever, part.add, part.scale, part.to, forms, part.months))
        base = Intervention(spec.name, spec.description, tuple(changes), source=str(path.name))
    own: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name in Delivery.__dataclass_fields__
        if (value := getattr(spec, name)) is not None
    }
    if base.delivery.end is not None and "end" not in own:  # an intervention of limited length lasts as long when it starts later
        own["end"] = base.delivery.end + own.get("start", base.delivery.start) - base.delivery.start
    try:
        delivery = Delivery(**{**vars(base.delivery), **own})
        cost = Cost(**spec.cost.model_dump()) if spec.cost is not None else base.cost
    except InputError as error:
        raise InputError(f"{path}: {spec.name}: {error}") from None
    return replace(base.at(spec.dose, delivery), cost=cost, description=spec.description or base.description)


def of_place(place: TablePlace | Outline) -> dict[str, Any]:
    """Return the fields of a scenario that a place defines."""
    found: dict[str, Any] = {
        name: value for name in ("segments", "institutions", "services") if (value := getattr(place, name)) is not None
    }
    if place.services is not None:
        names = {s.stands_for: s.name for s in place.services}
        found["forms"] = tuple(replace(f, service=names.get(f.service, f.service)) for f in FORMS)
        found.setdefault("institutions", tuple(InstitutionSpec(s.name, s.name) for s in place.services))
    return found


def _place_named(name: str, outline: bool) -> TablePlace | Outline:
    """Return a place, or its outline if that contains all that a scenario needs."""
    file = shipped(name.strip().lower()) if outline else None
    found = None if file is None else Outline(file)
    return found if found is not None and found.is_all else load_place(name)


def _place_of(name: str | None, path: Path, outline: bool) -> TablePlace | Outline:
    """Return the place that a scenario file names; errors name the file."""
    try:
        return _place_named(name or DEFAULT_PLACE, outline)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


@last_net
def _from_file(path: Path, place: TablePlace | None, population: int | None, outline: bool) -> Scenario:
    spec = validated(ScenarioFile, read_yaml(path), path)
    own_place = place or _place_of(spec.place, path, outline)
    more = of_place(own_place)
    if spec.segments:
        more["segments"] = tuple(s.made() for s in spec.segments)
    if spec.institutions is not None:
        more["institutions"] = tuple(i.made() for i in spec.institutions)
    try:
        for loop in spec.loops_off:
            check_loop(loop, f"{spec.name}: loops_off")
        scenario = Scenario(
            name=spec.name,
            place=own_place,
            description=spec.description,
            population=population or spec.population or POPULATION,
            parameters=spec.parameters,
            interventions=tuple(_intervention(i, path) for i in spec.interventions),
            loops_off=tuple(spec.loops_off),
            start=spec.start,
            burn_in=spec.burn_in,
            **more,
        )
        return under(spec.structure, scenario)
    except InputError as error:
        raise InputError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None


_DOSE = re.compile(r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def _dose(text: str, where: str) -> float:
    dose = float(text) if _DOSE.fullmatch(text) else math.nan
    if not 0.0 <= dose <= 1.0:
        raise InputError(f"{where}: dose '{text}'; allowed: 0 to 1")
    return dose


def load_scenario(
    spec: str, place: TablePlace | str | None = None, population: int | None = None, *, outline: bool = False
) -> Scenario:
    """Return a scenario.

    Args:
        spec: a shipped name, an intervention (`name` or `name@dose`), several joined with `+`, or a YAML file.
        place: where, by name or as a place; None takes the file's own, or Haringey.
        population: simulated residents; None takes the file's own, or 10,000.
        outline: True where the scenario is read and not run: the tables of a shipped place are then left alone.

    Raises:
        InputError: naming file, field, value, what is allowed and the nearest valid name.
    """
    where = load_place(place) if isinstance(place, str) else place
    in_package = shipped_scenarios()
    if spec.endswith(_SUFFIXES):
        return _from_file(Path(spec), where, population, outline)
    if spec in in_package:
        return _from_file(in_package[spec], where, population, outline)
    catalogue = available_interventions()
    parts: dict[str, Intervention] = {}
    for part in spec.split("+"):
        name, at, dose = part.strip().partition("@")
        if name == "baseline" and not at:
            continue
        if name in in_package and name not in catalogue:
            raise InputError(
                f"scenario '{spec}': '{name}' is a whole scenario, so it takes no dose and cannot be combined; name its interventions instead ('groundswell new FILE --from {name}' shows them)"
            )
        if name not in catalogue:
            known = [*in_package, *catalogue]
            raise InputError(f"scenario '{spec}': unknown name '{name}'; {nearest(name, known)} (or a .yaml file)")
        if name in parts:
            raise InputError(f"scenario '{spec}': '{name}' is given twice")
        parts[name] = catalogue[name].at(_dose(dose, f"scenario '{spec}'") if at else 1.0)
    ordered = tuple(parts[name] for name in sorted(parts))
    own_place = where or _place_named(DEFAULT_PLACE, outline)
    return Scenario(
        name="+".join(i.name if i.dose == 1.0 else f"{i.name}@{i.dose:g}" for i in ordered) or "baseline",
        place=own_place,
        description="; ".join(i.description for i in ordered),
        population=population or POPULATION,
        interventions=ordered,
        **of_place(own_place),
    )
