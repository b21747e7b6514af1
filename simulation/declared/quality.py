"""Quality of services: a lasting difference between places, by kind of institution.

A quality is a number of standard deviations between councils; 0 is the average. It is fixed before burn-in and lasts through the whole run. What is not
measured is drawn, once for each pair of seed and replicate, so that intervals carry that it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .parameters import InputError, Parameter, ParameterGroup

MOST = 4.0  # standard deviations either way
# What carries quality: each moves by `quality.spread` in log-odds for each standard deviation.
LEVERS_OF_QUALITY = ("responsiveness", "courtesy", "case_feedback", "input_feedback", "openness")
_RSH = "160 council landlords, two years (Regulator of Social Housing: 2023/24 and 2024/25)"

# fmt: off
PARAMETERS = ParameterGroup("quality", (
    Parameter("spread", 0.75, 0, 3, "log-odds", "change of first-contact resolution, courtesy, being told and openness for one standard deviation of quality", "estimated",
              f"trial runs: tenants' satisfaction in the model differs between councils by the lasting 9 points of {_RSH}", awaits_fit=True),
    Parameter("response_spread", 0.40, 0, 3, "log", "reduction of the log of response times for one standard deviation of promptness", "estimated",
              f"repairs and first-stage complaints in time at {_RSH}, with response times spread as casework.response_spread", awaits_fit=True),
    Parameter("promptness_link", 0.55, 0, 1, "correlation", "correlation of promptness with quality, of one service", "estimated", f"{_RSH}, without what changes from year to year", awaits_fit=True),
    Parameter("correlation", 0.30, 0, 1, "correlation", "correlation of quality between the services of one place", awaits_fit=True, ends=(0.0, 0.8)),
))
QualityValues = PARAMETERS.values_type("QualityValues", __name__)
# fmt: on


@dataclass(frozen=True)
class Quality:
    """What is known of the quality of one service of a place.

    Attributes:
        central, error: quality and its standard error, in standard deviations between councils.
        promptness, promptness_error: the same for how quickly cases are dealt with; None where it only follows from quality.
        basis: `measured`, `partly measured` (in some of a place's councils) or `given` (by the user).
        source: where it comes from, in words.
    """

    central: float
    error: float = 0.0
    promptness: float | None = None
    promptness_error: float = 0.0
    basis: str = "given"
    source: str = "as given"

    def __post_init__(self) -> None:
        for name, value, low in (
            ("quality", self.central, -MOST),
            ("error", self.error, 0.0),
            ("promptness", self.promptness or 0.0, -MOST),
            ("promptness_error", self.promptness_error, 0.0),
        ):
            if not low <= value <= MOST:
                raise InputError(f"quality: {name}: {value:g}; allowed: {low:g} to {MOST:g} standard deviations between councils")


@dataclass(frozen=True)
class Qualities:
    """The quality of all services of a place.

    Attributes:
        known: what is known, by kind of institution.
        spread: standard deviation of what is not known: 1 for one council, less where many average out, 0 where every other service is average.
    """

    known: Mapping[str, Quality] = field(default_factory=dict)
    spread: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.spread <= 1.0:
            raise InputError(f"quality: spread: {self.spread:g}; allowed: 0 to 1 standard deviations between councils")

    def central(self) -> Qualities:
        """Return the same without doubt: what is known at its central value, and the rest as it follows from that."""
        known = {name: replace(one, error=0.0, promptness_error=0.0) for name, one in self.known.items()}
        return Qualities(known, 0.0)


UNKNOWN = Qualities()
AVERAGE = Qualities(spread=0.0)
