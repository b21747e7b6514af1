"""The quality of services as people state it: in a place file, as figures of satisfaction or as standard deviations, and in columns of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from simulation.declared.institutions import SERVICES, Service
from simulation.declared.parameters import InputError, nearest
from simulation.declared.quality import AVERAGE, MOST, Qualities, Quality

from ..own_data.tables.table_file import normal, numbers
from ..schema import Plain, Strict
from .landlords import HOUSING, landlords
from .table import Finding, Table

Deviations = Annotated[float, Field(ge=-MOST, le=MOST, allow_inf_nan=False), Plain]
Error = Annotated[float, Field(ge=0, le=MOST, allow_inf_nan=False), Plain]
Percent = Annotated[float, Field(ge=1, le=100, allow_inf_nan=False), Plain]  # 0.6 would be a share


class QualityEntry(Strict):
    """The quality of one service, in standard deviations between councils; 0 is average."""

    central: Deviations
    error: Error = 0.0
    promptness: Deviations | None = None
    promptness_error: Error = 0.0
    basis: Literal["measured", "partly measured", "given"] = "given"
    source: str = "as given"


class SatisfactionEntry(Strict):
    """How many of those who use a service are satisfied with it, in percent."""

    percent: Percent
    responses: Annotated[float, Field(ge=1, allow_inf_nan=False), Plain] | None = None
    average: Percent | None = None


def _quality(given: object) -> object:
    if isinstance(given, list) and len(given) == 2:
        return {"central": given[0], "error": given[1]}
    if isinstance(given, int | float) and not isinstance(given, bool):
        return {"central": given}
    if not isinstance(given, dict):
        raise ValueError("allowed: a number, or [number, standard error], in standard deviations between councils")
    return given


def _satisfaction(given: object) -> object:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return {"percent": given}
    if not isinstance(given, dict):
        raise ValueError("allowed: percent satisfied, or {percent: 72, responses: 900, average: 66}")
    return given


class QualityFields(Strict):
    """The fields of a place file on quality."""

    quality: dict[str, Annotated[QualityEntry, BeforeValidator(_quality)]] = Field(default_factory=dict)
    satisfaction: dict[str, Annotated[SatisfactionEntry, BeforeValidator(_satisfaction)]] = Field(default_factory=dict)
    quality_spread: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Plain] = None  # type: ignore[assignment]  # not given; an empty field is refused
    average_service: bool = False


def stated(fields: QualityFields, found: Qualities, kinds: Sequence[Service], british: bool, path: Path) -> Qualities:
    """Return the quality of a place's services: what its file says, and for the rest what is `found` without it.

    Raises:
        InputError: an unknown kind of institution, one that is given twice, or a figure that lacks what it is compared with.
    """
    names = {kind.name: kind for kind in kinds}
    for field in ("quality", "satisfaction"):
        for name in getattr(fields, field):
            if name not in names:
                raise InputError(f"{path}: {field}: unknown service '{name}'; {nearest(name, [k.name for k in kinds])}")
    measured = {
        name for name, one in fields.quality.items() if one.basis != "given"
    }  # a figure of one's own takes the place of a measured one
    twice = next((name for name in fields.quality if name in fields.satisfaction and name not in measured), None)
    if twice is not None:
        raise InputError(f"{path}: satisfaction: {twice}: is given under quality too; allowed: one of the two")
    if fields.average_service:
        if fields.quality or fields.satisfaction:
            raise InputError(f"{path}: average_service: true; allowed only without quality and satisfaction")
        return AVERAGE
    known = dict(found.known)
    for name in (*fields.quality, *fields.satisfaction):
        known.pop(names[name].stands_for, None)
    for name, entry in fields.quality.items():
        known[name] = Quality(**entry.model_dump())
    for name, figure in fields.satisfaction.items():
        landlord = name == HOUSING or names[name].stands_for == HOUSING
        if figure.average is None and not (landlord and british):
            raise InputError(
                f"{path}: satisfaction: {name}: average: is missing; allowed: the percentage satisfied with an average council in the same survey, 1 to 100, as in {name}: {{percent: 60, responses: 900, average: 56}}"
            )
        known[name] = _of_figure(figure)
    return Qualities(known, found.spread if fields.quality_spread is None else fields.quality_spread)


def _of_figure(figure: SatisfactionEntry) -> Quality:
    """Return the quality that a percentage of satisfied people shows."""
    central, error = landlords().of_percent(figure.percent, figure.responses, figure.average)
    average = landlords().average if figure.average is None else figure.average
    answers = "" if figure.responses is None else f"; {figure.responses:,.0f} answers"
    words = f"{figure.percent:.3g} % satisfied, {average:.0f} % on average{answers}, as given"
    return Quality(float(np.clip(central, -MOST, MOST)), error, source=words)


def of_columns(table: Table, people: np.ndarray, british: bool, findings: list[Finding]) -> dict[str, Quality]:
    """Return the quality that columns of a table give, means over its rows by people, by kind of institution."""
    known: dict[str, Quality] = {}
    for service in SERVICES:
        if (value := _mean(table, f"quality_{service.name}", (-MOST, MOST), people, findings)) is not None:
            known[service.name] = Quality(value, source=f"column '{table.columns[f'quality_{service.name}']}'")
    _tell_unknown(table, findings)
    satisfied = _mean(table, "satisfied_housing", (0.0, 100.0), people, findings)
    if satisfied is not None and satisfied <= 1:
        raise InputError(
            f"{table.text.path}: {table.columns['satisfied_housing']}: {satisfied:.3g} on average; allowed: percentages, as in 62 or 62 %"
        )
    if not british and "satisfied_housing" in table.columns:
        told = f"'{table.columns['satisfied_housing']}' was not used: what is average here is not known. Name the region of the United Kingdom, or state both in a place file (satisfaction)"
        findings.append(Finding("odd", told))
    elif satisfied is not None:
        known[HOUSING] = _of_figure(SatisfactionEntry(percent=satisfied))
    return known


def _tell_unknown(table: Table, findings: list[Finding]) -> None:
    """Say which columns on the quality of a service are of none that there is."""
    for column in table.mapping.unused:
        words = re.fullmatch(r"(?:service quality|quality of service)(?: of| in)? (.+)", normal(column))
        if words is not None:
            hint = nearest(words[1], [one.name for one in SERVICES])
            findings.append(Finding("odd", f"'{column}' was not used: there is no service '{words[1]}'; {hint}"))


def _mean(table: Table, name: str, ends: tuple[float, float], people: np.ndarray, findings: list[Finding]) -> float | None:
    if name not in table.columns:
        return None
    values = numbers(table.text, table.columns[name], name, *ends).to_numpy(float)
    held = ~np.isnan(values) & (people > 0)
    if not held.any():
        return None
    mean = float(np.average(values[held], weights=people[held]))
    findings.append(Finding("read", f"{table.columns[name]} is {mean:.3g} for the place, the mean over its people"))
    return mean


def as_fields(found: Qualities) -> dict[str, object]:
    """Return the fields of a place file that say the same."""
    if found == AVERAGE:
        return {"average_service": True}
    known = {name: {k: v for k, v in asdict(one).items() if v is not None} for name, one in found.known.items()}
    return ({"quality": known} if known else {}) | {"quality_spread": found.spread}
