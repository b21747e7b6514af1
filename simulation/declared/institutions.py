"""Institutions: their kinds and attributes, declared as data; `agents` has them as Mesa agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """One kind of institution: what residents need from it.

    Attributes:
        name: `council`, `housing`, ...; one trust column for each.
        need_rate: new issues per resident a month, at the middle of the deprivation deciles.
        deprivation_gradient: relative rise of the rate from the least to the most deprived decile.
        tenure: multiplier of the rate for owners, social renters, private renters.
        response_months: median months to resolve what is not resolved at first contact.
        chase_factor: how readily open cases are chased, relative to `needs.chase`.
        spread_factor: how unevenly hard cases are, relative to `casework.response_spread`.
        stands_for: the default kind whose levers and forms it takes, for one under a name of its own.
    """

    name: str
    need_rate: float
    deprivation_gradient: float
    tenure: tuple[float, ...]
    response_months: float
    chase_factor: float = 1.0
    spread_factor: float = 1.0
    stands_for: str = ""
    status: str = "assumed"
    source: str = "judgement; response times differ by orders of magnitude between agencies (311 and Open311 data)"


SERVICES: tuple[Service, ...] = (
    Service("council", 0.090, 0.5, (1.0, 1.1, 0.9), 3.0),
    Service("housing", 0.035, 0.8, (0.3, 2.4, 1.0), 6.0),
    Service("police", 0.028, 0.9, (0.9, 1.2, 1.0), 12.0),
    Service("health", 0.045, 0.5, (1.0, 1.2, 0.9), 1.5),
)
SERVICE_NAMES = tuple(s.name for s in SERVICES)

# What a kind of institution has as numbers of its own: range, unit and description, as parameters `service.name`.
SERVICE_NUMBERS: dict[str, tuple[float, float, str, str]] = {
    "need_rate": (0, 1, "issues a month", "new issues per resident"),
    "response_months": (0.01, 600, "months", "median time to resolve cases that are not resolved at once"),
    "chase_factor": (0, 10, "factor", "how readily open cases are chased, relative to needs.chase"),
    "spread_factor": (0, 4, "factor", "how unevenly hard cases are, relative to casework.response_spread"),
}


@dataclass(frozen=True)
class InstitutionSpec:
    """One institution of a scenario.

    Attributes:
        name: unique name.
        service: the kind that it is.
        wards: names of the wards that it serves; None for all.
        levers: its own lever values, where they differ from the kind's.
    """

    name: str
    service: str
    wards: tuple[str, ...] | None = None
    levers: Mapping[str, float] = field(default_factory=dict)


DEFAULT_INSTITUTIONS: tuple[InstitutionSpec, ...] = tuple(InstitutionSpec(s.name, s.name) for s in SERVICES)

TALLIES = ("new_cases", "chases", "first_resolved", "resolved", "abandoned", "open", "inputs", "changed", "entries",
           "entries_asked", "entries_bureau", "asks", "guest_asks", "told")  # fmt: skip
TALLY = {name: i for i, name in enumerate(TALLIES)}
